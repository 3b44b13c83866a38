"""Bodies with very many entries: refused before they are read, and after the question who may ask."""

import asyncio
import json
from threading import Event
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import AfterValidator, BaseModel

from service.api.json_body import JsonBody, JsonBodyOf, JsonRoute
from service.api.routes import router as api_router
from service.bootstrap import Services
from service.http.body_limit import MOST_ENTRIES
from service.http.errors import RequestRefused
from tests.live import AUDITOR, Caller, patient_id
from tests.service.calls import REQUEST, assert_refused, open_case
from tests.service.fhir.resources import assert_outcome, service_request

MANY = {f"k{number}": number for number in range(MOST_ENTRIES + 1)}
DEEP: list[Any] = [[[]]] * (MOST_ENTRIES // 2)
EVERY_SIGN = '",[{\\' * MOST_ENTRIES


@pytest.fixture
def served(module_services: Services, module_address: str) -> tuple[Services, str]:
    return module_services, module_address


@pytest.mark.parametrize("body", [MANY, list(MANY), {"request": DEEP}], ids=["members", "items", "lists in lists"])
@pytest.mark.parametrize(
    "path", ["/api/cases", "/api/agreements", "/api/persons", "/api/settlement/publish-hourly-rate"]
)
def test_a_json_body_with_too_many_entries_is_refused_in_few_words(region: Caller, path: str, body: Any) -> None:
    answer = region.post(path, json=body)
    assert_refused(answer, 413, "BODY_TOO_MANY_ENTRIES")
    assert len(answer.content) < 1000


@pytest.mark.parametrize("path", ["ServiceRequest", "Task", "CarePlan", "Communication", "Patient", ""])
def test_a_resource_with_too_many_entries_is_refused_in_few_words(region: Caller, path: str) -> None:
    body = {"resourceType": path or "Bundle"} | MANY
    answer = region.post(f"/fhir/{path}".rstrip("/"), json=body, headers={"Idempotency-Key": str(uuid4())})
    assert_outcome(answer, 413, issue="too-long", code="BODY_TOO_MANY_ENTRIES")
    assert len(answer.content) < 1000


def test_a_change_of_a_resource_with_too_many_entries_is_refused(region: Caller, module_services: Services) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient_id(module_services))).json()
    answer = region.put(f"/fhir/ServiceRequest/{draft['id']}", json=draft | MANY)
    assert_outcome(answer, 413, issue="too-long", code="BODY_TOO_MANY_ENTRIES")


def test_what_stands_within_a_text_is_no_entry(region: Caller, module_services: Services) -> None:
    body = {"patient_id": patient_id(module_services), "request": REQUEST | {"need": EVERY_SIGN}}
    answer = region.post("/api/cases", json=body)
    assert_refused(answer, 422, "INVALID")
    assert answer.json()["where"] == ["body.request.need"]


class Named(BaseModel):
    name: str


@pytest.mark.parametrize("body", [b'{"name": "\\"', b'{"name": "\\\\', b"\xff", b"[" * 9000], ids=repr)
def test_a_body_that_is_no_json_is_told_so(region: Caller, body: bytes) -> None:
    answer = region.post("/api/persons", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text


def test_entries_after_an_escaped_backslash_at_the_end_of_a_text_are_counted() -> None:
    body = json.dumps({"name": "\\", "more": list(MANY)}).encode()
    with pytest.raises(RequestRefused, match="more than"):
        JsonBody(Named, body, "application/json").read()


def test_who_may_act_is_asked_before_the_body_is_read(
    region: Caller, module_services: Services, module_address: str
) -> None:
    case = open_case(region, module_services)
    with Caller(module_services, module_address, AUDITOR) as auditor:
        for path in ("/api/cases", f"/api/cases/{case}/send-referral", "/api/agreements", "/api/persons"):
            assert_refused(auditor.post(path, json=MANY), 403, "ACTOR_NOT_ALLOWED")
    noted = [(each["acts"], each["on"]) for each in region.get("/api/refusals").json()]
    assert (["send-referral"], case) in noted


def test_others_are_answered_while_a_body_is_read() -> None:
    """The reading waits until another caller has been answered. It would wait in vain if it held the event loop."""
    answered = Event()

    def wait(name: str) -> str:
        if not answered.wait(20):
            raise ValueError("nobody else was answered")
        return name

    class Slow(BaseModel):
        name: Annotated[str, AfterValidator(wait)]

    router = APIRouter(route_class=JsonRoute)

    @router.post("/slow")
    def read(sent: Annotated[JsonBody[Slow], Depends(JsonBodyOf(Slow))]) -> str:
        return sent.read().name

    @router.get("/other")
    async def answer_other() -> None:
        answered.set()

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kvittens") as client:
            return [*await asyncio.gather(client.post("/slow", json={"name": "x"}), client.get("/other"))]

    app = FastAPI()
    app.include_router(router)
    assert [answer.status_code for answer in asyncio.run(ask())] == [200, 200]


def test_every_body_of_the_json_face_is_read_by_its_handler() -> None:
    """FastAPI itself would read a body before it asks anything, and on the event loop."""
    routes = [context.original_route for context in iter_route_contexts(api_router.routes)]
    assert any(isinstance(route, JsonRoute) and route.body_model is not None for route in routes)
    assert [route for route in routes if getattr(route, "body_field", None) is not None] == []
