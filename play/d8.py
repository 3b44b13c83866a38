"""D8, "Child on tracheostomy" (catalogue D, GAV; the rate is a fixture)."""

from collections.abc import Sequence
from typing import Any

from play.client import Cast, Professional, Resource
from play.people import find_patient
from play.settlement import close_hours, ensure_rate, expect_settled, open_month, record_hours, send_invoice
from play.severe_illness import MEASURE, NORRBY, REGION, Staff, agree_to_plan, bring_home, request_care
from play.story import PlayStep, Story
from play.views import PlayCase, read_holders

GIRL, BOY = "200705209849", "200103019899"
"""Born 20 May 2007, eleven in October 2018; and 1 March 2001, eighteen on 1 March 2019."""
OCTOBER = "2018-10-01"
SUCTION: Resource = {"key": "suction", "text": "Sugning av trakealkanyl", "category": "tracheostomy"}
CARE: Resource = {"key": "tracheostomy-care", "text": "Skötsel av trakealkanyl", "category": "tracheostomy"}
JUDGEMENT: dict[str, Any] = {
    "intervention": SUCTION["key"],
    "is_self_care": True,
    "routine": "Länsgemensam rutin för egenvård",
    "routine_version": "2017",
}


def d8(story: Story, cast: Cast) -> Sequence[PlayCase]:
    """Carry D8 through, and return the cases."""
    staff = Staff.gather(cast)
    refused = _request_health_care(story, staff)
    case = _accept_measure(story, staff, refused.patient)
    _assess_self_care(story, staff, case)
    _settle_october(story, staff, case)
    return refused, case, _enrol_boy(story, staff)


def _request_health_care(story: Story, staff: Staff) -> PlayCase:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.print_heading("Health care of a child")
    story.set_clock("2018-10-01 09:00")
    step = story.begin_step(nurse, "raises the need of care of a girl of eleven with a tracheostomy")
    patient_id = find_patient(step, nurse, GIRL)
    case = request_care(step, nurse, patient_id, CARE, municipality=NORRBY, treated_by="specialised")
    step = story.begin_step(municipal, "tries to enrol her in municipal health care (F16)")
    answer = municipal.act(f"{case.path}/propose-enrolment")
    step.expect_refused(answer, "AGE_NOT_COVERED", rule="GAV-9-2", where="region", status=422)
    holder = read_holders(municipal, case, "2018-10-01T12:00:00+02:00")[CARE["key"]]
    step.expect_in_order("treatment, performer", [REGION, REGION], [holder["treatment"], holder["performer"]])
    step.expect("its rule", ["GAV-9-2"], holder["clauses"])
    return case


def _accept_measure(story: Story, staff: Staff, patient_id: str) -> PlayCase:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.print_heading("The LSS measure")
    step = story.begin_step(nurse, "raises the need of an LSS measure, and of suction that may be self-care")
    case = request_care(step, nurse, patient_id, MEASURE, SUCTION, municipality=NORRBY, treated_by="specialised")
    step = story.begin_step(municipal, "accepts the measure")
    measure = MEASURE | {"performer": "municipality"}
    bring_home(step, staff, case, measure, SUCTION | {"performer": "region"}, tracheostomy=True)
    for person in (staff.nurse, municipal):
        holder = read_holders(person, case, "2018-10-01T12:00:00+02:00")[MEASURE["key"]]
        step.expect(f"performer of the measure, to {person.principal}", NORRBY, holder["performer"])
        step.expect("its rule", "GAV-9-3", holder["clauses"][0])
    step = story.begin_step(municipal, "tries to have the suction handed over as health care")
    (sip,) = municipal.get(f"{case.path}/replay", mode="as-known-now").body["case"]["plans"]
    step.expect_success(municipal.act(f"{case.path}/revise-plan", plan=sip, reason="Sugningen"))
    line = CARE | {"performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=sip, intervention=line)
    step.expect_refused(answer, "NOT_MUNICIPAL", rule="GAV-9-2", where=CARE["key"], status=422)
    agree_to_plan(step, staff, case, sip)
    return case


def _assess_self_care(story: Story, staff: Staff, case: PlayCase) -> None:
    specialist, municipal = staff.specialist, staff.municipal
    story.print_heading("Self-care (egenvård)")
    story.set_clock("2018-10-02 09:00")
    step = story.begin_step(specialist, "judges the suction to be self-care, without citing the county's routine")
    reason = "Föräldrarna har lärt sig den och klarar den säkert"
    incomplete = {name: value for name, value in JUDGEMENT.items() if not name.startswith("routine")}
    answer = specialist.act(f"{case.path}/assess-self-care", reason=reason, **incomplete)
    step.expect_refused(answer, "CONTENT_MISSING", rule="GAV-5-4", where="routine", status=422)
    step = story.begin_step(specialist, "judges it by the county's routine")
    step.expect_success(specialist.act(f"{case.path}/assess-self-care", reason=reason, **JUDGEMENT))
    for person in (specialist, municipal):
        _expect_guardian(step, person, case, "2018-10-02T12:00:00+02:00", performer=None)
    story.set_clock("2018-10-03 09:00")
    handover = {"intervention": SUCTION["key"], "performer": "municipality"}
    step = story.begin_step(municipal, "records that the guardian hands the performance over: accepted")
    step.expect_success(municipal.act(f"{case.path}/hand-over-self-care", **handover))
    _expect_guardian(step, municipal, case, "2018-10-03T12:00:00+02:00", performer=NORRBY)
    story.set_clock("2018-10-08 09:00")
    step = story.begin_step(municipal, "records that the guardian asks that responsibility pass too")
    step.expect_success(municipal.act(f"{case.path}/hand-over-self-care", responsibility_too=True, **handover))
    move = {"intervention": SUCTION["key"], "to": "municipality"}
    answer = municipal.act(f"{case.path}/move-self-care", **move)
    step.expect_refused(answer, "REASSESSMENT_REQUIRED", rule="GAV-9-6", where=SUCTION["key"], status=409)
    _expect_guardian(step, municipal, case, "2018-10-08T12:00:00+02:00", performer=NORRBY)
    story.set_clock("2018-10-12 09:00")
    step = story.begin_step(municipal, "tries to judge it anew; the municipality does not treat her")
    reassessment = JUDGEMENT | {"responsible": "municipality", "reason": "Föräldrarna orkar inte längre"}
    answer = municipal.act(f"{case.path}/assess-self-care", **reassessment)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="GAV-9-6", where="municipality", status=403)
    step = story.begin_step(municipal, "tries to move it all the same")
    answer = municipal.act(f"{case.path}/move-self-care", **move)
    step.expect_refused(answer, "REASSESSMENT_REQUIRED", rule="GAV-9-6", where=SUCTION["key"], status=409)
    story.set_clock("2018-10-15 09:00")
    step = story.begin_step(specialist, "judges it anew, as the professional who treats her")
    step.expect_success(specialist.act(f"{case.path}/assess-self-care", **reassessment))
    step = story.begin_step(municipal, "takes on responsibility")
    step.expect_success(municipal.act(f"{case.path}/move-self-care", **move))
    holder = read_holders(municipal, case, "2018-10-16T12:00:00+02:00")[SUCTION["key"]]
    step.expect_in_order(
        "treatment, performer, guardian",
        [NORRBY, NORRBY, False],
        [holder["treatment"], holder["performer"], holder["guardian"]],
    )
    step.expect("its rule", True, "GAV-9-6" in holder["clauses"])


def _expect_guardian(step: PlayStep, person: Professional, case: PlayCase, at: str, *, performer: str | None) -> None:
    holder = read_holders(person, case, at)[SUCTION["key"]]
    step.expect_in_order(
        f"guardian, treatment, performer, to {person.principal}",
        [True, None, performer],
        [holder["guardian"], holder["treatment"], holder["performer"]],
    )


def _settle_october(story: Story, staff: Staff, case: PlayCase) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.print_heading("The hours of self-care")
    story.set_clock("2018-10-31 20:00")
    step = story.begin_step(municipal, "records the self-care that it performed in October")
    record_hours(
        step, municipal, case, day="2018-10-31", kind="self-care", treatment_level="specialised", performed="60.0"
    )
    story.set_clock("2018-11-20 09:00")
    ensure_rate(step, region, 2018)
    month = open_month(step, municipal, NORRBY, OCTOBER)
    if month.is_new:
        step = story.begin_step(municipal, "settles October")
        step.expect_success(close_hours(municipal, month))
        step.expect_success(send_invoice(municipal, month, "9000.00", {case.id: "60.0"}))
        step.expect_success(region.act(f"{month.path}/receive-invoice"))
    step = story.begin_step(region, "reads October: a child's self-care is paid for too (G8)")
    settlement = expect_settled(step, region, month, total="9000.00", timeliness="on-time")
    (line,) = settlement["state"]["lines"]
    step.expect("part that is paid for, of 60.0 hours", 30.0, float(line["reimbursed"]["amount"]))
    step.expect("its rule", ["GAV-10-3"], line["reimbursed"]["clauses"])


def _enrol_boy(story: Story, staff: Staff) -> PlayCase:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.print_heading("A boy who turns eighteen on 2019-03-01")
    story.set_clock("2019-02-28 12:00")
    step = story.begin_step(nurse, "raises his need")
    patient_id = find_patient(step, nurse, BOY)
    case = request_care(step, nurse, patient_id, CARE, municipality=NORRBY, treated_by="specialised")
    step = story.begin_step(municipal, "tries to enrol him the day before (F16)")
    answer = municipal.act(f"{case.path}/propose-enrolment")
    step.expect_refused(answer, "AGE_NOT_COVERED", rule="GAV-9-2", where="region", status=422)
    story.set_clock("2019-03-01 00:30")
    step = story.begin_step(municipal, "enrols him on his birthday: nothing is refused for age")
    body = step.expect_success(municipal.act(f"{case.path}/propose-enrolment")).body
    step.expect("enrolment", "proposed", body["enrolment"]["status"])
    line = CARE | {"performer": "municipality"}
    _complete_enrolment(story, staff, case, line)
    return case


def _complete_enrolment(story: Story, staff: Staff, case: PlayCase, line: Resource) -> None:
    story.set_clock("2019-03-04 09:00")
    step = story.begin_step(staff.municipal, "enrols him, and performs the care that the clinic treats")
    bring_home(step, staff, case, line, proposed=True, tracheostomy=True)
    holder = read_holders(staff.municipal, case, "2019-03-05T12:00:00+01:00")[line["key"]]
    step.expect_in_order("treatment, performer", [REGION, NORRBY], [holder["treatment"], holder["performer"]])
