"""The mark of the tests that need a database: every test that opens one has it."""

from pathlib import Path

import pytest

from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from tests.rules.places import ROOT


def test_a_test_without_the_fixtures_cannot_open_a_database(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="opens a database"):
        EmbeddedPostgres(tmp_path)


def test_a_test_with_a_database_fixture_is_marked(request: pytest.FixtureRequest, database: Dsns) -> None:
    assert request.node.get_closest_marker("database") is not None


def test_no_test_asks_for_a_fixture_where_its_mark_cannot_see_it() -> None:
    asking = ".getfixturevalue" + "("

    assert [path for path in ROOT.glob("tests/**/test_*.py") if asking in path.read_text("utf-8")] == []
