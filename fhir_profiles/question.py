"""A question between the parties, and its answer, each as a Communication."""

from datetime import datetime
from uuid import UUID

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.state.case import Case
from domain.case.state.question import PartyAnswer, PartyQuestion, QuestionStatus
from domain.kernel import Value
from fhir_profiles import systems
from fhir_profiles.communication import PATH, WordsDraft, read_words, to_communication
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import get_code, get_only, is_unchanged, read_changed_moment, read_id
from fhir_profiles.elements import concept, local, on_behalf, organisation
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource, instant
from fhir_profiles.task import MISDIRECTED

QUESTION, ANSWER = "question", "answer"
"""The codes of the category."""
_ENDED = {QuestionStatus.WITHDRAWN: "withdrawn", QuestionStatus.RETURNED: MISDIRECTED}
"""The reason of a question that ended without an answer."""


def to_question_communications(case: Case) -> list[Resource]:
    """Render a Communication for each question and for each answer, with the time at which it was opened."""
    found: list[Resource] = []
    for question in case.questions:
        found.append(_question(case, question))
        if question.answer is not None:
            found.append(_answer(case, question, question.answer))
    return found


def _question(case: Case, question: PartyQuestion) -> Resource:
    request, reason = local("ServiceRequest", case.referral.id), _ENDED.get(question.status)
    return to_communication(
        case,
        question.id,
        by=question.principal,
        unit=question.unit,
        sent=question.asked_at,
        text=question.text,
        basedOn=[request],
        status="stopped" if reason else "completed",
        statusReason=concept(systems.STATUS_REASON, reason) if reason else None,
        category=[concept(systems.COMMUNICATION_KIND, QUESTION)],
        about=[local("CarePlan", question.plan) if question.plan else request],
        received=instant(question.opened.at) if question.opened else None,
        recipient=[on_behalf(organisation(question.receiver), question.receiver)],
    )


def _answer(case: Case, question: PartyQuestion, answer: PartyAnswer) -> Resource:
    return to_communication(
        case,
        answer.id,
        by=question.receiver,
        unit=answer.unit,
        sent=answer.answered_at,
        text=answer.text,
        basedOn=[local("ServiceRequest", case.referral.id)],
        inResponseTo=[local("Communication", question.id)],
        category=[concept(systems.COMMUNICATION_KIND, ANSWER)],
        received=instant(answer.opened.at) if answer.opened else None,
        recipient=[on_behalf(organisation(question.unit), question.principal)],
    )


class QuestionDraft(Value):
    """The question that a client's new Communication asks."""

    service_request: UUID
    plan: UUID | None
    words: WordsDraft


class AnswerDraft(Value):
    """The answer that a client's new Communication gives."""

    question: UUID
    words: WordsDraft


def find_kind(resource: Resource) -> str | None:
    """Return the kind of a Communication: `question` or `answer`; None for one that is neither."""
    category = get_only(resource.get("category"), f"{PATH}.category")
    return get_code(category, systems.COMMUNICATION_KIND, f"{PATH}.category[0]") if category is not None else None


def from_question(resource: Resource) -> QuestionDraft:
    """Read the question that a new Communication asks. It is based on the request, and may be about a plan."""
    _refuse_elements(resource, "inResponseTo", "received")
    request = get_only(resource.get("basedOn"), f"{PATH}.basedOn", needed=True)
    about = get_only(resource.get("about"), f"{PATH}.about")
    is_on_plan = about is not None and about.get("reference") != (request or {}).get("reference")
    return QuestionDraft(
        service_request=read_id(request or {}, "ServiceRequest", f"{PATH}.basedOn[0]"),
        plan=read_id(about or {}, "CarePlan", f"{PATH}.about[0]") if is_on_plan else None,
        words=read_words(resource),
    )


def from_answer(resource: Resource) -> AnswerDraft:
    """Read the answer that a new Communication gives, in response to a question."""
    _refuse_elements(resource, "basedOn", "about", "received")
    question = get_only(resource.get("inResponseTo"), f"{PATH}.inResponseTo", needed=True)
    return AnswerDraft(
        question=read_id(question or {}, "Communication", f"{PATH}.inResponseTo[0]"), words=read_words(resource)
    )


def from_communication_update(resource: Resource, current: Resource) -> tuple[Command, datetime | None]:
    """Read the act that a changed Communication asks for.

    A question or an answer with `received` is opened. A question with the status `stopped` is withdrawn.
    """
    refuse_changed(resource, current, PATH)
    kind = find_kind(current)
    changeable = {"status", "received"} if kind is not None else set()
    for name in sorted({*resource, *current} - changeable - {"meta", "text", "recipient", "statusReason"}):
        if not is_unchanged(resource.get(name), current.get(name)):
            raise unreadable("business-rule", f"{PATH}.{name}", "this element never changes; send it as you read it")
    opened_at = read_changed_moment(resource, current, "received", PATH)
    match kind, resource["status"]:
        case "question", "stopped" if current["status"] != "stopped" and opened_at is None:
            return Command(ActName.WITHDRAW_QUESTION, {"question": UUID(current["id"])}), None
        case "question", status if status == current["status"] and opened_at is not None:
            return Command(ActName.OPEN_QUESTION, {"question": UUID(current["id"])}), opened_at
        case "answer", status if status == current["status"] and opened_at is not None:
            question = read_id(current["inResponseTo"][0], "Communication", f"{PATH}.inResponseTo[0]")
            return Command(ActName.OPEN_ANSWER, {"question": question}), opened_at
    raise unreadable(
        "business-rule",
        PATH,
        "no act leads there; give received to open it, or the status stopped to withdraw a question",
    )


def _refuse_elements(resource: Resource, *names: str) -> None:
    """Refuse an element that the server sets, or that a new Communication of this kind cannot have."""
    refuse_changed(resource, None, PATH)
    for name in names:
        if name in resource:
            raise unreadable(
                "business-rule", f"{PATH}.{name}", "a new message of this kind cannot have this element; leave it out"
            )
