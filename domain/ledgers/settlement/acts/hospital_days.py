"""Acts on a month's days in hospital of persons who were ready for discharge: claim, acceptance, contest."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.rules.payment_liability import price_days
from domain.kernel import Day, Events, HsaId, Party, Text, legal_midnight
from domain.ledger_permission import require_permission
from domain.ledgers.settlement.events.hospital_days import (
    HospitalDaysAccepted,
    HospitalDaysClaimed,
    HospitalDaysContested,
    HospitalDaysLine,
)
from domain.ledgers.settlement.refusals import NotReimbursable, RateNotPublished
from domain.ledgers.settlement.rules.days import last_day
from domain.ledgers.settlement.rules.hospital_days import CaseDays
from domain.ledgers.settlement.rules.text import require_liability
from domain.ledgers.settlement.state.hospital_days import ClaimStatus, HospitalDays, hospital_days_id
from domain.ledgers.settlement.state.rates import Rates
from domain.money import Figure, UnitOfMeasure
from domain.refusals import WrongState


def claim_hospital_days(
    claim: HospitalDays | None,
    *,
    act: Act,
    municipality: HsaId,
    month: Day,
    liable: Sequence[CaseDays],
    rates: Rates | None,
) -> Events:
    """Claim a month's days in hospital from a municipality, at the year's amount for a day (LSU-5-1).

    Give the month by any of its days. The days are read from the cases. If the record changes later, claim again: the
    new claim takes the place of the former, also after it was accepted or contested.
    """
    require_permission(act, by=Party.REGION)
    clauses = require_liability(act).clauses
    act.refuse_unknown_municipality(municipality)
    first, last = month.replace(day=1), last_day(month)
    act.not_before(legal_midnight(last + timedelta(days=1)), "the month had ended")
    if claim is not None:
        act.not_before(claim.since, "the claim was last dealt with")
    lines = tuple(_price(liable, rates, clauses))
    if not lines and claim is None:
        raise NotReimbursable(
            f"The municipality is liable for no day in hospital in {first:%Y-%m}",
            rule=clauses[0],
            remedy="claim nothing for this month; each case says what hinders its days",
            where=("month",),
        )
    if claim is not None and claim.lines == lines:
        raise WrongState(
            subject="The claim", state=claim.status, needed=("changed by the cases since then",), rule=clauses[0]
        )
    sources = tuple(dict.fromkeys(source for line in lines for source in line.amount.sources))
    total = sum((line.amount.amount for line in lines), Decimal(0))
    event = act.record(
        HospitalDaysClaimed,
        on=claim or hospital_days_id(act.actor.county, municipality, month),
        clauses=clauses,
        county=act.actor.county,
        region=act.directory.region.id,
        municipality=municipality,
        month=first,
        lines=lines,
        total=Figure(amount=total, unit=UnitOfMeasure.SEK, clauses=clauses, sources=sources),
    )
    return (event,)


def accept_hospital_days(claim: HospitalDays, *, act: Act) -> Events:
    """Accept the claim for the municipality, also after contesting it."""
    clauses = _check(claim, act, ClaimStatus.CLAIMED, ClaimStatus.CONTESTED)
    return (act.record(HospitalDaysAccepted, on=claim, clauses=clauses, claim_id=claim.claim_id),)


def contest_hospital_days(claim: HospitalDays, *, act: Act, reason: Text) -> Events:
    """Contest the claim for the municipality, with a reason. The claim stands, and the reason beside it (SYS-3)."""
    clauses = _check(claim, act, ClaimStatus.CLAIMED)
    return (act.record(HospitalDaysContested, on=claim, clauses=clauses, claim_id=claim.claim_id, reason=reason),)


def _check(claim: HospitalDays, act: Act, *statuses: ClaimStatus) -> tuple[str, ...]:
    """Return the clauses. Refuse an actor who is not of the municipality, and a claim in another status."""
    require_permission(act, claim.region, claim.municipality, by=Party.MUNICIPALITY)
    clauses = require_liability(act).clauses
    if claim.status not in statuses:
        raise WrongState(
            subject="The claim",
            state=claim.status,
            needed=statuses,
            rule=clauses[0],
            acts=(ActName.CLAIM_HOSPITAL_DAYS,),
        )
    act.not_before(claim.since, f"the claim became {claim.status}")
    return clauses


def _price(liable: Sequence[CaseDays], rates: Rates | None, clauses: tuple[str, ...]) -> Iterator[HospitalDaysLine]:
    """Yield a line for each case. The days of a month are of one year."""
    for each in liable:
        (of_year,) = price_days(each.days, rates.daily if rates is not None else {}, clauses)
        if of_year.amount is None:
            raise RateNotPublished(
                f"No amount for a day in hospital has been published for {of_year.year}",
                rule=clauses[0],
                remedy=f"publish the amount of {of_year.year} with its source",
                where=(str(of_year.year),),
                acts=(ActName.PUBLISH_DAILY_AMOUNT,),
            )
        amount = of_year.amount.model_copy(update={"sources": (*of_year.amount.sources, *each.notices)})
        yield HospitalDaysLine(case=each.case, patient_id=each.patient_id, days=each.days, amount=amount)
