"""A month's claim for days in hospital as it stands."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Slug, Text, ledger_id
from domain.ledgers.settlement.events.hospital_days import (
    HospitalDaysAccepted,
    HospitalDaysClaimed,
    HospitalDaysContested,
    HospitalDaysLine,
)
from domain.money import Figure


class ClaimStatus(StrEnum):
    """The stages of a claim."""

    CLAIMED = "claimed"
    CONTESTED = "contested"
    ACCEPTED = "accepted"


class HospitalDays(Aggregate):
    """The region's claim on one municipality for a month's days in hospital."""

    county: Slug
    region: HsaId
    municipality: HsaId
    month: date
    """The first day of the month."""
    status: ClaimStatus
    since: Instant
    claim_id: UUID
    """The event of the latest claim."""
    lines: tuple[HospitalDaysLine, ...]
    total: Figure
    reasons: tuple[Text, ...] = ()
    """The reasons for which the municipality has contested claims for the month."""


def hospital_days_id(county: str, municipality: HsaId, month: date) -> UUID:
    """Return the id of the ledger of a month's days in hospital. Any day of the month will do."""
    return ledger_id(county, "hospital-days", municipality, f"{month:%Y-%m}")


def evolve(claim: HospitalDays | None, event: Event) -> HospitalDays:
    """Return the claim after the event."""
    match claim, event:
        case None, HospitalDaysClaimed():
            return HospitalDays(
                id=event.originator_id,
                version=event.originator_version,
                county=event.county,
                region=event.region,
                municipality=event.municipality,
                month=event.month,
                status=ClaimStatus.CLAIMED,
                since=event.occurred_at,
                claim_id=event.id,
                lines=event.lines,
                total=event.total,
            )
        case HospitalDays(), HospitalDaysClaimed():
            latest = {"claim_id": event.id, "lines": event.lines, "total": event.total}
            return claim.after(event, status=ClaimStatus.CLAIMED, since=event.occurred_at, **latest)
        case HospitalDays(), HospitalDaysAccepted():
            return claim.after(event, status=ClaimStatus.ACCEPTED, since=event.occurred_at)
        case HospitalDays(), HospitalDaysContested():
            reasons = (*claim.reasons, event.reason)
            return claim.after(event, status=ClaimStatus.CONTESTED, since=event.occurred_at, reasons=reasons)
        case _:
            raise HistoryBroken(event)
