"""The agreement's own document over HTTP: who attaches it to a version, who gets it, and what is quoted from it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from domain.agreements.quotation import LONGEST_QUOTATION
from domain.authoring.publication import load_published
from domain.versions.document import LARGEST_DOCUMENT
from service.bootstrap import Services
from service.cli import app
from service.database.dsns import Dsns
from service.record.rebuild import rebuild
from tests.live import DIRECTOR, DIRECTOR_A, DISTRICT_NURSE, NURSE_A, TLS, Caller, make_environment
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.test_rules_over_http import NURSE, text_with
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import find_form
from tests.web.html import Page

TEXT = next(agreement for agreement in load_published().agreements if agreement.county == "orebro")
VERSION = "/api/agreements/1085641/R1"
RULE = "ORE-3.1.2-6"
REGION, MUNICIPALITY_A = "SE2321000000-REGION", "SE2120000001-KOMMUNA"
AUDITOR, ASSISTANT, STRANGER = "SE2321000000-REVISOR1", "SE2120000001-USK1", "SE2321000001-DSK1"
TEXT_FORM, PDF_FORM = "text/plain", "application/pdf"
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def write_document(*, moved: int = 0) -> bytes:
    """Write a document of our own, with the words of each clause in the lines that the text names, or moved down."""
    lines: list[str] = [""] * 900
    for clause in (clause for rule, clause in TEXT.clauses.items() if rule.startswith("ORE-")):
        first = int(clause.lines.replace(",", "-").split("-")[0])
        lines[first - 1 + moved] += f"{clause.heading.replace(',', ' och')} {clause.heading}. "
    return "\n".join(lines).encode()


def attach(caller: Caller, content: bytes, form: str = TEXT_FORM, **headers: str) -> httpx.Response:
    """Attach a document to the version, as a body of its form."""
    return caller.post(f"{VERSION}/attach-document", content=content, headers={"Content-Type": form} | headers)


def name(content: bytes) -> str:
    """Return the digest of a document."""
    return f"sha256:{sha256(content).hexdigest()}"


@pytest.fixture(scope="module")
def reader(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A district nurse who shares a server with the tests in which nothing is attached."""
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def stranger(services: Services, address: str) -> Iterator[Caller]:
    """A district nurse of another county."""
    with Caller(services, address, STRANGER) as caller:
        yield caller


# --- Attaching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("party", ["region", "municipality"])
def test_either_party_attaches_a_document_that_both_then_download(
    services: Services, region: Caller, municipality: Caller, party: str
) -> None:
    attached = assert_ok(attach((region if party == "region" else municipality).director, PDF, PDF_FORM))

    (event,) = attached["events"]
    assert event["topic"] == "contract.document-attached.v1"
    assert event["content"] == {"digest": name(PDF), "media_type": PDF_FORM, "size": len(PDF)}
    for caller in (region, municipality):
        described = assert_ok(caller.get(VERSION))
        (document,) = described["documents"]
        principal = {"region": REGION, "municipality": MUNICIPALITY_A}[party]
        assert (document["digest"], document["principal"], document["party"]) == (name(PDF), principal, party)
        assert described["history"][-1]["occurred_at"] == document["attached_at"]
        answer = caller.get(f"{VERSION}/document")
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["Content-Type"] == PDF_FORM
        assert answer.headers["Content-Disposition"] == 'attachment; filename="1085641-R1.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        known = caller.get(f"{VERSION}/document", headers={"If-None-Match": answer.headers["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
    assert_rebuild_identical(services)


def test_a_later_document_is_the_newest_and_the_earlier_one_stays_readable(
    region: Caller, municipality: Caller
) -> None:
    text = write_document()
    assert_ok(attach(region.director, text))
    assert_ok(attach(municipality.director, PDF, PDF_FORM))

    assert [found["digest"] for found in assert_ok(region.get(VERSION))["documents"]] == [name(PDF), name(text)]
    assert region.get(f"{VERSION}/document").content == PDF
    earlier = region.get(f"{VERSION}/documents/{name(text)}")
    assert (earlier.content, earlier.headers["Content-Type"]) == (text, "text/plain; charset=utf-8")
    assert earlier.headers["ETag"] == f'"{name(text)}"'
    assert_refused(region.get(f"{VERSION}/documents/{name(b'another')}"), 404, "NOT_FOUND")


def test_the_same_document_again_is_no_new_event_whoever_attaches_it(region: Caller, municipality: Caller) -> None:
    first = assert_ok(attach(region.director, PDF, PDF_FORM))

    again = attach(municipality.director, PDF, PDF_FORM)

    assert assert_ok(again)["events"] == []
    assert again.json()["version"] == first["version"]
    assert again.headers["ETag"] == f'W/"{first["version"]}"'
    assert len(assert_ok(region.get(VERSION))["history"]) == 1


def test_of_many_at_once_one_is_recorded(services: Services, address: str, region: Caller) -> None:
    def send(person: str) -> int:
        with Caller(services, address, person) as caller:
            return attach(caller, PDF, PDF_FORM).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, [DIRECTOR, DIRECTOR_A] * 4)) == {200}
    assert len(assert_ok(region.get(VERSION))["documents"]) == 1
    assert_rebuild_identical(services)


def test_a_repeat_with_its_key_gets_the_first_answer_and_another_document_under_it_is_refused(region: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = attach(region.director, PDF, PDF_FORM, **key)

    assert attach(region.director, PDF, PDF_FORM, **key).content == first.content
    assert_refused(attach(region.director, write_document(), **key), 422, "IDEMPOTENCY_KEY_REUSED")
    other = attach(region.director, write_document(), **{"If-Match": 'W/"7"'})
    assert_refused(other, 412, "VERSION_MISMATCH")


def test_a_repeat_of_what_changed_nothing_does_not_put_an_earlier_document_in_the_place_of_a_later(
    region: Caller,
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    attach(region.director, PDF, PDF_FORM)
    first = attach(region.director, PDF, PDF_FORM, **key)
    attach(region.director, write_document())

    assert attach(region.director, PDF, PDF_FORM, **key).content == first.content
    assert region.get(f"{VERSION}/document").content == write_document()


def test_a_document_may_be_larger_than_other_bodies(region: Caller) -> None:
    large = PDF[:9] + b"%" * (LARGEST_DOCUMENT - len(PDF)) + PDF[9:]

    assert_ok(attach(region.director, large, PDF_FORM))

    assert region.get(f"{VERSION}/document").content == large


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (PDF, "application/json", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        (PDF, "", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        ("Räkning".encode("latin-1"), "text/plain; charset=iso-8859-1", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        ("Räkning".encode("latin-1"), TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (b"1 Inledning\x00", TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (PDF, TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (b"1 Inledning", PDF_FORM, 422, "DOCUMENT_FAULTY"),
        (PDF[:40], PDF_FORM, 422, "DOCUMENT_FAULTY"),
        (b"", TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (b" \n", TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (b"\xef\xbb\xbf", TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        ("\u00a0\u2007\n\u202f".encode(), TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        ("\ufeff\u200b\u2060\n".encode(), TEXT_FORM, 422, "DOCUMENT_FAULTY"),
        (b"1 Inledning", "text/plain; charset=utf-8; charset=iso-8859-1", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        (b"1 Inledning", "text/plain; charset=utf-8; charset=utf-8", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        (b"1 Inledning", "text/plain; charset = iso-8859-1", 415, "MEDIA_TYPE_NOT_SUPPORTED"),
        (b"a" * (LARGEST_DOCUMENT + 1), TEXT_FORM, 413, "BODY_TOO_LARGE"),
    ],
    ids=[
        "JSON",
        "no form",
        "other charset",
        "no UTF-8",
        "NUL",
        "PDF as text",
        "text as PDF",
        "cut",
        "empty",
        "blank",
        "byte order mark",
        "no-break spaces",
        "zero width",
        "two charsets",
        "the same charset twice",
        "spaced charset",
        "large",
    ],
)
def test_what_is_no_document_of_its_form_is_refused_and_not_kept(
    reader: Caller, content: bytes, form: str, status: int, code: str
) -> None:
    refused = assert_refused(attach(reader.director, content, form), status, code)

    assert refused["remedy"]
    assert assert_ok(reader.get(VERSION))["documents"] == []
    assert_refused(reader.get(f"{VERSION}/document"), 404, "NOT_FOUND")


@pytest.mark.parametrize("number", ["19420515-9801", "420515 9801", "1942 0515\n9801", "420515\u20139801"])
def test_a_text_in_which_a_personal_number_stands_is_refused_with_its_lines(
    reader: Caller, module_services: Services, module_address: str, number: str
) -> None:
    text = f"1 Inledning\r\n2 Om Tora ({number})\n3 Slut\n4 {number}.\n".encode()

    refused = assert_refused(attach(reader.director, text), 422, "PERSONAL_NUMBER")

    last = text.decode().split(number)[1].count("\n") + 2 + number.count("\n")
    assert refused["where"] == ["content.2", f"content.{last}"]
    assert f"in line 2 and {last}" in refused["title"]
    assert "9801" not in str(refused)
    assert assert_ok(reader.get(VERSION))["documents"] == []
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(module_services, DIRECTOR)
        action, fields = find_form(page.page("/agreements/1085641/R1").html, "/attach-document")
        shown = page.post(action, data=fields, files={"document": ("d.txt", text)}, headers=SAME_ORIGIN)
    assert shown.status_code == 422
    assert f"Rad 2 och {last}." in shown.text
    assert "9801" not in shown.text


def test_a_version_in_whose_text_a_personal_number_stands_is_refused_with_its_line(reader: Caller) -> None:
    text = text_with(*NURSE) + "# Skriv till Tora, 19420515-9801\n"

    refused = assert_refused(reader.director.post("/api/agreements", json={"text": text}), 422, "TEXT_FAULTY")

    assert refused["where"] == [f"text.{text.count(chr(10))}"]
    assert "Här står ett personnummer" in refused["title"]
    assert "9801" not in refused["title"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/attach-document"),
        ("POST", "/api/cases/00000000-0000-4000-8000-000000000000/attach-document"),
        ("POST", "/api/agreements/1085641/R1/more/attach-document"),
        ("POST", "/api/settlement/agreements/1085641/R1/attach-document"),
        ("PUT", f"{VERSION}/attach-document"),
        ("POST", "/fhir/attach-document"),
        ("POST", "/persons/attach-document"),
        ("POST", "/cases/00000000-0000-4000-8000-000000000000/attach-document"),
    ],
)
def test_no_other_route_with_the_same_end_takes_that_much(reader: Caller, method: str, path: str) -> None:
    assert reader.director.request(method, path, content=b" " * 1_000_001).status_code == 413


def test_only_the_document_of_an_agreement_may_be_that_large(reader: Caller) -> None:
    answer = reader.director.post(
        "/api/agreements", content=b" " * 1_000_001, headers={"Content-Type": "application/json"}
    )

    assert_refused(answer, 413, "BODY_TOO_LARGE")
    inside = reader.put("/fhir/Task/attach-document", content=b" " * 1_000_001)
    assert inside.status_code == 413


def test_somebody_of_another_county_neither_attaches_nor_reads(
    services: Services, address: str, region: Caller, stranger: Caller
) -> None:
    assert_ok(attach(region.director, PDF, PDF_FORM))

    assert_refused(attach(stranger, PDF, PDF_FORM), 404, "NOT_FOUND")
    for path in ("document", f"documents/{name(PDF)}"):
        assert_refused(stranger.get(f"{VERSION}/{path}"), 404, "NOT_FOUND")
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = f"/agreements/1085641/R1/documents/{name(PDF)}"
        assert browser.get(page).status_code == 401
        assert browser.sign_in(services, STRANGER).get(page).status_code == 404


@pytest.mark.parametrize("person", [AUDITOR, ASSISTANT, NURSE_A])
def test_somebody_who_may_not_act_on_the_version_is_refused(
    module_services: Services, module_address: str, person: str
) -> None:
    with Caller(module_services, module_address, person) as caller:
        refused = assert_refused(attach(caller, PDF, PDF_FORM), 403, "ACTOR_NOT_ALLOWED")

        assert refused["rule_text"]
        assert assert_ok(caller.get(VERSION))["documents"] == []
    with module_services.pool.connection() as connection:
        refused_acts = connection.execute("SELECT act, code FROM refusal WHERE person = %s", [person]).fetchall()
    assert refused_acts == [("attach-document", "ACTOR_NOT_ALLOWED")]


def test_a_municipality_that_is_no_party_is_refused(region: Caller, municipality: Caller, elsewhere: Caller) -> None:
    text = text_with(*NURSE).replace(
        'county = "orebro"\n', f'county = "orebro"\nmunicipalities = ["{MUNICIPALITY_A}"]\n'
    )
    assert_ok(region.director.act_at("/api/agreements", None, text=text))
    path, form = "/api/agreements/EX-7/2/attach-document", {"Content-Type": PDF_FORM}

    assert_refused(elsewhere.director.post(path, content=PDF, headers=form), 403, "NOT_PARTY_OF_AGREEMENT")
    assert_ok(municipality.director.post(path, content=PDF, headers=form))


# --- What is quoted ---------------------------------------------------------------------------------------------------


def test_a_rule_shows_its_lines_as_they_stand_in_the_newest_text(
    services: Services, address: str, region: Caller, municipality: Caller
) -> None:
    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] is None
    text = write_document()
    assert_ok(attach(region.director, text))
    assert_ok(attach(municipality.director, PDF, PDF_FORM))

    words = assert_ok(municipality.get(f"/api/rules/{RULE}"))
    national = assert_ok(region.get("/api/rules/SKR-3-8"))

    clause = TEXT.clauses[RULE]
    first, last = (int(number) for number in clause.lines.split("-"))
    quoted = "\n".join(line.strip() for line in text.decode().split("\n")[first - 1 : last])
    assert words["quotation"] == {"lines": clause.lines, "text": quoted.strip()}
    assert (words["statement"], national["quotation"]) == (clause.statement, None)
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, NURSE_A).page("/agreements/1085641/R1")
    assert f"rad {clause.lines}" in page.text
    assert " ".join(quoted.split()) in " ".join(page.text.split())


@pytest.mark.parametrize("moved", [1, 2, 40])
def test_a_text_whose_lines_are_others_is_not_quoted(region: Caller, moved: int) -> None:
    assert_ok(attach(region.director, write_document(moved=moved)))

    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] is None


def test_a_passage_that_is_too_long_is_not_quoted(region: Caller) -> None:
    text = write_document().replace(b"Kvittera.", b"Kvittera " + b"sedan " * LONGEST_QUOTATION)
    assert_ok(attach(region.director, text))

    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] is None
    assert assert_ok(region.get("/api/rules/ORE-3.1.2-4"))["quotation"] is not None


def test_a_clause_whose_words_are_elsewhere_is_not_quoted(region: Caller) -> None:
    assert_ok(attach(region.director, write_document().replace(b"Kvittera", b"Bekr\xc3\xa4fta")))

    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] is None
    assert assert_ok(region.get("/api/rules/ORE-3.1.2-4"))["quotation"] is not None


def test_the_quotations_of_a_text_are_made_once_and_those_of_another_text_anew(
    services: Services, region: Caller
) -> None:
    assert_ok(attach(region.director, write_document()))
    first = assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"]
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:  # what is not stored cannot be read once more
        owner.execute("ALTER TABLE agreement_document DISABLE TRIGGER append_only")
        owner.execute("DELETE FROM agreement_document")

    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] == first
    assert_ok(attach(region.director, write_document().replace(b"Kvittera.", b"Kvittera genast.")))
    assert "Kvittera genast." in assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"]["text"]


def test_the_page_of_a_version_names_the_documents_and_links_to_them(
    services: Services, address: str, region: Caller, municipality: Caller
) -> None:
    text = write_document()
    assert_ok(attach(region.director, text))
    assert_ok(attach(municipality.director, PDF, PDF_FORM))
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, DISTRICT_NURSE).get("/agreements/1085641/R1").text
        links = [f"/agreements/1085641/R1/documents/{name(content)}" for content in (PDF, text)]
        assert 0 < page.index(links[0]) < page.index(links[1])
        answer = browser.get(links[1])

    assert name(PDF) in Page(page).text
    assert page.count("bifogat av") == 2
    assert answer.content == text
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# --- The record and the command ---------------------------------------------------------------------------------------


def test_no_role_can_change_or_delete_a_document(region: Caller, database: Dsns) -> None:
    assert_ok(attach(region.director, PDF, PDF_FORM))
    assert database.owner
    for login in (database.owner, database.service):
        for statement in ("UPDATE agreement_document SET content = ''", "DELETE FROM agreement_document"):
            with psycopg.connect(login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_rebuild_names_a_document_that_is_not_stored(services: Services, region: Caller) -> None:
    text = write_document()
    assert_ok(attach(region.director, text))
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("ALTER TABLE agreement_document DISABLE TRIGGER append_only")
        owner.execute("DELETE FROM agreement_document")

    comparison = rebuild(services, replace=True, progress=lambda _: None)

    assert comparison.faults == [f"the document {name(text)} of 1085641 R1 was attached, and is not stored"]
    assert_refused(region.get(f"{VERSION}/document"), 404, "NOT_FOUND")
    assert assert_ok(region.get(f"/api/rules/{RULE}"))["quotation"] is None


def run(services: Services, *arguments: str) -> tuple[int, str]:
    """Run `kvittens agreement attach` on the services' database, and return its status and its words."""
    environment = make_environment(services) | {"KVITTENS_DEMONSTRATION": "true"}
    result = CliRunner().invoke(app, ["agreement", "attach", *arguments], env=environment)
    return result.exit_code, result.output


def test_the_command_attaches_a_document_as_a_person_of_a_party(
    services: Services, region: Caller, tmp_path: Path
) -> None:
    pdf, text = tmp_path / "signed.PDF", tmp_path / "document"
    pdf.write_bytes(PDF)
    text.write_bytes(write_document())

    attached = run(services, "1085641", "R1", str(pdf), "--person", DIRECTOR_A)
    again = run(services, "1085641", "R1", str(pdf), "--person", DIRECTOR)
    typed = run(services, "1085641", "R1", str(text), "--person", DIRECTOR, "--media-type", TEXT_FORM)

    assert attached == (0, f"Attached: {name(PDF)}. The newest document is {name(PDF)}.\n")
    assert (again[0], again[1].startswith("On record already")) == (0, True)
    assert typed[0] == 0
    documents = assert_ok(region.get(VERSION))["documents"]
    assert [(found["media_type"], found["party"]) for found in documents] == [
        (TEXT_FORM, "region"),
        (PDF_FORM, "municipality"),
    ]


def test_the_command_says_why_it_attaches_nothing(services: Services, region: Caller, tmp_path: Path) -> None:
    pdf, cut = tmp_path / "whole.pdf", tmp_path / "cut.pdf"
    pdf.write_bytes(PDF)
    cut.write_bytes(PDF[:40])
    (tmp_path / "page.html").write_bytes(b"<p>")

    for arguments, words in (
        (("1085641", "R1", str(cut), "--person", DIRECTOR_A), "DOCUMENT_FAULTY"),
        (("1085641", "R1", str(pdf), "--person", AUDITOR), "ACTOR_NOT_ALLOWED"),
        (("1085641", "R1", str(pdf), "--person", STRANGER), "has no version"),
        (("1085641", "R1", str(pdf), "--person", "SE-NOBODY"), "has no assignment"),
        (("1085641", "R1", str(tmp_path / "page.html"), "--person", NURSE_A), "form of the document"),
    ):
        status, output = run(services, *arguments)
        assert status != 0
        assert words in output
    assert assert_ok(region.get(VERSION))["documents"] == []
