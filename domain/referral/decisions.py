"""One function per act on a referral (catalogue C.1). Each decides once; the event holds the outcome and its ground."""

from uuid import UUID

from domain.act import Act
from domain.agreements.content import missing
from domain.agreements.model import NotRegulated
from domain.care_plan.decisions import closed_plans
from domain.case import Case, enrolment_id
from domain.enrolment.events import EnrolmentProposed, EnrolmentWithdrawn
from domain.intervention import AllocatedInterventions, CareLevel, Participation
from domain.kernel import Allocation, Events, HsaId, Party, Slug, Staff, Text
from domain.referral.criteria import (
    Facts,
    exception_possible,
    judged,
    refuse_unless_considered,
    refuse_unless_met,
)
from domain.referral.events import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CareLevelEstablished,
    Channel,
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DeclineDeclared,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    Request,
    Source,
    WithdrawalReason,
)
from domain.referral.state import Referral, ReferralStatus
from domain.refusals import (
    ActorNotAllowed,
    ActorNotReceiver,
    AssessmentContentMissing,
    AssessmentRequired,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    JointConsiderationMissing,
    NotYourPrincipal,
    PositionsDiffer,
    ReferralContentMissing,
    UnknownReference,
    WrongState,
)
from domain.responsibility import (
    allocate,
    allocate_new,
    allocate_returned,
    refuse_never_municipal,
    refuse_out_of_order,
    refuse_out_of_scope,
    refuse_while_disputed,
    unregulated,
)


def raise_need(
    *,
    act: Act,
    patient_id: UUID,
    request: Request,
    source: Source = Source.PROFESSIONAL,
    track: Slug = "primary-care",
    municipality: HsaId | None = None,
) -> Events:
    """Note a need of municipal home care (behov; ORE-3.1.1-1, -2). It is not itself a vårdbegäran."""
    act = act.permit(None)
    if isinstance(act.in_force.track(track), NotRegulated):
        raise UnknownReference(
            f"The agreement has no track {track}",
            rule="ORE-3-5",
            remedy=f"give {' or '.join(one.id for one in act.in_force.tracks)}",
            where=("track",),
        )
    if municipality is not None:
        _known_municipality(act, municipality)
    own = act.actor.principal if act.actor.party is Party.MUNICIPALITY else None
    if own is not None and municipality not in (None, own):
        raise NotYourPrincipal(
            "A municipality raises needs for itself",
            rule="SYS-3",
            remedy="leave municipality out, or give your own",
            where=("municipality",),
        )
    _known_contacts(act, request)
    event = act.record(
        NeedRaised,
        on=act.new_id("referral"),
        case_id=act.new_id("case"),
        patient_id=patient_id,
        county=act.actor.county,
        region=act.directory.region.id,
        municipality=municipality or own,
        track=track,
        source=source,
        request=request,
    )
    return (event,)


def supplement(case: Case, *, act: Act, request: Request) -> Events:
    """Complete or change what the request says; only its author's principal may, until the level is established."""
    act = act.permit(case)
    referral = _at(
        case,
        act,
        ReferralStatus.NEED_RAISED,
        ReferralStatus.SENT,
        ReferralStatus.ACKNOWLEDGED,
        ReferralStatus.IN_CONTACT,
        ReferralStatus.ASSESSING,
        rule="ORE-3.1.2-3",
    )
    sent = referral.sent_at is not None
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "The request was written by another principal",
            rule="ORE-3.1.4-8",
            remedy="record your own assessment instead",
        )
    _known_contacts(act, request)
    new: tuple[Allocation, ...] = ()
    if sent:
        _refuse_missing(act, request, referral.track)
        new = allocate_new(act, case, request.interventions)
    return (act.record(ReferralSupplemented, on=referral, case_id=case.id, request=request, allocations=new),)


def send(case: Case, *, act: Act, receiver: HsaId) -> Events:
    """Send the vårdbegäran to a municipality (ORE-3.1.2-1 to -4). Until it takes over, the region answers (ORE-3-1)."""
    act = act.permit(case)
    referral = _at(case, act, ReferralStatus.NEED_RAISED, rule="ORE-3.1.2-1")
    _known_municipality(act, receiver)
    if referral.municipality not in (None, receiver):
        raise NotYourPrincipal(
            "The need concerns another municipality",
            rule="SYS-3",
            remedy=f"send to {referral.municipality}, or raise the need anew",
            where=("receiver",),
        )
    _refuse_missing(act, referral.request, referral.track)
    if referral.request.channel is not Channel.LIFECARE_SP:
        raise ActorNotAllowed(
            f"A request on this track is not sent by {referral.request.channel}",
            rule="ORE-3.1.2-2",
            remedy=f"send it in {Channel.LIFECARE_SP}",
            where=("channel",),
        )
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
            rule="ORE-3.1.2-6",
            remedy="the municipality it was sent to acknowledges it",
            where=(act.actor.party,),
        )
    act = act.permit(case)
    referral = _at(case, act, ReferralStatus.SENT, rule="ORE-3.1.2-6")
    return (act.record(ReferralAcknowledged, on=referral, case_id=case.id),)


def contact(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Contact the region without delay, so that joint investigation can start (ORE-3.1.2-7)."""
    act = act.permit(case)
    referral = _at(case, act, ReferralStatus.ACKNOWLEDGED, rule="ORE-3.1.2-7")
    return (act.record(PrincipalContacted, on=referral, case_id=case.id, note=note),)


def start_assessment(case: Case, *, act: Act, participants: Staff) -> Events:
    """Begin the joint investigation; both parties' team members take part (ORE-3.1.3-1)."""
    act = act.permit(case)
    referral = _at(case, act, ReferralStatus.IN_CONTACT, rule="ORE-3.1.3-1")
    act.refuse_one_sided(participants, rule="ORE-3.1.3-1")
    return (act.record(JointAssessmentStarted, on=referral, case_id=case.id, participants=tuple(participants)),)


def record_assessment(
    case: Case,
    *,
    act: Act,
    level: CareLevel,
    interventions: AllocatedInterventions,
    participation: Participation,
    direction: Text | None = None,
    content: Text | None = None,
    responsibility: Text | None = None,
    goals: Text | None = None,
    considerations: Text | None = None,
) -> Events:
    """Record your own party's medical assessment (ORE-3.1.3-4, -6, -9; participation ORE-1.4-1)."""
    act = act.permit(case)
    late = (ReferralStatus.DISPUTED, ReferralStatus.LEVEL_ESTABLISHED)
    own = act.actor.party in case.referral.assessments
    referral = _at(case, act, ReferralStatus.ASSESSING, *(() if own else late), rule="ORE-3.1.3-4")
    stated = {
        "direction": direction,
        "content": content,
        "responsibility": responsibility,
        "goals": goals,
        "considerations": considerations,
        "participation": participation.note,
        "interventions": [one.model_dump() for one in interventions],
    }
    lacking = missing(act.in_force, "assessment", stated, track=referral.track)
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
        direction=direction,
        content=content,
        responsibility=responsibility,
        goals=goals,
        considerations=considerations,
        interventions=tuple(interventions),
        participation=participation,
        allocations=allocate_new(act, case, interventions),
    )
    return (event,)


def evaluate_criteria(
    case: Case,
    *,
    act: Act,
    facts: Facts,
    notes: dict[Slug, Text] | None = None,
) -> Events:
    """Consider the agreement's criteria (ORE-3.1.1-4 to -9): by criterion id, the facts its expression asks for.

    Age comes from the person register, not from the caller.
    """
    act = act.permit(case)
    referral = _weighing(case, act, rule="ORE-3.1.1-4")
    verdicts = judged(act, referral, facts, notes or {})
    return (act.record(CriteriaEvaluated, on=referral, case_id=case.id, verdicts=verdicts),)


def agree_exception(case: Case, *, act: Act, criterion: Slug, reason: Text) -> Events:
    """Set a criterion aside, for your own party; when both have, the exception is agreed (ORE-3.1.1-10)."""
    act = act.permit(case)
    referral = _weighing(case, act, rule="ORE-3.1.1-10")
    waiver = exception_possible(act, referral, criterion)
    _refuse_settled(referral, criterion)
    _refuse_not_unmet(referral, criterion, rule=waiver.rule)
    proposed_by = referral.exceptions_proposed.get(criterion)
    if proposed_by is act.actor.party:
        raise ExceptionNeedsConsensus(
            f"The {proposed_by} has already agreed; an exception takes both parties",
            rule=waiver.rule,
            remedy=f"the {proposed_by.other} agrees to the exception, with its reason",
            where=(criterion, proposed_by.other),
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
    if referral.grounded_at is not None:
        act.not_before(referral.grounded_at, "the exception was proposed")
    agreed = act.record(
        CriteriaExceptionAgreed,
        on=referral,
        case_id=case.id,
        clauses=(waiver.rule,),
        criterion=criterion,
        reason=reason,
    )
    return (agreed,)


def consider_jointly(case: Case, *, act: Act, intervention: Slug, conclusion: Text) -> Events:
    """Record, for your own party, that the form of care for an advanced intervention was considered together."""
    act = act.permit(case)
    referral = _at(case, act, ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, rule="ORE-2.2-10")
    if intervention not in {one.key for one in referral.interventions}:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule="ORE-2.2-10",
            remedy="name an intervention of the request or the assessments",
            where=("intervention",),
        )
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
    """Establish the care level that both parties' assessments agree on (ORE-3.1.3-8 to -10). Starts the week (P7D)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    referral = _at(case, act, ReferralStatus.ASSESSING, rule="ORE-3.1.3-10")
    _jointly_assessed(referral)
    refuse_unless_considered(act, referral)
    _refuse_before_its_ground(act, referral)
    levels = {assessment.level for assessment in referral.assessments.values()}
    if len(levels) > 1:
        stands = ", ".join(f"{party}: {one.level}" for party, one in sorted(referral.assessments.items()))
        raise PositionsDiffer(
            f"The parties' assessments differ ({stands})",
            rule="ORE-3.1.3-10",
            remedy="a party records a new assessment, or raises a disagreement",
            where=tuple(sorted(levels)),
        )
    return (act.record(CareLevelEstablished, on=referral, case_id=case.id, level=levels.pop()),)


def accept(case: Case, *, act: Act) -> Events:
    """Accept for your own party; with both parties' acceptance an enrolment is proposed (ORE-3-3)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    referral = _at(case, act, ReferralStatus.LEVEL_ESTABLISHED, rule="ORE-3-3")
    refuse_out_of_scope(act, case, referral.level)
    _jointly_assessed(referral)
    refuse_unless_met(act, referral)
    _advanced_considered(referral)
    _refuse_before_its_ground(act, referral)
    act.refuse_second(referral.accepted_by, "accepted", rule="ORE-3-3")
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
    """Decline after joint assessment, for your own party; it takes both (ORE-3.1.2-5, 3.1.3-10; S16)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    if not case.referral.assessments and case.referral.sent_at is not None:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule="ORE-3.1.2-5",
            remedy="a request always leads to a medical assessment: record it first",
        )
    referral = _at(case, act, ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, rule="ORE-3.1.2-5")
    _jointly_assessed(referral)
    _refuse_before_its_ground(act, referral)
    act.refuse_second(referral.declined_by, "declined", rule="ORE-3.1.3-10")
    if not referral.declined_by:
        declared = act.record(DeclineDeclared, on=referral, case_id=case.id, party=act.actor.party, reason=reason)
        return (declared,)
    refuse_out_of_order(act, case)
    allocations = allocate_returned(act, case)
    event = act.record(ReferralDeclined, on=referral, case_id=case.id, reason=reason, allocations=allocations)
    return (event, *closed_plans(case, act=act, reason="declined"))


def withdraw(case: Case, *, act: Act, reason: WithdrawalReason) -> Events:
    """Take the request back; once acknowledged only for death, move or the individual's refusal (catalogue R14).

    Until the person is enrolled those three end it whatever has been decided, also a proposed enrolment. It waits for
    no disagreement: there is nothing left to disagree on.
    """
    act = act.permit(case)
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
    referral = _at(case, act, *wanted, rule="R14")
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "The request was made by another principal",
            rule="SYS-3",
            remedy="its sender withdraws it; you may decline it or raise a disagreement",
        )
    refuse_out_of_order(act, case)
    allocations = unregulated(act, case) if reason is WithdrawalReason.DEATH else allocate_returned(act, case)
    events: Events = (
        act.record(ReferralWithdrawn, on=referral, case_id=case.id, reason=reason, allocations=allocations),
    )
    if enrolment is not None:
        events = (*events, act.record(EnrolmentWithdrawn, on=enrolment, case_id=case.id, reason=reason))
    return (*events, *closed_plans(case, act=act, reason="withdrawn"))


def close(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Close the request when the person is enrolled, or the reasons for declining have been told (catalogue R15)."""
    act = act.permit(case)
    referral = case.referral
    if referral.sent_at is not None and not referral.assessments:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule="ORE-3.1.2-5",
            remedy="a request always leads to a medical assessment: record it first",
        )
    refuse_while_disputed(act, case)
    referral = _at(case, act, ReferralStatus.ACCEPTED, ReferralStatus.DECLINED, rule="R15")
    if referral.status is ReferralStatus.DECLINED and note is None:
        raise ReferralContentMissing(["note"], rule="R15")
    return (act.record(ReferralClosed, on=referral, case_id=case.id, note=note),)


def _at(case: Case, act: Act, *wanted: ReferralStatus, rule: str) -> Referral:
    referral = case.referral
    if referral.status not in wanted:
        raise WrongState(what="The referral", state=referral.status, wanted=wanted, rule=rule)
    act.not_before(referral.since, f"the referral became {referral.status}")
    return referral


def _weighing(case: Case, act: Act, *, rule: str) -> Referral:
    """The referral while its criteria may be weighed: until the person is enrolled."""
    wanted = (ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED)
    referral = _at(case, act, *wanted, rule=rule)
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(what="The enrolment", state=case.enrolment.status, wanted=("open",), rule="C.3")
    return referral


def _refuse_before_its_ground(act: Act, referral: Referral) -> None:
    if referral.grounded_at is not None:
        act.not_before(referral.grounded_at, "what the decision stands on was last added to")


def _known_municipality(act: Act, municipality: HsaId) -> None:
    if act.directory.municipality(municipality) is None:
        raise UnknownReference(
            f"The county has no municipality {municipality}",
            rule="SYS-1",
            remedy="give the HSA-id of a municipality of this county",
            where=("municipality",),
        )


def _known_contacts(act: Act, request: Request) -> None:
    for person in (request.physician_contact, request.care_contact):
        if person is not None:
            act.staff(person)


def _refuse_settled(referral: Referral, criterion: Slug) -> None:
    if criterion in referral.exceptions_agreed:
        raise WrongState(what=f"The exception from {criterion}", state="agreed", wanted=("open",), rule="ORE-3.1.1-10")


def _refuse_not_unmet(referral: Referral, criterion: Slug, *, rule: str) -> None:
    verdict = next((one for one in referral.verdicts if one.criterion == criterion), None)
    if verdict is None or verdict.met:
        state = "not considered" if verdict is None else "met"
        raise WrongState(what=f"The criterion {criterion}", state=state, wanted=("considered and not met",), rule=rule)


def _refuse_missing(act: Act, request: Request, track: Slug) -> None:
    lacking = missing(act.in_force, "referral", request.model_dump(), track=track)
    if lacking:
        raise ReferralContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)


def _jointly_assessed(referral: Referral) -> None:
    absent = [party for party in Party if party not in referral.assessments]
    if absent:
        raise JointAssessmentMissing(
            f"The assessment of the {' and the '.join(absent)} is missing",
            rule="ORE-3.1.1-3",
            remedy="each party records its own assessment",
            where=absent,
        )


def _advanced_considered(referral: Referral) -> None:
    for one in referral.interventions:
        if one.advanced and set(referral.considered.get(one.key, ())) != set(Party):
            raise JointConsiderationMissing(
                f"The parties have not considered the advanced intervention {one.key} together",
                rule="ORE-2.2-10",
                remedy="each party records the joint consideration",
                where=(one.key,),
            )
