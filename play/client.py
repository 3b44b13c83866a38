"""A person at a keyboard: with a token, the documented JSON acts, and a FHIR client."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from fhir.resources.R4B import get_fhir_model_class
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import BaseFHIRError, OperationOutcome
from fhirpy.lib import SyncFHIRResource
from pydantic import ValidationError

from play import systems
from play.tokens import Identity

CLOCK = "Kvittens-Demonstration-Clock"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back: a body, or a refusal with its code, its rule and the place it names."""

    status: int
    body: Any = None
    code: str | None = None
    rule: str | None = None
    where: tuple[str, ...] = ()
    what: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300


@dataclass
class Clock:
    """The time at which the play's acts are recorded."""

    now: datetime = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class Received:
    """What came over FHIR: how many resources of each type, and those that are not valid R4."""

    valid: Counter[str] = field(default_factory=Counter)
    invalid: list[str] = field(default_factory=list)

    def note(self, resource: Resource) -> None:
        """Count a resource, or those in a Bundle, after validating it."""
        name = resource["resourceType"]
        for entry in resource.get("entry", ()) if name == "Bundle" else ():
            if "resource" in entry:
                self.note(entry["resource"])
        try:
            get_fhir_model_class(name).model_validate(_plain(resource))
        except ValidationError as error:
            self.invalid.append(f"{name}: {error}")
        else:
            self.valid[name] += 1


def _plain(value: Any) -> Any:
    """Without fhirpy's own types."""
    return json.loads(json.dumps(value))


@dataclass
class Person:
    """Somebody with an assignment in the directory, and what they can reach with their token."""

    id: str
    name: str
    unit_name: str
    unit: str
    principal: str
    address: str
    token: str
    clock: Clock
    received: "Received"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", CLOCK: self.clock.now.isoformat()}

    def get(self, path: str, **parameters: str) -> Answer:
        """Read from the JSON face."""
        return _answer(httpx.get(f"{self.address}/api/{path}", params=parameters, headers=self._headers, timeout=30))

    def text(self, path: str) -> str:
        """Read a text that is not JSON, such as an agreement's. Raises httpx.HTTPStatusError."""
        response = httpx.get(f"{self.address}/api/{path}", headers=self._headers, timeout=30)
        return response.raise_for_status().text

    def act(self, path: str, **content: Any) -> Answer:
        """Ask for one of the documented JSON acts."""
        url = f"{self.address}/api/{path}"
        return _answer(httpx.post(url, json=content, headers=self._headers, timeout=30))

    def fhir(
        self,
        ask: Callable[[SyncFHIRClient], Any],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask something of the FHIR face, through fhirpy; with `form`, a search by POST."""
        seen: list[int] = []

        def note(response: Any, *_: object, **__: object) -> None:
            seen.append(response.status_code)

        client = SyncFHIRClient(
            f"{self.address}/fhir",
            extra_headers=self._headers | dict(headers or {}),
            requests_config={"hooks": {"response": note}, "timeout": 30} | ({"data": form} if form else {}),
        )
        try:
            body = ask(client)
        except OperationOutcome as error:
            return _refused(seen[-1], error.resource, self.received)
        except BaseFHIRError as error:
            return _refused(seen[-1], json.loads(str(error)), self.received)
        if body is not None:
            self.received.note(body)
        return Answer(seen[-1], body)

    def create(self, resource: Resource) -> Answer:
        """Create a resource."""
        return self.fhir(lambda client: _as_resource(client, resource).save())

    def update(self, resource: Resource) -> Answer:
        """Send a changed resource back, for the version that it was read as."""
        version = resource["meta"]["versionId"]
        headers = {"If-Match": f'W/"{version}"'}
        return self.fhir(lambda client: _as_resource(client, resource).save(), headers=headers)

    def transaction(self, *entries: Resource, key: str) -> Answer:
        """Send a Bundle whose entries are done together or not at all; the same key again means the same request."""
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
        return self.fhir(lambda client: client.execute("", data=bundle), headers={"Idempotency-Key": key})

    def read(self, address: str, **parameters: str) -> Resource:
        """A resource, a version of one, a history or a search, by its address below /fhir. Raises LookupError."""
        answer = self.fhir(lambda client: client.execute(address, method="get", params=parameters))
        if not answer.is_done:
            raise LookupError(f"{address}: {answer.status} {answer.what}")
        found: Resource = answer.body
        return found

    def search(self, type: str, **parameters: str) -> list[Resource]:
        """Everything that a search finds, by POST, which keeps what is searched for out of addresses and logs."""
        answer = self.fhir(lambda client: client.execute(f"{type}/_search"), form=parameters)
        if not answer.is_done:
            raise LookupError(f"{type}: {answer.status} {answer.what}")
        return [entry["resource"] for entry in answer.body.get("entry", ())]


def _as_resource(client: SyncFHIRClient, resource: Resource) -> SyncFHIRResource:
    content = {name: value for name, value in resource.items() if name != "resourceType"}
    found: SyncFHIRResource = client.resource(str(resource["resourceType"]), **content)
    return found


def _answer(response: httpx.Response) -> Answer:
    body = response.json()
    if response.is_success:
        return Answer(response.status_code, body)
    return Answer(
        response.status_code,
        body,
        code=body.get("code"),
        rule=body.get("rule"),
        where=tuple(body.get("where", ())),
        what=str(body.get("title", "")),
    )


def _refused(status: int, outcome: Resource, received: Received) -> Answer:
    """An OperationOutcome as an answer: what it says of its first issue."""
    received.note(outcome)
    issue = outcome["issue"][0]
    said: dict[str, list[str]] = {}
    for one in issue.get("extension", ()):
        said.setdefault(one["url"], []).append(one["valueString"])
    details = issue.get("details", {})
    codes = [one["code"] for one in details.get("coding", ()) if one.get("system") == systems.REFUSAL]
    return Answer(
        status,
        outcome,
        code=codes[0] if codes else issue["code"],
        rule=next(iter(said.get(systems.RULE, ())), None),
        where=(*said.get(systems.WHERE, ()), *issue.get("expression", ())),
        what=details.get("text", ""),
    )


@dataclass(frozen=True)
class Cast:
    """The staff of the demonstration's counties, at one server."""

    identities: Mapping[str, Identity]
    address: str
    clock: Clock
    received: Received = field(default_factory=Received)

    def person(self, id: str) -> Person:
        """Return the person with an HSA-id. Raises LookupError if no directory has them."""
        identity = self.identities.get(id)
        if identity is None:
            raise LookupError(f"no directory has {id}")
        return Person(
            id=id,
            name=identity.name,
            unit_name=identity.unit_name,
            unit=identity.unit,
            principal=identity.principal,
            address=self.address,
            token=identity.token,
            clock=self.clock,
            received=self.received,
        )
