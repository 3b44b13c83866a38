"""The sweep of lateness: a case is the same whether its facts were told late or at once."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any

from domain.case.events.care_plan import OrdererTransferred, PlanFollowUpRecorded
from domain.case.events.case import CircumstanceRecorded, HomeVisitRecorded, StatementRecorded
from domain.case.events.enrolment import (
    DelegationWithdrawn,
    IndividualInformed,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
    TaskAssigned,
    TaskDelegated,
)
from domain.case.events.referral import ReferralSupplemented
from domain.case.state.case import evolve
from domain.kernel import Event
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally

FACTS = (
    CircumstanceRecorded,
    DelegationWithdrawn,
    HomeVisitRecorded,
    IndividualInformed,
    InterventionPerformed,
    OrdererTransferred,
    PlanFollowUpRecorded,
    ReadinessActionOpened,
    ReadinessConfirmed,
    ReferralSupplemented,
    RiskAssessmentRecorded,
    StatementRecorded,
    TaskAssigned,
    TaskDelegated,
)
"""The events that tell of a fact and decide nothing, each of which can be told long after it happened."""


def sweep_lateness(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare a case as it was told with the same case told in the order in which things happened.

    In that order no fact is late, so that nothing has to keep it from replacing a newer one. Compare it as well with
    the case in which every fact was told last of all, the newest first.
    """
    events = scene.services.store.load_case(case.case_id)
    in_order = sorted(events, key=_occurred_at)
    facts = [event for event in in_order if isinstance(event, FACTS)]
    others = [event for event in in_order if not isinstance(event, FACTS)]
    happened = _tell(in_order)
    _compare(_tell(events), happened, "a fact told late replaces no newer one", case, tally)
    facts_last = _tell([*others, *sorted(facts, key=_occurred_at, reverse=True)])
    _compare(facts_last, happened, "a fact told last of all replaces no newer one", case, tally)


def _occurred_at(event: Event) -> datetime:
    return event.occurred_at


def _tell(events: Iterable[Event]) -> Json:
    """Return the case after the events, without what follows from the order of telling alone."""
    known = reduce(evolve, events, None)
    assert known is not None
    told: Json = _without_versions(known.model_dump(mode="json", exclude={"agreement", "own_version"}))
    return told


def _compare(told: Json, happened: Json, claim: str, case: SweptCase, tally: Tally) -> None:
    differing = {part: (told[part], happened[part]) for part in told if told[part] != happened[part]}
    tally.check(case, claim, not differing, differing)


def _without_versions(value: Any) -> Any:
    """Leave out how many events had been told by then."""
    match value:
        case dict():
            return {name: _without_versions(inner) for name, inner in value.items() if name != "version"}
        case list():
            return [_without_versions(inner) for inner in value]
    return value
