"""The settlement of a month as it stands."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Slug, Text, Value, ledger_id
from domain.ledgers.settlement.events.months import (
    AnnexLine,
    HoursClosed,
    HoursLine,
    InvoiceAccepted,
    InvoiceContested,
    InvoiceIssued,
    InvoicePaid,
    InvoicePositionRecorded,
    InvoiceReceived,
    MonthOpened,
)
from domain.money import Exact, Figure


class MonthStatus(StrEnum):
    """The stages of a month's settlement (catalogue C.4)."""

    OPEN = "open"
    HOURS_CLOSED = "hours-closed"
    INVOICED = "invoiced"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    PAID = "paid"


class IssuedInvoice(Value):
    """An invoice as it was issued. A later invoice may correct it."""

    id: UUID
    corrects: UUID | None
    annex: tuple[AnnexLine, ...]
    total: Figure
    issued_by: UUID
    """The event that issued it."""


class InvoicePosition(Value):
    """A party's position on a contested invoice."""

    id: UUID
    principal: HsaId
    position: Text


class Month(Aggregate):
    """The settlement of a month between the region and one municipality."""

    county: Slug
    region: HsaId
    municipality: HsaId
    care: Slug
    month: date
    """The first day of the month."""
    status: MonthStatus
    since: Instant
    """The time at which the month got its status."""
    lines: tuple[HoursLine, ...] = ()
    standard: Figure | None = None
    closed_by: UUID | None = None
    """The event that closed the hours last."""
    invoices: tuple[IssuedInvoice, ...] = ()
    paid: Exact = Decimal(0)
    """The sum that the region has paid so far; SEK."""
    dispute: UUID | None = None
    positions: tuple[InvoicePosition, ...] = ()

    @property
    def invoice(self) -> IssuedInvoice:
        """The latest invoice, which is the one that counts. Raises IndexError if none has been issued."""
        return self.invoices[-1]


def month_id(county: str, municipality: str, care: str, month: date) -> UUID:
    """Return the id of the ledger in which a month of some care is settled with a municipality."""
    return ledger_id(county, "month", municipality, care, f"{month:%Y-%m}")


def evolve(month: Month | None, event: Event) -> Month:
    """Return the month after the event."""
    if month is not None:
        return _after(month, event)
    if not isinstance(event, MonthOpened):
        raise HistoryBroken(event)
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


def _after(month: Month, event: Event) -> Month:
    at = event.occurred_at
    match event:
        case HoursClosed():
            return month.after(
                event,
                status=MonthStatus.HOURS_CLOSED,
                since=at,
                lines=event.lines,
                standard=event.standard,
                closed_by=event.id,
                dispute=None,
            )
        case InvoiceIssued():
            invoices = (*month.invoices, _invoice(event))
            return month.after(event, status=MonthStatus.INVOICED, since=at, invoices=invoices, dispute=None)
        case InvoiceReceived():
            return month.after(event, status=MonthStatus.RECEIVED, since=at)
        case InvoiceAccepted():
            return month.after(event, status=MonthStatus.ACCEPTED, since=at, dispute=None)
        case InvoiceContested():
            return month.after(event, status=MonthStatus.CONTESTED, since=at, dispute=event.dispute_id, positions=())
        case InvoicePositionRecorded():
            position = InvoicePosition(id=event.position_id, principal=event.actor.principal, position=event.position)
            return month.after(event, positions=(*month.positions, position))
        case InvoicePaid():
            return month.after(event, status=MonthStatus.PAID, since=at, paid=month.paid + event.amount.amount)
        case _:
            raise HistoryBroken(event)


def _invoice(event: InvoiceIssued) -> IssuedInvoice:
    return IssuedInvoice(
        id=event.invoice_id, corrects=event.corrects, annex=event.annex, total=event.total, issued_by=event.id
    )
