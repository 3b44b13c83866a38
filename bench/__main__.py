"""`make bench`: every measurement in one run of about three minutes, as a table, and as JSON in the file BENCH_JSON."""

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

from bench import agreement_engine, folds, growth, worker
from bench.appends import AppendRates, measure_appends
from bench.cases import MeasuredCase
from bench.results import Row, print_table, write_json
from bench.stores import open_copies, open_lengths, open_worlds
from bench.worker import Address
from domain.authoring.publication import load_published
from domain.kernel import Actor
from play.content import MUNICIPAL_NURSE
from play.server import environment_with, start_server
from service.bootstrap import Services, claim_purpose, open_services
from service.commands.demonstration import register_persons
from service.database.embedded import EmbeddedPostgres
from service.database.schema import migrate
from service.directory import find_actor
from service.security.tokens import issue
from service.settings import Settings

HALF = 0.5
START_AIM = 3.0
EVENTS = 50
WIDTH = 130
"""Columns of the table, if the output is not a terminal."""
WHOLE_CASES = 10
REQUESTS = 48
ROUNDS = 3


@contextmanager
def _make_folder() -> Iterator[Path]:
    """Make a folder for a cluster. The server's account may enter it, also when root runs this."""
    with TemporaryDirectory(prefix="kvittens-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


def main() -> None:
    """Measure, print the table, and write the JSON file if BENCH_JSON names rates."""
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    start = perf_counter()
    with _make_folder() as folder, console.status("") as status:
        settings = Settings(data=folder, demonstration=True)
        environment = environment_with(data=folder)
        status.update("Making a database")
        worker.measure_starts(environment, rounds=1)
        status.update("Asking the agreements")
        rows = agreement_engine.measure_engine(load_published(), rounds=ROUNDS)
        status.update("Starting a worker with its database")
        rows.append(
            _report_start("Start of a worker and its database", worker.measure_starts(environment, rounds=ROUNDS))
        )
        with EmbeddedPostgres(folder) as database:
            status.update("Starting a worker")
            rows.append(_report_start("Start of a worker", worker.measure_starts(environment, rounds=ROUNDS)))
            status.update("Appending events")
            dsns = database.create_database("bench")
            assert dsns.owner
            migrate(dsns.owner)
            rows += _report_appends(measure_appends(owner_dsn=dsns.owner, service_dsn=dsns.service))
            with open_services(settings) as services:
                claim_purpose(services)
                register_persons(services)
                rows += _measure_in_process(services, status.update)
                rows += _measure_over_http(services, environment, status.update)
            rows += _measure_growth(database, folder, status.update)
    print_table(console, rows)
    machine = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "seconds": round(perf_counter() - start, 1),
    }
    console.print(
        f"Python {machine['python']}, {machine['processors']} processors, {machine['seconds']} s. Load over HTTP comes "
        "from bench.load, a process of its own; it can ask for at least what the bare server answers."
    )
    if os.environ.get("BENCH_JSON"):
        write_json(Path(os.environ["BENCH_JSON"]), rows, machine)


def _report_start(name: str, times: list[float]) -> Row:
    seconds = median(times)
    return Row(f"{name}, to /health", seconds, "s", aim=f"under {START_AIM:.0f} s", holds=seconds < START_AIM)


def _report_appends(measurements: list[AppendRates]) -> list[Row]:
    rows = []
    most = max(rates.callers for rates in measurements)
    for rates in measurements:
        has_aim = rates.callers == most
        callers = folds.name_callers(rates.callers)
        name = f"Append of one event, {callers}"
        rows += [
            Row(
                name,
                rates.acts,
                "acts/s",
                against="plain insert",
                plain=rates.plain_inserts,
                ratio=rates.share_of_plain,
                aim=f"at least {HALF}" if has_aim else "",
                holds=rates.share_of_plain >= HALF if has_aim else None,
            ),
            Row(
                f"{name} (again)",
                rates.acts,
                "acts/s",
                against="pgbench",
                plain=rates.pgbench_inserts,
                ratio=rates.share_of_pgbench,
            ),
            Row(f"Acts that share a commit, {callers}", rates.acts_per_commit, "acts"),
        ]
    return rows


def _measure_in_process(services: Services, show_stage: Callable[[str], None]) -> list[Row]:
    show_stage("Performing whole acts")
    rows = folds.measure_acts(services, cases=REQUESTS, rounds=ROUNDS)
    show_stage("Making cases")
    case = MeasuredCase(services)
    for _ in range(WHOLE_CASES):
        case = MeasuredCase(services)
        case.complete(events=EVENTS)
    assert case.id is not None
    show_stage("Folding the record")
    return [*rows, folds.measure_rebuild(services), folds.measure_replay(services, case.id, EVENTS, rounds=20)]


def _measure_over_http(
    services: Services, environment: Mapping[str, str], show_stage: Callable[[str], None]
) -> list[Row]:
    show_stage("Reading over HTTP")
    nurse = find_actor(services.directories, MUNICIPAL_NURSE)
    assert nurse is not None
    token = issue(nurse, key=services.token_key, now=datetime.now(UTC))
    plan, patient = _find_plan_and_patient(services, nurse)
    with start_server(environment) as server:
        rows = [worker.report_memory("after its start", worker.read_memory(server))]
        rows += worker.measure_reads(
            server,
            token,
            [
                Address("Read of a CarePlan", f"/fhir/CarePlan/{plan}"),
                Address("Search of 10 CarePlans by patient", f"/fhir/CarePlan?patient={patient}"),
            ],
        )
        return [*rows, worker.report_memory("after load", worker.read_memory(server))]


def _find_plan_and_patient(services: Services, nurse: Actor) -> tuple[str, str]:
    plan = services.queries.history(nurse, "CarePlan", limit=1).rows[0]
    return plan.resource_id, str(orjson.loads(plan.body)["subject"]["reference"]).removeprefix("Patient/")


def _measure_growth(server: EmbeddedPostgres, folder: Path, show_stage: Callable[[str], None]) -> list[Row]:
    show_stage("Growing stores")
    worlds = [Path(name) for name in os.environ.get("BENCH_WORLDS", "").split()]
    with open_worlds(folder, worlds) if worlds else open_copies(server, folder) as stores:
        show_stage("Asking in a small and a large store")
        rows = growth.measure_sizes(stores, rounds=ROUNDS)
    show_stage("Making long cases")
    with open_lengths(server, folder, growth.LENGTHS) as store:
        show_stage("Asking about long cases")
        return [*rows, *growth.measure_lengths(store, rounds=ROUNDS)]


if __name__ == "__main__":
    main()
