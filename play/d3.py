"""D3, "Discharge, seven days" (catalogue D, ORE 3.3)."""

from typing import Any

from play.client import Cast, Professional
from play.content import EKEBY, VISIT, WOUND, WOUND_CARE, make_assessment
from play.home_care import PLAN_LINES, write_joint_plan
from play.people import People, find_patient, raise_need, read_plan_id
from play.story import PlayStep, Story
from play.views import PlayCase, expect_agreement, expect_hidden, name_text, read_due_days, read_performers

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


class _WardStaff:
    def __init__(self, cast: Cast) -> None:
        self.common = People.gather(cast)
        self.ward = cast.find(WARD_NURSE)
        self.ward_physician = cast.find(WARD_PHYSICIAN)
        self.nurse, self.municipal = self.common.nurse, self.common.municipal
        self.stranger = self.common.stranger


def d3(story: Story, cast: Cast) -> list[PlayCase]:
    """Carry D3's three variants through, and return their cases."""
    staff = _WardStaff(cast)
    cases = [_supersede_plan(story, staff), _let_plan_lapse(story, staff), _publish_late(story, staff)]
    step = story.begin_step(staff.stranger, "looks for the cases from another municipality")
    for case in cases:
        expect_hidden(step, staff.stranger, case)
    return cases


def _plan_discharge(story: Story, staff: _WardStaff) -> PlayCase:
    """Plan a discharge in the red track, and establish level, acceptance and commitment before the day."""
    ward, municipal = staff.ward, staff.municipal
    story.set_clock("2025-08-29 09:00")
    step = story.begin_step(
        ward, "opens discharge planning in the red ViSam track, for a woman of 87 who needs rehabilitation"
    )
    request = {"need": "Såromläggning hemma efter operation", "interventions": [WOUND, VISIT]}
    patient_id = find_patient(step, ward, PATIENT)
    case = raise_need(step, ward, patient_id, track="inpatient-discharge", municipality=EKEBY, request=request)
    body = step.expect_success(ward.act(f"{case.path}/open-discharge-planning", receiver=EKEBY, colour="red")).body
    step.expect("rule of the colour", True, "ORE-3.3-1" in body["events"][0]["clauses"])
    step.expect_success(ward.act(f"{case.path}/record-circumstance", circumstance="rehabilitation-need"))
    step = story.begin_step(municipal, "assesses with the ward: primary care level, and both commit")
    step.expect_success(municipal.act(f"{case.path}/record-assessment", **_make_assessment()))
    step.expect_success(staff.ward_physician.act(f"{case.path}/record-assessment", **_make_assessment()))
    step.expect_success(municipal.act(f"{case.path}/establish-level"))
    for act in ("accept-referral", "commit-to-enrolment"):
        for person in (ward, municipal):
            step.expect_success(person.act(f"{case.path}/{act}"))
    for aspect in ("competence", "equipment"):
        step.expect_success(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    return case


def _make_assessment() -> dict[str, Any]:
    return make_assessment("primary", "Såret läggs om hemma")


def _write_interim_plan(story: Story, staff: _WardStaff, case: PlayCase, *, published: bool) -> str:
    """Write the seven-day plan on the day of discharge, start the enrolment, and return the plan's id."""
    ward, physician, municipal = staff.ward, staff.ward_physician, staff.municipal
    story.set_clock("2025-09-01 09:00")
    step = story.begin_step(ward, "writes the plan for seven days, without the need of rehabilitation")
    plan = read_plan_id(step.expect_success(ward.act(f"{case.path}/initiate-plan", kind="interim7")))
    for part, fields in NEEDS.items():
        step.expect_success(ward.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    for line in PLAN_LINES:
        step.expect_success(ward.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    answer = physician.act(f"{case.path}/agree-plan", **name_text(physician, plan))
    step.expect_refused(answer, "PLAN_CONTENT_MISSING", rule="ORE-3.3-4", where="rehabilitation", status=422)
    step = story.begin_step(ward, "adds it; the ward's physician establishes the plan")
    section = {"part": "rehabilitation", "fields": REHABILITATION}
    step.expect_success(ward.act(f"{case.path}/record-plan-section", plan=plan, **section))
    step.expect_success(physician.act(f"{case.path}/agree-plan", **name_text(physician, plan)))
    days = read_due_days(ward, case, "statement:plan-content-published", "2025-09-01T12:00:00+02:00")
    step.expect("the content is to be available, due", ["2025-09-01"], days)
    if published:
        step = story.begin_step(ward, "refers to the final note, where the content is available")
        _expect_published(step, ward, case, breaches=[])
    step = story.begin_step(municipal, "enrols her on the seven-day plan")
    body = step.expect_success(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", body["enrolment"]["status"])
    start = _read_latest(municipal, case, "enrolment.started.v1")
    step.expect(
        "flagged, where the final note is not referred to", [] if published else ["ORE-3.3-3"], start["breaches"]
    )
    performer = read_performers(municipal, case, "2025-09-01T12:00:00+02:00")[WOUND_CARE]
    step.expect("who dresses the wound", EKEBY, performer)
    return plan


def _expect_published(step: PlayStep, ward: Professional, case: PlayCase, *, breaches: list[str]) -> None:
    fields = {"final-note": NOTE}
    step.expect_success(ward.act(f"{case.path}/record-statement", kind="plan-content-published", fields=fields))
    step.expect(
        "clauses that it breaches", breaches, _read_latest(ward, case, "case.statement-recorded.v1")["breaches"]
    )


def _read_latest(person: Professional, case: PlayCase, topic: str) -> dict[str, Any]:
    """Return the latest entry of a topic in the timeline."""
    entries = person.get(f"{case.path}/timeline").body
    latest: dict[str, Any] = [entry for entry in entries if entry["topic"] == topic][-1]
    return latest


def _expect_last_day(story: Story, staff: _WardStaff, case: PlayCase, plan: str) -> None:
    for person in (staff.ward, staff.municipal):
        step = story.begin_step(person, "looks how long the plan covers")
        days = read_due_days(person, case, f"lapse:{plan}", "2025-09-08T23:00:00+02:00")
        step.expect(f"last covered day in the worklist of {person.principal}", ["2025-09-08"], days)
        step.expect("gaps on 09-08", [], read_due_days(person, case, f"gap:{plan}", "2025-09-08T23:00:00+02:00"))


def _supersede_plan(story: Story, staff: _WardStaff) -> PlayCase:
    nurse, municipal = staff.nurse, staff.municipal
    story.print_heading("Variant A: the joint plan takes its place")
    case = _plan_discharge(story, staff)
    interim = _write_interim_plan(story, staff, case, published=True)
    _expect_last_day(story, staff, case, interim)
    story.set_clock("2025-09-05 13:00")
    step = story.begin_step(nurse, "plans with the municipality, the physician and her, and writes the joint plan")
    plan = write_joint_plan(step, staff.common, case, *PLAN_LINES, follow_up="2025-10-06")
    step = story.begin_step(municipal, "agrees: the joint plan is established, and the seven-day plan superseded")
    body = step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan))).body
    plans = {plan["id"]: plan["status"] for plan in body["plans"]}
    step.expect_in_order("seven-day plan, joint plan", ["superseded", "established"], [plans[interim], plans[plan]])
    statuses = [municipal.read(f"CarePlan/{plan_id}")["status"] for plan_id in (interim, plan)]
    step.expect_in_order("the same over FHIR", ["revoked", "active"], statuses)
    story.set_clock("2025-09-09 08:00")
    step = story.begin_step(municipal, "lets time pass to 09-09")
    step.expect_success(municipal.act("demonstration/tick"))
    entries = municipal.get(f"{case.path}/timeline").body
    step.expect("lapsed plans", [], [entry for entry in entries if entry["topic"] == "care-plan.lapsed.v1"])
    for person in (nurse, municipal):
        gaps = read_due_days(person, case, f"gap:{interim}", "2025-09-09T08:00:00+02:00")
        step.expect(f"gaps in the worklist of {person.principal}", [], gaps)
        expect_agreement(step, person, case)
    return case


def _let_plan_lapse(story: Story, staff: _WardStaff) -> PlayCase:
    ward, municipal = staff.ward, staff.municipal
    story.print_heading("Variant B: no joint plan by 09-09")
    case = _plan_discharge(story, staff)
    plan = _write_interim_plan(story, staff, case, published=True)
    _expect_last_day(story, staff, case, plan)
    story.set_clock("2025-09-08 23:59")
    step = story.begin_step(municipal, "lets time pass to the last minute of 09-08")
    step.expect_success(municipal.act("demonstration/tick"))
    entries = municipal.get(f"{case.path}/timeline").body
    step.expect("lapsed plans", [], [entry for entry in entries if entry["topic"] == "care-plan.lapsed.v1"])
    story.set_clock("2025-09-09 06:00")
    step = story.begin_step(municipal, "looks at the worklist on 09-09, before anything is recorded")
    gaps = read_due_days(municipal, case, f"gap:{plan}", "2025-09-09T06:00:00+02:00")
    step.expect("the gap shows from the day itself", ["2025-09-08"], gaps)
    step = story.begin_step(municipal, "lets time pass to 09-09: the plan lapses")
    step.expect_success(municipal.act("demonstration/tick"))
    lapse = _read_latest(municipal, case, "care-plan.lapsed.v1")
    step.expect("covered until", "2025-09-08", lapse["content"]["covered_until"])
    step.expect("rule", True, "ORE-3.3-2" in lapse["clauses"])
    step.expect("by the record itself", "system", lapse["actor"]["role"])
    for person in (ward, municipal):
        step = story.begin_step(person, "finds the gap, and reads the plan that covers no more")
        gaps = read_due_days(person, case, f"gap:{plan}", "2025-09-09T08:00:00+02:00")
        step.expect(f"gaps in the worklist of {person.principal}", 1, len(gaps))
        step.expect(
            "last day held as one more covered",
            [],
            read_due_days(person, case, f"lapse:{plan}", "2025-09-09T08:00:00+02:00"),
        )
        step.expect("status over FHIR", "completed", person.read(f"CarePlan/{plan}")["status"])
        expect_agreement(step, person, case)
    step = story.begin_step(municipal, "looks whether care has lapsed with the plan")
    performer = read_performers(municipal, case, "2025-09-09T08:00:00+02:00")[WOUND_CARE]
    step.expect("who dresses the wound", EKEBY, performer)
    return case


def _publish_late(story: Story, staff: _WardStaff) -> PlayCase:
    ward, municipal = staff.ward, staff.municipal
    story.print_heading("Variant C: the content is available the day after")
    case = _plan_discharge(story, staff)
    _write_interim_plan(story, staff, case, published=False)
    story.set_clock("2025-09-02 00:00")
    step = story.begin_step(ward, "refers to the final note, at midnight after the day of discharge")
    _expect_published(step, ward, case, breaches=["ORE-3.3-5"])
    step = story.begin_step(municipal, "reads that it came late")
    statement = _read_latest(municipal, case, "case.statement-recorded.v1")
    step.expect("late by", ["ORE-3.3-5"], statement["breaches"])
    step.expect("final note", NOTE, statement["content"]["fields"]["final-note"])
    days = read_due_days(ward, case, "statement:plan-content-published", "2025-09-02T08:00:00+02:00")
    step.expect("nothing more is owed", [], days)
    return case
