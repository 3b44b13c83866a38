"""The act that resolves a disagreement, when both parties declare the outcome or confirm a body's (catalogue R11)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName, Decider
from domain.case.acts.care_plan_end import close_plans
from domain.case.acts.disagreement import clauses_of, first_clause, list_held, require_open_dispute
from domain.case.events.disagreement import DisagreementResolved, Resolution, ResolutionProposed
from domain.case.permission import permit
from domain.case.rules.referral_assessments import refuse_never_assessed
from domain.case.rules.responsibility import belongs_to_other, refuse_out_of_scope
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel
from domain.kernel import Allocation, Day, Events, Party, Text, legal_day, legal_midnight
from domain.refusals import (
    ContentMissing,
    DisputeOpen,
    NotMunicipal,
    NotRetroactive,
    OccurredTooEarly,
    OtherPartyMissing,
    ResolutionsDiffer,
    WrongState,
)


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
    """Declare, for your own party, how the disagreement is resolved. It is resolved when both declare the same.

    `performer` performs from `effective_from`, a Swedish day. Without `performer` the present one goes on. With a
    `level`, the disagreement on a request that is not decided yet needs a `performer` as well. Without
    `effective_from` it is the day on which the act is recorded, and the agreement may not allow an earlier one
    (ORE-3.1.3-14). If both parties give a day, it must be the same. If one gives a day, the later of that day and the
    other's earliest day holds. Without `level` a request that is not yet accepted is declined. With `decided` it is the
    decision of the body that the agreement names at the level that the disagreement has reached. One party records it
    and the other confirms it; until then it holds for nothing.
    """
    act = permit(act, case)
    found = require_open_dispute(case, act, dispute)
    act.not_before(found.raised_at, "the disagreement was raised")
    if found.proposed_at is not None:
        act.not_before(found.proposed_at, "a resolution was last declared")
    _refuse_unfit(act, case, found, level, performer)
    today = legal_day(act.now)
    own = Resolution(level=level, performer=performer, effective_from=effective_from or today, conclusion=conclusion)
    _refuse_backwards(act, found, own, today)
    decider = _find_decider(act, found) if decided else None
    if act.actor.party.other not in found.proposals:
        return (_propose(case, act, found, own, decider, day_given=effective_from is not None),)
    resolution = _combine(act, found, own, day_given=effective_from is not None)
    confirmed = _confirm(act, found, decider)
    event = act.record(
        DisagreementResolved,
        on=found,
        case_id=case.id,
        clauses=clauses_of(act),
        dispute_id=dispute,
        resolution=resolution,
        decided_by=confirmed.name if confirmed is not None else None,
        body=confirmed.body if confirmed is not None else None,
        allocations=_allocate(case, act, found, resolution),
    )
    if found.stops_request and level is None:
        return (event, *close_plans(case, act=act, reason="declined"))
    return (event,)


def _propose(
    case: Case, act: Act, dispute: Dispute, own: Resolution, decider: Decider | None, *, day_given: bool
) -> ResolutionProposed:
    """Make the event of the first party's declaration. Refuse the same declaration twice."""
    declared = {
        party: (proposal, dispute.declarations[party].decided_by) for party, proposal in dispute.proposals.items()
    }
    name = decider.name if decider is not None else None
    repeated = [party for party, declaration in declared.items() if declaration == (own, name)]
    act.refuse_second(repeated, "declared this resolution", rule=act.rule)
    return act.record(
        ResolutionProposed,
        on=dispute,
        case_id=case.id,
        dispute_id=dispute.id,
        party=act.actor.party,
        resolution=own,
        day_given=day_given,
        decided_by=name,
        body=decider.body if decider is not None else None,
    )


def _combine(act: Act, dispute: Dispute, own: Resolution, *, day_given: bool) -> Resolution:
    """Return the resolution that both parties declared. Refuse if they declared different ones."""
    other = act.actor.party.other
    theirs = dispute.proposals[other]
    both_gave_day = day_given and dispute.declarations[other].day_given
    _refuse_different(act, theirs, own, ("level", "performer", *(("effective_from",) if both_gave_day else ())))
    return own.model_copy(update={"effective_from": max(own.effective_from, theirs.effective_from)})


def _confirm(act: Act, dispute: Dispute, decider: Decider | None) -> Decider | None:
    """Return the body whose decision both parties declare; None if only one does. Refuse if they name two bodies."""
    theirs = dispute.declarations[act.actor.party.other].decided_by
    if decider is None or theirs is None:
        return None
    if theirs != decider.name:
        raise ResolutionsDiffer(
            f"The other party has declared a decision of {theirs}, and the disagreement is now with {decider.name}",
            rule=first_clause(act),
            remedy=f"let both parties declare what {decider.name} decides",
            where=("decided",),
            acts=(ActName.RESOLVE_DISAGREEMENT,),
        )
    return decider


def _allocate(case: Case, act: Act, dispute: Dispute, resolution: Resolution) -> tuple[Allocation, ...]:
    """Decide the responsibility by the resolution, from its day. A version may let it look back.

    Treatment responsibility stays. So does what the version gives to the other party in any case (F17). Nothing changes
    in a case that has ended.
    """
    if case.is_ended:
        return ()
    past = resolution.effective_from < legal_day(act.now)
    moment = max(dispute.raised_at if past else act.now, legal_midnight(resolution.effective_from))
    before = {allocation.intervention: allocation for allocation in list_held(case, dispute)}
    silent = act.in_force.dispute is None or act.in_force.dispute.interim is None
    now = {key: before.get(key, present) if silent else present for key, present in case.allocations.items()}
    restored = {key: allocation.model_copy(update={"effective_from": act.now}) for key, allocation in now.items()}
    performer = resolution.performer
    if performer is None:
        return tuple(restored.values()) if silent else ()
    stays = {
        intervention.key
        for intervention in case.interventions
        if belongs_to_other(act, case, intervention, performer, level=resolution.level)
    }
    update = {
        "performer": case.principal(performer),
        "employer": None,
        "effective_from": moment,
        "clauses": clauses_of(act),
        "derived": False,
    }
    moved = tuple(allocation.model_copy(update=update) for key, allocation in now.items() if key not in stays)
    return (*moved, *(restored[key] for key in now if key in stays and silent))


def _looks_back(act: Act) -> bool:
    """Return True unless the version forbids a resolution to have effect before it is recorded."""
    rule = act.in_force.dispute
    return rule is None or rule.retroactive is not False


def _refuse_backwards(act: Act, found: Dispute, own: Resolution, today: date) -> None:
    if not _looks_back(act):
        if own.effective_from < today:
            raise NotRetroactive(
                f"A resolution that is recorded on {today} cannot have effect from {own.effective_from}",
                rule=first_clause(act),
                remedy=f"give {today} or a later day",
                where=("effective_from",),
            )
    elif own.effective_from < legal_day(found.raised_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(own.effective_from),
            since=found.raised_at,
            event="the disagreement was raised",
            field="effective_from",
        )


def _find_decider(act: Act, dispute: Dispute) -> Decider:
    """Return the body that decides at the level that the disagreement has reached. Refuse if there is none."""
    rule = act.in_force.dispute
    decider = rule.decider if rule is not None else None
    leading = [] if rule is None else [step for step in rule.steps if step.body and decider in (None, step.body)]
    taken = [step for step in leading if step.id in dispute.step_ids]
    if leading and not taken:
        raise WrongState(
            subject="The last step of the disagreement",
            state=dispute.step_ids[-1] if dispute.step_ids else "raised",
            needed=tuple(step.id for step in leading),
            rule=first_clause(act),
            acts=(leading[0].act,),
        )
    body = taken[-1].body if taken else decider
    if body is None:
        raise OtherPartyMissing(
            "The agreement names nobody who can decide for the parties",
            rule=act.rule,
            remedy=f"let the {act.actor.party.other} declare the same resolution",
            where=(act.actor.party.other,),
            acts=(ActName.RESOLVE_DISAGREEMENT,),
        )
    return act.in_force.find_decider(body)


def _refuse_unfit(act: Act, case: Case, found: Dispute, level: CareLevel | None, performer: Party | None) -> None:
    """Refuse a resolution that the agreement does not allow, or that leaves out what the parties disagree on."""
    if performer is Party.MUNICIPALITY:
        refuse_out_of_scope(act, case, level)
    if not found.stops_request or case.referral.status is not ReferralStatus.DISPUTED:
        return
    if level is not None:
        if performer is None:
            described = "performer: who performs when the request goes on at this level"
            raise ContentMissing(["performer"], rule=act.rule, descriptions=[described])
        return
    refuse_never_assessed(act, case.referral, where=("level",))
    if performer is Party.MUNICIPALITY:
        raise NotMunicipal(
            "If the request is declined, the region performs",
            rule=act.rule,
            remedy="give a level, or give the region as performer",
            where=("level", "performer"),
        )
    others = [str(other.id) for other in case.disputes if other.is_open and other.id != found.id]
    if others:
        raise DisputeOpen(
            "Another disagreement is open, and the request would be declined",
            rule=first_clause(act),
            remedy="resolve or withdraw that disagreement first",
            where=others,
            acts=(
                ActName.RESOLVE_DISAGREEMENT,
                ActName.WITHDRAW_DISAGREEMENT,
            ),
        )


def _refuse_different(act: Act, theirs: Resolution, own: Resolution, compared: Sequence[str]) -> None:
    differing = [field for field in compared if getattr(theirs, field) != getattr(own, field)]
    if differing:
        raise ResolutionsDiffer(
            f"The other party has declared another {' and '.join(differing)}",
            rule=act.rule,
            remedy="declare the same resolution, or continue the procedure",
            where=differing,
            acts=(
                ActName.RESOLVE_DISAGREEMENT,
                ActName.RECORD_PROCEDURE_STEP,
            ),
        )
