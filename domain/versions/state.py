"""The record of one agreement version as it stands."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import reduce
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
from domain.versions.local_agreement import LocalAgreement


class Signature(Value):
    """A principal's own signature, and when it was given."""

    principal: HsaId
    party: Party
    signed_at: Instant


class EndDeclaration(Value):
    """A principal's own declaration that the version ends early."""

    principal: HsaId
    party: Party
    last_day: date
    condition: Text


class Routine(Value):
    """A local routine in its latest wording."""

    key: Slug
    title: str
    municipality: HsaId
    sections: dict[str, Text]
    published_at: Instant


class Proposal(Value):
    """What one party has agreed to and the other has not yet."""

    agreed: LocalAgreement
    by: Party


class VersionRecord(Aggregate):
    """The record of a version. With version 0 nothing has been recorded: the text came with the package."""

    agreement: AgreementRef
    county: Slug
    digest: str | None = None
    """Of the text that was submitted; None for one that came with the package, and was signed elsewhere if at all."""
    signatures: dict[HsaId, Signature] = {}
    published_at: Instant | None = None
    endings: dict[HsaId, EndDeclaration] = {}
    ended: dict[HsaId, date] = {}
    """By municipality, the last day once it and the region have both declared an early end; no later word moves it."""
    followed_up_at: Instant | None = None
    proposals: dict[str, Proposal] = {}
    local: dict[str, LocalAgreement] = {}
    earlier: tuple[LocalAgreement, ...] = ()
    """What the local agreements replaced, each until the day before: what occurred then stands on it."""
    routines: dict[str, Routine] = {}
    """By municipality and key, as are proposals and local agreements."""

    @property
    def is_shipped(self) -> bool:
        """Whether the text came with the package: in force without signatures here (GAV-8-2)."""
        return self.digest is None

    @property
    def is_published(self) -> bool:
        """Whether it can be in force at all."""
        return self.is_shipped or self.published_at is not None

    def signed_at(self, party: Party, principal: HsaId | None = None) -> Instant | None:
        """When the principal signed; with none named, when the first of the party did."""
        signed = [
            one.signed_at
            for one in self.signatures.values()
            if one.party is party and principal in (None, one.principal)
        ]
        return min(signed, default=None)

    def last_day(self, municipality: HsaId) -> date | None:
        """The last day for a municipality where both it and the region have declared an early end (GAV-3-1)."""
        return self.ended.get(municipality)


def version_record_id(county: str, agreement: AgreementRef) -> UUID:
    """The id of a version's record: one for each version of a county."""
    return ledger_id("contract", county, agreement.id, agreement.version)


def shipped_record(county: str, agreement: AgreementRef) -> VersionRecord:
    """The record of a text that came with the package, before anything is recorded about it."""
    return VersionRecord(id=version_record_id(county, agreement), version=0, agreement=agreement, county=county)


def evolve(record: VersionRecord | None, event: Event) -> VersionRecord:
    """The record after the event."""
    if event.basis.agreement is None:
        raise HistoryBroken(event)
    if isinstance(event, events.VersionSubmitted):
        if record is not None:
            raise HistoryBroken(event)
        return VersionRecord(
            id=event.originator_id,
            version=event.originator_version,
            agreement=event.basis.agreement,
            county=event.actor.county,
            digest=event.digest,
        )
    return _after(record or shipped_record(event.actor.county, event.basis.agreement), event)


def _after(record: VersionRecord, event: Event) -> VersionRecord:
    who, at = event.actor, event.occurred_at
    match event:
        case events.VersionSigned():
            return record.after(event, signatures=record.signatures | {who.principal: _signature(who, at)})
        case events.VersionPublished():
            return record.after(event, published_at=at)
        case events.EndingDeclared():
            ending = EndDeclaration(
                principal=who.principal, party=who.party, last_day=event.last_day, condition=event.condition
            )
            endings = record.endings | {who.principal: ending}
            return record.after(event, endings=endings, ended=_agreed_ends(endings) | record.ended)
        case events.FollowUpHeld():
            return record.after(event, followed_up_at=max(at, record.followed_up_at or at))
        case events.LocalAgreementProposed():
            proposal = Proposal(agreed=event.agreed, by=who.party)
            return record.after(event, proposals=record.proposals | {event.agreed.of: proposal})
        case events.LocalAgreementMade():
            waiting = {key: one for key, one in record.proposals.items() if key != event.agreed.of}
            local = record.local | {event.agreed.of: event.agreed}
            earlier = tuple(_earlier(record, event.agreed))
            return record.after(event, proposals=waiting, local=local, earlier=earlier)
        case events.LocalRoutinePublished():
            routine = Routine(
                key=event.key,
                title=event.title,
                municipality=event.municipality,
                sections=event.sections,
                published_at=at,
            )
            return record.after(event, routines=record.routines | {f"{event.municipality} {event.key}": routine})
        case _:
            raise HistoryBroken(event)


def _signature(who: Actor, at: Instant) -> Signature:
    return Signature(principal=who.principal, party=who.party, signed_at=at)


def _earlier(record: VersionRecord, made: LocalAgreement) -> Iterator[LocalAgreement]:
    """What has been replaced, with what one of the same name held until the day before the one that was made."""
    yield from (one for one in record.earlier if one.of != made.of)
    current = record.local.get(made.of)
    own = [one for one in record.earlier if one.of == made.of]
    for one in own if current is None else [*own, current]:
        if one.valid_from < made.valid_from:
            last = made.valid_from - timedelta(days=1)
            yield one.model_copy(update={"valid_to": min(one.valid_to or last, last)})


def _agreed_ends(endings: Mapping[HsaId, EndDeclaration]) -> dict[HsaId, date]:
    """The last days that both parties have declared an end by.

    The later of the two days: until then one of them is still bound, and so both are.
    """
    region = next((one for one in endings.values() if one.party is Party.REGION), None)
    own = [one for one in endings.values() if one.party is Party.MUNICIPALITY]
    return {one.principal: max(one.last_day, region.last_day) for one in own} if region is not None else {}


def fold(history: Iterable[Event]) -> VersionRecord | None:
    """The record that a history leads to; None for no history."""
    return reduce(evolve, history, None)
