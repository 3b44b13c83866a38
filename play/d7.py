"""D7, "Ventilator, monthly 50 %" (catalogue D, GAV; the rates and the day of the invoice are fixtures)."""

from collections.abc import Sequence

from play.client import Cast
from play.people import patient
from play.settlement import Month, closed, expect_settled, hours, invoice, is_published, opened, published, with_rate
from play.severe_illness import (
    CARE_STAFF,
    COORDINATION,
    MEASURE,
    NORRBY,
    PHYSICIAN,
    REGION,
    SODERBY,
    SPECIALIST,
    VENTILATOR,
    Staff,
    agreed,
    facts,
    named,
    needed,
    sip,
    stated,
)
from play.story import Story
from play.views import Case, held, look, principals, responsible

MAN, NEIGHBOUR, THIRD = "197512019873", "198008089818", "195504049809"
"""Born 1 December 1975, 8 August 1980 and 4 April 1955."""
MAY, JANUARY = "2018-05-01", "2019-01-01"
CARE = {"key": VENTILATOR["key"], "performer": "municipality"}


def d7(story: Story, cast: Cast) -> Sequence[Case]:
    """Carry D7 through, and say which cases it made."""
    staff = Staff.of(cast)
    case = _need(story, staff)
    _coming_home(story, staff, case)
    _independent_duty(story, cast, staff, case)
    variant = _primary_care(story, staff)
    late = _late(story, staff)
    _may(story, staff, case, variant)
    _january(story, staff, case)
    return case, variant, late


def _need(story: Story, staff: Staff) -> Case:
    story.heading("The need, and who is in the target group")
    story.on("2018-04-23 09:00")
    nurse = staff.specialist_nurse
    step = story.step(nurse, "raises the need of a man on a ventilator, whom the clinic goes on treating, with LSS")
    patient_id = patient(step, nurse, MAN)
    wanted = (VENTILATOR, MEASURE, COORDINATION)
    case = needed(step, nurse, patient_id, *wanted, municipality=NORRBY, treated_by="specialised")
    performers = responsible(nurse, case, "2018-04-24T12:00:00+02:00")
    step.expect(
        "who performs the ventilator care while nobody has taken it over", REGION, performers[VENTILATOR["key"]]
    )
    step = story.step(nurse, "weighs the target group")
    said = step.done(nurse.act(f"{case.path}/evaluate-criteria", facts=facts(ventilator=True))).body
    verdicts = said["events"][0]["content"]["verdicts"]
    met = [one["rule"] for one in verdicts if one["met"]]
    step.expect_in_order("rules that are met", ["GAV-4-1", "GAV-4-2"], met)
    return case


def _coming_home(story: Story, staff: Staff, case: Case) -> None:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.heading("SIP, risk analysis, checklist")
    story.on("2018-05-14 09:00")
    step = story.step(municipal, "proposes the enrolment, and starts it without a SIP")
    step.done(municipal.act(f"{case.path}/propose-enrolment"))
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "SIP_REQUIRED", rule="GAV-6-5", where="sip", status=409)
    step = story.step(nurse, "writes the SIP at a meeting with all concerned")
    wanted = ((VENTILATOR, "municipality"), (MEASURE, "municipality"), (COORDINATION, "region"))
    plan = sip(step, staff, case, *(one | {"performer": by} for one, by in wanted))
    named(step, staff, case, plan)
    step = story.step(staff.specialist, "agrees, with no designated physician")
    answer = staff.specialist.act(f"{case.path}/agree-plan", plan=plan)
    step.refused(answer, "PLAN_CONTENT_MISSING", rule="GAV-2-10", where="coordinating-physician", status=422)
    step = story.step(staff.specialist, "names himself: treatment is the clinic's, and coordination primary care's")
    coordinating = {"plan": plan, "role": "coordinating-physician"}
    answer = staff.specialist.act(f"{case.path}/assign-contact-role", person=SPECIALIST, **coordinating)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="GAV-2-10", where="coordinating-physician", status=403)
    step = story.step(staff.physician, "is designated, at the health centre where he is listed; all agree")
    step.done(staff.physician.act(f"{case.path}/assign-contact-role", person=PHYSICIAN, **coordinating))
    agreed(step, staff, case, plan)
    step = story.step(municipal, "starts without a risk analysis, and without its template")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "PRECONDITION_MISSING", rule="GAV-6-5", where="risk-analysis", status=409)
    answer = stated(nurse, case, "risk-analysis", findings="Strömavbrott: batteri och reservrespirator")
    step.refused(answer, "CONTENT_MISSING", rule="GAV-6-5", where="template", status=422)
    step = story.step(nurse, "makes the risk analysis, by SKL's template")
    step.done(stated(nurse, case, "risk-analysis", template="SKL", findings="Strömavbrott: reservrespirator"))
    step = story.step(nurse, "discharges him from hospital, and the municipality enrols him, without the checklist")
    answer = stated(nurse, case, "hospital-discharge", routine="2018")
    step.refused(answer, "PRECONDITION_MISSING", rule="GAV-2-12", where="checklist-before-discharge", status=409)
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "PRECONDITION_MISSING", rule="GAV-6-1", where="checklist", status=409)
    step = story.step(nurse, "follows the checklist, and discharges him to his home")
    step.done(stated(nurse, case, "checklist", edition="Bilaga 1, 2018"))
    said = step.done(stated(nurse, case, "hospital-discharge", routine="2018")).body
    step.expect("clauses that the discharge cites", ["GAV-6-1", "GAV-6-2"], said["events"][0]["clauses"])
    step = story.step(municipal, "starts the enrolment")
    said = step.done(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", said["enrolment"]["status"])
    _seen(story, staff, case)


def _seen(story: Story, staff: Staff, case: Case) -> None:
    at = "2018-05-15T12:00:00+02:00"
    for person in (staff.nurse, staff.municipal):
        step = story.step(person, "reads who answers, and the plan and the team over FHIR")
        found = held(person, case, at)
        ventilator = found[VENTILATOR["key"]]
        step.expect_in_order(
            "treatment, performer of the ventilator care",
            [REGION, NORRBY],
            [ventilator["treatment"], ventilator["performer"]],
        )
        step.expect("its rule", "GAV-10-6", ventilator["clauses"][0])
        step.expect("performer of the LSS measure", NORRBY, found[MEASURE["key"]]["performer"])
        coordination = found[COORDINATION["key"]]
        step.expect("who coordinates", REGION, coordination["performer"])
        seen = look(person, case)
        step.expect_in_order(
            "EpisodeOfCare, CarePlan, CareTeam",
            ["active", "active", "active"],
            [(one or {}).get("status") for one in (seen.episode, seen.plan, seen.team)],
        )
        step.expect("principals of the team", {REGION, NORRBY}, principals(seen)["CareTeam"])
        members = {one["member"].get("identifier", {}).get("value") for one in (seen.team or {})["participant"]}
        step.expect("the designated physician is in it", True, PHYSICIAN in members)


def _independent_duty(story: Story, cast: Cast, staff: Staff, case: Case) -> None:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.heading("Those who work alone (självständig tjänstgöring)")
    story.on("2018-05-15 08:00")
    duty = {"intervention": VENTILATOR["key"], "performer": CARE_STAFF}
    name = cast.person(CARE_STAFF).name
    step = story.step(municipal, f"lets {name} work alone without introduction (F24)")
    answer = municipal.act(f"{case.path}/perform-intervention", **duty)
    step.refused(answer, "INTRODUCTION_REQUIRED", rule="GAV-7-2", where="introduction", status=409)
    step = story.step(municipal, f"entrusts {name} with the care before any training: flagged")
    said = step.done(municipal.act(f"{case.path}/delegate-task", **duty)).body
    entries = municipal.get(f"{case.path}/timeline").body
    (delegated,) = [one for one in entries if one["event_id"] == said["events"][0]["id"]]
    step.expect("what it goes against", ["GAV-7-1"], delegated["breaches"])
    story.on("2018-05-16 08:00")
    step = story.step(nurse, f"trains {name}, and introduces them with the patient")
    step.done(stated(nurse, case, "training", about=CARE_STAFF, given_by="KTC och lungkliniken"))
    step.done(stated(municipal, case, "introduction", about=CARE_STAFF))
    story.on("2018-05-16 16:00")
    step = story.step(municipal, f"lets {name} work alone")
    said = step.done(municipal.act(f"{case.path}/perform-intervention", **duty)).body
    entries = municipal.get(f"{case.path}/timeline").body
    (performed,) = [one for one in entries if one["event_id"] == said["events"][0]["id"]]
    step.expect("what it goes against", [], performed["breaches"])


def _primary_care(story: Story, staff: Staff) -> Case:
    story.on("2018-04-23 10:00")
    step = story.step(staff.nurse, "raises the need of another, whom the health centre treats")
    patient_id = patient(step, staff.nurse, NEIGHBOUR)
    case = needed(step, staff.nurse, patient_id, VENTILATOR, municipality=NORRBY, treated_by="primary")
    step.done(staff.nurse.act(f"{case.path}/evaluate-criteria", facts=facts(ventilator=True)))
    return case


def _late(story: Story, staff: Staff) -> Case:
    story.on("2018-04-23 11:00")
    step = story.step(staff.specialist_nurse, "raises the need of a third, who lives in Söderby")
    patient_id = patient(step, staff.specialist_nurse, THIRD)
    case = needed(step, staff.specialist_nurse, patient_id, VENTILATOR, municipality=SODERBY, treated_by="specialised")
    step.done(staff.specialist_nurse.act(f"{case.path}/evaluate-criteria", facts=facts(ventilator=True)))
    other, region = staff.elsewhere, staff.coordinator
    story.on("2018-05-31 20:00")
    step = story.step(other, "records the hours of May")
    hours(step, other, case, day="2018-05-31", kind="health-care", treatment_level="specialised", performed="10")
    story.on("2018-06-20 09:00")
    with_rate(step, region, 2018)
    month = opened(step, other, SODERBY, MAY)
    if month.is_new:
        step.done(closed(other, month))
        step = story.step(other, "invoices May")
        step.done(invoice(other, month, "1500.00", {case.id: "10"}))
        story.on("2018-06-26 09:00")
        step = story.step(region, "receives Söderby's invoice on the 26th")
        step.done(region.act(f"{month.path}/receive-invoice"))
    step = story.step(region, "reads Söderby's May")
    expect_settled(step, region, month, total="1500.00", timeliness="late")
    return case


def _may(story: Story, staff: Staff, case: Case, variant: Case) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.heading("May 2018")
    story.on("2018-05-31 21:00")
    step = story.step(
        municipal, "records May: 744 hours planned and 700.0 performed; 100 where the health centre treats"
    )
    hours(
        step,
        municipal,
        case,
        day="2018-05-31",
        kind="health-care",
        treatment_level="specialised",
        planned="744",
        performed="700.0",
    )
    hours(step, municipal, variant, day="2018-05-31", kind="health-care", treatment_level="primary", performed="100")
    story.on("2018-06-18 09:00")
    month = opened(step, municipal, NORRBY, MAY)
    if month.is_new:
        step = story.step(municipal, "closes the hours, and counts on those that were planned")
        answer = closed(municipal, month, hours_of={case.id: "744", variant.id: "100"})
        step.refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=case.id, status=422)
        step = story.step(municipal, "closes them without one of the individuals")
        answer = closed(municipal, month, hours_of={case.id: "700.0"})
        step.refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=variant.id, status=422)
        step = story.step(municipal, "closes the hours that the cases record")
        step.done(closed(municipal, month))
        _invoice(story, staff, month, case, variant)
        story.on("2018-06-25 09:00")
        step = story.step(region, "receives the invoice on the 25th")
        step.done(region.act(f"{month.path}/receive-invoice"))
    step = story.step(region, "reads May")
    told = expect_settled(step, region, month, total="105000.00", timeliness="on-time")
    line, nothing = told["state"]["lines"]
    step.expect_in_order(
        "hours planned, performed and paid for, rate, amount",
        ["744", "700.0", "350.0", "300.00", "105000.00"],
        [
            _plain(line[name]["amount"], as_said)
            for name, as_said in (
                ("planned", "744"),
                ("performed", "700.0"),
                ("reimbursed", "350.0"),
                ("rate", "300.00"),
                ("amount", "105000.00"),
            )
        ],
    )
    step.expect("rules of the amount", {"GAV-10-2", "GAV-10-3", "GAV-10-5"}, set(line["amount"]["clauses"]))
    step.expect("where the health centre treats", "0.00", nothing["amount"]["amount"])
    step.expect("why", ["treatment-level"], nothing["unmet"])
    step.expect("on which rule", ["GAV-10-4"], nothing["reimbursed"]["clauses"])
    (annex,) = told["state"]["invoices"][0]["annex"]
    step.expect("the annex, by individual", line["case"], annex["case"])


def _plain(amount: str, as_said: str) -> str:
    return as_said if float(amount) == float(as_said) else amount


def _invoice(story: Story, staff: Staff, month: Month, case: Case, variant: Case) -> None:
    municipal = staff.municipal
    step = story.step(municipal, "invoices the planned hours (F27)")
    answer = invoice(municipal, month, "111600.00", {case.id: "744"})
    step.refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=case.id, status=422)
    step = story.step(municipal, "invoices what the health centre treats (F27)")
    answer = invoice(municipal, month, "120000.00", {case.id: "700.0", variant.id: "100"})
    step.refused(answer, "NOT_REIMBURSABLE", rule="GAV-10-4", where="treatment-level", status=422)
    step = story.step(municipal, "invoices without the annex's line (F27)")
    answer = invoice(municipal, month, "105000.00", {})
    step.refused(answer, "ANNEX_MISSING", rule="GAV-10-8", where=case.id, status=422)
    step = story.step(municipal, "invoices without the region's reference number")
    answer = invoice(municipal, month, "105000.00", {case.id: "700.0"}, reference=None)
    step.refused(answer, "RECIPIENT_REFERENCE_MISSING", rule="GAV-10-9", where="reference", status=422)
    step = story.step(municipal, "invoices 105 000.00 SEK, with the annex")
    step.done(invoice(municipal, month, "105000.00", {case.id: "700.0"}))


def _january(story: Story, staff: Staff, case: Case) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.heading("January 2019")
    story.on("2019-01-31 21:00")
    step = story.step(municipal, "records January")
    hours(
        step,
        municipal,
        case,
        day="2019-01-31",
        kind="health-care",
        treatment_level="specialised",
        planned="744",
        performed="700.0",
    )
    story.on("2019-02-11 09:00")
    month = opened(step, municipal, NORRBY, JANUARY)
    if month.is_new:
        if not is_published(region, 2019):
            step = story.step(municipal, "closes the hours before the year's rate is published")
            answer = closed(municipal, month)
            step.refused(answer, "RATE_NOT_PUBLISHED", rule="GAV-10-2", where="2019", status=422)
            step = story.step(region, "publishes the rate of 2019, with its index")
            step.done(published(region, 2019))
        step = story.step(municipal, "closes the hours, and invoices them")
        step.done(closed(municipal, month))
        step.done(invoice(municipal, month, "106400.00", {case.id: "700.0"}))
        story.on("2019-02-25 16:00")
        step.done(region.act(f"{month.path}/receive-invoice"))
    step = story.step(region, "reads January")
    told = expect_settled(step, region, month, total="106400.00", timeliness="on-time")
    rate = told["state"]["lines"][0]["rate"]
    step.expect_in_order("rate, and its index", ["304.00"], [rate["amount"]])
    step.expect("its rules", ["GAV-10-2", "GAV-10-5"], rate["clauses"])
    step.expect("the index it follows", True, any("2019" in one for one in rate["inputs"]))
