"""Acts on cases: decide them on the case as it stands, and record events, projections and the answer together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
from psycopg_pool import ConnectionPool

from domain.act import Act, Command
from domain.agreements.model import ActName, Agreement
from domain.case.decisions import decide as decide_on_case
from domain.case.guidance import find_next_acts, find_open_acts, guide
from domain.case.permission import find_moments, permit, refuse_role
from domain.case.rules.calendar import Calendar
from domain.case.rules.register_differences import RegisterDifference, find_differences
from domain.case.rules.second_request import refuse_second_request
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.directory import Directory
from domain.kernel import Actor, Event, Events, HsaId, Party, Refusal, Role, legal_day
from domain.ledgers import kind_of
from domain.refusals import NotParty, UnknownReference
from domain.versions.catalogue import Catalogue
from projections.case import CaseAfterAct, FoldedCase, fold_case, project_act
from projections.resources import ResourceKey, ResourceVersion
from service.acts.attempts import (
    ActRequest,
    AlreadyThere,
    Attempts,
    Change,
    NothingHappened,
    decide,
    refuse_other_version,
)
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.reads.clock import RecordClock
from service.reads.persons import Persons
from service.reads.queries import Queries
from service.record.event_store.application import EventStore
from service.record.event_store.committer import Completion, Save
from service.record.read_models import case_statements, worklist_statements

CASE = "case"
"""The key's type that means a whole case, in the place of a resource type."""


@dataclass(frozen=True, kw_only=True)
class CaseChange(Change):
    """Acts on a case.

    `answer` makes the answer from the case after the acts. It is stored with them: a repeated request gets the first
    answer. An answer may also raise, and then nothing is recorded. `seed` fixes the ids of what acts create that open a
    case, so that of several requests for the same thing one alone succeeds.
    """

    answer: Callable[[CaseAfterAct], bytes]
    seed: UUID | None = None


class CaseActs:
    """Performs acts on cases. Safe for many threads."""

    def __init__(
        self,
        *,
        store: EventStore,
        pool: ConnectionPool,
        attempts: Attempts,
        versions: LiveCatalogue,
        directories: Mapping[str, Directory],
        persons: Persons,
        queries: Queries,
        clock: RecordClock,
    ) -> None:
        self._store = store
        self._pool = pool
        self._attempts = attempts
        self._versions = versions
        self._directories = directories
        self._persons = persons
        self._queries = queries
        self._clock = clock

    def perform(self, request: ActRequest, change: Callable[[], CaseChange]) -> bytes:
        """Decide the acts, record their events with the projections, and return the answer, all or nothing.

        `change` is called for each attempt, so that it reads what then stands. Raises what it raises, and Refusal
        (which is noted), CaseUnknown, VersionMismatch, AlreadyThere, CommandReused, StoreUnavailable, TooBusy.
        """
        return self._attempts.carry(request, change, lambda asked: self._prepare(request, asked))

    def list_anew(self, case_id: UUID, agreement: Agreement | None) -> None:
        """List what waits in a case by an agreement version, or by none."""
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM stream_head FOR UPDATE")  # no act is recorded until the rows are replaced
            _, state = self._store.fold(case_id, _fold_unless_ledger)
            for statement, rows in worklist_statements(state.case, agreement) if state is not None else ():
                if isinstance(rows, list):
                    cursor.executemany(statement, rows)
                else:
                    cursor.execute(statement, rows)

    def read_cases(self, ids: Iterable[UUID]) -> list[Case]:
        """Return the cases as they stand, without ledgers and unknown ids. Raises HistoryUnreadable."""
        states = [self._store.fold(id, _fold_unless_ledger)[1] for id in ids]
        return [state.case for state in states if state is not None]

    def find_open_to(
        self, actor: Actor, state: FoldedCase, names: Sequence[ActName], **given: Any
    ) -> dict[ActName, Refusal | None]:
        """Find which of some acts on a case an actor can do now, and what each still lacks. Nothing is recorded.

        `given` is content that is known already.
        """
        return find_open_acts(state.case, self.make_attempt(actor, names[0], state), names, **given)

    def find_next_to(self, actor: Actor, state: FoldedCase, names: Sequence[ActName]) -> dict[ActName, Refusal | None]:
        """Find which of some acts on a case come next for an actor, and what each lacks. Nothing is recorded."""
        calendar = self._calendar(actor, Command(names[0], {}), state, self._versions.read_catalogue())
        return find_next_acts(state.case, self.make_attempt(actor, names[0], state), names, calendar)

    def refuse_opening(self, actor: Actor) -> None:
        """Refuse an actor who can open no case. Raises Refusal, which nobody notes."""
        permit(self.make_attempt(actor, ActName.RAISE_NEED, None), None)

    def make_attempt(self, actor: Actor, name: ActName, state: FoldedCase | None) -> Act:
        """Return an act as it would be now, without content."""
        now = self._clock.now()
        calendar = self._calendar(actor, Command(name, {}), state, self._versions.read_catalogue())
        act = Act(
            id=uuid4(),
            name=name,
            actor=actor,
            occurred_at=now,
            now=now,
            agreement=None,
            directory=self._directories[actor.county],
        )
        return calendar.date_act(act, now)

    def _prepare(self, request: ActRequest, change: CaseChange) -> Save:
        before: FoldedCase | None = None
        history: Sequence[Event] = ()
        current: dict[ResourceKey, ResourceVersion] = {}
        person_cases: list[UUID] = []
        if change.on is not None:
            before, history = self._load(request, change, change.on)
            current = {version.key: version for version in self._queries.of_case(change.on)}
        else:
            person_cases = self._store.find_cases_of_person(change.commands[0].content["patient_id"])
            if change.seed is not None and self._store.has_case(find_opened_case(change.seed)):
                raise AlreadyThere(find_opened_case(change.seed))
        refuse_other_version(change, _version(change, before, current))
        catalogue = self._versions.read_catalogue()
        now = request.clock or self._clock.now()
        case, events = self._decide(request, change, before, history, catalogue, now)
        if change.on is None:
            self._refuse_second_request(request, case, person_cases)
        notes = self._find_notes(request, before, case, catalogue, now)

        def finish(recorded: Sequence[Event]) -> Completion:
            after = project_act(before, current, recorded, catalogue).model_copy(update={"notes": notes})
            return Completion(answer=change.answer(after), statements=case_statements(after))

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
            person_cases=len(person_cases) if change.on is None else None,
        )

    def _load(self, request: ActRequest, change: CaseChange, case_id: UUID) -> tuple[FoldedCase, Sequence[Event]]:
        """Load the case and its events. A stranger's attempt is noted, and answered as if the case did not exist."""
        history, state = self._store.fold(case_id, _fold_unless_ledger)
        if state is None:
            raise CaseUnknown
        if request.actor.principal not in state.case.readers:
            self._attempts.note_refusal(request, change, NotParty())
            raise CaseUnknown
        return state, history

    def _decide(
        self,
        request: ActRequest,
        change: CaseChange,
        before: FoldedCase | None,
        history: Sequence[Event],
        catalogue: Catalogue,
        now: datetime,
    ) -> tuple[Case, Events]:
        """Decide the acts in order, each on the case that the ones before it leave. Their events have one cause."""
        state = before
        events: Events = ()
        for place, command in enumerate(change.commands):
            seed = request.command_id if change.seed is None else change.seed
            seed = seed if place == 0 else uuid5(seed, str(place))
            act = Act(
                id=seed,
                name=command.name,
                actor=request.actor,
                occurred_at=change.occurred_at or now,
                now=now,
                agreement=None,
                directory=self._directories[request.actor.county],
            )
            refuse_role(act)
            calendar = self._calendar(request.actor, command, state, catalogue)
            act = calendar.date_act(act, act.occurred_at, find_moments(command, act.occurred_at))
            case = state.case if state is not None else None
            try:
                decided = decide(
                    decide_on_case, case, act=act, calendar=calendar, history=(*history, *events), **command.content
                )
            except Refusal as refusal:
                if before is not None:
                    guide(refusal, before.case, act, calendar)
                raise
            state, events = fold_case(state, decided), (*events, *decided)
        if state is None:
            raise ValueError("a change has at least one act")
        if not events:
            raise NothingHappened
        return state.case, tuple(event.model_copy(update={"causation_id": request.command_id}) for event in events)

    def _refuse_second_request(self, request: ActRequest, case: Case, person_cases: Sequence[UUID]) -> None:
        """Refuse a case for a need that its author's principal has an open request for, among these of the person.

        A case that was opened after these were listed is found by the commit, and the act is then decided anew.
        """
        named = set(case.referral.despite).intersection(person_cases)
        known = {id for id in named if self._queries.may_read(request.actor, id)}
        others = self._queries.open_requests(request.actor, case.patient_id)
        refuse_second_request(case, [other for other in others if other.case_id in person_cases], known)

    def _find_notes(
        self, request: ActRequest, before: FoldedCase | None, after: Case, catalogue: Catalogue, now: datetime
    ) -> tuple[RegisterDifference, ...]:
        """Return the differences from the person register that the case has after the acts and had not before."""
        facts = self._persons.list_facts_to_tell(after.county, after.patient_id)
        if not facts or request.actor.role is Role.SYSTEM:
            return ()
        known, found = (
            [
                *find_differences(
                    case,
                    facts,
                    legal_day(now),
                    directory=self._directories[case.county],
                    agreement=catalogue.in_force(case.county, now, case.municipality),
                )
            ]
            if case is not None
            else []
            for case in (before.case if before is not None else None, after)
        )
        return tuple(each for each in found if each not in known)

    def _calendar(self, actor: Actor, command: Command, state: FoldedCase | None, catalogue: Catalogue) -> Calendar:
        """Return the calendar of the case that an act deals with."""
        patient_id = state.case.patient_id if state else command.content.get("patient_id")
        return Calendar(
            catalogue=catalogue,
            county=actor.county,
            municipality=_municipality(self._directories[actor.county], actor, command, state),
            born=self._find_birth_date(actor.county, patient_id),
        )

    def _find_birth_date(self, county: str, patient_id: UUID | None) -> date | None:
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
        return person.birth_date


def _municipality(directory: Directory, actor: Actor, command: Command, state: FoldedCase | None) -> HsaId | None:
    """Return the municipality that the act takes place with; None while nobody has named it.

    The decision refuses a municipality that the directory does not know.
    """
    known = state.case.municipality if state is not None else None
    returned = state is not None and state.case.referral.status is ReferralStatus.RETURNED
    if known is not None and not (returned and "receiver" in command.content):
        return known
    named = command.content.get("receiver") or command.content.get("municipality")
    if named is None and actor.party is Party.MUNICIPALITY:
        named = actor.principal
    return named if named is not None and directory.municipality(named) is not None else None


def _version(change: CaseChange, before: FoldedCase | None, current: Mapping[ResourceKey, ResourceVersion]) -> int:
    """Return the version of what the change was made for: the whole case, or one resource."""
    if change.if_match is None or change.if_match[0][0] == CASE:
        return before.case.version if before else 0
    resource = current.get(change.if_match[0])
    return resource.version if resource else 0


def _fold_unless_ledger(history: Sequence[Event]) -> FoldedCase | None:
    return fold_case(None, history) if history and kind_of(history[0]) is None else None


def find_opened_case(seed: UUID) -> UUID:
    """Return the id of the case that acts with this seed open."""
    return uuid5(seed, "case")


def describe_state(case: Case) -> dict[str, Any]:
    """Describe where a case stands: its version, its request, its enrolment, and each plan with the text that waits."""
    return {
        "case": str(case.id),
        "version": case.version,
        "referral": {"id": str(case.referral.id), "status": case.referral.status},
        "enrolment": {"id": str(case.enrolment.id), "status": case.enrolment.status} if case.enrolment else None,
        "plans": [
            {"id": str(plan.id), "kind": plan.kind, "status": plan.status, "text": plan.draft.name.model_dump()}
            for plan in case.plans.values()
        ],
    }


def answer(after: CaseAfterAct) -> bytes:
    """Render the answer to an act: the case, its version, its new events, the resources with new versions, and notes.

    A note is a difference from the person register that the act has brought.
    """
    said = describe_state(after.case) | {
        "events": [
            {"id": str(entry.event_id), "topic": entry.topic, "content": entry.content, "clauses": entry.clauses}
            for entry in after.new_entries
        ],
        "resources": [
            f"{version.resource_type}/{version.resource_id}/_history/{version.version}"
            for version in after.new_versions
            if version.resource_type != "Provenance"
        ],
        "notes": [note.model_dump(mode="json") for note in after.notes],
    }
    return orjson.dumps(said)
