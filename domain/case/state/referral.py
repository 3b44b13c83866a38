"""The state of a referral, folded from its events."""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.case.events.referral import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CareLevelEstablished,
    CareLevelReassessed,
    CareRequest,
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DeclineDeclared,
    DepartureGranted,
    DischargePlanningOpened,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    NeedSource,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralEvent,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    RehabAssessmentStarted,
    SpecialisedHandoverProposed,
)
from domain.intervention import CareLevel, Intervention
from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Party, Slug, Text, Value, Verdict


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


UNDECIDED = (
    ReferralStatus.NEED_RAISED,
    ReferralStatus.SENT,
    ReferralStatus.ACKNOWLEDGED,
    ReferralStatus.IN_CONTACT,
    ReferralStatus.ASSESSING,
    ReferralStatus.LEVEL_ESTABLISHED,
)
"""The states from need to decision, in their order. A disagreement is none of them: it stops where the request is."""


class LevelJudgement(Value):
    """What the care level was judged to be, by whom, when and why. A later judgement takes nothing away (SKR-5-1)."""

    level: CareLevel
    at: Instant
    author: HsaId
    reason: Text | None = None


class Departure(Value):
    """A criterion that a party departed from."""

    criterion: Slug
    ground: Slug
    reason: Text
    party: Party
    author: HsaId
    at: Instant


class Referral(Aggregate):
    """A referral as it stands. `since` is when its present status was entered."""

    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    track: Slug
    setting: Slug | None = None
    source: NeedSource
    author: HsaId
    author_unit: HsaId
    author_principal: HsaId
    raised_at: Instant
    status: ReferralStatus
    since: Instant
    request: CareRequest
    sender: HsaId | None = None
    sender_unit: HsaId | None = None
    sent_at: Instant | None = None
    """When it reached the municipality, as a request or as what it was called in to."""
    contact_note: Text | None = None
    participants: tuple[HsaId, ...] = ()
    assessments: dict[Party, AssessmentRecorded] = {}
    verdicts: tuple[Verdict, ...] = ()
    exceptions_proposed: dict[Slug, Party] = {}
    exceptions_agreed: tuple[Slug, ...] = ()
    departures: tuple[Departure, ...] = ()
    considered: dict[Slug, tuple[Party, ...]] = {}
    level: CareLevel | None = None
    level_established_at: Instant | None = None
    judged: tuple[LevelJudgement, ...] = ()
    """Every care level that has been established, the latest last."""
    colour: Slug | None = None
    """The colour of the discharge planning's track."""
    accepted_by: tuple[Party, ...] = ()
    declined_by: tuple[Party, ...] = ()
    ended_reason: Text | None = None
    grounded_at: Instant | None = None
    """When what a decision stands on was last added to: assessments, criteria, exceptions, the other's declaration."""

    @property
    def owner(self) -> HsaId:
        """The principal whose request it is: the region's once it has sent it, until then its author's."""
        return self.region if self.sender is not None else self.author_principal

    @property
    def set_aside(self) -> frozenset[Slug]:
        """The criteria that no longer stand in the way though unmet: by exception, or by departure."""
        return frozenset((*self.exceptions_agreed, *(one.criterion for one in self.departures)))

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
        if self.status in {ReferralStatus.ACCEPTED, ReferralStatus.CLOSED}:
            return self._grounded(event, **changes)
        return self._grounded(event, **changes, accepted_by=(), declined_by=())

    def _received(self, event: ReferralEvent, receiver: HsaId | None, **changes: object) -> "Referral":
        """The request came to a municipality without being sent as one of the region's primary care."""
        at = event.occurred_at
        return self.after(
            event, status=ReferralStatus.ASSESSING, since=at, sent_at=at, municipality=receiver, **changes
        )

    def with_level(self, event: Event, level: CareLevel, reason: Text | None = None) -> "Referral":
        """Return the referral with the care level that the event judged."""
        judgement = LevelJudgement(level=level, at=event.occurred_at, author=event.actor.person, reason=reason)
        return self.model_copy(update={"level": level, "judged": (*self.judged, judgement)})

    def with_status(self, status: ReferralStatus, at: Instant, **changes: object) -> "Referral":
        """Return the referral in a status that it enters by an event of another stream."""
        return self.model_copy(update={**changes, "status": status, "since": at})


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
        case ReferralSent():
            return referral.after(
                event,
                status=ReferralStatus.SENT,
                since=at,
                sent_at=at,
                municipality=event.receiver,
                **_sender(event),
            )
        case SpecialisedHandoverProposed():
            return referral._received(event, event.receiver, **_sender(event))
        case DischargePlanningOpened():
            return referral._received(event, event.receiver, colour=event.colour, **_sender(event))
        case RehabAssessmentStarted():
            return referral._received(event, event.receiver, participants=event.participants)
        case ReferralAcknowledged():
            return referral.after(event, status=ReferralStatus.ACKNOWLEDGED, since=at)
        case PrincipalContacted():
            return referral.after(event, status=ReferralStatus.IN_CONTACT, since=at, contact_note=event.note)
        case JointAssessmentStarted():
            return referral.after(
                event,
                status=ReferralStatus.ASSESSING,
                since=at,
                sent_at=referral.sent_at or at,
                participants=event.participants,
            )
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
        case DepartureGranted():
            granted = Departure(
                criterion=event.criterion,
                ground=event.ground,
                reason=event.reason,
                party=event.party,
                author=event.actor.person,
                at=at,
            )
            return referral._reopened(event, departures=(*referral.departures, granted))
        case JointConsiderationRecorded():
            parties = (*referral.considered.get(event.intervention, ()), event.party)
            return referral._reopened(event, considered=referral.considered | {event.intervention: parties})
        case CareLevelEstablished():
            return referral.with_level(event, event.level).after(
                event, status=ReferralStatus.LEVEL_ESTABLISHED, since=at, level_established_at=at
            )
        case CareLevelReassessed():
            return referral.with_level(event, event.level, event.reason)._reopened(event)
        case AcceptanceDeclared():
            declined_by = _without(referral.declined_by, event.party)
            return referral._grounded(event, accepted_by=(*referral.accepted_by, event.party), declined_by=declined_by)
        case ReferralAccepted():
            return referral.after(
                event,
                status=ReferralStatus.ACCEPTED,
                since=at,
                sent_at=referral.sent_at or at,
                accepted_by=_with(referral.accepted_by, event),
            )
        case DeclineDeclared():
            accepted_by = _without(referral.accepted_by, event.party)
            return referral._grounded(event, declined_by=(*referral.declined_by, event.party), accepted_by=accepted_by)
        case ReferralDeclined():
            return referral.after(
                event,
                status=ReferralStatus.DECLINED,
                since=at,
                declined_by=_with(referral.declined_by, event),
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


def _sender(event: ReferralEvent) -> dict[str, object]:
    return {"sender": event.actor.person, "sender_unit": event.actor.unit}


def _with(parties: tuple[Party, ...], event: ReferralEvent) -> tuple[Party, ...]:
    return tuple(one for one in Party if one in {*parties, event.actor.party})
