"""What a person sees of a case over FHIR, and what every play expects of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fhirpy import SyncFHIRClient

from play import systems
from play.client import Person, Resource
from play.content import AGREEMENT, EKEBY, REGION
from play.story import Step

BOTH = {REGION, EKEBY}


@dataclass(frozen=True)
class Case:
    """A case as those outside know it: by its address, its request and its coordination Task."""

    id: str
    request: str
    task: str
    patient: str

    @property
    def path(self) -> str:
        """Where its JSON acts are."""
        return f"cases/{self.id}"


@dataclass(frozen=True)
class Seen:
    """A case's resources, as one person finds them."""

    request: Resource
    task: Resource
    episode: Resource
    plan: Resource | None
    team: Resource | None


def look(person: Person, case: Case) -> Seen:
    """Find the case's resources from its request on, as an integrator would. Raises LookupError."""
    request = person.read(f"ServiceRequest/{case.request}")
    (episode,) = _extension(request, systems.EPISODE)
    episode_address = episode["valueReference"]["reference"]
    found = person.read(episode_address)
    plans = [
        plan
        for plan in person.search("CarePlan", patient=case.patient)
        if [one["valueReference"]["reference"] for one in _extension(plan, systems.EPISODE)] == [episode_address]
    ]
    teams = found.get("team", ())
    return Seen(
        request=request,
        task=person.read(f"Task/{case.task}"),
        episode=found,
        plan=plans[0] if plans else None,
        team=person.read(teams[0]["reference"]) if teams else None,
    )


def _extension(resource: Resource, url: str) -> list[Resource]:
    return [one for one in resource.get("extension", ()) if one["url"] == url]


def principal(resource: Resource) -> str | None:
    """The principal (huvudman) that an element is named for."""
    for one in _extension(resource, systems.RESPONSIBLE_PRINCIPAL):
        return str(one["valueReference"]["identifier"]["value"])
    return None


def business_status(task: Resource) -> str | None:
    """The Task's finer step."""
    for coding in task.get("businessStatus", {}).get("coding", ()):
        return str(coding["code"])
    return None


def principals(seen: Seen) -> dict[str, set[str | None]]:
    """The principals that request, plan and team name."""
    request = {principal(seen.request["requester"]), *(principal(one) for one in seen.request.get("performer", ()))}
    plan = {
        principal(performer)
        for activity in (seen.plan or {}).get("activity", ())
        for performer in activity["detail"].get("performer", ())
    }
    team = {one["identifier"]["value"] for one in (seen.team or {}).get("managingOrganization", ())}
    return {"ServiceRequest": request, "CarePlan": plan, "CareTeam": team}


def expect_statuses(step: Step, seen: Seen, expected: str) -> None:
    """Expect the statuses of request, Task (and its business status), episode, plan and team, as `active received -`.

    They are written in that order, `-` for what is not there.
    """
    came = (
        seen.request["status"],
        seen.task["status"],
        business_status(seen.task),
        seen.episode["status"],
        (seen.plan or {}).get("status"),
        (seen.team or {}).get("status"),
    )
    step.expect(
        "ServiceRequest, Task, its businessStatus, EpisodeOfCare, CarePlan, CareTeam",
        expected,
        " ".join(one or "-" for one in came),
    )


def expect_ground(step: Step, person: Person, case: Case) -> None:
    """Expect that every event cites the agreement, in the timeline and in its Provenance (SYS-1)."""
    entries = person.get(f"{case.path}/timeline").body
    step.expect("agreements that the timeline's entries cite", {AGREEMENT}, {one["agreement"] for one in entries})
    wanted = systems.agreement_uri(*AGREEMENT.split())
    grounds = {one["event_id"]: person.read(f"Provenance/{one['event_id']}") for one in entries}
    citing = [one for one in grounds.values() if wanted in one["policy"]]
    step.expect("events whose Provenance cites it", len(entries), len(citing))
    whole = [one for one in citing if len(one["policy"]) > 1 and principal(one["agent"][0]) in BOTH]
    step.expect("of which with clause and principal", len(entries), len(whole))
    targets = {target["reference"] for one in citing for target in one["target"]}
    found = {f"{one['resourceType']}/{one['id']}/_history/{_version(one)}" for one in map(person.read, sorted(targets))}
    step.expect_same("versions that they are the ground of, each read as that version", targets, found)


def _version(resource: Resource) -> str:
    return str(resource["meta"]["versionId"])


def held(person: Person, case: Case, at: str, *, mode: str = "as-known-now") -> dict[str, Resource]:
    """Who answers for each intervention at a moment, and on what ground."""
    said = person.get(f"{case.path}/responsibility", at=at, mode=mode).body
    return {one["intervention"]: one for one in said["responsible"]}


def responsible(person: Person, case: Case, at: str, *, mode: str = "as-known-now") -> dict[str, str | None]:
    """Who performs each intervention at a moment."""
    return {key: one["performer"] for key, one in held(person, case, at, mode=mode).items()}


def answering(person: Person, case: Case, at: str) -> dict[str, tuple[str | None, str | None]]:
    """Who treats and who performs each intervention at a moment, as it is known now."""
    return {key: (one["treatment"], one["performer"]) for key, one in held(person, case, at).items()}


def due(person: Person, case: Case, key: str, on: str) -> list[str | None]:
    """When the case's items of a kind in the person's worklist are due."""
    items = person.get("worklist", on=on).body
    return [item["due"] for item in items if item.get("case") == case.id and item["key"] == key]


def expect_agreement(step: Step, person: Person, case: Case) -> None:
    """Expect that every event cites one and the same version, with clauses of it or that it does not regulate it."""
    entries = person.get(f"{case.path}/timeline").body
    step.expect("versions that the timeline's entries cite", 1, len({one["agreement"] for one in entries}))
    whole = [one for one in entries if one["clauses"] or one["not_regulated"]]
    step.expect("entries with clause, or not regulated", len(entries), len(whole))


def expect_hidden(step: Step, stranger: Person, case: Case) -> None:
    """Expect that somebody of another municipality does not find the case."""
    step.expect("cases in the list", [], [one for one in stranger.get("cases").body if one["case"] == case.id])
    for what in ("replay", "timeline"):
        step.expect(what, 404, stranger.get(f"{case.path}/{what}").status)
    step.expect("read of ServiceRequest", 404, stranger.fhir(_reading(f"ServiceRequest/{case.request}")).status)


def _reading(address: str) -> Callable[[SyncFHIRClient], Any]:
    return lambda client: client.execute(address, method="get")


def expect_nothing(step: Step, stranger: Person, case: Case) -> None:
    """Expect that somebody of another municipality finds nothing, whichever way they ask."""
    expect_hidden(step, stranger, case)
    step.expect("read of Task", 404, stranger.fhir(_reading(f"Task/{case.task}")).status)
    step.expect("search by patient", [], stranger.search("ServiceRequest", patient=case.patient))
