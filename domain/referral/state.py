"""The state of a referral, folded from its events."""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.intervention import CareLevel, Intervention
from domain.kernel import Aggregate, HistoryBroken, HsaId, Instant, Party, Slug, Text, Value, Verdict
from domain.referral.events import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CareLevelEstablished,
    CircumstanceRecorded,
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DeclineDeclared,
    DisagreementRaised,
    DisagreementResolved,
    HomeVisitRecorded,
    HoursRecorded,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    PositionRecorded,
    PrincipalContacted,
    ProcedureStepRecorded,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralEvent,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    Request,
    Resolution,
    ResolutionProposed,
    Source,
    StatementRecorded,
)


class ReferralStatus(StrEnum):
    """The states of catalogue C.1."""

    NEED_RAISED = "need-raised"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IN_CONTACT = "in-contact"
    ASSESSING = "assessing"
    LEVEL_ESTABLISHED = "level-established"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Position(Value):
    """What one party holds in a disagreement, in its own words."""

    id: UUID
    party: Party
    text: Text
    author: HsaId
    unit: HsaId
    occurred_at: Instant
    recorded_at: Instant | None


class Dispute(Value):
    """A disagreement (oenighet) between the parties."""

    id: UUID
    raised_by: Party
    raised_at: Instant
    reason: Text
    positions: tuple[Position, ...] = ()
    steps: tuple[Text, ...] = ()
    proposals: dict[Party, Resolution] = {}
    days_given: dict[Party, bool] = {}
    """Whether the party's declaration names its day, rather than the earliest."""
    proposed_at: Instant | None = None
    """When a party last declared how it is to be resolved."""
    resolution: Resolution | None = None
    resolved_at: Instant | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still unresolved."""
        return self.resolution is None


class Referral(Aggregate):
    """A referral as it stands. `since` is when its present status was entered."""

    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    track: Slug
    setting: Slug | None = None
    source: Source
    author: HsaId
    author_unit: HsaId
    author_principal: HsaId
    raised_at: Instant
    status: ReferralStatus
    since: Instant
    request: Request
    sender: HsaId | None = None
    sender_unit: HsaId | None = None
    sent_at: Instant | None = None
    acknowledged_at: Instant | None = None
    contacted_at: Instant | None = None
    contact_note: Text | None = None
    participants: tuple[HsaId, ...] = ()
    assessments: dict[Party, AssessmentRecorded] = {}
    verdicts: tuple[Verdict, ...] = ()
    exceptions_proposed: dict[Slug, Party] = {}
    exceptions_agreed: tuple[Slug, ...] = ()
    considered: dict[Slug, tuple[Party, ...]] = {}
    level: CareLevel | None = None
    level_established_at: Instant | None = None
    disputes: tuple[Dispute, ...] = ()
    accepted_by: tuple[Party, ...] = ()
    declined_by: tuple[Party, ...] = ()
    ended_reason: Text | None = None
    grounded_at: Instant | None = None
    """When what a decision stands on was last added to: assessments, criteria, exceptions, the other's declaration."""

    @property
    def owner(self) -> HsaId:
        """The principal whose request it is: the region's once it is sent, until then its author's."""
        return self.region if self.sent_at is not None else self.author_principal

    @property
    def open_dispute(self) -> Dispute | None:
        """The unresolved disagreement, if there is one."""
        return next((dispute for dispute in self.disputes if dispute.is_open), None)

    def dispute(self, id: UUID) -> Dispute | None:
        """The disagreement with this id, open or resolved."""
        return next((dispute for dispute in self.disputes if dispute.id == id), None)

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """Every intervention that the request and the assessments now name."""
        named: dict[str, Intervention] = {one.key: one for one in self.request.interventions}
        for assessment in self.assessments.values():
            for one in assessment.interventions:
                named[one.key] = one.plain
        return tuple(named.values())

    def _grounded(self, event: ReferralEvent, **changes: object) -> "Referral":
        """The ground of a decision was added to: the decision is not dated before it."""
        at = max(event.occurred_at, self.grounded_at or event.occurred_at)
        return self.after(event, **changes, grounded_at=at)

    def _reopened(self, event: ReferralEvent, **changes: object) -> "Referral":
        """The ground changed: whoever alone had accepted or declined had done so on another."""
        if self.status is ReferralStatus.ACCEPTED:
            return self._grounded(event, **changes)
        return self._grounded(event, **changes, accepted_by=(), declined_by=())

    def _with_dispute(self, event: ReferralEvent, id: UUID, **changes: object) -> "Referral":
        disputes = tuple(
            Dispute.model_validate(dict(dispute) | changes) if dispute.id == id else dispute
            for dispute in self.disputes
        )
        return self.after(event, disputes=disputes)


def evolve(referral: Referral | None, event: ReferralEvent) -> Referral:
    """The referral after the event. Decides nothing: what is stored has happened."""
    if isinstance(event, NeedRaised):
        return _raised(event)
    if referral is None:
        raise HistoryBroken(event)
    at = event.occurred_at
    match event:
        case ReferralSupplemented():
            return referral.after(event, request=event.request)
        case StatementRecorded() | CircumstanceRecorded() | HomeVisitRecorded() | HoursRecorded():
            return referral.after(event)
        case ReferralSent():
            return referral.after(
                event,
                status=ReferralStatus.SENT,
                since=at,
                sent_at=at,
                municipality=event.receiver,
                sender=event.actor.person,
                sender_unit=event.actor.unit,
            )
        case ReferralAcknowledged():
            return referral.after(event, status=ReferralStatus.ACKNOWLEDGED, since=at, acknowledged_at=at)
        case PrincipalContacted():
            return referral.after(
                event, status=ReferralStatus.IN_CONTACT, since=at, contacted_at=at, contact_note=event.note
            )
        case JointAssessmentStarted():
            return referral.after(event, status=ReferralStatus.ASSESSING, since=at, participants=event.participants)
        case AssessmentRecorded():
            assessments = referral.assessments | {event.party: event}
            return referral._reopened(event, assessments=assessments)
        case CriteriaEvaluated():
            kept = {verdict.criterion: verdict for verdict in (*referral.verdicts, *event.verdicts)}
            return referral._reopened(event, verdicts=tuple(kept.values()))
        case CriteriaExceptionProposed():
            proposed = referral.exceptions_proposed | {event.criterion: event.party}
            return referral._grounded(event, exceptions_proposed=proposed)
        case CriteriaExceptionAgreed():
            return referral._reopened(event, exceptions_agreed=(*referral.exceptions_agreed, event.criterion))
        case JointConsiderationRecorded():
            parties = (*referral.considered.get(event.intervention, ()), event.party)
            return referral._reopened(event, considered=referral.considered | {event.intervention: parties})
        case CareLevelEstablished():
            return referral.after(
                event,
                status=ReferralStatus.LEVEL_ESTABLISHED,
                since=at,
                level=event.level,
                level_established_at=at,
            )
        case DisagreementRaised():
            return _disputed(referral, event)
        case PositionRecorded():
            return _positioned(referral, event)
        case ProcedureStepRecorded():
            steps = (*_dispute(referral, event).steps, event.step)
            return referral._with_dispute(event, event.dispute_id, steps=steps)
        case ResolutionProposed():
            dispute = _dispute(referral, event)
            return referral._with_dispute(
                event,
                event.dispute_id,
                proposals=dispute.proposals | {event.party: event.resolution},
                days_given=dispute.days_given | {event.party: event.day_given},
                proposed_at=at,
            )
        case DisagreementResolved():
            return _resolved(referral, event)
        case AcceptanceDeclared():
            declined_by = _without(referral.declined_by, event.party)
            return referral._grounded(event, accepted_by=(*referral.accepted_by, event.party), declined_by=declined_by)
        case ReferralAccepted():
            return referral.after(
                event, status=ReferralStatus.ACCEPTED, since=at, accepted_by=(Party.REGION, Party.MUNICIPALITY)
            )
        case DeclineDeclared():
            accepted_by = _without(referral.accepted_by, event.party)
            return referral._grounded(event, declined_by=(*referral.declined_by, event.party), accepted_by=accepted_by)
        case ReferralDeclined():
            return referral.after(
                event,
                status=ReferralStatus.DECLINED,
                since=at,
                declined_by=(Party.REGION, Party.MUNICIPALITY),
                ended_reason=event.reason,
            )
        case ReferralWithdrawn():
            return referral.after(event, status=ReferralStatus.WITHDRAWN, since=at, ended_reason=event.reason.value)
        case ReferralClosed():
            return referral.after(event, status=ReferralStatus.CLOSED, since=at)
        case _:
            assert_never(event)


def _raised(event: NeedRaised) -> Referral:
    return Referral(
        id=event.originator_id,
        version=event.originator_version,
        patient_id=event.patient_id,
        county=event.county,
        region=event.region,
        municipality=event.municipality,
        track=event.track,
        setting=event.setting,
        source=event.source,
        author=event.actor.person,
        author_unit=event.actor.unit,
        author_principal=event.actor.principal,
        raised_at=event.occurred_at,
        status=ReferralStatus.NEED_RAISED,
        since=event.occurred_at,
        request=event.request,
    )


def _without(parties: tuple[Party, ...], party: Party) -> tuple[Party, ...]:
    return tuple(one for one in parties if one is not party)


def _dispute(referral: Referral, event: PositionRecorded | ProcedureStepRecorded | ResolutionProposed) -> Dispute:
    dispute = referral.dispute(event.dispute_id)
    if dispute is None:
        raise HistoryBroken(event)
    return dispute


def _disputed(referral: Referral, event: DisagreementRaised) -> Referral:
    dispute = Dispute(id=event.dispute_id, raised_by=event.party, raised_at=event.occurred_at, reason=event.reason)
    before_acceptance = referral.status in {ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED}
    return referral.after(
        event,
        disputes=(*referral.disputes, dispute),
        status=ReferralStatus.DISPUTED if before_acceptance else referral.status,
        since=event.occurred_at if before_acceptance else referral.since,
    )


def _positioned(referral: Referral, event: PositionRecorded) -> Referral:
    position = Position(
        id=event.position_id,
        party=event.party,
        text=event.position,
        author=event.actor.person,
        unit=event.actor.unit,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )
    positions = (*_dispute(referral, event).positions, position)
    return referral._with_dispute(event, event.dispute_id, positions=positions)


def _resolved(referral: Referral, event: DisagreementResolved) -> Referral:
    settled = referral._with_dispute(
        event, event.dispute_id, resolution=event.resolution, resolved_at=event.occurred_at
    )
    if referral.status is not ReferralStatus.DISPUTED:
        return settled.after(event, level=event.resolution.level or referral.level)
    if event.resolution.level is None:
        return settled.after(
            event,
            status=ReferralStatus.DECLINED,
            since=event.occurred_at,
            ended_reason=event.resolution.conclusion,
        )
    return settled.after(
        event,
        status=ReferralStatus.LEVEL_ESTABLISHED,
        since=event.occurred_at,
        level=event.resolution.level,
        level_established_at=event.occurred_at,
        accepted_by=(),
        declined_by=(),
    )
