"""Events of a referral: from the need to the decision on the request (catalogue C.1, R1-R15)."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.intervention import AllocatedInterventions, CareLevel, Interventions, Participation
from domain.kernel import MOST, CaseIds, Event, HsaId, Label, Party, Slug, Staff, Text, Value, Verdict


class NeedSource(StrEnum):
    """The kind of person who saw the need (ORE-3.1.1-1, -2)."""

    PROFESSIONAL = "professional"
    INDIVIDUAL = "individual"
    RELATIVE = "relative"


class Identifier(Value):
    """A business identifier of the request in another system."""

    system: Label
    value: Label


class CareRequest(Value):
    """The content of a request (vårdbegäran). Any part may be empty while it is a draft."""

    need: Text | None = None
    goal: Text | None = None
    physician_contact: HsaId | None = None
    """The permanent physician contact (fast läkarkontakt)."""
    care_contact: HsaId | None = None
    """The permanent care contact (fast vårdkontakt)."""
    interventions: Interventions = ()
    channel: Slug | None = None
    """The channel by which the request travels, in the agreement's words. None if it is not stated."""
    otherwise: Text | None = None
    """Something else than contact without delay that the request states about the contact (ORE-3.1.2-7)."""
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=MOST)] = ()
    composite_needs: bool = False
    """True if the individual has priority because of composite needs (ORE-2.1-6), at any level (SKR-4-4, SKR-4-6)."""


class NeedRaised(Event):
    """A person saw a need of municipal home care (behov; ORE-3.1.1-1, -2). It is not yet a request (vårdbegäran)."""

    TOPIC: ClassVar[str] = "referral.need-raised.v1"
    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    track: Slug
    source: NeedSource
    request: CareRequest
    setting: Slug | None = None
    """The kind of housing, in the agreement's words. None: the first setting that the agreement covers."""
    despite: CaseIds = ()
    """The person's other cases that the author knew of, with an open request for the same need, and asked despite."""


class ReferralSupplemented(Event):
    """The author completed or changed the request."""

    TOPIC: ClassVar[str] = "referral.supplemented.v1"
    request: CareRequest


class ReferralSent(Event):
    """The region's health staff sent the request (vårdbegäran) to a municipality (ORE-3.1.2-1 to -4)."""

    TOPIC: ClassVar[str] = "referral.sent.v1"
    receiver: HsaId
    unit: HsaId | None = None
    """The unit of the municipality that receives it. None if the request names none."""


class SpecialisedHandoverProposed(Event):
    """Specialised care proposed to hand over interventions to a municipality (catalogue R2s; ORE-3.2-2)."""

    TOPIC: ClassVar[str] = "referral.specialised-handover-proposed.v1"
    receiver: HsaId
    interventions: tuple[Slug, ...]
    unit: HsaId | None = None
    """The unit of the municipality that receives it. None if the request names none."""


class DischargePlanningOpened(Event):
    """Inpatient care opened the planning of a discharge to the home (catalogue R2s; ORE-3.3-1)."""

    TOPIC: ClassVar[str] = "referral.discharge-planning-opened.v1"
    receiver: HsaId
    colour: Slug | None = None
    """The colour of the discharge in the parties' model of discharge planning."""
    unit: HsaId | None = None
    """The unit of the municipality that receives it. None if the request names none."""


class RehabAssessmentStarted(Event):
    """A rehabilitation profession began an assessment, which needs no request (catalogue R2r; ORE-3.4-4)."""

    TOPIC: ClassVar[str] = "referral.rehab-assessment-started.v1"
    receiver: HsaId | None
    participants: Staff
    unit: HsaId | None = None
    """The unit of the municipality that receives it. None if the request names none."""


class ReferralReturned(Event):
    """The municipality returned a request that was sent to the wrong receiver (felsänd).

    It is neither a decline nor an assessment. Responsibility stays where it was, and the sender can send it anew.
    """

    TOPIC: ClassVar[str] = "referral.returned.v1"
    reason: Text


class ReferralRedirected(Event):
    """The municipality passed the request on to another of its units (vidaresänd). Its time counts from the first."""

    TOPIC: ClassVar[str] = "referral.redirected.v1"
    unit: HsaId
    reason: Text


class ReferralAcknowledged(Event):
    """The municipality acknowledged that it received the request (kvittens; ORE-3.1.2-6)."""

    TOPIC: ClassVar[str] = "referral.acknowledged.v1"


class PrincipalContacted(Event):
    """The municipality contacted the region to start the joint assessment (ORE-3.1.2-7)."""

    TOPIC: ClassVar[str] = "referral.principal-contacted.v1"
    note: Text | None = None


class JointAssessmentStarted(Event):
    """The joint assessment began (ORE-3.1.3-1)."""

    TOPIC: ClassVar[str] = "referral.joint-assessment-started.v1"
    participants: Staff


class AssessmentRecorded(Event):
    """A party recorded its own medical assessment (ORE-3.1.3-4, -6, -9)."""

    TOPIC: ClassVar[str] = "referral.assessment-recorded.v1"
    party: Party
    level: CareLevel
    level_ground: Slug | None = None
    """The ground for the level, if the assessor gives one. The agreement text lists the grounds."""
    direction: Text | None = None
    content: Text | None = None
    responsibility: Text | None = None
    goals: Text | None = None
    considerations: Text | None = None
    interventions: AllocatedInterventions
    participation: Participation
    reason: Text | None = None
    """The reason for a new assessment after the level was established (SKR-5-1)."""


class CriteriaEvaluated(Event):
    """The criteria of the agreement were evaluated, each with a verdict (ORE-3.1.1-4, 3.1.3-8)."""

    TOPIC: ClassVar[str] = "referral.criteria-evaluated.v1"
    verdicts: tuple[Verdict, ...]


class CriteriaAnswered(Event):
    """The record answered criteria anew, because a fact that it has, such as the person's age, has changed.

    The verdicts are those of a party that had evaluated the criteria. What the party stated stays as it was.
    """

    TOPIC: ClassVar[str] = "referral.criteria-answered.v1"
    party: Party
    verdicts: tuple[Verdict, ...]


class CriteriaExceptionProposed(Event):
    """One party agreed to set a criterion aside (ORE-3.1.1-10)."""

    TOPIC: ClassVar[str] = "referral.criteria-exception-proposed.v1"
    party: Party
    criterion: Slug
    reason: Text


class CriteriaExceptionAgreed(Event):
    """Both parties have agreed to set a criterion aside (ORE-3.1.1-10)."""

    TOPIC: ClassVar[str] = "referral.criteria-exception-agreed.v1"
    criterion: Slug
    reason: Text


class DepartureGranted(Event):
    """A party departed from a criterion, on a ground of the agreement and with a reason (VML-4-3)."""

    TOPIC: ClassVar[str] = "referral.departure-granted.v1"
    party: Party
    criterion: Slug
    ground: Slug
    reason: Text


class JointConsiderationRecorded(Event):
    """A party recorded that the form of care for an advanced intervention was considered jointly (ORE-2.2-10)."""

    TOPIC: ClassVar[str] = "referral.joint-consideration-recorded.v1"
    party: Party
    intervention: Slug
    conclusion: Text


class CareLevelEstablished(Event):
    """The care level was established. The time limit for planning starts (ORE-3.1.3-10, 3.1.4-2)."""

    TOPIC: ClassVar[str] = "referral.care-level-established.v1"
    level: CareLevel


class CareLevelReassessed(Event):
    """The care level was assessed again and changed. Both assessments stay on record (SKR-5-1)."""

    TOPIC: ClassVar[str] = "referral.care-level-reassessed.v1"
    level: CareLevel
    previous: CareLevel
    reason: Text


class AcceptanceDeclared(Event):
    """One party accepted the request (ORE-3-3)."""

    TOPIC: ClassVar[str] = "referral.acceptance-declared.v1"
    party: Party


class ReferralAccepted(Event):
    """The request was accepted, by both parties if the agreement requires both (ORE-3-3)."""

    TOPIC: ClassVar[str] = "referral.accepted.v1"


class DeclineDeclared(Event):
    """One party declared, after its assessment, that the request is to be declined (ORE-3.1.2-5)."""

    TOPIC: ClassVar[str] = "referral.decline-declared.v1"
    party: Party
    reason: Text


class ReferralDeclined(Event):
    """The request was declined with a reason, by both parties if the agreement says so (ORE-3.1.2-5, 3.1.3-10)."""

    TOPIC: ClassVar[str] = "referral.declined.v1"
    reason: Text


class CancellationReason(StrEnum):
    """A reason for which the sender asks the receiver to cancel a request after the acknowledgement."""

    NEED_CEASED = "need-ceased"
    DUPLICATE = "duplicate"
    SENT_IN_ERROR = "sent-in-error"


class CancellationRequested(Event):
    """The sender asked the receiver to cancel the request. Until the answer everything holds as before."""

    TOPIC: ClassVar[str] = "referral.cancellation-requested.v1"
    cancellation_id: UUID
    party: Party
    reason: CancellationReason
    note: Text | None = None


class CancellationAccepted(Event):
    """The party that was asked accepted the cancellation. The request is thereby withdrawn."""

    TOPIC: ClassVar[str] = "referral.cancellation-accepted.v1"


class CancellationRefused(Event):
    """The party that was asked refused the cancellation, and the request goes on."""

    TOPIC: ClassVar[str] = "referral.cancellation-refused.v1"
    reason: Text


class WithdrawalReason(StrEnum):
    """A reason to withdraw a request. After the acknowledgement the sender can give only the last three.

    For the three before them it asks the receiver, who accepts or refuses.
    """

    BY_SENDER = "by-sender"
    NEED_CEASED = "need-ceased"
    DUPLICATE = "duplicate"
    SENT_IN_ERROR = "sent-in-error"
    DEATH = "death"
    MOVE = "move"
    INDIVIDUAL_REFUSES = "individual-refuses"


class ReferralWithdrawn(Event):
    """The sender withdrew the request."""

    TOPIC: ClassVar[str] = "referral.withdrawn.v1"
    reason: WithdrawalReason


class ReferralClosed(Event):
    """The request was closed: the person is enrolled, or has been told why the request was declined."""

    TOPIC: ClassVar[str] = "referral.closed.v1"
    note: Text | None = None


ReferralEvent = (
    NeedRaised
    | ReferralSupplemented
    | ReferralSent
    | SpecialisedHandoverProposed
    | DischargePlanningOpened
    | RehabAssessmentStarted
    | ReferralReturned
    | ReferralRedirected
    | ReferralAcknowledged
    | PrincipalContacted
    | JointAssessmentStarted
    | AssessmentRecorded
    | CriteriaEvaluated
    | CriteriaAnswered
    | CriteriaExceptionProposed
    | CriteriaExceptionAgreed
    | DepartureGranted
    | JointConsiderationRecorded
    | CareLevelEstablished
    | CareLevelReassessed
    | AcceptanceDeclared
    | ReferralAccepted
    | DeclineDeclared
    | ReferralDeclined
    | CancellationRequested
    | CancellationAccepted
    | CancellationRefused
    | ReferralWithdrawn
    | ReferralClosed
)
