"""A case told by its acts: given what was decided, when somebody decides something, then this is what happened.

Histories are made by the decisions themselves, never by hand: `given(enrolled()).when(perform, by=NURSE_A, ...)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Self, TypeVar
from uuid import UUID, uuid5

import pytest

from domain.act import Act
from domain.agreements.publication import in_force
from domain.care_plan import decisions as care_plan
from domain.care_plan.events import MeetingForm, PlannedIntervention
from domain.care_plan.state import CarePlan
from domain.case import Case, evolve, fold
from domain.directory import Assignment, Directory, Principal, Provider, Unit
from domain.enrolment import decisions as enrolment
from domain.enrolment import endings
from domain.enrolment.events import Aspect
from domain.enrolment.state import Enrolment
from domain.intervention import AllocatedIntervention, CareLevel, Intervention, Participation, Profession, Scope
from domain.kernel import SWEDEN, Actor, Event, HsaId, Party, Refusal, Role, UnitKind
from domain.referral import decisions as referral
from domain.referral import disputes
from domain.referral.events import Request
from service.acts import DECISIONS

Decision = Callable[..., tuple[Event, ...]]
E = TypeVar("E", bound=Event)

NAMES = {decision: name for name, decision in DECISIONS.items()}
CASES = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
PATIENT = UUID("5d2f0f4e-7d0f-4f57-9a37-6a0b6c1a0e11")

REGION = "SE2120000000-H0"
A = "SE2120000001-H0"
B = "SE2120000002-H0"


def _assigned(person: str, name: str, unit: str, role: Role) -> Assignment:
    return Assignment(person=person, name=name, unit=unit, role=role)


DIRECTORY = Directory(
    county="orebro",
    name="A county for tests",
    principals=(
        Principal(id=REGION, name="The region", organisation_number="212000-0000", party=Party.REGION),
        Principal(id=A, name="Municipality A", organisation_number="212000-0001", party=Party.MUNICIPALITY),
        Principal(id=B, name="Municipality B", organisation_number="212000-0002", party=Party.MUNICIPALITY),
    ),
    providers=(
        Provider(id="SE2120000000-V1", name="Region care", organisation_number="212000-0000", principal=REGION),
        Provider(id="SE2120000001-V1", name="Care in A", organisation_number="212000-0001", principal=A),
        Provider(id="SE2120000002-V1", name="Care in B", organisation_number="212000-0002", principal=B),
    ),
    units=(
        Unit(
            id="SE2120000000-U1",
            name="Health centre",
            provider="SE2120000000-V1",
            kind=UnitKind.PRIMARY_CARE,
            phone="1",
        ),
        Unit(id="SE2120000000-U2", name="Clinic", provider="SE2120000000-V1", kind=UnitKind.SPECIALISED_CARE),
        Unit(id="SE2120000001-U1", name="Home care A", provider="SE2120000001-V1", kind=UnitKind.MUNICIPAL_CARE),
        Unit(id="SE2120000002-U1", name="Home care B", provider="SE2120000002-V1", kind=UnitKind.MUNICIPAL_CARE),
    ),
    assignments=(
        _assigned("SE2120000000-P001", "District nurse", "SE2120000000-U1", Role.NURSE),
        _assigned("SE2120000000-P002", "Physician", "SE2120000000-U1", Role.PHYSICIAN),
        _assigned("SE2120000000-P003", "Coordinator", "SE2120000000-U1", Role.COORDINATOR),
        _assigned("SE2120000000-P004", "Physiotherapist", "SE2120000000-U1", Role.PHYSIOTHERAPIST),
        _assigned("SE2120000000-P005", "Specialist", "SE2120000000-U2", Role.PHYSICIAN),
        _assigned("SE2120000000-P006", "Auditor", "SE2120000000-U1", Role.AUDITOR),
        _assigned("SE2120000001-P101", "Nurse in A", "SE2120000001-U1", Role.NURSE),
        _assigned("SE2120000001-P102", "Occupational therapist in A", "SE2120000001-U1", Role.OCCUPATIONAL_THERAPIST),
        _assigned("SE2120000001-P103", "Care staff in A", "SE2120000001-U1", Role.CARE_STAFF),
        _assigned("SE2120000002-P201", "Nurse in B", "SE2120000002-U1", Role.NURSE),
    ),
)


def _staff(person: str) -> Actor:
    actor = DIRECTORY.actor(person)
    assert actor is not None
    return actor


DISTRICT_NURSE = _staff("SE2120000000-P001")
PHYSICIAN = _staff("SE2120000000-P002")
REGION_COORDINATOR = _staff("SE2120000000-P003")
PHYSIOTHERAPIST = _staff("SE2120000000-P004")
SPECIALIST = _staff("SE2120000000-P005")
REGION_AUDITOR = _staff("SE2120000000-P006")
NURSE_A = _staff("SE2120000001-P101")
THERAPIST_A = _staff("SE2120000001-P102")
CARE_STAFF_A = _staff("SE2120000001-P103")
NURSE_B = _staff("SE2120000002-P201")
BOTH = (DISTRICT_NURSE, NURSE_A)

WOUND = Intervention(key="wound-care", text="Leg ulcer dressing twice a week")
VISIT = Intervention(key="physician-visit", text="Follow the ulcer's healing", profession=Profession.PHYSICIAN)
REQUEST = Request(
    need="Leg ulcer care at home",
    goal="A healed ulcer",
    physician_contact=PHYSICIAN.person,
    care_contact=DISTRICT_NURSE.person,
    interventions=(WOUND,),
)
TOOK_PART = Participation(took_part=True, note="She wants care at home")
CRITERIA: dict[str, dict[str, bool | int | str]] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
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
    """The instant of a Swedish wall-clock time, as `2025-04-01 09:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=SWEDEN).astimezone(UTC)


def planned(
    one: Intervention,
    performer: Party = Party.MUNICIPALITY,
    scope: Scope = Scope.SEVERAL_WITH_COORDINATION,
    *,
    shared: bool | None = None,
) -> PlannedIntervention:
    """The intervention as a plan puts it."""
    return PlannedIntervention(**dict(one), scope=scope, performer=performer, shared=shared)


def given_to(one: Intervention, party: Party | None) -> AllocatedIntervention:
    """The intervention as an assessment gives it to a party."""
    return AllocatedIntervention(**dict(one), party=party)


MORNING = swedish("2025-04-01 08:00")


@dataclass(frozen=True)
class Story:
    """What has happened in one case. Each act happens ten minutes after the one before it, unless it says when."""

    case: Case | None = None
    events: tuple[Event, ...] = ()
    clock: datetime = MORNING
    age: int | None = 82

    def act(
        self, decide: Decision, by: Actor, *, at: str | datetime | None = None, now: str | datetime | None = None
    ) -> Act:
        """The act in which somebody decides something, with the published agreement of its day."""
        occurred_at = _moment(at, self.clock + timedelta(minutes=10))
        return Act(
            id=uuid5(CASES, f"act {len(self.events)}"),
            name=NAMES[decide],
            actor=by,
            occurred_at=occurred_at,
            now=_moment(now, occurred_at),
            agreement=in_force(by.county, occurred_at),
            directory=DIRECTORY,
            patient_age=self.age,
        )

    def decided(self, decide: Decision, act: Act, **content: Any) -> tuple[Event, ...]:
        """The events that the act leads to; the story is not changed."""
        return decide(act=act, **content) if self.case is None else decide(self.case, act=act, **content)

    def after(
        self,
        decide: Decision,
        by: Actor,
        *,
        at: str | datetime | None = None,
        now: str | datetime | None = None,
        **content: Any,
    ) -> Self:
        """The story with one act more."""
        act = self.act(decide, by, at=at, now=now)
        events = self.decided(decide, act, **content)
        case = self.case
        for event in events:
            case = evolve(case, event)
        return replace(self, case=case, events=(*self.events, *events), clock=max(self.clock, act.now))

    def on(self, moment: str) -> Self:
        """The story, going on at a Swedish wall-clock time."""
        return replace(self, clock=swedish(moment))

    @property
    def told(self) -> Case:
        """The case as it stands."""
        assert self.case is not None
        return self.case

    @property
    def plan(self) -> CarePlan:
        """The plan in force, or else the latest one."""
        plan = self.told.plan
        assert plan is not None
        return plan

    @property
    def enrolment(self) -> Enrolment:
        """The enrolment."""
        enrolment = self.told.enrolment
        assert enrolment is not None
        return enrolment

    @property
    def dispute(self) -> UUID:
        """The latest disagreement."""
        return self.told.referral.disputes[-1].id

    def performer(self, intervention: str = WOUND.key, *, at: str | None = None) -> HsaId | None:
        """Who performs the intervention as known now, at a moment or after all that was decided."""
        moment = swedish(at) if at else max(one.effective_from for one in self.told.allocations.values())
        known = fold(event for event in self.events if event.occurred_at <= moment)
        assert known is not None
        return known.answering(moment)[intervention].performer

    def need_raised(self, request: Request = REQUEST, *, by: Actor = DISTRICT_NURSE, **content: Any) -> Self:
        """Somebody saw a need."""
        return self.after(referral.raise_need, by, patient_id=PATIENT, request=request, **content)

    def sent(self, *, at: str | None = None) -> Self:
        """The health centre sent the request to municipality A."""
        return self.after(referral.send, DISTRICT_NURSE, at=at, receiver=A)

    def acknowledged(self) -> Self:
        """Municipality A confirmed that it has received the request."""
        return self.after(referral.acknowledge, NURSE_A)

    def contacted(self) -> Self:
        """Municipality A contacted the region."""
        return self.after(referral.contact, NURSE_A)

    def assessing(self) -> Self:
        """The joint investigation began."""
        return self.after(referral.start_assessment, NURSE_A, participants=[one.person for one in BOTH])

    def assessed(
        self,
        by: Actor,
        level: CareLevel = CareLevel.PRIMARY,
        interventions: Sequence[AllocatedIntervention] = (given_to(WOUND, Party.MUNICIPALITY),),
        *,
        at: str | None = None,
    ) -> Self:
        """One party recorded its assessment."""
        return self.after(
            referral.record_assessment, by, at=at, **ASSESSMENT | {"level": level, "interventions": interventions}
        )

    def considered(self, by: Actor = DISTRICT_NURSE, **facts: dict[str, bool | int | str]) -> Self:
        """The criteria were considered; all met, but for the facts given by criterion (with - written as _)."""
        changed = {criterion.replace("_", "-"): given for criterion, given in facts.items()}
        return self.after(referral.evaluate_criteria, by, facts=CRITERIA | changed)

    def level_established(self, *, at: str | None = None) -> Self:
        """The parties established the care level."""
        return self.after(referral.establish_level, DISTRICT_NURSE, at=at)

    def accepted(self, *by: Actor) -> Self:
        """Each party accepted."""
        story = self
        for actor in by or BOTH:
            story = story.after(referral.accept, actor)
        return story

    def declined(self, *by: Actor) -> Self:
        """Each party declined."""
        story = self
        for actor in by or BOTH:
            story = story.after(referral.decline, actor, reason="Better cared for at the health centre")
        return story

    def disputed(self, by: Actor = NURSE_A, *, at: str | None = None) -> Self:
        """A party disagreed."""
        return self.after(disputes.raise_disagreement, by, at=at, reason="Special competence is needed")

    def resolved(
        self,
        *by: Actor,
        level: CareLevel | None = CareLevel.PRIMARY,
        performer: Party = Party.MUNICIPALITY,
        **content: Any,
    ) -> Self:
        """Each party declared the same resolution."""
        story = self
        for actor in by or BOTH:
            story = story.after(
                disputes.resolve,
                actor,
                dispute=self.dispute,
                level=level,
                performer=performer,
                **{"conclusion": "Primary care, after training"} | content,
            )
        return story

    def plan_begun(self, by: Actor = DISTRICT_NURSE) -> Self:
        """A plan was begun."""
        return self.after(care_plan.initiate, by)

    @property
    def _newest_plan(self) -> UUID:
        return list(self.told.plans)[-1]

    def plan_held(self, *, at: str | None = None, now: str | None = None) -> Self:
        """The parties planned with the individual at home."""
        return self.after(
            care_plan.hold_planning,
            NURSE_A,
            at=at,
            now=now,
            plan=self._newest_plan,
            form=MeetingForm.HOME,
            participants=[one.person for one in BOTH],
            participation=TOOK_PART,
        )

    def plan_written(
        self, *interventions: PlannedIntervention, without: str | None = None, by: Actor = DISTRICT_NURSE
    ) -> Self:
        """The plan's parts, contacts and interventions were written, but for one part or contact."""
        plan = self._newest_plan
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
            "physician-contact": (DISTRICT_NURSE, PHYSICIAN),
            "care-contact-region": (DISTRICT_NURSE, DISTRICT_NURSE),
            "care-contact-municipality": (NURSE_A, NURSE_A),
            "coordinator": (NURSE_A, NURSE_A),
        }
        for role, (actor, person) in contacts.items():
            if role != without:
                story = story.after(care_plan.assign_contact, actor, plan=plan, role=role, person=person.person)
        return story

    def plan_agreed(self, *by: Actor) -> Self:
        """The health centre's physician and the municipal nurse agreed to the plan as it reads."""
        story = self
        for actor in by or (PHYSICIAN, NURSE_A):
            story = story.after(care_plan.agree, actor, plan=self._newest_plan)
        return story

    def plan_reopened(self, by: Actor = DISTRICT_NURSE) -> Self:
        """The established plan was opened for change."""
        return self.after(care_plan.revise, by, plan=self.plan.id, reason="The need has changed")

    def plan_changed(self, one: PlannedIntervention, by: Actor = DISTRICT_NURSE) -> Self:
        """An intervention was put in the plan in other words than before."""
        return self.after(care_plan.plan_intervention, by, plan=self._newest_plan, intervention=one)

    def committed(self, *by: Actor) -> Self:
        """Each party committed itself."""
        story = self
        for actor in by or BOTH:
            story = story.after(enrolment.commit, actor)
        return story

    def ready(self, *aspects: Aspect) -> Self:
        """Competence and equipment are secured."""
        story = self
        for aspect in aspects or tuple(Aspect):
            story = story.after(enrolment.confirm_readiness, NURSE_A, aspect=aspect)
        return story

    def started(self, *, at: str | None = None) -> Self:
        """The person is enrolled."""
        return self.after(enrolment.start, NURSE_A, at=at)

    def discharge_declared(self, by: Actor = DISTRICT_NURSE, *, new_care_form: bool = False) -> Self:
        """One party holds that the need has ended."""
        return self.after(
            endings.declare_discharge,
            by,
            reason="The ulcer has healed",
            participation=TOOK_PART,
            new_care_form=new_care_form,
        )

    def discharged(self) -> Self:
        """Both parties discharged the person."""
        return self.discharge_declared().after(
            endings.complete_discharge, NURSE_A, where_to_turn="The health centre's telephone"
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
    """A request under joint investigation."""
    return Story().need_raised().sent().acknowledged().contacted().assessing()


@cache
def weighed(level: CareLevel = CareLevel.PRIMARY, municipality: CareLevel | None = None) -> Story:
    """Both have assessed, and the criteria have been considered."""
    return investigated().assessed(DISTRICT_NURSE, level).assessed(NURSE_A, municipality or level).considered()


@cache
def level_established() -> Story:
    """The level was established on Friday 4 April."""
    return weighed().level_established(at="2025-04-04 10:00")


@cache
def accepted() -> Story:
    """Both accepted; an enrolment is proposed."""
    return level_established().accepted()


@cache
def drafted() -> Story:
    """Accepted, and a whole plan that nobody has agreed to yet."""
    return accepted().plan_begun().plan_held(at="2025-04-10 09:00").plan_written()


@cache
def established() -> Story:
    """Accepted, with an established plan."""
    return drafted().plan_agreed()


@cache
def committed() -> Story:
    """All is done for the enrolment to start."""
    return established().committed().ready()


@cache
def enrolled() -> Story:
    """The person is enrolled since Friday 11 April."""
    return committed().started(at="2025-04-11 09:00")


@cache
def differing() -> Story:
    """The assessments differ, and municipality A has raised a disagreement."""
    return weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED).disputed()


@dataclass(frozen=True)
class An:
    """An event of a class, with these fields among its own."""

    event_class: type[Event]
    fields: dict[str, Any]


def an(event_class: type[Event], **fields: Any) -> An:
    """An event of a class that says at least this."""
    return An(event_class, fields)


@dataclass(frozen=True)
class When:
    """What somebody is about to decide."""

    story: Story
    decide: Decision
    act: Act
    content: dict[str, Any]

    def then(self, *expected: type[Event] | An) -> Story:
        """These events happened, in this order, and no others; they fold, and stand on the agreement in force."""
        events = self.story.decided(self.decide, self.act, **self.content)
        wanted = [one if isinstance(one, An) else an(one) for one in expected]
        assert [type(event) for event in events] == [one.event_class for one in wanted]
        case = self.story.case
        for event, one in zip(events, wanted, strict=True):
            assert {field: getattr(event, field) for field in one.fields} == one.fields
            assert (event.actor, event.occurred_at) == (self.act.actor, self.act.occurred_at)
            assert event.basis.agreement == (self.act.agreement.ref if self.act.agreement else None)
            case = evolve(case, event)
        return replace(self.story, case=case, events=(*self.story.events, *events), clock=self.act.now)

    def then_refused(self, refusal: type[Refusal], *, rule: str, where: Sequence[str] | None = None) -> Refusal:
        """The act was refused on this rule, naming this; no event came of it."""
        with pytest.raises(refusal) as refused:
            self.story.decided(self.decide, self.act, **self.content)
        assert type(refused.value) is refusal
        assert refused.value.rule == rule
        assert refused.value.remedy
        if where is not None:
            assert refused.value.where == tuple(where)
        return refused.value


@dataclass(frozen=True)
class Given:
    """What had happened."""

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
        """Somebody decides something."""
        return When(self.story, decide, self.story.act(decide, by, at=at, now=now), content)


def given(story: Story | None = None) -> Given:
    """What had happened; nothing, if nothing is said."""
    return Given(story or Story())


def _moment(said: str | datetime | None, otherwise: datetime) -> datetime:
    return otherwise if said is None else swedish(said) if isinstance(said, str) else said
