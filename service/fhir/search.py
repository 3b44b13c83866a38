"""search (R4 http.html#search): by GET, or by POST to _search, which keeps what is looked for out of addresses."""

from collections.abc import Iterable

from starlette.responses import Response

from service.fhir.answers import BundleItem, bundle, json_response
from service.fhir.call import Call
from service.fhir.negotiation import FORM
from service.fhir.paging import CURSOR, address, to_cursor
from service.fhir.preferences import is_lenient
from service.fhir.refusals import bad_parameter
from service.fhir.search_criteria import AFTER, Parameters, Search, read_search
from service.http.requests import refuse_other_content
from service.reads import search
from service.reads.search import Page


def search_type(call: Call) -> Response:
    """Search by GET [base]/[type]?... or POST [base]/[type]/_search: a searchset of what the principal may read."""
    asked = read_search(call.type, parameters(call), base=call.base, lenient=is_lenient(call.http))
    page = search.find(
        call.services.pool,
        call.actor,
        call.type,
        asked.criteria,
        limit=asked.limit,
        order=asked.order,
        after=asked.after,
    )
    return json_response(call, searchset(call, asked, page))


def parameters(call: Call) -> Parameters:
    """Read the parameters of the address and, in a POST, of the form that was sent."""
    own = call.http.query_params.multi_items()
    if not call.body:
        return own
    refuse_other_content(call.http, FORM)
    if call.form is None:
        raise bad_parameter("of the form", "cannot be read", "send name=value pairs with & between, in UTF-8")
    return [*own, *call.form]


def searchset(call: Call, asked: Search, page: Page) -> bytes:
    """Render the Bundle of one page, with links to itself and to the next."""
    path = f"{call.base}/{call.type}"
    links = [("self", address(path, asked.applied))]
    if page.end is not None:
        links.append(("next", address(path, [*asked.applied, (CURSOR, to_cursor(AFTER, page.end))])))
    found = ((version.resource_id, version.body) for version in page.resources)
    return bundle("searchset", match_items(path, found), links=links, total=page.total)


def match_items(path: str, found: Iterable[tuple[str, bytes]]) -> Iterable[BundleItem]:
    """Return matches as items of a Bundle."""
    return (BundleItem(f"{path}/{id}", body, {"search": {"mode": "match"}}) for id, body in found)
