"""The sweep of answers: every page and every GET of a case answers its parties, and tells a stranger nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import itemgetter
from typing import Any

from domain.case.state.case import evolve
from tests.live import Caller
from tests.world.sweeps.oracle import find_day, swedish_day
from tests.world.sweeps.scene import Scene, SweptCase, Tally

Request = tuple[str, dict[str, str]]


def sweep_answers(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Ask everything about a case as each party, and the same as strangers."""
    for caller in scene.party_callers(case):
        for path, parameters in _requests(scene, case, tally):
            answer = caller.get(path, params=parameters) if parameters else scene.read_now(case, caller, path)
            tally.check(case, "a party gets an answer", answer.status_code == 200, path, parameters, answer.status_code)
    for caller in scene.strangers(case):
        for path, parameters in scene.some(list(_requests(scene, case, tally)), 4):
            answer = caller.get(path, params=parameters)
            tally.check(case, "a stranger gets nothing", answer.status_code == 404, path, answer.status_code)
            tally.check(case, "a stranger is told nothing", str(case.case_id) not in answer.text, path)


def find_entitled(scene: Scene, case: SweptCase) -> set[str]:
    """Return the principals that may read a case: the region, and the municipality that wrote the request or got it."""
    events = scene.services.store.load_case(case.case_id)
    known = reduce(evolve, events, None)
    assert known is not None
    has_got = known.referral.sent_at is not None or events[0].actor.principal == case.municipality
    return set(case.parties if has_got else (case.region,))


def sweep_lists(scene: Scene, tally: Tally) -> None:
    """Ask for every list of a county as each of its principals: each answers, and names only what it may read."""
    visible: dict[str, set[str]] = {
        party: set() for directory in scene.services.directories.values() for party in _principals(directory)
    }
    kept: dict[str, set[str]] = {party: set() for party in visible}
    cases = scene.cases()
    for case in cases:
        for party in scene.readers(case):
            visible[party].add(str(case.case_id))
        for party in scene.wrong_receivers(case):
            kept[party].add(str(case.case_id))
    for county, directory in scene.services.directories.items():
        for principal in _principals(directory):
            caller = scene.caller(principal, county)
            _compare_overdue(caller, tally)
            for path in _list_paths(scene, county):
                answer = caller.get(path)
                tally.check(None, "a list answers", answer.status_code == 200, path, answer.status_code, principal)
                own_tasks = kept[principal] if path.startswith("/fhir/Task") else set()
                hidden = {str(case.case_id) for case in cases} - visible[principal] - own_tasks
                told = [case for case in hidden if case in answer.text]
                tally.check(None, "a list names nothing hidden", not told, path, principal, told[:3])


def _compare_overdue(caller: Caller, tally: Tally) -> None:
    """Ask for a worklist on the last day of what has one, and on the day after: only then is it overdue."""
    due = max((item["due"] for item in caller.get("/api/worklist").json() if item["due"]), default=None)
    for days in (0, 1) if due is not None else ():
        noon = datetime.fromisoformat(f"{due}T12:00+00:00") + timedelta(days=days)
        listed = caller.get("/api/worklist", params={"on": noon.isoformat()}).json()
        late = {item["overdue"] for item in listed if item["due"] == due}
        tally.equal(None, "what waits is overdue from the day after its last", late, {days > 0}, due, noon)
        waited = [(item["elapsed_days"], (swedish_day(noon) - find_day(item["since"])).days) for item in listed]
        wrong = [pair for pair in waited if pair[0] != pair[1]]
        tally.check(None, "what waits has waited since the Swedish day on which it began", not wrong, wrong[:3], noon)


def _principals(directory: Any) -> list[str]:
    return [principal.id for principal in directory.principals]


def _list_paths(scene: Scene, county: str) -> Iterator[str]:
    yield from ("/", "/agreements", "/settlement", "/api/cases", "/api/worklist", "/api/agreements", "/api/settlement")
    yield from ("/api/awaited", "/api/refusals", "/api/delegations", "/delegations")
    yield from ("/api/agreements/in-force", "/api/rules/SYS-1", "/api/openapi.json", "/fhir/metadata")
    for type in ("ServiceRequest", "Task", "Communication", "CarePlan", "CareTeam", "EpisodeOfCare", "Provenance"):
        yield from (f"/fhir/{type}", f"/fhir/{type}/_history")
    yield from ("/fhir/Organization", "/fhir/Practitioner", "/fhir/PractitionerRole")
    for version in scene.services.catalogue.agreements:
        if version.county == county:
            yield f"/api/agreements/{version.id}/{version.version}"
            yield f"/agreements/{version.id}/{version.version}"


def _requests(scene: Scene, case: SweptCase, tally: Tally) -> Iterator[Request]:
    """Yield every request about a case, at its moments."""
    own = f"/api/cases/{case.case_id}"
    page = f"/cases/{case.case_id}"
    yield own, {}
    yield f"{own}/timeline", {}
    yield page, {}
    moments = scene.moments(case, tally)
    asked = [request for moment in (_find_eve(scene, case), *moments) for request in _ask_about(case, moment)]
    yield from scene.some(asked, 2)
    for type, id, version in scene.some(scene.some_of_each(_resources(scene, case), itemgetter(0))):
        yield from scene.some(list(_ask_for(case, type, id, version, moments[-1])), 2)


def _ask_for(case: SweptCase, type: str, id: str, version: int, moment: datetime) -> Iterator[Request]:
    """Yield every request for a resource and its versions."""
    yield f"/cases/{case.case_id}/resources/{type}/{id}", {}
    yield f"/fhir/{type}/{id}", {}
    yield f"/fhir/{type}/{id}/_history", {}
    yield f"/fhir/{type}/{id}/_history", {"_at": moment.isoformat()}
    for number in range(1, version + 1):
        yield f"/fhir/{type}/{id}/_history/{number}", {}


def _ask_about(case: SweptCase, moment: datetime) -> Iterator[Request]:
    """Yield every request about a moment of a case, as it was known then and as it is known now."""
    at = moment.isoformat()
    for mode in ("as-known-at", "as-known-now"):
        yield f"/api/cases/{case.case_id}/replay", {"at": at, "mode": mode}
        yield f"/api/cases/{case.case_id}/responsibility", {"at": at, "mode": mode}
        yield f"/cases/{case.case_id}", {"t": at, "mode": mode}


def _find_eve(scene: Scene, case: SweptCase) -> datetime:
    """Return a moment before anything of a case had happened."""
    return min(event.occurred_at for event in scene.services.store.load_case(case.case_id)) - timedelta(days=1)


def _resources(scene: Scene, case: SweptCase) -> list[tuple[str, str, int]]:
    with scene.services.pool.connection() as connection:
        return connection.execute(
            "SELECT resource_type, resource_id, version FROM resource WHERE case_id = %s ORDER BY 1, 2", (case.case_id,)
        ).fetchall()
