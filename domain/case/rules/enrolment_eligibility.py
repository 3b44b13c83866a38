"""The persons whom the version covers: by its scope, and by the ages in its responsibility matrix."""

from collections.abc import Collection

from domain.act import Act
from domain.agreements.jurisdiction import JurisdictionSubject, find_key
from domain.agreements.matrix import Answer
from domain.agreements.model import Holder, Key, NotRegulated
from domain.case.events.enrolment import EnrolmentGround
from domain.case.rules.responsibility import ask_matrix, refuse_out_of_scope
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Party, Refusal
from domain.refusals import AgeNotCovered, GroundExcluded, NotMunicipal

ANY = Intervention(key="any", text="Care up to nurse level")
"""The intervention that the matrix is asked about if the case names none."""


def refuse_outside(act: Act, case: Case) -> None:
    """Refuse to enrol a person whom the version does not cover, by level, setting or age (F16, catalogue E2).

    Age is a reason only if no intervention of the case can be the municipality's. The municipality may perform a
    measure for a child whose other health care stays with the region (GAV-9-2, -3).
    """
    refuse_out_of_scope(act, case, case.referral.level)
    _refuse_scope_age(act)
    interventions = case.interventions or (ANY,)
    if all(_age_bar(act, case, intervention) is not None for intervention in interventions):
        refuse_age(act, case, interventions)


def clauses_on_ground(act: Act, ground: EnrolmentGround) -> tuple[str, ...]:
    """Return the clauses that make the municipality responsible on this ground. Empty if the version is silent (SYS-7).

    Refuse a ground that points to another municipality. The version answers for residents and for those who only stay
    there separately (VML-13-1, VML-12-4).
    """
    resident = ground is EnrolmentGround.RESIDENCE
    key = find_key(act.in_force, JurisdictionSubject.CARE if resident else JurisdictionSubject.VISITORS)
    if isinstance(key, NotRegulated):
        return ()
    jurisdiction = act.in_force.jurisdiction
    assert jurisdiction is not None, "the key was found in it"
    if key is not (Key.RESIDENCE if resident else Key.STAY):
        raise GroundExcluded(
            f"By the agreement, {key} decides which municipality enrols the person, not {ground}",
            rule=jurisdiction.clauses[0],
            remedy=f"let the municipality of {key} enrol the person",
            where=("ground",),
        )
    return jurisdiction.clauses


def _refuse_scope_age(act: Act) -> None:
    """Refuse an age that the version does not cover at all."""
    scope, age = act.in_force.scope, act.patient_age
    if age is not None and not scope.covers_age(age):
        raise _age_refusal(scope.age or scope.clauses[0], f"the agreement does not cover the age of {age} years")


def refuse_age(act: Act, case: Case, interventions: Collection[Intervention]) -> None:
    """Refuse to give the municipality an intervention that stays with the region because of age (F16)."""
    for intervention in interventions:
        rule = _age_bar(act, case, intervention)
        if rule is not None:
            raise _age_refusal(rule, f"at the age of {act.patient_age} years {intervention.key} stays with the region")


def find_exclusion(act: Act, case: Case) -> Refusal | None:
    """Return the refusal, if the version does not cover the person."""
    try:
        refuse_outside(act, case)
    except (AgeNotCovered, NotMunicipal) as refusal:
        return refusal
    return None


def _age_bar(act: Act, case: Case, intervention: Intervention) -> str | None:
    """Return the rule of a row that keeps the intervention with the region up to an age above the person's."""
    answer = ask_matrix(act, case, intervention, enrolled=True)
    if not isinstance(answer, Answer) or answer.performer in {Holder.MUNICIPALITY, Holder.GUARDIAN}:
        return None
    rows = [row for row in act.in_force.matrix if row.id in answer.rows]
    limited = [row for row in rows if row.max_age is not None]
    return limited[0].clauses[0] if limited else None


def _age_refusal(rule: str, reason: str) -> AgeNotCovered:
    return AgeNotCovered(
        f"The person cannot be enrolled: {reason}",
        rule=rule,
        remedy="let the region keep the care, unless the agreement lets both parties agree otherwise",
        where=(Party.REGION,),
    )
