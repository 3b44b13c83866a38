"""The agreement's own document, which either party attaches to a version."""

from domain.act import Act
from domain.authoring.publication import digest
from domain.kernel import Event, list_personal_number_lines
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.ledgers.versions.rules import cite_clauses, refuse_withdrawn, require_version_permission
from domain.refusals import PersonalNumber
from domain.versions.document import MediaType, find_document_fault
from domain.versions.events import DocumentAttached
from domain.versions.state import VersionRecord

MOST_LINES = 20
"""The number of lines with a personal identity number that a refusal names at most."""


def attach_document(record: VersionRecord, *, act: Act, media_type: MediaType, content: bytes) -> tuple[Event, ...]:
    """Attach the agreement's own document to the version, as text in UTF-8 or as PDF.

    Another document later is attached beside it, and the newest is shown. The same document again changes nothing. A
    text in which a personal identity number stands is refused, with its lines; no text is read from a PDF.
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    fault = find_document_fault(media_type, content)
    if fault is not None:
        raise DocumentFaulty(fault)
    if media_type is MediaType.TEXT:
        _refuse_personal_numbers(content.decode())
    named = digest(content)
    if any(document.digest == named for document in record.documents):
        return ()
    if record.documents:
        act.not_before(record.documents[-1].attached_at, "the latest document was attached")
    clauses = cite_clauses(act)
    return (
        act.record(
            DocumentAttached, on=record, clauses=clauses, digest=named, media_type=media_type, size=len(content)
        ),
    )


def _refuse_personal_numbers(text: str) -> None:
    """Refuse a text that names a person by number. It would be kept for ever, and shown to everybody in the county."""
    lines = list_personal_number_lines(text)[:MOST_LINES]
    if lines:
        raise PersonalNumber([f"content.{line}" for line in lines], lines=lines)
