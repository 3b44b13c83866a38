"""The latest occurrence of each event and the latest act of each unit, as a case keeps them."""

from collections.abc import Sequence
from operator import attrgetter

from domain.kernel import Actor, Event, Instant, Party, Value


class LastOccurrence(Value):
    """The latest time at which an event of a topic occurred, in all and by each party."""

    at: Instant
    by: dict[Party, Instant]
    flags: tuple[str, ...] = ()
    """The fields that were true in the latest event."""


class StaffAct(Value):
    """An act in a case: from which unit, in which role, and when."""

    actor: Actor
    at: Instant


def add_occurrence(before: LastOccurrence | None, event: Event) -> LastOccurrence:
    """Return the latest occurrence of a topic after an event of the topic."""
    by, at, party = dict(before.by) if before is not None else {}, event.occurred_at, event.actor.party
    by[party] = max(at, by.get(party, at))
    flags = tuple(name for name in type(event).model_fields if getattr(event, name) is True)
    if before is not None and at < before.at:
        flags = before.flags
    return LastOccurrence(at=max(by.values()), by=by, flags=flags)


def add_act(staff: Sequence[StaffAct], act: StaffAct) -> tuple[StaffAct, ...]:
    """Return the latest acts of a party's staff with one more, in the order in which they occurred."""
    replaced = [each for each in staff if _is_replaced(each.actor, act.actor)]
    if any(each.at > act.at for each in replaced):
        return tuple(staff)
    others = [each for each in staff if each not in replaced]
    return tuple(sorted((*others, act), key=attrgetter("at")))


def _is_replaced(earlier: Actor, actor: Actor) -> bool:
    """Return True if an actor acts in the place of an earlier one: another unit of the kind, or the same role there."""
    return earlier.unit_kind is actor.unit_kind and (earlier.unit != actor.unit or earlier.role is actor.role)
