"""The pages' routes."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Form
from fastapi.exceptions import RequestValidationError
from psycopg import DataError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from domain.directory import Directory
from domain.kernel import Actor
from service.bootstrap import Services
from service.http.body_limit import BodyLimit
from service.http.errors import Fault
from service.http.requests import services_of
from service.reads.absence import CaseUnknown
from service.record.event_store.committer import StoreUnavailable
from service.security.tokens import TokenRefused
from service.web.agreement_pages import version_page, versions_page
from service.web.case_moment import Opened, Unreadable, asked, opened
from service.web.case_page import case_page, resource
from service.web.narration import Teller
from service.web.pages import asset, error_page, page, see_other
from service.web.settlement_pages import ledger_page, settlements_page
from service.web.sign_in import (
    ForeignPost,
    SignedOut,
    actor_of_token,
    demonstration_token,
    forget,
    from_our_pages,
    local,
    remember,
    signed_in,
)
from service.web.start_page import start_page
from service.web.swedish import ROLES

Reader = Annotated[Actor, Depends(signed_in)]
Parts = Annotated[Services, Depends(services_of)]
Written = Annotated[str, Form()]

router = APIRouter()
posted = APIRouter(dependencies=[Depends(from_our_pages)])


def _told(services: Services, actor: Actor, template: str, said: Mapping[str, Any]) -> Response:
    """A page for somebody who is signed in."""
    who = Teller(services.directories[actor.county], ()).who(actor)
    return page(template, actor=who, **said)


def _opened(
    services: Parts,
    actor: Reader,
    case_id: UUID,
    mode: str | None = None,
    t: str | None = None,
    minutes: str | None = None,
) -> Opened:
    return opened(services, actor, case_id, asked(mode, t, minutes))


Replayed = Annotated[Opened, Depends(_opened)]


@router.get("/")
def get_start(services: Parts, actor: Reader) -> Response:
    """What waits for one's own principal, and the cases that it may read."""
    return _told(services, actor, "start.html", start_page(services, actor))


@router.get("/cases/{case_id}")
def get_case(services: Parts, actor: Reader, one: Replayed) -> Response:
    """A case at T: as known at T, or as is known now about T (SYS-6)."""
    return _told(services, actor, "case.html", case_page(services, actor, one))


@router.get("/cases/{case_id}/resources/{resource_type}/{resource_id}")
def get_resource(services: Parts, actor: Reader, one: Replayed, resource_type: str, resource_id: str) -> Response:
    """A FHIR resource of a case as it stood at T."""
    return _told(services, actor, "resource.html", resource(one, resource_type, resource_id))


@router.get("/agreements")
def get_agreements(services: Parts, actor: Reader) -> Response:
    """The county's agreement versions, with their status, signatures and local agreements."""
    return _told(services, actor, "agreements.html", versions_page(services, actor))


@router.get("/agreements/{id}/{version}")
def get_agreement(services: Parts, actor: Reader, id: str, version: str) -> Response:
    """One version of an agreement, as a document."""
    return _told(services, actor, "agreement.html", version_page(services, actor, id, version))


@router.get("/settlement")
def get_settlements(services: Parts, actor: Reader) -> Response:
    """The settlements that one's own principal is a party of."""
    return _told(services, actor, "settlements.html", settlements_page(services, actor))


@router.get("/settlement/{ledger}")
def get_settlement(services: Parts, actor: Reader, ledger: UUID) -> Response:
    """One settlement, with its history."""
    return _told(services, actor, "ledger.html", ledger_page(services, actor, ledger))


@posted.post("/sign-in")
def sign_in(request: Request, token: Written, next: Written = "/") -> Response:
    """Sign in with a token."""
    try:
        actor_of_token(request, token.strip())
    except TokenRefused:
        raise SignedOut(expired=True) from None
    return remember(see_other(local(next)), request, token.strip())


@posted.post("/sign-in/demonstration")
def sign_in_to_demonstration(request: Request, person: Written, unit: Written, next: Written = "/") -> Response:
    """Sign in as somebody of the demonstration county."""
    token = demonstration_token(request, person, unit)
    if token is None:
        return error_page(404, "Finns inte", "Det går bara i en demonstration, och bara som någon i dess län.")
    return remember(see_other(local(next)), request, token)


@posted.post("/sign-out")
def sign_out() -> Response:
    """Sign out of this browser. The token itself is good until it expires."""
    return forget(see_other("/"))


@router.get("/static/{name}")
def get_static(name: str) -> Response:
    """A style sheet, script or picture."""
    return asset(name) or error_page(404, "Finns inte", "Filen finns inte.")


def sign_in_page(request: Request, error: Exception) -> Response:
    """The form to sign in with, in place of any page, when nobody is signed in."""
    services = services_of(request)
    directories = services.directories.values() if services.settings.demonstration else ()
    path = request.url.path if request.method == "GET" else "/"
    return page(
        "sign_in.html",
        401,
        headers={"WWW-Authenticate": "Bearer"},
        expired=isinstance(error, SignedOut) and error.expired,
        next=f"{path}?{request.url.query}" if request.method == "GET" and request.url.query else path,
        principals=[group for directory in directories for group in _staff(directory)],
    )


def _staff(directory: Directory) -> list[tuple[str, list[dict[str, str]]]]:
    """Everybody with an assignment, by principal."""
    groups: dict[str, list[dict[str, str]]] = {principal.name: [] for principal in directory.principals}
    for one in directory.assignments:
        actor = directory.actor(one.person, one.unit)
        if actor is not None:
            told = {"person": one.person, "unit": one.unit, "name": one.name, "role": ROLES[one.role]}
            unit = directory.name_of(one.unit) or one.unit
            groups[directory.name_of(actor.principal) or actor.principal].append(told | {"unit_name": unit})
    return list(groups.items())


def _missing(_: Request, error: Exception) -> Response:
    return error_page(
        404, "Finns inte", "Här finns inget som din huvudman får läsa. Bara ett ärendes egna parter kan se det."
    )


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(each["loc"][0] == "path" for each in error.errors()):
        return _missing(request, error)
    return _unreadable(request, error)


def _unreadable(_: Request, error: Exception) -> Response:
    return error_page(
        400, "Går inte att läsa", "Adressen eller formuläret säger något som inte går att läsa, till exempel en tid."
    )


def _routing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return error_page(405, "Går inte så", "Sidan tar inte emot det anropet.")
    return _missing(request, error)


def _foreign(_: Request, error: Exception) -> Response:
    return error_page(
        403, "Avvisat", "Formuläret kom inte från de här sidorna. Använd https, eller öppna sidorna på samma dator."
    )


def _unreachable(_: Request, error: Exception) -> Response:
    return error_page(503, "Kan inte nås just nu", "Registret kan inte nås just nu. Försök igen om en stund.")


def _too_large(fault: Fault) -> Response:
    return error_page(fault.status, "För stort", "Det som skickades är för stort.")


def _ours(_: Request, error: Exception) -> Response:
    return error_page(500, "Något gick fel", "Något gick fel här hos oss. Inget har ändrats. Försök igen.")


def create_pages(services: Services) -> FastAPI:
    """The pages as an application of its own."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, middleware=[Middleware(BodyLimit, tell=_too_large)])
    app.state.services = services
    app.include_router(router)
    app.include_router(posted)
    app.add_exception_handler(SignedOut, sign_in_page)
    app.add_exception_handler(CaseUnknown, _missing)
    app.add_exception_handler(Unreadable, _unreadable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _routing)
    app.add_exception_handler(ForeignPost, _foreign)
    app.add_exception_handler(DataError, _missing)
    for unreachable in (StoreUnavailable, OperationalError, PoolTimeout):
        app.add_exception_handler(unreachable, _unreachable)
    app.add_exception_handler(Exception, _ours)
    return app
