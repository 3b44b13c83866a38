"""The routes of acts: one maker for acts on cases, on agreement versions and on settlements."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.act import Command
from domain.kernel import Refusal
from service.acts.attempts import ActRequest, Change
from service.acts.bodies import Body, OfferedAct
from service.api.json_body import JsonBody, JsonBodyOf
from service.api.parameters import CurrentActor, CurrentServices, IdempotencyKey
from service.api.summaries import SUMMARIES
from service.bootstrap import Services
from service.http.etags import etag, version_in
from service.http.requests import act_request, actor_of, services_of
from service.reads.catalogue import Version


@dataclass(frozen=True)
class JsonAct:
    """One act as it arrived over JSON."""

    services: Services
    request: ActRequest
    command: Command
    occurred_at: datetime | None
    version: int | None
    """The version that the case or the ledger must have (If-Match)."""


def act_headers(
    idempotency_key: IdempotencyKey = None,
    if_match: Annotated[
        str | None, Header(description='The version the case or ledger must have, such as W/"12"')
    ] = None,
) -> None:
    """Describe the request headers that every act accepts; act_request and version_in read them."""


def add_act(
    router: APIRouter,
    path: str,
    act: OfferedAct,
    *,
    locate: Callable[..., Any],
    perform: Callable[[JsonAct, Any], bytes],
    tag: str,
    status: int,
) -> None:
    """Offer an act by POST to a path.

    `locate` is a dependency that takes the path's parameters and returns what the act is on. `perform` does the act and
    returns its answer, which has the new version. The body is read last, in the thread of the handler.
    """

    def handler(
        sent: JsonBody[Body],
        http: HttpRequest,
        services: CurrentServices,
        actor: CurrentActor,
        target: Annotated[Any, Depends(locate)],
    ) -> Response:
        refuse_role(act, http, target)
        body = sent.read()
        request = act_request(http, actor, body.model_dump_json().encode())
        asked = JsonAct(
            services, request, act.command(body), body.occurred_at, version_in(http.headers.get("if-match"))
        )
        return answer_act(perform(asked, target), status)

    handler.__annotations__ |= {"sent": Annotated[JsonBody[Body], Depends(JsonBodyOf(act.body))]}
    add_act_route(router, path, act, handler, tag=tag, status=status)


def refuse_role(act: OfferedAct, http: HttpRequest, target: object) -> None:
    """Refuse a role that does no act of this kind, before the body is read. It is noted as any refusal is."""
    actor = actor_of(http)
    try:
        act.refuse_role(actor, act.name)
    except Refusal as refusal:
        on = target.record.id if isinstance(target, Version) else target if isinstance(target, UUID) else None
        change = Change(commands=[Command(act.name, {})], on=on)
        services_of(http).attempts.note_refusal(act_request(http, actor, b""), change, refusal)
        raise


def answer_act(answer: bytes, status: int) -> Response:
    """Answer with what an act came to, which has the new version."""
    return Response(answer, status, {"ETag": etag(orjson.loads(answer)["version"])}, media_type="application/json")


def add_act_route(
    router: APIRouter,
    path: str,
    act: OfferedAct,
    handler: Callable[..., Any],
    *,
    tag: str,
    status: int,
    description: dict[str, Any] | None = None,
) -> None:
    """Add the route of an act, with the words that describe it. `description` is more of its OpenAPI."""
    router.add_api_route(
        path,
        handler,
        methods=["POST"],
        tags=[tag],
        name=act.name,
        summary=SUMMARIES[act.name],
        description=act.text,
        status_code=status,
        dependencies=[Depends(act_headers)],
        openapi_extra=description,
    )
