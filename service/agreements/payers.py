"""What the version in force says of who pays, as JSON; where it is silent, that too is an answer (SYS-7)."""

from typing import Any

from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import Coverage, DebtorRule, Payer
from domain.agreements.payers import bearer, covered, payer, spoken_of
from domain.kernel import Slug


def told(
    agreement: Agreement, what: Slug, *, setting: Slug | None, age: int | None, enrolled: bool | None
) -> dict[str, Any]:
    """Who pays for something, whether the tax shift covers it, and who pays for those who live elsewhere.

    `speaks_of` are the words that the version itself uses, so that silence is told from a word misspelt.
    """
    return {
        "agreement": agreement.ref.model_dump(),
        "what": what,
        "speaks_of": sorted(spoken_of(agreement)),
        "payer": _payer(agreement, payer(agreement, what, setting=setting, enrolled=enrolled)),
        "tax_shift": _coverage(covered(agreement, what, setting=setting, age=age)),
        "non_residents": _bearer(bearer(agreement)),
    }


def _payer(agreement: Agreement, found: Payer | NotRegulated) -> dict[str, Any]:
    if isinstance(found, NotRegulated):
        return _silent(found)
    if found.payer is not None:
        return {"answer": found.payer, "clauses": found.clauses}
    named = next((one.title for one in agreement.external_references if one.id == found.external), None)
    return {"answer": "see another document", "document": named, "clauses": found.clauses}


def _coverage(found: Coverage | NotRegulated) -> dict[str, Any]:
    if isinstance(found, NotRegulated):
        return _silent(found)
    return {"answer": "covered" if found.covered else "not covered", "by": found.by, "clauses": found.clauses}


def _bearer(found: DebtorRule | NotRegulated) -> dict[str, Any]:
    if isinstance(found, NotRegulated):
        return _silent(found)
    return {"answer": found.debtor, "clauses": found.clauses}


def _silent(found: NotRegulated) -> dict[str, Any]:
    return {"answer": "not regulated", "silences": found.silences, "clauses": ()}
