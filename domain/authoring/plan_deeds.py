"""The check that somebody can do what each kind of plan needs, from first to last, and make each statement."""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from domain.agreements.model import ActName, ActorGroup, Agreement, PlanRule
from domain.authoring.deadlocks import has_doers
from domain.authoring.faults import PARTIES, EntryFault, list_in_swedish
from domain.authoring.toml_lines import Path
from domain.case.permission import find_groups
from domain.kernel import Party, Slug

_BOTH = frozenset(Party)


class PlanDeed(NamedTuple):
    """An act that a kind of plan needs, and those who must be able to do it."""

    act: ActName
    parties: Set[Party] = _BOTH
    is_each: bool = False
    """True if each of the parties must be able. False if one of them is enough."""
    named: tuple[ActorGroup, ...] | None = None
    """The groups that the text names for just this. None: it names none. Empty: it names nobody."""


def find_plans_of_nobody(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the acts on a kind of plan that nobody can do, or not each party that must.

    `whole` is the text with the national background.
    """
    for kind, rule in whole.plans.items():
        found: dict[ActName, EntryFault] = {}
        for track in rule.tracks or tuple(track.id for track in whole.tracks):
            for deed in _list_deeds(whole, rule, track):
                unable = _find_unable(whole, deed, track)
                if unable and deed.act not in found:
                    found[deed.act] = _make_fault(agreement, kind, deed, unable, track)
        yield from found.values()


def _list_deeds(whole: Agreement, rule: PlanRule, track: Slug) -> Iterator[PlanDeed]:
    """Yield the acts that a plan of a kind needs on a track."""
    authors = rule.initiated_by or None
    writers = {group.party for group in _find_doers(whole, PlanDeed(ActName.INITIATE_PLAN, named=authors), track)}
    both = rule.established_by == "both-parties"
    yield PlanDeed(ActName.INITIATE_PLAN, named=authors)
    yield from (PlanDeed(act) for act in _list_writing(whole, rule))
    if both:
        yield PlanDeed(ActName.AGREE_PLAN, is_each=True, named=_list_signers(whole, rule))
    else:
        yield PlanDeed(ActName.AGREE_PLAN, writers, named=authors)
    if rule.followed_up_by == "orderer":
        yield PlanDeed(ActName.FOLLOW_UP_PLAN, writers, named=authors)
        yield PlanDeed(ActName.CLOSE_PLAN, writers, named=authors)
        return
    if rule.followed_up_by == "parties":
        yield PlanDeed(ActName.FOLLOW_UP_PLAN, is_each=True)
    yield PlanDeed(ActName.CLOSE_PLAN, _BOTH if both else writers, is_each=both)


def _list_writing(whole: Agreement, rule: PlanRule) -> Iterator[ActName]:
    """Yield the acts by which a plan gets what it must have before it is agreed to."""
    if rule.planning is not None:
        yield ActName.HOLD_PLANNING
    parts = whole.content[rule.content].fields if rule.content in whole.content else ()
    if any(not part.each and not part.optional for part in parts):
        yield ActName.RECORD_PLAN_SECTION
    if any(part.each and not part.optional for part in parts) or rule.interventions is not None:
        yield ActName.PLAN_INTERVENTION
    roles = whole.content[rule.roles].fields if rule.roles in whole.content else ()
    if any(not role.optional for role in roles):
        yield ActName.ASSIGN_CONTACT_ROLE


def _list_signers(whole: Agreement, rule: PlanRule) -> tuple[ActorGroup, ...] | None:
    """List the groups whose capacities the text names for agreeing to the plan. None if it names none."""
    content = whole.content.get(rule.participants or "")
    return None if content is None else tuple(field.who for field in content.fields if field.who is not None)


def _find_doers(whole: Agreement, deed: PlanDeed, track: Slug) -> tuple[ActorGroup, ...]:
    if deed.named == ():
        return ()
    return tuple(group for group in find_groups(whole, deed.act, track, deed.named or ()) if has_doers(deed.act, group))


def _find_unable(whole: Agreement, deed: PlanDeed, track: Slug) -> tuple[Party, ...]:
    """Return the parties that cannot do a deed, if it takes them."""
    able = {group.party for group in _find_doers(whole, deed, track)} & deed.parties
    unable = tuple(party for party in Party if party in deed.parties - able)
    return unable if deed.is_each or not able else ()


def _make_fault(agreement: Agreement, kind: Slug, deed: PlanDeed, unable: Sequence[Party], track: Slug) -> EntryFault:
    path: Path = ("acts", deed.act.value) if deed.act in agreement.acts else ("plans", kind)
    if deed.is_each:
        whom = list_in_swedish([PARTIES[party] for party in unable], "och")
        what = f"leaves out the {' and the '.join(unable)}, which must do {deed.act} for plans of the kind {kind}"
        swedish = f"Båda parter ska göra {deed.act} för planen {kind}, och ingen i {whom} kan det"
    else:
        what = f"gives {deed.act} for plans of the kind {kind} to nobody"
        swedish = f"Ingen kan göra {deed.act} för planen {kind}"
    return EntryFault(
        path=path,
        what=f"{what} on {track}",
        remedy="name somebody who is both among those for the act and among those for the plan",
        swedish=f"{swedish} på vägen in {track}. Den som gör det ska höra både till dem som texten nämner för "
        "handlingen och till dem som den nämner för planen.",
    )
