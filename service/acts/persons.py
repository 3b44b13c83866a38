"""Changes of the person register, each with the answer that a repeat of its request gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg import Cursor, Rollback
from psycopg.errors import UniqueViolation
from psycopg.rows import scalar_row
from psycopg_pool import ConnectionPool

from domain.kernel import Actor, Value
from domain.person import Person, RegisterFact
from service.acts.attempts import ActRequest, Attempts
from service.record.answers import RequestAnswer, keep_answer


class NumberTaken(Exception):
    """The identity number of a person is that of another person in the register."""


class RegisterChange(Value):
    """The outcome of a change of the register. It is kept for a repeat, and names nobody."""

    person: UUID
    status: int = 200
    fact: UUID | None = None
    """The residence or the listing that was recorded."""

    def to_keep(self, request: ActRequest) -> RequestAnswer | None:
        """Return this as the answer that is kept; None for a request without a key."""
        return request.to_keep(self.model_dump_json().encode())


class PersonActs:
    """Changes the person register. Safe for many threads."""

    def __init__(self, pool: ConnectionPool, attempts: Attempts) -> None:
        self._pool = pool
        self._attempts = attempts

    def perform(self, request: ActRequest, change: Callable[[], RegisterChange]) -> RegisterChange:
        """Change the register, or return what the first request with this key came to. Raises CommandReused.

        `change` keeps what it came to, in the transaction that writes.
        """
        answer = self._attempts.answer_once(request, lambda: change().model_dump_json().encode())
        return RegisterChange.model_validate_json(answer)

    def keep(self, request: ActRequest, found: RegisterChange) -> RegisterChange:
        """Keep what a request came to that changed nothing, and return what the first one came to."""
        answer = self._attempts.keep_answer(request, found.model_dump_json().encode())
        return RegisterChange.model_validate_json(answer)

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


def make_person_id() -> UUID:
    """Make an id that says nothing about the person."""
    return uuid4()
