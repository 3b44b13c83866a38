"""Responsibility for interventions from an act on, by the agreement's matrix. It is decided once and stored."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from domain.act import Act
from domain.agreements.conditions import ASSESSED_AS_SELF_CARE, CRITERIA_MET, plan_in_force
from domain.agreements.matrix import (
    SELF_CARE,
    Answer,
    Conflict,
    Question,
    conditions_of,
    find_always,
    find_never_municipal,
    require_can_be_municipal,
    resolve,
)
from domain.agreements.model import ActName, Agreement, DisputeSubject, Guard, Holder, NotRegulated
from domain.case.events.care_plan import PlannedIntervention
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.intervention import CareLevel, Intervention, Scope
from domain.kernel import Allocation, HsaId, Instant, Keeper, Party, Slug
from domain.refusals import DisputeOpen, NotMunicipal

HOLDERS = ("treatment", "performer", "employer", "medical")
"""The names under which an answer of the matrix, and an allocation, has those that hold responsibility."""


def as_health_care(intervention: Intervention) -> Intervention:
    """Return the intervention as health care, if it was named by the agreement's word for self-care."""
    return intervention.model_copy(update={"category": None}) if intervention.category == SELF_CARE else intervention


def setting_of(agreement: Agreement, case: Case, at: Instant | None = None) -> Slug:
    """Return the setting in which the person lives, or lived at a moment, in the agreement's words.

    A move to another place does not change it. If none is on record, it is the first setting that the agreement covers.
    """
    move = case.find_move(at) if at is not None else None
    moved_to = case.moved_to if at is None else move.to if move is not None else None
    if moved_to in agreement.vocabulary.settings:
        return moved_to
    return case.referral.setting or agreement.scope.settings[0]


def allocate(
    act: Act, case: Case, interventions: Iterable[Intervention], *, enrolled: bool, municipality: HsaId | None = None
) -> tuple[Allocation, ...]:
    """Decide the responsibility for each intervention, by the matrix of the version in force (SKR-5-3).

    If the version requires an accepted handover, the region performs what it treats until the handover is accepted, for
    a person who is not enrolled (GAV-6-3). What the matrix gives to a municipality has no principal by name while no
    municipality knows of the case. `municipality` is one that the act itself tells.
    """
    ground = None if enrolled else act.ground(Guard.ACCEPTED_HANDOVER)
    found: list[Allocation] = []
    for intervention in interventions:
        answer = ask_matrix(act, case, intervention, enrolled=enrolled)
        allocation = _allocation(act, case, intervention, answer, municipality or case.informed_municipality)
        if ground is not None and isinstance(answer, Answer) and _is_handed_over(answer):
            kept: dict[str, object] = {"performer": case.region, "employer": None, "kept_by": None}
            kept |= {"clauses": ground.clauses, "derived": True}
            allocation = allocation.model_copy(update=kept)
        found.append(allocation)
    return tuple(found)


def _is_handed_over(answer: Answer) -> bool:
    """Return True if the region treats, and the municipality performs."""
    return (answer.treatment, answer.performer) == (Holder.REGION, Holder.MUNICIPALITY)


def allocate_planned(act: Act, case: Case, planned: Iterable[PlannedIntervention]) -> tuple[Allocation, ...]:
    """Decide the responsibility for planned interventions when the person is enrolled (ORE-1.2-2, 3.1.4-15).

    An intervention that the plan leaves with the region stays there, on the act's own clauses. One without a performer
    stays as it is. Refuse one for the municipality that the matrix does not give to it.
    """
    return tuple(
        _by_matrix(act, case, intervention)
        if intervention.performer is Party.MUNICIPALITY
        else _by_region(act, case, intervention)
        for intervention in planned
        if intervention.performer is not None
    )


def allocate_new(act: Act, case: Case, interventions: Iterable[Intervention]) -> tuple[Allocation, ...]:
    """Decide the responsibility for interventions that are new to the case, as for a person not enrolled (ORE-3-1)."""
    new = [intervention for intervention in interventions if intervention.key not in case.allocations]
    return allocate(act, case, new, enrolled=False)


def allocate_returned(act: Act, case: Case) -> tuple[Allocation, ...]:
    """Decide the responsibility for what the municipality performed, when there is no enrolment (ORE-3-1)."""
    performed = [intervention for intervention in case.interventions if intervention.key in _municipal_keys(case)]
    return allocate(act, case, performed, enrolled=False)


def _municipal_keys(case: Case) -> set[Slug]:
    """Return the keys of the interventions that the municipality performs."""
    if case.municipality is None:
        return set()
    return {key for key, allocation in case.allocations.items() if allocation.performer == case.municipality}


def allocate_after_return(act: Act, case: Case) -> tuple[Allocation, ...]:
    """Decide who answers when the receiver has returned the request: it knows of the case no more.

    What the region had last goes on, as if nobody had sent the request. What the region never had is a municipality's
    that nobody has named yet. The next sending names a municipality.
    """
    named = [each for each in case.allocations.values() if without_municipality(case, each) != each]
    return tuple(_last_of_region(case, each).model_copy(update={"effective_from": act.occurred_at}) for each in named)


def _last_of_region(case: Case, present: Allocation) -> Allocation:
    """Return the latest answer by which the region performed an intervention, or else the present one unnamed."""
    found = (each for each in reversed(case.answers[present.intervention]) if each.performer == case.region)
    had = next((each for each in found if without_municipality(case, each) == each), None)
    return without_municipality(case, present) if had is None else had.model_copy(update={"kept_by": Keeper.NOT_SENT})


def without_municipality(case: Case, allocation: Allocation) -> Allocation:
    """Return an allocation that does not name the municipality of the case."""
    if case.municipality is None:
        return allocation
    return _name_none(allocation, [name for name in HOLDERS if getattr(allocation, name) == case.municipality])


def _name_none(allocation: Allocation, municipal: Iterable[str]) -> Allocation:
    """Return an allocation whose holders at these names are a municipality's that nobody has named yet."""
    unnamed = dict.fromkeys(municipal)
    return allocation.model_copy(update=unnamed | {"kept_by": Keeper.NOT_SENT}) if unnamed else allocation


def allocate_agreed(act: Act, case: Case, agreed: Iterable[PlannedIntervention]) -> tuple[Allocation, ...]:
    """Decide the responsibility when a plan's text has been established.

    Before the enrolment only interventions that are new to the case change. During the enrolment, what the plan gives
    to the region moves at once, and what the municipality has follows the new text. What becomes the municipality's is
    handed over and accepted one by one (ORE-2.2-5). In a setting that the agreement does not cover, what the
    municipality has stays as it is.
    """
    agreed = tuple(agreed)
    if case.enrolment is None or case.enrolment.started_at is None:
        return allocate_new(act, case, [planned.plain for planned in agreed])
    covered = setting_of(act.in_force, case) in act.in_force.scope.settings
    municipal = _municipal_keys(case) if covered else set()
    moved = [planned for planned in agreed if planned.performer is Party.REGION or planned.key in municipal]
    new = [planned.plain for planned in agreed if planned.performer is not Party.REGION]
    return (*allocate_planned(act, case, moved), *allocate_new(act, case, new))


def answer_for_whole_person(act: Act, case: Case, intervention: Intervention) -> Allocation:
    """Return the matrix's answer for the person as enrolled or not, whether or not this intervention is taken over."""
    answer = ask_matrix(act, case, intervention, enrolled=case.is_enrolled)
    return _allocation(act, case, intervention, answer, case.informed_municipality)


def leave_unregulated(act: Act, case: Case) -> tuple[Allocation, ...]:
    """Decide that nobody is responsible by name from here on, because the version does not say (SYS-7)."""
    return tuple(
        Allocation(intervention=key, treatment=None, performer=None, effective_from=act.occurred_at, clauses=())
        for key in case.allocations
    )


def leave_to_what_always_holds(act: Act, case: Case, *, is_level_known: bool) -> tuple[Allocation, ...]:
    """Decide that what always holds goes on, such as that the region answers for physicians, and nothing else (SYS-7).

    A disagreement cannot be about it. What depends on the care level goes on only if nobody disputes the level.
    """
    present = case.responsibility_at(act.occurred_at)
    return tuple(
        _find_always_held(act, case, present.get(left.intervention), is_level_known=is_level_known) or left
        for left in leave_unregulated(act, case)
    )


def _find_always_held(act: Act, case: Case, present: Allocation | None, *, is_level_known: bool) -> Allocation | None:
    """Return who always is responsible for an intervention. None if nobody is, or if somebody else is at present."""
    intervention = case.named.get(present.intervention) if present is not None else None
    if present is None or intervention is None:
        return None
    question = _question(act, case, intervention, enrolled=case.is_enrolled)
    answer = find_always(act.in_force, question if is_level_known else question.model_copy(update={"level": None}))
    if answer is None:
        return None
    found = _allocation(act, case, intervention, answer, case.informed_municipality)
    return found if found.treatment is not None and found.treatment == present.treatment else None


def find_rule_of_other(act: Act, case: Case, intervention: Slug) -> str | None:
    """Return the rule by which the other party alone performed an intervention when an act occurred, or None.

    What is shared is both parties'. What occurs when the enrolment ends was still done in it.
    """
    at = act.occurred_at
    if case.enrolment is not None and case.enrolment.ended_at == at:
        at -= timedelta.resolution
    answer, other = case.find_answer(intervention, at), case.principal(act.actor.party.other)
    if answer is None or answer.shared or answer.performer != other:
        return None
    about = {clause for row in act.in_force.matrix for clause in row.clauses}
    return next((clause for clause in answer.clauses if clause in about), next(iter(answer.clauses), "SYS-3"))


def refuse_before_allocation(act: Act, case: Case) -> None:
    """Refuse to change responsibility before its latest decision, so that every moment has one answer."""
    if case.allocated_at is not None:
        act.not_before(case.allocated_at, "responsibility was last decided")


def refuse_before_resolved_day(act: Act, case: Case, interventions: Iterable[Intervention]) -> None:
    """Refuse to give the municipality an intervention before the day that a resolution gives (ORE-3.1.3-14)."""
    for intervention in interventions:
        if intervention.key in case.allocations:
            effective_from = case.allocations[intervention.key].effective_from
            act.not_before(effective_from, "the performer changes by the resolution")


def refuse_left_with_region(case: Case, interventions: Iterable[Intervention]) -> None:
    """Refuse to give the municipality what a resolution left with the region, before a new plan gives it."""
    left = [intervention.key for intervention in interventions if intervention.key in case.left_with_region]
    if left:
        raise NotMunicipal(
            f"By the resolution of the disagreement the region performs {', '.join(left)}",
            rule=next(iter(case.allocations[left[0]].clauses), "SYS-7"),
            remedy="establish a plan that gives it to the municipality first, or let the region perform",
            where=left,
            acts=(
                ActName.INITIATE_PLAN,
                ActName.REVISE_PLAN,
            ),
        )


def refuse_while_disputed(act: Act, case: Case) -> None:
    """Refuse to change the performer during a disagreement (F11).

    If the version does not say who performs meanwhile, the change is possible (SYS-7).
    """
    refuse_before_dispute_ended(act, case)
    _refuse_disputed(act, case.open_dispute)


def refuse_before_dispute_ended(act: Act, case: Case) -> None:
    """Refuse an act dated before a disagreement ended."""
    for dispute in case.disputes:
        if dispute.ended_at is not None:
            act.not_before(dispute.ended_at, "a disagreement ended")


def refuse_disputed_plan(act: Act, case: Case, plan: UUID) -> None:
    """Refuse to agree to a plan if a disagreement about its content is open."""
    _refuse_disputed(act, case.open_on(DisputeSubject.PLAN, plan))


def _refuse_disputed(act: Act, dispute: Dispute | None) -> None:
    rule = act.agreement.dispute if act.agreement is not None else None
    if dispute is not None and rule is not None and rule.interim is not None:
        raise DisputeOpen(
            "A disagreement is open; the performer stays the same until it is resolved",
            rule=rule.clauses[0],
            remedy="let both parties resolve the disagreement first",
            where=(str(dispute.id),),
            acts=(
                ActName.RESOLVE_DISAGREEMENT,
                ActName.WITHDRAW_DISAGREEMENT,
            ),
        )


def refuse_never_municipal(act: Act, intervention: Intervention) -> None:
    """Refuse to give the municipality an intervention that it can never have (F17)."""
    require_can_be_municipal(act.in_force, _question(act, None, intervention, enrolled=True))


def can_be_municipal(agreement: Agreement, case: Case, intervention: Intervention) -> bool:
    """Return False for care that can never be the municipality's, or that always is the region's to perform (F17)."""
    question = Question(
        level=case.referral.level,
        setting=setting_of(agreement, case),
        profession=intervention.profession,
        intervention=intervention.category,
        enrolled=True,
        conditions=_list_assessed(case, intervention),
    )
    always = find_always(agreement, question)
    regional = always is not None and always.performer is Holder.REGION
    return not (regional or find_never_municipal(agreement, question))


def belongs_to_other(
    act: Act, case: Case, intervention: Intervention, party: Party, *, level: CareLevel | None
) -> bool:
    """Return True if the version gives the intervention to the other party in any case (F17, ORE-1.2-4)."""
    enrolled = party is Party.MUNICIPALITY
    if enrolled and find_never_municipal(act.in_force, _question(act, None, intervention, enrolled=True)):
        return True
    answer = ask_matrix(act, case, intervention, enrolled=enrolled, level=level)
    return isinstance(answer, Answer) and answer.performer is Holder(party.other)


def refuse_out_of_scope(act: Act, case: Case, level: CareLevel | None, *, acts: Sequence[ActName] = ()) -> None:
    """Refuse to give the municipality care in a setting or at a level that the agreement does not cover.

    A row about the level itself can give the municipality care beyond that (VML-11-2), if it does so in this case.
    `acts` lead on: they leave the care where it is.
    """
    uncovered = find_uncovered(act.in_force, case, level)
    beyond = level is not None and level not in act.in_force.scope.levels
    if uncovered is None and beyond and not _is_given_beyond_scope(act, case, level):
        uncovered = "level"
    if uncovered == "setting":
        raise NotMunicipal(
            f"The agreement does not cover care in the setting {setting_of(act.in_force, case)}",
            rule=act.in_force.scope.clauses[0],
            remedy="let the present principal keep it, or agree on it outside this agreement",
            where=("setting",),
            acts=acts,
        )
    if uncovered == "level":
        raise NotMunicipal(
            f"The agreement does not cover care at the {level} level",
            rule=act.in_force.scope.clauses[0],
            remedy="let the region keep the care, or decline the request",
            where=("level",),
            acts=acts,
        )


def find_uncovered(agreement: Agreement, case: Case, level: CareLevel | None) -> Literal["setting", "level"] | None:
    """Return what of the care the version gives no municipality in any case: the setting or the level. None if neither.

    A level beyond the scope can be given by a row about it. Age and local agreements then decide, which only an act
    knows.
    """
    scope = agreement.scope
    if setting_of(agreement, case) not in scope.settings:
        return "setting"
    beyond = any(level in row.levels and row.performer is Holder.MUNICIPALITY for row in agreement.matrix)
    return None if level is None or level in scope.levels or beyond else "level"


def _is_given_beyond_scope(act: Act, case: Case, level: CareLevel | None) -> bool:
    """Return True if rows about the level give the municipality an intervention of the case."""
    answers = (ask_matrix(act, case, intervention, enrolled=True, level=level) for intervention in case.interventions)
    given = [
        set(answer.rows) for answer in answers if isinstance(answer, Answer) and answer.performer is Holder.MUNICIPALITY
    ]
    about = {row.id for row in act.in_force.matrix if level in row.levels}
    return any(rows <= about for rows in given)


def refuse_not_municipal(act: Act, case: Case, planned: PlannedIntervention, *, kind: Slug | None = None) -> None:
    """Refuse to give the municipality an intervention that the matrix does not give to it (F17, SYS-7, SKR-5-2).

    With a kind of plan, the matrix is asked as if that plan were in force and the criteria met. Both are checked again
    before responsibility moves.
    """
    refuse_never_municipal(act, planned)
    question = _question(act, case, planned, enrolled=True)
    if kind is not None:
        foreseen = {CRITERIA_MET, plan_in_force(kind)}
        question = question.model_copy(update={"conditions": question.conditions | foreseen})
    answer = resolve(act.in_force, question)
    if not isinstance(answer, Answer) or answer.performer is not Holder.MUNICIPALITY:
        reason = "does not regulate it" if isinstance(answer, NotRegulated) else "gives it to somebody else"
        raise NotMunicipal(
            f"{planned.key} cannot be planned for the municipality: the agreement {reason}",
            rule=answer.clauses[0] if isinstance(answer, Answer | Conflict) else "SYS-7",
            remedy="plan it for the region, or agree on it between the parties first",
            where=(planned.key,),
            acts=() if kind is not None else (ActName.REVISE_PLAN, ActName.PLAN_INTERVENTION),
        )


def _by_matrix(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    refuse_not_municipal(act, case, planned)
    answer = ask_matrix(act, case, planned, enrolled=True)
    allocation = _allocation(act, case, planned, answer, case.informed_municipality)
    return allocation.model_copy(update={"shared": allocation.shared or bool(planned.shared)})


def _by_region(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    """Allocate an intervention to the region: on the act's clauses, and on the matrix's if it says the same."""
    clauses = act.basis().clauses
    answer = ask_matrix(act, case, planned, enrolled=True)
    if isinstance(answer, Answer) and answer.performer is Holder.REGION:
        allocation = _allocation(act, case, planned, answer, case.informed_municipality)
        both = tuple(dict.fromkeys((*clauses, *allocation.clauses)))
        return allocation.model_copy(update={"clauses": both, "shared": allocation.shared or bool(planned.shared)})
    return Allocation(
        intervention=planned.key,
        treatment=case.region,
        performer=case.region,
        shared=bool(planned.shared),
        effective_from=act.occurred_at,
        clauses=clauses,
        kept_by=Keeper.PLAN,
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
    allocation = Allocation(
        intervention=intervention.key,
        treatment=principals.get(answer.treatment),
        performer=principals.get(answer.performer),
        employer=principals.get(answer.employer),
        medical=principals.get(Holder(answer.medical)) if answer.medical is not None else None,
        shared=answer.shared,
        effective_from=act.occurred_at,
        clauses=answer.clauses,
        derived=answer.derived,
        guardian=Holder.GUARDIAN in (answer.treatment, answer.performer),
        named=", ".join(answer.named) or None,
    )
    if municipality is not None:
        return allocation
    return _name_none(allocation, [name for name in HOLDERS if getattr(answer, name) == Holder.MUNICIPALITY])


def ask_matrix(
    act: Act, case: Case, intervention: Intervention, *, enrolled: bool, level: CareLevel | None = None
) -> Answer | Conflict | NotRegulated:
    """Ask the matrix about the intervention in the present state of the case."""
    return resolve(act.in_force, _question(act, case, intervention, enrolled=enrolled, level=level))


def _question(
    act: Act, case: Case | None, intervention: Intervention, *, enrolled: bool, level: CareLevel | None = None
) -> Question:
    stated = intervention.ordering.performing_level if intervention.ordering is not None else None
    level = stated or level or (case.referral.level if case is not None else None)
    conditions = conditions_of(intervention.category)
    if case is not None:
        conditions = act.granted | case.conditions | _list_assessed(case, intervention)
    planned: Intervention | None = intervention
    if case is not None and enrolled and not isinstance(intervention, PlannedIntervention):
        planned = case.find_planned(intervention.key)
    scope = planned.scope if isinstance(planned, PlannedIntervention) else None
    return Question(
        level=level,
        setting=setting_of(act.in_force, case) if case is not None else act.in_force.scope.settings[0],
        age=act.patient_age,
        profession=intervention.profession,
        intervention=intervention.category,
        enrolled=enrolled,
        single_intervention=scope is Scope.SINGLE,
        conditions=conditions if case is not None else act.granted | conditions,
    )


def _list_assessed(case: Case, intervention: Intervention) -> frozenset[Slug]:
    """Return the condition that the intervention is assessed as self-care, if it holds."""
    assessed = case.self_care.get(intervention.key)
    return frozenset({ASSESSED_AS_SELF_CARE} if assessed is not None and assessed.is_self_care else ())
