"""Answers about residence, stay and listing from the version in force, as JSON. Silence is an answer too (SYS-7)."""

from typing import Any

from domain.agreements.jurisdiction import JurisdictionSubject, find_key, list_rows_with_key
from domain.agreements.model import Agreement, NotRegulated
from service.agreements.rules import describe_texts
from service.agreements.silence import describe_silence


def describe_portability(agreement: Agreement) -> dict[str, Any]:
    """Describe how the version ties care to residence, stay or listing, with the matrix rows that differ."""
    rows = [
        {"row": row.id, "answer": row.key, "conditions": row.conditions, "clauses": row.clauses}
        for row in list_rows_with_key(agreement)
    ]
    answers = {subject.value: _answer(agreement, subject) for subject in JurisdictionSubject}
    return describe_texts(agreement) | answers | {"in_particular": rows}


def _answer(agreement: Agreement, subject: JurisdictionSubject) -> dict[str, Any]:
    answer, jurisdiction = find_key(agreement, subject), agreement.jurisdiction
    if isinstance(answer, NotRegulated):
        return describe_silence(answer.silences)
    if jurisdiction is None:
        return describe_silence()
    return {"answer": answer, "clauses": jurisdiction.clauses}
