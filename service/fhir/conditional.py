"""Conditional create (R4 http.html#ccreate): of many who create the same thing at once, one alone does.

The ids of what is created follow from what If-None-Exist says, so that the record itself holds no two of them: whoever
comes second finds the first.
"""

import hmac
from collections.abc import Callable
from urllib.parse import parse_qsl
from uuid import UUID

from domain.refusals import WrongState
from service.acts.attempts import AlreadyThere, TooBusy
from service.fhir.call import Call
from service.fhir.criteria import Search, read_search
from service.fhir.doing import Doing, Shown, of_stored, perform
from service.http.errors import FaultKind, RequestRefused, bad_header
from service.reads import search

SEEDS = 20
"""How many things may have been created for the same criteria and no longer meet them."""


def once(
    call: Call, resource_type: str, criteria: str | None, doing: Callable[[UUID | None], Doing]
) -> tuple[tuple[Shown, ...], bool]:
    """Do it unless something meets the criteria; with whether it was done. The doing takes the seed of its ids."""
    if criteria is None:
        return perform(call, doing(None)), True
    asked = searched(call, resource_type, criteria)
    for number in range(SEEDS):
        existing = the_one(call, resource_type, asked)
        if existing is not None:
            return (existing,), False
        try:
            return perform(call, doing(_seed(call, resource_type, asked, number))), True
        except AlreadyThere:
            continue
        except WrongState:
            existing = the_one(call, resource_type, asked)
            if existing is None:
                raise
            return (existing,), False
    raise TooBusy


def searched(call: Call, resource_type: str, criteria: str) -> Search:
    """The search that If-None-Exist says."""
    try:
        parameters = parse_qsl(criteria.removeprefix("?"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        parameters = []
    asked = read_search(resource_type, parameters, base=call.base)
    if not asked.criteria:
        raise bad_header("If-None-Exist", "is not a search", "give name=value, such as identifier=system|value")
    return asked


def the_one(call: Call, resource_type: str, asked: Search) -> Shown | None:
    """What meets the criteria, if anything does. Raises RequestRefused (412) where several do."""
    page = search.find(call.services.pool, call.actor, resource_type, asked.criteria, limit=2)
    if page.total > 1:
        raise several_match()
    return of_stored(page.found[0]) if page.found else None


def several_match() -> RequestRefused:
    """The criteria do not name one thing."""
    return RequestRefused(
        FaultKind.SEVERAL_MATCH,
        "SEVERAL_MATCH",
        "More than one resource meets If-None-Exist",
        "give criteria that one resource at most can meet, such as its identifier",
        where=("If-None-Exist",),
    )


def _seed(call: Call, resource_type: str, asked: Search, number: int) -> UUID:
    """The same for everyone of the principal who creates the same thing, in whatever order the criteria stand.

    It takes the service's key, so that nobody else can tell the ids of what follows from an identifier.
    """
    criteria = "\n".join(sorted(map(repr, asked.criteria)))
    said = f"{call.actor.principal}\n{resource_type}\n{number}\n{criteria}"
    return UUID(bytes=hmac.digest(call.services.token_key.encode(), said.encode(), "sha256")[:16])
