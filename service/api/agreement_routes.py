"""The questions about agreements: versions, rules and texts, and what the version in force says of a situation."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain.agreements.model import Agreement
from domain.agreements.open_facts import OLDEST, Inquiry
from domain.kernel import MOST, Actor, Slug, legal_day
from domain.versions.local_agreement import LocalAgreement, find_granted
from service.agreements.payers import describe_payment
from service.agreements.portability import describe_portability
from service.agreements.responsible import WordsUnknown, ask, describe_default, describe_reply
from service.agreements.rules import agreements_of, describe_rule, describe_texts
from service.agreements.versions import (
    describe_version,
    find_document,
    find_version,
    list_versions,
    read_text,
)
from service.api.answers import answer_json
from service.api.json_body import JsonRoute
from service.api.parameters import CurrentActor, CurrentServices, Moment
from service.bootstrap import Services
from service.http.downloads import answer_document
from service.reads.absence import CaseUnknown
from service.reads.replay import Mode

router = APIRouter(route_class=JsonRoute)


@router.get("/agreements", tags=["agreements"])
def get_agreements(services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """List the county's versions, drafts too: signatures, municipalities they are in force with, local agreements."""
    known, today = services.versions.read_versions(), legal_day(on or services.clock.now())
    directory = services.directories[actor.county]
    versions = list_versions(known, actor.county)
    return answer_json([describe_version(found, known, directory, today) for found in versions])


@router.get("/agreements/in-force", tags=["agreements"])
def get_in_force(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[str | None, Query()] = None,
    mode: Mode = Mode.AS_KNOWN_NOW,
    at: Moment = None,
) -> Response:
    """Return the version in force between the region and a municipality, as known now or as known at the moment.

    `subordinate` lists the versions of the subordinate agreements in force under it. If there is no version, the region
    keeps the duty (SKR-3-8).
    """
    found, local = _find_in_force(services, actor, municipality, mode, at)
    agreed = {"local_agreements": [each.model_dump(mode="json") for each in local]}
    if found is None:
        return answer_json(_without_agreement(services, actor) | agreed)
    return answer_json({"answer": "agreement"} | describe_texts(found) | agreed)


class _InForce(NamedTuple):
    """The version in force between the region and a municipality, and the municipality's local agreements under it."""

    agreement: Agreement | None
    local: tuple[LocalAgreement, ...]


def _find_in_force(
    services: Services, actor: Actor, municipality: str | None, mode: Mode, at: datetime | None
) -> _InForce:
    """Find what is in force at a moment, as known now or then. Raises MomentInFuture and WordsUnknown."""
    known = [principal.id for principal in services.directories[actor.county].municipalities]
    if municipality is not None and municipality not in known:
        raise WordsUnknown({"municipality": known})
    moment = at or services.clock.now()
    if mode is Mode.AS_KNOWN_AT:
        services.queries.refuse_future(moment, where="at")
        catalogue = services.versions.read_as_known_at(moment)
    else:
        catalogue = services.versions.read_catalogue()
    found = catalogue.in_force(actor.county, moment, municipality)
    return _InForce(found, catalogue.local(found, moment, municipality))


def _without_agreement(services: Services, actor: Actor) -> dict[str, Any]:
    """Say that no agreement is in force, and who holds the duty then."""
    return {"answer": "no agreement", "agreement": None, "subordinate": []} | describe_default(
        services.directories[actor.county]
    )


@router.get("/agreements/in-force/paying", tags=["agreements"])
def get_paying(
    services: CurrentServices,
    actor: CurrentActor,
    what: Annotated[Slug, Query()],
    municipality: Annotated[str | None, Query()] = None,
    setting: Annotated[Slug, Query()] = "ordinary",
    age: Annotated[int | None, Query(ge=0, le=150)] = None,
    enrolled: Annotated[bool | None, Query()] = None,
    mode: Mode = Mode.AS_KNOWN_NOW,
    at: Moment = None,
) -> Response:
    """Return the payer by the version in force: a party, the tax shift, a non-resident's home, or silence."""
    found, _ = _find_in_force(services, actor, municipality, mode, at)
    if found is None:
        return answer_json(_without_agreement(services, actor) | {"what": what})
    described = describe_payment(found, what, setting=setting, age=age, enrolled=enrolled)
    return answer_json({"answer": "agreement"} | described)


@router.get("/agreements/in-force/responsible", tags=["agreements"])
def get_responsible(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[str | None, Query()] = None,
    level: Annotated[str | None, Query()] = None,
    setting: Annotated[str | None, Query()] = None,
    profession: Annotated[str | None, Query()] = None,
    intervention: Annotated[str | None, Query()] = None,
    age: Annotated[int | None, Query(ge=0, le=OLDEST)] = None,
    enrolled: Annotated[bool | None, Query()] = None,
    single_intervention: Annotated[bool | None, Query()] = None,
    circumstances: Annotated[tuple[str, ...], Query(max_length=MOST)] = (),
    mode: Mode = Mode.AS_KNOWN_NOW,
    at: Moment = None,
) -> Response:
    """Return the holders of treatment, performance and employment in a situation, and the clauses that say so.

    The version in force answers; if there is none, the national background. What always holds by the background
    answers as well if the version leaves it open (`always`). With a municipality, what its local agreements grant holds
    as well. `assumed` names what is taken for granted of the facts left open: of the circumstances, that those of
    `not_holding` do not hold. `depends_on` names those that can change the answer, as `alternatives` shows. Self-care
    is answered as health care, unless the circumstance `assessed-as-self-care` is given. The answer tells of no person.
    """
    found, local = _find_in_force(services, actor, municipality, mode, at)
    inquiry = Inquiry(
        level=level,
        setting=setting,
        profession=profession,
        intervention=intervention,
        age=age,
        enrolled=enrolled,
        single_intervention=single_intervention,
        circumstances=frozenset(circumstances),
    )
    return answer_json(describe_reply(found, ask(found, inquiry, granted=find_granted(local))))


@router.get("/agreements/in-force/following", tags=["agreements"])
def get_following(
    services: CurrentServices,
    actor: CurrentActor,
    municipality: Annotated[str | None, Query()] = None,
    mode: Mode = Mode.AS_KNOWN_NOW,
    at: Moment = None,
) -> Response:
    """Return what the version in force ties care to: where the person lives, stays or is listed; or silence."""
    found, _ = _find_in_force(services, actor, municipality, mode, at)
    if found is None:
        return answer_json(_without_agreement(services, actor))
    return answer_json({"answer": "agreement"} | describe_portability(found))


@router.get("/agreements/{id}/{version}", tags=["agreements"])
def get_version(id: str, version: str, services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """Return one version: its status, its whole text as JSON, and the history of its record."""
    found = find_version(services.versions, actor, id, version)
    today, directory = legal_day(on or services.clock.now()), services.directories[actor.county]
    status = describe_version(found, services.versions.read_versions(), directory, today)
    entries = services.ledgers.entries(found.record.id)
    text = orjson.Fragment(found.agreement.model_dump_json(exclude_none=True))
    return answer_json(status | {"text": text, "history": [orjson.Fragment(entry) for entry in entries]})


@router.get("/agreements/{id}/{version}/text", tags=["agreements"])
def get_text(id: str, version: str, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return one version's text as it was written (TOML)."""
    found = find_version(services.versions, actor, id, version)
    return Response(read_text(found), media_type="application/toml")


@router.get("/agreements/{id}/{version}/document", tags=["agreements"])
def get_document(id: str, version: str, http: HttpRequest, services: CurrentServices, actor: CurrentActor) -> Response:
    """Return the newest document that a party has attached to a version. The ETag is its digest."""
    found = find_version(services.versions, actor, id, version)
    return answer_document(http, services.documents, found, find_document(found))


@router.get("/agreements/{id}/{version}/documents/{digest}", tags=["agreements"])
def get_earlier_document(
    id: str, version: str, digest: str, http: HttpRequest, services: CurrentServices, actor: CurrentActor
) -> Response:
    """Return a document that a party has attached to a version, also an earlier one, by its digest."""
    found = find_version(services.versions, actor, id, version)
    return answer_document(http, services.documents, found, find_document(found, digest))


@router.get("/rules/{rule}", tags=["agreements"])
def get_rule(rule: str, services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """Read the words of a rule that an answer cites: `heading`, `statement` in Swedish, `english`, and its agreement.

    `definitions` are the words that it defines, as they read on the day, and `documents` the others it refers to. A
    house rule, such as SYS-3, and a national one stand in no agreement of the county. `quotation` has the lines of the
    newest text document that a party has attached to the agreement, if the rule names lines of that document.
    """
    known = agreements_of(services.versions.read_versions(), actor.county)
    found = describe_rule(rule, known, legal_day(on or services.clock.now()))
    if found is None:
        raise CaseUnknown
    return answer_json(found | {"quotation": _quote(services, actor, rule, found["agreement"])})


def _quote(services: Services, actor: Actor, rule: str, agreement: str | None) -> dict[str, str] | None:
    """Quote the lines on which a rule stands in the document of its agreement; None if none are known."""
    if agreement is None:
        return None
    version = find_version(services.versions, actor, *agreement.split(" "))
    quotation = services.documents.quote_clauses(version).get(rule)
    return quotation.model_dump() if quotation is not None else None
