"""Open items: what the parts of a case ask of a party, before the limits are added."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.agreements.model import ActName
from domain.case.preconditions import ActSubject
from domain.kernel import Instant, Party, Slug

BOTH = tuple(Party)


class OpenItem(NamedTuple):
    """Something that a party is to do, and the facts from which its limit and its obstacles follow."""

    key: str
    party: Party
    since: Instant
    deadline: Slug | None = None
    """The id of the deadline in the agreement version."""
    second_deadline: Slug | None = None
    """The id of another deadline of the same item, which has words and no number."""
    day: date | None = None
    """The last day, if a plan or a party sets it."""
    stops_in_dispute: bool = False
    """True if it cannot be done while there is an open disagreement."""
    note: str | None = None
    """A party's own words about the limit, if it has stated something else."""
    rule: str | None = None
    """The rule, for an item without a deadline in the agreement version."""
    act: ActName | None = None
    """The act that does it, if ordering rules may hold the act back."""
    about: ActSubject = ActSubject()
    """The subject of that act."""


def for_both(key: str, since: Instant, *, stops_in_dispute: bool = False) -> Iterator[OpenItem]:
    """Yield the same item for each party."""
    yield from (OpenItem(key, party, since, stops_in_dispute=stops_in_dispute) for party in BOTH)
