"""A case told by its acts: given what was decided, when somebody decides something, then this is what happened.

Histories are made by the decisions themselves, never by hand: `given(enrolled()).when(perform, by=NURSE_A, ...)`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID, uuid5

import pytest
from pydantic_core import to_jsonable_python

from domain.act import Act, Command
from domain.agreements.model import Agreement
from domain.authoring.publication import load_published
from domain.case.acts import (
    DECISIONS,
    cancellation,
    care_plan,
    care_plan_start,
    criteria,
    disagreement,
    discharge,
    enrolment,
    question,
    referral,
    referral_decision,
    referral_receiver,
    resolution,
    statements,
)
from domain.case.decisions import decide
from domain.case.events.care_plan import PlannedIntervention
from domain.case.events.enrolment import Aspect, Risk, TaskForm
from domain.case.events.referral import CancellationReason, CareRequest
from domain.case.permission import find_moments
from domain.case.rules.calendar import Calendar
from domain.case.state.care_plan import CarePlan, PlanText
from domain.case.state.case import Case, evolve, fold
from domain.case.state.enrolment import Enrolment
from domain.directory import Assignment, Directory, Principal, Provider, Unit
from domain.intervention import AllocatedIntervention, CareLevel, Intervention, Participation, Profession, Scope
from domain.kernel import SWEDEN, Actor, Event, HsaId, Party, Refusal, Role, UnitKind
from domain.versions.catalogue import Catalogue
from projections.worklist.items import WorklistItem

FALLS = Risk(key="falls", text="Falls at night", measure="A rail by the bed")
"""A risk with its measure."""

Decision = Callable[..., tuple[Event, ...]]
E = TypeVar("E", bound=Event)

NAMES = {decision: name for name, decision in DECISIONS.items()}
CASES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
PATIENT = UUID("5d2f0f4e-7d0f-4f57-9a37-6a0b6c1a0e11")

REGION_STAFF = {
    "district_nurse": ("P001", "U1", Role.NURSE),
    "physician": ("P002", "U1", Role.PHYSICIAN),
    "region_coordinator": ("P003", "U1", Role.COORDINATOR),
    "physiotherapist": ("P004", "U1", Role.PHYSIOTHERAPIST),
    "specialist": ("P005", "U2", Role.PHYSICIAN),
    "auditor": ("P006", "U1", Role.AUDITOR),
    "specialist_nurse": ("P007", "U2", Role.NURSE),
    "psychiatrist": ("P008", "U3", Role.PHYSICIAN),
    "psychiatric_nurse": ("P009", "U3", Role.NURSE),
    "ward_physician": ("P010", "U4", Role.PHYSICIAN),
    "ward_nurse": ("P011", "U4", Role.NURSE),
    "health_centre_therapist": ("P012", "U1", Role.OCCUPATIONAL_THERAPIST),
}
"""The staff of a region: the person, the unit and the role."""

MUNICIPAL_STAFF = {
    "nurse": ("01", Role.NURSE),
    "therapist": ("02", Role.OCCUPATIONAL_THERAPIST),
    "care_staff": ("03", Role.CARE_STAFF),
    "physiotherapist": ("04", Role.PHYSIOTHERAPIST),
    "coordinator": ("05", Role.COORDINATOR),
}
"""The staff of each municipality, and of the private performer in the first one."""


REGION_UNITS = {
    "U1": ("Health centre", UnitKind.PRIMARY_CARE),
    "U2": ("Clinic", UnitKind.SPECIALISED_CARE),
    "U3": ("Psychiatric clinic", UnitKind.SPECIALISED_CARE),
    "U4": ("Ward", UnitKind.INPATIENT_CARE),
}
"""The units of a region, by the end of their ids."""


def _directory(county: str, region: str, a: str, b: str, private: str) -> Directory:
    homes = {a: ("Home care A", "P1"), b: ("Home care B", "P2"), private: ("The private performer in A", "P3")}
    units = [
        Unit(id=f"SE{region}-{id}", name=name, provider=f"SE{region}-V1", kind=kind, phone="1" if id == "U1" else None)
        for id, (name, kind) in REGION_UNITS.items()
    ]
    units += [
        Unit(id=f"SE{number}-U1", name=name, provider=f"SE{number}-V1", kind=UnitKind.MUNICIPAL_CARE)
        for number, (name, _) in homes.items()
    ]
    staff = [(region, person, unit, role) for person, unit, role in REGION_STAFF.values()]
    staff += [
        (number, f"{prefix}{person}", "U1", role)
        for number, (_, prefix) in homes.items()
        for person, role in MUNICIPAL_STAFF.values()
    ]
    return Directory(
        county=county,
        name="A county for tests",
        principals=(
            _principal(region, "The region", Party.REGION),
            _principal(a, "Municipality A", Party.MUNICIPALITY),
            _principal(b, "Municipality B", Party.MUNICIPALITY),
        ),
        providers=(
            _provider(region, "Region care", principal=region),
            _provider(a, "Care in A", principal=a),
            _provider(b, "Care in B", principal=b),
            _provider(private, "A private performer", principal=a),
        ),
        units=tuple(units),
        assignments=tuple(
            Assignment(person=f"SE{number}-{person}", name=f"Somebody {person}", unit=f"SE{number}-{unit}", role=role)
            for number, person, unit, role in staff
        ),
    )


def _principal(number: str, name: str, party: Party) -> Principal:
    return Principal(id=f"SE{number}-H0", name=name, organisation_number=_number(number), party=party)


def _provider(number: str, name: str, *, principal: str) -> Provider:
    return Provider(id=f"SE{number}-V1", name=name, organisation_number=_number(number), principal=f"SE{principal}-H0")


def _number(digits: str) -> str:
    return f"{digits[:6]}-{digits[6:]}"


@dataclass(frozen=True)
class People:
    """A county's principals and staff, by what they do."""

    directory: Directory
    region: HsaId
    a: HsaId
    b: HsaId
    district_nurse: Actor
    physician: Actor
    region_coordinator: Actor
    physiotherapist: Actor
    specialist: Actor
    auditor: Actor
    specialist_nurse: Actor
    psychiatrist: Actor
    psychiatric_nurse: Actor
    ward_physician: Actor
    ward_nurse: Actor
    health_centre_therapist: Actor
    """An occupational therapist at the health centre."""
    nurse_a: Actor
    therapist_a: Actor
    care_staff_a: Actor
    physiotherapist_a: Actor
    coordinator_a: Actor
    nurse_b: Actor
    care_staff_b: Actor
    private_nurse: Actor
    """A nurse of the private performer that municipality A has approved."""
    private_therapist: Actor
    private_care_staff: Actor

    @property
    def both(self) -> tuple[Actor, Actor]:
        """One nurse of each party."""
        return self.district_nurse, self.nurse_a


def _people(county: str, region: str, a: str, b: str, private: str) -> People:
    directory = _directory(county, region, a, b, private)

    def one(person: str) -> Actor:
        actor = directory.actor(person)
        assert actor is not None
        return actor

    named = {name: one(f"SE{region}-{person}") for name, (person, _, _) in REGION_STAFF.items()}
    in_a = {f"{name}_a": one(f"SE{a}-P1{person}") for name, (person, _) in MUNICIPAL_STAFF.items()}
    return People(
        directory=directory,
        region=f"SE{region}-H0",
        a=f"SE{a}-H0",
        b=f"SE{b}-H0",
        nurse_b=one(f"SE{b}-P201"),
        care_staff_b=one(f"SE{b}-P203"),
        private_nurse=one(f"SE{private}-P301"),
        private_therapist=one(f"SE{private}-P302"),
        private_care_staff=one(f"SE{private}-P303"),
        **named,
        **in_a,
    )


OREBRO = _people("orebro", "2120000000", "2120000001", "2120000002", "5560000009")
VASTMANLAND = _people("vastmanland", "2120000010", "2120000011", "2120000012", "5560000019")
GAVLEBORG = _people("gavleborg", "2120000020", "2120000021", "2120000022", "5560000029")
COUNTIES = {people.directory.county: people for people in (OREBRO, VASTMANLAND, GAVLEBORG)}

DIRECTORY = OREBRO.directory
REGION, A, B = OREBRO.region, OREBRO.a, OREBRO.b
DISTRICT_NURSE = OREBRO.district_nurse
PHYSICIAN = OREBRO.physician
REGION_COORDINATOR = OREBRO.region_coordinator
PHYSIOTHERAPIST = OREBRO.physiotherapist
SPECIALIST = OREBRO.specialist
REGION_AUDITOR = OREBRO.auditor
PSYCHIATRIST = OREBRO.psychiatrist
PSYCHIATRIC_NURSE = OREBRO.psychiatric_nurse
WARD_PHYSICIAN = OREBRO.ward_physician
WARD_NURSE = OREBRO.ward_nurse
NURSE_A = OREBRO.nurse_a
THERAPIST_A = OREBRO.therapist_a
CARE_STAFF_A = OREBRO.care_staff_a
NURSE_B = OREBRO.nurse_b
BOTH = (DISTRICT_NURSE, NURSE_A)

WOUND = Intervention(key="wound-care", text="Leg ulcer dressing twice a week")
VISIT = Intervention(key="physician-visit", text="Follow the ulcer's healing", profession=Profession.PHYSICIAN)


def request_in(people: People, *interventions: Intervention) -> CareRequest:
    """Return a whole request from the county's health centre; about the ulcer, if nothing else is said."""
    return CareRequest(
        need="Leg ulcer care at home",
        goal="A healed ulcer",
        physician_contact=people.physician.person,
        care_contact=people.district_nurse.person,
        interventions=interventions or (WOUND,),
    )


REQUEST = request_in(OREBRO)
TOOK_PART = Participation(took_part=True, note="She wants care at home")
CRITERIA: dict[str, dict[str, bool | int | str]] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
PSYCHIATRIC_FACTS: dict[str, dict[str, Any]] = {
    "adult-in-ordinary-housing": {},
    "sip-consent": {},
    "psychiatric-outpatient": {"psychiatric_outpatient_treats": True},
    "no-specialist-competence": {"specialist_competence_needed": False},
    "assessment-complete": {"psychiatric_assessment_complete": True},
    "habitual-state": {"in_habitual_state": True},
    "stabilised": {
        "drug_prescribed": True,
        "target_dose_reached": False,
        "physician_judges_stable": True,
        "side_effects_tolerable": True,
    },
    "sip-established": {},
    "no-observation": {"observation_needed": False},
    "no-coercion": {"coercive_measure": False},
    "cannot-visit-care": {"can_visit_care": False},
}
"""The facts that meet every criterion for psychiatric drugs. The record itself answers the criteria without facts."""
PARTS: dict[str, dict[str, Any]] = {
    "prognosis": {"text": "Good with dressing"},
    "deterioration": {
        "level": "Health centre",
        "direction": "Full treatment",
        "direct-contact": "The health centre's direct line",
        "measures": "Call the nurse on duty",
        "contacts": "The nurse on duty, then the health centre",
        "responsible": "The municipal nurse",
    },
    "action-plan": {"text": "Swab and call at signs of infection"},
    "follow-up": {"when": date(2025, 6, 11), "frequency": "Every other month", "responsible": "Both care contacts"},
}


def swedish(moment: str) -> datetime:
    """Return the instant of a Swedish wall-clock time, as `2025-04-01 09:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=SWEDEN).astimezone(UTC)


def planned(
    one: Intervention,
    performer: Party | None = Party.MUNICIPALITY,
    scope: Scope = Scope.SEVERAL_WITH_COORDINATION,
    *,
    shared: bool | None = None,
) -> PlannedIntervention:
    """Return the intervention as a plan puts it."""
    return PlannedIntervention(**dict(one), scope=scope, performer=performer, shared=shared)


def given_to(one: Intervention, party: Party | None) -> AllocatedIntervention:
    """Return the intervention as an assessment gives it to a party."""
    return AllocatedIntervention(**dict(one), party=party)


MORNING = swedish("2025-04-01 08:00")
MORNINGS = {
    "orebro": MORNING,
    "vastmanland": swedish("2012-09-03 08:00"),
    "gavleborg": swedish("2018-05-14 08:00"),
}
"""The moment at which a county's stories begin, while its text is in force; the second is made up."""


@dataclass(frozen=True, eq=False)
class Step:
    """An act of a story, with its content and the events that came of it."""

    act: Act
    content: Mapping[str, Any]
    events: tuple[Event, ...] = ()


class Audience(Protocol):
    """Somebody who learns what came of each decision that a test checks."""

    def hear(self, story: "Story") -> None:
        """Learn that the last step of the story happened."""

    def hear_refusal(self, story: "Story", step: Step, refusal: Refusal) -> None:
        """Learn that a step after the story was refused."""

    def hear_items(self, story: "Story", items: Sequence[WorklistItem]) -> None:
        """Learn what waits after the story."""


AUDIENCE: list[Audience] = []
"""The listeners to the test that runs now."""


@dataclass(frozen=True)
class Story:
    """The events of one case, told act by act, each ten minutes after the one before unless it says when."""

    case: Case | None = None
    events: tuple[Event, ...] = ()
    clock: datetime = MORNING
    age: int | None = 82
    born: date | None = None
    """The person's birthday, if it matters to the day."""
    county: str = "orebro"
    versions: tuple[Agreement, ...] = ()
    """The versions in force in place of the published ones; none: the published ones."""
    steps: tuple[Step, ...] = ()

    @property
    def people(self) -> People:
        """The county's principals and staff."""
        return COUNTIES[self.county]

    def under(self, *versions: Agreement) -> Self:
        """Return the story in which these versions are what the counties have agreed on."""
        return replace(self, versions=versions)

    def at_age(self, age: int | None) -> Self:
        """Return the story of somebody of another age."""
        return replace(self, age=age)

    def act(
        self,
        decide: Decision,
        by: Actor,
        *,
        at: str | datetime | None = None,
        now: str | datetime | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> Act:
        """Return the act in which somebody decides something, with the published agreement that it stands on."""
        occurred_at = _moment(at, self.clock + timedelta(minutes=10))
        moments = find_moments(Command(NAMES[decide], content or {}), occurred_at)
        act = Act(
            id=uuid5(CASES, f"act {len(self.events)}"),
            name=NAMES[decide],
            actor=by,
            occurred_at=occurred_at,
            now=_moment(now, occurred_at),
            agreement=None,
            directory=self.directory(by.county),
        )
        return self.calendar(by.county).date_act(act, occurred_at, moments)

    def directory(self, county: str) -> Directory:
        """Return the directory of a county."""
        return COUNTIES[county].directory

    def calendar(self, county: str | None = None) -> Calendar:
        """Return the calendar of the case: the versions that hold, and the day on which the person was born."""
        return Calendar(
            catalogue=Catalogue(agreements=self.versions) if self.versions else load_published(),
            county=county or self.county,
            municipality=self.case.municipality if self.case is not None else None,
            born=self.birth_date,
        )

    @property
    def birth_date(self) -> date | None:
        """The person's birthday: a New Year's Day, so that the age is the same all through a story."""
        if self.born is not None or self.age is None:
            return self.born
        return date(MORNINGS[self.county].year - self.age, 1, 1)

    def decided(self, act: Act, **content: Any) -> tuple[Event, ...]:
        """Return the events that the act leads to, with what follows on it; the story is not changed."""
        calendar = self.calendar(act.actor.county)
        return decide(self.case, act=act, calendar=calendar, history=self.events, **content)

    def after(
        self,
        decide: Decision,
        by: Actor,
        *,
        at: str | datetime | None = None,
        now: str | datetime | None = None,
        **content: Any,
    ) -> Self:
        """Return the story with one act more."""
        content = _with_text_read(self, decide, content)
        act = self.act(decide, by, at=at, now=now, content=content)
        return self.with_step(Step(act, content, self.decided(act, **content)))

    def with_step(self, step: Step) -> Self:
        """Return the story after one step more. No two events may take the same place in a stream.

        Each text that the act says stands in one of its events, if it has any. The form of a delegation is told by the
        event's class.
        """
        said = {name: value for name, value in step.content.items() if name != "form" or value not in set(TaskForm)}
        recorded = set(_list_texts(to_jsonable_python(step.events)))
        lost = {text.strip() for text in _list_texts(to_jsonable_python(said))} - recorded
        assert not (step.events and lost), f"no event of {step.act.name} has {lost}"
        case = self.case
        taken = {(event.originator_id, event.originator_version) for event in self.events}
        for event in step.events:
            place = (event.originator_id, event.originator_version)
            assert place not in taken, f"{step.act.name} records a second event at place {place[1]} of its stream"
            taken.add(place)
        for event in step.events:
            case = evolve(case, event)
        return replace(
            self,
            case=case,
            events=(*self.events, *step.events),
            clock=max(self.clock, step.act.now),
            steps=(*self.steps, step),
        )

    def on(self, moment: str) -> Self:
        """Return the story, to go on at a Swedish wall-clock time."""
        return replace(self, clock=swedish(moment))

    @property
    def state(self) -> Case:
        """The case as it stands."""
        assert self.case is not None
        return self.case

    @property
    def plan(self) -> CarePlan:
        """The plan in force, or else the latest one."""
        plan = self.state.plan
        assert plan is not None
        return plan

    @property
    def enrolment(self) -> Enrolment:
        """The enrolment."""
        enrolment = self.state.enrolment
        assert enrolment is not None
        return enrolment

    @property
    def dispute(self) -> UUID:
        """The latest disagreement."""
        return self.state.disputes[-1].id

    def performer(self, intervention: str = WOUND.key, *, at: str | None = None) -> HsaId | None:
        """Return the performer of the intervention as known now, at a moment or after all that was decided."""
        moment = swedish(at) if at else max(one.effective_from for one in self.state.allocations.values())
        known = fold(event for event in self.events if event.occurred_at <= moment)
        assert known is not None
        return known.responsibility_at(moment)[intervention].performer

    def need_raised(self, request: CareRequest | None = None, *, by: Actor | None = None, **content: Any) -> Self:
        """Tell that somebody saw a need."""
        return self.after(
            referral.raise_need,
            by or self.people.district_nurse,
            patient_id=PATIENT,
            request=request or request_in(self.people),
            **content,
        )

    def sent(self, to: str | None = None, *, at: str | None = None) -> Self:
        """Tell that the health centre sent the request to a municipality: A, if nothing else is said."""
        return self.after(referral.send, self.people.district_nurse, at=at, receiver=to or self.people.a)

    def cancellation_requested(self, reason: CancellationReason = CancellationReason.DUPLICATE) -> Self:
        """Tell that the health centre asked municipality A to cancel the request."""
        return self.after(cancellation.request_cancellation, self.people.district_nurse, reason=reason, note="See 2")

    def cancellation_refused(self) -> Self:
        """Tell that municipality A refused to cancel the request."""
        return self.after(cancellation.refuse_cancellation, self.people.nurse_a, reason="The visits have begun")

    def cancelled(self) -> Self:
        """Tell that municipality A accepted to cancel the request."""
        return self.after(cancellation.accept_cancellation, self.people.nurse_a)

    def question_sent(
        self, by: Actor | None = None, *, text: str = "Which dressing does she have?", **content: Any
    ) -> Self:
        """Tell that a party, the municipality if nothing else is said, asked the other a question."""
        return self.after(question.ask_question, by or self.people.nurse_a, text=text, **content)

    @property
    def newest_question(self) -> UUID:
        """The id of the question that was asked last."""
        return self.state.questions[-1].id

    def question_opened(self, by: Actor | None = None) -> Self:
        """Tell that the party that was asked, the region if nothing else is said, opened the newest question."""
        by = by or self.people.district_nurse
        return self.after(question.open_question, by, question=self.newest_question)

    def answered(self, by: Actor | None = None, *, text: str = "A dry one, changed twice a week") -> Self:
        """Tell that the party that was asked, the region if nothing else is said, answered the newest question."""
        by = by or self.people.district_nurse
        return self.after(question.answer_question, by, question=self.newest_question, text=text)

    def answer_opened(self, by: Actor | None = None) -> Self:
        """Tell that the party that asked, the municipality if nothing else is said, opened the newest answer."""
        return self.after(question.open_answer, by or self.people.nurse_a, question=self.newest_question)

    def question_withdrawn(self, by: Actor | None = None) -> Self:
        """Tell that the party that asked, the municipality if nothing else is said, withdrew the newest question."""
        return self.after(question.withdraw_question, by or self.people.nurse_a, question=self.newest_question)

    def redirected(self, to: str | None = None) -> Self:
        """Tell that municipality A passed the request on to another of its units: the private performer's."""
        unit = to or self.people.private_nurse.unit
        return self.after(referral_receiver.redirect, self.people.nurse_a, unit=unit, reason="That unit has the area")

    def returned(self, by: Actor | None = None, *, at: str | None = None) -> Self:
        """Tell that a municipality, A if nothing else is said, returned the request: it was not for it."""
        by = by or self.people.nurse_a
        return self.after(referral_receiver.return_to_sender, by, at=at, reason="The person lives elsewhere")

    def acknowledged(self) -> Self:
        """Tell that municipality A confirmed the receipt of the request."""
        return self.after(referral.acknowledge, self.people.nurse_a)

    def contacted(self) -> Self:
        """Tell that municipality A contacted the region."""
        return self.after(referral.contact, self.people.nurse_a)

    def start_assessment(self) -> Self:
        """Tell that the joint investigation began."""
        participants = [one.person for one in self.people.both]
        return self.after(referral.start_assessment, self.people.nurse_a, participants=participants)

    def assessed(
        self,
        by: Actor,
        level: CareLevel = CareLevel.PRIMARY,
        interventions: Sequence[AllocatedIntervention] = (given_to(WOUND, Party.MUNICIPALITY),),
        *,
        at: str | None = None,
    ) -> Self:
        """Tell that one party recorded its assessment."""
        return self.after(
            referral.record_assessment, by, at=at, **ASSESSMENT | {"level": level, "interventions": interventions}
        )

    def considered(self, by: Actor | None = None, **facts: dict[str, bool | int | str]) -> Self:
        """Tell that the criteria were considered; all met, but for the facts given by criterion (- written as _)."""
        changed = {criterion.replace("_", "-"): given for criterion, given in facts.items()}
        return self.after(criteria.evaluate_criteria, by or self.people.district_nurse, facts=CRITERIA | changed)

    def level_established(self, *, at: str | None = None) -> Self:
        """Tell that the parties established the care level."""
        return self.after(referral.establish_level, self.people.district_nurse, at=at)

    def accepted(self, *by: Actor) -> Self:
        """Tell that each party accepted the request."""
        story = self
        for actor in by or self.people.both:
            story = story.after(referral_decision.accept, actor)
        return story

    def declined(self, *by: Actor) -> Self:
        """Tell that each party declined."""
        story = self
        for actor in by or self.people.both:
            story = story.after(referral_decision.decline, actor, reason="Better cared for at the health centre")
        return story

    def disputed(self, by: Actor | None = None, *, at: str | None = None) -> Self:
        """Tell that a party disagreed."""
        reason = "Special competence is needed"
        return self.after(disagreement.raise_disagreement, by or self.people.nurse_a, at=at, reason=reason)

    def resolved(
        self,
        *by: Actor,
        level: CareLevel | None = CareLevel.PRIMARY,
        performer: Party = Party.MUNICIPALITY,
        **content: Any,
    ) -> Self:
        """Tell that each party declared the same resolution."""
        story = self
        for actor in by or self.people.both:
            story = story.after(
                resolution.resolve,
                actor,
                dispute=self.dispute,
                level=level,
                performer=performer,
                **{"conclusion": "Primary care, after training"} | content,
            )
        return story

    def plan_begun(self, by: Actor | None = None, **content: Any) -> Self:
        """Tell that a plan was begun."""
        return self.after(care_plan_start.initiate, by or self.people.district_nurse, **content)

    @property
    def _newest_plan(self) -> UUID:
        return list(self.state.plans)[-1]

    def plan_held(self, *, at: str | None = None, now: str | None = None) -> Self:
        """Tell that the parties planned with the individual at home."""
        return self.after(
            care_plan_start.hold_planning,
            self.people.nurse_a,
            at=at,
            now=now,
            plan=self._newest_plan,
            form="home",
            participants=[one.person for one in self.people.both],
            participation=TOOK_PART,
        )

    def plan_written(
        self, *interventions: PlannedIntervention, without: str | None = None, by: Actor | None = None
    ) -> Self:
        """Tell that the plan's parts, contacts and interventions were written, but for one part or contact."""
        plan, people = self._newest_plan, self.people
        by = by or people.district_nurse
        story = self
        for one in interventions or (planned(WOUND), planned(VISIT, Party.REGION)):
            story = story.after(care_plan.plan_intervention, by, plan=plan, intervention=one)
        for part, fields in PARTS.items():
            if part != without:
                story = story.after(care_plan.record_section, by, plan=plan, part=part, fields=fields)
        if without != "single-interventions" and not any(one.scope is Scope.SINGLE for one in interventions):
            story = story.after(
                care_plan.record_section, by, plan=plan, part="single-interventions", not_applicable="None are planned"
            )
        contacts = {
            "physician-contact": (people.district_nurse, people.physician),
            "care-contact-region": (people.district_nurse, people.district_nurse),
            "care-contact-municipality": (people.nurse_a, people.nurse_a),
            "coordinator": (people.nurse_a, people.nurse_a),
        }
        for role, (actor, person) in contacts.items():
            if role != without:
                story = story.after(care_plan.assign_contact, actor, plan=plan, role=role, person=person.person)
        return story

    def plan_agreed(self, *by: Actor) -> Self:
        """Tell that the health centre's physician and the municipal nurse agreed to the plan as it reads."""
        story = self
        for actor in by or (self.people.physician, self.people.nurse_a):
            story = story.after(care_plan.agree, actor, plan=self._newest_plan)
        return story

    def plan_reopened(self, by: Actor | None = None) -> Self:
        """Tell that the established plan was opened for change."""
        return self.after(
            care_plan.revise, by or self.people.district_nurse, plan=self.plan.id, reason="The need has changed"
        )

    def plan_changed(self, one: PlannedIntervention, by: Actor | None = None) -> Self:
        """Tell that an intervention was put in the plan in other words than before."""
        by = by or self.people.district_nurse
        return self.after(care_plan.plan_intervention, by, plan=self._newest_plan, intervention=one)

    def committed(self, *by: Actor) -> Self:
        """Tell that each party committed itself."""
        story = self
        for actor in by or self.people.both:
            story = story.after(enrolment.commit, actor)
        return story

    def ready(self, *aspects: Aspect) -> Self:
        """Assess the risks that the criteria tell of, and secure competence and equipment."""
        story = self
        if story.state.referral.tells("risks_identified") and not story.enrolment.risks:
            story = story.after(enrolment.assess_risks, self.people.nurse_a, risks=[FALLS])
        for aspect in aspects or tuple(Aspect):
            story = story.after(enrolment.confirm_readiness, self.people.nurse_a, aspect=aspect)
        return story

    def started(self, *, at: str | None = None) -> Self:
        """Tell that the person is enrolled."""
        return self.after(enrolment.start, self.people.nurse_a, at=at)

    def stated(
        self,
        kind: str,
        by: Actor,
        *,
        at: str | None = None,
        intervention: str | None = None,
        person: Actor | None = None,
        **fields: Any,
    ) -> Self:
        """Tell that a party put a statement of a kind on record; its fields are written with _ for -."""
        said = {name.replace("_", "-"): value for name, value in fields.items()}
        about = {"intervention": intervention, "person": person.person if person else None}
        return self.after(statements.record_statement, by, at=at, kind=kind, fields=said, **about)

    def circumstance(self, name: str, by: Actor | None = None, *, holds: bool = True, at: str | None = None) -> Self:
        """Tell that a circumstance of the person's was put on record."""
        by = by or self.people.district_nurse
        return self.after(statements.record_circumstance, by, at=at, circumstance=name, holds=holds)

    def discharge_declared(self, by: Actor | None = None, *, new_care_form: bool = False) -> Self:
        """Tell that one party holds that the need has ended."""
        return self.after(
            discharge.declare_discharge,
            by or self.people.district_nurse,
            reason="The ulcer has healed",
            participation=TOOK_PART,
            new_care_form=new_care_form,
        )

    def discharged(self) -> Self:
        """Tell that both parties discharged the person."""
        return self.discharge_declared().after(
            discharge.complete_discharge, self.people.nurse_a, where_to_turn="The health centre's telephone"
        )


ASSESSMENT: dict[str, Any] = {
    "level": CareLevel.PRIMARY,
    "interventions": (given_to(WOUND, Party.MUNICIPALITY),),
    "participation": TOOK_PART,
    "direction": "Heal the ulcer",
    "content": "Dressing twice a week",
    "responsibility": "The municipality dresses, the health centre follows up",
    "goals": "A healed ulcer",
    "considerations": "Venous ulcer, no infection",
}


@cache
def investigated() -> Story:
    """Tell of a request under joint investigation."""
    return Story().need_raised().sent().acknowledged().contacted().start_assessment()


@cache
def weighed(level: CareLevel = CareLevel.PRIMARY, municipality: CareLevel | None = None) -> Story:
    """Tell that both have assessed, and that the criteria have been considered."""
    return investigated().assessed(DISTRICT_NURSE, level).assessed(NURSE_A, municipality or level).considered()


@cache
def level_established() -> Story:
    """Tell that the parties established the care level."""
    return weighed().level_established(at="2025-04-04 10:00")


@cache
def accepted() -> Story:
    """Tell that each party accepted the request."""
    return level_established().accepted()


@cache
def drafted() -> Story:
    """Tell that the request is accepted, with a whole plan that nobody has agreed to yet."""
    return accepted().plan_begun().plan_held(at="2025-04-10 09:00").plan_written()


@cache
def established() -> Story:
    """Tell that the request is accepted, with an established plan."""
    return drafted().plan_agreed()


@cache
def committed() -> Story:
    """Tell that each party committed itself."""
    return established().committed().ready()


@cache
def enrolled() -> Story:
    """Tell that the person is enrolled since Friday 11 April."""
    return committed().started(at="2025-04-11 09:00")


def story_in(county: str, *, age: int | None = 82, at: str | None = None) -> Story:
    """Begin a story in a county, while its text is in force."""
    return Story(county=county, age=age, clock=swedish(at) if at else MORNINGS[county])


@cache
def at_odds() -> Story:
    """Tell that the assessments differ, and that municipality A has raised a disagreement."""
    return weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED).disputed()


@dataclass(frozen=True)
class An:
    """An event of a class, with these fields among its own."""

    event_class: type[Event]
    fields: dict[str, Any]


def an(event_class: type[Event], **fields: Any) -> An:
    """Match an event of a class that says at least this."""
    return An(event_class, fields)


@dataclass(frozen=True)
class When:
    """The decision that somebody is about to make."""

    story: Story
    decide: Decision
    act: Act
    content: dict[str, Any]

    def then(self, *expected: type[Event] | An) -> Story:
        """Check that these events happened, in this order, and no others, and that they fold."""
        events = self.story.decided(self.act, **self.content)
        wanted = [one if isinstance(one, An) else an(one) for one in expected]
        assert [type(event) for event in events] == [one.event_class for one in wanted]
        for event, one in zip(events, wanted, strict=True):
            assert {field: getattr(event, field) for field in one.fields} == one.fields
            if event.actor.role is not Role.SYSTEM:
                assert event.actor == self.act.actor
                # A stay that is told when it is over ends at a time of its own.
                assert event.occurred_at in (self.act.occurred_at, self.content.get("ended_at"))
                assert event.basis.agreement == (self.act.agreement.ref if self.act.agreement else None)
        story = self.story.with_step(Step(self.act, self.content, events))
        for listener in AUDIENCE:
            listener.hear(story)
        return story

    def then_refused(self, refusal: type[Refusal], *, rule: str, where: Sequence[str] | None = None) -> Refusal:
        """Check that the act was refused on this rule, with this named, and that no event came of it."""
        with pytest.raises(refusal) as refused:
            self.story.decided(self.act, **self.content)
        assert type(refused.value) is refusal
        assert refused.value.rule == rule
        assert refused.value.remedy
        if where is not None:
            assert refused.value.where == tuple(where)
        for listener in AUDIENCE:
            listener.hear_refusal(self.story, Step(self.act, self.content), refused.value)
        return refused.value


@dataclass(frozen=True)
class Given:
    """The history of a case."""

    story: Story

    def when(
        self,
        decide: Decision,
        *,
        by: Actor,
        at: str | datetime | None = None,
        now: str | datetime | None = None,
        **content: Any,
    ) -> When:
        """Let somebody decide something."""
        content = _with_text_read(self.story, decide, content)
        return When(self.story, decide, self.story.act(decide, by, at=at, now=now, content=content), content)


def given(story: Story | None = None) -> Given:
    """Begin with a history; with none, if nothing is said."""
    return Given(story or Story())


def _list_texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value of JSON, without the names of its fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _list_texts(each)


def _with_text_read(story: Story, decide: Decision, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of an act. Who agrees to a plan names its text as it reads now, unless the test names one."""
    if decide is not care_plan.agree or "text" in content:
        return content
    plan = story.state.plans.get(content["plan"])
    return content | {"text": (plan.draft if plan is not None else PlanText()).digest}


def _moment(said: str | datetime | None, otherwise: datetime) -> datetime:
    return otherwise if said is None else swedish(said) if isinstance(said, str) else said
