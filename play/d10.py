"""D10, "Moving to SÄBO" (catalogue D, ORE with INF/SKR checks), and special housing on the data of another county."""

from play import severe_illness
from play.client import Cast, Professional
from play.content import EKEBY, PHYSICIAN, REGION, make_assessment, make_request
from play.home_care import SEVERAL, accept, assess_need, start_enrolment, write_joint_plan
from play.people import People, find_patient, raise_need, send_referral
from play.story import PlayStep, Story
from play.views import PlayCase, expect_agreement, expect_hidden, name_text, read_due_days, read_holders, read_resources

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


def d10(story: Story, cast: Cast) -> list[PlayCase]:
    """Carry D10 through, and return the cases."""
    people = People.gather(cast)
    case, plan = _enrol_at_home(story, people)
    _move(story, people, case, plan)
    _ask_about_physician(story, people, case, plan)
    elsewhere = _weigh_target_group(story, severe_illness.Staff.gather(cast))
    return [case, elsewhere]


def _enrol_at_home(story: Story, people: People) -> tuple[PlayCase, str]:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("At home, in psychiatric outpatient care")
    story.set_clock("2025-09-15 09:00")
    step = story.begin_step(nurse, "raises and sends the need of a man who is enrolled in psychiatric outpatient care")
    content = {"municipality": EKEBY, "setting": "ordinary", "request": make_request(interventions=[NURSING])}
    case = raise_need(step, nurse, find_patient(step, nurse, MAN), **content)
    step.expect_success(nurse.act(f"{case.path}/record-circumstance", circumstance="psychiatric-outpatient"))
    case = send_referral(step, nurse, case, EKEBY)
    step = story.begin_step(
        municipal, "assesses with the health centre; he has a cognitive aid as well, which is psychiatry's"
    )
    parties = ((NURSING, "municipality"), (AID, "region"), (PHYSICIANS, "region"))
    assess_need(step, people, case, *(intervention | {"party": party} for intervention, party in parties))
    accept(step, people, case)
    _expect_answer(step, municipal, case, "2025-09-15T12:00:00+02:00", AID, (REGION, REGION), "ORE-3.4.1-1")
    step = story.begin_step(municipal, "tries to plan the aid for the municipality")
    lines = [intervention | SEVERAL | {"performer": party} for intervention, party in parties]
    plan = write_joint_plan(step, people, case, *lines, follow_up="2025-12-01")
    line = AID | SEVERAL | {"key": "timer", "performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=line)
    step.expect_refused(answer, "NOT_MUNICIPAL", rule="ORE-3.4.1-1", where="timer", status=422)
    step = story.begin_step(municipal, "agrees to the plan, and enrols him")
    step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan)))
    start_enrolment(step, people, case)
    for person in (nurse, municipal):
        step = story.begin_step(person, "reads who answers at home")
        now = "2025-09-16T12:00:00+02:00"
        _expect_answer(step, person, case, now, AID, (REGION, REGION), "ORE-3.4.1-1")
        _expect_answer(step, person, case, now, NURSING, (EKEBY, EKEBY), "ORE-1.2-2")
    return case, plan


def _expect_answer(
    step: PlayStep,
    person: Professional,
    case: PlayCase,
    at: str,
    intervention: dict[str, str],
    expected: tuple[str, str],
    rule: str,
) -> None:
    """Expect the parties that treat and perform, and the rule."""
    holder = read_holders(person, case, at)[intervention["key"]]
    step.expect_in_order(
        f"who treats and performs {intervention['key']}", expected, (holder["treatment"], holder["performer"])
    )
    step.expect("rule", True, rule in holder["clauses"])


def _move(story: Story, people: People, case: PlayCase, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The move")
    story.set_clock("2025-11-03 09:00")
    step = story.begin_step(municipal, "records that he moves to special housing today")
    move = {"moved_on": "2025-11-03", "to": SETTING}
    body = step.expect_success(
        municipal.act(f"{case.path}/record-move", occurred_at="2025-11-03T00:00:00+01:00", **move)
    ).body
    step.expect("enrolment, which the agreement does not end", "active", body["enrolment"]["status"])
    for person in (nurse, municipal):
        step = story.begin_step(person, "reads who answers before and from the day of the move")
        _expect_answer(step, person, case, BEFORE, AID, (REGION, REGION), "ORE-3.4.1-1")
        _expect_answer(step, person, case, AFTER, AID, (EKEBY, EKEBY), "ORE-3.4.1-2")
        _expect_answer(step, person, case, "2025-11-03T00:00:00+01:00", AID, (EKEBY, EKEBY), "ORE-3.4.1-2")
        _expect_answer(step, person, case, AFTER, NURSING, (EKEBY, EKEBY), "SKR-3-5")
        step = story.begin_step(person, "finds the enrolment flagged in the worklist, as outside the agreement")
        step.expect(
            f"outside scope, to {person.principal}", [None], read_due_days(person, case, "outside-scope", AFTER)
        )
    step = story.begin_step(municipal, "reads what the agreement says of the enrolment, and what over FHIR")
    step.expect("physicians of the CareTeam, as before (INF-3-3)", {PHYSICIAN}, _list_physicians(municipal, case))
    (move_entry,) = [
        entry for entry in municipal.get(f"{case.path}/timeline").body if entry["topic"] == "case.move-recorded.v1"
    ]
    step.expect("not regulated", True, "move" in move_entry["not_regulated"])
    step.expect("EpisodeOfCare", "active", read_resources(municipal, case).episode["status"])
    step = story.begin_step(municipal, "opens the plan, and plans more care there, which is always the municipality's")
    step.expect_success(municipal.act(f"{case.path}/revise-plan", plan=plan, reason="Han har flyttat"))
    more = NURSING | SEVERAL | {"key": "dressing", "performer": "municipality"}
    step.expect_success(municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=more))
    step = story.begin_step(municipal, "tries to plan care at the specialised level, which is always the region's")
    levels = {"ordering_level": "specialised", "performing_level": "specialised"}
    special = more | {"key": "infusion", "ordering": levels}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=special)
    step.expect_refused(answer, "NOT_MUNICIPAL", rule="SKR-3-4", where="infusion", status=422)


def _list_physicians(person: Professional, case: PlayCase) -> set[str]:
    """Return the physicians in the care team."""
    team = read_resources(person, case).team or {}
    members = [participant["member"]["identifier"]["value"] for participant in team.get("participant", ())]
    return {member for member in members if "LAKARE" in member}


def _ask_about_physician(story: Story, people: People, case: PlayCase, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The physician")
    for person in (nurse, municipal):
        step = story.begin_step(person, "reads who answers for what the physician does, in special housing too")
        _expect_answer(step, person, case, AFTER, PHYSICIANS, (REGION, REGION), "ORE-1.2-3")
    step = story.begin_step(municipal, "tries to take over the responsibility of a physician")
    line = PHYSICIANS | SEVERAL | {"key": "physician-here", "performer": "municipality"}
    answer = municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=line)
    step.expect_refused(answer, "NEVER_MUNICIPAL", rule="ORE-1.1-2", where="physician", status=422)
    claim = make_assessment("primary", "Boendet har läkare", PHYSICIANS | {"party": "municipality"})
    answer = municipal.act(f"{case.path}/record-assessment", reason="Han har flyttat", **claim)
    step.expect_refused(answer, "NEVER_MUNICIPAL", rule="ORE-1.1-2", where="physician", status=422)
    expect_agreement(step, municipal, case)
    expect_hidden(step, people.stranger, case)


def _weigh_target_group(story: Story, staff: severe_illness.Staff) -> PlayCase:
    story.print_heading("Special housing and the target group of Gävleborg, 2019")
    story.set_clock("2019-03-04 09:00")
    municipal = staff.municipal
    step = story.begin_step(municipal, "raises a need of somebody in special housing, and weighs the target group")
    content = {
        "setting": SETTING,
        "request": {"need": "Respirator dygnet runt", "interventions": [severe_illness.VENTILATOR]},
    }
    case = raise_need(step, municipal, find_patient(step, municipal, MAN), **content)
    facts = severe_illness.state_facts(ventilator=True)
    body = step.expect_success(municipal.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    step.expect("met", [True, True], [verdict["met"] for verdict in body["events"][0]["content"]["verdicts"]])
    step = story.begin_step(municipal, "proposes to enrol: special housing does not exclude")
    body = step.expect_success(municipal.act(f"{case.path}/propose-enrolment")).body
    step.expect("enrolment", "proposed", body["enrolment"]["status"])
    return case
