"""The sweep of facts: what a case holds after each event is the latest word about it, found again from the events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.case.events.care_plan import (
    ContactRoleAssigned,
    InterventionPlanned,
    OrdererTransferred,
    PlanAgreedByParty,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanRevised,
    PlanRevisionOpened,
    PlanSectionRecorded,
)
from domain.case.events.case import (
    CircumstanceRecorded,
    DeathRecorded,
    FactCorrected,
    HoursRecorded,
    MoveRecorded,
    StatementRecorded,
)
from domain.case.events.disagreement import (
    DisagreementRaised,
    DisagreementResolved,
    DisagreementWithdrawn,
    PositionRecorded,
    ResolutionProposed,
)
from domain.case.events.enrolment import (
    Aspect,
    DelegationWithdrawn,
    DischargeContested,
    DischargeDeclared,
    HandoverAccepted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
    TaskAssigned,
    TaskDelegated,
)
from domain.case.events.referral import (
    AssessmentRecorded,
    CareLevelEstablished,
    CareLevelReassessed,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DepartureGranted,
    JointConsiderationRecorded,
    NeedRaised,
    ReferralReturned,
    ReferralSupplemented,
)
from domain.case.events.self_care import SelfCareAssessed
from domain.case.state.case import Case, evolve
from domain.kernel import Event, Party
from tests.world.sweeps.scene import Scene, SweptCase, Tally


@dataclass(frozen=True)
class Fact:
    """A fact that a case holds, and how it is found again from the events about it, in order of time."""

    name: str
    about: tuple[type[Event], ...]
    held: Callable[[Case], Any]
    find: Callable[[Sequence[Any]], Any]


def sweep_facts(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Tell a case event by event. After each, find the facts that it is about from what has been told of them."""
    known: Case | None = None
    told: dict[str, list[Event]] = {fact.name: [] for fact in FACTS}
    for event in scene.services.store.load_case(case.case_id):
        known = evolve(known, event)
        for fact in FACTS:
            if isinstance(event, fact.about):
                told[fact.name].append(event)
                found = fact.find(sorted(told[fact.name], key=_occurred_at))
                claim = "a fact of a case is the latest word about it"
                tally.equal(case, claim, fact.held(known), found, fact.name, event.TOPIC, event.occurred_at)


def _occurred_at(event: Event) -> datetime:
    return event.occurred_at


def _last(events: Sequence[Any], name: str) -> Any:
    return getattr(events[-1], name)


_JOINT = (CareLevelEstablished, CareLevelReassessed, CriteriaExceptionAgreed)
"""The events of what both parties agreed on, which binds no other receiver of the request."""


def _outlive_return(events: Sequence[Event]) -> list[Any]:
    """Find what still counts of a request: after its return, only the region's own words."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, ReferralReturned):
            kept = [each for each in kept if each.actor.party is Party.REGION and not isinstance(each, _JOINT)]
        else:
            kept.append(event)
    return kept


def _find_level(events: Sequence[Event]) -> Any:
    return next((event.level for event in reversed(_outlive_return(events))), None)


def _find_ready(events: Sequence[ReadinessConfirmed | ReadinessActionOpened]) -> dict[Aspect, set[Any]]:
    """Find who has confirmed each need since it was last found lacking."""
    ready: dict[Aspect, set[Any]] = {aspect: set() for aspect in Aspect}
    for event in events:
        if isinstance(event, ReadinessConfirmed):
            ready[event.aspect].add(event.actor.party)
        else:
            ready[event.aspect] = set()
    return ready


def _find_waiting(events: Sequence[Event]) -> set[str]:
    """Find what has been handed over and not accepted. A decision of both parties ends what waits."""
    waiting: set[str] = set()
    for event in events:
        match event:
            case InterventionHandedOver():
                waiting |= {event.intervention}
            case HandoverAccepted():
                waiting -= {event.intervention}
            case _:
                waiting = set()
    return waiting


def _find_entrusted(events: Sequence[TaskAssigned | TaskDelegated | DelegationWithdrawn]) -> dict[Any, Any]:
    """Find the last day of each person's latest delegation of a task, or that it was withdrawn."""
    return {(each.intervention, each.performer): getattr(each, "last_day", "withdrawn") for each in events}


def _find_discharge(events: Sequence[DischargeDeclared | DischargeContested]) -> tuple[Any, Any, bool]:
    last = events[-1]
    if isinstance(last, DischargeDeclared):
        return last.party, last.reason, last.new_care_form
    return None, None, False


def _find_counted(events: Sequence[HoursRecorded]) -> dict[UUID, bool]:
    corrected = {each.corrects for each in events}
    return {each.id: each.performed for each in events if each.id not in corrected}


def _find_true(events: Sequence[Event]) -> list[Any]:
    """Find the facts that no later event corrects."""
    corrected = {event.corrects for event in events if isinstance(event, FactCorrected)}
    return [event for event in events if not isinstance(event, FactCorrected) and event.id not in corrected]


def _find_death(events: Sequence[Event]) -> Any:
    died = _find_true(events)
    return died[-1].deceased_on if died else None


def _find_residence(events: Sequence[Event]) -> tuple[Any, Any, Any]:
    moves = _find_true(events)
    if not moves:
        return None, None, None
    latest = max(moves, key=lambda each: (each.moved_on, each.occurred_at))
    return latest.moved_on, latest.to, latest.municipality


def _find_open(events: Sequence[Event]) -> set[UUID]:
    """Find the disagreements that have been raised, and neither resolved nor withdrawn."""
    raised = {event.originator_id for event in events if isinstance(event, DisagreementRaised)}
    return raised - {event.originator_id for event in events if not isinstance(event, DisagreementRaised)}


_WRITTEN = (PlanSectionRecorded, ContactRoleAssigned, InterventionPlanned, PlanRevisionOpened)


def _find_agreed(events: Sequence[Event]) -> set[tuple[UUID, Any]]:
    """Find who has agreed to the latest text of each plan: those who did after it was last written on."""
    agreed: set[tuple[UUID, Any]] = set()
    for event in events:
        if isinstance(event, PlanAgreedByParty):
            agreed.add((event.originator_id, event.party))
        else:
            agreed = {each for each in agreed if each[0] != event.originator_id}
    return agreed


def _of_enrolment(read: Callable[[Any], Any]) -> Callable[[Case], Any]:
    return lambda case: read(case.enrolment)


def _of_plans(read: Callable[[Any], Iterable[tuple[Any, Any]]]) -> Callable[[Case], Any]:
    return lambda case: {(plan.id, key): value for plan in case.plans.values() for key, value in read(plan)}


FACTS: tuple[Fact, ...] = (
    Fact(
        "request",
        (NeedRaised, ReferralSupplemented),
        lambda case: case.referral.request,
        lambda events: _last(events, "request"),
    ),
    Fact(
        "assessments",
        (AssessmentRecorded, ReferralReturned),
        lambda case: case.referral.assessments,
        lambda events: {each.party: each for each in _outlive_return(events)},
    ),
    Fact(
        "levels",
        (CareLevelEstablished, CareLevelReassessed, ReferralReturned),
        lambda case: case.referral.level,
        _find_level,
    ),
    Fact(
        "proposed exceptions",
        (CriteriaExceptionProposed, ReferralReturned),
        lambda case: case.referral.exceptions_proposed,
        lambda events: {each.criterion: each.party for each in _outlive_return(events)},
    ),
    Fact(
        "criteria set aside",
        (CriteriaExceptionAgreed, DepartureGranted, ReferralReturned),
        lambda case: case.referral.set_aside,
        lambda events: {each.criterion for each in _outlive_return(events)},
    ),
    Fact(
        "joint considerations",
        (JointConsiderationRecorded, ReferralReturned),
        lambda case: {(key, party) for key, parties in case.referral.considered.items() for party in parties},
        lambda events: {(each.intervention, each.party) for each in _outlive_return(events)},
    ),
    Fact(
        "statements",
        (StatementRecorded,),
        lambda case: [(each.id, each.kind, each.fields) for each in case.statements],
        lambda events: [(each.statement_id, each.kind, each.fields) for each in events],
    ),
    Fact(
        "circumstances",
        (CircumstanceRecorded,),
        lambda case: case.circumstances,
        lambda events: {name for name, holds in {one.circumstance: one.holds for one in events}.items() if holds},
    ),
    Fact("hours", (HoursRecorded,), lambda case: case.hours, _find_counted),
    Fact(
        "residence",
        (MoveRecorded, FactCorrected),
        lambda case: (case.moved_on, case.moved_to, case.lives_in),
        _find_residence,
    ),
    Fact("death", (DeathRecorded, FactCorrected), lambda case: case.deceased_on, _find_death),
    Fact(
        "open disagreements",
        (DisagreementRaised, DisagreementResolved, DisagreementWithdrawn),
        lambda case: {each.id for each in case.disputes if each.is_open},
        _find_open,
    ),
    Fact(
        "proposals",
        (ResolutionProposed,),
        lambda case: {(each.id, party): one for each in case.disputes for party, one in each.proposals.items()},
        lambda events: {(each.dispute_id, each.party): each.resolution for each in events},
    ),
    Fact(
        "positions",
        (PositionRecorded,),
        lambda case: {one.id: (one.party, one.text) for each in case.disputes for one in each.positions},
        lambda events: {each.position_id: (each.party, each.position) for each in events},
    ),
    Fact(
        "self-care",
        (SelfCareAssessed,),
        lambda case: {key: (care.is_self_care, care.found) for key, care in case.self_care.items()},
        lambda events: {each.intervention: (each.is_self_care, each.responsible) for each in events},
    ),
    Fact(
        "readiness",
        (ReadinessConfirmed, ReadinessActionOpened),
        _of_enrolment(lambda own: {aspect: set(own.ready.get(aspect, ())) for aspect in Aspect}),
        _find_ready,
    ),
    Fact(
        "risks",
        (RiskAssessmentRecorded,),
        _of_enrolment(lambda own: {risk.key: risk for risk in own.risks}),
        lambda events: {risk.key: risk for each in events for risk in each.risks},
    ),
    Fact(
        "handovers",
        (InterventionHandedOver, HandoverAccepted, DisagreementResolved, PlanEstablished, PlanRevised),
        lambda case: set(case.enrolment.handed_over) if case.enrolment is not None else set(),
        _find_waiting,
    ),
    Fact(
        "entrusted tasks",
        (TaskAssigned, TaskDelegated, DelegationWithdrawn),
        _of_enrolment(
            lambda own: {
                (each.intervention, each.performer): each.last_day if each.form else "withdrawn"
                for each in own.delegation_words
            }
        ),
        _find_entrusted,
    ),
    Fact("care given", (InterventionPerformed,), _of_enrolment(lambda own: own.performed), len),
    Fact(
        "where to turn",
        (IndividualInformed,),
        _of_enrolment(lambda own: own.where_to_turn),
        lambda events: _last(events, "where_to_turn"),
    ),
    Fact(
        "declared discharge",
        (DischargeDeclared, DischargeContested),
        _of_enrolment(lambda own: (own.discharge_declared_by, own.discharge_reason, own.new_care_form)),
        _find_discharge,
    ),
    Fact(
        "orderers",
        (PlanInitiated, OrdererTransferred),
        lambda case: {plan.id: plan.orderer for plan in case.plans.values()},
        lambda events: {each.originator_id: getattr(each, "person", each.actor.person) for each in events},
    ),
    Fact(
        "follow-ups",
        (PlanFollowUpRecorded,),
        _of_plans(lambda plan: ((by, plan.next_follow_up_on.get(by)) for by in plan.followed_up_at)),
        lambda events: {(each.originator_id, each.party): each.next_on for each in events},
    ),
    Fact(
        "contacts",
        (ContactRoleAssigned,),
        _of_plans(lambda plan: ((each.role, (each.person, each.area)) for each in plan.draft.contacts)),
        lambda events: {(each.originator_id, each.role): (each.person, each.area) for each in events},
    ),
    Fact(
        "parts of plans",
        (PlanSectionRecorded,),
        _of_plans(lambda plan: (((one.part, one.party), one.fields) for one in plan.draft.sections)),
        lambda events: {(one.originator_id, (one.section.part, one.party)): one.section.fields for one in events},
    ),
    Fact(
        "planned interventions",
        (InterventionPlanned,),
        _of_plans(lambda plan: ((each.key, each) for each in plan.draft.interventions)),
        lambda events: {(each.originator_id, each.intervention.key): each.intervention for each in events},
    ),
    Fact(
        "agreements to plans",
        (*_WRITTEN, PlanAgreedByParty),
        lambda case: {(plan.id, each.party) for plan in case.plans.values() for each in plan.draft.agreements},
        _find_agreed,
    ),
)
"""The facts of a case, each with the events that tell it."""
