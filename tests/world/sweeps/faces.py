"""The sweep of faces: JSON, FHIR, pages, replay, history and search give the same reader the same answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from domain.case.events.case import FactCorrected
from domain.kernel import Event, Keeper
from fhir_profiles import systems
from fhir_profiles.search_values import SEARCH_PARAMETERS
from service.web.swedish import KEEPERS, format_moment
from tests.live import Caller
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally
from tests.world.sweeps.words import check_words

_HOLDS = re.compile(r'<tr class="holds">(.*?)</tr>', re.DOTALL)
_CELLS = re.compile(r'<td data-label="([^"]+)">(.*?)</td>', re.DOTALL)
_META = re.compile(r'<div class="meta">([^<]*)</div>')
_RULE = re.compile(r'<span class="meta"[^>]*>.*?</span>')
_HATCHED = re.compile(r'<rect fill="url\(#pattern-dispute\)" x="([\d.]+)%" y="0" width="([\d.]+)%"')
_SINCE = re.compile(r'<p class="meta">Sedan ([^;<]+)[;<]')
_TAG = re.compile(r"<[^>]*>")

_OVER = {
    "EpisodeOfCare": ("finished", "cancelled"),
    "CarePlan": ("completed", "revoked"),
}
"""The statuses of a resource that is over, by its type."""

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
            _compare_team(replay, case, tally, known, at)
            _compare_statuses(replay, case, tally, at)
            page = _compare_page(scene, caller, case, tally, known, at)
            _compare_band(page, case, tally, replay["case"]["disputes"], at)
            _compare_states(page, case, tally, replay["case"], at)
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


def _compare_team(replay: Json, case: SweptCase, tally: Tally, known: list[Json], at: str) -> None:
    """Check that the team has every principal that treats, performs or employs, while it lasts, and its staff."""
    teams = [resource for resource in replay["resources"] if resource["resourceType"] == "CareTeam"]
    for team in teams:
        members = {each["member"]["reference"].removeprefix("Organization/") for each in team["participant"]}
        holders = {each[role] for each in known for role in ("treatment", "performer", "employer")} - {None}
        has_all = holders <= members or team["status"] == "inactive"
        tally.check(case, "the team has all who treat, perform and employ", has_all, holders, members, at)
        staff = {
            (each["role"][0]["coding"][0]["code"], each["member"]["reference"].removeprefix("Practitioner/"))
            for each in team["participant"]
            if each["member"]["reference"].startswith("Practitioner/")
        }
        tally.equal(case, "the team has the staff on record", staff, set(_list_staff(replay["case"])), at)


def _list_staff(case: Json) -> Iterator[tuple[str, str]]:
    """Yield those who care for the person: the contacts and those who agreed in the plan that holds, and others."""
    plans = list(case["plans"].values())
    holding = [plan for plan in plans if plan["established_at"] is not None and plan["ended_at"] is None]
    for plan in (holding or plans)[-1:]:
        text = plan["draft"] if plan["agreed"] is None else plan["agreed"]
        yield from ((contact["role"], contact["person"]) for contact in text["contacts"])
        yield from ((agreement["role"], agreement["person"]) for agreement in text["agreements"])
    for assessment in case["referral"]["assessments"].values():
        yield assessment["actor"]["role"], assessment["actor"]["person"]
    yield from (("performer", word["performer"]) for word in case["enrolment"]["delegation_words"])


def _compare_statuses(replay: Json, case: SweptCase, tally: Tally, at: str) -> None:
    """Check that FHIR says of the plans, the enrolment and a request for cancellation if each of them is over."""
    known = replay["case"]
    over = {plan["id"]: plan["ended_at"] is not None for plan in known["plans"].values()}
    enrolment_is_over = known["enrolment"] is not None and known["enrolment"]["ended_at"] is not None
    closing = ("declined", "withdrawn") if known["enrolment"] is not None else ("declined", "withdrawn", "closed")
    case_is_over = enrolment_is_over or known["referral"]["status"] in closing
    asked = []
    for resource in replay["resources"]:
        if resource["resourceType"] in _OVER:
            is_over = resource["status"] in _OVER[resource["resourceType"]]
            told = over.get(resource["id"], case_is_over)
            tally.equal(case, "FHIR and JSON agree that something is over", is_over, told, resource["id"], at)
        if resource["resourceType"] == "Task" and resource["code"]["coding"][0]["code"] == "abort":
            asked.append(resource["status"] == "requested")
    _compare_questions(replay, case, tally, at)
    _compare_stay(replay, case, tally, at)
    waits = [item["key"] for item in replay["items"] if item["key"] == "answer-cancellation"]
    tally.equal(case, "a cancellation waits for an answer in FHIR and on the worklist", sum(asked), len(waits), at)


def _compare_questions(replay: Json, case: SweptCase, tally: Tally, at: str) -> None:
    """Check that a question waits for its answer in FHIR and on the worklist, and that an answer is opened on both."""
    messages = [
        each
        for each in replay["resources"]
        if each["resourceType"] == "Communication"
        and any(code["code"] in {"question", "answer"} for kind in each.get("category", ()) for code in kind["coding"])
    ]
    answered = {each["inResponseTo"][0]["reference"]: each for each in messages if "inResponseTo" in each}
    asked = [each for each in messages if "inResponseTo" not in each]
    told = {
        f"answer-question:{each['id']}"
        for each in asked
        if each["status"] == "completed" and f"Communication/{each['id']}" not in answered
    }
    waits = {item["key"] for item in replay["items"]}
    tally.equal(
        case,
        "a question waits for an answer in FHIR and on the worklist",
        told,
        {key for key in waits if key.startswith("answer-question:")},
        at,
    )
    opened = {f"open-answer:{id.removeprefix('Communication/')}" for id, each in answered.items() if "received" in each}
    tally.check(case, "an answer that is opened in FHIR waits for nobody", not opened & waits, opened & waits, at)


def _compare_stay(replay: Json, case: SweptCase, tally: Tally, at: str) -> None:
    """Check that FHIR and the worklist say of a stay in hospital what the enrolment does: it goes on, and was seen."""
    enrolment = replay["case"]["enrolment"]
    stays = enrolment["stays"] if enrolment is not None else []
    resting = [stay["started_at"] for stay in stays if stay["ended_at"] is None]
    unseen = [news for waits in enrolment["unseen"].values() for news in waits] if enrolment is not None else []
    held = {
        each["resourceType"]: each
        for each in replay["resources"]
        if each.get("status") in {"onhold", "on-hold"} or each["resourceType"] == "EpisodeOfCare"
    }
    episode = held.get("EpisodeOfCare", {"status": None})
    tally.equal(case, "FHIR and JSON agree that care at home rests", episode["status"] == "onhold", bool(resting), at)
    tally.equal(case, "the Task is on hold while the enrolment is", "Task" in held, bool(resting), at)
    past = [each["period"] for each in episode.get("statusHistory", ()) if each["status"] == "onhold"]
    ended = [stay for stay in stays if stay["ended_at"] is not None and stay["started_at"] < stay["ended_at"]]
    tally.equal(case, "FHIR has the stays that have ended", len(past), len(ended), at)
    items = replay["items"]
    told = [item["key"].removeprefix("acknowledge-") for item in items if item["key"].startswith("acknowledge-")]
    tally.equal(
        case, "news of a stay waits until it is acknowledged", sorted(told), sorted(unseen) if items else [], at
    )
    away = {item["in_hospital_since"] for item in items}
    tally.check(
        case, "each item says that the person is in hospital", away <= {*resting, *([] if resting else [None])}, at
    )


def _compare_states(page: str, case: SweptCase, tally: Tally, known: Json, at: str) -> None:
    """Check that the page shows how the request, the plans and the enrolment stand, and since when."""
    plans = list(known["plans"].values())
    shown = [plan for plan in reversed(plans) if plan["ended_at"] is None] or plans[-1:]
    states = [known["referral"], *shown, *([known["enrolment"]] if known["enrolment"] else [])]
    wanted = [format_moment(datetime.fromisoformat(state["since"])) for state in states]
    found = _SINCE.findall(page.partition('<div class="states">')[2].partition("</section>")[0])
    tally.equal(case, "the page shows how the case stands", found, wanted, at)


def _compare_corrections(events: Sequence[Event], case: SweptCase, tally: Tally, timeline: list[Json]) -> None:
    """Check that all events of an act whose fact was corrected are marked so, and no other."""
    acts = {event.id: event.causation_id for event in events}
    wrong = {acts[event.corrects]: event.reason for event in events if isinstance(event, FactCorrected)}
    wanted = {str(event.id): wrong.get(event.causation_id) for event in events}
    found = {entry["event_id"]: entry["corrected"] for entry in timeline}
    tally.equal(case, "what a corrected fact led to is marked", found, wanted)


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
) -> str:
    """Check that the page of the moment has the same answers as JSON: who, from when to when, and what keeps them.

    Return the page.
    """
    page = caller.get(f"/cases/{case.case_id}", params={"t": at, "mode": mode}).text
    check_words(scene, tally, page, mode, at, case=case)
    rows = [_row(html) for html in _HOLDS.findall(page)]
    directory = scene.services.directories[case.county]
    names = {principal.id: principal.name for principal in directory.principals}
    wanted = []
    for each in known:
        unnamed = "Ingen än" if each["kept_by"] == "not-sent" else "Inte reglerat"
        silent = "Ingen huvudman" if each["guardian"] else unnamed
        keeper = KEEPERS[Keeper(each["kept_by"])] if each["kept_by"] else ""
        treatment = "Vårdnadshavaren" if each["guardian"] else names.get(each["treatment"], unnamed)
        performer, employer = (names.get(each[role], silent) for role in ("performer", "employer"))
        wanted.append((performer, treatment, employer, each["valid_to"] is None, keeper))
    tally.equal(case, "the page has the same answers", rows, wanted, mode, at)
    return page


def _compare_band(page: str, case: SweptCase, tally: Tally, disputes: list[Json], at: str) -> None:
    """Check that the page's band hatches each disagreement, and to its end only those that are open."""
    ends = [round(float(x) + float(width), 1) for x, width in _HATCHED.findall(page)]
    is_open = [each["resolved_at"] is None and each["withdrawn_at"] is None for each in disputes]
    wanted = is_open * page.count('<figure class="lane">')
    tally.equal(case, "the band hatches a disagreement while it is open", [end == 100.0 for end in ends], wanted, at)


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
    replay = scene.read_present(case, caller)
    for resource in _some(scene, replay["resources"]):
        type, id = resource["resourceType"], resource["id"]
        tally.equal(case, "replay and read agree", caller.get(f"/fhir/{type}/{id}").json(), resource, type, id)
        found = caller.get(f"/fhir/{type}", params={"_id": id}).json().get("entry", [])
        tally.equal(case, "replay and search agree", [entry["resource"] for entry in found], [resource], type, id)
        _compare_date(scene, caller, case, tally, resource)
        _compare_parameter(scene, caller, case, tally, resource)
    timeline = scene.read_now(case, caller, f"/api/cases/{case.case_id}/timeline").json()
    tally.equal(case, "timeline and replay agree", timeline, replay["entries"])
    page = scene.read_now(case, caller, f"/cases/{case.case_id}").text
    _compare_states(page, case, tally, replay["case"], "now")
    _compare_corrections(scene.services.store.load_case(case.case_id), case, tally, timeline)
    shown = {resource["id"] for resource in replay["resources"] if resource["resourceType"] == "Provenance"}
    tally.equal(case, "each event has a Provenance", shown, {entry["event_id"] for entry in timeline})


def _compare_date(scene: Scene, caller: Caller, case: SweptCase, tally: Tally, resource: Json) -> None:
    """Search for a resource by its own times: it is found by what includes them, and by nothing else."""
    type, id = resource["resourceType"], resource["id"]
    offered = [each for each in SEARCH_PARAMETERS[type] if each.type == "date" and each.expression in resource]
    for parameter in offered:
        told = resource[parameter.expression]
        bounds = told if isinstance(told, dict) else {"start": told, "end": told}
        tally.check(case, "what has an end has a start", "start" in bounds, type, id, parameter.name)
        low, high = bounds.get("start"), bounds.get("end")
        cases = [(moment, prefix) for moment in {low, high} - {None} for prefix in ("", "ne", "ge", "le", "gt", "lt")]
        for moment, prefix in scene.some(cases, 2):
            is_found = {
                "": low == high,
                "ne": low != high,
                "ge": True,
                "le": True,
                "gt": moment != high,
                "lt": moment != low,
            }[prefix]
            asked = {"_id": id, parameter.name: f"{prefix}{moment}", "_summary": "count"}
            total = caller.get(f"/fhir/{type}", params=asked).json()["total"]
            tally.equal(case, "a search by date finds what it says", total, int(is_found), type, asked)


def _compare_parameter(scene: Scene, caller: Caller, case: SweptCase, tally: Tally, resource: Json) -> None:
    """Search for a resource by what it says itself, in each way that the server offers: it is found, and only so."""
    type, id = resource["resourceType"], resource["id"]
    offered = [each for each in SEARCH_PARAMETERS[type] if each.type != "date" and each.name != "_id"]
    said = [(each.name, list(_read_values(resource, each.expression.split(".")))) for each in offered]
    for name, values in scene.some([(name, values) for name, values in said if values]):
        for value in scene.some(values):
            for asked, wanted in scene.some([({name: value}, 1), ({f"{name}:missing": "true"}, 0)]):
                total = caller.get(f"/fhir/{type}", params={"_id": id, "_summary": "count", **asked}).json()["total"]
                tally.equal(case, "a search finds a resource by what it says", total, wanted, type, id, asked)


def _read_values(element: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield what a search asks for to find an element: a reference without its version, a code, a number, a word."""
    match element:
        case list():
            for item in element:
                yield from _read_values(item, path)
        case dict() if path:
            yield from _read_values(element.get(path[0]), path[1:])
        case {"reference": reference}:
            yield reference.partition("/_history/")[0]
        case {"coding": codings}:
            yield from (f"{each['system']}|{each['code']}" for each in codings)
        case {"system": system, "value": value}:
            yield f"{system}|{value}"
        case str() if not path:
            yield element


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
