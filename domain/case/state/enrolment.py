"""An enrolment, folded from its events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import assert_never
from uuid import UUID

from pydantic import Field

from domain.case.events.enrolment import (
    Aspect,
    DelegationWithdrawn,
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    EnrolmentCommitted,
    EnrolmentEndedByDeath,
    EnrolmentEndedByMove,
    EnrolmentEvent,
    EnrolmentGround,
    EnrolmentProposed,
    EnrolmentRefused,
    EnrolmentStarted,
    EnrolmentWithdrawn,
    HandoverAccepted,
    HospitalStayAcknowledged,
    HospitalStayEnded,
    HospitalStayStarted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    Risk,
    RiskAssessmentRecorded,
    StayNews,
    TaskAssigned,
    TaskDelegated,
    TaskForm,
)
from domain.kernel import Aggregate, HistoryBroken, HsaId, Instant, Party, Slug, Text, Value, legal_midnight


class EnrolmentStatus(StrEnum):
    """The status of an enrolment (catalogue C.3)."""

    PROPOSED = "proposed"
    COMMITTED_BY_ONE = "committed-by-one"
    COMMITTED = "committed"
    ACTIVE = "active"
    DISCHARGE_PENDING = "discharge-pending"
    DISCHARGED = "discharged"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED_BY_DEATH = "ended-by-death"
    ENDED_BY_MOVE = "ended-by-move"

    @property
    def is_ended(self) -> bool:
        """True if the enrolment has ended, so that only late facts can follow (F21)."""
        return self in {
            EnrolmentStatus.DISCHARGED,
            EnrolmentStatus.REFUSED,
            EnrolmentStatus.WITHDRAWN,
            EnrolmentStatus.ENDED_BY_DEATH,
            EnrolmentStatus.ENDED_BY_MOVE,
        }


class ReadinessWord(Value):
    """A word on competence or equipment in the home."""

    at: Instant
    aspect: Aspect
    confirmed_by: Party | None
    """The party that confirmed it. None: it was found lacking."""


class RiskWord(Value):
    """An assessment of one risk."""

    at: Instant
    risk: Risk


class DelegationWord(Value):
    """A word on who may perform a task: until a last day, or no longer."""

    at: Instant
    intervention: Slug
    performer: HsaId
    by: HsaId
    principal: HsaId
    """The principal that both persons work for."""
    form: TaskForm | None
    """The form in which the task was given. None: it was withdrawn."""
    last_day: date | None = None
    """The last day. None: until the enrolment ends."""


class Delegation(Value):
    """A time in which a person may perform a task that is delegated or assigned to them."""

    intervention: Slug
    performer: HsaId
    by: HsaId
    principal: HsaId
    form: TaskForm
    since: Instant
    last_day: date | None
    ends: Instant | None
    """The first moment after the last day, or of a newer word. None: it ends with the enrolment."""


class HospitalStay(Value):
    """A stay in hospital during the enrolment. The care at home rests meanwhile."""

    started_at: Instant
    ended_at: Instant | None = None
    """The time at which the person came home, or at which the enrolment ended. None while the stay goes on."""
    ward: HsaId | None
    expected_end: date | None
    """The day on which the person is expected home, as far as it was known at the admission."""


class Enrolment(Aggregate):
    """An enrolment. `since` is the time at which it got its present status."""

    patient_id: UUID
    municipality: HsaId
    ground: EnrolmentGround | None
    """None if the agreement does not say which municipality enrols the person."""
    status: EnrolmentStatus
    proposed_at: Instant
    since: Instant
    committed_by: tuple[Party, ...] = ()
    risks: tuple[Risk, ...] = ()
    """The latest assessment of each risk. An earlier one that is recorded later replaces none."""
    risks_at: dict[Slug, Instant] = {}
    """The time of the latest assessment of each risk."""
    risk_words: tuple[RiskWord, ...] = ()
    """Every assessment of a risk, in order of time."""
    readiness_words: tuple[ReadinessWord, ...] = ()
    """Every word on competence and equipment, in order of time."""
    ready: dict[Aspect, dict[Party, Instant]] = {}
    """The aspects that have been confirmed since their latest gap, with the time at which each party confirmed."""
    gaps: dict[Aspect, Instant] = {}
    """The readiness actions, with the time of the latest gap. Who is to perform closes it by confirming."""
    prepared_at: Instant | None = None
    """The latest time at which risks, competence or equipment were recorded."""
    started_at: Instant | None = None
    handed_over: dict[Slug, Party] = {}
    """Interventions that are handed over and not yet accepted, with the party that gives them."""
    handed_over_at: dict[Slug, Instant] = {}
    delegation_words: tuple[DelegationWord, ...] = ()
    """Every word on who is delegated or assigned a task (INF-2-6), in order of time."""
    performed: int = 0
    where_to_turn: Text | None = None
    """The latest words to the individual. Earlier ones that are recorded later change nothing."""
    informed_at: Instant | None = None
    discharge_declared_by: Party | None = None
    discharge_reason: Text | None = None
    discharge_contested_by: Party | None = Field(default=None, exclude_if=lambda party: party is None)
    """The party that contested the latest declaration of a discharge. Left out: nobody has, or it has been answered."""
    discharge_contested_at: Instant | None = Field(default=None, exclude_if=lambda at: at is None)
    new_care_form: bool = False
    information_transferred_by: tuple[Party, ...] = ()
    stays: tuple[HospitalStay, ...] = ()
    """The stays in hospital, in order of time. Only the last can go on. An end of the enrolment ends it."""
    unseen: dict[Party, dict[StayNews, Instant]] = {}
    """By the party that recorded it, the news about stays that the other party has not acknowledged.

    The time is the one that the news is about. Of one party's news of an admission and of a homecoming the latest
    waits. A correction waits beside it, and no party's news takes the place of the other's.
    """
    ended_at: Instant | None = None
    """The time at which it ended. Death or a move ends it no later than that day, but never before it was started."""

    @property
    def stay(self) -> HospitalStay | None:
        """The stay in hospital that goes on. None while the person is at home."""
        last = self.stays[-1] if self.stays else None
        return last if last is not None and last.ended_at is None else None

    def was_in_hospital(self, at: Instant) -> bool:
        """Return True if the person was in hospital at a moment."""
        return any(stay.started_at <= at and (stay.ended_at is None or stay.ended_at > at) for stay in self.stays)

    @property
    def delegations(self) -> tuple[Delegation, ...]:
        """The delegations and assignments of tasks, in order of time, also those that have ended."""
        tasks: dict[tuple[Slug, HsaId], list[DelegationWord]] = {}
        for word in self.delegation_words:
            tasks.setdefault((word.intervention, word.performer), []).append(word)
        found = (delegation for words in tasks.values() for delegation in _find_delegations(words))
        return tuple(sorted(found, key=attrgetter("since")))

    def find_delegation(self, intervention: Slug, performer: HsaId, at: Instant) -> Delegation | None:
        """Return the delegation or assignment of a task to a person that holds at a moment."""
        of_task = (one for one in self.delegations if (one.intervention, one.performer) == (intervention, performer))
        return next((one for one in of_task if one.since <= at and (one.ends is None or at < one.ends)), None)

    def as_prepared(self, moment: Instant) -> "Enrolment":
        """Return the enrolment with the readiness and the risks of a moment, whenever they were recorded."""
        words = (word for word in self.readiness_words if word.at <= moment)
        risks = (word for word in self.risk_words if word.at <= moment)
        return self.model_copy(update=_weigh(words) | _latest_risks(risks))

    def without_handovers(self, before: Instant) -> "Enrolment":
        """Return the enrolment without the handovers that waited when the parties decided anew. Later ones stand."""
        later = {key: at for key, at in self.handed_over_at.items() if at > before}
        waiting = {key: giver for key, giver in self.handed_over.items() if key in later}
        return self.model_copy(update={"handed_over": waiting, "handed_over_at": later})

    def with_news(self, news: StayNews, by: Party, at: Instant) -> "Enrolment":
        """Return the enrolment with news about a stay, which the other party acknowledges while the enrolment runs."""
        if self.ended_at is not None:
            return self
        waits = self.unseen.get(by, {})
        if news is not StayNews.CORRECTION:
            waits = {each: when for each, when in waits.items() if each is StayNews.CORRECTION or when > at}
        return self._with_unseen(by, waits | {news: max(at, waits.get(news, at))})

    def without_news(self, news: StayNews, by: Party) -> "Enrolment":
        """Return the enrolment when the other party has seen the news."""
        waits = self.unseen.get(by, {})
        return self._with_unseen(by, {each: when for each, when in waits.items() if each is not news})

    def _after_homecoming(self, event: HospitalStayEnded) -> "Enrolment":
        """Return the enrolment after the end of a stay. Whoever records it has seen the admission."""
        at = event.occurred_at
        stay = next((each for each in self.stays if each.ended_at is None and each.started_at <= at), None)
        if stay is None:  # its admission was corrected
            return self.after(event)
        stays = (each if each is not stay else each.model_copy(update={"ended_at": at}) for each in self.stays)
        after = self.after(event, stays=tuple(stays))
        if self.unseen.get(event.party.other, {}).get(StayNews.ADMISSION) == stay.started_at:
            after = after.without_news(StayNews.ADMISSION, event.party.other)
        return after.with_news(StayNews.HOMECOMING, event.party, at)

    def _with_unseen(self, by: Party, waits: dict[StayNews, Instant]) -> "Enrolment":
        others = {party: news for party, news in self.unseen.items() if party is not by}
        return self.model_copy(update={"unseen": others | ({by: waits} if waits else {})})

    def _after_end(self, event: EnrolmentEvent, status: EnrolmentStatus, ended_at: Instant) -> "Enrolment":
        """Return the enrolment after its end, which ends a stay in hospital too. A later stay was outside it."""
        within = (stay for stay in self.stays if stay.started_at < ended_at)
        stays = tuple(stay.model_copy(update={"ended_at": min(stay.ended_at or ended_at, ended_at)}) for stay in within)
        return self.after(event, status=status, since=event.occurred_at, ended_at=ended_at, stays=stays, unseen={})

    def _after_preparation(self, event: EnrolmentEvent, **changes: object) -> "Enrolment":
        """Return the enrolment after a step that prepares the home. The start is not dated before it."""
        at = max(event.occurred_at, self.prepared_at or event.occurred_at)
        return self.after(event, **changes, prepared_at=at)

    def _after_word(self, event: EnrolmentEvent, word: ReadinessWord) -> "Enrolment":
        words = tuple(sorted((*self.readiness_words, word), key=attrgetter("at")))
        return self._after_preparation(event, readiness_words=words, **_weigh(words))


def _weigh(words: Iterable[ReadinessWord]) -> dict[str, object]:
    """Return what the words leave ready and what they found lacking; a word about a moment outweighs earlier ones."""
    ready: dict[Aspect, dict[Party, Instant]] = {}
    gaps: dict[Aspect, Instant] = {}
    for word in words:
        if word.confirmed_by is None:
            ready.pop(word.aspect, None)
            gaps[word.aspect] = word.at
        else:
            ready[word.aspect] = ready.get(word.aspect, {}) | {word.confirmed_by: word.at}
    return {"ready": ready, "gaps": gaps}


def _find_delegations(words: Sequence[DelegationWord]) -> Iterator[Delegation]:
    """Yield the delegations of one task to one person. A word outweighs those before it."""
    for word, newer in zip(words, (*words[1:], None), strict=True):
        after = None if word.last_day is None else legal_midnight(word.last_day + timedelta(days=1))
        ends = min((at for at in (after, newer.at if newer else None) if at is not None), default=None)
        if word.form is not None and (ends is None or word.at < ends):
            content = word.model_dump(exclude={"at", "form"})
            yield Delegation(**content, form=word.form, since=word.at, ends=ends)


def _latest_risks(words: Iterable[RiskWord]) -> dict[str, object]:
    latest = {word.risk.key: word for word in words}
    return {
        "risks": tuple(word.risk for word in latest.values()),
        "risks_at": {key: word.at for key, word in latest.items()},
    }


def evolve(enrolment: Enrolment | None, event: EnrolmentEvent) -> Enrolment:
    """Return the enrolment after the event."""
    if isinstance(event, EnrolmentProposed):
        return Enrolment(
            id=event.originator_id,
            version=event.originator_version,
            patient_id=event.patient_id,
            municipality=event.municipality,
            ground=event.ground,
            status=EnrolmentStatus.PROPOSED,
            proposed_at=event.occurred_at,
            since=event.occurred_at,
        )
    if enrolment is None:
        raise HistoryBroken(event)
    at = event.occurred_at
    match event:
        case EnrolmentRefused():
            return enrolment._after_end(event, EnrolmentStatus.REFUSED, at)
        case EnrolmentWithdrawn():
            return enrolment._after_end(event, EnrolmentStatus.WITHDRAWN, at)
        case EnrolmentCommitted():
            committed = (*enrolment.committed_by, event.party)
            return enrolment.after(
                event,
                committed_by=committed,
                status=EnrolmentStatus.COMMITTED if len(committed) == len(Party) else EnrolmentStatus.COMMITTED_BY_ONE,
                since=at,
            )
        case RiskAssessmentRecorded():
            told = (*enrolment.risk_words, *(RiskWord(at=at, risk=risk) for risk in event.risks))
            risks = tuple(sorted(told, key=attrgetter("at")))
            return enrolment._after_preparation(event, risk_words=risks, **_latest_risks(risks))
        case ReadinessConfirmed():
            return enrolment._after_word(
                event, ReadinessWord(at=at, aspect=event.aspect, confirmed_by=event.actor.party)
            )
        case ReadinessActionOpened():
            return enrolment._after_word(event, ReadinessWord(at=at, aspect=event.aspect, confirmed_by=None))
        case EnrolmentStarted():
            return enrolment.after(event, status=EnrolmentStatus.ACTIVE, since=at, started_at=at)
        case InterventionHandedOver():
            return enrolment.after(
                event,
                handed_over=enrolment.handed_over | {event.intervention: event.party},
                handed_over_at=enrolment.handed_over_at | {event.intervention: at},
            )
        case HandoverAccepted():
            waiting = {key: giver for key, giver in enrolment.handed_over.items() if key != event.intervention}
            return enrolment.after(event, handed_over=waiting)
        case TaskAssigned() | TaskDelegated() | DelegationWithdrawn():
            words = (*enrolment.delegation_words, _read_delegation_word(event))
            return enrolment.after(event, delegation_words=tuple(sorted(words, key=attrgetter("at"))))
        case InterventionPerformed():
            return enrolment.after(event, performed=enrolment.performed + 1)
        case IndividualInformed():
            if enrolment.informed_at is not None and at < enrolment.informed_at:
                return enrolment.after(event)
            return enrolment.after(event, where_to_turn=event.where_to_turn, informed_at=at)
        case HospitalStayStarted():
            stay = HospitalStay(started_at=at, ward=event.ward, expected_end=event.expected_end)
            stays = sorted((*enrolment.stays, stay), key=attrgetter("started_at"))
            return enrolment.after(event, stays=tuple(stays)).with_news(StayNews.ADMISSION, event.party, at)
        case HospitalStayEnded():
            return enrolment._after_homecoming(event)
        case HospitalStayAcknowledged():
            return enrolment.after(event).without_news(event.news, event.party.other)
        case DischargeDeclared():
            return enrolment.after(
                event,
                status=EnrolmentStatus.DISCHARGE_PENDING,
                since=at,
                discharge_declared_by=event.party,
                discharge_reason=event.reason,
                discharge_contested_by=None,
                discharge_contested_at=None,
                new_care_form=event.new_care_form,
            )
        case DischargeContested():
            return enrolment.after(
                event,
                status=EnrolmentStatus.ACTIVE,
                since=at,
                discharge_declared_by=None,
                discharge_reason=None,
                discharge_contested_by=event.party,
                discharge_contested_at=at,
                new_care_form=False,
            )
        case Discharged():
            ended = enrolment._after_end(event, EnrolmentStatus.DISCHARGED, at)
            return ended.model_copy(update={"new_care_form": event.new_care_form})
        case DischargeInformationTransferred():
            parties = (*enrolment.information_transferred_by, event.party)
            return enrolment.after(event, information_transferred_by=parties)
        case EnrolmentEndedByDeath():
            ended_at = _end_of_day(enrolment, at, event.deceased_on)
            return enrolment._after_end(event, EnrolmentStatus.ENDED_BY_DEATH, ended_at)
        case EnrolmentEndedByMove():
            ended_at = _end_of_day(enrolment, at, event.moved_on)
            return enrolment._after_end(event, EnrolmentStatus.ENDED_BY_MOVE, ended_at)
        case _:
            assert_never(event)


def _read_delegation_word(event: TaskAssigned | TaskDelegated | DelegationWithdrawn) -> DelegationWord:
    form = {TaskAssigned: TaskForm.ASSIGNMENT, TaskDelegated: TaskForm.DELEGATION}.get(type(event))
    return DelegationWord(
        at=event.occurred_at,
        intervention=event.intervention,
        performer=event.performer,
        by=event.actor.person,
        principal=event.actor.principal,
        form=form,
        last_day=None if isinstance(event, DelegationWithdrawn) else event.last_day,
    )


def _end_of_day(enrolment: Enrolment, at: Instant, day: date) -> Instant:
    """Return the end: the end of the day at the latest, but never before the enrolment was started or proposed."""
    day_ended = legal_midnight(day + timedelta(days=1))
    return max(min(at, day_ended), enrolment.started_at or enrolment.proposed_at)
