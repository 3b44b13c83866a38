"""Disagreements between the parties, folded from their events, and their effect on the request."""

from typing import assert_never
from uuid import UUID

from pydantic import Field

from domain.agreements.model import DisputeSubject
from domain.case.events.disagreement import (
    DisagreementEscalated,
    DisagreementEvent,
    DisagreementRaised,
    DisagreementResolved,
    DisagreementWithdrawn,
    PositionRecorded,
    ProcedureStepRecorded,
    Resolution,
    ResolutionProposed,
)
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.kernel import Aggregate, Allocation, HistoryBroken, HsaId, Instant, Party, Slug, Text, Value


class DisputePosition(Value):
    """A party's position in a disagreement, in its own words."""

    id: UUID
    party: Party
    text: Text
    author: HsaId
    unit: HsaId
    occurred_at: Instant
    recorded_at: Instant | None


class Declaration(Value):
    """A party's declaration of a resolution. The second party's confirms what the first recorded."""

    person: HsaId
    unit: HsaId
    at: Instant
    day_given: bool = False
    """True if the declaration gives the day. False if the earliest day was filled in."""
    decided_by: Text | None = None
    """The body that decided by the party's word. None if the party declared a resolution of its own."""
    body: Slug | None = None
    """The id of that body in the agreement's text."""


class Dispute(Aggregate):
    """A disagreement (oenighet) between the parties."""

    subject: DisputeSubject = DisputeSubject.REFERRAL
    plan: UUID | None = None
    raised_by: Party
    raised_at: Instant
    reason: Text
    before: ReferralStatus
    """The status in which the referral goes on if the disagreement is withdrawn."""
    held: tuple[Allocation, ...] = ()
    """The responsibility as it was when the disagreement was raised."""
    suspends: bool = Field(default=True, exclude_if=lambda suspends: suspends)
    """True if responsibility stays until the end as the disagreement left it. Left out: it does.

    A disagreement on the end of a running enrolment, on a plan in one, or on nothing that the party has said, changes
    nothing if the text says nothing of it (DECISIONS 65).
    """
    positions: tuple[DisputePosition, ...] = ()
    steps: tuple[Text, ...] = ()
    step_ids: tuple[Slug, ...] = ()
    """The ids of the steps that are in the agreement's list."""
    proposals: dict[Party, Resolution] = {}
    declarations: dict[Party, Declaration] = {}
    """The latest declaration of each party. The one that confirmed the other comes last."""
    proposed_at: Instant | None = None
    """The latest time at which a party declared a resolution."""
    resolution: Resolution | None = None
    decided_by: Text | None = None
    """The body whose decision the resolution is, as both parties have declared. None if the parties agreed."""
    body: Slug | None = None
    """The id of that body in the agreement's text."""
    resolved_at: Instant | None = None
    withdrawn_at: Instant | None = None

    @property
    def is_open(self) -> bool:
        """True if the disagreement is neither resolved nor withdrawn."""
        return self.ended_at is None

    @property
    def ended_at(self) -> Instant | None:
        """The time at which the disagreement was resolved or withdrawn."""
        return self.resolved_at or self.withdrawn_at

    @property
    def stops_request(self) -> bool:
        """True if the disagreement is about the request or its level, and the request is not decided yet."""
        return self.subject in {DisputeSubject.REFERRAL, DisputeSubject.LEVEL} and self.before in UNDECIDED


Disputes = tuple[Dispute, ...]


def status_before(disputes: Disputes) -> ReferralStatus | None:
    """Return the status in which an open disagreement stopped the request. None if none stops it."""
    return next((dispute.before for dispute in disputes if dispute.is_open and dispute.stops_request), None)


def evolve(referral: Referral, disputes: Disputes, event: DisagreementEvent) -> tuple[Referral, Disputes]:
    """Return the referral and the case's disagreements after the event."""
    at = event.occurred_at
    if isinstance(event, DisagreementRaised):
        dispute = _open(event, before=status_before(disputes) or referral.status)
        stopped = referral.with_status(ReferralStatus.DISPUTED, at) if dispute.stops_request else referral
        return stopped, (*disputes, dispute)
    before = next((dispute for dispute in disputes if dispute.id == event.originator_id), None)
    if before is None:
        raise HistoryBroken(event)
    after = _evolve(before, event)
    disputes = tuple(after if dispute.id == after.id else dispute for dispute in disputes)
    if isinstance(event, DisagreementResolved):
        return _resolve(referral, disputes, after, event)
    if _is_stopped_by(referral, after) and status_before(disputes) is None:
        return referral.with_status(after.before, at), disputes
    return referral, disputes


def _open(event: DisagreementRaised, *, before: ReferralStatus) -> Dispute:
    return Dispute(
        id=event.originator_id,
        version=event.originator_version,
        subject=event.subject,
        plan=event.plan,
        raised_by=event.party,
        raised_at=event.occurred_at,
        reason=event.reason,
        before=before,
        held=event.held,
        suspends=bool(event.allocations) or "dispute" not in event.basis.not_regulated,
    )


def _evolve(
    dispute: Dispute,
    event: PositionRecorded
    | ProcedureStepRecorded
    | DisagreementEscalated
    | DisagreementWithdrawn
    | ResolutionProposed
    | DisagreementResolved,
) -> Dispute:
    match event:
        case PositionRecorded():
            return dispute.after(event, positions=(*dispute.positions, _position(event)))
        case ProcedureStepRecorded() | DisagreementEscalated():
            listed = (event.step_id,) if event.step_id is not None else ()
            return dispute.after(event, steps=(*dispute.steps, event.step), step_ids=(*dispute.step_ids, *listed))
        case ResolutionProposed():
            return dispute.after(
                event,
                proposals=dispute.proposals | {event.party: event.resolution},
                declarations=_declare(dispute, event, day_given=event.day_given),
                proposed_at=event.occurred_at,
            )
        case DisagreementWithdrawn():
            return dispute.after(event, withdrawn_at=event.occurred_at)
        case DisagreementResolved():
            return dispute.after(
                event,
                resolution=event.resolution,
                decided_by=event.decided_by,
                body=event.body,
                declarations=_declare(dispute, event),
                resolved_at=event.occurred_at,
            )
        case _:
            assert_never(event)


def _declare(
    dispute: Dispute, event: ResolutionProposed | DisagreementResolved, *, day_given: bool = False
) -> dict[Party, Declaration]:
    """Return the declarations with that of the event's author last."""
    party = event.actor.party
    own = Declaration(
        person=event.actor.person,
        unit=event.actor.unit,
        at=event.occurred_at,
        day_given=day_given,
        decided_by=event.decided_by,
        body=event.body,
    )
    return {other: each for other, each in dispute.declarations.items() if other is not party} | {party: own}


def _position(event: PositionRecorded) -> DisputePosition:
    return DisputePosition(
        id=event.position_id,
        party=event.party,
        text=event.position,
        author=event.actor.person,
        unit=event.actor.unit,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )


def _is_stopped_by(referral: Referral, dispute: Dispute) -> bool:
    return dispute.stops_request and referral.status is ReferralStatus.DISPUTED


def _resolve(
    referral: Referral, disputes: Disputes, resolved: Dispute, event: DisagreementResolved
) -> tuple[Referral, Disputes]:
    """Apply the resolution to the request: it is declined, or goes on with the level that the parties agreed on."""
    resolution, at = event.resolution, event.occurred_at
    if resolution.level is not None:
        referral = referral.with_level(event, resolution.level, resolution.conclusion)
    if not _is_stopped_by(referral, resolved):
        return referral, disputes
    if resolution.level is None:
        return referral.with_status(ReferralStatus.DECLINED, at, ended_reason=resolution.conclusion), disputes
    disputes = tuple(
        dispute.model_copy(update={"before": ReferralStatus.LEVEL_ESTABLISHED}) if dispute.is_open else dispute
        for dispute in disputes
    )
    status = ReferralStatus.LEVEL_ESTABLISHED if status_before(disputes) is None else ReferralStatus.DISPUTED
    referral = referral.with_status(status, at, level_established_at=at, accepted_by=(), declined_by=())
    return referral, disputes
