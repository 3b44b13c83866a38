"""What can have happened to an enrolment (catalogue C.3)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.case.events.referral import WithdrawalReason
from domain.intervention import Participation
from domain.kernel import MOST, Event, HsaId, Party, Slug, Text, Value


class EnrolmentGround(StrEnum):
    """Why it is this municipality that enrols the person."""

    RESIDENCE = "residence"
    """The person lives there."""
    STAY = "stay"
    """The person stays there and lives elsewhere (VML-12-4)."""
    VISIT = "visit"
    """The person is there for a while, for visits in the home (VML-12-4)."""


class EnrolmentProposed(Event):
    """The accepted referral, or the municipality where no request is prescribed, leads to an enrolment (E1)."""

    TOPIC: ClassVar[str] = "enrolment.proposed.v1"
    patient_id: UUID
    municipality: HsaId
    ground: EnrolmentGround = EnrolmentGround.RESIDENCE


class EnrolmentRefused(Event):
    """The municipality refused to enrol, on a criterion or on what the version covers; the named party keeps the care.

    Catalogue E2.
    """

    TOPIC: ClassVar[str] = "enrolment.refused.v1"
    criterion: Slug | None = None
    """The criterion that is not met; None where the person's age, setting or care level lies outside the version."""
    reason: Text
    keeps: Party


class EnrolmentWithdrawn(Event):
    """The request was taken back before the person was enrolled, for a reason that binds both (catalogue R14)."""

    TOPIC: ClassVar[str] = "enrolment.withdrawn.v1"
    reason: WithdrawalReason


class EnrolmentCommitted(Event):
    """One party actively committed itself (ORE-3-3); silence never counts."""

    TOPIC: ClassVar[str] = "enrolment.committed.v1"
    party: Party


class Risk(Value):
    """A risk at moving care home, and what was done about it (ORE-2.2-4)."""

    key: Slug
    text: Text
    measure: Text | None = None
    """None while the risk is not addressed."""


Risks = Annotated[tuple[Risk, ...], Field(max_length=MOST)]


class RiskAssessmentRecorded(Event):
    """A party identified and assessed risks before care moves home (ORE-2.2-4)."""

    TOPIC: ClassVar[str] = "enrolment.risk-assessment-recorded.v1"
    risks: Risks


class Aspect(StrEnum):
    """What must be secured before care is given at home (ORE-3.1.3-11)."""

    COMPETENCE = "competence"
    EQUIPMENT = "equipment"


class ReadinessConfirmed(Event):
    """Competence or equipment in the home is secured (ORE-3.1.3-11)."""

    TOPIC: ClassVar[str] = "enrolment.readiness-confirmed.v1"
    aspect: Aspect


class ReadinessActionOpened(Event):
    """Competence or equipment lacks and is to be arranged promptly (ORE-3.1.3-12)."""

    TOPIC: ClassVar[str] = "enrolment.readiness-action-opened.v1"
    aspect: Aspect
    gap: Text


class EnrolmentStarted(Event):
    """The person is enrolled in municipal home care (inskrivning; ORE-1.2-2, 3-3, 3.1.4-1)."""

    TOPIC: ClassVar[str] = "enrolment.started.v1"


class InterventionHandedOver(Event):
    """The giving party handed an intervention over; nothing moves until it is accepted (ORE-2.2-5)."""

    TOPIC: ClassVar[str] = "enrolment.intervention-handed-over.v1"
    party: Party
    intervention: Slug


class HandoverAccepted(Event):
    """A nurse of the municipality accepted the intervention (ORE-2.2-5)."""

    TOPIC: ClassVar[str] = "enrolment.handover-accepted.v1"
    intervention: Slug


class TaskAssigned(Event):
    """Licensed staff assigned a task that the performer is competent to do (fördela; ORE-1.5-5)."""

    TOPIC: ClassVar[str] = "enrolment.task-assigned.v1"
    intervention: Slug
    performer: HsaId


class TaskDelegated(Event):
    """Licensed staff delegated a task (delegera; ORE-1.5-5, INF-2-6)."""

    TOPIC: ClassVar[str] = "enrolment.task-delegated.v1"
    intervention: Slug
    performer: HsaId


class InterventionPerformed(Event):
    """An intervention was performed. May be recorded late, also after the enrolment ended."""

    TOPIC: ClassVar[str] = "enrolment.intervention-performed.v1"
    intervention: Slug
    performer: HsaId
    note: Text | None = None


class IndividualInformed(Event):
    """The individual was told where to turn at a new need (ORE-3.1.7-2)."""

    TOPIC: ClassVar[str] = "enrolment.individual-informed.v1"
    where_to_turn: Text


class DischargeDeclared(Event):
    """One party holds that the need has ended (ORE-3.1.7-1)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-declared.v1"
    party: Party
    reason: Text
    new_care_form: bool = False
    participation: Participation


class DischargeContested(Event):
    """The other party holds that the need remains; the enrolment goes on (catalogue E10)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-contested.v1"
    party: Party
    reason: Text


class Discharged(Event):
    """The person is discharged (utskrivning), by those that the version names."""

    TOPIC: ClassVar[str] = "enrolment.discharged.v1"
    new_care_form: bool


class DischargeInformationTransferred(Event):
    """A party took part in the transfer of information to a new form of care (ORE-3.1.7-3)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-information-transferred.v1"
    party: Party
    means: Text


class EnrolmentEndedByDeath(Event):
    """The person has died; the enrolment ended with that Swedish day at the latest (catalogue E11)."""

    TOPIC: ClassVar[str] = "enrolment.ended-by-death.v1"
    deceased_on: date


class EnrolmentEndedByMove(Event):
    """The person has moved to another municipality, which enrols for itself (catalogue E12, VML-13-1)."""

    TOPIC: ClassVar[str] = "enrolment.ended-by-move.v1"
    moved_on: date
    municipality: HsaId
    """Where the person lives now."""


EnrolmentEvent = (
    EnrolmentProposed
    | EnrolmentRefused
    | EnrolmentWithdrawn
    | EnrolmentCommitted
    | RiskAssessmentRecorded
    | ReadinessConfirmed
    | ReadinessActionOpened
    | EnrolmentStarted
    | InterventionHandedOver
    | HandoverAccepted
    | TaskAssigned
    | TaskDelegated
    | InterventionPerformed
    | IndividualInformed
    | DischargeDeclared
    | DischargeContested
    | Discharged
    | DischargeInformationTransferred
    | EnrolmentEndedByDeath
    | EnrolmentEndedByMove
)
