"""The agreement's own document, which either party attaches to a version."""

from domain.act import Act
from domain.authoring.publication import digest
from domain.kernel import Event
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.ledgers.versions.rules import cite_clauses, refuse_withdrawn, require_version_permission
from domain.versions.document import MediaType, find_document_fault
from domain.versions.events import DocumentAttached
from domain.versions.state import VersionRecord


def attach_document(record: VersionRecord, *, act: Act, media_type: MediaType, content: bytes) -> tuple[Event, ...]:
    """Attach the agreement's own document to the version, as text in UTF-8 or as PDF.

    Another document later is attached beside it, and the newest is shown. The same document again changes nothing.
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    fault = find_document_fault(media_type, content)
    if fault is not None:
        raise DocumentFaulty(fault)
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
