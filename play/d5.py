"""D5, "Disagreement on level, answered at time T" (catalogue D, ORE)."""

from datetime import datetime
from uuid import uuid4

from play import systems
from play.client import Cast, Professional, Resource
from play.content import (
    AGREEMENT,
    DISTRICT_NURSE,
    EKEBY,
    MUNICIPAL_NURSE,
    PHYSICIAN,
    REGION,
    WOUND_CARE,
    make_assessment,
)
from play.people import People, change_task, find_patient, list_open_cases, make_number, read_case
from play.resources import (
    HEALTH_CENTRE,
    HOME_CARE,
    LOCAL,
    make_business_status,
    make_communication,
    make_entries,
    make_service_request,
    make_task,
)
from play.story import SWEDEN, PlayStep, Story
from play.views import (
    PlayCase,
    expect_ground,
    expect_nothing,
    expect_statuses,
    read_due_days,
    read_performers,
    read_resources,
)

VISIT = "2025-03-26T12:00:00+01:00"
MUNICIPAL_POSITION = "Omläggningen kräver särskild kompetens som kommunen saknar"
REGION_POSITION = "Omläggning med kompression är primärvårdsnivå"
LATE_POSITION = "Redan den 24 mars kunde en sjuksköterska frigöras för utbildning"
RULE = "ORE-3.1.3-14"


def d5(story: Story, cast: Cast) -> PlayCase:
    """Carry D5 through, and return the case."""
    people = People.gather(cast)
    case = _send_request(story, people)
    dispute = _disagree(story, people, case)
    _ask_who_performs(story, people, case)
    _resolve(story, people, case, dispute)
    _record_late_position(story, people, case, dispute)
    _read_record(story, people, case)
    return case


def _send_request(story: Story, people: People) -> PlayCase:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The request (vårdbegäran)")
    story.set_clock("2025-03-20 09:00")
    step = story.begin_step(nurse, "finds the patient, a woman of 82, by her number")
    patient_id = find_patient(step, nurse)
    step = story.begin_step(nurse, "sends the request: ServiceRequest and Task in one transaction, once for its number")
    request_number = make_number("D5")
    open_cases = list_open_cases(nurse, patient_id)
    request = make_service_request(
        patient_id, request_number, goal="Läkt sår inom tre månader", status="active", despite=open_cases
    )
    entries = make_entries(request, make_task(patient_id, LOCAL))
    outcome = step.expect_success(nurse.send_transaction(*entries, key=request_number["value"])).body["entry"]
    step.expect(
        "what became of each", ["201 Created", "201 Created"], [entry["response"]["status"] for entry in outcome]
    )
    step = story.begin_step(nurse, "sends it again with its Idempotency-Key, as a system does that lost the answer")
    repeated_outcome = step.expect_success(nurse.send_transaction(*entries, key=request_number["value"])).body["entry"]
    step.expect_in_order("the first answer", _read_locations(outcome), _read_locations(repeated_outcome))
    step = story.begin_step(nurse, "sends it again as a new request")
    step.expect_refused(
        nurse.send_transaction(*entries, key=str(uuid4())), "WRONG_STATE", rule="ORE-3.1.2-1", status=409
    )
    ids = [location.split("/_history/")[0].split("/")[-1] for location in _read_locations(outcome)]
    case = read_case(nurse.read(f"ServiceRequest/{ids[0]}"), ids[1], patient_id)
    expect_statuses(step, read_resources(municipal, case), "active requested - planned - -")

    story.set_clock("2025-03-21 09:00")
    step = story.begin_step(municipal, "acknowledges the request and contacts the health centre")
    step.expect_success(change_task(municipal, case, status="received"))
    step.expect_success(change_task(municipal, case, businessStatus=make_business_status("in-contact")))
    expect_statuses(step, read_resources(nurse, case), "active received in-contact planned - -")
    return case


def _read_locations(entries: list[Resource]) -> list[str]:
    """Return the addresses of the resources that a transaction created."""
    return [entry["response"]["location"] for entry in entries]


def _disagree(story: Story, people: People, case: PlayCase) -> str:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.print_heading("The disagreement (oenighet)")
    story.set_clock("2025-03-24 09:00")
    step = story.begin_step(municipal, "begins the joint assessment")
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    step.expect_success(municipal.act(f"{case.path}/start-assessment", participants=team))
    step = story.begin_step(physician, "assesses for the region: primary care level")
    step.expect_success(physician.act(f"{case.path}/record-assessment", **make_assessment("primary", REGION_POSITION)))
    step = story.begin_step(municipal, "assesses for the municipality: special competence is needed")
    step.expect_success(
        municipal.act(f"{case.path}/record-assessment", **make_assessment("specialised", MUNICIPAL_POSITION))
    )
    story.set_clock("2025-03-24 10:00")
    step = story.begin_step(municipal, "disagrees, with a reason")
    changes = {"businessStatus": make_business_status("disputed"), "statusReason": {"text": MUNICIPAL_POSITION}}
    step.expect_success(change_task(municipal, case, **changes))
    resources = read_resources(nurse, case)
    expect_statuses(step, resources, "active received disputed planned - -")
    dispute = _read_dispute(resources.task)
    step.expect("the disagreement as a Task of its own", "in-progress", nurse.read(f"Task/{dispute}")["status"])
    for person, unit, text in ((municipal, HOME_CARE, MUNICIPAL_POSITION), (physician, HEALTH_CENTRE, REGION_POSITION)):
        step = story.begin_step(person, "states its party's position, as a Communication")
        step.expect_success(person.create(make_communication(case.patient, dispute, unit, text)))
    step = story.begin_step(municipal, "tries to state the region's position (F22)")
    answer = municipal.create(make_communication(case.patient, dispute, HEALTH_CENTRE, REGION_POSITION))
    step.expect_refused(answer, "NOT_YOUR_PRINCIPAL", rule="SYS-3", status=403)
    for person in (nurse, municipal):
        communications = person.search("Communication", about=f"Task/{dispute}")
        texts = [each["payload"][0]["contentString"] for each in communications]
        step.expect(f"positions as {person.principal} reads them", {MUNICIPAL_POSITION, REGION_POSITION}, set(texts))
        days = read_due_days(person, case, "resolve-disagreement", "2025-03-25T12:00:00+01:00")
        step.expect(f"the worklist of {person.principal} holds the disagreement", [None], days)
    return dispute


def _read_dispute(task: dict[str, object]) -> str:
    extensions = task["extension"]
    assert isinstance(extensions, list)
    references = (each["valueReference"]["reference"] for each in extensions if each["url"] == systems.DISPUTE)
    return str(next(references)).removeprefix("Task/")


def _ask_who_performs(story: Story, people: People, case: PlayCase) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.set_clock("2025-03-26 12:00")
    for person in (nurse, municipal):
        step = story.begin_step(person, "asks who performs the visit that is needed today")
        step.expect("performer", REGION, read_performers(person, case, VISIT).get(WOUND_CARE))
    step = story.begin_step(nurse, "tries to hand the intervention over (F11)")
    answer = nurse.act(f"{case.path}/hand-over-intervention", intervention=WOUND_CARE)
    step.expect_refused(answer, "DISPUTE_OPEN", rule=RULE, status=409)
    step = story.begin_step(nurse, "tries to have the request accepted instead (F11)")
    step.expect_refused(change_task(nurse, case, status="accepted"), "DISPUTE_OPEN", rule=RULE, status=409)
    step = story.begin_step(municipal, "looks whether care has lapsed")
    expect_statuses(step, read_resources(municipal, case), "active received disputed planned - -")


def _resolve(story: Story, people: People, case: PlayCase, dispute: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The resolution")
    story.set_clock("2025-04-04 09:00")
    same = {
        "dispute": dispute,
        "level": "primary",
        "performer": "municipality",
        "conclusion": "Primärvårdsnivå; kommunen utför från i dag, efter handledning av vårdcentralen",
    }
    step = story.begin_step(nurse, "tries to let the resolution hold from 03-26 (F11)")
    answer = nurse.act(f"{case.path}/resolve-disagreement", effective_from="2025-03-26", **same)
    step.expect_refused(answer, "NOT_RETROACTIVE", rule=RULE, where="effective_from", status=422)
    step = story.begin_step(nurse, "declares for the region: primary, the municipality performs")
    step.expect_success(nurse.act(f"{case.path}/resolve-disagreement", **same))
    step = story.begin_step(nurse, "declares it once more, for the municipality too (F10)")
    answer = nurse.act(f"{case.path}/resolve-disagreement", **same)
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule=RULE, where="municipality", status=409)
    step = story.begin_step(municipal, "declares the same for the municipality: resolved")
    step.expect_success(municipal.act(f"{case.path}/resolve-disagreement", **same))
    expect_statuses(step, read_resources(nurse, case), "active received level-established planned - -")
    step.expect("the disagreement's Task", "completed", nurse.read(f"Task/{dispute}")["status"])
    for person in (nurse, municipal):
        days = read_due_days(person, case, "joint-planning", "2025-04-05T12:00:00+02:00")
        step.expect(f"joint planning in the worklist of {person.principal}, due", ["2025-04-11"], days)
        performers = [
            read_performers(person, case, at).get(WOUND_CARE)
            for at in ("2025-04-03T12:00:00+02:00", "2025-04-04T12:00:00+02:00", "2025-04-05T12:00:00+02:00")
        ]
        step.expect_in_order(
            f"who performs on 04-03, 04-04, 04-05, to {person.principal}", [REGION, EKEBY, EKEBY], performers
        )


def _record_late_position(story: Story, people: People, case: PlayCase, dispute: str) -> None:
    municipal = people.municipal
    story.set_clock("2025-04-06 09:00")
    step = story.begin_step(municipal, "records a position that was held on 03-24")
    held_at = datetime(2025, 3, 24, 16, tzinfo=SWEDEN)
    body = step.expect_success(
        municipal.create(make_communication(case.patient, dispute, HOME_CARE, LATE_POSITION, sent=held_at))
    ).body
    step.expect("recorded on", "2025-04-06", body["meta"]["lastUpdated"][:10])
    step.expect("held on", "2025-03-24", body["sent"][:10])


def _read_record(story: Story, people: People, case: PlayCase) -> None:
    story.print_heading("Who bears the cost of 03-26? Replay")
    story.set_clock("2025-04-23 09:00")
    for person in (people.nurse, people.municipal):
        step = story.begin_step(person, "replays 03-26 as it was known then")
        _expect_replay(step, person, case, "as-known-at", {MUNICIPAL_POSITION, REGION_POSITION})
        step = story.begin_step(person, "replays 03-26 as it is known now")
        _expect_replay(step, person, case, "as-known-now", {MUNICIPAL_POSITION, REGION_POSITION, LATE_POSITION})
        step = story.begin_step(person, "reads the Task as it stood on 03-26 and on 04-05, by _at")
        statuses = []
        for at in (VISIT, "2025-04-05T12:00:00+02:00"):
            (entry,) = person.read(f"Task/{case.task}/_history", _at=at)["entry"]
            statuses.append(entry["resource"]["businessStatus"]["coding"][0]["code"])
        step.expect_in_order("businessStatus", ["disputed", "level-established"], statuses)
    step = story.begin_step(people.municipal, "reads the ground of every event")
    expect_ground(step, people.municipal, case)
    step = story.begin_step(people.stranger, "looks for the case from another municipality")
    expect_nothing(step, people.stranger, case)


def _expect_replay(step: PlayStep, person: Professional, case: PlayCase, mode: str, positions: set[str]) -> None:
    replay = person.get(f"{case.path}/replay", at=VISIT, mode=mode).body
    (row,) = [row for row in replay["responsible"] if row["intervention"] == WOUND_CARE]
    step.expect("performer", REGION, row["performer"])
    step.expect("rule", RULE, row["clauses"][0])
    step.expect("version", AGREEMENT, row["agreement"])
    texts = [position["text"] for dispute in replay["case"]["disputes"] for position in dispute["positions"]]
    step.expect("positions", positions, set(texts))
    shown = [resource for resource in replay["resources"] if resource["resourceType"] == "Communication"]
    step.expect("of which as FHIR resources", len(positions), len(shown))
    for resource in replay["resources"]:
        person.inbox.add(resource)
