"""The route of the forms on the page of a case. Each becomes one act, by its row in the table of forms."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.agreements.model import ActName
from domain.kernel import Actor, Refusal
from projections.case import fold_case
from service.acts.bodies import ON_CASES, Body
from service.bootstrap import Services
from service.http.errors import OF_REFUSALS
from service.reads.absence import CaseUnknown
from service.web import labels
from service.web.act_form import ActForm, FormField, Place, Subject
from service.web.act_forms import FORMS
from service.web.forms import FIELD_UNFIT, FORM_OF_ITS_ROUTE, TEXT_UNFIT, FormUnfit, OwnFormRoute
from service.web.page_acts import open_place, perform, show_form
from service.web.page_values import FieldKind
from service.web.pages import REFUSED, see_other
from service.web.parameters import CurrentActor, CurrentServices, FormKey, render_for

BODIES = {act.name: act for act in ON_CASES if act.name in FORMS}
"""The acts of the table, each with the body that its content is validated as."""


async def _read_sent(request: Request) -> FormData:
    return await request.form()


router = APIRouter(prefix="/cases/{case_id}", dependencies=FORM_OF_ITS_ROUTE, route_class=OwnFormRoute)


@router.post("/{act}")
def act_on_case(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    act: ActName,
    key: FormKey,
    sent: Annotated[FormData, Depends(_read_sent)],
) -> Response:
    """Do an act on a case as its form says. If it is refused, show the form again with what was filled in."""
    if act not in FORMS:
        raise HTTPException(404)
    form = FORMS[act]
    form.refuse_unknown(sent, None)
    place = _find_place(services, actor, case_id, act, sent) if form.reads_case else None
    form.refuse_unknown(sent, place)
    try:
        body = _read_body(form, act, sent, place)
        perform(services, actor, case_id, BODIES[act].command(body), key, occurred_at=body.occurred_at)
    except (Refusal, FormUnfit) as error:
        return _show_again(services, actor, case_id, act, key, sent, error)
    return see_other(form.after.format(case=case_id))


def _find_place(services: Services, actor: Actor, case_id: UUID, act: ActName, sent: FormData) -> Place:
    """Return the case, and the part of it that the form is about. Raises CaseUnknown."""
    state = fold_case(None, services.replays.load_events(actor, case_id))
    if state is None:
        raise CaseUnknown
    place = open_place(services, actor, state).name(act)
    return place.give(_find_subject(place, sent))


def _find_subject(place: Place, sent: FormData) -> Subject:
    """Return the part of the case that a sent form is about; no part if the case has it no more."""
    about = FORMS[place.act].about
    found = about.list(place) if about is not None else ()
    return next(
        (each for each in found if all(sent.get(name) == said for name, said in each.hidden.items())), Subject({})
    )


def _read_body(form: ActForm, act: ActName, sent: FormData, place: Place | None) -> Body:
    """Read what a form says as the act's body. Raises FormUnfit."""
    model = BODIES[act].body
    fields = list(form.list_fields(place))
    said: dict[str, Any] = form.read(sent, place)
    for field in fields:
        own = model.model_fields.get(field.name)
        if field.optional and own is not None and own.is_required():
            said.setdefault(field.name, None)
    try:
        return model.model_validate_json(orjson.dumps(said))
    except ValidationError as error:
        where = [".".join(map(str, each["loc"])) for each in error.errors(include_input=False, include_url=False)]
        unfit = [field for field in fields if any(_is_at(field, path) for path in where)]
        are_texts = all(each.kind is FieldKind.TEXT for each in unfit)
        raise FormUnfit([field.label for field in unfit], TEXT_UNFIT if are_texts else FIELD_UNFIT) from None


def _is_at(field: FormField, path: str) -> bool:
    """Return True if a path in a body is in the field, or holds it."""
    return f"{path}.".startswith(f"{field.name}.") or f"{field.name}.".startswith(f"{path}.")


def _show_again(
    services: Services, actor: Actor, case_id: UUID, act: ActName, key: str, sent: FormData, error: Refusal | FormUnfit
) -> Response:
    """Show a refused form again as it was sent; only what was wrong if the case has nothing left to choose."""
    status, told = (400, error.explanation) if isinstance(error, FormUnfit) else _explain(error)
    place = _find_place(services, actor, case_id, act, sent)
    subject = _find_subject(place, sent)
    shown = show_form(place, subject, key, sent)
    if shown is None or (FORMS[act].about is not None and not subject.given):
        values = {"title": REFUSED, "text": told, "case_id": case_id}
        return render_for(services, actor, "error.html", values, status=status)
    return render_for(services, actor, "act.html", {"case_id": case_id, "form": shown, "notice": told}, status=status)


def _explain(refusal: Refusal) -> tuple[int, str]:
    return OF_REFUSALS[refusal.kind].status, labels.explain_refusal(refusal)
