"""The public FHIR client fhirpy, used against the FHIR face without any adaptation."""

from typing import Any
from uuid import uuid4

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.live import Caller
from tests.service.fhir.resources import PERSONNUMMER, SYSTEM, request_and_task, service_request


def open_client(caller: Caller) -> Any:
    """Open a fhirpy client that speaks for the caller."""
    address = str(caller.base_url.join("/fhir"))
    return SyncFHIRClient(address, authorization=caller.headers["Authorization"])


def test_fhirpy_creates_reads_searches_and_changes(region: Caller, municipality: Caller, patient: str) -> None:
    mine, theirs = open_client(region), open_client(municipality)
    number = str(uuid4())
    request, created_task = (
        entry["resource"]
        for entry in mine.execute("/", method="post", data=request_and_task(patient, number=number))["entry"]
    )
    task = theirs.resources("Task").search(focus=f"ServiceRequest/{request['id']}").get()
    assert task.id == created_task["id"]
    task["status"] = "received"
    task.save()
    assert task["meta"]["versionId"] == "2"
    assert theirs.reference("Task", task.id).to_resource()["status"] == "received"
    requests = mine.resources("ServiceRequest").search(identifier=f"{SYSTEM}|{number}").fetch_all()
    assert [resource.id for resource in requests] == [request["id"]]


def test_fhirpy_follows_every_page(region: Caller, patient: str) -> None:
    number = str(uuid4())
    mine = open_client(region)
    created_ids = {
        mine.resource("ServiceRequest", **service_request(patient, number=number)).create().id for _ in range(5)
    }
    requests = mine.resources("ServiceRequest").search(identifier=number).limit(2).fetch_all()
    assert {resource.id for resource in requests} == created_ids
    assert mine.resources("ServiceRequest").search(identifier=number).count() == 5


def test_fhirpy_distinguishes_refusals(region: Caller, patient: str) -> None:
    mine = open_client(region)
    with pytest.raises(ResourceNotFound):
        mine.reference("Task", "nothing").to_resource()
    with pytest.raises(OperationOutcome) as refused:
        mine.resource("ServiceRequest", **service_request(patient, status="active")).save()
    assert refused.value.resource["issue"][0]["code"] == "business-rule"


def test_fhirpy_registers_a_person_who_is_not_yet_registered(region: Caller) -> None:
    mine = open_client(region)
    person: dict[str, Any] = {
        "identifier": [{"system": PERSONNUMMER, "value": "189005019808"}],
        "name": [{"family": "Provsson", "given": ["Prov"]}],
        "birthDate": "1890-05-01",
    }
    registered, created = (
        mine.resources("Patient")
        .search(identifier=f"{PERSONNUMMER}|189005019808")
        .get_or_create(mine.resource("Patient", **person))
    )
    assert created
    assert registered["birthDate"] == "1890-05-01"
