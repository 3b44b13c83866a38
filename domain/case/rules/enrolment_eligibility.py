"""Whom and what the version covers at all: its scope, and what its matrix leaves with the region because of age."""

from collections.abc import Collection

from domain.act import Act
from domain.agreements.jurisdiction import JurisdictionSubject, find_key
from domain.agreements.matrix import Answer
from domain.agreements.model import Holder, Key, NotRegulated
from domain.case.events.enrolment import EnrolmentGround
from domain.case.rules.responsibility import answer_of, refuse_out_of_scope
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Party, Refusal
from domain.refusals import AgeNotCovered, GroundExcluded, NotMunicipal

ANY = Intervention(key="any", text="Care up to nurse level")
"""What is asked of the matrix where nobody has named an intervention."""


def refuse_outside(act: Act, case: Case) -> None:
    """Refuse to enrol whom the version does not cover: by level, setting or age (F16, catalogue E2).

    By age only where nothing of what the case names could be the municipality's: a child whose health care stays with
    the region may have a measure by the municipality nonetheless (GAV-9-2, -3).
    """
    refuse_out_of_scope(act, case, case.referral.level)
    _refuse_scope_age(act)
    asked = case.interventions or (ANY,)
    if all(_barred_by_age(act, case, one) is not None for one in asked):
        refuse_age(act, case, asked)


def clauses_on_ground(act: Act, ground: EnrolmentGround) -> tuple[str, ...]:
    """The clauses by which the version means the municipality on this ground; none where it is silent (SYS-7).

    Refuses a ground by which it means another: those who live there and those who stay there are asked of each for
    itself (VML-13-1, VML-12-4).
    """
    resident = ground is EnrolmentGround.RESIDENCE
    meant = find_key(act.in_force, JurisdictionSubject.CARE if resident else JurisdictionSubject.VISITORS)
    jurisdiction = act.in_force.jurisdiction
    if isinstance(meant, NotRegulated) or jurisdiction is None:
        return ()
    if meant is not (Key.RESIDENCE if resident else Key.STAY):
        raise GroundExcluded(
            f"The agreement means the municipality by {meant}, and not by {ground}",
            rule=jurisdiction.clauses[0],
            remedy=f"the municipality that the {meant} points to enrols the person",
            where=("ground",),
        )
    return jurisdiction.clauses


def _refuse_scope_age(act: Act) -> None:
    """Refuse an age that the whole version does not cover."""
    scope, age = act.in_force.scope, act.patient_age
    young = age is not None and scope.min_age is not None and age < scope.min_age
    old = age is not None and scope.max_age is not None and age > scope.max_age
    if young or old:
        raise _age_refused(scope.age or scope.clauses[0], f"the age of {age} years lies outside the agreement")


def refuse_age(act: Act, case: Case, interventions: Collection[Intervention]) -> None:
    """Refuse to give the municipality what the version leaves with the region because of age (F16)."""
    for one in interventions:
        rule = _barred_by_age(act, case, one)
        if rule is not None:
            raise _age_refused(rule, f"at the age of {act.patient_age} years {one.key} is the region's")


def outside(act: Act, case: Case) -> Refusal | None:
    """Why the version does not cover the person, if it does not."""
    try:
        refuse_outside(act, case)
    except (AgeNotCovered, NotMunicipal) as refusal:
        return refusal
    return None


def _barred_by_age(act: Act, case: Case, intervention: Intervention) -> str | None:
    """The rule of a row that keeps the intervention from the municipality up to an age that has not been passed."""
    answer = answer_of(act, case, intervention, enrolled=True)
    if not isinstance(answer, Answer) or answer.performer in {Holder.MUNICIPALITY, Holder.GUARDIAN}:
        return None
    rows = [row for row in act.in_force.matrix if row.id in answer.rows]
    bounded = [row for row in rows if row.max_age is not None]
    return bounded[0].clauses[0] if bounded else None


def _age_refused(rule: str, what: str) -> AgeNotCovered:
    return AgeNotCovered(
        f"Not enrolled: {what}",
        rule=rule,
        remedy="the region keeps the care; both parties may agree otherwise only where the agreement says so",
        where=(Party.REGION,),
    )
