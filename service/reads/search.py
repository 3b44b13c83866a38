"""Search: what the criteria of a search come to in SQL, and in memory for what the directory holds.

A page continues where the one before it ended, by the key of its last row and never by a count, so that nobody who
writes meanwhile makes a reader miss a resource or meet it twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, LiteralString

from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool

from domain.kernel import Actor
from fhir_profiles.json import instant
from fhir_profiles.search_values import SearchValue
from service.reads.queries import Stored

LAST_UPDATED = "_lastUpdated"


@dataclass(frozen=True)
class Match:
    """A token or a reference. None for the value or the system means any; an empty system means none at all."""

    value: str | None
    system: str | None = None

    def fits(self, system: str | None, value: str) -> bool:
        """Whether a resource's value is one that is looked for."""
        return self.value in (None, value) and (self.system is None or self.system == (system or ""))


class Comparison(Enum):
    """How a date is compared (R4 search.html#prefix)."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    LT = "lt"
    GE = "ge"
    LE = "le"
    SA = "sa"
    EB = "eb"


@dataclass(frozen=True)
class Span:
    """A date as precise as it was written: from `start` up to but not including `end`, and how it is compared."""

    comparison: Comparison
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Criterion:
    """One parameter with its alternatives. With `absent` none of them may be there."""

    parameter: str
    alternatives: tuple[Match, ...] | tuple[Span, ...]
    absent: bool = False


@dataclass(frozen=True)
class Order:
    """In which order matches are given: by time of recording, or by id."""

    by_id: bool = False
    descending: bool = True


@dataclass(frozen=True)
class After:
    """Where the page before ended: id and time of its last row, and the newest time when the first page was read."""

    id: str
    key: datetime
    newest: datetime


@dataclass(frozen=True)
class Page:
    """A part of what matches. `total` counts all that matches; `after` is where the next page begins, if any."""

    total: int
    found: Sequence[Stored]
    after: After | None = None


def matches(criteria: Iterable[Criterion], values: Sequence[SearchValue]) -> bool:
    """Whether a resource with these values is one that is looked for. Knows tokens and references."""
    return all(_holds(criterion, values) for criterion in criteria)


def _holds(criterion: Criterion, values: Sequence[SearchValue]) -> bool:
    own = [(system, value) for parameter, system, value in values if parameter == criterion.parameter]
    found = any(isinstance(one, Match) and one.fits(*value) for one in criterion.alternatives for value in own)
    return found is not criterion.absent


def find(
    pool: ConnectionPool,
    actor: Actor,
    resource_type: str,
    criteria: Sequence[Criterion],
    *,
    limit: int,
    order: Order = Order(),
    after: After | None = None,
) -> Page:
    """The resources that the actor's principal may read and that meet every criterion, as they now stand."""
    query, parameters = _statement(actor, resource_type, criteria, limit, order, after)
    with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(query, parameters).fetchall()
    total, newest = rows[0][0], rows[0][1]
    found = [
        Stored(resource_type=resource_type, resource_id=id, version=version, recorded_at=at, body=bytes(body))
        for _, _, id, version, at, _, body in rows
        if id is not None
    ]
    if len(found) <= limit or limit == 0:
        return Page(total, found)
    last = rows[limit - 1]
    return Page(total, found[:limit], After(id=last[2], key=last[5], newest=after.newest if after else newest))


def _statement(
    actor: Actor, resource_type: str, criteria: Sequence[Criterion], limit: int, order: Order, after: After | None
) -> tuple[LiteralString, list[Any]]:
    """One statement: what matches, how many, and the page of it with one row more, which tells of a next page.

    On later pages a resource that has been updated meanwhile keeps the place of the version it had on the first page.
    """
    direction: LiteralString = "DESC" if order.descending else "ASC"
    sorting: LiteralString = f"resource_id {direction}" if order.by_id else f"key {direction}, resource_id {direction}"
    beyond: LiteralString = "<" if order.descending else ">"
    key: LiteralString = "r.recorded_at"
    following: LiteralString = "true"
    first: list[Any] = []
    last: list[Any] = []
    if after is not None and order.by_id:
        following, last = f"resource_id {beyond} %s", [after.id]
    elif after is not None:
        key, first = _KEY_OF_FIRST_PAGE, [after.newest, after.newest]
        following, last = f"(key, resource_id) {beyond} (%s, %s)", [after.key, after.id]
    conditions: LiteralString = ""
    given: list[Any] = []
    for criterion in criteria:
        condition, values = _condition(criterion)
        conditions, given = conditions + " AND " + condition, given + values
    statement: LiteralString = (
        f"WITH matching AS MATERIALIZED (SELECT r.resource_id, r.version, r.recorded_at, {key} AS key"
        " FROM resource AS r WHERE r.resource_type = %s AND %s = ANY(r.readers)"
        f" AND r.county = %s{conditions}),"
        " whole AS (SELECT count(*) AS total, max(recorded_at) AS newest FROM matching),"
        f" page AS (SELECT * FROM matching WHERE {following} ORDER BY {sorting} LIMIT %s)"
        " SELECT whole.total, whole.newest, page.resource_id, page.version, page.recorded_at, page.key, v.body"
        " FROM whole LEFT JOIN page ON true LEFT JOIN resource_version AS v ON v.resource_type = %s"
        " AND v.resource_id = page.resource_id AND v.version = page.version"
        f" ORDER BY {sorting.replace('resource_id', 'page.resource_id')}"
    )
    whose = [resource_type, actor.principal, actor.county]
    return statement, [*first, *whose, *given, *last, limit + 1 if limit else 0, resource_type]


_KEY_OF_FIRST_PAGE: LiteralString = (
    "CASE WHEN r.recorded_at <= %s THEN r.recorded_at ELSE (SELECT max(o.recorded_at) FROM resource_version AS o"
    " WHERE o.resource_type = r.resource_type AND o.resource_id = r.resource_id AND o.recorded_at <= %s) END"
)
_OWN: LiteralString = (
    "SELECT 1 FROM search_value AS s WHERE s.resource_type = r.resource_type AND s.resource_id = r.resource_id"
    " AND s.parameter = %s"
)
_LOW: LiteralString = "min(s.value COLLATE \"C\") FILTER (WHERE s.system IS DISTINCT FROM 'end')"
_HIGH: LiteralString = "max(s.value COLLATE \"C\") FILTER (WHERE s.system IS DISTINCT FROM 'start')"


def _condition(criterion: Criterion) -> tuple[LiteralString, list[Any]]:
    texts: list[LiteralString] = []
    parameters: list[Any] = []
    for one in criterion.alternatives:
        if isinstance(one, Match):
            text, values = _match(one, criterion.parameter)
        elif criterion.parameter == LAST_UPDATED:
            text, values = _recorded(one)
        else:
            text, values = _dated(one, criterion.parameter)
        texts.append(text)
        parameters += values
    any_of: LiteralString = "(" + " OR ".join(texts) + ")"
    return ("NOT " + any_of if criterion.absent else any_of), parameters


def _match(one: Match, parameter: str) -> tuple[LiteralString, list[Any]]:
    text: LiteralString = _OWN
    values: list[Any] = [parameter]
    if one.value is not None:
        text, values = text + " AND s.value = %s", [*values, one.value]
    if one.system == "":
        text += " AND s.system IS NULL"
    elif one.system is not None:
        text, values = text + " AND s.system = %s", [*values, one.system]
    return f"EXISTS ({text})", values


def _recorded(span: Span) -> tuple[LiteralString, list[Any]]:
    """A resource was recorded at one moment."""
    match span.comparison:
        case Comparison.EQ:
            return "(r.recorded_at >= %s AND r.recorded_at < %s)", [span.start, span.end]
        case Comparison.NE:
            return "(r.recorded_at < %s OR r.recorded_at >= %s)", [span.start, span.end]
        case Comparison.GT | Comparison.SA:
            return "r.recorded_at >= %s", [span.end]
        case Comparison.GE:
            return "r.recorded_at >= %s", [span.start]
        case Comparison.LE:
            return "r.recorded_at < %s", [span.end]
        case Comparison.LT | Comparison.EB:
            return "r.recorded_at < %s", [span.start]


def _dated(span: Span, parameter: str) -> tuple[LiteralString, list[Any]]:
    """A resource's date is a moment or a period; a period without an end goes on. Moments compare as their text."""
    start, end = instant(span.start), instant(span.end)
    condition: LiteralString
    values: list[Any]
    match span.comparison:
        case Comparison.EQ:
            condition, values = f"{_LOW} >= %s AND {_HIGH} < %s", [start, end]
        case Comparison.NE:
            condition, values = f"({_LOW} >= %s AND {_HIGH} < %s) IS NOT TRUE", [start, end]
        case Comparison.GT:
            condition, values = f"({_HIGH} < %s) IS NOT TRUE", [end]
        case Comparison.LT:
            condition, values = f"({_LOW} >= %s) IS NOT TRUE", [start]
        case Comparison.GE:
            condition, values = f"({_HIGH} < %s) IS NOT TRUE", [start]
        case Comparison.LE:
            condition, values = f"({_LOW} >= %s) IS NOT TRUE", [end]
        case Comparison.SA:
            condition, values = f"{_LOW} >= %s", [end]
        case Comparison.EB:
            condition, values = f"{_HIGH} < %s", [start]
    return f"EXISTS ({_OWN} HAVING count(*) > 0 AND {condition})", [parameter, *values]
