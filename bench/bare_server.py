"""The plainest possible server: an ASGI application that answers every request with the same bytes.

`python -m bench.bare_server FILE` serves the file's bytes with the same uvicorn as Kvittens, and prints its address.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

PATIENCE = 20.0


def serve(body: bytes) -> None:
    """Serve the bytes on a free port until the process is stopped."""
    headers = [(b"content-type", b"application/fhir+json"), (b"content-length", str(len(body)).encode())]

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        config = uvicorn.Config(application, lifespan="off", log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def start_bare_server(file: Path) -> Iterator[str]:
    """Start a bare server of a file's bytes, yield its address, and stop it after the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.bare_server", file], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            _wait(address)
            yield address
        finally:
            process.terminate()


def _wait(address: str) -> None:
    give_up_at = monotonic() + PATIENCE
    while monotonic() < give_up_at:
        try:
            httpx.get(address)
        except httpx.HTTPError:
            sleep(0.02)
        else:
            return
    raise TimeoutError(f"the bare server at {address} does not answer")


if __name__ == "__main__":
    serve(Path(sys.argv[1]).read_bytes())
