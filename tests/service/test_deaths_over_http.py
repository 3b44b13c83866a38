"""A death that one case has on record is told to the person's other cases, if all their readers know of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.case.acts import death_and_move
from domain.kernel import Actor
from service.bootstrap import Services
from service.database.dsns import Dsns
from service.http.requests import CLOCK
from tests.domain import test_enrolment_vastmanland
from tests.http_stories import Teller, write_directories
from tests.live import open_demonstration, serve
from tests.scenario import VASTMANLAND, Story
from tests.service.calls import assert_ok, assert_rebuild_identical
from tests.service.test_tampering import LATER_PROGRAM

NURSE = VASTMANLAND.nurse_a


@pytest.fixture(scope="module")
def own_services(module_database: Dsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The services of the counties of the stories, on a database of their own, whose clock these tests set."""
    folder = tmp_path_factory.mktemp("deaths")
    with open_demonstration(module_database, folder, directory=write_directories(folder)) as services:
        yield services


@pytest.fixture(scope="module")
def teller(own_services: Services) -> Iterator[Teller]:
    with serve(own_services) as address:
        found = Teller(own_services, address)
        yield found
        found.close()


def read_case(teller: Teller, story: Story) -> dict[str, Any]:
    case: dict[str, Any] = teller.read(story, "replay", NURSE)["case"]
    return case


def open_another(teller: Teller, story: Story, by: Actor, need: str = "Läkemedel som delas") -> str:
    """Raise another need of the person of a story, and return its case."""
    request = {"need": need, "interventions": [{"key": f"need-{len(need)}", "text": need}]}
    body = {"patient_id": read_case(teller, story)["patient_id"], "request": request}
    answer = teller.caller(by).post("/api/cases", json=body, headers={CLOCK: story.clock.isoformat()})
    case: str = assert_ok(answer)["case"]
    return case


def tick(teller: Teller, story: Story, minutes: int = 5) -> int:
    """Let the clockwork look some minutes after a story, and return the number of events that it recorded."""
    clock = {CLOCK: (story.clock + timedelta(minutes=minutes)).isoformat()}
    recorded: int = assert_ok(teller.caller(NURSE).post("/api/demonstration/tick", headers=clock))["recorded"]
    return recorded


def find_death_items(teller: Teller, case: str, by: Actor) -> list[tuple[str, list[str]]]:
    """Return the items of a case about a death, with the acts that meet them, on the worklist of one of the staff."""
    items = teller.caller(by).get("/api/worklist").json()
    return [(item["key"], item["acts"]) for item in items if item.get("case") == case and "death" in item["key"]]


def topics(teller: Teller, case: str) -> list[str]:
    return [entry["topic"] for entry in teller.caller(NURSE).get(f"/api/cases/{case}/timeline").json()]


@pytest.mark.rule("SYS-3")
def test_a_death_and_its_correction_reach_another_case_of_the_same_readers(
    teller: Teller, own_services: Services
) -> None:
    story = test_enrolment_vastmanland.enrolled()
    other = open_another(teller, story, NURSE)
    died = story.after(death_and_move.record_death, NURSE, deceased_on=story.clock.date())
    first = read_case(teller, died)["id"]

    assert tick(teller, died) == 1
    assert find_death_items(teller, other, NURSE) == [("record-death", ["withdraw-referral"])]
    assert tick(teller, died, minutes=6) == 0

    death = next(e for e in teller.read(died, "timeline", NURSE) if e["topic"].startswith("case.death-recorded"))
    told = {"corrects": death["event_id"], "reason": "wrong-person"}
    assert_ok(
        teller.caller(NURSE).act(first, "correct-fact", at=(died.clock + timedelta(minutes=7)).isoformat(), **told)
    )
    assert tick(teller, died, minutes=8) == 1
    assert find_death_items(teller, other, NURSE) == []
    assert topics(teller, other).count("case.death-reported.v1") == 2
    assert_rebuild_identical(own_services)


@pytest.mark.rule("SYS-3")
def test_a_death_is_told_to_a_case_from_its_opening_on(teller: Teller) -> None:
    story = test_enrolment_vastmanland.enrolled()
    other = open_another(teller, story, NURSE)
    died = story.after(death_and_move.record_death, NURSE, deceased_on=story.clock.date())
    read_case(teller, died)

    assert tick(teller, died, minutes=-60 * 24 * 365) == 0
    assert find_death_items(teller, other, NURSE) == []
    assert tick(teller, died) == 1
    assert find_death_items(teller, other, NURSE) == [("record-death", ["withdraw-referral"])]


@pytest.mark.rule("SYS-3")
def test_a_death_is_not_told_to_a_party_that_does_not_know_of_it(teller: Teller) -> None:
    story = test_enrolment_vastmanland.enrolled()
    other = open_another(teller, story, VASTMANLAND.nurse_b)
    died = story.after(death_and_move.record_death, NURSE, deceased_on=story.clock.date())
    read_case(teller, died)

    assert tick(teller, died) == 0
    assert find_death_items(teller, other, VASTMANLAND.nurse_b) == []
    assert find_death_items(teller, other, VASTMANLAND.district_nurse) == []


@pytest.mark.rule("SYS-3")
def test_a_death_that_both_cases_have_on_record_is_looked_at_anew_when_one_corrects_it(teller: Teller) -> None:
    story = test_enrolment_vastmanland.enrolled()
    other = open_another(teller, story, NURSE)
    at = {"at": (story.clock + timedelta(minutes=1)).isoformat()}
    nurse = teller.caller(NURSE)
    assert_ok(nurse.act(other, "propose-enrolment", ground="residence", **at))
    died = story.after(death_and_move.record_death, NURSE, deceased_on=story.clock.date())
    first = read_case(teller, died)["id"]
    assert tick(teller, died) == 1
    assert find_death_items(teller, other, NURSE) == [("record-death", ["record-death"])]
    day, later = story.clock.date().isoformat(), died.clock + timedelta(minutes=6)
    assert_ok(nurse.act(other, "record-death", at=later.isoformat(), deceased_on=day))

    death = next(e for e in teller.read(died, "timeline", NURSE) if e["topic"].startswith("case.death-recorded"))
    told = {"corrects": death["event_id"], "reason": "mistake"}
    assert_ok(nurse.act(first, "correct-fact", at=(later + timedelta(minutes=1)).isoformat(), **told))
    tick(teller, died, minutes=9)

    assert find_death_items(teller, other, NURSE) == [("correct-death", ["correct-fact"])]
    assert find_death_items(teller, first, NURSE) == [("record-death", ["record-death"])]


@pytest.mark.rule("SYS-3")
def test_a_death_is_told_beside_an_unreadable_case_and_never_taken_back_by_one(
    teller: Teller, own_services: Services, module_database: Dsns, tmp_path: Path
) -> None:
    story = test_enrolment_vastmanland.enrolled()
    other, third = (open_another(teller, story, NURSE, need) for need in ("Läkemedel som delas", "Såromläggning"))
    died = story.after(death_and_move.record_death, NURSE, deceased_on=story.clock.date())
    first = read_case(teller, died)["id"]

    make_unreadable(own_services, third)
    assert tick(teller, died) == 1
    assert find_death_items(teller, other, NURSE) == [("record-death", ["withdraw-referral"])]

    make_unreadable(own_services, first)
    with open_demonstration(module_database, tmp_path, directory=write_directories(tmp_path)) as again:
        assert again.clockwork.tick(died.clock + timedelta(minutes=10)) == 0
    assert topics(teller, other).count("case.death-reported.v1") == 1


def make_unreadable(services: Services, case: str) -> None:
    """Add an event to a case that only a later program reads."""
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute(LATER_PROGRAM, (case, "referral.from-a-later-program.v1"))
