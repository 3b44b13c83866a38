"""Open items of a request: its steps, the criteria, the care level, the decision and disagreements."""

from collections.abc import Iterator

from domain.agreements.criteria import find_unconsidered
from domain.agreements.model import ActName, Guard, Step
from domain.case.rules.referral_content import subject_of
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.case.state.referral import Referral, ReferralStatus
from domain.kernel import Party
from projections.worklist.open_items import BOTH, OpenItem, by, for_both
from projections.worklist.track_rules import TrackRules

EXCEPTIONS_POSSIBLE = {ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED}
"""The statuses in which the parties can agree on an exception from a criterion."""
_BEGINNINGS = (ActName.PROPOSE_HANDOVER, ActName.OPEN_DISCHARGE_PLANNING, ActName.START_REHAB_ASSESSMENT)
"""The acts that begin an assessment on the tracks that have them."""


def find_referral_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the next steps of the request, until there is an enrolment."""
    referral = case.referral
    if case.enrolment is not None:
        return
    sent_at = referral.sent_at or referral.since
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            yield from _first_steps(case, rules)
        case ReferralStatus.SENT:
            yield OpenItem(
                "acknowledge", Party.MUNICIPALITY, sent_at, by(ActName.ACKNOWLEDGE_REFERRAL), "acknowledgement"
            )
        case ReferralStatus.ACKNOWLEDGED:
            deeds, note = by(ActName.CONTACT_PRINCIPAL), referral.request.otherwise
            yield OpenItem("contact", Party.MUNICIPALITY, sent_at, deeds, "contact", note=note)
        case ReferralStatus.IN_CONTACT:
            yield from for_both("start-assessment", referral.since, ActName.START_ASSESSMENT)
        case ReferralStatus.ASSESSING:
            yield from _investigation(case, rules)
            if Step.LEVEL_ESTABLISHED in rules.steps:
                yield from _levels(referral, rules)
            else:
                yield from _decision(referral, rules)
        case ReferralStatus.LEVEL_ESTABLISHED:
            yield from _investigation(case, rules)
            yield from _decision(referral, rules)
        case ReferralStatus.DISPUTED:
            yield from _assessments(referral, rules)
        case _:
            pass


def find_exception_items(case: Case) -> Iterator[OpenItem]:
    """Find the exceptions that one party has proposed. The other party can agree until the enrolment has ended."""
    referral = case.referral
    if referral.status not in EXCEPTIONS_POSSIBLE or (case.enrolment is not None and case.enrolment.status.is_ended):
        return
    for verdict in unmet_verdicts(referral):
        proposer = referral.exceptions_proposed.get(verdict.criterion)
        if proposer is not None:
            since = referral.grounded_at or referral.since
            yield OpenItem(f"agree-exception:{verdict.criterion}", proposer.other, since, by(ActName.AGREE_EXCEPTION))


def find_dispute_items(dispute: Dispute) -> Iterator[OpenItem]:
    """Find the parties that have not proposed how to resolve the disagreement."""
    since = dispute.proposed_at if dispute.proposals else None
    absent = [party for party in BOTH if party not in dispute.proposals]
    deeds = by(ActName.RESOLVE_DISAGREEMENT)
    yield from (OpenItem("resolve-disagreement", party, since or dispute.raised_at, deeds) for party in absent)


def _first_steps(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the first step of the track. On a track without steps, the criteria and the enrolment come first."""
    referral = case.referral
    if Step.SENT in rules.steps:
        yield OpenItem(
            "send-referral", Party.REGION, referral.since, by(ActName.SEND_REFERRAL, ActName.SUPPLEMENT_REFERRAL)
        )
    elif Step.ASSESSING in rules.steps:
        author = Party.REGION if referral.author_principal == case.region else Party.MUNICIPALITY
        named = (act for act in _BEGINNINGS if rules.find_act_rule(act) is not None)
        deeds = by(*named, ActName.START_ASSESSMENT)
        yield OpenItem("start-assessment", author, referral.since, deeds)
    else:
        if rules.track is not None and _has_unconsidered_criteria(referral, rules):
            yield from for_both("evaluate-criteria", referral.since, ActName.EVALUATE_CRITERIA)
        if rules.find_act_rule(ActName.PROPOSE_ENROLMENT) is not None:
            yield OpenItem("propose-enrolment", Party.MUNICIPALITY, referral.since, by(ActName.PROPOSE_ENROLMENT))


def _investigation(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield what must be known before a decision: assessments, criteria and advanced interventions."""
    referral = case.referral
    yield from _assessments(referral, rules)
    if _has_unconsidered_criteria(referral, rules):
        yield from for_both("evaluate-criteria", referral.since, ActName.EVALUATE_CRITERIA)
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
    elif _is_assessed(referral, rules) and levels and not _has_unconsidered_criteria(referral, rules):
        yield from for_both("establish-level", grounded_at, ActName.ESTABLISH_LEVEL, stops_in_dispute=True)
    for party in referral.declined_by:
        deeds = by(ActName.DECLINE_REFERRAL, ActName.RAISE_DISAGREEMENT)
        yield OpenItem("answer-decline", party.other, grounded_at, deeds, stops_in_dispute=True)


def _decision(referral: Referral, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the decision of each party, or a common one if one party has accepted and the other declined."""
    if not _is_assessed(referral, rules):
        return
    if referral.accepted_by and referral.declined_by:
        acts = (ActName.ACCEPT_REFERRAL, ActName.DECLINE_REFERRAL, ActName.RAISE_DISAGREEMENT)
        yield from for_both("settle-decision", referral.grounded_at or referral.since, *acts, stops_in_dispute=True)
        return
    decided_by = (*referral.accepted_by, *referral.declined_by)
    undecided = [party for party in BOTH if party not in decided_by]
    deeds = by(ActName.ACCEPT_REFERRAL, ActName.DECLINE_REFERRAL)
    yield from (OpenItem("accept", party, referral.since, deeds, stops_in_dispute=True) for party in undecided)


def _has_unconsidered_criteria(referral: Referral, rules: TrackRules) -> bool:
    if rules.agreement is None:
        return False
    return bool(find_unconsidered(rules.agreement, track=referral.track, verdicts=referral.verdicts))


def _is_assessed(referral: Referral, rules: TrackRules) -> bool:
    """Return True if every assessment that the version demands has been made."""
    return not rules.has_guard(Guard.JOINT_ASSESSMENT) or len(referral.assessments) == len(BOTH)
