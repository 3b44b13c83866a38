"""One call of the FHIR face, as its handlers get it."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.directory import Directory
from domain.kernel import Actor
from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.fhir.negotiation import FORM, answer_type, read_form
from service.http.requests import act_request, services_of

Form = Sequence[tuple[str, str]] | None
"""The fields of a form; None if it cannot be read."""


@dataclass(frozen=True)
class Call:
    """One call: the HTTP request, who asks, the body, its fields if it is a form, and the media type of the answer."""

    http: HttpRequest
    services: Services
    actor: Actor
    body: bytes
    form: Form
    media_type: str

    @property
    def type(self) -> str:
        """The resource type in the address."""
        return str(self.http.path_params["type"])

    @property
    def id(self) -> str:
        """The id in the address."""
        return str(self.http.path_params["id"])

    @property
    def base(self) -> str:
        """The address of this face, as the client reaches it, without a slash at its end."""
        public = self.services.settings.public_url
        origin = public or f"{self.http.url.scheme}://{self.http.url.netloc}"
        return f"{origin}{self.http.scope['root_path']}"

    @property
    def directory(self) -> Directory:
        """The directory of the actor's county."""
        return self.services.directories[self.actor.county]

    @property
    def content(self) -> bytes:
        """The whole body, the same whatever the order of its members and the space between them."""
        try:
            return json.dumps(json.loads(self.body, parse_float=Decimal), sort_keys=True, default=repr).encode()
        except (ValueError, RecursionError):  # it is refused as what it is
            return self.body

    @cached_property
    def request(self) -> ActRequest:
        """The request for an act, with an id of its own or the client's Idempotency-Key."""
        return act_request(self.http, self.actor, self.content)


Handler = Callable[[Call], Response]


async def answer(handle: Handler, http: HttpRequest) -> Response:
    """Answer a request, in a thread, since the handler waits for the database."""
    body = b"" if http.method in {"GET", "HEAD"} else await http.body()
    return await run_in_threadpool(_answer, handle, http, body)


def _answer(handle: Handler, http: HttpRequest, body: bytes) -> Response:
    form = _read_form(http, body)
    media_type = answer_type(http, dict(form or ()))
    return handle(Call(http, services_of(http), http.scope["actor"], body, form, media_type))


def _read_form(http: HttpRequest, body: bytes) -> Form:
    """Read the form of a search. None stands for one that cannot be read."""
    is_form = http.headers.get("content-type", "").lower().startswith(FORM)
    if not body or not is_form or not http.url.path.endswith("/_search"):
        return ()
    with suppress(ValueError):
        return read_form(body)
    return None
