"""The agreement's own document: the forms that a version's record takes, and what is wrong with the bytes of one."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.kernel import Digest, HsaId, Instant, Party, Value

LARGEST_DOCUMENT = 5_000_000
"""Bytes. The largest agreement seen has about 1,000,000 as PDF."""
DocumentSize = Annotated[int, Field(ge=1, le=LARGEST_DOCUMENT)]
"""The size of a document in bytes."""
_PDF_BEGINNING = b"%PDF-"
_PDF_END = b"%%EOF"
_LAST_BYTES = 1024
"""The bytes at the end of a PDF among which its last line stands; writers add to it (ISO 32000-1, 7.5.5)."""
_CONTROLS = frozenset(chr(code) for code in (*range(32), 127)) - frozenset("\t\n\f\r")
"""The characters that a text has none of. Programs that read text from a PDF end its pages with a form feed."""
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


class MediaType(StrEnum):
    """The media type of a document."""

    TEXT = "text/plain"
    """Text in UTF-8, whose lines the clauses of the version name."""
    PDF = "application/pdf"
    """PDF. No text is read from it."""


class AttachedDocument(Value):
    """A document that a party attached to a version. Its bytes are stored by their digest, apart from the events."""

    digest: Digest
    media_type: MediaType
    size: DocumentSize
    principal: HsaId
    """The principal whose staff attached it."""
    party: Party
    attached_at: Instant


def find_document_fault(media_type: MediaType, content: bytes) -> str | None:
    """Find what is wrong with the bytes of a document, as words after "The document". None if nothing is wrong."""
    if not content.strip():
        return "is empty"
    if len(content) > LARGEST_DOCUMENT:
        return f"is larger than {LARGEST_DOCUMENT} bytes"
    is_pdf = content.startswith(_PDF_BEGINNING)
    match media_type:
        case MediaType.PDF:
            if not is_pdf:
                return "is no PDF"
            return None if _PDF_END in content[-_LAST_BYTES:] else "is a PDF without its end"
        case MediaType.TEXT:
            return "is a PDF and no text" if is_pdf else _find_text_fault(content)


def _find_text_fault(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "is not text in UTF-8"
    if not _LETTER_OR_DIGIT.search(text):  # a byte order mark alone, or spaces that cannot be seen
        return "is empty"
    return "has control characters" if _CONTROLS.intersection(text) else None
