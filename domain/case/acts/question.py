"""Acts on questions between the parties (SYS-8): one asks, the other opens and answers, the asker opens the answer."""

from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.events.question import (
    AnswerOpened,
    QuestionAnswered,
    QuestionOpened,
    QuestionSent,
    QuestionWithdrawn,
)
from domain.case.permission import permit
from domain.case.state.case import Case
from domain.case.state.question import PartyQuestion
from domain.kernel import Events, Party, Text
from domain.refusals import NobodyToAsk, NotYourPrincipal, UnknownReference, WrongState

RULE = "SYS-8"
SENDING = (
    ActName.SEND_REFERRAL,
    ActName.PROPOSE_HANDOVER,
    ActName.OPEN_DISCHARGE_PLANNING,
    ActName.START_REHAB_ASSESSMENT,
)
"""The acts by which a municipality gets to know of a case, each on its tracks."""


def ask_question(case: Case, *, act: Act, text: Text, plan: UUID | None = None) -> Events:
    """Ask the other party a question in the case, about the request or about a plan (`plan`).

    The other party must answer, until you withdraw the question. It changes no responsibility and starts no time limit.
    A question is possible from the time at which both parties know of the case, also after its end.
    """
    act = permit(act, case)
    if case.municipality not in case.readers:
        raise NobodyToAsk(acts=SENDING)
    if plan is not None and plan not in case.plans:
        raise UnknownReference(
            f"The case has no plan {plan}",
            rule="SYS-1",
            remedy="name a plan of this case, or leave the plan out",
            where=("plan",),
        )
    act.not_before(case.referral.sent_at or case.opened_at, "both parties knew of the case")
    if plan is not None:
        act.not_before(case.plans[plan].initiated_at, "the plan was begun")
    question = act.new_id("question")
    event = act.record(
        QuestionSent,
        on=question,
        case_id=case.id,
        question_id=question,
        party=act.actor.party,
        receiver=case.municipality if act.actor.principal == case.region else case.region,
        text=text,
        plan=plan,
    )
    return (event,)


def open_question(case: Case, *, act: Act, question: UUID) -> Events:
    """Open a question to your own party. It is on record from then on who opened it, and when.

    Reading a case opens nothing. Whoever answers a question opens it by that.
    """
    act = permit(act, case)
    asked = _require_open(case, question)
    _refuse_asker(act, asked, "open it")
    if asked.opened is not None:
        raise WrongState(subject="The question", state="opened", needed=("not opened",), rule=RULE)
    act.not_before(asked.since, "the question was asked")
    return (act.record(QuestionOpened, on=asked, case_id=case.id, question_id=asked.id),)


def answer_question(case: Case, *, act: Act, question: UUID, text: Text) -> Events:
    """Answer a question to your own party, once. If the asker needs more, it asks a new question."""
    act = permit(act, case)
    asked = _require_open(case, question)
    _refuse_asker(act, asked, "answer it")
    event = act.record(
        QuestionAnswered,
        on=asked,
        case_id=case.id,
        question_id=asked.id,
        answer_id=act.new_id("answer"),
        party=act.actor.party,
        text=text,
    )
    return (event,)


def open_answer(case: Case, *, act: Act, question: UUID) -> Events:
    """Open the answer to your own party's question. It is on record from then on who opened it, and when."""
    act = permit(act, case)
    asked = _find(case, question)
    _refuse_receiver(act, asked, "open the answer")
    if asked.answer is None:
        acts = (ActName.ANSWER_QUESTION,) if asked.is_open else ()
        raise WrongState(subject="The question", state=asked.status, needed=("answered",), rule=RULE, acts=acts)
    if asked.answer.opened is not None:
        raise WrongState(subject="The answer", state="opened", needed=("not opened",), rule=RULE)
    act.not_before(asked.since, "the question was answered")
    return (act.record(AnswerOpened, on=asked, case_id=case.id, question_id=asked.id),)


def withdraw_question(case: Case, *, act: Act, question: UUID) -> Events:
    """Withdraw your own party's question before it is answered. Nobody has to answer it any more."""
    act = permit(act, case)
    asked = _require_open(case, question)
    _refuse_receiver(act, asked, "withdraw it")
    return (act.record(QuestionWithdrawn, on=asked, case_id=case.id, question_id=asked.id),)


def _find(case: Case, id: UUID) -> PartyQuestion:
    """Return the question with the id. Refuse an id that the case does not have."""
    found = case.question(id)
    if found is None:
        raise UnknownReference(
            f"The case has no question {id}",
            rule="SYS-1",
            remedy="name a question of this case",
            where=("question",),
        )
    return found


def _require_open(case: Case, id: UUID) -> PartyQuestion:
    """Return the question with the id. Refuse one that is answered, withdrawn, or left by the municipality."""
    found = _find(case, id)
    if not found.is_open:
        raise WrongState(
            subject="The question",
            state=found.status,
            needed=("open",),
            rule=RULE,
            acts=(ActName.ASK_QUESTION,),
            instead="ask a new question if there is more to ask",
        )
    return found


def _refuse_asker(act: Act, asked: PartyQuestion, deed: str) -> None:
    """Refuse everybody but the principal that was asked."""
    if act.actor.principal != asked.receiver:
        raise _make_refusal(act, asked.party.other, deed)


def _refuse_receiver(act: Act, asked: PartyQuestion, deed: str) -> None:
    """Refuse everybody but the principal that asked."""
    if act.actor.principal != asked.principal:
        raise _make_refusal(act, asked.party, deed)


def _make_refusal(act: Act, party: Party, deed: str) -> NotYourPrincipal:
    return NotYourPrincipal(
        f"This is for the {party} of the question to do: only that principal can {deed}",
        rule="SYS-3",
        remedy=f"let the {party} {deed}",
        where=(party,),
        acts=(act.name,),
    )
