"""Both principals see each other's duties, and the individual is never asked to make them cooperate."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.case.acts import care_plan
from domain.kernel import Actor, Party, legal_midnight
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    PATIENT,
    REGION,
    TOOK_PART,
    A,
    Story,
    accepted,
    enrolled,
    established,
    level_established,
)

BOTH = set(Party)


def parties_of(story: Story, duty: str) -> set[Party]:
    """Return the parties that are still to fulfil the duty."""
    return {item.party for item in items_of(story) if item.key == f"duty:{duty}"}


@pytest.mark.rule("INF-5-1")
def test_only_a_principal_is_ever_overdue_and_never_the_individual() -> None:
    overdue = [item for item in items_of(level_established()) if item.is_overdue(legal_midnight(date(2025, 4, 12)))]

    assert [(item.key, item.principal) for item in overdue] == [("joint-planning", REGION), ("joint-planning", A)]
    for story in (accepted(), established(), enrolled().disputed(), enrolled().discharge_declared()):
        assert {item.principal for item in items_of(story)} <= {REGION, A}
        assert str(PATIENT) not in {item.principal for item in items_of(story)}


@pytest.mark.rule("INF-6-1")
@pytest.mark.parametrize("by", [DISTRICT_NURSE, NURSE_A])
def test_a_permanent_care_contact_asked_for_by_the_individual_is_open_until_either_party_has_named_one(
    by: Actor,
) -> None:
    story = enrolled().stated("care-contact-request", by).plan_reopened()
    named = story.after(
        care_plan.assign_contact, NURSE_A, plan=story.plan.id, role="coordinator", person=NURSE_A.person
    )

    assert (parties_of(story, "care-contact-on-request"), parties_of(named, "care-contact-on-request")) == (BOTH, set())


@pytest.mark.rule("INF-6-2")
@pytest.mark.parametrize(
    "answer",
    [
        lambda story: story.plan_begun(DISTRICT_NURSE),
        lambda story: story.stated("plan-request-refused", NURSE_A, reason="The medical plan holds it all"),
    ],
    ids=["a plan is begun", "refused with a reason"],
)
def test_a_plan_asked_for_by_the_individual_is_open_until_either_party_has_answered(
    answer: Callable[[Story], Story],
) -> None:
    story = accepted().stated("plan-request", NURSE_A)

    assert (parties_of(story, "plan-on-request"), parties_of(answer(story), "plan-on-request")) == (BOTH, set())


@pytest.mark.rule("SKR-3-2")
def test_a_need_of_other_care_is_open_for_the_region_until_it_has_answered() -> None:
    story = enrolled().stated("other-care-requested", NURSE_A, need="The teeth")

    assert parties_of(story, "other-care") == {Party.REGION}
    assert (
        parties_of(story.stated("other-care-answered", DISTRICT_NURSE, answer="A dentist visits"), "other-care")
        == set()
    )


@pytest.mark.rule("SKR-6-1")
def test_an_arrangement_of_care_for_the_region_is_open_for_the_party_that_has_not_agreed() -> None:
    arrangement: dict[str, Any] = {
        "task": "Transfusions",
        "principal": "region",
        "medical": "The region's physician",
        "cost": "The region",
        "employer": "The municipality",
    }
    story = enrolled().stated("provider-arrangement", DISTRICT_NURSE, **arrangement)

    assert parties_of(story, "provider-arrangement-agreed") == {Party.MUNICIPALITY}
    assert (
        parties_of(story.stated("provider-arrangement", NURSE_A, **arrangement), "provider-arrangement-agreed") == set()
    )


def follow_up(story: Story, by: Actor) -> Story:
    return story.after(care_plan.follow_up, by, plan=story.plan.id, finding="It heals", participation=TOOK_PART)


@pytest.mark.parametrize(
    ("duty", "answer"),
    [
        pytest.param(
            "training",
            lambda story: story.stated("training-provided", DISTRICT_NURSE),
            marks=pytest.mark.rule("SKR-8-2"),
        ),
        pytest.param("specialised-assessment", None, marks=pytest.mark.rule("SKR-8-3")),
        pytest.param(
            "specialised-information",
            lambda story: story.stated("relatives-informed", DISTRICT_NURSE),
            marks=pytest.mark.rule("SKR-8-4"),
        ),
        pytest.param(
            "specialised-follow-up",
            lambda story: follow_up(story, DISTRICT_NURSE),
            marks=pytest.mark.rule("SKR-8-5"),
        ),
    ],
)
def test_specialised_care_at_home_gives_the_region_its_duties(
    duty: str, answer: Callable[[Story], Story] | None
) -> None:
    story = enrolled().stated("specialised-care", DISTRICT_NURSE, task="Transfusions")

    assert parties_of(story, duty) == {Party.REGION}
    if answer is not None:
        assert parties_of(answer(story), duty) == set()
