"""What a decision stands on: the assessments, and the care level that they come to."""

from collections.abc import Sequence

from domain.act import Act
from domain.agreements.model import Ground, Guard, Step
from domain.case.events.referral import CareLevelReassessed
from domain.case.rules.referral_steps import at, since
from domain.case.state.case import Case
from domain.case.state.referral import Referral, ReferralStatus
from domain.intervention import CareLevel
from domain.kernel import Party, Text
from domain.refusals import AssessmentRequired, JointAssessmentMissing, PositionsDiffer

JUDGED = (ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED, ReferralStatus.CLOSED)
"""Where an established level may be judged anew."""


def assessable(case: Case, act: Act, reason: Text | None) -> Referral:
    """The referral while the party may assess it: until the level is established, and anew with a reason."""
    until = [one for one in since(act, case, Step.ASSESSING) if one is not ReferralStatus.LEVEL_ESTABLISHED]
    first = act.actor.party not in case.referral.assessments
    late = (ReferralStatus.DISPUTED, ReferralStatus.LEVEL_ESTABLISHED) if first else ()
    return at(case, act, *until, *late, *(JUDGED if reason is not None and not case.is_ended else ()))


def _judges(act: Act) -> tuple[frozenset[Party], Ground | None]:
    """Whose assessments a level takes: one party's where the agreement leaves it to one, both's where it wants both.

    Nobody's in particular where it says neither.
    """
    if len(act.parties) == 1:
        return act.parties, None
    ground = act.ground(Guard.JOINT_ASSESSMENT) or act.ground(Guard.JOINT_LEVEL)
    return (frozenset(Party) if ground is not None else frozenset()), ground


def level_of(act: Act, referral: Referral) -> CareLevel:
    """The level that the assessments come to."""
    judges, ground = _judges(act)
    if ground is not None:
        _refuse_one_assessment(referral, ground)
    by = {party: one for party, one in referral.assessments.items() if party in (judges or {act.actor.party})}
    counted = by or ({} if judges else referral.assessments)
    if not counted:
        raise AssessmentRequired(
            "No assessment says which level it is",
            rule=act.rule,
            remedy="record an assessment first",
            where=tuple(judges),
        )
    levels = {one.level for one in counted.values()}
    if len(levels) > 1:
        stands = ", ".join(f"{party}: {one.level}" for party, one in sorted(counted.items()))
        raise PositionsDiffer(
            f"The parties' assessments differ ({stands})",
            rule=rule_of(act.ground(Guard.EQUAL_LEVELS) or ground, act.rule),
            remedy="a party records a new assessment, or raises a disagreement",
            where=tuple(sorted(levels)),
        )
    return levels.pop()


def reassessed(act: Act, case: Case, level: CareLevel) -> CareLevelReassessed:
    """The level judged anew, on what was assessed with a reason since it was last judged."""
    referral = case.referral
    last = referral.judged[-1]
    anew = {
        party: one.reason for party, one in referral.assessments.items() if one.reason and one.occurred_at >= last.at
    }
    judges, _ = _judges(act)
    absent = [party for party in Party if party not in anew and party in (judges or {act.actor.party})]
    if absent:
        raise AssessmentRequired(
            f"The {' and the '.join(absent)} has not assessed anew since the level was established",
            rule=act.rule,
            remedy="record a new assessment with its reason first",
            where=absent,
        )
    refuse_before_its_ground(act, referral)
    return act.record(
        CareLevelReassessed,
        on=referral,
        case_id=case.id,
        level=level,
        previous=last.level,
        reason="; ".join(dict.fromkeys(anew.values())),
    )


def refuse_unassessed(act: Act, referral: Referral) -> None:
    """Refuse a decision on one party's assessment, where the agreement wants both (F5)."""
    ground = act.ground(Guard.JOINT_ASSESSMENT)
    if ground is not None:
        _refuse_one_assessment(referral, ground)


def _refuse_one_assessment(referral: Referral, ground: Ground) -> None:
    absent = [party for party in Party if party not in referral.assessments]
    if absent:
        raise JointAssessmentMissing(
            f"The assessment of the {' and the '.join(absent)} is missing",
            rule=ground.rule,
            remedy="each party records its own assessment",
            where=absent,
        )


def refuse_never_assessed(act: Act, referral: Referral, *, where: Sequence[str] = ()) -> None:
    """Refuse to decline or close a request that nobody has assessed, where the agreement says so (F6)."""
    ground = act.ground(Guard.ASSESSMENT_FIRST)
    if ground is not None and not referral.assessments and referral.status is not ReferralStatus.NEED_RAISED:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule=ground.rule,
            remedy="a request always leads to a medical assessment: record it first",
            where=where,
        )


def refuse_before_its_ground(act: Act, referral: Referral) -> None:
    """Refuse a decision dated before what it stands on (SYS-6)."""
    if referral.grounded_at is not None:
        act.not_before(referral.grounded_at, "what the decision stands on was last added to")


def rule_of(ground: Ground | None, otherwise: str) -> str:
    """The rule of a check, or another where the version does not turn the check on."""
    return ground.rule if ground is not None else otherwise
