"""The routes of the ledgers: agreement versions with their records, and the parties' settlements."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.agreements.matrix import Question
from domain.agreements.model import ActName
from domain.kernel import Actor, HsaId, Slug, legal_day
from domain.ledger_kind import LedgerKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from service.acts.ledgers import ledger_change
from service.agreements.payers import describe_payment
from service.agreements.portability import describe_portability
from service.agreements.responsible import describe_default, describe_responsible
from service.agreements.versions import (
    describe_version,
    find_version,
    list_versions,
    prepare_change,
    prepare_submission,
    read_text,
)
from service.api.act_bodies import on_ledgers
from service.api.act_routes import JsonAct, add_act
from service.api.parameters import CurrentActor, CurrentServices, Moment
from service.bootstrap import Services
from service.reads.catalogue import Version

router = APIRouter()


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")


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
    change = prepare_submission(county, act.command, act.occurred_at)
    return act.services.ledger_acts.perform(act.request, lambda: change)


def perform_on_version(act: JsonAct, version: Version) -> bytes:
    """Perform an act on the record of an agreement version."""
    change = prepare_change(version, act.command, act.occurred_at, if_version=act.version)
    return act.services.ledger_acts.perform(act.request, lambda: change)


def perform_opening(kind: LedgerKind, act: JsonAct, county: str) -> bytes:
    """Perform an act that opens a ledger, or that finds its ledger by its content."""
    return perform_on_ledger(kind, act, kind.ledger_of(act.command.name, county, act.command.content))


def perform_on_ledger(kind: LedgerKind, act: JsonAct, ledger: UUID | None) -> bytes:
    """Perform an act on a ledger of settlement."""
    change = ledger_change(kind, act.command, on=ledger, occurred_at=act.occurred_at, if_version=act.version)
    return act.services.ledger_acts.perform(act.request, lambda: change)


for act in on_ledgers(VERSION_RECORD):
    if act.name is ActName.SUBMIT_VERSION:
        add_act(router, "/agreements", act, locate=county_of, perform=submit, tag="agreements", status=201)
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


@router.get("/agreements", tags=["agreements"])
def get_agreements(services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """List the county's versions, drafts too: signatures, municipalities they are in force with, local agreements."""
    known, today = services.versions.read_versions(), legal_day(on or datetime.now(UTC))
    directory = services.directories[actor.county]
    versions = list_versions(known, actor.county)
    return _json([describe_version(found, known, directory, today) for found in versions])


@router.get("/agreements/in-force", tags=["agreements"])
def get_in_force(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[HsaId | None, Query()] = None,
    at: Moment = None,
) -> Response:
    """Return the version in force between the region and a municipality.

    If there is none, the region keeps the duty (SKR-3-8).
    """
    catalogue, moment = services.versions.read_catalogue(), at or datetime.now(UTC)
    found = catalogue.in_force(actor.county, moment, municipality)
    agreed = [local.model_dump(mode="json") for local in catalogue.local(found, moment, municipality)]
    ref = found.ref.model_dump() if found else None
    answer = {"answer": "agreement" if found else "no agreement", "agreement": ref, "local_agreements": agreed}
    return _json(answer | ({} if found else _without_agreement(services, actor)))


def _without_agreement(services: Services, actor: Actor) -> dict[str, str | None]:
    """Return the holder of the duty if no agreement is in force."""
    return describe_default(services.directories[actor.county])


@router.get("/agreements/in-force/paying", tags=["agreements"])
def get_paying(
    services: CurrentServices,
    actor: CurrentActor,
    what: Annotated[Slug, Query()],
    municipality: Annotated[HsaId | None, Query()] = None,
    setting: Annotated[Slug | None, Query()] = None,
    age: Annotated[int | None, Query(ge=0, le=150)] = None,
    enrolled: Annotated[bool | None, Query()] = None,
    at: Moment = None,
) -> Response:
    """Return the payer by the version in force: a party, the tax shift, a non-resident's home, or silence."""
    found = services.versions.read_catalogue().in_force(actor.county, at or datetime.now(UTC), municipality)
    if found is None:
        return _json({"answer": "no agreement", "agreement": None, "what": what} | _without_agreement(services, actor))
    return _json({"answer": "agreement"} | describe_payment(found, what, setting=setting, age=age, enrolled=enrolled))


@router.get("/agreements/in-force/responsible", tags=["agreements"])
def get_responsible(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[HsaId | None, Query()] = None,
    level: Annotated[Slug, Query()] = "primary",
    setting: Annotated[Slug, Query()] = "ordinary",
    profession: Annotated[Slug | None, Query()] = None,
    intervention: Annotated[Slug | None, Query()] = None,
    age: Annotated[int | None, Query(ge=0, le=150)] = None,
    enrolled: Annotated[bool, Query()] = False,
    single_intervention: Annotated[bool, Query()] = False,
    condition: Annotated[tuple[Slug, ...], Query()] = (),
    at: Moment = None,
) -> Response:
    """Return the holders of treatment, performance and employment in a situation, and the kind of care it counts as.

    The version in force answers; if there is none, the national background.
    """
    found = services.versions.read_catalogue().in_force(actor.county, at or datetime.now(UTC), municipality)
    question = Question(
        level=level,
        setting=setting,
        profession=profession,
        intervention=intervention,
        age=age,
        enrolled=enrolled,
        single_intervention=single_intervention,
        conditions=frozenset(condition),
    )
    return _json(describe_responsible(found, question))


@router.get("/agreements/in-force/following", tags=["agreements"])
def get_following(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[HsaId | None, Query()] = None,
    at: Moment = None,
) -> Response:
    """Return what the version in force ties care to: where the person lives, stays or is listed; or silence."""
    found = services.versions.read_catalogue().in_force(actor.county, at or datetime.now(UTC), municipality)
    if found is None:
        return _json({"answer": "no agreement", "agreement": None} | _without_agreement(services, actor))
    return _json({"answer": "agreement"} | describe_portability(found))


@router.get("/agreements/{id}/{version}", tags=["agreements"])
def get_version(id: str, version: str, services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """Return one version: its status, its whole text as JSON, and the history of its record."""
    found = find_version(services.versions, actor, id, version)
    today, directory = legal_day(on or datetime.now(UTC)), services.directories[actor.county]
    status = describe_version(found, services.versions.read_versions(), directory, today)
    entries = services.ledgers.entries(found.record.id)
    text = orjson.Fragment(found.agreement.model_dump_json(exclude_none=True))
    return _json(status | {"text": text, "history": [orjson.Fragment(entry) for entry in entries]})


@router.get("/agreements/{id}/{version}/text", tags=["agreements"])
def get_text(id: str, version: str, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return one version's text as it was written (TOML)."""
    found = find_version(services.versions, actor, id, version)
    return Response(read_text(found), media_type="application/toml")


@router.get("/settlement", tags=["settlement"])
def get_settlements(services: CurrentServices, actor: CurrentActor) -> Response:
    """List the settlements of which your principal is a party, by kind."""
    readable = {kind.name: services.ledgers.list(actor, kind) for kind in SETTLEMENT}
    found = {
        kind: [{"ledger": str(ledger), "state": orjson.Fragment(body)} for ledger, body in ledgers]
        for kind, ledgers in readable.items()
    }
    return _json(found)


@router.get("/settlement/{ledger}", tags=["settlement"])
def get_settlement(ledger: UUID, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return one settlement: its state, and its history with the ids of its events."""
    kind, state, entries = services.ledgers.read(actor, ledger, SETTLEMENT)
    history = [orjson.Fragment(entry) for entry in entries]
    return _json({"ledger": str(ledger), "kind": kind, "state": orjson.Fragment(state), "history": history})
