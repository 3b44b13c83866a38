"""Open items of the enrolment: its start, handovers, the home and the discharge."""

from collections.abc import Iterator, Mapping

from domain.agreements.model import ActName
from domain.case.events.case import FactKind
from domain.case.events.enrolment import Aspect
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_plans import category_of
from domain.case.rules.enrolment_readiness import (
    find_open_gaps,
    find_performer,
    find_unassessed_risks,
    find_unconfirmed,
)
from domain.case.rules.enrolment_steps import RUNNING
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.care_plan import PlanStatus
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.case.state.referral import ReferralStatus
from domain.kernel import Instant, Keeper, Party, Slug
from projections.worklist.open_items import BOTH, Deed, OpenItem, by, for_both
from projections.worklist.track_rules import TrackRules


def find_enrolment_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the next steps of the enrolment, from the proposal to the discharge."""
    enrolment = case.enrolment
    if enrolment is None:
        return
    since = enrolment.since
    match enrolment.status:
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE if rules.is_joint(ActName.COMMIT_TO_ENROLMENT):
            absent = [party for party in BOTH if party not in enrolment.committed_by]
            deeds = by(ActName.COMMIT_TO_ENROLMENT, *_find_ways_to_refuse(case, rules))
            yield from (OpenItem("commit", party, since, deeds) for party in absent)
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE | EnrolmentStatus.COMMITTED:
            if _has_plan(case, rules):
                yield from _start(case, enrolment, rules)
        case EnrolmentStatus.ACTIVE:
            yield from _handovers(case, enrolment, rules)
        case EnrolmentStatus.DISCHARGE_PENDING if enrolment.discharge_declared_by is not None:
            other, deeds = (
                enrolment.discharge_declared_by.other,
                by(ActName.COMPLETE_DISCHARGE, ActName.CONTEST_DISCHARGE),
            )
            yield OpenItem("complete-discharge", other, since, deeds)
        case _:
            pass
    if enrolment.status in RUNNING:
        yield from _stay(enrolment)
        yield from _risks(case, enrolment, rules)
        yield from _find_contested_discharge(enrolment)
    if not enrolment.status.is_ended:
        yield from _home(case, enrolment, rules)


def find_death_items(case: Case) -> Iterator[OpenItem]:
    """Find the death that another case of the person has on record, or that was corrected there and is on record here.

    Before an enrolment the request is withdrawn.
    """
    if case.death_reported_at is None:
        return
    if case.is_ended:
        yield from _find_wrong_death(case, case.death_reported_at)
        return
    if case.death_reported is None:
        return
    if case.enrolment is not None:
        yield from for_both("record-death", case.death_reported_at, ActName.RECORD_DEATH)
    elif case.referral.status is not ReferralStatus.ACCEPTED:
        owner = Party.REGION if case.referral.owner == case.region else Party.MUNICIPALITY
        yield OpenItem("record-death", owner, case.death_reported_at, by(ActName.WITHDRAW_REFERRAL))


def _find_wrong_death(case: Case, since: Instant) -> Iterator[OpenItem]:
    """Yield the death on record here, for the party that recorded it, if another case told of it and corrected it."""
    deaths = (fact for fact in case.correctable.values() if fact.kind is FactKind.DEATH)
    for death in deaths if case.death_reported is None else ():
        party = Party.REGION if death.principal == case.region else Party.MUNICIPALITY
        yield OpenItem("correct-death", party, since, by(ActName.CORRECT_FACT))


def _stay(enrolment: Enrolment) -> Iterator[OpenItem]:
    """Yield the news about a stay in hospital for the other party, and the homecoming that the region is to record."""
    for party, waits in enrolment.unseen.items():
        for news, at in waits.items():
            yield OpenItem(f"acknowledge-{news}", party.other, at, by(ActName.ACKNOWLEDGE_STAY), rule="E14")
    stay = enrolment.stay
    if stay is not None:
        deeds = by(ActName.RECORD_HOMECOMING)
        day, ward = stay.expected_end, stay.ward
        yield OpenItem("homecoming", Party.REGION, stay.started_at, deeds, day=day, rule="E14", unit=ward)


def _find_contested_discharge(enrolment: Enrolment) -> Iterator[OpenItem]:
    """Yield that the discharge was contested, for the party that declared it, until it has answered.

    It answers by declaring the discharge again, by a disagreement, or by a question to the other party. A disagreement
    on the discharge that the other party raises takes its place.
    """
    contested_by, at = enrolment.discharge_contested_by, enrolment.discharge_contested_at
    if contested_by is not None and at is not None:
        deeds = by(ActName.DECLARE_DISCHARGE, ActName.RAISE_DISAGREEMENT, ActName.ASK_QUESTION)
        yield OpenItem("discharge-contested", contested_by.other, at, deeds)


def _start(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield what the start waits for, or else the start. What does not fulfil the criteria can only be refused."""
    refusing = _find_ways_to_refuse(case, rules)
    if refusing:
        yield OpenItem("start-enrolment", Party.MUNICIPALITY, enrolment.since, by(*refusing))
    elif _is_left_with_region(case):
        deeds = tuple(_deeds_to_revise(case))
        yield from (OpenItem("revise-plan", party, enrolment.since, deeds) for party in BOTH if deeds)
    elif rules.has_unconsidered_criteria(case.referral):
        yield from for_both("evaluate-criteria", enrolment.since, ActName.EVALUATE_CRITERIA)
    elif _find_preparations(case, enrolment, rules, find_performer(case.planned.values())):
        yield from _confirmations(case, enrolment, rules, find_performer(case.planned.values()))
        yield from _risks(case, enrolment, rules)
    else:
        yield OpenItem("start-enrolment", Party.MUNICIPALITY, enrolment.since, by(ActName.START_ENROLMENT))


def _is_left_with_region(case: Case) -> bool:
    """Return True if the plans give the municipality what a resolution has left with the region."""
    return any(
        case.planned[key].performer is Party.MUNICIPALITY for key in case.left_with_region if key in case.planned
    )


def _deeds_to_revise(case: Case) -> Iterator[Deed]:
    """Yield the revision of each plan that holds. One that is under revision waits for agreement already."""
    for plan in case.plans.values():
        if plan.status is PlanStatus.ESTABLISHED:
            yield Deed(ActName.REVISE_PLAN, ActSubject(plan=plan.kind), plan=plan.id)


def _find_ways_to_refuse(case: Case, rules: TrackRules) -> tuple[ActName, ...]:
    """Return the acts that answer a criterion that is not met, or care that the agreement does not cover; or none."""
    unmet = unmet_verdicts(case.referral)
    refused = unmet or not rules.covers(case, case.referral.level)
    return (*([ActName.REFUSE_ENROLMENT] if refused else []), *([ActName.EVALUATE_CRITERIA] if unmet else []))


def _find_preparations(case: Case, enrolment: Enrolment, rules: TrackRules, performer: Party) -> tuple[ActName, ...]:
    """Return the acts that must come before care moves to the home; none if all is ready (ORE-3.1.3-11, 2.2-4)."""
    unconfirmed = bool(find_unconfirmed(rules.agreement, rules.name, enrolment, performer))
    risks = find_unassessed_risks(rules.agreement, case, enrolment) is not None
    acts = ((ActName.CONFIRM_READINESS, unconfirmed), (ActName.ASSESS_RISKS, risks))
    return tuple(act for act, is_wanted in acts if is_wanted)


def _confirmations(case: Case, enrolment: Enrolment, rules: TrackRules, performer: Party) -> Iterator[OpenItem]:
    """Yield what the party that is to perform has not confirmed, except the gaps."""
    gaps = _find_gaps(case, enrolment)
    for aspect, rule in find_unconfirmed(rules.agreement, rules.name, enrolment, performer).items():
        if aspect not in gaps:
            deeds = by(ActName.CONFIRM_READINESS)
            yield OpenItem(f"readiness:{aspect}", performer, enrolment.since, deeds, rule=rule)


def _risks(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the risks to assess or to meet, also those that are found when care is in the home (ORE-2.2-4)."""
    ground = find_unassessed_risks(rules.agreement, case, enrolment)
    if ground is not None:
        found = (enrolment.risks_at[risk.key] for risk in enrolment.risks if risk.measure is None)
        since, deeds = min(found, default=enrolment.since), by(ActName.ASSESS_RISKS)
        yield from (OpenItem("assess-risks", party, since, deeds, rule=ground.rule) for party in BOTH)


def _find_gaps(case: Case, enrolment: Enrolment) -> Mapping[Aspect, Instant]:
    return find_open_gaps(enrolment, find_performer(case.planned.values()))


def _handovers(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the handovers to accept, and the interventions that the start of the enrolment left (ORE-3.2.1-K1)."""
    first, left = _find_preparations(case, enrolment, rules, Party.MUNICIPALITY), _list_left(case, enrolment, rules)
    for key, giver in sorted(enrolment.handed_over.items()):
        deeds = by(*first) or _deeds_on(ActName.ACCEPT_HANDOVER, case, key)
        yield OpenItem(f"accept-handover:{key}", giver.other, enrolment.handed_over_at[key], deeds)
    if first and (left or enrolment.handed_over):
        yield from _confirmations(case, enrolment, rules, Party.MUNICIPALITY)
    elif not first:
        for key in left:
            deeds = _deeds_on(ActName.HAND_OVER_INTERVENTION, case, key)
            yield OpenItem(f"hand-over:{key}", Party.REGION, enrolment.since, deeds)


def _list_left(case: Case, enrolment: Enrolment, rules: TrackRules) -> list[Slug]:
    """List the interventions of the municipality that are to be handed over.

    On a track that hands over each, they are those that it does not perform. On another, they are those that a plan
    has given it since the start, and that nobody has handed over (ORE-2.2-5).
    """
    planned = [key for key, each in case.planned.items() if each.performer is Party.MUNICIPALITY]
    waiting = [key for key in planned if key not in (*enrolment.handed_over, *case.left_with_region)]
    if rules.track is not None and rules.track.handover_rule is not None:
        held = {key for key, allocation in case.allocations.items() if allocation.performer == case.municipality}
        return [key for key in waiting if key not in held]
    return [key for key in waiting if key in case.allocations and case.allocations[key].kept_by is Keeper.TAKEOVER]


def _deeds_on(act: ActName, case: Case, key: Slug) -> tuple[Deed, ...]:
    return by(act, about=ActSubject(intervention=key, category=category_of(case, key)))


def _has_plan(case: Case, rules: TrackRules) -> bool:
    """Return True if a plan of a kind that the track demands is in force, or if the track demands none."""
    return not rules.plans or any(plan.is_in_force and plan.kind in rules.plans for plan in case.plans.values())


def _home(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the gaps in the home, and a home that the agreement does not cover or whose change it does not regulate."""
    performer = find_performer(case.planned.values())
    for aspect, found_at in sorted(_find_gaps(case, enrolment).items()):
        yield OpenItem(f"readiness:{aspect}", performer, found_at, by(ActName.CONFIRM_READINESS), "readiness")
    if case.moved_to is None:
        return
    moved_to, scope = case.moved_to, rules.agreement.scope
    deeds = {party: by(*_list_end_acts(enrolment, party), ActName.RECORD_MOVE) for party in BOTH}
    if moved_to in rules.agreement.vocabulary.settings and moved_to not in scope.settings:
        rule = scope.clauses[0]
        yield from (OpenItem("outside-scope", party, enrolment.since, deeds[party], rule=rule) for party in BOTH)
    elif _lives_elsewhere(case, rules) and (
        rules.agreement.jurisdiction is None or rules.agreement.jurisdiction.ends_at_move is None
    ):
        yield from (OpenItem("residence-not-regulated", party, enrolment.since, deeds[party]) for party in BOTH)


def _lives_elsewhere(case: Case, rules: TrackRules) -> bool:
    """Return True if the latest move led to another municipality, or to a place that the agreement has no word for."""
    if case.lives_in is not None:
        return case.lives_in != case.municipality
    return case.moved_to not in rules.agreement.vocabulary.settings


def _list_end_acts(enrolment: Enrolment, party: Party) -> tuple[ActName, ...]:
    """List the acts by which a party ends the enrolment as things stand. A declared discharge waits for the other."""
    match enrolment.status:
        case EnrolmentStatus.ACTIVE:
            return (ActName.DECLARE_DISCHARGE,)
        case EnrolmentStatus.DISCHARGE_PENDING:
            return (ActName.COMPLETE_DISCHARGE,) if party is not enrolment.discharge_declared_by else ()
        case _:
            return (ActName.REFUSE_ENROLMENT,)
