"""D6, "Threshold departure" (catalogue D, VML; the date is a fixture)."""

from play.client import Cast, Professional
from play.people import find_patient, raise_need, send_referral
from play.story import Story
from play.threshold import AABY, COUNTY_NURSE, FACTS, INJECTION, NURSE, PHYSICIAN, STRANGER, write_plan
from play.views import PlayCase, name_text, read_performers, read_resources

WOMAN = "196706069827"
"""Born 6 June 1967: 45 in September 2012."""
REACHES = {"reaches_alone": False, "reaches_with_support": True, "cause": "svår social fobi"}
REASON = "Hon klarar inte att vistas bland andra; besöken på vårdcentralen har avbrutits tre gånger"


def d6(story: Story, cast: Cast) -> PlayCase:
    """Carry D6 through, and return the case."""
    nurse, municipal = cast.find(COUNTY_NURSE), cast.find(NURSE)
    case = _weigh_threshold(story, nurse, municipal)
    _depart(story, municipal, case)
    _name_roles(story, cast, municipal, case)
    _read_record(story, cast, nurse, municipal, case)
    return case


def _weigh_threshold(story: Story, nurse: Professional, municipal: Professional) -> PlayCase:
    story.print_heading("The threshold (tröskelprincipen)")
    story.set_clock("2012-09-10 09:00")
    step = story.begin_step(nurse, "finds the patient, a woman of 45 with severe social phobia")
    patient_id = find_patient(step, nurse, WOMAN)
    step = story.begin_step(
        nurse, "raises the need of injections at home, and sends it; nothing is prescribed of that (V2)"
    )
    request = {"need": "Injektion var fjärde vecka", "interventions": [INJECTION]}
    case = raise_need(step, nurse, patient_id, track="home-care", municipality=AABY, request=request)
    case = send_referral(step, nurse, case, AABY)
    step.expect("clauses that the sending stands on", [], nurse.get(f"{case.path}/timeline").body[-1]["clauses"])
    step = story.begin_step(municipal, "weighs the criteria: she reaches the health centre with support")
    body = step.expect_success(
        municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS | {"threshold": REACHES})
    ).body
    verdicts = body["events"][0]["content"]["verdicts"]
    step.expect(
        "criteria that are not met", ["threshold"], [verdict["criterion"] for verdict in verdicts if not verdict["met"]]
    )
    step = story.begin_step(municipal, "tries to enrol her as she is")
    answer = municipal.act(f"{case.path}/accept-referral")
    step.expect_refused(answer, "CRITERION_NOT_MET", rule="VML-4-2", where="threshold", status=422)
    return case


def _depart(story: Story, municipal: Professional, case: PlayCase) -> None:
    story.print_heading("The departure (avsteg)")
    story.set_clock("2012-09-11 10:00")
    content = {"criterion": "threshold", "reason": REASON}
    step = story.begin_step(municipal, "departs on the ground convenience (F28)")
    answer = municipal.act(f"{case.path}/grant-departure", ground="convenience", **content)
    step.expect_refused(answer, "EXCEPTION_GROUND_INVALID", rule="VML-4-3", status=422)
    step = story.begin_step(municipal, "departs without a reason (F28)")
    answer = municipal.act(f"{case.path}/grant-departure", criterion="threshold", ground="social-situation")
    step.expect("refused", 422, answer.status)
    step = story.begin_step(municipal, "departs on the ground social situation, with the reason")
    step.expect_success(municipal.act(f"{case.path}/grant-departure", ground="social-situation", **content))
    step = story.begin_step(municipal, "accepts alone: nothing here takes both (V2)")
    body = step.expect_success(municipal.act(f"{case.path}/accept-referral")).body
    step.expect("enrolment", "proposed", body["enrolment"]["status"])


def _name_roles(story: Story, cast: Cast, municipal: Professional, case: PlayCase) -> None:
    story.print_heading("Planning, and those who are responsible")
    story.set_clock("2012-09-12 13:00")
    step = story.begin_step(municipal, "starts the enrolment without a plan (F15)")
    step.expect_refused(municipal.act(f"{case.path}/start-enrolment"), "PLAN_REQUIRED", rule="VML-3-2", status=409)
    step = story.begin_step(municipal, "writes the care plan, after planning with her")
    plan = write_plan(step, municipal, case, INJECTION)
    step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan)))
    step = story.begin_step(municipal, "starts with neither responsible physician nor nurse")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "ROLE_MISSING", rule="VML-5-6", where="responsible-physician", status=409)
    step = story.begin_step(municipal, "opens the plan, and names herself; the health centre names its physician")
    step.expect_success(municipal.act(f"{case.path}/revise-plan", plan=plan, reason="Ansvariga saknas"))
    nurse_role = {"plan": plan, "role": "nursing-responsible", "person": NURSE}
    physician_role = {"plan": plan, "role": "responsible-physician", "person": PHYSICIAN}
    step.expect_success(cast.find(COUNTY_NURSE).act(f"{case.path}/assign-contact-role", **physician_role))
    step = story.begin_step(municipal, "starts with the physician alone")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "ROLE_MISSING", rule="VML-6-2", where="nursing-responsible", status=409)
    step.expect_success(municipal.act(f"{case.path}/assign-contact-role", **nurse_role))
    step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan)))
    step = story.begin_step(municipal, "starts the enrolment")
    body = step.expect_success(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", body["enrolment"]["status"])


def _read_record(story: Story, cast: Cast, nurse: Professional, municipal: Professional, case: PlayCase) -> None:
    story.print_heading("What is seen")
    story.set_clock("2012-10-01 08:00")
    for person in (nurse, municipal):
        step = story.begin_step(person, "reads who answers, and the exception on the record")
        step.expect("performer", {"injection": AABY}, read_performers(person, case, "2012-09-30T12:00:00Z"))
        entries = person.get(f"{case.path}/timeline").body
        (departure,) = [entry for entry in entries if entry["topic"].startswith("referral.departure")]
        step.expect("its ground", "social-situation", departure["content"]["ground"])
        step.expect("its rule", True, "VML-4-3" in departure["clauses"])
        provenance = person.read(f"Provenance/{departure['event_id']}")
        step.expect("over FHIR: its rule", True, any(clause.endswith("VML-4-3") for clause in provenance["policy"]))
        step.expect("over FHIR: its reason", [REASON], [reason["text"] for reason in provenance["reason"]])
        step.expect("over FHIR: EpisodeOfCare", "active", read_resources(person, case).episode["status"])
        step.expect("versions that the entries cite", 1, len({entry["agreement"] for entry in entries}))
    step = story.begin_step(municipal, "asks about discharge: the agreement says nothing of who ends it (V5)")
    discharge = {"reason": "Hon klarar vårdcentralen", "participation": {"took_part": True, "note": "Vill det själv"}}
    body = step.expect_success(municipal.act(f"{case.path}/declare-discharge", **discharge)).body
    step.expect("enrolment", "discharged", body["enrolment"]["status"])
    step = story.begin_step(cast.find(STRANGER), "looks for the case from another municipality")
    step.expect("timeline", 404, cast.find(STRANGER).get(f"{case.path}/timeline").status)
