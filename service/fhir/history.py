"""history (R4 http.html#history): every version of a resource or of a type, the newest first."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from starlette.responses import Response

from fhir_profiles.json import instant
from projections.resources import ResourceVersion
from service.fhir.answers import BundleItem, bundle, json_response, status_line
from service.fhir.call import Call
from service.fhir.moments import moment, span
from service.fhir.paging import CURSOR, address, from_cursor, page_size, to_cursor
from service.fhir.refusals import bad_parameter, unknown_parameter
from service.http.etags import etag
from service.reads.absence import CaseUnknown
from service.reads.page import ListPage

KNOWN = ("_since", "_at", "_count", CURSOR)
Place = tuple[datetime, str, int]
_PLACE: TypeAdapter[Place] = TypeAdapter(Place)
_INSTANT = timedelta(microseconds=1)


def history_type(call: Call) -> Response:
    """List by GET [base]/[type]/_history the versions of all resources of the type that the principal may read."""
    return _history(call, None)


def history_instance(call: Call) -> Response:
    """List by GET [base]/[type]/[id]/_history the versions of a resource; with _at the one in force then."""
    if call.services.queries.current(call.actor, call.type, call.id) is None:
        raise CaseUnknown
    return _history(call, call.id)


def _history(call: Call, id: str | None) -> Response:
    given = _parameters(call)
    found = call.services.queries.history(
        call.actor,
        call.type,
        id,
        since=moment(given["_since"], "_since") if "_since" in given else None,
        during=_period(given["_at"]) if "_at" in given else None,
        limit=page_size(given.get("_count")),
        before=from_cursor(_PLACE, given[CURSOR]) if CURSOR in given else None,
    )
    return json_response(call, _bundle(call, given, found))


def _parameters(call: Call) -> Mapping[str, str]:
    given = call.http.query_params.multi_items()
    for name, _ in given:
        if name not in {*KNOWN, "_format", "_pretty"}:
            raise unknown_parameter(name, ", ".join(KNOWN[:-1]))
        if sum(name == other for other, _ in given) > 1:
            raise bad_parameter(name, "is given more than once", "give it once")
    return {name: value for name, value in given if name in KNOWN}


def _period(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a date; a moment to the microsecond is both."""
    start, end = span(text, "_at")
    return start, end - _INSTANT


def _bundle(call: Call, given: Mapping[str, str], found: ListPage[ResourceVersion]) -> bytes:
    path = f"{call.base}{call.http.url.path.removeprefix(call.http.scope['root_path'])}"
    shown = [(name, value) for name, value in given.items() if name != CURSOR]
    links = [("self", address(path, list(given.items())))]
    if found.end is not None:
        last = found.end
        place = to_cursor(_PLACE, (last.recorded_at, last.resource_id, last.version))
        links.append(("next", address(path, [*shown, (CURSOR, place)])))
    return bundle("history", [_entry(call, version) for version in found.rows], links=links)


def _entry(call: Call, version: ResourceVersion) -> BundleItem:
    created = version.version == 1
    own = f"{version.resource_type}/{version.resource_id}"
    return BundleItem(
        f"{call.base}/{own}",
        version.body,
        {
            "request": {"method": "POST" if created else "PUT", "url": version.resource_type if created else own},
            "response": {
                "status": status_line(201 if created else 200),
                "etag": etag(version.version),
                "lastModified": instant(version.recorded_at),
            },
        },
    )
