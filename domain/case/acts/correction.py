"""The act that corrects a death, a move, or a stay in hospital and its notices, recorded by mistake (SYS-4)."""

from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.events.case import CorrectionReason, FactCorrected, FactKind
from domain.case.permission import permit
from domain.case.state.case import Case, CorrectableFact, evolve
from domain.kernel import Events
from domain.refusals import NotYourPrincipal, UnknownReference, WrongState


def correct_fact(case: Case, *, act: Act, corrects: UUID, reason: CorrectionReason) -> Events:
    """Correct a death, a move or a stay in hospital that your principal recorded by mistake, or for the wrong person.

    A notice that the person is ready for discharge is corrected in the same way, for example if its time was wrong.
    `corrects` is the id of the event that recorded it. From now on the case is as if it had not been recorded: what it
    ended goes on, and responsibility is decided anew. The event stays on record, and a replay as known before the
    correction shows it. If the fact is true in another form, correct it first and then record it anew.
    """
    act = permit(act, case)
    fact = _find_fact(case, corrects)
    if act.actor.principal != fact.principal:
        raise NotYourPrincipal(
            "Another principal recorded this",
            rule="SYS-3",
            remedy="let the principal that recorded it correct it",
            where=("corrects",),
        )
    act.not_before(fact.at, f"the {fact.kind} counts from")
    dated = act.model_copy(update={"occurred_at": fact.at})
    corrected = dated.record(
        FactCorrected, on=case.stream, case_id=case.id, fact=fact.kind, corrects=corrects, reason=reason
    )
    without = evolve(case, corrected)
    _refuse_end_by_later_death(case, without)
    unasked = tuple(key for key in case.allocations if key not in without.allocations)
    return (corrected.model_copy(update={"without_answer": unasked}),)


def _find_fact(case: Case, corrects: UUID) -> CorrectableFact:
    fact = case.correctable.get(corrects)
    if fact is None:
        raise UnknownReference(
            f"The event {corrects} is no death, move, stay in hospital or discharge notice that can be corrected",
            rule="SYS-4",
            remedy="name the event of a death, a move, an admission or a discharge notice that still counts",
            where=("corrects",),
        )
    return fact


def _refuse_end_by_later_death(case: Case, without: Case) -> None:
    """Refuse to correct a move that ended the enrolment, if a death has been recorded since: the death would end it."""
    if without.deceased_on is None or without.is_ended:
        return
    deaths = (str(id) for id, fact in case.correctable.items() if fact.kind is FactKind.DEATH)
    raise WrongState(
        subject="The person",
        state="dead, as recorded after the move",
        needed=("alive",),
        rule="SYS-4",
        acts=(ActName.CORRECT_FACT,),
        instead=f"correct the death ({', '.join(deaths)}) first, and record it anew after the move is corrected",
    )
