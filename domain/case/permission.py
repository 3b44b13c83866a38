"""Who may do an act on a case, and what must be on record before it."""

from domain.act import Act
from domain.agreements.model import ActName, Agreement, NotRegulated
from domain.case.preconditions import About, breached
from domain.case.state.case import Case
from domain.kernel import Role, Slug
from domain.refusals import ActorNotAllowed

FACTS = frozenset({ActName.RECORD_DEATH, ActName.RECORD_MOVE, ActName.RECORD_POSITION})
"""Acts that may be recorded although no agreement version was in force when they occurred (SYS-2)."""

OF_TIME = frozenset({ActName.LAPSE_PLAN})
"""Acts that time alone brings: the record itself records them, and nobody else does."""


def permit(act: Act, case: Case | None, about: About | None = None, *, track: Slug | None = None) -> Act:
    """Return the act as it is permitted. Refuse it in the future, without an agreement, or by somebody who may not.

    The track is the case's; an act that opens a case names it. An auditor only reads. If the version gives the act to
    nobody by name, licensed staff and coordinators may do it. Ordering rules of the version refuse the act until what
    they demand is on record, or note the breach on it.
    """
    permitted = entitle(act, case, track=track)
    if case is None or act.agreement is None:
        return permitted
    return put_in_order(permitted, case, about or About())


def entitle(act: Act, case: Case | None, *, track: Slug | None = None) -> Act:
    """Check that the actor may do this act. Ordering rules are not checked; `permit` does both."""
    track = case.referral.track if case is not None else track
    _refuse_role(act)
    act.refuse_future()
    if case is not None:
        act.refuse_strangers((case.region, case.municipality))
    if act.agreement is None and act.name in FACTS:
        _refuse_unless_default_staff(act)
    else:
        _refuse_by_text(act, act.in_force, track)
    return act.model_copy(update={"track": track})


def put_in_order(act: Act, case: Case, about: About) -> Act:
    """Apply the version's ordering rules to what the act is about; return the act with the breaches noted."""
    about = about.model_copy(update={"party": act.actor.party})
    found = breached(act.in_force, case, act.name, about, act.occurred_at)
    return act.model_copy(update={"breaches": tuple(dict.fromkeys((*act.breaches, *found)))})


def _refuse_role(act: Act) -> None:
    if act.actor.role is Role.AUDITOR:
        raise act.refused_role("let somebody act who takes part in the care; an auditor only reads")
    if (act.actor.role is Role.SYSTEM) is not (act.name in OF_TIME):
        raise act.refused_role("the record itself records what time alone brings, and nothing else")


def _refuse_by_text(act: Act, agreement: Agreement, track: Slug | None) -> None:
    if act.actor.role is Role.SYSTEM or not isinstance(act.granted_by_text(track), NotRegulated):
        return
    if act.name in agreement.acts:
        raise ActorNotAllowed(
            f"The agreement gives {act.name} to nobody on this track",
            rule="SYS-7",
            remedy="use a track that the agreement regulates",
            where=("track",),
        )
    _refuse_unless_default_staff(act)


def _refuse_unless_default_staff(act: Act) -> None:
    if not act.is_by_default_staff:
        raise act.refused_role("let licensed staff or a coordinator do it", rule="SYS-7")
