"""The conclusion of an agreement outside this record, which both parties declare."""

from domain.act import Act
from domain.kernel import Day, Event, HsaId, Text, legal_day, legal_midnight
from domain.ledgers.versions.refusals import TermsDiffer
from domain.ledgers.versions.rules import cite_clauses, refuse_withdrawn, require_party, require_version_permission
from domain.ledgers.versions.signatures import sign_in_office
from domain.refusals import OccurredInFuture, WrongState
from domain.versions.events import ConclusionDeclared
from domain.versions.state import VersionRecord

OUTSIDE = "SYS-9"
"""The house rule that a version is in force from a past day only by the word of both parties."""


def declare_conclusion(
    record: VersionRecord, *, act: Act, municipality: HsaId, concluded_on: Day, original: Text
) -> tuple[Event, ...]:
    """Declare for your principal that the version was concluded outside this record, with a municipality on a day.

    `original` says where your principal keeps the signed original. If the text names offices, as many of them as it
    demands must declare the same day. When the region and the municipality have declared the same day, the version is
    in force between them from that day, or from its own first day if that is later. What was recorded before stays as
    it was known then. The word of one party alone changes nothing (SYS-9).
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    require_party(act, municipality)
    _require_open_question(record, municipality)
    if concluded_on > legal_day(act.now):
        raise OccurredInFuture(occurred_at=legal_midnight(concluded_on), now=act.now, field="concluded_on")
    own = record.find_conclusion(municipality, act.actor.party)
    if own is not None and (own.concluded_on, own.original) == (concluded_on, original):
        return ()
    theirs = record.find_conclusion(municipality, act.actor.party.other)
    if theirs is not None:
        if theirs.concluded_on != concluded_on:
            raise TermsDiffer(["concluded_on"], rule=OUTSIDE)
        act.not_before(theirs.declared_at, f"the {theirs.party} declared the same")
    hand = sign_in_office(act, record.list_declaring(municipality, act.actor.party, concluded_on))
    return (
        act.record(
            ConclusionDeclared,
            on=record,
            clauses=cite_clauses(act),
            municipality=municipality,
            concluded_on=concluded_on,
            original=original,
            **hand._asdict(),
        ),
    )


def _require_open_question(record: VersionRecord, municipality: HsaId) -> None:
    """Refuse a version that came with the package, and one about which both have declared the same already."""
    agreed = record.find_outside_conclusion(municipality)
    if record.is_shipped or agreed is not None:
        raise WrongState(
            subject="The version",
            state="in force without being signed here" if agreed is None else f"declared by both, from {agreed.on}",
            needed=("submitted here, and not yet declared by both",),
            rule=OUTSIDE,
        )
