"""What performed hours come to, by the form of payment that the version has chosen."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from domain.agreements.settlement import Form, Monthly, Reimbursable
from domain.kernel import Slug
from domain.money import Figure, Rounding, Unit
from domain.settlement import rules
from domain.settlement.state import Rates
from domain.settlement.values import Individual, Line


def closed(
    individuals: Sequence[Individual], *, rule: Monthly, rounding: Rounding, rates: Rates | None, year: int
) -> tuple[tuple[Line, ...], Figure | None]:
    """What a month comes to: a line for each case (SKR-11-3), or a standard amount whatever the hours (SKR-11-2).

    Under a tax shift or an exchange nothing is owed, and there is neither (SKR-11-1).
    """
    match rule.form:
        case Form.PER_CASE:
            rate = rules.rate(rates.hourly if rates else {}, year, what="hourly rate", rule=rule)
            return tuple(_line(one, rule=rule, rounding=rounding, rate=rate) for one in individuals), None
        case Form.LUMP_SUM:
            amount = rules.rate(rates.standard if rates else {}, year, what="standard amount", rule=rule)
            return (), amount.model_copy(update={"amount": rounding.of(amount.amount)})
        case Form.TAX_SHIFT | Form.EXCHANGE:
            return (), None


def paid_part(performed: Figure, rule: Monthly) -> Figure:
    """The part of performed hours that the region pays for; all of them where the version states no part."""
    if rule.share is None:
        return performed
    return performed.model_copy(update={"amount": performed.amount * rule.share.share, "clauses": rule.share.clauses})


def _line(one: Individual, *, rule: Monthly, rounding: Rounding, rate: Figure) -> Line:
    unmet = _unmet(one, rule.reimbursable)
    performed = _total(one, performed=True, rule=rule)
    reimbursed = paid_part(performed, rule)
    if unmet and rule.reimbursable is not None:
        reimbursed = performed.model_copy(update={"amount": Decimal(0), "clauses": rule.reimbursable.clauses})
    return Line(
        case=one.case,
        patient_id=one.patient_id,
        planned=_total(one, performed=False, rule=rule),
        performed=performed,
        reimbursed=reimbursed,
        rate=rate,
        amount=price(reimbursed, rate, rounding),
        unmet=unmet,
    )


def price(hours: Figure, rate: Figure, rounding: Rounding) -> Figure:
    """Reimbursed hours times the rate, rounded once."""
    return Figure(
        amount=rounding.of(Fraction(hours.amount) * Fraction(rate.amount)),
        unit=Unit.SEK,
        clauses=tuple(dict.fromkeys((*hours.clauses, *rate.clauses))),
        sources=(*hours.sources, *rate.sources),
        inputs=(*hours.inputs, *rate.inputs),
    )


def _total(one: Individual, *, performed: bool, rule: Monthly) -> Figure:
    counted = [each for each in one.hours if each.performed is performed]
    return Figure(
        amount=sum((each.hours for each in counted), Decimal(0)),
        unit=Unit.HOURS,
        clauses=rule.clauses,
        sources=tuple(each.event for each in counted),
    )


def _unmet(one: Individual, rule: Reimbursable | None) -> tuple[Slug, ...]:
    """What the version asks for and the individual's care is not: `treatment-level`, and what defines the group."""
    if rule is None:
        return ()
    unmet: list[Slug] = []
    if rule.treatment_levels and one.treatment_level not in rule.treatment_levels:
        unmet.append("treatment-level")
    unmet += [condition for condition in rule.all_of if condition not in one.conditions]
    if rule.any_of and not rule.any_of.keys() & set(one.conditions):
        unmet += rule.any_of
    return tuple(unmet)
