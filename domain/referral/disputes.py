"""One function per act in a disagreement (oenighet; catalogue R9-R11, E7). Care never lapses while it is open."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.act import Act
from domain.agreements.model import DisputeSubject, Guard, ProcedureStep, Step
from domain.care_plan.endings import closed_plans
from domain.case import Case
from domain.intervention import CareLevel
from domain.kernel import Allocation, Day, Events, Party, Slug, Text, legal_day, legal_midnight
from domain.referral.events import (
    DisagreementEscalated,
    DisagreementRaised,
    DisagreementResolved,
    DisagreementWithdrawn,
    PositionRecorded,
    ProcedureStepRecorded,
    Resolution,
    ResolutionProposed,
)
from domain.referral.state import Dispute, ReferralStatus
from domain.referral.steps import since
from domain.refusals import (
    ActorNotAllowed,
    AssessmentRequired,
    ContentNotKnown,
    DisputeOpen,
    NotMunicipal,
    NotRetroactive,
    NotYourPrincipal,
    OccurredTooEarly,
    OtherPartyMissing,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from domain.responsibility import (
    is_for_other,
    refuse_out_of_order,
    refuse_out_of_scope,
    unregulated,
)


def raise_disagreement(
    case: Case, *, act: Act, reason: Text, subject: DisputeSubject | None = None, plan: UUID | None = None
) -> Events:
    """Disagree, with a reason (ORE-3.1.3-13). Who performed before goes on performing (ORE-3.1.3-14, derived S5).

    Without `subject` it is on the request, or once that is accepted on the enrolment. `plan` is the plan that a
    disagreement on a plan's content is about. Where the version is silent on who performs meanwhile, nobody is named.
    """
    act = act.permit(case)
    referral, rule = case.referral, act.in_force.dispute
    subject = subject or _subject(case)
    _refuse_no_subject(case, act, subject, plan)
    already = referral.open_on(subject, plan)
    if already is not None:
        raise DisputeOpen(
            "A disagreement is already open",
            rule=act.rule,
            remedy="record your position in it",
            where=(str(already.id),),
        )
    act.not_before(referral.since, f"the referral became {referral.status}")
    for ended in referral.disputes:
        if ended.ended_at is not None:
            act.not_before(ended.ended_at, "the disagreement was resolved")
    refuse_out_of_order(act, case)
    clauses = rule.clauses if rule is not None else ()
    earlier = referral.open_dispute
    event = act.record(
        DisagreementRaised,
        on=referral,
        case_id=case.id,
        clauses=clauses,
        by_analogy=clauses if rule is not None and subject not in rule.subjects else (),
        not_regulated=() if rule is not None and rule.interim is not None else ("dispute",),
        dispute_id=act.new_id("dispute"),
        party=act.actor.party,
        reason=reason,
        subject=subject,
        plan=plan,
        held=earlier.held if earlier is not None else tuple(case.allocations.values()),
        allocations=_meanwhile(case, act),
    )
    return (event,)


def withdraw_disagreement(case: Case, *, act: Act, dispute: UUID, reason: Text) -> Events:
    """No longer disagree, as the party that did; everything is as it was before, and nothing has passed meanwhile."""
    act = act.permit(case)
    found = _open(case, act, dispute)
    if found.raised_by is not act.actor.party:
        raise NotYourPrincipal(
            f"The {found.raised_by} disagreed",
            rule="SYS-3",
            remedy=f"the {found.raised_by} withdraws it, or both resolve it",
            where=(found.raised_by,),
        )
    act.not_before(found.proposed_at or found.raised_at, "the disagreement was last acted on")
    refuse_out_of_order(act, case)
    event = act.record(
        DisagreementWithdrawn,
        on=case.referral,
        case_id=case.id,
        dispute_id=dispute,
        reason=reason,
        allocations=_as_it_was(case, act, found),
    )
    return (event,)


def record_position(case: Case, *, act: Act, dispute: UUID, position: Text) -> Events:
    """State your own party's position (SYS-3). It may be recorded late, with the time at which it was held."""
    act = act.permit(case)
    found = _dispute(case, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    event = act.record(
        PositionRecorded,
        on=case.referral,
        case_id=case.id,
        dispute_id=dispute,
        position_id=act.new_id("position"),
        party=act.actor.party,
        position=position,
    )
    return (event,)


def record_procedure_step(case: Case, *, act: Act, dispute: UUID, step: Text) -> Events:
    """Note that a step of the agreed procedure was taken (ORE-3.1.3-13, S4).

    Where the agreement lists the steps, `step` is the id of the next one; where it lists none, a note in your own
    words.
    """
    act = act.permit(case)
    found = _open(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    taken = _next_step(act, found, step, escalates=False)
    event = act.record(
        ProcedureStepRecorded,
        on=case.referral,
        case_id=case.id,
        dispute_id=dispute,
        step=taken.title if taken is not None else step,
        step_id=taken.id if taken is not None else None,
    )
    return (event,)


def escalate(case: Case, *, act: Act, dispute: UUID, step: Text) -> Events:
    """Take the disagreement to a higher level of both parties.

    Where the agreement lists the steps, `step` is the id of the next one, and one that does so; where it lists none, a
    note of whom it was taken to.
    """
    act = act.permit(case)
    found = _open(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    taken = _next_step(act, found, step, escalates=True)
    event = act.record(
        DisagreementEscalated,
        on=case.referral,
        case_id=case.id,
        dispute_id=dispute,
        step=taken.title if taken is not None else step,
        step_id=taken.id if taken is not None else None,
    )
    return (event,)


def resolve(
    case: Case,
    *,
    act: Act,
    dispute: UUID,
    level: CareLevel | None,
    performer: Party | None,
    conclusion: Text,
    effective_from: Day | None = None,
    decided: bool = False,
) -> Events:
    """Declare how the disagreement is resolved, for your own party; when both have declared the same, it is.

    Performance passes from `effective_from`, a Swedish day: by default the day on which the act is recorded, and where
    the agreement says that a resolution looks forward only, at the earliest that day, so that no past day gets another
    answer (ORE-3.1.3-14). If only one party names a day, the later of it and the other's earliest holds; two different
    days resolve nothing. With `level` None a request that is not yet accepted is declined; with `performer` None
    whoever performs goes on. `decided` records the decision of whoever the agreement lets decide.
    """
    act = act.permit(case)
    found = _open(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    if found.proposed_at is not None:
        act.not_before(found.proposed_at, "a party declared how it is to be resolved")
    _refuse_unfit(act, case, found, level, performer)
    today = legal_day(act.now)
    own = Resolution(level=level, performer=performer, effective_from=effective_from or today, conclusion=conclusion)
    _refuse_backwards(act, found, own, today)
    decider = _decider(act) if decided else None
    theirs = found.proposals.get(act.actor.party.other)
    if theirs is None and decider is None:
        repeated = [party for party, proposal in found.proposals.items() if proposal == own]
        act.refuse_second(repeated, "declared this resolution", rule=act.rule)
        proposed = act.record(
            ResolutionProposed,
            on=case.referral,
            case_id=case.id,
            dispute_id=dispute,
            party=act.actor.party,
            resolution=own,
            day_given=effective_from is not None,
        )
        return (proposed,)
    resolution = own
    if theirs is not None and decider is None:
        both_gave_day = effective_from is not None and found.days_given[act.actor.party.other]
        _refuse_different(act, theirs, own, ("level", "performer", *(("effective_from",) if both_gave_day else ())))
        resolution = own.model_copy(update={"effective_from": max(own.effective_from, theirs.effective_from)})
    event = act.record(
        DisagreementResolved,
        on=case.referral,
        case_id=case.id,
        clauses=_clauses(act),
        dispute_id=dispute,
        resolution=resolution,
        decided_by=decider,
        allocations=_as_resolved(case, act, found, resolution),
    )
    if found.stops_request and case.referral.status is ReferralStatus.DISPUTED and level is None:
        return (event, *closed_plans(case, act=act, reason="declined"))
    return (event,)


def _clauses(act: Act) -> tuple[str, ...]:
    """What the version says of disagreements; one that says nothing has no clauses (SYS-7)."""
    return act.in_force.dispute.clauses if act.in_force.dispute is not None else ()


def _rule(act: Act) -> str:
    return next(iter(_clauses(act)), act.rule)


def _subject(case: Case) -> DisputeSubject:
    return DisputeSubject.REFERRAL if case.enrolment is None else DisputeSubject.ENROLMENT


def _refuse_no_subject(case: Case, act: Act, subject: DisputeSubject, plan: UUID | None) -> None:
    """Refuse to disagree on what is not there: no request under way, no enrolment, no such plan."""
    if (plan is not None) != (subject is DisputeSubject.PLAN) or (plan is not None and plan not in case.plans):
        raise UnknownReference(
            "A disagreement on a plan's content names the plan, and no other disagreement does",
            rule=act.rule,
            remedy="give a plan of this case with the subject plan, or leave the plan out",
            where=("plan",),
        )
    if subject is DisputeSubject.INVOICE:
        raise UnknownReference(
            "An invoice is none of the case's",
            rule=act.rule,
            remedy="contest it in its settlement",
            where=("subject",),
        )
    status = case.referral.status
    enrolled = case.enrolment is not None and not case.enrolment.status.is_ended
    undecided = (*since(act, case, Step.ASSESSING), ReferralStatus.DISPUTED)
    of_plan = plan is not None and case.plans[plan].ended_at is None and not case.is_ended
    possible = {
        DisputeSubject.REFERRAL: status in undecided,
        DisputeSubject.LEVEL: status in undecided or enrolled,
        DisputeSubject.ENROLMENT: enrolled,
        DisputeSubject.DISCHARGE: enrolled and case.enrolment is not None and case.enrolment.started_at is not None,
        DisputeSubject.PLAN: of_plan,
        DisputeSubject.INVOICE: False,
    }
    if not possible[subject]:
        raise WrongState(
            what=f"What the disagreement on {subject} is about",
            state=status,
            wanted=undecided if subject is DisputeSubject.REFERRAL else ("open",),
            rule=act.rule,
        )


def _meanwhile(case: Case, act: Act) -> tuple[Allocation, ...]:
    """While it is open: by the interim rule whoever held it before, and where there is none nobody by name."""
    rule = act.in_force.dispute
    if rule is None or rule.interim is None:
        return unregulated(act, case)
    return tuple(
        one.model_copy(
            update={
                "effective_from": act.occurred_at,
                "clauses": rule.clauses,
                "derived": rule.interim_derived,
            }
        )
        for one in case.answering(act.occurred_at).values()
    )


def _as_it_was(case: Case, act: Act, found: Dispute) -> tuple[Allocation, ...]:
    """What was decided before, of what only disagreements have touched since, when none of them is left."""
    disputes = case.referral.disputes
    if case.is_ended or any(one.is_open and one.id != found.id for one in disputes):
        return ()
    raised = {one.raised_at for one in disputes}
    return tuple(
        one.model_copy(update={"effective_from": max(one.effective_from, act.occurred_at)})
        for one in found.held
        if case.allocations[one.intervention].effective_from in raised
    )


def _as_resolved(case: Case, act: Act, found: Dispute, resolution: Resolution) -> tuple[Allocation, ...]:
    """From the resolved day the performer is as resolved; where the agreement says so, never before it is recorded.

    Treatment responsibility stays, and so does what the version gives to the other party in any case (F17). Nobody
    takes over what is left of a request or an enrolment that ended meanwhile.
    """
    if case.is_ended:
        return ()
    past = _looks_back(act) and resolution.effective_from < legal_day(act.now)
    moment = max(found.raised_at if past else act.now, legal_midnight(resolution.effective_from))
    before = {one.intervention: one for one in found.held}
    silent = act.in_force.dispute is None or act.in_force.dispute.interim is None
    now = {key: before.get(key, one) if silent else one for key, one in case.allocations.items()}
    if resolution.performer is None:
        return tuple(one.model_copy(update={"effective_from": act.now}) for one in now.values()) if silent else ()
    performer = resolution.performer
    stays = {one.key for one in case.interventions if is_for_other(act, case, one, performer, level=resolution.level)}
    passes = tuple(
        held.model_copy(
            update={
                "performer": case.principal(performer),
                "effective_from": moment,
                "clauses": _clauses(act),
                "derived": False,
            }
        )
        for held in now.values()
        if held.intervention not in stays
    )
    restored = tuple(now[key].model_copy(update={"effective_from": act.now}) for key in now if key in stays and silent)
    return (*passes, *restored)


def _looks_back(act: Act) -> bool:
    """Whether a resolution may be about days before it: not where the version says it may not."""
    rule = act.in_force.dispute
    return rule is None or rule.retroactive is not False


def _refuse_backwards(act: Act, found: Dispute, own: Resolution, today: date) -> None:
    if not _looks_back(act):
        if own.effective_from < today:
            raise NotRetroactive(
                f"A resolution recorded on {today} cannot have effect from {own.effective_from}",
                rule=_rule(act),
                remedy=f"give {today} or a later day",
                where=("effective_from",),
            )
    elif own.effective_from < legal_day(found.raised_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(own.effective_from),
            since=found.raised_at,
            what="the disagreement was raised",
            field="effective_from",
        )


def _decider(act: Act) -> Text:
    rule = act.in_force.dispute
    if rule is None or rule.decider is None:
        raise OtherPartyMissing(
            "The agreement lets nobody decide for the parties",
            rule=act.rule,
            remedy=f"the {act.actor.party.other} declares the same resolution",
            where=(act.actor.party.other,),
        )
    return rule.decider


def _next_step(act: Act, found: Dispute, said: Text, *, escalates: bool) -> ProcedureStep | None:
    """The listed step that is taken; None where the version lists none and the parties use their own words (S4)."""
    listed = act.in_force.dispute.steps if act.in_force.dispute is not None else ()
    if not listed:
        return None
    left = [step for step in listed if step.id not in found.step_ids]
    following = left[0] if left else None
    if following is None or following.id != said or following.escalates is not escalates:
        done: Slug = found.step_ids[-1] if found.step_ids else "raised"
        if said not in {step.id for step in listed if step.escalates is escalates}:
            known = [step.id for step in listed if step.escalates is escalates]
            raise ContentNotKnown("step", [said], known=known, rule=_rule(act))
        wanted = (f"before {said}",) if following is None else (f"followed by {following.id}",)
        raise WrongState(what="The procedure", state=done, wanted=wanted, rule=_rule(act))
    if following.by not in (None, act.actor.party):
        raise ActorNotAllowed(
            f"The {act.actor.party} does not take the step {following.id}",
            rule=_rule(act),
            remedy=f"the {following.by} takes it",
            where=(act.actor.party,),
        )
    return following


def _refuse_unfit(act: Act, case: Case, found: Dispute, level: CareLevel | None, performer: Party | None) -> None:
    """Refuse a resolution that the agreement cannot hold: see each rule."""
    if performer is Party.MUNICIPALITY:
        refuse_out_of_scope(act, case, level)
    if not found.stops_request or case.referral.status is not ReferralStatus.DISPUTED:
        return
    if level is not None:
        if performer is None:
            raise UnknownReference(
                "Who performs meanwhile and from then on is what the parties disagree on",
                rule=act.rule,
                remedy="say which party performs",
                where=("performer",),
            )
        return
    ground = act.ground(Guard.ASSESSMENT_FIRST)
    if ground is not None and not case.referral.assessments:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule=ground.rule,
            remedy="a request always leads to a medical assessment: record it first",
            where=("level",),
        )
    if performer is Party.MUNICIPALITY:
        raise NotMunicipal(
            "A declined request leaves the care with the region",
            rule=act.rule,
            remedy="give a level, or let the region perform",
            where=("level", "performer"),
        )
    others = [str(one.id) for one in case.referral.disputes if one.is_open and one.id != found.id]
    if others:
        raise DisputeOpen(
            "Another disagreement is open in what would be declined",
            rule=_rule(act),
            remedy="resolve or withdraw it first",
            where=others,
        )


def _dispute(case: Case, id: UUID) -> Dispute:
    found = case.referral.dispute(id)
    if found is None:
        raise UnknownReference(
            f"The case has no disagreement {id}",
            rule="SYS-1",
            remedy="name a disagreement of this case",
            where=("dispute",),
        )
    return found


def _open(case: Case, act: Act, id: UUID) -> Dispute:
    found = _dispute(case, id)
    if not found.is_open:
        state = "withdrawn" if found.withdrawn_at is not None else "resolved"
        raise WrongState(what="The disagreement", state=state, wanted=("open",), rule=_rule(act))
    return found


def _refuse_different(act: Act, theirs: Resolution, own: Resolution, compared: Sequence[str]) -> None:
    differing = [field for field in compared if getattr(theirs, field) != getattr(own, field)]
    if differing:
        raise ResolutionsDiffer(
            f"The other party declared another {' and '.join(differing)}",
            rule=act.rule,
            remedy="declare the same resolution, or go on with the procedure",
            where=differing,
        )
