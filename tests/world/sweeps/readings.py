"""The sweep of readings: each resource of a kind that clients send says to its reader what the record holds."""

from datetime import datetime
from typing import Any

from domain.case.state.care_plan import PlanStatus, PlanText
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.directory import Directory
from domain.kernel import Party
from fhir_profiles import patient, systems
from fhir_profiles.care_plan_change import PlanChange, from_care_plan
from fhir_profiles.disagreement import from_communication
from fhir_profiles.discharge_notice import READY_FOR_DISCHARGE
from fhir_profiles.question import QUESTION, find_kind, from_answer, from_question
from fhir_profiles.resource_shapes import SUPPORTED
from fhir_profiles.service_request import from_service_request
from fhir_profiles.shapes import Element, ServerElement, Shape
from fhir_profiles.task import task_id
from fhir_profiles.task_acts import from_task_create
from projections.case import fold_case
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally

_CLAIM = "what is read of a resource is what the record holds"


def sweep_readings(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Read the present resources of a case as if a client had written them, and compare what is read with the record.

    What a reader left out would be lost when a client changes another part of the resource.
    """
    folded = fold_case(None, scene.services.store.load_case(case.case_id))
    assert folded is not None
    known, directory = folded.case, scene.services.directories[case.county]
    caller = next(scene.party_callers(case))
    of_type: dict[str, list[Json]] = {}
    for resource in scene.read_present(case, caller)["resources"]:
        of_type.setdefault(resource["resourceType"], []).append(resource)
    for request in of_type["ServiceRequest"]:
        _compare_request(_as_sent(request), known, directory, case, tally)
    for task in of_type.get("Task", ()):
        if task["id"] == str(task_id(known.referral)):
            _compare_task(_as_sent(task), known, directory, case, tally)
    for plan in of_type.get("CarePlan", ()):
        _compare_plan(plan, known, directory, case, tally)
    for communication in of_type.get("Communication", ()):
        if find_kind(communication) == READY_FOR_DISCHARGE:
            _compare_notice(communication, known, case, tally)
        elif "category" in communication:
            _compare_message(_as_sent(communication), known, case, tally)
        else:
            _compare_position(_as_sent(communication), known, case, tally)
    person = scene.services.persons.get(case.county, known.patient_id)
    assert person is not None
    read = patient.parse(caller.get(f"/fhir/Patient/{person.id}").json(), id=person.id, county=case.county)
    tally.equal(case, _CLAIM, read, person, "Patient")


def _as_sent(resource: Json) -> Json:
    """Return a resource without what the server alone sets, as a client writes it."""
    sent: Json = _without_server_elements(resource, SUPPORTED[resource["resourceType"]])
    return sent


def _without_server_elements(value: Any, shape: Shape) -> Any:
    if isinstance(value, list):
        return [_without_server_elements(item, shape) for item in value]
    if not isinstance(shape, Element) or not isinstance(value, dict):
        return value
    kept: Json = {}
    for name, inner in value.items():
        if name == "extension":
            own = [(each, shape.extensions.get(each["url"], Element())) for each in inner]
            extended = [_without_server_elements(each, one) for each, one in own if not isinstance(one, ServerElement)]
            kept |= {name: extended} if extended else {}
        elif not isinstance(shape.children.get(name), ServerElement):
            kept[name] = _without_server_elements(inner, shape.children.get(name, Element()))
    return kept


def _compare_request(resource: Json, known: Case, directory: Directory, case: SweptCase, tally: Tally) -> None:
    referral = known.referral
    read = from_service_request(resource | {"status": "draft"}, directory)
    found = (read.request, read.track, read.source, read.municipality, read.patient_id, read.occurred_at)
    asked_at = referral.first_sent_at or referral.raised_at
    receiver = known.municipality if referral.status is not ReferralStatus.RETURNED else None
    held = (referral.request, referral.track, referral.source, receiver, known.patient_id, asked_at)
    tally.equal(case, _CLAIM, found, held, "ServiceRequest")


def _compare_task(resource: Json, known: Case, directory: Directory, case: SweptCase, tally: Tally) -> None:
    """Compare the sending that a Task says, without what has been done since."""
    done = ("statusReason", "businessStatus", "note", "output", "lastModified")
    sent = {name: value for name, value in resource.items() if name not in done} | {"status": "requested"}
    read, referral = from_task_create(sent, directory), known.referral
    found = (read.service_request, read.patient_id, read.receiver, read.unit, read.occurred_at)
    receiver = (known.municipality, referral.unit, referral.received_at)
    held = (f"ServiceRequest/{referral.id}", known.patient_id, *receiver)
    tally.equal(case, _CLAIM, found, held, "Task")


def _compare_plan(resource: Json, known: Case, directory: Directory, case: SweptCase, tally: Tally) -> None:
    """Compare the text of a plan, and its draft if it is under revision."""
    plan = next(each for each in known.plans.values() if str(each.id) == resource["id"])
    in_force = {name: value for name, value in _as_sent(resource).items() if name != "contained"}
    read = from_care_plan(_as_begun(in_force), directory, Party.REGION)
    own = (read.kind, read.patient_id, read.occurred_at, read.episode)
    tally.equal(case, _CLAIM, own, (plan.kind, plan.patient_id, plan.initiated_at, known.enrolment_id), "CarePlan")
    _compare_text(read, plan.text, case, tally)
    if plan.status is PlanStatus.UNDER_REVISION:
        (draft,) = _as_sent(resource)["contained"]
        episode = [each for each in in_force["extension"] if each["url"] == systems.EPISODE]
        written = in_force | {"extension": episode + draft.get("extension", []), "activity": draft.get("activity", [])}
        _compare_text(from_care_plan(_as_begun(written), directory, Party.REGION), plan.draft, case, tally)


def _as_begun(resource: Json) -> Json:
    """Return a plan as a new one, of which no intervention has begun."""
    activities = [
        each | {"detail": each["detail"] | {"status": "not-started"}} for each in resource.get("activity", ())
    ]
    return resource | {"status": "draft", "activity": activities}


def _compare_text(read: PlanChange, text: PlanText, case: SweptCase, tally: Tally) -> None:
    parts = [
        (each.section.part, each.section.fields, each.section.not_applicable, each.party) for each in read.sections
    ]
    held = [(each.part, each.fields, each.not_applicable, each.party) for each in text.sections]
    tally.equal(case, _CLAIM, parts, held, "CarePlan", "parts")
    contacts = [(each.role, each.person, each.area, each.party) for each in read.contacts]
    named = [(each.role, each.person, each.area, each.party) for each in text.contacts]
    tally.equal(case, _CLAIM, contacts, named, "CarePlan", "contacts")
    tally.equal(case, _CLAIM, read.interventions, text.interventions, "CarePlan", "interventions")


def _compare_position(resource: Json, known: Case, case: SweptCase, tally: Tally) -> None:
    positions = [(dispute, each) for dispute in known.disputes for each in dispute.positions]
    dispute, position = next(pair for pair in positions if str(pair[1].id) == resource["id"])
    read = from_communication(resource)
    words = read.words
    found = (read.dispute, words.patient_id, words.text, words.sender.organisation, words.occurred_at)
    held = (dispute.id, known.patient_id, position.text, position.unit, position.occurred_at)
    tally.equal(case, _CLAIM, found, held, "Communication")


def _compare_notice(resource: Json, known: Case, case: SweptCase, tally: Tally) -> None:
    """Compare a notice of readiness for discharge with what is known of it. A client gives one by an act alone."""
    notices = {str(notice.id): notice for notice in (*known.discharge_notices, *known.corrected_notices)}
    notice = notices[resource["id"]]
    said = (resource["status"] == "stopped", datetime.fromisoformat(resource["sent"]))
    is_stopped = notice in known.discharge_notices and notice.withdrawn_at is not None
    tally.equal(case, _CLAIM, said, (is_stopped, notice.at), "Communication", "notice")


def _compare_message(resource: Json, known: Case, case: SweptCase, tally: Tally) -> None:
    """Compare a question, or an answer, with what was asked or answered. Who sends one leaves out what came after."""
    sent = {name: value for name, value in resource.items() if name not in ("received", "status")}
    sent["status"] = "completed"
    if find_kind(resource) == QUESTION:
        (asked,) = (each for each in known.questions if str(each.id) == resource["id"])
        read = from_question(sent)
        found = (read.service_request, read.plan, read.words.text, read.words.sender.organisation)
        held = (known.referral.id, asked.plan, asked.text, asked.unit)
        tally.equal(case, _CLAIM, found, held, "Communication", "question")
        tally.equal(case, _CLAIM, read.words.occurred_at, asked.asked_at, "Communication", "question")
        return
    answers = {each.id: each.answer for each in known.questions if each.answer is not None}
    given = from_answer({name: value for name, value in sent.items() if name not in ("basedOn", "about")})
    answer = answers[given.question]
    said = (resource["id"], given.words.text, given.words.sender.organisation, given.words.occurred_at)
    kept = (str(answer.id), answer.text, answer.unit, answer.answered_at)
    tally.equal(case, _CLAIM, said, kept, "Communication", "answer")
