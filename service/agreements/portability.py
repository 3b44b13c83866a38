"""What follows the person by the version in force, as JSON; where it is silent, that too is an answer (SYS-7)."""

from typing import Any

from domain.agreements.jurisdiction import JurisdictionSubject, meant_in_particular, who_is_meant
from domain.agreements.model import Agreement, NotRegulated


def told(agreement: Agreement) -> dict[str, Any]:
    """By what the version means a municipality or health centre, and the rows of its matrix that say so themselves."""
    rows = [
        {"row": row.id, "answer": row.key, "conditions": row.conditions, "clauses": row.clauses}
        for row in meant_in_particular(agreement)
    ]
    answers = {what.value: _answer(agreement, what) for what in JurisdictionSubject}
    return {"agreement": agreement.ref.model_dump()} | answers | {"in_particular": rows}


def _answer(agreement: Agreement, what: JurisdictionSubject) -> dict[str, Any]:
    found, jurisdiction = who_is_meant(agreement, what), agreement.jurisdiction
    if isinstance(found, NotRegulated) or jurisdiction is None:
        silences = found.silences if isinstance(found, NotRegulated) else ()
        return {"answer": "not regulated", "silences": silences, "clauses": ()}
    return {"answer": found, "clauses": jurisdiction.clauses}
