"""Open items: what the parts of a case ask of a party, before the limits are added."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.agreements.model import ActName, ActorGroup
from domain.case.preconditions import ActSubject
from domain.kernel import HsaId, Instant, Party, Slug

BOTH = tuple(Party)
NO_SUBJECT = ActSubject()


class Deed(NamedTuple):
    """An act that meets an item, its subject, and the groups that may do just this."""

    act: ActName
    about: ActSubject = NO_SUBJECT
    by: tuple[ActorGroup, ...] = ()
    """The groups that the text names for the kind of plan or statement. Empty: all who may do the act."""
    plan: UUID | None = None
    """The plan that it is done on, if it is done on one that has begun."""


class OpenItem(NamedTuple):
    """Something that a party is to do, and the facts from which its limit and its obstacles follow."""

    key: str
    party: Party
    since: Instant
    deeds: tuple[Deed, ...]
    """The deeds that meet it, or come closer to that, as things stand. Any of them is enough."""
    deadline: Slug | None = None
    """The id of the deadline in the agreement version."""
    second_deadline: Slug | None = None
    """The id of another deadline of the same item, which has words and no number."""
    day: date | None = None
    """The last day, if a plan or a party sets it."""
    until: Instant | None = None
    """The last moment in that day, for a limit in hours."""
    note: str | None = None
    """A party's own words about the limit, if it has stated something else."""
    rule: str | None = None
    """The rule, for an item without a deadline in the agreement version."""
    unit: HsaId | None = None
    """The unit that it is for, if a fact of the case names it."""


def by(*acts: ActName, about: ActSubject = NO_SUBJECT) -> tuple[Deed, ...]:
    """Return a deed for each act, with the same subject."""
    return tuple(Deed(act, about) for act in acts)


def for_both(key: str, since: Instant, *acts: ActName) -> Iterator[OpenItem]:
    """Yield the same item for each party, which the acts meet."""
    yield from (OpenItem(key, party, since, by(*acts)) for party in BOTH)
