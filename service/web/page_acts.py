"""The acts that a person can do from a page: a form on the page becomes an act, as on the other faces."""

from typing import NamedTuple
from uuid import UUID, uuid4

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.acts.referral_decision import list_withdrawal_reasons
from domain.case.events.enrolment import StayNews
from domain.case.events.referral import CancellationReason
from domain.case.state.case import Case
from domain.directory import Unit
from domain.kernel import Actor, Refusal
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.versions.document import MediaType
from projections.case import FoldedCase
from service.acts.attempts import ActRequest
from service.acts.cases import CASE, CaseChange, answer
from service.agreements.versions import perform as perform_change
from service.agreements.versions import prepare_change
from service.bootstrap import Services
from service.reads.catalogue import Version

ON_CASE = (
    ActName.SUPPLEMENT_REFERRAL,
    ActName.SEND_REFERRAL,
    ActName.ACKNOWLEDGE_REFERRAL,
    ActName.REDIRECT_REFERRAL,
    ActName.RETURN_REFERRAL,
    ActName.WITHDRAW_REFERRAL,
    ActName.REQUEST_CANCELLATION,
    ActName.ACCEPT_CANCELLATION,
    ActName.REFUSE_CANCELLATION,
    ActName.ACKNOWLEDGE_STAY,
    ActName.ASK_QUESTION,
)
"""The acts on a whole case that the pages have a form for."""

ON_QUESTION = (
    ActName.OPEN_QUESTION,
    ActName.ANSWER_QUESTION,
    ActName.OPEN_ANSWER,
    ActName.WITHDRAW_QUESTION,
)
"""The acts on a question that the pages have a form for."""


class PageForm(NamedTuple):
    """A form that a page offers."""

    key: str
    """The key of its act, which makes a form that is sent twice harmless."""
    units: tuple[Unit, ...] = ()
    """The units to choose among."""
    news: tuple[StayNews, ...] = ()
    """The news to acknowledge, one at a time."""
    reasons: tuple[str, ...] = ()
    """The reasons to choose among."""


def list_forms(services: Services, actor: Actor, state: FoldedCase) -> dict[ActName, PageForm]:
    """List the forms of the acts on the whole case that the page offers the actor now."""
    forms = {act: make_form() for act in services.case_acts.find_open_to(actor, state, ON_CASE)}
    reasons = {
        ActName.WITHDRAW_REFERRAL: list_withdrawal_reasons(state.case),
        ActName.REQUEST_CANCELLATION: tuple(CancellationReason),
    }
    forms |= {act: make_form(reasons=found) for act, found in reasons.items() if act in forms}
    if ActName.ACKNOWLEDGE_STAY in forms:
        forms[ActName.ACKNOWLEDGE_STAY] = make_form(news=_list_unseen(actor, state.case))
    if ActName.REDIRECT_REFERRAL in forms:
        units = services.directories[actor.county].units_of(actor.principal)
        others = tuple(unit for unit in units if unit.id != state.case.referral.unit)
        forms |= {ActName.REDIRECT_REFERRAL: make_form(others)}
        if not others:
            del forms[ActName.REDIRECT_REFERRAL]
    return forms


def list_question_forms(services: Services, actor: Actor, state: FoldedCase) -> dict[UUID, dict[ActName, PageForm]]:
    """List the forms of the acts on each question that the page offers the actor now, by question."""
    return {
        question.id: {
            act: make_form() for act in services.case_acts.find_open_to(actor, state, ON_QUESTION, question=question.id)
        }
        for question in state.case.questions
    }


def list_version_forms(services: Services, actor: Actor, version: Version) -> dict[ActName, PageForm]:
    """List the forms of the acts on a version that its page offers the actor now."""
    document = Command(ActName.ATTACH_DOCUMENT, {"media_type": MediaType.TEXT, "content": b""})
    forms = {}
    if isinstance(_find_obstacle(services, actor, version, document), DocumentFaulty):
        forms[document.name] = make_form()
    if _find_obstacle(services, actor, version, Command(ActName.WITHDRAW_VERSION, {})) is None:
        forms[ActName.WITHDRAW_VERSION] = make_form()
    return forms


def _find_obstacle(services: Services, actor: Actor, version: Version, command: Command) -> Refusal | None:
    change = prepare_change(version, command, None, if_version=None)
    return services.ledger_acts.find_obstacle(actor, change, version.record)


def make_form(units: tuple[Unit, ...] = (), news: tuple[StayNews, ...] = (), reasons: tuple[str, ...] = ()) -> PageForm:
    """Make a form with a key of its own."""
    return PageForm(str(uuid4()), units, news, reasons)


def _list_unseen(actor: Actor, case: Case) -> tuple[StayNews, ...]:
    """List the other party's news of stays in hospital that the actor's party has not acknowledged."""
    unseen = case.enrolment.unseen if case.enrolment is not None else {}
    return tuple(news for by, each in unseen.items() if actor.principal == case.principal(by.other) for news in each)


def perform(
    services: Services, actor: Actor, case_id: UUID | None, command: Command, key: str, *, version: int | None = None
) -> bytes:
    """Perform an act from a form, on a version of the case if one is given, and return its answer.

    Raises what CaseActs.perform raises.
    """
    content = f"{command.name} {case_id} {sorted(command.content.items())}".encode()
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    if_match = ((CASE, str(case_id)), version) if version is not None else None
    change = CaseChange(commands=[command], on=case_id, if_match=if_match, answer=answer)
    return services.case_acts.perform(request, lambda: change)


def perform_on_version(services: Services, actor: Actor, version: Version, command: Command, key: str) -> None:
    """Perform an act on an agreement version from a form. Raises what LedgerActs.perform raises."""
    said = (value if isinstance(value, bytes) else str(value).encode() for _, value in sorted(command.content.items()))
    content = b"\0".join([command.name.encode(), version.record.id.bytes, *said])
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    change = prepare_change(version, command, None, if_version=None)
    perform_change(services.ledger_acts, version, request, change)
