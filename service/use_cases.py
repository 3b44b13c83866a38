"""The use cases: one act from request to record, whichever face it came through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from psycopg.rows import scalar_row, tuple_row
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from domain.act import Act
from domain.agreements.publication import Catalogue
from domain.case import Case
from domain.directory import Directory
from domain.kernel import Actor, Event, Refusal, legal_day
from domain.refusals import NotParty, UnknownReference
from projections.resources import Key, Rendered, readers
from projections.view import Standing, View, project, stand
from service.acts import DECISIONS, Asked
from service.event_store.application import Committed, EventStore
from service.event_store.committer import CaseMoved, CommandReused, Finished, Save
from service.persons import Persons
from service.read_models import statements

CASE = "case"
"""What stands for a resource type where a whole case's version is meant."""
ATTEMPTS = 20
"""How often an act is decided anew when others act on the same case meanwhile."""


class CaseUnknown(Exception):
    """There is no such case, or it is not one that the actor's principal may know of."""


class AlreadyThere(Exception):
    """What the request would create, fixed by its seed, has been created meanwhile."""


class VersionMismatch(Exception):
    """The resource has another version than the request was made for (If-Match)."""

    def __init__(self, key: Key, *, wanted: int, actual: int) -> None:
        super().__init__(f"{key[0]}/{key[1]} is at version {actual}, not {wanted}")
        self.key, self.wanted, self.actual = key, wanted, actual


class ContentInvalid(Refusal):
    """What an act says does not fit into its event; tells where, never what."""

    code = "CONTENT_INVALID"

    def __init__(self, error: ValidationError) -> None:
        where = [".".join(map(str, each["loc"])) for each in error.errors(include_input=False, include_url=False)]
        super().__init__(
            f"The act says what cannot be recorded, in {', '.join(where)}",
            rule="SYS-1",
            remedy="see what the act takes: GET /api/openapi.json",
            where=where,
        )


class TooBusy(Exception):
    """Others kept acting on the case; nothing was recorded."""


@dataclass(frozen=True)
class Request:
    """What arrived: who asks, when it happened, and the id that makes a retried request the same request.

    `content` is what the id stands for: the same id with other content is refused.
    """

    actor: Actor
    content: bytes
    occurred_at: datetime | None = None
    clock: datetime | None = None
    """The demonstration clock; only a demonstration database takes one."""
    idempotency_key: str | None = None
    made: UUID = field(default_factory=uuid4)

    @property
    def command_id(self) -> UUID:
        """The act's id: derived from the caller's own key and person, or new."""
        if self.idempotency_key is None:
            return self.made
        return uuid5(UUID(int=0), f"{self.actor.person} {self.actor.unit} {self.idempotency_key}")

    @property
    def digest(self) -> bytes:
        """What tells two requests with one id apart."""
        return sha256(self.content).digest()


@dataclass(frozen=True)
class Wish:
    """The acts that a request asks for, decided together or not at all.

    `case_id` is None for acts that open a case. `seed` then fixes the ids of what they create, so that of several
    requests for the same thing one alone succeeds. `if_match` names a resource, or the case, and the version that it
    must have.
    """

    asked: Sequence[Asked]
    case_id: UUID | None = None
    seed: UUID | None = None
    if_match: tuple[Key, int] | None = None


class UseCases:
    """Acts on cases. Safe for many threads."""

    def __init__(
        self,
        *,
        store: EventStore,
        pool: ConnectionPool,
        catalogue: Catalogue,
        directories: Mapping[str, Directory],
        persons: Persons,
    ) -> None:
        self._store = store
        self._pool = pool
        self._catalogue = catalogue
        self._directories = directories
        self._persons = persons

    def perform(self, request: Request, wish: Wish, answer: Callable[[View], bytes]) -> bytes:
        """Decide the acts, record what they led to with its projections, and return the answer, all or nothing.

        `answer` is called with the view after the act and stored with it: a repeated request gets the first answer.
        Raises Refusal (and records it), CaseUnknown, VersionMismatch, CommandReused, StoreUnavailable, TooBusy.
        """
        earlier = self.answered(request)
        if earlier is not None:
            return earlier
        try:
            for _ in range(ATTEMPTS):
                try:
                    return self._attempt(request, wish, answer).answer
                except CaseMoved:
                    continue
        except (Refusal, VersionMismatch, AlreadyThere) as error:
            earlier = self.answered(request)  # the same request may have been recorded while this one was decided
            if earlier is not None:
                return earlier
            if isinstance(error, Refusal):
                self.note_refusal(request, [asked.name for asked in wish.asked], wish.case_id, error)
            raise
        raise TooBusy

    def _attempt(self, request: Request, wish: Wish, answer: Callable[[View], bytes]) -> Committed:
        before = None
        current: dict[Key, Rendered] = {}
        if wish.case_id is not None:
            before = stand(None, self._store.load_case(wish.case_id))
            if before is None:
                raise CaseUnknown
            if request.actor.principal not in readers(before.case):
                self.note_refusal(request, [asked.name for asked in wish.asked], wish.case_id, NotParty())
                raise CaseUnknown
            current = self._current(wish.case_id)
        elif wish.seed is not None and self._store.case_head(opened_case(wish.seed)) is not None:
            raise AlreadyThere
        _refuse_other_version(before, current, wish)
        case, events = self._decide(request, wish, before)

        def finish(recorded: Sequence[Event]) -> Finished:
            view = project(before, current, recorded, self._catalogue)
            return Finished(answer=answer(view), statements=statements(view))

        return self._store.submit(
            Save(
                command_id=request.command_id,
                digest=request.digest,
                case_id=case.id,
                county=case.county,
                patient_id=case.patient_id,
                region=case.region,
                municipality=case.municipality,
                expected_version=before.case.version if before else 0,
                events=events,
                finish=finish,
                clock=request.clock,
            )
        )

    def _decide(self, request: Request, wish: Wish, before: Standing | None) -> tuple[Case, tuple[Event, ...]]:
        """The case after all the acts, and their events, each decided on what the ones before it leave.

        One request, one cause.
        """
        standing = before
        events: tuple[Event, ...] = ()
        now = request.clock or datetime.now(UTC)
        for place, asked in enumerate(wish.asked):
            seed = request.command_id if wish.seed is None else wish.seed
            seed = seed if place == 0 else uuid5(seed, str(place))
            act = self._act(request, asked, standing, seed, now)
            case = () if standing is None else (standing.case,)
            try:
                decided = DECISIONS[asked.name](*case, act=act, **asked.content)
            except ValidationError as error:
                raise ContentInvalid(error) from None
            standing, events = stand(standing, decided), (*events, *decided)
        if standing is None:
            raise ValueError("a request asks for at least one act")
        return standing.case, tuple(event.model_copy(update={"causation_id": request.command_id}) for event in events)

    def _act(self, request: Request, asked: Asked, standing: Standing | None, seed: UUID, now: datetime) -> Act:
        occurred_at = request.occurred_at or now
        county = request.actor.county
        patient_id = standing.case.patient_id if standing else asked.content.get("patient_id")
        return Act(
            id=seed,
            name=asked.name,
            actor=request.actor,
            occurred_at=occurred_at,
            now=now,
            agreement=self._catalogue.in_force(county, occurred_at),
            directory=self._directories[county],
            patient_age=self._age(county, patient_id, occurred_at),
        )

    def _age(self, county: str, patient_id: UUID | None, at: datetime) -> int | None:
        if patient_id is None:
            return None
        person = self._persons.get(county, patient_id)
        if person is None:
            raise UnknownReference(
                "The county's register has no such person",
                rule="SYS-1",
                remedy="register the person first: POST /fhir/Patient",
                where=("patient_id",),
            )
        return person.age_on(legal_day(at))

    def _current(self, case_id: UUID) -> dict[Key, Rendered]:
        """The case's resources as they stand, but for Provenance, which never changes."""
        query = (
            "SELECT resource_type, resource_id, version, recorded_at, body FROM resource"
            " JOIN resource_version USING (resource_type, resource_id, version, recorded_at)"
            " WHERE resource.case_id = %s AND resource_type <> 'Provenance'"
        )
        with self._pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(query, (case_id,)).fetchall()
        found = (
            Rendered.model_construct(
                resource_type=row[0],
                resource_id=row[1],
                version=row[2],
                recorded_at=row[3],
                body=bytes(row[4]),
                search_values=(),
            )
            for row in rows
        )
        return {one.key: one for one in found}

    def answered(self, request: Request) -> bytes | None:
        """The first answer to a request that is repeated with its key; None for a new one. Raises CommandReused."""
        if request.idempotency_key is None:
            return None
        with self._pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(
                "SELECT digest, answer FROM command WHERE command_id = %s", (request.command_id,)
            ).fetchone()
        if row is None:
            return None
        if bytes(row[0]) != request.digest:
            raise CommandReused(request.command_id)
        return bytes(row[1])

    def note_refusal(self, request: Request, acts: Sequence[str], case_id: UUID | None, refusal: Refusal) -> None:
        """Record that acts were refused: who tried what, and on which rule. Never what the request said."""
        actor = request.actor
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO refusal (recorded_at, county, case_id, act, code, rule, person, unit, principal, role)"
                " VALUES (coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    request.clock,
                    actor.county,
                    case_id,
                    ", ".join(acts),
                    refusal.code,
                    refusal.rule,
                    actor.person,
                    actor.unit,
                    actor.principal,
                    actor.role,
                ),
            )

    def case_of(self, key: Key, actor: Actor) -> UUID:
        """The case that a resource belongs to. Raises CaseUnknown also where the actor's principal may not read it."""
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            case_id = cursor.execute(
                "SELECT case_id FROM resource WHERE resource_type = %s AND resource_id = %s AND %s = ANY(readers)",
                (*key, actor.principal),
            ).fetchone()
        if case_id is None:
            raise CaseUnknown
        return UUID(str(case_id))


def _refuse_other_version(before: Standing | None, current: Mapping[Key, Rendered], wish: Wish) -> None:
    if wish.if_match is None:
        return
    key, wanted = wish.if_match
    if key[0] == CASE:
        actual = before.case.version if before else 0
    else:
        resource = current.get(key)
        actual = resource.version if resource else 0
    if actual != wanted:
        raise VersionMismatch(key, wanted=wanted, actual=actual)


def opened_case(seed: UUID) -> UUID:
    """The id of the case that acts with this seed open."""
    return uuid5(seed, "case")
