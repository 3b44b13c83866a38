"""A case as one person reads it, and the expectations that every play has of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fhirpy import SyncFHIRClient

from play import systems
from play.client import Professional, Resource
from play.content import AGREEMENT, EKEBY, REGION
from play.story import PlayStep

BOTH = {REGION, EKEBY}


@dataclass(frozen=True)
class PlayCase:
    """A case as a client knows it: by its id, its request and its coordination Task."""

    id: str
    request: str
    task: str
    patient: str

    @property
    def path(self) -> str:
        """The address of its JSON acts, below /api."""
        return f"cases/{self.id}"


@dataclass(frozen=True)
class CaseResources:
    """The resources of a case, as one person reads them."""

    request: Resource
    task: Resource
    episode: Resource
    plan: Resource | None
    team: Resource | None


def read_resources(person: Professional, case: PlayCase) -> CaseResources:
    """Find the resources of a case from its request on, as an integrator would. Raises LookupError."""
    request = person.read(f"ServiceRequest/{case.request}")
    (extension,) = _find_extensions(request, systems.EPISODE)
    address = extension["valueReference"]["reference"]
    episode = person.read(address)
    plans = [
        plan
        for plan in person.search("CarePlan", patient=case.patient)
        if [each["valueReference"]["reference"] for each in _find_extensions(plan, systems.EPISODE)] == [address]
    ]
    teams = episode.get("team", ())
    return CaseResources(
        request=request,
        task=person.read(f"Task/{case.task}"),
        episode=episode,
        plan=plans[0] if plans else None,
        team=person.read(teams[0]["reference"]) if teams else None,
    )


def _find_extensions(resource: Resource, url: str) -> list[Resource]:
    return [extension for extension in resource.get("extension", ()) if extension["url"] == url]


def read_principal(resource: Resource) -> str | None:
    """Return the principal (huvudman) that an element names."""
    for extension in _find_extensions(resource, systems.RESPONSIBLE_PRINCIPAL):
        return str(extension["valueReference"]["identifier"]["value"])
    return None


def name_text(person: Professional, plan: str) -> Resource:
    """Read a plan, and return what an agreement to it says: the plan, and the digest of the text that was read."""
    care_plan = person.read(f"CarePlan/{plan}")
    text = care_plan.get("contained", [care_plan])[0]
    (digest,) = _find_extensions(text, systems.PLAN_TEXT)
    return {"plan": plan, "text": digest["valueString"]}


def read_business_status(task: Resource) -> str | None:
    """Return the business status of a Task."""
    for coding in task.get("businessStatus", {}).get("coding", ()):
        return str(coding["code"])
    return None


def read_principals(resources: CaseResources) -> dict[str, set[str | None]]:
    """Return the principals that the request, the plan and the team name."""
    request = {
        read_principal(resources.request["requester"]),
        *(read_principal(performer) for performer in resources.request.get("performer", ())),
    }
    plan = {
        read_principal(performer)
        for activity in (resources.plan or {}).get("activity", ())
        for performer in activity["detail"].get("performer", ())
    }
    managers = (resources.team or {}).get("managingOrganization", ())
    team = {organisation["identifier"]["value"] for organisation in managers}
    return {"ServiceRequest": request, "CarePlan": plan, "CareTeam": team}


def expect_statuses(step: PlayStep, resources: CaseResources, expected: str) -> None:
    """Expect the statuses of request, Task (and its business status), episode, plan and team, as `active received -`.

    They stand in that order. A `-` stands for a missing resource.
    """
    statuses = (
        resources.request["status"],
        resources.task["status"],
        read_business_status(resources.task),
        resources.episode["status"],
        (resources.plan or {}).get("status"),
        (resources.team or {}).get("status"),
    )
    step.expect(
        "ServiceRequest, Task, its businessStatus, EpisodeOfCare, CarePlan, CareTeam",
        expected,
        " ".join(status or "-" for status in statuses),
    )


def expect_ground(step: PlayStep, person: Professional, case: PlayCase) -> None:
    """Expect that every event cites the agreement, in the timeline and in its Provenance (SYS-1)."""
    entries = person.get(f"{case.path}/timeline").body
    step.expect("agreements that the timeline's entries cite", {AGREEMENT}, {entry["agreement"] for entry in entries})
    uri = systems.agreement_uri(*AGREEMENT.split())
    grounds = {entry["event_id"]: person.read(f"Provenance/{entry['event_id']}") for entry in entries}
    citing = [provenance for provenance in grounds.values() if uri in provenance["policy"]]
    step.expect("events whose Provenance cites it", len(entries), len(citing))
    complete = [
        provenance
        for provenance in citing
        if len(provenance["policy"]) > 1 and read_principal(provenance["agent"][0]) in BOTH
    ]
    step.expect("of which with clause and principal", len(entries), len(complete))
    targets = {target["reference"] for provenance in citing for target in provenance["target"]}
    versions = {
        f"{resource['resourceType']}/{resource['id']}/_history/{_read_version(resource)}"
        for resource in map(person.read, sorted(targets))
    }
    step.expect_same("versions that they are the ground of, each read as that version", targets, versions)


def _read_version(resource: Resource) -> str:
    return str(resource["meta"]["versionId"])


def read_holders(person: Professional, case: PlayCase, at: str, *, mode: str = "as-known-now") -> dict[str, Resource]:
    """Return the parties that answer for each intervention at a moment, with the ground."""
    body = person.get(f"{case.path}/responsibility", at=at, mode=mode).body
    return {row["intervention"]: row for row in body["responsible"]}


def read_performers(
    person: Professional, case: PlayCase, at: str, *, mode: str = "as-known-now"
) -> dict[str, str | None]:
    """Return the party that performs each intervention at a moment."""
    return {key: row["performer"] for key, row in read_holders(person, case, at, mode=mode).items()}


def read_parties(person: Professional, case: PlayCase, at: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the parties that treat and perform each intervention at a moment, as known now."""
    return {key: (row["treatment"], row["performer"]) for key, row in read_holders(person, case, at).items()}


def read_due_days(person: Professional, case: PlayCase, key: str, on: str) -> list[str | None]:
    """Return the due days of the case's items with this key in the person's worklist."""
    items = person.get("worklist", on=on).body
    return [item["due"] for item in items if item.get("case") == case.id and item["key"] == key]


def expect_agreement(step: PlayStep, person: Professional, case: PlayCase) -> None:
    """Expect that all events cite the same version, each with its clauses or as not regulated."""
    entries = person.get(f"{case.path}/timeline").body
    step.expect("versions that the timeline's entries cite", 1, len({entry["agreement"] for entry in entries}))
    complete = [entry for entry in entries if entry["clauses"] or entry["not_regulated"]]
    step.expect("entries with clause, or not regulated", len(entries), len(complete))


def expect_hidden(step: PlayStep, stranger: Professional, case: PlayCase) -> None:
    """Expect that a person of another municipality does not find the case."""
    step.expect("cases in the list", [], [row for row in stranger.get("cases").body if row["case"] == case.id])
    for page in ("replay", "timeline"):
        step.expect(page, 404, stranger.get(f"{case.path}/{page}").status)
    step.expect("read of ServiceRequest", 404, stranger.ask_fhir(_make_read(f"ServiceRequest/{case.request}")).status)


def _make_read(address: str) -> Callable[[SyncFHIRClient], Any]:
    return lambda client: client.execute(address, method="get")


def expect_nothing(step: PlayStep, stranger: Professional, case: PlayCase) -> None:
    """Expect that a person of another municipality finds nothing of the case, over JSON or FHIR."""
    expect_hidden(step, stranger, case)
    step.expect("read of Task", 404, stranger.ask_fhir(_make_read(f"Task/{case.task}")).status)
    step.expect("search by patient", [], stranger.search("ServiceRequest", patient=case.patient))
