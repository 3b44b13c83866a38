"""The forms of pages: sent from these pages, and as text in UTF-8."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from service.http.errors import RequestRefused
from service.http.requests import refuse_other_content
from service.web.session import refuse_foreign_post

FORM = "application/x-www-form-urlencoded"
"""The media type in which a page sends a form."""


class FormUnreadable(Exception):
    """A form whose bytes are not text in UTF-8, or that is sent in another way than a page does."""


class FormRoute(APIRoute):
    """A route that keeps the bytes of a form, so that they can be read as well as its fields."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handle = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            await request.body()
            return await handle(request)

        return read_first


async def _refuse_unreadable_form(request: Request) -> None:
    """Refuse a form whose fields could be kept only with other characters in the place of what was sent."""
    content = await request.body()
    try:
        if content:
            refuse_other_content(request, FORM)
        unquote_to_bytes(content).decode()
    except (UnicodeDecodeError, RequestRefused) as error:
        raise FormUnreadable from error


OWN_FORM = [Depends(refuse_foreign_post), Depends(_refuse_unreadable_form)]
"""The questions that a form is asked first, in a route that is a FormRoute."""
