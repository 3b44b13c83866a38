"""Open items of the enrolment: its start, handovers, the home and the discharge."""

from collections.abc import Iterator

from domain.agreements.model import ActName
from domain.case.preconditions import ActSubject
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.kernel import Instant, Party, Slug
from projections.worklist.open_items import BOTH, Deed, OpenItem, by, for_both
from projections.worklist.track_rules import TrackRules


def find_enrolment_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the next steps of the enrolment, from the proposal to the discharge."""
    enrolment = case.enrolment
    if enrolment is None:
        return
    since = enrolment.since
    match enrolment.status:
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE if rules.is_joint(ActName.COMMIT_TO_ENROLMENT):
            absent = [party for party in BOTH if party not in enrolment.committed_by]
            deeds = by(ActName.COMMIT_TO_ENROLMENT, ActName.REFUSE_ENROLMENT)
            yield from (OpenItem("commit", party, since, deeds) for party in absent)
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE | EnrolmentStatus.COMMITTED:
            if _has_plan(case, rules):
                deeds = by(ActName.START_ENROLMENT, ActName.REFUSE_ENROLMENT)
                yield OpenItem("start-enrolment", Party.MUNICIPALITY, since, deeds, stops_in_dispute=True)
        case EnrolmentStatus.ACTIVE:
            yield from _handovers(case, enrolment, rules)
        case EnrolmentStatus.DISCHARGE_PENDING if enrolment.discharge_declared_by is not None:
            other, deeds = (
                enrolment.discharge_declared_by.other,
                by(ActName.COMPLETE_DISCHARGE, ActName.CONTEST_DISCHARGE),
            )
            yield OpenItem("complete-discharge", other, since, deeds, stops_in_dispute=True)
        case _:
            pass
    if not enrolment.status.is_ended:
        yield from _home(case, enrolment, rules)


def _handovers(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the handovers to accept, and the interventions that the start of the enrolment left (ORE-3.2.1-K1)."""
    for key, giver in sorted(enrolment.handed_over.items()):
        yield _handover(case, ActName.ACCEPT_HANDOVER, key, giver.other, enrolment.handed_over_at[key])
    if rules.track is None or rules.track.handover_rule is None:
        return
    held = {key for key, allocation in case.allocations.items() if allocation.performer == case.municipality}
    for planned in case.planned.values():
        if planned.performer is Party.MUNICIPALITY and planned.key not in held | enrolment.handed_over.keys():
            yield _handover(case, ActName.HAND_OVER_INTERVENTION, planned.key, Party.REGION, enrolment.since)


def _handover(case: Case, act: ActName, key: Slug, party: Party, since: Instant) -> OpenItem:
    about = ActSubject(intervention=key, category=case.named[key].category if key in case.named else None)
    kind = "accept-handover" if act is ActName.ACCEPT_HANDOVER else "hand-over"
    return OpenItem(f"{kind}:{key}", party, since, (Deed(act, about),), stops_in_dispute=True)


def _has_plan(case: Case, rules: TrackRules) -> bool:
    """Return True if a plan of a kind that the track demands is in force, or if the track demands none."""
    return not rules.plans or any(plan.is_in_force and plan.kind in rules.plans for plan in case.plans.values())


def _home(case: Case, enrolment: Enrolment, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the gaps in the home, and a move that the agreement does not cover or does not regulate."""
    for aspect, found_at in sorted(enrolment.gaps.items()):
        deeds = by(ActName.CONFIRM_READINESS)
        yield from (OpenItem(f"readiness:{aspect}", party, found_at, deeds, "readiness") for party in BOTH)
    if not case.moves or rules.agreement is None:
        return
    moved_to, scope = case.moved_to, rules.agreement.scope
    acts = (_find_end_act(enrolment), ActName.RECORD_MOVE)
    if moved_to in rules.agreement.vocabulary.settings and moved_to not in scope.settings:
        rule = scope.clauses[0]
        yield from (OpenItem("outside-scope", party, enrolment.since, by(*acts), rule=rule) for party in BOTH)
    elif rules.agreement.jurisdiction is None or rules.agreement.jurisdiction.ends_at_move is None:
        yield from for_both("residence-not-regulated", enrolment.since, *acts)


def _find_end_act(enrolment: Enrolment) -> ActName:
    """Return the act that ends the enrolment in its present status."""
    match enrolment.status:
        case EnrolmentStatus.ACTIVE:
            return ActName.DECLARE_DISCHARGE
        case EnrolmentStatus.DISCHARGE_PENDING:
            return ActName.COMPLETE_DISCHARGE
        case _:
            return ActName.REFUSE_ENROLMENT
