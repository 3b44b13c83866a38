"""The answers that must stand: who is responsible for each intervention by the facts on record, or what keeps another.

`domain/case/decisions.py` asks after every act, so that no answer goes stale.
"""

from collections.abc import Iterator

from domain.act import Act
from domain.agreements.matrix import Answer
from domain.agreements.model import Holder
from domain.case.events.self_care import Carer
from domain.case.rules.responsibility import allocate, answer_for_whole_person, ask_matrix, without_municipality
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Allocation, Keeper, Party

NO_AGREEMENT = "SKR-3-8"
"""The rule that nothing has passed to a municipality without an agreement."""


def find_changes(act: Act, case: Case) -> Iterator[Allocation]:
    """Find the interventions whose present answer is not the one that must stand when the act occurs.

    Nothing follows in a case that has ended. An answer that has effect later than the act was given by a resolution,
    and follows again after the one until then.
    """
    if case.is_ended:
        return
    answers = case.responsibility_at(act.occurred_at)
    for intervention in case.interventions:
        present, latest = answers.get(intervention.key), case.allocations.get(intervention.key)
        if present is not None and present.effective_from > act.occurred_at:
            continue
        wanted = _find_answer(act, case, intervention, present)
        if not _stands(act, case, intervention, wanted, present):
            yield wanted
            if latest is not None and latest.effective_from > act.occurred_at:
                yield latest


def name_keeper(act: Act, case: Case, allocation: Allocation) -> Allocation:
    """Return an answer that an act has just given, and name what keeps it if the matrix would give another."""
    named = case.named.get(allocation.intervention)
    if named is None:
        return allocation
    return allocation.model_copy(update={"kept_by": _find_answer(act, case, named, allocation).kept_by})


def _find_answer(act: Act, case: Case, intervention: Intervention, present: Allocation | None) -> Allocation:
    """Return the answer that must stand for an intervention when the act occurs, instead of the present one."""
    present, elsewhere = _find_holding(act, case, present), _without_agreement(act, case, intervention)
    now = {"effective_from": act.occurred_at}
    if present is not None:
        keeper = _find_keeper(act, case, intervention)
        if keeper is not None:
            whole = elsewhere or answer_for_whole_person(act, case, intervention)
            kept_by = None if _has_same_holders(present, whole) else keeper
            return present.model_copy(update=now | {"kept_by": kept_by})
    if elsewhere is not None:
        return elsewhere
    answer = _by_takeover(act, case, intervention)
    if present is None:
        return answer
    if _passes_by_law(act, case, intervention, present):
        return present.model_copy(update=now | {"kept_by": Keeper.TAKEOVER})
    return _keep_if_silent(answer, present).model_copy(update=now)


def _find_holding(act: Act, case: Case, present: Allocation | None) -> Allocation | None:
    """Return the present answer, without those who can hold it no longer.

    Nobody answers in place of the guardian of a child who has come of age (GAV-9-4). A municipality answers for nothing
    in a case that it does not know of.
    """
    if present is not None and case.informed_municipality is None:
        present = without_municipality(case, present)
    if present is None or not present.guardian or not act.is_of_age:
        return present
    return present.model_copy(update={"guardian": False, "clauses": ()})


def _find_keeper(act: Act, case: Case, intervention: Intervention) -> Keeper | None:
    """Find what keeps the present answer, whatever the matrix says. None if nothing does."""
    key = intervention.key
    if case.is_suspended:
        return Keeper.DISAGREEMENT
    if key in case.resolved:
        return Keeper.RESOLUTION
    care = case.self_care.get(key)
    if care is not None and care.responsible is not None and not (care.responsible is Carer.GUARDIAN and act.is_of_age):
        return Keeper.SELF_CARE
    planned = case.planned.get(key) if key in case.left_by_plan else None
    return Keeper.PLAN if planned is not None and planned.performer is Party.REGION else None


def _without_agreement(act: Act, case: Case, intervention: Intervention) -> Allocation | None:
    """Return the answer when no version is in force: the region keeps the duty (SKR-3-8). None if one is in force."""
    if act.agreement is not None:
        return None
    return Allocation(
        intervention=intervention.key,
        treatment=case.region,
        performer=case.region,
        effective_from=act.occurred_at,
        clauses=(NO_AGREEMENT,),
        derived=True,
    )


def _by_takeover(act: Act, case: Case, intervention: Intervention) -> Allocation:
    """Ask the matrix as for an enrolled person if the municipality has taken the intervention over, or else as before.

    Name that the intervention has not been taken over, if that is why the answer differs from the one for the person.
    """
    taken_over = intervention.key in case.taken_over
    (answer,) = allocate(act, case, [intervention], enrolled=taken_over)
    planned = case.find_planned(intervention.key) if case.is_enrolled else None
    if planned is not None and planned.shared and (taken_over or planned.performer is Party.REGION):
        answer = answer.model_copy(update={"shared": True})
    whole = answer_for_whole_person(act, case, intervention)
    return answer if _has_same_holders(answer, whole) else answer.model_copy(update={"kept_by": Keeper.TAKEOVER})


def _passes_by_law(act: Act, case: Case, intervention: Intervention, present: Allocation) -> bool:
    """Return True if a row that always holds gives the municipality what the region treats or performs in an enrolment.

    It hands over no running care by itself, for example at a move to special housing (SKR-3-5).
    """
    if not case.is_enrolled or case.region not in (present.treatment, present.performer):
        return False
    asked = ask_matrix(act, case, intervention, enrolled=intervention.key in case.taken_over)
    return isinstance(asked, Answer) and asked.always and asked.performer is Holder.MUNICIPALITY


def _keep_if_silent(answer: Allocation, present: Allocation) -> Allocation:
    """Return the answer, with the present performer if the answer names none: silence hands nothing over (SYS-7).

    If the answer names nobody at all, the present one stays whole. So it does while the municipality that the answer is
    about does not know of the case.
    """
    if answer.performer is not None or answer.guardian or (present.performer, present.treatment) == (None, None):
        return answer
    kept = {"kept_by": answer.kept_by if answer.kept_by is Keeper.NOT_SENT else Keeper.SILENCE}
    if answer.treatment is None:
        return present.model_copy(update=kept)
    if present.performer is None:
        return answer
    return answer.model_copy(update={"performer": present.performer} | kept)


def _has_same_holders(one: Allocation, other: Allocation) -> bool:
    """Return True if both answers name the same principals, or both a guardian."""
    return (one.treatment, one.performer, one.guardian) == (other.treatment, other.performer, other.guardian)


def _stands(act: Act, case: Case, intervention: Intervention, wanted: Allocation, present: Allocation | None) -> bool:
    """Return True if the present answer is the wanted one, under the version in force unless something keeps it.

    It may stand on clauses of the act that gave it as well, and name no employer if the one that performs is wanted.
    """
    if present is None or not set(wanted.clauses) <= set(present.clauses):
        return False
    same: dict[str, object] = {"effective_from": wanted.effective_from, "clauses": wanted.clauses}
    if present.employment.employer == wanted.employment.employer:
        same["employer"] = wanted.employer
    if wanted != present.model_copy(update=same):
        return False
    if wanted.kept_by is not None or _find_keeper(act, case, intervention) is not None:
        return True
    if act.agreement is None:
        return case.grounds[intervention.key] is None
    basis, beside = act.agreement.ref, act.agreement.subordinate
    cited = case.subordinate_grounds.get(intervention.key, {})
    return case.grounds[intervention.key] == basis and all(beside.get(letters) == ref for letters, ref in cited.items())
