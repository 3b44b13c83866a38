"""Histories of cases, made by the decisions, and functions that find things in their resources."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from domain.case.acts import death_and_move, disagreement, enrolment, referral_decision
from domain.case.events.referral import WithdrawalReason
from domain.kernel import Party
from fhir_profiles.json import Resource
from fhir_profiles.resource_shapes import SUPPORTED
from fhir_profiles.resources import render
from fhir_profiles.shapes import Element, ServerElement, drop_url
from tests.domain.test_hospital_stay import admitted, came_home
from tests.domain.test_plan_kinds import (
    interim_established,
    rehab_established,
    severely_ill,
    summoned,
    with_contacts,
)
from tests.domain.test_self_care import handed_over
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    WARD_NURSE,
    B,
    Story,
    accepted,
    at_odds,
    committed,
    drafted,
    enrolled,
    established,
    investigated,
    level_established,
    weighed,
)


@cache
def positioned() -> Story:
    """Return a history with a disagreement in which both parties have stated a position and taken a step."""
    story = at_odds()
    for by, words in ((NURSE_A, "This needs a specialist"), (DISTRICT_NURSE, "The health centre can train the nurses")):
        story = story.after(disagreement.record_position, by, dispute=story.dispute, position=words)
    return story.after(
        disagreement.record_procedure_step, NURSE_A, dispute=story.dispute, step="The heads of unit have met"
    )


@cache
def resolved_for_later() -> Story:
    """Return a history with a disagreement during enrolment, resolved from a later day on."""
    story = enrolled().disputed()
    later = story.clock.date() + timedelta(days=7)
    return story.resolved(effective_from=later)


@cache
def died() -> Story:
    """Return a history in which the person died while enrolled."""
    story = enrolled().on("2025-05-02 09:00")
    return story.after(death_and_move.record_death, NURSE_A, deceased_on=date(2025, 5, 1))


@cache
def withdrawn_after_the_plan() -> Story:
    return committed().after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.INDIVIDUAL_REFUSES)


@cache
def died_in_hospital() -> Story:
    """Return a history in which the enrolled person died in hospital."""
    story = admitted().on("2025-05-07 10:00")
    return story.after(death_and_move.record_death, WARD_NURSE, deceased_on=date(2025, 5, 6))


def withdrawn() -> Story:
    """Return a history in which the sender withdrew the request before it was acknowledged."""
    story = Story().need_raised().sent()
    return story.after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.BY_SENDER)


@cache
def refused() -> Story:
    """Return a history in which the municipality refused to enrol, by a criterion that was no longer met."""
    story = accepted().considered(NURSE_A, safe_at_home={"safe_at_home": False})
    return story.after(enrolment.refuse, NURSE_A, criterion="safe-at-home", reason="No lift, and stairs")


HISTORIES: Mapping[str, Callable[[], Story]] = {
    "a need": lambda: Story().need_raised(),
    "sent": lambda: Story().need_raised().sent(),
    "acknowledged": lambda: Story().need_raised().sent().acknowledged(),
    "in contact": lambda: Story().need_raised().sent().acknowledged().contacted(),
    "investigated": investigated,
    "assessed": weighed,
    "level established": level_established,
    "accepted": accepted,
    "declined": lambda: level_established().declined(),
    "reasons told": lambda: (
        level_established().declined().after(referral_decision.close, DISTRICT_NURSE, note="The reasons were told")
    ),
    "returned": lambda: level_established().returned(),
    "sent anew": lambda: level_established().returned().sent(B),
    "redirected": lambda: level_established().redirected(),
    "cancellation requested": lambda: level_established().cancellation_requested(),
    "cancellation refused": lambda: level_established().cancellation_requested().cancellation_refused(),
    "cancelled": lambda: committed().cancellation_requested().cancelled(),
    "asked": lambda: level_established().question_sent().question_sent(by=DISTRICT_NURSE, text="When do you come?"),
    "question withdrawn": lambda: level_established().question_sent().question_opened().question_withdrawn(),
    "answered": lambda: level_established().question_sent().answered().answer_opened(),
    "withdrawn": withdrawn,
    "withdrawn after the plan": withdrawn_after_the_plan,
    "disputed": at_odds,
    "positioned": positioned,
    "resolved": lambda: positioned().resolved(),
    "resolved as declined": lambda: positioned().resolved(level=None, performer=Party.REGION),
    "resolved for a later day": resolved_for_later,
    "plan drafted": drafted,
    "plan agreed by one": lambda: drafted().plan_agreed(NURSE_A),
    "plan established": established,
    "committed": committed,
    "enrolment refused": refused,
    "enrolled": enrolled,
    "plan under revision": lambda: enrolled().plan_reopened(),
    "discharge declared": lambda: enrolled().discharge_declared(),
    "discharged": lambda: enrolled().discharged(),
    "in hospital": admitted,
    "in hospital while a discharge waits": lambda: admitted(enrolled().discharge_declared()),
    "home from hospital": came_home,
    "died in hospital": died_in_hospital,
    "died": died,
    "leaving hospital with a plan": interim_established,
    "a plan of psychiatry": summoned,
    "rehabilitating": rehab_established,
    "a SIP with areas of responsibility": lambda: with_contacts(severely_ill()),
    "self-care handed over": handed_over,
}
"""The histories, by the latest event of each."""


def resources_by_type(story: Story) -> dict[str, list[Resource]]:
    """Return the resources of a history, by type."""
    by_type: dict[str, list[Resource]] = {}
    for resource in render(story.state):
        by_type.setdefault(resource["resourceType"], []).append(resource)
    return by_type


def find_first(story: Story, type: str) -> Resource:
    """Return the first resource of a type. The first Task is the coordination Task."""
    return resources_by_type(story)[type][0]


def find_by_id(story: Story, id: UUID | str) -> Resource:
    """Return the resource with this id."""
    return next(resource for resource in render(story.state) if resource["id"] == str(id))


def walk(resource: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every value in a resource, with its path."""
    yield path, resource
    if isinstance(resource, dict):
        for name, inner in resource.items():
            yield from walk(inner, f"{path}.{name}")
    elif isinstance(resource, list):
        for place, inner in enumerate(resource):
            yield from walk(inner, f"{path}[{place}]")


def drop_server_elements(resource: Resource) -> Resource:
    """Return the resource as a client sends it: without its id and the elements that the server sets."""
    sent: Resource = _drop_server_elements(resource, SUPPORTED[resource["resourceType"]])
    return {name: value for name, value in sent.items() if name != "id"}


def _drop_server_elements(value: Any, shape: Any) -> Any:
    if isinstance(value, list):
        return [_drop_server_elements(item, shape) for item in value]
    if not isinstance(value, dict) or not isinstance(shape, Element) or not (shape.children or shape.extensions):
        return value
    elements = {
        name: _drop_server_elements(inner, shape.children.get(name))
        for name, inner in value.items()
        if name != "extension" and not isinstance(shape.children.get(name), ServerElement)
    }
    extensions = [
        {"url": item["url"]} | _drop_server_elements(drop_url(item), shape.extensions[item["url"]])
        for item in value.get("extension", ())
        if not isinstance(shape.extensions[item["url"]], ServerElement)
    ]
    return elements | ({"extension": extensions} if extensions else {})
