"""The agreements' own documents, as the parties attached them to versions."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.agreements.quotation import Quotation, quote_clauses
from domain.authoring.background import load_national
from domain.versions.document import AttachedDocument, MediaType
from service.reads.absence import CaseUnknown
from service.reads.catalogue import Version

REMEMBERED = 32
"""The number of documents whose quotations to remember; more than the agreements that a county has in force at once."""

Quotations = Mapping[str, Quotation]


class Documents:
    """The documents of versions. The caller has found the version, and so may read all that is attached to it.

    The quotations are remembered by the digests of the version's text and of the document, which name their bytes.
    Safe for many threads.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._quotations: OrderedDict[tuple[UUID, str | None, str], Quotations] = OrderedDict()
        self._lock = Lock()

    def read(self, version: Version, document: AttachedDocument) -> bytes:
        """Return the bytes of a document. Raises CaseUnknown if they are not stored."""
        content = self._find(version, document)
        if content is None:
            raise CaseUnknown
        return content

    def _find(self, version: Version, document: AttachedDocument) -> bytes | None:
        ref = version.agreement.ref
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT content FROM agreement_document WHERE county = %s AND id = %s AND version = %s AND digest = %s",
                (version.agreement.county, ref.id, ref.version, document.digest),
            ).fetchone()
        return bytes(row[0]) if row is not None else None

    def quote_clauses(self, version: Version) -> Quotations:
        """Return the quotation of each clause that the newest text document of a version has the lines of."""
        texts = [document for document in version.record.documents if document.media_type is MediaType.TEXT]
        if not texts:
            return {}
        named = version.record.id, version.record.digest, texts[-1].digest
        with self._lock:
            known = self._quotations.get(named)
            if known is not None:
                self._quotations.move_to_end(named)
                return known
        content = self._find(version, texts[-1])
        if content is None:
            return {}
        found = self._quote(version, content)
        with self._lock:
            self._quotations[named] = found
            while len(self._quotations) > REMEMBERED:
                self._quotations.popitem(last=False)
        return found

    def _quote(self, version: Version, content: bytes) -> Quotations:
        national = {rule for text in load_national() for rule in text.clauses}
        own = {rule: clause for rule, clause in version.agreement.clauses.items() if rule not in national}
        return quote_clauses(own, content.decode())
