"""The Swedish names of care, people and conditions: the agreement's words, or those of the national background."""

from collections.abc import Collection

from domain.agreements.conditions import (
    ASSESSED_AS_SELF_CARE,
    CRITERIA_MET,
    DISCHARGE_REGULATED,
    REHABILITATION_PLANNED,
    on_track,
    plan_in_force,
    unmet,
)
from domain.agreements.model import Agreement
from domain.agreements.subordinate import Subordinate
from domain.authoring.background import load_national
from service.agreements.responsible import WordKind
from service.agreements.rules import words_of
from service.web.page_values import PageRule
from service.web.swedish import decapitalise


def name_version(agreement: Agreement) -> str:
    """Return the name of a version within its county: the document's number and revision, or the version's own."""
    number, revision = agreement.document.number, agreement.document.revision
    return " ".join(filter(None, (number, revision))) if number else f"version {agreement.version}"


def name_rule(rule: str, agreements: Collection[Agreement]) -> PageRule:
    """Name a rule with the words of the first agreement that has it, and with the subordinate text it stands in."""
    words = words_of(rule, agreements)
    if words is None:
        return PageRule(rule)
    parts = (text for agreement in agreements for text in agreement.texts if isinstance(text, Subordinate))
    title = next((part.title for part in parts if str(part.ref) == words.agreement), None)
    return PageRule(rule, words.section, words.heading, words.statement, words.english, title)


def name_word(text: Agreement | None, kind: WordKind, id: str) -> str:
    """Return the name of a word of the responsibility matrix, or its id if no text has the word."""
    national = load_national()
    vocabularies = [*([text.vocabulary] if text is not None else []), *(each.vocabulary for each in national)]
    tables = [getattr(vocabulary, kind) for vocabulary in vocabularies]
    if kind == "interventions":
        tables += [category.interventions for each in national for category in each.categories]
    for words in tables:
        if id in words:
            return str(words[id])
    return _name_record_condition(text, id) if text is not None and kind == "conditions" else id


def _name_record_condition(text: Agreement, id: str) -> str:
    """Return the name of a condition that follows from the case itself, or its id."""
    names = {
        CRITERIA_MET: "kriterierna är uppfyllda eller satta åt sidan",
        REHABILITATION_PLANNED: "planen ger kommunen rehabilitering",
        DISCHARGE_REGULATED: "utskrivningen från slutenvården planeras i en färg som överenskommelsen reglerar",
        ASSESSED_AS_SELF_CARE: "insatsen är bedömd som egenvård",
        **{plan_in_force(kind): f"{decapitalise(plan.title)} gäller" for kind, plan in text.plans.items()},
        **{
            unmet(each.id): f"inte uppfyllt: {decapitalise(each.title)}"
            for track in text.tracks
            for each in track.criteria
        },
        **{on_track(track.id): f"väg in: {decapitalise(track.title)}" for track in text.tracks},
    }
    return names.get(id, id)
