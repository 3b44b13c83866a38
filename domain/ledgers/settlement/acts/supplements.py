"""One function per act on a year's supplement (tilläggsbelopp; catalogue C.4)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain.act import Act
from domain.agreements.deadlines import add_duration
from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import Supplement
from domain.kernel import Events, Party, Text, legal_day
from domain.ledgers.permission import permit
from domain.ledgers.settlement.events import (
    SupplementAdjusted,
    SupplementCalculated,
    SupplementMeasured,
    SupplementPaid,
    SupplementPresented,
    SupplementReviewed,
    Timeliness,
)
from domain.ledgers.settlement.refusals import MeasurementRequired
from domain.ledgers.settlement.rules import supplement_amounts, text
from domain.ledgers.settlement.state import Rates, SupplementStatus, YearSupplement, supplement_id
from domain.ledgers.settlement.values import Change, Inputs, Measurement, MunicipalAmount, Year
from domain.money import Figure, UnitOfMeasure
from domain.refusals import UnknownReference, WrongState


def measure(*, act: Act, year: Year, measurement: Measurement, inputs: Inputs) -> Events:
    """Put on record what a year's supplement is to be reckoned from."""
    permit(act)
    rule = text.supplement(act)
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
    """Reckon the supplement: every component, every factor, and what each municipality gets (ORE-4.1.2-4, 4.2)."""
    rule = _at(supplement, act, SupplementStatus.MEASURED)
    reckoned = supplement_amounts.reckon(
        supplement.inputs,
        rule=rule,
        rounding=text.rounding(act),
        rates=rates,
        year=supplement.year,
        measured_by=supplement.measured_by,
    )
    clauses = [
        *rule.clauses,
        *(rule.index.clauses if rule.index else ()),
        *(one for each in rule.components for one in each.clauses),
    ]
    event = act.record(
        SupplementCalculated,
        on=supplement,
        clauses=clauses,
        components=reckoned.components,
        factors=reckoned.factors,
        totals=reckoned.totals,
    )
    return (event,)


def adjust(
    supplement: YearSupplement,
    *,
    act: Act,
    measurement: Measurement | None,
    reason: Text,
    changes: Sequence[Change],
) -> Events:
    """Change what municipalities get, on a new measurement of all that the version asks for (F30; ORE-4.1.2-7).

    What has been presented is to be presented again.
    """
    rule = _at(supplement, act, SupplementStatus.CALCULATED, SupplementStatus.PRESENTED)
    _refuse_unmeasured(measurement, rule)
    ground = rule.adjustment
    clauses = [*ground.clauses, *(one for each in ground.measures for one in each.clauses)] if ground else rule.clauses
    _refuse_unknown(supplement, changes, rule)
    rounding = text.rounding(act)
    totals = tuple(
        MunicipalAmount(
            municipality=one.municipality,
            amount=Figure(
                amount=one.amount.amount
                + sum(
                    (rounding.of(each.amount) for each in changes if each.municipality == one.municipality), Decimal(0)
                ),
                unit=UnitOfMeasure.SEK,
                clauses=(*one.amount.clauses, *clauses),
                sources=one.amount.sources,
                inputs=(measurement.reference,) if measurement else (),
            ),
        )
        for one in supplement.totals
    )
    event = act.record(
        SupplementAdjusted,
        on=supplement,
        clauses=clauses,
        measurement=measurement,
        reason=reason,
        changes=tuple(changes),
        totals=totals,
    )
    return (event,)


def present(supplement: YearSupplement, *, act: Act) -> Events:
    """Present next year's amounts: in December of the year before, or flagged as early or late (ORE-4.2-7)."""
    rule = _at(supplement, act, SupplementStatus.CALCULATED)
    window = rule.window
    event = act.record(
        SupplementPresented,
        on=supplement,
        clauses=(window or rule).clauses,
        timeliness=_timeliness(act, supplement.year - 1, window.presented_month) if window else None,
    )
    return (event,)


def pay(supplement: YearSupplement, *, act: Act) -> Events:
    """Note that the region paid the presented amounts: in January, or flagged as early or late (ORE-4.2-7)."""
    rule = _at(supplement, act, SupplementStatus.PRESENTED, by=Party.REGION)
    window = rule.window
    totals = tuple(
        one.model_copy(update={"amount": one.amount.model_copy(update={"sources": (supplement.reckoned_by,)})})
        for one in supplement.totals
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
    """Follow the year's supplement up (ORE-4.1.2-6)."""
    rule = _at(supplement, act, SupplementStatus.CALCULATED, SupplementStatus.PRESENTED, SupplementStatus.PAID)
    return (
        act.record(SupplementReviewed, on=supplement, clauses=(rule.review or rule).clauses, conclusion=conclusion),
    )


def review_due(supplement: YearSupplement, agreement: Agreement) -> date | NotRegulated | None:
    """The last day for following the year's supplement up; None once it has been (ORE-4.1.2-6)."""
    rule = agreement.settlement.supplement if agreement.settlement else None
    if rule is None or rule.review is None:
        return agreement.silence("supplement-review")
    if supplement.reviewed_at is not None:
        return None
    return add_duration(date(supplement.year, 1, 1), rule.review.every) - timedelta(days=1)


def _at(supplement: YearSupplement, act: Act, *wanted: SupplementStatus, by: Party | None = None) -> Supplement:
    """The rule, once the actor may act and the supplement is in one of these states."""
    permit(act, by=by)
    rule = text.supplement(act)
    if supplement.status not in wanted:
        raise WrongState(
            subject="The supplement", state=supplement.status, needed=wanted, rule=(rule.window or rule).rule
        )
    act.not_before(supplement.since, f"the supplement became {supplement.status}")
    return rule


def _timeliness(act: Act, year: int, month: int) -> Timeliness:
    day = legal_day(act.occurred_at)
    if (day.year, day.month) == (year, month):
        return Timeliness.ON_TIME
    return Timeliness.LATE if (day.year, day.month) > (year, month) else Timeliness.EARLY


def _refuse_unmeasured(measurement: Measurement | None, rule: Supplement) -> None:
    """Refuse an adjustment on less than the version asks to have measured (F30)."""
    if rule.adjustment is None:
        return
    measured = measurement.measured if measurement else ()
    lacking = [one for one in rule.adjustment.measures if one.id not in measured]
    if lacking:
        raise MeasurementRequired(
            f"No measurement of {', '.join(one.title for one in lacking)}",
            rule=rule.adjustment.rule,
            remedy="name a measurement of all of it",
            where=[one.id for one in lacking],
        )


def _refuse_unknown(supplement: YearSupplement, changes: Sequence[Change], rule: Supplement) -> None:
    known = {one.municipality for one in supplement.totals}
    unknown = [one.municipality for one in changes if one.municipality not in known]
    unknown += [one.component for one in changes if one.component not in supplement.components]
    if unknown:
        raise UnknownReference(
            f"The supplement has no {', '.join(unknown)}",
            rule=rule.rule,
            remedy="name municipalities and components of this supplement",
            where=unknown,
        )
