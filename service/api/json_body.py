"""The JSON body of a request, read so that nothing in it is dropped or made up."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response


class JsonRequest(Request):
    """A request whose body is JSON as RFC 8259 has it, with each member once."""

    async def json(self) -> Any:
        """Read the body. Raises json.JSONDecodeError."""
        content = (await self.body()).decode()
        return json.loads(content, object_pairs_hook=_read_object, parse_constant=_refuse_constant)


class JsonRoute(APIRoute):
    """A route whose body is read as JsonRequest reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handle = super().get_route_handler()

        async def read_strictly(request: Request) -> Response:
            return await handle(JsonRequest(request.scope, request.receive))

        return read_strictly


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError("An object has a member twice; give it once", "", 0)
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise json.JSONDecodeError("NaN and Infinity are not JSON", "", 0)
