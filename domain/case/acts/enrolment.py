"""Acts on an enrolment until it starts (catalogue E1-E4). A check that the agreement does not have is not made."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.care_plan import PlannedIntervention
from domain.case.events.enrolment import (
    Aspect,
    EnrolmentCommitted,
    EnrolmentGround,
    EnrolmentRefused,
    EnrolmentStarted,
    ReadinessActionOpened,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
    Risks,
)
from domain.case.events.referral import ReferralClosed
from domain.case.permission import permit
from domain.case.rules.enrolment_eligibility import find_exclusion, propose_enrolment, refuse_age, refuse_outside
from domain.case.rules.enrolment_plans import (
    agreed_interventions,
    find_track,
    permit_on_interventions,
    standing_plans,
)
from domain.case.rules.enrolment_readiness import find_performer, find_unassessed_risks, refuse_not_ready
from domain.case.rules.enrolment_steps import (
    BEFORE_START,
    require_enrolment,
    require_enrolment_status,
    require_open_enrolment,
)
from domain.case.rules.referral_criteria import refuse_unless_met, unmet_verdicts
from domain.case.rules.referral_steps import wrong_referral_state
from domain.case.rules.responsibility import (
    allocate,
    allocate_planned,
    allocate_returned,
    refuse_before_allocation,
    refuse_before_resolved_day,
    refuse_left_with_region,
    refuse_while_disputed,
)
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.referral import ReferralStatus
from domain.kernel import Events, Party, Slug, Text
from domain.refusals import (
    ContentMissing,
    CriterionNotMet,
    NotYourPrincipal,
    OtherPartyMissing,
    WrongState,
)


def propose(case: Case, *, act: Act, ground: EnrolmentGround | None = None) -> Events:
    """Propose an enrolment as the municipality, if the agreement requires no request (VML-12-4).

    `ground` tells if the person lives in the municipality, stays there, or is there for visits. The agreement may say
    that another municipality enrols on this ground. Without it, the ground is what the agreement ties the care to.
    """
    act = permit(act, case)
    if case.enrolment is not None:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("not proposed",), rule="C.3")
    if case.is_ended:
        raise WrongState(subject="The request", state=case.referral.status, needed=("open",), rule="C.3")
    track = find_track(act)
    if track is not None and track.steps:
        raise wrong_referral_state(case, act, (ReferralStatus.ACCEPTED,), rule=track.clauses[0])
    if act.actor.principal != case.municipality:
        raise NotYourPrincipal(
            "Only the municipality that enrols the person can propose the enrolment",
            rule="SYS-3",
            remedy="let that municipality propose it",
            where=(Party.MUNICIPALITY,),
        )
    refuse_while_disputed(act, case)
    act.not_before(case.referral.since, f"the referral became {case.referral.status}")
    refuse_outside(act, case, acts=(ActName.DECLINE_REFERRAL,))
    return (propose_enrolment(act, case, act.actor.principal, ground),)


def commit(case: Case, *, act: Act) -> Events:
    """Commit your own principal to the enrolment (ORE-3-3). Silence is never a commitment."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE)
    act.refuse_second(enrolment.committed_by, "committed itself", rule=act.rule)
    return (act.record(EnrolmentCommitted, on=enrolment, case_id=case.id, party=act.actor.party),)


def refuse(case: Case, *, act: Act, reason: Text, criterion: Slug | None = None) -> Events:
    """Refuse the enrolment; the region keeps the care.

    `criterion` is a criterion that is not met and not set aside. Leave it out if the agreement does not cover the
    person's care level, setting or age.
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    enrolment = require_enrolment_status(case, act, *BEFORE_START)
    refuse_before_allocation(act, case)
    event = act.record(
        EnrolmentRefused,
        on=enrolment,
        case_id=case.id,
        clauses=(_find_hindrance(case, act, criterion),),
        criterion=criterion,
        reason=reason,
        keeps=Party.REGION,
        allocations=allocate_returned(act, case),
    )
    return (event, *close_plans(case, act=act, reason="enrolment-refused"))


def _find_hindrance(case: Case, act: Act, criterion: Slug | None) -> str:
    """Return the rule that prevents the enrolment. Refuse if no rule does."""
    if criterion is None:
        exclusion = find_exclusion(act, case)
        rule = exclusion.rule if exclusion is not None else None
    else:
        verdicts = unmet_verdicts(case.referral)
        rule = next((verdict.rule for verdict in verdicts if verdict.criterion == criterion), None)
    if rule is None:
        raise CriterionNotMet(
            "The agreement covers the person, and no such criterion prevents the enrolment",
            rule=act.rule,
            remedy="name a criterion that is not met and not set aside, or raise a disagreement",
            where=("criterion",),
        )
    return rule


def assess_risks(case: Case, *, act: Act, risks: Risks) -> Events:
    """Record the risks of moving care to the home, and a measure for each (ORE-2.2-4). The same key replaces a risk.

    To name none is to say that there are none: that is refused where the evaluation of the criteria says otherwise.
    """
    act = permit(act, case)
    enrolment = require_open_enrolment(case, act)
    ground = find_unassessed_risks(act.in_force, case, enrolment)
    if ground is not None and not (risks or enrolment.risks):
        described = ["each risk that was identified (if there is none, evaluate the criteria anew)"]
        raise ContentMissing(["risks"], rule=ground.rule, descriptions=described)
    return (act.record(RiskAssessmentRecorded, on=enrolment, case_id=case.id, risks=tuple(risks)),)


def confirm_readiness(case: Case, *, act: Act, aspect: Aspect) -> Events:
    """Confirm, as the party that is to perform, that competence or equipment is in place in the home (ORE-3.1.3-11)."""
    act = permit(act, case)
    enrolment = require_open_enrolment(case, act)
    return (act.record(ReadinessConfirmed, on=enrolment, case_id=case.id, aspect=aspect),)


def open_readiness_action(case: Case, *, act: Act, aspect: Aspect, gap: Text) -> Events:
    """Record that competence or equipment is lacking, and must be arranged promptly (ORE-3.1.3-12)."""
    act = permit(act, case)
    enrolment = require_open_enrolment(case, act)
    event = act.record(ReadinessActionOpened, on=enrolment, case_id=case.id, aspect=aspect, gap=gap)
    return (event,)


def start(case: Case, *, act: Act) -> Events:
    """Enrol the person (inskrivning).

    The municipality performs from now on what the plans give to it (ORE-1.2-2). On some tracks each intervention is
    instead handed over and accepted (ORE-3.2.1-K1). The act is refused until everything that the agreement requires
    first is on record.
    """
    act = permit_on_interventions(act, case, _for_municipality(case.planned.values()))
    refuse_while_disputed(act, case)
    _refuse_uncommitted(case, act)
    enrolment = require_enrolment_status(case, act, *BEFORE_START)
    plans = standing_plans(case, act)
    refuse_before_allocation(act, case)
    refuse_outside(act, case, acts=(ActName.REFUSE_ENROLMENT,))
    all_planned = agreed_interventions(plans)
    to_municipality = _for_municipality(all_planned)
    refuse_age(act, case, to_municipality, acts=(ActName.REVISE_PLAN, ActName.REFUSE_ENROLMENT))
    refuse_left_with_region(case, to_municipality)
    refuse_before_resolved_day(act, case, to_municipality)
    refuse_unless_met(act, case)
    refuse_not_ready(act, case, enrolment, find_performer(all_planned))
    track = find_track(act)
    later = to_municipality if track is not None and track.handover_rule is not None else []
    at_once = [planned for planned in all_planned if planned not in later]
    started = act.record(
        EnrolmentStarted,
        on=enrolment,
        case_id=case.id,
        allocations=allocate_planned(act, case, at_once)
        if plans
        else allocate(act, case, case.list_without_carer(case.interventions), enrolled=True),
    )
    if case.referral.status in {ReferralStatus.CLOSED, ReferralStatus.DISPUTED}:
        return (started,)
    return (started, act.record(ReferralClosed, on=case.referral, case_id=case.id))


def _for_municipality(interventions: Iterable[PlannedIntervention]) -> list[PlannedIntervention]:
    return [planned for planned in interventions if planned.performer is Party.MUNICIPALITY]


def _refuse_uncommitted(case: Case, act: Act) -> None:
    """Refuse to start before both parties have committed themselves, if the track requires both (ORE-3-3)."""
    commitment = act.in_force.act_rule(ActName.COMMIT_TO_ENROLMENT, act.track)
    enrolment = require_enrolment(case, *BEFORE_START)
    required = commitment is not None and commitment.joint and any(who.is_on(act.track) for who in commitment.by)
    if not required or enrolment.status not in {EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE}:
        return
    absent = [party for party in Party if party not in enrolment.committed_by]
    raise OtherPartyMissing(
        f"No commitment of the {' and the '.join(absent)} is on record",
        rule=act.rule_of(ActName.COMMIT_TO_ENROLMENT),
        remedy=f"let staff of the {' and the '.join(absent)} make it",
        where=absent,
        acts=(ActName.COMMIT_TO_ENROLMENT,),
    )
