"""What must be stated, by when, and how plans and self-care come to be, hold and end."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from domain.agreements.model.names import ActName
from domain.agreements.model.permissions import ActorGroup
from domain.agreements.model.shapes import Duration, FieldName, NonBlank, RuleId
from domain.kernel import Slug, Value


class Requirement(Value):
    """Something that must be stated. A requirement with fields is a group; with `each`, a list of such groups."""

    id: FieldName
    title: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    fields: tuple["Requirement", ...] = ()
    each: bool = False
    choices: tuple[Slug, ...] = ()
    """None named: any text, number, date or flag will do."""
    one_of: tuple[FieldName, ...] = ()
    """The sibling fields of which one must have the same value."""
    who: ActorGroup | None = None
    """Whom the requirement names, where it asks for a person in a certain capacity."""
    not_applicable: RuleId | None = None
    """The rule that allows `{"not-applicable": reason}` instead; None where nothing allows it."""
    optional: bool = False
    """Whether it may be left out: the text names it and does not demand it."""
    area: bool = False
    """Whether a person named must have an area of responsibility stated."""
    when: Slug | None = None
    """The condition under which it is demanded; None: always."""
    where: dict[FieldName, tuple[StrictBool | Slug, ...]] = Field(default_factory=dict)
    """The answers of sibling fields under which it is demanded; none named: whatever they say."""


class Content(Value):
    """All that must be stated in one thing, such as a referral or a kind of plan."""

    title: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    """None named: every track."""
    fields: tuple[Requirement, ...]


class Deadline(Value):
    """A time limit: a number of days, or only words."""

    id: Slug
    title: NonBlank
    title_en: NonBlank
    words: NonBlank
    """The document's own words."""
    duration: Duration | None = None
    """None: qualitative. Elapsed time is shown, a limit never invented."""
    day_of_month: int | None = Field(default=None, ge=1, le=31)
    """The last day of each month on time, included."""
    months: tuple[int, ...] = ()
    """The months of the year (1 to 12) in which it is to be done."""
    before: ActName | None = None
    """An ordering rule: it is to be done before this act."""
    priority: tuple[Slug, ...] = ()
    """The tracks on which it matters above all."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    silences: tuple[str, ...] = ()


class PlanRule(Value):
    """How a plan of one kind comes to be, holds and ends."""

    title: NonBlank
    tracks: tuple[Slug, ...] = ()
    initiated_by: tuple[ActorGroup, ...] = ()
    """None named: whoever may initiate a plan."""
    established_by: Literal["both-parties", "author"]
    """both-parties: each agrees to the same text. author: the party that drew it up establishes it alone."""
    participants: Slug | None = None
    """The content that names in which capacities the plan is agreed to; None: any licensed staff of the party."""
    content: Slug | None = None
    """What its parts must say; None where the version does not say."""
    roles: Slug | None = None
    """The content that names its contact roles."""
    interventions: Slug | None = None
    """The content that says what each of its interventions must state."""
    planning: RuleId | None = None
    """The rule by which planning with the individual comes before it; None: no meeting is demanded."""
    deadline: Slug | None = None
    """The deadline of the planning."""
    prompt: Slug | None = None
    """A deadline without a number that holds of the planning besides."""
    lapses: Slug | None = None
    """The deadline after which it lapses unless a newer plan has taken its place; None: it holds until replaced."""
    lapses_from: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")] | None = None
    """The field of the plan whose date starts that clock, as `part.field`; None: the day it was established."""
    replaces: tuple[Slug, ...] = ()
    """The kinds of plan that it takes the place of, besides an earlier one of its own kind."""
    followed_up_by: Literal["parties", "orderer"] | None = None
    """parties: each for itself. orderer: the one who ordered, who also decides on change and end. None: not said."""
    follow_up: RuleId | None = None
    """The rule on who follows it up."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class SelfCareRule(Value):
    """How self-care (egenvård) is judged and handed over."""

    assessment: Slug | None = None
    """The content that says what an assessment must state; None: no more than who, why and when."""
    child_below: int | None = None
    """The age in whole years below which only licensed staff assess it."""
    child: RuleId | None = None
    """The rule by which they do."""
    hand_over: RuleId | None = None
    """The rule by which performance is handed over, and responsibility is not."""
    move: RuleId | None = None
    """The rule by which responsibility moves only on a new assessment; None: not regulated."""
    reassess: RuleId | None = None
    """The rule by which changed circumstances call for a new assessment; None: not regulated."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
