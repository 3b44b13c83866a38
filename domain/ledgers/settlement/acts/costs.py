"""Acts on the cost of care for somebody who lives elsewhere, in the county or in another (catalogue VML-12)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName
from domain.agreements.model.settlement import CostAgreement, Debtor
from domain.kernel import Events, Label, Party, Slug
from domain.ledger_permission import require_permission
from domain.ledgers.settlement.events.costs import (
    ClaimPart,
    CostAgreementReached,
    CostAgreementRequested,
    CostClaimRaised,
)
from domain.ledgers.settlement.refusals import NotPerformed, NotReimbursable, SettlementNotRegulated, SplitNotWhole
from domain.ledgers.settlement.rules.recorded_care import GivenCare
from domain.ledgers.settlement.rules.text import require_cost_agreement, require_rounding
from domain.ledgers.settlement.state.costs import CostSettlement, cost_id
from domain.money import Exact, Figure, NotNegative, Rounding, UnitOfMeasure
from domain.refusals import CostAgreementMissing, OtherPartyMissing, WrongState


def request_cost_agreement(*, act: Act, case: UUID, registered_in: Slug, asked: Debtor) -> Events:
    """Ask for an agreement on the cost of a non-resident's care (VML-12-3, -5).

    The individual's home is the county in which the population register has them. It is the actor's own county if they
    live in another municipality of it.
    """
    require_permission(act, by=Party.MUNICIPALITY)
    rule = require_cost_agreement(act)
    if rule.home is None:
        raise SettlementNotRegulated("the home county of an individual")
    if registered_in == act.actor.county and not rule.within_county:
        raise SettlementNotRegulated("a cost agreement for an individual who is registered in the county")
    if asked not in rule.asked:
        raise SettlementNotRegulated(asked)
    event = act.record(
        CostAgreementRequested,
        on=cost_id(act.actor.county, case),
        clauses=(*rule.clauses, *rule.home.clauses),
        county=act.actor.county,
        municipality=act.actor.principal,
        of_case=case,
        home_county=registered_in,
        asked=asked,
    )
    return (event,)


def reach_cost_agreement(
    cost: CostSettlement,
    *,
    act: Act,
    counterpart_reference: Label | None,
    split: Mapping[Debtor, Exact] | None = None,
) -> Events:
    """Record that both have agreed, and the split of the cost between the home county's principals.

    The counterpart does not act here, so name its own record of having agreed. If no split is given, the debtor that
    the version names pays all of the cost (VML-12-2). It names none for an individual of the same county.
    """
    rule = _check(cost, act)
    if cost.split is not None:
        raise WrongState(subject="The cost agreement", state="reached", needed=("requested",), rule=rule.rule)
    if counterpart_reference is None:
        raise OtherPartyMissing(
            f"Nothing shows that the {cost.asked} has agreed",
            rule=rule.rule,
            remedy="give the reference of the counterpart's own record of having agreed",
            where=("counterpart_reference",),
        )
    by_text = {rule.bears.debtor: Decimal(1)} if rule.bears and cost.home_county != cost.county else {}
    parts = by_text if split is None else dict(split)
    if sum(parts.values()) != 1 or any(part < 0 for part in parts.values()):
        raise SplitNotWhole(
            "The parts of the cost do not add up to 1",
            rule=rule.rule,
            remedy="give parts of zero or more that add up to 1",
            where=list(parts),
        )
    event = act.record(
        CostAgreementReached,
        on=cost,
        clauses=_grounds(rule),
        split=parts,
        counterpart_reference=counterpart_reference,
    )
    return (event,)


def raise_cost_claim(
    cost: CostSettlement | None,
    *,
    act: Act,
    case: UUID,
    amount: NotNegative,
    performed: tuple[UUID, ...],
    given: Sequence[GivenCare],
) -> Events:
    """Claim the cost of a case's performed interventions, in SEK, from those who agreed to pay (VML-12-2).

    `performed` holds the events of the interventions, which your own staff performed. Each can be claimed for once.
    Refused before an agreement on the cost has been reached, and for a day on which the record does not show that the
    individual lived elsewhere (VML-12-3).
    """
    rule = _check(cost, act)
    if cost is None or cost.split is None:
        raise CostAgreementMissing(
            "No agreement on the cost has been reached",
            rule=rule.rule,
            remedy="ask the individual's home for an agreement, and claim when it has been reached",
            where=(str(case),),
            acts=(
                ActName.REQUEST_COST_AGREEMENT,
                ActName.REACH_COST_AGREEMENT,
            ),
        )
    _refuse_unfounded(cost, performed, rule)
    care = _find_given(performed, given, rule)
    _refuse_residents(care, rule)
    rounding = require_rounding(act)
    total = Figure(
        amount=rounding.of(Fraction(amount)), unit=UnitOfMeasure.SEK, clauses=_grounds(rule), sources=performed
    )
    event = act.record(
        CostClaimRaised,
        on=cost,
        clauses=_grounds(rule),
        claim_id=act.new_id("claim"),
        parts=_divide(total, cost, cost.split, rounding),
        total=total,
    )
    return (event,)


def _divide(
    total: Figure, cost: CostSettlement, split: Mapping[Debtor, Exact], rounding: Rounding
) -> tuple[ClaimPart, ...]:
    """Divide a claim between those who agreed to pay a part of it."""
    sources = (*total.sources, *((cost.agreed_by,) if cost.agreed_by else ()))
    return tuple(
        ClaimPart(
            debtor=debtor,
            county=cost.home_county,
            amount=total.model_copy(update={"amount": part, "sources": sources}),
        )
        for debtor, part in rounding.divide(total.amount, split).items()
        if split[debtor]
    )


def _refuse_unfounded(cost: CostSettlement, performed: tuple[UUID, ...], rule: CostAgreement) -> None:
    """Refuse a claim without interventions, and a second claim for the same intervention."""
    counted = Counter((*cost.claimed, *performed))
    repeated = [str(event) for event in dict.fromkeys(performed) if counted[event] > 1]
    if repeated or not performed:
        raise NotPerformed(
            "The same interventions are claimed for twice" if repeated else "The claim names no performed intervention",
            rule=rule.rule,
            remedy="name each performed intervention once, in one claim",
            where=repeated or ("performed",),
        )


def _find_given(performed: tuple[UUID, ...], given: Sequence[GivenCare], rule: CostAgreement) -> list[GivenCare]:
    """Return the care that is claimed for. Refuse care that nobody of the municipality has recorded as performed."""
    known = {care.event: care for care in given}
    unknown = [str(event) for event in performed if event not in known]
    if unknown:
        raise NotPerformed(
            "The claim names what is not on record as performed by the municipality's own staff",
            rule=rule.rule,
            remedy="name what your own staff performed, and hours that no later event corrects",
            where=unknown,
        )
    return [known[event] for event in performed]


def _refuse_residents(care: Sequence[GivenCare], rule: CostAgreement) -> None:
    """Refuse a claim for care on a day on which the record does not show that the individual lived elsewhere."""
    if rule.home is None or rule.home.circumstance is None:
        return
    shown_by = rule.home.circumstance
    residents = [each for each in care if each.moved_here or shown_by not in each.circumstances]
    if residents:
        days = sorted({str(each.day) for each in residents})
        raise NotReimbursable(
            f"The case does not show that the individual lived elsewhere on {', '.join(days)}",
            rule=rule.home.rule,
            remedy=f"leave out this care, or record the circumstance {shown_by} with the time from which it held",
            where=[str(each.event) for each in residents],
            acts=(ActName.RECORD_CIRCUMSTANCE,),
        )


def _grounds(rule: CostAgreement) -> tuple[str, ...]:
    return (*rule.clauses, *(rule.bears.clauses if rule.bears else ()))


def _check(cost: CostSettlement | None, act: Act) -> CostAgreement:
    """Return the version's rule. Refuse an actor that is not of the municipality of stay."""
    require_permission(act, *((cost.municipality,) if cost else ()), by=Party.MUNICIPALITY)
    rule = require_cost_agreement(act)
    if cost is not None:
        act.not_before(cost.since, "the cost was last dealt with")
    return rule
