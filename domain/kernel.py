"""What every part of the domain is made of: values, actors, events, acts, refusals and legal days."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

SWEDEN = ZoneInfo("Europe/Stockholm")


def legal_day(at: datetime) -> date:
    """The calendar day a deadline counts from; midnight UTC is not midnight here."""
    return at.astimezone(SWEDEN).date()


def legal_midnight(day: date) -> datetime:
    """The instant at which a Swedish legal day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SWEDEN).astimezone(UTC)


_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?(\d{6})[-+ ]?(\d{4})(?!\d)")


def _is_personal_number(six: str, four: str) -> bool:
    """A date (day + 60 in a samordningsnummer) followed by a serial and a Luhn check digit."""
    month, day = int(six[2:4]), int(six[4:6])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)):
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(six + four)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """The text, unless it holds signs that neither FHIR nor a database keeps. Raises ValueError."""
    if _UNWRITABLE.search(text):
        raise ValueError("holds a control character; leave it out")
    return text


_WRITTEN_APART = re.compile(r"(?<!\d)(?:\d{2})?(\d{2})[\s.]?(\d{4})[\s.+\-\u2010-\u2015\u2212]{0,3}(\d{4})(?!\d)")


def holds_personal_number(text: str) -> bool:
    """Whether there is a personal identity number in the text, however it is written: with spaces, or a long dash."""
    return any(_is_personal_number(year + day, four) for year, day, four in _WRITTEN_APART.findall(text))


def _without_personal_number(text: str) -> str:
    if any(_is_personal_number(six, four) for six, four in _PERSONAL_NUMBER.findall(text)):
        raise ValueError(
            "holds a personal identity number; write about the person without it, events never name anyone"
        )
    return text


HsaId = Annotated[str, StringConstraints(pattern=r"^SE\d{10}-[A-Z0-9]{1,20}$")]
"""An HSA-id: the organisation's number, a hyphen, and a serial."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(plain),
    AfterValidator(_without_personal_number),
]
"""Free text by a professional. Personal identity numbers are refused: an event holds only an opaque person id."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A short key that is unique within its case, such as an intervention's."""

Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(plain),
    AfterValidator(_without_personal_number),
]
"""A short text that something is known by, such as a business identifier."""

MOST = 100
"""Of whatever a list in an act may hold: more than anyone has met, few enough to be read and folded at once."""


Staff = Annotated[tuple[HsaId, ...], Field(max_length=MOST)]
"""Persons of the directory who took part."""


def _in_reach(at: datetime) -> datetime:
    if not 1900 <= at.year < 2200:
        raise ValueError("is not within the years 1900 to 2199")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_reach)]
"""A moment with its offset, kept in UTC, from 1900 to 2199."""


def _day_in_reach(day: date) -> date:
    if not 1900 <= day.year < 2200:
        raise ValueError("is not within the years 1900 to 2199")
    return day


Day = Annotated[date, AfterValidator(_day_in_reach)]
"""A Swedish legal day, from 1900 to 2199."""


class Value(BaseModel):
    """An immutable value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(StrEnum):
    """The two principals (huvudmän) of every agreement."""

    REGION = "region"
    MUNICIPALITY = "municipality"

    @property
    def other(self) -> "Party":
        """The party across the table."""
        return Party.MUNICIPALITY if self is Party.REGION else Party.REGION


class UnitKind(StrEnum):
    """Which part of its principal a unit belongs to (catalogue C: REG-PC, REG-SP, REG-IN, MUN)."""

    PRIMARY_CARE = "primary-care"
    SPECIALISED_CARE = "specialised-care"
    INPATIENT_CARE = "inpatient-care"
    MUNICIPAL_CARE = "municipal-care"


class Role(StrEnum):
    """In which capacity a person acts (INF-4-1)."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    PHYSIOTHERAPIST = "physiotherapist"
    CARE_STAFF = "care-staff"
    """Of home help as of home health care."""
    NEEDS_ASSESSOR = "needs-assessor"
    """Who decides on home help in the municipality (biståndshandläggare)."""
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    SYSTEM = "system"
    """The record itself, for what time alone brings about."""

    @property
    def is_licensed(self) -> bool:
        """Whether the role is a licensed health profession (legitimerad personal)."""
        return self in {Role.PHYSICIAN, Role.NURSE, Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST}


class Actor(Value):
    """Who acts: a person at a unit of a care provider, on behalf of a principal, in a role (SKR-7-3)."""

    person: HsaId
    unit: HsaId
    unit_kind: UnitKind
    provider: HsaId
    principal: HsaId
    party: Party
    role: Role
    county: Slug


class AgreementRef(Value):
    """The agreement version an act stood on, for example ORE 1085641 R1."""

    id: str
    version: str

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


class Verdict(Value):
    """What a criterion came to when it was evaluated; never evaluated again."""

    criterion: Slug
    rule: str
    met: bool
    facts: dict[str, bool | int | str] = {}
    note: Text | None = None


class Basis(Value):
    """The ground of an act: the agreement version in force when it occurred, and the clauses it stood on.

    `agreement` is None only for facts recorded where no version was in force (SYS-2).
    `by_analogy` are those of the clauses that are written for another track. `not_regulated` names what was asked and
    the version is silent on (SYS-7). `breaches` are the clauses that the act went against, where it was recorded
    nonetheless.
    """

    agreement: AgreementRef | None
    clauses: tuple[str, ...] = ()
    by_analogy: tuple[str, ...] = ()
    not_regulated: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()


class Allocation(Value):
    """Who answers for one intervention from a moment on: treatment responsibility and performance, by principal.

    None for a principal means that the version in force does not regulate it (SYS-7).
    """

    intervention: Slug
    treatment: HsaId | None
    performer: HsaId | None
    shared: bool = False
    effective_from: Instant
    clauses: tuple[str, ...]
    derived: bool = False
    """Whether the ground is derived from the text rather than written in plain words (catalogue S5)."""
    guardian: bool = False
    """Whether a child's guardian answers for it, and no principal."""
    named: str | None = None
    """The unit or person within the principal that the version names, in its own words."""


class Event(Value):
    """Something that was decided, said or found. Immutable; corrected only by a later event that names it.

    `occurred_at` is when its author says it happened. `recorded_at` is when the store committed it: the store sets
    it, a decision cannot know it (it then reads None). `causation_id` is the act that led to the event.
    """

    TOPIC: ClassVar[str]

    originator_id: UUID
    originator_version: int
    case_id: UUID
    occurred_at: Instant
    recorded_at: Instant | None = None
    actor: Actor
    basis: Basis
    causation_id: UUID
    allocations: tuple[Allocation, ...] = ()
    """Who answers for which intervention from here on, where the event moves it. Decided once, at the act."""

    @property
    def id(self) -> UUID:
        """The same for the same event for ever: from its aggregate and version."""
        return uuid5(self.originator_id, f"event:{self.originator_version}")


Events = tuple[Event, ...]
"""What an act leads to, in this order."""


class Aggregate(Value):
    """The state folded from one stream of events."""

    id: UUID
    version: int

    def after(self, event: Event, **changes: Any) -> Self:
        """This state with the changes and the event's version, validated."""
        return type(self).model_validate(dict(self) | changes | {"version": event.originator_version})


class HistoryBroken(Exception):
    """A stored event does not follow on the history before it: a fault in the store or the fold, never in a request."""

    def __init__(self, event: Event) -> None:
        super().__init__(
            f"{event.TOPIC} version {event.originator_version} of {event.originator_id} does not follow its history"
        )


class RefusalKind(StrEnum):
    """The kinds of refusals. The service maps each to an HTTP status and an OperationOutcome code."""

    FORBIDDEN = "forbidden"
    """The actor may not do this."""
    CONFLICT = "conflict"
    """The act does not follow on how things stand; it may once something else has been done."""
    MISSING = "missing"
    """The act lacks something that it must say."""
    NOT_FOUND = "not-found"
    """The act refers to something that is not there."""
    VALUE = "value"
    """The act says something that cannot be so."""
    RULE = "rule"
    """A rule of the agreement or of the law does not allow it."""


class Refusal(Exception):
    """An act that the agreement or the history does not allow. It changes nothing.

    `code` is stable, unique and machine-readable; `rule` is the catalogue rule or design rule it stands on; `where`
    names the field, criterion or party concerned; `remedy` says what would make it right. None of them holds personal
    data.
    """

    code: ClassVar[str]
    kind: ClassVar[RefusalKind]

    def __init__(self, what: str, *, rule: str, remedy: str, where: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.rule = rule
        self.remedy = remedy
        self.where = tuple(where)


_LEDGERS = UUID("0f4b8f7c-6a51-5d0e-9d1c-3a1f6f0f7a5e")


def ledger_id(*of: str) -> UUID:
    """The id of a ledger: the same for the same county and subject for ever, so that nobody opens it twice."""
    return uuid5(_LEDGERS, "/".join(of))
