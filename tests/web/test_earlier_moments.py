"""Acts that happened earlier, recorded afterwards by the forms of a case."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.web.local_moment import name_times, read_local
from tests.web.cases import LiveCase, enrol, establish_plan
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import find_form, follow, send
from tests.web.html import Page
from tests.web.test_act_forms import do
from tests.web.test_request_forms import UNIT_A, open_case

TOLD = "Ekeby vårdcentral, telefon 1"


@pytest.fixture(scope="module")
def enrolled(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """A person who is enrolled since 11 April 2025."""
    with establish_plan(module_services, module_address) as live:
        enrol(live)
        yield live


def find_moment(case: LiveCase, topic: str = "enrolment.individual-informed") -> str:
    """Return when the latest event of a topic occurred."""
    entries = case.region.get(f"/api/cases/{case.id}/timeline").json()
    return str([each["occurred_at"] for each in entries if each["topic"].startswith(topic)][-1])


def find_moments(case: LiveCase) -> list[str]:
    """Return when each event of the case occurred."""
    return [each["occurred_at"] for each in case.region.get(f"/api/cases/{case.id}/timeline").json()]


def inform(browser: Browser, case: str, occurred_at: str, where_to_turn: str = TOLD) -> httpx.Response:
    """Record that the individual was informed at a time."""
    return send(browser, case, "inform-individual", where_to_turn=where_to_turn, occurred_at=occurred_at)


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("2025-04-10T13:30", ["2025-04-10T11:30"]),
        ("2025-10-26T02:30", ["2025-10-26T00:30", "2025-10-26T01:30"]),
        ("2025-10-26T02:30:00+01:00", ["2025-10-26T01:30"]),
        ("2025-03-30T02:30", []),
    ],
)
def test_a_time_is_each_moment_at_which_a_clock_in_sweden_shows_it(text: str, moments: list[str]) -> None:
    assert read_local(text) == tuple(datetime.fromisoformat(each).replace(tzinfo=UTC) for each in moments)


def test_only_a_time_that_the_clock_shows_twice_has_names_for_both() -> None:
    twice, once = (datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (1, 3))

    assert name_times(twice) == {
        "2025-10-26T02:30:00+02:00": "Första gången klockan var 02.30 (sommartid)",
        "2025-10-26T02:30:00+01:00": "Andra gången klockan var 02.30 (normaltid)",
    }
    assert name_times(once) == {}


def test_what_happened_earlier_is_recorded_at_its_own_time_and_shows_that_it_is_late(
    nurse: Browser, enrolled: LiveCase
) -> None:
    case = f"/cases/{enrolled.id}"

    do(nurse, case, "record-admission", occurred_at="2025-05-05T07:45", ended_at="2025-05-08T15:00")

    assert find_moment(enrolled, "enrolment.hospital-stay-started") == "2025-05-05T05:45:00Z"
    assert find_moment(enrolled, "enrolment.hospital-stay-ended") == "2025-05-08T13:00:00Z"
    assert "5 maj 2025 kl. 07.45" in nurse.page(case).text


def test_without_a_time_an_act_happens_as_it_is_sent(
    module_services: Services, nurse: Browser, enrolled: LiveCase
) -> None:
    before = module_services.clock.now()

    assert follow(inform(nurse, f"/cases/{enrolled.id}", "")) == f"/cases/{enrolled.id}"

    assert before <= datetime.fromisoformat(find_moment(enrolled)) <= module_services.clock.now()


def test_a_time_that_no_clock_showed_is_refused_and_the_form_is_shown_again(nurse: Browser, enrolled: LiveCase) -> None:
    before = find_moments(enrolled)

    refused = inform(nurse, f"/cases/{enrolled.id}", "2026-03-29T02:30")

    assert refused.status_code == 400
    assert "visade aldrig den tiden. Ange en annan tid. Det gäller: När det hände." in Page(refused.text).text
    assert '<details class="when" open>' in refused.text
    _, fields = find_form(refused.text, "/inform-individual")
    assert (fields["occurred_at"], fields["where_to_turn"]) == (["2026-03-29T02:30"], [TOLD])
    assert find_moments(enrolled) == before


@pytest.mark.parametrize(("chosen", "moment"), [(0, "2026-10-25T00:30:00Z"), (1, "2026-10-25T01:30:00Z")])
def test_of_a_time_that_the_clock_showed_twice_one_is_chosen(
    nurse: Browser, enrolled: LiveCase, chosen: int, moment: str
) -> None:
    case, before = f"/cases/{enrolled.id}", find_moments(enrolled)
    refused = inform(nurse, case, "2026-10-25T02:30")
    assert refused.status_code == 400
    assert "Välj vilken av dem det var. Det gäller: När det hände." in Page(refused.text).text
    assert find_moments(enrolled) == before

    action, fields = find_form(refused.text, "/inform-individual")
    offered = [part.split('"')[0] for part in refused.text.split('name="occurred_at"')[1].split('<option value="')[2:4]]
    assert fields["occurred_at"] == [""]
    assert "required" in refused.text.split('name="occurred_at"')[1].split(">")[0]
    answer = nurse.post(action, data=fields | {"occurred_at": offered[chosen]}, headers=SAME_ORIGIN)

    assert follow(answer) == case
    assert find_moment(enrolled) == moment


@pytest.mark.parametrize(
    ("moment", "status", "words"),
    [
        ("2025-04-10T09:00", 422, "Tiden ligger före det som handlingen bygger på. Ange en senare tid."),
        ("2199-01-01T00:00", 422, "Tiden ligger framåt. Ange när det hände."),
        ("i går", 400, "Det gäller: När det hände."),
    ],
)
def test_a_time_that_the_act_cannot_have_is_shown_again_with_what_puts_it_right(
    nurse: Browser, enrolled: LiveCase, moment: str, status: int, words: str
) -> None:
    refused = inform(nurse, f"/cases/{enrolled.id}", moment)

    assert refused.status_code == status
    assert words in Page(refused.text).text
    _, fields = find_form(refused.text, "/inform-individual")
    assert (fields["occurred_at"], fields["where_to_turn"]) == ([moment], [TOLD])


def test_a_form_without_fields_of_its_own_says_when_too(district_nurse: Browser, nurse: Browser) -> None:
    case = open_case(district_nurse, PERSONS[9][0])
    do(district_nurse, case, "send-referral", unit=UNIT_A)

    refused = send(nurse, case, "acknowledge-referral", occurred_at="2026-01-01T09:00")

    assert refused.status_code == 422
    assert find_form(refused.text, "/acknowledge-referral")[1]["occurred_at"] == ["2026-01-01T09:00"]


def test_the_same_form_with_another_time_is_another_act(nurse: Browser, enrolled: LiveCase) -> None:
    case = f"/cases/{enrolled.id}"
    action, fields = find_form(nurse.page(case).html, "/inform-individual")
    form = fields | {"where_to_turn": TOLD}

    said = [
        nurse.post(action, data=form | {"occurred_at": moment}, headers=SAME_ORIGIN).status_code
        for moment in ("2025-05-05T09:00", "2025-05-05T09:00", "2025-05-05T09:01")
    ]

    assert said == [303, 303, 422]


def test_every_form_of_a_case_has_the_folded_field(district_nurse: Browser, enrolled: LiveCase) -> None:
    html = district_nurse.page(f"/cases/{enrolled.id}").html
    forms = [each.split("</form>")[0] for each in html.split('<form class="act"')[1:]]

    assert len(forms) > 10
    assert all('<details class="when"><summary>Hände tidigare</summary>' in form for form in forms)
