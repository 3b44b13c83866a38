"""Answers about payment from the version in force, as JSON. Its silence is an answer as well (SYS-7)."""

from typing import Any

from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import Coverage, DebtorRule, Payer
from domain.agreements.payers import find_bearer, find_coverage, find_payer, list_cost_subjects
from domain.kernel import Slug
from service.agreements.rules import describe_texts
from service.agreements.silence import describe_silence


def describe_payment(
    agreement: Agreement, what: Slug, *, setting: Slug, age: int | None, enrolled: bool | None
) -> dict[str, Any]:
    """Describe the payer of something, its place in the tax shift, and the payer for persons who live elsewhere.

    `speaks_of` lists the words that the version itself uses, so that a reader can tell silence from a misspelt word.
    """
    covered = find_coverage(agreement, what, setting=setting, age=age)
    return {
        **describe_texts(agreement),
        "what": what,
        "speaks_of": sorted(list_cost_subjects(agreement)),
        "payer": _payer(agreement, find_payer(agreement, what, setting=setting, enrolled=enrolled), covered),
        "tax_shift": _coverage(agreement, covered),
        "non_residents": _bearer(find_bearer(agreement)),
    }


def _payer(agreement: Agreement, answer: Payer | NotRegulated, covered: Coverage | NotRegulated) -> dict[str, Any]:
    """Describe the payer. If no row names one, what is said of the tax shift tells by what the care is paid for."""
    if isinstance(answer, NotRegulated):
        if isinstance(covered, Coverage) and (covered.by is not None or covered.covered):
            return {"answer": covered.by or "tax-shift", "clauses": covered.clauses}
        return describe_silence(answer.silences)
    if answer.payer is not None:
        return {"answer": answer.payer, "clauses": answer.clauses}
    titles = {reference.id: reference.title for reference in agreement.external_references}
    return {"answer": "see another document", "document": titles.get(answer.external or ""), "clauses": answer.clauses}


def _coverage(agreement: Agreement, answer: Coverage | NotRegulated) -> dict[str, Any]:
    if isinstance(answer, NotRegulated):
        return describe_silence(answer.silences)
    said = {"answer": "covered" if answer.covered else "not covered", "by": answer.by, "clauses": answer.clauses}
    shift = agreement.settlement.tax_shift if agreement.settlement else None
    unchanged = shift.unchanged if shift else None
    return said | {"unchanged": unchanged.model_dump() if unchanged else None}


def _bearer(answer: DebtorRule | NotRegulated) -> dict[str, Any]:
    if isinstance(answer, NotRegulated):
        return describe_silence(answer.silences)
    return {"answer": answer.debtor, "clauses": answer.clauses}
