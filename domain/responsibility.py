"""Who answers for an intervention from an act on, by the agreement's matrix. Decided once and stored in the event."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.matrix import Answer, Conflict, Question, never_municipal, require_not_never_municipal, resolve
from domain.agreements.model import NotRegulated
from domain.care_plan.events import PlannedIntervention
from domain.case import Case
from domain.intervention import CareLevel, Intervention, Scope
from domain.kernel import Allocation, HsaId, Party
from domain.refusals import DisputeOpen, NotMunicipal

SETTING = "ordinary"
"""The setting of a case until a move is recorded: ordinary housing (ordinärt boende)."""


def allocate(
    act: Act, case: Case, interventions: Iterable[Intervention], *, enrolled: bool, municipality: HsaId | None = None
) -> tuple[Allocation, ...]:
    """Who answers for each intervention from the act on, by the matrix of the version in force."""
    return tuple(
        _allocation(act, case, one, _answer(act, case, one, enrolled=enrolled), municipality or case.municipality)
        for one in interventions
    )


def allocate_planned(act: Act, case: Case, planned: Iterable[PlannedIntervention]) -> tuple[Allocation, ...]:
    """Who answers for each planned intervention once the person is enrolled (ORE-1.2-2, 3.1.4-15, 3.1.3-6).

    What the plan leaves with the region stays there. Refuses what the matrix does not give to the municipality.
    """
    return tuple(
        _by_matrix(act, case, one) if one.performer is Party.MUNICIPALITY else _by_region(act, case, one)
        for one in planned
    )


def refuse_while_disputed(case: Case) -> None:
    """Refuse to move performance while a disagreement is open (F11)."""
    dispute = case.referral.open_dispute
    if dispute is not None:
        raise DisputeOpen(
            "A disagreement is open; performance stays where it was until it is resolved",
            rule="ORE-3.1.3-14",
            remedy="both parties resolve the disagreement first",
            where=(str(dispute.id),),
        )


def refuse_never_municipal(act: Act, intervention: Intervention) -> None:
    """Refuse to give the municipality what can never be its own (F17)."""
    require_not_never_municipal(act.in_force, _question(act, None, intervention, enrolled=True))


def is_never_municipal(act: Act, intervention: Intervention) -> bool:
    """Whether the intervention can never be the municipality's (F17)."""
    return bool(never_municipal(act.in_force, _question(act, None, intervention, enrolled=True)))


def refuse_not_municipal(act: Act, case: Case, planned: PlannedIntervention) -> None:
    """Refuse to plan for the municipality what the matrix does not let it perform (F17, SYS-7)."""
    refuse_never_municipal(act, planned)
    answer = _answer(act, case, planned, enrolled=True)
    if not isinstance(answer, Answer) or answer.performer is not Party.MUNICIPALITY:
        stands = "is silent on it" if isinstance(answer, NotRegulated) else "gives it to someone else"
        raise NotMunicipal(
            f"The agreement {stands}: {planned.key} cannot be planned for the municipality",
            rule=answer.clauses[0] if isinstance(answer, Answer | Conflict) else "SYS-7",
            remedy="plan it for the region, or settle it between the parties first",
            where=(planned.key,),
        )


def _by_matrix(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    refuse_not_municipal(act, case, planned)
    answer = _answer(act, case, planned, enrolled=True)
    allocation = _allocation(act, case, planned, answer, case.municipality)
    return allocation.model_copy(update={"shared": allocation.shared or bool(planned.shared)})


def _by_region(act: Act, case: Case, planned: PlannedIntervention) -> Allocation:
    return Allocation(
        intervention=planned.key,
        treatment=case.region,
        performer=case.region,
        shared=bool(planned.shared),
        effective_from=act.occurred_at,
        clauses=("ORE-3.1.3-6",),
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
    principals: dict[Party | None, HsaId | None] = {Party.REGION: case.region, Party.MUNICIPALITY: municipality}
    return Allocation(
        intervention=intervention.key,
        treatment=principals.get(answer.treatment),
        performer=principals.get(answer.performer),
        shared=answer.shared,
        effective_from=act.occurred_at,
        clauses=answer.clauses,
        derived=answer.derived,
    )


def _answer(act: Act, case: Case, intervention: Intervention, *, enrolled: bool) -> Answer | Conflict | NotRegulated:
    return resolve(act.in_force, _question(act, case, intervention, enrolled=enrolled))


def _question(act: Act, case: Case | None, intervention: Intervention, *, enrolled: bool) -> Question:
    level = case.referral.level if case is not None else None
    scope = intervention.scope if isinstance(intervention, PlannedIntervention) else None
    return Question(
        level=level or CareLevel.PRIMARY,
        setting=SETTING,
        age=act.patient_age,
        profession=intervention.profession,
        intervention=intervention.category,
        enrolled=enrolled,
        single_intervention=scope is Scope.SINGLE,
    )
