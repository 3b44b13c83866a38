"""One call of the FHIR face, as its handlers see it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.directory import Directory
from domain.kernel import Actor
from service.acts.attempts import Request
from service.bootstrap import Services
from service.fhir.negotiation import answer_type
from service.http.guard import act_request, services_of
from service.record.event_store.committer import OutcomeUnknown


@dataclass(frozen=True)
class Call:
    """Who asks for what, with the body that was sent and the form of the answer."""

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
    def request(self) -> Request:
        """The request for an act, with an id of its own or the client's Idempotency-Key."""
        return act_request(self.http, self.actor, self.body)


Handler = Callable[[Call], Response]


async def answered(handle: Handler, http: HttpRequest) -> Response:
    """The handler's answer to a request, made in a thread, since the database is waited for."""
    media_type = answer_type(http)
    body = b"" if http.method in {"GET", "HEAD"} else await http.body()
    call = Call(http, services_of(http), http.scope["actor"], body, media_type)
    return await run_in_threadpool(_once, handle, call)


def _once(handle: Handler, call: Call) -> Response:
    """The handler's answer; the first one where the same request, by its key, was recorded while this one was read."""
    try:
        return handle(call)
    except OutcomeUnknown:
        raise  # and never hidden by what looking it up would meet
    except Exception:
        if call.request.idempotency_key is None or call.services.attempts.answered(call.request) is None:
            raise
    return handle(call)
