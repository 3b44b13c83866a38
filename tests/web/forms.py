"""The forms of pages for the tests: their fields as a browser without JavaScript sends them."""

from collections.abc import Mapping
from html.parser import HTMLParser

import httpx

from tests.web.conftest import SAME_ORIGIN, Browser


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


def find_form(html: str, end: str, about: Mapping[str, str] | None = None) -> tuple[str, dict[str, list[str]]]:
    """Find the form whose address has this end, and return the address and the fields as they stand.

    `about` are the fields that the form has as they stand, if several have this end.
    """
    named = {(name, value) for name, value in (about or {}).items()}
    found = [
        (str(own["action"]), fields)
        for own, fields in Forms(html).forms
        if str(own["action"]).endswith(end) and named <= {(name, each) for name, all in fields.items() for each in all}
    ]
    assert len(found) == 1, (end, html)
    return found[0]


def offers(browser: Browser, path: str, act: str) -> bool:
    """Return True if a page has a form for an act."""
    page = browser.page(path)
    return any(str(form["action"]).endswith(f"/{act}") for form in page.all("form"))


def send(
    browser: Browser, path: str, act: str, about: Mapping[str, str] | None = None, /, **filled: str | list[str]
) -> httpx.Response:
    """Fill in and send a form of a page, which is about a part of a case if several are. The answer is not followed."""
    action, fields = find_form(browser.page(path).html, f"/{act}", about)
    return browser.post(action, data=fields | filled, headers=SAME_ORIGIN)


def follow(answer: httpx.Response) -> str:
    """Return the address that a form led to."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])
