"""The Provenance of an event has its actor, times, principal and ground."""

from datetime import timedelta

import pytest
from fhir.resources.R4B import get_fhir_model_class

from domain.kernel import Event, Role
from fhir_profiles import systems
from fhir_profiles.json import Resource
from fhir_profiles.provenance import render
from tests.fhir.histories import HISTORIES
from tests.scenario import REGION, A, at_odds, enrolled, established

TARGETS = [("Task", "5d2f0f4e-7d0f-4f57-9a37-6a0b6c1a0e11", 3)]


def render_recorded(event: Event) -> Resource:
    return render(event.model_copy(update={"recorded_at": event.occurred_at + timedelta(seconds=1)}), TARGETS)


@pytest.mark.parametrize("name", HISTORIES)
def test_every_event_has_a_valid_provenance(name: str) -> None:
    for event in HISTORIES[name]().events:
        provenance = render_recorded(event)
        get_fhir_model_class("Provenance").model_validate(provenance)
        assert provenance["id"] == str(event.id)
        assert provenance["activity"]["coding"] == [{"system": systems.ACT_TOPIC, "code": event.TOPIC}]
        assert provenance["occurredDateTime"] < provenance["recorded"]


def test_a_provenance_names_person_unit_provider_principal_role_version_and_clauses() -> None:
    provenance = render_recorded(established().events[2])
    (agent,) = provenance["agent"]
    assert agent["who"]["reference"] == "Practitioner/SE2120000001-P101"
    assert agent["onBehalfOf"]["reference"] == "Organization/SE2120000001-U1"
    assert agent["role"][0]["coding"][0]["code"] == "nurse"
    assert {item["url"]: item["valueReference"]["reference"] for item in agent["extension"]} == {
        systems.RESPONSIBLE_PRINCIPAL: f"Organization/{A}",
        systems.CARE_PROVIDER: "Organization/SE2120000001-V1",
    }
    assert provenance["policy"] == [
        "https://kvittens.example/fhir/agreement/1085641|R1",
        "https://kvittens.example/fhir/agreement/1085641|R1#ORE-3.1.2-6",
    ]
    assert provenance["target"] == [{"reference": "Task/5d2f0f4e-7d0f-4f57-9a37-6a0b6c1a0e11/_history/3"}]


def test_a_derived_ground_is_marked() -> None:
    provenance = render_recorded(at_odds().events[-1])
    derived = [item["valueUri"] for item in provenance["extension"] if item["url"] == systems.DERIVED_GROUND]
    assert [item.partition("#")[2] for item in derived] == ["ORE-3.1.3-14", "ORE-3.1.3-13"]
    assert provenance["reason"] == [{"text": "Special competence is needed"}]


def test_an_event_that_moves_responsibility_has_the_new_responsibility() -> None:
    provenance = render_recorded(next(event for event in enrolled().events if event.TOPIC == "enrolment.started.v1"))
    moved = [item for item in provenance["extension"] if item["url"] == systems.CARE_RESPONSIBILITY]
    performers = [
        part["valueReference"]["reference"]
        for item in moved
        for part in item["extension"]
        if part["url"] == "performer"
    ]
    assert performers == [f"Organization/{A}", f"Organization/{REGION}"]


def test_an_event_that_is_not_recorded_has_no_provenance() -> None:
    with pytest.raises(ValueError, match="not recorded"):
        render(established().events[0], TARGETS)


def test_an_event_by_time_alone_has_the_record_as_its_author() -> None:
    event = established().events[2]
    system = event.actor.model_copy(update={"role": Role.SYSTEM, "person": "SE2120000000-KVITTENS"})

    provenance = render_recorded(event.model_copy(update={"actor": system}))

    get_fhir_model_class("Provenance").model_validate(provenance)
    (agent,) = provenance["agent"]
    identifier = {"system": systems.HSA, "value": "SE2120000000-KVITTENS"}
    assert agent["who"] == {"type": "Device", "identifier": identifier}
