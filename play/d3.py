"""D3, "Discharge, seven days" (catalogue D, ORE 3.3)."""

from typing import Any

from play.client import Cast, Person
from play.content import EKEBY, VISIT, WOUND, WOUND_CARE, assessment
from play.home_care import PLANNED, joint_plan
from play.people import People, patient, plan_of, raised
from play.story import Step, Story
from play.views import Case, due, expect_agreement, expect_hidden, responsible

PATIENT = "193802209837"
"""A woman born 20 February 1938: 87 in September 2025."""
WARD_NURSE, WARD_PHYSICIAN = "SE2321000000-AVDSSK1", "SE2321000000-AVDLAK1"
NOTE = "Läkarens slutanteckning 2025-09-01, Medicinavdelning 1"
NEEDS: dict[str, dict[str, Any]] = {
    "discharge": {"date": "2025-09-01"},
    "changed-need": {"text": "Operationssår som läggs om, och osäker gång"},
    "measures": {"text": "Omläggning varannan dag; läkarkontakt vid feber"},
}
REHABILITATION = {"text": "Gångträning två gånger i veckan; fysioterapeut på vårdcentralen följer upp"}


class _People:
    def __init__(self, cast: Cast) -> None:
        self.common = People.of(cast)
        self.ward = cast.person(WARD_NURSE)
        self.ward_physician = cast.person(WARD_PHYSICIAN)
        self.nurse, self.municipal = self.common.nurse, self.common.municipal
        self.stranger = self.common.stranger


def d3(story: Story, cast: Cast) -> list[Case]:
    """Carry D3's three variants through, and say which cases they made."""
    people = _People(cast)
    superseded = _superseded(story, people)
    lapsed = _lapsed(story, people)
    late = _late(story, people)
    step = story.step(people.stranger, "looks for the cases from another municipality")
    for case in (superseded, lapsed, late):
        expect_hidden(step, people.stranger, case)
    return [superseded, lapsed, late]


def _leaving(story: Story, people: _People) -> Case:
    """A discharge planning in the red track, with level, acceptance and commitment in place before the day."""
    ward, municipal = people.ward, people.municipal
    story.on("2025-08-29 09:00")
    step = story.step(
        ward, "opens discharge planning in the red ViSam track, for a woman of 87 who needs rehabilitation"
    )
    request = {"need": "Såromläggning hemma efter operation", "interventions": [WOUND, VISIT]}
    patient_id = patient(step, ward, PATIENT)
    case = raised(step, ward, patient_id, track="inpatient-discharge", municipality=EKEBY, request=request)
    said = step.done(ward.act(f"{case.path}/open-discharge-planning", receiver=EKEBY, colour="red")).body
    step.expect("rule of the colour", True, "ORE-3.3-1" in said["events"][0]["clauses"])
    step.done(ward.act(f"{case.path}/record-circumstance", circumstance="rehabilitation-need"))
    step = story.step(municipal, "assesses with the ward: primary care level, and both commit")
    step.done(municipal.act(f"{case.path}/record-assessment", **_assessed()))
    step.done(people.ward_physician.act(f"{case.path}/record-assessment", **_assessed()))
    step.done(municipal.act(f"{case.path}/establish-level"))
    for act in ("accept-referral", "commit-to-enrolment"):
        for person in (ward, municipal):
            step.done(person.act(f"{case.path}/{act}"))
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    return case


def _assessed() -> dict[str, Any]:
    return assessment("primary", "Såret läggs om hemma")


def _interim(story: Story, people: _People, case: Case, *, published: bool) -> str:
    """The seven-day plan on the day of discharge, on which the enrolment becomes active."""
    ward, physician, municipal = people.ward, people.ward_physician, people.municipal
    story.on("2025-09-01 09:00")
    step = story.step(ward, "writes the plan for seven days, without the need of rehabilitation")
    plan = plan_of(step.done(ward.act(f"{case.path}/initiate-plan", kind="interim7")))
    for part, fields in NEEDS.items():
        step.done(ward.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    for one in PLANNED:
        step.done(ward.act(f"{case.path}/plan-intervention", plan=plan, intervention=one))
    answer = physician.act(f"{case.path}/agree-plan", plan=plan)
    step.refused(answer, "PLAN_CONTENT_MISSING", rule="ORE-3.3-4", where="rehabilitation", status=422)
    step = story.step(ward, "adds it; the ward's physician establishes the plan")
    written = {"part": "rehabilitation", "fields": REHABILITATION}
    step.done(ward.act(f"{case.path}/record-plan-section", plan=plan, **written))
    step.done(physician.act(f"{case.path}/agree-plan", plan=plan))
    owed = due(ward, case, "statement:plan-content-published", "2025-09-01T12:00:00+02:00")
    step.expect("the content is to be available, due", ["2025-09-01"], owed)
    if published:
        step = story.step(ward, "refers to the final note, where the content is available")
        _expect_published(step, ward, case, breaches=[])
    step = story.step(municipal, "enrols her on the seven-day plan")
    said = step.done(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", said["enrolment"]["status"])
    started = _entry(municipal, case, "enrolment.started.v1")
    step.expect(
        "flagged, where the final note is not referred to", [] if published else ["ORE-3.3-3"], started["breaches"]
    )
    performs = responsible(municipal, case, "2025-09-01T12:00:00+02:00")[WOUND_CARE]
    step.expect("who dresses the wound", EKEBY, performs)
    return plan


def _expect_published(step: Step, ward: Person, case: Case, *, breaches: list[str]) -> None:
    fields = {"final-note": NOTE}
    step.done(ward.act(f"{case.path}/record-statement", kind="plan-content-published", fields=fields))
    step.expect("clauses that it breaches", breaches, _entry(ward, case, "referral.statement-recorded.v1")["breaches"])


def _entry(person: Person, case: Case, topic: str) -> dict[str, Any]:
    """The latest entry of a topic in the timeline."""
    found: dict[str, Any] = [one for one in person.get(f"{case.path}/timeline").body if one["topic"] == topic][-1]
    return found


def _expect_last_day(story: Story, people: _People, case: Case, plan: str) -> None:
    for person in (people.ward, people.municipal):
        step = story.step(person, "looks how long the plan covers")
        found = due(person, case, f"lapse:{plan}", "2025-09-08T23:00:00+02:00")
        step.expect(f"last covered day in the worklist of {person.principal}", ["2025-09-08"], found)
        step.expect("gaps on 09-08", [], due(person, case, f"gap:{plan}", "2025-09-08T23:00:00+02:00"))


def _superseded(story: Story, people: _People) -> Case:
    nurse, municipal = people.nurse, people.municipal
    story.heading("Variant A: the joint plan takes its place")
    case = _leaving(story, people)
    interim = _interim(story, people, case, published=True)
    _expect_last_day(story, people, case, interim)
    story.on("2025-09-05 13:00")
    step = story.step(nurse, "plans with the municipality, the physician and her, and writes the joint plan")
    plan = joint_plan(step, people.common, case, *PLANNED, follow_up="2025-10-06")
    step = story.step(municipal, "agrees: the joint plan is established, and the seven-day plan superseded")
    said = step.done(municipal.act(f"{case.path}/agree-plan", plan=plan)).body
    plans = {one["id"]: one["status"] for one in said["plans"]}
    step.expect_in_order("seven-day plan, joint plan", ["superseded", "established"], [plans[interim], plans[plan]])
    statuses = [municipal.read(f"CarePlan/{one}")["status"] for one in (interim, plan)]
    step.expect_in_order("the same over FHIR", ["revoked", "active"], statuses)
    story.on("2025-09-09 08:00")
    step = story.step(municipal, "lets time pass to 09-09")
    step.done(municipal.act("demonstration/tick"))
    entries = municipal.get(f"{case.path}/timeline").body
    step.expect("lapsed plans", [], [one for one in entries if one["topic"] == "care-plan.lapsed.v1"])
    for asked in (nurse, municipal):
        gaps = due(asked, case, f"gap:{interim}", "2025-09-09T08:00:00+02:00")
        step.expect(f"gaps in the worklist of {asked.principal}", [], gaps)
        expect_agreement(step, asked, case)
    return case


def _lapsed(story: Story, people: _People) -> Case:
    ward, municipal = people.ward, people.municipal
    story.heading("Variant B: no joint plan by 09-09")
    case = _leaving(story, people)
    plan = _interim(story, people, case, published=True)
    _expect_last_day(story, people, case, plan)
    story.on("2025-09-08 23:59")
    step = story.step(municipal, "lets time pass to the last minute of 09-08")
    step.done(municipal.act("demonstration/tick"))
    entries = municipal.get(f"{case.path}/timeline").body
    step.expect("lapsed plans", [], [one for one in entries if one["topic"] == "care-plan.lapsed.v1"])
    story.on("2025-09-09 06:00")
    step = story.step(municipal, "looks at the worklist on 09-09, before anything is recorded")
    gaps = due(municipal, case, f"gap:{plan}", "2025-09-09T06:00:00+02:00")
    step.expect("the gap shows from the day itself", ["2025-09-08"], gaps)
    step = story.step(municipal, "lets time pass to 09-09: the plan lapses")
    step.done(municipal.act("demonstration/tick"))
    lapsed = _entry(municipal, case, "care-plan.lapsed.v1")
    step.expect("covered until", "2025-09-08", lapsed["content"]["covered_until"])
    step.expect("rule", True, "ORE-3.3-2" in lapsed["clauses"])
    step.expect("by the record itself", "system", lapsed["actor"]["role"])
    for person in (ward, municipal):
        step = story.step(person, "finds the gap, and reads the plan that covers no more")
        gaps = due(person, case, f"gap:{plan}", "2025-09-09T08:00:00+02:00")
        step.expect(f"gaps in the worklist of {person.principal}", 1, len(gaps))
        step.expect(
            "last day held as one more covered", [], due(person, case, f"lapse:{plan}", "2025-09-09T08:00:00+02:00")
        )
        step.expect("status over FHIR", "completed", person.read(f"CarePlan/{plan}")["status"])
        expect_agreement(step, person, case)
    step = story.step(municipal, "looks whether care has lapsed with the plan")
    performs = responsible(municipal, case, "2025-09-09T08:00:00+02:00")[WOUND_CARE]
    step.expect("who dresses the wound", EKEBY, performs)
    return case


def _late(story: Story, people: _People) -> Case:
    ward, municipal = people.ward, people.municipal
    story.heading("Variant C: the content is available the day after")
    case = _leaving(story, people)
    _interim(story, people, case, published=False)
    story.on("2025-09-02 00:00")
    step = story.step(ward, "refers to the final note, at midnight after the day of discharge")
    _expect_published(step, ward, case, breaches=["ORE-3.3-5"])
    step = story.step(municipal, "reads that it came late")
    late = _entry(municipal, case, "referral.statement-recorded.v1")
    step.expect("late by", ["ORE-3.3-5"], late["breaches"])
    step.expect("final note", NOTE, late["content"]["fields"]["final-note"])
    owed = due(ward, case, "statement:plan-content-published", "2025-09-02T08:00:00+02:00")
    step.expect("nothing more is owed", [], owed)
    return case
