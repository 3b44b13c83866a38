"""Each event tells who decided what, when, for whom and on what ground."""

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


def basis_of(event: Event) -> Resource:
    return render(event.model_copy(update={"recorded_at": event.occurred_at + timedelta(seconds=1)}), TARGETS)


@pytest.mark.parametrize("name", HISTORIES)
def test_every_event_has_a_valid_provenance(name: str) -> None:
    for event in HISTORIES[name]().events:
        provenance = basis_of(event)
        get_fhir_model_class("Provenance").model_validate(provenance)
        assert provenance["id"] == str(event.id)
        assert provenance["activity"]["coding"] == [{"system": systems.ACT_TOPIC, "code": event.TOPIC}]
        assert provenance["occurredDateTime"] < provenance["recorded"]


def test_it_names_person_unit_provider_principal_role_version_and_clauses() -> None:
    provenance = basis_of(established().events[2])
    (agent,) = provenance["agent"]
    assert agent["who"]["reference"] == "Practitioner/SE2120000001-P101"
    assert agent["onBehalfOf"]["reference"] == "Organization/SE2120000001-U1"
    assert agent["role"][0]["coding"][0]["code"] == "nurse"
    assert {one["url"]: one["valueReference"]["reference"] for one in agent["extension"]} == {
        systems.RESPONSIBLE_PRINCIPAL: f"Organization/{A}",
        systems.CARE_PROVIDER: "Organization/SE2120000001-V1",
    }
    assert provenance["policy"] == [
        "https://kvittens.example/fhir/agreement/1085641|R1",
        "https://kvittens.example/fhir/agreement/1085641|R1#ORE-3.1.2-6",
    ]
    assert provenance["target"] == [{"reference": "Task/5d2f0f4e-7d0f-4f57-9a37-6a0b6c1a0e11/_history/3"}]


def test_a_ground_that_is_derived_from_the_text_says_so() -> None:
    provenance = basis_of(at_odds().events[-1])
    derived = [one["valueUri"] for one in provenance["extension"] if one["url"] == systems.DERIVED_GROUND]
    assert [one.partition("#")[2] for one in derived] == ["ORE-3.1.3-14", "ORE-3.1.3-13"]
    assert provenance["reason"] == [{"text": "Special competence is needed"}]


def test_what_moves_responsibility_tells_who_answers_from_then_on() -> None:
    provenance = basis_of(next(one for one in enrolled().events if one.TOPIC == "enrolment.started.v1"))
    moved = [one for one in provenance["extension"] if one["url"] == systems.CARE_RESPONSIBILITY]
    performers = [
        part["valueReference"]["reference"] for one in moved for part in one["extension"] if part["url"] == "performer"
    ]
    assert performers == [f"Organization/{A}", f"Organization/{REGION}"]


def test_what_is_not_recorded_has_no_provenance() -> None:
    with pytest.raises(ValueError, match="not recorded"):
        render(established().events[0], TARGETS)


def test_what_time_alone_has_brought_is_told_by_the_record_itself_and_by_no_person() -> None:
    event = established().events[2]
    system = event.actor.model_copy(update={"role": Role.SYSTEM, "person": "SE2120000000-KVITTENS"})

    provenance = basis_of(event.model_copy(update={"actor": system}))

    get_fhir_model_class("Provenance").model_validate(provenance)
    (agent,) = provenance["agent"]
    identifier = {"system": systems.HSA, "value": "SE2120000000-KVITTENS"}
    assert agent["who"] == {"type": "Device", "identifier": identifier}
