"""The first page by role: the record for an auditor, and all of a municipality for its responsible nurse."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.database.dsns import Dsns
from tests.live import AUDITOR, DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, RESPONSIBLE_NURSE_A, TLS
from tests.two_units import OTHER_UNIT, serve_two_units
from tests.web.cases import LiveCase, raise_need
from tests.web.conftest import Browser
from tests.web.html import Page

NEED = "Sår som inte läker"


@pytest.fixture
def auditor(browse: Callable[[str], Browser]) -> Browser:
    """An auditor of the region, signed in."""
    return browse(AUDITOR)


@pytest.fixture
def responsible_nurse(browse: Callable[[str], Browser]) -> Browser:
    """The responsible nurse of municipality A, signed in."""
    return browse(RESPONSIBLE_NURSE_A)


@pytest.fixture
def in_disagreement(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """A case in which the region has raised a disagreement, which is open."""
    with raise_need(module_services, module_address, "2025-03-20 08:00", number=PERSONS[2][0], need=NEED) as case:
        case.act(case.region, "2025-03-20 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-03-21 08:00", "acknowledge-referral")
        case.act(case.municipality, "2025-03-21 09:00", "contact-principal")
        case.act(case.region, "2025-03-22 08:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
        case.act(case.region, "2025-03-23 08:00", "raise-disagreement", reason="Oklar ansvarsfördelning")
        yield case


def read_section(page: Page, id: str) -> list[str]:
    """Return the words of each row of the table under a heading. Empty if the page has no such heading."""
    _, _, html = page.html.partition(f'id="{id}"')
    table = html.partition("<tbody>")[2].partition("</tbody>")[0] if "<table" in html.partition("<h2")[0] else ""
    return [Page(row).text for row in re.findall("<tr>.*?</tr>", table, re.S)]


def list_headings(page: Page) -> list[str]:
    """Return the ids of the page's headings, in order."""
    return re.findall('<h2 class="second" id="([a-z-]+)"', page.html)


# --- The auditor ------------------------------------------------------------------------------------------------------


def test_an_auditor_sees_who_did_what_and_when_instead_of_what_is_to_be_done(
    auditor: Browser, disputed: LiveCase
) -> None:
    page = auditor.page("/")
    assert list_headings(page) == ["registrerat", "avvisat", "arenden"]
    assert "Att göra för" not in page.text
    (late,) = [row for row in read_section(page, "registrerat") if "Hände 24 mars 2025 kl. 14.00" in row]
    assert late.startswith("6 april 2025 kl. 15.00Kajsa Kommunsjuksköterska")
    assert "Sjuksköterska, Ekeby hemsjukvård, Ekeby kommun" in late
    assert "Angav kommunens ståndpunkt i oenigheten." in late
    assert "Sent registrerad, 13 dagar efter" in late
    assert "1085641 R1: " in late
    times = [str(link["href"]) for link in page.all("a") if "#handelse-" in str(link["href"])]
    assert "Vald tid: 6 april 2025 kl. 15.00" in auditor.page(next(link for link in times if disputed.id in link)).text


def test_an_auditor_reads_back_to_the_first_event(auditor: Browser, discharged: LiveCase, disputed: LiveCase) -> None:
    read: list[tuple[str, str]] = []
    path = "/"
    while path:
        page = auditor.page(path)
        read += re.findall(r"/cases/([0-9a-f-]+)\?t=\S+#handelse-(\d+)", page.html)
        path = next((str(link["href"]) for link in page.all("a") if "/?before=" in str(link["href"])), "")
    assert len(read) == len(set(read)) > 50
    for case in (discharged, disputed):
        ordinals = [entry["ordinal"] for entry in case.region.get(f"/api/cases/{case.id}/timeline").json()]
        assert sorted(int(ordinal) for id, ordinal in read if id == case.id) == ordinals


def test_an_auditor_sees_which_acts_of_the_principal_were_refused(auditor: Browser, discharged: LiveCase) -> None:
    (row,) = [row for row in read_section(auditor.page("/"), "avvisat") if "Kvittera vårdbegäran" in row]
    assert "Doris Distriktssköterska" in row
    assert "Bara den kommun som fick vårdbegäran kan göra detta." in row


def test_the_refused_acts_go_on_before_any_of_them(auditor: Browser, discharged: LiveCase, disputed: LiveCase) -> None:
    refused = discharged.region.get("/api/refusals").json()
    rows = read_refusals(auditor.page("/refusals"))
    older = auditor.page("/refusals", before=str(refused[0]["id"]))

    assert len(rows) == len(refused) > 1
    assert read_refusals(older) == rows[1:]
    assert "Visa de senaste försöken" in older.text
    assert "Här finns inga äldre försök." in auditor.page("/refusals", before=str(refused[-1]["id"])).text
    assert "Äldre försök" not in auditor.page("/").text


def test_a_refused_act_is_shown_with_the_case_that_it_was_tried_on_to_who_may_read_it(
    auditor: Browser, neighbour: Browser, discharged: LiveCase
) -> None:
    for path in ("/", "/refusals"):
        (row,) = [row for row in read_refusal_rows(auditor.page(path)) if "Kvittera vårdbegäran" in Page(row).text]
        assert f'<a href="/cases/{discharged.id}">' in row
        assert discharged.id not in neighbour.page(path).html


def test_a_list_of_just_one_page_says_nothing_of_an_older_one(auditor: Browser, discharged: LiveCase) -> None:
    def refuse_until(count: int) -> None:
        while len(discharged.region.get("/api/refusals").json()) < count:
            discharged.region.act(discharged.id, "acknowledge-referral")

    refuse_until(20)
    assert "Äldre försök" not in auditor.page("/").text
    refuse_until(21)
    assert "Äldre försök" in auditor.page("/").text


def read_refusals(page: Page) -> list[str]:
    """Return the words of each row of a page's refused acts."""
    return [Page(row).text for row in read_refusal_rows(page)]


def read_refusal_rows(page: Page) -> list[str]:
    """Return the rows of a page's refused acts."""
    return re.findall("<tr>.*?</tr>", page.html.partition("Försökte</th>")[2].partition("</table>")[0], re.S)


def test_no_page_offers_an_auditor_a_form_that_acts(auditor: Browser, discharged: LiveCase, disputed: LiveCase) -> None:
    paths = ("/", f"/cases/{discharged.id}", f"/cases/{disputed.id}", "/agreements/1085641/R1", "/settlement")
    for path in paths:
        forms = [form["action"] for form in auditor.page(path).all("form", method="post")]
        assert forms == ["/sign-out"], path


def test_an_auditor_of_another_county_reads_none_of_it(browse: Callable[[str], Browser], discharged: LiveCase) -> None:
    page = browse("SE2321000001-REVISOR1").page("/")
    assert "Inget är registrerat." in page.text
    assert discharged.id not in page.html


# --- The responsible nurse --------------------------------------------------------------------------------------------


def test_the_responsible_nurse_sees_what_is_late_first(
    responsible_nurse: Browser, nurse: Browser, disputed: LiveCase
) -> None:
    page = responsible_nurse.page("/")
    assert list_headings(page)[0] == "forsenat"
    late = read_section(page, "forsenat")
    assert late
    assert all("Försenad" in row for row in late)
    assert all("Försenad" not in row for row in read_section(page, "att-gora"))
    assert any("Samplanera" in row and "11 april 2025" in row for row in late)
    assert "forsenat" not in list_headings(nurse.page("/"))
    cards = nurse.page("/").html.split('<li class="card overdue">')[1:]
    assert len(late) == len([card for card in cards if "/cases/" in card.split("</li>")[0]])


def test_the_responsible_nurse_sees_every_unit(database: Dsns, tmp_path: Path) -> None:
    with serve_two_units(database, tmp_path) as (services, address):
        with raise_need(services, address, "2025-04-01 08:00", need=NEED) as case:
            case.act(case.region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A, unit=OTHER_UNIT)
        with Browser(base_url=address, timeout=30, verify=TLS) as browser:
            page = browser.sign_in(services, RESPONSIBLE_NURSE_A).page("/")
        (row,) = read_section(page, "att-gora")
        assert NEED in row
        assert "Ekeby hemsjukvård norr" in row


def test_the_responsible_nurse_sees_the_disagreements_that_are_open_and_whom_they_wait_for(
    responsible_nurse: Browser, nurse: Browser, disputed: LiveCase, in_disagreement: LiveCase
) -> None:
    (row,) = read_section(responsible_nurse.page("/"), "oenigheter")
    assert NEED in row
    assert "Ekeby vårdcentral, Region Demo" in row
    assert "Ekeby hemsjukvård, Ekeby kommun" in row
    assert "23 mars 2025 kl. 08.00" in row
    assert "oenigheter" not in list_headings(nurse.page("/"))
    dispute = in_disagreement.dispute
    in_disagreement.act(
        in_disagreement.region, "2025-03-24 08:00", "withdraw-disagreement", dispute=dispute, reason="Klarlagt"
    )
    assert read_section(responsible_nurse.page("/"), "oenigheter") == []
