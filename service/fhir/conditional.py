"""Conditional create (R4 http.html#ccreate): of many who create the same thing at once, one alone does.

The ids of what is created follow from what If-None-Exist says, so that the record itself holds no two of them: whoever
comes second finds the first.
"""

import hmac
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

from domain.refusals import WrongState
from fhir_profiles.json import instant
from fhir_profiles.search_values import SearchValue
from projections.case import CaseAfterAct
from projections.resources import ResourceVersion
from service.acts.attempts import AlreadyThere, TooBusy
from service.acts.cases import CaseChange, find_opened_case
from service.fhir.call import Call
from service.fhir.changes import VersionRef, perform, ref_of
from service.fhir.search_criteria import Search, read_search
from service.http.errors import FaultKind, RequestRefused, bad_header
from service.reads import search
from service.reads.search import LAST_UPDATED

TRIES = 20
"""The times that others may be first before a client is asked to try again."""


def create_once(
    call: Call, resource_type: str, criteria: str | None, change: Callable[[UUID | None], CaseChange]
) -> tuple[VersionRef, ...]:
    """Create something unless a resource meets the criteria. Return the new versions, or the one that was found.

    `change` takes the seed of the ids of what it creates.
    """
    if criteria is None:
        return perform(call, lambda: change(None))
    asked = read_criteria(call, resource_type, criteria)
    unused = _find_unused(call, resource_type, asked)  # before the search: whoever uses it meanwhile is met there
    for number in range(unused, unused + TRIES):
        existing = find_one(call, resource_type, asked)
        if existing is not None:
            return (existing,)
        try:
            seed = _id_seed(call, resource_type, asked, number)
            return perform(call, partial(_make_checked, change, seed, resource_type, asked))
        except AlreadyThere:
            continue
        except WrongState:
            existing = find_one(call, resource_type, asked)
            if existing is None:
                raise
            return (existing,)
    raise TooBusy


def _make_checked(
    change: Callable[[UUID | None], CaseChange], seed: UUID, resource_type: str, asked: Search
) -> CaseChange:
    """Return the change that is refused if what it creates does not meet the criteria itself."""
    made = change(seed)

    def answer(after: CaseAfterAct) -> bytes:
        refuse_unmet(asked, [_values(version) for key, version in after.resources.items() if key[0] == resource_type])
        return made.answer(after)

    return replace(made, answer=answer)


def _values(version: ResourceVersion) -> list[SearchValue]:
    """List what a resource is found by, with the time at which it was recorded."""
    return [*version.search_values, (LAST_UPDATED, None, instant(version.recorded_at))]


def refuse_unmet(asked: Search, found: Iterable[Sequence[SearchValue]]) -> None:
    """Refuse to create what does not meet the criteria itself, by its search values. Raises RequestRefused (422).

    It would not be found by them, and a repeat would create another one.
    """
    if not any(search.matches(asked.criteria, values) for values in found):
        raise RequestRefused(
            FaultKind.VALUE,
            "CRITERIA_NOT_MET",
            "What would be created does not meet If-None-Exist itself; nothing was recorded",
            "give criteria that the resource in the body meets, such as its identifier",
            where=("If-None-Exist",),
        )


def _find_unused(call: Call, resource_type: str, asked: Search) -> int:
    """Find the number of the first seed that has opened no case: they are used one after another."""

    def is_unused(number: int) -> bool:
        seed = _id_seed(call, resource_type, asked, number)
        return not call.services.store.has_case(find_opened_case(seed))

    end = 1
    while not is_unused(end - 1):
        end *= 2
    return bisect_left(range(end), True, key=is_unused)


def read_criteria(call: Call, resource_type: str, criteria: str) -> Search:
    """Read the search in If-None-Exist."""
    try:
        parameters = parse_qsl(criteria.removeprefix("?"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        parameters = []
    asked = read_search(resource_type, parameters, base=call.base)
    if not asked.criteria or len(asked.criteria) < len(parameters):
        raise bad_header(
            "If-None-Exist",
            "says something else than what to look for",
            "give search parameters of the resource alone, such as identifier=system|value",
        )
    return asked


def find_one(call: Call, resource_type: str, asked: Search) -> VersionRef | None:
    """Return the resource that meets the criteria, if any. Raises RequestRefused (412) if several do."""
    page = search.find(call.services.pool, call.actor, resource_type, asked.criteria, limit=2)
    if page.total > 1:
        raise several_match()
    return ref_of(page.resources[0]) if page.resources else None


def several_match() -> RequestRefused:
    """Return the refusal of criteria that several resources meet."""
    return RequestRefused(
        FaultKind.SEVERAL_MATCH,
        "SEVERAL_MATCH",
        "More than one resource meets If-None-Exist",
        "give criteria that one resource at most can meet, such as its identifier",
        where=("If-None-Exist",),
    )


def _id_seed(call: Call, resource_type: str, asked: Search, number: int) -> UUID:
    """Return the seed: the same for all staff of the principal who create the same thing, in any order of criteria.

    It is made with the service's key, so that nobody else can derive ids from an identifier.
    """
    criteria = "\n".join(sorted(map(repr, asked.criteria)))
    said = f"{call.actor.principal}\n{resource_type}\n{number}\n{criteria}"
    return UUID(bytes=hmac.digest(call.services.token_key.encode(), said.encode(), "sha256")[:16])
