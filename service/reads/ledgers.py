"""The reads of ledgers: their state and their history."""

from collections.abc import Collection, Mapping
from typing import LiteralString
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.kernel import Actor
from domain.ledger_kind import LedgerKind
from service.reads.absence import CaseUnknown
from service.reads.page import ListPage, cut

PAGE = 50
"""The most ledgers of a kind in a list."""
_BEFORE: LiteralString = (
    " AND (opened_at, case_id) < (SELECT opened_at, case_id FROM ledger WHERE case_id = %(before)s)"
)


class LedgerQueries:
    """The ledgers that an actor's principal may read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def read(self, actor: Actor, ledger_id: UUID, kinds: Collection[LedgerKind]) -> tuple[str, bytes, list[bytes]]:
        """Return the ledger's kind, its state and its history, as JSON.

        Raises CaseUnknown if it is of another kind, or if the actor's principal may not read it.
        """
        return *self._read_state(actor, ledger_id, kinds), self.entries(ledger_id)

    def _read_state(self, actor: Actor, ledger_id: UUID, kinds: Collection[LedgerKind]) -> tuple[str, bytes]:
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT kind, body FROM ledger WHERE case_id = %s AND county = %s AND kind = ANY(%s)"
                " AND (readers = '{}' OR %s = ANY(readers))",
                (ledger_id, actor.county, [kind.name for kind in kinds], actor.principal),
            ).fetchone()
        if row is None:
            raise CaseUnknown
        return row[0], bytes(row[1])

    def entries(self, ledger_id: UUID) -> list[bytes]:
        """Return the timeline of a ledger as JSON. The caller has checked that the actor may read it."""
        with self._pool.connection() as connection:
            entries = connection.execute(
                "SELECT body FROM timeline WHERE case_id = %s ORDER BY ordinal", (ledger_id,)
            ).fetchall()
        return [bytes(body) for (body,) in entries]

    def list_pages(
        self, actor: Actor, kinds: Collection[LedgerKind], *, before: UUID | None = None
    ) -> Mapping[str, ListPage[tuple[UUID, bytes]]]:
        """Return a page of each kind of ledgers that the actor's principal may read: id, and state as JSON.

        The last opened come first. With `before`: the page of that ledger's kind that follows it. Raises CaseUnknown.
        """
        if before is not None:
            name, _ = self._read_state(actor, before, kinds)
            kinds = [kind for kind in kinds if kind.name == name]
        return {kind.name: self._list_page(actor, kind, before) for kind in kinds}

    def _list_page(self, actor: Actor, kind: LedgerKind, before: UUID | None) -> ListPage[tuple[UUID, bytes]]:
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT case_id, body FROM ledger WHERE kind = %(kind)s AND county = %(county)s"
                " AND (readers = '{}' OR %(principal)s = ANY(readers))"
                + ("" if before is None else _BEFORE)
                + " ORDER BY opened_at DESC, case_id DESC LIMIT %(limit)s",
                {"kind": kind.name, "county": actor.county, "principal": actor.principal}
                | {"before": before, "limit": PAGE + 1},
            ).fetchall()
        return cut([(ledger_id, bytes(body)) for ledger_id, body in rows], PAGE)

    def list_waiting(self, actor: Actor, kind: LedgerKind) -> list[tuple[UUID, bytes]]:
        """Return the ledgers of a kind that are not over and that the actor's principal may read."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT case_id, body FROM ledger WHERE NOT over AND kind = %s AND county = %s"
                " AND (readers = '{}' OR %s = ANY(readers)) ORDER BY case_id",
                (kind.name, actor.county, actor.principal),
            ).fetchall()
        return [(ledger_id, bytes(body)) for ledger_id, body in rows]
