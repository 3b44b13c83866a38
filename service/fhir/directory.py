"""Organization, Practitioner and PractitionerRole: the county's directory, rendered once."""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from starlette.responses import Response

from domain.directory import Directory
from fhir_profiles.json import Resource, to_json
from fhir_profiles.organisation import to_organizations, to_practitioner_roles, to_practitioners
from projections.resources import ResourceVersion
from service.fhir.answers import json_response
from service.fhir.call import Call
from service.fhir.preferences import is_lenient
from service.fhir.search import parameters, searchset
from service.fhir.search_criteria import Search, read_search
from service.reads.absence import CaseUnknown
from service.reads.search import Page, PageEnd, matches

TYPES: Mapping[str, Callable[[Directory], tuple[Resource, ...]]] = {
    "Organization": to_organizations,
    "Practitioner": to_practitioners,
    "PractitionerRole": to_practitioner_roles,
}


class DirectoryFace:
    """Reads and searches in the directories of the counties."""

    def __init__(self, directories: Mapping[str, Directory]) -> None:
        rendered_at = datetime.now(UTC)
        self._entries = {
            (county, type): _render(render(directory), rendered_at)
            for county, directory in directories.items()
            for type, render in TYPES.items()
        }

    def read(self, call: Call) -> Response:
        """Read (R4 http.html#read) an entry of the directory."""
        found = self._entries[call.actor.county, call.type].get(call.id)
        if found is None:
            raise CaseUnknown
        return json_response(call, found.body)

    def search(self, call: Call) -> Response:
        """Search (R4 http.html#search) in order of id: the directory has no times of its own."""
        asked = read_search(call.type, parameters(call), base=call.base, lenient=is_lenient(call.http))
        own = self._entries[call.actor.county, call.type].values()
        found = [entry for entry in own if matches(asked.criteria, entry.search_values)]
        return json_response(call, searchset(call, asked, _page(asked, found)))


def _render(resources: tuple[Resource, ...], at: datetime) -> dict[str, ResourceVersion]:
    ordered = sorted(resources, key=lambda resource: str(resource["id"]))
    return {
        resource["id"]: ResourceVersion(resource["resourceType"], resource["id"], 1, at, to_json(resource))
        for resource in ordered
    }


def _page(asked: Search, found: list[ResourceVersion]) -> Page:
    ordered, after = (found[::-1] if asked.order.descending else found), asked.after
    is_past = operator.lt if asked.order.descending else operator.gt
    following = [entry for entry in ordered if after is None or is_past(entry.resource_id, after.id)]
    shown = following[: asked.limit]
    if not shown or len(shown) == len(following):
        return Page(len(found), shown)
    last = shown[-1]
    return Page(len(found), shown, PageEnd(last.resource_id, last.recorded_at, last.recorded_at))
