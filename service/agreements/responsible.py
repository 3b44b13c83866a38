"""Answers about responsibility in a situation, as JSON: by the version in force, or by the national background."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from domain.agreements.conditions import list_record_conditions
from domain.agreements.matrix import Answer, Conflict, Question, resolve_without_agreement
from domain.agreements.model import Agreement, Holder, MatrixRow, NotRegulated
from domain.agreements.open_facts import (
    AgeSpan,
    Alternative,
    FactValue,
    Inquiry,
    Matrix,
    Reply,
    SituationFact,
    answer_inquiry,
    matrix_of,
)
from domain.authoring.background import list_rows, load_national
from domain.directory import Directory
from domain.kernel import Slug
from service.agreements.rules import describe_texts, words_of
from service.agreements.silence import describe_silence

HOME_NURSING = Question(level="primary", setting="ordinary", profession="nurse")
"""The care that every agreement of this kind is about, in the words of the national background."""

WordKind = Literal["levels", "settings", "professions", "interventions", "conditions"]
"""A table of the vocabulary."""

KnownWords = Mapping[SituationFact, Sequence[Slug]]
"""The words that a question can have, by fact."""

VOCABULARIES: Mapping[SituationFact, WordKind] = {
    SituationFact.INTERVENTION: "interventions",
    SituationFact.PROFESSION: "professions",
    SituationFact.LEVEL: "levels",
    SituationFact.SETTING: "settings",
    SituationFact.CIRCUMSTANCES: "conditions",
}
"""The table of the vocabulary that has the words of each fact."""


class WordsUnknown(Exception):
    """A question has words that the text does not know. `known` has the words that it knows, by parameter."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(known))
        self.known = known


def describe_default(directory: Directory) -> dict[str, Any]:
    """Describe the duty if no agreement is in force, with its national rules (SKR-3-8)."""
    answer = resolve_without_agreement(list_rows(load_national()), HOME_NURSING).answer
    if not isinstance(answer, Answer):
        return {"duty": None, "rules": []}
    return {"duty": directory.region.id if answer.treatment is Holder.REGION else None, "rules": answer.clauses}


def list_words(agreement: Agreement | None) -> KnownWords:
    """List the words of an agreement and of the national background, which holds in every county."""
    national = load_national()
    vocabularies = [*(background.vocabulary for background in national), *([agreement.vocabulary] if agreement else [])]
    words = {
        fact: {word for vocabulary in vocabularies for word in getattr(vocabulary, name)}
        for fact, name in VOCABULARIES.items()
    }
    words[SituationFact.INTERVENTION].update(*(kind.interventions for text in national for kind in text.categories))
    if agreement is not None:
        words[SituationFact.CIRCUMSTANCES] |= list_record_conditions(agreement)
    return {fact: tuple(sorted(found)) for fact, found in words.items()}


def ask(agreement: Agreement | None, inquiry: Inquiry, *, granted: Iterable[Slug] = ()) -> Reply:
    """Answer an inquiry by an agreement, or by the national background if there is none (INF-2-1).

    Raises WordsUnknown for a word that neither knows.
    """
    _refuse_unknown_words(list_words(agreement), inquiry)
    return answer_inquiry(_matrix_of(agreement), inquiry, granted=granted)


def rows_of(agreement: Agreement | None) -> tuple[MatrixRow, ...]:
    """Return the rows that answer: those of an agreement, or of the national background if there is none."""
    return list_rows(load_national()) if agreement is None else agreement.matrix


def _matrix_of(agreement: Agreement | None) -> Matrix:
    if agreement is not None:
        return matrix_of(agreement)
    words = list_words(None)
    return Matrix(
        agreement=None,
        rows=rows_of(None),
        settings=tuple(words[SituationFact.SETTING]),  # ordinary housing first
        levels=tuple(words[SituationFact.LEVEL]),
    )


def _refuse_unknown_words(words: KnownWords, inquiry: Inquiry) -> None:
    unknown = {}
    for fact, known in words.items():
        said = getattr(inquiry, fact)
        if said is not None and not ({said} if isinstance(said, str) else said) <= set(known):
            unknown[fact.value] = known
    if unknown:
        raise WordsUnknown(unknown)


def describe_reply(agreement: Agreement | None, reply: Reply) -> dict[str, Any]:
    """Describe an answer: the holders of treatment, performance and employment, by which clauses, in which words.

    `question` is the situation as it was understood, and `assumed` the facts in it that nobody gave; of the
    circumstances, `not_holding` has those that are taken not to hold. `depends_on` names the facts left open that can
    change the answer, and `alternatives` the answers that they lead to. `speaks_of` lists the words that a question can
    have.
    """
    rows = rows_of(agreement)
    answers = [reply.answer, *(alternative.answer for alternative in reply.alternatives)]
    return {
        "answer": "agreement" if agreement else "no agreement",
        **(describe_texts(agreement) if agreement else {"agreement": None, "subordinate": []}),
        "question": _question(reply.question),
        "assumed": reply.assumed,
        "not_holding": reply.not_holding,
        "category": _category(reply.question.intervention),
        "responsible": _holders(reply.answer, rows),
        "depends_on": reply.depends_on,
        "alternatives": [_alternative(alternative, rows) for alternative in reply.alternatives],
        "words": _describe_rules(agreement, answers),
        "speaks_of": {name: list_words(agreement)[fact] for fact, name in VOCABULARIES.items()},
    }


def _describe_rules(agreement: Agreement | None, answers: Iterable[Answer | Conflict | NotRegulated]) -> dict[str, Any]:
    """Describe the words of each rule and silence that answers cite, by id."""
    cited = dict.fromkeys(rule for answer in answers for rule in _list_cited(answer))
    found = (words_of(rule, [agreement] if agreement is not None else []) for rule in cited)
    return {words.rule: asdict(words) for words in found if words is not None}


def _list_cited(answer: Answer | Conflict | NotRegulated) -> tuple[str, ...]:
    if isinstance(answer, NotRegulated):
        return answer.silences
    return (*answer.clauses, *answer.employment.clauses) if isinstance(answer, Answer) else answer.clauses


def _question(question: Question) -> dict[str, Any]:
    said = question.model_dump(mode="json", exclude={"conditions"})
    return said | {SituationFact.CIRCUMSTANCES.value: sorted(question.conditions)}


def _holders(answer: Answer | Conflict | NotRegulated, rows: Sequence[MatrixRow]) -> dict[str, Any]:
    if isinstance(answer, NotRegulated):
        return describe_silence(answer.silences)
    own = [row for row in rows if row.id in answer.rows]
    if isinstance(answer, Conflict):
        return {
            "answer": "conflict",
            "rows": answer.rows,
            "clauses": answer.clauses,
            "contradicting": [row.model_dump(mode="json", include=_CONTRADICTING) for row in own],
        }
    employer, employer_clauses = answer.employment
    said = answer.model_dump(mode="json") | {"employer": employer, "employer_clauses": employer_clauses}
    silent = [part for part in ("treatment", "performer", "employer") if said[part] is None]
    notes = [row.note for row in own if row.note]
    return {"answer": "regulated", **said, "not_regulated": silent, "notes": notes}


_CONTRADICTING = {"id", "treatment", "performer", "employer", "medical", "shared", "key", "clauses"}


def _alternative(alternative: Alternative, rows: Sequence[MatrixRow]) -> dict[str, Any]:
    facts = {fact.value: [_value(value) for value in values] for fact, values in alternative.facts.items()}
    return {"if": facts, "responsible": _holders(alternative.answer, rows)}


def _value(value: FactValue) -> Any:
    return {"from": value.lowest, "to": value.highest} if isinstance(value, AgeSpan) else value


def _category(intervention: Slug | None) -> dict[str, Any] | None:
    """Describe the kind of care that the national background counts an intervention as; None if it names none."""
    kinds = (kind for background in load_national() for kind in background.categories)
    found = next((kind for kind in kinds if intervention in kind.interventions), None)
    return {"id": found.id, "title": found.title, "clauses": found.clauses} if found else None
