"""The values that the pages show of a case: in Swedish, with names in place of ids, and ready for a template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.kernel import Slug


@dataclass(frozen=True)
class PageActor:
    """The author of an event, by name."""

    name: str
    role: str
    place: str
    """The unit, and the principal for which it acts."""
    principal: str
    party: str


@dataclass(frozen=True)
class PageRule:
    """A rule with the words of its clause; only the id if no agreement here has it."""

    rule: str
    section: str | None = None
    heading: str | None = None
    statement: str | None = None
    english: str | None = None
    text: str | None = None
    """The title of the subordinate agreement that has the rule; None for a rule of the main one or of no agreement."""


@dataclass(frozen=True)
class PageDetail:
    """A part of an event's content: a text, or several details, or a list of such."""

    label: str
    text: str | None = None
    parts: tuple["PageDetail", ...] = ()
    each: tuple[tuple["PageDetail", ...], ...] = ()


@dataclass(frozen=True)
class PageVerdict:
    """The verdict on a criterion."""

    title: str
    outcome: str
    met: bool
    facts: tuple[tuple[str, str], ...]
    note: str | None
    ground: PageRule


@dataclass(frozen=True)
class PageEvent:
    """An event in the timeline."""

    ordinal: int
    topic: str
    sentence: str
    who: PageActor
    occurred_at: datetime
    recorded_at: datetime
    days_late: int
    """The Swedish legal days between the event and its recording."""
    agreement: str | None
    grounds: tuple[PageRule, ...]
    not_regulated: tuple[str, ...]
    by_analogy: tuple[str, ...]
    """The rules that are written for another track."""
    breaches: tuple[PageRule, ...]
    """The rules that the act departs from."""
    set_aside: str | None
    """The criterion that the act sets aside, if a reader must see that at once."""
    details: tuple[PageDetail, ...]
    verdicts: tuple[PageVerdict, ...]
    moved: tuple["PageInterval", ...]
    """The responsibility that the act moved."""
    corrected: str | None = None
    """The reason why the event no longer counts, if a later one has corrected it."""


@dataclass(frozen=True)
class PageMoment:
    """A moment at which something became known, or occurred, in a case: a step of the control of T."""

    x: float
    """Its place in the case's period, in percent."""
    text: str
    """The moment, and what happened."""


@dataclass(frozen=True)
class PageInterval:
    """The responsibility for an intervention in a period."""

    key: Slug
    intervention: str
    valid_from: datetime
    valid_to: datetime | None
    performer: str | None
    treatment: str | None
    shared: bool
    derived: bool
    grounds: tuple[PageRule, ...]
    agreement: str | None
    holds: bool
    """True if the period contains T."""
    employer: str | None = None
    medical: str | None = None
    """The principal with the medical responsibility, if the agreement says it apart."""
    employer_rule: PageRule | None = None
    """The rule about the employer, if it is none of `grounds`."""
    kept_by: str | None = None
    """The ground that keeps this answer, if the agreement's matrix would give another one."""
    nobody: str = ""
    """The word for a principal that the answer does not name."""
    not_sent: bool = False
    """True if nobody is named because no municipality has the request, and not because no rule says who."""


@dataclass(frozen=True)
class PageAnswer:
    """An answer about responsibility in a situation, or a row that contradicts another."""

    outcome: str
    """regulated, silent or conflict; the id of a row that contradicts another."""
    grounds: tuple[PageRule, ...]
    situation: str = ""
    """The situation of a row that contradicts another, in words."""
    treatment: str | None = None
    performer: str | None = None
    employer: str | None = None
    medical: str | None = None
    """The party with the medical responsibility, if the agreement says it apart."""
    employer_rules: tuple[str, ...] = ()
    """The rules about the employer that the rest of the answer does not rest on."""
    shared: bool = False
    derived: bool = False
    always: str | None = None
    """True if a rule of every county answers, because the agreement leaves it open."""
    key: str | None = None
    named: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    contradicting: tuple["PageAnswer", ...] = ()


@dataclass(frozen=True)
class PageAlternative:
    """Facts that a question leaves open, and its answer if they are so."""

    facts: tuple[str, ...]
    answer: PageAnswer


@dataclass(frozen=True)
class PageReply:
    """The answer to a question about responsibility in a situation."""

    agreement: str | None
    """The version that answers; None if none is in force, and the national background answers."""
    question: tuple[str, ...]
    """The facts that were given."""
    assumed: tuple[str, ...]
    """The facts that are taken for granted."""
    answer: PageAnswer
    depends_on: tuple[str, ...]
    alternatives: tuple[PageAlternative, ...]


@dataclass(frozen=True)
class PageCase:
    """A case as a list shows it. Of one without a summary, only the id and the person are known."""

    id: UUID
    person: str
    need: str | None = None
    """The need that is asked for, in the request's own words."""
    sender: str | None = None
    """The unit that sent the request, or that raised the need."""
    status: str | None = None
    since: datetime | None = None
    """The time at which it got this status."""
    elapsed: int = 0
    """The Swedish legal days since then."""


@dataclass(frozen=True)
class PageItem:
    """An item of a principal's worklist."""

    what: str
    concerns: str | None
    side: str
    """The unit or the kinds of unit that can do it, and their principal."""
    since: datetime
    elapsed: int
    due: date | None
    due_at: datetime | None
    """The last moment on time, if the limit is in hours."""
    overdue: bool
    words: str | None
    """The agreement's own words about the time."""
    note: str | None
    """A party's own words, if it has stated something else."""
    ground: PageRule | None
    blocked: bool
    lacks: tuple[str, ...]
    """The steps that must come first and are missing."""
    acts: tuple[str, ...]
    """The acts that meet it, in words."""
    in_hospital_since: datetime | None
    """The time since which the person is in hospital."""
    priority: bool


@dataclass(frozen=True)
class PageDuty:
    """A duty of a ledger."""

    what: str
    concerns: str | None
    path: str
    since: date
    elapsed: int
    due: date | None
    overdue: bool
    words: str | None
    """The agreement's own words about the time."""
    owner: str | None
    acts: tuple[str, ...]
    """The acts that meet it, in words."""
    ground: PageRule | None


@dataclass(frozen=True)
class PageRefusal:
    """A refused act."""

    recorded_at: datetime
    acts: tuple[str, ...]
    who: str
    role: str
    unit: str
    reason: str
    code: str
    ground: PageRule


@dataclass(frozen=True)
class PagePosition:
    """A party's position in a disagreement, with its author and its times."""

    text: str
    name: str
    unit: str
    occurred_at: datetime
    recorded_at: datetime | None
    days_late: int


@dataclass(frozen=True)
class PagePlan:
    """A plan at T."""

    title: str
    begun: tuple[datetime, str]
    """The time at which it was begun, and the name of the author."""
    status: str
    since: datetime
    planned_at: datetime | None
    planned_late: bool
    lasts_to: date | None
    """The last day that the plan covers, if it lapses by itself."""
    contacts: tuple[tuple[str, str], ...]
    """The contact roles with the names of the persons that hold them."""
    agreed: tuple[tuple[str, str, datetime], ...]
    """The agreements to the plan's text or to its change, each with a name and a time."""
    text: tuple[PageDetail, ...]
    """The text that holds, or the draft of a plan that is not established."""
    change: tuple[PageDetail, ...]
    """The draft of a change of that text. Empty if no word differs."""
    version: int
    """The version of the latest text."""


@dataclass(frozen=True)
class PageRegister:
    """The person register's words on residence and listing, and the notes on where a case says something else."""

    residence: str | None
    residence_since: date | None
    listing: str | None
    listing_since: date | None
    notes: tuple[tuple[str, PageRule | None], ...]


@dataclass(frozen=True)
class PageResource:
    """A FHIR resource at T."""

    type: str
    id: str
    version: str
    status: str | None


@dataclass(frozen=True)
class PageWords:
    """The words of a party to the other: a question or an answer."""

    text: str
    name: str
    unit: str
    at: datetime
    opened: str | None
    """The name and the unit of the person that opened them."""
    opened_at: datetime | None


class FieldKind(StrEnum):
    """The kind of a field: what a person does to fill it in."""

    TEXT = "text"
    YES_NO = "yes-no"
    DAY = "day"
    MOMENT = "moment"
    """A moment in Swedish time."""
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    """Any number of things among several."""
    BUTTON = "button"
    """A choice in which each thing has its own button, which sends the form."""


@dataclass(frozen=True)
class PageField:
    """A field as a page shows it."""

    name: str
    label: str
    kind: FieldKind
    optional: bool
    hint: str
    values: tuple[str, ...]
    """The words that stand there, or the things that are chosen."""
    groups: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class PageForm:
    """A form of an act on a case as a page shows it."""

    act: str
    key: str
    """The key of its act, which makes a form that is sent twice harmless."""
    name: str
    """The name of the act."""
    subject: str
    """The part of the case that it is about. Empty if it is about the whole case."""
    button: str
    fields: tuple[PageField, ...]
    hidden: Mapping[str, str]
    shown: Sequence[PageDetail]
    waits: bool
    """True if its act meets something that waits for the reader's party."""

    @property
    def heading(self) -> str:
        """The name of the act, with the part of the case that it is about."""
        return ": ".join(filter(None, (self.name, self.subject)))


@dataclass(frozen=True)
class PageQuestion:
    """A question between the parties, with its answer and the forms of what the reader can do with it."""

    id: UUID
    title: str
    """The party that it was for, and the plan that it is about."""
    status: str
    ended_at: datetime | None
    words: PageWords
    answer: PageWords | None
    forms: Sequence[PageForm]
