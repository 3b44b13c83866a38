"""Required content, deadlines, and the rules of plans and self-care."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints

from domain.agreements.model.names import ActName
from domain.agreements.model.permissions import ActorGroup
from domain.agreements.model.shapes import Clauses, DaysOrHours, FieldName, NonBlank, RuleId, Tracks
from domain.kernel import Slug, Value

DateField = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")]
"""A date field of a plan, as `part.field`."""


def _name_choices(choices: object) -> object:
    """Name each value by itself if a text only lists the values, as the texts of earlier versions do."""
    if isinstance(choices, list) and all(isinstance(choice, str) for choice in choices):
        return {choice: choice for choice in choices}
    return choices


ValueType = Literal["date", "bool"]
"""The type of a field's value: a day, or yes or no."""

Choices = Annotated[dict[Slug, NonBlank], BeforeValidator(_name_choices)]
"""Values to choose among, each with its name in Swedish."""


class Requirement(Value):
    """A field that must be filled in. With `fields` it is a group of fields, and with `each` a list of such groups."""

    id: FieldName
    """The name of the field. It is unique within its group."""
    title: NonBlank
    """The label of the field, in Swedish."""
    clauses: Clauses
    fields: tuple["Requirement", ...] = ()
    """The fields of the group. If left out, the field holds one value."""
    each: bool = False
    """True if the field is a list of groups. It then needs `fields`."""
    choices: Choices = Field(default_factory=dict)
    """The values that the field may have, each with its name in Swedish.

    If left out, any value of the field's `type` will do.
    """
    type: ValueType | None = Field(default=None, exclude_if=lambda type: type is None)
    """date: a day. bool: yes or no. For a field of the text's own, of a plan or a statement.

    If left out, any text, date or yes and no will do, unless a rule of the text counts from the field or asks yes or no
    of it.
    """
    one_of: tuple[FieldName, ...] = ()
    """Fields of the same group. One of them must have the same value as this field. If left out, no such check."""
    who: ActorGroup | None = None
    """The group that a person named in the field must belong to. If left out, anybody may be named."""
    not_applicable: RuleId | None = None
    """The rule that allows `{"not-applicable": reason}` in place of the field. If left out, it is not allowed."""
    optional: bool = False
    """True if the field may be left blank: the document names it and does not demand it."""
    area: bool = False
    """True if an area of responsibility must be stated for the person in the field."""
    when: Slug | None = None
    """The condition under which the field is demanded. If left out, it is always demanded."""
    where: dict[FieldName, tuple[StrictBool | Slug, ...]] = Field(default_factory=dict)
    """Values of other fields of the same group. The field is demanded only if each has one of the values given."""


class Content(Value):
    """The fields that must be filled in for one thing, for example a request or a kind of plan."""

    title: NonBlank
    """The name of the thing, in Swedish."""
    clauses: Clauses
    tracks: Tracks = ()
    fields: tuple[Requirement, ...]
    """The fields, in the order of the document."""


class Deadline(Value):
    """A time limit: a number of days, working days or hours, a day of the month or year, or only words."""

    id: Slug
    title: NonBlank
    """The name of the deadline, in Swedish."""
    words: NonBlank
    """The document's own words."""
    duration: DaysOrHours | None = None
    """The time from the day that the clock starts to the last day on time, or from the moment if it is in hours.

    Hours are hours that pass: 24 of them end an hour later by the clock in the night when summer time begins. Working
    days are those after the day that the clock starts, which may itself be a holiday.
    """
    day_of_month: int | None = Field(default=None, ge=1, le=31)
    """The last day on time of each month, or of each month in `months`. A shorter month ends on its last day.

    If this, `duration` and `months` are all left out, the time that has passed is shown and no limit.
    """
    months: tuple[int, ...] = ()
    """Months of the year, from 1 to 12. If `day_of_month` is left out, the limit is the last day of the month."""
    before: ActName | None = None
    """The act before which the thing must be done. For readers only: a precondition does the check."""
    priority: Tracks = ()
    """The tracks on which the deadline matters most. If left out, no track comes first."""
    clauses: Clauses
    silences: tuple[str, ...] = ()
    """The ids of the `[[silences]]` that are about the deadline."""


class PlanRule(Value):
    """The rule of one kind of plan: who makes it, what it must hold, and when it ends."""

    title: NonBlank
    """The name of the kind of plan, in Swedish."""
    english: NonBlank | None = None
    """The name in English. It may be left out for the kinds that have one already, as in the texts of earlier versions.

    Its plans then have those names in FHIR, and no name of the text.
    """
    care_plan: bool = Field(default=False, exclude_if=lambda is_one: not is_one)
    """True if plans of the kind are care plans (vårdplan), which FHIR tells by Inera's code VP.

    It counts for a kind with `english`.
    """
    tracks: Tracks = ()
    when: Slug | None = None
    """The condition under which the text has this kind of plan. If left out, always."""
    initiated_by: tuple[ActorGroup, ...] = ()
    """The groups that may begin the plan. If left out, everybody who may do the act `initiate-plan`."""
    established_by: Literal["both-parties", "author"]
    """both-parties: each party agrees to the same text. author: the party that wrote the plan establishes it alone."""
    participants: Slug | None = None
    """The content that lists the capacities in which people agree to the plan. If left out, any licensed staff do."""
    content: Slug | None = None
    """The content that lists the parts of the plan. If left out, no part is demanded."""
    roles: Slug | None = None
    """The content that lists the contact roles of the plan. If left out, the plan may have any role."""
    interventions: Slug | None = None
    """The content that lists the fields of each intervention in the plan. If left out, no field is demanded."""
    planning: RuleId | None = None
    """The rule that demands a planning with the individual first. If left out, no planning is demanded."""
    deadline: Slug | None = None
    """The deadline of the planning. If left out, there is none."""
    prompt: Slug | None = None
    """A deadline without a number that also holds for the planning, such as "promptly"."""
    lapses: Slug | None = None
    """The deadline after which the plan lapses if no newer plan has replaced it. If left out, it holds until then."""
    lapses_from: DateField | None = None
    """The date field that `lapses` counts from, as `part.field`. If left out, the day the plan is established."""
    replaces: tuple[Slug, ...] = ()
    """Other kinds of plan that this kind replaces. A plan always replaces an earlier one of its own kind."""
    followed_up_by: Literal["parties", "orderer"] | None = None
    """parties: each party for itself. orderer: the person who ordered it, who also decides if it changes or ends.

    If left out, each party may follow it up, and nobody has to.
    """
    follow_up: RuleId | None = None
    """The rule about who follows the plan up."""
    follow_up_on: DateField | None = None
    """The date field with the day of the first follow-up, as `part.field`.

    If left out, there is no such day until a follow-up sets the next one, or `follow_up_every` does.
    """
    follow_up_every: Slug | None = Field(default=None, exclude_if=lambda every: every is None)
    """The deadline with the time between follow-ups: from the plan's beginning or a party's last follow-up to the next.

    A day that the plan or a follow-up names comes first. If left out, there is no such time.
    """
    clauses: Clauses

    @property
    def follow_up_ground(self) -> str:
        """The rule about who follows the plan up. If the text has none, it is the plan's first rule."""
        return self.follow_up or self.clauses[0]


class SelfCareRule(Value):
    """The rule about self-care (egenvård): how it is assessed and handed over."""

    assessment: Slug | None = None
    """The content that lists the fields of an assessment. If left out, it states only who, why and when."""
    child_below: int | None = None
    """An age in whole years. Below it only licensed staff may assess. If left out, age does not matter."""
    child: RuleId | None = None
    """The rule behind `child_below`."""
    hand_over: RuleId | None = None
    """The rule by which somebody else performs the care while responsibility stays."""
    move: RuleId | None = None
    """The rule by which responsibility moves only on a new assessment. If left out, it is not regulated."""
    reassess: RuleId | None = None
    """The rule by which new circumstances call for a new assessment. If left out, it is not regulated."""
    clauses: Clauses
