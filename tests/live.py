"""A real server over real HTTP for tests: its address, and callers with their own tokens."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel import SIGNATORY
from domain.person import NumberSystem, Person
from fhir_profiles import systems
from play.server import environment_with
from service.app import create_app
from service.bootstrap import Services, claim_purpose, open_services
from service.commands.demonstration import PERSONS, register_persons
from service.commands.serve import publish_address
from service.database.dsns import Dsns
from service.directory import find_actor
from service.http.connections import configure_server
from service.http.requests import CLOCK
from service.security.tokens import issue
from service.settings import Settings

PHYSICIAN = "SE2321000000-LAKARE1"
DISTRICT_NURSE = "SE2321000000-DSK1"
AUDITOR = "SE2321000000-REVISOR1"
NURSE_A = "SE2120000001-SSK1"
NURSE_B = "SE2120000002-SSK2"
RESPONSIBLE_NURSE_A = "SE2120000001-MAS1"
DIRECTOR, DIRECTOR_A, DIRECTOR_B = "SE2321000000-DIR1", "SE2120000001-DIR1", "SE2120000002-DIR2"
"""Those who sign agreements for the region, for municipality A and for municipality B."""
MUNICIPALITY_A = "SE2120000001-KOMMUNA"
TORA = PERSONS[0][0]
"""The identity number of the first person of the demonstration county."""
ANSWERED: Counter[str] = Counter()
"""The number of HTTP requests that servers of this process have answered, by method."""
TLS = httpx.create_ssl_context()
"""The TLS context of every client. httpx otherwise makes a context for each client, slower than most tests."""


@contextmanager
def open_demonstration(dsns: Dsns, folder: Path, *, directory: Path | None = None) -> Iterator[Services]:
    """Open the services of the demonstration on a database, with other counties besides if a directory has them."""
    assert dsns.owner
    settings = Settings(
        database_url=SecretStr(dsns.service),
        owner_database_url=SecretStr(dsns.owner),
        data=folder,
        demonstration=True,
        directory=directory,
    )
    with open_services(settings) as services:
        claim_purpose(services)
        register_persons(services)
        yield services


@contextmanager
def open_record(dsns: Dsns, folder: Path, *, directory: Path) -> Iterator[Services]:
    """Open the services of a real record, not a demonstration, for the counties that a directory has."""
    assert dsns.owner
    settings = Settings(
        database_url=SecretStr(dsns.service),
        owner_database_url=SecretStr(dsns.owner),
        data=folder,
        directory=directory,
        token_key=SecretStr("k" * 48),
    )
    with open_services(settings) as services:
        claim_purpose(services)
        yield services


def register_person(services: Services, county: str, number: str) -> str:
    """Enter a made-up person in the register of a county, and return the person's opaque id."""
    person = Person(
        id=uuid4(),
        county=county,
        system=NumberSystem.PERSONNUMMER,
        value=number,
        family="Testsson",
        given="Tova",
        birth_date=date.fromisoformat(number[:8]),
        protected=False,
    )
    services.person_acts.register(person)
    return str(person.id)


def make_environment(services: Services) -> dict[str, str]:
    """Make the environment in which a play or a command uses the database and the data folder of these services."""
    settings = services.settings
    assert settings.database_url
    assert settings.owner_database_url
    return environment_with(
        data=settings.data,
        database_url=settings.database_url.get_secret_value(),
        owner_database_url=settings.owner_database_url.get_secret_value(),
    )


class _Server(uvicorn.Server):
    """A server that stops at once. Uvicorn's own checks only ten times a second if it must stop."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(0.01)


class _Counted:
    """An application that counts the requests that it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            ANSWERED[scope["method"]] += 1


@contextmanager
def serve(services: Services) -> Iterator[str]:
    """Serve on a free port, in a thread, and yield the address."""
    config = configure_server(_Counted(create_app(services)))
    config.port = 0
    server = _Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    give_up = monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert monotonic() < give_up, "the server did not start in time"
        thread.join(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        with publish_address(services.settings, address):
            yield address
    finally:
        server.should_exit = True
        thread.join(20)


def patient_id(services: Services, number: str = TORA, *, county: str = "orebro") -> str:
    """Return the opaque id of a person of the demonstration county."""
    person = services.persons.find(county, NumberSystem.PERSONNUMMER, number)
    assert person is not None
    return str(person.id)


class Caller(httpx.Client):
    """An HTTP client that speaks for one person of the demonstration county."""

    def __init__(self, services: Services, address: str, person: str, *, unit: str | None = None) -> None:
        actor = find_actor(services.directories, person, unit)
        assert actor is not None
        self._services, self._address, self._actor = services, address, actor
        token = issue(actor, key=services.token_key, now=datetime.now(UTC))
        super().__init__(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30, verify=TLS)

    @cached_property
    def director(self) -> "Caller":
        """The person who signs agreements for the caller's principal."""
        staff = self._services.directories[self._actor.county].actors
        own = (actor for actor in staff if actor.principal == self._actor.principal)
        return Caller(self._services, self._address, next(actor.person for actor in own if SIGNATORY in actor.offices))

    def __exit__(self, *error: Any) -> None:
        """Close this client, and the one of the director if there is any."""
        self.close()

    def close(self) -> None:
        """Close this client, and the one of the director if there is any."""
        if self.__dict__.get("director") is not None:
            self.director.close()
        super().close()

    def act(self, case: str, name: str, *, at: str | None = None, **content: Any) -> httpx.Response:
        """Send an act on a case, at the given time of the demonstration clock."""
        return self.act_at(f"/api/cases/{case}/{name}", at, **content)

    def list_cases(self, patient: str) -> list[str]:
        """List the cases of a person, which a test names when it asks for the same need once more."""
        return [row["case"] for row in self.get("/api/cases").json() if row["patient"] == patient]

    def read_text(self, plan: str) -> str:
        """Read a plan, and return the digest of the text that waits for agreement."""
        care_plan = self.get(f"/fhir/CarePlan/{plan}").raise_for_status().json()
        text = care_plan.get("contained", [care_plan])[0]
        (digest,) = (item["valueString"] for item in text["extension"] if item["url"] == systems.PLAN_TEXT)
        return str(digest)

    def act_at(self, path: str, at: str | None, **content: Any) -> httpx.Response:
        """Send an act to a path, at the given time of the demonstration clock."""
        return self.post(path, json=content, headers={CLOCK: at} if at else {})
