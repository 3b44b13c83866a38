"""A server that stops also stops the database that it started."""

import socket
from pathlib import Path

import httpx

from play.server import environment_with, start_server
from service.commands.serve import publish_address
from service.settings import Settings


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


def test_the_addresses_of_servers_that_were_killed_are_removed_by_the_next_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as living, socket.create_server(("127.0.0.1", 0)) as dead:
        served, killed = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (living, dead))
        dead.close()
        (tmp_path / "address").write_text(f"{killed}\n{served}\nhttp://::1:8000\nhttp://127.0.0.1:8211\n")

        with publish_address(Settings(data=tmp_path), "http://127.0.0.1:8211"):
            assert (tmp_path / "address").read_text().split() == [served, "http://127.0.0.1:8211"]
        assert (tmp_path / "address").read_text().split() == [served]
