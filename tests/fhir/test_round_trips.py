"""Round trips: the content of a client's resource is the same after rendering and reading."""

import copy
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case.acts import care_plan
from domain.case.events.care_plan import DRUG_TASKS, PERFORMER_KINDS, PLAN_LINES, PlannedIntervention
from domain.case.events.referral import CareRequest, Identifier, NeedSource
from domain.intervention import CareLevel, Intervention, InterventionKind, OrderLevels, Profession, Scope
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.care_plan_change import PlanChange, from_care_plan
from fhir_profiles.disagreement import from_communication
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource, to_json
from fhir_profiles.question import from_answer, from_question
from fhir_profiles.resource_reader import read_resource
from fhir_profiles.service_request import from_service_request, from_service_request_update
from tests.fhir.histories import HISTORIES, drop_server_elements, find_first, positioned, resources_by_type
from tests.scenario import (
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    PATIENT,
    PHYSICIAN,
    REGION,
    VISIT,
    WOUND,
    A,
    B,
    Story,
    accepted,
    drafted,
    enrolled,
    planned,
)

slugs = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,20}\Z")
texts = st.text(st.characters(categories=("L", "P", "Zs"), max_codepoint=0x24F), min_size=1, max_size=60).filter(
    lambda text: bool(text.strip())
)
interventions = st.builds(
    Intervention,
    key=slugs,
    text=texts,
    profession=st.sampled_from(Profession),
    kind=st.sampled_from(InterventionKind),
    ordering=st.none()
    | st.builds(OrderLevels, ordering_level=st.sampled_from(CareLevel), performing_level=st.sampled_from(CareLevel)),
    category=st.none() | slugs,
    advanced=st.booleans(),
)
requests = st.builds(
    CareRequest,
    need=st.none() | texts,
    goal=st.none() | texts,
    physician_contact=st.none() | st.just(PHYSICIAN.person),
    care_contact=st.none() | st.just(DISTRICT_NURSE.person),
    interventions=st.lists(interventions, max_size=3, unique_by=lambda intervention: intervention.key).map(tuple),
    channel=st.sampled_from((None, "lifecare-sp", "telephone")),
    otherwise=st.none() | texts,
    identifiers=st.lists(st.builds(Identifier, system=st.just("urn:oid:1.2.3"), value=texts), max_size=2).map(tuple),
    composite_needs=st.booleans(),
)


def send(resource: Resource) -> Resource:
    """Return the resource as it arrives from a client."""
    return read_resource(to_json(drop_server_elements(resource)), resource["resourceType"])


@settings(max_examples=60)
@given(requests, st.sampled_from(NeedSource), st.sampled_from([None, A]))
def test_a_request_reads_as_it_was_rendered(request: CareRequest, source: NeedSource, municipality: str | None) -> None:
    story = Story().need_raised(request, source=source, municipality=municipality)
    draft = from_service_request(send(find_first(story, "ServiceRequest")), DIRECTORY)
    assert draft.request == request
    assert (draft.patient_id, draft.track, draft.source) == (PATIENT, story.state.referral.track, source)
    assert (draft.municipality, draft.active) == (municipality, False)
    assert draft.requester.agrees_with(DISTRICT_NURSE)
    assert draft.occurred_at == story.state.opened_at


@pytest.mark.parametrize("name", HISTORIES)
def test_an_unchanged_request_is_refused(name: str) -> None:
    current = find_first(HISTORIES[name](), "ServiceRequest")
    with pytest.raises(Unreadable):
        from_service_request_update(copy.deepcopy(current), current)


def test_a_changed_need_is_a_supplement_and_a_revoked_one_a_withdrawal() -> None:
    current = find_first(HISTORIES["acknowledged"](), "ServiceRequest")
    more, _ = from_service_request_update(current | {"reasonCode": [{"text": "Leg ulcer care, and a drip"}]}, current)
    assert (more.name, more.content["request"].need) == (
        "supplement-referral",
        "Leg ulcer care, and a drip",
    )
    revoked, _ = from_service_request_update(current | {"status": "revoked"}, current)
    assert revoked.name == "withdraw-referral"


def test_a_change_may_leave_out_a_source_that_the_client_never_gave() -> None:
    current = find_first(HISTORIES["acknowledged"](), "ServiceRequest")
    extensions = [item for item in current["extension"] if item["url"] != systems.NEED_SOURCE]
    change = current | {"extension": extensions, "reasonCode": [{"text": "Leg ulcer care, and a drip"}]}
    command, _ = from_service_request_update(change, current)
    assert command.name == "supplement-referral"


def test_a_performer_may_be_a_provider_or_unit_of_the_municipality() -> None:
    resource = drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest"))
    resource["performer"] = [
        {"type": "Organization", "identifier": {"system": systems.HSA_INERA, "value": NURSE_A.unit}}
    ]
    assert from_service_request(resource, DIRECTORY).municipality == A


@pytest.mark.parametrize("other", [REGION, "SE2120000009-H0"])
def test_a_performer_that_is_no_municipality_of_the_county_is_refused(other: str) -> None:
    resource = drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest"))
    resource["performer"] = [{"reference": f"Organization/{other}"}]
    with pytest.raises(Unreadable) as refused:
        from_service_request(resource, DIRECTORY)
    assert refused.value.issues[0].expression == "ServiceRequest.performer[0]"


def test_an_element_that_the_server_sets_is_refused_in_a_new_request() -> None:
    resource = drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest"))
    resource["extension"].append({"url": systems.RESPONSIBILITY_REMAINS, "valueBoolean": True})
    with pytest.raises(Unreadable, match="the server sets this element"):
        from_service_request(resource, DIRECTORY)


@pytest.mark.parametrize("subject", ["191212121212", "Patient/191212121212", "Patient?identifier=x", "urn:uuid:x"])
def test_a_subject_is_named_only_by_the_servers_id(subject: str) -> None:
    resource = drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest")) | {
        "subject": {"reference": subject}
    }
    with pytest.raises(Unreadable) as refused:
        from_service_request(resource, DIRECTORY)
    assert "1212" not in str(refused.value)


def test_positions_read_as_they_were_rendered() -> None:
    story = positioned()
    for resource, position in zip(
        resources_by_type(story)["Communication"], story.state.disputes[-1].positions, strict=True
    ):
        draft = from_communication(send(resource))
        assert (draft.dispute, draft.words.patient_id) == (story.dispute, PATIENT)
        assert (draft.words.text, draft.words.occurred_at) == (position.text, position.occurred_at)
        assert draft.words.sender.organisation == position.unit
        assert draft.words.sender.principal == story.state.principal(position.party)


def test_questions_and_answers_read_as_they_were_rendered() -> None:
    story = drafted()
    (plan,) = story.state.plans
    story = story.question_sent(plan=plan).answered().question_sent(text="Who has the key?")
    first, answer, second = resources_by_type(story)["Communication"]
    asked, other = story.state.questions
    assert asked.answer is not None
    for resource, held in ((first, asked), (second, other)):
        draft = from_question(send({name: value for name, value in resource.items() if name != "received"}))
        assert (draft.service_request, draft.plan) == (story.state.referral.id, held.plan)
        assert (draft.words.text, draft.words.occurred_at) == (held.text, held.asked_at)
        assert (draft.words.sender.organisation, draft.words.sender.principal) == (held.unit, held.principal)
    sent = {name: value for name, value in answer.items() if name != "basedOn"}
    read = from_answer(send(sent))
    assert (read.question, read.words.text) == (asked.id, asked.answer.text)
    assert (read.words.sender.organisation, read.words.patient_id) == (asked.answer.unit, PATIENT)


values = st.booleans() | st.dates() | texts
PARTS = {
    "prognosis": ["text"],
    "deterioration": ["level", "direction", "direct-contact", "measures", "contacts", "responsible"],
    "follow-up": ["when", "frequency", "responsible"],
}
TYPED = {"when": st.dates(date(1900, 1, 1), date(2199, 12, 31))}
"""The values of the fields that the plan's rules take for a day."""
plan_parts = [
    st.tuples(
        st.just(part),
        st.fixed_dictionaries({}, optional={name: TYPED.get(name, values) for name in names}).filter(bool),
        st.none() | texts,
    )
    for part, names in PARTS.items()
]
lines = st.fixed_dictionaries(
    {
        "line": st.none() | st.sampled_from(PLAN_LINES),
        "task": st.none() | st.sampled_from(DRUG_TASKS),
        "performer_kind": st.none() | st.sampled_from(PERFORMER_KINDS),
        "competence": st.none() | st.just("Shown how, and watched twice"),
    }
)
plans = st.lists(st.one_of(plan_parts), max_size=3, unique_by=lambda part: part[0])


@settings(max_examples=40)
@given(plans, texts, st.none() | st.sampled_from(Scope), st.none() | st.booleans(), lines)
def test_a_plan_reads_as_it_was_rendered(
    parts: list[tuple[str, dict[str, bool | date | str], str | None]],
    text: str,
    scope: Scope | None,
    shared: bool | None,
    line: dict[str, Any],
) -> None:
    story = accepted().plan_begun()
    for part, fields, reason in parts:
        story = story.after(
            care_plan.record_section,
            DISTRICT_NURSE,
            plan=story.plan.id,
            part=part,
            fields=fields,
            not_applicable=reason,
        )
    walks = PlannedIntervention(key="walks", text="Walks on Sundays")
    interventions_of_plan = (planned(WOUND, shared=shared), planned(VISIT, Party.REGION), walks)
    for intervention in interventions_of_plan:
        worded = intervention.model_copy(update={"text": text.strip(), "scope": scope} | line)
        story = story.after(care_plan.plan_intervention, DISTRICT_NURSE, plan=story.plan.id, intervention=worded)
    story = story.after(
        care_plan.assign_contact, NURSE_A, plan=story.plan.id, role="coordinator", person=NURSE_A.person, area=text
    )
    change = from_care_plan(send(find_first(story, "CarePlan")), DIRECTORY, Party.REGION)
    plan = story.plan
    assert [(section.section.model_dump(), section.party) for section in change.sections] == [
        (section.model_dump(exclude={"party"}), section.party) for section in plan.draft.sections
    ]
    assert [(contact.role, contact.person, contact.area, contact.party) for contact in change.contacts] == [
        (contact.role, contact.person, contact.area, contact.party) for contact in plan.draft.contacts
    ]
    assert change.interventions == plan.draft.interventions
    assert (change.kind, change.patient_id, change.episode) == (plan.kind, PATIENT, story.state.enrolment_id)
    assert (change.agreed_text, change.performers) == (None, frozenset({REGION, A}))
    assert change.author.agrees_with(DISTRICT_NURSE)
    assert change.occurred_at == plan.initiated_at


def read_plan_change(story: Story, **elements: Any) -> PlanChange:
    """Return the change that a client asks for by the plan with other elements."""
    current = find_first(story, "CarePlan")
    return from_care_plan(copy.deepcopy(current) | elements, DIRECTORY, Party.REGION, current)


def test_a_draft_sent_back_as_active_agrees_and_changes_nothing() -> None:
    change = read_plan_change(drafted(), status="active")
    assert change.agreed_text == drafted().plan.draft.digest
    assert (change.sections, change.contacts, change.interventions) == ((), (), ())


def test_only_differences_are_changes() -> None:
    activity = copy.deepcopy(find_first(drafted(), "CarePlan")["activity"])
    activity[0]["detail"]["code"]["text"] = "Leg ulcer dressing three times a week"
    change = read_plan_change(drafted(), activity=activity)
    assert [intervention.text for intervention in change.interventions] == ["Leg ulcer dressing three times a week"]
    assert (change.sections, change.agreed_text) == ((), None)


def under_revision() -> Story:
    """Tell of an enrolled person's plan, in which one party is writing another coordinator and another wording."""
    story = enrolled().plan_reopened(NURSE_A).plan_changed(planned(WOUND, scope=Scope.SINGLE, shared=False))
    return story.after(
        care_plan.assign_contact, NURSE_A, plan=story.plan.id, role="coordinator", person=DISTRICT_NURSE.person
    )


def read_draft_change(story: Story, **elements: Any) -> PlanChange:
    """Return the change that a client asks for by the draft in the plan, with other elements."""
    (draft,) = find_first(story, "CarePlan")["contained"]
    return read_plan_change(story, contained=[draft | elements])


def test_under_revision_a_draft_sent_back_as_active_agrees_to_it() -> None:
    for story in (enrolled().plan_reopened(), under_revision()):
        change = read_draft_change(story, status="active")
        assert change.agreed_text == story.plan.draft.digest
        assert (change.sections, change.contacts, change.interventions) == ((), (), ())


@pytest.mark.parametrize("story", [enrolled(), under_revision()], ids=["in force", "under revision"])
def test_an_unchanged_plan_is_refused(story: Story) -> None:
    with pytest.raises(Unreadable, match="nothing is changed"):
        read_plan_change(story)


def test_under_revision_a_changed_draft_is_a_change() -> None:
    story = under_revision()
    activity = copy.deepcopy(find_first(story, "CarePlan")["contained"][0]["activity"])
    activity[0]["detail"]["code"]["text"] = "Physician's visit every month"
    change = read_draft_change(story, activity=activity)
    assert [intervention.text for intervention in change.interventions] == ["Physician's visit every month"]
    assert (change.sections, change.contacts, change.agreed_text) == ((), (), None)
    assert change.performers == {REGION, A}


@pytest.mark.parametrize(
    ("elements", "expression"),
    [
        ({"activity": find_first(under_revision(), "CarePlan")["contained"][0]["activity"]}, "CarePlan"),
        ({"status": "draft"}, "CarePlan"),
        ({"contained": []}, "CarePlan.contained"),
        ({"contained": [{"resourceType": "CarePlan", "id": "mine", "status": "draft"}]}, "CarePlan.contained"),
    ],
)
def test_under_revision_the_text_in_force_is_not_changed_and_the_draft_is_not_left_out(
    elements: Resource, expression: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_plan_change(under_revision(), **elements)
    assert refused.value.issues[0].expression == expression


def test_a_plan_that_is_not_under_revision_has_no_draft() -> None:
    with pytest.raises(Unreadable, match="revise-plan"):
        read_plan_change(enrolled(), contained=[{"resourceType": "CarePlan", "id": "draft", "status": "draft"}])


@pytest.mark.parametrize(
    ("elements", "expression"),
    [
        ({"activity": find_first(drafted(), "CarePlan")["activity"][:1]}, "CarePlan.activity"),
        ({"activity": find_first(drafted(), "CarePlan")["activity"] * 2}, "CarePlan.activity"),
        ({"extension": find_first(drafted(), "CarePlan")["extension"][:3]}, "CarePlan.extension"),
        ({"status": "revoked"}, "CarePlan.status"),
        ({"intent": "order"}, "CarePlan.intent"),
        ({"title": "My plan"}, "CarePlan.title"),
        ({"subject": {"reference": f"Patient/{uuid4()}"}}, "CarePlan.subject"),
        ({"contributor": []}, "CarePlan.contributor"),
        ({"careTeam": [{"reference": f"CareTeam/{uuid4()}"}]}, "CarePlan.careTeam"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_change_of_an_element_of_the_plan_that_is_not_the_clients_is_refused(
    elements: Resource, expression: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_plan_change(drafted(), **elements)
    assert refused.value.issues[0].expression == expression


def test_responsibility_is_not_changed_through_the_plan() -> None:
    activity = copy.deepcopy(find_first(enrolled(), "CarePlan")["activity"])
    activity[0]["extension"], activity[1]["extension"] = (
        [
            *(item for item in mine["extension"] if item["url"] != systems.CARE_RESPONSIBILITY),
            *(item for item in other["extension"] if item["url"] == systems.CARE_RESPONSIBILITY),
        ]
        for mine, other in (activity, activity[::-1])
    )
    with pytest.raises(Unreadable, match="the server sets this element"):
        read_plan_change(enrolled(), activity=activity)


def test_a_performer_outside_the_directory_is_refused_and_another_municipality_is_returned() -> None:
    resource = drop_server_elements(find_first(drafted(), "CarePlan"))
    resource["activity"][0]["detail"]["performer"] = [{"reference": f"Organization/{B}"}]
    assert B in from_care_plan(resource, DIRECTORY, Party.REGION).performers
    resource["activity"][0]["detail"]["performer"] = [{"reference": "Organization/SE2120000009-H0"}]
    with pytest.raises(Unreadable, match="directory"):
        from_care_plan(resource, DIRECTORY, Party.REGION)
