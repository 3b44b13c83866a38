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
from domain.case.rules.calendar import Calendar
from domain.directory import Directory
from domain.kernel import Refusal, legal_day, legal_midnight
from domain.refusals import OccurredTooEarly
from domain.versions.catalogue import Catalogue
from projections.case import CaseAfterAct
from projections.worklist.care_plan import LAPSE
from service.acts.attempts import ActRequest, AlreadyThere, NothingHappened, TooBusy, VersionMismatch
from service.acts.cases import CaseActs, CaseChange
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue, VersionSet

EVERY = 60.0
"""Seconds between two looks."""
_LAPSING = f"{LAPSE}:"
_SETTLED = (Refusal, CaseUnknown, VersionMismatch, AlreadyThere)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lapse:
    """A plan whose last day has passed, and a principal on whose worklist it stands."""

    case: UUID
    county: str
    principal: str
    plan: UUID
    last_day: date


@dataclass(frozen=True)
class Turn:
    """A moment at which time alone may have changed who is responsible in a case, and the region of the case."""

    case: UUID
    county: str
    principal: str
    at: datetime


class Clockwork:
    """Finds plans whose days have passed, and cases whose responsibility time alone may have changed; records both.

    Several processes may run one: each event is recorded once.
    """

    def __init__(
        self, pool: ConnectionPool, directories: Mapping[str, Directory], cases: CaseActs, versions: LiveCatalogue
    ) -> None:
        self._pool = pool
        self._directories = directories
        self._cases = cases
        self._versions = versions
        self._done: set[Lapse | Turn] = set()
        """Turns that changed nothing or were refused, and lapses refused since the last look: not tried again."""
        self._looked: tuple[date, VersionSet] | None = None
        """The day and the versions for which this process last looked at every case."""

    def tick(self, clock: datetime | None = None) -> int:
        """Record what time has brought by now, or by the demonstration's clock. Return the number of acts."""
        now = clock or datetime.now(UTC)
        lapsed = sum(self._lapse(lapse, clock) for lapse in self._lapses(legal_day(now)) if lapse not in self._done)
        return lapsed + self._settle(now, clock)

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

    def _lapse(self, lapse: Lapse, clock: datetime | None) -> bool:
        """Record the lapse, dated to the midnight at which it happened; to now, if the plan has changed since then."""
        command = Command(ActName.LAPSE_PLAN, {"plan": lapse.plan})
        try:
            return self._record(lapse, command, clock, legal_midnight(lapse.last_day + timedelta(days=1)))
        except OccurredTooEarly:
            return self._record(lapse, command, clock, None)

    def _settle(self, now: datetime, clock: datetime | None) -> int:
        """Record what a birthday or another agreement version has changed: once a day, and when the versions change.

        An act on a case records it as well, so that no case has to wait for this. Worklists follow the version in
        force, without an event.
        """
        look = (legal_day(now), self._versions.read_versions())
        if clock is None and look == self._looked:
            return 0
        command = Command(ActName.SETTLE_RESPONSIBILITY, {})
        turns = self._turns(look[1].catalogue, now)
        recorded = sum(self._record(turn, command, clock, None) for turn in turns if turn not in self._done)
        self._list_anew(look[1].catalogue, now)
        self._looked = look
        self._done = {each for each in self._done if isinstance(each, Turn)}
        return recorded

    def _list_anew(self, catalogue: Catalogue, now: datetime) -> None:
        """List anew what waits in the cases whose worklist was not listed by the version that is in force now."""
        for county in self._directories:
            with self._pool.connection() as connection:
                rows = connection.execute(
                    "SELECT case_id, municipality, agreement, version FROM listing WHERE county = %s", (county,)
                ).fetchall()
            in_force = {each: catalogue.in_force(county, now, each) for each in {row[1] for row in rows}}
            for case_id, municipality, *listed_by in rows:
                agreement = in_force[municipality]
                if listed_by != ([agreement.ref.id, agreement.ref.version] if agreement is not None else [None, None]):
                    self._cases.list_anew(case_id, agreement)

    def _turns(self, catalogue: Catalogue, now: datetime) -> list[Turn]:
        """Find the open cases that have had a turn since responsibility last changed, each with its latest turn."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT head.case_id, head.county, head.region, head.municipality, person.birth_date,"
                " min(responsibility.valid_from) FROM responsibility JOIN case_head head USING (case_id)"
                " JOIN person ON person.county = head.county AND person.id = head.patient_id"
                " WHERE responsibility.follows GROUP BY head.case_id, person.birth_date"
            ).fetchall()
        found = []
        for case, county, region, municipality, born, since in rows:
            calendar = Calendar(catalogue=catalogue, county=county, municipality=municipality, born=born)
            found += [Turn(case, county, region, at) for at in calendar.list_turns(since, now)[-1:]]
        return found

    def _record(
        self, due: Lapse | Turn, command: Command, clock: datetime | None, occurred_at: datetime | None
    ) -> bool:
        """Record an act of Kvittens itself. Return False if nothing came of it. Raises OccurredTooEarly."""
        directory = self._directories.get(due.county)
        actor = directory.record_actor(due.principal) if directory else None
        if actor is None:
            self._done.add(due)
            return False
        name = f"{command.name} {due.case} {due.plan if isinstance(due, Lapse) else due.at.isoformat()}"
        request = ActRequest(actor=actor, content=name.encode(), clock=clock, idempotency_key=name)
        change = CaseChange(commands=[command], on=due.case, occurred_at=occurred_at, answer=_no_answer)
        try:
            self._cases.perform(request, lambda: change)
        except NothingHappened:
            self._done.add(due)
            return False
        except TooBusy:
            return False  # others act on the case; the next look finds it again
        except _SETTLED as error:
            if isinstance(error, OccurredTooEarly) and occurred_at is not None:
                raise
            self._done.add(due)
            logger.warning("case %s: what time brings was not recorded: %s", due.case, type(error).__name__)
            return False
        return True

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
