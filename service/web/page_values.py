"""What the pages show of a case, in Swedish and with names: values, ready for a template."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Who:
    """Somebody who acted, by name."""

    name: str
    role: str
    unit: str
    principal: str
    party: str


@dataclass(frozen=True)
class Ground:
    """A rule that something stands on, as its agreement has it; only its id where no agreement here does."""

    rule: str
    section: str | None = None
    heading: str | None = None
    statement: str | None = None


@dataclass(frozen=True)
class Detail:
    """A thing that an event says: a text, or several details, or a list of such."""

    label: str
    text: str | None = None
    parts: tuple["Detail", ...] = ()
    each: tuple[tuple["Detail", ...], ...] = ()


@dataclass(frozen=True)
class ToldVerdict:
    """What a criterion came to."""

    title: str
    outcome: str
    met: bool
    facts: tuple[tuple[str, str], ...]
    note: str | None
    ground: Ground


@dataclass(frozen=True)
class ToldEvent:
    """An event as the timeline tells it."""

    ordinal: int
    topic: str
    sentence: str
    who: Who
    occurred_at: datetime
    recorded_at: datetime
    days_late: int
    """Swedish legal days from when it happened to when it was recorded."""
    agreement: str | None
    grounds: tuple[Ground, ...]
    not_regulated: tuple[str, ...]
    by_analogy: tuple[str, ...]
    """The rules that are written for another track."""
    breaches: tuple[Ground, ...]
    set_aside: str | None
    """The criterion that it sets aside, where that is to be seen at once."""
    """What the act went against."""
    details: tuple[Detail, ...]
    verdicts: tuple[ToldVerdict, ...]
    moved: tuple["ToldInterval", ...]


@dataclass(frozen=True)
class ToldInterval:
    """Who answers for an intervention in a period."""

    intervention: str
    valid_from: datetime
    valid_to: datetime | None
    performer: str | None
    treatment: str | None
    shared: bool
    derived: bool
    grounds: tuple[Ground, ...]
    agreement: str | None
    holds: bool
    """Whether it holds at T."""


@dataclass(frozen=True)
class ToldItem:
    """Something that waits for a principal."""

    what: str
    concerns: str | None
    principal: str
    since: datetime
    elapsed: int
    due: date | None
    overdue: bool
    words: str | None
    ground: Ground | None
    blocked: bool
    lacks: tuple[str, ...]
    """What must be there first."""
    priority: bool


@dataclass(frozen=True)
class ToldRefusal:
    """An act that was refused."""

    recorded_at: datetime
    acts: tuple[str, ...]
    who: str
    role: str
    unit: str
    reason: str
    code: str
    ground: Ground
