"""A refused act is told by the elements of the resource that the client sent, and not by the fields of the JSON act."""

from typing import Any

import httpx
import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, PHYSICIAN, Caller
from tests.service.fhir.resources import (
    REGION_UNIT,
    Json,
    assert_outcome,
    change,
    concept,
    intervention,
    organisation,
    request_and_task,
    send_request,
    service_request,
    task_for,
)
from tests.service.fhir.test_care_plans import (
    activity,
    begin_plan,
    care_plan,
    contact,
    find_enrolment_id,
    section,
    task,
)

__all__ = ["task"]
GOAL = f"extension('{systems.GOAL}')"
UNKNOWN_UNIT = organisation("SE2120000099-KOMMUNX")


def without(resource: Json, *urls: str) -> list[Json]:
    """List the extensions of a resource without some."""
    return [extension for extension in resource["extension"] if extension["url"] not in urls]


def assert_elements(answer: httpx.Response, code: str, *elements: str) -> None:
    """Assert that an answer refuses an act, and names these elements in its words too."""
    issue = answer.json()["issue"][0]
    assert_outcome(answer, answer.status_code, issue=issue["code"], code=code)
    assert answer.status_code in {403, 409, 422}
    assert issue["expression"] == list(elements)
    assert "in what you sent: " in issue["diagnostics"]


def test_what_a_request_lacks_is_told_by_its_place_in_the_transaction(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    request = bundle["entry"][0]["resource"]
    request["extension"] = without(request, systems.GOAL)
    bundle["entry"].reverse()
    refused = region.post("/fhir", json=bundle)

    assert_elements(refused, "REFERRAL_CONTENT_MISSING", f"Bundle.entry[1].resource.{GOAL}")
    assert "extension goal" in refused.json()["issue"][0]["diagnostics"]


def test_what_a_draft_lacks_is_told_by_the_focus_of_the_task_that_sends_it(region: Caller, patient: str) -> None:
    draft = service_request(patient)
    draft["extension"] = without(draft, systems.GOAL)
    made = region.post("/fhir/ServiceRequest", json=draft).raise_for_status().json()
    refused = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{made['id']}"))

    assert_elements(refused, "REFERRAL_CONTENT_MISSING", "Task.focus")


def test_a_contact_whom_the_agreement_does_not_accept_is_told_by_the_extension(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    request = bundle["entry"][0]["resource"]
    nurse = {"url": systems.PHYSICIAN_CONTACT, "valueReference": {"reference": f"Practitioner/{DISTRICT_NURSE}"}}
    request["extension"] = [*without(request, systems.PHYSICIAN_CONTACT), nurse]
    refused = region.post("/fhir", json=bundle)

    place = f"Bundle.entry[0].resource.extension('{systems.PHYSICIAN_CONTACT}')"
    assert_elements(refused, "ACTOR_NOT_ALLOWED", place)
    assert "extension physician-contact" in refused.json()["issue"][0]["details"]["text"]


def test_a_time_without_an_agreement_is_told_by_the_element_that_says_it(region: Caller, patient: str) -> None:
    early: dict[str, Any] = {"authoredOn": "1999-01-01T10:00:00+01:00"}
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient, **early))
    assert_elements(draft, "NO_AGREEMENT_IN_FORCE", "ServiceRequest.authoredOn")


def test_a_receipt_before_the_sending_is_told_by_the_time_of_the_task(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, sent = send_request(region, patient)
    early = {"status": "received", "lastModified": "2026-01-02T10:00:00+01:00"}
    assert_elements(change(municipality, sent | early), "OCCURRED_TOO_EARLY", "Task.lastModified")


def test_what_a_plan_lacks_is_told_by_its_extensions(
    region: Caller, patient: str, task: Json, module_services: Services, module_address: str
) -> None:
    plan = begin_plan(region, patient, task)
    with Caller(module_services, module_address, PHYSICIAN) as physician:
        refused = change(physician, plan | {"status": "active"})
    assert_elements(refused, "PLAN_CONTENT_MISSING", "CarePlan.extension")


def test_a_contact_of_another_principal_is_told_by_the_extension(region: Caller, patient: str, task: Json) -> None:
    plan = begin_plan(region, patient, task)
    extensions = [*plan["extension"], contact("care-contact-municipality", NURSE_A)]
    refused = change(region, plan | {"extension": extensions})
    assert_elements(refused, "NOT_YOUR_PRINCIPAL", f"CarePlan.extension('{systems.PLAN_CONTACT}')")


def test_an_unknown_municipality_is_told_by_the_owner(region: Caller, patient: str) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).raise_for_status().json()
    sending = task_for(patient, f"ServiceRequest/{draft['id']}", owner="SE2120000099-KOMMUNX")
    assert_elements(region.post("/fhir/Task", json=sending), "UNKNOWN_REFERENCE", "Task.owner")


@pytest.mark.parametrize(
    ("request_says", "task_says", "code", "element"),
    [
        ({}, {"owner": UNKNOWN_UNIT}, "UNKNOWN_REFERENCE", "owner"),
        ({"performer": [organisation(MUNICIPALITY_A)]}, {"owner": UNKNOWN_UNIT}, "UNKNOWN_REFERENCE", "owner"),
        ({}, {"authoredOn": "1999-01-01T10:00:00+01:00"}, "NO_AGREEMENT_IN_FORCE", "authoredOn"),
    ],
    ids=["an owner alone", "an owner beside a performer", "a time"],
)
def test_what_the_task_alone_says_is_told_by_the_task_of_the_transaction(
    region: Caller, patient: str, request_says: Json, task_says: Json, code: str, element: str
) -> None:
    bundle = request_and_task(patient)
    for entry, said in zip(bundle["entry"], (request_says, task_says), strict=True):
        entry["resource"] |= said
    assert_elements(region.post("/fhir", json=bundle), code, f"Bundle.entry[1].resource.{element}")


def test_a_new_request_is_sent_and_never_passed_on_within_the_senders_own_principal(
    region: Caller, patient: str
) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["owner"] = organisation(REGION_UNIT)
    assert_elements(region.post("/fhir", json=bundle), "UNKNOWN_REFERENCE", "Bundle.entry[1].resource.owner")


def test_a_reason_for_sending_is_told_by_its_place_in_the_transaction(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["reasonCode"] = {"text": "It is near"}
    issue = assert_outcome(region.post("/fhir", json=bundle), 422, issue="business-rule", says="no reason of its own")
    assert issue["expression"] == ["Bundle.entry[1].resource.reasonCode"]


def test_an_intervention_that_is_named_like_a_field_is_not_taken_for_it(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    request = bundle["entry"][0]["resource"]
    request |= {"extension": without(request, systems.GOAL), "orderDetail": [intervention("goal")]}

    place = f"Bundle.entry[0].resource.{GOAL}"
    assert_elements(region.post("/fhir", json=bundle), "REFERRAL_CONTENT_MISSING", place)


# --- Words ------------------------------------------------------------------------------------------------------------


def test_an_unknown_profession_is_told_by_its_place_in_the_transaction(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    second = intervention("walk", "Walk every day")
    (extension,) = second["extension"]
    extension["extension"][1]["valueCode"] = "wizard"
    bundle["entry"][0]["resource"]["orderDetail"].append(second)

    place = "Bundle.entry[0].resource.orderDetail[1].extension[0].extension[1]"
    assert_elements(region.post("/fhir", json=bundle), "CONTENT_NOT_KNOWN", place)


def test_an_unknown_kind_of_plan_is_told_by_its_code(region: Caller, patient: str, task: Json) -> None:
    plan = care_plan(patient, find_enrolment_id(task), category=[concept(systems.PLAN_KIND, "nokind")])
    assert_elements(
        region.post("/fhir/CarePlan", json=plan), "CONTENT_NOT_KNOWN", "CarePlan.category[0].coding[0].code"
    )


@pytest.mark.parametrize(
    ("added", "place"),
    [
        (section("nopart", {"text": "Nothing"}), "extension[0]"),
        (section("prognosis", {"nofield": "Nothing"}), "extension[1].extension[0]"),
        (section("prognosis", {"person": "Nobody"}), "extension[1].extension[0]"),
        (contact("norole", DISTRICT_NURSE), "extension[0]"),
    ],
    ids=["a part", "a field", "a field that is named like one of an act", "a contact role"],
)
def test_an_unknown_word_of_a_plan_is_told_by_the_extension_that_has_it(
    region: Caller, patient: str, task: Json, added: Json, place: str
) -> None:
    plan = care_plan(patient, find_enrolment_id(task))
    plan["extension"] = [*plan["extension"][:1], added]
    assert_elements(region.post("/fhir/CarePlan", json=plan), "CONTENT_NOT_KNOWN", f"CarePlan.extension[1].{place}")


def test_an_unknown_line_is_told_by_its_activity(region: Caller, patient: str, task: Json) -> None:
    planned = activity(MUNICIPALITY_A)
    line = {"url": systems.PLAN_LINE, "extension": [{"url": "line", "valueCode": "nosuch"}]}
    planned["extension"].append(line)
    plan = care_plan(patient, find_enrolment_id(task), activity=[planned])

    place = "CarePlan.activity[0].extension[2].extension[0]"
    assert_elements(region.post("/fhir/CarePlan", json=plan), "CONTENT_NOT_KNOWN", place)


def test_a_part_that_lacks_a_field_is_told_by_the_part(
    region: Caller, patient: str, task: Json, module_services: Services, module_address: str
) -> None:
    plan = care_plan(patient, find_enrolment_id(task))
    deterioration = plan["extension"][2]
    del deterioration["extension"][-1]
    begun = region.post("/fhir/CarePlan", json=plan).raise_for_status().json()
    with Caller(module_services, module_address, PHYSICIAN) as physician:
        refused = change(physician, begun | {"status": "active"})

    elements = refused.json()["issue"][0]["expression"]
    parts = [begun["extension"].index(each) for each in begun["extension"] if "deterioration" in str(each)]
    assert elements == [f"CarePlan.extension[{parts[0]}].extension[0]", "CarePlan.extension"]
