"""All folds of a case together: the case before an act, and the case after it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from domain.agreements.model import Agreement
from domain.case.rules.register_differences import RegisterDifference
from domain.case.state.case import Case, evolve
from domain.kernel import AgreementRef, Event, Value
from domain.versions.catalogue import Catalogue
from projections import resources, responsibility
from projections.resources import ResourceKey, ResourceVersion
from projections.responsibility import Intervals
from projections.timeline import TimelineEntry, list_entries
from projections.worklist.items import WorklistItem, list_items

FindVersion = Callable[[Case], Agreement | None]
"""Finds the agreement version that lists what waits in a case."""


class FoldedCase(Value):
    """A case with its intervals of responsibility."""

    case: Case
    intervals: Intervals


class ProjectedCase(FoldedCase):
    """A folded case with its resources and its worklist."""

    resources: Mapping[ResourceKey, ResourceVersion]
    """The current version of each resource."""
    listed_by: tuple[AgreementRef, ...]
    """The version by which the worklist is listed. None if none is in force."""
    worklist: tuple[WorklistItem, ...]


class CaseAfterAct(ProjectedCase):
    """A case after an act, with the additions of the act."""

    new_versions: tuple[ResourceVersion, ...]
    """The versions of resources that the act led to."""
    new_entries: tuple[TimelineEntry, ...]
    """The events of the act, as entries of the timeline."""
    notes: tuple[RegisterDifference, ...] = ()
    """The differences from the person register that the act has brought."""


class CaseHistory(ProjectedCase):
    """A case after its whole history, or a part of it."""

    versions: tuple[ResourceVersion, ...]
    """Every version of every resource, in the order of the acts."""
    entries: tuple[TimelineEntry, ...]
    """The events, as entries of the timeline."""


def fold_case(before: FoldedCase | None, events: Iterable[Event]) -> FoldedCase | None:
    """Return the case after the events; None if there is no event at all."""
    after = before
    for event in events:
        case = evolve(after.case if after else None, event)
        intervals = responsibility.project(after.intervals if after else (), event)
        after = FoldedCase.model_construct(case=case, intervals=intervals)
    return after


def project_act(
    before: FoldedCase | None,
    current: Mapping[ResourceKey, ResourceVersion],
    events: Sequence[Event],
    catalogue: Catalogue,
) -> CaseAfterAct:
    """Return the case after an act, from the case and resources before it and the recorded events of the act."""
    after = fold_case(before, events)
    if after is None:
        raise ValueError("an act has at least one event")
    new_versions = resources.project(current, after.case, events)
    agreement = find_listing_version(after.case, catalogue, max(map(_known_at, events)))
    return CaseAfterAct.model_construct(
        case=after.case,
        intervals=after.intervals,
        resources=dict(current) | {version.key: version for version in new_versions},
        listed_by=agreement.refs if agreement is not None else (),
        worklist=list_items(after.case, agreement),
        new_versions=new_versions,
        new_entries=list_entries(before.case.version if before else 0, events),
    )


def project_history(events: Sequence[Event], find_version: FindVersion) -> CaseHistory:
    """Return the case after a history, with every version of its resources.

    Each act is folded and rendered once, on what the acts before it have left. The worklist is made at the end alone,
    by the version that `find_version` finds for the case.
    """
    state: FoldedCase | None = None
    current: dict[ResourceKey, ResourceVersion] = {}
    versions: list[ResourceVersion] = []
    for act in _group_by_act(events):
        state = fold_case(state, act)
        assert state is not None
        new_versions = resources.project(current, state.case, act)
        current.update((version.key, version) for version in new_versions)
        versions += new_versions
    if state is None:
        raise ValueError("a history has at least one event")
    agreement = find_version(state.case)
    return CaseHistory.model_construct(
        case=state.case,
        intervals=state.intervals,
        resources=current,
        listed_by=agreement.refs if agreement is not None else (),
        worklist=list_items(state.case, agreement),
        versions=tuple(versions),
        entries=list_entries(0, events),
    )


def find_listing_version(case: Case, catalogue: Catalogue, at: datetime) -> Agreement | None:
    """Find the version that lists what waits in the case: the one in force at a moment, whatever acts stood on."""
    return catalogue.in_force(case.county, at, case.municipality)


def _known_at(event: Event) -> datetime:
    """Return the time at which an event became known: when it was recorded, or when it occurred if it has not been."""
    return event.recorded_at or event.occurred_at


def _group_by_act(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the events of each act together. They have the same cause."""
    for _, group in groupby(events, attrgetter("causation_id")):
        yield list(group)
