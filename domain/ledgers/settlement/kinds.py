"""The ledgers of settlement: a county's rates, a municipality's month, a year's supplement, a non-resident's cost."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.agreements.model import ActName
from domain.case.events.case import HomeVisitRecorded, HoursRecorded
from domain.case.events.enrolment import InterventionPerformed
from domain.kernel import Actor, HsaId, legal_midnight
from domain.ledgers.kind import CaseSource, LedgerDecision, LedgerKind, Record
from domain.ledgers.settlement import duties, state
from domain.ledgers.settlement import events as happened
from domain.ledgers.settlement.acts import costs, months, rates, supplements
from domain.ledgers.settlement.rules import recorded_hours
from domain.ledgers.settlement.values import Individual

_CLAIMED = (InterventionPerformed, HomeVisitRecorded, HoursRecorded)
"""What a cost can be claimed for: care that was given."""


def _rates_of(record: Record, actor: Actor, _: Any) -> state.Rates | None:
    found = state.fold(record.load_case(state.rates_id(actor.county)))
    return found if isinstance(found, state.Rates) else None


def _hours_of(record: Record, _: Actor, month: state.Month) -> list[Individual]:
    """Whose hours the municipality has recorded in the month, in the order in which they first were."""
    first, last = month.month, months.last_day(month.month)
    cases = dict.fromkeys(
        one.case_id for one in recorded_hours.standing(record.load_hours(month.county), month.municipality)
    )
    histories = (record.load_case(case) for case in cases)
    return recorded_hours.individuals(histories, municipality=month.municipality, first=first, last=last)


def _of_year(year: int) -> Sequence[datetime]:
    return (legal_midnight(date(year, 1, 1)), legal_midnight(date(year, 12, 31)))


def _year_said(_: Any, content: Mapping[str, Any], __: datetime) -> Sequence[datetime]:
    return _of_year(content["year"]) if "year" in content else ()


def _year_of(supplement: state.YearSupplement | None, content: Mapping[str, Any], _: datetime) -> Sequence[datetime]:
    return _of_year(supplement.year if supplement else content["year"])


def _month_of(month: state.Month | None, content: Mapping[str, Any], _: datetime) -> Sequence[datetime]:
    """The first day of the month, or else its last: a version may begin or end within it."""
    first: date = (month.month if month else content["month"]).replace(day=1)
    return (legal_midnight(first), legal_midnight(months.last_day(first)))


def _with_municipality(month: state.Month | None, content: Mapping[str, Any], _: Actor) -> HsaId | None:
    return month.municipality if month else content["municipality"]


def _non_resident(cost: state.CostSettlement | None, content: Mapping[str, Any]) -> Iterable[CaseSource]:
    """The case of the individual, and the events of the interventions that a claim is for."""
    case = cost.of_case if cost else content["case"]
    yield CaseSource(case, _CLAIMED, frozenset(content.get("performed", ())))


def _cost_of(county: str, content: Mapping[str, Any]) -> UUID:
    return state.cost_id(county, content["case"])


def _parties_of_month(month: state.Month) -> tuple[HsaId, ...]:
    return (month.region, month.municipality)


def _parties_of_cost(cost: state.CostSettlement) -> tuple[HsaId, ...]:
    return (cost.municipality,)


RATES = LedgerKind(
    name="rates",
    state=state.Rates,
    events=(happened.HourlyRatePublished, happened.StandardAmountPublished, happened.TaxBaseChangePublished),
    evolve=state.evolve,
    decisions={
        ActName.PUBLISH_HOURLY_RATE: LedgerDecision(rates.publish_hourly_rate),
        ActName.PUBLISH_STANDARD_AMOUNT: LedgerDecision(rates.publish_standard_amount),
        ActName.PUBLISH_TAX_BASE_CHANGE: LedgerDecision(rates.publish_tax_base_change),
    },
    of_county=state.rates_id,
    deals_with=_year_said,
)
MONTH = LedgerKind(
    name="month",
    state=state.Month,
    events=(
        happened.MonthOpened,
        happened.HoursClosed,
        happened.InvoiceIssued,
        happened.InvoiceReceived,
        happened.InvoiceAccepted,
        happened.InvoiceContested,
        happened.InvoicePositionRecorded,
        happened.InvoicePaid,
    ),
    evolve=state.evolve,
    decisions={
        ActName.OPEN_MONTH: LedgerDecision(months.open_month),
        ActName.CLOSE_HOURS: LedgerDecision(months.close_hours, {"rates": _rates_of, "recorded": _hours_of}),
        ActName.ISSUE_INVOICE: LedgerDecision(months.issue_invoice),
        ActName.RECEIVE_INVOICE: LedgerDecision(months.receive_invoice),
        ActName.ACCEPT_INVOICE: LedgerDecision(months.accept_invoice),
        ActName.CONTEST_INVOICE: LedgerDecision(months.contest_invoice),
        ActName.RECORD_INVOICE_POSITION: LedgerDecision(months.record_invoice_position),
        ActName.PAY_INVOICE: LedgerDecision(months.pay_invoice),
    },
    readers=_parties_of_month,
    deals_with=_month_of,
    between=_with_municipality,
    duties=duties.of_month,
)
SUPPLEMENT = LedgerKind(
    name="supplement",
    state=state.YearSupplement,
    events=(
        happened.SupplementMeasured,
        happened.SupplementCalculated,
        happened.SupplementPresented,
        happened.SupplementPaid,
        happened.SupplementAdjusted,
        happened.SupplementReviewed,
    ),
    evolve=state.evolve,
    decisions={
        ActName.MEASURE_SUPPLEMENT: LedgerDecision(supplements.measure),
        ActName.CALCULATE_SUPPLEMENT: LedgerDecision(supplements.calculate, {"rates": _rates_of}),
        ActName.ADJUST_SUPPLEMENT: LedgerDecision(supplements.adjust),
        ActName.PRESENT_SUPPLEMENT: LedgerDecision(supplements.present),
        ActName.PAY_SUPPLEMENT: LedgerDecision(supplements.pay),
        ActName.REVIEW_SUPPLEMENT: LedgerDecision(supplements.review),
    },
    deals_with=_year_of,
    duties=duties.of_supplement,
)
COST = LedgerKind(
    name="cost",
    state=state.CostSettlement,
    events=(happened.CostAgreementRequested, happened.CostAgreementReached, happened.CostClaimRaised),
    evolve=state.evolve,
    decisions={
        ActName.REQUEST_COST_AGREEMENT: LedgerDecision(costs.request_cost_agreement),
        ActName.REACH_COST_AGREEMENT: LedgerDecision(costs.reach_cost_agreement),
        ActName.RAISE_COST_CLAIM: LedgerDecision(costs.raise_cost_claim),
    },
    readers=_parties_of_cost,
    found_by={ActName.RAISE_COST_CLAIM: _cost_of},
    sources=_non_resident,
)
SETTLEMENT: tuple[LedgerKind, ...] = (RATES, MONTH, SUPPLEMENT, COST)
