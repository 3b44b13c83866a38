"""D10, "Moving to SÄBO" (catalogue D, ORE with INF/SKR checks), and special housing on the data of another county."""

from play import severe_illness
from play.client import Cast, Person
from play.content import EKEBY, PHYSICIAN, REGION, assessment, request
from play.home_care import SEVERAL, accepted, investigated, joint_plan, started
from play.people import People, patient, raised, sent
from play.story import Step, Story
from play.views import Case, due, expect_agreement, expect_hidden, held, look

MAN = "198008089818"
"""Born 8 August 1980: 45 in November 2025."""
SETTING = "special"
NURSING = {"key": "drug-support", "text": "Hjälp med läkemedel varje dag", "profession": "nurse"}
AID = {
    "key": "planner",
    "text": "Utprovning av och träning med planeringshjälpmedel",
    "profession": "occupational-therapist",
    "category": "cognitive-aid",
}
PHYSICIANS = {"key": "physician-follow-up", "text": "Läkares uppföljning", "profession": "physician"}
BEFORE, AFTER = "2025-11-02T12:00:00+01:00", "2025-11-03T12:00:00+01:00"


def d10(story: Story, cast: Cast) -> list[Case]:
    """Carry D10 through, and say which cases it made."""
    people = People.of(cast)
    case, plan = _at_home(story, people)
    _moving(story, people, case, plan)
    _physician(story, people, case, plan)
    elsewhere = _target_group(story, severe_illness.Staff.of(cast))
    return [case, elsewhere]


def _at_home(story: Story, people: People) -> tuple[Case, str]:
    nurse, municipal = people.nurse, people.municipal
    story.heading("At home, in psychiatric outpatient care")
    story.on("2025-09-15 09:00")
    step = story.step(nurse, "raises and sends the need of a man who is enrolled in psychiatric outpatient care")
    said = {"municipality": EKEBY, "setting": "ordinary", "request": request(interventions=[NURSING])}
    case = raised(step, nurse, patient(step, nurse, MAN), **said)
    step.done(nurse.act(f"{case.path}/record-circumstance", circumstance="psychiatric-outpatient"))
    case = sent(step, nurse, case, EKEBY)
    step = story.step(
        municipal, "assesses with the health centre; he has a cognitive aid as well, which is psychiatry's"
    )
    parties = ((NURSING, "municipality"), (AID, "region"), (PHYSICIANS, "region"))
    investigated(step, people, case, *(one | {"party": party} for one, party in parties))
    accepted(step, people, case)
    _expect_answer(step, municipal, case, "2025-09-15T12:00:00+02:00", AID, (REGION, REGION), "ORE-3.4.1-1")
    step = story.step(municipal, "tries to plan the aid for the municipality")
    planned = [one | SEVERAL | {"performer": party} for one, party in parties]
    plan = joint_plan(step, people, case, *planned, follow_up="2025-12-01")
    asked = AID | SEVERAL | {"key": "timer", "performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=asked)
    step.refused(answer, "NOT_MUNICIPAL", rule="ORE-3.4.1-1", where="timer", status=422)
    step = story.step(municipal, "agrees to the plan, and enrols him")
    step.done(municipal.act(f"{case.path}/agree-plan", plan=plan))
    started(step, people, case)
    for person in (nurse, municipal):
        step = story.step(person, "reads who answers at home")
        now = "2025-09-16T12:00:00+02:00"
        _expect_answer(step, person, case, now, AID, (REGION, REGION), "ORE-3.4.1-1")
        _expect_answer(step, person, case, now, NURSING, (EKEBY, EKEBY), "ORE-1.2-2")
    return case, plan


def _expect_answer(
    step: Step,
    person: Person,
    case: Case,
    at: str,
    intervention: dict[str, str],
    expected: tuple[str, str],
    rule: str,
) -> None:
    """Expect who treats and performs, and on which rule."""
    found = held(person, case, at)[intervention["key"]]
    step.expect_in_order(
        f"who treats and performs {intervention['key']}", expected, (found["treatment"], found["performer"])
    )
    step.expect("rule", True, rule in found["clauses"])


def _moving(story: Story, people: People, case: Case, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The move")
    story.on("2025-11-03 09:00")
    step = story.step(municipal, "records that he moves to special housing today")
    move = {"moved_on": "2025-11-03", "to": SETTING}
    said = step.done(municipal.act(f"{case.path}/record-move", occurred_at="2025-11-03T00:00:00+01:00", **move)).body
    step.expect("enrolment, which the agreement does not end", "active", said["enrolment"]["status"])
    for person in (nurse, municipal):
        step = story.step(person, "reads who answers before and from the day of the move")
        _expect_answer(step, person, case, BEFORE, AID, (REGION, REGION), "ORE-3.4.1-1")
        _expect_answer(step, person, case, AFTER, AID, (EKEBY, EKEBY), "ORE-3.4.1-2")
        _expect_answer(step, person, case, "2025-11-03T00:00:00+01:00", AID, (EKEBY, EKEBY), "ORE-3.4.1-2")
        _expect_answer(step, person, case, AFTER, NURSING, (EKEBY, EKEBY), "ORE-1.2-2")
        step = story.step(person, "finds the enrolment flagged in the worklist, as outside the agreement")
        step.expect(f"outside scope, to {person.principal}", [None], due(person, case, "outside-scope", AFTER))
    step = story.step(municipal, "reads what the agreement says of the enrolment, and what over FHIR")
    step.expect("physicians of the CareTeam, as before (INF-3-3)", {PHYSICIAN}, _physicians(municipal, case))
    (moved,) = [one for one in municipal.get(f"{case.path}/timeline").body if "residence-change" in one["topic"]]
    step.expect("not regulated", True, "move" in moved["not_regulated"])
    step.expect("EpisodeOfCare", "active", look(municipal, case).episode["status"])
    step = story.step(municipal, "opens the plan, and tries to plan more home care for the municipality there")
    step.done(municipal.act(f"{case.path}/revise-plan", plan=plan, reason="Han har flyttat"))
    more = NURSING | SEVERAL | {"key": "dressing", "performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=more)
    step.refused(answer, "NOT_MUNICIPAL", rule="SYS-7", where="dressing", status=422)


def _physicians(person: Person, case: Case) -> set[str]:
    """The physicians in the care team."""
    team = look(person, case).team or {}
    members = [one["member"]["identifier"]["value"] for one in team.get("participant", ())]
    return {one for one in members if "LAKARE" in one}


def _physician(story: Story, people: People, case: Case, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The physician")
    for person in (nurse, municipal):
        step = story.step(person, "reads who answers for what the physician does, in special housing too")
        _expect_answer(step, person, case, AFTER, PHYSICIANS, (REGION, REGION), "ORE-1.2-3")
    step = story.step(municipal, "tries to take over the responsibility of a physician")
    asked = PHYSICIANS | SEVERAL | {"key": "physician-here", "performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=asked)
    step.refused(answer, "NEVER_MUNICIPAL", rule="ORE-1.1-2", where="physician", status=422)
    taken = assessment("primary", "Boendet har läkare", PHYSICIANS | {"party": "municipality"})
    answer = municipal.act(f"{case.path}/record-assessment", reason="Han har flyttat", **taken)
    step.refused(answer, "NEVER_MUNICIPAL", rule="ORE-1.1-2", where="physician", status=422)
    expect_agreement(step, municipal, case)
    expect_hidden(step, people.stranger, case)


def _target_group(story: Story, staff: severe_illness.Staff) -> Case:
    story.heading("Special housing and the target group of Gävleborg, 2019")
    story.on("2019-03-04 09:00")
    municipal = staff.municipal
    step = story.step(municipal, "raises a need of somebody in special housing, and weighs the target group")
    said = {
        "setting": SETTING,
        "request": {"need": "Respirator dygnet runt", "interventions": [severe_illness.VENTILATOR]},
    }
    case = raised(step, municipal, patient(step, municipal, MAN), **said)
    facts = severe_illness.facts(ventilator=True)
    verdicts = step.done(municipal.act(f"{case.path}/evaluate-criteria", facts=facts)).body["events"][0]["content"]
    step.expect("met", [True, True], [one["met"] for one in verdicts["verdicts"]])
    step = story.step(municipal, "proposes to enrol: special housing does not exclude")
    said = step.done(municipal.act(f"{case.path}/propose-enrolment")).body
    step.expect("enrolment", "proposed", said["enrolment"]["status"])
    return case
