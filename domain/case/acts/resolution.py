"""How a disagreement is resolved: by the parties declaring the same, or by whoever the agreement lets decide (R11)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.act import Act
from domain.case.acts.care_plan_end import close_plans
from domain.case.acts.disagreement import clauses_of, first_clause, still_open
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
    DisputeOpen,
    NotMunicipal,
    NotRetroactive,
    OccurredTooEarly,
    OtherPartyMissing,
    ResolutionsDiffer,
    UnknownReference,
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
    """Declare how the disagreement is resolved, for your own party; when both have declared the same, it is.

    Performance passes from `effective_from`, a Swedish day: by default the day on which the act is recorded, and where
    the agreement says that a resolution looks forward only, at the earliest that day, so that no past day gets another
    answer (ORE-3.1.3-14). If only one party names a day, the later of it and the other's earliest holds; two different
    days resolve nothing. With `level` None a request that is not yet accepted is declined; with `performer` None
    whoever performs goes on. `decided` records the decision of whoever the agreement lets decide.
    """
    act = permit(act, case)
    found = still_open(case, act, dispute)
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
            on=found,
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
        on=found,
        case_id=case.id,
        clauses=clauses_of(act),
        dispute_id=dispute,
        resolution=resolution,
        decided_by=decider,
        allocations=_as_resolved(case, act, found, resolution),
    )
    if found.stops_request and case.referral.status is ReferralStatus.DISPUTED and level is None:
        return (event, *close_plans(case, act=act, reason="declined"))
    return (event,)


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
    stays = {
        one.key for one in case.interventions if belongs_to_other(act, case, one, performer, level=resolution.level)
    }
    passes = tuple(
        held.model_copy(
            update={
                "performer": case.principal(performer),
                "effective_from": moment,
                "clauses": clauses_of(act),
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
    refuse_never_assessed(act, case.referral, where=("level",))
    if performer is Party.MUNICIPALITY:
        raise NotMunicipal(
            "A declined request leaves the care with the region",
            rule=act.rule,
            remedy="give a level, or let the region perform",
            where=("level", "performer"),
        )
    others = [str(one.id) for one in case.disputes if one.is_open and one.id != found.id]
    if others:
        raise DisputeOpen(
            "Another disagreement is open in what would be declined",
            rule=first_clause(act),
            remedy="resolve or withdraw it first",
            where=others,
        )


def _refuse_different(act: Act, theirs: Resolution, own: Resolution, compared: Sequence[str]) -> None:
    differing = [field for field in compared if getattr(theirs, field) != getattr(own, field)]
    if differing:
        raise ResolutionsDiffer(
            f"The other party declared another {' and '.join(differing)}",
            rule=act.rule,
            remedy="declare the same resolution, or go on with the procedure",
            where=differing,
        )
