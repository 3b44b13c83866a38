"""The faults of an economic section, each with its line and a remedy."""

import pytest

from domain.authoring.publication import read_published_text
from domain.authoring.validation import check
from tests.domain.settlement.books import agreement


@pytest.mark.parametrize(
    ("entry", "faulty_entry", "message"),
    [
        ('of = ["somatic", "psychiatry", "advanced"]', 'of = ["somatic", "later"]', "names later"),
        ('factor = "advanced-care"', 'factor = "weather"', "names weather"),
        ('share = "0.05"', "share = 0.05", "is 0.05"),
    ],
    ids=["component", "factor", "binary fraction"],
)
def test_a_fault_in_the_economic_section_is_told(entry: str, faulty_entry: str, message: str) -> None:
    text = read_published_text(agreement("orebro").ref).decode()
    assert entry in text

    faults = check(text.replace(entry, faulty_entry).encode())

    assert faults
    assert all(message in fault.what and fault.remedy for fault in faults)
