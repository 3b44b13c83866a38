"""The person register: the only link between an identity number and the opaque id that events hold."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID, uuid4

from psycopg import Cursor
from psycopg.rows import class_row, scalar_row
from psycopg_pool import ConnectionPool

from domain.person import Person

_SELECT: LiteralString = (
    "SELECT id, county, system, value, family, given, birth_date, protected FROM person WHERE county = %s AND "
)


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

    def register(self, person: Person) -> bool:
        """Register a person. Return False, and change nothing, if the identity number is registered already."""
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            id = cursor.execute(
                "INSERT INTO person (id, county, system, value, family, given, birth_date, protected)"
                " VALUES (%(id)s, %(county)s, %(system)s, %(value)s, %(family)s, %(given)s, %(birth_date)s,"
                " %(protected)s) ON CONFLICT DO NOTHING RETURNING id",
                person.model_dump(),
            ).fetchone()
        return id is not None


def make_person_id() -> UUID:
    """Make an id that says nothing about the person."""
    return uuid4()
