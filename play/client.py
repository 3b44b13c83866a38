"""Professionals with a token, who act over JSON and FHIR."""

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
class HttpAnswer:
    """The answer to a request: a body, or a refusal with its code, its rule and its places."""

    status: int
    body: Any = None
    code: str | None = None
    rule: str | None = None
    where: tuple[str, ...] = ()
    title: str = ""

    @property
    def is_success(self) -> bool:
        """True if the server did the act."""
        return 200 <= self.status < 300


@dataclass
class Clock:
    """The time at which the play's acts are recorded."""

    now: datetime = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class Inbox:
    """The resources from the FHIR face: valid ones counted by type, and the faults of those that are not valid R4."""

    valid: Counter[str] = field(default_factory=Counter)
    invalid: list[str] = field(default_factory=list)

    def add(self, resource: Resource) -> None:
        """Validate a resource, and those in a Bundle, and count it."""
        name = resource["resourceType"]
        for entry in resource.get("entry", ()) if name == "Bundle" else ():
            if "resource" in entry:
                self.add(entry["resource"])
        try:
            get_fhir_model_class(name).model_validate(_plain(resource))
        except ValidationError as error:
            self.invalid.append(f"{name}: {error}")
        else:
            self.valid[name] += 1


def _plain(value: Any) -> Any:
    """Return the value without the types of fhirpy."""
    return json.loads(json.dumps(value))


@dataclass
class Professional:
    """A person with an assignment in the directory, who asks the server with a token."""

    id: str
    name: str
    unit_name: str
    unit: str
    principal: str
    address: str
    token: str
    clock: Clock
    inbox: Inbox

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", CLOCK: self.clock.now.isoformat()}

    def get(self, path: str, **parameters: str) -> HttpAnswer:
        """Read from the JSON face."""
        return _read_answer(
            httpx.get(f"{self.address}/api/{path}", params=parameters, headers=self._headers, timeout=30)
        )

    def get_text(self, path: str) -> str:
        """Read a text that is not JSON, such as an agreement's. Raises httpx.HTTPStatusError."""
        response = httpx.get(f"{self.address}/api/{path}", headers=self._headers, timeout=30)
        return response.raise_for_status().text

    def act(self, path: str, **content: Any) -> HttpAnswer:
        """Ask for one of the documented JSON acts."""
        url = f"{self.address}/api/{path}"
        return _read_answer(httpx.post(url, json=content, headers=self._headers, timeout=30))

    def ask_fhir(
        self,
        ask: Callable[[SyncFHIRClient], Any],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Ask the FHIR face through fhirpy. With `form`, the request is a search by POST."""
        statuses: list[int] = []

        def note(response: Any, *_: object, **__: object) -> None:
            statuses.append(response.status_code)

        client = SyncFHIRClient(
            f"{self.address}/fhir",
            extra_headers=self._headers | dict(headers or {}),
            requests_config={"hooks": {"response": note}, "timeout": 30} | ({"data": form} if form else {}),
        )
        try:
            body = ask(client)
        except OperationOutcome as error:
            return _read_outcome(statuses[-1], error.resource, self.inbox)
        except BaseFHIRError as error:
            return _read_outcome(statuses[-1], json.loads(str(error)), self.inbox)
        if body is not None:
            self.inbox.add(body)
        return HttpAnswer(statuses[-1], body)

    def create(self, resource: Resource) -> HttpAnswer:
        """Create a resource."""
        return self.ask_fhir(lambda client: _wrap(client, resource).save())

    def update(self, resource: Resource) -> HttpAnswer:
        """Send a changed resource back, on condition that the server still has the version that was read."""
        version = resource["meta"]["versionId"]
        headers = {"If-Match": f'W/"{version}"'}
        return self.ask_fhir(lambda client: _wrap(client, resource).save(), headers=headers)

    def send_transaction(self, *entries: Resource, key: str) -> HttpAnswer:
        """Send a Bundle whose entries are all done, or none. The same key marks the same request."""
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
        return self.ask_fhir(lambda client: client.execute("", data=bundle), headers={"Idempotency-Key": key})

    def read(self, address: str, **parameters: str) -> Resource:
        """Read a resource, a version, a history or a search by its address below /fhir. Raises LookupError."""
        answer = self.ask_fhir(lambda client: client.execute(address, method="get", params=parameters))
        if not answer.is_success:
            raise LookupError(f"{address}: {answer.status} {answer.title}")
        resource: Resource = answer.body
        return resource

    def search(self, type: str, **parameters: str) -> list[Resource]:
        """Search by POST, so that no address or log holds the search values. Raises LookupError."""
        answer = self.ask_fhir(lambda client: client.execute(f"{type}/_search"), form=parameters)
        if not answer.is_success:
            raise LookupError(f"{type}: {answer.status} {answer.title}")
        return [entry["resource"] for entry in answer.body.get("entry", ())]


def _wrap(client: SyncFHIRClient, resource: Resource) -> SyncFHIRResource:
    content = {name: value for name, value in resource.items() if name != "resourceType"}
    wrapper: SyncFHIRResource = client.resource(str(resource["resourceType"]), **content)
    return wrapper


def _read_answer(response: httpx.Response) -> HttpAnswer:
    body = response.json()
    if response.is_success:
        return HttpAnswer(response.status_code, body)
    return HttpAnswer(
        response.status_code,
        body,
        code=body.get("code"),
        rule=body.get("rule"),
        where=tuple(body.get("where", ())),
        title=str(body.get("title", "")),
    )


def _read_outcome(status: int, outcome: Resource, inbox: Inbox) -> HttpAnswer:
    """Return the first issue of an OperationOutcome as an answer."""
    inbox.add(outcome)
    issue = outcome["issue"][0]
    values: dict[str, list[str]] = {}
    for extension in issue.get("extension", ()):
        values.setdefault(extension["url"], []).append(extension["valueString"])
    details = issue.get("details", {})
    codes = [coding["code"] for coding in details.get("coding", ()) if coding.get("system") == systems.REFUSAL]
    return HttpAnswer(
        status,
        outcome,
        code=codes[0] if codes else issue["code"],
        rule=next(iter(values.get(systems.RULE, ())), None),
        where=(*values.get(systems.WHERE, ()), *issue.get("expression", ())),
        title=details.get("text", ""),
    )


@dataclass(frozen=True)
class Cast:
    """The staff of the demonstration's counties, at one server."""

    identities: Mapping[str, Identity]
    address: str
    clock: Clock
    inbox: Inbox = field(default_factory=Inbox)

    def find(self, id: str) -> Professional:
        """Return the person with an HSA-id. Raises LookupError if no directory has them."""
        identity = self.identities.get(id)
        if identity is None:
            raise LookupError(f"no directory has {id}")
        return Professional(
            id=id,
            name=identity.name,
            unit_name=identity.unit_name,
            unit=identity.unit,
            principal=identity.principal,
            address=self.address,
            token=identity.token,
            clock=self.clock,
            inbox=self.inbox,
        )
