"""The routes of the ledgers: agreement versions with their records, and the parties' settlements."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.agreements.model import ActName
from domain.kernel import Actor, HsaId, Slug, legal_day
from domain.ledgers.kind import LedgerKind
from domain.ledgers.settlement.ledgers import SETTLEMENT
from domain.ledgers.versions.ledger import CONTRACT
from service.acts.descriptions import Body, Description, offered_on
from service.acts.ledgers import LedgerWish
from service.agreements import payers as paying
from service.agreements import portability as following
from service.agreements import versions as agreements
from service.api.parameters import Asking, Moment, Parts, described
from service.bootstrap import Services
from service.http.guard import act_request, case_version

router = APIRouter()


def _perform(
    http: HttpRequest, services: Services, actor: Actor, body: Body, wish: LedgerWish, *, status: int
) -> Response:
    request = act_request(http, actor, body.model_dump_json().encode(), occurred_at=body.occurred_at)
    said = services.ledgers.perform(request, wish)
    headers = {"ETag": f'W/"{orjson.loads(said)["version"]}"'}
    return Response(said, status, headers, media_type="application/json")


def _json(said: object) -> Response:
    return Response(orjson.dumps(said), media_type="application/json")


def _add(path: str, handler: Callable[..., Response], act: Description, *, tag: str, status: int) -> None:
    """Offer an act: the body it takes is what its decision takes."""
    handler.__annotations__ |= {"body": act.body}
    handler.__doc__ = act.text
    router.add_api_route(
        path,
        handler,
        methods=["POST"],
        tags=[tag],
        name=act.name,
        status_code=status,
        dependencies=[Depends(described)],
    )


def _submitting(body: Any, http: HttpRequest, services: Parts, actor: Asking) -> Response:
    return _perform(http, services, actor, body, agreements.submission(actor, body.arguments()), status=201)


def _on_version(act: Description) -> Callable[..., Response]:
    def on_version(id: str, version: str, body: Any, http: HttpRequest, services: Parts, actor: Asking) -> Response:
        found = agreements.version_of(services.agreements, actor, id, version)
        wish = agreements.wish_on(found, act.name, body.arguments(), if_version=case_version(http))
        return _perform(http, services, actor, body, wish, status=200)

    return on_version


def _opening(kind: LedgerKind, act: Description) -> Callable[..., Response]:
    def opening(body: Any, http: HttpRequest, services: Parts, actor: Asking) -> Response:
        content = body.arguments()
        ledger = kind.addressed(act.name, actor.county, content)
        wish = LedgerWish(kind, act.name, content, ledger_id=ledger, if_version=case_version(http))
        return _perform(http, services, actor, body, wish, status=201)

    return opening


def _on_ledger(kind: LedgerKind, act: Description) -> Callable[..., Response]:
    def on_ledger(ledger: UUID, body: Any, http: HttpRequest, services: Parts, actor: Asking) -> Response:
        wish = LedgerWish(kind, act.name, body.arguments(), ledger_id=ledger, if_version=case_version(http))
        return _perform(http, services, actor, body, wish, status=200)

    return on_ledger


for offered in offered_on(CONTRACT):
    if offered.name == ActName.SUBMIT_VERSION:
        _add("/agreements", _submitting, offered, tag="agreements", status=201)
    else:
        path = f"/agreements/{{id}}/{{version}}/{offered.name}"
        _add(path, _on_version(offered), offered, tag="agreements", status=200)
for settlement in SETTLEMENT:
    for offered in offered_on(settlement):
        if offered.opens or settlement.of_county or offered.name in settlement.found_by:
            path = f"/settlement/{offered.name}"
            _add(path, _opening(settlement, offered), offered, tag="settlement", status=201)
        else:
            path = f"/settlement/{{ledger}}/{offered.name}"
            _add(path, _on_ledger(settlement, offered), offered, tag="settlement", status=200)


@router.get("/agreements", tags=["agreements"])
def get_agreements(services: Parts, actor: Asking, on: Moment = None) -> Response:
    """The county's versions, drafts too: who has signed, with which municipality each is in force, local agreements."""
    known, today = services.agreements.known(), legal_day(on or datetime.now(UTC))
    directory = services.directories[actor.county]
    versions = agreements.versions_of(known, actor.county)
    return _json([agreements.told(found, known, directory, today) for found in versions])


@router.get("/agreements/in-force", tags=["agreements"])
def get_in_force(
    services: Parts, actor: Asking, municipality: Annotated[HsaId | None, Query()] = None, at: Moment = None
) -> Response:
    """The version in force between the region and a municipality. Without one the region keeps the duty (SKR-3-8)."""
    catalogue, moment = services.agreements.now(), at or datetime.now(UTC)
    found = catalogue.in_force(actor.county, moment, municipality)
    local = [one.model_dump(mode="json") for one in catalogue.local(found, moment, municipality)]
    told = found.ref.model_dump() if found else None
    answer = {"answer": "agreement" if found else "no agreement", "agreement": told, "local_agreements": local}
    return _json(answer | ({} if found else _kept(services, actor)))


def _kept(services: Services, actor: Actor) -> dict[str, str | None]:
    """Who has the duty where no agreement is in force."""
    return agreements.kept(services.directories[actor.county])


@router.get("/agreements/in-force/paying", tags=["agreements"])
def get_paying(
    services: Parts,
    actor: Asking,
    what: Annotated[Slug, Query()],
    municipality: Annotated[HsaId | None, Query()] = None,
    setting: Annotated[Slug | None, Query()] = None,
    age: Annotated[int | None, Query(ge=0, le=150)] = None,
    enrolled: Annotated[bool | None, Query()] = None,
    at: Moment = None,
) -> Response:
    """Who pays for something, by the version in force: a party, the tax shift, or a non-resident's home; or silence."""
    found = services.agreements.now().in_force(actor.county, at or datetime.now(UTC), municipality)
    if found is None:
        return _json({"answer": "no agreement", "agreement": None, "what": what} | _kept(services, actor))
    return _json({"answer": "agreement"} | paying.told(found, what, setting=setting, age=age, enrolled=enrolled))


@router.get("/agreements/in-force/following", tags=["agreements"])
def get_following(
    services: Parts, actor: Asking, municipality: Annotated[HsaId | None, Query()] = None, at: Moment = None
) -> Response:
    """What follows the person by the version in force: where they live, stay or are listed; or silence."""
    found = services.agreements.now().in_force(actor.county, at or datetime.now(UTC), municipality)
    if found is None:
        return _json({"answer": "no agreement", "agreement": None} | _kept(services, actor))
    return _json({"answer": "agreement"} | following.told(found))


@router.get("/agreements/{id}/{version}", tags=["agreements"])
def get_version(id: str, version: str, services: Parts, actor: Asking, on: Moment = None) -> Response:
    """One version: its status, its whole text as JSON, and the history of its record."""
    found = agreements.version_of(services.agreements, actor, id, version)
    today, directory = legal_day(on or datetime.now(UTC)), services.directories[actor.county]
    told = agreements.told(found, services.agreements.known(), directory, today)
    entries = services.ledgers.entries(found.contract.id)
    text = orjson.Fragment(found.agreement.model_dump_json(exclude_none=True))
    return _json(told | {"text": text, "history": [orjson.Fragment(entry) for entry in entries]})


@router.get("/agreements/{id}/{version}/text", tags=["agreements"])
def get_text(id: str, version: str, services: Parts, actor: Asking) -> Response:
    """One version's text, as it was written (TOML)."""
    found = agreements.version_of(services.agreements, actor, id, version)
    return Response(agreements.toml_of(found), media_type="application/toml")


@router.get("/settlement", tags=["settlement"])
def get_settlements(services: Parts, actor: Asking) -> Response:
    """The settlements that your principal is a party of, by kind."""
    readable = {kind.name: services.ledgers.list(actor, kind) for kind in SETTLEMENT}
    found = {
        kind: [{"ledger": str(ledger), "state": orjson.Fragment(body)} for ledger, body in ledgers]
        for kind, ledgers in readable.items()
    }
    return _json(found)


@router.get("/settlement/{ledger}", tags=["settlement"])
def get_settlement(ledger: UUID, services: Parts, actor: Asking) -> Response:
    """One settlement: how it stands, and its history with the ids of its events."""
    kind, state, entries = services.ledgers.read(actor, ledger, SETTLEMENT)
    history = [orjson.Fragment(entry) for entry in entries]
    return _json({"ledger": str(ledger), "kind": kind, "state": orjson.Fragment(state), "history": history})
