"""The use cases: one act from request to record, whichever face it came through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from psycopg.rows import scalar_row, tuple_row
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from domain.act import Act
from domain.case.acts import DECISIONS
from domain.case.state.case import Case
from domain.directory import Directory
from domain.kernel import Actor, Event, HsaId, Party, legal_day
from domain.ledgers.kinds import kind_of
from domain.refusals import NotParty, UnknownReference
from domain.versions.catalogue import Catalogue
from projections.resources import Key, Rendered, readers
from projections.view import Standing, View, project, stand
from service.acts.attempts import AlreadyThere, Attempts, ContentInvalid, Request, VersionMismatch
from service.acts.descriptions import Asked
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.reads.persons import Persons
from service.record.event_store.application import EventStore
from service.record.event_store.committer import Finished, Save
from service.record.read_models import statements

CASE = "case"
"""What stands for a resource type where a whole case's version is meant."""


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
        attempts: Attempts,
        catalogue: LiveCatalogue,
        directories: Mapping[str, Directory],
        persons: Persons,
    ) -> None:
        self._store = store
        self._pool = pool
        self._attempts = attempts
        self._catalogue = catalogue
        self._directories = directories
        self._persons = persons

    def perform(self, request: Request, wish: Wish, answer: Callable[[View], bytes]) -> bytes:
        """Decide the acts, record what they led to with its projections, and return the answer, all or nothing.

        `answer` is called with the view after the act and stored with it: a repeated request gets the first answer.
        Raises Refusal (and records it), CaseUnknown, VersionMismatch, CommandReused, StoreUnavailable, TooBusy.
        """
        names = [asked.name for asked in wish.asked]
        return self._attempts.carry(request, names, wish.case_id, lambda: self._prepare(request, wish, answer))

    def answered(self, request: Request) -> bytes | None:
        """The first answer to a request that is repeated with its key; None for a new one. Raises CommandReused."""
        return self._attempts.answered(request)

    def _prepare(self, request: Request, wish: Wish, answer: Callable[[View], bytes]) -> Save:
        before = None
        current: dict[Key, Rendered] = {}
        if wish.case_id is not None:
            history = self._store.load_case(wish.case_id)
            before = stand(None, history) if history and kind_of(history[0]) is None else None
            if before is None:
                raise CaseUnknown
            if request.actor.principal not in readers(before.case):
                names = [asked.name for asked in wish.asked]
                self._attempts.note_refusal(request, names, wish.case_id, NotParty())
                raise CaseUnknown
            current = self._current(wish.case_id)
        elif wish.seed is not None and self._store.case_head(opened_case(wish.seed)) is not None:
            raise AlreadyThere
        _refuse_other_version(before, current, wish)
        catalogue = self._catalogue.now()
        case, events = self._decide(request, wish, before, catalogue)

        def finish(recorded: Sequence[Event]) -> Finished:
            view = project(before, current, recorded, catalogue)
            return Finished(answer=answer(view), statements=statements(view))

        return Save(
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

    def _decide(
        self, request: Request, wish: Wish, before: Standing | None, catalogue: Catalogue
    ) -> tuple[Case, tuple[Event, ...]]:
        """The case after all the acts, and their events, each decided on what the ones before it leave.

        One request, one cause.
        """
        standing = before
        events: tuple[Event, ...] = ()
        now = request.clock or datetime.now(UTC)
        for place, asked in enumerate(wish.asked):
            seed = request.command_id if wish.seed is None else wish.seed
            seed = seed if place == 0 else uuid5(seed, str(place))
            act = self._act(request, asked, standing, seed, now, catalogue)
            case = () if standing is None else (standing.case,)
            try:
                decided = DECISIONS[asked.name](*case, act=act, **asked.content)
            except ValidationError as error:
                raise ContentInvalid(error) from None
            standing, events = stand(standing, decided), (*events, *decided)
        if standing is None:
            raise ValueError("a request asks for at least one act")
        return standing.case, tuple(event.model_copy(update={"causation_id": request.command_id}) for event in events)

    def _act(
        self,
        request: Request,
        asked: Asked,
        standing: Standing | None,
        seed: UUID,
        now: datetime,
        catalogue: Catalogue,
    ) -> Act:
        occurred_at = request.occurred_at or now
        county = request.actor.county
        patient_id = standing.case.patient_id if standing else asked.content.get("patient_id")
        municipality = _municipality(self._directories[county], request.actor, asked, standing)
        agreement = catalogue.in_force(county, occurred_at, municipality)
        return Act(
            id=seed,
            name=asked.name,
            actor=request.actor,
            occurred_at=occurred_at,
            now=now,
            agreement=agreement,
            local=catalogue.local(agreement, occurred_at, municipality),
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


def _municipality(directory: Directory, actor: Actor, asked: Asked, standing: Standing | None) -> HsaId | None:
    """The municipality between which and the region the act takes place; None while nobody has said which.

    One that the directory does not know is left to the decision to refuse.
    """
    if standing is not None and standing.case.municipality is not None:
        return standing.case.municipality
    named = asked.content.get("receiver") or asked.content.get("municipality")
    if named is None and actor.party is Party.MUNICIPALITY:
        named = actor.principal
    return named if named is not None and directory.municipality(named) is not None else None


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
