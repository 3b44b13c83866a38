"""What performed hours come to, by the form of payment that the version has chosen."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain.agreements.model.settlement import MonthlySettlement, PaymentForm
from domain.kernel import Slug
from domain.ledgers.settlement.rules import text
from domain.ledgers.settlement.state import Rates
from domain.ledgers.settlement.values import Hours, Individual, Line
from domain.money import Figure, Rounding, UnitOfMeasure


def closed(
    individuals: Sequence[Individual], *, rule: MonthlySettlement, rounding: Rounding, rates: Rates | None, year: int
) -> tuple[tuple[Line, ...], Figure | None]:
    """What a month comes to: a line for each case (SKR-11-3), or a standard amount whatever the hours (SKR-11-2).

    Under a tax shift or an exchange nothing is owed, and there is neither (SKR-11-1).
    """
    match rule.form:
        case PaymentForm.PER_CASE:
            rate = text.rate(rates.hourly if rates else {}, year, what="hourly rate", rule=rule)
            return tuple(_line(one, rule=rule, rounding=rounding, rate=rate) for one in individuals), None
        case PaymentForm.LUMP_SUM:
            amount = text.rate(rates.standard if rates else {}, year, what="standard amount", rule=rule)
            return (), amount.model_copy(update={"amount": rounding.of(amount.amount)})
        case PaymentForm.TAX_SHIFT | PaymentForm.EXCHANGE:
            return (), None


def paid_part(performed: Figure, rule: MonthlySettlement) -> Figure:
    """The part of performed hours that the region pays for; all of them where the version states no part."""
    if rule.share is None:
        return performed
    return performed.model_copy(update={"amount": performed.amount * rule.share.share, "clauses": rule.share.clauses})


def _line(one: Individual, *, rule: MonthlySettlement, rounding: Rounding, rate: Figure) -> Line:
    performed = [each for each in one.hours if each.performed]
    outside = _outside_group(one, rule)
    unpaid = {each.event: {**_unpaid(each, rule), **outside} for each in performed}
    unmet = {reason: clauses for reasons in unpaid.values() for reason, clauses in reasons.items()}
    grounds = tuple(dict.fromkeys(clause for clauses in unmet.values() for clause in clauses))
    paid = [each for each in performed if not unpaid[each.event]]
    payable = _total(paid, grounds if unmet else rule.clauses, also=_weighings(one, rule))
    reimbursed = paid_part(payable, rule) if paid else payable
    return Line(
        case=one.case,
        patient_id=one.patient_id,
        planned=_total([each for each in one.hours if not each.performed], rule.clauses),
        performed=_total(performed, rule.clauses),
        payable=payable,
        reimbursed=reimbursed,
        rate=rate,
        amount=price(reimbursed, rate, rounding),
        unmet=tuple(unmet),
    )


def price(hours: Figure, rate: Figure, rounding: Rounding) -> Figure:
    """Reimbursed hours times the rate, rounded once."""
    return Figure(
        amount=rounding.of(Fraction(hours.amount) * Fraction(rate.amount)),
        unit=UnitOfMeasure.SEK,
        clauses=tuple(dict.fromkeys((*hours.clauses, *rate.clauses))),
        sources=(*hours.sources, *rate.sources),
        inputs=(*hours.inputs, *rate.inputs),
    )


def _total(hours: Sequence[Hours], clauses: tuple[str, ...], also: tuple[UUID, ...] = ()) -> Figure:
    return Figure(
        amount=sum((each.hours for each in hours), Decimal(0)),
        unit=UnitOfMeasure.HOURS,
        clauses=clauses,
        sources=(*(each.event for each in hours), *also),
    )


Reasons = dict[Slug, tuple[str, ...]]
"""Why hours are not paid for, each with the clauses that say so."""


def _unpaid(hours: Hours, rule: MonthlySettlement) -> Reasons:
    """Why these hours are not paid for whoever the individual is: `day`, `kind`, `treatment-level`."""
    found: Reasons = {}
    validity, share, reimbursable = rule.validity, rule.share, rule.reimbursable
    if validity is not None and not validity.holds(hours.day):
        found["day"] = validity.clauses
    if share is not None and hours.kind not in share.kinds:
        found["kind"] = share.clauses
    levels = reimbursable.treatment_levels if reimbursable is not None else ()
    if reimbursable is not None and levels and hours.treatment_level not in levels:
        found["treatment-level"] = reimbursable.clauses
    return found


def _outside_group(one: Individual, rule: MonthlySettlement) -> Reasons:
    """The criteria of the target group that the record does not show the individual to meet."""
    if rule.reimbursable is None:
        return {}
    met = {each.criterion for each in one.weighed if each.met}
    return {each: rule.reimbursable.clauses for each in rule.reimbursable.criteria if each not in met}


def _weighings(one: Individual, rule: MonthlySettlement) -> tuple[UUID, ...]:
    """The events by which the individual is in the target group, or is not."""
    asked = rule.reimbursable.criteria if rule.reimbursable is not None else ()
    return tuple(dict.fromkeys(each.event for each in one.weighed if each.criterion in asked))
