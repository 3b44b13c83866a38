"""Payment liability over HTTP: the days on which the municipality pays for those ready for discharge, and the sum."""

from collections.abc import Iterator

import pytest

from service.bootstrap import Services
from service.directory import find_actor
from tests.live import MUNICIPALITY_A, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.stays import Json, Stay, open_stay, publish
from tests.service.test_agreements_over_http import SECOND, second_text
from tests.web.cases import WARD_NURSE, at, enrol, establish_plan

OWN_DAYS = """
[[payment_liability.starts]]
days = 1
clauses = ["ORE-0-2"]

[[payment_liability.conditions]]
id = "planning-call"
title = "Vårdkontakten har kallat till planering"
statement = "planning-call"
within = "P6D"
clauses = ["ORE-0-2"]

[payment_liability.end]
counted = true
clauses = ["ORE-0-2"]
"""
"""A county's own first day, a longer time for the call, and the day on which the person leaves."""


@pytest.fixture
def stay(services: Services, address: str) -> Iterator[Stay]:
    """A person on the ward whose discharge to municipality A is planned."""
    with open_stay(services, address) as opened:
        yield opened


def list_days(found: Json, place: int = -1) -> dict[str, bool]:
    """Return the days of a notice, each with whether the municipality is liable."""
    return {each["day"]: each["liable"] for each in found["notices"][place]["liability"]["days"]}


def list_outcomes(found: Json, place: int = -1) -> dict[str, str]:
    return {each["id"]: each["outcome"] for each in found["notices"][place]["liability"]["conditions"]}


def find_sum(found: Json, place: int = -1) -> str | None:
    total = found["notices"][place]["total"]
    return total["amount"] if total is not None else None


@pytest.mark.parametrize(
    ("notified", "first"),
    [("2025-06-02 11:59", "2025-06-05"), ("2025-06-02 12:00", "2025-06-05"), ("2025-06-02 12:01", "2025-06-06")],
)
def test_by_law_the_municipality_pays_from_the_third_day_or_the_fourth_after_noon(
    stay: Stay, region: Caller, notified: str, first: str
) -> None:
    publish(region, 2025, "10000")
    stay.is_prepared("2025-06-02")
    stay.is_ready(notified)
    stay.tell(stay.ward, "2025-06-08 14:00", "record-homecoming")

    found = stay.read("2025-06-20 12:00")

    (notice,) = found["notices"]
    liability = notice["liability"]
    assert (liability["first_day"], liability["clauses"]) == (first, ["LSU-5-4"])
    days = [day for day in ("2025-06-05", "2025-06-06", "2025-06-07") if day >= first]
    assert list_days(found) == dict.fromkeys(days, True)
    assert [day["clauses"] for day in liability["days"]] == [["LSU-5-4"]] * len(days)
    assert set(list_outcomes(found).values()) == {"met"}
    assert (found["days"], find_sum(found)) == (len(days), f"{len(days)}0000")
    assert (found["creditor"], found["debtor"]) == ("SE2321000000-REGION", MUNICIPALITY_A)
    assert (liability["end"], liability["ended_at"]) == ("left", "2025-06-08T12:00:00Z")


def test_a_sum_without_a_published_amount_is_not_known_and_never_zero(stay: Stay, region: Caller) -> None:
    publish(region, 2024, "9000")
    stay.is_prepared("2025-06-02")
    stay.is_ready("2025-06-02 11:00")

    found = stay.read("2025-06-07 09:00")

    assert found["days"] == 2
    assert find_sum(found) is None
    assert found["notices"][0]["amounts"] == [{"year": 2025, "days": 2, "per_day": None, "amount": None}]


def test_only_days_that_have_passed_in_hospital_count_and_both_parties_read_the_same(stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    stay.is_ready("2025-06-02 11:00")

    assert list_days(stay.read("2025-06-05 23:00")) == {}
    assert list_days(stay.read("2025-06-06 00:00")) == {"2025-06-05": True}
    assert stay.read("2025-06-06 00:00") == stay.read("2025-06-06 00:00", by=stay.ward)


@pytest.mark.parametrize("missing", ["admission-notice", "planning-call", "outpatient-care"])
def test_a_missing_condition_hinders_every_day_and_says_by_which_clause(stay: Stay, missing: str) -> None:
    kept: dict[str, Json] = {
        "admission-notice": {"estimated-discharge": "2025-06-10"},
        "planning-call": {},
        "outpatient-care": {"available": True},
    }
    for kind, fields in kept.items():
        if kind != missing:
            stay.state(stay.ward if kind == "admission-notice" else stay.region, "2025-06-02 08:00", kind, **fields)
    stay.is_ready("2025-06-02 11:00")

    found = stay.read("2025-06-08 09:00")

    days = found["notices"][0]["liability"]["days"]
    assert [(day["liable"], day["hindered_by"]) for day in days] == [(False, [missing])] * 3
    assert {day["clauses"][0] for day in days} == {"LSU-5-5" if missing == "outpatient-care" else "LSU-5-3"}
    assert list_outcomes(found) == {kind: "missing" if kind == missing else "met" for kind in kept}
    assert (found["days"], find_sum(found)) == (0, "0")


def test_a_call_after_the_third_day_is_too_late_unless_no_planning_is_needed(stay: Stay) -> None:
    stay.state(stay.ward, "2025-06-02 08:00", "admission-notice", **{"estimated-discharge": "2025-06-10"})
    stay.state(stay.region, "2025-06-02 09:00", "outpatient-care", available=True)
    stay.is_ready("2025-06-02 11:00")
    stay.state(stay.region, "2025-06-06 09:00", "planning-call")
    late = stay.read("2025-06-08 09:00")
    assert (late["days"], list_outcomes(late)["planning-call"]) == (0, "late")

    waived = {"circumstance": "planning-not-needed", "occurred_at": at("2025-06-02 10:00")}
    stay.tell(stay.region, "2025-06-08 10:00", "record-circumstance", **waived)
    found = stay.read("2025-06-08 11:00")
    assert found["days"] == 3


def test_care_that_the_region_cannot_give_yet_postpones_the_first_day(stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    stay.state(stay.region, "2025-06-04 09:00", "outpatient-care", available=False)
    stay.is_ready("2025-06-04 11:00")
    stay.state(stay.region, "2025-06-08 15:00", "outpatient-care", available=True)

    assert list_days(stay.read("2025-06-11 09:00")) == {
        "2025-06-07": False,
        "2025-06-08": False,
        "2025-06-09": True,
        "2025-06-10": True,
    }


def test_a_withdrawn_notice_ends_the_liability_and_a_new_one_counts_anew(stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    stay.is_ready("2025-06-02 11:00")
    stay.tell(stay.ward, "2025-06-06 10:00", "withdraw-ready-for-discharge", reason="Feber")
    again = assert_refused(
        stay.ward.act(stay.case, "withdraw-ready-for-discharge", at=at("2025-06-06 11:00"), reason="Feber"),
        409,
        "WRONG_STATE",
    )
    assert again["acts"] == ["notify-ready-for-discharge"]
    stay.is_ready("2025-06-10 13:00")

    found = stay.read("2025-06-16 09:00")

    assert list_days(found, 0) == {"2025-06-05": True}
    assert found["notices"][0]["liability"]["end"] == "withdrawn"
    assert list_days(found, 1) == {"2025-06-14": True, "2025-06-15": True}
    assert found["days"] == 3


@pytest.mark.rule("SYS-4")
def test_a_corrected_time_gives_other_days_and_a_replay_what_was_known(services: Services, stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    wrong = stay.is_ready("2025-06-02 11:30")
    stay.tell(stay.ward, "2025-06-08 10:00", "correct-fact", corrects=wrong, reason="mistake")
    assert stay.read("2025-06-08 10:30")["notices"] == []
    stay.is_ready("2025-06-08 11:00", occurred_at=at("2025-06-02 12:30"))

    assert list_days(stay.read("2025-06-08 09:00")) == dict.fromkeys(["2025-06-05", "2025-06-06", "2025-06-07"], True)
    assert list_days(stay.read("2025-06-08 12:00")) == dict.fromkeys(["2025-06-06", "2025-06-07"], True)
    assert list_days(stay.read("2025-06-07 09:00", "as-known-now")) == {"2025-06-06": True}
    assert_rebuild_identical(services)


def test_a_sum_across_new_year_has_the_amount_of_each_year(stay: Stay, region: Caller) -> None:
    published = publish(region, 2025, "9900")
    stay.is_prepared("2025-12-20")
    stay.is_ready("2025-12-26 11:00")
    stay.tell(stay.ward, "2026-01-03 10:00", "record-homecoming")
    before = stay.read("2026-01-05 08:00")
    assert (before["days"], find_sum(before)) == (5, None)

    publish(region, 2026, "10300", "2026-01-05 09:00")
    found = stay.read("2026-01-05 10:00")

    assert [(each["year"], each["days"], each["amount"]["amount"]) for each in found["notices"][0]["amounts"]] == [
        (2025, 3, "29700"),
        (2026, 2, "20600"),
    ]
    total = found["notices"][0]["total"]
    assert (total["amount"], total["clauses"]) == ("50300", ["LSU-5-6"])
    assert published["events"][0]["id"] in total["sources"]
    assert find_sum(stay.read("2026-01-05 08:00")) is None


def test_the_municipality_states_its_position_and_no_day_changes(stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    stay.is_ready("2025-06-02 11:00")
    before = list_days(stay.read("2025-06-08 09:00"))
    stay.state(
        stay.municipality, "2025-06-08 10:00", "payment-liability-position", position="Hen hade feber den 6 juni"
    )
    stay.state(stay.ward, "2025-06-08 11:00", "payment-liability-position", position="Inte enligt journalen")

    found = stay.read("2025-06-08 12:00")

    assert list_days(found) == before
    assert [(each["party"], each["text"]) for each in found["notices"][0]["liability"]["positions"]] == [
        ("municipality", "Hen hade feber den 6 juni"),
        ("region", "Inte enligt journalen"),
    ]


def test_only_the_hospital_notifies_and_another_municipality_learns_nothing(stay: Stay, elsewhere: Caller) -> None:
    for caller in (stay.municipality, stay.region):
        refused = caller.act(stay.case, "notify-ready-for-discharge", at=at("2025-06-02 11:00"))
        assert assert_refused(refused, 403, "ACTOR_NOT_ALLOWED")["rule"] == "LSU-3-1"
    stay.is_ready("2025-06-02 11:00")
    assert_refused(
        stay.ward.act(stay.case, "notify-ready-for-discharge", at=at("2025-06-02 12:00")), 409, "WRONG_STATE"
    )
    assert elsewhere.get(f"/api/cases/{stay.case}/payment-liability").status_code == 404


def test_a_person_who_died_or_moved_away_costs_the_municipality_nothing_from_that_day(stay: Stay) -> None:
    stay.is_prepared("2025-06-02")
    stay.is_ready("2025-06-02 11:00")
    moved = {"moved_on": "2025-06-07", "to": "ordinary", "municipality": "SE2120000002-KOMMUNB"}
    stay.tell(stay.region, "2025-06-08 09:00", "record-move", **moved)

    found = stay.read("2025-06-09 09:00")

    assert list_days(found) == {"2025-06-05": True, "2025-06-06": True, "2025-06-07": False, "2025-06-08": False}
    last = found["notices"][0]["liability"]["days"][-1]
    assert (last["hindered_by"], last["clauses"]) == (["resident"], ["LSU-5-2"])


def test_a_countys_own_days_hold_and_the_law_answers_for_the_rest(
    stay: Stay, region: Caller, municipality: Caller
) -> None:
    text = second_text(valid_from="2025-06-10", more=OWN_DAYS)
    assert_ok(region.director.act_at("/api/agreements", at("2025-06-01 09:00"), text=text))
    for caller in (region, municipality):
        assert_ok(caller.director.act_at(f"{SECOND}/sign-version", at("2025-06-01 10:00")))
    assert_ok(region.director.act_at(f"{SECOND}/publish-version", at("2025-06-01 11:00")))
    stay.state(stay.ward, "2025-06-02 08:00", "admission-notice", **{"estimated-discharge": "2025-06-10"})
    stay.state(stay.region, "2025-06-02 09:00", "outpatient-care", available=True)
    stay.is_ready("2025-06-05 15:00")
    stay.tell(stay.ward, "2025-06-06 10:00", "withdraw-ready-for-discharge", reason="Feber")
    stay.is_ready("2025-06-11 15:00")
    stay.tell(stay.ward, "2025-06-17 10:00", "record-homecoming", occurred_at=at("2025-06-14 10:00"))

    found = stay.read("2025-06-18 09:00")

    before, after = (notice["liability"] for notice in found["notices"])
    assert (before["agreement"]["version"], before["first_day"], before["clauses"]) == ("R1", "2025-06-09", ["LSU-5-4"])
    assert (after["agreement"]["version"], after["first_day"], after["clauses"]) == ("R2", "2025-06-12", ["ORE-0-2"])
    assert list_outcomes(found)["planning-call"] == "missing"
    assert [day["hindered_by"] for day in after["days"]] == [["planning-call"]] * 3
    assert [day["day"] for day in after["days"]] == ["2025-06-12", "2025-06-13", "2025-06-14"]


def test_a_notice_is_a_communication_that_is_stopped_or_entered_in_error(services: Services, stay: Stay) -> None:
    first = stay.is_ready("2025-06-02 11:00")
    stay.tell(stay.ward, "2025-06-03 11:00", "withdraw-ready-for-discharge", reason="Feber")
    wrong = stay.is_ready("2025-06-04 11:00")
    stay.tell(stay.ward, "2025-06-04 12:00", "correct-fact", corrects=wrong, reason="mistake")
    stay.is_ready("2025-06-05 11:00")

    for caller in (stay.ward, stay.municipality):
        found = assert_ok(caller.get("/fhir/Communication", params={"category": "ready-for-discharge"}))
        notices = {entry["resource"]["sent"]: entry["resource"] for entry in found["entry"]}
        assert [notices[sent]["status"] for sent in sorted(notices)] == ["stopped", "entered-in-error", "completed"]
        (withdrawn,) = (each for each in notices.values() if each["status"] == "stopped")
        assert withdrawn["statusReason"]["text"] == "Feber"
        assert withdrawn["sender"]["reference"].startswith("Organization/SE2321000000-MEDAVD")
    assert first != wrong


def test_what_waits_is_the_person_to_take_home_until_she_has_left(stay: Stay) -> None:
    def list_waiting(caller: Caller, moment: str) -> list[str]:
        items: list[Json] = caller.get("/api/worklist", params={"on": at(moment)}).json()
        return [item["key"] for item in items if item["key"] in ("take-home", "homecoming")]

    stay.is_ready("2025-06-02 11:00")
    assert list_waiting(stay.municipality, "2025-06-02 12:00") == ["take-home"]
    assert list_waiting(stay.region, "2025-06-02 12:00") == ["homecoming"]
    stay.tell(stay.municipality, "2025-06-04 11:00", "record-homecoming")
    assert list_waiting(stay.municipality, "2025-06-04 12:00") == list_waiting(stay.region, "2025-06-04 12:00") == []
    again = assert_refused(stay.ward.act(stay.case, "record-homecoming", at=at("2025-06-04 13:00")), 409, "WRONG_STATE")
    assert again["rule"]


ROWS = """
[[payment_liability.starts]]
days = 1
clauses = ["ORE-0-2"]

[[payment_liability.starts]]
days = 5
when = "psychiatric-ward"
clauses = ["ORE-0-2"]

[[payment_liability.conditions]]
id = "checklist"
title = "Checklistan är följd"
statement = "no-such-list"
clauses = ["ORE-0-2"]
"""


def test_a_text_is_refused_for_a_first_day_that_no_notice_reaches_and_for_words_that_it_lacks(region: Caller) -> None:
    refused = region.director.act_at("/api/agreements", at("2025-06-01 09:00"), text=second_text(more=ROWS))

    found = assert_refused(refused, 422, "TEXT_FAULTY")["title"]
    assert "payment_liability.starts[1] is never reached" in found
    assert "Raden används aldrig" in found
    assert "names psychiatric-ward, but there is no condition of the vocabulary" in found
    assert "names no-such-list, but there is no statement with that name" in found


def test_the_stay_of_an_enrolled_person_ends_the_notice_when_she_comes_home(services: Services, address: str) -> None:
    with establish_plan(services, address) as case, Caller(services, address, WARD_NURSE) as ward:
        enrol(case)
        stay = Stay(ward, case.region, case.municipality, case.id)
        at_home = ward.act(case.id, "notify-ready-for-discharge", at=at("2025-05-02 09:00"))
        assert assert_refused(at_home, 409, "WRONG_STATE")["acts"] == ["record-admission"]
        stay.tell(ward, "2025-05-05 09:00", "record-admission", ward=ward_unit(services))
        stay.is_prepared("2025-05-06")
        stay.is_ready("2025-05-06 11:00")
        stay.tell(ward, "2025-05-12 15:00", "record-homecoming")

        found = stay.read("2025-05-20 09:00")

        assert list_days(found) == dict.fromkeys(["2025-05-09", "2025-05-10", "2025-05-11"], True)
        assert found["notices"][0]["liability"]["end"] == "left"
        again = ward.act(case.id, "notify-ready-for-discharge", at=at("2025-05-12 16:00"))
        assert_refused(again, 409, "WRONG_STATE")


def ward_unit(services: Services) -> str:
    """Return the unit of the ward's nurse."""
    actor = find_actor(services.directories, WARD_NURSE)
    assert actor is not None
    return actor.unit
