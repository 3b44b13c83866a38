"""Acts on a year's supplement (tilläggsbelopp; catalogue C.4)."""

from collections.abc import Sequence
from decimal import Decimal

from domain.act import Act
from domain.agreements.model.settlement import Supplement
from domain.kernel import Events, Party, Text, legal_day
from domain.ledger_permission import require_permission
from domain.ledgers.settlement.events.supplements import (
    AmountChange,
    Inputs,
    Measurement,
    MunicipalAmount,
    SupplementAdjusted,
    SupplementCalculated,
    SupplementMeasured,
    SupplementPaid,
    SupplementPresented,
    SupplementReviewed,
)
from domain.ledgers.settlement.refusals import MeasurementRequired
from domain.ledgers.settlement.rules.supplement_amounts import calculate_amounts
from domain.ledgers.settlement.rules.text import require_rounding, require_supplement
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.state.supplements import SupplementStatus, YearSupplement, supplement_id
from domain.ledgers.settlement.values import Timeliness, Year
from domain.money import Figure, UnitOfMeasure
from domain.refusals import UnknownReference, WrongState


def measure(*, act: Act, year: Year, measurement: Measurement, inputs: Inputs) -> Events:
    """Put on record the numbers from which a year's supplement is calculated."""
    require_permission(act)
    rule = require_supplement(act)
    for municipal in inputs.municipalities:
        act.refuse_unknown_municipality(municipal.municipality)
    event = act.record(
        SupplementMeasured,
        on=supplement_id(act.actor.county, year),
        clauses=(*rule.clauses, *(rule.weights.clauses if rule.weights else ())),
        county=act.actor.county,
        region=act.directory.region.id,
        year=year,
        measurement=measurement,
        inputs=inputs,
    )
    return (event,)


def calculate(supplement: YearSupplement, *, act: Act, rates: Rates | None) -> Events:
    """Calculate every component and factor of the supplement, and each municipality's amount (ORE-4.1.2-4, 4.2)."""
    rule = _check(supplement, act, SupplementStatus.MEASURED)
    amounts = calculate_amounts(
        supplement.inputs,
        rule=rule,
        rounding=require_rounding(act),
        rates=rates,
        year=supplement.year,
        measured_by=supplement.measured_by,
    )
    clauses = [
        *rule.clauses,
        *(rule.index.clauses if rule.index else ()),
        *(clause for component in rule.components for clause in component.clauses),
    ]
    event = act.record(
        SupplementCalculated,
        on=supplement,
        clauses=clauses,
        components=amounts.components,
        factors=amounts.factors,
        totals=amounts.totals,
    )
    return (event,)


def adjust(
    supplement: YearSupplement,
    *,
    act: Act,
    measurement: Measurement | None,
    reason: Text,
    changes: Sequence[AmountChange],
) -> Events:
    """Change the municipalities' amounts after a new measurement of everything the version requires (ORE-4.1.2-7).

    If the amounts have been presented, they must be presented again.
    """
    rule = _check(supplement, act, SupplementStatus.CALCULATED, SupplementStatus.PRESENTED)
    _refuse_unmeasured(measurement, rule)
    _refuse_unknown(supplement, changes, rule)
    rounding, clauses = require_rounding(act), _adjustment_clauses(rule)

    def add_changes(total: MunicipalAmount) -> MunicipalAmount:
        own = (rounding.of(change.amount) for change in changes if change.municipality == total.municipality)
        amount = Figure(
            amount=total.amount.amount + sum(own, Decimal(0)),
            unit=UnitOfMeasure.SEK,
            clauses=(*total.amount.clauses, *clauses),
            sources=total.amount.sources,
            inputs=(measurement.reference,) if measurement else (),
        )
        return MunicipalAmount(municipality=total.municipality, amount=amount)

    event = act.record(
        SupplementAdjusted,
        on=supplement,
        clauses=clauses,
        measurement=measurement,
        reason=reason,
        changes=tuple(changes),
        totals=tuple(add_changes(total) for total in supplement.totals),
    )
    return (event,)


def present(supplement: YearSupplement, *, act: Act) -> Events:
    """Present the amounts of the year. Outside the agreement's month it is marked as early or late (ORE-4.2-7)."""
    rule = _check(supplement, act, SupplementStatus.CALCULATED)
    window = rule.window
    event = act.record(
        SupplementPresented,
        on=supplement,
        clauses=(window or rule).clauses,
        timeliness=_timeliness(act, supplement.year - 1, window.presented_month) if window else None,
    )
    return (event,)


def pay(supplement: YearSupplement, *, act: Act) -> Events:
    """Record the payment of the amounts. Outside the agreement's month it is marked as early or late (ORE-4.2-7)."""
    rule = _check(supplement, act, SupplementStatus.PRESENTED, by=Party.REGION)
    window = rule.window
    totals = tuple(
        total.model_copy(update={"amount": total.amount.model_copy(update={"sources": (supplement.reckoned_by,)})})
        for total in supplement.totals
    )
    event = act.record(
        SupplementPaid,
        on=supplement,
        clauses=(window or rule).clauses,
        timeliness=_timeliness(act, supplement.year, window.paid_month) if window else None,
        totals=totals,
    )
    return (event,)


def review(supplement: YearSupplement, *, act: Act, conclusion: Text) -> Events:
    """Record the follow-up of the year's supplement (ORE-4.1.2-6)."""
    rule = _check(supplement, act, SupplementStatus.CALCULATED, SupplementStatus.PRESENTED, SupplementStatus.PAID)
    return (
        act.record(SupplementReviewed, on=supplement, clauses=(rule.review or rule).clauses, conclusion=conclusion),
    )


def _adjustment_clauses(rule: Supplement) -> tuple[str, ...]:
    if rule.adjustment is None:
        return rule.clauses
    measures = (clause for measure in rule.adjustment.measures for clause in measure.clauses)
    return (*rule.adjustment.clauses, *measures)


def _check(supplement: YearSupplement, act: Act, *statuses: SupplementStatus, by: Party | None = None) -> Supplement:
    """Return the version's rule. Refuse an actor without permission, and a supplement in another status."""
    require_permission(act, by=by)
    rule = require_supplement(act)
    if supplement.status not in statuses:
        ground = (rule.window or rule).rule
        raise WrongState(subject="The supplement", state=supplement.status, needed=statuses, rule=ground)
    act.not_before(supplement.since, f"the supplement became {supplement.status}")
    return rule


def _timeliness(act: Act, year: int, month: int) -> Timeliness:
    day = legal_day(act.occurred_at)
    if (day.year, day.month) < (year, month):
        return Timeliness.EARLY
    return Timeliness.LATE if (day.year, day.month) > (year, month) else Timeliness.ON_TIME


def _refuse_unmeasured(measurement: Measurement | None, rule: Supplement) -> None:
    """Refuse an adjustment without a measurement of everything that the version requires (F30)."""
    if rule.adjustment is None:
        return
    measured = measurement.measured if measurement else ()
    absent = [measure for measure in rule.adjustment.measures if measure.id not in measured]
    if absent:
        raise MeasurementRequired(
            f"There is no measurement of {', '.join(measure.title for measure in absent)}",
            rule=rule.adjustment.rule,
            remedy="name a measurement that covers everything the agreement requires",
            where=[measure.id for measure in absent],
        )


def _refuse_unknown(supplement: YearSupplement, changes: Sequence[AmountChange], rule: Supplement) -> None:
    known = {total.municipality for total in supplement.totals}
    unknown = [change.municipality for change in changes if change.municipality not in known]
    unknown += [change.component for change in changes if change.component not in supplement.components]
    if unknown:
        raise UnknownReference(
            f"The supplement has no {', '.join(unknown)}",
            rule=rule.rule,
            remedy="name municipalities and components of this supplement",
            where=unknown,
        )
