"""The page that asks who would be responsible in a situation, without a case: its form and its answer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from domain.agreements.model import Agreement
from domain.agreements.open_facts import OLDEST, Inquiry, SituationFact
from domain.kernel import Actor, legal_day, legal_midnight
from domain.versions.local_agreement import find_granted
from service.agreements.responsible import VOCABULARIES, WordsUnknown, ask, list_words, rows_of
from service.bootstrap import Services
from service.web.case_moment import QuestionUnreadable
from service.web.responsibility_answers import FACTS, describe_reply, name_parties
from service.web.vocabulary import name_word

_YES_OR_NO = {"yes": True, "no": False}
_WORDS = (SituationFact.INTERVENTION, SituationFact.PROFESSION, SituationFact.LEVEL, SituationFact.SETTING)
_DECISIONS = (SituationFact.ENROLLED, SituationFact.SINGLE_INTERVENTION)


class AskForm(BaseModel):
    """The fields of the form as they were sent. An empty one was left open."""

    municipality: str = ""
    day: str = ""
    intervention: str = ""
    profession: str = ""
    level: str = ""
    setting: str = ""
    age: str = ""
    enrolled: str = ""
    single_intervention: str = ""
    circumstances: list[str] = []

    @property
    def fields(self) -> Mapping[SituationFact, str]:
        """The facts that have one word, by name."""
        return {fact: getattr(self, fact) for fact in SituationFact if fact is not SituationFact.CIRCUMSTANCES}

    @property
    def is_filled_in(self) -> bool:
        """Return True if it asks about anything."""
        return bool(self.circumstances or any(self.fields.values()))


def build_ask_page(services: Services, actor: Actor, form: AskForm) -> dict[str, Any]:
    """Build the values of the page: the form in the words of the version in force, and the answer if it asks.

    A word that the version does not know is left out of the question, and the page names its field.
    """
    directory = services.directories[actor.county]
    municipalities = {principal.id: principal.name for principal in directory.municipalities}
    municipality = form.municipality if form.municipality in municipalities else None
    catalogue, moment = services.versions.read_catalogue(), _read_day(services, form.day)
    found = catalogue.in_force(actor.county, moment, municipality)
    unknown = _list_unknown(found, form)
    if form.municipality and municipality is None:
        unknown.append("kommun")
    reply = None
    if form.is_filled_in and not unknown:
        names = name_parties(directory.region.name, municipalities.get(municipality or ""))
        granted = find_granted(catalogue.local(found, moment, municipality))
        reply = describe_reply(found, ask(found, _read_inquiry(form), granted=granted), names)
    words, stated = list_words(found), {word for row in rows_of(found) for word in row.conditions}
    return {
        "form": form,
        "day": legal_day(moment),
        "municipalities": municipalities,
        "selects": [(fact, FACTS[fact], form.fields[fact], _name_words(found, fact, words[fact])) for fact in _WORDS],
        "decisions": [(fact, FACTS[fact], form.fields[fact]) for fact in _DECISIONS],
        "age": form.fields[SituationFact.AGE],
        "oldest": OLDEST,
        "circumstances": _name_words(found, SituationFact.CIRCUMSTANCES, sorted(stated)),
        "unknown": unknown,
        "reply": reply,
        "in_force": found,
    }


def _name_words(agreement: Agreement | None, fact: SituationFact, words: Iterable[str]) -> dict[str, str]:
    """Name words in Swedish, in the order of their names."""
    names = {word: name_word(agreement, VOCABULARIES[fact], word) for word in words}
    return dict(sorted(names.items(), key=lambda named: named[1].casefold()))


def _read_day(services: Services, day: str) -> datetime:
    """Return the moment at which a day begins, or the present if none is given. Raises QuestionUnreadable."""
    if not day:
        return services.clock.now()
    try:
        return legal_midnight(date.fromisoformat(day))
    except (ValueError, OverflowError):
        raise QuestionUnreadable from None


def _list_unknown(agreement: Agreement | None, form: AskForm) -> list[str]:
    """List the names of the fields whose value is none that can be asked about."""
    unknown = []
    try:
        ask(agreement, _read_inquiry(form))
    except WordsUnknown as error:
        unknown += [FACTS[SituationFact(fact)] for fact in error.known]
    unknown += [FACTS[fact] for fact in _DECISIONS if form.fields[fact] not in ("", *_YES_OR_NO)]
    age = form.fields[SituationFact.AGE]
    return unknown if not age or _read_age(age) is not None else [*unknown, FACTS[SituationFact.AGE]]


def _read_age(age: str) -> int | None:
    return int(age) if age.isascii() and age.isdigit() and len(age) <= 3 and int(age) <= OLDEST else None


def _read_inquiry(form: AskForm) -> Inquiry:
    fields = form.fields
    return Inquiry(
        intervention=fields[SituationFact.INTERVENTION] or None,
        profession=fields[SituationFact.PROFESSION] or None,
        level=fields[SituationFact.LEVEL] or None,
        setting=fields[SituationFact.SETTING] or None,
        age=_read_age(fields[SituationFact.AGE]),
        enrolled=_YES_OR_NO.get(fields[SituationFact.ENROLLED]),
        single_intervention=_YES_OR_NO.get(fields[SituationFact.SINGLE_INTERVENTION]),
        circumstances=frozenset(form.circumstances),
    )
