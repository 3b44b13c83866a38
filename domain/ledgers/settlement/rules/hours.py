"""The amount for a month's performed hours, by the form of payment that the agreement version has chosen."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain.agreements.model.settlement import MonthlySettlement, PaymentForm
from domain.kernel import Slug
from domain.ledgers.settlement.events.months import HoursLine
from domain.ledgers.settlement.rules.days import last_day
from domain.ledgers.settlement.rules.rates import rate_in_year
from domain.ledgers.settlement.rules.recorded_hours import CareHours, IndividualMonth
from domain.ledgers.settlement.state.rates import Rates
from domain.money import Figure, Rounding, UnitOfMeasure


def settle_hours(
    individuals: Sequence[IndividualMonth],
    *,
    rule: MonthlySettlement,
    rounding: Rounding,
    rates: Rates | None,
    year: int,
) -> tuple[tuple[HoursLine, ...], Figure | None]:
    """Return a line for each case (SKR-11-3), or the standard amount, which does not depend on hours (SKR-11-2).

    Under a tax shift or an exchange nothing is owed, and there is neither (SKR-11-1).
    """
    match rule.form:
        case PaymentForm.PER_CASE:
            rate = rate_in_year(rates.hourly if rates else {}, year, name="hourly rate", rule=rule)
            return tuple(_line(each, rule=rule, rounding=rounding, rate=rate) for each in individuals), None
        case PaymentForm.LUMP_SUM:
            amount = rate_in_year(rates.standard if rates else {}, year, name="standard amount", rule=rule)
            return (), amount.model_copy(update={"amount": rounding.of(amount.amount)})
        case PaymentForm.TAX_SHIFT | PaymentForm.EXCHANGE:
            return (), None


def apply_share(hours: Figure, rule: MonthlySettlement) -> Figure:
    """Return the part of payable hours that the region pays for: all of them if the version states no part."""
    if rule.share is None:
        return hours
    return hours.model_copy(update={"amount": hours.amount * rule.share.share, "clauses": rule.share.clauses})


def price(hours: Figure, rate: Figure, rounding: Rounding) -> Figure:
    """Multiply reimbursed hours by the rate, and round once."""
    return Figure(
        amount=rounding.of(Fraction(hours.amount) * Fraction(rate.amount)),
        unit=UnitOfMeasure.SEK,
        clauses=tuple(dict.fromkeys((*hours.clauses, *rate.clauses))),
        sources=(*hours.sources, *rate.sources),
        inputs=(*hours.inputs, *rate.inputs),
    )


def _line(individual: IndividualMonth, *, rule: MonthlySettlement, rounding: Rounding, rate: Figure) -> HoursLine:
    performed = [hours for hours in individual.hours if hours.performed]
    outside = _unmet_criteria(individual, rule)
    unpaid = {hours.event: {**_unmet_conditions(hours, rule), **outside} for hours in performed}
    unmet = {reason: clauses for reasons in unpaid.values() for reason, clauses in reasons.items()}
    grounds = tuple(dict.fromkeys(clause for clauses in unmet.values() for clause in clauses))
    paid = [hours for hours in performed if not unpaid[hours.event]]
    shown_by = (*_evaluations(individual, rule), *(event for hours in paid for event in _find_treatment(hours, rule)))
    payable = _total(paid, grounds if unmet else rule.clauses, also=tuple(dict.fromkeys(shown_by)))
    reimbursed = apply_share(payable, rule) if paid else payable
    return HoursLine(
        case=individual.case,
        patient_id=individual.patient_id,
        planned=_total([hours for hours in individual.hours if not hours.performed], rule.clauses),
        performed=_total(performed, rule.clauses),
        payable=payable,
        reimbursed=reimbursed,
        rate=rate,
        amount=price(reimbursed, rate, rounding),
        unmet=tuple(unmet),
        exceeds_month=_exceeds_month(performed),
    )


def _exceeds_month(performed: Sequence[CareHours]) -> bool:
    """Return True if the hours, which are of one month, are more than the month has."""
    return bool(performed) and sum(each.hours for each in performed) > 24 * last_day(performed[0].day).day


def _total(hours: Sequence[CareHours], clauses: tuple[str, ...], also: tuple[UUID, ...] = ()) -> Figure:
    return Figure(
        amount=sum((each.hours for each in hours), Decimal(0)),
        unit=UnitOfMeasure.HOURS,
        clauses=clauses,
        sources=(*(each.event for each in hours), *also),
    )


Reasons = dict[Slug, tuple[str, ...]]
"""The reasons why hours are not paid for, each with its clauses."""


def _unmet_conditions(hours: CareHours, rule: MonthlySettlement) -> Reasons:
    """Return the conditions on the hours themselves that they do not meet.

    They are `day`, `kind`, `treatment-level`, and `treatment-shown` if only the municipality says who treats.
    """
    reasons: Reasons = {}
    validity, share, reimbursable = rule.validity, rule.share, rule.reimbursable
    if validity is not None and not validity.holds(hours.day):
        reasons["day"] = validity.clauses
    if share is not None and hours.kind not in share.kinds:
        reasons["kind"] = share.clauses
    if reimbursable is None:
        return reasons
    if reimbursable.treatment_levels and hours.treatment_level not in reimbursable.treatment_levels:
        reasons["treatment-level"] = reimbursable.clauses
    elif reimbursable.circumstance is not None and not _find_treatment(hours, rule):
        reasons["treatment-shown"] = reimbursable.clauses
    return reasons


def _find_treatment(hours: CareHours, rule: MonthlySettlement) -> tuple[UUID, ...]:
    """Find the events by which the record shows, on the day of the hours, that a level of the rule treats."""
    reimbursable = rule.reimbursable
    if reimbursable is None or reimbursable.circumstance is None:
        return ()
    levels = (hours.levels.get(level) for level in reimbursable.treatment_levels)
    found = (hours.circumstances.get(reimbursable.circumstance), *levels)
    return tuple(event for event in found if event is not None)


def _unmet_criteria(individual: IndividualMonth, rule: MonthlySettlement) -> Reasons:
    """Return the criteria of the target group that the individual does not meet by the record."""
    if rule.reimbursable is None:
        return {}
    met = {result.criterion for result in individual.criteria if result.met}
    return {criterion: rule.reimbursable.clauses for criterion in rule.reimbursable.criteria if criterion not in met}


def _evaluations(individual: IndividualMonth, rule: MonthlySettlement) -> tuple[UUID, ...]:
    """Return the events that place the individual in the target group, or outside it."""
    criteria = rule.reimbursable.criteria if rule.reimbursable is not None else ()
    return tuple(dict.fromkeys(result.event for result in individual.criteria if result.criterion in criteria))
