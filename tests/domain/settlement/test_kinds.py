"""The ledger that an act of settlement changes, and the moments, the municipality and the case that it stands on."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.act import Moments
from domain.agreements.model import ActName
from domain.kernel import Actor, Event, legal_day
from domain.ledger_kind import LedgerKind, LedgerSources
from domain.ledgers.settlement.kinds import COST, MONTH, RATES, SUPPLEMENT
from domain.ledgers.settlement.state.costs import cost_id
from domain.ledgers.settlement.state.rates import rates_id
from domain.versions.catalogue import Catalogue
from domain.versions.validity import ValidityPeriod, VersionValidity
from tests.domain.settlement.books import ECONOMIST, agreement
from tests.domain.settlement.test_costs import PERFORMED, VISITOR, asks_home
from tests.domain.settlement.test_months import may
from tests.domain.settlement.test_recorded_care import cared
from tests.domain.settlement.test_supplements import measured
from tests.domain.test_enrolment_vastmanland import need
from tests.scenario import NURSE_A, NURSE_B, VASTMANLAND, A, B, Story, swedish

NOW = swedish("2018-07-02 09:00")
PUBLISH, OPEN, CLAIM = ActName.PUBLISH_HOURLY_RATE, ActName.OPEN_MONTH, ActName.RAISE_COST_CLAIM


@pytest.mark.parametrize(
    ("kind", "act", "content", "ledger"),
    [
        (RATES, PUBLISH, {}, rates_id("gavleborg")),
        (COST, CLAIM, {"case": VISITOR}, cost_id("gavleborg", VISITOR)),
        (MONTH, OPEN, {}, None),
    ],
    ids=["the county's only one", "that of the case", "a new one"],
)
def test_an_act_that_names_no_ledger_finds_its_own(
    kind: LedgerKind, act: ActName, content: dict[str, Any], ledger: Any
) -> None:
    assert kind.ledger_of(act, "gavleborg", content) == ledger


def days(moments: Moments) -> list[date]:
    return [legal_day(moment) for moment in moments.at]


MAY, OF_2026 = may().month, measured().supplement
YEAR_2018, YEAR_2026 = ([date(year, 1, 1), date(year, 12, 31)] for year in (2018, 2026))
DAYS_OF_MAY, TODAY = [date(2018, 5, 1), date(2018, 5, 31)], legal_day(NOW)


@pytest.mark.parametrize(
    ("kind", "act", "state", "content", "expected", "field"),
    [
        (RATES, PUBLISH, None, {"year": 2018}, [*YEAR_2018, TODAY], "year"),
        (RATES, ActName.PUBLISH_TAX_BASE_CHANGE, None, {"year": 2018}, [TODAY, *YEAR_2018], "occurred_at"),
        (MONTH, OPEN, None, {"month": date(2018, 5, 17)}, DAYS_OF_MAY, "month"),
        (MONTH, ActName.CLOSE_HOURS, MAY, {}, DAYS_OF_MAY, "month"),
        (SUPPLEMENT, ActName.MEASURE_SUPPLEMENT, None, {"year": 2026}, YEAR_2026, "year"),
        (SUPPLEMENT, ActName.PAY_SUPPLEMENT, OF_2026, {}, YEAR_2026, "year"),
        (COST, ActName.REQUEST_COST_AGREEMENT, None, {}, [TODAY], "occurred_at"),
        (COST, CLAIM, asks_home().cost, {}, [date(2013, 3, 1)], "occurred_at"),
    ],
)
def test_an_act_stands_on_the_version_of_the_time_that_it_settles(
    kind: LedgerKind, act: ActName, state: Any, content: dict[str, Any], expected: list[date], field: str
) -> None:
    moments = kind.moments_of(act, state, content, NOW)

    assert (days(moments), moments.field) == (expected, field)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("kind", "act", "content", "county"),
    [
        (RATES, PUBLISH, {"year": 2018}, "gavleborg"),
        (MONTH, OPEN, {"month": date(2018, 5, 17)}, "gavleborg"),
        (RATES, ActName.PUBLISH_TAX_BASE_CHANGE, {"year": 2026}, "orebro"),
        (SUPPLEMENT, ActName.MEASURE_SUPPLEMENT, {"year": 2026}, "orebro"),
    ],
)
def test_a_version_that_settles_something_else_or_nothing_is_not_the_one_that_an_act_of_money_stands_on(
    kind: LedgerKind, act: ActName, content: dict[str, Any], county: str
) -> None:
    regulated = kind.moments_of(act, None, content, NOW).regulated
    own, other = agreement(county), agreement("orebro" if county == "gavleborg" else "gavleborg")

    assert [regulated(own), regulated(other), regulated(own.model_copy(update={"settlement": None}))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("kind", "state", "content", "by", "bound"),
    [
        (MONTH, None, {"municipality": B}, NURSE_A, {B}),
        (MONTH, MAY, {}, NURSE_B, {A}),
        (COST, None, {}, NURSE_B, {B}),
        (COST, None, {}, ECONOMIST, {A, B}),
    ],
    ids=["of the month to open", "of the month", "the actor's own", "any for the region"],
)
def test_an_act_stands_on_the_agreement_with_the_municipality_that_it_is_about(
    kind: LedgerKind, state: Any, content: dict[str, Any], by: Actor, bound: set[str]
) -> None:
    moments, version = Moments((swedish("2025-05-05 09:00"),)), agreement("orebro")

    for municipality in (A, B):
        periods = {municipality: ValidityPeriod(first=version.valid_from)}
        validity = VersionValidity(agreement=version.ref, periods=periods)
        catalogue = Catalogue(agreements=(version,), validities=(validity,))
        found = kind.find_agreement(state, content, by, moments, catalogue)
        assert found == (version if municipality in bound else None)


def test_a_claim_refers_to_the_case_of_its_ledger_and_to_the_events_that_it_names() -> None:
    (before,) = COST.sources(None, {"case": VISITOR})
    (then,) = COST.sources(asks_home().cost, {"performed": PERFORMED})

    assert (before.case, before.events) == (VISITOR, frozenset())
    assert (then.case, then.events) == (VISITOR, frozenset(PERFORMED))
    assert before.event_classes


class RecordOf:
    """A record with the histories of some cases."""

    def __init__(self, *stories: Story) -> None:
        self.histories = {story.state.id: list(story.events) for story in stories}

    def load_case(self, case_id: UUID) -> list[Event]:
        """Return all events of a case."""
        return self.histories[case_id]

    def find_cases_with_hours(self, county: str, principal: str, first: date, last: date) -> list[UUID]:
        """Return the cases of the record."""
        return list(self.histories)

    def find_cases_with_notices(self, county: str, municipality: str, first: date, last: date) -> list[UUID]:
        """Return the cases of the record."""
        return list(self.histories)


@pytest.mark.rule("VML-12-2")
def test_a_claim_reads_the_care_that_the_case_of_its_ledger_records() -> None:
    story = cared(need(), "14")
    cost = asks_home().cost.model_copy(update={"of_case": story.state.id, "municipality": VASTMANLAND.a})
    read = COST.decisions[CLAIM].reads["given"]

    sources = LedgerSources(RecordOf(story), Catalogue(agreements=()), VASTMANLAND.nurse_a, cost, {})
    assert [care.event for care in read(sources)] == [story.events[-1].id]
    assert read(sources._replace(state=None)) == ()
