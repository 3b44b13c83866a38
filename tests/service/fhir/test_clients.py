"""A FHIR client of others' making gets what it needs: fhirpy, through a whole round."""

from typing import Any
from uuid import uuid4

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.live import Caller
from tests.service.fhir.resources import PERSONNUMMER, SYSTEM, request_and_task, service_request


def client_of(caller: Caller) -> Any:
    """A client in the name of the caller."""
    address = str(caller.base_url.join("/fhir"))
    return SyncFHIRClient(address, authorization=caller.headers["Authorization"])


def test_fhirpy_creates_reads_searches_and_changes(region: Caller, municipality: Caller, patient: str) -> None:
    mine, theirs = client_of(region), client_of(municipality)
    number = str(uuid4())
    request, sending = (
        one["resource"]
        for one in mine.execute("/", method="post", data=request_and_task(patient, number=number))["entry"]
    )
    task = theirs.resources("Task").search(focus=f"ServiceRequest/{request['id']}").get()
    assert task.id == sending["id"]
    task["status"] = "received"
    task.save()
    assert task["meta"]["versionId"] == "2"
    assert theirs.reference("Task", task.id).to_resource()["status"] == "received"
    found = mine.resources("ServiceRequest").search(identifier=f"{SYSTEM}|{number}").fetch_all()
    assert [one.id for one in found] == [request["id"]]


def test_fhirpy_follows_every_page(region: Caller, patient: str) -> None:
    number = str(uuid4())
    mine = client_of(region)
    made = {mine.resource("ServiceRequest", **service_request(patient, number=number)).create().id for _ in range(5)}
    pages = mine.resources("ServiceRequest").search(identifier=number).limit(2).fetch_all()
    assert {one.id for one in pages} == made
    assert mine.resources("ServiceRequest").search(identifier=number).count() == 5


def test_fhirpy_tells_refusals_apart(region: Caller, patient: str) -> None:
    mine = client_of(region)
    with pytest.raises(ResourceNotFound):
        mine.reference("Task", "nothing").to_resource()
    with pytest.raises(OperationOutcome) as refused:
        mine.resource("ServiceRequest", **service_request(patient, status="active")).save()
    assert refused.value.resource["issue"][0]["code"] == "business-rule"


def test_fhirpy_registers_a_person_unless_there_is_one(region: Caller) -> None:
    mine = client_of(region)
    person: dict[str, Any] = {
        "identifier": [{"system": PERSONNUMMER, "value": "189005019808"}],
        "name": [{"family": "Provsson", "given": ["Prov"]}],
        "birthDate": "1890-05-01",
    }
    made, created = (
        mine.resources("Patient")
        .search(identifier=f"{PERSONNUMMER}|189005019808")
        .get_or_create(mine.resource("Patient", **person))
    )
    assert created
    assert made["birthDate"] == "1890-05-01"
