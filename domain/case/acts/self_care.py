"""One function per act on self-care (egenvård). A version that does not regulate it demands nothing (SYS-7)."""

from typing import NamedTuple
from uuid import uuid5

from domain.act import Act
from domain.agreements.content import find_missing
from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import Agreement, Holder, SelfCareRule
from domain.case.events.self_care import (
    Carer,
    SelfCareAssessed,
    SelfCarePerformanceHandedOver,
    SelfCareResponsibilityMoved,
)
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.responsibility import (
    allocate,
    refuse_before_allocation,
    refuse_never_municipal,
    refuse_while_disputed,
    setting_of,
)
from domain.case.state.case import Case
from domain.case.state.self_care import SelfCare
from domain.intervention import CareLevel, Intervention
from domain.kernel import Allocation, Events, HsaId, Instant, Slug, Text
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    NotYourPrincipal,
    ReassessmentRequired,
    UnknownReference,
    WrongState,
)

SELF_CARE = "self-care"
"""What the matrix calls an intervention that is judged as self-care."""
_CHANGED = "case.circumstance-recorded"


def assess(
    case: Case,
    *,
    act: Act,
    intervention: Slug,
    is_self_care: bool,
    reason: Text,
    responsible: Carer | None = None,
    routine: Text | None = None,
    routine_version: Text | None = None,
) -> Events:
    """Judge in this case whether an intervention is self-care or health care, and who answers for it (GAV-5-1, -4).

    Where nobody is named, a child's guardian answers if the version says so (GAV-9-4), and else the individual. Of a
    child only licensed staff of the principal that treats it judge, where the version says so (GAV-9-6).
    """
    named = _named(case, intervention)
    act = permit(
        act, case, ActSubject(intervention=intervention, category=named.category if named is not None else None)
    )
    if named is None:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule="SYS-1",
            remedy="name an intervention of the request, the assessments or a plan",
            where=("intervention",),
        )
    if case.is_ended:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule="C.3")
    rule = act.in_force.self_care
    before = case.self_care.get(intervention)
    act.not_before(before.since if before is not None else case.opened_at, "it was last judged or handed over")
    if rule is not None:
        _refuse_unlicensed(act, case, rule, named)
        _refuse_lacking(act, rule, {"routine": routine, "routine-version": routine_version})
    if not is_self_care and responsible is not None:
        raise WrongState(subject="The intervention", state="health care", needed=(SELF_CARE,), rule=act.rule)
    answers = (responsible or _by_matrix(act, case, named)) if is_self_care else None
    going_on = before is not None and before.is_self_care and is_self_care
    event = act.record(
        SelfCareAssessed,
        on=before or uuid5(case.id, f"self-care:{intervention}"),
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        party=act.actor.party,
        intervention=intervention,
        is_self_care=is_self_care,
        reason=reason,
        responsible=answers,
        routine=routine,
        routine_version=routine_version,
        allocations=() if going_on else _allocations(act, case, named, answers, answers),
    )
    return (event,)


def hand_over(
    case: Case,
    *,
    act: Act,
    intervention: Slug,
    performer: Carer,
    responsibility_too: bool = False,
    note: Text | None = None,
) -> Events:
    """Record that the one who answers for self-care lets another perform it, and goes on answering for it (GAV-9-5).

    It may be asked that responsibility pass too; that takes a new assessment (GAV-9-6).
    """
    act, found, named = _judged(case, act, intervention)
    _refuse_for_other(act, performer)
    rule = act.in_force.self_care
    event = act.record(
        SelfCarePerformanceHandedOver,
        on=found,
        case_id=case.id,
        clauses=(rule.hand_over,) if rule is not None and rule.hand_over is not None else (),
        intervention=intervention,
        performer=performer,
        responsibility_too=responsibility_too,
        note=note,
        allocations=_allocations(act, case, named, found.responsible, performer),
    )
    return (event,)


def move(case: Case, *, act: Act, intervention: Slug, to: Carer) -> Events:
    """Move who answers for self-care, as a new assessment after it was asked for found (F23, GAV-9-6)."""
    act, found, named = _judged(case, act, intervention)
    _refuse_for_other(act, to)
    rule = act.in_force.self_care
    if rule is not None and rule.move is not None:
        _refuse_without_assessment(found, rule.move, to)
    event = act.record(
        SelfCareResponsibilityMoved,
        on=found,
        case_id=case.id,
        clauses=(rule.move,) if rule is not None and rule.move is not None else (),
        intervention=intervention,
        responsible=to,
        allocations=_allocations(act, case, named, to, found.performer),
    )
    return (event,)


class Reassessment(NamedTuple):
    """A new assessment that is to be made, since when, and on which rule."""

    intervention: Slug
    since: Instant
    rule: str


def awaiting_reassessment(case: Case, agreement: Agreement) -> tuple[Reassessment, ...]:
    """The self-care to be judged anew: circumstances have changed since, or it was asked that responsibility pass."""
    rule = agreement.self_care
    if rule is None or case.is_ended:
        return ()
    changed = case.happened.get(_CHANGED)
    found = []
    for one in case.self_care.values():
        if rule.reassess is not None and changed is not None and changed.at > one.assessed_at:
            found.append(Reassessment(one.intervention, changed.at, rule.reassess))
        elif rule.move is not None and one.asked_at is not None and one.asked_at >= one.assessed_at:
            found.append(Reassessment(one.intervention, one.asked_at, rule.move))
    return tuple(found)


def _named(case: Case, intervention: Slug) -> Intervention | None:
    """The intervention as the case names it: also one that is only written in a plan's draft."""
    drafted = [one.plain for plan in case.plans.values() for one in plan.draft.interventions if one.key == intervention]
    return case.named.get(intervention, drafted[-1] if drafted else None)


def _judged(case: Case, act: Act, intervention: Slug) -> tuple[Act, SelfCare, Intervention]:
    """The act as it is permitted, and what is judged as self-care. Refuses what is not."""
    named = _named(case, intervention)
    act = permit(
        act, case, ActSubject(intervention=intervention, category=named.category if named is not None else None)
    )
    found = case.self_care.get(intervention)
    if found is None or named is None or not found.is_self_care:
        raise WrongState(
            subject=f"The intervention {intervention}",
            state="health care" if found is not None else "not judged",
            needed=(SELF_CARE,),
            rule=act.rule,
        )
    if case.is_ended:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule="C.3")
    act.not_before(found.since, "it was last judged or handed over")
    return act, found, named


def _refuse_unlicensed(act: Act, case: Case, rule: SelfCareRule, named: Intervention) -> None:
    """Of a child, only licensed staff judge, and of the principal that treats it where that is known (GAV-9-6)."""
    is_child = rule.child_below is not None and act.patient_age is not None and act.patient_age < rule.child_below
    if not is_child:
        return
    if not act.actor.role.is_licensed or _treating(act, case, named) not in (None, act.actor.principal):
        raise ActorNotAllowed(
            "A child's self-care is judged by a licensed professional who treats the child",
            rule=rule.child or rule.clauses[0],
            remedy="let licensed staff of the principal with treatment responsibility judge it",
            where=(act.actor.party, act.actor.role),
        )


def _treating(act: Act, case: Case, named: Intervention) -> HsaId | None:
    """The principal that treats: whoever answers for the self-care, it is the one whose health care it would be."""
    judged = case.self_care.get(named.key)
    held = case.responsibility_at(act.occurred_at).get(named.key)
    if held is not None and held.treatment is not None and (judged is None or not judged.is_self_care):
        return held.treatment
    (care,) = allocate(act, case, [named], enrolled=False)
    return care.treatment


def _refuse_lacking(act: Act, rule: SelfCareRule, said: dict[str, Text | None]) -> None:
    lacking = find_missing(act.in_force, rule.assessment, said, track=act.track) if rule.assessment is not None else ()
    if lacking:
        raise ContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)


def _refuse_for_other(act: Act, carer: Carer) -> None:
    """Nobody takes on for another principal what its staff are to do or answer for (SYS-3)."""
    if carer.party not in (None, act.actor.party):
        raise NotYourPrincipal(
            f"The {carer.party} takes on what is its own",
            rule="SYS-3",
            remedy=f"let the {carer.party} record it",
            where=(carer,),
        )


def _refuse_without_assessment(found: SelfCare, rule: str, to: Carer) -> None:
    asked_at = max(found.settled_at, found.asked_at or found.settled_at)
    if found.assessed_at <= asked_at:
        raise ReassessmentRequired(
            "No new assessment has been made since it was asked that responsibility pass",
            rule=rule,
            remedy="let the licensed professional who treats the person judge it anew first",
            where=(found.intervention,),
        )
    if found.found is not to:
        raise ReassessmentRequired(
            f"The new assessment does not find that the {to} is to answer for it",
            rule=rule,
            remedy=f"move it to the {found.found}, or have it judged anew",
            where=(found.intervention,),
        )


def _answer(act: Act, case: Case, named: Intervention) -> Answer | None:
    """What the matrix says of self-care of this sort; None where it says nothing, or two things."""
    answer = resolve(
        act.in_force,
        Question(
            level=case.referral.level or CareLevel.PRIMARY,
            setting=setting_of(act, case),
            age=act.patient_age,
            profession=named.profession,
            intervention=SELF_CARE,
            enrolled=case.enrolment is not None and case.enrolment.started_at is not None,
            single_intervention=False,
            conditions=case.conditions,
        ),
    )
    return answer if isinstance(answer, Answer) else None


def _by_matrix(act: Act, case: Case, named: Intervention) -> Carer:
    """Who answers where nobody is named: by the matrix a child's guardian (GAV-9-4), and else the individual."""
    answer = _answer(act, case, named)
    return Carer.GUARDIAN if answer is not None and answer.treatment is Holder.GUARDIAN else Carer.INDIVIDUAL


def _allocations(
    act: Act, case: Case, named: Intervention, responsible: Carer | None, performer: Carer | None
) -> tuple[Allocation, ...]:
    """Who answers for the intervention from here on. What is judged as health care is allocated as that is.

    Refuses to give the municipality what can never be its own (F17).
    """
    if Carer.MUNICIPALITY in (responsible, performer):
        refuse_never_municipal(act, named)
    refuse_while_disputed(act, case)
    refuse_before_allocation(act, case)
    if responsible is None:
        return allocate(act, case, [named], enrolled=False)
    answer = _answer(act, case, named)
    by_matrix = answer is not None and responsible is Carer.GUARDIAN and answer.treatment is Holder.GUARDIAN
    treats, performs = responsible.party, performer.party if performer is not None else None
    return (
        Allocation(
            intervention=named.key,
            treatment=case.principal(treats) if treats is not None else None,
            performer=case.principal(performs) if performs is not None else None,
            effective_from=act.occurred_at,
            clauses=answer.clauses if answer is not None and by_matrix else act.basis().clauses,
            guardian=responsible is Carer.GUARDIAN,
        ),
    )
