"""The statuses that each act leads to, as in the table of the FHIR guide (section 2)."""

import pytest

from domain.case.acts import referral
from domain.case.events.care_plan import PlannedIntervention
from domain.intervention import Scope
from domain.kernel import Party
from fhir_profiles.systems import ACCEPTED_BY, STATUS_REASON
from tests.domain.test_hospital_stay import admitted, came_home
from tests.fhir.histories import HISTORIES, find_first, resources_by_type
from tests.scenario import DISTRICT_NURSE, NURSE_A, WOUND, Story, enrolled, level_established

TABLE = [
    # history, ServiceRequest, Task, businessStatus, EpisodeOfCare, CarePlan, CareTeam
    ("a need", "draft", None, None, None, None, None),
    ("sent", "active", "requested", None, "planned", None, None),
    ("acknowledged", "active", "received", None, "planned", None, None),
    ("in contact", "active", "received", "in-contact", "planned", None, None),
    ("investigated", "active", "received", "assessing", "planned", None, None),
    ("assessed", "active", "received", "assessing", "planned", None, None),
    ("level established", "active", "received", "level-established", "planned", None, None),
    ("accepted", "active", "accepted", None, "planned", None, "proposed"),
    ("declined", "active", "rejected", None, "cancelled", None, None),
    ("reasons told", "revoked", "rejected", None, "cancelled", None, None),
    ("withdrawn", "revoked", "cancelled", None, "cancelled", None, None),
    ("withdrawn after the plan", "revoked", "cancelled", None, "cancelled", "revoked", "inactive"),
    ("disputed", "active", "received", "disputed", "planned", None, None),
    ("resolved", "active", "received", "level-established", "planned", None, None),
    ("resolved as declined", "active", "rejected", None, "cancelled", None, None),
    ("plan drafted", "active", "accepted", None, "planned", "draft", "proposed"),
    ("plan agreed by one", "active", "accepted", None, "planned", "draft", "proposed"),
    ("plan established", "active", "accepted", None, "planned", "active", "proposed"),
    ("enrolment refused", "revoked", "cancelled", None, "cancelled", None, "inactive"),
    ("enrolled", "active", "in-progress", None, "active", "active", "active"),
    ("plan under revision", "active", "in-progress", None, "active", "active", "active"),
    ("discharge declared", "active", "in-progress", "discharge-pending", "active", "active", "active"),
    ("in hospital", "active", "on-hold", None, "onhold", "active", "active"),
    ("in hospital while a discharge waits", "active", "on-hold", "discharge-pending", "onhold", "active", "active"),
    ("home from hospital", "active", "in-progress", None, "active", "active", "active"),
    ("died in hospital", "completed", "failed", None, "finished", "revoked", "inactive"),
    ("discharged", "completed", "completed", None, "finished", "completed", "inactive"),
    ("died", "completed", "failed", None, "finished", "revoked", "inactive"),
]


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_each_act_leads_to_its_statuses(row: tuple[str | None, ...]) -> None:
    name, *expected = row
    assert name is not None
    found = {type: them[0] for type, them in resources_by_type(HISTORIES[name]()).items()}
    business = found.get("Task", {}).get("businessStatus", {}).get("coding", [{}])[0].get("code")
    statuses = {type: resource["status"] for type, resource in found.items()}
    assert [
        statuses.get("ServiceRequest"),
        statuses.get("Task"),
        business,
        statuses.get("EpisodeOfCare"),
        statuses.get("CarePlan"),
        statuses.get("CareTeam"),
    ] == expected


def test_an_acceptance_by_one_party_leaves_the_task_received() -> None:
    task = find_first(level_established().accepted(DISTRICT_NURSE), "Task")
    assert task["status"] == "received"
    assert {"url": ACCEPTED_BY, "valueCode": "region"} in task["extension"]


def test_a_declined_task_has_its_reason() -> None:
    assert find_first(level_established().declined(), "Task")["statusReason"] == {
        "text": "Better cared for at the health centre"
    }


def test_a_supplement_changes_the_request_and_not_the_task() -> None:
    story = HISTORIES["acknowledged"]()
    more = story.state.referral.request.model_copy(update={"goal": "A healed ulcer by June"})
    after = story.after(referral.supplement, DISTRICT_NURSE, request=more)
    assert find_first(after, "ServiceRequest") != find_first(story, "ServiceRequest")
    assert find_first(after, "Task") == find_first(story, "Task")


def history_of(story: Story) -> list[tuple[str, str, str]]:
    """Return the past statuses of the enrolment, each with its period."""
    episode = find_first(story, "EpisodeOfCare")
    return [(past["status"], past["period"]["start"], past["period"]["end"]) for past in episode["statusHistory"]]


@pytest.mark.rule("E14")
def test_a_stay_in_hospital_is_in_the_status_history_of_the_enrolment() -> None:
    at_home = ("active", "2025-04-11T07:00:00.000000Z", "2025-05-05T12:00:00.000000Z")
    assert history_of(admitted()) == [at_home]
    assert history_of(came_home()) == [
        at_home,
        ("onhold", "2025-05-05T12:00:00.000000Z", "2025-05-09T09:00:00.000000Z"),
    ]
    died = HISTORIES["died in hospital"]()
    assert history_of(died) == [at_home, ("onhold", "2025-05-05T12:00:00.000000Z", "2025-05-06T22:00:00.000000Z")]
    assert "statusHistory" not in find_first(enrolled(), "EpisodeOfCare")


@pytest.mark.rule("E14")
def test_a_task_on_hold_says_that_the_person_is_in_hospital() -> None:
    task = find_first(admitted(), "Task")
    assert task["statusReason"] == {"coding": [{"system": STATUS_REASON, "code": "hospital-stay"}]}
    assert task["lastModified"] == "2025-05-05T12:00:00.000000Z"
    assert find_first(came_home(), "Task")["lastModified"] == "2025-05-09T09:00:00.000000Z"
    assert "statusReason" not in find_first(came_home(), "Task")
    waiting = find_first(HISTORIES["in hospital while a discharge waits"](), "Task")
    assert waiting["statusReason"]["text"] == "The ulcer has healed"


def test_an_intervention_that_only_a_revision_names_has_not_started() -> None:
    drawn = PlannedIntervention(
        key="injection", text="Weekly injection", scope=Scope.SINGLE, performer=Party.MUNICIPALITY, shared=True
    )
    plan = find_first(enrolled().plan_reopened(NURSE_A).plan_changed(drawn, NURSE_A), "CarePlan")
    (draft,) = plan["contained"]
    assert {activity["id"]: activity["detail"]["status"] for activity in plan["activity"]}[WOUND.key] == "in-progress"
    assert {activity["id"]: activity["detail"]["status"] for activity in draft["activity"]}[
        "injection"
    ] == "not-started"
