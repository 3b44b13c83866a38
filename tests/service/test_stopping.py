"""A server that stops also stops the database that it started."""

from pathlib import Path

import httpx

from play.server import environment_with, start_server


def test_a_terminated_server_also_stops_its_database(passable_folder: Path) -> None:
    data = passable_folder / "stopping"
    with start_server(environment_with(data=data)) as server:
        assert httpx.get(f"{server.address}/health").text == "ok\n"
        assert (data / "postgres/data/postmaster.pid").exists()
    assert not (data / "postgres/data/postmaster.pid").exists()
