"""Events of an enrolment (catalogue C.3)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.case.events.referral import WithdrawalReason
from domain.intervention import Participation
from domain.kernel import MOST, Event, HsaId, Party, Slug, Text, Value


class EnrolmentGround(StrEnum):
    """The ground on which a municipality enrols the person."""

    RESIDENCE = "residence"
    """The person lives there."""
    STAY = "stay"
    """The person stays there, and lives elsewhere (VML-12-4)."""
    VISIT = "visit"
    """The person is there for a time, for home visits (VML-12-4)."""


class EnrolmentProposed(Event):
    """An enrolment was proposed: by the accepted request, or by the municipality if no request is needed (E1)."""

    TOPIC: ClassVar[str] = "enrolment.proposed.v1"
    patient_id: UUID
    municipality: HsaId
    ground: EnrolmentGround | None = EnrolmentGround.RESIDENCE
    """The ground on which this municipality enrols the person. None if the agreement does not say which it is."""


class EnrolmentRefused(Event):
    """The municipality refused the enrolment, and the named party keeps the care (catalogue E2)."""

    TOPIC: ClassVar[str] = "enrolment.refused.v1"
    criterion: Slug | None = None
    """The criterion that is not met. None if the version does not cover the person's age, setting or care level."""
    reason: Text
    keeps: Party


class EnrolmentWithdrawn(Event):
    """The enrolment was withdrawn with the request, for a reason that binds both parties (catalogue R14)."""

    TOPIC: ClassVar[str] = "enrolment.withdrawn.v1"
    reason: WithdrawalReason


class EnrolmentCommitted(Event):
    """One party committed itself to the enrolment (ORE-3-3). Silence is never a commitment."""

    TOPIC: ClassVar[str] = "enrolment.committed.v1"
    party: Party


class Risk(Value):
    """A risk of moving care to the home, and the measure against it (ORE-2.2-4)."""

    key: Slug
    text: Text
    measure: Text | None = None
    """The measure against the risk. None until there is one."""


Risks = Annotated[tuple[Risk, ...], Field(max_length=MOST)]


class RiskAssessmentRecorded(Event):
    """A party assessed the risks before care moves to the home (ORE-2.2-4)."""

    TOPIC: ClassVar[str] = "enrolment.risk-assessment-recorded.v1"
    risks: Risks


class Aspect(StrEnum):
    """A need that must be met before care is given at home (ORE-3.1.3-11)."""

    COMPETENCE = "competence"
    EQUIPMENT = "equipment"


class ReadinessConfirmed(Event):
    """A party confirmed that competence or equipment is in place in the home (ORE-3.1.3-11)."""

    TOPIC: ClassVar[str] = "enrolment.readiness-confirmed.v1"
    aspect: Aspect


class ReadinessActionOpened(Event):
    """A party recorded that competence or equipment is lacking and must be arranged promptly (ORE-3.1.3-12)."""

    TOPIC: ClassVar[str] = "enrolment.readiness-action-opened.v1"
    aspect: Aspect
    gap: Text


class EnrolmentStarted(Event):
    """The person was enrolled in municipal home care (inskrivning; ORE-1.2-2, 3-3, 3.1.4-1)."""

    TOPIC: ClassVar[str] = "enrolment.started.v1"


class InterventionHandedOver(Event):
    """A party handed an intervention over. Responsibility moves only when it is accepted (ORE-2.2-5)."""

    TOPIC: ClassVar[str] = "enrolment.intervention-handed-over.v1"
    party: Party
    intervention: Slug


class HandoverAccepted(Event):
    """The other party accepted the intervention (ORE-2.2-5)."""

    TOPIC: ClassVar[str] = "enrolment.handover-accepted.v1"
    intervention: Slug


class TaskForm(StrEnum):
    """The form in which licensed staff give a task to others (ORE-1.5-5)."""

    DELEGATION = "delegation"
    ASSIGNMENT = "assignment"


class TaskAssigned(Event):
    """Licensed staff assigned a task to a performer who is competent to do it (fördela; ORE-1.5-5)."""

    TOPIC: ClassVar[str] = "enrolment.task-assigned.v1"
    intervention: Slug
    performer: HsaId
    last_day: date | None = None
    """The last day on which it holds. None in events of before it was stated: until the enrolment ends."""


class TaskDelegated(Event):
    """Licensed staff delegated a task (delegera; ORE-1.5-5, INF-2-6)."""

    TOPIC: ClassVar[str] = "enrolment.task-delegated.v1"
    intervention: Slug
    performer: HsaId
    last_day: date | None = None
    """The last day on which it holds. None in events of before it was stated: until the enrolment ends."""


class DelegationWithdrawn(Event):
    """Licensed staff withdrew the delegation or assignment of a task, before its last day."""

    TOPIC: ClassVar[str] = "enrolment.delegation-withdrawn.v1"
    intervention: Slug
    performer: HsaId
    reason: Text


class InterventionPerformed(Event):
    """An intervention was performed. It may be recorded late, also after the enrolment has ended."""

    TOPIC: ClassVar[str] = "enrolment.intervention-performed.v1"
    intervention: Slug
    performer: HsaId
    note: Text | None = None


class IndividualInformed(Event):
    """The individual was told where to turn with a new need (ORE-3.1.7-2)."""

    TOPIC: ClassVar[str] = "enrolment.individual-informed.v1"
    where_to_turn: Text


class HospitalStayStarted(Event):
    """The person was admitted to hospital. The care at home rests, and nobody else becomes responsible for it (E14)."""

    TOPIC: ClassVar[str] = "enrolment.hospital-stay-started.v1"
    party: Party
    ward: HsaId | None = None
    """The inpatient unit. None if it is not known, or is outside the county's directory."""
    expected_end: date | None = None
    """The day on which the person is expected home."""


class HospitalStayEnded(Event):
    """The person came home from hospital, and the care at home resumes (E14)."""

    TOPIC: ClassVar[str] = "enrolment.hospital-stay-ended.v1"
    party: Party


class StayNews(StrEnum):
    """News about a stay in hospital, which the other party acknowledges."""

    ADMISSION = "admission"
    HOMECOMING = "homecoming"
    CORRECTION = "correction"
    """The stay was recorded by mistake: it is as if the person had not been in hospital."""


class HospitalStayAcknowledged(Event):
    """The other party acknowledged the latest news about a stay in hospital (E14)."""

    TOPIC: ClassVar[str] = "enrolment.hospital-stay-acknowledged.v1"
    party: Party
    news: StayNews


class DischargeDeclared(Event):
    """One party declared that the need has ended (ORE-3.1.7-1)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-declared.v1"
    party: Party
    reason: Text
    new_care_form: bool = False
    participation: Participation


class DischargeContested(Event):
    """The other party declared that the need remains. The enrolment goes on (catalogue E10)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-contested.v1"
    party: Party
    reason: Text


class Discharged(Event):
    """The person was discharged (utskrivning), by the parties or the profession that the version names."""

    TOPIC: ClassVar[str] = "enrolment.discharged.v1"
    new_care_form: bool


class DischargeInformationTransferred(Event):
    """A party took part in the transfer of information to the new form of care (ORE-3.1.7-3)."""

    TOPIC: ClassVar[str] = "enrolment.discharge-information-transferred.v1"
    party: Party
    means: Text


class EnrolmentEndedByDeath(Event):
    """The enrolment ended because the person died. It ended no later than the day of death (catalogue E11)."""

    TOPIC: ClassVar[str] = "enrolment.ended-by-death.v1"
    deceased_on: date


class EnrolmentEndedByMove(Event):
    """The enrolment ended because the person moved to another municipality (catalogue E12, VML-13-1)."""

    TOPIC: ClassVar[str] = "enrolment.ended-by-move.v1"
    moved_on: date
    municipality: HsaId
    """The municipality in which the person lives now."""


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
    | DelegationWithdrawn
    | InterventionPerformed
    | IndividualInformed
    | HospitalStayStarted
    | HospitalStayEnded
    | HospitalStayAcknowledged
    | DischargeDeclared
    | DischargeContested
    | Discharged
    | DischargeInformationTransferred
    | EnrolmentEndedByDeath
    | EnrolmentEndedByMove
)
