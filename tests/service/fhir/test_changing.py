"""Changes: a PUT is an act on the version that the client has read. A refused PUT is recorded as well."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, Caller
from tests.service.fhir.resources import Json, assert_outcome, change, concept, send_request
from tests.service.fhir.test_creating import count_refusals

CRITERIA: dict[str, dict[str, Any]] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
TOOK_PART = {"took_part": True, "note": "She took part herself and wants care at home"}


def read_now(caller: Caller, resource: Json) -> Json:
    """Read the current version of the resource."""
    answer = caller.get(f"/fhir/{resource['resourceType']}/{resource['id']}")
    assert answer.status_code == 200, answer.text
    current: Json = answer.json()
    return current


def find_case_id(resource: Json) -> str:
    """Return the id of the case that a request or its Task belongs to."""
    identifier = resource.get("requisition") or resource["groupIdentifier"]
    return str(identifier["value"])


def perform(caller: Caller, case: str, name: str, **content: Any) -> None:
    """Perform an act through the JSON face, and assert that it succeeds."""
    answer = caller.act(case, name, **content)
    assert answer.is_success, (name, answer.text)


def assess(region: Caller, municipality: Caller, task: Json) -> Json:
    """Carry a sent request to an established level, and return its Task."""
    case = find_case_id(task)
    assert change(municipality, task | {"status": "received"}).status_code == 200
    contacted = read_now(municipality, task) | {
        "businessStatus": concept(systems.BUSINESS_STATUS, "in-contact"),
        "note": [{"text": "Called the health centre"}],
    }
    answer = change(municipality, contacted)
    assert answer.status_code == 200, answer.text
    perform(municipality, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    for caller in (region, municipality):
        perform(
            caller,
            case,
            "record-assessment",
            level="primary",
            interventions=[{"key": "leg-ulcer", "text": "Dress the leg ulcer", "party": "municipality"}],
            participation=TOOK_PART,
            direction="Heal the ulcer",
            content="Dressing and compression",
            responsibility="The municipality dresses, the health centre follows up",
            goals="A healed ulcer",
            considerations="A venous ulcer without infection",
        )
    perform(region, case, "evaluate-criteria", facts=CRITERIA)
    perform(region, case, "establish-level")
    return read_now(region, task)


@pytest.mark.rule("ORE-3.1.2-6")
def test_the_receiver_acknowledges_with_the_status_of_the_task(
    region: Caller, municipality: Caller, patient: str
) -> None:
    request, task = send_request(region, patient)
    answer = change(municipality, task | {"status": "received"}, If_Match='W/"1"')
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == 'W/"2"'
    assert answer.json()["status"] == "received"
    assert answer.json()["meta"]["versionId"] == "2"
    assert read_now(region, request)["status"] == "active"


@pytest.mark.rule("ORE-3.1.2-6")
def test_the_sender_cannot_acknowledge_for_the_receiver(
    module_services: Services, region: Caller, patient: str
) -> None:
    before = count_refusals(module_services, "ACTOR_NOT_RECEIVER")
    _, task = send_request(region, patient)
    answer = change(region, task | {"status": "received"})
    assert_outcome(answer, 403, issue="forbidden", code="ACTOR_NOT_RECEIVER")
    assert count_refusals(module_services, "ACTOR_NOT_RECEIVER") == before + 1


def test_a_change_of_an_old_version_is_refused(region: Caller, municipality: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    assert change(municipality, task | {"status": "received"}, If_Match='W/"1"').status_code == 200
    answer = change(municipality, task | {"status": "received"}, If_Match='W/"1"')
    assert_outcome(answer, 412, issue="conflict", code="VERSION_MISMATCH", says="at version 2, not 1")


@pytest.mark.parametrize("if_match", ['W/"1"', None])
def test_only_one_of_two_conflicting_acts_is_recorded(
    region: Caller, municipality: Caller, patient: str, if_match: str | None
) -> None:
    _, task = send_request(region, patient)
    headers = {"If_Match": if_match} if if_match else {}
    changes = [(municipality, task | {"status": "received"}), (region, task | {"status": "cancelled"})]

    def send_change(attempt: tuple[Caller, Json]) -> httpx.Response:
        return change(*attempt, **headers)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send_change, changes))
    (accepted,) = (answer for answer in answers if answer.status_code == 200)
    (refused,) = (answer for answer in answers if answer.status_code != 200)
    assert_outcome(refused, 412 if if_match else 409, issue="conflict")
    assert read_now(region, task)["status"] == accepted.json()["status"]


def test_sixteen_acknowledgements_at_once_are_recorded_once(region: Caller, municipality: Caller, patient: str) -> None:
    _, task = send_request(region, patient)

    def acknowledge(_: int) -> httpx.Response:
        with httpx.Client(base_url=municipality.base_url, headers=municipality.headers, timeout=30) as client:
            return client.put(f"/fhir/Task/{task['id']}", json=task | {"status": "received"})

    with ThreadPoolExecutor(16) as pool:
        statuses = [acknowledge.status_code for acknowledge in pool.map(acknowledge, range(16))]
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 409, 422}
    assert read_now(region, task)["meta"]["versionId"] == "2"


def test_a_repeat_with_the_same_idempotency_key_gets_the_first_answer(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    first, again = (
        change(municipality, task | {"status": "received"}, Idempotency_Key=f"receipt {task['id']}") for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_only_the_author_supplements_a_request(region: Caller, municipality: Caller, patient: str) -> None:
    request, _ = send_request(region, patient)
    more = request | {"reasonCode": [{"text": "Leg ulcer care at home, twice a week"}]}
    assert change(region, more).json()["reasonCode"] == more["reasonCode"]
    answer = change(municipality, read_now(region, request) | {"reasonCode": [{"text": "Not ours"}]})
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")


@pytest.mark.rule("R14")
def test_the_sender_withdraws_with_the_status_of_the_request_or_its_task(
    region: Caller, municipality: Caller, patient: str
) -> None:
    request, task = send_request(region, patient)
    assert change(region, request | {"status": "revoked"}).json()["status"] == "revoked"
    assert read_now(municipality, task)["status"] == "cancelled"
    _, other = send_request(region, patient)
    assert change(region, other | {"status": "cancelled"}).json()["status"] == "cancelled"
    _, third = send_request(region, patient)
    refused = change(municipality, third | {"status": "cancelled"})
    assert_outcome(refused, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")


@pytest.mark.rule("ORE-3-3")
def test_a_task_becomes_accepted_when_the_second_party_accepts(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    task = assess(region, municipality, task)
    assert task["businessStatus"]["coding"][0]["code"] == "level-established"
    early = change(municipality, task | {"status": "accepted"})
    assert_outcome(early, 409, issue="conflict", code="OTHER_PARTY_MISSING", says="/accept-referral")
    assert read_now(region, task)["status"] == "received"
    perform(region, find_case_id(task), "accept-referral")
    accepted = change(municipality, read_now(municipality, task) | {"status": "accepted"})
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["status"] == "accepted"


@pytest.mark.rule("ORE-3.1.2-5")
def test_a_task_becomes_rejected_when_both_parties_decline_with_reasons(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    too_early = change(municipality, task | {"status": "rejected", "statusReason": {"text": "No need"}})
    assert_outcome(too_early, 409, issue="conflict", code="ASSESSMENT_REQUIRED")
    task = assess(region, municipality, task)
    assert_outcome(change(municipality, task | {"status": "rejected"}), 422, issue="required", says="Task.statusReason")
    alone = change(municipality, task | {"status": "rejected", "statusReason": {"text": "Can visit"}})
    assert_outcome(alone, 409, issue="conflict", code="OTHER_PARTY_MISSING", says="/decline-referral")
    perform(region, find_case_id(task), "decline-referral", reason="Can visit the health centre")
    both = change(municipality, read_now(region, task) | {"status": "rejected", "statusReason": {"text": "Can visit"}})
    assert both.json()["status"] == "rejected", both.text


def test_a_party_states_its_own_position_in_a_disagreement(
    module_services: Services, region: Caller, municipality: Caller, elsewhere: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    task = assess(region, municipality, task)
    disputed = change(
        municipality,
        task
        | {
            "businessStatus": concept(systems.BUSINESS_STATUS, "disputed"),
            "statusReason": {"text": "The wound needs a specialist"},
        },
    )
    assert disputed.status_code == 200, disputed.text
    assert disputed.json()["status"] == "received"
    bundle = region.get(f"/fhir/Task?part-of=Task/{task['id']}").json()
    (dispute,) = (entry["resource"] for entry in bundle["entry"])
    position: Json = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "about": [{"reference": f"Task/{dispute['id']}"}],
        "sender": {"reference": "Organization/SE2120000001-HSVEKEBY"},
        "payload": [{"contentString": "The ulcer takes a specialist's competence"}],
    }
    stated = municipality.post("/fhir/Communication", json=position)
    assert stated.status_code == 201, stated.text
    assert region.get(f"/fhir/Communication?about=Task/{dispute['id']}").json()["total"] == 1
    before = count_refusals(module_services, "NOT_YOUR_PRINCIPAL")
    forged = region.post("/fhir/Communication", json=position)
    assert_outcome(forged, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL", says="Communication.sender")
    assert count_refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 1
    assert_outcome(elsewhere.post("/fhir/Communication", json=position), 422, issue="not-found")
    unasked = municipality.post("/fhir/Communication", json=position, headers={"If-None-Exist": "_id=1"})
    assert_outcome(unasked, 400, issue="value", code="HEADER_INVALID", says="Idempotency-Key")


def test_a_client_cannot_change_a_field_that_the_server_sets(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    for changes in (
        {"owner": {"reference": "Organization/SE2120000002-KOMMUNB"}},
        {"focus": {"reference": "ServiceRequest/1"}},
        {"intent": "plan"},
        {"status": "failed"},
        {"priority": "urgent"},
    ):
        answer = change(municipality, task | {"status": "received"} | changes)
        assert answer.status_code in {400, 422}, answer.text
    assert read_now(region, task)["meta"]["versionId"] == "1"


def test_a_resource_sent_back_as_it_was_read_changes_nothing(
    region: Caller, municipality: Caller, patient: str
) -> None:
    request, task = send_request(region, patient)
    assess(region, municipality, task)
    for caller in (region, municipality):
        for resource in (read_now(caller, request), read_now(caller, task)):
            answer = change(caller, resource)
            assert (answer.status_code, answer.json()) == (200, resource), answer.text
            stale = change(caller, resource, If_Match='W/"99"')
            assert_outcome(stale, 412, issue="conflict", code="VERSION_MISMATCH")
