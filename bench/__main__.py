"""`make bench`: every measurement in one run of under two minutes, as a table, and as JSON where BENCH_JSON says."""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import orjson
from rich.console import Console

from bench import agreement_engine, folds, worker
from bench.appends import Appending, measure
from bench.cases import Case
from bench.results import Row, tell, write
from bench.worker import MEGABYTE, Address
from domain.authoring.publication import published
from domain.kernel import Actor
from play.content import MUNICIPAL_NURSE
from play.server import environment_with, start_server
from service.bootstrap import Services, claim_purpose, open_services
from service.commands.demonstration import register_persons
from service.database.embedded import EmbeddedPostgres
from service.database.migrate import migrate
from service.directory import find_actor
from service.security.tokens import issue
from service.settings import Settings

HALF = 0.5
START_AIM = 3.0
MEMORY_AIM = 250.0
EVENTS = 50
WIDTH = 130
"""Columns of the table where it is not a terminal that shows it."""
WHOLE_CASES = 10
REQUESTS = 48
ROUNDS = 3


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for a cluster, which the server's account may enter when root runs this."""
    with TemporaryDirectory(prefix="kvittens-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        yield folder


def main() -> None:
    """Measure, and tell."""
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    begun = perf_counter()
    with _folder() as folder, console.status("") as status:
        settings = Settings(data=folder, demonstration=True)
        environment = environment_with(data=folder)
        status.update("Making a database")
        worker.start_times(environment, rounds=1)
        status.update("Asking the agreements")
        rows = agreement_engine.engine(published(), rounds=ROUNDS)
        status.update("Starting a worker with its database")
        rows.append(_start("Start of a worker and its database", worker.start_times(environment, rounds=ROUNDS)))
        with EmbeddedPostgres(folder) as database:
            status.update("Starting a worker")
            rows.append(_start("Start of a worker", worker.start_times(environment, rounds=ROUNDS)))
            status.update("Appending events")
            dsns = database.database("bench")
            assert dsns.owner
            migrate(dsns.owner)
            rows += _appending(measure(owner_dsn=dsns.owner, service_dsn=dsns.service))
            with open_services(settings) as services:
                claim_purpose(services)
                register_persons(services)
                rows += _in_process(services, status.update)
                rows += _over_http(services, environment, status.update)
    tell(console, rows)
    machine = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "seconds": round(perf_counter() - begun, 1),
    }
    console.print(
        f"Python {machine['python']}, {machine['processors']} processors, {machine['seconds']} s. Load over HTTP comes "
        "from bench.load, a process of its own; it can ask for at least what the bare server answers."
    )
    if os.environ.get("BENCH_JSON"):
        write(Path(os.environ["BENCH_JSON"]), rows, machine)


def _start(name: str, times: list[float]) -> Row:
    found = median(times)
    return Row(f"{name}, to /health", found, "s", aim=f"under {START_AIM:.0f} s", holds=found < START_AIM)


def _appending(found: list[Appending]) -> list[Row]:
    rows = []
    for one in found:
        aimed = one.callers == max(each.callers for each in found)
        callers = folds.told(one.callers)
        name = f"Append of one event, {callers}"
        rows += [
            Row(
                name,
                one.acts,
                "acts/s",
                against="plain insert",
                plain=one.plain_inserts,
                ratio=one.share_of_plain,
                aim=f"at least {HALF}" if aimed else "",
                holds=one.share_of_plain >= HALF if aimed else None,
            ),
            Row(
                f"{name} (again)",
                one.acts,
                "acts/s",
                against="pgbench",
                plain=one.pgbench_inserts,
                ratio=one.share_of_pgbench,
            ),
            Row(f"Acts that share a commit, {callers}", one.acts_per_commit, "acts"),
        ]
    return rows


def _in_process(services: Services, tell_stage: Callable[[str], None]) -> list[Row]:
    tell_stage("Performing whole acts")
    rows = folds.whole_acts(services, cases=REQUESTS, rounds=ROUNDS)
    tell_stage("Making cases")
    case = Case(services)
    for _ in range(WHOLE_CASES):
        case = Case(services)
        case.whole(events=EVENTS)
    assert case.id is not None
    tell_stage("Folding the record")
    return [*rows, folds.rebuilding(services), folds.replaying(services, case.id, EVENTS, rounds=20)]


def _over_http(services: Services, environment: Mapping[str, str], tell_stage: Callable[[str], None]) -> list[Row]:
    tell_stage("Reading over HTTP")
    nurse = find_actor(services.directories, MUNICIPAL_NURSE)
    assert nurse is not None
    token = issue(nurse, key=services.token_key, now=datetime.now(UTC))
    plan, patient = _plan_and_patient(services, nurse)
    with start_server(environment) as server:
        rows = [_memory("after its start", worker.memory(server))]
        rows += worker.reads(
            server,
            token,
            [
                Address("Read of a CarePlan", f"/fhir/CarePlan/{plan}"),
                Address("Search of 10 CarePlans by patient", f"/fhir/CarePlan?patient={patient}"),
            ],
        )
        return [*rows, _memory("after load", worker.memory(server))]


def _plan_and_patient(services: Services, nurse: Actor) -> tuple[str, str]:
    plan = services.queries.history(nurse, "CarePlan", limit=1)[0]
    return plan.resource_id, str(orjson.loads(plan.body)["subject"]["reference"]).removeprefix("Patient/")


def _memory(when: str, found: float) -> Row:
    taken = found / MEGABYTE
    return Row(f"Memory of a worker {when}", taken, "MB", aim=f"under {MEMORY_AIM:.0f} MB", holds=taken < MEMORY_AIM)


if __name__ == "__main__":
    main()
