"""The server closes a connection whose request never becomes whole, and keeps that of a client that pauses."""

import select
import socket
from collections.abc import Iterator
from re import findall
from urllib.parse import urlsplit

import psycopg
import pytest

from service.app import create_app
from service.bootstrap import Services
from service.http import connections
from service.http.connections import configure_server
from service.web.session import COOKIE
from tests.live import DISTRICT_NURSE, Caller, serve

SHORT = 0.2
"""The seconds that a request may take here to arrive."""


@pytest.fixture
def connection(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A connection to a server that waits for a whole request for a short time."""
    monkeypatch.setattr(connections, "WHOLE", SHORT)
    monkeypatch.setattr(connections, "IDLE", 10 * SHORT)
    with serve(services) as address:
        place = urlsplit(address)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as opened:
            yield opened


@pytest.mark.parametrize(
    ("beginning", "answered"),
    [
        (b"", []),
        (b"GET /health HTTP/1.1\r\nHost: kvittens\r\n", []),
        (b"GET /health HTTP/1.1\r\nHost: kvittens\r\n\r\nGET /health HT", [b"200"]),
        (b"POST /api/cases HTTP/1.1\r\nHost: kvittens\r\nContent-Length: 40\r\n\r\n{", [b"401"]),
    ],
    ids=["nothing", "half a head", "a request and half a head", "half the body of a caller without a token"],
)
def test_a_connection_on_which_no_request_becomes_whole_is_closed(
    connection: socket.socket, beginning: bytes, answered: list[bytes]
) -> None:
    connection.sendall(beginning)
    received = b"".join(iter(lambda: connection.recv(4096), b""))  # until the server closes
    assert findall(rb"HTTP/1.1 (\d+)", received) == answered


def test_a_connection_is_idle_for_longer_than_load_balancers_and_clients_keep_theirs(services: Services) -> None:
    assert configure_server(create_app(services)).timeout_keep_alive == connections.IDLE > 60


def test_a_connection_on_which_an_empty_line_follows_an_answer_is_closed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", SHORT)
    with serve(services) as address:
        place = urlsplit(address)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: kvittens\r\n\r\n\r\n")
            received = b"".join(iter(lambda: connection.recv(4096), b""))  # until the server closes
    assert received.count(b"HTTP/1.1 200") == 1


def test_a_client_that_pauses_longer_than_a_request_may_take_is_answered_again(connection: socket.socket) -> None:
    for _ in range(2):
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: kvittens\r\n\r\n")
        connection.settimeout(20)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        connection.settimeout(2 * SHORT)
        with pytest.raises(TimeoutError):
            connection.recv(1)  # the server has not closed


@pytest.mark.parametrize("path", ["/fhir/ServiceRequest", "/api/cases", "/persons/search"])
def test_a_client_that_hangs_up_leaves_no_traceback(
    services: Services, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    with serve(services) as address, Caller(services, address, DISTRICT_NURSE) as region:
        token, place = region.headers["Authorization"], urlsplit(address)
        cookie = f"{COOKIE}={token.split()[1]}"
        head = f"POST {path} HTTP/1.1\r\nHost: kvittens\r\nAuthorization: {token}\r\nCookie: {cookie}\r\n"
        with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
            connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 40\r\n\r\n{{".encode())
        assert region.get("/health").status_code == 200

    assert capfd.readouterr().err == ""


def test_an_answer_to_an_error_of_the_service_itself_says_that_the_connection_is_closed(
    services: Services, region: Caller, served: tuple[Services, str]
) -> None:
    """The database's table of refusals is gone, which no answer knows."""
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("DROP TABLE refusal")
    place = urlsplit(served[1])
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
        head = (
            f"GET /api/refusals HTTP/1.1\r\nHost: kvittens\r\nAuthorization: {region.headers['Authorization']}\r\n\r\n"
        )
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(4096), b""))  # until the server closes
    assert received.startswith(b"HTTP/1.1 500")
    assert b"\r\nconnection: close\r\n" in received.lower()
    assert region.get("/api/worklist").status_code == 200


def test_a_connection_whose_client_reads_nothing_of_an_answer_is_cut_off(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers wait in the server, since they are more than the system takes for a client that does not read."""
    monkeypatch.setattr(connections, "READ", SHORT)
    with serve(services) as address, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        place = urlsplit(address)
        connection.connect((place.hostname or "", place.port or 0))
        connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: kvittens\r\n\r\n" * 20)
        waiting = select.poll()
        waiting.register(connection, 0)
        assert waiting.poll(20_000), "the server has not cut the connection off"


def test_a_client_that_reads_slowly_but_in_time_gets_the_whole_answer(services: Services) -> None:
    with serve(services) as address, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        place = urlsplit(address)
        connection.connect((place.hostname or "", place.port or 0))
        connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: kvittens\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(1024), b""))
    (length,) = findall(rb"content-length: (\d+)", received)
    assert len(received.partition(b"\r\n\r\n")[2]) == int(length)
