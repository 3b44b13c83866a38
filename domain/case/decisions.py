"""The one place in which an act on a case is decided: what time has brought, the act itself, and what follows on it."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.events.case import ResponsibilityChanged
from domain.case.rules.calendar import Calendar
from domain.case.rules.current_answers import find_changes, name_keeper
from domain.case.state.case import Case, evolve
from domain.kernel import Allocation, Event, Events, Instant


def decide(case: Case | None, /, *, act: Act, calendar: Calendar, **content: Any) -> Events:
    """Decide an act on a case, and return its events. Raises Refusal.

    First come the changes of responsibility that time alone has brought by the time of the act, then the act's own
    events, and last the changes that follow on them. So no act can forget to ask who is responsible.
    """
    decision = DECISIONS[act.name]
    if case is None:
        return _settle(None, decision(act=act, **content), act, calendar)
    turns = calendar.list_turns(case.latest_at, act.occurred_at)
    entered = _follow(case, _date_by_record(case, act, calendar, turns))
    case = reduce(evolve, entered, case)
    return (*entered, *_settle(case, decision(case, act=act, **content), act, calendar))


def _settle(before: Case | None, decided: Events, act: Act, calendar: Calendar) -> Events:
    """Return the act's events with what keeps their answers, and the changes that follow on them until now.

    An act that is recorded late can have changes on later days, on which another decision or time alone changed the
    answer that the act concerns.
    """
    after = reduce(evolve, decided, before)
    if after is None or after.is_ended:
        return decided
    if act.moments is not None and act.moments.at != (act.occurred_at,):
        act = calendar.date_act(act, act.occurred_at)
    act = act.model_copy(update={"track": after.referral.track})
    if any(event.allocations for event in decided):
        decided = tuple(_name_keepers(act, after, event) for event in decided)
        after = reduce(evolve, decided, before)
    assert after is not None
    turns = calendar.list_turns(act.occurred_at, act.now)
    later = {at for at in _effective_times(after) if act.occurred_at < at <= act.now}.difference(turns)
    acts = [act, *_date_by_record(after, act, calendar, turns), *(calendar.date_act(act, at) for at in later)]
    return (*decided, *_follow(after, sorted(acts, key=_occurred_at)))


def _follow(case: Case, acts: Iterable[Act]) -> Events:
    """Return an event for each of the acts, in order of time, at which an answer changes."""
    events: Events = ()
    for act in acts:
        changes = tuple(find_changes(act, case))
        if changes:
            event = _record(act, case, changes)
            case, events = evolve(case, event), (*events, event)
    return events


def _record(act: Act, case: Case, changes: tuple[Allocation, ...]) -> ResponsibilityChanged:
    known = act.agreement.clauses if act.agreement is not None else ()
    cited = dict.fromkeys(clause for change in changes for clause in change.clauses if clause in known)
    return act.record(ResponsibilityChanged, on=case.stream, case_id=case.id, clauses=tuple(cited), allocations=changes)


def _date_by_record(case: Case, act: Act, calendar: Calendar, turns: Sequence[Instant]) -> list[Act]:
    """Return the acts by which Kvittens itself enters what time alone brings at these moments."""
    if not turns:
        return []
    actor = act.directory.record_actor(case.region) or act.actor
    by_record = {"name": ActName.SETTLE_RESPONSIBILITY, "actor": actor, "track": case.referral.track}
    return [calendar.date_act(act, at).model_copy(update=by_record) for at in turns]


def _name_keepers(act: Act, case: Case, event: Event) -> Event:
    """Return the event, whose answers name what keeps them if the matrix would give others."""
    allocations = tuple(name_keeper(act, case, allocation) for allocation in event.allocations)
    return event if allocations == event.allocations else event.model_copy(update={"allocations": allocations})


def _effective_times(case: Case) -> set[Instant]:
    return {allocation.effective_from for allocation in case.allocations.values()}


def _occurred_at(act: Act) -> Instant:
    return act.occurred_at
