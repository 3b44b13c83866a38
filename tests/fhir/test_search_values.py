"""Each resource is found by its own values."""

from datetime import timedelta

import pytest

from fhir_profiles import patient, provenance, systems
from fhir_profiles.search_values import SEARCH_PARAMETERS, search_values
from tests.fhir.histories import HISTORIES, find_by_id, find_first, positioned, resources_by_type
from tests.fhir.test_register import PERSON
from tests.scenario import PATIENT, REGION, A, enrolled


@pytest.mark.parametrize("name", HISTORIES)
def test_every_value_is_of_an_offered_parameter_and_is_listed_once(name: str) -> None:
    for type, found in resources_by_type(HISTORIES[name]()).items():
        offered = {parameter.name for parameter in SEARCH_PARAMETERS[type]}
        for resource in found:
            values = search_values(resource)
            assert {parameter for parameter, _, _ in values} <= offered
            assert len(set(values)) == len(values)
            assert ("_id", None, resource["id"]) in values
            assert ("patient", None, f"Patient/{PATIENT}") in values


def test_a_task_is_found_by_owner_requester_focus_and_statuses() -> None:
    task = find_first(HISTORIES["assessed"](), "Task")
    values = set(search_values(task))
    assert values >= {
        ("subject", None, f"Patient/{PATIENT}"),
        ("owner", None, f"Organization/{A}"),
        ("requester", None, "Organization/SE2120000000-U1"),
        ("focus", None, task["focus"]["reference"]),
        ("based-on", None, task["focus"]["reference"]),
        ("status", None, "received"),
        ("business-status", systems.BUSINESS_STATUS, "assessing"),
        ("code", systems.TASK_CODE, "fulfill"),
        ("intent", None, "order"),
    }


def test_a_disagreement_is_found_by_the_task_it_is_part_of_and_a_position_by_the_disagreement() -> None:
    story = positioned()
    coordination = f"Task/{find_first(story, 'Task')['id']}"
    values = search_values(find_by_id(story, story.dispute))
    assert ("part-of", None, coordination) in values
    assert ("owner", None, f"Organization/{REGION}") in values
    position = search_values(resources_by_type(story)["Communication"][0])
    assert ("about", None, f"Task/{story.dispute}") in position
    assert ("sender", None, "Organization/SE2120000001-U1") in position


def test_a_plan_is_found_by_category_team_and_period() -> None:
    plan = find_first(enrolled(), "CarePlan")
    values = search_values(plan)
    assert ("category", systems.PLAN_KIND, "medical") in values
    assert ("care-team", None, plan["careTeam"][0]["reference"]) in values
    assert ("date", "start", plan["period"]["start"]) in values


def test_a_provenance_is_found_by_its_targets_without_their_versions() -> None:
    event = enrolled().events[0]
    recorded = event.model_copy(update={"recorded_at": event.occurred_at + timedelta(seconds=1)})
    values = search_values(provenance.render(recorded, [("Task", "a", 3), ("Task", "a", 4)]))
    assert [value for parameter, _, value in values if parameter == "target"] == ["Task/a"]
    assert ("agent", None, f"Practitioner/{event.actor.person}") in values


def test_a_person_is_found_by_number() -> None:
    assert ("identifier", systems.PERSONNUMMER, PERSON.value) in search_values(patient.render(PERSON))
