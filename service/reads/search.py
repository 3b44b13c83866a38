"""Search: the criteria of a search as SQL for stored resources, and in memory for the directory's.

A page begins after the last row of the page before, by that row's key and never by a count. A reader therefore never
misses a resource or gets it twice, although others write meanwhile.
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
from projections.resources import ResourceVersion

LAST_UPDATED = "_lastUpdated"


@dataclass(frozen=True)
class Match:
    """A token or a reference. None as value or system means any; an empty system means a value without a system."""

    value: str | None
    system: str | None = None

    def fits(self, system: str | None, value: str) -> bool:
        """Return True if a resource's value matches."""
        return self.value in (None, value) and (self.system is None or self.system == (system or ""))


class DateComparison(Enum):
    """The comparison of a date (R4 search.html#prefix)."""

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
    """A date, as precise as it was written: from `start` up to but not including `end`, with its comparison."""

    comparison: DateComparison
    start: datetime
    end: datetime

    def fits(self, own: Sequence[tuple[str | None, str]]) -> bool:
        """Return True if a resource's date or period matches, as `_compare_date` says it in SQL."""
        if not own:
            return False
        low = min((value for bound, value in own if bound != "end"), default=None)
        high = max((value for bound, value in own if bound != "start"), default=None)
        start, end = instant(self.start), instant(self.end)
        is_within = low is not None and high is not None and low >= start and high < end
        match self.comparison:
            case DateComparison.EQ:
                return is_within
            case DateComparison.NE:
                return not is_within
            case DateComparison.GT:
                return high is None or high >= end
            case DateComparison.LT:
                return low is None or low < start
            case DateComparison.GE:
                return high is None or high >= start
            case DateComparison.LE:
                return low is None or low < end
            case DateComparison.SA:
                return low is not None and low >= end
            case DateComparison.EB:
                return high is not None and high < start


@dataclass(frozen=True)
class SearchCriterion:
    """One parameter with its alternatives. If `absent`, no alternative may match."""

    parameter: str
    alternatives: tuple[Match, ...] | tuple[Span, ...]
    absent: bool = False


@dataclass(frozen=True)
class Order:
    """The order of the matches: by time of recording, or by id."""

    by_id: bool = False
    descending: bool = True


@dataclass(frozen=True)
class PageEnd:
    """The end of a page: the id and time of its last row, and the newest time when the first page was read."""

    id: str
    key: datetime
    newest: datetime


@dataclass(frozen=True)
class Page:
    """A page of the matches. `total` counts all matches; `end` is None if this page is the last one."""

    total: int
    resources: Sequence[ResourceVersion]
    end: PageEnd | None = None


def matches(criteria: Iterable[SearchCriterion], values: Sequence[SearchValue]) -> bool:
    """Return True if a resource with these values meets every criterion, as `find` would say of a stored one."""
    return all(_holds(criterion, values) for criterion in criteria)


def _holds(criterion: SearchCriterion, values: Sequence[SearchValue]) -> bool:
    own = [(system, value) for parameter, system, value in values if parameter == criterion.parameter]
    return any(_fits(alternative, own) for alternative in criterion.alternatives) is not criterion.absent


def _fits(alternative: Match | Span, own: Sequence[tuple[str | None, str]]) -> bool:
    if isinstance(alternative, Match):
        return any(alternative.fits(*value) for value in own)
    return alternative.fits(own)


def find(
    pool: ConnectionPool,
    actor: Actor,
    resource_type: str,
    criteria: Sequence[SearchCriterion],
    *,
    limit: int,
    order: Order = Order(),
    after: PageEnd | None = None,
) -> Page:
    """Find the current resources that meet every criterion and that the actor's principal may read.

    A search with several criteria is planned anew each time: it must begin with the rarest value, whichever that is.
    """
    query, parameters = _statement(actor, resource_type, criteria, limit, order, after)
    with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(query, parameters, prepare=False if len(criteria) > 1 else None).fetchall()
    total, newest = rows[0][0], rows[0][1]
    resources = [
        ResourceVersion(resource_type=resource_type, resource_id=id, version=version, recorded_at=at, body=bytes(body))
        for _, _, id, version, at, _, body in rows
        if id is not None
    ]
    if len(resources) <= limit or limit == 0:
        return Page(total, resources)
    last = rows[limit - 1]
    return Page(total, resources[:limit], PageEnd(id=last[2], key=last[5], newest=after.newest if after else newest))


def _statement(
    actor: Actor,
    resource_type: str,
    criteria: Sequence[SearchCriterion],
    limit: int,
    order: Order,
    after: PageEnd | None,
) -> tuple[LiteralString, list[Any]]:
    """Return one statement for the matches, their count, and the page with one extra row that shows if there is a next.

    On later pages, a resource that has been updated meanwhile keeps the place that it had on the first page.
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
    operands: list[Any] = []
    for criterion in criteria:
        condition, values = _condition(criterion)
        conditions, operands = conditions + " AND " + condition, operands + values
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
    reader = [resource_type, actor.reader, actor.county]
    return statement, [*first, *reader, *operands, *last, limit + 1 if limit else 0, resource_type]


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


def _condition(criterion: SearchCriterion) -> tuple[LiteralString, list[Any]]:
    texts: list[LiteralString] = []
    parameters: list[Any] = []
    for alternative in criterion.alternatives:
        if isinstance(alternative, Match):
            text, values = _compare_value(alternative, criterion.parameter)
        elif criterion.parameter == LAST_UPDATED:
            text, values = _compare_recording(alternative)
        else:
            text, values = _compare_date(alternative, criterion.parameter)
        texts.append(text)
        parameters += values
    any_of: LiteralString = "(" + " OR ".join(texts) + ")"
    return ("NOT " + any_of if criterion.absent else any_of), parameters


def _compare_value(match: Match, parameter: str) -> tuple[LiteralString, list[Any]]:
    text: LiteralString = _OWN
    values: list[Any] = [parameter]
    if match.value is not None:
        text, values = text + " AND s.value = %s", [*values, match.value]
    if match.system == "":
        text += " AND s.system IS NULL"
    elif match.system is not None:
        text, values = text + " AND s.system = %s", [*values, match.system]
    return f"EXISTS ({text})", values


def _compare_recording(span: Span) -> tuple[LiteralString, list[Any]]:
    """Compare the moment when a resource was recorded."""
    match span.comparison:
        case DateComparison.EQ:
            return "(r.recorded_at >= %s AND r.recorded_at < %s)", [span.start, span.end]
        case DateComparison.NE:
            return "(r.recorded_at < %s OR r.recorded_at >= %s)", [span.start, span.end]
        case DateComparison.GT | DateComparison.SA:
            return "r.recorded_at >= %s", [span.end]
        case DateComparison.GE:
            return "r.recorded_at >= %s", [span.start]
        case DateComparison.LE:
            return "r.recorded_at < %s", [span.end]
        case DateComparison.LT | DateComparison.EB:
            return "r.recorded_at < %s", [span.start]


def _compare_date(span: Span, parameter: str) -> tuple[LiteralString, list[Any]]:
    """Compare a date of a resource: a moment, or a period that may lack an end. Moments compare as texts."""
    start, end = instant(span.start), instant(span.end)
    condition: LiteralString
    values: list[Any]
    match span.comparison:
        case DateComparison.EQ:
            condition, values = f"{_LOW} >= %s AND {_HIGH} < %s", [start, end]
        case DateComparison.NE:
            condition, values = f"({_LOW} >= %s AND {_HIGH} < %s) IS NOT TRUE", [start, end]
        case DateComparison.GT:
            condition, values = f"({_HIGH} < %s) IS NOT TRUE", [end]
        case DateComparison.LT:
            condition, values = f"({_LOW} >= %s) IS NOT TRUE", [start]
        case DateComparison.GE:
            condition, values = f"({_HIGH} < %s) IS NOT TRUE", [start]
        case DateComparison.LE:
            condition, values = f"({_LOW} >= %s) IS NOT TRUE", [end]
        case DateComparison.SA:
            condition, values = f"{_LOW} >= %s", [end]
        case DateComparison.EB:
            condition, values = f"{_HIGH} < %s", [start]
    return f"EXISTS ({_OWN} HAVING count(*) > 0 AND {condition})", [parameter, *values]
