"""D6, "Threshold departure" (catalogue D, VML; the date is a fixture)."""

from play.client import Cast, Person
from play.people import patient, raised, sent
from play.story import Story
from play.threshold import AABY, COUNTY_NURSE, FACTS, INJECTION, NURSE, PHYSICIAN, STRANGER, planned
from play.views import Case, look, responsible

WOMAN = "196706069827"
"""Born 6 June 1967: 45 in September 2012."""
REACHES = {"reaches_alone": False, "reaches_with_support": True, "cause": "svår social fobi"}
REASON = "Hon klarar inte att vistas bland andra; besöken på vårdcentralen har avbrutits tre gånger"


def d6(story: Story, cast: Cast) -> Case:
    """Carry D6 through, and say which case it made."""
    nurse, municipal = cast.person(COUNTY_NURSE), cast.person(NURSE)
    case = _threshold(story, nurse, municipal)
    _departure(story, municipal, case)
    _roles(story, cast, municipal, case)
    _seen(story, cast, nurse, municipal, case)
    return case


def _threshold(story: Story, nurse: Person, municipal: Person) -> Case:
    story.heading("The threshold (tröskelprincipen)")
    story.on("2012-09-10 09:00")
    step = story.step(nurse, "finds the patient, a woman of 45 with severe social phobia")
    patient_id = patient(step, nurse, WOMAN)
    step = story.step(nurse, "raises the need of injections at home, and sends it; nothing is prescribed of that (V2)")
    request = {"need": "Injektion var fjärde vecka", "interventions": [INJECTION]}
    case = raised(step, nurse, patient_id, track="home-care", municipality=AABY, request=request)
    case = sent(step, nurse, case, AABY)
    step.expect("clauses that the sending stands on", [], nurse.get(f"{case.path}/timeline").body[-1]["clauses"])
    step = story.step(municipal, "weighs the criteria: she reaches the health centre with support")
    said = step.done(municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS | {"threshold": REACHES})).body
    verdicts = said["events"][0]["content"]["verdicts"]
    step.expect("criteria that are not met", ["threshold"], [one["criterion"] for one in verdicts if not one["met"]])
    step = story.step(municipal, "tries to enrol her as she is")
    answer = municipal.act(f"{case.path}/accept-referral")
    step.refused(answer, "CRITERION_NOT_MET", rule="VML-4-2", where="threshold", status=422)
    return case


def _departure(story: Story, municipal: Person, case: Case) -> None:
    story.heading("The departure (avsteg)")
    story.on("2012-09-11 10:00")
    asked = {"criterion": "threshold", "reason": REASON}
    step = story.step(municipal, "departs on the ground convenience (F28)")
    answer = municipal.act(f"{case.path}/grant-departure", ground="convenience", **asked)
    step.refused(answer, "EXCEPTION_GROUND_INVALID", rule="VML-4-3", status=422)
    step = story.step(municipal, "departs without a reason (F28)")
    answer = municipal.act(f"{case.path}/grant-departure", criterion="threshold", ground="social-situation")
    step.expect("refused", 422, answer.status)
    step = story.step(municipal, "departs on the ground social situation, with the reason")
    step.done(municipal.act(f"{case.path}/grant-departure", ground="social-situation", **asked))
    step = story.step(municipal, "accepts alone: nothing here takes both (V2)")
    said = step.done(municipal.act(f"{case.path}/accept-referral")).body
    step.expect("enrolment", "proposed", said["enrolment"]["status"])


def _roles(story: Story, cast: Cast, municipal: Person, case: Case) -> None:
    story.heading("Planning, and those who are responsible")
    story.on("2012-09-12 13:00")
    step = story.step(municipal, "starts the enrolment without a plan (F15)")
    step.refused(municipal.act(f"{case.path}/start-enrolment"), "PLAN_REQUIRED", rule="VML-3-2", status=409)
    step = story.step(municipal, "writes the care plan, after planning with her")
    plan = planned(step, municipal, case, INJECTION)
    step.done(municipal.act(f"{case.path}/agree-plan", plan=plan))
    step = story.step(municipal, "starts with neither responsible physician nor nurse")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "ROLE_MISSING", rule="VML-5-6", where="responsible-physician", status=409)
    step = story.step(municipal, "opens the plan, and names herself; the health centre names its physician")
    step.done(municipal.act(f"{case.path}/revise-plan", plan=plan, reason="Ansvariga saknas"))
    nurse = {"plan": plan, "role": "nursing-responsible", "person": NURSE}
    physician = {"plan": plan, "role": "responsible-physician", "person": PHYSICIAN}
    step.done(cast.person(COUNTY_NURSE).act(f"{case.path}/assign-contact-role", **physician))
    step = story.step(municipal, "starts with the physician alone")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "ROLE_MISSING", rule="VML-6-2", where="nursing-responsible", status=409)
    step.done(municipal.act(f"{case.path}/assign-contact-role", **nurse))
    step.done(municipal.act(f"{case.path}/agree-plan", plan=plan))
    step = story.step(municipal, "starts the enrolment")
    said = step.done(municipal.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", said["enrolment"]["status"])


def _seen(story: Story, cast: Cast, nurse: Person, municipal: Person, case: Case) -> None:
    story.heading("What is seen")
    story.on("2012-10-01 08:00")
    for person in (nurse, municipal):
        step = story.step(person, "reads who answers, and the exception on the record")
        step.expect("performer", {"injection": AABY}, responsible(person, case, "2012-09-30T12:00:00Z"))
        entries = person.get(f"{case.path}/timeline").body
        (departure,) = [one for one in entries if one["topic"].startswith("referral.departure")]
        step.expect("its ground", "social-situation", departure["content"]["ground"])
        step.expect("its rule", True, "VML-4-3" in departure["clauses"])
        provenance = person.read(f"Provenance/{departure['event_id']}")
        step.expect("over FHIR: its rule", True, any(one.endswith("VML-4-3") for one in provenance["policy"]))
        step.expect("over FHIR: its reason", [REASON], [one["text"] for one in provenance["reason"]])
        step.expect("over FHIR: EpisodeOfCare", "active", look(person, case).episode["status"])
        step.expect("versions that the entries cite", 1, len({one["agreement"] for one in entries}))
    step = story.step(municipal, "asks about discharge: the agreement says nothing of who ends it (V5)")
    over = {"reason": "Hon klarar vårdcentralen", "participation": {"took_part": True, "note": "Vill det själv"}}
    said = step.done(municipal.act(f"{case.path}/declare-discharge", **over)).body
    step.expect("enrolment", "discharged", said["enrolment"]["status"])
    step = story.step(cast.person(STRANGER), "looks for the case from another municipality")
    step.expect("timeline", 404, cast.person(STRANGER).get(f"{case.path}/timeline").status)
