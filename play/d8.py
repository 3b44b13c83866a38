"""D8, "Child on tracheostomy" (catalogue D, GAV; the rate is a fixture)."""

from collections.abc import Sequence
from typing import Any

from play.client import Cast, Person, Resource
from play.people import patient
from play.settlement import closed, expect_settled, hours, invoice, opened, with_rate
from play.severe_illness import MEASURE, NORRBY, REGION, Staff, agreed, home, needed
from play.story import Step, Story
from play.views import Case, held

GIRL, BOY = "200705209849", "200103019899"
"""Born 20 May 2007, eleven in October 2018; and 1 March 2001, eighteen on 1 March 2019."""
OCTOBER = "2018-10-01"
SUCTION: Resource = {"key": "suction", "text": "Sugning av trakealkanyl", "category": "tracheostomy"}
CARE: Resource = {"key": "tracheostomy-care", "text": "Skötsel av trakealkanyl", "category": "tracheostomy"}
JUDGED: dict[str, Any] = {
    "intervention": SUCTION["key"],
    "is_self_care": True,
    "routine": "Länsgemensam rutin för egenvård",
    "routine_version": "2017",
}


def d8(story: Story, cast: Cast) -> Sequence[Case]:
    """Carry D8 through, and say which cases it made."""
    staff = Staff.of(cast)
    refused = _health_care(story, staff)
    case = _measure(story, staff, refused.patient)
    _self_care(story, staff, case)
    _hours(story, staff, case)
    return refused, case, _boy(story, staff)


def _health_care(story: Story, staff: Staff) -> Case:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.heading("Health care of a child")
    story.on("2018-10-01 09:00")
    step = story.step(nurse, "raises the need of care of a girl of eleven with a tracheostomy")
    patient_id = patient(step, nurse, GIRL)
    case = needed(step, nurse, patient_id, CARE, municipality=NORRBY, treated_by="specialised")
    step = story.step(municipal, "tries to enrol her in municipal health care (F16)")
    answer = municipal.act(f"{case.path}/propose-enrolment")
    step.refused(answer, "AGE_NOT_COVERED", rule="GAV-9-2", where="region", status=422)
    found = held(municipal, case, "2018-10-01T12:00:00+02:00")[CARE["key"]]
    step.expect_in_order("treatment, performer", [REGION, REGION], [found["treatment"], found["performer"]])
    step.expect("its rule", ["GAV-9-2"], found["clauses"])
    return case


def _measure(story: Story, staff: Staff, patient_id: str) -> Case:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.heading("The LSS measure")
    step = story.step(nurse, "raises the need of an LSS measure, and of suction that may be self-care")
    case = needed(step, nurse, patient_id, MEASURE, SUCTION, municipality=NORRBY, treated_by="specialised")
    step = story.step(municipal, "accepts the measure")
    own = MEASURE | {"performer": "municipality"}
    home(step, staff, case, own, SUCTION | {"performer": "region"}, tracheostomy=True)
    for person in (staff.nurse, municipal):
        found = held(person, case, "2018-10-01T12:00:00+02:00")[MEASURE["key"]]
        step.expect(f"performer of the measure, to {person.principal}", NORRBY, found["performer"])
        step.expect("its rule", "GAV-9-3", found["clauses"][0])
    step = story.step(municipal, "tries to have the suction handed over as health care")
    (sip,) = municipal.get(f"{case.path}/replay", mode="as-known-now").body["case"]["plans"]
    step.done(municipal.act(f"{case.path}/revise-plan", plan=sip, reason="Sugningen"))
    planned = CARE | {"performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=sip, intervention=planned)
    step.refused(answer, "NOT_MUNICIPAL", rule="GAV-9-2", where=CARE["key"], status=422)
    agreed(step, staff, case, sip)
    return case


def _self_care(story: Story, staff: Staff, case: Case) -> None:
    specialist, municipal = staff.specialist, staff.municipal
    story.heading("Self-care (egenvård)")
    story.on("2018-10-02 09:00")
    step = story.step(specialist, "judges the suction to be self-care, without citing the county's routine")
    reason = "Föräldrarna har lärt sig den och klarar den säkert"
    uncited = {name: value for name, value in JUDGED.items() if not name.startswith("routine")}
    answer = specialist.act(f"{case.path}/assess-self-care", reason=reason, **uncited)
    step.refused(answer, "CONTENT_MISSING", rule="GAV-5-4", where="routine", status=422)
    step = story.step(specialist, "judges it by the county's routine")
    step.done(specialist.act(f"{case.path}/assess-self-care", reason=reason, **JUDGED))
    for person in (specialist, municipal):
        _expect_guardian(step, person, case, "2018-10-02T12:00:00+02:00", performer=None)
    story.on("2018-10-03 09:00")
    over = {"intervention": SUCTION["key"], "performer": "municipality"}
    step = story.step(municipal, "records that the guardian hands the performance over: accepted")
    step.done(municipal.act(f"{case.path}/hand-over-self-care", **over))
    _expect_guardian(step, municipal, case, "2018-10-03T12:00:00+02:00", performer=NORRBY)
    story.on("2018-10-08 09:00")
    step = story.step(municipal, "records that the guardian asks that responsibility pass too")
    step.done(municipal.act(f"{case.path}/hand-over-self-care", responsibility_too=True, **over))
    moving = {"intervention": SUCTION["key"], "to": "municipality"}
    answer = municipal.act(f"{case.path}/move-self-care", **moving)
    step.refused(answer, "REASSESSMENT_REQUIRED", rule="GAV-9-6", where=SUCTION["key"], status=409)
    _expect_guardian(step, municipal, case, "2018-10-08T12:00:00+02:00", performer=NORRBY)
    story.on("2018-10-12 09:00")
    step = story.step(municipal, "tries to judge it anew; the municipality does not treat her")
    anew = JUDGED | {"responsible": "municipality", "reason": "Föräldrarna orkar inte längre"}
    answer = municipal.act(f"{case.path}/assess-self-care", **anew)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="GAV-9-6", where="municipality", status=403)
    step = story.step(municipal, "tries to move it all the same")
    answer = municipal.act(f"{case.path}/move-self-care", **moving)
    step.refused(answer, "REASSESSMENT_REQUIRED", rule="GAV-9-6", where=SUCTION["key"], status=409)
    story.on("2018-10-15 09:00")
    step = story.step(specialist, "judges it anew, as the professional who treats her")
    step.done(specialist.act(f"{case.path}/assess-self-care", **anew))
    step = story.step(municipal, "takes on responsibility")
    step.done(municipal.act(f"{case.path}/move-self-care", **moving))
    found = held(municipal, case, "2018-10-16T12:00:00+02:00")[SUCTION["key"]]
    step.expect_in_order(
        "treatment, performer, guardian",
        [NORRBY, NORRBY, False],
        [found["treatment"], found["performer"], found["guardian"]],
    )
    step.expect("its rule", True, "GAV-9-6" in found["clauses"])


def _expect_guardian(step: Step, person: Person, case: Case, at: str, *, performer: str | None) -> None:
    found = held(person, case, at)[SUCTION["key"]]
    step.expect_in_order(
        f"guardian, treatment, performer, to {person.principal}",
        [True, None, performer],
        [found["guardian"], found["treatment"], found["performer"]],
    )


def _hours(story: Story, staff: Staff, case: Case) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.heading("The hours of self-care")
    story.on("2018-10-31 20:00")
    step = story.step(municipal, "records the self-care that it performed in October")
    hours(step, municipal, case, day="2018-10-31", kind="self-care", treatment_level="specialised", performed="60.0")
    story.on("2018-11-20 09:00")
    with_rate(step, region, 2018)
    month = opened(step, municipal, NORRBY, OCTOBER)
    if month.is_new:
        step = story.step(municipal, "settles October")
        step.done(closed(municipal, month))
        step.done(invoice(municipal, month, "9000.00", {case.id: "60.0"}))
        step.done(region.act(f"{month.path}/receive-invoice"))
    step = story.step(region, "reads October: a child's self-care is paid for too (G8)")
    told = expect_settled(step, region, month, total="9000.00", timeliness="on-time")
    (line,) = told["state"]["lines"]
    step.expect("part that is paid for, of 60.0 hours", 30.0, float(line["reimbursed"]["amount"]))
    step.expect("its rule", ["GAV-10-3"], line["reimbursed"]["clauses"])


def _boy(story: Story, staff: Staff) -> Case:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.heading("A boy who turns eighteen on 2019-03-01")
    story.on("2019-02-28 12:00")
    step = story.step(nurse, "raises his need")
    patient_id = patient(step, nurse, BOY)
    case = needed(step, nurse, patient_id, CARE, municipality=NORRBY, treated_by="specialised")
    step = story.step(municipal, "tries to enrol him the day before (F16)")
    answer = municipal.act(f"{case.path}/propose-enrolment")
    step.refused(answer, "AGE_NOT_COVERED", rule="GAV-9-2", where="region", status=422)
    story.on("2019-03-01 00:30")
    step = story.step(municipal, "enrols him on his birthday: nothing is refused for age")
    said = step.done(municipal.act(f"{case.path}/propose-enrolment")).body
    step.expect("enrolment", "proposed", said["enrolment"]["status"])
    home_again = CARE | {"performer": "municipality"}
    _complete(story, staff, case, home_again)
    return case


def _complete(story: Story, staff: Staff, case: Case, care: Resource) -> None:
    story.on("2019-03-04 09:00")
    step = story.step(staff.municipal, "enrols him, and performs the care that the clinic treats")
    home(step, staff, case, care, proposed=True, tracheostomy=True)
    found = held(staff.municipal, case, "2019-03-05T12:00:00+01:00")[care["key"]]
    step.expect_in_order("treatment, performer", [REGION, NORRBY], [found["treatment"], found["performer"]])
