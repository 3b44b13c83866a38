"""D4, "Rehab only, self-requested, age 9" (catalogue D, ORE 3.4), and the same case on the data of another county."""

from typing import Any

from play.client import Cast, Professional
from play.content import CRITERIA, EKEBY, REGION, WOUND_CARE, make_request
from play.home_care import assess_need
from play.people import People, begin_plan, find_patient, raise_need, send_referral
from play.story import PlayStep, Story
from play.views import PlayCase, expect_agreement, expect_hidden, name_text, read_parties, read_performers

CHILD = "201603039858"
"""A boy born 3 March 2016: 9 in October 2025."""
THERAPIST, PHYSIOTHERAPIST = "SE2120000001-AT1", "SE2321000000-FT1"
ELSEWHERE, AABY = "SE2120000011-AT1", "SE2120000011-KOMMUN"
TOOK_PART = {"took_part": True, "note": "Pojken och hans mamma har varit med"}
GRIP = {
    "key": "grip-training",
    "text": "Träna grepp och påklädning hemma",
    "profession": "occupational-therapist",
    "kind": "rehabilitative",
}
GAIT = {
    "key": "gait-training",
    "text": "Träna gång och trappor",
    "profession": "physiotherapist",
    "kind": "rehabilitative",
}
NEED: dict[str, Any] = {"need": "Klarar inte på- och avklädning efter en handskada", "interventions": [GRIP, GAIT]}


def d4(story: Story, cast: Cast) -> list[PlayCase]:
    """Carry D4 and its variants through, and return their cases."""
    therapist, physiotherapist = cast.find(THERAPIST), cast.find(PHYSIOTHERAPIST)
    people = People.gather(cast)
    case = _take_request(story, therapist, physiotherapist)
    other = _try_elsewhere(story, cast.find(ELSEWHERE))
    nursing = _request_nursing(story, people, therapist, case)
    plan = _write_plan(story, therapist, physiotherapist, people, case)
    _end_care(story, therapist, physiotherapist, people, case, plan)
    return [case, nursing, other]


def _take_request(story: Story, therapist: Professional, physiotherapist: Professional) -> PlayCase:
    story.print_heading("The request, by telephone")
    story.set_clock("2025-10-06 09:00")
    step = story.begin_step(therapist, "is phoned by the guardian of a boy of 9, and notes the need without a referral")
    content = {"source": "relative", "request": NEED | {"channel": "telephone"}}
    patient_id = find_patient(step, therapist, CHILD)
    case = raise_need(step, therapist, patient_id, **content)
    entry = therapist.get(f"{case.path}/timeline").body[0]["content"]
    step.expect_in_order(
        "track, source, channel",
        ["rehabilitation", "relative", "telephone"],
        [entry["track"], entry["source"], entry["request"]["channel"]],
    )
    step = story.begin_step(
        therapist, "starts the assessment together with the region's physiotherapist; nothing is sent"
    )
    team = [THERAPIST, PHYSIOTHERAPIST]
    step.expect_success(therapist.act(f"{case.path}/start-rehab-assessment", participants=team))
    for person, intervention in ((therapist, GRIP), (physiotherapist, GAIT)):
        step = story.begin_step(person, f"assesses for the {'municipality' if person is therapist else 'region'}")
        assessment = {"level": "primary", "interventions": [intervention], "participation": TOOK_PART}
        step.expect_success(person.act(f"{case.path}/record-assessment", **assessment))
    topics = [entry["topic"] for entry in physiotherapist.get(f"{case.path}/timeline").body]
    step.expect("assessments on record", 2, topics.count("referral.assessment-recorded.v1"))
    step.expect("requests sent", 0, topics.count("referral.sent.v1"))
    step = story.begin_step(therapist, "considers the one criterion: primary level suffices, whatever the age")
    facts = {"primary-level": {"primary_level_suffices": True}}
    body = step.expect_success(therapist.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    step.expect("met", [True], [verdict["met"] for verdict in body["events"][0]["content"]["verdicts"]])
    for person in (therapist, physiotherapist):
        step.expect_success(person.act(f"{case.path}/accept-referral"))
    return case


def _try_elsewhere(story: Story, therapist: Professional) -> PlayCase:
    story.print_heading("The same case on the data of Västmanland")
    story.set_clock("2025-10-06 09:00")
    step = story.begin_step(therapist, "is phoned about the same boy, and notes the need")
    content = {"track": "rehabilitation", "source": "relative", "request": NEED}
    case = raise_need(step, therapist, find_patient(step, therapist, CHILD), **content)
    facts = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "handskada"},
        "commissioned": {"commissioned_by_primary_care": True},
    }
    body = step.expect_success(therapist.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    verdicts = body["events"][0]["content"]["verdicts"]
    step.expect("not met", ["age"], [verdict["criterion"] for verdict in verdicts if not verdict["met"]])
    step = story.begin_step(
        therapist, "tries to have him accepted: the threshold of 18 holds for rehabilitation too (B2)"
    )
    _expect_refused_by_age(step, therapist, case, "VML-2-4")
    step = story.begin_step(therapist, "tries to enrol him without that")
    answer = therapist.act(f"{case.path}/propose-enrolment")
    step.expect_refused(answer, "AGE_NOT_COVERED", rule="VML-2-4", where="region", status=422)
    step = story.begin_step(therapist, "tries to set the age aside")
    answer = therapist.act(f"{case.path}/agree-exception", criterion="age", reason="Han behöver det")
    step.expect_refused(answer, "NO_EXCEPTION_IN_POLICY", rule="VML-2-4", where="age", status=422)
    performers = read_performers(therapist, case, "2025-10-06T12:00:00+02:00")
    step.expect("whether the municipality performs", False, AABY in performers.values())
    return case


def _request_nursing(story: Story, people: People, therapist: Professional, rehabilitation: PlayCase) -> PlayCase:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("Variant: a nurse-level need the same week")
    story.set_clock("2025-10-08 09:00")
    step = story.begin_step(nurse, "raises and sends a need of wound care for the same boy")
    content = {"track": "primary-care", "municipality": EKEBY, "request": make_request()}
    case = send_referral(step, nurse, raise_need(step, nurse, rehabilitation.patient, **content), EKEBY)
    assess_need(step, people, case)
    story.set_clock("2025-10-09 09:00")
    step = story.begin_step(municipal, "considers the five criteria: he is 9")
    body = step.expect_success(municipal.act(f"{case.path}/evaluate-criteria", facts=CRITERIA)).body
    verdicts = body["events"][0]["content"]["verdicts"]
    step.expect("not met", ["age"], [verdict["criterion"] for verdict in verdicts if not verdict["met"]])
    step.expect_success(municipal.act(f"{case.path}/establish-level"))
    for person in (nurse, municipal):
        step = story.begin_step(person, "tries to have him accepted")
        _expect_refused_by_age(step, person, case, "ORE-3.1.1-5")
    parties = read_parties(municipal, case, "2025-10-09T12:00:00+02:00")[WOUND_CARE]
    step.expect_in_order("who treats and who performs", (REGION, REGION), parties)
    exception_content = {"criterion": "age", "reason": "Hemsjukvården är redan hos familjen varje vecka"}
    step = story.begin_step(nurse, "agrees to an exception for the region (S19)")
    step.expect_success(nurse.act(f"{case.path}/agree-exception", **exception_content))
    answer = municipal.act(f"{case.path}/accept-referral")
    step.expect_refused(answer, "EXCEPTION_NEEDS_CONSENSUS", rule="ORE-3.1.1-10", where="municipality", status=422)
    step = story.begin_step(municipal, "agrees to it for the municipality: he is accepted")
    body = step.expect_success(municipal.act(f"{case.path}/agree-exception", **exception_content)).body
    step.expect("event", ["referral.criteria-exception-agreed.v1"], [event["topic"] for event in body["events"]])
    step.expect_success(nurse.act(f"{case.path}/accept-referral"))
    body = step.expect_success(municipal.act(f"{case.path}/accept-referral")).body
    step.expect("enrolment", "proposed", body["enrolment"]["status"])
    step = story.begin_step(therapist, "reads the exception in the record")
    (exception,) = [
        entry for entry in therapist.get(f"{case.path}/timeline").body if "exception-agreed" in entry["topic"]
    ]
    step.expect("its rule", True, "ORE-3.1.1-10" in exception["clauses"])
    expect_agreement(step, municipal, case)
    return case


def _expect_refused_by_age(step: PlayStep, person: Professional, case: PlayCase, rule: str) -> None:
    """Expect that acceptance is refused for the age, and that the refusal names the region, which keeps the care."""
    answer = person.act(f"{case.path}/accept-referral")
    step.expect_refused(answer, "AGE_NOT_COVERED", rule=rule, where="age", status=422)
    step.expect("party that keeps the care", ["region"], [place for place in answer.where if place == "region"])


def _write_plan(
    story: Story, therapist: Professional, physiotherapist: Professional, people: People, case: PlayCase
) -> str:
    story.print_heading("The rehabilitation plan")
    story.set_clock("2025-10-13 10:00")
    step = story.begin_step(therapist, "starts the enrolment without a plan")
    for person in (therapist, physiotherapist):
        step.expect_success(person.act(f"{case.path}/commit-to-enrolment"))
    for aspect in ("competence", "equipment"):
        step.expect_success(therapist.act(f"{case.path}/confirm-readiness", aspect=aspect))
    answer = therapist.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "PLAN_REQUIRED", rule="ORE-3.4-9", where="rehab", status=409)
    step = story.begin_step(people.municipal, "tries, as a nurse, to begin the rehabilitation plan")
    answer = people.municipal.act(f"{case.path}/initiate-plan", kind="rehab")
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-9", where="nurse", status=403)
    step = story.begin_step(therapist, "draws up the plan with the boy, his mother and the physiotherapist")
    plan = begin_plan(step, therapist, case, "rehab", [THERAPIST, PHYSIOTHERAPIST], TOOK_PART)
    for intervention, performer in ((GRIP, "municipality"), (GAIT, "region")):
        line = intervention | {"performer": performer, "performer_kind": "own-staff"}
        step.expect_success(therapist.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    body = step.expect_success(therapist.act(f"{case.path}/agree-plan", **name_text(therapist, plan))).body
    step.expect("the plan", "established", body["plans"][-1]["status"])
    step = story.begin_step(therapist, "starts the enrolment")
    body = step.expect_success(therapist.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", body["enrolment"]["status"])
    for person in (therapist, physiotherapist):
        step = story.begin_step(person, "reads who performs what, and the plan over FHIR")
        performers = read_performers(person, case, "2025-10-13T12:00:00+02:00")
        step.expect_in_order(
            "grip, gait", [EKEBY, REGION], [performers.get("grip-training"), performers.get("gait-training")]
        )
        step.expect("CarePlan", "active", person.read(f"CarePlan/{plan}")["status"])
    return plan


def _end_care(
    story: Story, therapist: Professional, physiotherapist: Professional, people: People, case: PlayCase, plan: str
) -> None:
    story.print_heading("The end")
    story.set_clock("2026-01-12 10:00")
    follow_up = {"plan": plan, "finding": "Han klär sig själv och går i trappor", "participation": TOOK_PART}
    step = story.begin_step(physiotherapist, "tries to decide that it ends, which another ordered")
    answer = physiotherapist.act(f"{case.path}/follow-up-plan", decision="end", **follow_up)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-11", where="orderer", status=403)
    step = story.begin_step(therapist, "follows up what she ordered, and decides that it ends")
    body = step.expect_success(therapist.act(f"{case.path}/follow-up-plan", decision="end", **follow_up)).body
    step.expect("the plan", "closed", body["plans"][-1]["status"])
    discharge = {"reason": "Målen är nådda", "participation": TOOK_PART}
    step = story.begin_step(people.municipal, "tries, as a nurse, to discharge him")
    answer = people.municipal.act(f"{case.path}/declare-discharge", **discharge)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-12", where="nurse", status=403)
    step = story.begin_step(therapist, "discharges him: no second party declares anything")
    body = step.expect_success(therapist.act(f"{case.path}/declare-discharge", **discharge)).body
    step.expect("enrolment", "discharged", body["enrolment"]["status"])
    for person in (therapist, physiotherapist):
        step = story.begin_step(person, "reads the ground of every event, and the plan over FHIR")
        expect_agreement(step, person, case)
        step.expect("CarePlan", "completed", person.read(f"CarePlan/{plan}")["status"])
    step = story.begin_step(people.stranger, "looks for the case from another municipality")
    expect_hidden(step, people.stranger, case)
