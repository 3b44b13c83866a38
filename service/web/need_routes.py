"""The routes of a request's form: find the person by number, raise a need, complete a request.

No number stands in an address.
"""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form
from pydantic import ValidationError
from starlette.responses import Response

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import CareRequest
from domain.kernel import Refusal
from domain.person import Person
from domain.refusals import RequestOpen
from projections.case import FoldedCase
from service.acts.attempts import VersionMismatch
from service.http.errors import OF_REFUSALS
from service.reads.absence import CaseUnknown
from service.web import labels
from service.web.case_moment import open_case, read_question
from service.web.forms import READ_FORM, OwnFormRoute
from service.web.need_page import (
    NeedForm,
    SupplementForm,
    build_need_page,
    build_supplement_page,
    find_person,
    read_need,
)
from service.web.page_acts import perform
from service.web.pages import see_other
from service.web.parameters import CurrentActor, CurrentServices, FormField, render_for

UNREADABLE = (
    "En text är för lång eller har ett personnummer, eller något valdes som inte finns. Rätta det och försök igen."
)
UNKNOWN = (
    "Ingen i länets register har det numret. Kontrollera alla tolv tecken. En person som saknas måste först registreras"
    " från ert eget vårdsystem."
)
OVERTAKEN = (
    "Något har hänt i ärendet sedan formuläret öppnades. Läs ärendet, och spara igen om ändringen fortfarande stämmer."
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
router = APIRouter(prefix="/persons", dependencies=[Depends(refuse_who_raises_nothing)], route_class=OwnFormRoute)
case_router = APIRouter(prefix="/cases/{case_id}/supplement-referral", route_class=OwnFormRoute)


@router.get("")
def get_search(services: CurrentServices, actor: CurrentActor) -> Response:
    """Show the form that finds a person by number."""
    return render_for(services, actor, "person.html", {"notice": None})


@router.post("/search", dependencies=READ_FORM)
def search(services: CurrentServices, actor: CurrentActor, number: FormField) -> Response:
    """Find a person by number, and go on to the person's need."""
    person = find_person(services, actor, number)
    if person is None:
        return render_for(services, actor, "person.html", {"notice": UNKNOWN}, status=404)
    return see_other(f"/persons/{person.id}/need")


@router.get("/{person_id}/need")
def get_need(services: CurrentServices, actor: CurrentActor, person: CurrentPerson) -> Response:
    """Show the form that raises a need of a person."""
    return render_for(services, actor, "request.html", build_need_page(services, actor, person))


@router.post("/{person_id}/need", dependencies=READ_FORM)
def raise_need(
    services: CurrentServices, actor: CurrentActor, person: CurrentPerson, form: Annotated[NeedForm, Form()]
) -> Response:
    """Raise a need. If it is refused, show the form again as it was filled in, and say what puts it right."""
    if form.more:
        return render_for(services, actor, "request.html", build_need_page(services, actor, person, form))
    try:
        command = Command(ActName.RAISE_NEED, {"patient_id": person.id, **read_need(form)})
        answer = perform(services, actor, None, command, form.key)
    except (Refusal, ValidationError) as error:
        status, notice = _explain(error)
        if isinstance(error, RequestOpen):
            form = form.model_copy(update={"despite": [*dict.fromkeys((*form.despite, *error.where))]})
        values = build_need_page(services, actor, person, form, notice)
        return render_for(services, actor, "request.html", values, status=status)
    return see_other(f"/cases/{orjson.loads(answer)['case']}")


def _open_latest(services: CurrentServices, actor: CurrentActor, case_id: UUID) -> FoldedCase:
    """Open a case in which the actor can complete the request now. Raises CaseUnknown."""
    latest = open_case(services, actor, case_id, read_question(None, None)).latest
    if not services.case_acts.find_open_to(actor, latest, [ActName.SUPPLEMENT_REFERRAL]):
        raise CaseUnknown
    return latest


OpenCase = Annotated[FoldedCase, Depends(_open_latest)]


@case_router.get("")
def get_supplement(services: CurrentServices, actor: CurrentActor, latest: OpenCase) -> Response:
    """Show the form that completes or changes a request."""
    return render_for(services, actor, "request.html", build_supplement_page(services, actor, latest.case))


@case_router.post("", dependencies=READ_FORM)
def supplement(
    services: CurrentServices, actor: CurrentActor, latest: OpenCase, form: Annotated[SupplementForm, Form()]
) -> Response:
    """Complete or change a request. If others have acted in the case since, show the form again before it is sent."""
    case = latest.case
    if form.more:
        return render_for(services, actor, "request.html", build_supplement_page(services, actor, case, form))
    try:
        request = CareRequest.model_validate(form.read_request(case.referral.request))
        command = Command(ActName.SUPPLEMENT_REFERRAL, {"request": request})
        perform(services, actor, case.id, command, form.key, version=form.version)
    except (Refusal, ValidationError, VersionMismatch) as error:
        status, notice = _explain(error)
        if isinstance(error, VersionMismatch):
            form = form.model_copy(update={"version": case.version})
        values = build_supplement_page(services, actor, case, form, notice)
        return render_for(services, actor, "request.html", values, status=status)
    return see_other(f"/cases/{case.id}")


def _explain(error: Refusal | ValidationError | VersionMismatch) -> tuple[int, str]:
    if isinstance(error, ValidationError):
        return 400, UNREADABLE
    if isinstance(error, VersionMismatch):
        return 412, OVERTAKEN
    return OF_REFUSALS[error.kind].status, labels.explain_refusal(error)
