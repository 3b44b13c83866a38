"""The permission to act on a ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.act import Act, refused_role
from domain.agreements.model import ActName, ActorGroup, Agreement
from domain.kernel import SIGNATORY, Actor, HsaId, Party, Role, Slug
from domain.refusals import ActorNotAllowed

CONCLUDING = frozenset({ActName.SIGN_VERSION, ActName.DECLARE_CONCLUSION})
"""The acts by which a version is concluded."""

SIGNED_BY_OFFICE = CONCLUDING | {ActName.END_VERSION}
"""The acts for which a text can ask for the signatures of several offices of a party."""

BINDING = SIGNED_BY_OFFICE | {ActName.AGREE_LOCAL_AGREEMENT}
"""The acts by which a principal binds itself. Without a word in the text, only its signatories do them."""

KEEPING = frozenset(
    {
        ActName.SUBMIT_VERSION,
        ActName.PUBLISH_VERSION,
        ActName.WITHDRAW_VERSION,
        ActName.ATTACH_DOCUMENT,
        ActName.PUBLISH_HOURLY_RATE,
        ActName.PUBLISH_STANDARD_AMOUNT,
        ActName.PUBLISH_TAX_BASE_CHANGE,
        ActName.PUBLISH_DAILY_AMOUNT,
    }
)
"""The acts that prepare or keep an agreement. Without a word in the text, coordinators do them as well."""

WORKING = frozenset({ActName.HOLD_FOLLOW_UP, ActName.PUBLISH_LOCAL_ROUTINE})
"""The acts by which the parties work under a version. Without a word in the text, those who take part in care do them,
and the signatories."""


def name_groups(act: ActName, groups: Iterable[ActorGroup]) -> Iterator[ActorGroup]:
    """Yield the groups that may do an act, if a text gives it to these.

    A text that gives an act of the agreement itself to a whole party does not say who in it. The party's own directory
    does: its signatories, and for what does not bind the party also its coordinators.
    """
    for group in groups:
        is_open = group.is_whole_party and act in BINDING | KEEPING | WORKING
        if not is_open or act in WORKING:
            yield group
        if is_open:
            yield ActorGroup(party=group.party, offices=(SIGNATORY,))
        if is_open and act in KEEPING:
            yield ActorGroup(party=group.party, roles=(Role.COORDINATOR,))


def list_groups(act: ActName, version: Agreement) -> tuple[ActorGroup, ...]:
    """List the groups that may do an act of the agreement itself. Empty if neither the text nor a default names any.

    Those who sign are also those who declare that the version was concluded elsewhere, if the text does not say who.
    """
    rule = version.act_rule(act) or (version.act_rule(ActName.SIGN_VERSION) if act in CONCLUDING else None)
    if rule is None and act not in BINDING | KEEPING | WORKING:
        return ()
    return tuple(name_groups(act, rule.by if rule else (ActorGroup(party=party) for party in Party)))


def match_offices(persons: Iterable[Actor], groups: Sequence[ActorGroup]) -> dict[HsaId, Slug]:
    """Match as many persons as possible with an office of the groups, each office with one person.

    Each keeps the first office that it holds, unless another person can sign in no other way.
    """
    held: dict[HsaId, list[Slug]] = {}
    for person in persons:
        own = (group for group in groups if group.is_met_by(person))
        offices = (office for group in own for office in group.offices if office in person.offices)
        held.setdefault(person.person, []).extend(offices)
    holders: dict[Slug, HsaId] = {}
    for id in held:
        _seat(id, held, holders, set())
    return {person: office for office, person in holders.items()}


def _seat(person: HsaId, held: Mapping[HsaId, Sequence[Slug]], holders: dict[Slug, HsaId], asked: set[Slug]) -> bool:
    """Give a person an office, and those who must make room another one. Return False if that cannot be done."""
    for office in held[person]:
        if office not in asked:
            asked.add(office)
            if office not in holders or _seat(holders[office], held, holders, asked):
                holders[office] = person
                return True
    return False


def require_permission(act: Act, *principals: HsaId, by: Party | None = None) -> None:
    """Check settlement acts against the agreement's permissions, and everything that `admit` checks.

    If the version gives the act to nobody, licensed staff and coordinators do it: those of the party `by`, if the act
    is that party's business, or else those of both (SYS-7).
    """
    admit(act, *principals)
    if not require_group(act) and by is not None and act.actor.party is not by:
        raise ActorNotAllowed(
            f"The {act.actor.party} may not do this for the {by}",
            rule="SYS-3",
            remedy=f"let the {by} do it",
            where=(act.actor.party,),
        )


def require_group(act: Act) -> tuple[ActorGroup, ...]:
    """Return the groups that the actor is in. Refuse an actor who is in none of those that may do the act.

    It is empty if the version names nobody, and licensed staff and coordinators do the act.
    """
    groups = list_groups(act.name, act.in_force)
    own = tuple(group for group in groups if group.is_met_by(act.actor))
    if groups and not own:
        rule = act.in_force.act_rule(act.name)
        by_text = rule is not None and groups == rule.by
        raise act.refused_group(groups, act.name, rule=act.rule if by_text else "SYS-3")
    if not groups and not act.actor.role.is_default_staff:
        raise act.refused_role("let licensed staff or a coordinator do it")
    return own


def refuse_role_of(actor: Actor, name: ActName) -> None:
    """Refuse a role that does no act on any ledger. No ledger needs to be known for it."""
    if not actor.role.acts_on_ledgers:
        raise refused_role(actor, name, "let licensed staff, a coordinator or an official do it")


def admit(act: Act, *principals: HsaId) -> None:
    """Refuse an auditor, unlicensed care staff, an act in the future, and a principal that is no party of the ledger.

    `principals` are the HSA-ids of the ledger's parties. If there are none, every principal of the county may act.
    """
    refuse_role_of(act.actor, act.name)
    act.refuse_future()
    if principals:
        act.refuse_strangers(principals)
