"""Changing: a PUT is an act, decided on the very version it was made for, or refused and recorded."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, Caller
from tests.service.fhir.resources import Json, assert_outcome, change, concept, sent
from tests.service.fhir.test_creating import refusals

CRITERIA: dict[str, dict[str, Any]] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
TOOK_PART = {"took_part": True, "note": "She took part herself and wants care at home"}


def read(caller: Caller, resource: Json) -> Json:
    """The resource as it now stands."""
    answer = caller.get(f"/fhir/{resource['resourceType']}/{resource['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def case_of(resource: Json) -> str:
    """The case that a request or its Task belongs to."""
    known = resource.get("requisition") or resource["groupIdentifier"]
    return str(known["value"])


def acted(caller: Caller, case: str, name: str, **content: Any) -> None:
    """An act of the JSON face that is done."""
    answer = caller.act(case, name, **content)
    assert answer.is_success, (name, answer.text)


def assess(region: Caller, municipality: Caller, task: Json) -> Json:
    """Carry a sent request to an established level; the Task then."""
    case = case_of(task)
    assert change(municipality, task | {"status": "received"}).status_code == 200
    contacted = read(municipality, task) | {
        "businessStatus": concept(systems.BUSINESS_STATUS, "in-contact"),
        "note": [{"text": "Called the health centre"}],
    }
    answer = change(municipality, contacted)
    assert answer.status_code == 200, answer.text
    acted(municipality, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    for caller in (region, municipality):
        acted(
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
    acted(region, case, "evaluate-criteria", facts=CRITERIA)
    acted(region, case, "establish-level")
    return read(region, task)


@pytest.mark.rule("ORE-3.1.2-6")
def test_the_receiver_acknowledges_by_the_tasks_status(region: Caller, municipality: Caller, patient: str) -> None:
    request, sending = sent(region, patient)
    answer = change(municipality, sending | {"status": "received"}, If_Match='W/"1"')
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == 'W/"2"'
    assert answer.json()["status"] == "received"
    assert answer.json()["meta"]["versionId"] == "2"
    assert read(region, request)["status"] == "active"


@pytest.mark.rule("ORE-3.1.2-6")
def test_the_sender_does_not_acknowledge_for_the_receiver(
    module_services: Services, region: Caller, patient: str
) -> None:
    before = refusals(module_services, "ACTOR_NOT_RECEIVER")
    _, sending = sent(region, patient)
    answer = change(region, sending | {"status": "received"})
    assert_outcome(answer, 403, issue="forbidden", code="ACTOR_NOT_RECEIVER")
    assert refusals(module_services, "ACTOR_NOT_RECEIVER") == before + 1


def test_a_change_of_an_old_version_is_refused(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    assert change(municipality, sending | {"status": "received"}, If_Match='W/"1"').status_code == 200
    answer = change(municipality, sending | {"status": "received"}, If_Match='W/"1"')
    assert_outcome(answer, 412, issue="conflict", code="VERSION_MISMATCH", says="at version 2, not 1")


@pytest.mark.parametrize("if_match", ['W/"1"', None])
def test_of_two_conflicting_acts_one_wins(
    region: Caller, municipality: Caller, patient: str, if_match: str | None
) -> None:
    _, sending = sent(region, patient)
    headers = {"If_Match": if_match} if if_match else {}
    wishes = [(municipality, sending | {"status": "received"}), (region, sending | {"status": "cancelled"})]

    def one(wish: tuple[Caller, Json]) -> httpx.Response:
        return change(*wish, **headers)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, wishes))
    (won,) = (one for one in answers if one.status_code == 200)
    (lost,) = (one for one in answers if one.status_code != 200)
    assert_outcome(lost, 412 if if_match else 409, issue="conflict")
    assert read(region, sending)["status"] == won.json()["status"]


def test_sixteen_who_acknowledge_at_once_record_it_once(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)

    def one(_: int) -> httpx.Response:
        with httpx.Client(base_url=municipality.base_url, headers=municipality.headers, timeout=30) as client:
            return client.put(f"/fhir/Task/{sending['id']}", json=sending | {"status": "received"})

    with ThreadPoolExecutor(16) as pool:
        statuses = [one.status_code for one in pool.map(one, range(16))]
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 409, 422}
    assert read(region, sending)["meta"]["versionId"] == "2"


def test_a_repeat_with_its_key_gets_the_first_answer(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    first, again = (
        change(municipality, sending | {"status": "received"}, Idempotency_Key=f"receipt {sending['id']}")
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_its_author_supplements_a_request(region: Caller, municipality: Caller, patient: str) -> None:
    request, _ = sent(region, patient)
    more = request | {"reasonCode": [{"text": "Leg ulcer care at home, twice a week"}]}
    assert change(region, more).json()["reasonCode"] == more["reasonCode"]
    answer = change(municipality, read(region, request) | {"reasonCode": [{"text": "Not ours"}]})
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")


@pytest.mark.rule("R14")
def test_a_request_is_withdrawn_as_revoked_or_by_its_task(region: Caller, municipality: Caller, patient: str) -> None:
    request, sending = sent(region, patient)
    assert change(region, request | {"status": "revoked"}).json()["status"] == "revoked"
    assert read(municipality, sending)["status"] == "cancelled"
    _, other = sent(region, patient)
    assert change(region, other | {"status": "cancelled"}).json()["status"] == "cancelled"
    _, third = sent(region, patient)
    refused = change(municipality, third | {"status": "cancelled"})
    assert_outcome(refused, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")


@pytest.mark.rule("ORE-3-3")
def test_a_task_is_accepted_by_the_second_party_alone(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    weighed = assess(region, municipality, sending)
    assert weighed["businessStatus"]["coding"][0]["code"] == "level-established"
    early = change(municipality, weighed | {"status": "accepted"})
    assert_outcome(early, 409, issue="conflict", code="OTHER_PARTY_MISSING", says="/accept-referral")
    assert read(region, sending)["status"] == "received"
    acted(region, case_of(sending), "accept-referral")
    accepted = change(municipality, read(municipality, sending) | {"status": "accepted"})
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["status"] == "accepted"


@pytest.mark.rule("ORE-3.1.2-5")
def test_a_task_is_rejected_by_both_with_reasons(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    too_early = change(municipality, sending | {"status": "rejected", "statusReason": {"text": "No need"}})
    assert_outcome(too_early, 409, issue="conflict", code="ASSESSMENT_REQUIRED")
    weighed = assess(region, municipality, sending)
    assert_outcome(
        change(municipality, weighed | {"status": "rejected"}), 400, issue="required", says="Task.statusReason"
    )
    alone = change(municipality, weighed | {"status": "rejected", "statusReason": {"text": "Can visit"}})
    assert_outcome(alone, 409, issue="conflict", code="OTHER_PARTY_MISSING", says="/decline-referral")
    acted(region, case_of(sending), "decline-referral", reason="Can visit the health centre")
    both = change(municipality, read(region, sending) | {"status": "rejected", "statusReason": {"text": "Can visit"}})
    assert both.json()["status"] == "rejected", both.text


def test_a_disagreement_and_each_sides_position(
    module_services: Services, region: Caller, municipality: Caller, elsewhere: Caller, patient: str
) -> None:
    _, sending = sent(region, patient)
    weighed = assess(region, municipality, sending)
    disputed = change(
        municipality,
        weighed
        | {
            "businessStatus": concept(systems.BUSINESS_STATUS, "disputed"),
            "statusReason": {"text": "The wound needs a specialist"},
        },
    )
    assert disputed.status_code == 200, disputed.text
    assert disputed.json()["status"] == "received"
    found = region.get(f"/fhir/Task?part-of=Task/{sending['id']}").json()
    (dispute,) = (one["resource"] for one in found["entry"])
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
    before = refusals(module_services, "NOT_YOUR_PRINCIPAL")
    forged = region.post("/fhir/Communication", json=position)
    assert_outcome(forged, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL", says="Communication.sender")
    assert refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 1
    assert_outcome(elsewhere.post("/fhir/Communication", json=position), 422, issue="not-found")
    unasked = municipality.post("/fhir/Communication", json=position, headers={"If-None-Exist": "_id=1"})
    assert_outcome(unasked, 400, issue="value", code="HEADER_INVALID", says="Idempotency-Key")


def test_what_the_server_sets_is_not_changed_by_a_client(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    for changes in (
        {"owner": {"reference": "Organization/SE2120000002-KOMMUNB"}},
        {"focus": {"reference": "ServiceRequest/1"}},
        {"intent": "plan"},
        {"status": "failed"},
        {"priority": "urgent"},
    ):
        answer = change(municipality, sending | {"status": "received"} | changes)
        assert answer.status_code in {400, 422}, answer.text
    assert read(region, sending)["meta"]["versionId"] == "1"
