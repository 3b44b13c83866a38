"""How a year's supplement is reckoned: each component by its method, indexed, and shared between municipalities.

All is reckoned exactly; only what a municipality gets, and a pool before it is shared, is rounded.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from domain.agreements.model.settlement import AverageAmount, ShareOfCost, StoredAmount, Supplement, SupplementComponent
from domain.kernel import HsaId, Label
from domain.ledgers.settlement.refusals import InputsIncomplete
from domain.ledgers.settlement.rules import text
from domain.ledgers.settlement.state import Rates
from domain.ledgers.settlement.values import ComponentResult, FactorLine, Inputs, MunicipalAmount
from domain.money import Figure, Rounding, UnitOfMeasure


class Reckoned(NamedTuple):
    """A supplement's components, what each factor explains, and what each municipality gets."""

    components: tuple[ComponentResult, ...]
    factors: tuple[FactorLine, ...]
    totals: tuple[MunicipalAmount, ...]


def reckon(
    inputs: Inputs, *, rule: Supplement, rounding: Rounding, rates: Rates | None, year: int, measured_by: UUID
) -> Reckoned:
    """The year's supplement. Refused without an input that a component needs, or the tax base's change of a year."""
    _refuse_incomplete(inputs, rule)
    results: dict[str, ComponentResult] = {}
    for component in rule.components:
        index = _index(component, rule, rates, year)
        results[component.id] = _component(component, results, index, inputs, rule, rounding, measured_by)
    components = tuple(results.values())
    factors = tuple(
        FactorLine(
            factor=factor.id,
            amount=_sum([one.pool for one in components if one.factor == factor.id], factor.clauses, (measured_by,)),
        )
        for factor in rule.factors
    )
    totals = tuple(
        MunicipalAmount(
            municipality=one.municipality,
            amount=_sum(
                [
                    share.amount
                    for result in components
                    for share in result.shares
                    if share.municipality == one.municipality
                ],
                rule.clauses,
                (measured_by,),
            ),
        )
        for one in inputs.municipalities
    )
    return Reckoned(components, factors, totals)


def _component(
    component: SupplementComponent,
    before: Mapping[str, ComponentResult],
    index: tuple[Figure, ...],
    inputs: Inputs,
    rule: Supplement,
    rounding: Rounding,
    measured_by: UUID,
) -> ComponentResult:
    growth = Fraction(1)
    for change in index:
        growth *= 1 + Fraction(change.amount) / 100
    read: tuple[Label, ...] = (inputs.source,)
    clauses = component.clauses
    weighing = rule.weights.clauses if rule.weights else ()
    match component:
        case StoredAmount() | ShareOfCost():
            part = component.share if isinstance(component, ShareOfCost) else Decimal(1)
            given = {one.municipality: one.amounts[component.id] for one in inputs.municipalities}
            base = sum(given.values(), Decimal(0))
            shares = {id: rounding.of(Fraction(part) * Fraction(amount) * growth) for id, amount in given.items()}
            pool = sum(shares.values(), Decimal(0))
        case AverageAmount():
            years = [inputs.invoiced[component.id][year] for year in component.years]
            average = sum(map(Fraction, years), Fraction(0)) / len(years)
            base = rounding.of(average)
            pool = rounding.of(average * growth)
            shares = rounding.divide(pool, {one.municipality: one.weight for one in inputs.municipalities})
            read, clauses = (*read, inputs.weights_source), (*clauses, *weighing)
        case _:
            base = sum((before[one].pool.amount for one in component.of), Decimal(0))
            far = {
                one.municipality: one.weight for one in inputs.municipalities if one.kilometres > component.more_than_km
            }
            entitled = any(far.values())
            pool = rounding.of(Fraction(component.share) * Fraction(base) * growth) if entitled else Decimal(0)
            shares = rounding.divide(pool, far) if entitled else {}
            read, clauses = (*read, inputs.weights_source), (*clauses, *weighing)
    sources = (measured_by, *(source for change in index for source in change.sources))

    def sek(amount: Decimal) -> Figure:
        return Figure(amount=amount, unit=UnitOfMeasure.SEK, clauses=clauses, sources=sources, inputs=read)

    return ComponentResult(
        component=component.id,
        factor=component.factor,
        base=sek(base),
        index=index,
        pool=sek(pool),
        shares=tuple(MunicipalAmount(municipality=id, amount=sek(amount)) for id, amount in shares.items()),
    )


def _index(component: SupplementComponent, rule: Supplement, rates: Rates | None, year: int) -> tuple[Figure, ...]:
    """The tax base's change of every year after the one whose level the input has."""
    if rule.index is None or component.index_from is None:
        return ()
    changes = rates.tax_base if rates else {}
    return tuple(
        text.of_year(changes, one, what="change of the tax base", rule=rule.index.rule)
        for one in range(component.index_from + 1, year + 1)
    )


def _sum(figures: Sequence[Figure], clauses: tuple[str, ...], sources: tuple[UUID, ...]) -> Figure:
    return Figure(
        amount=sum((one.amount for one in figures), Decimal(0)),
        unit=UnitOfMeasure.SEK,
        clauses=tuple(dict.fromkeys((*clauses, *(clause for one in figures for clause in one.clauses)))),
        sources=tuple(dict.fromkeys((*sources, *(source for one in figures for source in one.sources)))),
    )


def _refuse_incomplete(inputs: Inputs, rule: Supplement) -> None:
    """Refuse inputs that a component lacks, a municipality given twice, and weights that do not add up to 1."""
    for component in rule.components:
        lacking: list[HsaId | str] = []
        if isinstance(component, StoredAmount | ShareOfCost):
            lacking = [one.municipality for one in inputs.municipalities if component.id not in one.amounts]
        elif isinstance(component, AverageAmount):
            given = inputs.invoiced.get(component.id, {})
            lacking = [str(year) for year in component.years if year not in given]
        if lacking:
            raise InputsIncomplete(
                f"The inputs hold no {component.id} for {', '.join(lacking)}",
                rule=component.rule,
                remedy=f"give the amounts of {component.id}",
                where=(component.id, *lacking),
            )
    ids = [one.municipality for one in inputs.municipalities]
    if len(set(ids)) < len(ids) or sum(one.weight for one in inputs.municipalities) != 1:
        raise InputsIncomplete(
            "The weights of the municipalities do not add up to 1, each given once",
            rule=(rule.weights or rule).rule,
            remedy="give every municipality once, with its part in the whole",
            where=("weight",),
        )
