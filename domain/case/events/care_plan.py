"""Events of a care plan (catalogue C.2)."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, Strict, StrictBool

from domain.intervention import Intervention, Participation, Scope
from domain.kernel import Digest, Event, HsaId, Party, Slug, Staff, Text, Value


class KindName(Value):
    """The names of a kind of plan, and if it is a care plan (vårdplan)."""

    title: str
    """In Swedish."""
    english: str
    care_plan: bool = False


NAMED_KINDS: Mapping[Slug, KindName] = {
    "medical": KindName(title="Medicinsk behandlingsplan", english="Medical treatment plan", care_plan=True),
    "interim7": KindName(
        title="Medicinsk behandlingsplan för sju dagar", english="Medical treatment plan for seven days", care_plan=True
    ),
    "sip": KindName(title="Samordnad individuell plan", english="Coordinated individual plan"),
    "rehab": KindName(title="Rehabiliteringsplan", english="Rehabilitation plan"),
    "individual": KindName(title="Individuell plan", english="Individual plan", care_plan=True),
}
"""The kinds that have names here, for plans of texts that give their kinds no English name."""


MEETING_FORMS: tuple[Slug, ...] = ("home", "digital", "facility", "telephone")
"""The forms of a planning where a version lists none (ORE-3.1.4-4)."""


def _as_date(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value


_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

FieldValue = Annotated[
    StrictBool | Text | Annotated[date, Strict()], Field(union_mode="left_to_right"), BeforeValidator(_as_date)
]
"""The value of a field: true or false, a text, or a date. A text that is only a date becomes that date. A number is
refused."""


class Section(Value):
    """One part of a plan in one party's words: values by the agreement's field names, or the reason why it is empty."""

    part: Slug
    fields: dict[Slug, FieldValue] = {}
    not_applicable: Text | None = None


PLAN_LINES: tuple[Slug, ...] = ("control", "target-value", "drug", "treatment", "assessment", "planning")
"""The sorts of line that an intervention is in a plan, besides those that a version lists (ORE-3.1.4-11)."""
DRUG_TASKS: tuple[Slug, ...] = ("prepare", "administer", "hand-over")
"""The tasks with a drug, besides those that a version lists (ORE-3.2.1-13).

prepare: prepare or divide doses. administer: give it to the patient. hand-over: hand it to the patient, or to the
person who gives it.
"""
PERFORMER_KINDS: tuple[Slug, ...] = ("own-staff", "other-staff", "self-care")
"""The kinds of performer that a principal uses, besides those that a version lists (ORE-3.4-10).

other-staff: staff whose competence has been assured. self-care: the individual, as self-care (egenvård).
"""


class PlannedIntervention(Intervention):
    """An intervention of the plan, and its performer. A field that the agreement does not require may be left out."""

    scope: Scope | None = None
    performer: Party | None = None
    """The party that performs it. None if it is not decided yet."""
    shared: bool | None = None
    """True if the parties share the responsibility for a single intervention (ORE-3.1.4-16)."""
    line: Slug | None = None
    """The sort of line that it is in the plan."""
    task: Slug | None = None
    """The task with a drug."""
    performer_kind: Slug | None = None
    """The kind of performer that the principal uses for it."""
    competence: Text | None = None
    """Assurance of the competence of other staff, in words (ORE-3.4-10)."""


class FollowUpDecision(StrEnum):
    """A decision at a follow-up, by the person who ordered the interventions (ORE-3.4-11)."""

    CONTINUE = "continue"
    CHANGE = "change"
    END = "end"


class TextVersion(Value):
    """A version of a plan's text: the number of times that it had been written on, and the digest of its words."""

    version: int
    digest: Digest


class PlanInitiated(Event):
    """A party began a plan, possibly during the assessment (ORE-3.1.3-2)."""

    TOPIC: ClassVar[str] = "care-plan.initiated.v1"
    kind: Slug
    patient_id: UUID
    kind_name: KindName | None = Field(default=None, exclude_if=lambda name: name is None)
    """The names that the agreement gives the kind. None if its names are those of `NAMED_KINDS`."""


class PlanMeetingHeld(Event):
    """The parties planned together, with the individual unless they agreed otherwise (ORE-3.1.4-2, -4, -5).

    `late` tells if the time limit had passed.
    """

    TOPIC: ClassVar[str] = "care-plan.meeting-held.v1"
    form: Slug
    participants: Staff
    participation: Participation
    absences: dict[Party, Text] = {}
    """The reason for the absence of a party that must take part (VML-5-9)."""
    relatives: bool = False
    """True if relatives took part (INF-6-4)."""
    due: date | None
    late: bool


class PlanningWithoutIndividualProposed(Event):
    """One party stated that it is obviously unnecessary to plan with the individual (ORE-3.1.4-5)."""

    TOPIC: ClassVar[str] = "care-plan.planning-without-individual-proposed.v1"
    party: Party
    reason: Text


class PlanningWithoutIndividualAgreed(Event):
    """Both parties have agreed to plan without the individual (ORE-3.1.4-5). The planning is still to be held."""

    TOPIC: ClassVar[str] = "care-plan.planning-without-individual-agreed.v1"
    reason: Text
    due: date | None = None
    late: bool = False


class PlanSectionRecorded(Event):
    """A party wrote one part of the plan. The other party's words stay beside it (ORE-3.1.4-8, -12 to -18)."""

    TOPIC: ClassVar[str] = "care-plan.section-recorded.v1"
    party: Party
    section: Section


class ContactRoleAssigned(Event):
    """A party named its own contact, or named a contact as coordinator (ORE-3.1.4-9)."""

    TOPIC: ClassVar[str] = "care-plan.contact-role-assigned.v1"
    party: Party
    role: Slug
    person: HsaId
    principal: HsaId
    area: Text | None = None
    """The person's area of responsibility (GAV-2-11)."""


class InterventionPlanned(Event):
    """A party put an intervention in the plan, with scope and performer (ORE-3.1.1-11, 3.1.4-15, -16)."""

    TOPIC: ClassVar[str] = "care-plan.intervention-planned.v1"
    party: Party
    intervention: PlannedIntervention


class PlanAgreedByParty(Event):
    """One party agreed to the plan as it now reads (ORE-3.1.4-7, -10)."""

    TOPIC: ClassVar[str] = "care-plan.agreed-by-party.v1"
    party: Party
    text: TextVersion | None = None
    """The text that the party agreed to. None in events of before agreements named it."""


class PlanEstablished(Event):
    """The plan was established: every party that must agree has agreed to the same content (ORE-3.1.4-7 to -18)."""

    TOPIC: ClassVar[str] = "care-plan.established.v1"


class PlanRevisionOpened(Event):
    """A party opened the established plan for change. The old text holds until the new one is established."""

    TOPIC: ClassVar[str] = "care-plan.revision-opened.v1"
    reason: Text


class PlanRevised(Event):
    """The changed plan was established: every party that must agree has agreed to it."""

    TOPIC: ClassVar[str] = "care-plan.revised.v1"


class PlanFollowUpRecorded(Event):
    """A party recorded its own follow-up of the plan. The other party's follow-up stays open (ORE-3.1.6-1)."""

    TOPIC: ClassVar[str] = "care-plan.follow-up-recorded.v1"
    party: Party
    finding: Text
    next_on: date | None = None
    participation: Participation
    decision: FollowUpDecision | None = None
    """The decision, if the person who ordered the interventions makes one."""


class OrdererTransferred(Event):
    """Another person took over the follow-up and its decisions from the person who ordered (ORE-3.4-11)."""

    TOPIC: ClassVar[str] = "care-plan.orderer-transferred.v1"
    person: HsaId


class PlanSuperseded(Event):
    """A newer established plan replaced this one."""

    TOPIC: ClassVar[str] = "care-plan.superseded.v1"
    by: UUID


class PlanLapsed(Event):
    """The plan lapsed: its last day has passed, and no plan has replaced it (ORE-3.3-2). It can still be read."""

    TOPIC: ClassVar[str] = "care-plan.lapsed.v1"
    covered_until: date
    """The last day that the plan covered."""


class PlanClosingDeclared(Event):
    """One party declared that the plan is to end, and the other party must agree."""

    TOPIC: ClassVar[str] = "care-plan.closing-declared.v1"
    party: Party
    reason: Text


class PlanClosed(Event):
    """The plan was closed: with the enrolment, or by the parties that established it."""

    TOPIC: ClassVar[str] = "care-plan.closed.v1"
    reason: Slug
    note: Text | None = None


CarePlanEvent = (
    PlanInitiated
    | PlanMeetingHeld
    | PlanningWithoutIndividualProposed
    | PlanningWithoutIndividualAgreed
    | PlanSectionRecorded
    | ContactRoleAssigned
    | InterventionPlanned
    | PlanAgreedByParty
    | PlanEstablished
    | PlanRevisionOpened
    | PlanRevised
    | PlanFollowUpRecorded
    | OrdererTransferred
    | PlanSuperseded
    | PlanLapsed
    | PlanClosingDeclared
    | PlanClosed
)
