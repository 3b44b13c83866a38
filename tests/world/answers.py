"""Every kind of answer that the small world gives: the same questions each time, so that a change of any shows."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from domain.agreements.model import Agreement
from fhir_profiles.search_values import SEARCH_PARAMETERS
from tests.live import Caller
from tests.world.sweeps.scene import Scene, SweptCase, list_settlements

Asked = tuple[str, Caller, str, dict[str, str]]
"""A face, who asks, the path and the parameters."""
Answer = tuple[str, str]
"""A face, and what was asked and answered."""
_HEADERS = ("Content-Type", "ETag", "Last-Modified", "Location", "Cache-Control")
_PREFIXES = ("", "ne", "ge", "le", "gt", "lt", "sa", "eb")
_RECORDED = ("ServiceRequest", "Task", "Communication", "CarePlan", "CareTeam", "EpisodeOfCare", "Provenance")
"""The types of resource that come of the record. The directory's have the time at which the server began."""
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PASSING = re.compile(
    rf'"timestamp":"[^"]*"|name="key" value="[^"]*"|[?]v=[0-9a-f]+|(?:id|for|aria-[a-z]+)="[^"]*{_ID}[^"]*"'
)
"""The parts that differ each time: an answer's moment, the key of a form, also in the ids of its fields, and the
version of a style sheet.
"""
_MODES = ("as-known-at", "as-known-now")


def read_world(scene: Scene, end: datetime) -> Iterator[tuple[str, Iterator[Answer]]]:
    """Yield what is asked about, and the answers: each case, each list of a principal, and each agreement version."""
    for case in scene.cases():
        yield f"{case.county} {case.case_id}", read_case(scene, case, end)
    for county, directory in sorted(scene.services.directories.items()):
        for principal in directory.principals:
            yield f"{county} {principal.id}", read_principal(scene, county, principal.id, end)
    for agreement in sorted(scene.services.catalogue.agreements, key=attrgetter("county", "id", "version")):
        name = f"{agreement.county} {agreement.id} {agreement.version}"
        yield name, read_agreement(scene, agreement, end)


def read_case(scene: Scene, case: SweptCase, end: datetime) -> Iterator[Answer]:
    """Ask about a case as its parties, up to the end of the world: replays, pages, resources and searches."""
    moments = sorted({at for event in scene.services.store.load_case(case.case_id) if (at := event.recorded_at)})
    callers = list(scene.party_callers(case))
    first, last = callers[0], callers[-1]
    middle = moments[len(moments) // 2]
    for mode in _MODES:
        yield _ask("replay", first, f"/api/cases/{case.case_id}/replay", at=end.isoformat(), mode=mode)
        yield _ask("replay", last, f"/api/cases/{case.case_id}/replay", at=middle.isoformat(), mode=mode)
        yield _ask("page", last, f"/cases/{case.case_id}", t=middle.isoformat(), mode=mode)
        for moment in moments[:: 1 + len(moments) // 8]:
            path = f"/api/cases/{case.case_id}/responsibility"
            yield _ask("responsibility", first, path, at=moment.isoformat(), mode=mode)
    yield _ask("page", first, f"/cases/{case.case_id}", t=end.isoformat())
    yield _ask("timeline", last, f"/api/cases/{case.case_id}/timeline")
    for type, id, version, before in _list_resources(scene, case):
        path = f"/fhir/{type}/{id}"
        yield _ask("resources", first, path)
        yield _ask("resources", last, f"{path}/_history")
        yield _ask("resources", last, f"{path}/_history", _count="1")
        yield _ask("resources", last, f"{path}/_history", _since=before.isoformat())
        for moment in (before, before - timedelta(microseconds=1)):
            yield _ask("resources", first, f"{path}/_history", _at=moment.isoformat())
        yield _ask("resources", first, f"{path}/_history/{version}")
        for parameter, wanted in _list_criteria(scene, type, id):
            yield _ask("search", first, f"/fhir/{type}", **{"_id": id, "_summary": "count"} | {parameter: wanted})
    yield _ask("resources", first, f"/cases/{case.case_id}/resources/{type}/{id}", t=end.isoformat())


def _list_resources(scene: Scene, case: SweptCase) -> list[tuple[str, str, int, datetime]]:
    """List the resource of each type with the most versions: its type, id, a version in the middle and its moment."""
    with scene.services.pool.connection() as connection:
        return connection.execute(
            "SELECT resource_type, resource_id, (version + 1) / 2,"
            " (SELECT recorded_at FROM resource_version AS old WHERE old.resource_type = resource.resource_type"
            " AND old.resource_id = resource.resource_id AND old.version = (resource.version + 1) / 2)"
            " FROM (SELECT DISTINCT ON (resource_type) resource_type, resource_id, version FROM resource"
            " WHERE case_id = %s ORDER BY resource_type, version DESC, resource_id) AS resource",
            (case.case_id,),
        ).fetchall()


def _list_criteria(scene: Scene, type: str, id: str) -> Iterator[tuple[str, str]]:
    """Yield what finds a resource: each value that the record keeps for it, and what is missing."""
    dates = {each.name for each in SEARCH_PARAMETERS[type] if each.type == "date"}
    with scene.services.pool.connection() as connection:
        rows = connection.execute(
            "SELECT parameter, system, value FROM search_value WHERE resource_type = %s AND resource_id = %s"
            " ORDER BY 1, 2, 3",
            (type, id),
        ).fetchall()
    for name, system, value in rows:
        for prefix in _PREFIXES if name in dates else ("",):
            yield name, prefix + (f"{system}|{value}" if system is not None and name not in dates else value)
    for each in SEARCH_PARAMETERS[type]:
        yield f"{each.name}:missing", "true"


def read_principal(scene: Scene, county: str, principal: str, end: datetime) -> Iterator[Answer]:
    """Ask for every list of a principal, at the end of the world, and for each settlement that it may read."""
    caller = scene.caller(principal, county)
    units = sorted({actor.unit for actor in scene.staff(county, principal)})
    for days in (0, 30, 200):
        on = (end - timedelta(days=days)).isoformat()
        yield _ask("worklist", caller, "/api/worklist", on=on)
        yield _ask("delegations", caller, "/api/delegations", on=on)
    for unit in units:
        yield _ask("worklist", caller, "/api/worklist", on=end.isoformat(), unit=unit)
    yield _ask("cases", caller, "/api/cases")
    yield _ask("refusals", caller, "/api/refusals")
    for ledger in (each["ledger"] for kind in list_settlements(caller).values() for each in kind):
        for path in ("/api/settlement", "/settlement"):
            yield _ask("settlement", caller, f"{path}/{ledger}")
    for path in ("/api/settlement", "/settlement"):
        yield _ask("settlement", caller, path)
    for type in _RECORDED:
        yield _ask("search", caller, f"/fhir/{type}", _count="20")
        yield _ask("search", caller, f"/fhir/{type}", _sort="_lastUpdated", _count="3")
        yield _ask("search", caller, f"/fhir/{type}/_history", _count="5")


def read_agreement(scene: Scene, agreement: Agreement, end: datetime) -> Iterator[Answer]:
    """Ask for a version, the words of its rules, and who is responsible for each intervention and level."""
    directory = scene.services.directories[agreement.county]
    caller = scene.caller(directory.region.id, agreement.county)
    path = f"/api/agreements/{agreement.id}/{agreement.version}"
    yield _ask("agreement", caller, path, on=end.isoformat())
    yield _ask("agreement", caller, f"{path}/text")
    for rule in agreement.clauses:
        yield _ask("rules", caller, f"/api/rules/{rule}", on=end.isoformat())
    for municipality in [each.id for each in directory.principals if each.id != directory.region.id][:2]:
        for intervention in agreement.vocabulary.interventions:
            for level in agreement.vocabulary.levels:
                asked = {"municipality": municipality, "intervention": intervention, "level": level}
                path = "/api/agreements/in-force/responsible"
                yield _ask("responsible", caller, path, at=end.isoformat(), **asked)


def _ask(face: str, caller: Caller, path: str, **parameters: str) -> Answer:
    """Ask, and return the answer without what is another each time, such as the address of the server."""
    answer = caller.get(path, params=parameters)
    headers = [f"{name}: {answer.headers[name]}" for name in _HEADERS if name in answer.headers]
    told = [f"{path} {parameters}", str(answer.status_code), *headers, answer.text]
    return face, _PASSING.sub("", "\n".join(told).replace(str(caller.base_url).rstrip("/"), ""))
