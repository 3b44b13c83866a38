"""Who answers for an intervention from an act on, by the agreement's matrix. Decided once and stored in the event."""

from collections.abc import Iterable
from uuid import UUID

from domain.act import Act
from domain.agreements.conditions import CRITERIA_MET, plan_in_force
from domain.agreements.matrix import Answer, Conflict, Question, find_never_municipal, require_can_be_municipal, resolve
from domain.agreements.model import DisputeSubject, Guard, Holder, NotRegulated
from domain.case.events.care_plan import PlannedIntervention
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.intervention import CareLevel, Intervention, Scope
from domain.kernel import Allocation, HsaId, Party, Slug
from domain.refusals import DisputeOpen, NotMunicipal


def setting_of(act: Act, case: Case) -> Slug:
    """Where the person lives, in the agreement's words. A move to another place leaves the setting as it was.

    Where nobody said, it is the first setting that the agreement covers.
    """
    if case.moved_to is not None and case.moved_to in act.in_force.vocabulary.settings:
        return case.moved_to
    return case.referral.setting or act.in_force.scope.settings[0]


def allocate(
    act: Act, case: Case, interventions: Iterable[Intervention], *, enrolled: bool, municipality: HsaId | None = None
) -> tuple[Allocation, ...]:
    """Who answers for each intervention from the act on, by the matrix of the version in force (SKR-5-3).

    Of who is not enrolled, what the region treats and the municipality is to perform stays with the region until it has
    been accepted, where the version asks for that (GAV-6-3).
    """
    found = tuple(
        _allocation(act, case, one, answer_of(act, case, one, enrolled=enrolled), municipality or case.municipality)
        for one in interventions
    )
    ground = None if enrolled else act.ground(Guard.ACCEPTED_HANDOVER)
    if ground is None:
        return found
    return tuple(
        one.model_copy(update={"performer": case.region, "clauses": ground.clauses, "derived": True})
        if one.treatment == case.region and one.performer not in {None, case.region}
        else one
        for one in found
    )


def allocate_planned(act: Act, case: Case, planned: Iterable[PlannedIntervention]) -> tuple[Allocation, ...]:
    """Who answers for each planned intervention once the person is enrolled (ORE-1.2-2, 3.1.4-15).

    What the plan leaves with the region stays there, on the act's own clauses; what it gives to no principal stays as
    it is. Refuses what the matrix does not give to the municipality.
    """
    return tuple(
        _by_matrix(act, case, one) if one.performer is Party.MUNICIPALITY else _by_region(act, case, one)
        for one in planned
        if one.performer is not None
    )


def allocate_new(act: Act, case: Case, interventions: Iterable[Intervention]) -> tuple[Allocation, ...]:
    """Who answers for what was named for the first time, until it is taken over: as for the not enrolled (ORE-3-1)."""
    return allocate(act, case, [one for one in interventions if one.key not in case.allocations], enrolled=False)


def allocate_returned(act: Act, case: Case) -> tuple[Allocation, ...]:
    """What the municipality held goes back when there is no enrolment, or is not to be one (ORE-3-1)."""
    held = {key for key, one in case.allocations.items() if one.performer == case.municipality}
    return allocate(act, case, [one for one in case.interventions if one.key in held], enrolled=False)


def allocate_agreed(act: Act, case: Case, agreed: Iterable[PlannedIntervention]) -> tuple[Allocation, ...]:
    """Who answers once both have agreed to a plan's text.

    Before the enrolment only what is new to the case is named. While the person is enrolled, what the region takes back
    moves at once, and what the municipality has keeps to the new text; what becomes the municipality's is handed over
    and accepted one by one (ORE-2.2-5). In a setting that the agreement does not cover, what the municipality has stays
    as it is.
    """
    agreed = tuple(agreed)
    if case.enrolment is None or case.enrolment.started_at is None:
        return allocate_new(act, case, [one.plain for one in agreed])
    covered = setting_of(act, case) in act.in_force.scope.settings
    held = {key for key, one in case.allocations.items() if one.performer == case.municipality} if covered else set()
    moved = [one for one in agreed if one.performer is Party.REGION or one.key in held]
    new = [one.plain for one in agreed if one.performer is not Party.REGION]
    return (*allocate_planned(act, case, moved), *allocate_new(act, case, new))


def allocate_moved(act: Act, case: Case, setting: Slug) -> tuple[Allocation, ...]:
    """Who answers, in the setting that the person has moved to, for what the matrix has a row about (ORE-3.4.1-2).

    Only rows about the very intervention and the setting: what the matrix says of care in general is asked again at
    the next decision. Nothing where the person has moved to a place and not to another setting.
    """
    if act.agreement is None or setting not in act.agreement.vocabulary.settings:
        return ()
    rows = {row.id for row in act.agreement.matrix if row.interventions and setting in row.settings}
    enrolled = case.enrolment is not None and case.enrolment.started_at is not None
    found = []
    for one in case.interventions:
        question = _question(act, case, one, enrolled=enrolled).model_copy(update={"setting": setting})
        answer = resolve(act.agreement, question)
        if isinstance(answer, Answer) and rows.intersection(answer.rows):
            found.append(_allocation(act, case, one, answer, case.municipality))
    held = case.responsibility_at(act.occurred_at)
    return tuple(one for one in found if not _same(one, held.get(one.intervention)))


def _same(one: Allocation, held: Allocation | None) -> bool:
    return held is not None and (one.treatment, one.performer) == (held.treatment, held.performer)


def unregulated(act: Act, case: Case) -> tuple[Allocation, ...]:
    """That the version does not say who answers for anything from here on (SYS-7)."""
    return tuple(
        Allocation(intervention=key, treatment=None, performer=None, effective_from=act.occurred_at, clauses=())
        for key in case.allocations
    )


def refuse_out_of_order(act: Act, case: Case) -> None:
    """Refuse to move responsibility from before it was last decided on, so that every moment has one answer."""
    if case.allocated_at is not None:
        act.not_before(case.allocated_at, "responsibility was last decided on")


def refuse_before_resolved_day(act: Act, case: Case, interventions: Iterable[Intervention]) -> None:
    """Refuse to give the municipality what a resolution lets pass on a later day (ORE-3.1.3-14)."""
    for one in interventions:
        if one.key in case.allocations:
            act.not_before(case.allocations[one.key].effective_from, "performance passes as resolved")


def refuse_left_with_region(case: Case, interventions: Iterable[Intervention]) -> None:
    """Refuse to give the municipality what a resolution left with the region, until both agree to a plan that does."""
    left = [one.key for one in interventions if one.key in case.left_with_region]
    if left:
        raise NotMunicipal(
            f"The disagreement was resolved with the region performing {', '.join(left)}",
            rule=next(iter(case.allocations[left[0]].clauses), "SYS-7"),
            remedy="agree to a plan that says otherwise first, or let the region perform",
            where=left,
        )


def refuse_while_disputed(act: Act, case: Case) -> None:
    """Refuse to move performance while a disagreement is open, or in the time when it was (F11).

    A version that does not say who performs meanwhile does not stop it (SYS-7).
    """
    for ended in case.disputes:
        if ended.ended_at is not None:
            act.not_before(ended.ended_at, "the disagreement was resolved")
    _refuse_disputed(act, case.open_dispute)


def refuse_disputed_plan(act: Act, case: Case, plan: UUID) -> None:
    """Refuse to agree to a plan whose content is in dispute."""
    _refuse_disputed(act, case.open_on(DisputeSubject.PLAN, plan))


def _refuse_disputed(act: Act, dispute: Dispute | None) -> None:
    rule = act.agreement.dispute if act.agreement is not None else None
    if dispute is not None and rule is not None and rule.interim is not None:
        raise DisputeOpen(
            "A disagreement is open; performance stays where it was until it is resolved",
            rule=rule.clauses[0],
            remedy="both parties resolve the disagreement first",
            where=(str(dispute.id),),
        )


def refuse_never_municipal(act: Act, intervention: Intervention) -> None:
    """Refuse to give the municipality what can never be its own (F17)."""
    require_can_be_municipal(act.in_force, _question(act, None, intervention, enrolled=True))


def is_for_other(act: Act, case: Case, intervention: Intervention, party: Party, *, level: CareLevel | None) -> bool:
    """Whether the version gives the intervention to the other party whatever this one agrees to (F17, ORE-1.2-4)."""
    enrolled = party is Party.MUNICIPALITY
    if enrolled and find_never_municipal(act.in_force, _question(act, None, intervention, enrolled=True)):
        return True
    answer = answer_of(act, case, intervention, enrolled=enrolled, level=level)
    return isinstance(answer, Answer) and answer.performer is Holder(party.other)


def refuse_out_of_scope(act: Act, case: Case, level: CareLevel | None) -> None:
    """Refuse to give the municipality care at a level or in a setting that the agreement does not cover."""
    scope = act.in_force.scope
    setting = setting_of(act, case)
    if setting not in scope.settings:
        raise NotMunicipal(
            f"Care in the setting {setting} lies outside the agreement",
            rule=scope.clauses[0],
            remedy="let it stay with whom it is, or settle it between the parties outside this agreement",
            where=("setting",),
        )
    if level is not None and level not in scope.levels:
        raise NotMunicipal(
            f"Care at the {level} level lies outside the agreement",
            rule=scope.clauses[0],
            remedy="let the region keep it, or decline the request",
            where=("level",),
        )


def refuse_not_municipal(act: Act, case: Case, planned: PlannedIntervention, *, kind: Slug | None = None) -> None:
    """Refuse to give the municipality what the matrix does not let it perform, or is silent on (F17, SYS-7, SKR-5-2).

    While a plan of a kind is being written it is asked of the day when that plan is in force and the criteria are met:
    whether they are is asked again before anything moves.
    """
    refuse_never_municipal(act, planned)
    question = _question(act, case, planned, enrolled=True)
    if kind is not None:
        foreseen = {CRITERIA_MET, plan_in_force(kind)}
        question = question.model_copy(update={"conditions": question.conditions | foreseen})
    answer = resolve(act.in_force, question)
    if not isinstance(answer, Answer) or answer.performer is not Holder.MUNICIPALITY:
        stands = "is silent on it" if isinstance(answer, NotRegulated) else "gives it to someone else"
        raise NotMunicipal(
            f"The agreement {stands}: {planned.key} cannot be planned for the municipality",
            rule=answer.clauses[0] if isinstance(answer, Answer | Conflict) else "SYS-7",
            remedy="plan it for the region, or settle it between the parties first",
            where=(planned.key,),
        )


def _by_matrix(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    refuse_not_municipal(act, case, planned)
    answer = answer_of(act, case, planned, enrolled=True)
    allocation = _allocation(act, case, planned, answer, case.municipality)
    return allocation.model_copy(update={"shared": allocation.shared or bool(planned.shared)})


def _by_region(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    """What the plan leaves with the region, on the act's clauses, and on the matrix's where that says the same."""
    answer = answer_of(act, case, planned, enrolled=True)
    same = answer if isinstance(answer, Answer) and answer.performer is Holder.REGION else None
    return Allocation(
        intervention=planned.key,
        treatment=case.region,
        performer=case.region,
        shared=bool(planned.shared),
        effective_from=act.occurred_at,
        clauses=tuple(dict.fromkeys((*act.basis().clauses, *(same.clauses if same is not None else ())))),
        named=", ".join(same.named) or None if same is not None else None,
    )


def _allocation(
    act: Act,
    case: Case,
    intervention: Intervention,
    answer: Answer | Conflict | NotRegulated,
    municipality: HsaId | None,
) -> Allocation:
    if not isinstance(answer, Answer):
        return Allocation(
            intervention=intervention.key,
            treatment=None,
            performer=None,
            effective_from=act.occurred_at,
            clauses=answer.clauses if isinstance(answer, Conflict) else (),
        )
    principals: dict[Holder | None, HsaId | None] = {Holder.REGION: case.region, Holder.MUNICIPALITY: municipality}
    return Allocation(
        intervention=intervention.key,
        treatment=principals.get(answer.treatment),
        performer=principals.get(answer.performer),
        shared=answer.shared,
        effective_from=act.occurred_at,
        clauses=answer.clauses,
        derived=answer.derived,
        guardian=Holder.GUARDIAN in (answer.treatment, answer.performer),
        named=", ".join(answer.named) or None,
    )


def answer_of(
    act: Act, case: Case, intervention: Intervention, *, enrolled: bool, level: CareLevel | None = None
) -> Answer | Conflict | NotRegulated:
    """What the matrix says of the intervention, as things stand in the case."""
    return resolve(act.in_force, _question(act, case, intervention, enrolled=enrolled, level=level))


def _question(
    act: Act, case: Case | None, intervention: Intervention, *, enrolled: bool, level: CareLevel | None = None
) -> Question:
    stated = intervention.ordering.performing_level if intervention.ordering is not None else None
    level = stated or level or (case.referral.level if case is not None else None)
    scope = intervention.scope if isinstance(intervention, PlannedIntervention) else None
    return Question(
        level=level or CareLevel.PRIMARY,
        setting=setting_of(act, case) if case is not None else act.in_force.scope.settings[0],
        age=act.patient_age,
        profession=intervention.profession,
        intervention=intervention.category,
        enrolled=enrolled,
        single_intervention=scope is Scope.SINGLE,
        conditions=act.granted | (case.conditions if case is not None else frozenset()),
    )
