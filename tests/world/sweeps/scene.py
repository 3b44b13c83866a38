"""The scene of the sweeps: a served record, its cases, its callers, and the moments at which they ask."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from httpx import Response
from psycopg.rows import class_row

from domain.case.events.referral import ReferralReturned
from domain.case.rules.calendar import Calendar
from domain.case.state.case import Case
from domain.kernel import Actor, Event, Role
from service.bootstrap import Services
from service.web.session import COOKIE
from tests.live import Caller

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True)
class SweptCase:
    """A case of the record, with its county and its parties."""

    case_id: UUID
    county: str
    region: str
    municipality: str | None

    @property
    def parties(self) -> tuple[str, ...]:
        """The principals of the case."""
        return tuple(party for party in (self.region, self.municipality) if party is not None)


@dataclass
class Tally:
    """The count of a sweep's comparisons, and what it found."""

    compared: int = 0
    cases: set[UUID] = field(default_factory=set)
    moments: int = 0
    found: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the count of another part of the record."""
        self.compared += other.compared
        self.cases |= other.cases
        self.moments += other.moments
        self.found += other.found

    def check(self, case: SweptCase | None, claim: str, holds: bool, *details: object) -> None:
        """Count a comparison. Note what does not hold, with its details."""
        self.compared += 1
        if case is not None:
            self.cases.add(case.case_id)
        if not holds:
            place = f"{case.county} {case.case_id}" if case is not None else "the record"
            self.found.append(f"{place}: {claim}: {' '.join(str(detail)[:300] for detail in details)}")

    def equal(self, case: SweptCase | None, claim: str, left: object, right: object, *details: object) -> None:
        """Compare two answers that must be equal."""
        self.check(case, claim, left == right, *details, left, "!=", right)

    def kinds(self) -> Counter[str]:
        """Count what was found by claim."""
        return Counter(each.split(": ")[1] for each in self.found)


class Scene:
    """A served record, with a caller for each person who asks.

    `seed` picks at which moments and of which things each sweep asks in each case; without it of all. Kinds of things
    that a sweep always asks about once depend on what it has met.
    """

    def __init__(self, services: Services, address: str, seed: str | None) -> None:
        self.services = services
        self._address = address
        self._seed = seed
        self._chance = Random(seed)
        self._callers: dict[str, Caller] = {}
        self._worklists: dict[tuple[str, str | None], defaultdict[str | None, list[Json]]] = {}
        self._kinds: set[object] = set()
        self._read_of: SweptCase | None = None
        self._read: dict[tuple[Caller, str], Response] = {}
        self._actors: dict[Actor, Caller] = {}
        self._codes: dict[str, dict[str, set[str]]] = {}
        self.keys: frozenset[str] | None = None
        """The words of the code that no page shows, once the sweep of words has listed them."""

    def close(self) -> None:
        """Close every caller."""
        for caller in (*self._callers.values(), *self._actors.values()):
            caller.close()

    def sweep_case(self, sweep: "CaseSweep", case: SweptCase, tally: Tally) -> None:
        """Run the sweep of a case, with chances of its own."""
        self._chance = Random(f"{self._seed} {sweep.__name__} {case.case_id}")
        sweep(self, case, tally)

    def sweep_record(self, sweep: "RecordSweep", tally: Tally) -> None:
        """Run a sweep of the record, with chances of its own."""
        self._chance = Random(f"{self._seed} {sweep.__name__}")
        sweep(self, tally)

    def cases(self) -> Sequence[SweptCase]:
        """List every case of the record."""
        rows = class_row(SweptCase)
        with self.services.pool.connection() as connection, connection.cursor(row_factory=rows) as cursor:
            return cursor.execute(
                "SELECT case_id, county, region, municipality FROM case_head"
                " WHERE patient_id IS NOT NULL ORDER BY case_id"
            ).fetchall()

    def caller(self, principal: str, county: str) -> Caller:
        """Return a caller who is a nurse of a principal, or of another role if it has no nurse."""
        if principal not in self._callers:
            staff = self.staff(county, principal)
            actor = next((actor for actor in staff if actor.role is Role.NURSE), staff[0])
            self._callers[principal] = caller = Caller(self.services, self._address, actor.person, unit=actor.unit)
            caller.headers["Cookie"] = f"{COOKIE}={caller.headers['Authorization'].split()[1]}"
        return self._callers[principal]

    def caller_for(self, actor: Actor) -> Caller:
        """Return a caller who is this actor."""
        if actor not in self._actors:
            self._actors[actor] = Caller(self.services, self._address, actor.person, unit=actor.unit)
        return self._actors[actor]

    def party_callers(self, case: SweptCase) -> Iterator[Caller]:
        """Yield a caller of each party that may read the case."""
        for party in self.readers(case):
            yield self.caller(party, case.county)

    def readers(self, case: SweptCase) -> Sequence[str]:
        """Return the principals that may read the case."""
        with self.services.pool.connection() as connection:
            rows = connection.execute(
                "SELECT unnest(readers) FROM resource WHERE case_id = %s AND resource_type = 'ServiceRequest'",
                (case.case_id,),
            ).fetchall()
        return sorted(principal for (principal,) in rows)

    def wrong_receivers(self, case: SweptCase) -> set[str]:
        """Return the principals that had the request and returned it. Each may still read the Task that it had."""
        events = self.services.store.load_case(case.case_id)
        return {event.actor.principal for event in events if isinstance(event, ReferralReturned)}

    def strangers(self, case: SweptCase) -> Iterator[Caller]:
        """Yield callers who may not know of the case: another municipality of the county, and another county."""
        readers = {*self.readers(case), *self.wrong_receivers(case)}
        directory = self.services.directories[case.county]
        other = next((each.id for each in directory.principals if each.id not in readers), None)
        if other is not None:
            yield self.caller(other, case.county)
        county, foreign = next(pair for pair in sorted(self.services.directories.items()) if pair[0] != case.county)
        yield self.caller(foreign.region.id, county)

    def described_codes(self, case: SweptCase) -> dict[str, set[str]]:
        """Return the codes by which each act can be refused, as the description tells a party of the case."""
        if case.county not in self._codes:
            described = next(self.party_callers(case)).get("/api/openapi.json").json()
            every = {each["code"] for each in described["info"]["x-refusals"]}
            self._codes[case.county] = {
                "raise-need" if path == "/cases" else path.rpartition("/")[2]: every
                | {each["code"] for each in ways["post"].get("x-refusals", ())}
                for path, ways in described["paths"].items()
                if "post" in ways
            }
        return self._codes[case.county]

    def moments(self, case: SweptCase, tally: Tally) -> list[datetime]:
        """Return moments at which something was recorded, a sample or all, and count them."""
        recorded = {event.recorded_at for event in self.services.store.load_case(case.case_id)}
        times = sorted(self.some(sorted(at for at in recorded if at is not None)))
        tally.moments += len(times)
        return times

    def read_now(self, case: SweptCase, caller: Caller, path: str) -> Response:
        """Read what a caller gets of a case as it is now. While one case is swept, each caller asks for it once."""
        if case != self._read_of:
            self._read_of, self._read = case, {}
        if (caller, path) not in self._read:
            self._read[caller, path] = caller.get(path)
        return self._read[caller, path]

    def read_present(self, case: SweptCase, caller: Caller) -> Json:
        """Read the replay of a case as it is now."""
        replay: Json = self.read_now(case, caller, f"/api/cases/{case.case_id}/replay").json()
        return replay

    def last_moment(self) -> datetime:
        """Return the moment at which the last event of all was recorded."""
        with self.services.pool.connection() as connection:
            row = connection.execute("SELECT max(recorded_at) FROM kvittens_events").fetchone()
        assert row is not None
        last: datetime = row[0]
        return last

    def moments_of_new_kinds(self, sweep: str, events: Sequence[Event]) -> set[datetime]:
        """Return the moments of events such as a sweep has not met before: of that topic and party, as full."""
        found: set[datetime] = set()
        for event in events:
            given = event.model_dump(exclude_none=True, exclude_defaults=True).keys()
            if self.is_new(sweep, event.TOPIC, event.actor.party, frozenset(given)):
                found.add(recorded_at(event))
        return found

    def is_new(self, *kind: Hashable) -> bool:
        """Return True the first time that a kind of thing is met in this scene."""
        is_new = kind not in self._kinds
        self._kinds.add(kind)
        return is_new

    def some(self, values: Sequence[T], count: int = 1) -> list[T]:
        """Return a sample of the values, or all of them."""
        if self._seed is None or len(values) <= count:
            return list(values)
        return self._chance.sample(values, count)

    def some_of_each(self, values: Iterable[T], kind: Callable[[T], str]) -> list[T]:
        """Return a sample of the values of each kind, or all of them."""
        groups: dict[str, list[T]] = {}
        for value in values:
            groups.setdefault(kind(value), []).append(value)
        return [value for group in groups.values() for value in self.some(group)]

    def staff(self, county: str, principal: str) -> Sequence[Actor]:
        """Return the staff of a principal, each in each of their assignments."""
        return [actor for actor in self.services.directories[county].actors if actor.principal == principal]

    def worklist(self, case: SweptCase, principal: str, *, unit: str | None = None) -> Sequence[Json]:
        """Return what waits in a case for a principal, or for one of its units. Each worklist is asked for once."""
        key = (principal, unit)
        if key not in self._worklists:
            parameters = {"unit": unit} if unit is not None else {}
            items = self.caller(principal, case.county).get("/api/worklist", params=parameters).json()
            by_case = self._worklists[key] = defaultdict(list)
            for item in items:
                by_case[item.get("case")].append(item)
        return self._worklists[key].get(str(case.case_id), ())


CaseSweep = Callable[[Scene, SweptCase, Tally], None]
"""A sweep of one case."""
RecordSweep = Callable[[Scene, Tally], None]
"""A sweep of the whole record."""


def list_settlements(caller: Caller) -> dict[str, list[Json]]:
    """List all settlements that a caller may read, by kind, page by page."""
    found: dict[str, list[Json]] = caller.get("/api/settlement").json()
    for kind, listed in found.items():
        page = listed
        while page:
            page = caller.get("/api/settlement", params={"before": page[-1]["ledger"]}).json()[kind]
            listed += page
    return found


def recorded_at(event: Event) -> datetime:
    """Return the moment at which a stored event was recorded."""
    assert event.recorded_at is not None
    return event.recorded_at


def open_calendar(scene: Scene, case: SweptCase, known: Case) -> Calendar:
    """Open the calendar of a case as it was known."""
    person = scene.services.persons.get(case.county, known.patient_id)
    return Calendar(
        catalogue=scene.services.catalogue,
        county=case.county,
        municipality=known.municipality,
        born=person.birth_date if person is not None else None,
    )
