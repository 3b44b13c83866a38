"""Events in the ledger of a month's days in hospital of persons who were ready for discharge (LSU-5-1)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.kernel import Event, HsaId, Slug, Text, Value
from domain.money import Figure


class HospitalDaysLine(Value):
    """One case's liable days in a month, and the amount that they give."""

    case: UUID
    patient_id: UUID
    days: tuple[date, ...]
    amount: Figure


class HospitalDaysClaimed(Event):
    """The region claimed a month's days in hospital from the municipality. A later claim takes the place of it."""

    TOPIC: ClassVar[str] = "settlement.hospital-days-claimed.v1"
    county: Slug
    region: HsaId
    municipality: HsaId
    month: date
    """The first day of the month."""
    lines: tuple[HospitalDaysLine, ...]
    total: Figure


class HospitalDaysAccepted(Event):
    """The municipality accepted the claim as it stands."""

    TOPIC: ClassVar[str] = "settlement.hospital-days-accepted.v1"
    claim_id: UUID
    """The event of the claim."""


class HospitalDaysContested(Event):
    """The municipality contested the claim, with a reason. The claim stands beside it."""

    TOPIC: ClassVar[str] = "settlement.hospital-days-contested.v1"
    claim_id: UUID
    """The event of the claim."""
    reason: Text


HospitalDaysEvent = HospitalDaysClaimed | HospitalDaysAccepted | HospitalDaysContested
