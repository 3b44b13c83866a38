"""The clockwork records what time alone brings, in the record's own name. Nobody needs to act for a plan to lapse."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.act import Command
from domain.agreements.model import ActName
from domain.directory import Directory
from domain.kernel import Actor, Refusal, legal_day, legal_midnight
from domain.refusals import OccurredTooEarly
from projections.case import CaseAfterAct
from projections.worklist.care_plan import LAPSE
from service.acts.attempts import ActRequest, AlreadyThere, TooBusy, VersionMismatch
from service.acts.cases import CaseActs, CaseChange
from service.reads.absence import CaseUnknown

EVERY = 60.0
"""Seconds between two looks."""
_LAPSING = f"{LAPSE}:"
_SETTLED = (Refusal, CaseUnknown, VersionMismatch, AlreadyThere, TooBusy)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lapse:
    """A plan whose last day has passed, and a principal on whose worklist it stands."""

    case: UUID
    county: str
    principal: str
    plan: UUID
    last_day: date


class Clockwork:
    """Finds plans whose days have passed and records that they lapsed.

    Several processes may run one: each lapse is recorded once.
    """

    def __init__(self, pool: ConnectionPool, directories: Mapping[str, Directory], cases: CaseActs) -> None:
        self._pool = pool
        self._directories = directories
        self._cases = cases
        self._refused: set[Lapse] = set()
        """Lapses that the domain refused; this process does not try them again."""

    def tick(self, clock: datetime | None = None) -> int:
        """Record what time has brought by now, or by the demonstration's clock. Return the number of acts."""
        now = clock or datetime.now(UTC)
        return sum(self._record(lapse, clock) for lapse in self._lapses(legal_day(now)) if lapse not in self._refused)

    def _lapses(self, today: date) -> list[Lapse]:
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT ON (case_id, key) case_id, county, principal, key, due FROM worklist"
                f" WHERE key LIKE '{LAPSE}:%%' AND due < %s ORDER BY case_id, key, principal",
                (today,),
            ).fetchall()
        return [
            Lapse(case, county, principal, UUID(key.removeprefix(_LAPSING)), due)
            for case, county, principal, key, due in rows
        ]

    def _record(self, lapse: Lapse, clock: datetime | None) -> bool:
        """Record the lapse, dated to the midnight at which it happened; to now, if the plan has changed since then."""
        directory = self._directories.get(lapse.county)
        actor = directory.record_actor(lapse.principal) if directory else None
        if actor is None:
            self._refused.add(lapse)
            return False
        try:
            try:
                self._perform(actor, lapse, clock, legal_midnight(lapse.last_day + timedelta(days=1)))
            except OccurredTooEarly:
                self._perform(actor, lapse, clock, None)
        except _SETTLED as error:
            self._refused.add(lapse)
            logger.warning("case %s: what time brings was not recorded: %s", lapse.case, type(error).__name__)
            return False
        return True

    def _perform(self, actor: Actor, lapse: Lapse, clock: datetime | None, occurred_at: datetime | None) -> None:
        request = ActRequest(
            actor=actor,
            content=f"{ActName.LAPSE_PLAN} {lapse.plan}".encode(),
            clock=clock,
            idempotency_key=f"{ActName.LAPSE_PLAN} {lapse.case} {lapse.plan}",
        )
        command = Command(ActName.LAPSE_PLAN, {"plan": lapse.plan})
        change = CaseChange(commands=[command], on=lapse.case, occurred_at=occurred_at, answer=_no_answer)
        self._cases.perform(request, lambda: change)

    @contextmanager
    def run(self) -> Iterator[None]:
        """Look at once and then every minute, in a thread of its own, for as long as the block runs."""
        stop = Signal()
        thread = Thread(target=self._run, args=(stop,), name="kvittens-clockwork", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(EVERY)

    def _run(self, stop: Signal) -> None:
        while True:
            try:
                self.tick()
            except Exception as error:  # the next look may do better, and nothing is lost by waiting for it
                logger.warning("what time brings could not be recorded: %s", type(error).__name__)
            if stop.wait(EVERY):
                return


def _no_answer(_: CaseAfterAct) -> bytes:
    return b""
