"""One function per act in a disagreement (oenighet; catalogue R9-R11, E7). Care never lapses while it is open."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.act import Act
from domain.agreements.model import Dispute as DisputeRule
from domain.care_plan.decisions import closed_plans
from domain.case import Case
from domain.intervention import CareLevel
from domain.kernel import Allocation, Events, Party, Text, legal_day, legal_midnight
from domain.referral.events import (
    DisagreementRaised,
    DisagreementResolved,
    PositionRecorded,
    ProcedureStepRecorded,
    Resolution,
    ResolutionProposed,
)
from domain.referral.state import Dispute, ReferralStatus
from domain.refusals import (
    AssessmentRequired,
    DisputeOpen,
    NotMunicipal,
    NotRetroactive,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from domain.responsibility import (
    is_for_other,
    refuse_out_of_order,
    refuse_out_of_scope,
    refuse_while_disputed,
)


def raise_disagreement(case: Case, *, act: Act, reason: Text) -> Events:
    """Disagree, with a reason (ORE-3.1.3-13). Who performed before goes on performing (ORE-3.1.3-14, derived S5)."""
    act = act.permit(case)
    referral = case.referral
    if referral.open_dispute is not None:
        raise DisputeOpen(
            "A disagreement is already open",
            rule="ORE-3.1.3-13",
            remedy="record your position in it",
            where=(str(referral.open_dispute.id),),
        )
    started = case.enrolment is not None and not case.enrolment.status.is_ended
    if referral.status not in {ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED} and not started:
        raise WrongState(
            what="The referral",
            state=referral.status,
            wanted=(ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED),
            rule="ORE-3.1.3-13",
        )
    act.not_before(referral.since, f"the referral became {referral.status}")
    refuse_while_disputed(act, case)
    refuse_out_of_order(act, case)
    event = act.record(
        DisagreementRaised,
        on=referral,
        case_id=case.id,
        clauses=_rule(act).clauses,
        dispute_id=act.new_id("dispute"),
        party=act.actor.party,
        reason=reason,
        allocations=_as_before(case, act),
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
    """Note that a step of the agreed procedure was taken; the procedure is an external document (ORE-3.1.3-13, S4)."""
    act = act.permit(case)
    found = _open(case, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    event = act.record(ProcedureStepRecorded, on=case.referral, case_id=case.id, dispute_id=dispute, step=step)
    return (event,)


def resolve(
    case: Case,
    *,
    act: Act,
    dispute: UUID,
    level: CareLevel | None,
    performer: Party,
    conclusion: Text,
    effective_from: date | None = None,
) -> Events:
    """Declare how the disagreement is resolved, for your own party; when both have declared the same, it is.

    Performance passes from `effective_from`, a Swedish day: by default and at the earliest the day on which the act is
    recorded, so that no past day gets another answer (ORE-3.1.3-14). If only one party names a day, the later of it and
    the other's earliest holds; two different days resolve nothing. With `level` None the request is declined.
    """
    act = act.permit(case)
    found = _open(case, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    if found.proposed_at is not None:
        act.not_before(found.proposed_at, "a party declared how it is to be resolved")
    _refuse_unfit(act, case, level, performer)
    today = legal_day(act.now)
    own = Resolution(level=level, performer=performer, effective_from=effective_from or today, conclusion=conclusion)
    if own.effective_from < today:
        raise NotRetroactive(
            f"A resolution recorded on {today} cannot have effect from {own.effective_from}",
            rule="ORE-3.1.3-14",
            remedy=f"give {today} or a later day",
            where=("effective_from",),
        )
    theirs = found.proposals.get(act.actor.party.other)
    if theirs is None:
        repeated = [party for party, proposal in found.proposals.items() if proposal == own]
        act.refuse_second(repeated, "declared this resolution", rule="ORE-3.1.3-14")
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
    both_gave_day = effective_from is not None and found.days_given[act.actor.party.other]
    _refuse_different(theirs, own, ("level", "performer", *(("effective_from",) if both_gave_day else ())))
    resolution = own.model_copy(update={"effective_from": max(own.effective_from, theirs.effective_from)})
    event = act.record(
        DisagreementResolved,
        on=case.referral,
        case_id=case.id,
        clauses=_rule(act).clauses,
        dispute_id=dispute,
        resolution=resolution,
        allocations=_as_resolved(case, act, resolution),
    )
    if case.referral.status is ReferralStatus.DISPUTED and level is None:
        return (event, *closed_plans(case, act=act, reason="declined"))
    return (event,)


def _rule(act: Act) -> DisputeRule:
    """What the version says of disagreements; one that says nothing has no clauses and no interim rule (SYS-7)."""
    return act.in_force.dispute or DisputeRule.model_construct(clauses=())


def _as_before(case: Case, act: Act) -> tuple[Allocation, ...]:
    rule = _rule(act)
    if rule.interim is None:
        return ()
    return tuple(
        held.model_copy(
            update={
                "effective_from": act.occurred_at,
                "clauses": rule.clauses,
                "derived": rule.interim_derived,
            }
        )
        for held in case.answering(act.occurred_at).values()
    )


def _as_resolved(case: Case, act: Act, resolution: Resolution) -> tuple[Allocation, ...]:
    """From the resolved day the performer is as resolved, but never earlier than the resolution is recorded.

    Treatment responsibility stays, and so does what the version gives to the other party in any case (F17). Nobody
    takes over what is left of a request or an enrolment that ended meanwhile.
    """
    if case.is_ended:
        return ()
    moment = max(act.now, legal_midnight(resolution.effective_from))
    stays = {
        one.key
        for one in case.interventions
        if is_for_other(act, case, one, resolution.performer, level=resolution.level)
    }
    return tuple(
        held.model_copy(
            update={
                "performer": case.principal(resolution.performer),
                "effective_from": moment,
                "clauses": _rule(act).clauses,
                "derived": False,
            }
        )
        for held in case.allocations.values()
        if held.intervention not in stays
    )


def _refuse_unfit(act: Act, case: Case, level: CareLevel | None, performer: Party) -> None:
    """Refuse a resolution that the agreement cannot hold: see each rule."""
    if performer is Party.MUNICIPALITY:
        refuse_out_of_scope(act, case, level)
    if level is not None or case.referral.status is not ReferralStatus.DISPUTED:
        return
    if not case.referral.assessments:
        raise AssessmentRequired(
            "The request has not been assessed",
            rule="ORE-3.1.2-5",
            remedy="a request always leads to a medical assessment: record it first",
            where=("level",),
        )
    if performer is Party.MUNICIPALITY:
        raise NotMunicipal(
            "A declined request leaves the care with the region",
            rule="ORE-3-1",
            remedy="give a level, or let the region perform",
            where=("level", "performer"),
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


def _open(case: Case, id: UUID) -> Dispute:
    found = _dispute(case, id)
    if not found.is_open:
        raise WrongState(what="The disagreement", state="resolved", wanted=("open",), rule="ORE-3.1.3-14")
    return found


def _refuse_different(theirs: Resolution, own: Resolution, compared: Sequence[str]) -> None:
    differing = [field for field in compared if getattr(theirs, field) != getattr(own, field)]
    if differing:
        raise ResolutionsDiffer(
            f"The other party declared another {' and '.join(differing)}",
            rule="ORE-3.1.3-10",
            remedy="declare the same resolution, or go on with the procedure",
            where=differing,
        )
