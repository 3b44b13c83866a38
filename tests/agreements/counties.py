"""The published versions of Västmanland and Gävleborg, each on a day in the middle of its validity."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.agreements.content import find_missing_fields
from domain.agreements.model import Agreement
from domain.agreements.model.records import StatementRule
from tests.agreements.published import find_in_force


def _in_force(county: str, at: datetime) -> Agreement:
    agreement = find_in_force(county, at)
    assert agreement is not None
    return agreement


VASTMANLAND = _in_force("vastmanland", datetime(2013, 2, 1, 12, tzinfo=UTC))
GAVLEBORG = _in_force("gavleborg", datetime(2018, 10, 1, 12, tzinfo=UTC))


def statement_rule(agreement: Agreement, kind: str) -> StatementRule:
    """Return the text's rule on statements of a kind."""
    rule = agreement.statement_rule(kind)
    assert isinstance(rule, StatementRule)
    return rule


def list_missing(agreement: Agreement, kind: str, fields: Mapping[str, Any]) -> list[str]:
    """List the fields that a statement of a kind still needs."""
    return [gap.path for gap in find_missing_fields(statement_rule(agreement, kind).fields, fields)]
