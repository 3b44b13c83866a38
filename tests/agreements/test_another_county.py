"""A made-up county as a file. Everything that reads an agreement reads it without a change of code."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.agreements.content import find_missing
from domain.agreements.criteria import evaluate, require_waiver
from domain.agreements.deadlines import Due, find_due
from domain.agreements.expressions import FactValue
from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import ActName, ActRule, Holder, NotRegulated
from domain.authoring.publication import load
from domain.kernel import Role, UnitKind
from domain.refusals import NoExceptionInPolicy
from domain.versions.catalogue import Catalogue
from tests.agreements.orebro import OREBRO, actor

OTHER = load(Path(__file__).with_name("another-county.toml").read_bytes())


def test_each_county_has_its_own_version_in_force() -> None:
    both = Catalogue(agreements=(OREBRO, OTHER))

    assert both.in_force("exempellan", datetime(2024, 12, 31, 22, 59, tzinfo=UTC)) is OTHER
    assert both.in_force("exempellan", datetime(2024, 12, 31, 23, tzinfo=UTC)) is None
    assert both.in_force("orebro", datetime(2024, 6, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("can_travel", "hours", "group", "met"),
    [
        (False, 1, "neurology", True),
        (True, 41, "oncology", True),
        (True, 40, "oncology", False),
        (False, 50, "x", False),
    ],
)
def test_its_criterion_is_its_own_expression(can_travel: bool, hours: int, group: str, met: bool) -> None:
    facts: dict[str, dict[str, FactValue]] = {
        "threshold": {"can_travel": can_travel, "hours": hours, "diagnosis_group": group}
    }

    (verdict,) = evaluate(OTHER, track="planned", facts=facts)

    assert (verdict.met, verdict.rule) == (met, "EXA-2")


def test_no_criterion_is_set_aside_if_all_must_be_met() -> None:
    with pytest.raises(NoExceptionInPolicy):
        require_waiver(OTHER, track="planned", criterion="threshold")


def test_its_matrix_employs_the_physiotherapist_elsewhere() -> None:
    answer = resolve(OTHER, Question(level="primary", setting="ordinary", profession="physiotherapist"))

    assert isinstance(answer, Answer)
    assert answer.employer is Holder.MUNICIPALITY


@pytest.mark.parametrize(("age", "answered"), [(17, True), (18, False), (None, False)])
def test_its_matrix_can_stop_at_an_age(age: int | None, answered: bool) -> None:
    found = resolve(OTHER, Question(level="primary", setting="ordinary", age=age, intervention="ventilator"))

    assert isinstance(found, Answer) is answered


def test_its_scope_has_its_own_ages_and_settings() -> None:
    assert OTHER.scope.settings == ("ordinary", "special")
    assert OTHER.scope.covers_age(16)
    assert not OTHER.scope.covers_age(15)


def test_its_deadline_counts_in_months() -> None:
    found = find_due(OTHER, "agreement-follow-up", datetime(2024, 1, 31, 12, tzinfo=UTC))

    assert isinstance(found, Due)
    assert found.day == date(2024, 2, 29)


def test_its_plan_has_its_own_content() -> None:
    assert [gap.path for gap in find_missing(OTHER, "individual-plan", {})] == ["risk-analysis"]


@pytest.mark.rule("SYS-7")
def test_its_silence_is_never_filled_from_another_county() -> None:
    coordinator = actor(UnitKind.MUNICIPAL_CARE, Role.COORDINATOR)

    assert isinstance(OTHER.allows(ActName.START_ENROLMENT, coordinator), ActRule)
    assert isinstance(OTHER.allows(ActName.ACKNOWLEDGE_REFERRAL, coordinator), NotRegulated)
    assert isinstance(OTHER.discharge_rule("planned"), NotRegulated)
    assert isinstance(find_due(OTHER, "joint-planning", datetime(2024, 1, 31, tzinfo=UTC)), NotRegulated)
    assert isinstance(resolve(OTHER, Question(level="primary", setting="ordinary", profession="nurse")), NotRegulated)
    assert find_missing(OTHER, "referral", {}) == ()
    assert OTHER.dispute is None
