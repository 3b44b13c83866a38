"""One function per act in a disagreement (oenighet; catalogue R9-R11, E7). Care never lapses while it is open."""

from uuid import UUID

from domain.act import Act
from domain.agreements.model import DisputeSubject, ProcedureStep, Step
from domain.case.events.disagreement import (
    DisagreementEscalated,
    DisagreementRaised,
    DisagreementWithdrawn,
    PositionRecorded,
    ProcedureStepRecorded,
)
from domain.case.permission import permit
from domain.case.rules.referral_steps import statuses_since
from domain.case.rules.responsibility import leave_unregulated, refuse_before_allocation
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.case.state.referral import ReferralStatus
from domain.kernel import Allocation, Events, Slug, Text
from domain.refusals import (
    ActorNotAllowed,
    ContentNotKnown,
    DisputeOpen,
    NotYourPrincipal,
    UnknownReference,
    WrongState,
)


def raise_disagreement(
    case: Case, *, act: Act, reason: Text, subject: DisputeSubject | None = None, plan: UUID | None = None
) -> Events:
    """Disagree, with a reason (ORE-3.1.3-13). Who performed before goes on performing (ORE-3.1.3-14, derived S5).

    Without `subject` it is on the request, or once that is accepted on the enrolment. `plan` is the plan that a
    disagreement on a plan's content is about. Where the version is silent on who performs meanwhile, nobody is named.
    """
    act = permit(act, case)
    referral, rule = case.referral, act.in_force.dispute
    subject = subject or _subject(case)
    _refuse_no_subject(case, act, subject, plan)
    already = case.open_on(subject, plan)
    if already is not None:
        raise DisputeOpen(
            "A disagreement is already open",
            rule=act.rule,
            remedy="record your position in it",
            where=(str(already.id),),
        )
    act.not_before(referral.since, f"the referral became {referral.status}")
    for ended in case.disputes:
        if ended.ended_at is not None:
            act.not_before(ended.ended_at, "the disagreement was resolved")
    refuse_before_allocation(act, case)
    clauses = rule.clauses if rule is not None else ()
    earlier = case.open_dispute
    dispute = act.new_id("dispute")
    event = act.record(
        DisagreementRaised,
        on=dispute,
        case_id=case.id,
        clauses=clauses,
        by_analogy=clauses if rule is not None and subject not in rule.subjects else (),
        not_regulated=() if rule is not None and rule.interim is not None else ("dispute",),
        dispute_id=dispute,
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
    act = permit(act, case)
    found = still_open(case, act, dispute)
    if found.raised_by is not act.actor.party:
        raise NotYourPrincipal(
            f"The {found.raised_by} disagreed",
            rule="SYS-3",
            remedy=f"the {found.raised_by} withdraws it, or both resolve it",
            where=(found.raised_by,),
        )
    act.not_before(found.proposed_at or found.raised_at, "the disagreement was last acted on")
    refuse_before_allocation(act, case)
    event = act.record(
        DisagreementWithdrawn,
        on=found,
        case_id=case.id,
        dispute_id=dispute,
        reason=reason,
        allocations=_as_it_was(case, act, found),
    )
    return (event,)


def record_position(case: Case, *, act: Act, dispute: UUID, position: Text) -> Events:
    """State your own party's position (SYS-3). It may be recorded late, with the time at which it was held."""
    act = permit(act, case)
    found = _dispute(case, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    event = act.record(
        PositionRecorded,
        on=found,
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
    act = permit(act, case)
    found = still_open(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    taken = _next_step(act, found, step, escalates=False)
    event = act.record(
        ProcedureStepRecorded,
        on=found,
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
    act = permit(act, case)
    found = still_open(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    taken = _next_step(act, found, step, escalates=True)
    event = act.record(
        DisagreementEscalated,
        on=found,
        case_id=case.id,
        dispute_id=dispute,
        step=taken.title if taken is not None else step,
        step_id=taken.id if taken is not None else None,
    )
    return (event,)


def clauses_of(act: Act) -> tuple[str, ...]:
    """What the version says of disagreements; one that says nothing has no clauses (SYS-7)."""
    return act.in_force.dispute.clauses if act.in_force.dispute is not None else ()


def first_clause(act: Act) -> str:
    return next(iter(clauses_of(act)), act.rule)


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
    undecided = (*statuses_since(act, case, Step.ASSESSING), ReferralStatus.DISPUTED)
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
            subject=f"What the disagreement on {subject} is about",
            state=status,
            needed=undecided if subject is DisputeSubject.REFERRAL else ("open",),
            rule=act.rule,
        )


def _meanwhile(case: Case, act: Act) -> tuple[Allocation, ...]:
    """While it is open: by the interim rule whoever held it before, and where there is none nobody by name."""
    rule = act.in_force.dispute
    if rule is None or rule.interim is None:
        return leave_unregulated(act, case)
    return tuple(
        one.model_copy(
            update={
                "effective_from": act.occurred_at,
                "clauses": rule.clauses,
                "derived": rule.interim_derived,
            }
        )
        for one in case.responsibility_at(act.occurred_at).values()
    )


def _as_it_was(case: Case, act: Act, found: Dispute) -> tuple[Allocation, ...]:
    """What was decided before, of what only disagreements have touched since, when none of them is left."""
    disputes = case.disputes
    if case.is_ended or any(one.is_open and one.id != found.id for one in disputes):
        return ()
    raised = {one.raised_at for one in disputes}
    return tuple(
        one.model_copy(update={"effective_from": max(one.effective_from, act.occurred_at)})
        for one in found.held
        if case.allocations[one.intervention].effective_from in raised
    )


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
            raise ContentNotKnown("step", [said], known=known, rule=first_clause(act))
        wanted = (f"before {said}",) if following is None else (f"followed by {following.id}",)
        raise WrongState(subject="The procedure", state=done, needed=wanted, rule=first_clause(act))
    if following.by not in (None, act.actor.party):
        raise ActorNotAllowed(
            f"The {act.actor.party} does not take the step {following.id}",
            rule=first_clause(act),
            remedy=f"the {following.by} takes it",
            where=(act.actor.party,),
        )
    return following


def _dispute(case: Case, id: UUID) -> Dispute:
    found = case.dispute(id)
    if found is None:
        raise UnknownReference(
            f"The case has no disagreement {id}",
            rule="SYS-1",
            remedy="name a disagreement of this case",
            where=("dispute",),
        )
    return found


def still_open(case: Case, act: Act, id: UUID) -> Dispute:
    found = _dispute(case, id)
    if not found.is_open:
        state = "withdrawn" if found.withdrawn_at is not None else "resolved"
        raise WrongState(subject="The disagreement", state=state, needed=("open",), rule=first_clause(act))
    return found
