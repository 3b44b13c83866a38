"""The log of refused acts: who tried what, on which case, and on which rule it was refused."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.agreements.model import ActName
from domain.kernel import Actor, Refusal


class RefusalLog:
    """Writes the refusals of acts. Safe for many threads."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def note(
        self, refusal: Refusal, *, actor: Actor, acts: Sequence[ActName], on: UUID | None, clock: datetime | None
    ) -> None:
        """Record that acts on a case or a ledger were refused. `clock` is the demonstration's."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO refusal (recorded_at, county, case_id, act, code, rule, person, unit, principal, role)"
                " VALUES (coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    clock,
                    actor.county,
                    on,
                    ", ".join(acts),
                    refusal.code,
                    refusal.rule,
                    actor.person,
                    actor.unit,
                    actor.principal,
                    actor.role,
                ),
            )
