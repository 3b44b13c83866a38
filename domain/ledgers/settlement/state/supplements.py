"""A year's supplement as it stands."""

from enum import StrEnum
from uuid import UUID

from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Slug, ledger_id
from domain.ledgers.settlement.events.supplements import (
    Inputs,
    Measurement,
    MunicipalAmount,
    SupplementAdjusted,
    SupplementCalculated,
    SupplementMeasured,
    SupplementPaid,
    SupplementPresented,
    SupplementReviewed,
)


class SupplementStatus(StrEnum):
    """The stages of a year's supplement (catalogue C.4)."""

    MEASURED = "measured"
    CALCULATED = "calculated"
    PRESENTED = "presented"
    PAID = "paid"


class YearSupplement(Aggregate):
    """A year's supplement to the county's municipalities."""

    county: Slug
    region: HsaId
    year: int
    status: SupplementStatus
    since: Instant
    measurement: Measurement
    inputs: Inputs
    measured_by: UUID
    """The event that put the inputs on record."""
    components: tuple[Slug, ...] = ()
    totals: tuple[MunicipalAmount, ...] = ()
    reckoned_by: UUID | None = None
    """The event that the totals come from."""
    reviewed_at: Instant | None = None


def supplement_id(county: str, year: int) -> UUID:
    """Return the id of the ledger of a year's supplement."""
    return ledger_id(county, "supplement", str(year))


def evolve(supplement: YearSupplement | None, event: Event) -> YearSupplement:
    """Return the supplement after the event."""
    if supplement is not None:
        return _after(supplement, event)
    if not isinstance(event, SupplementMeasured):
        raise HistoryBroken(event)
    return YearSupplement(
        id=event.originator_id,
        version=event.originator_version,
        county=event.county,
        region=event.region,
        year=event.year,
        status=SupplementStatus.MEASURED,
        since=event.occurred_at,
        measurement=event.measurement,
        inputs=event.inputs,
        measured_by=event.id,
    )


def _after(supplement: YearSupplement, event: Event) -> YearSupplement:
    at = event.occurred_at
    match event:
        case SupplementCalculated():
            return supplement.after(
                event,
                status=SupplementStatus.CALCULATED,
                since=at,
                components=tuple(result.component for result in event.components),
                totals=event.totals,
                reckoned_by=event.id,
            )
        case SupplementAdjusted():
            return supplement.after(
                event,
                status=SupplementStatus.CALCULATED,
                since=at,
                measurement=event.measurement or supplement.measurement,
                totals=event.totals,
                reckoned_by=event.id,
            )
        case SupplementPresented():
            return supplement.after(event, status=SupplementStatus.PRESENTED, since=at)
        case SupplementPaid():
            return supplement.after(event, status=SupplementStatus.PAID, since=at)
        case SupplementReviewed():
            return supplement.after(event, reviewed_at=at)
        case _:
            raise HistoryBroken(event)
