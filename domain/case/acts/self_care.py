"""Acts on self-care (egenvård). A version that does not regulate self-care requires nothing (SYS-7)."""

from uuid import uuid5

from domain.act import Act
from domain.agreements.matrix import SELF_CARE, Answer, Question, conditions_of, resolve
from domain.agreements.model import ActName, Holder, SelfCareRule
from domain.case.events.self_care import (
    Carer,
    SelfCareAssessed,
    SelfCarePerformanceHandedOver,
    SelfCareResponsibilityMoved,
)
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.act_content import refuse_missing_fields
from domain.case.rules.responsibility import (
    allocate,
    as_health_care,
    refuse_before_allocation,
    refuse_never_municipal,
    refuse_while_disputed,
    setting_of,
)
from domain.case.state.case import Case
from domain.case.state.self_care import SelfCare
from domain.intervention import Intervention
from domain.kernel import Allocation, Events, HsaId, Slug, Text
from domain.refusals import (
    ActorNotAllowed,
    NotYourPrincipal,
    ReassessmentRequired,
    UnknownReference,
    WrongState,
)


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
    """Assess if an intervention is self-care or health care for this individual (GAV-5-1, -4).

    `responsible` is the person or principal that is responsible for the self-care. Without it, the individual is, or a
    child's guardian if the agreement says so (GAV-9-4). The agreement may require that a child's self-care is assessed
    by licensed staff of the principal that treats the child (GAV-9-6).
    """
    act, named = _permit_on_known(case, act, intervention)
    _refuse_ended_case(case)
    rule = act.in_force.self_care
    before = case.self_care.get(intervention)
    if before is None or before.responsible is None:
        refuse_while_disputed(act, case)
    act.not_before(before.since if before is not None else case.opened_at, "it was last assessed or handed over")
    if rule is not None:
        _refuse_unlicensed(act, case, rule, named)
        refuse_missing_fields(act, {"routine": routine, "routine-version": routine_version})
    _refuse_past_guardian(act, responsible)
    if not is_self_care and responsible is not None:
        raise _carer_of_health_care(act)
    carer = (responsible or _default_carer(act, case, named)) if is_self_care else None
    event = act.record(
        SelfCareAssessed,
        on=before or uuid5(case.id, f"self-care:{intervention}"),
        case_id=case.id,
        clauses=rule.clauses if rule is not None else (),
        party=act.actor.party,
        intervention=intervention,
        is_self_care=is_self_care,
        reason=reason,
        responsible=carer,
        routine=routine,
        routine_version=routine_version,
        allocations=() if _stays(case, named, is_self_care) else _allocate(act, case, named, carer, carer),
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
    """Record that the responsible carer lets another one perform the self-care, and stays responsible (GAV-9-5).

    With `responsibility_too`, responsibility is to move as well. It moves after a new assessment, by `move-self-care`
    (GAV-9-6).
    """
    act, found, named = _permit_on_self_care(case, act, intervention)
    _refuse_other_party(act, performer)
    _refuse_past_guardian(act, performer)
    _refuse_without_carer(act, found)
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
        allocations=_allocate(act, case, named, found.responsible, performer),
    )
    return (event,)


def move(case: Case, *, act: Act, intervention: Slug, to: Carer) -> Events:
    """Move the responsibility for self-care to the carer of a new assessment (GAV-9-6)."""
    act, found, named = _permit_on_self_care(case, act, intervention)
    _refuse_other_party(act, to)
    _refuse_past_guardian(act, to)
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
        allocations=_allocate(act, case, named, to, found.performer),
    )
    return (event,)


def _permit_on(case: Case, act: Act, key: Slug) -> tuple[Act, Intervention | None]:
    """Return the permitted act and the intervention, also one that is only in a plan's draft."""
    planned = (planned for plan in case.plans.values() for planned in plan.draft.interventions)
    drafts = [intervention.plain for intervention in planned if intervention.key == key]
    named = case.named.get(key, drafts[-1] if drafts else None)
    subject = ActSubject(intervention=key, category=named.category if named is not None else None)
    return permit(act, case, subject), named


def _permit_on_known(case: Case, act: Act, key: Slug) -> tuple[Act, Intervention]:
    """Return the permitted act and the intervention. Refuse one that the case does not name."""
    act, named = _permit_on(case, act, key)
    if named is None:
        raise UnknownReference(
            f"The case has no intervention {key}",
            rule="SYS-1",
            remedy="name an intervention of the request, the assessments or a plan",
            where=("intervention",),
        )
    return act, named


def _refuse_ended_case(case: Case) -> None:
    if case.is_ended:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule="C.3")


def _permit_on_self_care(case: Case, act: Act, intervention: Slug) -> tuple[Act, SelfCare, Intervention]:
    """Return the permitted act, the self-care and its intervention. Refuse one that is not self-care."""
    act, named = _permit_on(case, act, intervention)
    found = case.self_care.get(intervention)
    if found is None or not found.is_self_care:
        raise WrongState(
            subject=f"The intervention {intervention}",
            state="health care" if found is not None else "not assessed",
            needed=(SELF_CARE,),
            rule=act.rule,
            acts=(ActName.ASSESS_SELF_CARE,),
        )
    assert named is not None, "what has been assessed has a name"
    _refuse_ended_case(case)
    refuse_while_disputed(act, case)
    act.not_before(found.since, "it was last assessed or handed over")
    return act, found, named


def _stays(case: Case, named: Intervention, is_self_care: bool) -> bool:
    """Return True if an assessment moves nothing: the self-care has a carer, or the health care was health care."""
    before = case.self_care.get(named.key)
    if is_self_care:
        return before is not None and before.responsible is not None
    return named.key in case.allocations and (before is None or not before.is_self_care)


def _refuse_unlicensed(act: Act, case: Case, rule: SelfCareRule, named: Intervention) -> None:
    """Refuse to assess a child's self-care, except by licensed staff of the principal that treats it (GAV-9-6)."""
    is_child = rule.child_below is not None and act.patient_age is not None and act.patient_age < rule.child_below
    if not is_child:
        return
    if not act.actor.role.is_licensed or _find_treating_principal(act, case, named) not in (None, act.actor.principal):
        raise ActorNotAllowed(
            "Only a licensed professional who treats the child can assess its self-care",
            rule=rule.child or rule.clauses[0],
            remedy="let licensed staff of the principal with treatment responsibility assess it",
            where=(act.actor.party, act.actor.role),
        )


def _find_treating_principal(act: Act, case: Case, named: Intervention) -> HsaId | None:
    """Return the principal that treats the person, or that would if the self-care were health care."""
    self_care = case.self_care.get(named.key)
    present = case.responsibility_at(act.occurred_at).get(named.key)
    if present is not None and present.treatment is not None and (self_care is None or not self_care.is_self_care):
        return present.treatment
    (health_care,) = allocate(act, case, [as_health_care(named)], enrolled=False)
    return health_care.treatment


def _refuse_other_party(act: Act, carer: Carer) -> None:
    """Refuse to give self-care to the other party's staff on its behalf (SYS-3)."""
    if carer.party not in (None, act.actor.party):
        raise NotYourPrincipal(
            f"Only the {carer.party} can record that it takes this on",
            rule="SYS-3",
            remedy=f"let the {carer.party} record it",
            where=(carer,),
        )


def _carer_of_health_care(act: Act) -> WrongState:
    """Return the refusal of a person who is to be responsible for self-care that is none."""
    return WrongState(
        subject="The intervention",
        state="health care with somebody responsible for self-care",
        needed=(SELF_CARE,),
        rule=act.rule,
        instead="assess it as self-care, or leave responsible out",
    )


def _refuse_past_guardian(act: Act, carer: Carer | None) -> None:
    """Refuse to name a guardian of a person who has come of age."""
    if carer is Carer.GUARDIAN and act.is_of_age:
        raise WrongState(
            subject="The individual",
            state="of age",
            needed=("a child",),
            rule=act.rule,
            instead="name another person, or a party, as responsible",
        )


def _refuse_without_carer(act: Act, found: SelfCare) -> None:
    """Refuse to hand over self-care for which nobody is responsible since the child came of age (GAV-5-2)."""
    if found.responsible is not None:
        return
    rule = act.in_force.self_care
    raise ReassessmentRequired(
        "Nobody is responsible for the self-care since the individual came of age",
        rule=rule.reassess if rule is not None and rule.reassess is not None else act.rule,
        remedy="assess the self-care again first",
        where=(found.intervention,),
        acts=(ActName.ASSESS_SELF_CARE,),
    )


def _refuse_without_assessment(found: SelfCare, rule: str, to: Carer) -> None:
    asked_at = max(found.settled_at, found.asked_at or found.settled_at)
    if found.assessed_at <= asked_at:
        raise ReassessmentRequired(
            "There is no new assessment since somebody asked to move the responsibility",
            rule=rule,
            remedy="let the licensed professional who treats the person assess the self-care again first",
            where=(found.intervention,),
            acts=(ActName.ASSESS_SELF_CARE,),
        )
    if found.found is not to:
        raise ReassessmentRequired(
            f"By the new assessment the {to} is not responsible",
            rule=rule,
            remedy=f"move the responsibility to the {found.found}, or assess the self-care again",
            where=(found.intervention,),
            acts=(
                ActName.MOVE_SELF_CARE,
                ActName.ASSESS_SELF_CARE,
            ),
        )


def _find_guardian(act: Act, case: Case, named: Intervention) -> Answer | None:
    """Return the matrix's answer that a guardian is responsible for self-care of this profession. None if it is not."""
    question = Question(
        level=case.referral.level,
        setting=setting_of(act.in_force, case),
        age=act.patient_age,
        profession=named.profession,
        intervention=SELF_CARE,
        enrolled=case.is_enrolled,
        single_intervention=False,
        conditions=case.conditions | conditions_of(SELF_CARE),
    )
    match resolve(act.in_force, question):
        case Answer(treatment=Holder.GUARDIAN) as answer:
            return answer
        case _:
            return None


def _default_carer(act: Act, case: Case, named: Intervention) -> Carer:
    """Return the carer of an assessment that names none: the guardian by the matrix (GAV-9-4), or the individual."""
    return Carer.INDIVIDUAL if _find_guardian(act, case, named) is None else Carer.GUARDIAN


def _allocate(
    act: Act, case: Case, named: Intervention, responsible: Carer | None, performer: Carer | None
) -> tuple[Allocation, ...]:
    """Decide the responsibility for the intervention. Health care has no responsible carer, and goes by the matrix.

    Refuse to give the municipality an intervention that it can never have (F17).
    """
    if Carer.MUNICIPALITY in (responsible, performer):
        refuse_never_municipal(act, named)
        if case.informed_municipality is None:
            raise WrongState(
                subject="The request", state="not sent", needed=("sent",), rule="SYS-1", acts=(ActName.SEND_REFERRAL,)
            )
    refuse_while_disputed(act, case)
    refuse_before_allocation(act, case)
    if responsible is None:
        return allocate(act, case, [as_health_care(named)], enrolled=False)
    by_matrix = _find_guardian(act, case, named) if responsible is Carer.GUARDIAN else None
    treats, performs = responsible.party, performer.party if performer is not None else None
    return (
        Allocation(
            intervention=named.key,
            treatment=case.principal(treats) if treats is not None else None,
            performer=case.principal(performs) if performs is not None else None,
            effective_from=act.occurred_at,
            clauses=by_matrix.clauses if by_matrix is not None else act.basis().clauses,
            guardian=responsible is Carer.GUARDIAN,
        ),
    )
