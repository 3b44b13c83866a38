"""Random acts: for any decision, content made from its own parameters and from what the agreement in force says."""

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from random import Random
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.agreements.content import find_words
from domain.agreements.expressions import list_facts
from domain.agreements.model import ActName, Agreement, Criterion, Requirement
from domain.case.acts import DECISIONS
from domain.case.events.care_plan import (
    DRUG_TASKS,
    MEETING_FORMS,
    PERFORMER_KINDS,
    PLAN_LINES,
    PlannedIntervention,
)
from domain.case.events.case import VISIT_KINDS
from domain.case.state.care_plan import PlanText
from domain.intervention import AllocatedIntervention, Intervention, InterventionKind, Profession
from domain.kernel import Actor, Party, Refusal, Slug, legal_day
from tests.scenario import NAMES, Decision, People, Story, request_in

One = TypeVar("One")
SECRET = "hemlig uppgift"
"""The content of every free text in these acts; no refusal may repeat it."""
WOUND = Intervention(key="wound-care", text=SECRET)
VISIT = Intervention(key="physician-visit", text=SECRET, profession=Profession.PHYSICIAN)
TRAINING = Intervention(
    key="training",
    text=SECRET,
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)
NAMED = (WOUND, VISIT, TRAINING)
SLUGS = tuple(named.key for named in NAMED)
"""The keys that a random act can name."""
MOVES = tuple(DECISIONS.values())
RARE = frozenset(
    {
        ActName.WITHDRAW_REFERRAL,
        ActName.RETURN_REFERRAL,
        ActName.ACCEPT_CANCELLATION,
        ActName.RECORD_DEATH,
        ActName.RECORD_MOVE,
        ActName.RECORD_CIRCUMSTANCE,
        ActName.SUPPLEMENT_REFERRAL,
        ActName.RAISE_DISAGREEMENT,
        ActName.RECORD_POSITION,
        ActName.ASK_QUESTION,
    }
)
"""Values that would otherwise end every history early, or fill it."""
BACKDATED = (0, 0, 0, 0, 0, 2, 20, 24 * 20)
"""By how many hours an act is recorded after it happened."""


_WORDS: Mapping[tuple[type[BaseModel], str], tuple[str, ...]] = {
    (PlannedIntervention, "line"): PLAN_LINES,
    (PlannedIntervention, "task"): DRUG_TASKS,
    (PlannedIntervention, "performer_kind"): PERFORMER_KINDS,
}
"""The words of fields that have a list of their own in the record."""


class Maker:
    """Makes the content of one act. `kind` is the kind of plan or statement that it is about, if that matters.

    `left_out` is the probability that an argument with a default is left out.
    """

    def __init__(
        self, story: Story, agreement: Agreement, chance: Random, kind: str | None = None, left_out: float = 0.4
    ) -> None:
        self.story, self.agreement, self.chance, self.kind = story, agreement, chance, kind
        self.left_out = left_out
        self.people: People = story.people

    def content(self, decide: Decision) -> dict[str, Any]:
        """Return keyword arguments for the decision. An argument that may be left out, or be None, is so at times."""
        hints = _hints(decide)
        made: dict[str, Any] = {}
        for name, parameter in inspect.signature(decide).parameters.items():
            if name in {"case", "act"}:
                continue
            required = parameter.default is inspect.Parameter.empty
            if not required and self.chance.random() < self.left_out:
                continue
            if required and NoneType in get_args(hints[name]) and self.chance.random() < self.left_out:
                made[name] = None
                continue
            made[name] = self.value(decide.__name__, name, hints[name], made)
        return made

    def value(self, act: str, name: str, hint: Any, made: Mapping[str, Any]) -> Any:
        """Draw a value for a parameter, by its name, or else by its type."""
        special: Callable[[str, Mapping[str, Any]], Any] | None = getattr(self, f"_{name}", None)
        if special is not None:
            found = special(act, made)
            if found is not None:
                return found
        return self.of_type(hint)

    def of_type(self, hint: Any) -> Any:  # one return a type
        """Draw any value of a type."""
        origin, chance = get_origin(hint), self.chance
        if hint == Slug:
            return chance.choice(SLUGS)
        if origin is Annotated:
            return self.of_type(get_args(hint)[0])
        if origin in (Union, UnionType):
            return self.of_type(chance.choice([one for one in get_args(hint) if one is not NoneType]))
        if origin in (tuple, list):
            return tuple(self.of_type(get_args(hint)[0]) for _ in range(chance.randrange(1, 3)))
        if origin is not None and issubclass(origin, Mapping):
            return {}
        if isinstance(hint, type) and issubclass(hint, Enum):
            return chance.choice(list(hint))
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return self._model(hint)
        made: dict[Any, Callable[[], Any]] = {
            bool: lambda: chance.random() < 0.7,
            int: lambda: chance.randrange(3),
            str: lambda: SECRET,
            date: lambda: legal_day(self.story.clock) + timedelta(days=chance.randrange(-2, 9)),
            datetime: lambda: self.story.clock,
            UUID: lambda: self.story.state.id,
        }
        return made[hint]() if hint in made else SECRET

    def _model(self, model: type[BaseModel]) -> Any:
        fields = {
            name: self._one_of(*_WORDS[model, name])
            if (model, name) in _WORDS
            else self.of_type(field.rebuild_annotation())
            for name, field in model.model_fields.items()
            if field.is_required() or self.chance.random() < 0.3
        }
        return model.model_validate(fields)

    def _one_of(self, *values: One) -> One:
        return self.chance.choice(values)

    def _patient_id(self, *_: Any) -> UUID:
        return self.story.state.patient_id

    def _request(self, *_: Any) -> Any:
        return request_in(self.people, *self.chance.sample(NAMED, 2)).model_copy(
            update={"goal": SECRET, "need": SECRET}
        )

    def _interventions(self, act: str, _: Mapping[str, Any]) -> Any:
        if act != "record_assessment":
            return tuple(self.chance.sample(sorted(self.story.state.named), 1))
        named = self.chance.sample(NAMED, self._one_of(1, 2))
        return tuple(AllocatedIntervention(**dict(one), party=self._one_of(*Party)) for one in named)

    def _level_ground(self, *_: Any) -> str | None:
        content = self.agreement.content.get("specialised-level")
        return self._one_of(*content.fields[0].choices) if content is not None else None

    def _receiver(self, *_: Any) -> str:
        return self._one_of(self.people.a, self.people.a, self.people.b)

    def _unit(self, *_: Any) -> str:
        return self._one_of(*self.people.directory.units).id

    def _municipality(self, *_: Any) -> str:
        return self._one_of(self.people.a, self.people.b)

    def _participants(self, *_: Any) -> tuple[str, ...]:
        both = [self.people.district_nurse.person, self.people.nurse_a.person]
        return tuple(both[: self._one_of(1, 2, 2, 2)])

    def _person(self, *_: Any) -> str:
        return self._one_of(*actors(self.people)).person

    def _performer(self, act: str, _: Mapping[str, Any]) -> str | None:
        """Draw a person, for an act whose performer is one and not a party or a carer."""
        return None if act in ("resolve", "hand_over") else self._person()

    def _text(self, act: str, made: Mapping[str, Any]) -> str | None:
        """Draw the digest of a plan's text, for an agreement to it: most often the text as it reads now."""
        plan = self.story.state.plans.get(made["plan"]) if act == "agree" else None
        if plan is None:
            return None if act != "agree" else PlanText().digest
        return self._one_of(*(text.digest for text in (*plan.earlier[-1:], *3 * (plan.draft,))))

    def _ward(self, *_: Any) -> str:
        return self._one_of(self.people.ward_nurse.unit, self.people.ward_nurse.unit, self.people.district_nurse.unit)

    def _plan(self, *_: Any) -> UUID:
        plans = list(self.story.state.plans)
        return self._one_of(*plans, plans[-1]) if plans else self.story.state.id

    def _dispute(self, *_: Any) -> UUID:
        disputes = self.story.state.disputes
        return disputes[-1].id if disputes else self.story.state.id

    def _question(self, *_: Any) -> UUID:
        questions = self.story.state.questions
        return self._one_of(*questions).id if questions else self.story.state.id

    def _intervention(self, act: str, _: Mapping[str, Any]) -> Any:
        return None if act == "plan_intervention" else self._one_of(*(list(self.story.state.named) or ["wound-care"]))

    def _track(self, *_: Any) -> str:
        return self._one_of(*(track.id for track in self.agreement.tracks))

    def _kind(self, act: str, _: Mapping[str, Any]) -> Any:
        if self.kind is not None and act in ("record_statement", "initiate"):
            return self.kind
        if act == "record_statement":
            return self._one_of(*(list(self.agreement.statements) or ["none"]))
        if act == "initiate":
            return self._one_of(*(list(self.agreement.plans) or ["none"]))
        return self._one_of(*VISIT_KINDS) if act == "record_home_visit" else None

    def _form(self, act: str, _: Mapping[str, Any]) -> Any:
        if act != "hold_planning":
            return None
        listed = find_words(self.agreement, ["planning"], "form", track=self.story.state.referral.track).words
        return self._one_of(*(listed or MEETING_FORMS))

    def _fields(self, act: str, made: Mapping[str, Any]) -> Any:
        if act == "record_statement":
            rule = self.agreement.statements.get(made["kind"])
            return self._texts(rule.fields if rule is not None else ())
        return self._texts(self._part_of(made.get("part", "")))

    def _part(self, *_: Any) -> str:
        parts = [field.id for one in self.agreement.content.values() for field in one.fields if field.fields]
        return self._one_of(*(parts or ["anything"]))

    def _part_of(self, part: str) -> tuple[Requirement, ...]:
        found = [field for one in self.agreement.content.values() for field in one.fields if field.id == part]
        return found[0].fields if found else ()

    def _texts(self, fields: tuple[Requirement, ...]) -> dict[str, Any]:
        return {
            field.id: self._one_of(*field.choices) if field.choices else self._one_of(SECRET, True, True)
            for field in fields
            if not field.fields and self.chance.random() < 0.95
        }

    def _role(self, *_: Any) -> str:
        roles = [field.id for one in self.agreement.content.values() for field in one.fields if field.who is not None]
        return self._one_of(*(roles or ["any"]))

    def _circumstance(self, *_: Any) -> str:
        return self._one_of(*(list(self.agreement.vocabulary.conditions) or ["none"]))

    def _draw_setting(self, *_: Any) -> str:
        return self._one_of(*self.agreement.vocabulary.settings)

    def _to(self, *_: Any) -> str:
        return self._one_of(*self.agreement.vocabulary.settings, "elsewhere")

    def _criteria(self) -> tuple[Criterion, ...]:
        track = self.story.state.referral.track
        return next((one.criteria for one in self.agreement.tracks if one.id == track), ())

    def _criterion(self, *_: Any) -> str:
        return self._one_of(*([one.id for one in self._criteria()] or ["none"]))

    def _ground(self, *_: Any) -> str:
        grounds = [ground for one in self._criteria() if one.waiver is not None for ground in one.waiver.grounds]
        return self._one_of(*(grounds or ["none"]), "comfort")

    def _facts(self, *_: Any) -> dict[str, dict[str, Any]]:
        samples: dict[str, tuple[Any, ...]] = {"bool": (True, True, False), "int": (0, 50, 100), "string": ("CFS",)}
        return {
            one.id: {
                name: self._one_of(*samples[self.agreement.facts[name].type])
                for name in list_facts(one.expression)
                if self.agreement.facts[name].source is None
            }
            for one in self._criteria()
            if self.chance.random() < 0.9
        }


def actors(people: People) -> tuple[Actor, ...]:
    """List everybody who might try, those who often may more often."""
    return (
        people.district_nurse,
        people.nurse_a,
        people.nurse_a,
        people.physician,
        people.specialist,
        people.ward_nurse,
        people.therapist_a,
        people.physiotherapist,
        people.care_staff_a,
        people.region_coordinator,
        people.nurse_b,
        people.auditor,
    )


def try_act(story: Story, agreement: Agreement, chance: Random) -> Story | None:
    """Return the story with one act more; None for one that was refused, or that nobody could even have sent."""
    decide = chance.choice(MOVES[1:])
    if NAMES[decide] in RARE and chance.random() < 0.9:
        return None
    now = story.clock + timedelta(hours=chance.choice((1, 1, 30)))
    at = now - timedelta(hours=chance.choice(BACKDATED))
    before, version = story.state, story.state.version
    try:
        content = read_as_sent(decide, Maker(story, agreement, chance).content(decide))
        return story.after(decide, chance.choice(actors(story.people)), at=at, now=now, **content)
    except ValidationError:
        return None
    except Refusal as refusal:
        refused = refusal
    told = f"{refused} {refused.message} {refused.remedy} {refused.where} {refused.rule}"
    assert SECRET not in told, told
    assert story.state is before
    assert story.state.version == version
    return None


@cache
def _hints(decide: Decision) -> dict[str, Any]:
    return get_type_hints(decide, include_extras=True)


@cache
def _readers(decide: Decision) -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(hint) for name, hint in _hints(decide).items() if name not in {"case", "act", "return"}}


def read_as_sent(decide: Decision, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content as the act's JSON would be read."""
    return {name: _readers(decide)[name].validate_python(value) for name, value in content.items()}
