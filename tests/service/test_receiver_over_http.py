"""The receiver of a request over HTTP: its unit, the way on to another, the way back, and cancellation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fhir_profiles import systems
from fhir_profiles.elements import concept
from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import (
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    NURSE_A,
    Caller,
    patient_id,
)
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, open_case, send_request
from tests.service.test_own_texts_over_http import disagree
from tests.two_units import OTHER_NURSE, OTHER_UNIT, OWN_UNIT, serve_two_units

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
REASON = "The person lives in another municipality"
Json = dict[str, Any]


@pytest.fixture
def case(services: Services, region: Caller) -> str:
    """A case whose request has been sent to municipality A."""
    return send_request(region, services)


def list_items(caller: Caller, case: str) -> list[str]:
    """Return the keys of what waits for the caller's principal in the case."""
    return [item["key"] for item in caller.get("/api/worklist").json() if item.get("case") == case]


def list_next(caller: Caller, case: str) -> list[str]:
    """Return the acts that are open to the caller in the case."""
    return [each["act"] for each in assert_ok(caller.get(f"/api/cases/{case}"))["next"]]


def tasks(caller: Caller) -> list[Json]:
    """Return the Tasks that the caller's principal may read, the oldest first."""
    found = [entry["resource"] for entry in assert_ok(caller.get("/fhir/Task")).get("entry", ())]
    return sorted(found, key=lambda task: str(task["authoredOn"]))


def status_of(task: Json) -> tuple[str, str]:
    """Return a Task's status and the municipality that answers for its owner."""
    return task["status"], task["owner"]["extension"][0]["valueReference"]["identifier"]["value"]


def test_a_returned_request_leaves_the_wrong_receiver_and_waits_for_its_sender(
    services: Services, region: Caller, municipality: Caller, case: str
) -> None:
    assert_ok(municipality.act(case, "acknowledge-referral"))
    held = assert_ok(region.get(f"/api/cases/{case}/responsibility"))["responsible"]

    returned = assert_ok(municipality.act(case, "return-referral", reason=REASON))

    assert returned["referral"]["status"] == "returned"
    assert (list_items(municipality, case), list_items(region, case)) == ([], ["send-anew"])
    assert assert_ok(region.get(f"/api/cases/{case}/responsibility"))["responsible"] == held
    (latest,) = (entry for entry in region.get(f"/api/cases/{case}/timeline").json() if "returned" in entry["topic"])
    assert (latest["content"]["reason"], latest["actor"]["principal"]) == (REASON, MUNICIPALITY_A)
    for path in ("timeline", "replay", "responsibility"):
        assert municipality.get(f"/api/cases/{case}/{path}").status_code == 404
    assert case not in municipality.get("/api/cases").text
    assert assert_ok(municipality.get("/fhir/ServiceRequest"))["total"] == 0
    assert assert_ok(municipality.get("/fhir/Provenance"))["total"] == 0
    (own,) = tasks(municipality)
    assert own["statusReason"] == concept(systems.STATUS_REASON, "misdirected", REASON)
    assert municipality.act(case, "acknowledge-referral").status_code == 404
    assert_refused(region.act(case, "return-referral", reason=REASON), 403, "ACTOR_NOT_RECEIVER")
    assert_rebuild_identical(services)


def test_a_returned_request_is_sent_anew_to_the_right_municipality_in_the_same_case(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller, case: str
) -> None:
    at_first = assert_ok(region.get(f"/api/cases/{case}/replay"))
    assert_ok(municipality.act(case, "return-referral", reason=REASON))

    assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_B))

    assert (list_items(region, case), list_items(elsewhere, case)) == ([], ["acknowledge"])
    assert [status_of(task) for task in tasks(region)] == [
        ("rejected", MUNICIPALITY_A),
        ("requested", MUNICIPALITY_B),
    ]
    assert [status_of(task) for task in tasks(municipality)] == [("rejected", MUNICIPALITY_A)]
    assert tasks(elsewhere) == tasks(region)
    assert_ok(elsewhere.act(case, "acknowledge-referral"))
    assert [status_of(task) for task in tasks(elsewhere)] == [
        ("rejected", MUNICIPALITY_A),
        ("received", MUNICIPALITY_B),
    ]
    assert [status_of(task) for task in tasks(municipality)] == [("rejected", MUNICIPALITY_A)]
    (request,) = (entry["resource"] for entry in region.get("/fhir/ServiceRequest").json()["entry"])
    assert (request["status"], request["performer"][0]["identifier"]["value"]) == ("active", MUNICIPALITY_B)
    then = assert_ok(region.get(f"/api/cases/{case}/replay", params={"at": at_first["moment"]}))
    assert then == at_first
    assert_rebuild_identical(services)


def test_a_wrong_receiver_rejects_its_task_as_misdirected(
    region: Caller, municipality: Caller, elsewhere: Caller, case: str
) -> None:
    (task,) = tasks(municipality)
    reason = concept(systems.STATUS_REASON, "misdirected", REASON)
    path = f"/fhir/Task/{task['id']}"

    put = municipality.put(path, json=task | {"status": "rejected", "statusReason": reason})

    answered = assert_ok(put)
    assert (answered["status"], answered["statusReason"]) == ("rejected", reason)
    assert assert_ok(municipality.get(path)) == answered == assert_ok(region.get(path))
    again = municipality.put(path, json=answered | {"status": "received"})
    assert again.status_code == 422, again.text
    assert "has the request no more" in again.text
    anew = {name: task[name] for name in ("resourceType", "intent", "code", "focus", "for")}
    owner = {"reference": f"Organization/{MUNICIPALITY_B}"}
    requester = {"reference": "Organization/SE2321000000-VCEKEBY"}
    sent = region.post("/fhir/Task", json=anew | {"status": "requested", "owner": owner, "requester": requester})
    assert sent.status_code == 201, sent.text
    assert sent.json()["id"] != task["id"]
    assert list_items(elsewhere, case) == ["acknowledge"]


def test_a_receiver_that_performs_by_a_resolution_keeps_the_request_and_the_case(
    services: Services, address: str
) -> None:
    with disagree(services, address) as case:
        said = {"level": "primary", "performer": "municipality", "conclusion": "Primary care"}
        case.both("2025-04-04 10:00", "resolve-disagreement", dispute=case.dispute, **said)

        refused = case.municipality.act(case.id, "return-referral", reason=REASON)

        assert assert_refused(refused, 409, "WRONG_STATE")["acts"] == [
            "decline-referral",
            "raise-disagreement",
            "request-cancellation",
        ]
        assert "return-referral" not in list_next(case.municipality, case.id)
        (answer,) = assert_ok(case.municipality.get(f"/api/cases/{case.id}/responsibility"))["responsible"]
        assert (answer["performer"], answer["kept_by"]) == (MUNICIPALITY_A, "resolution")


def test_a_request_is_not_returned_without_a_reason(municipality: Caller, case: str) -> None:
    assert_refused(municipality.act(case, "return-referral"), 422, "INVALID")
    assert list_items(municipality, case) == ["acknowledge"]


# --- The unit ---------------------------------------------------------------------------------------------------------


def list_items_at(caller: Caller, unit: str) -> list[str]:
    """Return the keys of what waits for a unit of the caller's principal."""
    return [item["key"] for item in caller.get("/api/worklist", params={"unit": unit}).json() if "case" in item]


@pytest.fixture
def two_units(database: Dsns, tmp_path: Path) -> Iterator[tuple[Services, str]]:
    """A server whose municipality A has two units in its own operation."""
    with serve_two_units(database, tmp_path) as served:
        yield served


def test_a_request_goes_to_the_only_unit_and_waits_there_at_once(municipality: Caller, case: str) -> None:
    assert list_items_at(municipality, OWN_UNIT) == list_items(municipality, case) == ["acknowledge"]
    (task,) = tasks(municipality)
    assert task["owner"]["identifier"]["value"] == OWN_UNIT
    for owner in (OWN_UNIT, MUNICIPALITY_A):
        assert assert_ok(municipality.get("/fhir/Task", params={"owner": f"Organization/{owner}"}))["total"] == 1


def test_among_several_units_the_sender_chooses_and_the_receiver_passes_the_request_on(
    two_units: tuple[Services, str],
) -> None:
    services, address = two_units
    with (
        Caller(services, address, DISTRICT_NURSE) as region,
        Caller(services, address, NURSE_A) as nurse,
        Caller(services, address, OTHER_NURSE) as other,
    ):
        case = open_case(region, services)
        refused = region.act(case, "send-referral", receiver=MUNICIPALITY_A)
        assert OTHER_UNIT in assert_refused(refused, 422, "RECEIVING_UNIT_MISSING")["remedy"]
        listed = region.get(f"/api/cases/{case}/receiving-units", params={"receiver": MUNICIPALITY_A}).json()
        assert [(unit["unit"], unit["fits"]) for unit in listed] == [(OWN_UNIT, True), (OTHER_UNIT, True)]
        assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A, unit=OWN_UNIT))
        (first,) = tasks(nurse)
        (since,) = (item["since"] for item in nurse.get("/api/worklist").json() if item.get("case") == case)
        anew = {name: first[name] for name in ("resourceType", "intent", "code", "focus", "for")}
        passed_on = anew | {
            "status": "requested",
            "owner": {"reference": f"Organization/{OTHER_UNIT}"},
            "requester": {"reference": f"Organization/{OWN_UNIT}"},
            "reasonCode": {"text": "The person lives in the north"},
        }

        created = nurse.post("/fhir/Task", json=passed_on)

        assert created.status_code == 201, created.text
        (old, new) = tasks(region)
        assert (old["id"], old["status"]) == (first["id"], "cancelled")
        assert old["statusReason"] == concept(systems.STATUS_REASON, "forwarded", "The person lives in the north")
        assert (new["status"], new["owner"]["identifier"]["value"]) == ("requested", OTHER_UNIT)
        assert new == created.json()
        assert (list_items_at(nurse, OWN_UNIT), list_items_at(other, OTHER_UNIT)) == ([], ["acknowledge"])
        listed = other.get("/api/worklist", params={"unit": OTHER_UNIT}).json()
        assert [item["since"] for item in listed if item.get("case") == case] == [since]
        told = region.get(f"/api/cases/{case}/timeline").json()[-1]
        assert (told["topic"], told["actor"]["person"]) == ("referral.redirected.v1", NURSE_A)
        assert told["content"] == {"unit": OTHER_UNIT, "reason": "The person lives in the north"}
        received = other.put(f"/fhir/Task/{new['id']}", json=new | {"status": "received"})
        assert assert_ok(received)["status"] == "received"
        assert_ok(other.act(case, "redirect-referral", unit=OWN_UNIT, reason="Ours after all"))
        assert list_items_at(nurse, OWN_UNIT) == ["contact"]
        assert_rebuild_identical(services)


def test_the_units_where_the_person_lives_are_proposed_unless_the_identity_is_protected(
    services: Services, region: Caller, case: str
) -> None:
    def list_units(**asked: str) -> list[tuple[str, str, bool]]:
        listed = region.get(f"/api/cases/{case}/receiving-units", params=asked).json()
        return [(unit["municipality"], unit["unit"], unit["fits"]) for unit in listed]

    in_a = (MUNICIPALITY_A, OWN_UNIT, True)
    in_b = (MUNICIPALITY_B, "SE2120000002-HSVGRANBY", True)
    assert list_units() == [in_a, in_b]
    residence = {"valid_from": "2020-01-01", "county": "orebro", "municipality": MUNICIPALITY_B}
    person = patient_id(services)
    assert_ok(region.post(f"/api/persons/{person}/record-residence", json=residence))
    assert list_units() == [in_b]
    assert list_units(receiver=MUNICIPALITY_A) == [in_a]
    region_itself = region.get(f"/api/cases/{case}/receiving-units", params={"receiver": "SE2321000000-REGION"})
    assert_refused(region_itself, 422, "UNKNOWN_REFERENCE")
    with services.pool.connection() as connection:
        connection.execute("UPDATE person SET protected = true WHERE id = %s", (person,))
    assert list_units() == [in_a, in_b]


# --- Cancellation -----------------------------------------------------------------------------------------------------


def make_abort(task: Json, reason: str, **more: Any) -> Json:
    """Return a Task that asks for the cancellation of the request of another Task."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": concept(systems.TASK_CODE, "abort"),
        "focus": {"reference": f"Task/{task['id']}"},
        "for": task["for"],
        "reasonCode": concept(systems.STATUS_REASON, reason, "Also sent by the ward"),
        **more,
    }


@pytest.mark.rule("R14")
def test_the_receiver_refuses_and_then_accepts_a_cancellation_by_its_task(
    services: Services, region: Caller, municipality: Caller, case: str
) -> None:
    assert_ok(municipality.act(case, "acknowledge-referral"))
    (task,) = tasks(region)
    refused = region.put(f"/fhir/Task/{task['id']}", json=task | {"status": "cancelled"})
    assert refused.status_code == 409, refused.text
    assert "ask the receiver to cancel it" in refused.text

    created = region.post("/fhir/Task", json=make_abort(task, "duplicate", owner=task["owner"]))

    assert created.status_code == 201, created.text
    asked = created.json()
    assert (asked["status"], asked["owner"]["identifier"]["value"]) == ("requested", OWN_UNIT)
    assert sorted(list_items(municipality, case)) == ["answer-cancellation", "contact"]
    assert tasks(region)[0]["status"] == "received"
    path = f"/fhir/Task/{asked['id']}"
    no = municipality.put(path, json=asked | {"status": "rejected", "statusReason": {"text": "We have begun"}})
    assert (assert_ok(no)["status"], no.json()["statusReason"]) == ("rejected", {"text": "We have begun"})
    assert list_items(municipality, case) == ["contact"]

    again = assert_ok(region.post("/fhir/Task", json=make_abort(task, "need-ceased")))
    assert again["id"] != asked["id"]
    own = region.put(f"/fhir/Task/{again['id']}", json=again | {"status": "completed"})
    assert own.status_code == 403, own.text
    yes = municipality.put(f"/fhir/Task/{again['id']}", json=again | {"status": "accepted"})
    assert assert_ok(yes)["status"] == "completed"
    by_id = {each["id"]: each for each in tasks(region)}
    assert by_id[task["id"]]["status"] == "cancelled"
    assert by_id[task["id"]]["statusReason"] == concept(systems.STATUS_REASON, "need-ceased")
    assert by_id[asked["id"]]["status"] == "rejected"
    (request,) = (entry["resource"] for entry in region.get("/fhir/ServiceRequest").json()["entry"])
    assert request["status"] == "revoked"
    assert (list_items(municipality, case), list_items(region, case)) == ([], [])
    assert_rebuild_identical(services)


@pytest.mark.rule("R14")
def test_the_sender_asks_for_a_cancellation_and_responsibility_holds_until_the_answer(
    region: Caller, municipality: Caller, case: str
) -> None:
    assert_refused(region.act(case, "request-cancellation", reason="duplicate"), 409, "WRONG_STATE")
    assert_ok(municipality.act(case, "acknowledge-referral"))
    held = region.get(f"/api/cases/{case}/responsibility").json()["responsible"]
    refusal = assert_refused(region.act(case, "withdraw-referral", reason="duplicate"), 409, "WRONG_STATE")
    assert refusal["acts"] == ["request-cancellation"]
    assert_ok(region.act(case, "request-cancellation", reason="duplicate"))
    assert region.get(f"/api/cases/{case}/responsibility").json()["responsible"] == held
    assert_refused(region.act(case, "accept-cancellation"), 403, "NOT_YOUR_PRINCIPAL")
    ended = assert_ok(municipality.act(case, "accept-cancellation"))
    assert ended["referral"]["status"] == "withdrawn"


@pytest.mark.rule("SYS-6", "R14")
@pytest.mark.parametrize(
    ("by", "act", "content"),
    [
        ("municipality", "return-referral", {"reason": REASON}),
        ("region", "withdraw-referral", {"reason": "individual-refuses"}),
    ],
)
def test_no_act_ends_a_request_for_cancellation_that_was_made_later(
    region: Caller, municipality: Caller, case: str, by: str, act: str, content: Json
) -> None:
    caller = {"region": region, "municipality": municipality}[by]
    assert_ok(municipality.act(case, "acknowledge-referral"))
    before = region.get(f"/api/cases/{case}/replay").json()["moment"]
    assert_ok(region.act(case, "request-cancellation", reason="duplicate"))

    refusal = assert_refused(caller.act(case, act, occurred_at=before, **content), 422, "OCCURRED_TOO_EARLY")

    assert (refusal["rule"], refusal["where"]) == ("SYS-6", ["occurred_at"])
    assert "the cancellation was asked for" in refusal["title"]
    assert_ok(caller.act(case, act, **content))
