"""The words of a rule, for refusals, pages and requests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from domain.agreements.model import Agreement, Clause
from domain.authoring.background import load_national
from domain.house_rules import HOUSE_RULES
from service.reads.catalogue import Version, VersionSet

SILENCE = "Vad överenskommelsen inte säger"


@dataclass(frozen=True)
class RuleWords:
    """A rule and its words in Swedish, with the same sentence in English if there is one."""

    rule: str
    heading: str
    statement: str
    english: str | None
    section: str | None = None
    """The section of the document; None for a house rule."""
    agreement: str | None = None
    """The version that holds the rule; None for a house rule and a national one."""


def describe_texts(agreement: Agreement) -> dict[str, Any]:
    """Describe a version in force and the subordinate ones beside it, as JSON."""
    main, *subordinate = (ref.model_dump() for ref in agreement.refs)
    return {"agreement": main, "subordinate": subordinate}


def words_of(rule: str, agreements: Iterable[Agreement]) -> RuleWords | None:
    """Return the words of a rule or a silence: the house's, the nation's, or those of the first agreement with it."""
    if rule in HOUSE_RULES:
        house = HOUSE_RULES[rule]
        return RuleWords(rule, house.heading, house.statement, house.english)
    agreements = tuple(text for agreement in agreements for text in agreement.texts)
    sources: list[tuple[str | None, Mapping[str, Clause]]] = [(None, text.clauses) for text in load_national()]
    sources += [(str(text.ref), text.clauses) for text in agreements]
    for agreement, clauses in sources:
        if rule in clauses:
            clause = clauses[rule]
            words = (clause.heading, clause.statement, clause.english)
            return RuleWords(rule, *words, section=clause.section, agreement=agreement)
    return next(_silences(rule, agreements), None)


def describe_rule(rule: str, agreements: Iterable[Agreement], day: date) -> dict[str, Any] | None:
    """Describe a rule: its words, the words that it defines on a day, and the other documents that it refers to.

    None if neither the house, the nation nor an agreement has the rule.
    """
    agreements = tuple(agreements)
    words = words_of(rule, agreements)
    if words is None:
        return None
    documents = (
        {"title": document.title, "about": document.about}
        for agreement in agreements
        for document in agreement.external_references
        if rule in document.clauses
    )
    return asdict(words) | {"definitions": list(_definitions(rule, agreements, day)), "documents": list(documents)}


def _definitions(rule: str, agreements: Iterable[Agreement], day: date) -> Iterator[dict[str, str]]:
    """Yield the words that a rule defines. Of a national word, the meaning in force on the day."""
    national = [term for text in load_national() for term in text.definitions if rule in term.clauses]
    national.sort(key=lambda term: term.valid_from or date.min)
    valid = {term.id: term for term in national if (term.valid_from or date.min) <= day}
    yield from ({"term": term.term, "meaning": term.statement} for term in valid.values())
    for agreement in agreements:
        for word in agreement.definitions:
            if rule in word.clauses:
                yield {"term": word.term, "meaning": word.meaning}


def _silences(id: str, agreements: Iterable[Agreement]) -> Iterator[RuleWords]:
    for agreement in agreements:
        for silence in agreement.silences:
            if silence.id == id:
                statement = f"{silence.statement} {silence.handling}"
                yield RuleWords(id, SILENCE, statement, silence.english, agreement=str(agreement.ref))


def agreements_of(versions: VersionSet, county: str) -> list[Agreement]:
    """Return the county's agreements: the published, the drafts, the withdrawn; of each the latest first."""
    own = [version for version in versions.versions.values() if version.agreement.county == county]
    own.sort(key=_rank, reverse=True)
    return [version.agreement for version in own]


def _rank(version: Version) -> tuple[bool, bool, date]:
    return version.record.can_be_in_force, version.record.withdrawn_at is None, version.agreement.valid_from
