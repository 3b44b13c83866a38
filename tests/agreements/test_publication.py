"""The version in force on a day, and published texts that stay as they were."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from domain.authoring.publication import FaultyText, TextRefused, digest, load, load_published, publish, read_texts
from domain.kernel import AgreementRef
from domain.versions.catalogue import Catalogue
from tests.agreements.orebro import OREBRO
from tests.agreements.published import find_in_force
from tests.agreements.test_subordinate_texts import MAIN, PART

TEXT = (files("domain.agreements") / "texts" / "orebro" / "1085641-R1.toml").read_bytes()
NAME = "orebro/1085641-R1.toml"
LOCK = f'[texts]\n"{NAME}" = "{digest(TEXT)}"\n'.encode()


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.rule("ORE-0-2")
@pytest.mark.parametrize("at", [utc(2025, 3, 10, 12), utc(2025, 3, 10, 22, 59)])
def test_nothing_is_in_force_before_the_first_day(at: datetime) -> None:
    assert find_in_force("orebro", at) is None


@pytest.mark.rule("ORE-0-2")
@pytest.mark.parametrize("at", [utc(2025, 3, 10, 23), utc(2025, 3, 11, 12), utc(2035, 1, 1, 0)])
def test_the_version_is_in_force_from_midnight_in_stockholm_until_superseded(at: datetime) -> None:
    assert find_in_force("orebro", at) is OREBRO


@pytest.mark.rule("SYS-7")
def test_another_county_never_gets_this_countys_version() -> None:
    assert find_in_force("uppsala", utc(2025, 4, 1, 12)) is None


@pytest.mark.rule("ORE-0-1")
def test_the_version_knows_its_document() -> None:
    assert str(OREBRO.ref) == "1085641 R1"
    assert (OREBRO.document.number, OREBRO.document.revision) == ("1085641", "R1")
    assert OREBRO.document.revised == date(2025, 2, 17)


def test_a_clause_has_its_place_and_its_meaning() -> None:
    clause = OREBRO.clause("ORE-3.1.2-6")

    assert (clause.section, clause.lines, clause.heading) == ("3.1.2", "323-324", "Kvittera")
    assert clause.statement == "Kommunen kvitterar att vårdbegäran har kommit fram."
    assert clause.english == "The municipality shall acknowledge that it has received the request."


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.rule("ORE-3.1.3-14")
def test_a_dispute_follows_an_external_procedure_and_performance_stays() -> None:
    dispute = OREBRO.dispute

    assert dispute is not None
    assert (dispute.procedure, dispute.steps) == ("principles", ())
    assert (dispute.interim, dispute.interim_derived, dispute.retroactive) == ("holder-before", True, False)


@pytest.mark.rule("ORE-3.1.7-1")
@pytest.mark.rule("ORE-3.1.7-2")
def test_a_discharge_needs_both_parties_and_an_informed_individual() -> None:
    rule = OREBRO.discharge_rule("primary-care")

    assert rule in OREBRO.discharge
    assert OREBRO.discharge[0].by == "both-parties"
    assert OREBRO.discharge[0].inform_individual == ("ORE-3.1.7-2",)


def test_the_version_of_an_event_is_found() -> None:
    assert load_published().version(AgreementRef(id="1085641", version="R1")) is OREBRO
    with pytest.raises(KeyError, match="1085641 R0"):
        load_published().version(AgreementRef(id="1085641", version="R0"))


@pytest.mark.rule("ORE-0-2")
def test_a_newer_version_supersedes_and_the_older_still_answers_for_its_time() -> None:
    newer = OREBRO.model_copy(update={"version": "R2", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30)})
    catalogue = Catalogue(agreements=(newer, OREBRO))

    assert catalogue.in_force("orebro", utc(2025, 12, 31, 22, 59)) is OREBRO
    assert catalogue.in_force("orebro", utc(2025, 12, 31, 23)) is newer
    assert catalogue.in_force("orebro", utc(2026, 6, 30, 21, 59)) is newer
    assert catalogue.in_force("orebro", utc(2026, 6, 30, 22)) is OREBRO


def test_the_lock_lets_the_published_text_through() -> None:
    assert publish({NAME: TEXT}, LOCK).agreements == (OREBRO,)


def test_the_lock_refuses_a_text_that_has_changed() -> None:
    with pytest.raises(TextRefused, match="has changed since it was published"):
        publish({NAME: TEXT + b"\n"}, LOCK)


def test_the_lock_refuses_a_text_that_is_missing() -> None:
    with pytest.raises(TextRefused, match="is published and missing"):
        publish({}, LOCK)


def test_a_subordinate_agreement_is_published_with_its_main_agreement() -> None:
    texts = {"mall-lan/barn.toml": PART.encode(), "mall-lan/mall.toml": MAIN.encode()}
    lock = "[texts]\n" + "".join(f'"{name}" = "{digest(text)}"\n' for name, text in texts.items())

    published = publish(texts, lock.encode()).agreements

    assert [str(agreement.ref) for agreement in published] == ["barn 1", "mall 1"]
    with pytest.raises(TextRefused, match=r"mall\.toml is published and missing"):
        publish({"mall-lan/barn.toml": PART.encode()}, lock.encode())


def test_a_text_that_the_record_does_not_hold_is_the_packages_own() -> None:
    known = {OREBRO.ref: None, AgreementRef(id="barn", version="1"): PART.encode()}

    assert list(read_texts(known)) == [TEXT, PART.encode()]


def test_a_text_that_the_lock_does_not_name_is_a_draft() -> None:
    assert publish({NAME: TEXT, "orebro/draft.toml": b"not even TOML"}, LOCK).agreements == (OREBRO,)


def test_a_faulty_text_is_refused_with_its_lines() -> None:
    with pytest.raises(FaultyText, match="1: the text is not TOML"):
        load(b"id =")
