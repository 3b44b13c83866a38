"""Values that every part of the domain shares: ids, moments, days, parties, actors, events and refusals."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, NamedTuple, Self
from unicodedata import category, normalize
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
)

SWEDEN = ZoneInfo("Europe/Stockholm")


def legal_day(at: datetime) -> date:
    """Return the Swedish calendar day of a moment. Deadlines count from it; midnight UTC is not midnight in Sweden."""
    return at.astimezone(SWEDEN).date()


def legal_midnight(day: date) -> datetime:
    """Return the moment at which a Swedish legal day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SWEDEN).astimezone(UTC)


_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?(\d{6})[-+ ]?(\d{4})(?!\d)")


def _is_personal_number(six: str, four: str) -> bool:
    """Return True for a date (day + 60 in a samordningsnummer) followed by a serial and a Luhn check digit."""
    month, day = int(six[2:4]), int(six[4:6])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)):
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(six + four)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def refuse_control_characters(text: str) -> str:
    """Return the text. Raise ValueError if it has characters that neither FHIR nor a database can keep."""
    if _UNWRITABLE.search(text):
        raise ValueError("has a control character; leave it out")
    return text


_APART = r"[\s.,/_+\-\u2010-\u2015\u2212]"
_BETWEEN = r"[\W_]{0,5}"
"""The signs, few and of any kind, that can stand between the date of a number and its last four digits."""
_WORD = (
    "(?:personnummer|nummer|n:?r|no|t|slutsiffror(?:na)?|siffror(?:na)?|sista|fyra|slutar|p\u00e5|streck|minus|plus)"
)
_WRITTEN_APART = re.compile(
    rf"(?<!\d)(?:\d{{2}}{_APART}?)?(\d{{2}})({_APART}?)(\d{{2}}){_APART}?(\d{{2}})({_BETWEEN}(?:{_WORD}{_BETWEEN}){{0,4}})"
    r"(\d{4})(?!\d|[-/.]\d)",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def holds_personal_number(text: str) -> bool:
    """Return True if the text has a personal identity number, however it is written.

    Its parts may stand apart, and it may have other digits than ASCII or signs that no reader sees. A UUID has none.
    """
    return any(_find_personal_numbers(_read_plainly(text)))


HIDDEN = "[personal number]"
"""The words that stand in the place of a personal identity number."""


def hide_personal_numbers(text: str) -> str:
    """Return the text with HIDDEN in the place of each personal identity number, however it is written."""
    seen = _read_plainly(text)
    found = list(_find_personal_numbers(seen))
    for each in reversed(found):
        seen = seen[: each.start()] + HIDDEN + seen[each.end() :]
    return seen if found else text


def list_personal_number_lines(text: str) -> tuple[int, ...]:
    """List the lines of the text in which a personal identity number begins, from 1."""
    seen = _read_plainly(text)
    return tuple(sorted({seen.count("\n", 0, found.start()) + 1 for found in _find_personal_numbers(seen)}))


def _read_plainly(text: str) -> str:
    """Return the text as it is read: with plain digits, and without signs that no reader sees."""
    return "".join(sign for sign in normalize("NFKC", text) if category(sign) != "Cf")


def _find_personal_numbers(text: str) -> Iterator[re.Match[str]]:
    """Find the numbers in a text that is read plainly, and none in a UUID."""
    for found in _WRITTEN_APART.finditer(_UUID.sub(lambda id: " " * len(id[0]), text)):
        year, apart, month, day, gap, four = found.groups()
        is_apart = gap.strip() != gap and not any(map(str.isalpha, gap))
        is_followed_by_year = bool(apart) and is_apart and four[:2] in ("19", "20")
        if not is_followed_by_year and _is_personal_number(year + month + day, four):
            yield found


def _refuse_personal_number(text: str) -> str:
    """Refuse a number as it is usually written; `holds_personal_number` is asked about what a new event says."""
    if any(_is_personal_number(six, four) for six, four in _PERSONAL_NUMBER.findall(_UUID.sub(" ", text))):
        raise ValueError("has a personal identity number; leave it out, because events never name a person")
    return text


HsaId = Annotated[str, StringConstraints(pattern=r"^SE\d{10}-[A-Z0-9]{1,20}$")]
"""An HSA-id: the organisation's number, a hyphen, and a serial."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(refuse_control_characters),
    AfterValidator(_refuse_personal_number),
]
"""Free text by a professional. A personal identity number is refused: an event has only an opaque id of the person."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A short key that is unique within its case, such as an intervention's."""

Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(refuse_control_characters),
    AfterValidator(_refuse_personal_number),
]
"""A short text that identifies something, such as a business identifier."""

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""A digest of a content, by which exactly this content is named."""

MOST = 100
"""The number of items that a list in an act may have."""

CaseIds = Annotated[tuple[UUID, ...], Field(max_length=MOST)]
"""Cases, by their ids."""

Staff = Annotated[tuple[HsaId, ...], Field(max_length=MOST)]
"""Staff who took part, by their HSA-ids in the directory."""


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT_REMEDY = "give a time with offset, such as 2025-03-26T12:00:00+01:00"


def _refuse_other_notation(at: object) -> object:
    """Return a moment, or a text that writes one. No number is taken for a moment, and no digit is cut off."""
    if isinstance(at, datetime):
        return at
    found = _MOMENT.fullmatch(at) if isinstance(at, str) else None
    if found is None:
        raise ValueError(f"{_MOMENT_REMEDY}, and with at most six digits after the second")
    if found["offset"] is None:
        raise ValueError(_MOMENT_REMEDY)
    return at


def _refuse_other_day(day: object) -> object:
    if isinstance(day, date) or (isinstance(day, str) and _DAY.fullmatch(day)):
        return day
    raise ValueError("give a day such as 2025-03-26")


def _refuse_remote_moment(at: datetime) -> datetime:
    if not 1900 <= at.year < 2200:
        raise ValueError("is not within the years 1900 to 2199")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_refuse_other_notation), AfterValidator(_refuse_remote_moment)]
"""A moment with an offset, from 1900 to 2199, written as RFC 3339 has it. It is stored in UTC."""

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def read_moment(text: str) -> datetime:
    """Read a moment as every face writes it. Raises ValueError."""
    return _INSTANT.validate_python(text)


def _refuse_remote_day(day: date) -> date:
    if not 1900 <= day.year < 2200:
        raise ValueError("is not within the years 1900 to 2199")
    return day


Day = Annotated[date, BeforeValidator(_refuse_other_day), AfterValidator(_refuse_remote_day)]
"""A Swedish legal day, from 1900 to 2199."""


class Value(BaseModel):
    """An immutable value without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(StrEnum):
    """The two kinds of principal (huvudman) that are parties of every agreement."""

    REGION = "region"
    MUNICIPALITY = "municipality"

    @property
    def other(self) -> "Party":
        """The opposite party."""
        return Party.MUNICIPALITY if self is Party.REGION else Party.REGION


class UnitKind(StrEnum):
    """The kind of care that a unit gives (catalogue C: REG-PC, REG-SP, REG-IN, MUN)."""

    PRIMARY_CARE = "primary-care"
    SPECIALISED_CARE = "specialised-care"
    INPATIENT_CARE = "inpatient-care"
    MUNICIPAL_CARE = "municipal-care"
    DENTAL_CARE = "dental-care"
    SOCIAL_SERVICES = "social-services"
    """The social services of a municipality (socialtjänst), which give no health care."""

    @property
    def receives_any(self) -> bool:
        """True if a unit of the kind gets any request for home care, unless the directory says what it gets."""
        return self not in {UnitKind.DENTAL_CARE, UnitKind.SOCIAL_SERVICES}


class Role(StrEnum):
    """The capacity in which a person acts (INF-4-1): the licensed professions of the law, and others.

    The licensed professions are those of chapter 4, section 1 of the patient safety act (patientsäkerhetslagen).
    """

    PHYSICIAN = "physician"
    NURSE = "nurse"
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    PHYSIOTHERAPIST = "physiotherapist"
    AUDIOLOGIST = "audiologist"
    BIOMEDICAL_SCIENTIST = "biomedical-scientist"
    CHIROPRACTOR = "chiropractor"
    COUNSELLOR = "counsellor"
    DENTAL_HYGIENIST = "dental-hygienist"
    DENTIST = "dentist"
    DIETITIAN = "dietitian"
    DISPENSER = "dispenser"
    HOSPITAL_PHYSICIST = "hospital-physicist"
    MIDWIFE = "midwife"
    NAPRAPATH = "naprapath"
    OPTICIAN = "optician"
    ORTHOTIST = "orthotist"
    PHARMACIST = "pharmacist"
    PSYCHOLOGIST = "psychologist"
    PSYCHOTHERAPIST = "psychotherapist"
    RADIOGRAPHER = "radiographer"
    SPEECH_THERAPIST = "speech-therapist"
    CARE_STAFF = "care-staff"
    """Unlicensed staff of home help or home health care."""
    NEEDS_ASSESSOR = "needs-assessor"
    """An official of the municipality who decides on home help (biståndshandläggare)."""
    COORDINATOR = "coordinator"
    OFFICIAL = "official"
    """Somebody who leads or decides for a principal and takes no part in care (tjänsteperson, förtroendevald)."""
    AUDITOR = "auditor"
    SYSTEM = "system"
    """Kvittens itself, which records what happens by time alone."""

    @property
    def is_licensed(self) -> bool:
        """True for a licensed health profession (legitimerad personal)."""
        return self not in _UNLICENSED

    @property
    def is_default_staff(self) -> bool:
        """True for licensed staff and coordinators: they do what a version gives to nobody by name (SYS-7)."""
        return self.is_licensed or self is Role.COORDINATOR

    @property
    def gives_care(self) -> bool:
        """True for a role that performs care: licensed staff and care staff."""
        return self.is_licensed or self is Role.CARE_STAFF

    @property
    def acts_on_ledgers(self) -> bool:
        """True for a role that acts on the agreement itself and on money: default staff and officials."""
        return self.is_default_staff or self is Role.OFFICIAL

    @property
    def takes_part(self) -> bool:
        """True for a role that takes part in care: not an auditor, who only reads, and not an official."""
        return self not in {Role.AUDITOR, Role.OFFICIAL}


_UNLICENSED = frozenset(
    {Role.CARE_STAFF, Role.NEEDS_ASSESSOR, Role.COORDINATOR, Role.OFFICIAL, Role.AUDITOR, Role.SYSTEM}
)
SIGNATORY = "signatory"
"""The office of those who may sign agreements for their principal (behörig att teckna avtal)."""
RESPONSIBLE_NURSE = "responsible-nurse"
"""The office of the nurse who answers for a municipality's health care (MAS; health care act, chapter 11 section 4)."""


class Actor(Value):
    """A person who acts in a role, at a unit of a care provider, on behalf of a principal (SKR-7-3)."""

    person: HsaId
    unit: HsaId
    unit_kind: UnitKind
    provider: HsaId
    principal: HsaId
    party: Party
    role: Role
    county: Slug
    offices: tuple[Slug, ...] = Field(default=(), exclude_if=lambda offices: not offices)
    """The offices that the person holds in the principal, as the directory has them, for example `signatory`."""

    @property
    def reader(self) -> HsaId | None:
        """The principal as which the actor reads about individuals. An official reads about none."""
        return self.principal if self.role is not Role.OFFICIAL else None


class AgreementRef(Value):
    """A reference to an agreement version, for example ORE 1085641 R1."""

    id: str
    version: str

    @classmethod
    def parse(cls, name: str) -> "AgreementRef":
        """Return the reference whose words these are. Neither the id nor the version has a space."""
        id, version = name.split(" ")
        return cls(id=id, version=version)

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


class Verdict(Value):
    """The result of a criterion by the facts that were given when it was evaluated, and by those on record since."""

    criterion: Slug
    rule: str
    met: bool
    facts: dict[str, bool | int | str] = {}
    note: Text | None = None
    weighed: bool = False
    """True if the criterion is only weighed: when it is not met, that alone stops nothing (ORE-3.1.1-4)."""
    from_record: bool = False
    """True if the record answers every fact, such as the person's age. The verdict is then no party's own word."""
    circumstances: tuple[Slug, ...] = Field(default=(), exclude_if=lambda them: not them)
    """The circumstances that the facts say hold."""

    @property
    def hinders(self) -> bool:
        """True if the criterion must be met and is not."""
        return not self.met and not self.weighed


class Basis(Value):
    """The ground of an act: the agreement version in force when it occurred, and the clauses that it stood on.

    `agreement` is None only for a fact that was recorded when no version was in force (SYS-2). `by_analogy` lists
    those of the clauses that are written for another track. `not_regulated` lists the questions that the version does
    not answer (SYS-7). `breaches` lists the clauses that the act broke; it was recorded nonetheless. `subordinate` has
    the subordinate agreements that were in force beside the version, by the first letters of the ids of their rules;
    and one that was over by then, if an answer about responsibility that goes on cites it.
    """

    agreement: AgreementRef | None
    clauses: tuple[str, ...] = ()
    by_analogy: tuple[str, ...] = ()
    not_regulated: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()
    subordinate: dict[str, AgreementRef] = {}

    def text_of(self, clause: str) -> AgreementRef | None:
        """Return the version that a clause stands in. National and house rules count as those of the main version."""
        return self.subordinate.get(clause.partition("-")[0], self.agreement)


class Keeper(StrEnum):
    """The ground that keeps an answer about responsibility when the matrix would give another one today."""

    DISAGREEMENT = "disagreement"
    """A disagreement is open, and responsibility does not move (ORE-3.1.3-14)."""
    RESOLUTION = "resolution"
    """The parties, or the body that decides for them, resolved a disagreement so."""
    SELF_CARE = "self-care"
    """The intervention is assessed as self-care, and its carer is responsible (GAV-5-1)."""
    PLAN = "plan"
    """The plan in force leaves the intervention with the region (ORE-3.1.4-15)."""
    TAKEOVER = "not-taken-over"
    """The municipality has not taken the intervention over yet (ORE-2.2-5, GAV-6-3)."""
    NOT_SENT = "not-sent"
    """The agreement names the municipality, and none has the request: nobody sent it, or it was returned."""
    SILENCE = "not-regulated"
    """The agreement names nobody in the present situation, and the present holder goes on (SYS-7)."""


OWN_STAFF = "SKR-7-2"
"""The national rule that whoever provides care is the employer of its own staff."""


class Employment(NamedTuple):
    """The employer of the staff who perform, and the rules that say so. None if nobody is named to perform."""

    employer: str | None
    clauses: tuple[str, ...]

    @classmethod
    def find(cls, employer: str | None, performer: str | None, clauses: tuple[str, ...]) -> Self:
        """Return the employer that an answer names on its clauses, or else the one that performs (SKR-7-2)."""
        if employer is not None:
            return cls(employer, clauses)
        return cls(performer, (OWN_STAFF,) if performer is not None else ())


class Allocation(Value):
    """The responsibility for one intervention from a moment on: the principals that treat, perform and employ.

    A principal is None if the version in force does not regulate it (SYS-7), if a guardian answers instead, or if it is
    a municipality's that does not know of the case.
    """

    intervention: Slug
    treatment: HsaId | None
    performer: HsaId | None
    shared: bool = False
    effective_from: Instant
    clauses: tuple[str, ...]
    derived: bool = False
    """True if the ground is derived from the text, and not written in it (catalogue S5)."""
    guardian: bool = False
    """True if a child's guardian is responsible, and no principal is."""
    named: str | None = None
    """The unit or profession within the principal that the version names, in its own words."""
    kept_by: Keeper | None = None
    """The ground that keeps this answer, if the matrix would give another one. None if this is the matrix's answer."""
    employer: HsaId | None = None
    """The employer of the staff that the version itself names. None if it names none."""
    medical: HsaId | None = Field(default=None, exclude_if=lambda medical: medical is None)
    """The principal with the medical responsibility, if the version says it apart from the principal's."""

    @property
    def employment(self) -> Employment:
        """The employer: the one that the version names, or else the one that performs (SKR-7-2)."""
        return Employment.find(self.employer, self.performer, self.clauses)


class Event(Value):
    """A decision, a statement or a fact on record. It never changes; only a later event that names it corrects it.

    `occurred_at` is the time that its author states. `recorded_at` is the time at which the store committed it. The
    store sets it; a decision cannot know it, and it is then None. `causation_id` is the id of the act that led to the
    event.
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
    """The responsibility that the event changes. The act decides it once, and replay never decides it again."""

    @property
    def id(self) -> UUID:
        """The event's id, made from its aggregate and version. It is the same for ever."""
        return uuid5(self.originator_id, f"event:{self.originator_version}")


Events = tuple[Event, ...]
"""The events of an act, in order."""


class Aggregate(Value):
    """A state that is folded from one stream of events."""

    id: UUID
    version: int

    def after(self, event: Event, **changes: Any) -> Self:
        """Return this state with the changes and the event's version. The result is validated."""
        return type(self).model_validate(dict(self) | changes | {"version": event.originator_version})


class HistoryBroken(Exception):
    """A stored event does not follow on the events before it: a fault in the store or the fold, not in a request."""

    def __init__(self, event: Event) -> None:
        super().__init__(
            f"{event.TOPIC} version {event.originator_version} of {event.originator_id} does not follow its history"
        )


class RefusalKind(StrEnum):
    """The kind of a refusal. The service maps each kind to an HTTP status and an OperationOutcome code."""

    FORBIDDEN = "forbidden"
    """The actor may not do this."""
    CONFLICT = "conflict"
    """The act is not possible in the present state. It may be possible after another act."""
    MISSING = "missing"
    """The act lacks a part that it must have."""
    NOT_FOUND = "not-found"
    """The act refers to something that does not exist."""
    VALUE = "value"
    """The act has a value that is not possible."""
    RULE = "rule"
    """A rule of the agreement or of the law does not allow the act."""


class Refusal(Exception):
    """An act that the agreement or the state of the case does not allow. It changes nothing.

    `code` is stable, unique and machine-readable. `rule` is the rule that the refusal stands on. `where` names the
    field, criterion or party. `remedy` tells how to make the act possible, and `acts` names the acts that lead there.
    `kinds_needed` are the kinds of plan or statement of which they must be about one, if it matters. None has personal
    data.
    """

    code: ClassVar[str]
    kind: ClassVar[RefusalKind]
    lacks_record: ClassVar[bool] = False
    """True if the act lacks something that must be on record first."""

    def __init__(
        self,
        message: str,
        *,
        rule: str,
        remedy: str,
        where: Sequence[str] = (),
        acts: Sequence[str] = (),
        kinds_needed: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.remedy = remedy
        self.where = tuple(where)
        self.acts = tuple(acts)
        self.kinds_needed = tuple(kinds_needed)

    def recommend(self, acts: Sequence[str], actors: Sequence[str] = ()) -> None:
        """Recommend these acts in place of the present ones. `actors` tells who can do them, if others than the asker.

        The remedy names the acts that it did not name.
        """
        begin = [] if set(acts) <= set(self.acts) else [f"first do {' or '.join(acts)}"]
        self.acts = tuple(acts)
        self.remedy = "; ".join((self.remedy, *begin, *actors))

    def give_up(self, remedy: str) -> None:
        """Recommend no act. The remedy tells why nothing leads on, and what to do instead."""
        self.acts = ()
        self.remedy = remedy


_LEDGERS = UUID("0f4b8f7c-6a51-5d0e-9d1c-3a1f6f0f7a5e")


def ledger_id(*of: str) -> UUID:
    """Return the id of a ledger. It is the same for the same county and subject, so that it is opened only once."""
    return uuid5(_LEDGERS, "/".join(of))
