"""The calls and the checks that the tests of the service's faces share."""

import tomllib
from typing import Any

import httpx

from service.bootstrap import Services
from service.record.rebuild import rebuild
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, PHYSICIAN, Caller, patient_id

WOUND = {"key": "leg-ulcer", "text": "Dress the leg ulcer"}
REQUEST: dict[str, Any] = {
    "need": "Leg ulcer care",
    "goal": "A healed ulcer",
    "physician_contact": PHYSICIAN,
    "care_contact": DISTRICT_NURSE,
    "interventions": [WOUND],
}


def assert_ok(answer: httpx.Response) -> dict[str, Any]:
    """Check that a call succeeded, and return its answer."""
    assert answer.is_success, answer.text
    content: dict[str, Any] = answer.json()
    return content


def assert_refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that a call was refused with a status and a code, and return the refusal."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    content: dict[str, Any] = answer.json()
    return content


def assert_rebuild_identical(services: Services) -> None:
    """Check that the read models hold exactly the rows that follow from the events."""
    comparison = rebuild(services, replace=False, progress=lambda _: None)
    assert comparison.is_identical, (comparison.differences, comparison.faults)


def publish(text: str, *signers: Caller, at: str | None = None) -> str:
    """Submit a text, let each of the callers' directors sign it, and publish it. Return the path of the version."""
    agreement = tomllib.loads(text)
    path = f"/api/agreements/{agreement['id']}/{agreement['version']}"
    first = signers[0].director
    assert_ok(first.act_at("/api/agreements", at, text=text))
    for caller in signers:
        assert_ok(caller.director.act_at(f"{path}/sign-version", at))
    assert_ok(first.act_at(f"{path}/publish-version", at))
    return path


def open_case(region: Caller, services: Services, **content: object) -> str:
    """Raise a need of care of a leg ulcer, with changes of the request, and return the id of its case."""
    body = {"patient_id": patient_id(services), "request": REQUEST | content}
    return str(assert_ok(region.post("/api/cases", json=body))["case"])


def send_request(region: Caller, services: Services, **content: object) -> str:
    """Send such a request to municipality A, and return the id of its case."""
    case = open_case(region, services, **content)
    return str(assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A))["case"])
