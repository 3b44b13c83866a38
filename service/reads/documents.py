"""The agreements' own documents, as the parties attached them to versions."""

from collections.abc import Mapping

from psycopg_pool import ConnectionPool

from domain.agreements.quotation import Quotation, quote_clauses
from domain.authoring.background import load_national
from domain.versions.document import AttachedDocument, MediaType
from service.reads.absence import CaseUnknown
from service.reads.catalogue import Version


class Documents:
    """The documents of versions. The caller has found the version, and so may read all that is attached to it."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

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

    def quote_clauses(self, version: Version) -> Mapping[str, Quotation]:
        """Return the quotation of each clause that the newest text document of a version has the lines of."""
        texts = [document for document in version.record.documents if document.media_type is MediaType.TEXT]
        content = self._find(version, texts[-1]) if texts else None
        if content is None:
            return {}
        national = {rule for text in load_national() for rule in text.clauses}
        own = {rule: clause for rule, clause in version.agreement.clauses.items() if rule not in national}
        return quote_clauses(own, content.decode())
