"""The agreement's own document: the bytes that are taken as one, and the fault of those that are not."""

import pytest

from domain.ledgers.versions.acts.document import MOST_LINES
from domain.refusals import PersonalNumber
from domain.versions.document import LARGEST_DOCUMENT, MediaType, find_document_fault
from domain.versions.events import DocumentAttached
from tests.domain.test_drafts import ATTACH
from tests.domain.test_version_records import ORE, draft

TEXT, PDF = MediaType.TEXT, MediaType.PDF
LINE = "Tora 420515-9801 undertecknar\n"
WHOLE_PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.mark.parametrize(
    ("media_type", "content", "fault"),
    [
        (TEXT, b"1 Inledning\f2 Parter\n", None),
        (TEXT, b"", "is empty"),
        (PDF, b" \n", "is empty"),
        (TEXT, "\ufeff\u200b --\n".encode(), "is empty"),
        (TEXT, b"x" * LARGEST_DOCUMENT, None),
        (TEXT, b"x" * (LARGEST_DOCUMENT + 1), f"is larger than {LARGEST_DOCUMENT} bytes"),
        (TEXT, WHOLE_PDF, "is a PDF and no text"),
        (TEXT, "1 Inledning på svenska".encode("latin-1"), "is not text in UTF-8"),
        (TEXT, b"1 Inledning\x00", "has control characters"),
        (PDF, WHOLE_PDF, None),
        (PDF, WHOLE_PDF + b" " * 1000, None),
        (PDF, b"1 Inledning %%EOF", "is no PDF"),
        (PDF, b"%PDF-1.7\n1 0 obj\n", "is a PDF without its end"),
        (PDF, WHOLE_PDF + b" " * 1024, "is a PDF without its end"),
    ],
)
def test_a_document_is_a_whole_pdf_or_a_text_that_says_something(
    media_type: MediaType, content: bytes, fault: str | None
) -> None:
    assert find_document_fault(media_type, content) == fault


@pytest.mark.rule("SYS-1")
def test_a_text_that_names_a_person_by_number_is_refused_with_its_first_lines() -> None:
    one = draft().refuses(
        PersonalNumber, ATTACH, ORE.region, "2026-06-02", media_type=TEXT, content=f"1 Parter\n{LINE}".encode()
    )
    many = draft().refuses(
        PersonalNumber, ATTACH, ORE.region, "2026-06-02", media_type=TEXT, content=LINE.encode() * (MOST_LINES + 1)
    )

    assert isinstance(one, PersonalNumber)
    assert isinstance(many, PersonalNumber)
    assert (one.where, one.lines, one.message) == (
        ("content.2",),
        (2,),
        "A text holds a personal identity number, in line 2",
    )
    assert many.lines == tuple(range(1, MOST_LINES + 1))


def test_no_text_is_read_from_a_pdf() -> None:
    content = WHOLE_PDF + LINE.encode()

    attached = draft().after(ATTACH, ORE.region, "2026-06-02", media_type=PDF, content=content)

    assert isinstance(attached.events[-1], DocumentAttached)
    assert (attached.events[-1].media_type, attached.events[-1].size) == (PDF, len(content))
