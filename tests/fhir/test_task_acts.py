"""A Task that a client creates or changes asks for an act. Other changes are refused, so nothing is lost."""

import copy
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import WithdrawalReason
from fhir_profiles import systems
from fhir_profiles.elements import concept
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource
from fhir_profiles.task import past_tasks
from fhir_profiles.task_acts import from_task_create, from_task_update
from tests.fhir.histories import HISTORIES, drop_server_elements, find_by_id, find_first, positioned
from tests.scenario import DIRECTORY, DISTRICT_NURSE, NURSE_A, PATIENT, REGION, A


def task_of(history: str) -> Resource:
    return find_first(HISTORIES[history](), "Task")


def read_act(history: str, **elements: Any) -> tuple[Command, datetime | None]:
    """Return the act that the Task with other elements asks for, and its time."""
    current = task_of(history)
    return from_task_update(copy.deepcopy(current) | elements, current)


def business_status(code: str) -> Resource:
    return concept(systems.BUSINESS_STATUS, code)


def refused_element(history: str, **elements: Any) -> str | None:
    """Return the place at which a changed Task is refused."""
    with pytest.raises(Unreadable) as found:
        read_act(history, **elements)
    (issue,) = found.value.issues
    return issue.expression


def test_a_new_task_sends_a_request() -> None:
    story = HISTORIES["sent"]()
    draft = from_task_create(drop_server_elements(task_of("sent")), DIRECTORY)
    assert draft.service_request == f"ServiceRequest/{story.state.referral.id}"
    assert (draft.patient_id, draft.receiver, draft.unit) == (PATIENT, A, NURSE_A.unit)
    assert draft.occurred_at == story.state.referral.sent_at
    assert draft.requester.agrees_with(DISTRICT_NURSE)
    assert not draft.requester.agrees_with(NURSE_A)
    assert draft.requester.principal == REGION


@pytest.mark.parametrize(
    ("history", "elements", "act", "content"),
    [
        ("sent", {"status": "received"}, ActName.ACKNOWLEDGE_REFERRAL, {}),
        ("acknowledged", {"businessStatus": business_status("in-contact")}, ActName.CONTACT_PRINCIPAL, {}),
        (
            "acknowledged",
            {"businessStatus": business_status("in-contact"), "note": [{"text": "Called"}]},
            ActName.CONTACT_PRINCIPAL,
            {"note": "Called"},
        ),
        ("assessed", {"businessStatus": business_status("level-established")}, ActName.ESTABLISH_LEVEL, {}),
        (
            "level established",
            {"businessStatus": business_status("disputed"), "statusReason": {"text": "Special competence"}},
            ActName.RAISE_DISAGREEMENT,
            {"reason": "Special competence"},
        ),
        ("level established", {"status": "accepted"}, ActName.ACCEPT_REFERRAL, {}),
        (
            "level established",
            {"status": "rejected", "statusReason": {"text": "Cared for elsewhere"}},
            ActName.DECLINE_REFERRAL,
            {"reason": "Cared for elsewhere"},
        ),
        (
            "level established",
            {"status": "rejected", "statusReason": concept(systems.STATUS_REASON, "misdirected", "Lives elsewhere")},
            ActName.RETURN_REFERRAL,
            {"reason": "Lives elsewhere"},
        ),
        ("sent", {"status": "cancelled"}, ActName.WITHDRAW_REFERRAL, {"reason": WithdrawalReason.BY_SENDER}),
        (
            "acknowledged",
            {"status": "cancelled", "statusReason": concept(systems.STATUS_REASON, "move")},
            ActName.WITHDRAW_REFERRAL,
            {"reason": WithdrawalReason.MOVE},
        ),
        ("committed", {"status": "in-progress"}, ActName.START_ENROLMENT, {}),
        ("discharge declared", {"status": "completed"}, ActName.COMPLETE_DISCHARGE, {}),
    ],
)
def test_a_change_asks_for_its_act(history: str, elements: Resource, act: ActName, content: Resource) -> None:
    assert read_act(history, **elements) == ((act, content), None)


def test_a_discharge_says_where_to_turn() -> None:
    current = task_of("discharge declared")
    output = {"type": concept(systems.TASK_DATA, "where-to-turn"), "valueString": "The health centre"}
    command, _ = read_act("discharge declared", status="completed", output=[*current["output"], output])
    assert command.content == {"where_to_turn": "The health centre"}


def test_a_new_last_modified_is_the_time_of_the_act() -> None:
    _, occurred_at = read_act("sent", status="received", lastModified="2025-04-02T10:00:00+02:00")
    assert occurred_at is not None
    assert occurred_at.isoformat() == "2025-04-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("owner", {"reference": "Organization/SE2120000002-H0"}),
        ("requester", {"reference": f"Organization/{A}"}),
        ("focus", {"reference": f"ServiceRequest/{uuid4()}"}),
        ("for", {"reference": f"Patient/{uuid4()}"}),
        ("intent", "plan"),
        ("authoredOn", "2025-04-01T00:00:00Z"),
        ("basedOn", [{"reference": f"ServiceRequest/{uuid4()}"}]),
    ],
)
def test_a_change_of_an_element_that_never_changes_is_refused(element: str, value: Any) -> None:
    assert refused_element("sent", status="received", **{element: value}) == f"Task.{element}"


def test_a_reference_may_leave_out_its_identifier() -> None:
    command, _ = read_act("sent", status="received", owner={"reference": f"Organization/{NURSE_A.unit}"})
    assert command.name is ActName.ACKNOWLEDGE_REFERRAL


def test_another_principal_for_the_same_owner_is_refused() -> None:
    owner = copy.deepcopy(task_of("sent")["owner"])
    owner["extension"][0]["valueReference"]["reference"] = f"Organization/{REGION}"
    assert refused_element("sent", status="received", owner=owner) == "Task.owner"


@pytest.mark.parametrize("status", ["draft", "ready", "failed", "entered-in-error", "requested"])
def test_a_status_that_no_act_leads_to_is_refused(status: str) -> None:
    assert refused_element("acknowledged", status=status) == "Task.status"


@pytest.mark.rule("E14")
def test_a_task_is_put_on_hold_by_an_admission_and_goes_on_by_a_homecoming() -> None:
    in_hospital = concept(systems.STATUS_REASON, "hospital-stay")
    given: tuple[Resource, ...] = ({}, {"statusReason": in_hospital})
    for elements in given:
        command, _ = read_act("enrolled", status="on-hold", **elements)
        assert (command.name, command.content) == (ActName.RECORD_ADMISSION, {})
    others: tuple[Resource, ...] = ({"text": "She is away"}, concept(systems.STATUS_REASON, "move"))
    for reason in others:
        assert refused_element("enrolled", status="on-hold", statusReason=reason) == "Task.statusReason"
    command, _ = read_act("discharge declared", status="on-hold")
    assert command.name is ActName.RECORD_ADMISSION
    command, _ = read_act("in hospital", status="in-progress")
    assert (command.name, command.content) == (ActName.RECORD_HOMECOMING, {})


def test_an_unchanged_task_is_refused() -> None:
    assert refused_element("acknowledged") == "Task.status"


def test_a_change_for_two_acts_is_refused() -> None:
    assert (
        refused_element("sent", status="received", businessStatus=business_status("in-contact"))
        == "Task.businessStatus"
    )


def test_a_step_that_needs_more_than_a_task_has_is_refused() -> None:
    assert refused_element("in contact", businessStatus=business_status("assessing")) == "Task.businessStatus"


def test_a_reason_that_the_act_does_not_record_is_refused() -> None:
    assert refused_element("sent", status="received", statusReason={"text": "Gladly"}) == "Task.statusReason"
    assert refused_element("sent", status="received", note=[{"text": "Gladly"}]) == "Task.note"


def test_declining_needs_a_reason() -> None:
    assert refused_element("level established", status="rejected") == "Task.statusReason.text"


def test_a_reason_with_a_personal_number_is_refused_without_repeating_it() -> None:
    with pytest.raises(Unreadable) as found:
        read_act("level established", status="rejected", statusReason={"text": "19121212-1212 is elsewhere"})
    assert "1212" not in str(found.value)
    assert "personal identity number" in str(found.value)


def test_returning_needs_a_reason_in_words() -> None:
    misdirected = concept(systems.STATUS_REASON, "misdirected")
    assert refused_element("sent", status="rejected", statusReason=misdirected) == "Task.statusReason.text"


@pytest.mark.parametrize("history", ["returned", "redirected"])
def test_the_task_of_a_receiver_that_has_the_request_no_more_is_not_changed(history: str) -> None:
    story = HISTORIES[history]()
    current = find_by_id(story, next(iter(past_tasks(story.state))))
    with pytest.raises(Unreadable) as found:
        from_task_update(current | {"status": "received"}, current)
    assert "has the request no more" in str(found.value)


@pytest.mark.parametrize("owner", [A, NURSE_A.unit])
def test_a_new_task_is_owned_by_a_municipality_or_its_unit(owner: str) -> None:
    sent = drop_server_elements(task_of("sent")) | {"owner": {"reference": f"Organization/{owner}"}}
    draft = from_task_create(sent, DIRECTORY)
    assert (draft.receiver, draft.unit) == (A, None if owner == A else owner)


def test_an_assessment_is_not_changed_through_the_task() -> None:
    spoiled = copy.deepcopy(task_of("level established")["output"])
    spoiled[0]["valueCodeableConcept"]["text"] = "Something else"
    assert (
        refused_element("level established", status="accepted", output=spoiled) == "Task.output[0].valueCodeableConcept"
    )


def test_a_disagreement_is_not_resolved_through_its_task() -> None:
    story = positioned()
    current = find_by_id(story, story.dispute)
    with pytest.raises(Unreadable):
        from_task_update(current | {"status": "completed"}, current)
