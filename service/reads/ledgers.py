"""The reads of ledgers: their state and their history."""

from collections.abc import Collection
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.kernel import Actor
from domain.ledger_kind import LedgerKind
from service.reads.absence import CaseUnknown


class LedgerQueries:
    """The ledgers that an actor's principal may read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def read(self, actor: Actor, ledger_id: UUID, kinds: Collection[LedgerKind]) -> tuple[str, bytes, list[bytes]]:
        """Return the ledger's kind, its state and its history, as JSON.

        Raises CaseUnknown if it is of another kind, or if the actor's principal may not read it.
        """
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT kind, body FROM ledger WHERE case_id = %s AND county = %s AND kind = ANY(%s)"
                " AND (readers = '{}' OR %s = ANY(readers))",
                (ledger_id, actor.county, [kind.name for kind in kinds], actor.principal),
            ).fetchone()
        if row is None:
            raise CaseUnknown
        return row[0], bytes(row[1]), self.entries(ledger_id)

    def entries(self, ledger_id: UUID) -> list[bytes]:
        """Return the timeline of a ledger as JSON. The caller has checked that the actor may read it."""
        with self._pool.connection() as connection:
            entries = connection.execute(
                "SELECT body FROM timeline WHERE case_id = %s ORDER BY ordinal", (ledger_id,)
            ).fetchall()
        return [bytes(body) for (body,) in entries]

    def list(self, actor: Actor, kind: LedgerKind) -> list[tuple[UUID, bytes]]:
        """Return the ledgers of a kind that the actor's principal may read: id, and state as JSON."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT case_id, body FROM ledger WHERE kind = %s AND county = %s"
                " AND (readers = '{}' OR %s = ANY(readers)) ORDER BY case_id",
                (kind.name, actor.county, actor.principal),
            ).fetchall()
        return [(ledger_id, bytes(body)) for ledger_id, body in rows]
