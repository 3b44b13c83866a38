"""Events in the ledger of a month's settlement (catalogue C.4)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.kernel import Event, HsaId, Label, Party, Slug, Text, Value
from domain.ledgers.settlement.values import Timeliness
from domain.money import Figure


class HoursLine(Value):
    """One case's hours in a month, and the amount that they give."""

    case: UUID
    patient_id: UUID
    planned: Figure
    """Planned hours. They are shown and never counted."""
    performed: Figure
    payable: Figure
    """The performed hours that the agreement version pays for."""
    reimbursed: Figure
    """The part of the payable hours that the region pays for."""
    rate: Figure
    amount: Figure
    unmet: tuple[Slug, ...] = ()
    """The reasons why hours are not paid for: conditions of the version that the care does not meet."""
    exceeds_month: bool = False
    """True if more hours were performed than the month has. Several staff may work at once, so it is only a flag."""


class AnnexLine(Value):
    """One individual's line in the annex of an invoice."""

    case: UUID
    patient_id: UUID
    hours: Figure
    """The performed hours claimed. The region pays for a part of them."""
    rate: Figure
    amount: Figure


class MonthOpened(Event):
    """The settlement of a month between the region and a municipality began (GAV-10-7)."""

    TOPIC: ClassVar[str] = "settlement.month-opened.v1"
    county: Slug
    region: HsaId
    municipality: HsaId
    care: Slug
    month: date
    """The first day of the month."""


class HoursClosed(Event):
    """The municipality closed a month's hours, with the amount for each case (MonthSettled; GAV-10-3)."""

    TOPIC: ClassVar[str] = "settlement.hours-closed.v1"
    lines: tuple[HoursLine, ...]
    standard: Figure | None = None
    """The standard amount of the month, if the version pays one instead of hours."""


class InvoiceIssued(Event):
    """The municipality invoiced the month, or corrected the invoice that the region contested (GAV-10-7 to -9)."""

    TOPIC: ClassVar[str] = "settlement.invoice-issued.v1"
    invoice_id: UUID
    corrects: UUID | None = None
    """The invoice that this one corrects."""
    reference: Label | None
    annex: tuple[AnnexLine, ...]
    standard: Figure | None = None
    """The standard amount in the total, if the version pays one."""
    total: Figure


class InvoiceReceived(Event):
    """The region received the invoice (Region Gävleborg tillhanda; GAV-10-7)."""

    TOPIC: ClassVar[str] = "settlement.invoice-received.v1"
    invoice_id: UUID
    due: date | None
    """The last day on time. None if the version sets none."""
    timeliness: Timeliness | None


class InvoiceAccepted(Event):
    """The region accepted the invoice."""

    TOPIC: ClassVar[str] = "settlement.invoice-accepted.v1"
    invoice_id: UUID


class InvoiceContested(Event):
    """The region contested the invoice, with a reason."""

    TOPIC: ClassVar[str] = "settlement.invoice-contested.v1"
    invoice_id: UUID
    dispute_id: UUID
    reason: Text


class InvoicePositionRecorded(Event):
    """A party stated its own position on a contested invoice (SYS-3)."""

    TOPIC: ClassVar[str] = "settlement.invoice-position-recorded.v1"
    dispute_id: UUID
    position_id: UUID
    party: Party
    position: Text


class InvoicePaid(Event):
    """The region paid the invoice."""

    TOPIC: ClassVar[str] = "settlement.invoice-paid.v1"
    invoice_id: UUID
    amount: Figure


MonthEvent = (
    MonthOpened
    | HoursClosed
    | InvoiceIssued
    | InvoiceReceived
    | InvoiceAccepted
    | InvoiceContested
    | InvoicePositionRecorded
    | InvoicePaid
)
