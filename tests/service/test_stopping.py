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


def test_a_server_that_stops_leaves_the_address_of_another_on_the_same_data(passable_folder: Path) -> None:
    data = passable_folder / "sharing"
    environment = environment_with(data=data)
    with start_server(environment) as first:
        with start_server(environment) as second:
            assert (data / "address").read_text().split() == [first.address, second.address]
        assert (data / "address").read_text().split() == [first.address]
    assert not (data / "address").exists()
