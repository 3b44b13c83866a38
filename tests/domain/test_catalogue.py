"""The version in force: on which days, with which municipality, and which local agreements stand under it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from domain.agreements.model import Agreement, Way
from domain.versions.catalogue import AgreementsUnreadable, Catalogue
from domain.versions.local_agreement import LocalAgreement
from domain.versions.validity import Unconcluded, ValidityPeriod, VersionValidity
from tests.agreements.orebro import OREBRO
from tests.scenario import A, B, swedish

FIRST = OREBRO.model_copy(update={"version": "early", "valid_from": date(2025, 1, 1), "valid_to": date(2026, 6, 30)})
SECOND = FIRST.model_copy(update={"version": "late", "valid_from": date(2026, 1, 1), "valid_to": None})


def days(first: str, last: str | None = None) -> ValidityPeriod:
    """Return a period from one day through another."""
    return ValidityPeriod(first=date.fromisoformat(first), last=date.fromisoformat(last) if last else None)


def local(key: str, municipality: str, first: str, last: str | None = None) -> LocalAgreement:
    """Return a local agreement with a municipality from one day through another."""
    period = days(first, last)
    return LocalAgreement(
        key=key, municipality=municipality, way=Way.COOPERATION, valid_from=period.first, valid_to=period.last
    )


def validity(version: Agreement, periods: Mapping[str, ValidityPeriod], *locals: LocalAgreement) -> VersionValidity:
    """Return the days on which a version binds each municipality."""
    return VersionValidity(agreement=version.ref, periods=dict(periods), local=locals)


BY_TEXT = Catalogue(agreements=(FIRST, SECOND))
EVENINGS, NIGHTS = local("evenings", A, "2025-05-01", "2025-05-31"), local("nights", B, "2025-05-01", "2025-06-30")
SIGNED = Catalogue(
    agreements=(FIRST, SECOND),
    validities=(
        validity(FIRST, {A: days("2025-01-01", "2026-06-30"), B: days("2025-03-01", "2025-09-30")}, EVENINGS, NIGHTS),
        validity(SECOND, {A: days("2026-02-01")}),
    ),
)


def in_force(catalogue: Catalogue, day: str, municipality: str | None = None) -> str | None:
    found = catalogue.in_force("orebro", swedish(f"{day} 12:00"), municipality)
    return found.version if found is not None else None


@pytest.mark.parametrize(
    ("day", "version"), [("2024-12-31", None), ("2025-01-01", "early"), ("2025-12-31", "early"), ("2026-01-01", "late")]
)
def test_a_text_is_in_force_from_its_first_day_until_a_later_one_begins(day: str, version: str | None) -> None:
    assert in_force(BY_TEXT, day) == in_force(BY_TEXT, day, A) == version


@pytest.mark.parametrize(("day", "version"), [("2026-06-30", "early"), ("2026-07-01", None)])
def test_a_text_with_a_last_day_is_in_force_through_it(day: str, version: str | None) -> None:
    assert in_force(Catalogue(agreements=(FIRST,)), day) == version


@pytest.mark.rule("ORE-1.1-1")
@pytest.mark.parametrize(
    ("day", "of_a", "of_b", "of_any"),
    [
        ("2025-02-28", "early", None, "early"),
        ("2025-03-01", "early", "early", "early"),
        ("2025-09-30", "early", "early", "early"),
        ("2025-10-01", "early", None, "early"),
        ("2026-01-31", "early", None, "early"),
        ("2026-02-01", "late", None, "late"),
        ("2026-07-01", "late", None, "late"),
    ],
)
def test_a_version_binds_each_municipality_on_its_own_days(
    day: str, of_a: str | None, of_b: str | None, of_any: str | None
) -> None:
    assert [in_force(SIGNED, day, municipality) for municipality in (A, B, None)] == [of_a, of_b, of_any]


def test_the_periods_of_a_version_end_where_a_later_one_begins_and_no_local_agreement_divides_them() -> None:
    assert SIGNED.periods_in_force(FIRST, A) == (days("2025-01-01", "2026-01-31"),)
    assert SIGNED.periods_in_force(SECOND, A) == (days("2026-02-01"),)
    assert SIGNED.periods_in_force(FIRST, B) == (days("2025-03-01", "2025-09-30"),)
    assert SIGNED.periods_in_force(SECOND, B) == ()


def test_a_version_that_is_in_force_again_after_another_has_two_periods() -> None:
    between = validity(SECOND, {A: days("2025-06-01", "2025-06-30")})
    catalogue = Catalogue(
        agreements=(FIRST, SECOND), validities=(validity(FIRST, {A: days("2025-01-01", "2025-12-31")}), between)
    )

    assert catalogue.periods_in_force(FIRST, A) == (
        days("2025-01-01", "2025-05-31"),
        days("2025-07-01", "2025-12-31"),
    )


@pytest.mark.parametrize("listed", [(FIRST, SECOND), (SECOND, FIRST)], ids=["listed first", "listed last"])
def test_of_two_versions_with_the_same_first_day_the_one_that_was_concluded_later_holds(
    listed: tuple[Agreement, ...],
) -> None:
    def concluded(version: Agreement, **moments: str) -> VersionValidity:
        of = {municipality: swedish(f"2025-11-{moments[name]}") for name, municipality in (("a", A), ("b", B))}
        return validity(version, {A: days("2026-01-01"), B: days("2026-01-01")}).model_copy(update={"concluded": of})

    mended = concluded(FIRST, a="05 10:00", b="05 09:00"), concluded(SECOND, a="05 10:01", b="04 09:00")
    catalogue = Catalogue(agreements=listed, validities=mended)
    outside = Catalogue(agreements=listed, validities=(mended[0], validity(SECOND, {A: days("2026-01-01")})))

    assert [in_force(catalogue, "2026-01-01", municipality) for municipality in (A, B)] == ["late", "early"]
    assert catalogue.periods_in_force(FIRST, A) == catalogue.periods_in_force(SECOND, B) == ()
    assert in_force(outside, "2026-01-01", A) == "early"


@pytest.mark.parametrize(
    ("municipality", "expected"),
    [
        (A, {"2025-01-01", "2025-05-01", "2025-06-01", "2026-02-01", "2026-07-01"}),
        (B, {"2025-03-01", "2025-05-01", "2025-07-01", "2025-10-01"}),
        (None, {"2025-01-01", "2025-03-01", "2025-10-01", "2026-02-01", "2026-07-01"}),
    ],
    ids=["A", "B", "any"],
)
def test_the_days_on_which_something_begins_or_has_ended_are_a_municipalitys_own(
    municipality: str | None, expected: set[str]
) -> None:
    assert SIGNED.turning_days("orebro", municipality) == {date.fromisoformat(day) for day in expected}
    assert SIGNED.turning_days("gavleborg", municipality) == set()


@pytest.mark.parametrize(
    ("day", "municipality", "expected"),
    [
        ("2025-04-30", A, ()),
        ("2025-05-01", A, (EVENINGS,)),
        ("2025-05-31", A, (EVENINGS,)),
        ("2025-06-01", A, ()),
        ("2025-06-01", B, (NIGHTS,)),
        ("2025-05-15", None, ()),
    ],
)
def test_a_local_agreement_holds_for_its_municipality_through_its_last_day(
    day: str, municipality: str | None, expected: tuple[Any, ...]
) -> None:
    assert SIGNED.local(FIRST, swedish(f"{day} 12:00"), municipality) == expected
    assert SIGNED.local(None, swedish(f"{day} 12:00"), municipality) == ()
    assert BY_TEXT.local(FIRST, swedish(f"{day} 12:00"), municipality) == ()


# --- What is not concluded --------------------------------------------------------------------------------------------


def unsigned(version: Agreement, municipality: str, first: str, last: str | None = None) -> Unconcluded:
    """Return a version that only lacks the signature of a municipality."""
    return Unconcluded(
        agreement=version.ref,
        county=version.county,
        municipality=municipality,
        days=days(first, last),
        unsigned=(municipality,),
        is_published=True,
    )


OLD, NEW, NEXT_DOOR = (
    unsigned(FIRST, A, "2025-01-01", "2026-06-30"),
    unsigned(SECOND, A, "2026-01-01"),
    unsigned(FIRST, B, "2025-03-01", "2025-09-30"),
)


@pytest.mark.rule("SYS-2")
@pytest.mark.parametrize(
    ("day", "municipality", "expected"),
    [
        ("2024-12-31", A, None),
        ("2025-01-01", A, OLD),
        ("2026-02-01", A, NEW),
        ("2025-09-30", B, NEXT_DOOR),
        ("2025-10-01", B, None),
        ("2025-05-01", None, NEXT_DOOR),
        ("2026-07-01", None, NEW),
    ],
)
def test_of_the_versions_that_lack_something_the_latest_of_the_day_and_the_municipality_is_named(
    day: str, municipality: str | None, expected: Unconcluded | None
) -> None:
    catalogue = Catalogue(agreements=(), unconcluded=(NEW, OLD, NEXT_DOOR))
    moments = [swedish("2020-05-01 12:00"), swedish(f"{day} 12:00")]

    assert catalogue.find_unconcluded("orebro", moments, municipality) == expected
    assert catalogue.find_unconcluded("gavleborg", moments, municipality) is None


@pytest.mark.parametrize(("regulating", "version"), [(("early", "late"), "early"), (("late",), "late"), ((), "early")])
def test_the_first_version_that_regulates_something_is_found_or_else_the_first_in_force(
    regulating: tuple[str, ...], version: str
) -> None:
    moments = [swedish(f"{day} 12:00") for day in ("2024-12-31", "2025-01-01", "2026-01-01")]

    found = BY_TEXT.first_in_force("orebro", moments, A, lambda text: text.version in regulating)
    assert found is not None
    assert found.version == version
    assert BY_TEXT.first_in_force("orebro", moments[:1], A, lambda _: True) is None


@pytest.mark.rule("SYS-9")
@pytest.mark.parametrize(
    ("known", "is_late"), [("2024-12-31 12:00", False), ("2025-01-01 00:00", False), ("2025-01-01 00:01", True)]
)
def test_a_beginning_that_became_known_after_it_is_late(known: str, is_late: bool) -> None:
    late = validity(FIRST, {A: days("2025-01-01"), B: days("2025-03-01")}).model_copy(
        update={"late": {A: swedish(known), B: swedish("2026-01-01 08:00")}}
    )
    catalogue = Catalogue(agreements=(FIRST, SECOND), validities=(late,))

    expected = ((swedish("2025-01-01 00:00"), swedish(known)),) if is_late else ()
    assert catalogue.list_late_starts("orebro", A) == expected


def test_nothing_is_answered_about_a_county_of_which_a_version_cannot_be_read() -> None:
    elsewhere = FIRST.model_copy(update={"county": "gavleborg", "id": "other"})
    catalogue = Catalogue(agreements=(FIRST, elsewhere), unreadable=frozenset({"orebro"}))

    with pytest.raises(AgreementsUnreadable):
        in_force(catalogue, "2025-01-01")
    found = catalogue.in_force("gavleborg", swedish("2025-01-01 12:00"))
    assert found is not None
    assert found.ref == elsewhere.ref


def test_a_version_that_an_event_names_is_unreadable_or_was_never_published() -> None:
    with pytest.raises(AgreementsUnreadable):
        Catalogue(agreements=(FIRST,), unreadable=frozenset({"gavleborg"})).version(SECOND.ref)
    with pytest.raises(KeyError):
        Catalogue(agreements=(FIRST,)).version(SECOND.ref)
