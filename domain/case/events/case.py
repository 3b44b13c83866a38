"""Events of the case itself: facts about the person and the care that are not part of a referral, plan or enrolment."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.case.events.care_plan import FieldValue
from domain.intervention import CareLevel
from domain.kernel import Event, HsaId, Party, Slug, Text
from domain.money import NotNegative


class StatementRecorded(Event):
    """A party put something on record besides its decisions: a consent, a checklist, a report, a training.

    Which kinds there are and what they must say, the agreement's text says.
    """

    TOPIC: ClassVar[str] = "case.statement-recorded.v1"
    statement_id: UUID
    party: Party
    kind: Slug
    fields: dict[Slug, FieldValue] = {}
    intervention: Slug | None = None
    person: HsaId | None = None


class CircumstanceRecorded(Event):
    """A party recorded that a circumstance of the person's holds, or no longer does, in the agreement's own words."""

    TOPIC: ClassVar[str] = "case.circumstance-recorded.v1"
    party: Party
    circumstance: Slug
    holds: bool


class VisitKind(StrEnum):
    """Whether a visit in the home was foreseen (VML-2-7, 7-1)."""

    ACUTE = "acute"
    PLANNED = "planned"


class HomeVisitRecorded(Event):
    """An occasional visit in the home, without enrolment or planning (hembesök; VML-3-3, 7-1, 8-9).

    It moves no responsibility.
    """

    TOPIC: ClassVar[str] = "case.home-visit-recorded.v1"
    party: Party
    kind: VisitKind
    purpose: Slug | None = None
    """What it was for, in the agreement's words where it has any."""
    performer: HsaId
    note: Text | None = None


class HoursRecorded(Event):
    """Hours of the individual's care, performed or planned; what is paid for them is settled elsewhere (GAV-10-3)."""

    TOPIC: ClassVar[str] = "case.hours-recorded.v1"
    day: date
    """The Swedish legal day that they concern; of a whole month recorded at once, its last."""
    hours: NotNegative
    performed: bool
    """False: only planned."""
    kind: Slug
    """The kind of work, in the agreement's words, such as self-care."""
    treatment_level: CareLevel
    """The level of care that held treatment responsibility."""
    corrects: UUID | None = None
    """The event whose hours these stand in the place of."""


class DeathRecorded(Event):
    """The person has died (catalogue E11). It ends the enrolment in the same act."""

    TOPIC: ClassVar[str] = "case.death-recorded.v1"
    deceased_on: date


class MoveRecorded(Event):
    """The person moved, to another municipality or to special housing (catalogue E12, E13).

    If the version is silent, nothing ends by itself: the fact is shown as not regulated (S17).
    """

    TOPIC: ClassVar[str] = "case.move-recorded.v1"
    moved_on: date
    to: Slug
    """A setting in the agreement's own words (`special`, `ordinary`), or else the name of a place."""


CaseEvent = StatementRecorded | CircumstanceRecorded | HomeVisitRecorded | HoursRecorded | DeathRecorded | MoveRecorded
