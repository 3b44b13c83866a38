"""A month's days in hospital of those who were ready for discharge: what the region claims, and the answer to it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid5

import pytest

from domain.authoring.background import find_national_liability
from domain.authoring.publication import load_published
from domain.kernel import Role
from domain.ledgers.settlement.acts import hospital_days, rates
from domain.ledgers.settlement.events.hospital_days import HospitalDaysClaimed
from domain.ledgers.settlement.refusals import NotReimbursable, RateNotPublished
from domain.ledgers.settlement.rules.hospital_days import CaseDays, find_liability_version, read_case_days
from domain.ledgers.settlement.state.hospital_days import ClaimStatus, HospitalDays, hospital_days_id
from domain.ledgers.settlement.state.rates import Rates
from domain.refusals import ActorNotAllowed, OccurredTooEarly, WrongState
from domain.versions.catalogue import Catalogue
from tests.domain.settlement.books import ECONOMIST, IDS, Book, Decision, book, case
from tests.domain.test_discharge_notice import left, ready
from tests.domain.test_payment_liability import june, notified, prepared
from tests.scenario import NURSE_A, A, B, swedish

RULE = "LSU-5-6"
JUNE = date(2025, 6, 15)
"""Any day of the month that is claimed."""


def days_of(name: str, *days: date) -> CaseDays:
    """Return a case with these liable days."""
    notices = (uuid5(IDS, f"notice of {name}"),)
    return CaseDays(case=case(name), patient_id=uuid5(IDS, name), days=days, notices=notices)


ONE, OTHER = days_of("one", *june(5, 7)), days_of("other", *june(30, 30))


def priced(*years: int) -> Rates | None:
    """Return the county's rates, with an amount for a day of each of these years. None if there is no year."""
    story = book("orebro", "2025-01-07")
    for year in years:
        story = story.after(rates.publish_daily_amount, ECONOMIST, year=year, amount=Decimal(year), source="HSLF-FS")
    return story.rates if years else None


def claim(*liable: CaseDays, published: Rates | None = None, **changes: Any) -> dict[str, Any]:
    """Return the content of a claim for June on municipality A."""
    content = {"municipality": A, "month": JUNE, "liable": liable, "rates": published or priced(2025)}
    return content | changes


def july() -> Book:
    """Begin the claim for June, in July."""
    return book("orebro", "2025-07-04")


def claimed(*liable: CaseDays) -> Book:
    """Tell that the region claimed June."""
    return july().after(hospital_days.claim_hospital_days, ECONOMIST, **claim(*(liable or (ONE, OTHER))))


def contested() -> Book:
    """Tell that the municipality contested the claim."""
    return claimed().after(hospital_days.contest_hospital_days, NURSE_A, reason="She had a fever")


def accepted() -> Book:
    """Tell that the municipality accepted the claim."""
    return claimed().after(hospital_days.accept_hospital_days, NURSE_A)


# --- The claim --------------------------------------------------------------------------------------------------------


def test_a_month_is_claimed_case_by_case_at_the_amount_of_its_year() -> None:
    published = priced(2024, 2025)
    assert published is not None
    event = (
        july()
        .after(hospital_days.claim_hospital_days, ECONOMIST, **claim(ONE, OTHER, published=published))
        .last(HospitalDaysClaimed)
    )

    assert [(line.case, line.days, line.amount.amount) for line in event.lines] == [
        (ONE.case, ONE.days, Decimal(3 * 2025)),
        (OTHER.case, OTHER.days, Decimal(2025)),
    ]
    (source,) = published.daily[2025].sources
    assert event.lines[0].amount.sources == (source, *ONE.notices)
    assert (event.total.amount, event.total.clauses) == (Decimal(4 * 2025), (RULE,))
    assert event.total.sources == (source, *ONE.notices, *OTHER.notices)
    assert (event.month, event.originator_id) == (date(2025, 6, 1), hospital_days_id("orebro", A, JUNE))


@pytest.mark.parametrize("years", [(), (2024,)])
def test_no_amount_is_made_up_for_a_year_that_has_none(years: tuple[int, ...]) -> None:
    content = claim(ONE) | {"rates": priced(*years)}
    july().refuses(
        RateNotPublished, hospital_days.claim_hospital_days, ECONOMIST, rule=RULE, where=("2025",), **content
    )


def test_nothing_is_claimed_for_no_day_unless_days_were_claimed_before() -> None:
    july().refuses(
        NotReimbursable, hospital_days.claim_hospital_days, ECONOMIST, rule=RULE, where=("month",), **claim()
    )
    nothing = claimed().after(hospital_days.claim_hospital_days, ECONOMIST, **claim()).state(HospitalDays)
    assert (nothing.lines, nothing.total.amount) == ((), Decimal(0))


@pytest.mark.rule("SYS-6")
def test_a_month_is_claimed_when_it_is_over() -> None:
    july().refuses(
        OccurredTooEarly,
        hospital_days.claim_hospital_days,
        ECONOMIST,
        at="2025-06-30 23:59",
        rule="SYS-6",
        **claim(ONE),
    )
    midnight = july().after(hospital_days.claim_hospital_days, ECONOMIST, at="2025-07-01 00:00", **claim(ONE))
    midnight.last(HospitalDaysClaimed)


@pytest.mark.parametrize(
    ("before", "status"), [(claimed(), "claimed"), (contested(), "contested"), (accepted(), "accepted")]
)
def test_a_month_is_claimed_anew_when_the_cases_say_something_else_and_not_else(before: Book, status: str) -> None:
    decide = hospital_days.claim_hospital_days
    before.refuses(WrongState, decide, ECONOMIST, rule=RULE, where=(status,), **claim(ONE, OTHER))
    before.refuses(OccurredTooEarly, decide, ECONOMIST, at="2025-07-04 08:59", rule="SYS-6", **claim(ONE))

    again = before.after(decide, ECONOMIST, **claim(ONE))
    assert again.state(HospitalDays).status is ClaimStatus.CLAIMED
    assert again.state(HospitalDays).total.amount == Decimal(3 * 2025)
    assert again.events[-1].originator_id == before.events[0].originator_id
    assert again.events[-1].originator_version == before.events[-1].originator_version + 1


# --- The answer -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-3")
def test_the_municipality_accepts_a_claim_also_after_contesting_it_and_the_claim_stands_meanwhile() -> None:
    against, agreed = contested().state(HospitalDays), accepted().state(HospitalDays)
    later = contested().after(hospital_days.accept_hospital_days, NURSE_A).state(HospitalDays)

    assert (against.status, against.reasons) == (ClaimStatus.CONTESTED, ("She had a fever",))
    assert against.total == agreed.total
    assert (agreed.status, later.status) == (ClaimStatus.ACCEPTED, ClaimStatus.ACCEPTED)


def test_a_claim_is_contested_once_and_nothing_is_said_of_one_that_is_accepted() -> None:
    against: dict[str, Any] = {"decide": hospital_days.contest_hospital_days, "by": NURSE_A, "reason": "A fever"}

    contested().refuses(WrongState, rule=RULE, where=("contested",), **against)
    accepted().refuses(WrongState, rule=RULE, where=("accepted",), **against)
    accepted().refuses(WrongState, hospital_days.accept_hospital_days, NURSE_A, rule=RULE, where=("accepted",))


@pytest.mark.rule("SYS-6")
def test_a_claim_is_not_answered_before_it_was_made() -> None:
    answers: tuple[tuple[Decision, dict[str, Any]], ...] = (
        (hospital_days.accept_hospital_days, {}),
        (hospital_days.contest_hospital_days, {"reason": "A fever"}),
    )
    for decide, content in answers:
        claimed().refuses(OccurredTooEarly, decide, NURSE_A, at="2025-07-04 08:59", rule="SYS-6", **content)


@pytest.mark.rule("SYS-3")
def test_the_region_claims_and_the_municipality_answers() -> None:
    july().refuses(ActorNotAllowed, hospital_days.claim_hospital_days, NURSE_A, rule="SYS-3", **claim(ONE))
    claimed().refuses(ActorNotAllowed, hospital_days.accept_hospital_days, ECONOMIST, rule="SYS-3")
    claimed().refuses(ActorNotAllowed, hospital_days.contest_hospital_days, ECONOMIST, rule="SYS-3", reason="A fever")


@pytest.mark.rule("SYS-4")
def test_the_amount_of_a_year_is_published_once_and_corrected_by_name() -> None:
    content: dict[str, Any] = {"year": 2025, "amount": Decimal(9900), "source": "HSLF-FS"}
    ledger = book("orebro", "2025-01-07").after(rates.publish_daily_amount, ECONOMIST, **content)
    ledger.refuses(WrongState, rates.publish_daily_amount, ECONOMIST, rule=RULE, where=("null",), **content)
    right = ledger.after(
        rates.publish_daily_amount, ECONOMIST, **content | {"amount": Decimal(9800)}, corrects=ledger.events[0].id
    )
    assert right.rates.daily[2025].amount == Decimal(9800)


# --- The days of the cases --------------------------------------------------------------------------------------------


def test_the_days_of_a_month_are_read_from_the_cases_of_the_municipality() -> None:
    june_and_july = left(ready(prepared(at="2025-06-25 08:00"), at="2025-06-25 11:00"), at="2025-07-03 10:00")
    never_liable = notified(without="planning-call")
    histories = [june_and_july.events, never_liable.events, ()]

    def read(first: date, last: date, municipality: str = A) -> list[tuple[date, ...]]:
        found = read_case_days(histories, load_published(), municipality=municipality, first=first, last=last)
        for each in found:
            assert (each.case, each.patient_id) == (june_and_july.state.id, june_and_july.state.patient_id)
            assert each.notices == tuple(notice.event for notice in june_and_july.state.discharge_notices)
        return [each.days for each in found]

    assert read(date(2025, 6, 1), date(2025, 6, 30)) == [june(28, 30)]
    assert read(date(2025, 7, 1), date(2025, 7, 31)) == [(date(2025, 7, 1), date(2025, 7, 2))]
    assert read(date(2025, 6, 29), date(2025, 6, 29)) == [june(29, 29)]
    assert read(date(2025, 5, 1), date(2025, 5, 31)) == []
    assert read(date(2025, 6, 1), date(2025, 6, 30), B) == []


def test_the_last_day_of_a_month_counts_while_the_person_is_still_there() -> None:
    story = ready(prepared(at="2025-06-25 08:00"), at="2025-06-25 11:00")

    (found,) = read_case_days(
        [story.events], load_published(), municipality=A, first=date(2025, 6, 1), last=date(2025, 6, 30)
    )

    assert found.days == june(28, 30)


def test_without_a_version_in_force_the_law_alone_says_which_days_count() -> None:
    story = ready(prepared())

    found = find_liability_version(Catalogue(agreements=()), story.state, swedish("2025-06-30 12:00"))

    assert found == (None, find_national_liability())


@pytest.mark.rule("SYS-7")
def test_where_the_version_names_nobody_licensed_staff_and_coordinators_claim_and_no_official() -> None:
    official = ECONOMIST.model_copy(update={"role": Role.OFFICIAL})

    july().refuses(
        ActorNotAllowed,
        hospital_days.claim_hospital_days,
        official,
        rule="SYS-3",
        where=(Role.OFFICIAL,),
        **claim(ONE),
    )
