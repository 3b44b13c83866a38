"""Every resource of every history is valid FHIR R4, without names and numbers, and has the responsibility."""

import re
from typing import Any
from uuid import UUID

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class

from domain.case.acts import care_plan, care_plan_end
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.elements import concept
from fhir_profiles.json import instant, to_json
from fhir_profiles.resources import render
from tests.domain.test_plan_kinds import SYSTEM, interim_established, rehab_established, summoned
from tests.fhir.histories import (
    HISTORIES,
    find_by_id,
    find_first,
    positioned,
    resolved_for_later,
    resources_by_type,
    walk,
)
from tests.scenario import (
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    PATIENT,
    PHYSICIAN,
    REGION,
    A,
    Story,
    accepted,
    at_odds,
    drafted,
    enrolled,
    established,
    level_established,
    weighed,
)

every_history = pytest.mark.parametrize("name", HISTORIES)


def extensions_of(element: Any, url: str) -> list[Any]:
    return [item for item in element.get("extension", ()) if item["url"] == url]


def parts_of(extension: Any) -> dict[str, Any]:
    return {
        item["url"]: next(value for name, value in item.items() if name != "url") for item in extension["extension"]
    }


@every_history
def test_every_resource_is_valid_r4(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@every_history
def test_nothing_is_null_or_empty(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        for path, value in walk(resource, resource["resourceType"]):
            assert value not in (None, [], {}, ""), path


def test_the_bytes_hold_nothing_that_is_null_or_empty() -> None:
    rendered = {
        "id": "1",
        "note": [{"text": None}, {"text": "said [] and null"}],
        "code": {"coding": []},
        "active": False,
    }

    assert orjson.loads(to_json(rendered)) == {"id": "1", "note": [{"text": "said [] and null"}], "active": False}


@every_history
def test_every_resource_has_its_own_id_and_no_version(name: str) -> None:
    found = render(HISTORIES[name]().state)
    assert len({(resource["resourceType"], resource["id"]) for resource in found}) == len(found)
    assert not any(
        "versionId" in resource.get("meta", {}) or "lastUpdated" in resource.get("meta", {}) for resource in found
    )


@every_history
def test_references_within_the_case_lead_to_resources_of_the_case(name: str) -> None:
    found = render(HISTORIES[name]().state)
    there = {f"{resource['resourceType']}/{resource['id']}" for resource in found} | {f"Patient/{PATIENT}"}
    own = {address.partition("/")[0] for address in there} | {"CareTeam", "EpisodeOfCare", "Task", "CarePlan"}
    for resource in found:
        for path, value in walk(resource, resource["resourceType"]):
            if path.endswith(".reference") and value.partition("/")[0] in own:
                assert value in there, path


@every_history
def test_no_name_of_the_directory_is_shown(name: str) -> None:
    text = b"\n".join(to_json(resource) for resource in render(HISTORIES[name]().state)).decode()
    organisations = [body.name for body in (*DIRECTORY.principals, *DIRECTORY.providers)]
    names = [*organisations, *(assignment.name for assignment in DIRECTORY.assignments)]
    assert not [name for name in names if f'"{name}"' in text]
    assert '"display"' not in text


@every_history
def test_every_moment_is_utc_to_the_microsecond(name: str) -> None:
    for resource in render(HISTORIES[name]().state):
        for path, value in walk(resource, resource["resourceType"]):
            if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value):
                assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{6}Z", value), path


@every_history
def test_only_practitioners_of_the_team_act_for_an_organisation(name: str) -> None:
    for team in resources_by_type(HISTORIES[name]()).get("CareTeam", ()):
        for participant in team["participant"]:
            assert ("onBehalfOf" in participant) == (participant["member"]["type"] == "Practitioner")


def test_a_draft_has_no_task() -> None:
    assert set(resources_by_type(Story().need_raised())) == {"ServiceRequest"}


def test_the_request_has_the_responsibility_until_there_is_a_plan() -> None:
    (found,) = extensions_of(find_first(weighed(), "ServiceRequest"), systems.CARE_RESPONSIBILITY)
    parts = parts_of(found)
    assert parts["intervention"] == "wound-care"
    assert parts["treatment"]["reference"] == parts["performer"]["reference"] == f"Organization/{REGION}"
    assert parts["clause"].startswith("https://kvittens.example/fhir/agreement/1085641|R1#ORE-")


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
def test_responsibility_remains_if_the_region_performs_everything(name: str, remains: list[bool]) -> None:
    request = find_first(HISTORIES[name](), "ServiceRequest")
    assert [item["valueBoolean"] for item in extensions_of(request, systems.RESPONSIBILITY_REMAINS)] == remains


def test_the_plan_has_the_responsibility_for_each_intervention_instead_of_the_request() -> None:
    plan = find_first(enrolled(), "CarePlan")
    dressing, visit = plan["activity"]
    assert [dressing["id"], visit["id"]] == ["wound-care", "physician-visit"]
    (answers,) = extensions_of(dressing, systems.CARE_RESPONSIBILITY)
    assert parts_of(answers)["performer"]["reference"] == f"Organization/{A}"
    (performer,) = dressing["detail"]["performer"]
    assert performer["reference"] == f"Organization/{A}"
    assert performer["extension"][0]["valueReference"]["reference"] == f"Organization/{A}"
    assert extensions_of(find_first(enrolled(), "ServiceRequest"), systems.CARE_RESPONSIBILITY) == []


def test_the_active_plan_is_the_agreed_text_while_one_party_writes_a_draft() -> None:
    before = enrolled()
    plan = before.plan.id
    story = before.plan_reopened(NURSE_A).after(
        care_plan.record_section, NURSE_A, plan=plan, part="deterioration", fields={"measures": "Wait until Monday"}
    )
    story = story.after(
        care_plan.assign_contact, NURSE_A, plan=plan, role="coordinator", person=DISTRICT_NURSE.person
    ).plan_agreed(NURSE_A)
    agreed, shown = find_first(before, "CarePlan"), find_first(story, "CarePlan")
    for url in (systems.PLAN_SECTION, systems.PLAN_CONTACT, systems.PLAN_AGREEMENT):
        assert extensions_of(shown, url) == extensions_of(agreed, url)
    assert (shown["status"], shown["activity"]) == ("active", agreed["activity"])
    for type in ("CareTeam", "EpisodeOfCare"):
        assert find_first(story, type) == find_first(before, type)

    (draft,) = shown["contained"]
    assert [item["valueReference"] for item in extensions_of(shown, systems.PLAN_DRAFT)] == [{"reference": "#draft"}]
    assert draft["status"] == "draft"
    assert {"part": "deterioration", "party": "municipality"}.items() <= parts_of(
        extensions_of(draft, systems.PLAN_SECTION)[-1]
    ).items()
    assert [parts_of(item)["party"] for item in extensions_of(draft, systems.PLAN_AGREEMENT)] == ["municipality"]
    assert "contained" not in agreed


def test_a_change_on_a_later_day_shows_the_responsibility_before_and_after_it() -> None:
    story = resolved_for_later()
    dressing = find_first(story, "CarePlan")["activity"][0]
    until, later = (parts_of(item) for item in extensions_of(dressing, systems.CARE_RESPONSIBILITY))
    assert until["effective-from"] < later["effective-from"]


def test_an_open_disagreement_is_a_task_for_the_other_principal_with_each_position() -> None:
    story = positioned()
    task = find_by_id(story, story.dispute)
    assert task["code"]["coding"] == [{"system": systems.TASK_KIND, "code": "resolve-responsibility"}]
    assert task["focus"]["reference"] == f"Task/{find_first(story, 'Task')['id']}"
    assert task["requester"]["reference"] == f"Organization/{A}"
    assert task["owner"]["reference"] == f"Organization/{REGION}"
    assert (task["status"], "output" in task) == ("in-progress", False)
    first, second = resources_by_type(story)["Communication"]
    assert first["about"] == second["about"] == [{"reference": f"Task/{story.dispute}"}]
    assert first["sender"]["reference"] == f"Organization/{NURSE_A.unit}"
    assert first["extension"][0]["valueReference"]["reference"] == f"Organization/{A}"
    assert first["payload"] == [{"contentString": "This needs a specialist"}]
    stored = ["resourceType", "id", "extension", "status", "subject", "about", "sent", "sender", "payload"]
    assert list(first) == stored  # another order would be another version of what is stored already


def test_a_resolved_disagreement_is_a_completed_task_whose_output_is_the_resolution() -> None:
    story = positioned().resolved()
    task = find_by_id(story, story.dispute)
    assert task["status"] == "completed"
    assert [output["type"]["coding"][0]["code"] for output in task["output"]] == ["proposed-resolution", "resolution"]


def test_each_partys_assessment_is_output_of_the_task_in_its_own_words() -> None:
    outputs = find_first(at_odds(), "Task")["output"]
    assert [output["valueCodeableConcept"]["coding"][0]["code"] for output in outputs] == ["primary", "specialised"]
    assert [parts_of(output["extension"][0])["party"] for output in outputs] == [Party.REGION, Party.MUNICIPALITY]


@pytest.mark.rule("ORE-3.1.5-3")
@pytest.mark.rule("ORE-1.5-7")
def test_the_team_starts_when_both_have_accepted_and_ends_with_the_enrolment() -> None:
    assert "CareTeam" not in resources_by_type(weighed())
    team = find_first(enrolled().discharged(), "CareTeam")
    assert {participant["member"]["reference"] for participant in team["participant"]} == {
        f"Organization/{REGION}",
        f"Organization/{A}",
        f"Practitioner/{PHYSICIAN.person}",
        f"Practitioner/{NURSE_A.person}",
        "Practitioner/SE2120000000-P001",
    }
    assert {tuple(sorted(participant["period"])) for participant in team["participant"]} == {("end", "start")}
    assert "end" not in find_first(enrolled(), "CareTeam")["period"]


def test_the_plans_coordinator_manages_the_care() -> None:
    episode = find_first(established(), "EpisodeOfCare")
    assert episode["careManager"]["reference"] == f"Practitioner/{NURSE_A.person}"


def test_ids_that_the_case_does_not_hold_follow_from_those_it_does() -> None:
    first, again = (render(enrolled().state) for _ in range(2))
    assert [to_json(resource) for resource in first] == [to_json(resource) for resource in again]
    assert all(UUID(resource["id"]).version in (4, 5) for resource in first)


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
    plan = find_first(story, "CarePlan")
    codes = {coding["system"]: coding["code"] for coding in plan["category"][0]["coding"]}

    assert (plan["title"], plan["status"]) == (title, status)
    assert codes.pop(systems.PLAN_KIND) == kind
    assert [codes[systems.PLAN_TYPE] for _ in codes] == types


def test_a_question_is_a_communication_on_the_request_from_the_unit_that_asked() -> None:
    story = drafted()
    (plan,) = story.state.plans
    asked = story.question_sent(text="Who has the key?").question_sent(
        by=DISTRICT_NURSE, text="When do you come?", plan=plan
    )
    request = {"reference": f"ServiceRequest/{asked.state.referral.id}"}
    first, second = resources_by_type(asked)["Communication"]
    assert [item["id"] for item in (first, second)] == [str(question.id) for question in asked.state.questions]
    assert first["category"][0]["coding"] == [{"system": systems.COMMUNICATION_KIND, "code": "question"}]
    assert (first["status"], first["payload"]) == ("completed", [{"contentString": "Who has the key?"}])
    assert first["basedOn"] == first["about"] == second["basedOn"] == [request]
    assert second["about"] == [{"reference": f"CarePlan/{plan}"}]
    assert first["sender"]["reference"] == f"Organization/{NURSE_A.unit}"
    assert first["extension"][0]["valueReference"]["reference"] == f"Organization/{A}"
    assert [each["reference"] for each in first["recipient"]] == [f"Organization/{REGION}"]
    assert [each["reference"] for each in second["recipient"]] == [f"Organization/{A}"]
    assert first["sent"] == instant(asked.state.questions[0].asked_at)
    assert "received" not in first
    opened = asked.question_opened(by=NURSE_A)
    assert find_by_id(opened, second["id"])["received"] == instant(opened.clock)


def test_an_answer_is_a_communication_in_response_to_its_question() -> None:
    story = accepted().question_sent(by=PHYSICIAN).answered(by=NURSE_A, text="A dry one")
    question, answer = resources_by_type(story)["Communication"]
    assert answer["inResponseTo"] == [{"reference": f"Communication/{question['id']}"}]
    assert answer["basedOn"] == question["basedOn"]
    assert answer["category"][0]["coding"] == [{"system": systems.COMMUNICATION_KIND, "code": "answer"}]
    assert (answer["sender"]["reference"], answer["payload"]) == (
        f"Organization/{NURSE_A.unit}",
        [{"contentString": "A dry one"}],
    )
    (recipient,) = answer["recipient"]
    assert recipient["reference"] == f"Organization/{PHYSICIAN.unit}"
    assert recipient["extension"][0]["valueReference"]["reference"] == f"Organization/{REGION}"
    assert (question["received"], "received" in answer) == (instant(story.clock), False)
    opened = story.answer_opened(by=DISTRICT_NURSE)
    assert find_by_id(opened, answer["id"])["received"] == instant(opened.clock)


def test_a_question_that_ends_without_an_answer_is_stopped_with_the_reason() -> None:
    for story, reason in (
        (accepted().question_sent().question_withdrawn(), "withdrawn"),
        (level_established().question_sent().returned(), "misdirected"),
    ):
        (question,) = resources_by_type(story)["Communication"]
        assert (question["status"], question["statusReason"]) == ("stopped", concept(systems.STATUS_REASON, reason))
