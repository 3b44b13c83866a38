"""Events of the case itself: facts about the person and the care that belong to no referral, plan or enrolment."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.case.events.care_plan import FieldValue
from domain.intervention import CareLevel
from domain.kernel import Event, HsaId, Party, Slug, Text
from domain.money import NotNegative


class StatementRecorded(Event):
    """A party recorded a statement: a consent, a checklist, a report, a training.

    The agreement text lists the kinds of statement and the fields of each.
    """

    TOPIC: ClassVar[str] = "case.statement-recorded.v1"
    statement_id: UUID
    party: Party
    kind: Slug
    fields: dict[Slug, FieldValue] = {}
    intervention: Slug | None = None
    person: HsaId | None = None


class CircumstanceRecorded(Event):
    """A party recorded that a circumstance of the person holds, or no longer does, in the agreement's own words."""

    TOPIC: ClassVar[str] = "case.circumstance-recorded.v1"
    party: Party
    circumstance: Slug
    holds: bool


VISIT_KINDS: tuple[Slug, ...] = ("acute", "planned")
"""The kinds of a home visit where a version lists none (VML-2-7, 7-1)."""


class HomeVisitRecorded(Event):
    """A party made an occasional home visit, which needs no enrolment or plan (hembesök; VML-3-3, 7-1, 8-9).

    It moves no responsibility.
    """

    TOPIC: ClassVar[str] = "case.home-visit-recorded.v1"
    party: Party
    kind: Slug
    purpose: Slug | None = None
    """The purpose of the visit, in the agreement's words."""
    performer: HsaId
    note: Text | None = None


class HoursRecorded(Event):
    """Hours of care were performed or planned (GAV-10-3). A settlement ledger decides the payment for them."""

    TOPIC: ClassVar[str] = "case.hours-recorded.v1"
    day: date
    """The Swedish legal day of the hours. For a whole month recorded at once, it is the last day."""
    hours: NotNegative
    performed: bool
    """False if the hours are only planned."""
    kind: Slug
    """The kind of work, in the agreement's words, such as `self-care`."""
    treatment_level: CareLevel
    """The care level that had the treatment responsibility."""
    corrects: UUID | None = None
    """The id of the earlier event that these hours replace."""


class DeathRecorded(Event):
    """The person has died (catalogue E11). It ends the enrolment in the same act."""

    TOPIC: ClassVar[str] = "case.death-recorded.v1"
    deceased_on: date


class DeathReported(Event):
    """Another case of the person, which all readers of this one read too, has the person's death on record.

    Kvittens itself records it. Nothing ends: the parties record the death here, or withdraw the request.
    """

    TOPIC: ClassVar[str] = "case.death-reported.v1"
    deceased_on: date | None
    """None if the death was corrected there."""


class MoveRecorded(Event):
    """The person moved, to another municipality or to special housing (catalogue E12, E13).

    If the version is silent, nothing ends by itself: the fact is shown as not regulated (S17).
    """

    TOPIC: ClassVar[str] = "case.move-recorded.v1"
    moved_on: date
    to: Slug
    """A setting in the agreement's own words (`special`, `ordinary`), or else the name of a place."""
    municipality: HsaId | None = None
    """The municipality where the person lives now, if the act named one."""


class ReadyForDischargeNotified(Event):
    """The hospital notified the municipality that the person is ready for discharge (utskrivningsklar; LSU-3-1)."""

    TOPIC: ClassVar[str] = "case.ready-for-discharge-notified.v1"
    notice_id: UUID


class ReadyForDischargeWithdrawn(Event):
    """The hospital withdrew the notice: the person needs inpatient care again."""

    TOPIC: ClassVar[str] = "case.ready-for-discharge-withdrawn.v1"
    notice_id: UUID
    reason: Text


class HospitalLeft(Event):
    """A person who had no enrolment when found ready for discharge left the hospital."""

    TOPIC: ClassVar[str] = "case.hospital-left.v1"
    notice_id: UUID
    party: Party


class FactKind(StrEnum):
    """A kind of fact about the person that can be corrected."""

    DEATH = "death"
    MOVE = "move"
    HOSPITAL_STAY = "hospital-stay"
    READY_FOR_DISCHARGE = "ready-for-discharge"


class CorrectionReason(StrEnum):
    """The reason why a fact on record is not true of the person."""

    MISTAKE = "mistake"
    """It did not happen, or not as it was recorded."""
    WRONG_PERSON = "wrong-person"
    """It is true of somebody else."""


class FactCorrected(Event):
    """A death, a move, a stay in hospital or a notice of being ready for discharge is not true of the person (SYS-4).

    The case goes on as if it had not been recorded.

    It occurs when the corrected fact did, so that the case as known now never had it. `allocations` has the answers
    that the fact had changed, as they are without it, in order of time.
    """

    TOPIC: ClassVar[str] = "case.fact-corrected.v1"
    fact: FactKind
    corrects: UUID
    """The id of the event that recorded the fact."""
    reason: CorrectionReason
    without_answer: tuple[Slug, ...] = ()
    """The interventions that had an answer because of the fact alone, such as the care of the deceased."""


class ResponsibilityChanged(Event):
    """Responsibility followed a fact that changed: a circumstance, a move, a care level, a birthday, a new version.

    The act that changes the fact records it. If time alone changes the fact, Kvittens itself does. `allocations` has
    the new answers.
    """

    TOPIC: ClassVar[str] = "case.responsibility-changed.v1"


CaseEvent = (
    StatementRecorded
    | CircumstanceRecorded
    | HomeVisitRecorded
    | HoursRecorded
    | DeathRecorded
    | DeathReported
    | MoveRecorded
    | ReadyForDischargeNotified
    | ReadyForDischargeWithdrawn
    | HospitalLeft
    | FactCorrected
    | ResponsibilityChanged
)
