"""The person register: the only place where an identity number meets the opaque id that events hold."""

from collections.abc import Collection
from uuid import UUID, uuid4

from psycopg.rows import class_row, scalar_row
from psycopg_pool import ConnectionPool

from domain.person import Person


class Persons:
    """The persons of the database's counties."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def get(self, county: str, id: UUID) -> Person | None:
        """The person with this id."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Person)) as cursor:
            return cursor.execute(
                "SELECT id, county, system, value, family, given, birth_date, protected FROM person"
                " WHERE county = %s AND id = %s",
                (county, id),
            ).fetchone()

    def many(self, county: str, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Those of the persons that the register knows, by id."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Person)) as cursor:
            found = cursor.execute(
                "SELECT id, county, system, value, family, given, birth_date, protected FROM person"
                " WHERE county = %s AND id = ANY(%s)",
                (county, list(ids)),
            ).fetchall()
        return {person.id: person for person in found}

    def find(self, county: str, system: str, value: str) -> Person | None:
        """The person with this identity number."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Person)) as cursor:
            return cursor.execute(
                "SELECT id, county, system, value, family, given, birth_date, protected FROM person"
                " WHERE county = %s AND system = %s AND value = %s",
                (county, system, value),
            ).fetchone()

    def register(self, person: Person) -> bool:
        """Register a person; False when the identity number is registered already, and then nothing changes."""
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            made = cursor.execute(
                "INSERT INTO person (id, county, system, value, family, given, birth_date, protected)"
                " VALUES (%(id)s, %(county)s, %(system)s, %(value)s, %(family)s, %(given)s, %(birth_date)s,"
                " %(protected)s) ON CONFLICT DO NOTHING RETURNING id",
                person.model_dump(),
            ).fetchone()
        return made is not None


def new_id() -> UUID:
    """An id that says nothing about the person."""
    return uuid4()
