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
    risks_at: dict[Slug, Instant] = {}
    """The time of the latest assessment of each risk. An earlier one that is recorded later changes nothing."""
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
    delegations: dict[Slug, dict[HsaId, Instant]] = {}
    """The staff to whom each intervention is assigned or delegated, with the time from which it is."""
    entrusted: dict[HsaId, HsaId] = {}
    """Staff to whom any task is assigned or delegated, with the principal that they work for (INF-2-6)."""
    performed: int = 0
    where_to_turn: Text | None = None
    """The latest words to the individual. Earlier ones that are recorded later change nothing."""
    informed_at: Instant | None = None
    discharge_declared_by: Party | None = None
    discharge_reason: Text | None = None
    new_care_form: bool = False
    information_transferred_by: tuple[Party, ...] = ()
    ended_at: Instant | None = None
    """The time at which it ended. Death or a move ends it no later than that day, but never before it was started."""

    def without_handovers(self) -> "Enrolment":
        """Return the enrolment without handovers that wait, because the parties have decided anew."""
        return self.model_copy(update={"handed_over": {}, "handed_over_at": {}})

    def _after_preparation(self, event: EnrolmentEvent, **changes: object) -> "Enrolment":
        """Return the enrolment after a step that prepares the home. The start is not dated before it."""
        at = max(event.occurred_at, self.prepared_at or event.occurred_at)
        return self.after(event, **changes, prepared_at=at)


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
            latest = {risk.key: risk for risk in event.risks if at >= enrolment.risks_at.get(risk.key, at)}
            risks = {risk.key: risk for risk in enrolment.risks} | latest
            times = enrolment.risks_at | dict.fromkeys(latest, at)
            return enrolment._after_preparation(event, risks=tuple(risks.values()), risks_at=times)
        case ReadinessConfirmed():
            if at < enrolment.gaps.get(event.aspect, at):
                return enrolment._after_preparation(event)
            confirmed = enrolment.ready.get(event.aspect, {})
            latest_at = max(at, confirmed.get(event.actor.party, at))
            ready = {event.aspect: confirmed | {event.actor.party: latest_at}}
            return enrolment._after_preparation(event, ready=enrolment.ready | ready)
        case ReadinessActionOpened():
            since = {party: then for party, then in enrolment.ready.get(event.aspect, {}).items() if then > at}
            gap = max(at, enrolment.gaps.get(event.aspect, at))
            ready = {aspect: parties for aspect, parties in enrolment.ready.items() if aspect is not event.aspect}
            ready |= {event.aspect: since} if since else {}
            return enrolment._after_preparation(event, ready=ready, gaps=enrolment.gaps | {event.aspect: gap})
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
            if enrolment.informed_at is not None and at < enrolment.informed_at:
                return enrolment.after(event)
            return enrolment.after(event, where_to_turn=event.where_to_turn, informed_at=at)
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
