"""The matters that are open in a case from a time on, and that an act ends: none ends before it began (SYS-6)."""

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple
from uuid import UUID

from domain.act import Act
from domain.case.state.case import Case, evolve
from domain.kernel import Events, Instant


class OpenMatter(NamedTuple):
    """A question, a request for cancellation, a plan or a disagreement that is open."""

    id: UUID
    since: Instant
    """The time before which it cannot end."""
    event: str
    """The event at that time, in words."""


def list_open(case: Case) -> Iterator[OpenMatter]:
    """Yield what is open in the case."""
    for question in case.questions:
        if question.is_open:
            yield OpenMatter(question.id, question.since, f"question {question.id} was last asked or opened")
    asked = case.open_cancellation
    if asked is not None:
        yield OpenMatter(asked.id, asked.asked_at, "the cancellation was asked for")
    for plan in case.plans.values():
        if plan.ended_at is None:
            yield OpenMatter(plan.id, plan.initiated_at, f"plan {plan.id} was begun")
    for dispute in case.disputes:
        if dispute.is_open:
            yield OpenMatter(dispute.id, dispute.raised_at, f"disagreement {dispute.id} was raised")


def refuse_ending_later(case: Case, decided: Events, act: Act) -> None:
    """Refuse an act whose events end something that began later than the act occurred."""
    later = [matter for matter in list_open(case) if matter.since > act.occurred_at]
    if not later:
        return
    after = reduce(evolve, decided, case)
    still_open = {matter.id for matter in list_open(after)}
    for matter in later:
        if matter.id not in still_open:
            act.not_before(matter.since, matter.event)
