"""The parameters of a search, read as criteria (R4 search.html). What is not offered is refused, never ignored."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from fhir_profiles.search_values import SEARCH_PARAMETERS, SearchParameter
from service.fhir.moments import span
from service.fhir.paging import CURSOR, USUAL, from_cursor, page_size
from service.fhir.refusals import bad_parameter, unknown_parameter
from service.reads.search import LAST_UPDATED, DateComparison, Match, Order, PageEnd, SearchCriterion, Span

Parameters = Sequence[tuple[str, str]]
AFTER: TypeAdapter[PageEnd] = TypeAdapter(PageEnd)
ORDERS = {
    "_lastUpdated": Order(descending=False),
    "-_lastUpdated": Order(),
    "_id": Order(by_id=True, descending=False),
    "-_id": Order(by_id=True),
}
UNTIMED = frozenset({"Patient", "Organization", "Practitioner", "PractitionerRole"})
"""The types whose resources have no times of their own: they are ordered by id."""
_ABOUT_THE_ANSWER = {"_format", "_pretty", "_totalMethod"}
"""Parameters that change no result: the form is chosen before the search, and the total is always exact."""
_RESULT = ("_count", "_sort", "_total", "_summary", CURSOR)
_MANY = 100
"""Alternatives or criteria in one search."""
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?(.+)")
_COMMA, _BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Search:
    """A search: its criteria and the form of its result. `applied` are the parameters as they were understood."""

    criteria: tuple[SearchCriterion, ...]
    applied: Parameters
    order: Order = ORDERS["-_lastUpdated"]
    limit: int = USUAL
    after: PageEnd | None = None


def read_search(resource_type: str, parameters: Parameters, *, base: str, lenient: bool = False) -> Search:
    """Read the search that parameters ask for.

    Raises RequestRefused for a parameter that is not offered, unless lenient.
    """
    offered = {item.name: item for item in SEARCH_PARAMETERS[resource_type]}
    criteria: list[SearchCriterion] = []
    applied: list[tuple[str, str]] = []
    result: dict[str, str] = {}
    for key, value in parameters:
        name, _, modifier = key.partition(":")
        if key in _RESULT:
            if key in result:
                raise bad_parameter(key, "is given more than once", "give it once")
            result[key] = value
        elif name in offered:
            criteria.append(_criterion(offered[name], modifier, value, base))
        elif key == LAST_UPDATED and resource_type not in UNTIMED:
            dates = tuple(_span(date, key) for date in _alternatives(value, key))
            criteria.append(SearchCriterion(LAST_UPDATED, dates))
        elif key in _ABOUT_THE_ANSWER or lenient:
            continue
        else:
            timed = () if resource_type in UNTIMED else (LAST_UPDATED,)
            raise unknown_parameter(name, ", ".join([*offered, *timed, *_RESULT[:-1]]))
        if key != CURSOR:
            applied.append((key, value))
    if len(criteria) > _MANY:
        raise bad_parameter("of the search", "are too many", f"give at most {_MANY} criteria")
    return _with_result(resource_type, tuple(criteria), applied, result, lenient)


def _with_result(
    resource_type: str,
    criteria: tuple[SearchCriterion, ...],
    applied: list[tuple[str, str]],
    result: dict[str, str],
    lenient: bool,
) -> Search:
    """Return the search with the form of its result. What is not offered is refused, or left out if lenient."""
    orders = {name: order for name, order in ORDERS.items() if order.by_id or resource_type not in UNTIMED}
    usual = "_id" if resource_type in UNTIMED else "-_lastUpdated"
    known = (
        ("_sort", orders, "names an order that is not offered", f"give one of {', '.join(orders)}"),
        (
            "_total",
            ("accurate", "estimate", "none"),
            "is not one of FHIR's",
            "give accurate; the total is always exact",
        ),
        ("_summary", ("count", "false"), "asks for what is not offered", "give count or false"),
    )
    for name, values, problem, remedy in known:
        if name in result and result[name] not in values:
            if not lenient:
                raise bad_parameter(name, problem, remedy)
            applied.remove((name, result.pop(name)))
    return Search(
        criteria,
        applied,
        order=orders[result.get("_sort", usual)],
        limit=0 if result.get("_summary") == "count" else page_size(result.get("_count")),
        after=from_cursor(AFTER, result[CURSOR]) if CURSOR in result else None,
    )


def _criterion(parameter: SearchParameter, modifier: str, value: str, base: str) -> SearchCriterion:
    name = parameter.name
    values = _alternatives(value, name)
    if modifier == "missing":
        if value not in {"true", "false"}:
            raise bad_parameter(f"{name}:missing", "is neither true nor false", "give true or false")
        return SearchCriterion(name, (Match(None),), absent=value == "true")
    if parameter.type == "date" and not modifier:
        return SearchCriterion(name, tuple(_span(item, name) for item in values))
    if parameter.type == "token" and modifier in {"", "not"}:
        return SearchCriterion(name, tuple(_token(item, name) for item in values), absent=modifier == "not")
    if parameter.type == "reference" and (not modifier or modifier in parameter.targets):
        types = (modifier,) if modifier else parameter.targets
        return SearchCriterion(name, tuple(match for item in values for match in _references(item, types, base)))
    raise bad_parameter(name, "has a modifier that is not offered", f"leave :{_plain(modifier)} out")


def _plain(modifier: str) -> str:
    return modifier if modifier.isalnum() and len(modifier) < 40 else "it"


def _alternatives(value: str, name: str) -> list[str]:
    values = _COMMA.split(value)
    if not all(values):
        raise bad_parameter(name, "is empty", "give a value, or leave the parameter out")
    if len(values) > _MANY or "\0" in value:
        raise bad_parameter(name, "cannot be searched for", f"give at most {_MANY} values, without control characters")
    return values


def _unescape(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _token(text: str, name: str) -> Match:
    parts = [_unescape(part) for part in _BAR.split(text)]
    if len(parts) == 1:
        return Match(parts[0])
    if len(parts) > 2 or parts == ["", ""]:
        raise bad_parameter(name, "is not a token", "give a code, system|code, |code or system|")
    return Match(parts[1] or None, system=parts[0])


def _references(text: str, types: Sequence[str], base: str) -> list[Match]:
    """Return the forms of a reference: Type/id; a bare id is one of the parameter's types."""
    local = _unescape(text).removeprefix(f"{base}/")
    if "/" in local:
        return [Match(local)]
    return [Match(f"{type}/{local}") for type in types]


def _span(text: str, name: str) -> Span:
    found = _PREFIXED.fullmatch(text)
    prefix, date = found.groups() if found is not None else (None, text)
    start, end = span(date, name)
    return Span(DateComparison(prefix or "eq"), start, end)
