"""What can have happened to a referral (catalogue C.1, R1-R15)."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.intervention import AllocatedInterventions, CareLevel, Interventions, Participation
from domain.kernel import MOST, Event, HsaId, Label, Party, Slug, Staff, Text, Value, Verdict


class NeedSource(StrEnum):
    """Where the need came from (ORE-3.1.1-1, -2)."""

    PROFESSIONAL = "professional"
    INDIVIDUAL = "individual"
    RELATIVE = "relative"


class Identifier(Value):
    """A business identifier that another system knows the request by."""

    system: Label
    value: Label


class CareRequest(Value):
    """What a vårdbegäran says. Any part may be open while it is a draft."""

    need: Text | None = None
    goal: Text | None = None
    physician_contact: HsaId | None = None
    """Fast läkarkontakt."""
    care_contact: HsaId | None = None
    """Fast vårdkontakt."""
    interventions: Interventions = ()
    channel: Slug | None = None
    """By which way it travels, in the agreement's words; None: nobody said."""
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=MOST)] = ()
    composite_needs: bool = False
    """Whether the individual has priority for composite needs (ORE-2.1-6); at any level (SKR-4-4, SKR-4-6)."""


class NeedRaised(Event):
    """Someone saw a need of municipal home care (behov; ORE-3.1.1-1, -2). Not itself a vårdbegäran."""

    TOPIC: ClassVar[str] = "referral.need-raised.v1"
    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    track: Slug
    source: NeedSource
    request: CareRequest
    setting: Slug | None = None
    """Where the person lives, in the agreement's words; None: ordinary housing."""


class ReferralSupplemented(Event):
    """Its author completed or changed what the request says."""

    TOPIC: ClassVar[str] = "referral.supplemented.v1"
    request: CareRequest


class ReferralSent(Event):
    """Regional health staff sent the vårdbegäran to a municipality (ORE-3.1.2-1 to -4)."""

    TOPIC: ClassVar[str] = "referral.sent.v1"
    receiver: HsaId


class SpecialisedHandoverProposed(Event):
    """Specialised care proposed to hand interventions over to a municipality (catalogue R2s; ORE-3.2-2)."""

    TOPIC: ClassVar[str] = "referral.specialised-handover-proposed.v1"
    receiver: HsaId
    interventions: tuple[Slug, ...]


class DischargePlanningOpened(Event):
    """Inpatient care opened the planning of a discharge to home (catalogue R2s; ORE-3.3-1)."""

    TOPIC: ClassVar[str] = "referral.discharge-planning-opened.v1"
    receiver: HsaId
    colour: Slug | None = None
    """The colour of the track in the discharge planning's own model."""


class RehabAssessmentStarted(Event):
    """A rehabilitation profession began to assess; no referral is needed (catalogue R2r; ORE-3.4-4)."""

    TOPIC: ClassVar[str] = "referral.rehab-assessment-started.v1"
    receiver: HsaId | None
    participants: Staff


class ReferralAcknowledged(Event):
    """The municipality confirmed that it has received the vårdbegäran (kvittens; ORE-3.1.2-6)."""

    TOPIC: ClassVar[str] = "referral.acknowledged.v1"


class PrincipalContacted(Event):
    """The municipality contacted the region so that joint investigation can start (ORE-3.1.2-7)."""

    TOPIC: ClassVar[str] = "referral.principal-contacted.v1"
    note: Text | None = None


class JointAssessmentStarted(Event):
    """The joint investigation began (ORE-3.1.3-1)."""

    TOPIC: ClassVar[str] = "referral.joint-assessment-started.v1"
    participants: Staff


class AssessmentRecorded(Event):
    """One party, for itself, recorded its medical assessment (ORE-3.1.3-4, -6, -9)."""

    TOPIC: ClassVar[str] = "referral.assessment-recorded.v1"
    party: Party
    level: CareLevel
    level_ground: Slug | None = None
    """Why the level is specialised, where the assessor says so: one of the grounds that the text knows."""
    direction: Text | None = None
    content: Text | None = None
    responsibility: Text | None = None
    goals: Text | None = None
    considerations: Text | None = None
    interventions: AllocatedInterventions
    participation: Participation
    reason: Text | None = None
    """Why the level is judged again after it was established (SKR-5-1)."""


class CriteriaEvaluated(Event):
    """The agreement's criteria were considered, each with its verdict (ORE-3.1.1-4, 3.1.3-8)."""

    TOPIC: ClassVar[str] = "referral.criteria-evaluated.v1"
    verdicts: tuple[Verdict, ...]


class CriteriaExceptionProposed(Event):
    """One party is ready to set a criterion aside (ORE-3.1.1-10)."""

    TOPIC: ClassVar[str] = "referral.criteria-exception-proposed.v1"
    party: Party
    criterion: Slug
    reason: Text


class CriteriaExceptionAgreed(Event):
    """Both parties set a criterion aside, in consensus (ORE-3.1.1-10)."""

    TOPIC: ClassVar[str] = "referral.criteria-exception-agreed.v1"
    criterion: Slug
    reason: Text


class DepartureGranted(Event):
    """A party departed from a criterion on one of the agreement's grounds, with a reason (VML-4-3)."""

    TOPIC: ClassVar[str] = "referral.departure-granted.v1"
    party: Party
    criterion: Slug
    ground: Slug
    reason: Text


class JointConsiderationRecorded(Event):
    """One party recorded that the form of care for an advanced intervention was considered together (ORE-2.2-10)."""

    TOPIC: ClassVar[str] = "referral.joint-consideration-recorded.v1"
    party: Party
    intervention: Slug
    conclusion: Text


class CareLevelEstablished(Event):
    """Both parties' assessments agree on the care level; the week for planning starts (ORE-3.1.3-10, 3.1.4-2)."""

    TOPIC: ClassVar[str] = "referral.care-level-established.v1"
    level: CareLevel


class CareLevelReassessed(Event):
    """The care level was judged anew after it had been established; both judgements remain (SKR-5-1)."""

    TOPIC: ClassVar[str] = "referral.care-level-reassessed.v1"
    level: CareLevel
    previous: CareLevel
    reason: Text


class AcceptanceDeclared(Event):
    """One party accepts that the person is to be enrolled (ORE-3-3)."""

    TOPIC: ClassVar[str] = "referral.acceptance-declared.v1"
    party: Party


class ReferralAccepted(Event):
    """The request is accepted, by both parties where the agreement wants both (ORE-3-3)."""

    TOPIC: ClassVar[str] = "referral.accepted.v1"


class DeclineDeclared(Event):
    """One party holds, after assessment, that the request is to be declined (ORE-3.1.2-5)."""

    TOPIC: ClassVar[str] = "referral.decline-declared.v1"
    party: Party
    reason: Text


class ReferralDeclined(Event):
    """The request is declined with reasons, by both parties where the agreement wants both (ORE-3.1.2-5, 3.1.3-10)."""

    TOPIC: ClassVar[str] = "referral.declined.v1"
    reason: Text


class WithdrawalReason(StrEnum):
    """Why a request is taken back; after acknowledgement only the last three (catalogue R14)."""

    BY_SENDER = "by-sender"
    DEATH = "death"
    MOVE = "move"
    INDIVIDUAL_REFUSES = "individual-refuses"


class ReferralWithdrawn(Event):
    """Its sender took the request back."""

    TOPIC: ClassVar[str] = "referral.withdrawn.v1"
    reason: WithdrawalReason


class ReferralClosed(Event):
    """Nothing more is to be done on the request: the person is enrolled, or the reasons for declining were told."""

    TOPIC: ClassVar[str] = "referral.closed.v1"
    note: Text | None = None


ReferralEvent = (
    NeedRaised
    | ReferralSupplemented
    | ReferralSent
    | SpecialisedHandoverProposed
    | DischargePlanningOpened
    | RehabAssessmentStarted
    | ReferralAcknowledged
    | PrincipalContacted
    | JointAssessmentStarted
    | AssessmentRecorded
    | CriteriaEvaluated
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
    | ReferralWithdrawn
    | ReferralClosed
)
