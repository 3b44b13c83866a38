"""D4, "Rehab only, self-requested, age 9" (catalogue D, ORE 3.4), and the same case on the data of another county."""

from typing import Any

from play.client import Cast, Person
from play.content import CRITERIA, EKEBY, REGION, WOUND_CARE, request
from play.home_care import investigated
from play.people import People, begun, patient, raised, sent
from play.story import Step, Story
from play.views import Case, answering, expect_agreement, expect_hidden, responsible

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


def d4(story: Story, cast: Cast) -> list[Case]:
    """Carry D4 and its variants through, and say which cases they made."""
    therapist, physiotherapist = cast.person(THERAPIST), cast.person(PHYSIOTHERAPIST)
    people = People.of(cast)
    case = _request(story, therapist, physiotherapist)
    other = _elsewhere(story, cast.person(ELSEWHERE))
    nursing = _nursing(story, people, therapist, case)
    plan = _plan(story, therapist, physiotherapist, people, case)
    _ending(story, therapist, physiotherapist, people, case, plan)
    return [case, nursing, other]


def _request(story: Story, therapist: Person, physiotherapist: Person) -> Case:
    story.heading("The request, by telephone")
    story.on("2025-10-06 09:00")
    step = story.step(therapist, "is phoned by the guardian of a boy of 9, and notes the need without a referral")
    said = {"source": "relative", "request": NEED | {"channel": "telephone"}}
    patient_id = patient(step, therapist, CHILD)
    case = raised(step, therapist, patient_id, **said)
    entry = therapist.get(f"{case.path}/timeline").body[0]["content"]
    step.expect_in_order(
        "track, source, channel",
        ["rehabilitation", "relative", "telephone"],
        [entry["track"], entry["source"], entry["request"]["channel"]],
    )
    step = story.step(therapist, "starts the assessment together with the region's physiotherapist; nothing is sent")
    team = [THERAPIST, PHYSIOTHERAPIST]
    step.done(therapist.act(f"{case.path}/start-rehab-assessment", participants=team))
    for person, one in ((therapist, GRIP), (physiotherapist, GAIT)):
        step = story.step(person, f"assesses for the {'municipality' if person is therapist else 'region'}")
        assessed = {"level": "primary", "interventions": [one], "participation": TOOK_PART}
        step.done(person.act(f"{case.path}/record-assessment", **assessed))
    topics = [one["topic"] for one in physiotherapist.get(f"{case.path}/timeline").body]
    step.expect("assessments on record", 2, topics.count("referral.assessment-recorded.v1"))
    step.expect("requests sent", 0, topics.count("referral.sent.v1"))
    step = story.step(therapist, "considers the one criterion: primary level suffices, whatever the age")
    facts = {"primary-level": {"primary_level_suffices": True}}
    verdicts = step.done(therapist.act(f"{case.path}/evaluate-criteria", facts=facts)).body["events"][0]["content"]
    step.expect("met", [True], [one["met"] for one in verdicts["verdicts"]])
    for person in (therapist, physiotherapist):
        step.done(person.act(f"{case.path}/accept-referral"))
    return case


def _elsewhere(story: Story, therapist: Person) -> Case:
    story.heading("The same case on the data of Västmanland")
    story.on("2025-10-06 09:00")
    step = story.step(therapist, "is phoned about the same boy, and notes the need")
    said = {"track": "rehabilitation", "source": "relative", "request": NEED}
    case = raised(step, therapist, patient(step, therapist, CHILD), **said)
    facts = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "handskada"},
        "commissioned": {"commissioned_by_primary_care": True},
    }
    said = step.done(therapist.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    verdicts = said["events"][0]["content"]["verdicts"]
    step.expect("not met", ["age"], [one["criterion"] for one in verdicts if not one["met"]])
    step = story.step(therapist, "tries to have him accepted: the threshold of 18 holds for rehabilitation too (B2)")
    _expect_refused_by_age(step, therapist, case, "VML-2-4")
    step = story.step(therapist, "tries to enrol him without that")
    answer = therapist.act(f"{case.path}/propose-enrolment")
    step.refused(answer, "AGE_NOT_COVERED", rule="VML-2-4", where="region", status=422)
    step = story.step(therapist, "tries to set the age aside")
    answer = therapist.act(f"{case.path}/agree-exception", criterion="age", reason="Han behöver det")
    step.refused(answer, "NO_EXCEPTION_IN_POLICY", rule="VML-2-4", where="age", status=422)
    performers = responsible(therapist, case, "2025-10-06T12:00:00+02:00")
    step.expect("whether the municipality performs", False, AABY in performers.values())
    return case


def _nursing(story: Story, people: People, therapist: Person, rehabilitation: Case) -> Case:
    nurse, municipal = people.nurse, people.municipal
    story.heading("Variant: a nurse-level need the same week")
    story.on("2025-10-08 09:00")
    step = story.step(nurse, "raises and sends a need of wound care for the same boy")
    said = {"track": "primary-care", "municipality": EKEBY, "request": request()}
    case = sent(step, nurse, raised(step, nurse, rehabilitation.patient, **said), EKEBY)
    investigated(step, people, case)
    story.on("2025-10-09 09:00")
    step = story.step(municipal, "considers the five criteria: he is 9")
    said = step.done(municipal.act(f"{case.path}/evaluate-criteria", facts=CRITERIA)).body
    verdicts = said["events"][0]["content"]["verdicts"]
    step.expect("not met", ["age"], [one["criterion"] for one in verdicts if not one["met"]])
    step.done(municipal.act(f"{case.path}/establish-level"))
    for person in (nurse, municipal):
        step = story.step(person, "tries to have him accepted")
        _expect_refused_by_age(step, person, case, "ORE-3.1.1-5")
    held = answering(municipal, case, "2025-10-09T12:00:00+02:00")[WOUND_CARE]
    step.expect_in_order("who treats and who performs", (REGION, REGION), held)
    why = {"criterion": "age", "reason": "Hemsjukvården är redan hos familjen varje vecka"}
    step = story.step(nurse, "agrees to an exception for the region (S19)")
    step.done(nurse.act(f"{case.path}/agree-exception", **why))
    answer = municipal.act(f"{case.path}/accept-referral")
    step.refused(answer, "EXCEPTION_NEEDS_CONSENSUS", rule="ORE-3.1.1-10", where="municipality", status=422)
    step = story.step(municipal, "agrees to it for the municipality: he is accepted")
    said = step.done(municipal.act(f"{case.path}/agree-exception", **why)).body
    step.expect("event", ["referral.criteria-exception-agreed.v1"], [one["topic"] for one in said["events"]])
    step.done(nurse.act(f"{case.path}/accept-referral"))
    said = step.done(municipal.act(f"{case.path}/accept-referral")).body
    step.expect("enrolment", "proposed", said["enrolment"]["status"])
    step = story.step(therapist, "reads the exception in the record")
    (agreed,) = [one for one in therapist.get(f"{case.path}/timeline").body if "exception-agreed" in one["topic"]]
    step.expect("its rule", True, "ORE-3.1.1-10" in agreed["clauses"])
    expect_agreement(step, municipal, case)
    return case


def _expect_refused_by_age(step: Step, person: Person, case: Case, rule: str) -> None:
    """Expect that acceptance is refused by age, and that the refusal names the region, which keeps the care."""
    answer = person.act(f"{case.path}/accept-referral")
    step.refused(answer, "AGE_NOT_COVERED", rule=rule, where="age", status=422)
    step.expect("party that keeps the care", ["region"], [one for one in answer.where if one == "region"])


def _plan(story: Story, therapist: Person, physiotherapist: Person, people: People, case: Case) -> str:
    story.heading("The rehabilitation plan")
    story.on("2025-10-13 10:00")
    step = story.step(therapist, "starts the enrolment without a plan")
    for person in (therapist, physiotherapist):
        step.done(person.act(f"{case.path}/commit-to-enrolment"))
    for aspect in ("competence", "equipment"):
        step.done(therapist.act(f"{case.path}/confirm-readiness", aspect=aspect))
    answer = therapist.act(f"{case.path}/start-enrolment")
    step.refused(answer, "PLAN_REQUIRED", rule="ORE-3.4-9", where="rehab", status=409)
    step = story.step(people.municipal, "tries, as a nurse, to begin the rehabilitation plan")
    answer = people.municipal.act(f"{case.path}/initiate-plan", kind="rehab")
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-9", where="nurse", status=403)
    step = story.step(therapist, "draws up the plan with the boy, his mother and the physiotherapist")
    plan = begun(step, therapist, case, "rehab", [THERAPIST, PHYSIOTHERAPIST], TOOK_PART)
    for one, performer in ((GRIP, "municipality"), (GAIT, "region")):
        planned = one | {"performer": performer, "performer_kind": "own-staff"}
        step.done(therapist.act(f"{case.path}/plan-intervention", plan=plan, intervention=planned))
    said = step.done(therapist.act(f"{case.path}/agree-plan", plan=plan)).body
    step.expect("the plan", "established", said["plans"][-1]["status"])
    step = story.step(therapist, "starts the enrolment")
    said = step.done(therapist.act(f"{case.path}/start-enrolment")).body
    step.expect("enrolment", "active", said["enrolment"]["status"])
    for person in (therapist, physiotherapist):
        step = story.step(person, "reads who performs what, and the plan over FHIR")
        performers = responsible(person, case, "2025-10-13T12:00:00+02:00")
        step.expect_in_order(
            "grip, gait", [EKEBY, REGION], [performers.get("grip-training"), performers.get("gait-training")]
        )
        step.expect("CarePlan", "active", person.read(f"CarePlan/{plan}")["status"])
    return plan


def _ending(story: Story, therapist: Person, physiotherapist: Person, people: People, case: Case, plan: str) -> None:
    story.heading("The end")
    story.on("2026-01-12 10:00")
    done = {"plan": plan, "finding": "Han klär sig själv och går i trappor", "participation": TOOK_PART}
    step = story.step(physiotherapist, "tries to decide that it ends, which another ordered")
    answer = physiotherapist.act(f"{case.path}/follow-up-plan", decision="end", **done)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-11", where="orderer", status=403)
    step = story.step(therapist, "follows up what she ordered, and decides that it ends")
    said = step.done(therapist.act(f"{case.path}/follow-up-plan", decision="end", **done)).body
    step.expect("the plan", "closed", said["plans"][-1]["status"])
    over = {"reason": "Målen är nådda", "participation": TOOK_PART}
    step = story.step(people.municipal, "tries, as a nurse, to discharge him")
    answer = people.municipal.act(f"{case.path}/declare-discharge", **over)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.4-12", where="nurse", status=403)
    step = story.step(therapist, "discharges him: no second party declares anything")
    said = step.done(therapist.act(f"{case.path}/declare-discharge", **over)).body
    step.expect("enrolment", "discharged", said["enrolment"]["status"])
    for person in (therapist, physiotherapist):
        step = story.step(person, "reads the ground of every event, and the plan over FHIR")
        expect_agreement(step, person, case)
        step.expect("CarePlan", "completed", person.read(f"CarePlan/{plan}")["status"])
    step = story.step(people.stranger, "looks for the case from another municipality")
    expect_hidden(step, people.stranger, case)
