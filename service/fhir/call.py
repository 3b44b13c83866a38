"""One call of the FHIR face, as its handlers get it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.directory import Directory
from domain.kernel import Actor
from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.fhir.negotiation import answer_type
from service.http.requests import act_request, services_of


@dataclass(frozen=True)
class Call:
    """One call: the HTTP request, who asks, the body, and the media type of the answer."""

    http: HttpRequest
    services: Services
    actor: Actor
    body: bytes
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
        return f"{self.http.url.scheme}://{self.http.url.netloc}{self.http.scope['root_path']}"

    @property
    def directory(self) -> Directory:
        """The directory of the actor's county."""
        return self.services.directories[self.actor.county]

    @cached_property
    def request(self) -> ActRequest:
        """The request for an act, with an id of its own or the client's Idempotency-Key."""
        return act_request(self.http, self.actor, self.body)


Handler = Callable[[Call], Response]


async def answer(handle: Handler, http: HttpRequest) -> Response:
    """Answer a request, in a thread, since the handler waits for the database."""
    media_type = answer_type(http)
    body = b"" if http.method in {"GET", "HEAD"} else await http.body()
    call = Call(http, services_of(http), http.scope["actor"], body, media_type)
    return await run_in_threadpool(handle, call)
