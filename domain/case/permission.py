"""Permission for an act on a case: the actor, and the ordering rules of the agreement version."""

from datetime import datetime

from domain.act import Act, Command, Moments, refused_role
from domain.agreements.conditions import unmet
from domain.agreements.model import ActName, ActorGroup, Agreement, LoneParty, NotRegulated
from domain.case.preconditions import ActSubject, find_breaches
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.kernel import Actor, Party, Role, Slug, legal_midnight
from domain.refusals import ActorNotAllowed

FACTS = frozenset(
    {
        ActName.RECORD_DEATH,
        ActName.RECORD_MOVE,
        ActName.RECORD_ADMISSION,
        ActName.RECORD_HOMECOMING,
        ActName.NOTIFY_READY_FOR_DISCHARGE,
        ActName.WITHDRAW_READY_FOR_DISCHARGE,
        ActName.CORRECT_FACT,
        ActName.RECORD_POSITION,
    }
)
"""Acts that may be recorded although no agreement version was in force when they occurred (SYS-2)."""

BY_RECORD = frozenset({ActName.LAPSE_PLAN, ActName.SETTLE_RESPONSIBILITY, ActName.REPORT_DEATH})
"""Acts that Kvittens itself does, by time or by another case. Nobody else can do them."""

DEFAULT_STAFF = tuple(
    ActorGroup(party=party, roles=tuple(role for role in Role if role.is_default_staff)) for party in Party
)
"""The groups that do what a version gives to nobody by name (SYS-7)."""


def find_moments(command: Command, occurred_at: datetime) -> Moments:
    """Return the moments that an act on a case stands on: the day of hours or of a move, or else when the act occurred.

    They are recorded late too, also when the version of their day has ended (SYS-2).
    """
    if command.name is ActName.RECORD_HOURS:
        return Moments((legal_midnight(command.content["day"]),), "day")
    if command.name is ActName.RECORD_MOVE:
        return Moments((min(legal_midnight(command.content["moved_on"]), occurred_at), occurred_at), "moved_on")
    return Moments((occurred_at,))


def permit(act: Act, case: Case | None, about: ActSubject | None = None, *, track: Slug | None = None) -> Act:
    """Return the permitted act. Refuse it if it is in the future, without an agreement, or not allowed for the actor.

    The track is the case's; an act that opens a case names it. An auditor can only read. If the version gives the act
    to nobody by name, licensed staff and coordinators may do it. The ordering rules of the version refuse the act until
    their conditions are on record, or note a breach on it.
    """
    permitted = permit_actor(act, case, track=track)
    if case is None or act.agreement is None:
        return permitted
    return apply_ordering_rules(permitted, case, about or ActSubject())


def find_groups(
    agreement: Agreement, act: ActName, track: Slug, named: tuple[ActorGroup, ...] = ()
) -> tuple[ActorGroup, ...]:
    """Return the groups that may do an act on a track; none if the version gives it to nobody there.

    `named` are the groups that the version names for the kind of plan or statement, if it names any.
    """
    rule = agreement.act_rule(act, track)
    groups = DEFAULT_STAFF if rule is None else tuple(group for group in rule.by if group.is_on(track))
    if not named:
        return groups
    pairs = ((group, other) for group in groups for other in named if other.is_on(track))
    return tuple(both for group, other in pairs if (both := group.narrow(other)) is not None)


def permit_actor(act: Act, case: Case | None, *, track: Slug | None = None) -> Act:
    """Check that the actor may do this act. Ordering rules are not checked; `permit` checks both."""
    track = case.referral.track if case is not None else track
    refuse_role(act)
    act.refuse_future()
    if case is not None:
        returned = case.referral.status is ReferralStatus.RETURNED
        act.refuse_strangers(case.readers if returned else (case.region, case.municipality))
    if act.agreement is None and act.name in FACTS:
        _refuse_unless_default_staff(act)
    else:
        _refuse_by_text(act, act.in_force, track)
    return act.model_copy(update={"track": track, "alone": _find_lone_party(act, case, track)})


def _find_lone_party(act: Act, case: Case | None, track: Slug | None) -> LoneParty | None:
    """Return the rule by which the actor's party does alone, in this case, what both parties otherwise do.

    It does nothing alone by a criterion that the parties judge differently.
    """
    rule = act.agreement.act_rule(act.name, track) if act.agreement is not None else None
    if rule is None or rule.alone is None or case is None:
        return None
    referral = case.referral
    differing = {unmet(each.criterion) for each in referral.verdicts if referral.differs(each.criterion)}
    holds = rule.alone.when in case.conditions.union(act.granted) - differing
    return rule.alone if holds and rule.alone.party is act.actor.party else None


def apply_ordering_rules(act: Act, case: Case, about: ActSubject) -> Act:
    """Apply the version's ordering rules to the subject of the act. Return the act with its breaches."""
    about = about.model_copy(update={"party": act.actor.party})
    return act.with_breaches(find_breaches(act.in_force, case, act.name, about, act.occurred_at))


def refuse_role(act: Act) -> None:
    """Refuse a role that does no such act on any case."""
    refuse_role_of(act.actor, act.name)


def refuse_role_of(actor: Actor, name: ActName) -> None:
    """Refuse who takes no part in care, and Kvittens itself outside its own acts. No case needs to be known for it."""
    if not actor.role.takes_part:
        remedy = "let a person who takes part in the care do this; an auditor or an official does not"
        raise refused_role(actor, name, remedy)
    if (actor.role is Role.SYSTEM) is not (name in BY_RECORD):
        raise refused_role(actor, name, "Kvittens itself does this act, and does no other")


def _refuse_by_text(act: Act, agreement: Agreement, track: Slug | None) -> None:
    if act.actor.role is Role.SYSTEM or not isinstance(act.granted_by_text(track), NotRegulated):
        return
    if act.name in agreement.acts:
        raise ActorNotAllowed(
            f"The agreement gives {act.name} to nobody on this track",
            rule="SYS-7",
            remedy="do this act on a track for which the agreement names who may do it",
            where=("track",),
        )
    _refuse_unless_default_staff(act)


def _refuse_unless_default_staff(act: Act) -> None:
    if not act.actor.role.is_default_staff:
        raise act.refused_role("let licensed staff or a coordinator do this", rule="SYS-7")
