"""The routes of the pages, and the pages about errors."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from psycopg import DataError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.directory import Directory
from domain.kernel import Party, Refusal, Role
from domain.refusals import PersonalNumber
from domain.versions.catalogue import AgreementsUnreadable
from service.agreements.versions import find_document, find_version
from service.bootstrap import Services
from service.http.address_text import AddressText
from service.http.body_limit import DOCUMENT_ROUTE, TOO_LARGE, BodyLimit
from service.http.downloads import answer_document
from service.http.errors import OF_REFUSALS, Fault
from service.http.methods import HeadAsGet, find_methods, write_methods
from service.http.requests import services_of
from service.reads.absence import CaseUnknown
from service.record.event_store.committer import CommandReused, StoreUnavailable
from service.security.tokens import TokenRefused
from service.web import labels
from service.web.agreement_pages import build_version_page, build_versions_page
from service.web.ask_page import AskForm, build_ask_page
from service.web.case_act_routes import router as case_act_router
from service.web.case_moment import CaseMoment, QuestionUnreadable, open_case, read_question
from service.web.case_page import build_case_page, build_resource_page
from service.web.case_rows import build_cases_page
from service.web.delegation_page import build_delegations_page
from service.web.forms import (
    READ_FORM,
    TEXT_UNFIT,
    FormRoute,
    FormUnfit,
    FormUnknown,
    FormUnreadable,
    refuse_unknown_query,
)
from service.web.history import EventKind, HistoryFilter
from service.web.need_routes import case_router as supplement_router
from service.web.need_routes import router as need_router
from service.web.pages import HEADERS, REFUSED, render_error, render_page, see_other, serve_asset
from service.web.parameters import TEXTS, CurrentActor, CurrentServices, FormField, render_for
from service.web.record_page import build_record_page, build_refusals_page
from service.web.session import (
    ForeignPost,
    SignedOut,
    authenticate,
    choose_page,
    forget,
    issue_demonstration_token,
    remember,
)
from service.web.settlement_pages import build_ledger_page, build_settlements_page
from service.web.start_page import build_start_page
from service.web.swedish import ROLES
from service.web.version_act_routes import LARGEST_FORM, document_router
from service.web.version_act_routes import router as version_act_router

ANYBODYS = ("/sign-in", "/sign-in/demonstration", "/sign-out")
"""The routes of forms that are read also if nobody is signed in."""
LARGEST_OF_ANYBODY = 20_000
"""Bytes of such a form: a token and the address of a page."""
router = APIRouter()
form_router = APIRouter(dependencies=READ_FORM, route_class=FormRoute)
ROUTERS = (
    router,
    form_router,
    need_router,
    supplement_router,
    case_act_router,
    version_act_router,
    document_router,
)


def _open_case(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    mode: str | None = None,
    t: str | None = None,
    step: str | None = None,
    shown: str | None = None,
) -> CaseMoment:
    return open_case(services, actor, case_id, read_question(mode, t, step, shown))


CurrentCase = Annotated[CaseMoment, Depends(_open_case)]


def _read_filter(party: Party | Literal[""] = "", kind: EventKind | Literal[""] = "") -> HistoryFilter:
    return HistoryFilter(party or None, kind or None)


@router.get("/")
def get_start(services: CurrentServices, actor: CurrentActor, before: UUID | None = None) -> Response:
    """Show the worklist of one's own principal, and the cases that it may read.

    An auditor sees who did what there: the latest events, or those that were recorded before one of them.
    """
    if actor.role is Role.AUDITOR:
        return render_for(services, actor, "record.html", build_record_page(services, actor, before))
    return render_for(services, actor, "start.html", build_start_page(services, actor))


@router.get("/cases")
def get_cases(services: CurrentServices, actor: CurrentActor, before: UUID | None = None) -> Response:
    """Show the cases that one's own principal may read, the latest changed first, or those that follow one of them."""
    return render_for(services, actor, "cases.html", build_cases_page(services, actor, before))


@router.get("/refusals")
def get_refusals(
    services: CurrentServices, actor: CurrentActor, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    """Show the refused acts of one's own principal, the latest first, or those that were refused before one of them."""
    return render_for(services, actor, "refusals.html", build_refusals_page(services, actor, before))


@router.get("/delegations")
def get_delegations(services: CurrentServices, actor: CurrentActor) -> Response:
    """Show the delegations that hold at one's own principal."""
    return render_for(services, actor, "delegations.html", build_delegations_page(services, actor))


@router.get("/cases/{case_id}")
def get_case(
    services: CurrentServices,
    actor: CurrentActor,
    case: CurrentCase,
    chosen: Annotated[HistoryFilter, Depends(_read_filter)],
) -> Response:
    """Show a case at T: as known at T, or as known now about T (SYS-6). Of its history, show what is chosen."""
    return render_for(services, actor, "case.html", build_case_page(services, actor, case, chosen))


@router.get("/cases/{case_id}/resources/{resource_type}/{resource_id}")
def get_resource(
    services: CurrentServices, actor: CurrentActor, case: CurrentCase, resource_type: str, resource_id: str
) -> Response:
    """Show a FHIR resource of a case at T."""
    return render_for(services, actor, "resource.html", build_resource_page(case, resource_type, resource_id))


@router.get("/agreements")
def get_agreements(services: CurrentServices, actor: CurrentActor) -> Response:
    """Show the county's agreement versions, with their status, signatures and local agreements."""
    return render_for(services, actor, "agreements.html", build_versions_page(services, actor))


@router.get("/agreements/responsible")
def get_responsible(services: CurrentServices, actor: CurrentActor, form: Annotated[AskForm, Query()]) -> Response:
    """Show who would be responsible in a situation, and the form that asks it."""
    values = build_ask_page(services, actor, form)
    return render_for(services, actor, "ask.html", values, status=400 if values["unknown"] else 200)


@router.get("/agreements/{id}/{version}")
def get_agreement(services: CurrentServices, actor: CurrentActor, id: str, version: str) -> Response:
    """Show one version of an agreement, as a document."""
    return render_for(services, actor, "agreement.html", build_version_page(services, actor, id, version))


@router.get("/agreements/{id}/{version}/documents/{digest}")
def get_document(
    request: Request, services: CurrentServices, actor: CurrentActor, id: str, version: str, digest: str
) -> Response:
    """Download a document that a party has attached to a version of an agreement."""
    found = find_version(services.versions, actor, id, version)
    answer = answer_document(request, services.documents, found, find_document(found, digest))
    answer.headers.update(HEADERS)
    return answer


@router.get("/settlement")
def get_settlements(services: CurrentServices, actor: CurrentActor, before: UUID | None = None) -> Response:
    """Show the settlements that one's own principal is a party of, or those that were opened before one."""
    return render_for(services, actor, "settlements.html", build_settlements_page(services, actor, before))


@router.get("/settlement/{ledger}")
def get_settlement(services: CurrentServices, actor: CurrentActor, ledger: UUID) -> Response:
    """Show one settlement, with its history."""
    return render_for(services, actor, "ledger.html", build_ledger_page(services, actor, ledger))


@form_router.post("/sign-in")
def sign_in(request: Request, token: FormField, next: FormField = "/") -> Response:
    """Sign in with a token."""
    try:
        authenticate(request, token.strip())
    except TokenRefused:
        raise SignedOut(expired=True) from None
    return remember(see_other(choose_page(next)), request, token.strip())


@form_router.post("/sign-in/demonstration")
def sign_in_to_demonstration(request: Request, person: FormField, unit: FormField, next: FormField = "/") -> Response:
    """Sign in as a person of the demonstration."""
    token = issue_demonstration_token(request, person, unit)
    if token is None:
        return render_error(404, "Finns inte", "Det går bara i en demonstration, och bara som någon i dess län.")
    return remember(see_other(choose_page(next)), request, token)


@form_router.post("/sign-out")
def sign_out() -> Response:
    """Sign out of this browser. The token itself stays valid until it expires."""
    return forget(see_other("/"))


@router.get("/static/{name}")
def get_static(name: str, _: Annotated[str, Query(alias="v")] = "") -> Response:
    """Serve a style sheet, script or picture. `v` makes the address of each of its versions another."""
    return serve_asset(name) or render_error(404, "Finns inte", "Filen finns inte.")


def show_sign_in_form(request: Request, error: Exception) -> Response:
    """Show the form to sign in with, instead of any page, to a person who is not signed in."""
    services = services_of(request)
    directories = services.directories.values() if services.settings.demonstration else ()
    path = request.url.path if request.method == "GET" else "/"
    return render_page(
        "sign_in.html",
        401,
        headers={"WWW-Authenticate": "Bearer"},
        expired=isinstance(error, SignedOut) and error.expired,
        next=f"{path}?{request.url.query}" if request.method == "GET" and request.url.query else path,
        principals=[group for directory in directories for group in _staff(directory)],
    )


def _staff(directory: Directory) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the persons with an assignment, by principal."""
    groups: dict[str, list[dict[str, str]]] = {principal.name: [] for principal in directory.principals}
    for assignment in directory.assignments:
        actor = directory.actor(assignment.person, assignment.unit)
        if actor is not None:
            groups[directory.name_of(actor.principal) or actor.principal].append(
                {
                    "person": assignment.person,
                    "unit": assignment.unit,
                    "name": assignment.name,
                    "role": ROLES[assignment.role],
                    "unit_name": directory.name_of(assignment.unit) or assignment.unit,
                }
            )
    return list(groups.items())


def _not_found(_: Request, error: Exception) -> Response:
    return render_error(
        404, "Finns inte", "Här finns inget som din huvudman får läsa. Bara ett ärendes egna parter kan se det."
    )


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(fault["loc"][0] == "path" for fault in error.errors()):
        return _not_found(request, error)
    if any(fault["loc"][0] == "body" and fault["loc"][1] in TEXTS for fault in error.errors()):
        return _unfit(request, FormUnfit((), TEXT_UNFIT))
    return _unreadable(request, error)


def _unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, FormUnfit)
    return render_error(400, REFUSED, error.explanation, case_id=_case_of(request))


def _case_of(request: Request) -> str | None:
    """Return the id of the case that a refused form is about."""
    return request.path_params.get("case_id")


def _unreadable(_: Request, error: Exception) -> Response:
    return _tell_unreadable()


def _tell_unreadable(_: Fault | None = None) -> Response:
    return render_error(
        400,
        "Går inte att läsa",
        "Något i adressen eller formuläret går inte att läsa, till exempel en tid. Gå tillbaka och ange det på nytt.",
    )


def _no_text(_: Request, error: Exception) -> Response:
    return render_error(
        400,
        "Formuläret går inte att läsa",
        "Det har tecken som inte är skrivna i UTF-8, så texten skulle bli en annan. Inget är sparat. Gå tillbaka och "
        "skriv den på nytt i sidans eget formulär.",
    )


def _unknown_field(request: Request, error: Exception) -> Response:
    return render_error(
        400,
        "Går inte att läsa",
        "Det som skickades går inte att läsa: ett fält finns inte på sidan, saknas eller står två gånger. Inget är "
        "sparat. Öppna sidan på nytt och skicka dess eget formulär.",
        case_id=_case_of(request),
    )


def _refuse_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == TOO_LARGE.status:
        return _too_large(TOO_LARGE)
    if error.status_code == 400:
        return _unreadable(request, error)
    if error.status_code == 405:
        return render_error(
            405,
            "Går inte så",
            "Det går inte att göra så på den här sidan. Börja om från första sidan.",
            headers={"Allow": write_methods(find_methods(request.app.routes, request.scope))},
        )
    return _not_found(request, error)


def _show_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    lines = error.lines if isinstance(error, PersonalNumber) else ()
    named = f" Rad {' och '.join(map(str, lines))}." if lines else ""
    told = labels.explain_refusal(error) + named
    return render_error(OF_REFUSALS[error.kind].status, REFUSED, told, case_id=_case_of(request))


def _sent_already(request: Request, error: Exception) -> Response:
    return render_error(
        422,
        "Formuläret har redan skickats",
        "Det som står i det nu är inte sparat. Gå tillbaka och kopiera texten, öppna ärendet på nytt och skicka den.",
        case_id=_case_of(request),
    )


def _foreign(_: Request, error: Exception) -> Response:
    return render_error(
        403,
        "Formuläret togs inte emot",
        "Det kom inte från de här sidorna. Använd https, eller öppna sidorna på samma dator.",
    )


def _unreachable(_: Request, error: Exception) -> Response:
    return render_error(503, "Kan inte nås just nu", "Registret kan inte nås just nu. Försök igen om en stund.")


def _no_agreement(_: Request, error: Exception) -> Response:
    return render_error(
        503,
        "Avtalet går inte att läsa",
        "En version av länets avtal går inte att läsa här, och det kan vara den som gäller. Säg till dem som driver "
        "Kvittens. Inget har ändrats.",
    )


def _too_large(fault: Fault) -> Response:
    return render_error(fault.status, "För stort", "Det som skickades är för stort. Korta det och försök igen.")


def _ours(_: Request, error: Exception) -> Response:
    return render_error(500, "Något gick fel", "Något gick fel här hos oss. Inget har ändrats. Försök igen.")


def create_pages(services: Services) -> FastAPI:
    """Create the pages as an application of their own."""
    middleware = [
        Middleware(HeadAsGet),
        Middleware(AddressText, tell=_tell_unreadable),
        Middleware(
            BodyLimit,
            tell=_too_large,
            own={DOCUMENT_ROUTE: LARGEST_FORM, **dict.fromkeys(ANYBODYS, LARGEST_OF_ANYBODY)},
        ),
    ]
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=middleware,
        dependencies=[Depends(refuse_unknown_query)],
    )
    app.state.services = services
    for each in ROUTERS:
        app.include_router(each)
    app.add_exception_handler(SignedOut, show_sign_in_form)
    app.add_exception_handler(CaseUnknown, _not_found)
    app.add_exception_handler(Refusal, _show_refusal)
    app.add_exception_handler(QuestionUnreadable, _unreadable)
    app.add_exception_handler(FormUnreadable, _no_text)
    app.add_exception_handler(ClientDisconnect, _unreadable)
    app.add_exception_handler(FormUnknown, _unknown_field)
    app.add_exception_handler(FormUnfit, _unfit)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refuse_route)
    app.add_exception_handler(CommandReused, _sent_already)
    app.add_exception_handler(ForeignPost, _foreign)
    app.add_exception_handler(DataError, _not_found)
    app.add_exception_handler(AgreementsUnreadable, _no_agreement)
    for unreachable in (StoreUnavailable, OperationalError, PoolTimeout):
        app.add_exception_handler(unreachable, _unreachable)
    app.add_exception_handler(Exception, _ours)
    return app
