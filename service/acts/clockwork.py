"""The clockwork records what time alone brings, in the record's own name. Nobody needs to act for a plan to lapse."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from uuid import UUID

from psycopg.rows import scalar_row
from psycopg_pool import ConnectionPool

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.rules.calendar import Calendar
from domain.case.state.case import Case
from domain.directory import Directory
from domain.kernel import Refusal, legal_day, legal_midnight
from domain.refusals import OccurredTooEarly
from domain.versions.catalogue import AgreementsUnreadable, Catalogue
from projections.case import CaseAfterAct
from projections.worklist.care_plan import LAPSE
from service.acts.attempts import ActRequest, AlreadyThere, NothingHappened, TooBusy, VersionMismatch
from service.acts.cases import CaseActs, CaseChange
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue, VersionSet
from service.reads.clock import RecordClock
from service.record.event_store.application import HistoryUnreadable
from service.record.read_models import listing_values

EVERY = 60.0
"""Seconds between two looks."""
_LAPSING = f"{LAPSE}:"
_SETTLED = (Refusal, CaseUnknown, VersionMismatch, AlreadyThere)
_UNREADABLE = (HistoryUnreadable, AgreementsUnreadable)
"""The errors of a case, or of its county's agreement, that this release cannot read. No other case waits for it."""

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
    known_at: datetime | None = None
    """The moment at which it became known, for a version that the parties declare to have been in force (SYS-9)."""


@dataclass(frozen=True)
class Death:
    """A case that does not know of a death, or of its correction, and the version that the case had then."""

    case: UUID
    county: str
    principal: str
    version: int
    deceased_on: date | None


class Clockwork:
    """Finds plans whose days have passed, and cases whose responsibility time alone may have changed; records both.

    Several processes may run one: each event is recorded once.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        directories: Mapping[str, Directory],
        cases: CaseActs,
        versions: LiveCatalogue,
        clock: RecordClock,
    ) -> None:
        self._pool = pool
        self._directories = directories
        self._cases = cases
        self._versions = versions
        self._clock = clock
        self._done: set[Lapse | Turn | Death] = set()
        """Turns that changed nothing or were refused, and lapses refused since the last look: not tried again."""
        self._noted: set[str] = set()
        """The words that have been logged about what cannot be read."""
        self._position = 0
        """The position of the last death or correction that this process has told other cases of."""
        self._looked: tuple[date, VersionSet] | None = None
        """The day and the versions for which this process last looked at every case."""

    def tick(self, clock: datetime | None = None) -> int:
        """Record what time has brought by now, or by the demonstration's clock. Return the number of acts."""
        now = clock or self._clock.now()
        lapsed = sum(self._lapse(lapse, clock) for lapse in self._lapses(legal_day(now)) if lapse not in self._done)
        return lapsed + self._tell_deaths(now, clock) + self._settle(now, clock)

    def settle_person(self, county: str, person: UUID, clock: datetime | None) -> None:
        """Let the cases of a person follow the register at once, because the age decides who is responsible."""
        now = clock or self._clock.now()
        cases, _ = self._read_cases(county, person)
        for case in cases:
            if not case.is_ended:
                turn = Turn(case.id, county, case.region, now)
                self._record(turn, Command(ActName.SETTLE_RESPONSIBILITY, {}), clock, None)

    def _tell_deaths(self, now: datetime, clock: datetime | None) -> int:
        """Tell the other open cases of a person of a death or its correction, if all their readers know it already."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT notification_id, head.county, head.patient_id FROM kvittens_events JOIN case_head head"
                " USING (case_id) WHERE topic IN ('case.death-recorded.v1', 'case.fact-corrected.v1')"
                " AND notification_id > %s AND EXISTS (SELECT 1 FROM case_head AS other"
                " WHERE other.patient_id = head.patient_id AND other.case_id <> head.case_id) ORDER BY notification_id",
                (self._position,),
            ).fetchall()
        told, is_early = 0, False
        for county, person in dict.fromkeys(row[1:] for row in rows):
            cases, are_all = self._read_cases(county, person)
            open_by_now = [case for case in cases if case.opened_at <= now]
            told += sum(self._tell(case, cases, are_all, clock) for case in open_by_now)
            is_early = is_early or len(open_by_now) < len(cases)
        if rows and not is_early:  # A demonstration's clock may stand before a case was opened, which is told later.
            self._position = rows[-1][0]
        return told

    def _tell(self, case: Case, others: Sequence[Case], are_all: bool, clock: datetime | None) -> bool:
        """Tell a case what the others know. A death that was told is not taken back while one of them is unreadable."""
        knowing = [each for each in others if each.id != case.id and set(case.readers) <= set(each.readers)]
        deceased_on = min((other.deceased_on for other in knowing if other.deceased_on is not None), default=None)
        is_over = case.is_ended and (case.deceased_on is None or deceased_on is not None)
        if is_over or deceased_on == case.death_reported or (not are_all and case.death_reported is not None):
            return False
        death = Death(case.id, case.county, case.region, case.version, deceased_on)
        return self._record(death, Command(ActName.REPORT_DEATH, {"deceased_on": deceased_on}), clock, None)

    def _read_cases(self, county: str, person: UUID) -> tuple[list[Case], bool]:
        """Read the cases of a person but those that this release cannot read, and say if they are all.

        Another release, which may read them, tells every death from the first.
        """
        found: list[Case] = []
        are_all = True
        for id in self._find_cases(county, person):
            try:
                found += self._cases.read_cases([id])
            except HistoryUnreadable as error:
                are_all = False
                self._note_unreadable("what became known of the person was not told", error)
        return found, are_all

    def _find_cases(self, county: str, person: UUID) -> list[UUID]:
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(
                "SELECT case_id FROM case_head WHERE patient_id = %s AND county = %s ORDER BY recorded_at",
                (person, county),
            ).fetchall()

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
        recorded = sum(
            self._record(turn, command, clock, turn.at if turn.known_at else None)
            for turn in turns
            if turn not in self._done
        )
        self._list_anew(look[1].catalogue, now)
        self._looked = look
        self._done = {each for each in self._done if isinstance(each, Turn)}
        return recorded

    def _list_anew(self, catalogue: Catalogue, now: datetime) -> None:
        """List anew what waits in the cases whose worklist was not listed by the version that is in force now."""
        for county in self._directories.keys() - catalogue.unreadable:
            with self._pool.connection() as connection:
                rows = connection.execute(
                    "SELECT case_id, municipality, agreement, version, subordinate FROM listing WHERE county = %s",
                    (county,),
                ).fetchall()
            in_force = {each: catalogue.in_force(county, now, each) for each in {row[1] for row in rows}}
            for case_id, municipality, *listed_by in rows:
                agreement = in_force[municipality]
                if tuple(listed_by) != listing_values(agreement.refs if agreement is not None else ()):
                    try:
                        self._cases.list_anew(case_id, agreement)
                    except _UNREADABLE as error:
                        self._note_unreadable("what waits was not listed anew", error)

    def _turns(self, catalogue: Catalogue, now: datetime) -> list[Turn]:
        """Find the open cases that have had a turn since responsibility last changed, each with its latest turn.

        A version that became known after the day on which it began is a turn of that day.
        """
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT head.case_id, head.county, head.region, head.municipality, person.birth_date,"
                " min(responsibility.valid_from),"
                " (SELECT min(first.valid_from) FROM responsibility AS first WHERE first.case_id = head.case_id)"
                " FROM responsibility JOIN case_head head USING (case_id)"
                " JOIN person ON person.county = head.county AND person.id = head.patient_id"
                " WHERE responsibility.follows GROUP BY head.case_id, person.birth_date"
            ).fetchall()
        found = []
        for case, county, region, municipality, born, since, first in rows:
            if county in catalogue.unreadable:
                continue
            calendar = Calendar(catalogue=catalogue, county=county, municipality=municipality, born=born)
            late = catalogue.list_late_starts(county, municipality)
            found += [Turn(case, county, region, max(at, first), known) for at, known in late if first < known <= now]
            found += [Turn(case, county, region, at) for at in calendar.list_turns(since, now)[-1:]]
        return found

    def _note_unreadable(self, what: str, error: Exception) -> None:
        """Log, once in this process, that an unreadable case or agreement keeps something from being recorded."""
        said = f"{what}: {error}"
        if said not in self._noted:
            self._noted.add(said)
            logger.error(said)

    def _record(
        self, due: Lapse | Turn | Death, command: Command, clock: datetime | None, occurred_at: datetime | None
    ) -> bool:
        """Record an act of Kvittens itself. Return False if nothing came of it. Raises OccurredTooEarly."""
        directory = self._directories.get(due.county)
        actor = directory.record_actor(due.principal) if directory else None
        if actor is None:
            self._done.add(due)
            return False
        name = f"{command.name} {due.case} {_name(due)}"
        request = ActRequest(actor=actor, content=name.encode(), clock=clock, idempotency_key=name)
        change = CaseChange(commands=[command], on=due.case, occurred_at=occurred_at, answer=_no_answer)
        try:
            self._cases.perform(request, lambda: change)
        except NothingHappened:
            self._done.add(due)
            return False
        except _UNREADABLE as error:
            self._done.add(due)
            self._note_unreadable("what time brings was not recorded", error)
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


def _name(due: Lapse | Turn | Death) -> str:
    """Return what makes this act of Kvittens the same if it is tried again."""
    match due:
        case Lapse():
            return str(due.plan)
        case Turn():
            return due.at.isoformat() if due.known_at is None else f"{due.at.isoformat()} {due.known_at.isoformat()}"
        case Death():
            return f"{due.version} {due.deceased_on}"


def _no_answer(_: CaseAfterAct) -> bytes:
    return b""
