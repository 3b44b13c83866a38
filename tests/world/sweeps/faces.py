"""The sweep of faces: JSON, FHIR, pages, replay, history and search give the same reader the same answer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fhir_profiles import systems
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally

Holders = Mapping[str, tuple[str | None, str | None, str | None]]
"""The holders of treatment and of performance, and what keeps the answer, by intervention."""


def sweep_faces(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare the faces with each other, for each party of a case, at its moments."""
    own = f"/api/cases/{case.case_id}"
    for caller in scene.party_callers(case):
        for moment in scene.moments(case, tally):
            at = moment.isoformat()
            replay = caller.get(f"{own}/replay", params={"at": at}).json()
            known = caller.get(f"{own}/responsibility", params={"at": at}).json()["responsible"]
            tally.equal(case, "responsibility and replay agree", known, replay["responsible"], at)
            shown = dict(_fhir_holders(replay["resources"], moment))
            tally.equal(case, "FHIR and JSON name the same holders", shown, _holders(known), at)
            _compare_history(caller, case, tally, _some(scene, replay["resources"]), at)
            _compare_page(scene, caller, case, tally, known, at)
            _compare_about(caller, case, tally, at)
        _compare_now(scene, caller, case, tally)


def _some(scene: Scene, resources: list[Json]) -> list[Json]:
    return scene.some_of_each(resources, lambda resource: str(resource["resourceType"]))


def _compare_about(caller: Any, case: SweptCase, tally: Tally, at: str) -> None:
    """Compare the two answers to who is responsible at a moment, as known now."""
    asked = {"at": at, "mode": "as-known-now"}
    replay = caller.get(f"/api/cases/{case.case_id}/replay", params=asked).json()["responsible"]
    known = caller.get(f"/api/cases/{case.case_id}/responsibility", params=asked).json()["responsible"]
    tally.equal(case, "as known now, responsibility and replay agree", known, replay, at)


def _compare_history(caller: Any, case: SweptCase, tally: Tally, resources: list[Json], at: str) -> None:
    """Compare the resources of a replay with the versions that FHIR's history gives for the moment."""
    for resource in resources:
        path = f"/fhir/{resource['resourceType']}/{resource['id']}/_history"
        entries = caller.get(path, params={"_at": at}).json().get("entry", [])
        tally.equal(case, "replay and _at agree", [entry["resource"] for entry in entries], [resource], path, at)


def _compare_page(scene: Scene, caller: Any, case: SweptCase, tally: Tally, known: list[Json], at: str) -> None:
    """Check that the page of the moment names every principal that performs."""
    page = caller.get(f"/cases/{case.case_id}", params={"t": at}).text
    directory = scene.services.directories[case.county]
    for performer in {each["performer"] for each in known} - {None}:
        principal = directory.principal(performer)
        named = principal is not None and principal.name in page
        tally.check(case, "the page names who performs", named, performer, at)


def _compare_now(scene: Scene, caller: Any, case: SweptCase, tally: Tally) -> None:
    """Compare the replay of the present with what is read, found and listed now."""
    replay = caller.get(f"/api/cases/{case.case_id}/replay").json()
    for resource in _some(scene, replay["resources"]):
        type, id = resource["resourceType"], resource["id"]
        tally.equal(case, "replay and read agree", caller.get(f"/fhir/{type}/{id}").json(), resource, type, id)
        found = caller.get(f"/fhir/{type}", params={"_id": id}).json().get("entry", [])
        tally.equal(case, "replay and search agree", [entry["resource"] for entry in found], [resource], type, id)
    timeline = caller.get(f"/api/cases/{case.case_id}/timeline").json()
    tally.equal(case, "timeline and replay agree", timeline, replay["entries"])


def _holders(periods: list[Json]) -> Holders:
    return {each["intervention"]: (each["treatment"], each["performer"], each["kept_by"]) for each in periods}


def _fhir_holders(
    resources: list[Json], moment: datetime
) -> Iterator[tuple[str, tuple[str | None, str | None, str | None]]]:
    """Yield the holders that the resources name at a moment: of each intervention the latest that has begun."""
    begun: dict[str, tuple[datetime, tuple[str | None, str | None, str | None]]] = {}
    for extension in _find_extensions(resources, systems.CARE_RESPONSIBILITY):
        parts: dict[str, Any] = {}
        for part in extension["extension"]:
            parts.setdefault(part["url"], next(value for name, value in part.items() if name != "url"))
        since = datetime.fromisoformat(parts["effective-from"])
        held = (_reference(parts.get("treatment")), _reference(parts.get("performer")), parts.get("kept-by"))
        key = parts["intervention"]
        if since <= moment and (key not in begun or begun[key][0] <= since):
            begun[key] = (since, held)
    yield from ((key, held) for key, (_, held) in begun.items())


def _reference(value: Json | None) -> str | None:
    return value["reference"].removeprefix("Organization/") if value is not None else None


def _find_extensions(element: Any, url: str) -> Iterator[Json]:
    match element:
        case dict():
            if element.get("url") == url:
                yield element
            for value in element.values():
                yield from _find_extensions(value, url)
        case list():
            for value in element:
                yield from _find_extensions(value, url)
