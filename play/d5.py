"""D5, "Disagreement on level, answered at time T" (catalogue D, ORE)."""

from datetime import datetime
from uuid import uuid4

from play import systems
from play.client import Cast, Person, Resource
from play.content import AGREEMENT, DISTRICT_NURSE, EKEBY, MUNICIPAL_NURSE, PHYSICIAN, REGION, WOUND_CARE, assessment
from play.people import People, change_task, number, opened, patient
from play.resources import (
    HEALTH_CENTRE,
    HOME_CARE,
    LOCAL,
    business_status,
    communication,
    sent_together,
    service_request,
    task,
)
from play.story import SWEDEN, Step, Story
from play.views import Case, due, expect_ground, expect_nothing, expect_statuses, look, responsible

T = "2025-03-26T12:00:00+01:00"
THEIRS = "Omläggningen kräver särskild kompetens som kommunen saknar"
OURS = "Omläggning med kompression är primärvårdsnivå"
LATE = "Redan den 24 mars kunde en sjuksköterska frigöras för utbildning"
RULE = "ORE-3.1.3-14"


def d5(story: Story, cast: Cast) -> Case:
    """Carry D5 through, and say which case it made."""
    people = People.of(cast)
    case = _request(story, people)
    dispute = _disagreement(story, people, case)
    _visit(story, people, case)
    _resolution(story, people, case, dispute)
    _late_position(story, people, case, dispute)
    _cost(story, people, case)
    return case


def _request(story: Story, people: People) -> Case:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The request (vårdbegäran)")
    story.on("2025-03-20 09:00")
    step = story.step(nurse, "finds the patient, a woman of 82, by her number")
    patient_id = patient(step, nurse)
    step = story.step(nurse, "sends the request: ServiceRequest and Task in one transaction, once for its number")
    own = number("D5")
    request = service_request(patient_id, own, goal="Läkt sår inom tre månader", status="active")
    entries = sent_together(request, task(patient_id, LOCAL))
    made = step.done(nurse.transaction(*entries, key=own["value"])).body["entry"]
    step.expect("what became of each", ["201 Created", "201 Created"], [one["response"]["status"] for one in made])
    step = story.step(nurse, "sends it again with its Idempotency-Key, as a system does that lost the answer")
    again = step.done(nurse.transaction(*entries, key=own["value"])).body["entry"]
    step.expect_in_order("the first answer", _made(made), _made(again))
    step = story.step(nurse, "sends it again as a new request")
    step.refused(nurse.transaction(*entries, key=str(uuid4())), "WRONG_STATE", rule="ORE-3.1.2-1", status=409)
    ids = [location.split("/_history/")[0].split("/")[-1] for location in _made(made)]
    case = opened(nurse.read(f"ServiceRequest/{ids[0]}"), ids[1], patient_id)
    expect_statuses(step, look(municipal, case), "active requested - planned - -")

    story.on("2025-03-21 09:00")
    step = story.step(municipal, "acknowledges the request and contacts the health centre")
    step.done(change_task(municipal, case, status="received"))
    step.done(change_task(municipal, case, businessStatus=business_status("in-contact")))
    expect_statuses(step, look(nurse, case), "active received in-contact planned - -")
    return case


def _made(entries: list[Resource]) -> list[str]:
    """Where the resources of a transaction are."""
    return [entry["response"]["location"] for entry in entries]


def _disagreement(story: Story, people: People, case: Case) -> str:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    story.heading("The disagreement (oenighet)")
    story.on("2025-03-24 09:00")
    step = story.step(municipal, "begins the joint assessment")
    team = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
    step.done(municipal.act(f"{case.path}/start-assessment", participants=team))
    step = story.step(physician, "assesses for the region: primary care level")
    step.done(physician.act(f"{case.path}/record-assessment", **assessment("primary", OURS)))
    step = story.step(municipal, "assesses for the municipality: special competence is needed")
    step.done(municipal.act(f"{case.path}/record-assessment", **assessment("specialised", THEIRS)))
    story.on("2025-03-24 10:00")
    step = story.step(municipal, "disagrees, with a reason")
    disputed = {"businessStatus": business_status("disputed"), "statusReason": {"text": THEIRS}}
    step.done(change_task(municipal, case, **disputed))
    seen = look(nurse, case)
    expect_statuses(step, seen, "active received disputed planned - -")
    dispute = _dispute(seen.task)
    step.expect("the disagreement as a Task of its own", "in-progress", nurse.read(f"Task/{dispute}")["status"])
    for person, unit, text in ((municipal, HOME_CARE, THEIRS), (physician, HEALTH_CENTRE, OURS)):
        step = story.step(person, "states its party's position, as a Communication")
        step.done(person.create(communication(case.patient, dispute, unit, text)))
    step = story.step(municipal, "tries to state the region's position (F22)")
    answer = municipal.create(communication(case.patient, dispute, HEALTH_CENTRE, OURS))
    step.refused(answer, "NOT_YOUR_PRINCIPAL", rule="SYS-3", status=403)
    for person in (nurse, municipal):
        found = person.search("Communication", about=f"Task/{dispute}")
        texts = [one["payload"][0]["contentString"] for one in found]
        step.expect(f"positions as {person.principal} reads them", {THEIRS, OURS}, set(texts))
        blocked = due(person, case, "resolve-disagreement", "2025-03-25T12:00:00+01:00")
        step.expect(f"the worklist of {person.principal} holds the disagreement", [None], blocked)
    return dispute


def _dispute(task: dict[str, object]) -> str:
    extensions = task["extension"]
    assert isinstance(extensions, list)
    found = next(one["valueReference"]["reference"] for one in extensions if one["url"] == systems.DISPUTE)
    return str(found).removeprefix("Task/")


def _visit(story: Story, people: People, case: Case) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.on("2025-03-26 12:00")
    for person in (nurse, municipal):
        step = story.step(person, "asks who performs the visit that is needed today")
        step.expect("performer", REGION, responsible(person, case, T).get(WOUND_CARE))
    step = story.step(nurse, "tries to hand the intervention over (F11)")
    answer = nurse.act(f"{case.path}/hand-over-intervention", intervention=WOUND_CARE)
    step.refused(answer, "DISPUTE_OPEN", rule=RULE, status=409)
    step = story.step(nurse, "tries to have the request accepted instead (F11)")
    step.refused(change_task(nurse, case, status="accepted"), "DISPUTE_OPEN", rule=RULE, status=409)
    step = story.step(municipal, "looks whether care has lapsed")
    expect_statuses(step, look(municipal, case), "active received disputed planned - -")


def _resolution(story: Story, people: People, case: Case, dispute: str) -> None:
    nurse, municipal = people.nurse, people.municipal
    story.heading("The resolution")
    story.on("2025-04-04 09:00")
    same = {
        "dispute": dispute,
        "level": "primary",
        "performer": "municipality",
        "conclusion": "Primärvårdsnivå; kommunen utför från i dag, efter handledning av vårdcentralen",
    }
    step = story.step(nurse, "tries to let the resolution hold from 03-26 (F11)")
    answer = nurse.act(f"{case.path}/resolve-disagreement", effective_from="2025-03-26", **same)
    step.refused(answer, "NOT_RETROACTIVE", rule=RULE, where="effective_from", status=422)
    step = story.step(nurse, "declares for the region: primary, the municipality performs")
    step.done(nurse.act(f"{case.path}/resolve-disagreement", **same))
    step = story.step(nurse, "declares it once more, for the municipality too (F10)")
    answer = nurse.act(f"{case.path}/resolve-disagreement", **same)
    step.refused(answer, "OTHER_PARTY_MISSING", rule=RULE, where="municipality", status=409)
    step = story.step(municipal, "declares the same for the municipality: resolved")
    step.done(municipal.act(f"{case.path}/resolve-disagreement", **same))
    expect_statuses(step, look(nurse, case), "active received level-established planned - -")
    step.expect("the disagreement's Task", "completed", nurse.read(f"Task/{dispute}")["status"])
    for person in (nurse, municipal):
        days = due(person, case, "joint-planning", "2025-04-05T12:00:00+02:00")
        step.expect(f"joint planning in the worklist of {person.principal}, due", ["2025-04-11"], days)
        performers = [
            responsible(person, case, at).get(WOUND_CARE)
            for at in ("2025-04-03T12:00:00+02:00", "2025-04-04T12:00:00+02:00", "2025-04-05T12:00:00+02:00")
        ]
        step.expect_in_order(
            f"who performs on 04-03, 04-04, 04-05, to {person.principal}", [REGION, EKEBY, EKEBY], performers
        )


def _late_position(story: Story, people: People, case: Case, dispute: str) -> None:
    municipal = people.municipal
    story.on("2025-04-06 09:00")
    step = story.step(municipal, "records a position that was held on 03-24")
    held = datetime(2025, 3, 24, 16, tzinfo=SWEDEN)
    said = step.done(municipal.create(communication(case.patient, dispute, HOME_CARE, LATE, sent=held))).body
    step.expect("recorded on", "2025-04-06", said["meta"]["lastUpdated"][:10])
    step.expect("held on", "2025-03-24", said["sent"][:10])


def _cost(story: Story, people: People, case: Case) -> None:
    story.heading("Who bears the cost of 03-26? Replay")
    story.on("2025-04-23 09:00")
    for person in (people.nurse, people.municipal):
        step = story.step(person, "replays 03-26 as it was known then")
        _replay(step, person, case, "as-known-at", {THEIRS, OURS})
        step = story.step(person, "replays 03-26 as it is known now")
        _replay(step, person, case, "as-known-now", {THEIRS, OURS, LATE})
        step = story.step(person, "reads the Task as it stood on 03-26 and on 04-05, by _at")
        steps = []
        for at in (T, "2025-04-05T12:00:00+02:00"):
            (entry,) = person.read(f"Task/{case.task}/_history", _at=at)["entry"]
            steps.append(entry["resource"]["businessStatus"]["coding"][0]["code"])
        step.expect_in_order("businessStatus", ["disputed", "level-established"], steps)
    step = story.step(people.municipal, "reads the ground of every event")
    expect_ground(step, people.municipal, case)
    step = story.step(people.stranger, "looks for the case from another municipality")
    expect_nothing(step, people.stranger, case)


def _replay(step: Step, person: Person, case: Case, mode: str, positions: set[str]) -> None:
    told = person.get(f"{case.path}/replay", at=T, mode=mode).body
    (held,) = [one for one in told["responsible"] if one["intervention"] == WOUND_CARE]
    step.expect("performer", REGION, held["performer"])
    step.expect("rule", RULE, held["clauses"][0])
    step.expect("version", AGREEMENT, held["agreement"])
    said = [one["text"] for dispute in told["case"]["referral"]["disputes"] for one in dispute["positions"]]
    step.expect("positions", positions, set(said))
    shown = [one for one in told["resources"] if one["resourceType"] == "Communication"]
    step.expect("of which as FHIR resources", len(positions), len(shown))
    for resource in told["resources"]:
        person.received.note(resource)
