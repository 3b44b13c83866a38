"""One function per act on a referral (catalogue C.1). Each decides once; the event holds the outcome and its ground."""

from uuid import UUID

from domain.act import Act
from domain.agreements.content import find_missing
from domain.agreements.model import Guard, Step
from domain.case.acts.care_plan_end import closed_plans
from domain.case.events.enrolment import EnrolmentProposed, EnrolmentWithdrawn
from domain.case.events.referral import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CareLevelEstablished,
    CareRequest,
    DeclineDeclared,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    NeedSource,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    WithdrawalReason,
)
from domain.case.permission import apply_ordering_rules, permit
from domain.case.rules.referral_assessments import (
    REASSESSABLE,
    find_level,
    reassess_level,
    refuse_before_ground,
    refuse_never_assessed,
    refuse_one_sided_assessment,
    require_assessable,
    rule_or,
)
from domain.case.rules.referral_content import (
    refuse_missing_content,
    refuse_other_channel,
    refuse_other_receiver,
    refuse_unknown_contacts,
    refuse_unknown_staff,
    refuse_unnamed_intervention,
    subject_of,
)
from domain.case.rules.referral_criteria import refuse_unless_considered, refuse_unless_met
from domain.case.rules.referral_steps import prescribed_steps, require_referral_status, statuses_before, statuses_since
from domain.case.rules.referral_tracks import choose_track, refuse_other_kinds
from domain.case.rules.responsibility import (
    allocate,
    allocate_new,
    allocate_returned,
    leave_unregulated,
    refuse_before_allocation,
    refuse_never_municipal,
    refuse_out_of_scope,
    refuse_while_disputed,
)
from domain.case.state.case import Case, enrolment_id, evolve
from domain.case.state.referral import Referral, ReferralStatus
from domain.intervention import AllocatedInterventions, CareLevel, Participation
from domain.kernel import Allocation, Events, HsaId, Party, Slug, Staff, Text
from domain.refusals import (
    ActorNotReceiver,
    AssessmentContentMissing,
    ContentNotKnown,
    JointConsiderationMissing,
    LevelContradicted,
    NotYourPrincipal,
    ReferralContentMissing,
    UnknownReference,
)


def raise_need(
    *,
    act: Act,
    patient_id: UUID,
    request: CareRequest,
    source: NeedSource = NeedSource.PROFESSIONAL,
    track: Slug | None = None,
    municipality: HsaId | None = None,
    setting: Slug | None = None,
) -> Events:
    """Note a need of municipal home care (behov; ORE-3.1.1-1, -2). It is not itself a vårdbegäran.

    A need of the individual's or a relative's own is noted by the professional that it reached. Without `track` it goes
    the way that the agreement means for such needs, and for the actor's unit (ORE-3-5, -7). `setting` is where the
    person lives, in the agreement's words.
    """
    act = permit(act, None)
    act = permit(act, None, track=choose_track(act, track, request.interventions))
    assert act.track is not None
    settings = act.in_force.vocabulary.settings
    if setting is not None and setting not in settings:
        raise ContentNotKnown("setting", [setting], known=tuple(settings), rule=act.rule)
    for what in act.in_force.content:
        if what.endswith("need"):
            refuse_other_channel(act, what, request, act.track)
    if municipality is not None:
        act.refuse_unknown_municipality(municipality)
    own = act.actor.principal if act.actor.party is Party.MUNICIPALITY else None
    if own is not None and municipality not in (None, own):
        raise NotYourPrincipal(
            "A municipality raises needs for itself",
            rule="SYS-3",
            remedy="leave municipality out, or give your own",
            where=("municipality",),
        )
    refuse_unknown_contacts(act, request)
    event = act.record(
        NeedRaised,
        on=act.new_id("referral"),
        case_id=act.new_id("case"),
        patient_id=patient_id,
        county=act.actor.county,
        region=act.directory.region.id,
        municipality=municipality or own,
        track=act.track,
        source=source,
        request=request,
        setting=setting,
    )
    case = evolve(None, event)
    if Step.SENT in prescribed_steps(act, case):
        return (event,)
    return (event.model_copy(update={"allocations": allocate_new(act, case, request.interventions)}),)


def supplement(case: Case, *, act: Act, request: CareRequest) -> Events:
    """Complete or change what the request says; only its author's principal may, until the level is established."""
    act = permit(act, case)
    open_to_change = [
        one for one in statuses_since(act, case, Step.SENT) if one is not ReferralStatus.LEVEL_ESTABLISHED
    ]
    referral = require_referral_status(case, act, ReferralStatus.NEED_RAISED, *open_to_change)
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "The request was written by another principal",
            rule=rule_or(act.ground(Guard.OWN_WORDS), "SYS-3"),
            remedy="record your own assessment instead",
        )
    refuse_unknown_contacts(act, request)
    refuse_other_kinds(act, referral.track, request.interventions)
    new: tuple[Allocation, ...] = ()
    if referral.sent_at is not None:
        refuse_missing_content(act, request, referral.track)
    if referral.sent_at is not None or Step.SENT not in prescribed_steps(act, case):
        new = allocate_new(act, case, request.interventions)
    return (act.record(ReferralSupplemented, on=referral, case_id=case.id, request=request, allocations=new),)


def send(case: Case, *, act: Act, receiver: HsaId) -> Events:
    """Send the vårdbegäran to a municipality (ORE-3.1.2-1 to -4). Until it takes over, the region answers (ORE-3-1)."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.SENT))
    refuse_other_receiver(act, referral, receiver)
    refuse_other_channel(act, "referral", referral.request, referral.track)
    refuse_missing_content(act, referral.request, referral.track)
    event = act.record(
        ReferralSent,
        on=referral,
        case_id=case.id,
        receiver=receiver,
        allocations=allocate(act, case, referral.interventions, enrolled=False, municipality=receiver),
    )
    return (event,)


def acknowledge(case: Case, *, act: Act) -> Events:
    """Confirm that the vårdbegäran has been received (kvittera; ORE-3.1.2-6)."""
    if act.actor.principal != case.referral.municipality:
        raise ActorNotReceiver(
            "Only the receiving municipality acknowledges the request",
            rule=act.rule,
            remedy="the municipality it was sent to acknowledges it",
            where=(act.actor.party,),
        )
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ACKNOWLEDGED))
    return (act.record(ReferralAcknowledged, on=referral, case_id=case.id),)


def contact(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Contact the region without delay, so that joint investigation can start (ORE-3.1.2-7)."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.IN_CONTACT))
    return (act.record(PrincipalContacted, on=referral, case_id=case.id, note=note),)


def start_assessment(case: Case, *, act: Act, participants: Staff) -> Events:
    """Begin the investigation; where the agreement wants it joint, both parties' staff take part (ORE-3.1.3-1)."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_before(act, case, Step.ASSESSING))
    joint = act.ground(Guard.JOINT_INVESTIGATION)
    if joint is not None:
        act.refuse_one_sided(participants, rule=joint.rule)
    refuse_unknown_staff(act, participants)
    return (act.record(JointAssessmentStarted, on=referral, case_id=case.id, participants=tuple(participants)),)


def record_assessment(
    case: Case,
    *,
    act: Act,
    level: CareLevel,
    interventions: AllocatedInterventions,
    participation: Participation,
    level_ground: Slug | None = None,
    direction: Text | None = None,
    content: Text | None = None,
    responsibility: Text | None = None,
    goals: Text | None = None,
    considerations: Text | None = None,
    reason: Text | None = None,
) -> Events:
    """Record your own party's medical assessment (ORE-3.1.3-4, -6, -9; participation ORE-1.4-1).

    Whom it gives an intervention to is a proposal: it moves nothing. `level_ground` says why the care is specialised,
    in the words of the version: what it needs, not where it is usually given (SKR-4-7).
    Once the level is established, a party assesses anew only with a `reason`; the earlier judgement remains (SKR-5-1).
    """
    act = permit(act, case)
    referral = require_assessable(case, act, reason)
    if level_ground is not None:
        _refuse_other_ground(act, level, level_ground)
    refuse_other_kinds(act, referral.track, interventions)
    stated = {
        "direction": direction,
        "content": content,
        "responsibility": responsibility,
        "goals": goals,
        "considerations": considerations,
        "participation": participation.note,
        "interventions": [one.model_dump() for one in interventions],
    }
    lacking = find_missing(act.in_force, "assessment", stated, track=referral.track)
    if lacking:
        raise AssessmentContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)
    for one in interventions:
        if one.party is Party.MUNICIPALITY:
            refuse_never_municipal(act, one)
    event = act.record(
        AssessmentRecorded,
        on=referral,
        case_id=case.id,
        party=act.actor.party,
        level=level,
        level_ground=level_ground,
        direction=direction,
        content=content,
        responsibility=responsibility,
        goals=goals,
        considerations=considerations,
        interventions=tuple(interventions),
        participation=participation,
        reason=reason,
        allocations=allocate_new(act, case, interventions),
    )
    return (event,)


def _refuse_other_ground(act: Act, level: CareLevel, ground: Slug) -> None:
    content = act.in_force.content.get("specialised-level")
    for field in content.fields if content is not None else ():
        if ground not in field.choices:
            raise ContentNotKnown("ground of specialised care", [ground], known=field.choices, rule=field.clauses[0])
    if level is not CareLevel.SPECIALISED:
        raise LevelContradicted(
            f"What needs {ground} is not {level} care",
            rule=act.rule,
            remedy=f"give the level {CareLevel.SPECIALISED}, or leave level_ground out",
            where=("level", "level_ground"),
        )


def consider_jointly(case: Case, *, act: Act, intervention: Slug, conclusion: Text) -> Events:
    """Record, for your own party, that the form of care for an advanced intervention was considered together."""
    act = permit(act, case)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.ASSESSING))
    refuse_unnamed_intervention(act, referral, intervention)
    act = apply_ordering_rules(act, case, subject_of(case, intervention))
    event = act.record(
        JointConsiderationRecorded,
        on=referral,
        case_id=case.id,
        party=act.actor.party,
        intervention=intervention,
        conclusion=conclusion,
    )
    return (event,)


def establish_level(case: Case, *, act: Act) -> Events:
    """Establish the care level that the assessments come to (ORE-3.1.3-8 to -10). Starts the week (P7D).

    Where the agreement leaves it to one party, that party's assessment decides (ORE-3.2.1-R2); else both draw the
    border together. With new assessments an established level is judged anew, and both judgements remain (SKR-5-1).
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    again = case.referral.judged != () and case.referral.status in REASSESSABLE and not case.is_ended
    referral = require_referral_status(
        case, act, *(REASSESSABLE if again else statuses_before(act, case, Step.LEVEL_ESTABLISHED))
    )
    level = find_level(act, referral)
    if again:
        return (reassess_level(act, case, level),)
    refuse_unless_considered(act, referral)
    refuse_before_ground(act, referral)
    return (act.record(CareLevelEstablished, on=referral, case_id=case.id, level=level),)


def accept(case: Case, *, act: Act) -> Events:
    """Accept for your own party; when all have whose acceptance it takes, an enrolment is proposed (ORE-3-3)."""
    act = permit(act, case)
    refuse_while_disputed(act, case)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.LEVEL_ESTABLISHED))
    if referral.municipality is None:
        raise UnknownReference(
            "No municipality is named that could enrol the person",
            rule="SYS-1",
            remedy="send the request to a municipality, or raise the need with one",
            where=("municipality",),
        )
    refuse_out_of_scope(act, case, referral.level)
    refuse_one_sided_assessment(act, referral)
    refuse_unless_met(act, referral)
    _advanced_considered(act, referral)
    refuse_before_ground(act, referral)
    if act.is_joint:
        act.refuse_second(referral.accepted_by, "accepted", rule=act.rule)
        if not referral.accepted_by:
            return (act.record(AcceptanceDeclared, on=referral, case_id=case.id, party=act.actor.party),)
    accepted = act.record(ReferralAccepted, on=referral, case_id=case.id)
    proposed = act.record(
        EnrolmentProposed,
        on=enrolment_id(case.id),
        case_id=case.id,
        patient_id=case.patient_id,
        municipality=referral.municipality,
    )
    return (accepted, proposed)


def decline(case: Case, *, act: Act, reason: Text) -> Events:
    """Decline for your own party, where the agreement wants it after assessment and by both (ORE-3.1.2-5; S16)."""
    act = permit(act, case)
    refuse_while_disputed(act, case)
    refuse_never_assessed(act, case.referral)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.ASSESSING))
    refuse_one_sided_assessment(act, referral)
    refuse_before_ground(act, referral)
    if act.is_joint:
        act.refuse_second(referral.declined_by, "declined", rule=act.rule)
        if not referral.declined_by:
            declared = act.record(DeclineDeclared, on=referral, case_id=case.id, party=act.actor.party, reason=reason)
            return (declared,)
    refuse_before_allocation(act, case)
    allocations = allocate_returned(act, case)
    event = act.record(ReferralDeclined, on=referral, case_id=case.id, reason=reason, allocations=allocations)
    return (event, *closed_plans(case, act=act, reason="declined"))


def withdraw(case: Case, *, act: Act, reason: WithdrawalReason) -> Events:
    """Take the request back; once acknowledged only for death, move or the individual's refusal (catalogue R14).

    Until the person is enrolled those three end it whatever has been decided, also a proposed enrolment. It waits for
    no disagreement: there is nothing left to disagree on.
    """
    act = permit(act, case)
    freely = (ReferralStatus.NEED_RAISED, ReferralStatus.SENT)
    bound: tuple[ReferralStatus, ...] = (
        ReferralStatus.ACKNOWLEDGED,
        ReferralStatus.IN_CONTACT,
        ReferralStatus.ASSESSING,
        ReferralStatus.LEVEL_ESTABLISHED,
        ReferralStatus.DISPUTED,
    )
    enrolment = case.enrolment
    if enrolment is not None and enrolment.started_at is None and not enrolment.status.is_ended:
        bound = (*bound, ReferralStatus.ACCEPTED, ReferralStatus.CLOSED)
        act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    wanted = freely if reason is WithdrawalReason.BY_SENDER else freely + bound
    referral = require_referral_status(case, act, *wanted, rule="R14")
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "The request was made by another principal",
            rule="SYS-3",
            remedy="its sender withdraws it; you may decline it or raise a disagreement",
        )
    refuse_before_allocation(act, case)
    allocations = leave_unregulated(act, case) if reason is WithdrawalReason.DEATH else allocate_returned(act, case)
    events: Events = (
        act.record(ReferralWithdrawn, on=referral, case_id=case.id, reason=reason, allocations=allocations),
    )
    if enrolment is not None:
        events = (*events, act.record(EnrolmentWithdrawn, on=enrolment, case_id=case.id, reason=reason))
    return (*events, *closed_plans(case, act=act, reason="withdrawn"))


def close(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Close the request when the person is enrolled, or the reasons for declining have been told (catalogue R15)."""
    act = permit(act, case)
    refuse_never_assessed(act, case.referral)
    refuse_while_disputed(act, case)
    referral = require_referral_status(case, act, ReferralStatus.ACCEPTED, ReferralStatus.DECLINED, rule="R15")
    if referral.status is ReferralStatus.DECLINED and note is None:
        raise ReferralContentMissing(["note"], rule="R15")
    return (act.record(ReferralClosed, on=referral, case_id=case.id, note=note),)


def _advanced_considered(act: Act, referral: Referral) -> None:
    ground = act.ground(Guard.JOINT_CONSIDERATION)
    for one in referral.interventions if ground is not None else ():
        if one.advanced and set(referral.considered.get(one.key, ())) != set(Party):
            raise JointConsiderationMissing(
                f"The parties have not considered the advanced intervention {one.key} together",
                rule=rule_or(ground, act.rule),
                remedy="each party records the joint consideration",
                where=(one.key,),
            )
