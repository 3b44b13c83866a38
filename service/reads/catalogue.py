"""The agreements as they now stand: the package's own texts, and what the parties have recorded about versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.agreements.model import Agreement
from domain.authoring.publication import load
from domain.directory import Directory
from domain.kernel import AgreementRef
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.catalogue import Catalogue
from domain.versions.state import VersionRecord, shipped_record, version_record_id
from domain.versions.terms import municipalities, terms_of
from service.record.event_store.application import EventStore


@dataclass(frozen=True)
class Version:
    """One version, with its record. `text` is the TOML as it was submitted; None for one of the package."""

    agreement: Agreement
    record: VersionRecord
    text: bytes | None = None


@dataclass(frozen=True)
class Known:
    """All versions at one state of the record, drafts included, and the catalogue of those that are published."""

    mark: tuple[int, int]
    versions: Mapping[UUID, Version]
    catalogue: Catalogue

    @property
    def refs(self) -> frozenset[AgreementRef]:
        """The versions that there are."""
        return frozenset(version.agreement.ref for version in self.versions.values())


class LiveCatalogue:
    """Reads the record of versions anew when it has grown, in this process or another. Safe for many threads."""

    def __init__(
        self, store: EventStore, pool: ConnectionPool, built_in: Catalogue, directories: Mapping[str, Directory]
    ) -> None:
        self._store = store
        self._pool = pool
        self._built_in = built_in
        self._directories = directories
        self._lock = Lock()
        self._texts: dict[str, Agreement] = {}
        self._known: Known | None = None

    def now(self) -> Catalogue:
        """The published versions as they now stand. A case loaded before is never ahead of it."""
        return self.known().catalogue

    def latest(self) -> Known:
        """Return every version as read last, without asking the database: enough to put words to a rule."""
        return self._known or self.known()

    def known(self) -> Known:
        """Every version as it now stands: one short query tells whether what was read last still holds."""
        mark = self._mark()
        known = self._known
        if known is not None and known.mark == mark:
            return known
        with self._lock:
            if self._known is None or self._known.mark != mark:
                self._known = self._read(mark)
            return self._known

    def version(self, county: str, ref: AgreementRef) -> Version | None:
        """The county's version of that name."""
        return self.known().versions.get(version_record_id(county, ref))

    def _mark(self) -> tuple[int, int]:
        """How much has been recorded about versions: it only ever grows."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(version), 0)::bigint FROM ledger WHERE kind = %s", (VERSION_RECORD.name,)
            ).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def _read(self, mark: tuple[int, int]) -> Known:
        versions: dict[UUID, Version] = {}
        for agreement in self._built_in.agreements:
            record = shipped_record(agreement.county, agreement.ref)
            versions[record.id] = Version(agreement, record)
        with self._pool.connection() as connection:
            ledgers = connection.execute(
                "SELECT case_id FROM ledger WHERE kind = %s", (VERSION_RECORD.name,)
            ).fetchall()
            texts = {
                (county, AgreementRef(id=id, version=version)): (digest, bytes(text))
                for county, id, version, digest, text in connection.execute(
                    "SELECT county, id, version, digest, text FROM agreement_text"
                ).fetchall()
            }
        for (ledger_id,) in ledgers:
            record = VERSION_RECORD.fold(self._store.load_case(ledger_id))
            if record.is_shipped:
                versions[ledger_id] = Version(versions[ledger_id].agreement, record)
            else:
                digest, text = texts[record.county, record.agreement]
                versions[ledger_id] = Version(self._agreement(digest, text), record, text)
        return Known(mark=mark, versions=versions, catalogue=self._catalogue(versions))

    def _agreement(self, digest: str, text: bytes) -> Agreement:
        if digest not in self._texts:
            self._texts[digest] = load(text)
        return self._texts[digest]

    def _catalogue(self, versions: Mapping[UUID, Version]) -> Catalogue:
        published = [version for version in versions.values() if version.record.is_published]
        terms = tuple(
            terms_of(one.agreement, one.record, municipalities(one.agreement, directory))
            for one in published
            if (directory := self._directories.get(one.agreement.county)) is not None
        )
        return Catalogue(agreements=tuple(one.agreement for one in published), terms=terms)
