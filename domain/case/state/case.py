"""A case (ärende) about one person: its referral, plans, enrolment and self-care, folded from one ordered history."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import attrgetter, itemgetter
from typing import assert_never, get_args
from uuid import UUID, uuid5

from pydantic import Field

from domain.agreements.conditions import (
    CRITERIA_MET,
    DISCHARGE_REGULATED,
    NURSING_PLANNED,
    REHABILITATION_PLANNED,
    follows_from_case,
    on_track,
    plan_in_force,
    unmet,
)
from domain.agreements.model import DisputeSubject
from domain.case.events import care_plan as care_plan_events
from domain.case.events import case as case_events
from domain.case.events import disagreement as disagreement_events
from domain.case.events import enrolment as enrolment_events
from domain.case.events import question as question_events
from domain.case.events import referral as referral_events
from domain.case.events import self_care as self_care_events
from domain.case.events.care_plan import PlannedIntervention
from domain.case.state.care_plan import CarePlan
from domain.case.state.care_plan import evolve as evolve_plan
from domain.case.state.disagreement import Dispute
from domain.case.state.disagreement import evolve as evolve_disputes
from domain.case.state.discharge_notice import DischargeNotice
from domain.case.state.discharge_notice import evolve as evolve_notices
from domain.case.state.enrolment import Enrolment
from domain.case.state.enrolment import evolve as evolve_enrolment
from domain.case.state.facts import Move, RecordedStatement, Word, keep_statement
from domain.case.state.occurrences import LastOccurrence, StaffAct, add_act, add_occurrence
from domain.case.state.question import PartyQuestion, end_unanswered
from domain.case.state.question import evolve as evolve_questions
from domain.case.state.referral import Cancellation, Referral, ReferralStatus
from domain.case.state.referral import evolve as evolve_referral
from domain.case.state.self_care import SelfCare
from domain.case.state.self_care import evolve as evolve_self_care
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import (
    Aggregate,
    AgreementRef,
    Allocation,
    Event,
    HistoryBroken,
    HsaId,
    Instant,
    Keeper,
    Party,
    Role,
    Slug,
    Value,
)

EVENT_CLASSES: tuple[type[Event], ...] = (
    *get_args(case_events.CaseEvent),
    *get_args(referral_events.ReferralEvent),
    *get_args(disagreement_events.DisagreementEvent),
    *get_args(care_plan_events.CarePlanEvent),
    *get_args(enrolment_events.EnrolmentEvent),
    *get_args(self_care_events.SelfCareEvent),
    *get_args(question_events.QuestionEvent),
)
"""Every class of event on a case."""


class Case(Value):
    """The record that two principals share about one person's care, after `version` events."""

    id: UUID
    version: int
    """The number of events folded."""
    own_version: int = 0
    """The number of events on the case's own stream: facts about the person and the care."""
    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    opened_at: Instant
    agreement: AgreementRef | None
    """The agreement version that the latest act stood on."""
    subordinate: dict[str, AgreementRef] = {}
    """The subordinate agreements in force beside it, by the first letters of their rules."""
    referral: Referral
    disputes: tuple[Dispute, ...] = ()
    """The disagreements, in the order in which they were raised."""
    questions: tuple[PartyQuestion, ...] = ()
    """The questions of a party to the other, in the order in which they were asked."""
    plans: dict[UUID, CarePlan] = {}
    enrolment: Enrolment | None = None
    self_care: dict[Slug, SelfCare] = {}
    """The interventions that have been assessed as self-care or as health care, by key."""
    allocations: dict[Slug, Allocation] = {}
    """The responsibility for each intervention after the latest change, which may have effect from a later day."""
    meanwhile: dict[Slug, Allocation] = {}
    """The responsibility until then, for each intervention whose latest change has effect later."""
    answers: dict[Slug, tuple[Allocation, ...]] = Field(default={}, exclude=True, repr=False)
    """The responsibility for each intervention from each time on, in order of time: what held, and what will hold."""
    allocated_at: Instant | None = None
    """The latest time at which responsibility was decided."""
    named: dict[Slug, Intervention] = {}
    """Every intervention that a request, an assessment or an established plan has named, in its latest wording."""
    named_at: dict[Slug, Instant] = {}
    """The time at which each intervention got that wording."""
    statements: tuple[RecordedStatement, ...] = ()
    """The statements of the parties, in the order in which they were made."""
    circumstances: frozenset[Slug] = frozenset()
    """The circumstances of the person that hold, in the agreement's own words."""
    words: dict[Slug, tuple[Word, ...]] = {}
    """Every word about each circumstance, in order of time. Only the latest says if it holds."""
    hours: dict[UUID, bool] = {}
    """The events whose hours of care count because no later event corrects them. True: performed. False: planned."""
    deceased_on: date | None = None
    death_reported: date | None = None
    """The day of the person's death by another case, if this one does not have it on record itself."""
    death_reported_at: Instant | None = None
    """The time at which this case was told of it."""
    moved_on: date | None = None
    """The day of the latest move."""
    moves: tuple[Move, ...] = ()
    """Every move, in order of time. The latest counts, also if an earlier one is recorded later."""
    moved_to: Slug | None = None
    """The place or the setting that the latest move led to, such as `special`. None before any move."""
    lives_in: HsaId | None = None
    """The municipality that the latest move named. None if it named none, or before any move."""
    discharge_notices: tuple[DischargeNotice, ...] = ()
    """The notices that the person is ready for discharge from hospital, in order of time."""
    corrected_notices: tuple[DischargeNotice, ...] = ()
    """The notices that were recorded by mistake. They count for nothing."""
    staff: dict[Party, tuple[StaffAct, ...]] = {}
    """The latest act of each unit and role of a party, in the order in which they occurred.

    Of units of one kind, only the latest counts. An earlier act that is recorded later changes nothing.
    """
    persons: dict[HsaId, StaffAct] = {}
    """The latest act of each member of the staff."""
    happened: dict[str, LastOccurrence] = {}
    """The latest occurrence of each topic, by the topic without its version."""
    grounds: dict[Slug, AgreementRef | None] = {}
    """The agreement version that the responsibility for each intervention was last decided under."""
    subordinate_grounds: dict[Slug, dict[str, AgreementRef]] = {}
    """The subordinate agreements whose rules that answer cites, by the first letters of their rules."""
    taken_over: tuple[Slug, ...] = ()
    """The interventions that the municipality has taken over in the enrolment that runs."""
    resolved: tuple[Slug, ...] = ()
    """The interventions whose performer a resolution decided, and no later act has."""
    left_by_plan: tuple[Slug, ...] = ()
    """The interventions that an agreed plan leaves with the region, although the matrix gives them to somebody else."""
    left_with_region: tuple[Slug, ...] = ()
    """Interventions that a resolution left with the region, and that no later plan has given to the municipality."""
    correctable: dict[UUID, "CorrectableFact"] = Field(default={}, exclude=True, repr=False)
    """The facts on record that can be corrected and that nobody has, by the ids of their events."""
    since_fact: tuple[Event, ...] = Field(default=(), exclude=True, repr=False)
    """The events since the first of them."""

    @property
    def stream(self) -> Aggregate:
        """The case's own stream, to record an event on."""
        return Aggregate(id=self.id, version=self.own_version)

    @property
    def enrolment_id(self) -> UUID:
        """The id of the enrolment, also before there is one: its EpisodeOfCare is planned from the request on."""
        return enrolment_id(self.id)

    def principal(self, party: Party) -> HsaId | None:
        """Return the party's principal in this case."""
        return self.region if party is Party.REGION else self.municipality

    def responsibility_at(self, at: Instant) -> dict[Slug, Allocation]:
        """Return the responsibility for each intervention at a moment that is not before `allocated_at`."""
        return {
            key: latest if latest.effective_from <= at else self.meanwhile.get(key, latest)
            for key, latest in self.allocations.items()
        }

    def find_answer(self, intervention: Slug, at: Instant) -> Allocation | None:
        """Return the responsibility for an intervention at any moment. None before the first answer."""
        return next((each for each in reversed(self.answers.get(intervention, ())) if each.effective_from <= at), None)

    @property
    def latest_at(self) -> Instant:
        """The latest time at which an event of the case occurred."""
        return max(occurrence.at for occurrence in self.happened.values())

    @property
    def is_enrolled(self) -> bool:
        """True while an enrolment runs: it has started and has not ended."""
        enrolment = self.enrolment
        return enrolment is not None and enrolment.started_at is not None and not enrolment.status.is_ended

    @property
    def plans_in_force(self) -> tuple[CarePlan, ...]:
        """The plans in force, in the order in which they were established."""
        return _by_time(plan for plan in self.plans.values() if plan.is_in_force)

    @property
    def planned(self) -> dict[Slug, PlannedIntervention]:
        """The interventions of the plans in force, by key. If several plans have the same one, the latest plan's."""
        return {planned.key: planned for plan in self.plans_in_force for planned in plan.agreed_interventions}

    @property
    def readers(self) -> tuple[HsaId, ...]:
        """The principals that may know of the case: the region, and the municipality if it has got or written it."""
        referral = self.referral
        knows = referral.sent_at is not None or referral.author_principal == referral.municipality
        if referral.municipality is None or not knows:
            return (self.region,)
        return (self.region, referral.municipality)

    @property
    def informed_municipality(self) -> HsaId | None:
        """The municipality that can be responsible: it knows of the case, and has not returned the request."""
        returned = self.referral.status is ReferralStatus.RETURNED
        return self.municipality if self.municipality in self.readers and not returned else None

    def find_planned(self, key: Slug) -> PlannedIntervention | None:
        """Return an intervention as the plans in force have it, or else as the latest plan that has ended had it."""
        ended = (plan for plan in reversed(_by_time(self.plans.values())) if not plan.is_in_force)
        before = (planned for plan in ended for planned in plan.agreed_interventions if planned.key == key)
        return self.planned.get(key) or next(before, None)

    def had_plan(self, kind: str, at: Instant) -> bool:
        """Return True if a plan of the kind was in force at the moment: established, and not yet ended."""
        plans = [plan for plan in self.plans.values() if plan.kind == kind]
        established = [plan for plan in plans if plan.established_at is not None and plan.established_at <= at]
        return any(plan.ended_at is None or plan.ended_at > at for plan in established)

    def had_circumstance(self, circumstance: str, at: Instant) -> bool:
        """Return True if a circumstance held at the moment, by the latest word until then."""
        words = [word for word in self.words.get(circumstance, ()) if word.at <= at]
        return bool(words) and words[-1].holds

    def find_move(self, at: Instant) -> Move | None:
        """Return the latest move until the moment. None before any."""
        return next((move for move in reversed(self.moves) if move.at <= at), None)

    def statement(self, kind: str) -> RecordedStatement | None:
        """Return the latest statement of the kind."""
        return next((statement for statement in reversed(self.statements) if statement.kind == kind), None)

    def triggered_at(self, trigger: str, party: Party | None = None) -> Instant | None:
        """Return the latest time of a trigger, by one party or by any.

        A trigger is `event:` and a topic, `statement:` and a kind, or `plan:` and a kind of established plan.
        """
        sort, _, name = trigger.partition(":")
        if sort == "statement":
            statements = [statement for statement in self.statements if statement.kind == name]
            times = [statement.occurred_at for statement in statements if party in (None, statement.party)]
            return max(times, default=None)
        if sort == "plan":
            plans = [plan.established_at for plan in self.plans.values() if plan.kind == name]
            return max((at for at in plans if at is not None), default=None)
        occurrence = self.happened.get(name)
        if occurrence is None:
            return None
        return occurrence.at if party is None else occurrence.by.get(party)

    def find_notice_end(self, notice: DischargeNotice) -> Instant | None:
        """Return the time at which a notice ended: it was withdrawn, or the person left the hospital. None if open."""
        stays = self.enrolment.stays if self.enrolment is not None else ()
        left = (stay.ended_at for stay in stays if stay.started_at <= notice.at and _is_after(stay.ended_at, notice.at))
        ends = (notice.withdrawn_at, notice.left_at, *left)
        return min((at for at in ends if at is not None), default=None)

    @property
    def open_notice(self) -> DischargeNotice | None:
        """The notice by which the person is ready for discharge. None if there is none, or if it has ended."""
        return next((each for each in self.discharge_notices if self.find_notice_end(each) is None), None)

    def find_notice(self, at: Instant) -> DischargeNotice | None:
        """Return the notice by which the person was ready for discharge at a moment. None if there was none."""
        given = (notice for notice in self.discharge_notices if notice.at <= at)
        return next((each for each in given if _is_after(self.find_notice_end(each), at)), None)

    @property
    def is_suspended(self) -> bool:
        """True while an open disagreement leaves responsibility as it is."""
        return any(dispute.is_open and dispute.suspends for dispute in self.disputes)

    @property
    def open_dispute(self) -> Dispute | None:
        """The disagreement that has been open longest. None if none is open."""
        return next((dispute for dispute in self.disputes if dispute.is_open), None)

    def open_on(self, subject: DisputeSubject, plan: UUID | None = None) -> Dispute | None:
        """Return the open disagreement on the subject; on a plan's content, the one on that plan."""
        found = (dispute for dispute in self.disputes if (dispute.subject, dispute.plan) == (subject, plan))
        return next((dispute for dispute in found if dispute.is_open), None)

    def dispute(self, id: UUID) -> Dispute | None:
        """Return the disagreement with the id, open or ended."""
        return next((dispute for dispute in self.disputes if dispute.id == id), None)

    def question(self, id: UUID) -> PartyQuestion | None:
        """Return the question with the id."""
        return next((question for question in self.questions if question.id == id), None)

    @property
    def open_cancellation(self) -> Cancellation | None:
        """The sender's request for cancellation that waits for an answer. A start or an end of the case ends it."""
        last = self.referral.cancellations[-1] if self.referral.cancellations else None
        over = self.is_ended or (self.enrolment is not None and self.enrolment.started_at is not None)
        return last if last is not None and last.ended_at is None and not over else None

    @property
    def conditions(self) -> frozenset[Slug]:
        """The conditions that an agreement text can use: the circumstances on record, and the state of the case."""
        referral = self.referral
        hindering = {verdict.criterion for verdict in referral.verdicts if verdict.hinders} - referral.set_aside
        plans = (plan_in_force(plan.kind) for plan in self.plans.values() if plan.is_in_force)
        own = [on_track(referral.track), *map(unmet, hindering)]
        own += [CRITERIA_MET] if referral.verdicts and not hindering else []
        own += [DISCHARGE_REGULATED] if referral.discharge_regulated else []
        return self.circumstances.union(plans, own, referral.circumstances_of_verdicts, self._planned_for_municipality)

    def meets(self, when: Slug | None) -> bool:
        """Return True if the condition of a rule holds, or if the rule has none."""
        return when is None or when in self.conditions

    @property
    def _planned_for_municipality(self) -> set[Slug]:
        """The conditions that plans in force give care to the municipality or to nobody: rehabilitation, nursing."""
        therapists = (Profession.OCCUPATIONAL_THERAPIST, Profession.PHYSIOTHERAPIST)
        return {
            REHABILITATION_PLANNED
            if planned.kind is InterventionKind.REHABILITATIVE or planned.profession in therapists
            else NURSING_PLANNED
            for plan in self.plans.values()
            if plan.is_in_force
            for planned in plan.agreed_interventions
            if planned.performer is not Party.REGION and planned.profession != Profession.PHYSICIAN
        }

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """Every intervention that the case has named, also one that a later assessment leaves out."""
        return tuple(self.named.values())

    def list_without_carer(self, interventions: Iterable[Intervention]) -> list[Intervention]:
        """List the interventions but those that are assessed as self-care and have a responsible carer."""
        cared_for = {key for key, care in self.self_care.items() if care.responsible is not None}
        return [each for each in interventions if each.key not in cared_for]

    @property
    def interventions_with_responsibility(self) -> tuple[Intervention, ...]:
        """The interventions for which responsibility has been decided."""
        return tuple(intervention for intervention in self.interventions if intervention.key in self.allocations)

    @property
    def is_declined(self) -> bool:
        """True if the request was declined, also after it was closed."""
        closed = self.referral.status is ReferralStatus.CLOSED and self.enrolment is None
        return closed or self.referral.status is ReferralStatus.DECLINED

    @property
    def plan_awaited_since(self) -> Instant | None:
        """The time from which a plan is to be made: the care level is established or the enrolment proposed."""
        if self.referral.level_established_at is not None:
            return self.referral.level_established_at
        return self.enrolment.proposed_at if self.enrolment is not None else None

    @property
    def is_ended(self) -> bool:
        """True if the case has ended: the request declined or withdrawn, or the enrolment ended."""
        over = self.enrolment is not None and self.enrolment.status.is_ended
        return over or self.is_declined or self.referral.status is ReferralStatus.WITHDRAWN

    @property
    def plan(self) -> CarePlan | None:
        """The plan in force that was begun last, or else the plan that was begun last."""
        plans = list(self.plans.values())
        in_force = [plan for plan in plans if plan.is_in_force]
        return next(reversed(in_force or plans), None)


class CorrectableFact(Value):
    """A fact on record that can be corrected, such as a death, and the case as it was before."""

    kind: case_events.FactKind
    principal: HsaId
    """The principal that recorded it."""
    at: Instant
    cause: UUID
    """The id of the act that recorded it. What else the act led to is corrected with it."""
    before: Case


Case.model_rebuild()


def _is_after(end: Instant | None, at: Instant) -> bool:
    """Return True if an end, or none at all, comes after a moment."""
    return end is None or end > at


def _by_time(plans: Iterable[CarePlan]) -> tuple[CarePlan, ...]:
    """Return the established plans, in the order in which they were established."""
    established = [(plan.established_at, plan) for plan in plans if plan.established_at is not None]
    return tuple(plan for _, plan in sorted(established, key=itemgetter(0)))


def enrolment_id(case_id: UUID) -> UUID:
    """Return the id of a case's enrolment."""
    return uuid5(case_id, "enrolment")


def evolve(case: Case | None, event: Event) -> Case:
    """Return the case after the event, with the responsibility that the event changes.

    After a correction it is the case that all other events have led to.
    """
    before = _leave_out(case, event) if isinstance(event, case_events.FactCorrected) else case
    return _keep_fact(before, _evolve(before, event), event)


def _with_corrected_notice(without: Case, before: Case, event: case_events.FactCorrected) -> Case:
    """Return the case without a fact, with the notice that it was, so that whoever has read the notice is told."""
    corrected = tuple(notice for notice in before.discharge_notices if notice.event == event.corrects)
    return without.model_copy(update={"corrected_notices": (*without.corrected_notices, *corrected)})


def _evolve(case: Case | None, event: Event) -> Case:
    case = _with_occurrence(_with_names(_with_ground(_with_aggregate(case, event), event), event), event)
    changes = {allocation.intervention: allocation for allocation in event.allocations}
    before = case.responsibility_at(event.occurred_at)
    before |= {each.intervention: each for each in event.allocations if each.effective_from <= event.occurred_at}
    later = {key for key, allocation in changes.items() if allocation.effective_from > event.occurred_at}
    meanwhile = {key: allocation for key, allocation in case.meanwhile.items() if key not in changes}
    meanwhile |= {key: before[key] for key in later & before.keys()}
    return case.model_copy(
        update={
            "version": case.version + 1,
            "allocations": case.allocations | changes,
            "meanwhile": meanwhile,
            "answers": _list_answers(case, event),
            "allocated_at": max(event.occurred_at, case.allocated_at or event.occurred_at)
            if changes and event.actor.role is not Role.SYSTEM
            else case.allocated_at,
            "grounds": case.grounds | dict.fromkeys(changes, event.basis.agreement),
            "subordinate_grounds": _list_subordinate_grounds(case, event),
            "taken_over": tuple(sorted(_list_municipal(case, event, changes))),
            "left_by_plan": tuple(sorted(_list_left_by_plan(case, event, changes))),
            "resolved": tuple(sorted(_list_resolved(case, event, changes))),
            "agreement": event.basis.agreement or case.agreement,
            "subordinate": case.subordinate if event.basis.agreement is None else event.basis.subordinate,
        }
    )


def _list_answers(case: Case, event: Event) -> dict[Slug, tuple[Allocation, ...]]:
    """Return the answers about each intervention after an event. Each replaces the earlier ones from its time on."""
    if not event.allocations:
        return case.answers
    answers = dict(case.answers)
    for allocation in event.allocations:
        key, since = allocation.intervention, allocation.effective_from
        answers[key] = (*(each for each in answers.get(key, ()) if each.effective_from < since), allocation)
    return answers


def _list_subordinate_grounds(case: Case, event: Event) -> dict[Slug, dict[str, AgreementRef]]:
    """Return the subordinate agreements that each answer cites, by the first letters of their rules."""
    grounds = dict(case.subordinate_grounds)
    for allocation in event.allocations:
        grounds.pop(allocation.intervention, None)
        letters = {clause.partition("-")[0] for clause in allocation.clauses}
        cited = {each: ref for each, ref in event.basis.subordinate.items() if each in letters}
        if cited:
            grounds[allocation.intervention] = cited
    return grounds


def _list_municipal(case: Case, event: Event, changes: Mapping[Slug, Allocation]) -> set[Slug]:
    """Return the interventions that the municipality has taken over, after an event and the plans that it changes."""
    if not case.is_enrolled:
        return set()
    before = {*case.taken_over}
    if not changes:
        return before
    region = {key for key, planned in case.planned.items() if planned.performer is Party.REGION}
    municipal = {key for key, allocation in changes.items() if allocation.performer == case.municipality}
    match event:
        case enrolment_events.EnrolmentStarted():
            return changes.keys() - region
        case enrolment_events.InterventionHandedOver() | enrolment_events.HandoverAccepted():
            return before | changes.keys()
        case care_plan_events.PlanEstablished() | care_plan_events.PlanRevised():
            return (before | municipal) - region
        case disagreement_events.DisagreementResolved():
            return before - (changes.keys() - municipal)
        case _ if isinstance(event, get_args(self_care_events.SelfCareEvent)):
            return before - changes.keys()
        case _:
            return before


def _list_left_by_plan(case: Case, event: Event, changes: Mapping[Slug, Allocation]) -> set[Slug]:
    """Return the interventions that a plan leaves with the region against the matrix, after an event."""
    before = {*case.left_by_plan}
    if isinstance(event, DECIDING_NOTHING):
        return before
    left = {key for key, allocation in changes.items() if allocation.kept_by is Keeper.PLAN}
    return (before - changes.keys()) | left


def _list_resolved(case: Case, event: Event, changes: Mapping[Slug, Allocation]) -> set[Slug]:
    """Return the interventions whose performer a resolution decided last, after an event."""
    before = {*case.resolved}
    if isinstance(event, DECIDING_NOTHING):
        return before
    if not isinstance(event, disagreement_events.DisagreementResolved):
        return before - changes.keys()
    party = event.resolution.performer
    performer = case.principal(party) if party is not None else None
    decided = {key for key, allocation in changes.items() if performer == allocation.performer is not None}
    return (before - changes.keys()) | decided


def _leave_out(case: Case | None, event: case_events.FactCorrected) -> Case:
    """Return the case as it would be without the fact that is corrected, and without what the same act led to."""
    if case is None or event.corrects not in case.correctable:
        raise HistoryBroken(event)
    fact = case.correctable[event.corrects]
    without = fact.before
    for known in case.since_fact[len(without.since_fact) :]:
        without = _pass_over(without, known) if known.causation_id == fact.cause else _fold_again(without, known)
    return _with_corrected_notice(without, case, event)


def _fold_again(case: Case, event: Event) -> Case:
    """Return the case after an event that it has had before. An earlier correction finds its fact left out already."""
    if isinstance(event, case_events.FactCorrected) and event.corrects not in case.correctable:
        return _keep_fact(case, _evolve(case, event), event)
    return evolve(case, event)


def _pass_over(case: Case, event: Event) -> Case:
    """Return the case after an event that has no effect any more, except that it has its place on its stream."""
    changes: dict[str, object] = {"version": case.version + 1}
    version = {"version": event.originator_version}
    if event.originator_id == case.id:
        changes["own_version"] = event.originator_version
    elif event.originator_id == case.referral.id:
        changes["referral"] = case.referral.model_copy(update=version)
    elif case.enrolment is not None and event.originator_id == case.enrolment.id:
        changes["enrolment"] = case.enrolment.model_copy(update=version)
    elif event.originator_id in case.plans:
        plan = case.plans[event.originator_id].model_copy(update=version)
        changes["plans"] = case.plans | {plan.id: plan}
    else:
        raise HistoryBroken(event)
    if case.correctable:
        changes["since_fact"] = (*case.since_fact, event)
    return case.model_copy(update=changes)


FACT_KINDS: Mapping[type[Event], case_events.FactKind] = {
    case_events.DeathRecorded: case_events.FactKind.DEATH,
    case_events.MoveRecorded: case_events.FactKind.MOVE,
    enrolment_events.HospitalStayStarted: case_events.FactKind.HOSPITAL_STAY,
    case_events.ReadyForDischargeNotified: case_events.FactKind.READY_FOR_DISCHARGE,
}
"""The kind of fact that each event records that can be corrected."""


def _keep_fact(before: Case | None, after: Case, event: Event) -> Case:
    """Return the case after an event with the facts that can be corrected, and with the events since the first."""
    correctable = after.correctable
    kind = FACT_KINDS.get(type(event))
    if before is not None and kind is not None:
        fact = CorrectableFact(
            kind=kind,
            principal=event.actor.principal,
            at=event.occurred_at,
            cause=event.causation_id,
            before=before,
        )
        correctable = correctable | {event.id: fact}
    if not correctable:
        return after
    return after.model_copy(update={"correctable": correctable, "since_fact": (*after.since_fact, event)})


DECIDING_NOTHING = (
    case_events.ResponsibilityChanged,
    case_events.FactCorrected,
    disagreement_events.DisagreementRaised,
    disagreement_events.DisagreementWithdrawn,
)
"""Events that change responsibility without a decision of their own: what earlier acts decided still holds."""


def _with_aggregate(case: Case | None, event: Event) -> Case:
    if isinstance(event, get_args(referral_events.ReferralEvent)):
        referral = evolve_referral(case.referral if case else None, event)
        if case is None:
            return Case(
                id=event.case_id,
                version=0,
                patient_id=referral.patient_id,
                county=referral.county,
                region=referral.region,
                municipality=referral.municipality,
                opened_at=event.occurred_at,
                agreement=event.basis.agreement,
                subordinate=event.basis.subordinate,
                referral=referral,
            )
        returned = isinstance(event, referral_events.ReferralReturned)
        questions = end_unanswered(case.questions, event.occurred_at) if returned else case.questions
        changes = {"referral": referral, "municipality": referral.municipality, "questions": questions}
        return case.model_copy(update=changes)
    if case is None:
        raise HistoryBroken(event)
    if isinstance(event, get_args(case_events.CaseEvent)):
        return _with_fact(case, event)
    if isinstance(event, get_args(disagreement_events.DisagreementEvent)):
        referral, disputes = evolve_disputes(case.referral, case.disputes, event)
        case = case.model_copy(update={"referral": referral, "disputes": disputes})
        if isinstance(event, disagreement_events.DisagreementRaised):
            return _answer_contest(case, event.party, event.subject)
        return case
    if isinstance(event, get_args(care_plan_events.CarePlanEvent)):
        plan = evolve_plan(case.plans.get(event.originator_id), event)
        return case.model_copy(update={"plans": case.plans | {plan.id: plan}})
    if isinstance(event, get_args(enrolment_events.EnrolmentEvent)):
        return case.model_copy(update={"enrolment": evolve_enrolment(case.enrolment, event)})
    if isinstance(event, get_args(self_care_events.SelfCareEvent)):
        self_care = evolve_self_care(case.self_care.get(event.intervention), event)
        return case.model_copy(update={"self_care": case.self_care | {self_care.intervention: self_care}})
    if isinstance(event, get_args(question_events.QuestionEvent)):
        case = case.model_copy(update={"questions": evolve_questions(case.questions, event)})
        return _answer_contest(case, event.party) if isinstance(event, question_events.QuestionSent) else case
    raise HistoryBroken(event)


def _answer_contest(case: Case, party: Party, subject: DisputeSubject | None = None) -> Case:
    """Return the case after a question or a disagreement, which can answer that a discharge was contested."""
    enrolment = case.enrolment
    if enrolment is None or enrolment.discharge_contested_by is None:
        return case
    if party is enrolment.discharge_contested_by and subject is not DisputeSubject.DISCHARGE:
        return case
    answered = {"discharge_contested_by": None, "discharge_contested_at": None}
    return case.model_copy(update={"enrolment": enrolment.model_copy(update=answered)})


def _with_fact(case: Case, event: case_events.CaseEvent) -> Case:
    """Return the case after an event on its own stream."""
    changes: dict[str, object] = {"own_version": event.originator_version}
    match event:
        case case_events.StatementRecorded():
            statements = (*case.statements, keep_statement(event))
            changes["statements"] = tuple(sorted(statements, key=attrgetter("occurred_at")))
        case case_events.CircumstanceRecorded():
            changes |= _tell_of_circumstance(case, event)
        case case_events.ResponsibilityChanged():
            changes["self_care"] = case.self_care | _end_guardianships(case, event)
        case case_events.FactCorrected():
            changes |= _tell_of_correction(case, event)
        case case_events.HomeVisitRecorded():
            pass
        case case_events.HoursRecorded():
            counted = {id: performed for id, performed in case.hours.items() if id != event.corrects}
            changes["hours"] = counted | {event.id: event.performed}
        case (
            case_events.ReadyForDischargeNotified()
            | case_events.ReadyForDischargeWithdrawn()
            | case_events.HospitalLeft()
        ):
            changes["discharge_notices"] = evolve_notices(case.discharge_notices, event)
        case case_events.DeathRecorded():
            changes["deceased_on"] = event.deceased_on
        case case_events.DeathReported():
            changes |= {"death_reported": event.deceased_on, "death_reported_at": event.occurred_at}
        case case_events.MoveRecorded():
            move = Move(on=event.moved_on, at=event.occurred_at, to=event.to, municipality=event.municipality)
            moves = tuple(sorted((*case.moves, move), key=attrgetter("on", "at")))
            latest = moves[-1]
            changes |= {"moves": moves, "moved_on": latest.on, "moved_to": latest.to, "lives_in": latest.municipality}
        case _:
            assert_never(event)
    return case.model_copy(update=changes)


def _tell_of_circumstance(case: Case, event: case_events.CircumstanceRecorded) -> dict[str, object]:
    """Return what a party's word on a circumstance changes: nothing, if it follows from the case (an older record)."""
    if follows_from_case(event.circumstance):
        return {}
    word, circumstance = Word(at=event.occurred_at, holds=event.holds), {event.circumstance}
    words = sorted((*case.words.get(event.circumstance, ()), word), key=attrgetter("at"))
    holds = case.circumstances | circumstance if words[-1].holds else case.circumstances - circumstance
    return {"words": case.words | {event.circumstance: tuple(words)}, "circumstances": holds}


def _tell_of_correction(case: Case, event: case_events.FactCorrected) -> dict[str, object]:
    """Return the enrolment with the news that a stay in hospital was recorded by mistake; nothing for another fact."""
    if event.fact is not case_events.FactKind.HOSPITAL_STAY or case.enrolment is None:
        return {}
    news = enrolment_events.StayNews.CORRECTION
    return {"enrolment": case.enrolment.with_news(news, event.actor.party, event.occurred_at)}


def _end_guardianships(case: Case, event: case_events.ResponsibilityChanged) -> dict[Slug, SelfCare]:
    """Return the self-care for which a guardian no longer answers: the child has come of age."""
    after = {changed.intervention for changed in event.allocations if not changed.guardian}
    before = {key for key, held in case.allocations.items() if held.guardian}
    ended = after & before & case.self_care.keys()
    return {key: case.self_care[key].without_guardian(event.occurred_at) for key in ended}


def _with_ground(case: Case, event: Event) -> Case:
    """Return the case after a joint decision: what it left with the region, and no handover from before it."""
    match event:
        case disagreement_events.DisagreementResolved():
            performers = {allocation.intervention: allocation.performer for allocation in event.allocations}
            kept = tuple(key for key in case.left_with_region if key not in performers)
            left = tuple(key for key, performer in performers.items() if performer == case.region)
        case care_plan_events.PlanEstablished() | care_plan_events.PlanRevised():
            agreed = {intervention.key for intervention in case.plans[event.originator_id].agreed_interventions}
            kept, left = tuple(key for key in case.left_with_region if key not in agreed), ()
        case _:
            return case
    enrolment = case.enrolment.without_handovers(event.occurred_at) if case.enrolment is not None else None
    return case.model_copy(update={"left_with_region": (*kept, *left), "enrolment": enrolment})


def _with_occurrence(case: Case, event: Event) -> Case:
    """Return the case with the occurrence of the event's topic, and with the actor's unit."""
    topic, party, person = event.TOPIC.rpartition(".")[0], event.actor.party, event.actor.person
    happened = case.happened | {topic: add_occurrence(case.happened.get(topic), event)}
    changes: dict[str, object] = {"happened": happened}
    if event.actor.role is not Role.SYSTEM:
        act = StaffAct(actor=event.actor, at=event.occurred_at)
        if person not in case.persons or act.at >= case.persons[person].at:
            changes["persons"] = case.persons | {person: act}
        changes["staff"] = case.staff | {party: add_act(case.staff.get(party, ()), act)}
    return case.model_copy(update=changes)


def _with_names(case: Case, event: Event) -> Case:
    interventions: Iterable[Intervention]
    match event:
        case referral_events.NeedRaised() | referral_events.ReferralSupplemented():
            interventions = event.request.interventions
        case referral_events.AssessmentRecorded():
            interventions = event.interventions
        case care_plan_events.PlanEstablished() | care_plan_events.PlanRevised():
            interventions = case.plans[event.originator_id].agreed_interventions
        case _:
            return case
    latest = {
        intervention.key: intervention.plain
        for intervention in interventions
        if intervention.key not in case.named_at or case.named_at[intervention.key] <= event.occurred_at
    }
    return case.model_copy(
        update={
            "named": case.named | latest,
            "named_at": case.named_at | dict.fromkeys(latest, event.occurred_at),
        }
    )


def fold(events: Iterable[Event]) -> Case | None:
    """Return the case after a history. None if the history is empty."""
    return reduce(evolve, events, None)
