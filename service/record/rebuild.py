"""The rebuild: every case and ledger folded again, and compared with the read models byte by byte."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from getpass import getuser
from typing import LiteralString, Protocol
from uuid import UUID

import orjson
import psycopg
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.agreements.model import Agreement
from domain.case.state.case import Case
from domain.kernel import AgreementRef, Event
from domain.ledgers import kind_of
from domain.versions.catalogue import Catalogue
from projections.case import find_listing_version, project_history
from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from service.record.event_store.mapper import RecordedEvent, StateUnreadable, UnknownTopic
from service.record.integrity import (
    find_answer_faults,
    find_document_faults,
    find_order_faults,
    find_row_faults,
    read_commands,
)
from service.record.read_models import (
    COLUMNS,
    Row,
    Rows,
    case_rows,
    ledger_rows,
    listing_row,
    no_rows,
    read_rows,
    replace_rows,
)

HEAD: LiteralString = "case_head"
_HEAD: LiteralString = (
    "SELECT county, patient_id, region, municipality, version, recorded_at FROM case_head WHERE case_id = %s"
)
_INSERT_HEAD: LiteralString = (
    "INSERT INTO case_head (case_id, county, patient_id, region, municipality, version, recorded_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_REPLACEMENT: LiteralString = "INSERT INTO replacement (case_id, replaced_by, differences) VALUES (%s, %s, %s)"
_NEXT_CASE: LiteralString = (
    "SELECT case_id FROM ("
    + " UNION ALL ".join(
        f"(SELECT case_id FROM {table} WHERE case_id > %(last)s ORDER BY case_id LIMIT 1)"
        for table in ("kvittens_events", HEAD, *COLUMNS)
    )
    + ") AS following ORDER BY case_id LIMIT 1"
)
"""The next case or ledger that any table has rows of: one step along an index in each table."""


class RecordParts(Protocol):
    """The parts of the service that a rebuild needs."""

    @property
    def dsns(self) -> Dsns:
        """The logins to the database."""

    @property
    def pool(self) -> ConnectionPool:
        """Connections for reading."""

    @property
    def store(self) -> EventStore:
        """The events."""

    @property
    def catalogue(self) -> Catalogue:
        """The published agreement versions."""


class Unfoldable(Exception):
    """A case or a ledger whose events this program cannot read, or cannot fold. The message names it and the reason."""


@dataclass
class Comparison:
    """The comparison of the read models with the events.

    `folds` counts cases and ledgers, `differences` counts rows by table, and `cases` names the cases and ledgers with
    differences. `faults` are faults of the record itself, which no rebuild can mend.
    """

    folds: int = 0
    events: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    differences: Counter[str] = field(default_factory=Counter)
    cases: list[UUID] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_identical(self) -> bool:
        """True if the read models hold exactly the rows that follow from the events, and the record has no fault."""
        return not self.cases and not self.faults


def rebuild(services: RecordParts, *, replace: bool, by: str = "", progress: Callable[[int], None]) -> Comparison:
    """Fold every case and ledger, compare the result with its rows, and replace those that differ if `replace` is set.

    To replace rows takes the owner's login, and it stays on record that `by` replaced them, or else this machine's
    account. A case that somebody acts on during the comparison is compared again. One that cannot be folded is a fault;
    its rows are left as they are.
    """
    comparison = Comparison()
    with psycopg.connect(services.dsns.service, autocommit=True) as reader:
        comparison.faults.extend(find_order_faults(reader))
        for case_id in _find_cases(reader):
            progress(1)
            try:
                expected, actual, rows = _read_both(services, reader, case_id)
            except Unfoldable as fault:
                comparison.faults.append(str(fault))
                continue
            comparison.folds += 1
            comparison.events += len(rows)
            comparison.faults.extend(_find_faults(reader, expected, rows))
            for table, rows in expected.items():
                comparison.rows[table] += len(rows)
            differences = _count_differences(expected, actual)
            if differences:
                comparison.cases.append(case_id)
                comparison.differences.update(differences)
                if replace:
                    _replace(services, case_id, differences, by)
    return comparison


def count_cases(services: RecordParts) -> int:
    """Count the cases and ledgers to fold."""
    with services.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM case_head").fetchone()
    return int(row[0]) if row else 0


def _find_cases(reader: psycopg.Connection) -> Iterator[UUID]:
    """Yield every case and ledger that has events or rows, in order."""
    last = UUID(int=0)
    while True:
        row = reader.execute(_NEXT_CASE, {"last": last}).fetchone()
        if row is None:
            return
        last = row[0]
        yield last


def _read_both(
    services: RecordParts, reader: psycopg.Connection, case_id: UUID
) -> tuple[Rows, Rows, list[tuple[RecordedEvent, Event]]]:
    """Return a case's rows as folded from its events, its rows in the database, and its events with their rows."""
    last_count = -1
    while True:
        with reader.transaction():
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            actual = read_rows(reader, case_id) | {HEAD: reader.execute(_HEAD, (case_id,)).fetchall()}
        try:
            rows = services.store.load_rows(case_id)
        except (UnknownTopic, StateUnreadable) as error:
            raise Unfoldable(f"{case_id} cannot be read: {error}") from error
        catalogue = services.catalogue
        try:
            expected = _fold(catalogue, [event for _, event in rows], actual["listing"])
        except Exception as error:  # A fold asks no database: whatever it raises, the case's own events made it do so.
            raise Unfoldable(f"{case_id} cannot be folded: {type(error).__name__}") from error
        # Another head means that somebody acted meanwhile. If nobody did, it is a difference like any other.
        if expected[HEAD] == actual[HEAD] or last_count == len(rows):
            return expected, actual, rows
        last_count = len(rows)


def _fold(catalogue: Catalogue, events: Sequence[Event], listing: Sequence[Row]) -> Rows:
    """Fold a case or ledger into its rows, case_head's among them.

    The worklist is listed by the version by which it was listed last. That one row of `listing` follows from the day of
    the latest act or of the clockwork, and not from the events.
    """
    if not events:
        return no_rows() | {HEAD: []}
    kind, end = kind_of(events[0]), (len(events), events[-1].recorded_at)
    if kind is not None:
        return ledger_rows(kind, events) | {HEAD: [(events[0].actor.county, None, None, None, *end)]}
    history = project_history(events, partial(_find_listing_version, catalogue, events, listing))
    case = history.case
    kept: Rows = {"listing": [listing_row(case, history.listed_by)]} if listing else {}
    head = [(case.county, case.patient_id, case.region, case.municipality, *end)]
    return case_rows(history) | kept | {HEAD: head}


def _find_listing_version(
    catalogue: Catalogue, events: Sequence[Event], listing: Sequence[Row], case: Case
) -> Agreement | None:
    """Find the version by which the worklist was listed last. In a record without it, that of the latest act's day."""
    if not listing:
        known = max(event.recorded_at or event.occurred_at for event in events)
        return find_listing_version(case, catalogue, known)
    id, version, subordinate = listing[0][-3:]
    if id is None:
        return None
    return catalogue.whole(AgreementRef(id=id, version=version), map(AgreementRef.parse, subordinate))


def _find_faults(
    reader: psycopg.Connection, expected: Rows, rows: Sequence[tuple[RecordedEvent, Event]]
) -> Iterator[str]:
    """Find the faults of a case's own record: its columns, and the answers to its commands."""
    stored = [row for row, _ in rows]
    yield from find_row_faults(stored, [event for _, event in rows])
    yield from find_document_faults(reader, [event for _, event in rows])
    entries = [orjson.loads(body) for _, _, body in expected["timeline"]]
    versions = [(type, id, version) for type, id, version, *_ in expected["resource_version"]]
    yield from find_answer_faults(stored, read_commands(reader, stored), entries, versions)


def _count_differences(expected: Rows, actual: Rows) -> Counter[str]:
    """Count the rows of each table that are only in one of the two. A row counts as often as it occurs."""
    differences: Counter[str] = Counter()
    for table in expected:
        ours, theirs = Counter(map(repr, expected[table])), Counter(map(repr, actual[table]))
        count = sum((ours - theirs).values()) + sum((theirs - ours).values())
        if count:
            differences[table] = count
    return differences


def _replace(services: RecordParts, case_id: UUID, differences: Counter[str], by: str) -> None:
    if services.dsns.owner is None:
        raise PermissionError("Only the owner's login may replace rows: set KVITTENS_OWNER_DATABASE_URL")
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("SELECT 1 FROM stream_head FOR UPDATE")  # no act is recorded until the rows are replaced
        listing = read_rows(owner, case_id)["listing"]
        rows = _fold(services.catalogue, services.store.load_case(case_id), listing)
        replace_rows(owner, case_id, rows)
        owner.execute("DELETE FROM case_head WHERE case_id = %s", (case_id,))
        for head in rows[HEAD]:
            owner.execute(_INSERT_HEAD, (case_id, *head))
        owner.execute(_INSERT_REPLACEMENT, (case_id, by or getuser(), Jsonb(differences)))
