"""The ledgers of settlement, each folded from its own events."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from uuid import UUID

from domain.agreements.model.settlement import Debtor
from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Label, Slug, Value, ledger_id
from domain.ledgers.settlement import events as happened
from domain.ledgers.settlement.values import AnnexLine, ClaimPart, Inputs, Line, Measurement, MunicipalAmount, Position
from domain.money import Exact, Figure


class Rates(Aggregate):
    """A county's yearly rates, each with the event that published it as its source."""

    county: Slug
    hourly: dict[int, Figure] = {}
    standard: dict[int, Figure] = {}
    tax_base: dict[int, Figure] = {}


class MonthStatus(StrEnum):
    """How far a month's settlement has come (catalogue C.4)."""

    OPEN = "open"
    HOURS_CLOSED = "hours-closed"
    INVOICED = "invoiced"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    PAID = "paid"


class IssuedInvoice(Value):
    """An invoice as it was issued; a later one may correct it."""

    id: UUID
    corrects: UUID | None
    annex: tuple[AnnexLine, ...]
    total: Figure
    issued_by: UUID
    """The event that issued it."""


class Month(Aggregate):
    """A month's settlement between the region and one municipality."""

    county: Slug
    region: HsaId
    municipality: HsaId
    care: Slug
    month: date
    """Its first day."""
    status: MonthStatus
    since: Instant
    """When it got its status."""
    lines: tuple[Line, ...] = ()
    standard: Figure | None = None
    closed_by: UUID | None = None
    """The event that closed the hours last."""
    invoices: tuple[IssuedInvoice, ...] = ()
    paid: Exact = Decimal(0)
    """What the region has paid so far; SEK."""
    dispute: UUID | None = None
    positions: tuple[Position, ...] = ()

    @property
    def invoice(self) -> IssuedInvoice:
        """The invoice that counts: the latest. IndexError: none has been issued."""
        return self.invoices[-1]


class SupplementStatus(StrEnum):
    """How far a year's supplement has come (catalogue C.4)."""

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


class CostSettlement(Aggregate):
    """The cost of one non-resident's care."""

    county: Slug
    municipality: HsaId
    """The municipality of stay."""
    of_case: UUID
    home_county: Slug
    asked: Debtor
    since: Instant
    split: dict[Debtor, Exact] | None = None
    """None until an agreement is reached."""
    counterpart_reference: Label | None = None
    agreed_by: UUID | None = None
    """The event of the agreement."""
    claims: dict[UUID, tuple[ClaimPart, ...]] = {}

    @property
    def claimed(self) -> frozenset[UUID]:
        """The events of the interventions that have been claimed for."""
        sources = (source for parts in self.claims.values() for part in parts for source in part.amount.sources)
        return frozenset(source for source in sources if source != self.agreed_by)


Ledger = Rates | Month | YearSupplement | CostSettlement


def rates_id(county: str) -> UUID:
    """The ledger of a county's rates."""
    return ledger_id(county, "rates")


def month_id(county: str, municipality: str, care: str, month: date) -> UUID:
    """The ledger of a month's settlement of some care with a municipality."""
    return ledger_id(county, "month", municipality, care, f"{month:%Y-%m}")


def supplement_id(county: str, year: int) -> UUID:
    """The ledger of a year's supplement."""
    return ledger_id(county, "supplement", str(year))


def cost_id(county: str, of_case: UUID) -> UUID:
    """The ledger of the cost of one non-resident's care."""
    return ledger_id(county, "cost", str(of_case))


def evolve(ledger: Ledger | None, event: Event) -> Ledger:
    """The ledger after the event."""
    if ledger is None:
        return _opened(event)
    match ledger:
        case Rates():
            return _rates(ledger, event)
        case Month():
            return _month(ledger, event)
        case YearSupplement():
            return _supplement(ledger, event)
        case CostSettlement():
            return _cost(ledger, event)


def fold(events: Iterable[Event]) -> Ledger | None:
    """The ledger that a history leads to; None for no history."""
    return reduce(evolve, events, None)


def _opened(event: Event) -> Ledger:
    match event:
        case happened.HourlyRatePublished() | happened.StandardAmountPublished() | happened.TaxBaseChangePublished():
            empty = Rates(id=event.originator_id, version=0, county=event.county)
            return _rates(empty, event)
        case happened.MonthOpened():
            return Month(
                id=event.originator_id,
                version=event.originator_version,
                county=event.county,
                region=event.region,
                municipality=event.municipality,
                care=event.care,
                month=event.month,
                status=MonthStatus.OPEN,
                since=event.occurred_at,
            )
        case happened.SupplementMeasured():
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
        case happened.CostAgreementRequested():
            return CostSettlement(
                id=event.originator_id,
                version=event.originator_version,
                county=event.county,
                municipality=event.municipality,
                of_case=event.of_case,
                home_county=event.home_county,
                asked=event.asked,
                since=event.occurred_at,
            )
        case _:
            raise HistoryBroken(event)


def _rates(rates: Rates, event: Event) -> Rates:
    match event:
        case happened.HourlyRatePublished():
            return rates.after(event, hourly=rates.hourly | {event.year: _published(event.rate, event)})
        case happened.StandardAmountPublished():
            return rates.after(event, standard=rates.standard | {event.year: _published(event.amount, event)})
        case happened.TaxBaseChangePublished():
            return rates.after(event, tax_base=rates.tax_base | {event.year: _published(event.change, event)})
        case _:
            raise HistoryBroken(event)


def _published(figure: Figure, event: Event) -> Figure:
    return figure.model_copy(update={"sources": (event.id,)})


def _month(month: Month, event: Event) -> Month:
    at = event.occurred_at
    match event:
        case happened.HoursClosed():
            return month.after(
                event,
                status=MonthStatus.HOURS_CLOSED,
                since=at,
                lines=event.lines,
                standard=event.standard,
                closed_by=event.id,
                dispute=None,
            )
        case happened.InvoiceIssued():
            issued = IssuedInvoice(
                id=event.invoice_id,
                corrects=event.corrects,
                annex=event.annex,
                total=event.total,
                issued_by=event.id,
            )
            return month.after(
                event, status=MonthStatus.INVOICED, since=at, invoices=(*month.invoices, issued), dispute=None
            )
        case happened.InvoiceReceived():
            return month.after(event, status=MonthStatus.RECEIVED, since=at)
        case happened.InvoiceAccepted():
            return month.after(event, status=MonthStatus.ACCEPTED, since=at, dispute=None)
        case happened.InvoiceContested():
            return month.after(event, status=MonthStatus.CONTESTED, since=at, dispute=event.dispute_id, positions=())
        case happened.InvoicePositionRecorded():
            held = Position(id=event.position_id, principal=event.actor.principal, position=event.position)
            return month.after(event, positions=(*month.positions, held))
        case happened.InvoicePaid():
            return month.after(event, status=MonthStatus.PAID, since=at, paid=month.paid + event.amount.amount)
        case _:
            raise HistoryBroken(event)


def _supplement(supplement: YearSupplement, event: Event) -> YearSupplement:
    at = event.occurred_at
    match event:
        case happened.SupplementCalculated():
            return supplement.after(
                event,
                status=SupplementStatus.CALCULATED,
                since=at,
                components=tuple(one.component for one in event.components),
                totals=event.totals,
                reckoned_by=event.id,
            )
        case happened.SupplementAdjusted():
            return supplement.after(
                event,
                status=SupplementStatus.CALCULATED,
                since=at,
                measurement=event.measurement or supplement.measurement,
                totals=event.totals,
                reckoned_by=event.id,
            )
        case happened.SupplementPresented():
            return supplement.after(event, status=SupplementStatus.PRESENTED, since=at)
        case happened.SupplementPaid():
            return supplement.after(event, status=SupplementStatus.PAID, since=at)
        case happened.SupplementReviewed():
            return supplement.after(event, reviewed_at=at)
        case _:
            raise HistoryBroken(event)


def _cost(cost: CostSettlement, event: Event) -> CostSettlement:
    match event:
        case happened.CostAgreementReached():
            return cost.after(
                event,
                since=event.occurred_at,
                split=event.split,
                counterpart_reference=event.counterpart_reference,
                agreed_by=event.id,
            )
        case happened.CostClaimRaised():
            return cost.after(event, since=event.occurred_at, claims=cost.claims | {event.claim_id: event.parts})
        case _:
            raise HistoryBroken(event)
