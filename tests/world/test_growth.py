"""The growth of a world: the same for the same seed and day, also if it is broken off and goes on."""

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from play.server import command_line, environment_with
from service.bootstrap import Services
from service.commands.seed import digest_program
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.record.rebuild import rebuild
from tests.live import make_environment, open_demonstration
from tests.world.conftest import SMALL, GrownWorld
from world.counties import DIRECTORIES, MARK
from world.growth import Growth

EVENTS = (
    "SELECT notification_id, topic, originator_id, originator_version, case_id, state, occurred_at, recorded_at,"
    " command_id FROM kvittens_events WHERE notification_id <= %s ORDER BY notification_id"
)
REFUSALS = (
    "SELECT recorded_at, county, case_id, act, code, rule, person FROM refusal WHERE recorded_at < %s"
    " ORDER BY recorded_at, person"
)

SEED = ("seed", "--size", SMALL.size, "--until", str(SMALL.until))
"""The command that grows the small world."""


class BrokenOff(Exception):
    """The end of a growth before its time."""


def break_off(after: timedelta) -> Callable[[datetime], None]:
    """Return a progress that breaks the growth off when a time has passed."""

    def check(reached: datetime) -> None:
        if reached >= SMALL.begins + after:
            raise BrokenOff

    return check


def read(services: Services, sql: str, *parameters: Any) -> list[Any]:
    """Return the rows of a query."""
    with services.pool.connection() as connection:
        return connection.execute(sql, parameters).fetchall()


def test_a_growth_that_is_broken_off_goes_on_to_the_same_record(
    world: GrownWorld, database: Dsns, tmp_path: Path
) -> None:
    with open_demonstration(database, tmp_path, directory=DIRECTORIES) as services:
        for days in (150, 200):
            with pytest.raises(BrokenOff):
                Growth(services, SMALL).grow(break_off(timedelta(days=days)))

        events = read(services, EVENTS, 10_000)
        last = events[-1][-2]
        assert len(events) > 100
        assert events == read(world.services, EVENTS, len(events))
        assert read(services, REFUSALS, last) == read(world.services, REFUSALS, last)


def test_a_world_that_is_grown_again_stays_as_it_is(world: GrownWorld, tmp_path: Path) -> None:
    before = read(world.services, "SELECT case_id, key, body FROM worklist ORDER BY case_id, key, principal")

    subprocess.run(
        command_line(*SEED), env=make_environment(world.services) | {"KVITTENS_DATA": str(tmp_path)}, check=True
    )

    assert (tmp_path / MARK).read_text().split("\n") == [SMALL.name, digest_program(), ""]
    after = read(world.services, "SELECT case_id, key, body FROM worklist ORDER BY case_id, key, principal")
    assert after == before
    assert rebuild(world.services, replace=False, progress=lambda _: None).is_identical


def test_a_world_that_this_program_has_grown_whole_is_not_grown_again(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text(f"{SMALL.name}\n{digest_program()}\n")

    said = subprocess.run(
        command_line(*SEED, "--anew"), env=environment_with(data=tmp_path), capture_output=True, text=True, check=True
    )

    assert said.stdout == f"{SMALL.name} is here already, grown by this program.\n"
    assert [path.name for path in tmp_path.iterdir()] == [MARK]


def test_a_world_grows_on_a_record_of_its_own_alone(world: GrownWorld, services: Services) -> None:
    assert Growth(world.services, SMALL).may_begin()
    other = type(SMALL)(SMALL.size, SMALL.seed + 1, SMALL.until)
    assert not Growth(world.services, other).may_begin()


def test_a_world_that_another_version_of_the_program_has_grown_is_told_of_in_plain_words(
    server: EmbeddedPostgres, grown: str, tmp_path: Path
) -> None:
    name = f"other_{uuid4().hex}"
    database = server.create_database(name, template=grown)
    with psycopg.connect(make_conninfo(server.superuser_dsn, dbname=name), autocommit=True) as connection:
        connection.execute("ALTER TABLE command DISABLE TRIGGER append_only")
        connection.execute("UPDATE command SET digest = sha256('otherwise') WHERE first_position = 1")
    environment = environment_with(data=tmp_path, database_url=database.service, owner_database_url=database.owner)

    for options in ((), ("--anew",)):
        told = subprocess.run(
            command_line(*SEED, *options), env=environment, capture_output=True, text=True, timeout=60
        )
        assert told.returncode == 2
        assert "Another version of the program has grown" in told.stderr
        assert told.stderr.endswith("Set KVITTENS_DATABASE_URL to an empty database.\n")
    server.drop_database(name)
