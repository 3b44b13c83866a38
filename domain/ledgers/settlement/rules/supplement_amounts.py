"""The amounts of a year's supplement: each component by its method, indexed, and shared between municipalities.

Everything is calculated exactly. Rounded are only the amount that a municipality gets, and a pool before it is shared.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from domain.agreements.model.settlement import (
    AverageAmount,
    ShareOfComponents,
    ShareOfCost,
    StoredAmount,
    Supplement,
    SupplementComponent,
)
from domain.kernel import HsaId
from domain.ledgers.settlement.events.supplements import ComponentResult, FactorLine, Inputs, MunicipalAmount
from domain.ledgers.settlement.refusals import InputsIncomplete
from domain.ledgers.settlement.rules.rates import rate_of_year
from domain.ledgers.settlement.state.rates import Rates
from domain.money import Figure, Rounding, UnitOfMeasure


class SupplementAmounts(NamedTuple):
    """The result of each component, the part that each factor explains, and the amount that each municipality gets."""

    components: tuple[ComponentResult, ...]
    factors: tuple[FactorLine, ...]
    totals: tuple[MunicipalAmount, ...]


class _ComponentAmounts(NamedTuple):
    """The amounts of one component, in SEK."""

    base: Decimal
    pool: Decimal
    shares: Mapping[HsaId, Decimal]


Results = Mapping[str, ComponentResult]
"""The components calculated so far, by id. A later component can be a part of them."""


def calculate_amounts(
    inputs: Inputs, *, rule: Supplement, rounding: Rounding, rates: Rates | None, year: int, measured_by: UUID
) -> SupplementAmounts:
    """Calculate the year's supplement.

    Refuse if an input that a component needs is missing, or if the tax base's change of a year is not published.
    """
    _refuse_incomplete(inputs, rule)
    results: dict[str, ComponentResult] = {}
    for component in rule.components:
        index = _index(component, rule, rates, year)
        amounts = _calculate(component, results, _growth(index), inputs, rounding)
        results[component.id] = _result(component, amounts, index, inputs, rule, measured_by)
    components = tuple(results.values())
    return SupplementAmounts(
        components,
        tuple(_factor_lines(components, rule, measured_by)),
        tuple(_totals(components, inputs, rule, measured_by)),
    )


def _factor_lines(components: Sequence[ComponentResult], rule: Supplement, measured_by: UUID) -> list[FactorLine]:
    pools = {factor.id: [each.pool for each in components if each.factor == factor.id] for factor in rule.factors}
    return [
        FactorLine(factor=factor.id, amount=_sum(pools[factor.id], factor.clauses, (measured_by,)))
        for factor in rule.factors
    ]


def _totals(
    components: Sequence[ComponentResult], inputs: Inputs, rule: Supplement, measured_by: UUID
) -> list[MunicipalAmount]:
    shares = [share for component in components for share in component.shares]
    return [
        MunicipalAmount(
            municipality=each.municipality,
            amount=_sum(
                [share.amount for share in shares if share.municipality == each.municipality],
                rule.clauses,
                (measured_by,),
            ),
        )
        for each in inputs.municipalities
    ]


def _calculate(
    component: SupplementComponent, results: Results, growth: Fraction, inputs: Inputs, rounding: Rounding
) -> _ComponentAmounts:
    match component:
        case StoredAmount():
            return _part_of_amounts(component.id, Decimal(1), growth, inputs, rounding)
        case ShareOfCost():
            return _part_of_amounts(component.id, component.share, growth, inputs, rounding)
        case AverageAmount():
            return _average(component, growth, inputs, rounding)
        case ShareOfComponents():
            return _part_of_components(component, results, growth, inputs, rounding)


def _part_of_amounts(
    component: str, part: Decimal, growth: Fraction, inputs: Inputs, rounding: Rounding
) -> _ComponentAmounts:
    amounts = {each.municipality: each.amounts[component] for each in inputs.municipalities}
    shares = {id: rounding.of(Fraction(part) * Fraction(amount) * growth) for id, amount in amounts.items()}
    return _ComponentAmounts(sum(amounts.values(), Decimal(0)), sum(shares.values(), Decimal(0)), shares)


def _average(component: AverageAmount, growth: Fraction, inputs: Inputs, rounding: Rounding) -> _ComponentAmounts:
    years = [inputs.invoiced[component.id][year] for year in component.years]
    average = sum(map(Fraction, years), Fraction(0)) / len(years)
    pool = rounding.of(average * growth)
    weights = {each.municipality: each.weight for each in inputs.municipalities}
    return _ComponentAmounts(rounding.of(average), pool, rounding.divide(pool, weights))


def _part_of_components(
    component: ShareOfComponents, results: Results, growth: Fraction, inputs: Inputs, rounding: Rounding
) -> _ComponentAmounts:
    base = sum((results[part].pool.amount for part in component.of), Decimal(0))
    weights = {
        each.municipality: each.weight for each in inputs.municipalities if each.kilometres > component.more_than_km
    }
    if not any(weights.values()):
        return _ComponentAmounts(base, Decimal(0), {})
    pool = rounding.of(Fraction(component.share) * Fraction(base) * growth)
    return _ComponentAmounts(base, pool, rounding.divide(pool, weights))


def _result(
    component: SupplementComponent,
    amounts: _ComponentAmounts,
    index: tuple[Figure, ...],
    inputs: Inputs,
    rule: Supplement,
    measured_by: UUID,
) -> ComponentResult:
    shared = isinstance(component, AverageAmount | ShareOfComponents)
    weighing = rule.weights.clauses if shared and rule.weights else ()
    sources = (measured_by, *(source for change in index for source in change.sources))

    def sek(amount: Decimal) -> Figure:
        return Figure(
            amount=amount,
            unit=UnitOfMeasure.SEK,
            clauses=(*component.clauses, *weighing),
            sources=sources,
            inputs=(inputs.source, inputs.weights_source) if shared else (inputs.source,),
        )

    return ComponentResult(
        component=component.id,
        factor=component.factor,
        base=sek(amounts.base),
        index=index,
        pool=sek(amounts.pool),
        shares=tuple(MunicipalAmount(municipality=id, amount=sek(amount)) for id, amount in amounts.shares.items()),
    )


def _index(component: SupplementComponent, rule: Supplement, rates: Rates | None, year: int) -> tuple[Figure, ...]:
    """Return the tax base's changes of the years after the one whose level the input has."""
    if rule.index is None or component.index_from is None:
        return ()
    changes = rates.tax_base if rates else {}
    return tuple(
        rate_of_year(changes, after, name="change of the tax base", rule=rule.index.rule)
        for after in range(component.index_from + 1, year + 1)
    )


def _growth(index: Sequence[Figure]) -> Fraction:
    growth = Fraction(1)
    for change in index:
        growth *= 1 + Fraction(change.amount) / 100
    return growth


def _sum(figures: Sequence[Figure], clauses: tuple[str, ...], sources: tuple[UUID, ...]) -> Figure:
    return Figure(
        amount=sum((figure.amount for figure in figures), Decimal(0)),
        unit=UnitOfMeasure.SEK,
        clauses=tuple(dict.fromkeys((*clauses, *(clause for figure in figures for clause in figure.clauses)))),
        sources=tuple(dict.fromkeys((*sources, *(source for figure in figures for source in figure.sources)))),
    )


def _refuse_incomplete(inputs: Inputs, rule: Supplement) -> None:
    """Refuse a missing input of a component, a municipality given twice, and weights that do not add up to 1."""
    for component in rule.components:
        if absent := _absent_inputs(component, inputs):
            raise InputsIncomplete(
                f"The inputs have no {component.id} for {', '.join(absent)}",
                rule=component.rule,
                remedy=f"give the amounts of {component.id}",
                where=(component.id, *absent),
            )
    ids = [each.municipality for each in inputs.municipalities]
    if len(set(ids)) < len(ids) or sum(each.weight for each in inputs.municipalities) != 1:
        raise InputsIncomplete(
            "A municipality is given twice, or the weights do not add up to 1",
            rule=(rule.weights or rule).rule,
            remedy="give every municipality once, with weights that add up to 1",
            where=("weight",),
        )


def _absent_inputs(component: SupplementComponent, inputs: Inputs) -> list[str]:
    """Return the municipalities, or the years, for which a component has no input."""
    match component:
        case StoredAmount() | ShareOfCost():
            return [each.municipality for each in inputs.municipalities if component.id not in each.amounts]
        case AverageAmount():
            invoiced = inputs.invoiced.get(component.id, {})
            return [str(year) for year in component.years if year not in invoiced]
        case ShareOfComponents():
            return []
