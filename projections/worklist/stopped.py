"""The deeds that an open disagreement stops: those that would move responsibility, or settle what it is about."""

from uuid import UUID

from domain.agreements.model import ActName, DischargeRule, DisputeSubject
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.kernel import Party
from projections.worklist.open_items import Deed
from projections.worklist.track_rules import TrackRules

MOVING = frozenset(
    {
        ActName.ESTABLISH_LEVEL,
        ActName.ACCEPT_REFERRAL,
        ActName.DECLINE_REFERRAL,
        ActName.PROPOSE_ENROLMENT,
        ActName.REFUSE_ENROLMENT,
        ActName.START_ENROLMENT,
        ActName.HAND_OVER_INTERVENTION,
        ActName.ACCEPT_HANDOVER,
        ActName.COMPLETE_DISCHARGE,
    }
)
"""The acts of items that every open disagreement stops, if the version says who performs meanwhile."""


def find_stopping(case: Case, rules: TrackRules, party: Party, deed: Deed) -> UUID | None:
    """Return the open disagreement because of which a deed cannot be done. None if none stops it."""
    dispute = case.open_dispute
    if dispute is None:
        return None
    if deed.act is ActName.RAISE_DISAGREEMENT:
        return dispute.id
    if deed.act in (ActName.INITIATE_PLAN, ActName.EVALUATE_CRITERIA):
        return dispute.id if case.referral.status is ReferralStatus.DISPUTED else None
    text = rules.agreement.dispute
    if text is None or text.interim is None:
        return None
    if deed.act is ActName.AGREE_PLAN:
        on_plan = case.open_on(DisputeSubject.PLAN, deed.plan)
        if on_plan is not None:
            return on_plan.id
    return dispute.id if deed.act in MOVING or _moves(case, rules, party, deed) else None


def _moves(case: Case, rules: TrackRules, party: Party, deed: Deed) -> bool:
    """Return True for a deed that moves responsibility as things stand, and not always."""
    match deed.act:
        case ActName.AGREE_PLAN if deed.plan is not None:
            return _establishes(case, rules, deed.plan, party)
        case ActName.DECLARE_DISCHARGE:
            rule = rules.agreement.discharge_rule(case.referral.track)
            return not isinstance(rule, DischargeRule) or rule.by != "both-parties"
        case ActName.ASSESS_SELF_CARE:
            care = case.self_care.get(deed.about.intervention or "")
            return care is None or care.responsible is None
        case _:
            return False


def _establishes(case: Case, rules: TrackRules, plan: UUID, party: Party) -> bool:
    """Return True if the party's agreement is the last that the plan waits for."""
    found = case.plans[plan]
    return rules.is_authors(found.kind) or found.draft.agreed_by(party.other)
