"""The municipality, or the health centre, that each county means: by residence, stay or listing."""

import pytest

from domain.agreements.jurisdiction import JurisdictionSubject, find_key, list_rows_with_key
from domain.agreements.model import Agreement, Key, NotRegulated
from tests.agreements.counties import GAVLEBORG, VASTMANLAND
from tests.agreements.orebro import OREBRO


def keys(agreement: Agreement) -> list[Key | None]:
    found = [find_key(agreement, what) for what in JurisdictionSubject]
    return [None if isinstance(key, NotRegulated) else key for key in found]


@pytest.mark.rule("B9")
@pytest.mark.rule("VML-12-4")
@pytest.mark.rule("VML-13-1")
@pytest.mark.rule("GAV-2-9")
@pytest.mark.rule("GAV-10-6")
def test_each_county_has_its_own_links_to_residence_stay_and_listing() -> None:
    """Care, visitors, coordination and employer, in that order."""
    assert keys(VASTMANLAND) == [Key.RESIDENCE, Key.STAY, None, None]
    assert keys(GAVLEBORG) == [None, None, Key.LISTING, Key.RESIDENCE]


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("what", JurisdictionSubject)
def test_a_silent_version_answers_not_regulated(what: JurisdictionSubject) -> None:
    assert find_key(OREBRO, what) == NotRegulated(what=what)


@pytest.mark.rule("B9")
@pytest.mark.rule("VML-19-1")
def test_asylum_seekers_are_cared_for_where_they_stay() -> None:
    found = {row.id: (row.key, row.clauses) for row in list_rows_with_key(VASTMANLAND)}

    assert found["asylum-seekers"] == (Key.STAY, ("VML-19-1",))
    assert list_rows_with_key(OREBRO) == ()
