"""The routes of the ledgers: agreement versions with their records, and the parties' settlements."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.act import Command
from domain.agreements.model import ActName
from domain.ledger_kind import LedgerKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.document import MediaType
from service.acts.bodies import OfferedAct, on_ledgers
from service.acts.ledgers import ledger_change
from service.agreements.versions import (
    find_version,
    prepare_change,
    prepare_submission,
)
from service.agreements.versions import perform as perform_change
from service.api.act_routes import JsonAct, add_act, add_act_route, answer_act, refuse_role
from service.api.answers import answer_json
from service.api.json_body import JsonRoute
from service.api.parameters import CurrentActor, CurrentServices
from service.http.body_limit import DOCUMENT_ROUTE
from service.http.etags import version_in
from service.http.requests import act_request, refuse_other_content
from service.reads.catalogue import Version

router = APIRouter(route_class=JsonRoute)


def county_of(actor: CurrentActor) -> str:
    """Locate the county that an act opens a ledger in: the actor's own."""
    return actor.county


def on_version(id: str, version: str, services: CurrentServices, actor: CurrentActor) -> Version:
    """Locate the agreement version that an act is on."""
    return find_version(services.versions, actor, id, version)


def on_ledger(ledger: UUID) -> UUID:
    """Locate the ledger that an act is on."""
    return ledger


def submit(act: JsonAct, county: str) -> bytes:
    """Submit an agreement version."""
    versions = act.services.versions
    return act.services.ledger_acts.perform(
        act.request, lambda: prepare_submission(versions, county, act.command, act.occurred_at)
    )


def perform_on_version(act: JsonAct, version: Version) -> bytes:
    """Perform an act on the record of an agreement version."""
    change = prepare_change(version, act.command, act.occurred_at, if_version=act.version)
    return perform_change(act.services.ledger_acts, version, act.request, change)


def perform_opening(kind: LedgerKind, act: JsonAct, county: str) -> bytes:
    """Perform an act that opens a ledger, or that finds its ledger by its content."""
    return perform_on_ledger(kind, act, kind.ledger_of(act.command.name, county, act.command.content))


def perform_on_ledger(kind: LedgerKind, act: JsonAct, ledger: UUID | None) -> bytes:
    """Perform an act on a ledger of settlement."""
    change = ledger_change(kind, act.command, on=ledger, occurred_at=act.occurred_at, if_version=act.version)
    return act.services.ledger_acts.perform(act.request, lambda: change)


def add_document_act(router: APIRouter, path: str, act: OfferedAct) -> None:
    """Offer the act that attaches a document. Its body is the document itself, and its Content-Type is the form."""

    async def handler(
        http: HttpRequest,
        services: CurrentServices,
        actor: CurrentActor,
        version: Annotated[Version, Depends(on_version)],
    ) -> Response:
        await run_in_threadpool(refuse_role, act, http, version)
        media_type = MediaType(refuse_other_content(http, *MediaType))
        content = await http.body()
        request = act_request(http, actor, b"\0".join([media_type.encode(), content]))
        command = Command(act.name, {"media_type": media_type, "content": content})
        asked = JsonAct(services, request, command, None, version_in(http.headers.get("if-match")))
        return answer_act(await run_in_threadpool(perform_on_version, asked, version), 200)

    forms: dict[str, Any] = {form: {"schema": {"type": "string", "format": "binary"}} for form in MediaType}
    body = {"requestBody": {"required": True, "content": forms}}
    add_act_route(router, path, act, handler, tag="agreements", status=200, description=body)


for act in on_ledgers(VERSION_RECORD):
    if act.name is ActName.SUBMIT_VERSION:
        add_act(router, "/agreements", act, locate=county_of, perform=submit, tag="agreements", status=201)
    elif act.name is ActName.ATTACH_DOCUMENT:
        add_document_act(router, DOCUMENT_ROUTE, act)
    else:
        path = f"/agreements/{{id}}/{{version}}/{act.name}"
        add_act(router, path, act, locate=on_version, perform=perform_on_version, tag="agreements", status=200)
for kind in SETTLEMENT:
    for act in on_ledgers(kind):
        if act.opens or kind.county_ledger or act.name in kind.finders:
            perform = partial(perform_opening, kind)
            path = f"/settlement/{act.name}"
            add_act(router, path, act, locate=county_of, perform=perform, tag="settlement", status=201)
        else:
            perform = partial(perform_on_ledger, kind)
            path = f"/settlement/{{ledger}}/{act.name}"
            add_act(router, path, act, locate=on_ledger, perform=perform, tag="settlement", status=200)


@router.get("/settlement", tags=["settlement"])
def get_settlements(
    services: CurrentServices,
    actor: CurrentActor,
    before: Annotated[UUID | None, Query()] = None,
) -> Response:
    """List the settlements of which your principal is a party, by kind, the last opened first.

    At most 50 of a kind are answered; give the `ledger` of its last as `before`, for the next of that kind.
    """
    readable = services.ledgers.list_pages(actor, SETTLEMENT, before=before)
    found = {
        kind: [{"ledger": str(ledger), "state": orjson.Fragment(body)} for ledger, body in page.rows]
        for kind, page in readable.items()
    }
    return answer_json(found)


@router.get("/settlement/{ledger}", tags=["settlement"])
def get_settlement(ledger: UUID, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return one settlement: its state, and its history with the ids of its events."""
    kind, state, entries = services.ledgers.read(actor, ledger, SETTLEMENT)
    history = [orjson.Fragment(entry) for entry in entries]
    return answer_json({"ledger": str(ledger), "kind": kind, "state": orjson.Fragment(state), "history": history})
