"""What can have happened to a care plan (catalogue C.2)."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, Strict, StrictBool

from domain.intervention import Intervention, Participation, Scope
from domain.kernel import Event, HsaId, Party, Slug, Staff, Text, Value


class PlanKind(StrEnum):
    """Which plan it is; the agreement says which kinds it knows, and what each is to say."""

    MEDICAL = "medical"
    """The medical treatment plan (ORE-3.1.4-1)."""
    INTERIM7 = "interim7"
    """What inpatient care draws up for the days after discharge (ORE-3.3-2)."""
    SIP = "sip"
    """The coordinated individual plan (INF-6-2, ORE-3.2-2, GAV-6-5)."""
    REHAB = "rehab"
    """The rehabilitation plan (ORE-3.4-9)."""
    INDIVIDUAL = "individual"
    """The care plan or rehabilitation plan of every person at home (VML-5-8)."""


class MeetingForm(StrEnum):
    """Where planning with the individual takes place (ORE-3.1.4-4)."""

    HOME = "home"
    DIGITAL = "digital"
    FACILITY = "facility"


def _as_date(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value


_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

FieldValue = Annotated[
    StrictBool | Text | Annotated[date, Strict()], Field(union_mode="left_to_right"), BeforeValidator(_as_date)
]
"""What a field of a plan says. A text that is nothing but a date is that date, in a request as in the store; a number
is refused."""


class Section(Value):
    """One part of a plan as one party wrote it: the agreement's field names to values, or why it does not apply."""

    part: Slug
    fields: dict[Slug, FieldValue] = {}
    not_applicable: Text | None = None


class PlanLine(StrEnum):
    """What sort of line of the plan an intervention is (ORE-3.1.4-11)."""

    CONTROL = "control"
    TARGET_VALUE = "target-value"
    DRUG = "drug"
    TREATMENT = "treatment"
    ASSESSMENT = "assessment"
    PLANNING = "planning"


class DrugTask(StrEnum):
    """What is to be done with a drug (ORE-3.2.1-13)."""

    PREPARE = "prepare"
    """Divide or make up doses."""
    ADMINISTER = "administer"
    """Give it to the patient."""
    HAND_OVER = "hand-over"
    """Hand it to the patient, or to another who gives it."""


class PerformerKind(StrEnum):
    """By whom, of those that a principal answers for, an intervention is performed (ORE-3.4-10)."""

    OWN_STAFF = "own-staff"
    OTHER_STAFF = "other-staff"
    """Others, whose competence has been assured."""
    SELF_CARE = "self-care"
    """The individual, as self-care (egenvård)."""


class PlannedIntervention(Intervention):
    """An intervention of the plan, and who is to perform it. What the agreement does not ask for may be left out."""

    scope: Scope | None = None
    performer: Party | None = None
    """The principal that performs it; None while nobody has said."""
    shared: bool | None = None
    """Whether a single intervention means shared responsibility (ORE-3.1.4-16)."""
    line: PlanLine | None = None
    task: DrugTask | None = None
    performer_kind: PerformerKind | None = None
    competence: Text | None = None
    """How the competence of others than the principal's own staff has been assured (ORE-3.4-10)."""


class FollowUpDecision(StrEnum):
    """What the one who ordered decides at a follow-up (ORE-3.4-11)."""

    CONTINUE = "continue"
    CHANGE = "change"
    END = "end"


class PlanInitiated(Event):
    """A party began a plan, if need be in parallel with the investigation (ORE-3.1.3-2)."""

    TOPIC: ClassVar[str] = "care-plan.initiated.v1"
    kind: PlanKind
    patient_id: UUID


class PlanMeetingHeld(Event):
    """The parties planned together with the individual (ORE-3.1.4-2, -4). `late` counts from the level (P7D)."""

    TOPIC: ClassVar[str] = "care-plan.meeting-held.v1"
    form: MeetingForm
    participants: Staff
    participation: Participation
    absences: dict[Party, Text] = {}
    """Why a party that is to take part did not (VML-5-9)."""
    relatives: bool = False
    """Whether relatives took part (INF-6-4)."""
    due: date | None
    late: bool


class PlanningWithoutIndividualProposed(Event):
    """One party holds that planning with the individual is obviously unnecessary (ORE-3.1.4-5)."""

    TOPIC: ClassVar[str] = "care-plan.planning-without-individual-proposed.v1"
    party: Party
    reason: Text


class PlanningWithoutIndividualAgreed(Event):
    """Both parties hold it, and decided how they plan (ORE-3.1.4-5)."""

    TOPIC: ClassVar[str] = "care-plan.planning-without-individual-agreed.v1"
    reason: Text
    due: date | None
    late: bool


class PlanSectionRecorded(Event):
    """A party wrote one part of the plan; the other party's words stand beside it (ORE-3.1.4-8, -12 to -18)."""

    TOPIC: ClassVar[str] = "care-plan.section-recorded.v1"
    party: Party
    section: Section


class ContactRoleAssigned(Event):
    """A party named its own contact, or who of the care contacts coordinates (ORE-3.1.4-9)."""

    TOPIC: ClassVar[str] = "care-plan.contact-role-assigned.v1"
    party: Party
    role: Slug
    person: HsaId
    principal: HsaId
    area: Text | None = None
    """The person's area of responsibility (GAV-2-11)."""


class InterventionPlanned(Event):
    """An intervention was put in the plan, with scope and performer (ORE-3.1.1-11, 3.1.4-15, -16)."""

    TOPIC: ClassVar[str] = "care-plan.intervention-planned.v1"
    party: Party
    intervention: PlannedIntervention


class PlanAgreedByParty(Event):
    """One party agreed to the plan as it now reads (ORE-3.1.4-7, -10)."""

    TOPIC: ClassVar[str] = "care-plan.agreed-by-party.v1"
    party: Party


class PlanEstablished(Event):
    """Those who establish it have agreed to the same content, and nothing required is missing (ORE-3.1.4-7 to -18)."""

    TOPIC: ClassVar[str] = "care-plan.established.v1"


class PlanRevisionOpened(Event):
    """A party opened the established plan for change; it holds until the new text is established."""

    TOPIC: ClassVar[str] = "care-plan.revision-opened.v1"
    reason: Text


class PlanRevised(Event):
    """Those who established the plan have agreed to the changed one."""

    TOPIC: ClassVar[str] = "care-plan.revised.v1"


class PlanFollowUpRecorded(Event):
    """A party followed the plan up, for itself; the other's stays open (ORE-3.1.6-1)."""

    TOPIC: ClassVar[str] = "care-plan.follow-up-recorded.v1"
    party: Party
    finding: Text
    next_on: date | None = None
    participation: Participation
    decision: FollowUpDecision | None = None
    """What was decided, where the one who ordered decides."""


class OrdererTransferred(Event):
    """Another took over to follow up and to decide, from the one who ordered (ORE-3.4-11)."""

    TOPIC: ClassVar[str] = "care-plan.orderer-transferred.v1"
    person: HsaId


class PlanSuperseded(Event):
    """A newer established plan of the same kind, or of one that replaces it, took its place."""

    TOPIC: ClassVar[str] = "care-plan.superseded.v1"
    by: UUID


class PlanLapsed(Event):
    """The days that the plan covered have passed, and none has taken its place (ORE-3.3-2). It can still be read."""

    TOPIC: ClassVar[str] = "care-plan.lapsed.v1"
    covered_until: date
    """The last day that it covered."""


class PlanClosingDeclared(Event):
    """One party holds that the plan is to end, where that takes both."""

    TOPIC: ClassVar[str] = "care-plan.closing-declared.v1"
    party: Party
    reason: Text


class PlanClosed(Event):
    """The plan ended: with the enrolment, or because those who established it hold that it is to end."""

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
