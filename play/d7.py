"""D7, "Ventilator, monthly 50 %" (catalogue D, GAV; the rates and the day of the invoice are fixtures)."""

from collections.abc import Sequence

from play.client import Cast
from play.people import find_patient
from play.settlement import (
    MonthLedger,
    close_hours,
    ensure_rate,
    expect_settled,
    has_rate,
    open_month,
    publish_rate,
    record_hours,
    send_invoice,
)
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
    agree_to_plan,
    name_contacts,
    record_statement,
    request_care,
    state_facts,
    write_sip,
)
from play.story import Story
from play.views import PlayCase, name_text, read_holders, read_performers, read_principals, read_resources

MAN, NEIGHBOUR, THIRD = "197512019873", "198008089818", "195504049809"
"""Born 1 December 1975, 8 August 1980 and 4 April 1955."""
MAY, JANUARY = "2018-05-01", "2019-01-01"
CARE = {"key": VENTILATOR["key"], "performer": "municipality"}


def d7(story: Story, cast: Cast) -> Sequence[PlayCase]:
    """Carry D7 through, and return the cases."""
    staff = Staff.gather(cast)
    case = _raise_need(story, staff)
    _bring_home(story, staff, case)
    _entrust_care(story, cast, staff, case)
    variant = _raise_primary_need(story, staff)
    late = _settle_late(story, staff)
    _settle_may(story, staff, case, variant)
    _settle_january(story, staff, case)
    return case, variant, late


def _raise_need(story: Story, staff: Staff) -> PlayCase:
    story.print_heading("The need, and who is in the target group")
    story.set_clock("2018-04-23 09:00")
    nurse = staff.specialist_nurse
    step = story.begin_step(
        nurse, "raises the need of a man on a ventilator, whom the clinic goes on treating, with LSS"
    )
    patient_id = find_patient(step, nurse, MAN)
    interventions = (VENTILATOR, MEASURE, COORDINATION)
    case = request_care(step, nurse, patient_id, *interventions, municipality=NORRBY, treated_by="specialised")
    performers = read_performers(nurse, case, "2018-04-24T12:00:00+02:00")
    step.expect(
        "who performs the ventilator care while nobody has taken it over", REGION, performers[VENTILATOR["key"]]
    )
    step = story.begin_step(nurse, "weighs the target group")
    body = step.expect_success(nurse.act(f"{case.path}/evaluate-criteria", facts=state_facts(ventilator=True))).body
    verdicts = body["events"][0]["content"]["verdicts"]
    met_rules = [verdict["rule"] for verdict in verdicts if verdict["met"]]
    step.expect_in_order("rules that are met", ["GAV-4-1", "GAV-4-2"], met_rules)
    return case


def _bring_home(story: Story, staff: Staff, case: PlayCase) -> None:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.print_heading("SIP, risk analysis, checklist")
    story.set_clock("2018-05-14 09:00")
    step = story.begin_step(municipal, "proposes the enrolment, and starts it without a SIP")
    step.expect_success(municipal.act(f"{case.path}/propose-enrolment"))
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "SIP_REQUIRED", rule="GAV-6-5", where="sip", status=409)
    step = story.begin_step(nurse, "writes the SIP at a meeting with all concerned")
    lines = ((VENTILATOR, "municipality"), (MEASURE, "municipality"), (COORDINATION, "region"))
    plan = write_sip(step, staff, case, *(intervention | {"performer": party} for intervention, party in lines))
    name_contacts(step, staff, case, plan)
    step = story.begin_step(staff.specialist, "agrees, with no designated physician")
    answer = staff.specialist.act(f"{case.path}/agree-plan", **name_text(staff.specialist, plan))
    step.expect_refused(answer, "PLAN_CONTENT_MISSING", rule="GAV-2-10", where="coordinating-physician", status=422)
    step = story.begin_step(
        staff.specialist, "names himself: treatment is the clinic's, and coordination primary care's"
    )
    role = {"plan": plan, "role": "coordinating-physician"}
    answer = staff.specialist.act(f"{case.path}/assign-contact-role", person=SPECIALIST, **role)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="GAV-2-10", where="coordinating-physician", status=403)
    step = story.begin_step(staff.physician, "is designated, at the health centre where he is listed; all agree")
    step.expect_success(staff.physician.act(f"{case.path}/assign-contact-role", person=PHYSICIAN, **role))
    agree_to_plan(step, staff, case, plan)
    step = story.begin_step(municipal, "starts without a risk analysis, and without its template")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "PRECONDITION_MISSING", rule="GAV-6-5", where="risk-analysis", status=409)
    answer = record_statement(nurse, case, "risk-analysis", findings="Strömavbrott: batteri och reservrespirator")
    step.expect_refused(answer, "CONTENT_MISSING", rule="GAV-6-5", where="template", status=422)
    step = story.begin_step(nurse, "makes the risk analysis, by SKL's template")
    step.expect_success(
        record_statement(nurse, case, "risk-analysis", template="SKL", findings="Strömavbrott: reservrespirator")
    )
    step = story.begin_step(
        nurse, "discharges him from hospital, and the municipality enrols him, without the checklist"
    )
    answer = record_statement(nurse, case, "hospital-discharge", routine="2018")
    step.expect_refused(answer, "PRECONDITION_MISSING", rule="GAV-2-12", where="checklist-before-discharge", status=409)
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "PRECONDITION_MISSING", rule="GAV-6-1", where="checklist", status=409)
    step = story.begin_step(nurse, "follows the checklist, and discharges him to his home")
    step.expect_success(record_statement(nurse, case, "checklist", edition="Bilaga 1, 2018"))
    body = step.expect_success(record_statement(nurse, case, "hospital-discharge", routine="2018")).body
    step.expect("clauses that the discharge cites", ["GAV-6-1", "GAV-6-2"], body["events"][0]["clauses"])
    step = story.begin_step(municipal, "starts the enrolment")
    body = step.expect_success(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", body["enrolment"]["status"])
    _read_holders(story, staff, case)


def _read_holders(story: Story, staff: Staff, case: PlayCase) -> None:
    at = "2018-05-15T12:00:00+02:00"
    for person in (staff.nurse, staff.municipal):
        step = story.begin_step(person, "reads who answers, and the plan and the team over FHIR")
        holders = read_holders(person, case, at)
        ventilator = holders[VENTILATOR["key"]]
        step.expect_in_order(
            "treatment, performer of the ventilator care",
            [REGION, NORRBY],
            [ventilator["treatment"], ventilator["performer"]],
        )
        step.expect("its rule", "GAV-10-6", ventilator["clauses"][0])
        step.expect("its employer", NORRBY, ventilator["employer"])
        step.expect("performer of the LSS measure", NORRBY, holders[MEASURE["key"]]["performer"])
        coordination = holders[COORDINATION["key"]]
        step.expect("who coordinates", REGION, coordination["performer"])
        resources = read_resources(person, case)
        step.expect_in_order(
            "EpisodeOfCare, CarePlan, CareTeam",
            ["active", "active", "active"],
            [(resource or {}).get("status") for resource in (resources.episode, resources.plan, resources.team)],
        )
        step.expect("principals of the team", {REGION, NORRBY}, read_principals(resources)["CareTeam"])
        members = {
            participant["member"].get("identifier", {}).get("value")
            for participant in (resources.team or {})["participant"]
        }
        step.expect("the designated physician is in it", True, PHYSICIAN in members)


def _entrust_care(story: Story, cast: Cast, staff: Staff, case: PlayCase) -> None:
    nurse, municipal = staff.specialist_nurse, staff.municipal
    story.print_heading("Those who work alone (självständig tjänstgöring)")
    story.set_clock("2018-05-15 08:00")
    duty = {"intervention": VENTILATOR["key"], "performer": CARE_STAFF}
    name = cast.find(CARE_STAFF).name
    step = story.begin_step(municipal, f"lets {name} work alone without introduction (F24)")
    answer = municipal.act(f"{case.path}/perform-intervention", **duty)
    step.expect_refused(answer, "INTRODUCTION_REQUIRED", rule="GAV-7-2", where="introduction", status=409)
    step = story.begin_step(municipal, f"entrusts {name} with the care before any training: flagged")
    body = step.expect_success(municipal.act(f"{case.path}/delegate-task", last_day="2018-11-14", **duty)).body
    entries = municipal.get(f"{case.path}/timeline").body
    (delegation,) = [entry for entry in entries if entry["event_id"] == body["events"][0]["id"]]
    step.expect("what it goes against", ["GAV-7-1"], delegation["breaches"])
    story.set_clock("2018-05-16 08:00")
    step = story.begin_step(nurse, f"trains {name}, and introduces them with the patient")
    step.expect_success(record_statement(nurse, case, "training", about=CARE_STAFF, given_by="KTC och lungkliniken"))
    step.expect_success(record_statement(municipal, case, "introduction", about=CARE_STAFF))
    story.set_clock("2018-05-16 16:00")
    step = story.begin_step(municipal, f"lets {name} work alone")
    body = step.expect_success(municipal.act(f"{case.path}/perform-intervention", **duty)).body
    entries = municipal.get(f"{case.path}/timeline").body
    (performance,) = [entry for entry in entries if entry["event_id"] == body["events"][0]["id"]]
    step.expect("what it goes against", [], performance["breaches"])


def _raise_primary_need(story: Story, staff: Staff) -> PlayCase:
    story.set_clock("2018-04-23 10:00")
    step = story.begin_step(staff.nurse, "raises the need of another, whom the health centre treats")
    patient_id = find_patient(step, staff.nurse, NEIGHBOUR)
    case = request_care(step, staff.nurse, patient_id, VENTILATOR, municipality=NORRBY, treated_by="primary")
    step.expect_success(staff.nurse.act(f"{case.path}/evaluate-criteria", facts=state_facts(ventilator=True)))
    return case


def _settle_late(story: Story, staff: Staff) -> PlayCase:
    story.set_clock("2018-04-23 11:00")
    step = story.begin_step(staff.specialist_nurse, "raises the need of a third, who lives in Söderby")
    patient_id = find_patient(step, staff.specialist_nurse, THIRD)
    case = request_care(
        step, staff.specialist_nurse, patient_id, VENTILATOR, municipality=SODERBY, treated_by="specialised"
    )
    step.expect_success(
        staff.specialist_nurse.act(f"{case.path}/evaluate-criteria", facts=state_facts(ventilator=True))
    )
    other, region = staff.elsewhere, staff.coordinator
    story.set_clock("2018-05-31 20:00")
    step = story.begin_step(other, "records the hours of May")
    record_hours(step, other, case, day="2018-05-31", kind="health-care", treatment_level="specialised", performed="10")
    story.set_clock("2018-06-20 09:00")
    ensure_rate(step, region, 2018)
    month = open_month(step, other, SODERBY, MAY)
    if month.is_new:
        step.expect_success(close_hours(other, month))
        step = story.begin_step(other, "invoices May")
        step.expect_success(send_invoice(other, month, "1500.00", {case.id: "10"}))
        story.set_clock("2018-06-26 09:00")
        step = story.begin_step(region, "receives Söderby's invoice on the 26th")
        step.expect_success(region.act(f"{month.path}/receive-invoice"))
    step = story.begin_step(region, "reads Söderby's May")
    expect_settled(step, region, month, total="1500.00", timeliness="late")
    return case


def _settle_may(story: Story, staff: Staff, case: PlayCase, variant: PlayCase) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.print_heading("May 2018")
    story.set_clock("2018-05-31 21:00")
    step = story.begin_step(
        municipal, "records May: 744 hours planned and 700.0 performed; 100 where the health centre treats"
    )
    record_hours(
        step,
        municipal,
        case,
        day="2018-05-31",
        kind="health-care",
        treatment_level="specialised",
        planned="744",
        performed="700.0",
    )
    record_hours(
        step, municipal, variant, day="2018-05-31", kind="health-care", treatment_level="primary", performed="100"
    )
    story.set_clock("2018-06-18 09:00")
    month = open_month(step, municipal, NORRBY, MAY)
    if month.is_new:
        step = story.begin_step(municipal, "closes the hours, and counts on those that were planned")
        answer = close_hours(municipal, month, hours_of={case.id: "744", variant.id: "100"})
        step.expect_refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=case.id, status=422)
        step = story.begin_step(municipal, "closes them without one of the individuals")
        answer = close_hours(municipal, month, hours_of={case.id: "700.0"})
        step.expect_refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=variant.id, status=422)
        step = story.begin_step(municipal, "closes the hours that the cases record")
        step.expect_success(close_hours(municipal, month))
        _invoice_may(story, staff, month, case, variant)
        story.set_clock("2018-06-25 09:00")
        step = story.begin_step(region, "receives the invoice on the 25th")
        step.expect_success(region.act(f"{month.path}/receive-invoice"))
    _read_may(story, staff, month)


def _read_may(story: Story, staff: Staff, month: MonthLedger) -> None:
    region = staff.coordinator
    step = story.begin_step(region, "reads May")
    settlement = expect_settled(step, region, month, total="105000.00", timeliness="on-time")
    line, nothing = settlement["state"]["lines"]
    step.expect_in_order(
        "hours planned, performed and paid for, rate, amount",
        ["744", "700.0", "350.0", "300.00", "105000.00"],
        [
            _shorten(line[name]["amount"], shown)
            for name, shown in (
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
    (annex,) = settlement["state"]["invoices"][0]["annex"]
    step.expect("the annex, by individual", line["case"], annex["case"])


def _shorten(amount: str, shown: str) -> str:
    return shown if float(amount) == float(shown) else amount


def _invoice_may(story: Story, staff: Staff, month: MonthLedger, case: PlayCase, variant: PlayCase) -> None:
    municipal = staff.municipal
    step = story.begin_step(municipal, "invoices the planned hours (F27)")
    answer = send_invoice(municipal, month, "111600.00", {case.id: "744"})
    step.expect_refused(answer, "NOT_PERFORMED", rule="GAV-10-3", where=case.id, status=422)
    step = story.begin_step(municipal, "invoices what the health centre treats (F27)")
    answer = send_invoice(municipal, month, "120000.00", {case.id: "700.0", variant.id: "100"})
    step.expect_refused(answer, "NOT_REIMBURSABLE", rule="GAV-10-4", where="treatment-level", status=422)
    step = story.begin_step(municipal, "invoices without the annex's line (F27)")
    answer = send_invoice(municipal, month, "105000.00", {})
    step.expect_refused(answer, "ANNEX_MISSING", rule="GAV-10-8", where=case.id, status=422)
    step = story.begin_step(municipal, "invoices without the region's reference number")
    answer = send_invoice(municipal, month, "105000.00", {case.id: "700.0"}, reference=None)
    step.expect_refused(answer, "RECIPIENT_REFERENCE_MISSING", rule="GAV-10-9", where="reference", status=422)
    step = story.begin_step(municipal, "invoices 105 000.00 SEK, with the annex")
    step.expect_success(send_invoice(municipal, month, "105000.00", {case.id: "700.0"}))


def _settle_january(story: Story, staff: Staff, case: PlayCase) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.print_heading("January 2019")
    story.set_clock("2019-01-31 21:00")
    step = story.begin_step(municipal, "records January")
    record_hours(
        step,
        municipal,
        case,
        day="2019-01-31",
        kind="health-care",
        treatment_level="specialised",
        planned="744",
        performed="700.0",
    )
    story.set_clock("2019-02-11 09:00")
    month = open_month(step, municipal, NORRBY, JANUARY)
    if month.is_new:
        if not has_rate(region, 2019):
            step = story.begin_step(municipal, "closes the hours before the year's rate is published")
            answer = close_hours(municipal, month)
            step.expect_refused(answer, "RATE_NOT_PUBLISHED", rule="GAV-10-2", where="2019", status=422)
            step = story.begin_step(region, "publishes the rate of 2019, with its index")
            step.expect_success(publish_rate(region, 2019))
        step = story.begin_step(municipal, "closes the hours, and invoices them")
        step.expect_success(close_hours(municipal, month))
        step.expect_success(send_invoice(municipal, month, "106400.00", {case.id: "700.0"}))
        story.set_clock("2019-02-25 16:00")
        step.expect_success(region.act(f"{month.path}/receive-invoice"))
    step = story.begin_step(region, "reads January")
    settlement = expect_settled(step, region, month, total="106400.00", timeliness="on-time")
    rate = settlement["state"]["lines"][0]["rate"]
    step.expect_in_order("rate, and its index", ["304.00"], [rate["amount"]])
    step.expect("its rules", ["GAV-10-2", "GAV-10-5"], rate["clauses"])
    step.expect("the index it follows", True, any("2019" in source for source in rate["inputs"]))
