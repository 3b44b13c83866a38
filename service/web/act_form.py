"""The form of an act as data: its fields, and the content of the act that a sent form says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from starlette.datastructures import FormData

from domain.act import Act
from domain.agreements.model import ActName, Agreement
from domain.case.guidance import may_say
from domain.case.state.case import Case
from domain.directory import Directory
from domain.kernel import Actor
from projections.case import FoldedCase
from service.bootstrap import Services
from service.web.forms import NO_SUCH_TIME, TWO_TIMES, FormUnfit, FormUnknown
from service.web.local_moment import name_times, read_local
from service.web.page_values import FieldKind, PageDetail, PageField


@dataclass(frozen=True)
class Place:
    """A case as it stands, for an actor who does an act there."""

    services: Services
    state: FoldedCase
    attempt: Act
    """The act as it would be now, without content."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The content that the form says by itself."""

    @property
    def actor(self) -> Actor:
        """The actor."""
        return self.attempt.actor

    @property
    def act(self) -> ActName:
        """The name of the act."""
        return self.attempt.name

    @property
    def case(self) -> Case:
        """The case."""
        return self.state.case

    @property
    def agreement(self) -> Agreement | None:
        """The agreement in force for the case now."""
        return self.attempt.agreement

    @property
    def directory(self) -> Directory:
        """The directory of the county."""
        return self.attempt.directory

    def name(self, act: ActName) -> "Place":
        """Return the place for another act."""
        return replace(self, attempt=self.attempt.model_copy(update={"name": act}))

    def give(self, subject: "Subject") -> "Place":
        """Return the place with a part of the case that the form is about."""
        return replace(self, given={**subject.given, **subject.more})

    def is_open(self, **content: Any) -> bool:
        """Return True if the act is open to the actor with this content, as far as its decision tells."""
        return may_say(self.case, self.attempt, content)


class Choices(NamedTuple):
    """The things to choose among."""

    groups: Mapping[str, Mapping[str, str]]
    """The names of the things by their values, in groups by the group's name. The name is empty without groups."""
    chosen: tuple[str, ...] = ()
    """The values that are chosen from the beginning."""
    hint: str = ""

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Choices":
        """Return things that have no groups."""
        return cls({"": words} if words else {})

    def keep(self, fits: Callable[[str], bool]) -> "Choices":
        """Return the things whose values fit."""
        groups = {
            group: {value: word for value, word in words.items() if fits(value)} for group, words in self.groups.items()
        }
        return self._replace(groups={group: words for group, words in groups.items() if words})


class FormField(NamedTuple):
    """A field of a form. Its name is the path of a field in the act's body, with dots."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    optional: bool = False
    choices: Callable[[Place], Choices] | None = None
    """The things to choose among as the case stands. A field with nothing to choose is not shown."""
    hint: str = ""
    value: str = ""
    """The words that stand there from the beginning."""

    def read(self, sent: FormData) -> Any:
        """Return what was filled in, as JSON has it. None if nothing was. Raises FormUnfit for no time, or for two."""
        if self.kind is FieldKind.CHOICES:
            return sent.getlist(self.name) or None
        said = str(sent.get(self.name, "")).replace("\r\n", "\n").strip()
        if self.kind is FieldKind.YES_NO:
            return {"yes": True, "no": False}.get(said, said or None)
        if self.kind is FieldKind.NUMBER:
            return int(said) if said.removeprefix("-").isdecimal() else said.replace(",", ".") or None
        if self.kind is FieldKind.MOMENT and (found := _find_moments(said)) is not None:
            if len(found) != 1:
                raise FormUnfit([self.label], TWO_TIMES if found else NO_SUCH_TIME)
            return found[0].isoformat()
        return said or None

    def show(self, place: Place, sent: FormData | None, fits: Callable[[str], bool]) -> PageField | None:
        """Show the field, as it was sent or empty, with the choices that fit. None if there is nothing to choose.

        A time that the clock showed twice is shown as the two to choose between, of which one must be chosen.
        """
        choices = self.choices(place).keep(fits) if self.choices is not None else Choices({})
        if self.choices is not None and not choices.groups:
            return None
        before = choices.chosen or ((self.value,) if self.value else ())
        values = before if sent is None else tuple(map(str, sent.getlist(self.name)))
        found = _find_moments(values[0]) if self.kind is FieldKind.MOMENT and values else None
        times = name_times(found[0]) if found else {}
        return PageField(
            name=self.name,
            label=self.label,
            kind=FieldKind.CHOICE if times else self.kind,
            optional=self.optional and not times,
            hint="" if times else choices.hint or self.hint,
            values=values,
            groups={"": times} if times else choices.groups,
        )


def _find_moments(said: str) -> tuple[datetime, ...] | None:
    """Return the moments that a field names. None if it names no time."""
    try:
        return read_local(said)
    except ValueError:
        return None


WHEN = FormField("occurred_at", "När det hände", FieldKind.MOMENT, optional=True, hint="Utan tid: nu")
"""The field that every form has besides its own, since every act's body has it."""


class FieldGroup(NamedTuple):
    """Fields of a form that the agreement or the case has, and that fill these fields of the act's body."""

    names: tuple[str, ...]
    list: Callable[[Place], Iterable[FormField]]


class Subject(NamedTuple):
    """A part of a case that an act can be about."""

    given: Mapping[str, Any]
    """The content of the act that names it, of which the decision is asked if it is open."""
    name: str = ""
    more: Mapping[str, str] = {}
    """More content that the form says by itself."""
    waits: bool = True
    """False if something else comes first, so that the form is folded also when its act waits."""

    @property
    def hidden(self) -> dict[str, str]:
        """The fields that stand in the form unseen."""
        return {name: str(value) for name, value in {**self.given, **self.more}.items()}


class About(NamedTuple):
    """The parts of a case that an act can be about, each with a form of its own."""

    names: tuple[str, ...]
    """The fields of the act's body that name the part. They stand in the form unseen."""
    list: Callable[[Place], Iterable[Subject]]


class ActForm(NamedTuple):
    """The form of an act on a case."""

    button: str
    fields: tuple[FormField | FieldGroup, ...] = ()
    about: About | None = None
    build: Callable[[Place, dict[str, Any]], dict[str, Any]] | None = None
    """Makes the content of the act from what the form says. None: it is what the form says."""
    shows: Callable[[Place], Sequence[PageDetail]] | None = None
    """The words of the case that the act is about, shown above the fields."""
    after: str = "/cases/{case}"
    """The page that is shown when the act is done."""

    @property
    def has_groups(self) -> bool:
        """Return True if the agreement or the case has some of the fields."""
        return any(isinstance(each, FieldGroup) for each in self.fields)

    @property
    def reads_case(self) -> bool:
        """Return True if the case must be read for what a sent form says."""
        return self.build is not None or self.has_groups

    def list_fields(self, place: Place | None) -> Iterator[FormField]:
        """Yield the fields. A form that reads no case needs no place."""
        for each in (*self.fields, WHEN):
            if isinstance(each, FormField):
                yield each
            elif place is not None:
                yield from each.list(place)

    def takes(self, place: Place, field: FormField, value: str) -> bool:
        """Return True if the act is open with a value of a field that is chosen, as far as its decision tells.

        The decision takes only what is a field of its own: of several values, or of part of a field, it says nothing.
        """
        if field.kind is FieldKind.CHOICES or "." in field.name:
            return True
        said = {field.name: value}
        if self.build is not None:
            said, empty = self.build(place, said), self.build(place, {})
            said = {name: each for name, each in said.items() if each != empty.get(name)}
        return place.is_open(**place.given, **said)

    def refuse_unknown(self, sent: FormData, place: Place | None) -> None:
        """Refuse a field that the form does not have, and several of a field that it has once. Raises FormUnknown.

        Without a place, any field of a group passes.
        """
        kinds = {each.name: each.kind for each in self.list_fields(place)}
        names = {"key", *kinds, *(self.about.names if self.about is not None else ())}
        groups = [name for each in self.fields if isinstance(each, FieldGroup) for name in each.names]
        for name in sent:
            is_known = name in names or (place is None and name.partition(".")[0] in groups)
            is_list = kinds.get(name) is FieldKind.CHOICES
            if not is_known or (len(sent.getlist(name)) > 1 and not is_list):
                raise FormUnknown

    def read(self, sent: FormData, place: Place | None) -> dict[str, Any]:
        """Return the content that a sent form says, which nobody has checked."""
        unseen = self.about.names if self.about is not None else ()
        said: dict[str, Any] = {name: sent[name] for name in unseen if name in sent}
        for each in self.list_fields(place):
            value = each.read(sent)
            if value is not None:
                *groups, last = each.name.split(".")
                inner = said
                for group in groups:
                    inner = inner.setdefault(group, {})
                inner[last] = value
        return self.build(place, said) if self.build is not None and place is not None else said


def show_fields(form: ActForm, place: Place, sent: FormData | None = None) -> tuple[PageField, ...] | None:
    """Show the fields of a form, as they were sent or empty. None if one that is required has nothing to choose."""
    shown = [(each, each.show(place, sent, partial(form.takes, place, each))) for each in form.list_fields(place)]
    if any(found is None and not each.optional for each, found in shown):
        return None
    return tuple(found for _, found in shown if found is not None)
