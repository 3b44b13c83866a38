"""What can have happened in settlement (catalogue C.4). Each stream is a ledger of its own, outside every case."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, get_args
from uuid import UUID

from domain.agreements.model.settlement import Debtor
from domain.kernel import Event, HsaId, Label, Party, Slug, Text
from domain.ledgers.settlement.values import (
    AnnexLine,
    Change,
    ClaimPart,
    ComponentResult,
    FactorLine,
    Inputs,
    Line,
    Measurement,
    MunicipalAmount,
    Year,
)
from domain.money import Exact, Figure


class Timeliness(StrEnum):
    """Whether something happened when it was to; a flag, and never a refusal."""

    EARLY = "early"
    ON_TIME = "on-time"
    LATE = "late"


class HourlyRatePublished(Event):
    """The hourly rate of a year, with the index it follows (timersättning; GAV-10-2, -5)."""

    TOPIC: ClassVar[str] = "settlement.hourly-rate-published.v1"
    county: Slug
    year: Year
    rate: Figure
    corrects: UUID | None = None
    """The publication that this one corrects (SYS-4)."""


class StandardAmountPublished(Event):
    """The standard amount of a month in a year, whatever the hours (schablon; SKR-11-2)."""

    TOPIC: ClassVar[str] = "settlement.standard-amount-published.v1"
    county: Slug
    year: Year
    amount: Figure
    corrects: UUID | None = None


class TaxBaseChangePublished(Event):
    """By how many per cent the tax base changed from the year before (skatteunderlagets utveckling; ORE-4.1.2-5)."""

    TOPIC: ClassVar[str] = "settlement.tax-base-change-published.v1"
    county: Slug
    year: Year
    change: Figure
    corrects: UUID | None = None


class MonthOpened(Event):
    """A month's settlement between the region and a municipality began (GAV-10-7)."""

    TOPIC: ClassVar[str] = "settlement.month-opened.v1"
    county: Slug
    region: HsaId
    municipality: HsaId
    care: Slug
    month: date
    """Its first day."""


class HoursClosed(Event):
    """The municipality closed a month's hours: what each case comes to (MonthSettled; GAV-10-3)."""

    TOPIC: ClassVar[str] = "settlement.hours-closed.v1"
    lines: tuple[Line, ...]
    standard: Figure | None = None
    """The month's standard amount, where that is what the version pays instead of hours."""


class InvoiceIssued(Event):
    """The municipality invoiced the month, or corrected the invoice that the region contested (GAV-10-7 to -9)."""

    TOPIC: ClassVar[str] = "settlement.invoice-issued.v1"
    invoice_id: UUID
    corrects: UUID | None = None
    """The invoice that this one corrects."""
    reference: Label | None
    annex: tuple[AnnexLine, ...]
    standard: Figure | None = None
    """The standard amount in the total, where the version pays one."""
    total: Figure


class InvoiceReceived(Event):
    """The invoice was with the region (Region Gävleborg tillhanda; GAV-10-7)."""

    TOPIC: ClassVar[str] = "settlement.invoice-received.v1"
    invoice_id: UUID
    due: date | None
    """The last day on time; None where the version sets none."""
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


class SupplementMeasured(Event):
    """What a year's supplement is to be reckoned from was put on record."""

    TOPIC: ClassVar[str] = "settlement.supplement-measured.v1"
    county: Slug
    region: HsaId
    year: Year
    measurement: Measurement
    inputs: Inputs


class SupplementCalculated(Event):
    """A year's supplement was reckoned, component by component and factor by factor (ORE-4.1.2-4, 4.2)."""

    TOPIC: ClassVar[str] = "settlement.supplement-calculated.v1"
    components: tuple[ComponentResult, ...]
    factors: tuple[FactorLine, ...]
    totals: tuple[MunicipalAmount, ...]


class SupplementPresented(Event):
    """Next year's amount for each municipality was presented (ORE-4.2-7)."""

    TOPIC: ClassVar[str] = "settlement.supplement-presented.v1"
    timeliness: Timeliness | None
    """None where the version sets no month."""


class SupplementPaid(Event):
    """The year's amounts were paid out (ORE-4.2-7)."""

    TOPIC: ClassVar[str] = "settlement.supplement-paid.v1"
    timeliness: Timeliness | None
    """None where the version sets no month."""
    totals: tuple[MunicipalAmount, ...]


class SupplementAdjusted(Event):
    """The supplement was changed after a new measurement (ORE-4.1.2-7, 4.2-6)."""

    TOPIC: ClassVar[str] = "settlement.supplement-adjusted.v1"
    measurement: Measurement | None
    """None where the version asks for no measurement."""
    reason: Text
    changes: tuple[Change, ...]
    totals: tuple[MunicipalAmount, ...]
    """What each municipality gets from here on."""


class SupplementReviewed(Event):
    """The year's supplement was followed up (ORE-4.1.2-6)."""

    TOPIC: ClassVar[str] = "settlement.supplement-reviewed.v1"
    conclusion: Text


class CostAgreementRequested(Event):
    """The municipality of stay asked for an agreement on the cost of a non-resident's care (VML-12-5)."""

    TOPIC: ClassVar[str] = "settlement.cost-agreement-requested.v1"
    county: Slug
    municipality: HsaId
    of_case: UUID
    home_county: Slug
    """The county in which the individual is registered (VML-12-3)."""
    asked: Debtor


class CostAgreementReached(Event):
    """Both agreed on who pays which part of a non-resident's care (VML-12-5)."""

    TOPIC: ClassVar[str] = "settlement.cost-agreement-reached.v1"
    split: dict[Debtor, Exact]
    """Each debtor's part; they add up to 1."""
    counterpart_reference: Label
    """The counterpart's own record of having agreed."""


class CostClaimRaised(Event):
    """The municipality of stay claimed what a non-resident's care cost (VML-12-2)."""

    TOPIC: ClassVar[str] = "settlement.cost-claim-raised.v1"
    claim_id: UUID
    parts: tuple[ClaimPart, ...]
    total: Figure


SettlementEvent = (
    HourlyRatePublished
    | StandardAmountPublished
    | TaxBaseChangePublished
    | MonthOpened
    | HoursClosed
    | InvoiceIssued
    | InvoiceReceived
    | InvoiceAccepted
    | InvoiceContested
    | InvoicePositionRecorded
    | InvoicePaid
    | SupplementMeasured
    | SupplementCalculated
    | SupplementPresented
    | SupplementPaid
    | SupplementAdjusted
    | SupplementReviewed
    | CostAgreementRequested
    | CostAgreementReached
    | CostClaimRaised
)

SETTLEMENT_EVENTS: tuple[type[Event], ...] = get_args(SettlementEvent)
"""Every event class of settlement."""
