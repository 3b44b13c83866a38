"""The check that each duty of a text can be met by those whose it is, and stands once.

A request that is sent has a receiver that can acknowledge it.
"""

from collections.abc import Iterator

from domain.agreements.model import ActName, ActorGroup, Agreement, Duty, NotRegulated, Step
from domain.authoring.faults import PARTIES, EntryFault
from domain.case.permission import find_groups
from domain.case.triggers import find_acts_to
from domain.kernel import Party, Slug


def find_unmeetable_duties(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the duties that a party cannot meet, and the requests that the municipality cannot acknowledge.

    `whole` is the text with the national background.
    """
    for index, duty in enumerate(agreement.duties):
        for party in _find_unable(whole, duty):
            yield EntryFault(
                path=("duties", index, "met_by"),
                what=f"cannot be met by the {party}: the text gives it no such act or statement",
                remedy=f"let the {party} do one of them, or name another owner",
                swedish=f"{PARTIES[party].capitalize()} kan inte uppfylla det: texten ger den varken handlingen eller "
                f"uppgiften. Låt {PARTIES[party]} göra något av det, eller skriv en annan owner.",
            )
    yield from _find_requests_without_receipt(whole)


def find_doubled_duties(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the duties that ask for a statement whose own time limit starts when the duty opens."""
    for index, duty in enumerate(agreement.duties):
        asked = (trigger.removeprefix("statement:") for trigger in duty.met_by if trigger.startswith("statement:"))
        for kind in asked:
            rule = agreement.statement_rule(kind)
            if not isinstance(rule, NotRegulated) and rule.counts_from in duty.opened_by:
                yield EntryFault(
                    path=("duties", index, "met_by"),
                    what=f"asks for {kind}, which is on the worklist already by its own counts_from",
                    remedy=f"remove the duty, or counts_from of [statements.{kind}]",
                    swedish=f"Uppgiften {kind} står redan på arbetslistan genom sitt eget counts_from. Ta bort posten "
                    f"här, eller counts_from i [statements.{kind}].",
                )


def _find_unable(whole: Agreement, duty: Duty) -> Iterator[Party]:
    """Yield the parties that have the duty on some track and cannot meet it there."""
    owners = (duty.owner,) if isinstance(duty.owner, Party) else tuple(Party)
    tracks = duty.tracks or tuple(track.id for track in whole.tracks)
    able = {party: all(party in _find_able(whole, duty, track) for track in tracks) for party in owners}
    if duty.owner != "either" or not any(able.values()):
        yield from (party for party in owners if not able[party])


def _find_able(whole: Agreement, duty: Duty, track: Slug) -> set[Party]:
    return {group.party for trigger in duty.met_by for group in _find_doers(whole, trigger, track)}


def _find_doers(whole: Agreement, trigger: str, track: Slug) -> Iterator[ActorGroup]:
    """Yield the groups that can bring a trigger about on a track."""
    sort, _, name = trigger.partition(":")
    rule = whole.statement_rule(name) if sort == "statement" else None
    if isinstance(rule, NotRegulated) or (rule is not None and rule.tracks and track not in rule.tracks):
        return
    for act in find_acts_to(trigger):
        yield from find_groups(whole, act, track, rule.by if rule is not None else ())


def _find_requests_without_receipt(whole: Agreement) -> Iterator[EntryFault]:
    """Yield a fault if the municipality cannot acknowledge what it is sent. Nobody else can."""
    tracks = [track.id for track in whole.tracks if Step.SENT in track.steps]
    groups = {track: find_groups(whole, ActName.ACKNOWLEDGE_REFERRAL, track) for track in tracks}
    without = [track for track, able in groups.items() if Party.MUNICIPALITY not in {group.party for group in able}]
    if without:
        yield EntryFault(
            path=("acts", ActName.ACKNOWLEDGE_REFERRAL.value),
            what=f"leaves out the municipality, which receives the requests on the track {without[0]}",
            remedy="add a group of the municipality; nobody else can acknowledge a request",
            swedish=f"Kommunen tar emot vårdbegäran på vägen in {without[0]} och får inte kvittera den. Lägg till en "
            "grupp för kommunen: ingen annan kan kvittera.",
        )
