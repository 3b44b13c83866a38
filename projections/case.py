"""The whole view of a case after its history, and what one act changes in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import attrgetter

from domain.case.state.case import Case, evolve
from domain.kernel import Event, Value
from domain.versions.catalogue import Catalogue
from projections import resources, responsibility, timeline
from projections.resources import Key, ResourceVersion
from projections.responsibility import Intervals
from projections.timeline import Entry
from projections.worklist import items as worklist
from projections.worklist.items import Item


class Standing(Value):
    """What a decision is made on: the case, and who answers for what over time."""

    case: Case
    intervals: Intervals


class View(Value):
    """All that is read of a case, after one act. `versions` and `entries` are what that act added."""

    standing: Standing
    current: Mapping[Key, ResourceVersion]
    versions: tuple[ResourceVersion, ...]
    entries: tuple[Entry, ...]
    items: tuple[Item, ...]


def stand(standing: Standing | None, events: Iterable[Event]) -> Standing | None:
    """The standing after the events; None where there are none at all."""
    for event in events:
        case = evolve(standing.case if standing else None, event)
        intervals = responsibility.project(standing.intervals if standing else (), event)
        standing = Standing.model_construct(case=case, intervals=intervals)
    return standing


def project(
    standing: Standing | None, current: Mapping[Key, ResourceVersion], events: Sequence[Event], catalogue: Catalogue
) -> View:
    """The view after one act: its recorded events, folded on the standing and the resources before it."""
    after = stand(standing, events)
    if after is None:
        raise ValueError("an act has at least one event")
    versions = resources.project(current, after.case, events)
    agreement = catalogue.version(after.case.agreement) if after.case.agreement else None
    return View.model_construct(
        standing=after,
        current=dict(current) | {version.key: version for version in versions},
        versions=versions,
        entries=timeline.entries(standing.case.version if standing else 0, events),
        items=worklist.items(after.case, agreement),
    )


def acts(events: Iterable[Event]) -> Iterator[list[Event]]:
    """A history act by act: the events that one command led to stand together."""
    for _, together in groupby(events, attrgetter("causation_id")):
        yield list(together)


def history(events: Iterable[Event], catalogue: Catalogue) -> tuple[View, ...]:
    """The view after each act of a history, in order."""

    def follow(views: tuple[View, ...], act: list[Event]) -> tuple[View, ...]:
        before = views[-1] if views else None
        return (
            *views,
            project(before.standing if before else None, before.current if before else {}, act, catalogue),
        )

    return reduce(follow, acts(events), ())
