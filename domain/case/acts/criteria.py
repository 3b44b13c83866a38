"""Acts on the criteria of the agreement: evaluate them, or set one aside."""

from domain.act import Act
from domain.agreements.model import ActName, Step
from domain.case.events.referral import (
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DepartureGranted,
)
from domain.case.permission import permit
from domain.case.rules.referral_assessments import refuse_before_ground
from domain.case.rules.referral_criteria import (
    Facts,
    evaluate_facts,
    find_waiver,
    is_evaluated_before_sending,
)
from domain.case.rules.referral_steps import require_referral_status, statuses_since
from domain.case.state.case import Case
from domain.case.state.referral import UNSENT, Referral, ReferralStatus
from domain.kernel import Events, Slug, Text
from domain.refusals import (
    ExceptionGroundInvalid,
    ExceptionNeedsConsensus,
    NoExceptionInPolicy,
    WrongState,
)


def evaluate_criteria(
    case: Case,
    *,
    act: Act,
    facts: Facts,
    notes: dict[Slug, Text] | None = None,
) -> Events:
    """Evaluate the criteria of the agreement for your own party (ORE-3.1.1-4 to -9).

    If the agreement demands it before the request is sent, it is possible from the need on, for those who have the case
    on record. The other party's evaluation stands as it is. Where the two differ on a criterion that must be met, they
    settle it. `facts` are the facts of each criterion, by the criterion's id. A fact that the record has, such as the
    person's age, is left out.
    """
    act = permit(act, case)
    unsent = UNSENT if is_evaluated_before_sending(act.in_force, case) else ()
    if case.referral.status in unsent:
        act.refuse_strangers(case.readers)
    referral = _require_evaluable(case, act, *unsent)
    verdicts = evaluate_facts(act, case, facts, notes or {})
    return (act.record(CriteriaEvaluated, on=referral, case_id=case.id, verdicts=verdicts),)


def agree_exception(case: Case, *, act: Act, criterion: Slug, reason: Text) -> Events:
    """Agree, for your own party, to set a criterion aside (ORE-3.1.1-10). It is set aside when both have agreed."""
    act = permit(act, case)
    referral = _require_evaluable(case, act)
    waiver = find_waiver(act, referral, criterion)
    if waiver.by != "consensus":
        raise NoExceptionInPolicy(
            f"The agreement does not let the parties agree to set {criterion} aside",
            rule=waiver.rule,
            remedy=f"grant a departure on one of the grounds {', '.join(waiver.grounds)}",
            where=(criterion,),
            acts=(ActName.GRANT_DEPARTURE,),
        )
    _refuse_unless_unmet(referral, criterion, rule=waiver.rule)
    proposed_by = referral.exceptions_proposed.get(criterion)
    if proposed_by is act.actor.party:
        raise ExceptionNeedsConsensus(
            f"The {proposed_by} has already agreed, and both parties must agree",
            rule=waiver.rule,
            remedy=f"let the {proposed_by.other} agree to the exception, with its own reason",
            where=(criterion, proposed_by.other),
            acts=(ActName.AGREE_EXCEPTION,),
        )
    if proposed_by is None:
        proposed = act.record(
            CriteriaExceptionProposed,
            on=referral,
            case_id=case.id,
            clauses=(waiver.rule,),
            party=act.actor.party,
            criterion=criterion,
            reason=reason,
        )
        return (proposed,)
    refuse_before_ground(act, referral)
    agreed = act.record(
        CriteriaExceptionAgreed,
        on=referral,
        case_id=case.id,
        clauses=(waiver.rule,),
        criterion=criterion,
        reason=reason,
    )
    return (agreed,)


def grant_departure(case: Case, *, act: Act, criterion: Slug, ground: Slug, reason: Text | None = None) -> Events:
    """Depart from a criterion that is not met, on a ground of the agreement and with a reason (VML-4-3).

    From then on the criterion is set aside. The departure and its reason stay on record.
    """
    act = permit(act, case)
    referral = _require_evaluable(case, act)
    waiver = find_waiver(act, referral, criterion)
    if waiver.by != "ground":
        raise ExceptionNeedsConsensus(
            f"The agreement has no grounds to depart from {criterion}; both parties must agree to an exception",
            rule=waiver.rule,
            remedy="let each party agree to an exception, with its own reason",
            where=(criterion,),
            acts=(ActName.AGREE_EXCEPTION,),
        )
    _refuse_unless_unmet(referral, criterion, rule=waiver.rule)
    if ground not in waiver.grounds or reason is None:
        raise ExceptionGroundInvalid(
            f"A departure from {criterion} takes a ground of the agreement, and a reason",
            rule=waiver.rule,
            remedy=f"give one of the grounds {', '.join(waiver.grounds)}, and a reason",
            where=("reason" if reason is None else "ground",),
        )
    event = act.record(
        DepartureGranted,
        on=referral,
        case_id=case.id,
        clauses=(waiver.rule,),
        party=act.actor.party,
        criterion=criterion,
        ground=ground,
        reason=reason,
    )
    return (event,)


def _require_evaluable(case: Case, act: Act, *earlier: ReferralStatus) -> Referral:
    """Return the referral. Refuse after the enrolment has ended, and in a status without criteria.

    `earlier` are the statuses before the assessment in which the act is possible as well.
    """
    needed = (*earlier, *statuses_since(act, case, Step.ASSESSING), ReferralStatus.ACCEPTED)
    referral = require_referral_status(case, act, *needed)
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("open",), rule="C.3")
    return referral


def _refuse_unless_unmet(referral: Referral, criterion: Slug, *, rule: str) -> None:
    """Refuse to set aside a criterion that is set aside already, is met, or has not been considered."""
    if criterion in referral.set_aside:
        raise WrongState(subject=f"The exception from {criterion}", state="agreed", needed=("open",), rule=rule)
    verdict = next((verdict for verdict in referral.verdicts if verdict.criterion == criterion), None)
    if verdict is None or verdict.met:
        state = "not considered" if verdict is None else "met"
        raise WrongState(
            subject=f"The criterion {criterion}",
            state=state,
            needed=("considered and not met",),
            rule=rule,
            acts=(ActName.EVALUATE_CRITERIA,),
        )
