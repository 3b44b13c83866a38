"""The acts that a person can do from a page: a form on the case's page becomes an act, as on the other faces."""

from typing import NamedTuple
from uuid import UUID, uuid4

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.state.case import Case
from domain.case.state.question import PartyQuestion
from domain.case.state.referral import WITH_RECEIVER
from domain.directory import Directory, Unit
from domain.kernel import Actor, Role
from service.acts.attempts import ActRequest
from service.acts.cases import CaseChange, answer
from service.bootstrap import Services


class PageForm(NamedTuple):
    """A form that a page offers."""

    key: str
    """The key of its act, which makes a form that is sent twice harmless."""
    units: tuple[Unit, ...] = ()
    """The units to choose among."""


def list_forms(directory: Directory, actor: Actor, case: Case) -> dict[ActName, PageForm]:
    """List the forms of the acts on the whole case that the page offers the actor now."""
    if not _may_act(actor):
        return {}
    forms = _list_receiver_forms(directory, actor, case) | _list_stay_forms(actor, case)
    if case.municipality in case.readers:
        forms[ActName.ASK_QUESTION] = _make_form()
    return forms


def list_question_forms(actor: Actor, question: PartyQuestion) -> dict[ActName, PageForm]:
    """List the forms of the acts on a question that the page offers the actor now."""
    acts: list[ActName] = []
    if actor.principal == question.receiver and question.is_open:
        acts += [ActName.ANSWER_QUESTION] if question.opened else [ActName.OPEN_QUESTION, ActName.ANSWER_QUESTION]
    if actor.principal == question.principal and question.is_open:
        acts.append(ActName.WITHDRAW_QUESTION)
    if actor.principal == question.principal and question.answer is not None and question.answer.opened is None:
        acts.append(ActName.OPEN_ANSWER)
    return {act: _make_form() for act in acts} if _may_act(actor) else {}


def _may_act(actor: Actor) -> bool:
    return actor.role.is_licensed or actor.role is Role.COORDINATOR


def _make_form(units: tuple[Unit, ...] = ()) -> PageForm:
    return PageForm(str(uuid4()), units)


def _list_stay_forms(actor: Actor, case: Case) -> dict[ActName, PageForm]:
    """List the form of a party that has not acknowledged the latest news of a stay in hospital."""
    unseen = case.enrolment.unseen if case.enrolment is not None else None
    is_told = unseen is not None and actor.principal == case.principal(unseen.by.other)
    return {ActName.ACKNOWLEDGE_STAY: _make_form()} if is_told else {}


def _list_receiver_forms(directory: Directory, actor: Actor, case: Case) -> dict[ActName, PageForm]:
    """List the forms of a municipality that has got the request: to return it, and to pass it on to another unit."""
    referral = case.referral
    is_receiver = actor.principal == case.municipality != referral.owner and referral.received_at is not None
    if not (is_receiver and referral.status in WITH_RECEIVER and case.enrolment is None):
        return {}
    forms = {ActName.RETURN_REFERRAL: _make_form()}
    others = tuple(unit for unit in directory.units_of(actor.principal) if unit.id != referral.unit)
    if others:
        forms[ActName.REDIRECT_REFERRAL] = _make_form(others)
    return forms


def perform(services: Services, actor: Actor, case_id: UUID, command: Command, key: str) -> None:
    """Perform an act from a form. Raises what CaseActs.perform raises."""
    content = f"{command.name} {case_id} {sorted(command.content.items())}".encode()
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    services.case_acts.perform(request, lambda: CaseChange(commands=[command], on=case_id, answer=answer))
