"""The signatures and endings of a version: by the offices that its text names, and by one party of a prolonged one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.agreements.model import ActName, ActorGroup
from domain.agreements.model.document import Prolongation
from domain.agreements.model.permissions import ActRule
from domain.kernel import SIGNATORY, Actor, Party, Role
from domain.ledger_permission import list_groups, name_groups
from domain.ledgers.versions.acts import conclusion
from domain.ledgers.versions.acts import version as acts
from domain.refusals import ActorNotAllowed, OccurredTooEarly, OtherPartyMissing, WrongState
from domain.versions.events import EndingDeclared, VersionSigned
from domain.versions.validity import ValidityPeriod, derive_validity
from tests.domain.test_version_records import GAV, ORE, Record, draft

SIGN, PUBLISH, END = acts.sign_version, acts.publish_version, acts.end_version
CHAIR, DIRECTOR = "board-chair", "care-director"
TWO_OFFICES = ActorGroup(party=Party.REGION, offices=(CHAIR, DIRECTOR), signatures=2)
PHYSICIANS = ActorGroup(party=Party.REGION, roles=(Role.PHYSICIAN,))
ONE_OFFICE = ActorGroup(party=Party.MUNICIPALITY, offices=(CHAIR,))


def ask(of: Record, act: ActName, *groups: ActorGroup, **changes: Any) -> Record:
    """Return the record of a text that names who may do an act."""
    rule = ActRule(by=groups, clauses=next(iter(of.agreement.acts.values())).clauses)
    return replace(of, agreement=of.agreement.model_copy(update={"acts": of.agreement.acts | {act: rule}} | changes))


def official(serial: str, *offices: str, of: Actor = ORE.region) -> Actor:
    """Return a person who holds offices in the principal of another."""
    return of.model_copy(update={"person": f"{of.principal.split('-')[0]}-{serial}", "offices": offices})


CHAIRWOMAN, VICE_CHAIR, HEAD = official("1", CHAIR), official("2", CHAIR), official("3", DIRECTOR)
BOTH = official("4", CHAIR, DIRECTOR)
MAYOR = official("5", CHAIR, of=ORE.municipality())


def signed_by(record: Record, *people: Actor) -> tuple[VersionSigned, ...]:
    """Return the signatures on the record when these people too have signed the version, one after the other."""
    for person in people:
        record = record.after(SIGN, person, "2026-06-02")
    return tuple(event for event in record.events if isinstance(event, VersionSigned))


@pytest.mark.rule("SYS-3")
def test_a_principal_has_signed_when_as_many_of_its_offices_have_as_the_text_demands() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES, ONE_OFFICE)

    by_region = signed_by(unsigned, HEAD, CHAIRWOMAN)
    (by_municipality,) = signed_by(unsigned, MAYOR)

    assert [(event.office, event.complete) for event in by_region] == [(DIRECTOR, False), (CHAIR, True)]
    assert (by_municipality.office, by_municipality.complete) == (CHAIR, True)
    half = unsigned.after(SIGN, HEAD, "2026-06-02").after(SIGN, MAYOR, "2026-06-02")
    assert half.refuses(OtherPartyMissing, PUBLISH, ORE.region, "2026-06-03").where == (Party.REGION,)
    whole = half.after(SIGN, CHAIRWOMAN, "2026-06-03")
    assert whole.refuses(WrongState, SIGN, BOTH, "2026-06-04").where == ("signed by your principal",)


@pytest.mark.rule("SYS-3")
def test_each_person_and_each_office_signs_once() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES, ONE_OFFICE)

    again = unsigned.after(SIGN, BOTH, "2026-06-02").refuses(WrongState, SIGN, BOTH, "2026-06-03")
    same_office = unsigned.after(SIGN, CHAIRWOMAN, "2026-06-02").refuses(WrongState, SIGN, VICE_CHAIR, "2026-06-03")

    assert again.where == ("done by you",)
    assert same_office.where == (f"done by {CHAIR}",)
    assert [event.office for event in signed_by(unsigned, CHAIRWOMAN, BOTH)] == [CHAIR, DIRECTOR]


@pytest.mark.rule("SYS-3")
def test_who_holds_two_offices_makes_room_for_who_holds_one_of_them() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES, ONE_OFFICE)

    first, second = signed_by(unsigned, BOTH, CHAIRWOMAN)

    assert (first.office, second.office, second.complete) == (CHAIR, CHAIR, True)
    assert [(each.person, each.office) for each in second.moved] == [(BOTH.person, DIRECTOR)]


@pytest.mark.rule("SYS-3")
def test_the_refusal_to_sign_stands_on_the_text_only_if_the_text_names_those_who_may() -> None:
    by_text = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES)
    by_directory = ask(draft(), ActName.SIGN_VERSION, ActorGroup(party=Party.REGION))
    cited = by_text.agreement.acts[ActName.SIGN_VERSION].clauses[0]

    refused = [of.refuses(ActorNotAllowed, SIGN, official("6"), "2026-06-02") for of in (by_text, by_directory)]

    assert [refusal.rule for refusal in refused] == [cited, "SYS-3"]


@pytest.mark.rule("SYS-9")
def test_those_who_sign_declare_that_a_version_was_concluded_elsewhere_if_the_text_does_not_say_who() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES, ONE_OFFICE)
    own = ask(unsigned, ActName.DECLARE_CONCLUSION, PHYSICIANS)

    assert list_groups(ActName.DECLARE_CONCLUSION, unsigned.agreement) == (TWO_OFFICES, ONE_OFFICE)
    assert list_groups(ActName.DECLARE_CONCLUSION, own.agreement) == (PHYSICIANS,)


@pytest.mark.parametrize(
    ("act", "names_party", "names_signatories", "names_coordinators"),
    [
        (ActName.SIGN_VERSION, False, True, False),
        (ActName.SUBMIT_VERSION, False, True, True),
        (ActName.HOLD_FOLLOW_UP, True, True, False),
        (ActName.CLAIM_HOSPITAL_DAYS, True, False, False),
    ],
)
def test_a_whole_party_acts_on_an_agreement_by_those_whom_its_directory_names(
    act: ActName, names_party: bool, names_signatories: bool, names_coordinators: bool
) -> None:
    whole = ActorGroup(party=Party.REGION)
    signatories = ActorGroup(party=Party.REGION, offices=(SIGNATORY,))
    coordinators = ActorGroup(party=Party.REGION, roles=(Role.COORDINATOR,))

    found = tuple(name_groups(act, [whole, PHYSICIANS]))

    assert [each in found for each in (whole, signatories, coordinators)] == [
        names_party,
        names_signatories,
        names_coordinators,
    ]
    assert PHYSICIANS in found
    assert (PHYSICIANS.model_copy(update={"offices": (SIGNATORY,)}) in found, found.count(PHYSICIANS)) == (False, 1)


@pytest.mark.rule("SYS-9")
def test_a_principal_has_declared_a_conclusion_when_its_offices_have_declared_the_same_day() -> None:
    regulated = ask(draft(), ActName.DECLARE_CONCLUSION, TWO_OFFICES, ONE_OFFICE)
    municipality, original = ORE.municipality().principal, "Diariet 2025-114"

    def declare(record: Record, by: Actor, on: str, concluded_on: str) -> Record:
        content = {"municipality": municipality, "concluded_on": date.fromisoformat(concluded_on), "original": original}
        return record.after(conclusion.declare_conclusion, by, on, **content)

    first = declare(regulated, HEAD, "2026-06-02", "2025-05-02")
    another_day = declare(first, CHAIRWOMAN, "2026-06-03", "2025-05-03")
    same_day = declare(first, CHAIRWOMAN, "2026-06-03", "2025-05-02")

    assert first.record.find_conclusion(municipality, Party.REGION) is None
    assert another_day.record.find_conclusion(municipality, Party.REGION) is None
    assert same_day.record.find_conclusion(municipality, Party.REGION) is not None


@pytest.mark.rule("SYS-3")
def test_one_signature_is_enough_of_those_whom_the_text_names_by_no_office() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, PHYSICIANS, ONE_OFFICE)
    physician = ORE.region.model_copy(update={"role": Role.PHYSICIAN, "offices": ()})

    (event,) = signed_by(unsigned, physician)

    assert (event.office, event.complete) == (None, True)


@pytest.mark.rule("SYS-6")
def test_an_office_does_not_sign_before_the_one_that_signed_first() -> None:
    unsigned = ask(draft(), ActName.SIGN_VERSION, TWO_OFFICES, ONE_OFFICE)

    unsigned.after(SIGN, HEAD, "2026-06-03").refuses(OccurredTooEarly, SIGN, CHAIRWOMAN, "2026-06-02")


def describe_end(last_day: str) -> dict[str, Any]:
    """Return the content of a declaration that the version ends."""
    return {"last_day": date.fromisoformat(last_day), "condition": "Nothing more is needed."}


def read_ending(record: Record) -> EndingDeclared:
    """Return the latest declaration."""
    event = record.events[-1]
    assert isinstance(event, EndingDeclared)
    return event


@pytest.mark.rule("SYS-3")
def test_a_principal_has_declared_an_end_when_its_offices_have_declared_the_same_last_day() -> None:
    regulated = ask(ORE, ActName.END_VERSION, TWO_OFFICES, ONE_OFFICE)
    first = regulated.after(END, HEAD, "2026-06-01", **describe_end("2026-06-30"))

    second = first.after(END, CHAIRWOMAN, "2026-06-02", **describe_end("2026-06-30"))
    another_day = first.after(END, CHAIRWOMAN, "2026-06-02", **describe_end("2026-07-31"))
    agreed = another_day.after(END, HEAD, "2026-06-03", **describe_end("2026-07-31"))

    complete = [read_ending(record).complete for record in (first, second, another_day, agreed)]
    assert complete == [False, True, False, True]
    first.refuses(WrongState, END, HEAD, "2026-06-02", **describe_end("2026-06-30"))
    own = ORE.municipality().principal
    ended = agreed.after(END, MAYOR, "2026-06-04", **describe_end("2026-07-31"))
    assert derive_validity(ORE.agreement, ended.record, [own]).periods[own].last == date(2026, 7, 31)


PROLONGED: dict[str, Any] = {
    "valid_to": date(2026, 2, 28),
    "prolongation": Prolongation(period="P1Y", notice="P3M", clauses=("ORE-0-2",)),
}
"""A version that is prolonged year by year, unless a party ends it by 30 November."""


def prolonged() -> Record:
    """Tell that Örebro's version is prolonged."""
    return replace(ORE, agreement=ORE.agreement.model_copy(update=PROLONGED))


def last_day_of(record: Record) -> date | None:
    """Return the last day of the version for the first municipality, as it stands on the day of the last act."""
    own = ORE.municipality().principal
    return derive_validity(record.agreement, record.record, [own]).periods[own].last


@pytest.mark.parametrize(
    ("on", "last_day", "stop"),
    [
        ("2025-11-30", "2026-02-28", date(2026, 2, 28)),
        ("2025-12-01", "2026-02-28", date(2027, 2, 28)),
        ("2025-11-30", "2026-03-01", date(2027, 2, 28)),
    ],
    ids=["in time", "too late", "a day of the next period"],
)
def test_one_party_ends_a_prolonged_version_with_a_period_of_which_it_gives_notice(
    on: str, last_day: str, stop: date
) -> None:
    ended = prolonged().after(END, ORE.region, on, **describe_end(last_day))

    assert read_ending(ended).not_prolonged_after == stop
    assert last_day_of(ended) == stop


def test_a_municipality_ends_a_prolonged_version_for_itself_alone() -> None:
    ended = prolonged().after(END, ORE.municipality(), "2025-11-30", **describe_end("2026-02-28"))
    own, other = (ORE.municipality(place).principal for place in (0, 1))

    assert (ended.record.last_day(own), ended.record.last_day(other)) == (date(2026, 2, 28), None)


@pytest.mark.parametrize("days", [("2026-02-28", "2027-02-28"), ("2027-02-28", "2026-02-28")])
def test_a_second_notice_of_one_party_makes_the_last_day_earlier_and_never_later(days: tuple[str, str]) -> None:
    ended = prolonged()
    for last_day in days:
        ended = ended.after(END, ORE.region, "2025-11-30", **describe_end(last_day))

    assert last_day_of(ended) == date(2026, 2, 28)


def test_a_prolonged_version_is_not_ended_by_one_of_two_offices() -> None:
    regulated = ask(ORE, ActName.END_VERSION, TWO_OFFICES, ONE_OFFICE, **PROLONGED)

    half = regulated.after(END, HEAD, "2025-11-01", **describe_end("2026-02-28"))
    whole = half.after(END, CHAIRWOMAN, "2025-11-30", **describe_end("2026-02-28"))

    assert (read_ending(half).not_prolonged_after, half.record.stops) == (None, {})
    assert read_ending(whole).not_prolonged_after == date(2026, 2, 28)


@pytest.mark.rule("SYS-7")
def test_the_end_of_a_prolonged_version_is_regulated_without_an_end_condition() -> None:
    ended = prolonged().after(END, ORE.region, "2025-11-30", **describe_end("2026-02-28"))
    silent = ORE.after(END, ORE.region, "2025-11-30", **describe_end("2026-02-28"))

    assert "end-condition" not in read_ending(ended).basis.not_regulated
    assert "end-condition" in read_ending(silent).basis.not_regulated


@pytest.mark.rule("GAV-3-1")
def test_the_word_of_one_party_stops_no_version_that_is_not_prolonged() -> None:
    declared = GAV.after(END, GAV.region, "2019-06-01", **describe_end("2019-06-30"), clauses=("GAV-3-1",))

    assert (read_ending(declared).not_prolonged_after, declared.record.stops) == (None, {})
    own = GAV.municipality().principal
    whole = ValidityPeriod(first=GAV.agreement.valid_from, last=GAV.agreement.valid_to)
    assert derive_validity(GAV.agreement, declared.record, [own]).periods == {own: whole}
