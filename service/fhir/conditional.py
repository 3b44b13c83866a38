"""Conditional create (R4 http.html#ccreate): of many who create the same thing at once, one alone does.

The ids of what is created follow from what If-None-Exist says, so that the record itself holds no two of them: whoever
comes second finds the first.
"""

import hmac
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

from domain.refusals import WrongState
from service.acts.attempts import AlreadyThere, TooBusy
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import VersionRef, perform, ref_of
from service.fhir.search_criteria import Search, read_search
from service.http.errors import FaultKind, RequestRefused, bad_header
from service.reads import search

SEEDS = 20
"""Resources that may have been created for the same criteria and no longer meet them."""


def create_once(
    call: Call, resource_type: str, criteria: str | None, change: Callable[[UUID | None], CaseChange]
) -> tuple[tuple[VersionRef, ...], bool]:
    """Create something unless a resource meets the criteria. Return the versions, and True if they are new.

    `change` takes the seed of the ids of what it creates.
    """
    if criteria is None:
        return perform(call, lambda: change(None)), True
    search = read_criteria(call, resource_type, criteria)
    for number in range(SEEDS):
        existing = find_one(call, resource_type, search)
        if existing is not None:
            return (existing,), False
        try:
            return perform(call, partial(change, _id_seed(call, resource_type, search, number))), True
        except AlreadyThere:
            continue
        except WrongState:
            existing = find_one(call, resource_type, search)
            if existing is None:
                raise
            return (existing,), False
    raise TooBusy


def read_criteria(call: Call, resource_type: str, criteria: str) -> Search:
    """Read the search in If-None-Exist."""
    try:
        parameters = parse_qsl(criteria.removeprefix("?"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        parameters = []
    asked = read_search(resource_type, parameters, base=call.base)
    if not asked.criteria:
        raise bad_header("If-None-Exist", "is not a search", "give name=value, such as identifier=system|value")
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
