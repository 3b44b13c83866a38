"""The queries of the read models: resources, responsibility, worklists, timelines and refusals, for one actor."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import class_row, kwargs_row, scalar_row
from psycopg_pool import ConnectionPool

from domain.case.events.case import FactCorrected
from domain.case.rules.second_request import OpenRequest
from domain.kernel import Actor, Party, Refusal, RefusalKind
from projections.resources import ResourceVersion
from projections.summary import CaseSummary
from projections.timeline import TimelineEntry, mark_corrected
from service.reads.absence import CaseUnknown
from service.reads.clock import read_now
from service.reads.page import ListPage, cut
from service.record.read_models import dump

_COLUMNS: LiteralString = "v.resource_type, v.resource_id, v.version, v.recorded_at, v.body"
_JOINED: LiteralString = " FROM resource AS r JOIN resource_version AS v USING (resource_type, resource_id"
_VERSIONS: LiteralString = "SELECT " + _COLUMNS + _JOINED + ")"
_CURRENT: LiteralString = "SELECT r.case_id, " + _COLUMNS + _JOINED + ", version)"
_READABLE: LiteralString = (
    " FROM resource_version AS v"
    " CROSS JOIN LATERAL (SELECT 1 FROM resource AS r WHERE r.resource_type = v.resource_type"
    " AND r.resource_id = v.resource_id AND %s = ANY(r.readers) LIMIT 1) AS readable"
)
"""The limit keeps the planner to the order of the versions: it looks each one up, and stops at the end of the page."""
_READABLE_VERSIONS: LiteralString = "SELECT " + _COLUMNS + _READABLE
_OF_RESOURCE: LiteralString = (
    " WHERE r.resource_type = %s AND r.resource_id = %s AND %s = ANY(r.readers) AND r.county = %s"
)
_REQUEST: LiteralString = "r.resource_type = 'ServiceRequest'"
"""The resource whose readers may read the case. A receiver that returned the request reads only its own Task."""

_COLUMN_OF: Mapping[Party, LiteralString] = {Party.REGION: "region", Party.MUNICIPALITY: "municipality"}
"""The column of case_head that names the principal of a party."""
_CORRECTION = FactCorrected.TOPIC.encode()
PAGE = 200
"""The number of rows on a page of a list."""


class MomentInFuture(Refusal):
    """A question about a future moment, whose answer would change."""

    code = "MOMENT_IN_FUTURE"
    kind = RefusalKind.VALUE


class CurrentResource(NamedTuple):
    """The current version of a resource, and the case that it belongs to."""

    case_id: UUID
    version: ResourceVersion


def _current_resource(case_id: UUID, **columns: Any) -> CurrentResource:
    return CurrentResource(case_id, ResourceVersion(**columns))


CaseHead = tuple[UUID, UUID, str, str | None, datetime]
"""A row of the list of cases: the case, the person, the region, the municipality, and the time of its last event."""


class RefusedActs(NamedTuple):
    """Acts of one request that were refused: who tried what, when, on which case or ledger, and the rule."""

    id: int
    """The number of the refusal."""
    recorded_at: datetime
    acts: list[str]
    on: UUID | None
    """The case or the ledger. None for acts that open one."""
    code: str
    rule: str
    person: str
    unit: str
    role: str


def _refused_acts(*, act: str, case_id: UUID | None, **columns: Any) -> RefusedActs:
    return RefusedActs(acts=act.split(", "), on=case_id, **columns)


class Queries:
    """The queries of the read models. Each returns only rows that the actor's principal may read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    @contextmanager
    def _cursor(self) -> Iterator[Cursor[ResourceVersion]]:
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ResourceVersion)) as cursor:
            yield cursor

    def current(self, actor: Actor, resource_type: str, resource_id: str) -> CurrentResource | None:
        """Return the current version of a resource, and its case."""
        with (
            self._pool.connection() as connection,
            connection.cursor(row_factory=kwargs_row(_current_resource)) as cursor,
        ):
            return cursor.execute(
                _CURRENT + _OF_RESOURCE, (resource_type, resource_id, actor.reader, actor.county)
            ).fetchone()

    def of_case(self, case_id: UUID) -> list[ResourceVersion]:
        """Return the current versions of a case's resources for an act on it, but for Provenance, which never changes.

        The caller has checked that the actor may read the case.
        """
        query: LiteralString = (
            "SELECT resource_type, resource_id, version, recorded_at, body FROM resource"
            " JOIN resource_version USING (resource_type, resource_id, version, recorded_at)"
            " WHERE resource.case_id = %s AND resource_type <> 'Provenance'"
        )
        with self._cursor() as cursor:
            return cursor.execute(query, (case_id,)).fetchall()

    def version(self, actor: Actor, resource_type: str, resource_id: str, version: int) -> ResourceVersion | None:
        """Return one version of a resource."""
        with self._cursor() as cursor:
            return cursor.execute(
                _VERSIONS + _OF_RESOURCE + " AND v.version = %s",
                (resource_type, resource_id, actor.reader, actor.county, version),
            ).fetchone()

    def history(
        self,
        actor: Actor,
        resource_type: str,
        resource_id: str | None = None,
        *,
        since: datetime | None = None,
        during: tuple[datetime, datetime] | None = None,
        limit: int,
        before: tuple[datetime, str, int] | None = None,
    ) -> ListPage[ResourceVersion]:
        """Return the versions of one resource, or of all readable resources of a type, the newest first.

        `since` leaves out versions that were recorded earlier. `during` keeps the versions that were current at some
        moment from its first to its last. `before` is the key of the previous page's last row: recorded_at, id and
        version. Raises MomentInFuture if `during` begins after now.
        """
        conditions: list[LiteralString] = ["v.resource_type = %s", "v.county = %s"]
        parameters: list[Any] = [actor.reader, resource_type, actor.county]
        if resource_id is not None:
            conditions.append("v.resource_id = %s")
            parameters.append(resource_id)
        if since is not None:
            conditions.append("v.recorded_at >= %s")
            parameters.append(since)
        if during is not None:
            first, last = during
            self.refuse_future(first, where="_at")
            self.wait_for_commits(last)
            conditions.append(
                "v.recorded_at <= %s AND v.version >= COALESCE((SELECT max(o.version) FROM resource_version AS o"
                " WHERE o.resource_type = v.resource_type AND o.resource_id = v.resource_id"
                " AND o.recorded_at <= %s), 1)"
            )
            parameters += [last, first]
        if before is not None:
            conditions.append("(v.recorded_at, v.resource_id, v.version) < (%s, %s, %s)")
            parameters += before
        order: LiteralString = " ORDER BY v.recorded_at DESC, v.resource_id DESC, v.version DESC LIMIT %s"
        with self._cursor() as cursor:
            query: LiteralString = _READABLE_VERSIONS + " WHERE " + " AND ".join(conditions) + order
            rows = cursor.execute(query, (*parameters, limit + 1)).fetchall()
        return cut(rows, limit)

    def latest_events(self, actor: Actor, *, before: UUID | None = None, limit: int) -> ListPage[tuple[UUID, UUID]]:
        """Return the case and the id of the events of all readable cases that were recorded last, the newest first.

        `before` is the last event of the previous page.
        """
        query: LiteralString = "SELECT v.case_id, v.resource_id::uuid" + _READABLE
        query += " WHERE v.resource_type = 'Provenance' AND v.county = %s"
        older: LiteralString = (
            " AND (v.recorded_at, v.resource_id) < (SELECT o.recorded_at, o.resource_id FROM resource_version AS o"
            " WHERE o.resource_type = 'Provenance' AND o.resource_id = %s AND o.version = 1)"
        )
        order: LiteralString = " ORDER BY v.recorded_at DESC, v.resource_id DESC LIMIT %s"
        query += older + order if before is not None else order
        last = (str(before),) if before is not None else ()
        with self._pool.connection() as connection:
            rows = connection.execute(query, (actor.reader, actor.county, *last, limit + 1)).fetchall()
        return cut(rows, limit)

    def refuse_future(self, moment: datetime, *, where: str) -> None:
        """Refuse a question about what is known at a future moment. Wait for the commits that concern a past one.

        `where` is the name of the parameter that gives the moment. Raises MomentInFuture.
        """
        if moment > self.wait_for_commits(moment):
            raise MomentInFuture(
                "Nobody can know yet what the record will hold at a future moment",
                rule="SYS-6",
                remedy="give a moment up to now",
                where=(where,),
            )

    def wait_for_commits(self, moment: datetime) -> datetime:
        """Wait for the current commits if they may concern the moment, and return the database's time after that.

        An act gets its recorded_at before its commit, and holds the lock on stream_head from the one to the other.
        """
        with self._pool.connection() as connection, connection.transaction():
            head = connection.execute("SELECT recorded_at < %s FROM stream_head", (moment,)).fetchone()
            if head is not None and head[0]:
                connection.execute("SELECT 1 FROM stream_head FOR SHARE")
            return read_now(connection)

    def responsibility(self, actor: Actor, case_id: UUID, moment: datetime) -> list[bytes]:
        """Return the responsibility for each intervention at a moment, as known now, ordered by intervention."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT body FROM responsibility AS p WHERE case_id = %(case)s AND valid_from <= %(at)s"
                " AND (valid_to IS NULL OR valid_to > %(at)s) AND EXISTS (SELECT 1 FROM resource AS r"
                f" WHERE r.case_id = p.case_id AND {_REQUEST}"
                " AND %(principal)s = ANY(r.readers) AND r.county = %(county)s)"
                ' ORDER BY intervention COLLATE "C"',
                {"case": case_id, "at": moment, "principal": actor.reader, "county": actor.county},
            ).fetchall()
        return [bytes(body) for (body,) in rows]

    def worklist(self, actor: Actor, case_id: UUID | None = None) -> list[tuple[UUID, bytes]]:
        """Return what waits for the actor's principal, in all cases or in one: case id and item.

        Priority comes first, then the next due.
        """
        return self._items("principal", actor, case_id)

    def list_awaited(self, actor: Actor) -> list[tuple[UUID, bytes]]:
        """Return what the other party has to do in cases of the actor's principal: case id and item, in that order."""
        return self._items("awaited_by", actor, None)

    def _items(self, column: LiteralString, actor: Actor, case_id: UUID | None) -> list[tuple[UUID, bytes]]:
        narrowed: LiteralString = "" if case_id is None else " AND case_id = %(case)s"
        query: LiteralString = f"SELECT case_id, body FROM worklist WHERE {column} = %(principal)s"
        order: LiteralString = " ORDER BY priority DESC, due, due_at, since, key, case_id"
        with self._pool.connection() as connection:
            rows = connection.execute(
                query + " AND county = %(county)s" + narrowed + order,
                {"principal": actor.reader, "county": actor.county, "case": case_id},
            ).fetchall()
        return [(case_id, bytes(body)) for case_id, body in rows]

    def delegations(self, actor: Actor, moment: datetime) -> list[tuple[UUID, UUID, bytes]]:
        """Return what is delegated at the actor's principal at a moment: case, person and entry, by their ends."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT case_id, patient_id, body FROM delegation JOIN case_head USING (case_id)"
                " WHERE principal = %(principal)s AND delegation.county = %(county)s AND since <= %(at)s"
                " AND coalesce(ends, 'infinity') > %(at)s ORDER BY coalesce(ends, 'infinity'), since, case_id",
                {"principal": actor.reader, "county": actor.county, "at": moment},
            ).fetchall()
        return [(case_id, patient_id, bytes(body)) for case_id, patient_id, body in rows]

    def cases(self, actor: Actor, *, before: UUID | None = None) -> ListPage[CaseHead]:
        """Return the cases with the latest events.

        With `before`: the page that follows that case. Raises CaseUnknown.
        """
        if before is not None and not self.may_read(actor, before):
            raise CaseUnknown
        with self._pool.connection() as connection:
            # The place of the case is read first: with its values the planner follows the index from there.
            place = connection.execute("SELECT recorded_at FROM case_head WHERE case_id = %s", (before,)).fetchone()
            at = place[0] if place is not None else None
            rows = connection.execute(
                "SELECT c.case_id, c.patient_id, c.region, c.municipality, c.recorded_at FROM case_head AS c"
                f" CROSS JOIN LATERAL (SELECT 1 FROM resource AS r WHERE r.case_id = c.case_id AND {_REQUEST}"
                " AND %(reader)s = ANY(r.readers) LIMIT 1) AS readable"
                f" WHERE c.{_COLUMN_OF[actor.party]} = %(reader)s AND c.county = %(county)s"
                + ("" if at is None else " AND (c.recorded_at, c.case_id) < (%(at)s, %(before)s)")
                + " ORDER BY c.recorded_at DESC, c.case_id DESC LIMIT %(limit)s",
                {"reader": actor.reader, "county": actor.county, "at": at, "before": before, "limit": PAGE + 1},
            ).fetchall()
        return cut(rows, PAGE)

    def summaries(self, case_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, CaseSummary | None]]:
        """Return the person and the summary of cases, by case. The caller has checked that the actor may read them.

        A case of before there were summaries has None until the record is folded anew.
        """
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT wanted.id, c.patient_id, s.body FROM unnest(%s::uuid[]) AS wanted (id) CROSS JOIN LATERAL"
                " (SELECT patient_id FROM case_head WHERE case_id = wanted.id LIMIT 1) AS c LEFT JOIN LATERAL"
                " (SELECT body FROM case_summary WHERE case_id = wanted.id LIMIT 1) AS s ON true",
                (list(case_ids),),
            ).fetchall()
        return {
            case_id: (patient_id, CaseSummary.model_validate_json(body) if body is not None else None)
            for case_id, patient_id, body in rows
        }

    def may_read(self, actor: Actor, case_id: UUID) -> bool:
        """Return True if the actor's principal may read the case."""
        return case_id in self.find_readable(actor, [case_id])

    def find_readable(self, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
        """Return those of the ids that are of cases that the actor's principal may read."""
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            found = cursor.execute(
                "SELECT wanted.id FROM unnest(%s::uuid[]) AS wanted (id) CROSS JOIN LATERAL"
                f" (SELECT 1 FROM resource AS r WHERE r.case_id = wanted.id AND {_REQUEST}"
                " AND %s = ANY(r.readers) AND r.county = %s LIMIT 1) AS readable",
                (list(ids), actor.reader, actor.county),
            ).fetchall()
        return set(found)

    def open_requests(self, actor: Actor, patient_id: UUID) -> list[OpenRequest]:
        """Return the requests of the actor's principal about a person that have not ended."""
        with self._pool.connection() as connection, connection.cursor(row_factory=scalar_row) as cursor:
            bodies = cursor.execute(
                "SELECT body FROM open_request WHERE patient_id = %s AND %s = ANY(principals) AND county = %s"
                " ORDER BY case_id",
                (patient_id, actor.reader, actor.county),
            ).fetchall()
        return [OpenRequest.model_validate_json(body) for body in bodies]

    def timeline(self, actor: Actor, case_id: UUID) -> list[bytes]:
        """Return the case's events in order, the same for both principals (INF-4-2), and none for any other."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT body FROM timeline AS t WHERE case_id = %s AND EXISTS (SELECT 1 FROM resource AS r"
                f" WHERE r.case_id = t.case_id AND {_REQUEST}"
                " AND %s = ANY(r.readers) AND r.county = %s) ORDER BY ordinal",
                (case_id, actor.reader, actor.county),
            ).fetchall()
        bodies = [bytes(body) for (body,) in rows]
        if not any(_CORRECTION in body for body in bodies):
            return bodies
        return [dump(entry) for entry in mark_corrected([*map(TimelineEntry.model_validate_json, bodies)])]

    def refusals(
        self, actor: Actor, *, on: UUID | None = None, before: int | None = None, limit: int = PAGE
    ) -> ListPage[RefusedActs]:
        """Return the refused acts of the actor's own principal, the newest first: all, or those on a case or a ledger.

        `before` is the number of the previous page's last row. Raises CaseUnknown if it is none of the principal's. An
        act by somebody who may not know of a case is not among them, because the case would be told (DECISIONS 13).
        """
        conditions: list[LiteralString] = ["principal = %s", "county = %s", "code <> 'NOT_PARTY'"]
        parameters: list[Any] = [actor.principal, actor.county]
        if on is not None:
            conditions.append("case_id = %s")
            parameters.append(on)
        with self._pool.connection() as connection, connection.cursor(row_factory=kwargs_row(_refused_acts)) as cursor:
            if before is not None:
                # The place of the row is read first: with its values the planner follows the index from there.
                place = connection.execute(
                    "SELECT recorded_at FROM refusal WHERE id = %s AND principal = %s AND county = %s",
                    (before, actor.principal, actor.county),
                ).fetchone()
                if place is None:
                    raise CaseUnknown
                conditions.append("(recorded_at, id) < (%s, %s)")
                parameters += [place[0], before]
            query: LiteralString = (
                "SELECT id, recorded_at, act, case_id, code, rule, person, unit, role FROM refusal"
                " WHERE " + " AND ".join(conditions) + " ORDER BY recorded_at DESC, id DESC LIMIT %s"
            )
            rows = cursor.execute(query, (*parameters, limit + 1)).fetchall()
        return cut(rows, limit)
