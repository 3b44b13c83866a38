"""The routes of the forms on the page of an agreement version."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from domain.act import Command
from domain.agreements.model import ActName
from domain.versions.document import LARGEST_DOCUMENT, MediaType
from service.agreements.versions import find_version
from service.http.body_limit import DOCUMENT_ROUTE
from service.reads.catalogue import Version
from service.web.forms import READ_FORM, ActKey, FormUnknown, OwnFormRoute
from service.web.page_acts import perform_on_version
from service.web.pages import see_other
from service.web.parameters import CurrentActor, CurrentServices, FormKey, OptionalText
from service.web.session import refuse_foreign_post

LARGEST_FORM = LARGEST_DOCUMENT + 10_000
"""Bytes of a form with a document: the document, and what the form has around it."""
_PDF_BEGINNING = b"%PDF-"


def _open_version(services: CurrentServices, actor: CurrentActor, id: str, version: str) -> Version:
    return find_version(services.versions, actor, id, version)


CurrentVersion = Annotated[Version, Depends(_open_version)]
router = APIRouter(prefix="/agreements/{id}/{version}", dependencies=READ_FORM, route_class=OwnFormRoute)
document_router = APIRouter(dependencies=[Depends(refuse_foreign_post)])


@document_router.post(DOCUMENT_ROUTE)
async def attach_document(
    request: Request, services: CurrentServices, actor: CurrentActor, version: CurrentVersion
) -> Response:
    """Attach a document. Its form is read after the question who sends it, and the document itself tells its kind."""
    async with request.form(max_files=1, max_fields=1) as form:
        upload = form.get("document")
        if not isinstance(upload, UploadFile):
            raise FormUnknown
        key, content = _read_key(form.get("key")), await upload.read()
    media_type = MediaType.PDF if content.startswith(_PDF_BEGINNING) else MediaType.TEXT
    command = Command(ActName.ATTACH_DOCUMENT, {"media_type": media_type, "content": content})
    await run_in_threadpool(perform_on_version, services, actor, version, command, key)
    return see_other(_path_of(version))


@router.post("/withdraw-version")
def withdraw_version(
    services: CurrentServices, actor: CurrentActor, version: CurrentVersion, key: FormKey, reason: OptionalText = ""
) -> Response:
    """Withdraw a version that is not published."""
    command = Command(ActName.WITHDRAW_VERSION, {"reason": reason or None})
    perform_on_version(services, actor, version, command, key)
    return see_other(_path_of(version))


def _read_key(sent: object) -> str:
    try:
        return TypeAdapter(ActKey).validate_python(sent)
    except ValidationError as error:
        raise FormUnknown from error


def _path_of(version: Version) -> str:
    return f"/agreements/{version.agreement.id}/{version.agreement.version}"
