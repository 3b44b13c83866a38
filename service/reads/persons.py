"""The person register: the only link between an identity number and the opaque id that events hold."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg import Cursor, Rollback
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row, scalar_row
from psycopg_pool import ConnectionPool

from domain.kernel import Actor, HsaId, Value
from domain.person import Name, NumberSystem, Person, RegisterFact
from service.record.answers import RequestAnswer, keep_answer

_SELECT: LiteralString = (
    "SELECT id, county, system, value, family, given, birth_date, protected FROM person WHERE county = %s AND "
)


_FACTS: LiteralString = (
    "SELECT fact.id, person_id, kind, valid_from, fact.county, municipality, unit, corrects, fact.recorded_at,"
    " recorded_by, recorded_unit, principal FROM person_fact AS fact"
)


class NumberTaken(Exception):
    """The identity number of a person is that of another person in the register."""


class EntryBefore(Value):
    """A person's entry as it stood until it was corrected, and who corrected it."""

    system: NumberSystem
    value: str
    family: Name
    given: Name
    birth_date: date
    protected: bool
    recorded_at: datetime
    replaced_at: datetime
    replaced_by: HsaId
    replaced_unit: HsaId
    principal: HsaId


class Persons:
    """The register of persons, by county."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def get(self, county: str, id: UUID) -> Person | None:
        """Return the person with an id."""
        with self._cursor() as cursor:
            return cursor.execute(_SELECT + "id = %s", (county, id)).fetchone()

    def get_many(self, county: str, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the persons with the ids, by id, without those that the register does not have."""
        with self._cursor() as cursor:
            persons = cursor.execute(_SELECT + "id = ANY(%s)", (county, list(ids))).fetchall()
        return {person.id: person for person in persons}

    def find(self, county: str, system: str, value: str) -> Person | None:
        """Find the person with an identity number."""
        with self._cursor() as cursor:
            return cursor.execute(_SELECT + "system = %s AND value = %s", (county, system, value)).fetchone()

    @contextmanager
    def _cursor(self) -> Iterator[Cursor[Person]]:
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Person)) as cursor:
            yield cursor

    @contextmanager
    def _transaction(self, kept: RequestAnswer | None) -> Iterator[Cursor[Any]]:
        """Change the register, and keep the answer to the request for it, in one transaction. Raises AnsweredBefore."""
        with (
            self._pool.connection() as connection,
            connection.transaction(),
            connection.cursor(row_factory=scalar_row) as cursor,
        ):
            if kept is not None:
                keep_answer(cursor, kept)
            yield cursor

    def register(self, person: Person, kept: RequestAnswer | None = None) -> bool:
        """Register a person. Return False, and change nothing, if the identity number is registered already.

        `kept` is the answer to the request, kept for a repeat of it. Raises AnsweredBefore, here and below.
        """
        with self._transaction(kept) as cursor:
            id = cursor.execute(
                "INSERT INTO person (id, county, system, value, family, given, birth_date, protected)"
                " VALUES (%(id)s, %(county)s, %(system)s, %(value)s, %(family)s, %(given)s, %(birth_date)s,"
                " %(protected)s) ON CONFLICT DO NOTHING RETURNING id",
                person.model_dump(),
            ).fetchone()
            if id is None:
                raise Rollback  # so that no answer is kept
        return id is not None

    def correct(self, person: Person, by: Actor, kept: RequestAnswer | None = None) -> bool:
        """Put a right entry in the place of a wrong one, and keep the wrong one. Return False if the same stood there.

        Raises NumberTaken.
        """
        parameters = person.model_dump() | {"by": by.person, "unit": by.unit, "principal": by.principal}
        try:
            with self._transaction(kept) as cursor:
                id = cursor.execute(
                    "WITH wrong AS (SELECT * FROM person WHERE id = %(id)s AND county = %(county)s"
                    " AND (system, value, family, given, birth_date, protected) IS DISTINCT FROM"
                    " (%(system)s, %(value)s, %(family)s, %(given)s, %(birth_date)s, %(protected)s) FOR UPDATE),"
                    " kept AS (INSERT INTO person_before (id, system, value, family, given, birth_date, protected,"
                    " recorded_at, replaced_by, replaced_unit, principal) SELECT id, system, value, family, given,"
                    " birth_date, protected, recorded_at, %(by)s, %(unit)s, %(principal)s FROM wrong)"
                    " UPDATE person SET system = %(system)s, value = %(value)s, family = %(family)s,"
                    " given = %(given)s, birth_date = %(birth_date)s, protected = %(protected)s,"
                    " recorded_at = clock_timestamp() WHERE id IN (SELECT id FROM wrong) RETURNING id",
                    parameters,
                ).fetchone()
        except UniqueViolation:
            raise NumberTaken from None
        return id is not None

    def list_before(self, id: UUID) -> Sequence[EntryBefore]:
        """Return the entries of a person that have been corrected, in order."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(EntryBefore)) as cursor:
            return cursor.execute(
                "SELECT system, value, family, given, birth_date, protected, recorded_at, replaced_at, replaced_by,"
                " replaced_unit, principal FROM person_before WHERE id = %s ORDER BY replaced_at",
                (id,),
            ).fetchall()

    def list_facts(self, id: UUID) -> Sequence[RegisterFact]:
        """Return the residences and listings of a person, in the order in which they were recorded."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(RegisterFact)) as cursor:
            return cursor.execute(f"{_FACTS} WHERE person_id = %s ORDER BY fact.recorded_at", (id,)).fetchall()

    def list_facts_to_tell(self, county: str, id: UUID) -> Sequence[RegisterFact]:
        """Return a person's residences and listings; none of a person with a protected identity, in no case."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(RegisterFact)) as cursor:
            return cursor.execute(
                f"{_FACTS} JOIN person ON person.id = fact.person_id"
                " WHERE person_id = %s AND person.county = %s AND NOT protected ORDER BY fact.recorded_at",
                (id, county),
            ).fetchall()

    def record(self, fact: RegisterFact, kept: RequestAnswer | None = None) -> bool:
        """Record a residence or a listing. Return False if the fact that it corrects has been corrected already."""
        with self._transaction(kept) as cursor:
            id = cursor.execute(
                "INSERT INTO person_fact (id, person_id, kind, valid_from, county, municipality, unit, corrects,"
                " recorded_by, recorded_unit, principal) VALUES (%(id)s, %(person_id)s, %(kind)s, %(valid_from)s,"
                " %(county)s, %(municipality)s, %(unit)s, %(corrects)s, %(recorded_by)s, %(recorded_unit)s,"
                " %(principal)s) ON CONFLICT DO NOTHING RETURNING id",
                fact.model_dump(),
            ).fetchone()
            if id is None:
                raise Rollback  # so that no answer is kept
        return id is not None


def make_person_id() -> UUID:
    """Make an id that says nothing about the person."""
    return uuid4()
