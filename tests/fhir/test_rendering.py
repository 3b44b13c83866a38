"""Every resource of every history is FHIR R4, holds no name and no number, and says who answers."""

import re
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class

from domain.case.acts import care_plan, care_plan_end
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.json import to_json
from fhir_profiles.resources import render
from tests.domain.test_plan_kinds import SYSTEM, interim_established, rehab_established, summoned
from tests.fhir.histories import HISTORIES, by_id, positioned, resolved_for_later, resources, the, values
from tests.scenario import (
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    PATIENT,
    PHYSICIAN,
    REGION,
    A,
    Story,
    at_odds,
    enrolled,
    established,
    weighed,
)

every_history = pytest.mark.parametrize("name", HISTORIES)


def extensions(element: Any, url: str) -> list[Any]:
    return [one for one in element.get("extension", ()) if one["url"] == url]


def parts(extension: Any) -> dict[str, Any]:
    return {one["url"]: next(value for name, value in one.items() if name != "url") for one in extension["extension"]}


@every_history
def test_every_resource_is_valid_r4(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@every_history
def test_nothing_is_null_or_empty(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        for path, value in values(resource, resource["resourceType"]):
            assert value not in (None, [], {}, ""), path


@every_history
def test_every_resource_has_its_own_id_and_leaves_versions_to_the_projection(name: str) -> None:
    found = render(HISTORIES[name]().state)
    assert len({(one["resourceType"], one["id"]) for one in found}) == len(found)
    assert not any("versionId" in one.get("meta", {}) or "lastUpdated" in one.get("meta", {}) for one in found)


@every_history
def test_references_within_the_case_lead_to_resources_that_are_there(name: str) -> None:
    found = render(HISTORIES[name]().state)
    there = {f"{one['resourceType']}/{one['id']}" for one in found} | {f"Patient/{PATIENT}"}
    own = {address.partition("/")[0] for address in there} | {"CareTeam", "EpisodeOfCare", "Task", "CarePlan"}
    for resource in found:
        for path, value in values(resource, resource["resourceType"]):
            if path.endswith(".reference") and value.partition("/")[0] in own:
                assert value in there, path


@every_history
def test_no_name_of_the_directory_is_shown(name: str) -> None:
    text = b"\n".join(to_json(one) for one in render(HISTORIES[name]().state)).decode()
    organisations = [one.name for one in (*DIRECTORY.principals, *DIRECTORY.providers)]
    names = [*organisations, *(one.name for one in DIRECTORY.assignments)]
    assert not [one for one in names if f'"{one}"' in text]
    assert '"display"' not in text


@every_history
def test_every_moment_is_utc_to_the_microsecond(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        for path, value in values(resource, resource["resourceType"]):
            if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value):
                assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{6}Z", value), path


@every_history
def test_an_organisation_for_whom_a_team_member_acts_stands_beside_practitioners_only(name: str) -> None:
    for team in resources(HISTORIES[name]()).get("CareTeam", ()):
        for participant in team["participant"]:
            assert ("onBehalfOf" in participant) == (participant["member"]["type"] == "Practitioner")


def test_a_draft_is_nobodys_task_yet() -> None:
    assert set(resources(Story().need_raised())) == {"ServiceRequest"}


def test_the_request_names_who_answers_while_no_plan_does() -> None:
    (found,) = extensions(the(weighed(), "ServiceRequest"), systems.CARE_RESPONSIBILITY)
    said = parts(found)
    assert said["intervention"] == "wound-care"
    assert said["treatment"]["reference"] == said["performer"]["reference"] == f"Organization/{REGION}"
    assert said["clause"].startswith("https://kvittens.example/fhir/agreement/1085641|R1#ORE-")


@pytest.mark.parametrize(
    ("name", "remains"),
    [
        ("sent", [True]),
        ("disputed", [True]),
        ("resolved", [False]),
        ("resolved for a later day", []),
        ("committed", [True]),
        ("enrolled", [False]),
        ("discharged", [True]),
        ("died", []),
    ],
)
@pytest.mark.rule("ORE-3-1")
def test_that_responsibility_remains_is_said_as_those_who_answer_show(name: str, remains: list[bool]) -> None:
    request = the(HISTORIES[name](), "ServiceRequest")
    assert [one["valueBoolean"] for one in extensions(request, systems.RESPONSIBILITY_REMAINS)] == remains


def test_a_plan_shows_who_answers_for_each_intervention_and_the_request_no_longer_does() -> None:
    plan = the(enrolled(), "CarePlan")
    dressing, visit = plan["activity"]
    assert [dressing["id"], visit["id"]] == ["wound-care", "physician-visit"]
    (answers,) = extensions(dressing, systems.CARE_RESPONSIBILITY)
    assert parts(answers)["performer"]["reference"] == f"Organization/{A}"
    (performer,) = dressing["detail"]["performer"]
    assert performer["reference"] == f"Organization/{A}"
    assert performer["extension"][0]["valueReference"]["reference"] == f"Organization/{A}"
    assert extensions(the(enrolled(), "ServiceRequest"), systems.CARE_RESPONSIBILITY) == []


def test_while_one_party_writes_all_that_is_active_says_what_both_have_agreed_to() -> None:
    before = enrolled()
    plan = before.plan.id
    story = before.plan_reopened(NURSE_A).after(
        care_plan.record_section, NURSE_A, plan=plan, part="deterioration", fields={"measures": "Wait until Monday"}
    )
    story = story.after(
        care_plan.assign_contact, NURSE_A, plan=plan, role="coordinator", person=DISTRICT_NURSE.person
    ).plan_agreed(NURSE_A)
    agreed, shown = the(before, "CarePlan"), the(story, "CarePlan")
    for url in (systems.PLAN_SECTION, systems.PLAN_CONTACT, systems.PLAN_AGREEMENT):
        assert extensions(shown, url) == extensions(agreed, url)
    assert (shown["status"], shown["activity"]) == ("active", agreed["activity"])
    for type in ("CareTeam", "EpisodeOfCare"):
        assert the(story, type) == the(before, type)

    (draft,) = shown["contained"]
    assert [one["valueReference"] for one in extensions(shown, systems.PLAN_DRAFT)] == [{"reference": "#draft"}]
    assert draft["status"] == "draft"
    assert {"part": "deterioration", "party": "municipality"}.items() <= parts(
        extensions(draft, systems.PLAN_SECTION)[-1]
    ).items()
    assert [parts(one)["party"] for one in extensions(draft, systems.PLAN_AGREEMENT)] == ["municipality"]
    assert "contained" not in agreed


def test_a_change_for_a_later_day_shows_who_answers_until_then_and_who_from_then_on() -> None:
    story = resolved_for_later()
    dressing = the(story, "CarePlan")["activity"][0]
    until, later = (parts(one) for one in extensions(dressing, systems.CARE_RESPONSIBILITY))
    assert until["effective-from"] < later["effective-from"]


def test_an_open_disagreement_is_a_task_for_the_other_principal_with_each_position() -> None:
    story = positioned()
    task = by_id(story, story.dispute)
    assert task["code"]["coding"] == [{"system": systems.TASK_KIND, "code": "resolve-responsibility"}]
    assert task["focus"]["reference"] == f"Task/{the(story, 'Task')['id']}"
    assert task["requester"]["reference"] == f"Organization/{A}"
    assert task["owner"]["reference"] == f"Organization/{REGION}"
    assert (task["status"], "output" in task) == ("in-progress", False)
    first, second = resources(story)["Communication"]
    assert first["about"] == second["about"] == [{"reference": f"Task/{story.dispute}"}]
    assert first["sender"]["reference"] == f"Organization/{NURSE_A.unit}"
    assert first["extension"][0]["valueReference"]["reference"] == f"Organization/{A}"
    assert first["payload"] == [{"contentString": "This needs a specialist"}]


def test_a_resolved_disagreement_is_a_completed_task_whose_output_is_the_resolution() -> None:
    story = positioned().resolved()
    task = by_id(story, story.dispute)
    assert task["status"] == "completed"
    assert [one["type"]["coding"][0]["code"] for one in task["output"]] == ["proposed-resolution", "resolution"]


def test_each_partys_assessment_is_output_of_the_task_in_its_own_words() -> None:
    outputs = the(at_odds(), "Task")["output"]
    assert [one["valueCodeableConcept"]["coding"][0]["code"] for one in outputs] == ["primary", "specialised"]
    assert [parts(one["extension"][0])["party"] for one in outputs] == [Party.REGION, Party.MUNICIPALITY]


@pytest.mark.rule("ORE-3.1.5-3")
@pytest.mark.rule("ORE-1.5-7")
def test_the_team_starts_when_both_have_accepted_and_ends_with_the_enrolment() -> None:
    assert "CareTeam" not in resources(weighed())
    team = the(enrolled().discharged(), "CareTeam")
    assert {one["member"]["reference"] for one in team["participant"]} == {
        f"Organization/{REGION}",
        f"Organization/{A}",
        f"Practitioner/{PHYSICIAN.person}",
        f"Practitioner/{NURSE_A.person}",
        "Practitioner/SE2120000000-P001",
    }
    assert {tuple(sorted(one["period"])) for one in team["participant"]} == {("end", "start")}
    assert "end" not in the(enrolled(), "CareTeam")["period"]


def test_the_plans_coordinator_manages_the_care() -> None:
    episode = the(established(), "EpisodeOfCare")
    assert episode["careManager"]["reference"] == f"Practitioner/{NURSE_A.person}"


def test_ids_that_the_case_does_not_hold_follow_from_those_it_does() -> None:
    first, again = (render(enrolled().state) for _ in range(2))
    assert [to_json(one) for one in first] == [to_json(one) for one in again]
    assert all(UUID(one["id"]).version in (4, 5) for one in first)


def lapsed() -> Story:
    """Tell that the ward's seven days have passed."""
    story = interim_established()
    return story.after(care_plan_end.lapse, SYSTEM, at="2025-09-09 00:00", plan=story.plan.id)


@pytest.mark.parametrize(
    ("story", "kind", "title", "status", "types"),
    [
        (interim_established(), "interim7", "Medicinsk behandlingsplan för sju dagar", "active", ["VP"]),
        (lapsed(), "interim7", "Medicinsk behandlingsplan för sju dagar", "completed", ["VP"]),
        (rehab_established(), "rehab", "Rehabiliteringsplan", "active", []),
        (summoned(), "sip", "Samordnad individuell plan", "draft", []),
    ],
    ids=["seven days", "lapsed", "rehabilitation", "sip"],
)
def test_each_kind_of_plan_has_its_category_title_and_status(
    story: Story, kind: str, title: str, status: str, types: list[str]
) -> None:
    plan = the(story, "CarePlan")
    codes = {one["system"]: one["code"] for one in plan["category"][0]["coding"]}

    assert (plan["title"], plan["status"]) == (title, status)
    assert codes.pop(systems.PLAN_KIND) == kind
    assert [codes[systems.PLAN_TYPE] for _ in codes] == types
