"""The sweep of responsibility: each answer is the matrix's by the facts then on record, or names what keeps it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import reduce

from domain.case.events.referral import NeedRaised
from domain.case.state.case import evolve
from domain.kernel import Event
from service.reads.replay import Mode, select_events
from tests.live import Caller
from tests.world.sweeps.oracle import UNINFORMED, Holders, Record
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally, recorded_at

SPANS = (timedelta(0), timedelta(hours=36), timedelta(days=40), timedelta(days=300))
"""The times after an act at which the answer is looked at, since time alone can change it."""
MOMENTS = 4
"""The number of moments at which a case is looked at in a sample."""
_PROMPTLY = timedelta(hours=1)
"""The time that the record has to enter what time alone changes. It looks at each midnight."""
_GROUNDS = ("disagreement", "resolution", "self-care", "plan")
"""The keepers on which an answer can stand that happens to be the matrix's as well."""


def sweep_responsibility(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Ask an oracle who is responsible at a case's moments, and at those at which time alone changes a fact."""
    history = _History(scene, case)
    last = scene.last_moment()
    for at in scene.some(list(_moments(history.events, last)), MOMENTS):
        record = history.read(at)
        _compare(record, case, tally)
        _compare_ends(record, history.events, case, tally)
        tally.moments += 1
    occurred = sorted({event.occurred_at for event in history.events})
    for at in scene.some(occurred, MOMENTS):
        _compare(history.read(at, Mode.AS_KNOWN_NOW), case, tally)
        tally.moments += 1
    for turn in history.read(last).turns(last - _PROMPTLY):
        record = history.read(turn + _PROMPTLY)
        _compare(record, case, tally)
        tally.moments += 1
        days = [record.day_after(plan) for plan in record.plans]
        lapsed = record.is_ended or all(day is None or day > record.day for day in days)
        tally.check(case, "a plan lapses on its day", lapsed, turn, days)


def _moments(events: Sequence[Event], last: datetime) -> Iterator[datetime]:
    """Yield the moment of each record, and moments some time after it that have come."""
    for recorded in sorted({recorded_at(event) for event in events}):
        yield from (recorded + span for span in SPANS if recorded + span <= last)


class _History:
    """The history of a case, from which its record at each moment is read. The answers are those over HTTP."""

    def __init__(self, scene: Scene, case: SweptCase) -> None:
        self.events = scene.services.store.load_case(case.case_id)
        self._catalogue = scene.services.catalogue
        self._path = f"/api/cases/{case.case_id}"
        self._caller: Caller = next(scene.party_callers(case))
        self._entries: list[Json] = self._caller.get(f"{self._path}/timeline").json()
        opened = next(iter(self.events))
        assert isinstance(opened, NeedRaised)
        person = scene.services.persons.get(case.county, opened.patient_id)
        self._born: date | None = person.birth_date if person is not None else None

    def read(self, at: datetime, mode: Mode = Mode.AS_KNOWN_AT) -> Record:
        """Read the facts that the case had on record at a moment, or has now about it, and the answers about it."""
        known = reduce(evolve, select_events(self.events, mode, at), None)
        assert known is not None
        asked = {"at": at.isoformat(), "mode": mode.value}
        answered = self._caller.get(f"{self._path}/responsibility", params=asked).json()
        told = "recorded_at" if mode is Mode.AS_KNOWN_AT else "occurred_at"
        return Record(
            case=known.model_dump(mode="json"),
            entries=[each for each in self._entries if datetime.fromisoformat(each[told]) <= at],
            responsible=answered["responsible"],
            born=self._born,
            catalogue=self._catalogue,
            at=at,
        )


def _compare(record: Record, case: SweptCase, tally: Tally) -> None:
    """Compare the answers with the oracle's. In a case that has ended nothing follows."""
    if record.is_ended:
        return
    verdicts = {each["criterion"]: each["met"] for each in record.case["referral"]["verdicts"]}
    tally.equal(case, "each criterion is met as the facts on record say", verdicts, record.verdicts, record.at)
    held = {each["intervention"]: each for each in record.responsible}
    tally.equal(case, "each intervention has an answer", set(held), set(record.case["named"]), record.at)
    for key, answer in held.items():
        wanted, names = record.answer(key), Holders(answer["treatment"], answer["performer"], answer["guardian"]).names
        details = (record.at, key, names, wanted)
        _check_employer(answer, case, tally)
        _check_informed(record, answer, case, tally)
        if answer["kept_by"] is None:
            tally.check(case, "an answer that nothing keeps is the matrix's", names == wanted.names, *details)
            tally.equal(
                case, "the matrix's employer", answer["employer"], wanted.employer or wanted.performer, *details
            )
            ref = str(record.agreement.ref) if record.agreement is not None else None
            stands = answer["agreement"] == ref and set(wanted.clauses) <= set(answer["clauses"])
            stands = stands or any(_has_keeper(record, key, answer | {"kept_by": each}, wanted) for each in _GROUNDS)
            tally.check(case, "an answer stands on the version in force, or on a keeper", stands, *details, ref, answer)
        else:
            tally.check(case, "an answer that is kept is not the matrix's", names != wanted.names, *details)
            is_so = _has_keeper(record, key, answer, wanted)
            tally.check(case, "what keeps an answer is on record", is_so, answer["kept_by"], *details)


def _check_employer(answer: Json, case: SweptCase, tally: Tally) -> None:
    """Check that the answer's own clauses name its employer, or else that it is the one that performs (SKR-7-2)."""
    by_rule = (answer["performer"], ["SKR-7-2"] if answer["performer"] else [])
    said = (answer["employer"], answer["employer_clauses"])
    is_named = bool(answer["employer"] and answer["clauses"]) and answer["employer_clauses"] == answer["clauses"]
    tally.check(case, "the employer has a ground", is_named or said == by_rule, answer)


def _check_informed(record: Record, answer: Json, case: SweptCase, tally: Tally) -> None:
    """Check that an answer names no municipality that cannot read the case."""
    named = {answer.get(holder) for holder in ("treatment", "performer", "employer", "medical")} - {None}
    readers = {record.case["region"]} | ({record.case["municipality"]} if record.is_known_to_municipality else set())
    tally.check(case, "who is named can read the case", named <= readers, record.at, answer)


def _compare_ends(record: Record, events: Sequence[Event], case: SweptCase, tally: Tally) -> None:
    """Check that an answer as known at a moment ends only at a change that had been recorded by then."""
    known = [event for event in events if recorded_at(event) <= record.at]
    changes = {(each.intervention, each.effective_from) for event in known for each in event.allocations}
    ends = [(each["intervention"], each["valid_to"]) for each in record.responsible if each["valid_to"] is not None]
    later = [(key, end) for key, end in ends if (key, datetime.fromisoformat(end)) not in changes]
    tally.check(case, "an answer tells nothing that was recorded later", not later, record.at, later)


def _has_keeper(record: Record, key: str, answer: Json, wanted: Holders) -> bool:
    """Return True if what an answer names as its keeper is on record."""
    match answer["kept_by"]:
        case "disagreement":
            ended = ("disagreement.resolved", "disagreement.withdrawn")
            over = {each["dispute_id"] for topic in ended for each in record.contents(topic)}
            return any(each["dispute_id"] not in over for each in record.contents("disagreement.raised"))
        case "resolution":
            parties = {each["resolution"]["performer"] for each in record.contents("disagreement.resolved")}
            later = datetime.fromisoformat(record.case["allocations"][key]["effective_from"]) > record.at
            return later or answer["performer"] in {record.case[party] for party in parties - {None}}
        case "self-care":
            assessed = [each for each in record.contents("self-care.assessed") if each["intervention"] == key]
            return bool(assessed) and assessed[-1]["is_self_care"]
        case "plan":
            planned = record.planned(key)
            return planned is not None and planned["performer"] == "region" == _party(record, answer["performer"])
        case "not-taken-over":
            return _awaits_takeover(record, key, answer) or _holds_against_law(record, answer, wanted)
        case "not-sent":
            return UNINFORMED in wanted
        case "not-regulated":
            return wanted.performer is None and not wanted.guardian
    return False


def _awaits_takeover(record: Record, key: str, answer: Json) -> bool:
    """Return True if the answer is the one for a person who is not enrolled, and no handover has been accepted."""
    accepted = {each["intervention"] for each in record.contents("enrolment.handover-accepted")}
    before = record.answer(key, enrolled=False)
    agreement = record.agreement
    waits = agreement is not None and "accepted-handover" in agreement.guards
    if waits and before.treatment == record.case["region"] and before.performer is not None:
        before = before._replace(performer=before.treatment)
    names = (answer["treatment"], answer["performer"], answer["guardian"])
    is_silent = before.performer is None and not before.guardian
    return key not in accepted and (names == before.names or is_silent)


def _holds_against_law(record: Record, answer: Json, wanted: Holders) -> bool:
    """Return True if the region still has, in an enrolment, what the law gives the municipality."""
    given = wanted.is_law and wanted.performer == record.case["municipality"]
    return given and record.is_enrolled and record.case["region"] in (answer["treatment"], answer["performer"])


def _party(record: Record, principal: str | None) -> str | None:
    return next((party for party in ("region", "municipality") if record.case[party] == principal), None)
