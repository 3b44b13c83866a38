"""All folds of a case together: the case before an act, and the case after it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from domain.case.state.case import Case, evolve
from domain.kernel import Event, Value
from domain.versions.catalogue import Catalogue
from projections import resources, responsibility
from projections.resources import ResourceKey, ResourceVersion
from projections.responsibility import Intervals
from projections.timeline import TimelineEntry, list_entries
from projections.worklist.items import WorklistItem, list_items


class FoldedCase(Value):
    """A case with its intervals of responsibility."""

    case: Case
    intervals: Intervals


class CaseAfterAct(FoldedCase):
    """A folded case after an act, with its resources and worklist and the additions of the act."""

    resources: Mapping[ResourceKey, ResourceVersion]
    """The current version of each resource."""
    worklist: tuple[WorklistItem, ...]
    new_versions: tuple[ResourceVersion, ...]
    """The versions of resources that the act led to."""
    new_entries: tuple[TimelineEntry, ...]
    """The events of the act, as entries of the timeline."""


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
    agreement = catalogue.version(after.case.agreement) if after.case.agreement else None
    return CaseAfterAct.model_construct(
        case=after.case,
        intervals=after.intervals,
        resources=dict(current) | {version.key: version for version in new_versions},
        worklist=list_items(after.case, agreement),
        new_versions=new_versions,
        new_entries=list_entries(before.case.version if before else 0, events),
    )


def project_history(events: Iterable[Event], catalogue: Catalogue) -> tuple[CaseAfterAct, ...]:
    """Return the case after each act of a history, in order."""
    states: list[CaseAfterAct] = []
    for act in _group_by_act(events):
        before = states[-1] if states else None
        states.append(project_act(before, before.resources if before else {}, act, catalogue))
    return tuple(states)


def _group_by_act(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the events of each act together. They have the same cause."""
    for _, group in groupby(events, attrgetter("causation_id")):
        yield list(group)
