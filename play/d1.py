"""D1, "Track 1, from request to discharge" (catalogue D, ORE)."""

from play import systems
from play.client import Cast
from play.content import (
    CRITERIA,
    DISTRICT_NURSE,
    EKEBY,
    FALLS,
    FOLLOW_UP,
    MUNICIPAL_NURSE,
    PARTS,
    PHYSICIAN,
    REGION,
    TOOK_PART,
    WOUND_CARE,
    make_assessment,
)
from play.people import People, change_task, find_patient, list_open_cases, make_number, read_case
from play.resources import (
    HOME_CARE,
    LOCAL,
    make_business_status,
    make_care_plan,
    make_contact,
    make_entries,
    make_section,
    make_service_request,
    make_task,
    refer_by_hsa,
)
from play.story import Story
from play.views import (
    BOTH,
    PlayCase,
    expect_ground,
    expect_nothing,
    expect_statuses,
    name_text,
    read_due_days,
    read_performers,
    read_principals,
    read_resources,
)

GOAL = "Läkt sår inom tre månader"
ROLE_AT_HOME_CARE = {"reference": f"PractitionerRole/{MUNICIPAL_NURSE}.{HOME_CARE}"}
WHERE_TO_TURN = "Vid nya behov: Ekeby vårdcentral, 010-000 01 01"


def d1(story: Story, cast: Cast) -> PlayCase:
    """Carry D1 through, and return the case."""
    people = People.gather(cast)
    case = _send_request(story, people)
    _acknowledge(story, people, case)
    _assess(story, people, case)
    _accept(story, people, case)
    plan = _write_plan(story, people, case)
    _enrol(story, people, case, plan)
    _discharge_patient(story, people, case)
    _read_record(story, people, case)
    return case


def _send_request(story: Story, people: People) -> PlayCase:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The request (vårdbegäran)")
    story.set_clock("2025-04-01 09:00")
    step = story.begin_step(nurse, "finds the patient, a woman of 82, by her number")
    patient_id = find_patient(step, nurse)
    step = story.begin_step(nurse, "raises the need of leg-ulcer care at home, in a ServiceRequest that is a draft")
    draft = make_service_request(
        patient_id, make_number("D1"), goal=None, status="draft", despite=list_open_cases(nurse, patient_id)
    )
    request = step.expect_success(nurse.create(draft)).body
    step.expect("ServiceRequest", "draft", request["status"])

    step = story.begin_step(municipal, "tries to send a request of its own (F2)")
    key = make_number("D1")
    municipal_request = make_service_request(patient_id, key, goal=GOAL, status="active")
    task = make_task(patient_id, LOCAL) | {"requester": refer_by_hsa("Organization", HOME_CARE)}
    entries = make_entries(municipal_request | {"requester": ROLE_AT_HOME_CARE}, task)
    step.expect_refused(
        municipal.send_transaction(*entries, key=key["value"]),
        "ACTOR_NOT_ALLOWED",
        rule="ORE-3.1.2-1",
        where="nurse",
        status=403,
    )

    story.set_clock("2025-04-01 09:10")
    sending_task = make_task(patient_id, f"ServiceRequest/{request['id']}")
    step = story.begin_step(nurse, "sends it without a goal (F1)")
    step.expect_refused(
        nurse.create(sending_task), "REFERRAL_CONTENT_MISSING", rule="ORE-3.1.2-3", where="goal", status=422
    )
    step = story.begin_step(nurse, "completes it: need, goal, permanent physician contact and care contact")
    complete = [*request["extension"], {"url": systems.GOAL, "valueString": GOAL}]
    request = step.expect_success(nurse.update(request | {"extension": complete})).body
    story.set_clock("2025-04-01 09:20")
    step = story.begin_step(nurse, "sends it again, as a Task")
    task_id = step.expect_success(nurse.create(sending_task)).body["id"]
    case = read_case(request, task_id, patient_id)
    expect_statuses(step, read_resources(nurse, case), "active requested - planned - -")
    step.expect(
        "the municipality's worklist, due",
        [None],
        read_due_days(municipal, case, "acknowledge", "2025-04-01T12:00:00Z"),
    )
    return case


def _acknowledge(story: Story, people: People, case: PlayCase) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The receipt (kvittens)")
    story.set_clock("2025-04-02 08:15")
    step = story.begin_step(nurse, "tries to acknowledge the region's own request (F3)")
    answer = change_task(nurse, case, status="received")
    step.expect_refused(answer, "ACTOR_NOT_RECEIVER", rule="ORE-3.1.2-6", status=403)
    step = story.begin_step(municipal, "finds the new Task by owner and status, and reads the request it is about")
    tasks = municipal.search("Task", owner=f"Organization/{EKEBY}", status="requested")
    focus = [task["focus"]["reference"] for task in tasks if task["id"] == case.task]
    step.expect("focus", [f"ServiceRequest/{case.request}"], focus)
    goals = [
        extension.get("valueString")
        for extension in municipal.read(focus[0])["extension"]
        if extension["url"] == systems.GOAL
    ]
    step.expect("its goal", [GOAL], goals)
    step = story.begin_step(municipal, "tries to contact the region before acknowledging (F4)")
    answer = change_task(municipal, case, businessStatus=make_business_status("in-contact"))
    step.expect_refused(answer, "WRONG_STATE", rule="ORE-3.1.2-7", status=409)
    story.set_clock("2025-04-02 08:30")
    step = story.begin_step(municipal, "acknowledges that the request is received (kvitterar)")
    step.expect_success(change_task(municipal, case, status="received"))
    expect_statuses(step, read_resources(municipal, case), "active received - planned - -")
    step = story.begin_step(municipal, "acknowledges once more (F4)")
    step.expect_refused(
        municipal.act(f"{case.path}/acknowledge-referral"), "WRONG_STATE", rule="ORE-3.1.2-6", status=409
    )
    story.set_clock("2025-04-02 08:45")
    step = story.begin_step(municipal, "contacts the health centre without delay")
    note = [{"text": "Ringde vårdcentralen; gemensam bedömning i morgon"}]
    step.expect_success(change_task(municipal, case, businessStatus=make_business_status("in-contact"), note=note))
    expect_statuses(step, read_resources(nurse, case), "active received in-contact planned - -")


def _assess(story: Story, people: People, case: PlayCase) -> None:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.print_heading("The assessment (gemensam medicinsk bedömning)")
    story.set_clock("2025-04-03 10:00")
    step = story.begin_step(municipal, "begins the joint assessment")
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    step.expect_success(municipal.act(f"{case.path}/start-assessment", participants=team))
    step = story.begin_step(physician, "records the region's assessment: primary care level")
    regional_assessment = make_assessment("primary", "Venöst bensår utan infektion, god arteriell cirkulation")
    step.expect_success(physician.act(f"{case.path}/record-assessment", **regional_assessment))
    step = story.begin_step(nurse, "tries to establish the level on the region's assessment alone (F5)")
    answer = change_task(nurse, case, businessStatus=make_business_status("level-established"))
    step.expect_refused(answer, "JOINT_ASSESSMENT_MISSING", rule="ORE-3.1.1-3", where="municipality", status=409)
    story.set_clock("2025-04-03 10:30")
    step = story.begin_step(municipal, "records the municipality's assessment: primary care level")
    municipal_assessment = make_assessment("primary", "Kommunens sjuksköterskor kan lägga om med kompression")
    step.expect_success(municipal.act(f"{case.path}/record-assessment", **municipal_assessment))
    step = story.begin_step(nurse, "tries to establish the level before the criteria are considered (F7)")
    answer = change_task(nurse, case, businessStatus=make_business_status("level-established"))
    step.expect_refused(answer, "CRITERION_NOT_CONSIDERED", rule="ORE-3.1.1-5", where="risks", status=422)
    step = story.begin_step(nurse, "states a risk without naming an instrument")
    unnamed = CRITERIA | {"risks": {"risks_identified": True}}
    answer = nurse.act(f"{case.path}/evaluate-criteria", facts=unnamed)
    step.expect_refused(answer, "FACT_MISSING", rule="ORE-3.1.1-7", where="instrument", status=422)
    step = story.begin_step(nurse, "evaluates the five criteria with both, CFS 6")
    body = step.expect_success(
        nurse.act(f"{case.path}/evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"})
    ).body
    verdicts = body["events"][0]["content"]["verdicts"]
    step.expect("criteria met", list(CRITERIA), [verdict["criterion"] for verdict in verdicts if verdict["met"]])
    facts = {name: value for verdict in verdicts for name, value in verdict["facts"].items()}
    notes = [verdict["note"] for verdict in verdicts if verdict["note"]]
    step.expect_in_order(
        "age, instrument, note", [82, "CFS", "CFS 6"], [facts["age_years"], facts["instrument"], *notes]
    )
    story.set_clock("2025-04-04 11:00")
    step = story.begin_step(nurse, "establishes the care level that both hold")
    step.expect_success(change_task(nurse, case, businessStatus=make_business_status("level-established")))
    expect_statuses(step, read_resources(municipal, case), "active received level-established planned - -")
    for person in (nurse, municipal):
        days = read_due_days(person, case, "joint-planning", "2025-04-05T12:00:00+02:00")
        step.expect(f"joint planning in the worklist of {person.principal}, due", ["2025-04-11"], days)


def _accept(story: Story, people: People, case: PlayCase) -> None:
    nurse, municipal = people.nurse, people.municipal
    step = story.begin_step(nurse, "tries to have the Task accepted by the region alone (F10)")
    answer = change_task(nurse, case, status="accepted")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.begin_step(nurse, "accepts for the region")
    step.expect_success(nurse.act(f"{case.path}/accept-referral"))
    expect_statuses(step, read_resources(nurse, case), "active received level-established planned - -")
    step = story.begin_step(nurse, "accepts once more, for the municipality too (F10)")
    answer = nurse.act(f"{case.path}/accept-referral")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.begin_step(municipal, "accepts for the municipality")
    step.expect_success(change_task(municipal, case, status="accepted"))
    expect_statuses(step, read_resources(nurse, case), "active accepted - planned - proposed")


def _write_plan(story: Story, people: People, case: PlayCase) -> str:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.print_heading("The plan (medicinsk behandlingsplan)")
    story.set_clock("2025-04-10 13:00")
    step = story.begin_step(nurse, "begins the plan, with all parts but the fifth")
    episode = f"EpisodeOfCare/{read_resources(nurse, case).episode['id']}"
    plan = step.expect_success(nurse.create(make_care_plan(case.patient, episode))).body["id"]
    step = story.begin_step(municipal, "notes the planning at home, with the patient")
    planning = {"plan": plan, "form": "home", "participation": TOOK_PART}
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    body = step.expect_success(municipal.act(f"{case.path}/hold-planning", participants=team, **planning)).body
    meeting = body["events"][0]["content"]
    step.expect("due, and late", ["2025-04-11", "False"], [meeting["due"], str(meeting["late"])])
    step = story.begin_step(municipal, "adds the municipality's care contact, who coordinates")
    care_plan = municipal.read(f"CarePlan/{plan}")
    contacts = [
        make_contact("care-contact-municipality", MUNICIPAL_NURSE),
        make_contact("coordinator", MUNICIPAL_NURSE),
    ]
    step.expect_success(municipal.update(care_plan | {"extension": [*care_plan["extension"], *contacts]}))
    story.set_clock("2025-04-10 14:00")
    step = story.begin_step(physician, "agrees to the plan, without part 5 (F12)")
    answer = physician.update(physician.read(f"CarePlan/{plan}") | {"status": "active"})
    step.expect_refused(answer, "PLAN_CONTENT_MISSING", rule="ORE-3.1.4-18", where="follow-up", status=422)
    step = story.begin_step(municipal, "tries to enrol without an established plan (F15, F10)")
    answer = change_task(municipal, case, status="in-progress")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.begin_step(nurse, "adds part 5: when and by whom the plan is followed up")
    care_plan = nurse.read(f"CarePlan/{plan}")
    section = make_section("follow-up", PARTS["follow-up"])
    step.expect_success(nurse.update(care_plan | {"extension": [*care_plan["extension"], section]}))
    step = story.begin_step(nurse, "tries to agree in the physician's place (F13)")
    answer = nurse.update(nurse.read(f"CarePlan/{plan}") | {"status": "active"})
    step.expect_refused(answer, "PLAN_PARTY_MISSING", rule="ORE-3.1.4-10", where="nurse", status=409)
    story.set_clock("2025-04-10 14:30")
    step = story.begin_step(physician, "tries to establish the plan by the region's agreement alone (F13)")
    answer = physician.update(physician.read(f"CarePlan/{plan}") | {"status": "active"})
    step.expect_refused(answer, "PLAN_PARTY_MISSING", rule="ORE-3.1.4-7", where="municipality", status=409)
    step = story.begin_step(physician, "agrees for the region")
    step.expect_success(physician.act(f"{case.path}/agree-plan", **name_text(physician, plan)))
    expect_statuses(step, read_resources(physician, case), "active accepted - planned draft proposed")
    story.set_clock("2025-04-10 15:00")
    step = story.begin_step(municipal, "agrees for the municipality: the plan is established")
    step.expect_success(municipal.update(municipal.read(f"CarePlan/{plan}") | {"status": "active"}))
    expect_statuses(step, read_resources(municipal, case), "active accepted - planned active proposed")
    return str(plan)


def _enrol(story: Story, people: People, case: PlayCase, plan: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The enrolment (inskrivning)")
    story.set_clock("2025-04-11 08:30")
    step = story.begin_step(nurse, "commits the region")
    step.expect_success(nurse.act(f"{case.path}/commit-to-enrolment"))
    step = story.begin_step(municipal, "tries to enrol before the municipality has committed itself (F10)")
    answer = change_task(municipal, case, status="in-progress")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3-3", where="municipality", status=409)
    step = story.begin_step(municipal, "commits the municipality")
    step.expect_success(municipal.act(f"{case.path}/commit-to-enrolment"))
    step = story.begin_step(municipal, "tries to enrol before competence and equipment are secured")
    answer = change_task(municipal, case, status="in-progress")
    step.expect_refused(answer, "NOT_READY", rule="ORE-3.1.3-11", where="equipment", status=409)
    step = story.begin_step(municipal, "confirms both, and tries to enrol with the identified risks not assessed")
    for aspect in ("competence", "equipment"):
        step.expect_success(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    answer = change_task(municipal, case, status="in-progress")
    step.expect_refused(answer, "NOT_READY", rule="ORE-2.2-4", where="risks", status=409)
    step = story.begin_step(municipal, "assesses the risks with a measure for each, and enrols")
    step.expect_success(municipal.act(f"{case.path}/assess-risks", risks=[FALLS]))
    story.set_clock("2025-04-11 09:00")
    step.expect_success(change_task(municipal, case, status="in-progress"))
    for person in (nurse, municipal):
        resources = read_resources(person, case)
        expect_statuses(step, resources, "active in-progress - active active active")
        for name, principals in read_principals(resources).items():
            step.expect(f"principals in {name} as {person.principal} reads it", BOTH, principals)
    before = read_performers(municipal, case, "2025-04-10T12:00:00+02:00")
    step.expect("who performed the wound care on 04-10", REGION, before.get(WOUND_CARE))
    after = read_performers(nurse, case, "2025-04-11T12:00:00+02:00")
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


def _discharge_patient(story: Story, people: People, case: PlayCase) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The discharge (utskrivning)")
    story.set_clock("2025-06-16 10:00")
    step = story.begin_step(nurse, "declares discharge for the region: pending")
    discharge = {"reason": "Såret är läkt", "participation": TOOK_PART}
    step.expect_success(nurse.act(f"{case.path}/declare-discharge", **discharge))
    expect_statuses(step, read_resources(municipal, case), "active in-progress discharge-pending active active active")
    days = read_due_days(municipal, case, "complete-discharge", "2025-06-17T12:00:00+02:00")
    step.expect("the municipality's worklist holds it, without an invented limit", [None], days)
    step = story.begin_step(nurse, "declares it once more (F19)")
    answer = nurse.act(f"{case.path}/declare-discharge", **discharge)
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3.1.7-1", where="municipality", status=409)
    step = story.begin_step(nurse, "tries to complete it in the municipality's place (F19)")
    answer = change_task(nurse, case, status="completed")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="ORE-3.1.7-1", where="municipality", status=409)
    story.set_clock("2025-06-18 10:00")
    step = story.begin_step(municipal, "discharges without telling the patient where to turn (F20)")
    answer = municipal.act(f"{case.path}/complete-discharge")
    step.expect_refused(answer, "INFORMATION_DUTY_OPEN", rule="ORE-3.1.7-2", where="where_to_turn", status=422)
    step = story.begin_step(municipal, "tells her where to turn, and discharges")
    step.expect_success(municipal.act(f"{case.path}/complete-discharge", where_to_turn=WHERE_TO_TURN))
    for person in (nurse, municipal):
        expect_statuses(step, read_resources(person, case), "completed completed - finished completed inactive")
    outputs = [output.get("valueString") for output in read_resources(nurse, case).task["output"]]
    step.expect("where the patient was told to turn, on the Task", [WHERE_TO_TURN], [text for text in outputs if text])
    after = read_performers(nurse, case, "2025-06-19T12:00:00+02:00")
    step.expect("who answers for the wound care from then on", REGION, after.get(WOUND_CARE))
    step = story.begin_step(municipal, "tries to enrol again (F21)")
    answer = change_task(municipal, case, status="in-progress")
    step.expect_refused(answer, "WRONG_STATE", rule="C.3", where="discharged", status=409)


def _read_record(story: Story, people: People, case: PlayCase) -> None:
    story.print_heading("The record")
    story.set_clock("2025-06-19 09:00")
    for person in (people.nurse, people.municipal):
        step = story.begin_step(person, "reads the ground of every event")
        expect_ground(step, person, case)
    step = story.begin_step(people.stranger, "looks for the case from another municipality")
    expect_nothing(step, people.stranger, case)
