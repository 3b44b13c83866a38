"""The assessments of a referral, and the care level that follows from them."""

from collections.abc import Sequence

from domain.act import Act
from domain.agreements.model import ActName, Ground, Guard, Step
from domain.case.events.referral import CareLevelReassessed
from domain.case.rules.referral_steps import require_referral_status, statuses_since
from domain.case.state.case import Case
from domain.case.state.referral import UNSENT, Referral, ReferralStatus
from domain.intervention import CareLevel
from domain.kernel import Party, Text
from domain.refusals import AssessmentRequired, JointAssessmentMissing, PositionsDiffer

REASSESSABLE = (ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED, ReferralStatus.CLOSED)
"""The statuses in which an established level can be assessed again."""


def require_assessable(case: Case, act: Act, reason: Text | None) -> Referral:
    """Return the referral. Refuse a second assessment without a reason after the level is established."""
    since = statuses_since(act, case, Step.ASSESSING)
    before_level = [status for status in since if status is not ReferralStatus.LEVEL_ESTABLISHED]
    first = act.actor.party not in case.referral.assessments
    late = (ReferralStatus.DISPUTED, ReferralStatus.LEVEL_ESTABLISHED) if first else ()
    again = REASSESSABLE if reason is not None and not case.is_ended else ()
    return require_referral_status(case, act, *before_level, *late, *again)


def _assessors(act: Act) -> tuple[frozenset[Party], Ground | None]:
    """Return the parties whose assessments a level needs, and the ground if it needs both.

    One party, if the agreement gives the level to one. No party in particular, if the agreement is silent.
    """
    if len(act.parties) == 1:
        return act.parties, None
    ground = act.ground(Guard.JOINT_ASSESSMENT) or act.ground(Guard.JOINT_LEVEL)
    return (frozenset(Party) if ground is not None else frozenset()), ground


def find_level(act: Act, referral: Referral) -> CareLevel:
    """Return the level that the assessments agree on. Refuse if they differ or are missing."""
    assessors, ground = _assessors(act)
    if ground is not None:
        _refuse_one_assessment(referral, ground)
    parties = assessors or {act.actor.party}
    counted = {party: assessment for party, assessment in referral.assessments.items() if party in parties}
    counted = counted or ({} if assessors else referral.assessments)
    if not counted:
        raise AssessmentRequired(
            "There is no assessment of the care level",
            rule=act.rule,
            remedy="record an assessment first",
            where=tuple(assessors),
            acts=(ActName.RECORD_ASSESSMENT,),
        )
    levels = {assessment.level for assessment in counted.values()}
    if len(levels) > 1:
        positions = ", ".join(f"{party}: {assessment.level}" for party, assessment in sorted(counted.items()))
        raise PositionsDiffer(
            f"The parties have assessed different care levels ({positions})",
            rule=rule_or(act.ground(Guard.EQUAL_LEVELS) or ground, act.rule),
            remedy="let a party record a new assessment, or raise a disagreement",
            where=tuple(sorted(levels)),
            acts=(
                ActName.RECORD_ASSESSMENT,
                ActName.RAISE_DISAGREEMENT,
            ),
        )
    return levels.pop()


def reassess_level(act: Act, case: Case, level: CareLevel) -> CareLevelReassessed:
    """Make the event of a changed level, from the assessments with a reason since the level was established."""
    referral = case.referral
    last = referral.judged[-1]
    reasons = {
        party: assessment.reason
        for party, assessment in referral.assessments.items()
        if assessment.reason and assessment.occurred_at >= last.at
    }
    assessors, _ = _assessors(act)
    absent = [party for party in Party if party not in reasons and party in (assessors or {act.actor.party})]
    if absent:
        raise AssessmentRequired(
            f"No new assessment by the {' and the '.join(absent)} since the level was established",
            rule=act.rule,
            remedy="record a new assessment with a reason first",
            where=absent,
            acts=(ActName.RECORD_ASSESSMENT,),
        )
    refuse_before_ground(act, referral)
    return act.record(
        CareLevelReassessed,
        on=referral,
        case_id=case.id,
        level=level,
        previous=last.level,
        reason="; ".join(dict.fromkeys(reasons.values())),
    )


def refuse_one_sided_assessment(act: Act, referral: Referral) -> None:
    """Refuse a decision on one party's assessment, if the agreement requires both (F5)."""
    ground = act.ground(Guard.JOINT_ASSESSMENT)
    if ground is not None:
        _refuse_one_assessment(referral, ground)


def _refuse_one_assessment(referral: Referral, ground: Ground) -> None:
    absent = [party for party in Party if party not in referral.assessments]
    if absent:
        raise JointAssessmentMissing(
            f"The assessment of the {' and the '.join(absent)} is missing",
            rule=ground.rule,
            remedy="let each party record its own assessment",
            where=absent,
            acts=(ActName.RECORD_ASSESSMENT,),
        )


def refuse_never_assessed(act: Act, referral: Referral, *, where: Sequence[str] = ()) -> None:
    """Refuse to decline or close a request without an assessment, if the agreement requires one (F6)."""
    ground = act.ground(Guard.ASSESSMENT_FIRST)
    if ground is not None and not referral.assessments and referral.status not in UNSENT:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule=ground.rule,
            remedy="record the medical assessment first; every request needs one",
            where=where,
            acts=(ActName.RECORD_ASSESSMENT,),
        )


def refuse_before_ground(act: Act, referral: Referral) -> None:
    """Refuse a decision dated before the assessments and verdicts that it stands on (SYS-6)."""
    if referral.grounded_at is not None:
        act.not_before(referral.grounded_at, "an assessment, verdict or declaration was last recorded")


def rule_or(ground: Ground | None, default: str) -> str:
    """Return the rule of a check, or the default if the version does not have the check."""
    return ground.rule if ground is not None else default
