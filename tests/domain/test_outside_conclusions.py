"""A version that was concluded outside the record: what takes both parties, and the days on which it is in force."""

from datetime import date
from typing import Any

import pytest

from domain.kernel import Party
from domain.ledgers.versions.acts import conclusion
from domain.ledgers.versions.acts import version as acts
from domain.ledgers.versions.refusals import NotPartyOfAgreement, TermsDiffer
from domain.refusals import NotRetroactive, OccurredInFuture, WrongState
from domain.versions.events import ConclusionDeclared
from domain.versions.state import evolve
from domain.versions.validity import ValidityPeriod, derive_validity, list_unconcluded
from tests.domain.test_version_records import ORE, Record, draft
from tests.scenario import swedish

DECLARE = conclusion.declare_conclusion
OWN, OTHER = (ORE.municipality(place).principal for place in (0, 1))


def describe(on: str, **changes: Any) -> dict[str, Any]:
    """Return the content of a declaration about the first municipality."""
    return {"municipality": OWN, "concluded_on": date.fromisoformat(on), "original": "Diariet 2025-114"} | changes


def declared(on: str) -> Record:
    """Tell that both parties have declared a day, in June of 2026."""
    by_region = draft().after(DECLARE, ORE.region, "2026-06-02", **describe(on))
    return by_region.after(DECLARE, ORE.municipality(), "2026-06-03", **describe(on, original="Kommunarkivet"))


def find_periods(record: Record) -> dict[str, ValidityPeriod]:
    return derive_validity(record.agreement, record.record, [OWN, OTHER]).periods


@pytest.mark.rule("SYS-9")
@pytest.mark.parametrize(("concluded_on", "first"), [("2025-05-02", date(2025, 5, 2)), ("2024-12-01", None)])
def test_a_version_is_in_force_from_the_day_that_both_declare_and_not_before_its_own(
    concluded_on: str, first: date | None
) -> None:
    by_one = draft().after(DECLARE, ORE.region, "2026-06-02", **describe(concluded_on))
    by_both = declared(concluded_on)

    assert (find_periods(by_one), by_one.record.can_be_in_force) == ({}, False)
    assert find_periods(by_both) == {OWN: ValidityPeriod(first=first or ORE.agreement.valid_from)}
    assert by_both.record.can_be_in_force
    assert isinstance(by_both.events[-1], ConclusionDeclared)
    waiting = [each.municipality for each in list_unconcluded(by_both.agreement, by_both.record, ORE.directory)]
    assert waiting == [OTHER]


@pytest.mark.rule("SYS-9")
def test_the_other_party_declares_the_same_day_or_none() -> None:
    by_region = draft().after(DECLARE, ORE.region, "2026-06-02", **describe("2025-05-02"))

    refused = by_region.refuses(TermsDiffer, DECLARE, ORE.municipality(), "2026-06-03", **describe("2025-05-03"))

    assert (refused.rule, refused.where) == ("SYS-9", ("concluded_on",))
    corrected = by_region.after(DECLARE, ORE.region, "2026-06-04", **describe("2025-05-03"))
    agreed = corrected.after(DECLARE, ORE.municipality(), "2026-06-05", **describe("2025-05-03"))
    assert find_periods(agreed)[OWN].first == date(2025, 5, 3)


@pytest.mark.rule("SYS-9")
def test_what_one_party_has_declared_is_told_once_and_what_both_have_is_not_changed() -> None:
    by_region = draft().after(DECLARE, ORE.region, "2026-06-02", **describe("2025-05-02"))

    assert by_region.decided(DECLARE, ORE.region, "2026-06-03", **describe("2025-05-02")) == ()
    for by in (ORE.region, ORE.municipality()):
        declared("2025-05-02").refuses(WrongState, DECLARE, by, "2026-07-01", **describe("2025-06-01"))


@pytest.mark.rule("SYS-9")
def test_a_day_to_come_another_municipality_and_a_version_of_the_package_are_refused() -> None:
    draft().refuses(OccurredInFuture, DECLARE, ORE.region, "2026-06-02", **describe("2026-06-03"))
    assert draft().decided(DECLARE, ORE.region, "2026-06-02", **describe("2026-06-02"))
    draft().refuses(NotPartyOfAgreement, DECLARE, ORE.municipality(1), "2026-06-02", **describe("2025-05-02"))
    ORE.refuses(WrongState, DECLARE, ORE.region, "2026-06-02", **describe("2025-05-02"))


@pytest.mark.rule("SYS-9")
def test_the_refusal_to_sign_backwards_names_the_rule_that_says_so_and_the_act_that_leads_on() -> None:
    signed = draft().after(acts.sign_version, ORE.region, "2025-04-01", recorded="2026-06-01")
    signed = signed.after(acts.sign_version, ORE.municipality(), "2025-04-01", recorded="2026-06-01")

    refused = signed.refuses(NotRetroactive, acts.publish_version, ORE.region, "2025-04-01", recorded="2026-06-01")

    assert (refused.rule, refused.acts) == ("SYS-9", ("declare-conclusion",))


@pytest.mark.rule("ORE-1.1-1")
def test_another_municipality_signs_and_is_bound_here_from_that_day() -> None:
    signed = declared("2025-05-02").after(acts.sign_version, ORE.region, "2026-06-04")
    signed = signed.after(acts.sign_version, ORE.municipality(1), "2026-06-05")
    (lacking,) = list_unconcluded(signed.agreement, signed.record, ORE.directory)
    published = signed.after(acts.publish_version, ORE.region, "2026-06-06")

    assert (lacking.municipality, lacking.lack) == (OTHER, "its publication")
    assert find_periods(signed).keys() == {OWN}
    assert {bound: period.first for bound, period in find_periods(published).items()} == {
        OWN: date(2025, 5, 2),
        OTHER: date(2026, 6, 6),
    }
    assert published.record.find_conclusion(OWN, Party.REGION) is not None


@pytest.mark.rule("SYS-9")
def test_a_conclusion_is_known_from_the_time_at_which_the_second_word_was_recorded() -> None:
    both = declared("2025-05-02")
    first, second = both.events
    stored = second.model_copy(update={"recorded_at": swedish("2026-06-05 08:00")})

    record = evolve(evolve(draft().record, first), stored)

    assert derive_validity(both.agreement, both.record, [OWN]).late == {OWN: swedish("2026-06-03 12:00")}
    assert derive_validity(both.agreement, record, [OWN]).late == {OWN: swedish("2026-06-05 08:00")}
