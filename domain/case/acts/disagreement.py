"""Acts on a disagreement (oenighet; catalogue R9-R11, E7). The care goes on while it is open."""

from collections.abc import Sequence
from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName, DisputeSubject, ProcedureStep, Step
from domain.case.events.disagreement import (
    DisagreementEscalated,
    DisagreementRaised,
    DisagreementWithdrawn,
    PositionRecorded,
    ProcedureStepRecorded,
)
from domain.case.permission import permit
from domain.case.rules.enrolment_steps import BEFORE_START, RUNNING
from domain.case.rules.referral_steps import statuses_since
from domain.case.rules.responsibility import (
    leave_to_what_always_holds,
    refuse_before_allocation,
    refuse_before_dispute_ended,
)
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
    """Raise a disagreement, with a reason (ORE-3.1.3-13). The performer stays the same (ORE-3.1.3-14).

    Without `subject` it is about the request, or about the enrolment when there is one. `plan` is the plan, if it is
    about the content of a plan. If the agreement does not say who performs meanwhile, nobody is named, except for what
    always holds, such as a physician's care (SKR-3-3), and in a running enrolment unless you say that the disagreement
    is about the level or about the enrolment itself. You can say so also after a disagreement without a subject.
    """
    act = permit(act, case)
    referral, rule, said = case.referral, act.in_force.dispute, subject
    subject = subject or _default_subject(case)
    _refuse_no_subject(case, act, subject, plan)
    already = [each for each in case.disputes if each.is_open and (each.subject, each.plan) == (subject, plan)]
    says_more = said is DisputeSubject.ENROLMENT and not any(each.suspends for each in already)
    if already and not says_more:
        raise DisputeOpen(
            "A disagreement on this subject is already open",
            rule=act.rule,
            remedy="record your position in that disagreement",
            where=(str(already[-1].id),),
            acts=(ActName.RECORD_POSITION,),
        )
    act.not_before(referral.since, f"the referral became {referral.status}")
    refuse_before_dispute_ended(act, case)
    refuse_before_allocation(act, case)
    clauses = rule.clauses if rule is not None else ()
    earlier = next((other for other in case.disputes if other.is_open and other.suspends), None)
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
        allocations=_meanwhile(case, act, said),
    )
    return (event,)


def withdraw_disagreement(case: Case, *, act: Act, dispute: UUID, reason: Text) -> Events:
    """Withdraw your own party's disagreement. Responsibility is as it was before the disagreement."""
    act = permit(act, case)
    found = require_open_dispute(case, act, dispute)
    if found.raised_by is not act.actor.party:
        raise NotYourPrincipal(
            f"Only the {found.raised_by} can withdraw its disagreement",
            rule="SYS-3",
            remedy=f"let the {found.raised_by} withdraw it, or let both parties resolve it",
            where=(found.raised_by,),
        )
    act.not_before(
        found.proposed_at or found.raised_at, "a resolution was last declared, or the disagreement was raised"
    )
    refuse_before_allocation(act, case)
    event = act.record(
        DisagreementWithdrawn,
        on=found,
        case_id=case.id,
        dispute_id=dispute,
        reason=reason,
        allocations=_restore(case, act, found),
    )
    return (event,)


def record_position(case: Case, *, act: Act, dispute: UUID, position: Text) -> Events:
    """State your own party's position in a disagreement (SYS-3). It may be late; `occurred_at` is then its time."""
    act = permit(act, case)
    found = _find_dispute(case, dispute)
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
    """Record that a step of the agreed procedure was taken (ORE-3.1.3-13).

    If the agreement lists the steps, `step` is the id of the next one. If not, it is a note in your own words.
    """
    act = permit(act, case)
    found = require_open_dispute(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    listed = _next_step(act, found, step, escalates=False)
    event = act.record(
        ProcedureStepRecorded,
        on=found,
        case_id=case.id,
        dispute_id=dispute,
        step=listed.title if listed is not None else step,
        step_id=listed.id if listed is not None else None,
    )
    return (event,)


def escalate(case: Case, *, act: Act, dispute: UUID, step: Text) -> Events:
    """Escalate the disagreement to a higher level of both parties.

    If the agreement lists the steps, `step` is the id of the next one, which must be a step to a higher level. If not,
    it is a note of the person or body that it was taken to.
    """
    act = permit(act, case)
    found = require_open_dispute(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    listed = _next_step(act, found, step, escalates=True)
    event = act.record(
        DisagreementEscalated,
        on=found,
        case_id=case.id,
        dispute_id=dispute,
        step=listed.title if listed is not None else step,
        step_id=listed.id if listed is not None else None,
    )
    return (event,)


def clauses_of(act: Act) -> tuple[str, ...]:
    """Return the version's clauses on disagreements. Empty if it is silent (SYS-7)."""
    return act.in_force.dispute.clauses if act.in_force.dispute is not None else ()


def first_clause(act: Act) -> str:
    """Return the first clause on disagreements, or else the rule of the act."""
    return next(iter(clauses_of(act)), act.rule)


def _default_subject(case: Case) -> DisputeSubject:
    return DisputeSubject.REFERRAL if case.enrolment is None else DisputeSubject.ENROLMENT


def _refuse_no_subject(case: Case, act: Act, subject: DisputeSubject, plan: UUID | None) -> None:
    """Refuse a disagreement whose subject does not exist: no open request, no enrolment, no such plan."""
    if (plan is not None) != (subject is DisputeSubject.PLAN) or (plan is not None and plan not in case.plans):
        raise UnknownReference(
            "A disagreement about the content of a plan must name the plan, and no other disagreement can",
            rule=act.rule,
            remedy="give a plan of this case and the subject plan, or leave the plan out",
            where=("plan",),
        )
    if subject is DisputeSubject.INVOICE:
        raise UnknownReference(
            "A disagreement about an invoice does not belong to the case",
            rule=act.rule,
            remedy="contest the invoice in its settlement",
            where=("subject",),
        )
    status = case.referral.status
    enrolling = case.enrolment is not None and not case.enrolment.status.is_ended
    undecided = (*statuses_since(act, case, Step.ASSESSING), ReferralStatus.DISPUTED)
    of_plan = plan is not None and case.plans[plan].ended_at is None
    possible = {
        DisputeSubject.REFERRAL: status in undecided,
        DisputeSubject.LEVEL: status in undecided or enrolling,
        DisputeSubject.ENROLMENT: enrolling,
        DisputeSubject.DISCHARGE: case.is_enrolled,
        DisputeSubject.PLAN: of_plan,
    }
    if not possible[subject]:
        raise _wrong_subject_state(case, act, subject, plan, undecided)


def _wrong_subject_state(
    case: Case, act: Act, subject: DisputeSubject, plan: UUID | None, undecided: Sequence[ReferralStatus]
) -> WrongState:
    """Return the refusal of a disagreement about something that is not open, with its state and the states it needs."""
    if plan is not None:
        return WrongState(subject="The plan", state=case.plans[plan].status, needed=("open",), rule=act.rule)
    if subject in (DisputeSubject.REFERRAL, DisputeSubject.LEVEL):
        return WrongState(subject="The request", state=case.referral.status, needed=undecided, rule=act.rule)
    needed = RUNNING if subject is DisputeSubject.DISCHARGE else (*BEFORE_START, *RUNNING)
    state = case.enrolment.status if case.enrolment is not None else "not proposed"
    return WrongState(subject="The enrolment", state=state, needed=needed, rule=act.rule)


def _meanwhile(case: Case, act: Act, said: DisputeSubject | None) -> tuple[Allocation, ...]:
    """Decide the responsibility meanwhile: as before by the interim rule.

    Without such a rule nobody is responsible by name, except for what always holds. If the parties disagree only on how
    a running enrolment is to end or on what a plan is to say, nothing changes: the enrolment goes on until they agree.
    Nor does anything change in it if the party has not said what they disagree on.
    """
    rule = act.in_force.dispute
    if rule is None or rule.interim is None:
        subjects = {said or _default_subject(case), *(dispute.subject for dispute in case.disputes if dispute.is_open)}
        leaves_care = said in (None, DisputeSubject.DISCHARGE, DisputeSubject.PLAN) and case.is_enrolled
        if leaves_care and not case.is_suspended:
            return ()
        is_level_known = not subjects & {DisputeSubject.REFERRAL, DisputeSubject.LEVEL}
        return leave_to_what_always_holds(act, case, is_level_known=is_level_known)
    update = {"effective_from": act.occurred_at, "clauses": rule.clauses, "derived": rule.interim_derived}
    present = case.responsibility_at(act.occurred_at).values()
    return tuple(allocation.model_copy(update=update) for allocation in present)


def _restore(case: Case, act: Act, dispute: Dispute) -> tuple[Allocation, ...]:
    """Restore the responsibility that only disagreements have changed, when no other one suspends it."""
    others = (other for other in case.disputes if other.id != dispute.id)
    if case.is_ended or any(other.is_open and other.suspends for other in others):
        return ()
    return tuple(
        before.model_copy(update={"effective_from": max(before.effective_from, act.occurred_at)})
        for before in list_held(case, dispute)
    )


def list_held(case: Case, dispute: Dispute) -> list[Allocation]:
    """List the answers from before the disagreement that only disagreements have changed since."""
    times = {other.raised_at for other in case.disputes if other.suspends}
    return [held for held in dispute.held if case.allocations[held.intervention].effective_from in times]


def _next_step(act: Act, dispute: Dispute, step: Text, *, escalates: bool) -> ProcedureStep | None:
    """Return the step of the agreement's list. None if it has no list, and the parties use their own words (S4)."""
    listed = act.in_force.dispute.steps if act.in_force.dispute is not None else ()
    if not listed:
        return None
    known = [possible.id for possible in listed if possible.escalates is escalates]
    if step not in known:
        raise ContentNotKnown("step", [step], known=known, rule=first_clause(act))
    left = [possible for possible in listed if possible.id not in dispute.step_ids]
    following = left[0] if left else None
    if following is None or following.id != step:
        state: Slug = dispute.step_ids[-1] if dispute.step_ids else "raised"
        steps = [possible.id for possible in listed]
        before = dict(zip(steps, ("raised", *steps), strict=False))
        raise WrongState(
            subject="The last step of the disagreement",
            state=state,
            needed=(before[step],),
            rule=first_clause(act),
            acts=(following.act,) if following is not None else (),
        )
    if following.by not in (None, act.actor.party):
        raise ActorNotAllowed(
            f"Only the {following.by} can take the step {following.id}",
            rule=first_clause(act),
            remedy=f"let the {following.by} take it",
            where=(act.actor.party,),
        )
    return following


def _find_dispute(case: Case, id: UUID) -> Dispute:
    """Return the disagreement with the id. Refuse an id that the case does not have."""
    found = case.dispute(id)
    if found is None:
        raise UnknownReference(
            f"The case has no disagreement {id}",
            rule="SYS-1",
            remedy="name a disagreement of this case" if case.disputes else "raise a disagreement first",
            where=("dispute",),
            acts=() if case.disputes else (ActName.RAISE_DISAGREEMENT,),
        )
    return found


def require_open_dispute(case: Case, act: Act, id: UUID) -> Dispute:
    """Return the disagreement with the id. Refuse one that has been resolved or withdrawn."""
    found = _find_dispute(case, id)
    if not found.is_open:
        state = "withdrawn" if found.withdrawn_at is not None else "resolved"
        raise WrongState(subject="The disagreement", state=state, needed=("open",), rule=first_clause(act))
    return found
