"""Answers about responsibility in a situation, as JSON: by the version in force, or by the national background."""

from collections.abc import Sequence
from typing import Any

from domain.agreements.matrix import Answer, Conflict, Question, resolve, resolve_without_agreement
from domain.agreements.model import Agreement, Holder, MatrixRow, NotRegulated, Vocabulary
from domain.authoring.background import list_rows, load_national
from domain.directory import Directory
from domain.kernel import Slug
from service.agreements.silence import describe_silence

HOME_NURSING = Question(level="primary", setting="ordinary", profession="nurse")
"""The care that every agreement of this kind is about, in the words of the national background."""


def describe_default(directory: Directory) -> dict[str, Any]:
    """Describe the duty if no agreement is in force, with its national rules (SKR-3-8)."""
    answer = resolve_without_agreement(list_rows(load_national()), HOME_NURSING).answer
    if not isinstance(answer, Answer):
        return {"duty": None, "rules": []}
    return {"duty": directory.region.id if answer.treatment is Holder.REGION else None, "rules": answer.clauses}


def describe_responsible(agreement: Agreement | None, question: Question) -> dict[str, Any]:
    """Describe the holders of treatment, performance and employment in a situation, with their rules.

    Without an agreement the national background answers: how care is divided then, and why municipalities differ
    (INF-2-1). `speaks_of` lists the words of the matrix that answers, so that a reader can tell silence from a misspelt
    word.
    """
    if agreement is None:
        rows, words = list_rows(load_national()), [background.vocabulary for background in load_national()]
        answer = resolve_without_agreement(rows, question).answer
    else:
        rows, words, answer = agreement.matrix, [agreement.vocabulary], resolve(agreement, question)
    return {
        "answer": "agreement" if agreement else "no agreement",
        "agreement": agreement.ref.model_dump() if agreement else None,
        "category": _category(question.intervention),
        "responsible": _holders(answer, rows),
        "speaks_of": _words(words),
    }


def _holders(answer: Answer | Conflict | NotRegulated, rows: Sequence[MatrixRow]) -> dict[str, Any]:
    if isinstance(answer, NotRegulated):
        return describe_silence(answer.silences)
    if isinstance(answer, Conflict):
        return {"answer": "conflict", "rows": answer.rows, "clauses": answer.clauses}
    notes = [row.note for row in rows if row.id in answer.rows and row.note]
    said = answer.model_dump(mode="json")
    silent = [part for part in ("treatment", "performer", "employer") if said[part] is None]
    return {"answer": "regulated", **said, "not_regulated": silent, "notes": notes}


def _category(intervention: Slug | None) -> dict[str, Any] | None:
    """Describe the kind of care that the national background counts an intervention as; None if it names none."""
    kinds = (kind for background in load_national() for kind in background.categories)
    found = next((kind for kind in kinds if intervention in kind.interventions), None)
    return {"id": found.id, "title": found.title, "clauses": found.clauses} if found else None


def _words(vocabularies: Sequence[Vocabulary]) -> dict[str, list[str]]:
    return {
        name: sorted({word for vocabulary in vocabularies for word in getattr(vocabulary, name)})
        for name in Vocabulary.model_fields
    }
