"""The ledgers of settlement: a county's rates, a month, a year's supplement, a non-resident's cost, days in hospital.

Each kind has the table from an act's name to its decision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from domain.act import Moments
from domain.agreements.model import ActName, Agreement
from domain.case.events.case import HomeVisitRecorded, HoursRecorded
from domain.case.events.enrolment import InterventionPerformed
from domain.kernel import Actor, HsaId, legal_midnight
from domain.ledger_kind import CaseSource, LedgerDecision, LedgerKind, LedgerSources
from domain.ledgers.settlement.acts import costs, hospital_days, months, rates, supplements
from domain.ledgers.settlement.duties import find_hospital_days_duties, find_month_duties, find_supplement_duties
from domain.ledgers.settlement.events.costs import CostEvent
from domain.ledgers.settlement.events.hospital_days import HospitalDaysEvent
from domain.ledgers.settlement.events.months import MonthEvent
from domain.ledgers.settlement.events.rates import RatesEvent
from domain.ledgers.settlement.events.supplements import SupplementEvent
from domain.ledgers.settlement.rules.days import last_day
from domain.ledgers.settlement.rules.hospital_days import CaseDays, read_case_days
from domain.ledgers.settlement.rules.recorded_care import GivenCare, read_given_care
from domain.ledgers.settlement.rules.recorded_hours import IndividualMonth, read_months
from domain.ledgers.settlement.state.costs import CostSettlement, cost_id
from domain.ledgers.settlement.state.costs import evolve as evolve_cost
from domain.ledgers.settlement.state.hospital_days import ClaimStatus, HospitalDays, hospital_days_id
from domain.ledgers.settlement.state.hospital_days import evolve as evolve_hospital_days
from domain.ledgers.settlement.state.months import Month, MonthStatus
from domain.ledgers.settlement.state.months import evolve as evolve_month
from domain.ledgers.settlement.state.rates import Rates, rates_id
from domain.ledgers.settlement.state.rates import evolve as evolve_rates
from domain.ledgers.settlement.state.supplements import YearSupplement
from domain.ledgers.settlement.state.supplements import evolve as evolve_supplement

_CARE = (InterventionPerformed, HomeVisitRecorded, HoursRecorded)
"""Events about care that was given, for which a cost can be claimed."""


def _read_rates(sources: LedgerSources) -> Rates | None:
    rates: Rates | None = RATES.fold(sources.record.load_case(rates_id(sources.actor.county)))
    return rates


def _read_individuals(sources: LedgerSources) -> list[IndividualMonth]:
    """Return the individuals with hours in the month, in the order in which these hours were first recorded."""
    record, month = sources.record, sources.state
    first, last = month.month, last_day(month.month)
    cases = record.find_cases_with_hours(month.county, month.municipality, first, last)
    histories = (record.load_case(case) for case in cases)
    return read_months(histories, municipality=month.municipality, first=first, last=last)


def _read_given_care(sources: LedgerSources) -> tuple[GivenCare, ...]:
    cost = sources.state
    return read_given_care(sources.record.load_case(cost.of_case), cost.municipality) if cost is not None else ()


def _read_case_days(sources: LedgerSources) -> list[CaseDays]:
    """Return the liable days of the month that is claimed, case by case."""
    record, content = sources.record, sources.content
    municipality, month = content["municipality"], content["month"]
    first, last = month.replace(day=1), last_day(month)
    cases = record.find_cases_with_notices(sources.actor.county, municipality, first, last)
    histories = (record.load_case(case) for case in cases)
    return read_case_days(histories, sources.catalogue, municipality=municipality, first=first, last=last)


def _settles_months(agreement: Agreement) -> bool:
    return agreement.settlement is not None and agreement.settlement.monthly is not None


def _has_supplement(agreement: Agreement) -> bool:
    return agreement.settlement is not None and agreement.settlement.supplement is not None


def _first_and_last(year: int) -> tuple[datetime, datetime]:
    return (legal_midnight(date(year, 1, 1)), legal_midnight(date(year, 12, 31)))


def _year_priced(_: Any, content: Mapping[str, Any], occurred_at: datetime) -> Moments:
    """Return the year that a rate prices, or else the time at which it is published.

    A rate of an earlier year can be the one that a version goes on from.
    """
    return Moments((*_first_and_last(content["year"]), occurred_at), "year")


def _year_of_monthly_rate(rates: Any, content: Mapping[str, Any], occurred_at: datetime) -> Moments:
    return _year_priced(rates, content, occurred_at)._replace(regulated=_settles_months)


def _time_of_publication(_: Any, content: Mapping[str, Any], occurred_at: datetime) -> Moments:
    """Return the time at which a change of the tax base is published, or else the year of the change.

    A version indexes amounts from years before it was in force, and needs the changes of all the years since (S13).
    """
    return Moments((occurred_at, *_first_and_last(content["year"])), regulated=_has_supplement)


def _year_of_supplement(supplement: YearSupplement | None, content: Mapping[str, Any], _: datetime) -> Moments:
    """Return the year that the supplement is for, also for an act in the December before it (ORE-4.2-7)."""
    year = supplement.year if supplement else content["year"]
    return Moments(_first_and_last(year), "year", _has_supplement)


def _days_of_month(month: Month | HospitalDays | None, content: Mapping[str, Any], _: datetime) -> Moments:
    """Return the first day of the month and then its last, because a version may begin or end within it."""
    first: date = (month.month if month else content["month"]).replace(day=1)
    return Moments((legal_midnight(first), legal_midnight(last_day(first))), "month")


def _days_of_settled_month(month: Month | None, content: Mapping[str, Any], occurred_at: datetime) -> Moments:
    return _days_of_month(month, content, occurred_at)._replace(regulated=_settles_months)


def _time_of_request(cost: CostSettlement | None, _: Mapping[str, Any], occurred_at: datetime) -> Moments:
    """Return the time at which an agreement on a cost was asked for, also after that version has ended."""
    return Moments((cost.requested_at if cost else occurred_at,))


def _municipality_of_month(month: Month | HospitalDays | None, content: Mapping[str, Any], _: Actor) -> HsaId | None:
    return month.municipality if month else content["municipality"]


def _case_of_non_resident(cost: CostSettlement | None, content: Mapping[str, Any]) -> Iterable[CaseSource]:
    """Yield the case of the individual, with the events of the interventions that a claim is for."""
    case = cost.of_case if cost else content["case"]
    yield CaseSource(case, _CARE, frozenset(content.get("performed", ())))


def _cost_of_case(county: str, content: Mapping[str, Any]) -> UUID:
    return cost_id(county, content["case"])


def _parties_of_month(month: Month | HospitalDays) -> tuple[HsaId, ...]:
    return (month.region, month.municipality)


def _parties_of_cost(cost: CostSettlement) -> tuple[HsaId, ...]:
    return (cost.municipality,)


def _is_paid(month: Month) -> bool:
    return month.status is MonthStatus.PAID


def _hospital_days_of_month(county: str, content: Mapping[str, Any]) -> UUID:
    return hospital_days_id(county, content["municipality"], content["month"])


def _is_accepted(claim: HospitalDays) -> bool:
    return claim.status is ClaimStatus.ACCEPTED


def _is_reviewed(supplement: YearSupplement) -> bool:
    return supplement.reviewed_at is not None


RATES = LedgerKind(
    name="rates",
    state=Rates,
    events=get_args(RatesEvent),
    evolve=evolve_rates,
    decisions={
        ActName.PUBLISH_HOURLY_RATE: LedgerDecision(rates.publish_hourly_rate, moments=_year_of_monthly_rate),
        ActName.PUBLISH_STANDARD_AMOUNT: LedgerDecision(rates.publish_standard_amount, moments=_year_of_monthly_rate),
        ActName.PUBLISH_DAILY_AMOUNT: LedgerDecision(rates.publish_daily_amount, moments=_year_priced),
        ActName.PUBLISH_TAX_BASE_CHANGE: LedgerDecision(rates.publish_tax_base_change, moments=_time_of_publication),
    },
    county_ledger=rates_id,
)
MONTH = LedgerKind(
    name="month",
    state=Month,
    events=get_args(MonthEvent),
    evolve=evolve_month,
    decisions={
        ActName.OPEN_MONTH: LedgerDecision(months.open_month),
        ActName.CLOSE_HOURS: LedgerDecision(
            months.close_hours, {"rates": _read_rates, "individuals": _read_individuals}
        ),
        ActName.ISSUE_INVOICE: LedgerDecision(months.issue_invoice),
        ActName.RECEIVE_INVOICE: LedgerDecision(months.receive_invoice),
        ActName.ACCEPT_INVOICE: LedgerDecision(months.accept_invoice),
        ActName.CONTEST_INVOICE: LedgerDecision(months.contest_invoice),
        ActName.RECORD_INVOICE_POSITION: LedgerDecision(months.record_invoice_position),
        ActName.PAY_INVOICE: LedgerDecision(months.pay_invoice),
    },
    readers=_parties_of_month,
    moments=_days_of_settled_month,
    municipality=_municipality_of_month,
    duties=find_month_duties,
    is_over=_is_paid,
)
SUPPLEMENT = LedgerKind(
    name="supplement",
    state=YearSupplement,
    events=get_args(SupplementEvent),
    evolve=evolve_supplement,
    decisions={
        ActName.MEASURE_SUPPLEMENT: LedgerDecision(supplements.measure),
        ActName.CALCULATE_SUPPLEMENT: LedgerDecision(supplements.calculate, {"rates": _read_rates}),
        ActName.ADJUST_SUPPLEMENT: LedgerDecision(supplements.adjust),
        ActName.PRESENT_SUPPLEMENT: LedgerDecision(supplements.present),
        ActName.PAY_SUPPLEMENT: LedgerDecision(supplements.pay),
        ActName.REVIEW_SUPPLEMENT: LedgerDecision(supplements.review),
    },
    moments=_year_of_supplement,
    duties=find_supplement_duties,
    is_over=_is_reviewed,
)
COST = LedgerKind(
    name="cost",
    state=CostSettlement,
    events=get_args(CostEvent),
    evolve=evolve_cost,
    decisions={
        ActName.REQUEST_COST_AGREEMENT: LedgerDecision(costs.request_cost_agreement),
        ActName.REACH_COST_AGREEMENT: LedgerDecision(costs.reach_cost_agreement),
        ActName.RAISE_COST_CLAIM: LedgerDecision(costs.raise_cost_claim, {"given": _read_given_care}),
    },
    readers=_parties_of_cost,
    moments=_time_of_request,
    finders={ActName.RAISE_COST_CLAIM: _cost_of_case},
    sources=_case_of_non_resident,
)
HOSPITAL_DAYS = LedgerKind(
    name="hospital-days",
    state=HospitalDays,
    events=get_args(HospitalDaysEvent),
    evolve=evolve_hospital_days,
    decisions={
        ActName.CLAIM_HOSPITAL_DAYS: LedgerDecision(
            hospital_days.claim_hospital_days, {"liable": _read_case_days, "rates": _read_rates}
        ),
        ActName.ACCEPT_HOSPITAL_DAYS: LedgerDecision(hospital_days.accept_hospital_days),
        ActName.CONTEST_HOSPITAL_DAYS: LedgerDecision(hospital_days.contest_hospital_days),
    },
    readers=_parties_of_month,
    moments=_days_of_month,
    municipality=_municipality_of_month,
    finders={ActName.CLAIM_HOSPITAL_DAYS: _hospital_days_of_month},
    duties=find_hospital_days_duties,
    is_over=_is_accepted,
)
SETTLEMENT: tuple[LedgerKind, ...] = (RATES, MONTH, SUPPLEMENT, COST, HOSPITAL_DAYS)
