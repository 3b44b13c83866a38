"""The first page: what waits, what was sent and is not acknowledged, and the cases, each with what it asks for."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.kernel import SWEDEN
from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.database.dsns import Dsns
from service.web.swedish import format_day
from tests.live import MUNICIPALITY_A, NURSE_A, TLS
from tests.two_units import OTHER_NURSE, OWN_UNIT, serve_two_units
from tests.web.cases import LiveCase, raise_need
from tests.web.conftest import Browser
from tests.web.html import Page

DAYS = 12
SENT_ON = datetime.now(SWEDEN) - timedelta(days=DAYS)
NEED = "Svårläkt bensår som läggs om två gånger i veckan"
NEW = "Ny till din enhet"


@pytest.fixture
def sent(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """A request that was sent twelve days ago, and that nobody has acknowledged."""
    moment = f"{SENT_ON:%Y-%m-%d}"
    with raise_need(module_services, module_address, f"{moment} 08:00", number=PERSONS[2][0], need=NEED) as case:
        case.act(case.region, f"{moment} 09:00", "send-referral", receiver=MUNICIPALITY_A)
        yield case


def read_cards(page: Page) -> list[str]:
    """Return the words of each card of what is to be done, in order."""
    return [Page(f"<li {each.split('</li>')[0]}</li>").text for each in page.html.split("<li ") if "card" in each[:20]]


def read_row(page: Page, section: str, case: LiveCase) -> str:
    """Return the words of a case's row in the table of a section. Empty if it has none."""
    _, _, html = page.html.partition(f'id="{section}"')
    rows = [each for each in re.findall("<tr>.*?</tr>", html.split("</table>")[0]) if case.id in each]
    return Page(rows[0]).text if rows else ""


def test_a_new_request_stands_before_what_is_overdue_for_the_unit_that_it_waits_for(
    nurse: Browser, district_nurse: Browser, disputed: LiveCase, sent: LiveCase
) -> None:
    disputed.act(disputed.region, f"{datetime.now(SWEDEN):%Y-%m-%d} 00:00", "ask-question", text="Hur går det?")
    page = nurse.page("/")
    cards = read_cards(page)
    fresh, late = ([NEW in card for card in cards], ["Försenad" in card for card in cards])
    assert fresh[0]
    assert fresh == sorted(fresh, reverse=True)
    assert late.index(True) == fresh.count(True)
    assert NEW in read_row(page, "arenden", sent)
    table = page.html.split('id="arenden"')[1]
    assert table.index(sent.id) < table.index(disputed.id), "although the other has the latest event"
    assert NEW not in read_row(page, "arenden", disputed)
    assert NEW not in district_nurse.page("/").text


def test_among_two_units_a_request_is_new_to_the_one_that_it_was_sent_to(database: Dsns, tmp_path: Path) -> None:
    with serve_two_units(database, tmp_path) as (services, address):
        with raise_need(services, address, "2025-04-01 08:00", need=NEED) as case:
            case.act(case.region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A, unit=OWN_UNIT)
        new = {}
        for person in (NURSE_A, OTHER_NURSE):
            with Browser(base_url=address, timeout=30, verify=TLS) as browser:
                page = browser.sign_in(services, person).page("/")
                new[person] = [NEW in card for card in read_cards(page) if NEED in card]
        assert new == {NURSE_A: [True], OTHER_NURSE: [False]}


def test_each_row_has_the_need_the_sender_and_the_status_with_its_days(
    nurse: Browser, discharged: LiveCase, sent: LiveCase
) -> None:
    page = nurse.page("/")
    standing = f"Skickad, väntar på kvittens, sedan {format_day(SENT_ON)} (12 dagar)"
    card = next(card for card in read_cards(page) if NEED in card)
    assert f"Från Ekeby vårdcentral. Läge: {standing}." in card
    row = read_row(page, "arenden", sent)
    assert f"{NEED}Ekeby vårdcentralEkeby kommun{standing}" in row
    assert "Utskriven från hemsjukvården, sedan 18 juni 2025" in read_row(page, "arenden", discharged)


def test_the_sender_sees_the_days_of_each_request_that_is_not_acknowledged_the_oldest_first(
    district_nurse: Browser, module_services: Services, module_address: str, sent: LiveCase
) -> None:
    earlier = f"{SENT_ON - timedelta(days=1):%Y-%m-%d}"
    with raise_need(module_services, module_address, f"{earlier} 08:00", number=PERSONS[3][0]) as older:
        older.act(older.region, f"{earlier} 09:00", "send-referral", receiver=MUNICIPALITY_A)
        page = district_nurse.page("/")
        assert f"Ekeby kommun{format_day(SENT_ON)} kl. 09.0012 dagar" in read_row(page, "inte-kvitterat", sent)
        assert NEED in read_row(page, "inte-kvitterat", sent)
        assert "13 dagar" in read_row(page, "inte-kvitterat", older)
        table = page.html.split('id="inte-kvitterat"')[1]
        assert table.index(older.id) < table.index(sent.id)

        sent.act(sent.municipality, f"{datetime.now(SWEDEN):%Y-%m-%d} 00:00", "acknowledge-referral")
        page = district_nurse.page("/")
        assert read_row(page, "inte-kvitterat", sent) == ""
        assert "13 dagar" in read_row(page, "inte-kvitterat", older)
        assert "Kvitterad, sedan" in read_row(page, "arenden", sent)


def test_the_list_of_cases_goes_on_before_any_of_them(nurse: Browser, neighbour: Browser, sent: LiveCase) -> None:
    page = nurse.page("/cases")
    cases = re.findall('<a href="/cases/([0-9a-f-]+)">', page.html)
    older = nurse.page("/cases", before=cases[0])

    assert cases == [each["case"] for each in sent.municipality.get("/api/cases").json()]
    assert re.findall('<a href="/cases/([0-9a-f-]+)">', older.html) == cases[1:]
    assert "Äldre ärenden" in older.text
    assert "Visa de senaste ärendena" in older.text
    assert "Här finns inga äldre ärenden att läsa." in nurse.page("/cases", before=cases[-1]).text
    assert neighbour.get("/cases", params={"before": cases[0]}).status_code == 404
