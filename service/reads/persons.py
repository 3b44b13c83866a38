"""The person register: the only link between an identity number and the opaque id that events hold."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.kernel import HsaId, Value
from domain.person import Name, NumberSystem, Person, RegisterFact

_SELECT: LiteralString = (
    "SELECT id, county, system, value, family, given, birth_date, protected FROM person WHERE county = %s AND "
)


_FACTS: LiteralString = (
    "SELECT fact.id, person_id, kind, valid_from, fact.county, municipality, unit, corrects, fact.recorded_at,"
    " recorded_by, recorded_unit, principal FROM person_fact AS fact"
)


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
