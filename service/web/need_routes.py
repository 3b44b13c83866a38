"""The routes of raising a need: find the person by number, and fill in the need. No number stands in an address."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form
from pydantic import ValidationError
from starlette.responses import Response

from domain.act import Command
from domain.agreements.model import ActName
from domain.kernel import Refusal
from domain.person import Person
from domain.refusals import RequestOpen
from service.http.errors import OF_REFUSALS
from service.reads.absence import CaseUnknown
from service.web.need_page import NeedForm, build_need_page, find_person, read_content
from service.web.page_acts import perform
from service.web.pages import see_other
from service.web.parameters import CurrentActor, CurrentServices, FormField, render_for
from service.web.session import refuse_foreign_post
from service.web.swedish import REFUSALS

UNREADABLE = (
    "En text är för lång eller har ett personnummer, eller något valdes som inte finns. Rätta det och försök igen."
)
UNKNOWN = (
    "Ingen i länets register har det numret. Kontrollera alla tolv tecken. En person som saknas måste först registreras"
    " från ert eget vårdsystem."
)


def refuse_who_raises_nothing(services: CurrentServices, actor: CurrentActor) -> None:
    """Refuse somebody who can raise no need, before the register is asked about anybody. Raises Refusal."""
    services.case_acts.refuse_opening(actor)


def _open_person(services: CurrentServices, actor: CurrentActor, person_id: UUID) -> Person:
    person = services.persons.get(actor.county, person_id)
    if person is None:
        raise CaseUnknown
    return person


CurrentPerson = Annotated[Person, Depends(_open_person)]
router = APIRouter(prefix="/persons", dependencies=[Depends(refuse_who_raises_nothing)])
_OWN_FORM = [Depends(refuse_foreign_post)]


@router.get("")
def get_search(services: CurrentServices, actor: CurrentActor) -> Response:
    """Show the form that finds a person by number."""
    return render_for(services, actor, "person.html", {"notice": None})


@router.post("/search", dependencies=_OWN_FORM)
def search(services: CurrentServices, actor: CurrentActor, number: FormField) -> Response:
    """Find a person by number, and go on to the person's need."""
    person = find_person(services, actor, number)
    if person is None:
        return render_for(services, actor, "person.html", {"notice": UNKNOWN}, status=404)
    return see_other(f"/persons/{person.id}/need")


@router.get("/{person_id}/need")
def get_need(services: CurrentServices, actor: CurrentActor, person: CurrentPerson) -> Response:
    """Show the form that raises a need of a person."""
    return render_for(services, actor, "need.html", build_need_page(services, actor, person))


@router.post("/{person_id}/need", dependencies=_OWN_FORM)
def raise_need(
    services: CurrentServices, actor: CurrentActor, person: CurrentPerson, form: Annotated[NeedForm, Form()]
) -> Response:
    """Raise a need. If it is refused, show the form again as it was filled in, and say what puts it right."""
    if form.more:
        return render_for(services, actor, "need.html", build_need_page(services, actor, person, form))
    try:
        command = Command(ActName.RAISE_NEED, {"patient_id": person.id, **read_content(form)})
        answer = perform(services, actor, None, command, form.key)
    except (Refusal, ValidationError) as error:
        status, notice = _explain(error)
        if isinstance(error, RequestOpen):
            form = form.model_copy(update={"despite": [*dict.fromkeys((*form.despite, *error.where))]})
        values = build_need_page(services, actor, person, form, notice)
        return render_for(services, actor, "need.html", values, status=status)
    return see_other(f"/cases/{orjson.loads(answer)['case']}")


def _explain(error: Refusal | ValidationError) -> tuple[int, str]:
    if isinstance(error, ValidationError):
        return 400, UNREADABLE
    return OF_REFUSALS[error.kind].status, REFUSALS[error.code]
