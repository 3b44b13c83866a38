"""The forms on the page of an agreement version: attach its document, and withdraw a draft."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from domain.versions.document import LARGEST_DOCUMENT
from service.bootstrap import Services
from service.record.rebuild import rebuild
from tests.live import TLS, Caller
from tests.service.test_documents_over_http import PDF
from tests.service.test_rules_over_http import NURSE, text_with
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import find_form, follow, offers, send

REGION, MUNICIPALITY = "SE2321000000-DIR1", "SE2120000001-DIR1"
VERSION, DRAFT = "/agreements/1085641/R1", "/agreements/EX-7/2"
TEXT = text_with(*NURSE).replace("valid_to = 2024-12-31", "valid_to = 2099-12-31")


@pytest.fixture
def draft(module_services: Services, module_address: str) -> Iterator[str]:
    """A version that the region has submitted and nobody has signed, by the path of its page."""
    with Caller(module_services, module_address, REGION) as region:
        assert region.post("/api/agreements", json={"text": TEXT}).is_success
        yield DRAFT
        region.post(f"/api{DRAFT}/withdraw-version", json={})


@pytest.fixture
def region(browse: Callable[[str], Browser]) -> Browser:
    """The director of the region, who signs agreements for it."""
    return browse(REGION)


@pytest.fixture
def municipality(browse: Callable[[str], Browser]) -> Browser:
    """The director of the municipality, who signs agreements for it."""
    return browse(MUNICIPALITY)


def attach(browser: Browser, content: bytes, name: str = "dokument.pdf") -> httpx.Response:
    """Send the form that attaches a document, as a browser does."""
    action, fields = find_form(browser.page(VERSION).html, "/attach-document")
    file = {"document": (name, content, "application/octet-stream")}
    return browser.post(action, data=fields, files=file, headers=SAME_ORIGIN)


@pytest.mark.parametrize(
    ("content", "shown"),
    [(PDF, "Dokumentet som PDF"), ("1 Överenskommelsens räckvidd\n".encode(), "Dokumentet som text")],
    ids=["pdf", "text"],
)
def test_a_document_is_attached_on_the_page_and_downloaded_there(
    module_services: Services, municipality: Browser, region: Browser, content: bytes, shown: str
) -> None:
    assert find_form(municipality.page(VERSION).html, "/attach-document")
    assert follow(attach(municipality, content)) == VERSION

    page = region.page(VERSION)
    assert shown in page.text
    newest = page.html.split("/documents/")[1].split('"')[0]
    assert region.get(f"{VERSION}/documents/{newest}").content == content
    assert rebuild(module_services, replace=False, progress=lambda _: None).is_identical


def test_a_form_with_a_document_that_is_sent_twice_attaches_it_once(municipality: Browser) -> None:
    action, fields = find_form(municipality.page(VERSION).html, "/attach-document")
    before = municipality.page(VERSION).html.count("/documents/")
    for content, status in ((PDF + b"1\n%%EOF\n", 303), (PDF + b"1\n%%EOF\n", 303), (PDF + b"2\n%%EOF\n", 422)):
        file = {"document": ("dokument.pdf", content)}
        answer = municipality.post(action, data=fields, files=file, headers=SAME_ORIGIN)
        assert answer.status_code == status
    assert municipality.page(VERSION).html.count("/documents/") == before + 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"%PDF-1.7 half of one"], ids=["nothing", "no text", "half a pdf"]
)
def test_a_file_that_is_no_document_is_refused_on_a_page(municipality: Browser, content: bytes) -> None:
    answer = attach(municipality, content)

    assert answer.status_code == 422
    assert "Bifoga hela dokumentet" in answer.text


def test_the_largest_document_is_taken_and_a_larger_one_is_stopped_while_it_arrives(municipality: Browser) -> None:
    largest = PDF[:9] + b"%" * (LARGEST_DOCUMENT - len(PDF)) + PDF[9:]
    assert follow(attach(municipality, largest)) == VERSION
    too_large = attach(municipality, largest + b"%" * 20_000)
    assert too_large.status_code == 413
    assert "Det som skickades är för stort" in too_large.text
    kind = {"Content-Type": "multipart/form-data; boundary=x"}

    def read_pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="document"; filename="d.txt"\r\n\r\n'
        for _ in range(60):
            yield b"a" * 100_000

    streamed = municipality.post(f"{VERSION}/attach-document", content=read_pieces(), headers=SAME_ORIGIN | kind)
    assert streamed.status_code == 413
    assert "Det som skickades är för stort" in streamed.text
    other = {"key": "large", "reason": "a" * 1_500_000}
    assert municipality.post(f"{VERSION}/withdraw-version", data=other, headers=SAME_ORIGIN).status_code == 413


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"key": "no-file"}},
        {"files": {"document": ("d.pdf", PDF)}},
        {"data": {"key": "k", "document": "text"}},
        {"data": {"key": "k"}, "files": [("document", ("d.pdf", PDF)), ("more", ("e.pdf", PDF))]},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ],
    ids=["no file", "no key", "text for a file", "two files", "no boundary"],
)
def test_a_form_that_cannot_be_read_is_refused_on_a_page(municipality: Browser, form: dict[str, Any]) -> None:
    headers = SAME_ORIGIN | form.pop("headers", {})
    answer = municipality.post(f"{VERSION}/attach-document", headers=headers, **form)

    assert answer.status_code == 400
    assert "går inte att läsa" in answer.text


def test_a_stranger_sends_nothing_that_is_read(module_address: str) -> None:
    with Browser(base_url=module_address, verify=TLS) as stranger:
        file = {"document": ("d.pdf", PDF)}
        answer = stranger.post(f"{VERSION}/attach-document", data={"key": "k"}, files=file, headers=SAME_ORIGIN)
    assert answer.status_code == 401


def test_a_draft_is_withdrawn_by_its_author_on_its_page(municipality: Browser, region: Browser, draft: str) -> None:
    assert not offers(municipality, draft, "withdraw-version")
    assert not offers(region, VERSION, "withdraw-version")

    assert follow(send(region, draft, "withdraw-version", reason="Fel första dag")) == draft

    page = municipality.page(draft)
    assert "Tillbakadragen" in page.text
    for browser in (municipality, region):
        assert not offers(browser, draft, "withdraw-version")
        assert not offers(browser, draft, "attach-document")


def test_only_those_who_may_attach_see_the_form(browse: Callable[[str], Browser], municipality: Browser) -> None:
    assert offers(municipality, VERSION, "attach-document")
    for person in ("SE2321000000-REVISOR1", "SE2120000001-USK1"):
        browser = browse(person)
        assert not offers(browser, VERSION, "attach-document")
        file = {"document": ("d.pdf", PDF)}
        answer = browser.post(f"{VERSION}/attach-document", data={"key": "k"}, files=file, headers=SAME_ORIGIN)
        assert answer.status_code == 403
    stranger = browse("SE2321000001-DSK1")
    answer = stranger.post(f"{VERSION}/withdraw-version", data={"key": "k"}, headers=SAME_ORIGIN)
    assert answer.status_code == 404
