"""The agreement versions as they stand now: the package's own texts, with the parties' record of each version."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from threading import Lock
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.agreements.model import Agreement
from domain.agreements.subordinate import Subordinate
from domain.authoring.publication import TextRefused, load
from domain.directory import Directory
from domain.kernel import AgreementRef, Event
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.catalogue import Catalogue
from domain.versions.state import VersionRecord, shipped_record, version_record_id
from domain.versions.validity import derive_validity, list_municipalities, list_unconcluded
from service.record.event_store.application import EventStore, HistoryUnreadable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Version:
    """One version with its record. `text` is the TOML text as submitted; None for a version of the package."""

    agreement: Agreement
    record: VersionRecord
    text: bytes | None = None


@dataclass(frozen=True)
class VersionSet:
    """All versions at one state of the record, drafts included, and the catalogue of the published ones."""

    mark: tuple[int, int]
    versions: Mapping[UUID, Version]
    catalogue: Catalogue
    histories: Mapping[UUID, Sequence[Event]]
    """The events of each version that has any."""

    def list_events(self) -> Iterator[Event]:
        """Yield the events of all versions."""
        return chain.from_iterable(self.histories.values())

    @property
    def texts(self) -> dict[AgreementRef, bytes | None]:
        """The texts of all versions but those that were withdrawn. None for a version of the package."""
        versions = self.versions.values()
        return {found.agreement.ref: found.text for found in versions if found.record.withdrawn_at is None}


class LiveCatalogue:
    """The versions, read again when their record has grown, in this process or another. Safe for many threads."""

    def __init__(
        self, store: EventStore, pool: ConnectionPool, built_in: Catalogue, directories: Mapping[str, Directory]
    ) -> None:
        self._store = store
        self._pool = pool
        self._built_in = built_in
        self._directories = directories
        self._lock = Lock()
        self._texts: dict[str, Agreement] = {}
        self._versions: VersionSet | None = None

    def read_catalogue(self) -> Catalogue:
        """Read the published versions. A case that was loaded before the call is never ahead of them."""
        return self.read_versions().catalogue

    def latest(self) -> VersionSet:
        """Return every version as read last, without asking the database: enough to put words to a rule."""
        return self._versions or self.read_versions()

    def read_versions(self) -> VersionSet:
        """Read every version. If one short query shows that nothing has changed, the last reading is returned."""
        mark = self._read_mark()
        versions = self._versions
        if versions is not None and versions.mark == mark:
            return versions
        with self._lock:
            if self._versions is None or self._versions.mark != mark:
                self._versions = self._read(mark)
            return self._versions

    def read_as_known_at(self, moment: datetime) -> Catalogue:
        """Read the published versions as they were known at a moment: by the events that had been recorded by then."""
        known = self.read_versions()
        if all(event.recorded_at and event.recorded_at <= moment for event in known.list_events()):
            return known.catalogue
        versions = {}
        for id, version in known.versions.items():
            events = [
                event for event in known.histories.get(id, ()) if event.recorded_at and event.recorded_at <= moment
            ]
            record = VERSION_RECORD.fold(events)
            if record is not None:
                versions[id] = replace(version, record=record)
            elif version.record.is_shipped:
                versions[id] = replace(version, record=shipped_record(version.record.county, version.agreement.ref))
        return self._catalogue(versions, known.catalogue.unreadable)

    def find_version(self, county: str, ref: AgreementRef) -> Version | None:
        """Find the county's version with a reference."""
        return self.read_versions().versions.get(version_record_id(county, ref))

    def _read_mark(self) -> tuple[int, int]:
        """Read the number of ledgers and events about versions, which only ever grows."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(version), 0)::bigint FROM ledger WHERE kind = %s", (VERSION_RECORD.name,)
            ).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def _read(self, mark: tuple[int, int]) -> VersionSet:
        versions: dict[UUID, Version] = {}
        for agreement in self._built_in.agreements:
            shipped = shipped_record(agreement.county, agreement.ref)
            versions[shipped.id] = Version(agreement, shipped)
        with self._pool.connection() as connection:
            ledgers = connection.execute(
                "SELECT case_id, county FROM ledger WHERE kind = %s", (VERSION_RECORD.name,)
            ).fetchall()
            texts = {
                (county, AgreementRef(id=id, version=version), digest): bytes(text)
                for county, id, version, digest, text in connection.execute(
                    "SELECT county, id, version, digest, text FROM agreement_text"
                ).fetchall()
            }
        histories: dict[UUID, Sequence[Event]] = {}
        unreadable: set[str] = set()
        for ledger_id, county in ledgers:
            record: VersionRecord | None = None
            try:
                histories[ledger_id], known = self._store.fold(ledger_id, VERSION_RECORD.fold)
                record = known
                versions[ledger_id] = self._join(known, versions.get(ledger_id), texts)
            except (HistoryUnreadable, TextRefused) as error:
                logger.error("version %s of the agreement of %s cannot be read: %s", ledger_id, county, error)
                if record is None or record.can_be_in_force:
                    unreadable.add(county)
        catalogue = self._catalogue(versions, unreadable)
        return VersionSet(mark=mark, versions=versions, catalogue=catalogue, histories=histories)

    def _join(
        self, record: VersionRecord, shipped: Version | None, texts: Mapping[tuple[str, AgreementRef, str], bytes]
    ) -> Version:
        """Join a record and its text. Raises TextRefused."""
        text = None if record.digest is None else texts.get((record.county, record.agreement, record.digest))
        if record.digest is not None and text is not None:
            return Version(self._agreement(record.digest, text), record, text)
        if record.digest is None and shipped is not None:
            return Version(shipped.agreement, record)
        raise TextRefused(f"the text of {record.agreement} is missing")

    def _agreement(self, digest: str, text: bytes) -> Agreement:
        if digest not in self._texts:
            self._texts[digest] = load(text, accepted=True)
        return self._texts[digest]

    def _catalogue(self, versions: Mapping[UUID, Version], unreadable: Collection[str]) -> Catalogue:
        published = [version for version in versions.values() if version.record.can_be_in_force]
        validities = tuple(
            derive_validity(version.agreement, version.record, list_municipalities(version.agreement, directory))
            for version in published
            if (directory := self._directories.get(version.agreement.county)) is not None
        )
        unconcluded = tuple(
            lacking
            for version in versions.values()
            if (directory := self._directories.get(version.agreement.county)) is not None
            and not isinstance(version.agreement, Subordinate)
            for lacking in list_unconcluded(version.agreement, version.record, directory)
        )
        agreements = tuple(version.agreement for version in published)
        return Catalogue(
            agreements=agreements,
            validities=validities,
            unconcluded=unconcluded,
            unreadable=frozenset(unreadable),
        )
