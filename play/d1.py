"""D1, "Track 1, from request to discharge" (catalogue D, ORE)."""

from play import systems
from play.client import Cast
from play.content import (
    CRITERIA,
    DISTRICT_NURSE,
    EKEBY,
    FOLLOW_UP,
    MUNICIPAL_NURSE,
    PARTS,
    PHYSICIAN,
    REGION,
    TOOK_PART,
    WOUND_CARE,
    assessment,
)
from play.people import People, change_task, number, opened, patient
from play.resources import (
    HOME_CARE,
    LOCAL,
    business_status,
    by_hsa,
    care_plan,
    contact,
    section,
    sent_together,
    service_request,
    task,
)
from play.story import Story
from play.views import BOTH, Case, due, expect_ground, expect_nothing, expect_statuses, look, principals, responsible

GOAL = "Läkt sår inom tre månader"
ROLE_AT_HOME_CARE = {"reference": f"PractitionerRole/{MUNICIPAL_NURSE}.{HOME_CARE}"}
TOLD = "Vid nya behov: Ekeby vårdcentral, 010-000 01 01"


def d1(story: Story, cast: Cast) -> Case:
    """Carry D1 through, and say which case it made."""
    people = People.of(cast)
    case = _request(story, people)
    _receipt(story, people, case)
    _assessment(story, people, case)
    plan = _planning(story, people, case)
    _enrolment(story, people, case, plan)
    _discharge(story, people, case)
    _record(story, people, case)
    return case


def _request(story: Story, people: People) -> Case:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The request (vårdbegäran)")
    story.on("2025-04-01 09:00")
    step = story.step(nurse, "finds the patient, a woman of 82, by her number")
    patient_id = patient(step, nurse)
    step = story.step(nurse, "raises the need of leg-ulcer care at home, in a ServiceRequest that is a draft")
    request = step.done(nurse.create(service_request(patient_id, number("D1"), goal=None, status="draft"))).body
    step.expect("ServiceRequest", "draft", request["status"])

    step = story.step(municipal, "tries to send a request of its own (F2)")
    own = service_request(patient_id, number("D1"), goal=GOAL, status="active") | {"requester": ROLE_AT_HOME_CARE}
    entries = sent_together(own, task(patient_id, LOCAL) | {"requester": by_hsa("Organization", HOME_CARE)})
    step.refused(
        municipal.transaction(*entries, key=own["identifier"][0]["value"]),
        "ACTOR_NOT_ALLOWED",
        rule="ORE-3.1.2-1",
        where="nurse",
        status=403,
    )

    story.on("2025-04-01 09:10")
    sending = task(patient_id, f"ServiceRequest/{request['id']}")
    step = story.step(nurse, "sends it without a goal (F1)")
    step.refused(nurse.create(sending), "REFERRAL_CONTENT_MISSING", rule="ORE-3.1.2-3", where="goal", status=422)
    step = story.step(nurse, "completes it: need, goal, permanent physician contact and care contact")
    complete = [*request["extension"], {"url": systems.GOAL, "valueString": GOAL}]
    request = step.done(nurse.update(request | {"extension": complete})).body
    story.on("2025-04-01 09:20")
    step = story.step(nurse, "sends it again, as a Task")
    sent = step.done(nurse.create(sending)).body
    case = opened(request, sent["id"], patient_id)
    expect_statuses(step, look(nurse, case), "active requested - planned - -")
    step.expect("the municipality's worklist, due", [None], due(municipal, case, "acknowledge", "2025-04-01T12:00:00Z"))
    return case


def _receipt(story: Story, people: People, case: Case) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The receipt (kvittens)")
    story.on("2025-04-02 08:15")
    step = story.step(nurse, "tries to acknowledge the region's own request (F3)")
    answer = change_task(nurse, case, status="received")
    step.refused(answer, "ACTOR_NOT_RECEIVER", rule="ORE-3.1.2-6", status=403)
    step = story.step(municipal, "finds the new Task by owner and status, and reads the request it is about")
    waiting = municipal.search("Task", owner=f"Organization/{EKEBY}", status="requested")
    focused = [one["focus"]["reference"] for one in waiting if one["id"] == case.task]
    step.expect("focus", [f"ServiceRequest/{case.request}"], focused)
    goals = [one.get("valueString") for one in municipal.read(focused[0])["extension"] if one["url"] == systems.GOAL]
    step.expect("its goal", [GOAL], goals)
    step = story.step(municipal, "tries to contact the region before acknowledging (F4)")
    answer = change_task(municipal, case, businessStatus=business_status("in-contact"))
    step.refused(answer, "WRONG_STATE", rule="ORE-3.1.2-7", status=409)
    story.on("2025-04-02 08:30")
    step = story.step(municipal, "acknowledges that the request is received (kvitterar)")
    step.done(change_task(municipal, case, status="received"))
    expect_statuses(step, look(municipal, case), "active received - planned - -")
    step = story.step(municipal, "acknowledges once more (F4)")
    step.refused(municipal.act(f"{case.path}/acknowledge-referral"), "WRONG_STATE", rule="ORE-3.1.2-6", status=409)
    story.on("2025-04-02 08:45")
    step = story.step(municipal, "contacts the health centre without delay")
    note = [{"text": "Ringde vårdcentralen; gemensam bedömning i morgon"}]
    step.done(change_task(municipal, case, businessStatus=business_status("in-contact"), note=note))
    expect_statuses(step, look(nurse, case), "active received in-contact planned - -")


def _assessment(story: Story, people: People, case: Case) -> None:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.heading("The assessment (gemensam medicinsk bedömning)")
    story.on("2025-04-03 10:00")
    step = story.step(municipal, "begins the joint assessment")
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    step.done(municipal.act(f"{case.path}/start-assessment", participants=team))
    step = story.step(physician, "records the region's assessment: primary care level")
    region = assessment("primary", "Venöst bensår utan infektion, god arteriell cirkulation")
    step.done(physician.act(f"{case.path}/record-assessment", **region))
    step = story.step(nurse, "tries to establish the level on the region's assessment alone (F5)")
    answer = change_task(nurse, case, businessStatus=business_status("level-established"))
    step.refused(answer, "JOINT_ASSESSMENT_MISSING", rule="ORE-3.1.1-3", where="municipality", status=409)
    story.on("2025-04-03 10:30")
    step = story.step(municipal, "records the municipality's assessment: primary care level")
    own = assessment("primary", "Kommunens sjuksköterskor kan lägga om med kompression")
    step.done(municipal.act(f"{case.path}/record-assessment", **own))
    step = story.step(nurse, "tries to establish the level before the criteria are considered (F7)")
    answer = change_task(nurse, case, businessStatus=business_status("level-established"))
    step.refused(answer, "CRITERION_NOT_CONSIDERED", rule="ORE-3.1.1-5", where="risks", status=422)
    step = story.step(nurse, "states a risk without naming an instrument")
    unnamed = CRITERIA | {"risks": {"risks_identified": True}}
    answer = nurse.act(f"{case.path}/evaluate-criteria", facts=unnamed)
    step.refused(answer, "FACT_MISSING", rule="ORE-3.1.1-7", where="instrument", status=422)
    step = story.step(nurse, "evaluates the five criteria with both, CFS 6")
    said = step.done(nurse.act(f"{case.path}/evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"})).body
    verdicts = said["events"][0]["content"]["verdicts"]
    step.expect("criteria met", list(CRITERIA), [one["criterion"] for one in verdicts if one["met"]])
    facts = {name: value for one in verdicts for name, value in one["facts"].items()}
    notes = [one["note"] for one in verdicts if one["note"]]
    step.expect_in_order(
        "age, instrument, note", [82, "CFS", "CFS 6"], [facts["age_years"], facts["instrument"], *notes]
    )
    story.on("2025-04-04 11:00")
    step = story.step(nurse, "establishes the care level that both hold")
    step.done(change_task(nurse, case, businessStatus=business_status("level-established")))
    expect_statuses(step, look(municipal, case), "active received level-established planned - -")
    for person in (nurse, municipal):
        days = due(person, case, "joint-planning", "2025-04-05T12:00:00+02:00")
        step.expect(f"joint planning in the worklist of {person.principal}, due", ["2025-04-11"], days)
    step = story.step(nurse, "tries to have the Task accepted by the region alone (F10)")
    answer = change_task(nurse, case, status="accepted")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.step(nurse, "accepts for the region")
    step.done(nurse.act(f"{case.path}/accept-referral"))
    expect_statuses(step, look(nurse, case), "active received level-established planned - -")
    step = story.step(nurse, "accepts once more, for the municipality too (F10)")
    answer = nurse.act(f"{case.path}/accept-referral")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.step(municipal, "accepts for the municipality")
    step.done(change_task(municipal, case, status="accepted"))
    expect_statuses(step, look(nurse, case), "active accepted - planned - proposed")


def _planning(story: Story, people: People, case: Case) -> str:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.heading("The plan (medicinsk behandlingsplan)")
    story.on("2025-04-10 13:00")
    step = story.step(nurse, "begins the plan, with all parts but the fifth")
    episode = f"EpisodeOfCare/{look(nurse, case).episode['id']}"
    plan = step.done(nurse.create(care_plan(case.patient, episode))).body["id"]
    step = story.step(municipal, "notes the planning at home, with the patient")
    planning = {"plan": plan, "form": "home", "participation": TOOK_PART}
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    said = step.done(municipal.act(f"{case.path}/hold-planning", participants=team, **planning)).body
    held = said["events"][0]["content"]
    step.expect("due, and late", ["2025-04-11", "False"], [held["due"], str(held["late"])])
    step = story.step(municipal, "adds the municipality's care contact, who coordinates")
    written = municipal.read(f"CarePlan/{plan}")
    own = [contact("care-contact-municipality", MUNICIPAL_NURSE), contact("coordinator", MUNICIPAL_NURSE)]
    step.done(municipal.update(written | {"extension": [*written["extension"], *own]}))
    story.on("2025-04-10 14:00")
    step = story.step(physician, "agrees to the plan, without part 5 (F12)")
    answer = physician.update(physician.read(f"CarePlan/{plan}") | {"status": "active"})
    step.refused(answer, "PLAN_CONTENT_MISSING", rule="ORE-3.1.4-18", where="follow-up", status=422)
    step = story.step(municipal, "tries to enrol without an established plan (F15, F10)")
    answer = change_task(municipal, case, status="in-progress")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.step(nurse, "adds part 5: when and by whom the plan is followed up")
    written = nurse.read(f"CarePlan/{plan}")
    fifth = section("follow-up", PARTS["follow-up"])
    step.done(nurse.update(written | {"extension": [*written["extension"], fifth]}))
    step = story.step(nurse, "tries to agree in the physician's place (F13)")
    answer = nurse.update(nurse.read(f"CarePlan/{plan}") | {"status": "active"})
    step.refused(answer, "PLAN_PARTY_MISSING", rule="ORE-3.1.4-10", where="nurse", status=409)
    story.on("2025-04-10 14:30")
    step = story.step(physician, "tries to establish the plan by the region's agreement alone (F13)")
    answer = physician.update(physician.read(f"CarePlan/{plan}") | {"status": "active"})
    step.refused(answer, "PLAN_PARTY_MISSING", rule="ORE-3.1.4-7", where="municipality", status=409)
    step = story.step(physician, "agrees for the region")
    step.done(physician.act(f"{case.path}/agree-plan", plan=plan))
    expect_statuses(step, look(physician, case), "active accepted - planned draft proposed")
    story.on("2025-04-10 15:00")
    step = story.step(municipal, "agrees for the municipality: the plan is established")
    step.done(municipal.update(municipal.read(f"CarePlan/{plan}") | {"status": "active"}))
    expect_statuses(step, look(municipal, case), "active accepted - planned active proposed")
    return str(plan)


def _enrolment(story: Story, people: People, case: Case, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The enrolment (inskrivning)")
    story.on("2025-04-11 08:30")
    step = story.step(nurse, "commits the region")
    step.done(nurse.act(f"{case.path}/commit-to-enrolment"))
    step = story.step(municipal, "tries to enrol before the municipality has committed itself (F10)")
    answer = change_task(municipal, case, status="in-progress")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.step(municipal, "commits the municipality")
    step.done(municipal.act(f"{case.path}/commit-to-enrolment"))
    step = story.step(municipal, "tries to enrol before competence and equipment are secured")
    answer = change_task(municipal, case, status="in-progress")
    step.refused(answer, "NOT_READY", rule="ORE-3.1.3-11", where="equipment", status=409)
    step = story.step(municipal, "confirms competence and equipment, and enrols")
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    story.on("2025-04-11 09:00")
    step.done(change_task(municipal, case, status="in-progress"))
    for person in (nurse, municipal):
        seen = look(person, case)
        expect_statuses(step, seen, "active in-progress - active active active")
        for name, found in principals(seen).items():
            step.expect(f"principals in {name} as {person.principal} reads it", BOTH, found)
    before = responsible(municipal, case, "2025-04-10T12:00:00+02:00")
    step.expect("who performed the wound care on 04-10", REGION, before.get(WOUND_CARE))
    after = responsible(nurse, case, "2025-04-11T12:00:00+02:00")
    step.expect("who performs the wound care on 04-11", EKEBY, after.get(WOUND_CARE))
    step.expect("who performs the physician's follow-up", REGION, after.get(FOLLOW_UP))
    step.expect_in_order(
        "status of the plan's versions, by _at on 04-10 at 14:45 and 04-11",
        ["draft", "active"],
        [
            entry["resource"]["status"]
            for at in ("2025-04-10T14:45:00+02:00", "2025-04-11T12:00:00+02:00")
            for entry in nurse.read(f"CarePlan/{plan}/_history", _at=at)["entry"]
        ],
    )


def _discharge(story: Story, people: People, case: Case) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The discharge (utskrivning)")
    story.on("2025-06-16 10:00")
    step = story.step(nurse, "declares discharge for the region: pending")
    healed = {"reason": "Såret är läkt", "participation": TOOK_PART}
    step.done(nurse.act(f"{case.path}/declare-discharge", **healed))
    expect_statuses(step, look(municipal, case), "active in-progress discharge-pending active active active")
    on_list = due(municipal, case, "complete-discharge", "2025-06-17T12:00:00+02:00")
    step.expect("the municipality's worklist holds it, without an invented limit", [None], on_list)
    step = story.step(nurse, "declares it once more (F19)")
    answer = nurse.act(f"{case.path}/declare-discharge", **healed)
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3.1.7-1", where="municipality", status=409)
    step = story.step(nurse, "tries to complete it in the municipality's place (F19)")
    answer = change_task(nurse, case, status="completed")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3.1.7-1", where="municipality", status=409)
    story.on("2025-06-18 10:00")
    step = story.step(municipal, "discharges without telling the patient where to turn (F20)")
    answer = municipal.act(f"{case.path}/complete-discharge")
    step.refused(answer, "INFORMATION_DUTY_OPEN", rule="ORE-3.1.7-2", where="where_to_turn", status=422)
    step = story.step(municipal, "tells her where to turn, and discharges")
    step.done(municipal.act(f"{case.path}/complete-discharge", where_to_turn=TOLD))
    for person in (nurse, municipal):
        expect_statuses(step, look(person, case), "completed completed - finished completed inactive")
    outputs = [one.get("valueString") for one in look(nurse, case).task["output"]]
    step.expect("where the patient was told to turn, on the Task", [TOLD], [one for one in outputs if one])
    after = responsible(nurse, case, "2025-06-19T12:00:00+02:00")
    step.expect("who answers for the wound care from then on", REGION, after.get(WOUND_CARE))
    step = story.step(municipal, "tries to enrol again (F21)")
    answer = change_task(municipal, case, status="in-progress")
    step.refused(answer, "WRONG_STATE", rule="C.3", where="discharged", status=409)


def _record(story: Story, people: People, case: Case) -> None:
    story.heading("The record")
    story.on("2025-06-19 09:00")
    for person in (people.nurse, people.municipal):
        step = story.step(person, "reads the ground of every event")
        expect_ground(step, person, case)
    step = story.step(people.stranger, "looks for the case from another municipality")
    expect_nothing(step, people.stranger, case)
