"""Fold the whole record anew and compare it with what stands, byte by byte."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import LiteralString, Protocol
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from domain.kernel import Event
from domain.ledgers.kinds import kind_of
from domain.versions.catalogue import Catalogue
from projections.view import history
from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from service.record.read_models import COLUMNS, Rows, no_rows, of_history, of_ledger, replace, stored

HEAD: LiteralString = "case_head"
_HEAD: LiteralString = "SELECT version FROM case_head WHERE case_id = %s"
_NEXT_CASE: LiteralString = (
    "SELECT case_id FROM ("
    + " UNION ALL ".join(
        f"(SELECT case_id FROM {table} WHERE case_id > %(last)s ORDER BY case_id LIMIT 1)"
        for table in ("kvittens_events", HEAD, *COLUMNS)
    )
    + ") AS following ORDER BY case_id LIMIT 1"
)
"""The first case after the last one that any table speaks of: one step along an index in each."""


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


@dataclass
class Comparison:
    """What folding the record anew came to. `differing` counts rows by table, `cases` the cases they are in."""

    folded: int = 0
    events: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)
    cases: list[UUID] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        """Whether everything that stands is what the record says, and nothing more."""
        return not self.cases


def rebuild(services: RecordParts, *, replacing: bool, progress: Callable[[int], None]) -> Comparison:
    """Fold every case and ledger and compare its rows with those that stand; with `replacing`, put those right.

    Replacing takes the owner's login. A case that is acted on while it is compared is compared again.
    """
    comparison = Comparison()
    with psycopg.connect(services.dsns.service, autocommit=True) as reader:
        for case_id in _cases(reader):
            anew, standing, events = _both(services, reader, case_id)
            comparison.folded += 1
            comparison.events += events
            for table, rows in anew.items():
                comparison.rows[table] += len(rows)
            differing = _differing(anew, standing)
            if differing:
                comparison.cases.append(case_id)
                comparison.differing.update(differing)
                if replacing:
                    _replace(services, case_id)
            progress(1)
    return comparison


def count_cases(services: RecordParts) -> int:
    """How many cases there are to fold."""
    with services.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM case_head").fetchone()
    return int(row[0]) if row else 0


def _cases(reader: psycopg.Connection) -> Iterator[UUID]:
    """Every case that events or rows speak of, in order."""
    last = UUID(int=0)
    while True:
        row = reader.execute(_NEXT_CASE, {"last": last}).fetchone()
        if row is None:
            return
        last = row[0]
        yield last


def _both(services: RecordParts, reader: psycopg.Connection, case_id: UUID) -> tuple[Rows, Rows, int]:
    """A case's rows folded anew, and those that stand; case_head counts as one of the tables."""
    counted = -1
    while True:
        with reader.transaction():
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            standing = stored(reader, case_id) | {HEAD: reader.execute(_HEAD, (case_id,)).fetchall()}
        events = services.store.load_case(case_id)
        anew = _anew(services, events) | {HEAD: [(len(events),)] if events else []}
        # Otherwise someone acted in between; a head that is still wrong when nobody has is a difference like any other.
        if anew[HEAD] == standing[HEAD] or counted == len(events):
            return anew, standing, len(events)
        counted = len(events)


def _anew(services: RecordParts, events: Sequence[Event]) -> Rows:
    if not events:
        return no_rows()
    kind = kind_of(events[0])
    return of_history(history(events, services.catalogue)) if kind is None else of_ledger(kind, events)


def _differing(anew: Rows, standing: Rows) -> Counter[str]:
    """How many rows of each table are not the same; a row counts as often as it stands."""
    found: Counter[str] = Counter()
    for table in anew:
        ours, theirs = Counter(map(repr, anew[table])), Counter(map(repr, standing[table]))
        difference = sum((ours - theirs).values()) + sum((theirs - ours).values())
        if difference:
            found[table] = difference
    return found


def _replace(services: RecordParts, case_id: UUID) -> None:
    if services.dsns.owner is None:
        raise PermissionError("replacing rows takes the owner's login: set KVITTENS_OWNER_DATABASE_URL")
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("SELECT 1 FROM stream_head FOR UPDATE")  # no act is recorded until the rows are in place
        events = services.store.load_case(case_id)
        replace(owner, case_id, _anew(services, events))
        if events:
            owner.execute("UPDATE case_head SET version = %s WHERE case_id = %s", (len(events), case_id))
        else:
            owner.execute("DELETE FROM case_head WHERE case_id = %s", (case_id,))
