"""The sweep of faces: JSON, FHIR, pages, replay, history and search give the same reader the same answer."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any

from domain.kernel import Keeper
from fhir_profiles import systems
from service.web.swedish import KEEPERS
from tests.live import Caller
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally
from tests.world.sweeps.words import check_words

_HOLDS = re.compile(r'<tr class="holds">(.*?)</tr>', re.DOTALL)
_CELLS = re.compile(r'<td data-label="([^"]+)">(.*?)</td>', re.DOTALL)
_META = re.compile(r'<div class="meta">([^<]*)</div>')
_RULE = re.compile(r'<span class="meta"[^>]*>.*?</span>')
_TAG = re.compile(r"<[^>]*>")

_DATES = {
    "ServiceRequest": ("authored", "authoredOn"),
    "Task": ("modified", "lastModified"),
    "Communication": ("sent", "sent"),
    "Provenance": ("recorded", "recorded"),
}
"""A search parameter of a date, and its element, by type of resource."""
_FOUND = {"eq": True, "ge": True, "le": True, "ne": False, "gt": False, "lt": False}
"""The comparisons of a search with a resource's own moment, and if they find the resource."""

HoldersByIntervention = Mapping[str, tuple[Any, ...]]
"""The holders of treatment, performance and employment, what keeps them, and the clauses, by intervention.

Last stand the clauses about the employer that are no others.
"""


def sweep_faces(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare the faces with each other, for a party of a case, or in the whole for each, at its moments."""
    own = f"/api/cases/{case.case_id}"
    changes = [event for event in scene.services.store.load_case(case.case_id) if event.allocations]
    changed = scene.moments_of_new_kinds("faces", changes)
    for caller in scene.some(list(scene.party_callers(case))):
        moments = sorted({*scene.moments(case, tally), *changed})
        for moment in moments:
            at = moment.isoformat()
            replay = caller.get(f"{own}/replay", params={"at": at}).json()
            known = caller.get(f"{own}/responsibility", params={"at": at}).json()["responsible"]
            tally.equal(case, "responsibility and replay agree", known, replay["responsible"], at)
            current = [each for each in replay["resources"] if each["resourceType"] != "Provenance"]
            shown = dict(_fhir_holders(current, moment))
            tally.equal(case, "FHIR and JSON name the same holders", shown, _holders(known), at)
            _compare_history(caller, case, tally, _some(scene, replay["resources"]), at)
            _compare_team(replay["resources"], case, tally, known, at)
            _compare_page(scene, caller, case, tally, known, at)
        for moment in moments[:-1] or moments:
            _compare_about(scene, caller, case, tally, moment.isoformat())
        _compare_now(scene, caller, case, tally)


def _some(scene: Scene, resources: list[Json]) -> list[Json]:
    return scene.some_of_each(resources, lambda resource: str(resource["resourceType"]))


def _compare_about(scene: Scene, caller: Caller, case: SweptCase, tally: Tally, at: str) -> None:
    """Compare the answers to who is responsible at a moment, as known now."""
    asked = {"at": at, "mode": "as-known-now"}
    replay = caller.get(f"/api/cases/{case.case_id}/replay", params=asked).json()["responsible"]
    known = caller.get(f"/api/cases/{case.case_id}/responsibility", params=asked).json()["responsible"]
    tally.equal(case, "as known now, responsibility and replay agree", known, replay, at)
    _compare_page(scene, caller, case, tally, known, at, "as-known-now")


def _compare_team(resources: list[Json], case: SweptCase, tally: Tally, known: list[Json], at: str) -> None:
    """Check that every principal that treats, performs or employs is a member of the team, while there is one."""
    teams = [resource for resource in resources if resource["resourceType"] == "CareTeam"]
    for team in (team for team in teams if team["status"] != "inactive"):
        members = {each["member"]["reference"].removeprefix("Organization/") for each in team["participant"]}
        holders = {each[role] for each in known for role in ("treatment", "performer", "employer")} - {None}
        tally.check(case, "the team has all who treat, perform and employ", holders <= members, holders, members, at)


def _compare_history(caller: Caller, case: SweptCase, tally: Tally, resources: list[Json], at: str) -> None:
    """Compare the resources of a replay with the versions that FHIR gives for the moment, and by their numbers."""
    for resource in resources:
        path = f"/fhir/{resource['resourceType']}/{resource['id']}/_history"
        entries = caller.get(path, params={"_at": at}).json().get("entry", [])
        tally.equal(case, "replay and _at agree", [entry["resource"] for entry in entries], [resource], path, at)
        numbered = caller.get(f"{path}/{resource['meta']['versionId']}").json()
        tally.equal(case, "replay and the version by its number agree", numbered, resource, path, at)


def _compare_page(
    scene: Scene, caller: Caller, case: SweptCase, tally: Tally, known: list[Json], at: str, mode: str = "as-known-at"
) -> None:
    """Check that the page of the moment has the same answers as JSON: who, from when to when, and what keeps them."""
    page = caller.get(f"/cases/{case.case_id}", params={"t": at, "mode": mode}).text
    check_words(scene, tally, page, mode, at, case=case)
    rows = [_row(html) for html in _HOLDS.findall(page)]
    directory = scene.services.directories[case.county]
    names = {principal.id: principal.name for principal in directory.principals}
    wanted = []
    for each in known:
        silent = "Ingen huvudman" if each["guardian"] else "Inte reglerat"
        keeper = KEEPERS[Keeper(each["kept_by"])] if each["kept_by"] else ""
        treatment = "Vårdnadshavaren" if each["guardian"] else names.get(each["treatment"], "Inte reglerat")
        performer, employer = (names.get(each[role], silent) for role in ("performer", "employer"))
        wanted.append((performer, treatment, employer, each["valid_to"] is None, keeper))
    tally.equal(case, "the page has the same answers", rows, wanted, mode, at)


def _row(html: str) -> tuple[str, str, str, bool, str]:
    """Read a row of the page's table: who performs, treats and employs, if it has no end, and its keeper."""
    cells = dict(_CELLS.findall(html))
    keeper = _META.search(cells["Grund"])
    performer = _TAG.sub("", cells["Utför"].replace("Delat ansvar", "")).strip()
    employer = _TAG.sub("", _RULE.sub("", cells["Arbetsgivare"])).strip()
    kept = unescape(keeper[1]) if keeper else ""
    return (
        unescape(performer),
        unescape(_TAG.sub("", cells["Behandlingsansvar"])),
        unescape(employer),
        "tills vidare" in cells["Till"],
        kept,
    )


def _compare_now(scene: Scene, caller: Caller, case: SweptCase, tally: Tally) -> None:
    """Compare the replay of the present with what is read, found and listed now."""
    replay = caller.get(f"/api/cases/{case.case_id}/replay").json()
    for resource in _some(scene, replay["resources"]):
        type, id = resource["resourceType"], resource["id"]
        tally.equal(case, "replay and read agree", caller.get(f"/fhir/{type}/{id}").json(), resource, type, id)
        found = caller.get(f"/fhir/{type}", params={"_id": id}).json().get("entry", [])
        tally.equal(case, "replay and search agree", [entry["resource"] for entry in found], [resource], type, id)
        _compare_date(scene, caller, case, tally, resource)
    timeline = caller.get(f"/api/cases/{case.case_id}/timeline").json()
    tally.equal(case, "timeline and replay agree", timeline, replay["entries"])
    shown = {resource["id"] for resource in replay["resources"] if resource["resourceType"] == "Provenance"}
    tally.equal(case, "each event has a Provenance", shown, {entry["event_id"] for entry in timeline})


def _compare_date(scene: Scene, caller: Caller, case: SweptCase, tally: Tally, resource: Json) -> None:
    """Search for a resource by its own date: it is found by what includes its moment, and by nothing else."""
    type, id = resource["resourceType"], resource["id"]
    if type not in _DATES:
        return
    parameter, element = _DATES[type]
    moment = resource[element]
    for prefix, is_found in scene.some(list(_FOUND.items()), 2):
        asked = {"_id": id, parameter: f"{prefix}{moment}", "_summary": "count"}
        total = caller.get(f"/fhir/{type}", params=asked).json()["total"]
        tally.equal(case, "a search by date finds what it says", total, int(is_found), type, asked)


def _holders(periods: list[Json]) -> HoldersByIntervention:
    return {
        each["intervention"]: (
            *(each[name] for name in ("treatment", "performer", "employer", "kept_by")),
            tuple(each["clauses"]),
            tuple(rule for rule in each["employer_clauses"] if rule not in each["clauses"]),
        )
        for each in periods
    }


def _fhir_holders(resources: list[Json], moment: datetime) -> Iterator[tuple[str, Any]]:
    """Yield the holders that the resources name at a moment: of each intervention the latest that has begun."""
    begun: dict[str, tuple[datetime, Any]] = {}
    for extension in _find_extensions(resources, systems.CARE_RESPONSIBILITY):
        parts: dict[str, Any] = {}
        clauses, employer_clauses = (
            tuple(
                part["valueUri"].rpartition("#")[2].rpartition("/")[2]
                for part in extension["extension"]
                if part["url"] == url
            )
            for url in ("clause", "employer-clause")
        )
        for part in extension["extension"]:
            parts.setdefault(part["url"], next(value for name, value in part.items() if name != "url"))
        since = datetime.fromisoformat(parts["effective-from"])
        principals = (_reference(parts.get(role)) for role in ("treatment", "performer", "employer"))
        held = (*principals, parts.get("kept-by"), clauses, employer_clauses)
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
