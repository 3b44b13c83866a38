"""A request from the need to its end, by forms on pages alone."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.record.rebuild import rebuild
from tests.live import DISTRICT_NURSE, PHYSICIAN, TLS, TORA
from tests.web.conftest import SAME_ORIGIN, Browser

AUDITOR = "SE2321000000-REVISOR1"
COORDINATOR = "SE2120000001-SAMORD1"
UNIT_A, UNIT_B = "SE2120000001-HSVEKEBY", "SE2120000002-HSVGRANBY"
NEED = {
    "need": "Bensår som behöver läggas om",
    "goal": "Läkt sår",
    "physician_contact": PHYSICIAN,
    "care_contact": DISTRICT_NURSE,
    "intervention": "Lägga om såret två gånger i veckan",
}


class Forms(HTMLParser):
    """The forms of a page, each with its address, its method, and its fields as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[dict[str, str | None], dict[str, list[str]]]] = []
        self._select: tuple[str, bool] | None = None
        self._textarea: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the latest one."""
        own = dict(attrs)
        name = own.get("name") or ""
        if tag == "form":
            self.forms.append((own, {}))
        elif tag == "input" and name and own.get("type") not in ("checkbox", "file"):
            self._add(name, own.get("value") or "")
        elif tag == "select":
            self._select = (name, False)
        elif tag == "textarea":
            self._textarea = name
            self._add(name, "")
        elif tag == "option" and self._select is not None:
            self._choose(own)

    def _choose(self, option: dict[str, str | None]) -> None:
        assert self._select is not None
        name, has_value = self._select
        if not has_value or "selected" in option:
            fields = self.forms[-1][1]
            if has_value:
                fields[name].pop()
            self._add(name, option.get("value") or "")
            self._select = (name, True)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a field."""
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        """Note what stands in a text area."""
        if self._textarea is not None:
            self.forms[-1][1][self._textarea][-1] += data

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1][1].setdefault(name, []).append(value)


def find_form(html: str, end: str) -> tuple[str, dict[str, list[str]]]:
    """Find the form whose address has this end, and return the address and the fields as they stand."""
    found = [(str(own["action"]), fields) for own, fields in Forms(html).forms if str(own["action"]).endswith(end)]
    assert len(found) == 1, (end, html)
    return found[0]


def offers(browser: Browser, path: str, act: str) -> bool:
    """Return True if a page has a form for an act."""
    page = browser.page(path)
    return any(str(form["action"]).endswith(f"/{act}") for form in page.all("form"))


def send(browser: Browser, path: str, act: str, **filled: str | list[str]) -> httpx.Response:
    """Fill in and send a form of a page. The answer is not followed."""
    action, fields = find_form(browser.page(path).html, f"/{act}")
    return browser.post(action, data=fields | filled, headers=SAME_ORIGIN)


def follow(answer: httpx.Response) -> str:
    """Return the address that a form led to."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def raise_need(browser: Browser, number: str = TORA, **filled: Any) -> httpx.Response:
    """Find a person by number and send the form of a need, on pages alone."""
    assert browser.page("/").all("a", href="/persons")
    path = follow(send(browser, "/persons", "search", number=number))
    return send(browser, path, "need", **(NEED | filled))


def open_case(browser: Browser, number: str = TORA, **filled: Any) -> str:
    """Raise a need in spite of every request that the page tells of, and return the path of the case."""
    answer = raise_need(browser, number, **filled)
    if answer.status_code == 409:
        action, fields = find_form(answer.text, "/need")
        answer = browser.post(action, data=fields, headers=SAME_ORIGIN)
    return follow(answer)


@pytest.fixture
def coordinator(module_services: Services, module_address: str) -> Iterator[Browser]:
    """A coordinator of the municipality, signed in."""
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        yield browser.sign_in(module_services, COORDINATOR)


def test_a_request_is_raised_sent_returned_sent_anew_and_cancelled_on_pages_alone(
    module_services: Services, district_nurse: Browser, nurse: Browser, neighbour: Browser
) -> None:
    case = open_case(district_nurse, PERSONS[2][0])
    assert follow(send(district_nurse, case, "send-referral", unit=UNIT_B)) == case
    assert follow(send(neighbour, case, "return-referral", reason="Hon bor i Ekeby")) == "/"
    assert "Felsänd och återsänd" in district_nurse.page(case).text
    assert "Skicka vårdbegäran på nytt" in district_nurse.page(case).text

    assert follow(send(district_nurse, case, "send-referral", unit=UNIT_A)) == case
    assert not offers(district_nurse, case, "request-cancellation")
    assert follow(send(nurse, case, "acknowledge-referral")) == case
    cancelled = send(district_nurse, case, "request-cancellation", reason="need-ceased", note="Såret har läkt")
    assert follow(cancelled) == case
    told = nurse.page(case).text
    assert "Regionen har bett att den avbryts" in told
    assert "Behovet har upphört. Såret har läkt Väntar på svar" in told
    assert not offers(district_nurse, case, "accept-cancellation")
    assert follow(send(nurse, case, "accept-cancellation")) == case

    told = district_nurse.page(case).text
    assert "gick med på att avbryta vårdbegäran" in told
    for act in ("send-referral", "request-cancellation", "accept-cancellation"):
        assert not offers(district_nurse, case, act)
        assert not offers(nurse, case, act)
    assert rebuild(module_services, replace=False, progress=lambda _: None).is_identical
