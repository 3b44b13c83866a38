"""The routes of the JSON face."""

from typing import Annotated, get_origin
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response

from domain.agreements.model import ActName
from domain.kernel import Actor, HsaId, Role, legal_day
from domain.versions.document import LARGEST_DOCUMENT
from projections.worklist.items import WorklistItem
from service.acts.bodies import ON_CASES
from service.acts.cases import CASE, CaseChange, answer
from service.api.act_routes import JsonAct, add_act
from service.api.agreement_routes import router as agreement_router
from service.api.answers import answer_json
from service.api.case_state import describe_case, describe_item
from service.api.description import Description, describe, render_description
from service.api.json_body import JsonRoute
from service.api.ledger_routes import router as ledger_router
from service.api.parameters import CurrentActor, CurrentServices, Moment
from service.api.person_routes import router as person_router
from service.api.problem import PROBLEM, answer_with_problems, problem
from service.bootstrap import Services
from service.http.address_text import AddressText
from service.http.body_limit import DOCUMENT_ROUTE, BodyLimit
from service.http.errors import FaultKind, RequestRefused
from service.http.etags import etag
from service.http.guard import TokenGuard
from service.http.methods import HeadAsGet
from service.http.requests import act_request
from service.http.single_headers import SingleHeaders
from service.reads.absence import CaseUnknown
from service.reads.receiving_units import list_receiving_units
from service.reads.replay import Mode
from service.record.read_models import dump

OPEN = frozenset({"/", "/openapi.json"})
"""The paths that tell of no person, and need no token."""
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""The content security policy of the page that describes the face."""


def refuse_unknown_parameters(http: HttpRequest) -> None:
    """Refuse a query parameter that the path does not take: a misspelt moment must not answer for now.

    A parameter that is given twice is refused as well, unless it takes several values.
    """
    parameters = http.scope["route"].dependant.query_params
    taken = {parameter.alias for parameter in parameters}
    unknown = sorted(set(http.query_params) - taken)
    if unknown:
        raise RequestRefused(
            FaultKind.PARAMETER_UNKNOWN,
            "PARAMETER_UNKNOWN",
            "There is a query parameter that this path does not take",
            f"this path takes {', '.join(sorted(taken)) or 'none'}",
            rule="SYS-6",
            where=tuple(f"query.{place}" for place, name in enumerate(http.query_params) if name in unknown),
        )
    single = {each.alias for each in parameters if get_origin(each.field_info.annotation) is not tuple}
    repeated = sorted(name for name in single if len(http.query_params.getlist(name)) > 1)
    if repeated:
        raise RequestRefused(
            FaultKind.BAD_REQUEST,
            "PARAMETER_REPEATED",
            "There is a query parameter that is given more than once",
            "give it once; of two values none goes before the other",
            rule="SYS-6",
            where=tuple(f"query.{name}" for name in repeated),
        )


router = APIRouter(
    route_class=JsonRoute,
    dependencies=[
        Depends(refuse_unknown_parameters),
        Depends(HTTPBearer(auto_error=False, description="A token for an assignment: kvittens token")),
    ],
    responses={
        "4XX": {"description": "What is wrong, where, on which rule, and the remedy", "content": {PROBLEM: {}}},
    },
)


def no_case() -> None:
    """Locate the case of an act that opens one: there is none yet."""


def on_case(case_id: UUID) -> UUID:
    """Locate the case that an act is on."""
    return case_id


def perform_on_case(act: JsonAct, case_id: UUID | None) -> bytes:
    """Perform an act on a case, or one that opens a case."""
    version = act.version if case_id is not None else None
    change = CaseChange(
        commands=[act.command],
        on=case_id,
        occurred_at=act.occurred_at,
        if_match=((CASE, str(case_id)), version) if version is not None else None,
        answer=answer,
    )
    return act.services.case_acts.perform(act.request, lambda: change)


for act in ON_CASES:
    if act.name is ActName.RAISE_NEED:
        add_act(router, "/cases", act, locate=no_case, perform=perform_on_case, tag="acts", status=201)
    else:
        path = f"/cases/{{case_id}}/{act.name}"
        add_act(router, path, act, locate=on_case, perform=perform_on_case, tag="acts", status=200)


@router.get("/cases/{case_id}/replay", tags=["replay"])
def get_replay(
    case_id: UUID, services: CurrentServices, actor: CurrentActor, mode: Mode = Mode.AS_KNOWN_AT, at: Moment = None
) -> Response:
    """Replay a case as known at a moment, or as known now about it (SYS-6): state, responsibility, FHIR resources."""
    replay = services.replays.replay(actor, case_id, mode, at or services.clock.now())
    return Response(replay.to_json(), media_type="application/json")


@router.get("/cases/{case_id}/responsibility", tags=["replay"])
def get_responsibility(
    case_id: UUID, services: CurrentServices, actor: CurrentActor, mode: Mode = Mode.AS_KNOWN_AT, at: Moment = None
) -> Response:
    """Return the holder of each intervention at a moment, and the ground: as known then, or as known now."""
    moment = at or services.clock.now()
    if mode is Mode.AS_KNOWN_AT:
        periods = [dump(interval) for interval in services.replays.find_responsible(actor, case_id, mode, moment)]
    elif services.queries.may_read(actor, case_id):
        periods = services.queries.responsibility(actor, case_id, moment)
    else:
        raise CaseUnknown
    responsible = [orjson.Fragment(period) for period in periods]
    said = {"case_id": str(case_id), "mode": mode, "moment": moment, "responsible": responsible}
    return answer_json(said)


@router.get("/cases/{case_id}/payment-liability", tags=["replay"])
def get_payment_liability(
    case_id: UUID, services: CurrentServices, actor: CurrentActor, mode: Mode = Mode.AS_KNOWN_AT, at: Moment = None
) -> Response:
    """Return the days on which the municipality pays for a person ready for discharge, what hinders days, and the sum.

    A sum of null is not known, because the amount for a day has not been published for the year.
    """
    liability = services.liabilities.read(actor, case_id, mode, at or services.clock.now())
    return Response(dump(liability), media_type="application/json")


@router.get("/cases/{case_id}/timeline", tags=["replay"])
def get_timeline(case_id: UUID, services: CurrentServices, actor: CurrentActor) -> Response:
    """List what happened in the case: who, when, on which ground."""
    entries = services.queries.timeline(actor, case_id)
    if not entries:
        raise CaseUnknown
    return Response(b"[" + b",".join(entries) + b"]", media_type="application/json")


@router.get("/worklist", tags=["worklist"])
def get_worklist(
    services: CurrentServices, actor: CurrentActor, on: Moment = None, unit: Annotated[HsaId | None, Query()] = None
) -> Response:
    """List what waits for your principal, in cases and in ledgers: since when, due when, overdue or not.

    `rule` is that of the limit, if the text has one. With `unit`: of the cases, what waits for that unit or for any.
    With `on`, as on that day: what had begun to wait by then, and if its last day had passed. What was done before now
    is not shown, also if it waited on that day: a replay of the case shows that.
    """
    at = on or services.clock.now()
    waiting = []
    for case_id, stored in services.queries.worklist(actor):
        item = WorklistItem.model_validate_json(stored)
        if (on is None or item.since <= on) and (unit is None or _is_for(services, actor, item, unit)):
            waiting.append({"case": str(case_id)} | describe_item(stored, at))
    waiting += services.duties.list(actor, legal_day(at))
    return answer_json(waiting)


@router.get("/awaited", tags=["worklist"])
def get_awaited(services: CurrentServices, actor: CurrentActor) -> Response:
    """List what the other parties have to do in your principal's cases, such as to acknowledge what you have sent.

    Each item is as on their own worklist: since when, due when, overdue or not, and the acts that meet it.
    """
    now = services.clock.now()
    items = services.queries.list_awaited(actor)
    return answer_json([{"case": str(case_id)} | describe_item(stored, now) for case_id, stored in items])


@router.get("/refusals", tags=["worklist"])
def get_refusals(
    services: CurrentServices,
    actor: CurrentActor,
    case: Annotated[UUID | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """List the refused acts of your own principal's staff, the newest first: who tried what, when, and the rule.

    The other party does not see them. With `case`: those on a case or a ledger. At most 200 are answered; give the `id`
    of the last as `before` for the next.
    """
    refused = services.queries.refusals(actor, on=case, before=before)
    return answer_json([each._asdict() for each in refused.rows])


@router.get("/delegations", tags=["worklist"])
def get_delegations(services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """List the tasks that your principal's staff have delegated or assigned, the first to end first.

    Those that hold now or at a time are listed. A later time shows what will hold then if nobody acts.
    """
    entries = services.queries.delegations(actor, on or services.clock.now())
    return answer_json([{"case": str(case_id)} | orjson.loads(entry) for case_id, _, entry in entries])


def _is_for(services: Services, actor: Actor, item: WorklistItem, unit: HsaId) -> bool:
    """Return True if an item is for a unit: the one that last acted, or any of a kind that can do it.

    An item that needs an office is for units in which somebody holds it; not for the one that last acted, if nobody
    there does.
    """
    directory = services.directories[actor.county]
    holders = directory.actors if item.offices else ()
    able = {each.unit for each in holders if each.role is not Role.OFFICIAL and {*item.offices} & {*each.offices}}
    if item.unit is not None and (not item.offices or item.unit in able):
        return item.unit == unit
    found = directory.unit(unit)
    is_of_kind = not item.unit_kinds or (found is not None and found.kind in item.unit_kinds)
    return is_of_kind and (not item.offices or unit in able)


@router.get("/cases/{case_id}/receiving-units", tags=["worklist"])
def get_receiving_units(
    case_id: UUID, services: CurrentServices, actor: CurrentActor, receiver: Annotated[HsaId | None, Query()] = None
) -> Response:
    """List the units that can receive the case's request, and say which of them fit it.

    Without `receiver` they are those of the municipality in which the person lives by the register. If the register
    does not tell, they are those of every municipality.
    """
    case = services.replays.read_case(actor, case_id)
    directory = services.directories[case.county]
    now = services.clock.now()
    units = list_receiving_units(services.persons, services.catalogue, directory, case, now, receiver)
    return answer_json(list(units))


@router.post("/demonstration/tick", tags=["worklist"])
def post_tick(http: HttpRequest, services: CurrentServices, actor: CurrentActor) -> Response:
    """Record what time alone has brought by the demonstration's clock; a real record does so every minute by itself."""
    if not services.settings.demonstration:
        raise CaseUnknown
    recorded = services.clockwork.tick(act_request(http, actor, b"").clock)
    return answer_json({"recorded": recorded})


@router.get("/cases", tags=["worklist"])
def get_cases(
    services: CurrentServices, actor: CurrentActor, before: Annotated[UUID | None, Query()] = None
) -> Response:
    """List the cases that your principal may read, the latest changed first.

    At most 200 are answered; give the `case` of the last as `before`, for the next.
    """
    cases = [
        {"case": case, "patient": patient, "region": region, "municipality": municipality, "recorded_at": at}
        for case, patient, region, municipality, at in services.queries.cases(actor, before=before).rows
    ]
    return answer_json(cases)


@router.get("/cases/{case_id}", tags=["worklist"])
def get_case(case_id: UUID, services: CurrentServices, actor: CurrentActor) -> Response:
    """Tell where a case stands, what waits in it for your principal, and in `next` each act that comes next for you.

    Of an act it tells the path, where its body is described, the fields that it requires, and what is missing on record
    before it (`lacks`), with the acts that put that right. An act that lacks nothing is open now. While the person
    is in hospital, `resting_since` is when the care at home began to rest. `self_care` names who answers for self-care.
    """
    said = describe_case(services, actor, case_id)
    return Response(orjson.dumps(said), headers={"ETag": etag(said["version"])}, media_type="application/json")


router.include_router(ledger_router)
router.include_router(agreement_router)
router.include_router(person_router)


@router.get("/openapi.json", tags=["description"])
def get_openapi(http: HttpRequest, services: CurrentServices) -> Response:
    """Describe every act and its body, as OpenAPI. With a token, with the rules of your county's agreement."""
    return Response(_describe(http, services).openapi, media_type="application/json")


@router.get("/", tags=["description"], response_class=HTMLResponse)
def get_page(http: HttpRequest, services: CurrentServices) -> Response:
    """Describe every act and its body, as a page for people. It needs no token."""
    return HTMLResponse(_describe(http, services).page, headers={"Content-Security-Policy": PAGE_POLICY})


def _describe(http: HttpRequest, services: Services) -> Description:
    """Describe the face by the versions that hold now. Each description is made and rendered once."""
    actor: Actor | None = http.scope["actor"]
    catalogue = services.versions.read_catalogue()
    in_force = catalogue.in_force(actor.county, services.clock.now()) if actor is not None else None
    key = (tuple(each.ref for each in catalogue.agreements), in_force.refs if in_force is not None else None)
    known: dict[object, Description] = http.app.state.descriptions
    if key not in known:
        known[key] = render_description(describe(http.app, catalogue.agreements, in_force))
    return known[key]


def create_api(services: Services) -> FastAPI:
    """Return the JSON face as an application of its own."""
    app = FastAPI(
        title="Kvittens acts",
        description="The acts that FHIR has no standard for, and replay. Send an Idempotency-Key to make a retry safe. "
        "An id names a rule: GET /api/rules/{rule} answers with its words.",
        openapi_url=None,
        servers=[{"url": "/api"}],
        middleware=[
            Middleware(SingleHeaders, tell=problem),
            Middleware(TokenGuard, authenticator=services.authenticator, tell=problem, cached="no-store", open=OPEN),
            Middleware(HeadAsGet),
            Middleware(AddressText, tell=problem),
            Middleware(BodyLimit, tell=problem, own={DOCUMENT_ROUTE: LARGEST_DOCUMENT}),
        ],
    )
    app.state.services = services
    app.state.descriptions = {}
    app.include_router(router)
    answer_with_problems(app)
    return app
