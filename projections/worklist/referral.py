"""Open items of a request: its steps, the criteria, the care level, the decision and disagreements."""

from collections.abc import Iterator

from domain.agreements.model import ActName, Guard, Step
from domain.case.events.disagreement import Resolution
from domain.case.rules.referral_content import subject_of
from domain.case.rules.referral_criteria import find_ways_on, is_evaluated_before_sending, unmet_verdicts
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.kernel import Party
from projections.worklist.open_items import BOTH, OpenItem, by, for_both
from projections.worklist.track_rules import TrackRules

_BEGINNINGS = (ActName.PROPOSE_HANDOVER, ActName.OPEN_DISCHARGE_PLANNING, ActName.START_REHAB_ASSESSMENT)
"""The acts that begin an assessment on the tracks that have them."""


def find_referral_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the next steps of the request, until there is an enrolment."""
    referral = case.referral
    if case.enrolment is not None:
        return
    if referral.status is ReferralStatus.RETURNED:
        deeds = by(ActName.SEND_REFERRAL, ActName.WITHDRAW_REFERRAL)
        yield OpenItem("send-anew", Party.REGION, referral.since, deeds)
    elif referral.status is ReferralStatus.NEED_RAISED:
        yield from _first_steps(case, rules)
        yield from _answers_to_decline(referral)
    elif referral.status is ReferralStatus.DISPUTED:
        yield from _assessments(referral, rules)
    elif referral.status in UNDECIDED:
        yield from _receipt(referral, rules)
        yield from _next_step(case, rules)


def _receipt(referral: Referral, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the receipt or the contact that the municipality owes.

    A request that has arrived waits for its receipt on every track, so that the receiver sees it at once. The contact
    is a step of the track, or one with a deadline only.
    """
    sent_at, following = referral.sent_at or referral.since, rules.find_next_step(referral.status)
    if referral.status is ReferralStatus.SENT:
        deeds = by(ActName.ACKNOWLEDGE_REFERRAL)
        yield OpenItem("acknowledge", Party.MUNICIPALITY, sent_at, deeds, "acknowledgement")
    elif referral.status is ReferralStatus.ACKNOWLEDGED and (
        following is Step.IN_CONTACT or rules.has_deadline("contact")
    ):
        deeds, note = by(ActName.CONTACT_PRINCIPAL), referral.request.otherwise
        yield OpenItem("contact", Party.MUNICIPALITY, sent_at, deeds, "contact", note=note)


def _next_step(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the next step of the track, if both parties take it. After the last one comes the decision."""
    referral = case.referral
    match rules.find_next_step(referral.status):
        case Step.ACKNOWLEDGED | Step.IN_CONTACT:
            pass
        case Step.ASSESSING:
            yield from for_both("start-assessment", referral.since, ActName.START_ASSESSMENT)
        case Step.LEVEL_ESTABLISHED:
            yield from _investigation(case, rules)
            yield from _levels(referral, rules)
        case _:
            yield from _investigation(case, rules)
            yield from _decision(case, rules)


def find_exception_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the exceptions that one party has proposed. The other party can agree until the enrolment has ended."""
    referral = case.referral
    assessed = referral.status in UNDECIDED and rules.find_next_step(referral.status) in (None, Step.LEVEL_ESTABLISHED)
    if not (assessed or referral.status is ReferralStatus.ACCEPTED) or case.is_ended:
        return
    for verdict in unmet_verdicts(referral):
        proposer = referral.exceptions_proposed.get(verdict.criterion)
        if proposer is not None:
            since = referral.grounded_at or referral.since
            yield OpenItem(f"agree-exception:{verdict.criterion}", proposer.other, since, by(ActName.AGREE_EXCEPTION))


def find_cancellation_items(case: Case) -> Iterator[OpenItem]:
    """Find the cancellation that one party has asked for, and that waits for the other's answer."""
    asked = case.open_cancellation
    if asked is not None:
        deeds = by(ActName.ACCEPT_CANCELLATION, ActName.REFUSE_CANCELLATION)
        yield OpenItem("answer-cancellation", asked.party.other, asked.asked_at, deeds)


def find_dispute_items(case: Case, dispute: Dispute, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the parties that are to declare how to resolve the disagreement.

    A proposal that gives the municipality care which the version does not cover by now waits for another in its place.
    In a case that has ended, such as by death, whoever raised the disagreement can first withdraw it.
    """
    void = [party for party, proposal in dispute.proposals.items() if _is_void(case, rules, proposal)]
    since = dispute.proposed_at if dispute.proposals else None
    waiting = void or [party for party in BOTH if party not in dispute.proposals]
    for party in waiting:
        withdrawal = (ActName.WITHDRAW_DISAGREEMENT,) if case.is_ended and party is dispute.raised_by else ()
        deeds = by(*withdrawal, ActName.RESOLVE_DISAGREEMENT)
        yield OpenItem("resolve-disagreement", party, since or dispute.raised_at, deeds)


def _is_void(case: Case, rules: TrackRules, proposal: Resolution) -> bool:
    """Return True if nobody can agree to a proposal, because the version does not cover what it gives."""
    return proposal.performer is Party.MUNICIPALITY and not rules.covers(case, proposal.level)


def _first_steps(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the first step of the track. On a track without steps, the criteria and the enrolment come first.

    The criteria come before the sending as well, if the version demands it.
    """
    referral = case.referral
    if Step.SENT in rules.steps:
        if is_evaluated_before_sending(rules.agreement, case) and rules.has_unconsidered_criteria(referral):
            yield from for_both("evaluate-criteria", referral.since, ActName.EVALUATE_CRITERIA)
        yield OpenItem(
            "send-referral", Party.REGION, referral.since, by(ActName.SEND_REFERRAL, ActName.SUPPLEMENT_REFERRAL)
        )
    elif Step.ASSESSING in rules.steps:
        author = Party.REGION if referral.author_principal == case.region else Party.MUNICIPALITY
        named = (act for act in _BEGINNINGS if rules.find_act_rule(act) is not None)
        deeds = by(*named, ActName.START_ASSESSMENT)
        yield OpenItem("start-assessment", author, referral.since, deeds)
    else:
        if rules.track is not None and rules.has_unconsidered_criteria(referral):
            yield from for_both("evaluate-criteria", referral.since, ActName.EVALUATE_CRITERIA)
        if rules.find_act_rule(ActName.PROPOSE_ENROLMENT) is not None:
            covered = rules.covers(case, referral.level)
            deeds = by(ActName.PROPOSE_ENROLMENT if covered else ActName.DECLINE_REFERRAL)
            if covered or Party.MUNICIPALITY not in referral.declined_by:
                yield OpenItem("propose-enrolment", Party.MUNICIPALITY, referral.since, deeds)


def _investigation(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield what must be known before a decision: assessments, criteria and advanced interventions."""
    referral = case.referral
    yield from _assessments(referral, rules)
    if rules.has_unconsidered_criteria(referral):
        yield from for_both("evaluate-criteria", referral.since, ActName.EVALUATE_CRITERIA)
    yield from _list_considerations(case, rules)


def _list_considerations(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the advanced interventions that a party has not considered jointly (ORE-2.2-10)."""
    referral = case.referral
    if not rules.has_guard(Guard.JOINT_CONSIDERATION):
        return
    for intervention in referral.interventions:
        considered_by = referral.considered.get(intervention.key, ())
        if intervention.advanced or considered_by:
            absent = [party for party in BOTH if party not in considered_by]
            deeds = by(ActName.CONSIDER_JOINTLY, about=subject_of(case, intervention.key))
            key = f"consider-jointly:{intervention.key}"
            yield from (OpenItem(key, party, referral.since, deeds) for party in absent)


def _assessments(referral: Referral, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the assessments that are waited for: of both parties, or of one that may establish the level."""
    if rules.has_guard(Guard.JOINT_ASSESSMENT):
        absent = [party for party in BOTH if party not in referral.assessments]
    elif Step.LEVEL_ESTABLISHED in rules.steps and not rules.parties_of(ActName.ESTABLISH_LEVEL) & set(
        referral.assessments
    ):
        absent = [party for party in BOTH if party in rules.parties_of(ActName.ESTABLISH_LEVEL)]
    else:
        absent = []
    yield from (OpenItem("assess", party, referral.since, by(ActName.RECORD_ASSESSMENT)) for party in absent)


def _levels(referral: Referral, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the care level to establish, or to settle if the parties differ, and the declines to answer."""
    grounded_at = referral.grounded_at or referral.since
    levels = {assessment.level for assessment in referral.assessments.values()}
    if len(levels) > 1:
        yield from for_both("settle-levels", grounded_at, ActName.RECORD_ASSESSMENT, ActName.RAISE_DISAGREEMENT)
    elif _is_assessed(referral, rules) and levels and not rules.has_unconsidered_criteria(referral):
        yield from for_both("establish-level", grounded_at, ActName.ESTABLISH_LEVEL)
    yield from _answers_to_decline(referral)


def _answers_to_decline(referral: Referral) -> Iterator[OpenItem]:
    """Yield the answer of the other party to a decline, before the decision is on both parties' worklists."""
    for party in referral.declined_by:
        deeds = by(ActName.DECLINE_REFERRAL, ActName.RAISE_DISAGREEMENT)
        yield OpenItem("answer-decline", party.other, referral.grounded_at or referral.since, deeds)


def _decision(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the decision of each party, or a common one if one party has accepted and the other declined.

    It waits for the assessments, the criteria and the considerations that come first.
    """
    referral = case.referral
    first = rules.has_unconsidered_criteria(referral) or any(_list_considerations(case, rules))
    if first or not _is_assessed(referral, rules):
        yield from _answers_to_decline(referral)
        return
    if referral.accepted_by and referral.declined_by:
        since, others = referral.grounded_at or referral.since, (ActName.DECLINE_REFERRAL, ActName.RAISE_DISAGREEMENT)
        for party in BOTH:
            yield OpenItem("settle-decision", party, since, by(*_find_ways_to_accept(case, rules, party), *others))
        return
    decided_by = (*referral.accepted_by, *referral.declined_by)
    undecided = [party for party in BOTH if party not in decided_by]
    for party in undecided:
        deeds = by(*_find_ways_to_accept(case, rules, party), ActName.DECLINE_REFERRAL)
        yield OpenItem("accept", party, referral.since, deeds)


def _find_ways_to_accept(case: Case, rules: TrackRules, party: Party) -> tuple[ActName, ...]:
    """Return the act that accepts the request, or those that lead on from a criterion that is not met.

    Nobody accepts care that the agreement does not cover.
    """
    referral = case.referral
    if not rules.covers(case, referral.level):
        return ()
    unmet = [verdict.criterion for verdict in unmet_verdicts(referral)]
    proposed = [criterion for criterion in unmet if referral.exceptions_proposed.get(criterion) is party]
    ways = (act for criterion in unmet for act in find_ways_on(rules.agreement, referral, criterion))
    return tuple(
        act
        for act in (ways if unmet else (ActName.ACCEPT_REFERRAL,))
        if act is not ActName.DECLINE_REFERRAL and not (proposed and act is ActName.AGREE_EXCEPTION)
    )


def _is_assessed(referral: Referral, rules: TrackRules) -> bool:
    """Return True if every assessment that the version demands has been made."""
    return not rules.has_guard(Guard.JOINT_ASSESSMENT) or len(referral.assessments) == len(BOTH)
