"""The routes of the forms on the page of a case. Each becomes one act."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.responses import Response

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.enrolment import StayNews
from domain.case.events.referral import CancellationReason, WithdrawalReason
from service.web.forms import OWN_FORM, FormRoute
from service.web.page_acts import perform
from service.web.pages import see_other
from service.web.parameters import CurrentActor, CurrentServices, FormField, FormKey, FormText, OptionalText
from service.web.receivers import read_receiver

QuestionAct = Literal["open-question", "open-answer", "withdraw-question"]
"""The acts on a question that have no content of their own."""

router = APIRouter(prefix="/cases/{case_id}", dependencies=OWN_FORM, route_class=FormRoute)


@router.post("/send-referral")
def send_referral(
    services: CurrentServices, actor: CurrentActor, case_id: UUID, unit: FormField, key: FormKey
) -> Response:
    """Send a request to a unit, also anew after a return as misdirected."""
    receiver = read_receiver(services.directories[actor.county], unit)
    perform(services, actor, case_id, Command(ActName.SEND_REFERRAL, receiver), key)
    return see_other(f"/cases/{case_id}")


@router.post("/return-referral")
def return_referral(
    services: CurrentServices, actor: CurrentActor, case_id: UUID, reason: FormText, key: FormKey
) -> Response:
    """Return a request that was sent to the wrong receiver. The case is then no longer one's own to read."""
    perform(services, actor, case_id, Command(ActName.RETURN_REFERRAL, {"reason": reason}), key)
    return see_other("/")


@router.post("/redirect-referral")
def redirect_referral(
    services: CurrentServices, actor: CurrentActor, case_id: UUID, unit: FormField, reason: FormText, key: FormKey
) -> Response:
    """Pass a request on to another unit of one's own municipality."""
    perform(services, actor, case_id, Command(ActName.REDIRECT_REFERRAL, {"unit": unit, "reason": reason}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/withdraw-referral")
def withdraw_referral(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    reason: Annotated[WithdrawalReason, Form()],
    key: FormKey,
) -> Response:
    """Withdraw a request. It ends."""
    perform(services, actor, case_id, Command(ActName.WITHDRAW_REFERRAL, {"reason": reason}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/request-cancellation")
def request_cancellation(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    reason: Annotated[CancellationReason, Form()],
    key: FormKey,
    note: OptionalText = "",
) -> Response:
    """Ask the receiver to cancel a request that it has acknowledged."""
    command = Command(ActName.REQUEST_CANCELLATION, {"reason": reason, "note": note or None})
    perform(services, actor, case_id, command, key)
    return see_other(f"/cases/{case_id}")


@router.post("/refuse-cancellation")
def refuse_cancellation(
    services: CurrentServices, actor: CurrentActor, case_id: UUID, reason: FormText, key: FormKey
) -> Response:
    """Refuse to cancel a request. It goes on."""
    perform(services, actor, case_id, Command(ActName.REFUSE_CANCELLATION, {"reason": reason}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/ask-question")
def ask_question(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    text: FormText,
    key: FormKey,
    plan: Annotated[UUID | Literal[""], Form()] = "",
) -> Response:
    """Ask the other party a question."""
    command = Command(ActName.ASK_QUESTION, {"text": text, "plan": plan or None})
    perform(services, actor, case_id, command, key)
    return see_other(f"/cases/{case_id}#fragor")


@router.post("/answer-question")
def answer_question(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    question: Annotated[UUID, Form()],
    text: FormText,
    key: FormKey,
) -> Response:
    """Answer a question of the other party."""
    perform(services, actor, case_id, Command(ActName.ANSWER_QUESTION, {"question": question, "text": text}), key)
    return see_other(f"/cases/{case_id}#fragor")


@router.post("/acknowledge-stay")
def acknowledge_stay(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    news: Annotated[StayNews, Form()],
    key: FormKey,
) -> Response:
    """Acknowledge the other party's news about a stay in hospital, as the page showed it."""
    perform(services, actor, case_id, Command(ActName.ACKNOWLEDGE_STAY, {"news": news}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/acknowledge-referral")
def acknowledge_referral(services: CurrentServices, actor: CurrentActor, case_id: UUID, key: FormKey) -> Response:
    """Acknowledge that a request has arrived."""
    perform(services, actor, case_id, Command(ActName.ACKNOWLEDGE_REFERRAL, {}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/accept-cancellation")
def accept_cancellation(services: CurrentServices, actor: CurrentActor, case_id: UUID, key: FormKey) -> Response:
    """Accept that a request is cancelled. It ends."""
    perform(services, actor, case_id, Command(ActName.ACCEPT_CANCELLATION, {}), key)
    return see_other(f"/cases/{case_id}")


@router.post("/{act}")
def act_on_question(
    services: CurrentServices,
    actor: CurrentActor,
    case_id: UUID,
    act: QuestionAct,
    question: Annotated[UUID, Form()],
    key: FormKey,
) -> Response:
    """Open a question or an answer, or withdraw a question."""
    perform(services, actor, case_id, Command(ActName(act), {"question": question}), key)
    return see_other(f"/cases/{case_id}#fragor")
