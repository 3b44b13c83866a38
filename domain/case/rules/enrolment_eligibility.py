"""The persons whom the version covers: by its scope, and by the ages in its responsibility matrix."""

from collections.abc import Collection, Sequence

from domain.act import Act
from domain.agreements.jurisdiction import JurisdictionSubject, find_key
from domain.agreements.matrix import Answer
from domain.agreements.model import ActName, Holder, Key, NotRegulated
from domain.case.events.enrolment import EnrolmentGround, EnrolmentProposed
from domain.case.rules.responsibility import ask_matrix, refuse_out_of_scope
from domain.case.state.case import Case, enrolment_id
from domain.intervention import Intervention
from domain.kernel import HsaId, Party, Refusal
from domain.refusals import AgeNotCovered, GroundExcluded, NotMunicipal

ANY = Intervention(key="any", text="Care up to nurse level")
"""The intervention that the matrix is asked about if the case names none."""


def refuse_outside(act: Act, case: Case, *, acts: Sequence[ActName] = ()) -> None:
    """Refuse to enrol a person whom the version does not cover, by level, setting or age (F16, catalogue E2).

    Age is a reason only if no intervention of the case can be the municipality's. The municipality may perform a
    measure for a child whose other health care stays with the region (GAV-9-2, -3). `acts` lead on.
    """
    refuse_out_of_scope(act, case, case.referral.level, acts=acts)
    _refuse_scope_age(act, acts)
    interventions = case.interventions or (ANY,)
    if all(_age_bar(act, case, intervention) is not None for intervention in interventions):
        refuse_age(act, case, interventions, acts=acts)


def clauses_on_ground(act: Act, ground: EnrolmentGround) -> tuple[str, ...]:
    """Return the clauses that make the municipality responsible on this ground. Empty if the version is silent (SYS-7).

    Refuse a ground that points to another municipality. The version answers for residents and for those who only stay
    there separately (VML-13-1, VML-12-4).
    """
    resident = ground is EnrolmentGround.RESIDENCE
    key, jurisdiction = _find_key(act, resident=resident), act.in_force.jurisdiction
    if key is None or jurisdiction is None:
        return ()
    if key is not (Key.RESIDENCE if resident else Key.STAY):
        raise GroundExcluded(
            f"By the agreement, {key} decides which municipality enrols the person, not {ground}",
            rule=jurisdiction.clauses[0],
            remedy=f"give {key} as the ground, or let the municipality of {key} enrol the person",
            where=("ground",),
        )
    return jurisdiction.clauses


def propose_enrolment(
    act: Act, case: Case, municipality: HsaId, ground: EnrolmentGround | None = None
) -> EnrolmentProposed:
    """Make the event of a proposal, on the ground that is given or else on the version's own."""
    own = ground or find_ground(act, case)
    return act.record(
        EnrolmentProposed,
        on=enrolment_id(case.id),
        case_id=case.id,
        clauses=clauses_on_ground(act, own) if own is not None else (),
        patient_id=case.patient_id,
        municipality=municipality,
        ground=own,
    )


def _find_key(act: Act, *, resident: bool) -> Key | None:
    """Return what decides which municipality enrols a resident, or somebody who stays there. None if not regulated.

    Where all care follows the stay, so does that of visitors.
    """
    care = find_key(act.in_force, JurisdictionSubject.CARE)
    key = care if resident or care is Key.STAY else find_key(act.in_force, JurisdictionSubject.VISITORS)
    return None if isinstance(key, NotRegulated) else key


def find_ground(act: Act, case: Case) -> EnrolmentGround | None:
    """Return the ground of an enrolment for which nobody gives one: what the version ties the care to (VML-12-4).

    The rows about the person's circumstances come before the rule for everybody. None if the version is silent.
    """
    answers = (ask_matrix(act, case, intervention, enrolled=True) for intervention in case.interventions)
    keys = {answer.key for answer in answers if isinstance(answer, Answer) and answer.key is not None}
    key = keys.pop() if len(keys) == 1 else _find_key(act, resident=True)
    return {Key.RESIDENCE: EnrolmentGround.RESIDENCE, Key.STAY: EnrolmentGround.STAY}.get(key) if key else None


def _refuse_scope_age(act: Act, acts: Sequence[ActName]) -> None:
    """Refuse an age that the version does not cover at all."""
    scope, age = act.in_force.scope, act.patient_age
    if age is not None and not scope.covers_age(age):
        reason = f"the agreement does not cover the age of {age} years"
        raise _age_refusal(scope.age or scope.clauses[0], reason, acts)


def refuse_age(act: Act, case: Case, interventions: Collection[Intervention], *, acts: Sequence[ActName] = ()) -> None:
    """Refuse to give the municipality an intervention that stays with the region because of age (F16).

    `acts` lead on.
    """
    for intervention in interventions:
        rule = _age_bar(act, case, intervention)
        if rule is not None:
            reason = f"at the age of {act.patient_age} years {intervention.key} stays with the region"
            raise _age_refusal(rule, reason, acts)


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


def _age_refusal(rule: str, reason: str, acts: Sequence[ActName]) -> AgeNotCovered:
    return AgeNotCovered(
        f"The person cannot be enrolled: {reason}",
        rule=rule,
        remedy="let the region keep the care, unless the agreement lets both parties agree otherwise",
        where=(Party.REGION,),
        acts=acts,
    )
