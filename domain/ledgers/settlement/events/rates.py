"""Events in the ledger of a county's yearly rates (catalogue C.4)."""

from typing import ClassVar
from uuid import UUID

from domain.kernel import Event, Slug
from domain.ledgers.settlement.values import Year
from domain.money import Figure


class HourlyRatePublished(Event):
    """The hourly rate of a year was published, with the index it follows (timersättning; GAV-10-2, -5)."""

    TOPIC: ClassVar[str] = "settlement.hourly-rate-published.v1"
    county: Slug
    year: Year
    rate: Figure
    corrects: UUID | None = None
    """The publication that this one corrects (SYS-4)."""


class StandardAmountPublished(Event):
    """The standard amount of a month in a year was published. It does not depend on the hours (schablon; SKR-11-2)."""

    TOPIC: ClassVar[str] = "settlement.standard-amount-published.v1"
    county: Slug
    year: Year
    amount: Figure
    corrects: UUID | None = None


class TaxBaseChangePublished(Event):
    """The change of the tax base from the year before was published (skatteunderlagets utveckling; ORE-4.1.2-5)."""

    TOPIC: ClassVar[str] = "settlement.tax-base-change-published.v1"
    county: Slug
    year: Year
    change: Figure
    """The change in per cent."""
    corrects: UUID | None = None


class DailyAmountPublished(Event):
    """The amount of a year for a day in hospital of a person who is ready for discharge was published (LSU-5-6)."""

    TOPIC: ClassVar[str] = "settlement.daily-amount-published.v1"
    county: Slug
    year: Year
    amount: Figure
    corrects: UUID | None = None


RatesEvent = HourlyRatePublished | StandardAmountPublished | TaxBaseChangePublished | DailyAmountPublished
