"""The FHIR face as an application of its own: its routes are one table, which metadata is made of too."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fhir_profiles.capability import CONDITIONAL_CREATE
from service.bootstrap import Services
from service.fhir.call import Handler, answer
from service.fhir.create import CONDITIONAL, PLAIN, create
from service.fhir.directory import TYPES, DirectoryFace
from service.fhir.errors import answer_with_outcomes, outcome_response
from service.fhir.history import history_instance, history_type
from service.fhir.metadata import metadata_of
from service.fhir.patient import create_patient, for_readers, read_patient, search_patients
from service.fhir.read import about_now, read
from service.fhir.search import search_type
from service.fhir.transaction import transaction
from service.fhir.update import UPDATES, update
from service.fhir.vread import vread
from service.http.address_text import AddressText
from service.http.body_limit import BodyLimit
from service.http.guard import TokenGuard
from service.http.methods import write_methods
from service.http.single_headers import SingleHeaders

RECORDED = ("ServiceRequest", "Task", "Communication", "CarePlan", "CareTeam", "EpisodeOfCare", "Provenance")
"""The types whose every version is kept."""
SYSTEM = ("transaction",)

TYPE, INSTANCE = "/{type}", "/{type}/{id}"
SEARCH, TYPE_HISTORY = f"{TYPE}/_search", f"{TYPE}/_history"
INSTANCE_HISTORY, VERSION = f"{INSTANCE}/_history", f"{INSTANCE}/_history/{{version}}"
PATHS = (VERSION, INSTANCE_HISTORY, TYPE_HISTORY, SEARCH, INSTANCE, TYPE)
"""A path with a fixed part stands before the one that has an id in its place."""


_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
"""The form of an id (R4 datatypes.html#id)."""


@dataclass(frozen=True)
class Interaction:
    """One of FHIR's interactions: under which code, method and path, for which types."""

    code: str
    method: str
    path: str
    handle: Handler
    types: Iterable[str]


def interactions(services: Services) -> tuple[Interaction, ...]:
    """Return every interaction with a type or a resource."""
    directory = DirectoryFace(services.directories)
    return (
        Interaction("read", "GET", INSTANCE, about_now(read), RECORDED),
        Interaction("read", "GET", INSTANCE, for_readers(about_now(read_patient)), ("Patient",)),
        Interaction("read", "GET", INSTANCE, about_now(directory.read), TYPES),
        Interaction("vread", "GET", VERSION, about_now(vread), RECORDED),
        Interaction("history-instance", "GET", INSTANCE_HISTORY, history_instance, RECORDED),
        Interaction("history-type", "GET", TYPE_HISTORY, history_type, RECORDED),
        Interaction("search-type", "GET", TYPE, search_type, RECORDED),
        Interaction("search-type", "POST", SEARCH, search_type, RECORDED),
        Interaction("search-type", "GET", TYPE, for_readers(search_patients), ("Patient",)),
        Interaction("search-type", "POST", SEARCH, for_readers(search_patients), ("Patient",)),
        Interaction("search-type", "GET", TYPE, directory.search, TYPES),
        Interaction("search-type", "POST", SEARCH, directory.search, TYPES),
        Interaction("create", "POST", TYPE, create, (*CONDITIONAL, *PLAIN)),
        Interaction(CONDITIONAL_CREATE, "POST", TYPE, create, CONDITIONAL),
        Interaction("create", "POST", TYPE, create_patient, ("Patient",)),
        Interaction(CONDITIONAL_CREATE, "POST", TYPE, create_patient, ("Patient",)),
        Interaction("update", "PUT", INSTANCE, update, UPDATES),
    )


def create_fhir(services: Services) -> Starlette:
    """Return the FHIR face on its services."""
    offered = interactions(services)
    codes = {type: {way.code for way in offered if type in way.types} for each in offered for type in each.types}
    by_type: dict[str, dict[tuple[str | None, str], Handler]] = {
        path: {(type, way.method): way.handle for way in offered if way.path == path for type in way.types}
        for path in PATHS
    }
    app = Starlette(
        routes=[
            Route("/", Endpoint({(None, "POST"): transaction})),
            Route("/metadata", Endpoint({(None, "GET"): metadata_of(codes, SYSTEM)})),
            *(Route(path, Endpoint(handlers)) for path, handlers in by_type.items()),
        ],
        middleware=[
            Middleware(SingleHeaders, tell=outcome_response),
            Middleware(
                TokenGuard, authenticator=services.authenticator, tell=outcome_response, cached="private, no-cache"
            ),
            Middleware(AddressText, tell=outcome_response),
            Middleware(BodyLimit, tell=outcome_response),
        ],
    )
    app.router.redirect_slashes = False
    app.state.services = services
    answer_with_outcomes(app)
    return app


class Endpoint:
    """One path of the face: a handler for each type and method. A path of the whole face has the type None."""

    def __init__(self, handlers: Mapping[tuple[str | None, str], Handler]) -> None:
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or tell which methods the path takes for the type."""
        request = Request(scope, receive)
        type = request.path_params.get("type")
        if _ID.fullmatch(request.path_params.get("id", "-")) is None:
            raise HTTPException(404)
        method = "GET" if request.method == "HEAD" else request.method
        handle = self._handlers.get((type, method))
        if handle is None:
            allowed = write_methods({taken for known, taken in self._handlers if known == type})
            raise HTTPException(405, headers={"Allow": allowed}) if allowed else HTTPException(404)
        response = await answer(handle, request)
        await response(scope, receive, send)


class AtBase:
    """The face at its address without a slash at the end, where a transaction is posted."""

    def __init__(self, face: ASGIApp, address: str) -> None:
        self._face = face
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as one for the face's root."""
        root = scope.get("root_path", "") + self._address
        await self._face({**scope, "root_path": root, "path": f"{root}/"}, receive, send)
