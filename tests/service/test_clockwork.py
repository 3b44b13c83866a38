"""The events that follow from time alone: visible on any day, and recorded by the record itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from domain.authoring.publication import load_published
from service.bootstrap import Services, open_services
from service.http.requests import CLOCK
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, publish
from tests.service.test_agreements_over_http import FIRST, open_case, second_text
from tests.web.cases import LiveCase, at, establish_plan

LAST_DAY = "2025-04-17"
"""The plan is established on 10 April, and the text lets it lapse after seven days."""


@pytest.fixture
def case(services: Services, address: str) -> Iterator[LiveCase]:
    """A case with an established plan, under a version whose plans lapse."""
    written = second_text(valid_from="2025-03-20").replace(
        "[plans.medical]\n", '[plans.medical]\nlapses = "joint-planning"\n'
    )
    with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as municipality:
        publish(written, region, municipality, at=at("2025-03-15 09:00"))
    with establish_plan(services, address) as case:
        yield case


def moment(wall_clock: str) -> datetime:
    return datetime.fromisoformat(at(wall_clock))


def topics(case: LiveCase) -> list[str]:
    return [entry["topic"] for entry in case.region.get(f"/api/cases/{case.id}/timeline").json()]


def test_a_plan_lapses_when_its_days_have_passed_and_not_before(services: Services, case: LiveCase) -> None:
    items = case.region.get("/api/worklist", params={"on": at(f"{LAST_DAY} 12:00")}).json()
    (item,) = [item for item in items if item["key"] == f"lapse:{case.plan}"]
    assert (item["due"], item["overdue"]) == (LAST_DAY, False)

    assert services.clockwork.tick(moment(f"{LAST_DAY} 23:59")) == 0
    answer = case.region.post("/api/demonstration/tick", headers={CLOCK: at("2025-04-20 08:00")})

    assert answer.json() == {"recorded": 1}
    last = case.region.get(f"/api/cases/{case.id}/timeline").json()[-1]
    assert last["topic"] == "care-plan.lapsed.v1"
    assert datetime.fromisoformat(last["occurred_at"]) == moment("2025-04-18 00:00")
    assert (last["actor"]["person"], last["actor"]["role"]) == ("SE2321000000-KVITTENS", "system")
    assert not [item for item in case.region.get("/api/worklist").json() if item["key"].startswith("lapse:")]
    assert_rebuild_identical(services)


def test_many_ticks_at_once_record_an_event_once(services: Services, case: LiveCase) -> None:
    with open_services(services.settings) as other, ThreadPoolExecutor(6) as pool:
        clockworks = [services.clockwork, other.clockwork] * 3
        list(pool.map(lambda clockwork: clockwork.tick(moment("2025-04-20 08:00")), clockworks))

    assert topics(case).count("care-plan.lapsed.v1") == 1
    assert services.clockwork.tick(moment("2025-04-21 08:00")) == 0


def test_a_plan_that_could_not_lapse_on_one_day_lapses_on_another(services: Services, case: LiveCase) -> None:
    assert_ok(case.region.act(case.id, "revise-plan", at=at("2025-04-25 09:00"), plan=case.plan, reason="Another day"))

    assert services.clockwork.tick(moment("2025-04-20 08:00")) == 0
    assert services.clockwork.tick(moment("2025-04-26 08:00")) == 1
    assert topics(case)[-1] == "care-plan.lapsed.v1"


def test_no_person_may_let_a_plan_lapse(case: LiveCase) -> None:
    refused = case.region.act(case.id, "lapse-plan", at=at("2025-04-20 08:00"), plan=case.plan)

    assert (refused.status_code, refused.json()["code"]) == (403, "ACTOR_NOT_ALLOWED")


def test_a_server_records_such_events_by_itself(services: Services, case: LiveCase) -> None:
    with services.clockwork.run():
        pass  # it looks once before it is stopped

    assert topics(case).count("care-plan.lapsed.v1") == 1


def test_the_clockwork_survives_an_outage_of_the_database(services: Services) -> None:
    services.pool.close()

    with services.clockwork.run():
        pass

    with pytest.raises(Exception, match="closed"):
        services.clockwork.tick()


def read_words(caller: Caller, key: str) -> list[str]:
    return [item["words"] for item in caller.get("/api/worklist").json() if item["key"] == key]


@pytest.mark.rule("ORE-1.1-1")
def test_what_waits_is_listed_by_the_version_in_force_today(services: Services, address: str) -> None:
    text = second_text(valid_from="2025-05-01", more="valid_to = 2025-05-31")
    words = next(each.words for each in load_published().version(FIRST).deadlines if each.id == "acknowledgement")
    with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as municipality:
        sent = at("2025-04-02 09:00")
        case = open_case(region, services, sent)
        assert_ok(region.act(case, "send-referral", at=sent, receiver=MUNICIPALITY_A))
        assert read_words(municipality, "acknowledge") == [words]

        publish(text.replace(words, "utan dröjsmål"), region, municipality, at=at("2025-04-15 09:00"))
        for day, listed in (("2025-04-30", words), ("2025-05-01", "utan dröjsmål")):
            services.clockwork.tick(moment(f"{day} 08:00"))
            assert read_words(municipality, "acknowledge") == [listed]
            assert_rebuild_identical(services)
        late = {"occurred_at": at("2025-04-20 09:00"), "circumstance": "rehabilitation-need"}
        assert_ok(region.act(case, "record-circumstance", at=at("2025-05-20 09:00"), **late))
        assert read_words(municipality, "acknowledge") == ["utan dröjsmål"]
        services.clockwork.tick(moment("2025-06-01 08:00"))
        assert read_words(municipality, "acknowledge") == [words]
        services.clockwork.tick(moment("2025-03-01 08:00"))
        assert not [item for item in municipality.get("/api/worklist").json() if "case" in item]
        assert_rebuild_identical(services)
