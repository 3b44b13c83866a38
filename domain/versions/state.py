"""The record of one agreement version, folded from its events."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import reduce
from typing import NamedTuple
from uuid import UUID

from domain.kernel import (
    Actor,
    Aggregate,
    AgreementRef,
    Event,
    HistoryBroken,
    HsaId,
    Instant,
    Party,
    Slug,
    Text,
    Value,
    ledger_id,
)
from domain.versions import events
from domain.versions.document import AttachedDocument
from domain.versions.local_agreement import LocalAgreement


class Signature(Value):
    """The signature of one principal."""

    principal: HsaId
    party: Party
    signed_at: Instant


class DeclaredConclusion(Value):
    """The word of one party that the version was concluded outside this record, with a municipality."""

    municipality: HsaId
    principal: HsaId
    party: Party
    concluded_on: date
    original: Text
    """The place where the party keeps the signed original."""
    declared_at: Instant
    known_at: Instant
    """The time at which this was recorded."""


class OutsideConclusion(NamedTuple):
    """The day on which a version was concluded outside this record by the word of both, and since when it is known."""

    on: date
    known_at: Instant


class OfficeSignature(Value):
    """The signature of one person for a principal, in an office or in none."""

    actor: Actor
    office: Slug | None = None
    signed_at: Instant


class ConclusionBegun(Value):
    """A declaration of a conclusion outside this record, which waits for more offices of the same principal."""

    municipality: HsaId
    party: Party
    concluded_on: date
    given: tuple[OfficeSignature, ...]


class EndDeclaration(Value):
    """The declaration of one principal that the version ends early."""

    principal: HsaId
    party: Party
    last_day: date
    condition: Text


class Stop(Value):
    """The last day of a version that one principal has ended in time, so that it is not prolonged."""

    party: Party
    last_day: date


class EndingBegun(Value):
    """A declaration that the version ends early, which waits for more offices of the same principal."""

    last_day: date
    given: tuple[OfficeSignature, ...]


class Routine(Value):
    """A local routine, in its latest wording."""

    key: Slug
    title: str
    municipality: HsaId
    sections: dict[str, Text]
    published_at: Instant


class Proposal(Value):
    """A local agreement that one party has agreed to, and the other has not yet."""

    agreed: LocalAgreement
    by: Party


class VersionRecord(Aggregate):
    """The record of a version. At `version` 0 no event has been recorded: the text came with the package."""

    agreement: AgreementRef
    county: Slug
    digest: str | None = None
    """The digest of the submitted text. None for a text that came with the package and was signed elsewhere."""
    signatures: dict[HsaId, Signature] = {}
    """The principals that have signed, with every signature that the text demands of them."""
    given: dict[HsaId, tuple[OfficeSignature, ...]] = {}
    """The signatures of persons for each principal, also if more are demanded."""
    submitted_by: HsaId | None = None
    """The principal that submitted the text. None for a text that came with the package."""
    published_at: Instant | None = None
    withdrawn_at: Instant | None = None
    """The time at which its author withdrew it. It was a draft then, and binds nobody."""
    conclusions: dict[str, DeclaredConclusion] = {}
    """The word of each party that it was concluded outside this record, by municipality and party."""
    conclusions_begun: dict[str, ConclusionBegun] = {}
    """The declarations of such a conclusion that wait for more offices of their principal, by the same keys."""
    endings: dict[HsaId, EndDeclaration] = {}
    ended: dict[HsaId, date] = {}
    """The last day of each municipality that has declared an early end, as the region has. It never changes again."""
    endings_begun: dict[HsaId, EndingBegun] = {}
    """The declarations of an early end that wait for more offices of their principal."""
    stops: dict[HsaId, Stop] = {}
    """The last day by each principal that has ended a version which would be prolonged. It only ever gets earlier."""
    followed_up_at: Instant | None = None
    proposals: dict[str, Proposal] = {}
    """Proposals that wait for the other party, by municipality and key."""
    local: dict[str, LocalAgreement] = {}
    """The current local agreements, by municipality and key."""
    earlier: tuple[LocalAgreement, ...] = ()
    """Replaced local agreements. Each ends on the day before the new one, and still holds for its own days."""
    routines: dict[str, Routine] = {}
    """The local routines, by municipality and key."""
    documents: tuple[AttachedDocument, ...] = ()
    """The documents that the parties have attached, the newest last."""

    @property
    def is_shipped(self) -> bool:
        """True if the text came with the package. It is then in force without signatures in this record (GAV-8-2)."""
        return self.digest is None

    @property
    def can_be_in_force(self) -> bool:
        """True for a version that came with the package, was published here, or was concluded outside this record."""
        return self.is_shipped or self.published_at is not None or bool(self.concluded_with)

    @property
    def is_awaited(self) -> bool:
        """True if the version was submitted here and has not been withdrawn."""
        return not self.is_shipped and self.withdrawn_at is None

    @property
    def concluded_with(self) -> frozenset[HsaId]:
        """The municipalities with which it was concluded outside this record, by their own word and the region's."""
        named = {declared.municipality for declared in self.conclusions.values()}
        return frozenset(each for each in named if self.find_outside_conclusion(each) is not None)

    def find_conclusion(self, municipality: HsaId, party: Party) -> DeclaredConclusion | None:
        """Return the word of a party that the version was concluded outside this record with a municipality."""
        return self.conclusions.get(_conclusion_key(municipality, party))

    def list_declaring(self, municipality: HsaId, party: Party, concluded_on: date) -> tuple[OfficeSignature, ...]:
        """List who have declared a conclusion on this day for a party whose declaration waits for more offices."""
        begun = self.conclusions_begun.get(_conclusion_key(municipality, party))
        return begun.given if begun is not None and begun.concluded_on == concluded_on else ()

    def list_ending(self, principal: HsaId, last_day: date) -> tuple[OfficeSignature, ...]:
        """List who have declared this last day for a principal whose declaration waits for more offices."""
        begun = self.endings_begun.get(principal)
        return begun.given if begun is not None and begun.last_day == last_day else ()

    def find_outside_conclusion(self, municipality: HsaId) -> OutsideConclusion | None:
        """Return the conclusion outside this record with a municipality, if both parties have declared it (SYS-9)."""
        declared = [found for party in Party if (found := self.find_conclusion(municipality, party)) is not None]
        if len(declared) < len(Party):
            return None
        return OutsideConclusion(declared[0].concluded_on, max(each.known_at for each in declared))

    def signed_at(self, party: Party, principal: HsaId | None = None) -> Instant | None:
        """Return the time at which the principal signed. Without a principal, the first of the party counts."""
        times = [
            signature.signed_at
            for signature in self.signatures.values()
            if signature.party is party and principal in (None, signature.principal)
        ]
        return min(times, default=None)

    def last_day(self, municipality: HsaId) -> date | None:
        """Return the last day for a municipality, if it and the region have declared an early end (GAV-3-1).

        Of a version that is prolonged unless a party ends it, one of the two is enough.
        """
        agreed = self.ended.get(municipality)
        stops = [stop.last_day for id, stop in self.stops.items() if id == municipality or stop.party is Party.REGION]
        return min([*stops, *([agreed] if agreed is not None else [])], default=None)


def version_record_id(county: str, agreement: AgreementRef) -> UUID:
    """Return the id of a version's record. Each version of a county has one."""
    return ledger_id("contract", county, agreement.id, agreement.version)


def shipped_record(county: str, agreement: AgreementRef) -> VersionRecord:
    """Return the record of a text that came with the package, before its first event."""
    return VersionRecord(id=version_record_id(county, agreement), version=0, agreement=agreement, county=county)


def evolve(record: VersionRecord | None, event: Event) -> VersionRecord:
    """Return the record after the event."""
    if event.basis.agreement is None:
        raise HistoryBroken(event)
    if isinstance(event, events.VersionSubmitted):
        if record is not None and record.withdrawn_at is None:
            raise HistoryBroken(event)
        return VersionRecord(
            id=event.originator_id,
            version=event.originator_version,
            agreement=event.basis.agreement,
            county=event.actor.county,
            digest=event.digest,
            submitted_by=event.actor.principal,
        )
    return _after(record or shipped_record(event.actor.county, event.basis.agreement), event)


def _after(record: VersionRecord, event: Event) -> VersionRecord:
    actor, at = event.actor, event.occurred_at
    match event:
        case events.VersionSigned():
            own = _add_signature(record.given.get(actor.principal, ()), event)
            signed = {actor.principal: _signature(actor, at)} if event.complete else {}
            given = record.given | {actor.principal: own}
            return record.after(event, signatures=record.signatures | signed, given=given)
        case events.VersionPublished():
            return record.after(event, published_at=at)
        case events.VersionWithdrawn():
            return record.after(event, withdrawn_at=at)
        case events.ConclusionDeclared() if not event.complete:
            earlier_given = record.list_declaring(event.municipality, actor.party, event.concluded_on)
            declaring = ConclusionBegun(
                municipality=event.municipality,
                party=actor.party,
                concluded_on=event.concluded_on,
                given=_add_signature(earlier_given, event),
            )
            key = _conclusion_key(event.municipality, actor.party)
            return record.after(event, conclusions_begun=record.conclusions_begun | {key: declaring})
        case events.ConclusionDeclared():
            declared = DeclaredConclusion(
                municipality=event.municipality,
                principal=actor.principal,
                party=actor.party,
                concluded_on=event.concluded_on,
                original=event.original,
                declared_at=at,
                known_at=event.recorded_at or at,
            )
            key = _conclusion_key(event.municipality, actor.party)
            waiting = {id: begun for id, begun in record.conclusions_begun.items() if id != key}
            conclusions = record.conclusions | {key: declared}
            return record.after(event, conclusions=conclusions, conclusions_begun=waiting)
        case events.EndingDeclared() if not event.complete:
            ending_begun = EndingBegun(
                last_day=event.last_day,
                given=_add_signature(record.list_ending(actor.principal, event.last_day), event),
            )
            return record.after(event, endings_begun=record.endings_begun | {actor.principal: ending_begun})
        case events.EndingDeclared():
            ending = EndDeclaration(
                principal=actor.principal, party=actor.party, last_day=event.last_day, condition=event.condition
            )
            endings = record.endings | {actor.principal: ending}
            begun = {
                principal: each for principal, each in record.endings_begun.items() if principal != actor.principal
            }
            ended = _agreed_ends(endings) | record.ended
            stops = record.stops | _new_stop(record, event)
            return record.after(event, endings=endings, ended=ended, endings_begun=begun, stops=stops)
        case events.FollowUpHeld():
            return record.after(event, followed_up_at=max(at, record.followed_up_at or at))
        case events.LocalAgreementProposed():
            proposal = Proposal(agreed=event.agreed, by=actor.party)
            return record.after(event, proposals=record.proposals | {event.agreed.full_key: proposal})
        case events.LocalAgreementMade():
            proposals = {key: proposal for key, proposal in record.proposals.items() if key != event.agreed.full_key}
            local = record.local | {event.agreed.full_key: event.agreed}
            earlier = tuple(_earlier(record, event.agreed))
            return record.after(event, proposals=proposals, local=local, earlier=earlier)
        case events.LocalRoutinePublished():
            routine = Routine(
                key=event.key,
                title=event.title,
                municipality=event.municipality,
                sections=event.sections,
                published_at=at,
            )
            return record.after(event, routines=record.routines | {f"{event.municipality} {event.key}": routine})
        case events.DocumentAttached():
            document = AttachedDocument(
                digest=event.digest,
                media_type=event.media_type,
                size=event.size,
                principal=actor.principal,
                party=actor.party,
                attached_at=at,
            )
            return record.after(event, documents=(*record.documents, document))
        case _:
            raise HistoryBroken(event)


def _conclusion_key(municipality: HsaId, party: Party) -> str:
    return f"{municipality} {party}"


def _add_signature(given: Iterable[OfficeSignature], event: events.OfficeEvent) -> tuple[OfficeSignature, ...]:
    """Return the signatures of a principal with that of an event. Others may count for another office by it."""
    moved = {each.person: each.office for each in event.moved}
    earlier = (each.model_copy(update={"office": moved.get(each.actor.person, each.office)}) for each in given)
    return (*earlier, OfficeSignature(actor=event.actor, office=event.office, signed_at=event.occurred_at))


def _signature(actor: Actor, at: Instant) -> Signature:
    return Signature(principal=actor.principal, party=actor.party, signed_at=at)


def _earlier(record: VersionRecord, new: LocalAgreement) -> Iterator[LocalAgreement]:
    """Yield the replaced local agreements. Those with the key of the new one now end on the day before it."""
    yield from (local for local in record.earlier if local.full_key != new.full_key)
    current = record.local.get(new.full_key)
    replaced = [local for local in record.earlier if local.full_key == new.full_key]
    for local in replaced if current is None else [*replaced, current]:
        if local.valid_from < new.valid_from:
            last = new.valid_from - timedelta(days=1)
            yield local.model_copy(update={"valid_to": min(local.valid_to or last, last)})


def _new_stop(record: VersionRecord, event: events.EndingDeclared) -> dict[HsaId, Stop]:
    """Return the earlier last day that a declaration sets, by its principal. Empty if it sets none."""
    last, earlier = event.not_prolonged_after, record.stops.get(event.actor.principal)
    if last is None or (earlier is not None and earlier.last_day <= last):
        return {}
    return {event.actor.principal: Stop(party=event.actor.party, last_day=last)}


def _agreed_ends(endings: Mapping[HsaId, EndDeclaration]) -> dict[HsaId, date]:
    """Return the last day of each municipality that has declared an end, if the region has too.

    It is the later of the two days. Until then one of them is still bound, and so both are.
    """
    region = next((ending for ending in endings.values() if ending.party is Party.REGION), None)
    own = [ending for ending in endings.values() if ending.party is Party.MUNICIPALITY]
    return {ending.principal: max(ending.last_day, region.last_day) for ending in own} if region is not None else {}


def fold(history: Iterable[Event]) -> VersionRecord | None:
    """Return the record that the history leads to, or None if there is no history."""
    return reduce(evolve, history, None)
