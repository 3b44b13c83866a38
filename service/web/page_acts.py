"""The acts that a person can do from a page: a form on the case's page becomes an act, as on the other faces."""

from typing import NamedTuple
from uuid import UUID, uuid4

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.state.case import Case
from domain.case.state.referral import WITH_RECEIVER
from domain.directory import Directory, Unit
from domain.kernel import Actor, Role
from service.acts.attempts import ActRequest
from service.acts.cases import CaseChange
from service.bootstrap import Services


class PageForm(NamedTuple):
    """A form that a page offers."""

    key: str
    """The key of its act, which makes a form that is sent twice harmless."""
    units: tuple[Unit, ...] = ()
    """The units to choose among."""


def list_forms(directory: Directory, actor: Actor, case: Case) -> dict[ActName, PageForm]:
    """List the forms of the acts that the page offers the actor now."""
    referral = case.referral
    is_receiver = actor.principal == case.municipality != referral.owner and referral.received_at is not None
    may_act = actor.role.is_licensed or actor.role is Role.COORDINATOR
    if not (is_receiver and may_act and referral.status in WITH_RECEIVER and case.enrolment is None):
        return {}
    forms = {ActName.RETURN_REFERRAL: PageForm(str(uuid4()))}
    others = tuple(unit for unit in directory.units_of(actor.principal) if unit.id != referral.unit)
    if others:
        forms[ActName.REDIRECT_REFERRAL] = PageForm(str(uuid4()), others)
    return forms


def perform(services: Services, actor: Actor, case_id: UUID, command: Command, key: str) -> None:
    """Perform an act from a form. Raises what CaseActs.perform raises."""
    content = f"{command.name} {case_id} {sorted(command.content.items())}".encode()
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    services.case_acts.perform(
        request, lambda: CaseChange(commands=[command], on=case_id, answer=lambda after: str(after.case.id).encode())
    )
