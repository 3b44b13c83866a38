"""An enrolment, folded from its events."""

from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.case.events.enrolment import (
    Aspect,
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
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    Risk,
    RiskAssessmentRecorded,
    TaskAssigned,
    TaskDelegated,
)
from domain.kernel import Aggregate, HistoryBroken, HsaId, Instant, Party, Slug, Text, legal_midnight


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


class Enrolment(Aggregate):
    """An enrolment. `since` is the time at which it got its present status."""

    patient_id: UUID
    municipality: HsaId
    ground: EnrolmentGround
    status: EnrolmentStatus
    proposed_at: Instant
    since: Instant
    committed_by: tuple[Party, ...] = ()
    risks: tuple[Risk, ...] = ()
    ready: dict[Aspect, tuple[Party, ...]] = {}
    """The aspects that have been confirmed, with the parties whose staff have confirmed them."""
    gaps: dict[Aspect, Instant] = {}
    """The readiness actions, with the time at which each gap was found. Who is to perform closes it by confirming."""
    prepared_at: Instant | None = None
    """The latest time at which risks, competence or equipment were recorded."""
    started_at: Instant | None = None
    handed_over: dict[Slug, Party] = {}
    """Interventions that are handed over and not yet accepted, with the party that gives them."""
    handed_over_at: dict[Slug, Instant] = {}
    delegations: dict[Slug, dict[HsaId, Instant]] = {}
    """The staff to whom each intervention is assigned or delegated, with the time from which it is."""
    entrusted: dict[HsaId, HsaId] = {}
    """Staff to whom any task is assigned or delegated, with the principal that they work for (INF-2-6)."""
    performed: int = 0
    where_to_turn: Text | None = None
    discharge_declared_by: Party | None = None
    discharge_reason: Text | None = None
    new_care_form: bool = False
    information_transferred_by: tuple[Party, ...] = ()
    ended_at: Instant | None = None
    """The time at which it ended. Death or a move ends it no later than that day, but never before it was started."""

    def without_handovers(self) -> "Enrolment":
        """Return the enrolment without handovers that wait, because the parties have decided anew."""
        return self.model_copy(update={"handed_over": {}, "handed_over_at": {}})


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
            return enrolment.after(event, status=EnrolmentStatus.REFUSED, since=at, ended_at=at)
        case EnrolmentWithdrawn():
            return enrolment.after(event, status=EnrolmentStatus.WITHDRAWN, since=at, ended_at=at)
        case EnrolmentCommitted():
            committed = (*enrolment.committed_by, event.party)
            return enrolment.after(
                event,
                committed_by=committed,
                status=EnrolmentStatus.COMMITTED if len(committed) == len(Party) else EnrolmentStatus.COMMITTED_BY_ONE,
                since=at,
            )
        case RiskAssessmentRecorded():
            risks = {risk.key: risk for risk in (*enrolment.risks, *event.risks)}
            return enrolment.after(event, risks=tuple(risks.values()), prepared_at=_latest_preparation(enrolment, at))
        case ReadinessConfirmed():
            confirmed = dict.fromkeys((*enrolment.ready.get(event.aspect, ()), event.actor.party))
            ready = enrolment.ready | {event.aspect: tuple(confirmed)}
            return enrolment.after(event, ready=ready, prepared_at=_latest_preparation(enrolment, at))
        case ReadinessActionOpened():
            ready = {aspect: parties for aspect, parties in enrolment.ready.items() if aspect is not event.aspect}
            gaps = enrolment.gaps | {event.aspect: at}
            return enrolment.after(event, ready=ready, gaps=gaps, prepared_at=_latest_preparation(enrolment, at))
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
        case TaskAssigned() | TaskDelegated():
            held = enrolment.delegations.get(event.intervention, {})
            performers = held | {event.performer: min(at, held.get(event.performer, at))}
            return enrolment.after(
                event,
                delegations=enrolment.delegations | {event.intervention: performers},
                entrusted=enrolment.entrusted | {event.performer: event.actor.principal},
            )
        case InterventionPerformed():
            return enrolment.after(event, performed=enrolment.performed + 1)
        case IndividualInformed():
            return enrolment.after(event, where_to_turn=event.where_to_turn)
        case DischargeDeclared():
            return enrolment.after(
                event,
                status=EnrolmentStatus.DISCHARGE_PENDING,
                since=at,
                discharge_declared_by=event.party,
                discharge_reason=event.reason,
                new_care_form=event.new_care_form,
            )
        case DischargeContested():
            return enrolment.after(
                event,
                status=EnrolmentStatus.ACTIVE,
                since=at,
                discharge_declared_by=None,
                discharge_reason=None,
                new_care_form=False,
            )
        case Discharged():
            return enrolment.after(
                event,
                status=EnrolmentStatus.DISCHARGED,
                since=at,
                ended_at=at,
                new_care_form=event.new_care_form,
            )
        case DischargeInformationTransferred():
            parties = (*enrolment.information_transferred_by, event.party)
            return enrolment.after(event, information_transferred_by=parties)
        case EnrolmentEndedByDeath():
            return enrolment.after(
                event,
                status=EnrolmentStatus.ENDED_BY_DEATH,
                since=at,
                ended_at=_end_of_day(enrolment, at, event.deceased_on),
            )
        case EnrolmentEndedByMove():
            return enrolment.after(
                event,
                status=EnrolmentStatus.ENDED_BY_MOVE,
                since=at,
                ended_at=_end_of_day(enrolment, at, event.moved_on),
            )
        case _:
            assert_never(event)


def _end_of_day(enrolment: Enrolment, at: Instant, day: date) -> Instant:
    """Return the end: the end of the day at the latest, but never before the enrolment was started or proposed."""
    day_ended = legal_midnight(day + timedelta(days=1))
    return max(min(at, day_ended), enrolment.started_at or enrolment.proposed_at)


def _latest_preparation(enrolment: Enrolment, at: Instant) -> Instant:
    return max(at, enrolment.prepared_at or at)
