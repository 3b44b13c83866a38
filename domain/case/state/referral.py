"""A referral, folded from its events."""

from collections.abc import Iterable
from enum import StrEnum
from operator import attrgetter
from typing import assert_never
from uuid import UUID

from domain.case.events.referral import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CancellationAccepted,
    CancellationReason,
    CancellationRefused,
    CancellationRequested,
    CareLevelEstablished,
    CareLevelReassessed,
    CareRequest,
    CriteriaAnswered,
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DeclineDeclared,
    DepartureGranted,
    DischargePlanningOpened,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    NeedSource,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralEvent,
    ReferralRedirected,
    ReferralReturned,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    RehabAssessmentStarted,
    SpecialisedHandoverProposed,
)
from domain.intervention import CareLevel, Intervention
from domain.kernel import Aggregate, CaseIds, Event, HistoryBroken, HsaId, Instant, Party, Slug, Text, Value, Verdict


class ReferralStatus(StrEnum):
    """The status of a referral (catalogue C.1)."""

    NEED_RAISED = "need-raised"
    RETURNED = "returned"
    """Sent to the wrong receiver, and returned. It is with its sender, who can send it anew."""
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IN_CONTACT = "in-contact"
    ASSESSING = "assessing"
    LEVEL_ESTABLISHED = "level-established"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


UNDECIDED = (
    ReferralStatus.NEED_RAISED,
    ReferralStatus.RETURNED,
    ReferralStatus.SENT,
    ReferralStatus.ACKNOWLEDGED,
    ReferralStatus.IN_CONTACT,
    ReferralStatus.ASSESSING,
    ReferralStatus.LEVEL_ESTABLISHED,
)
"""The statuses from need to decision, in order. `DISPUTED` is not one of them, because it may follow on several."""


UNSENT = (ReferralStatus.NEED_RAISED, ReferralStatus.RETURNED)
"""The statuses in which no municipality has the request."""
WITH_RECEIVER = tuple(status for status in UNDECIDED if status not in UNSENT)
"""The statuses in which a municipality has the request and no decision has been made."""


class EndedReceipt(Value):
    """A receiver's time with a request that it has no more: it was returned, or passed on to another unit."""

    receiver: HsaId
    unit: HsaId | None
    received_at: Instant
    redirected: bool
    """True if another unit of the same municipality got it. False if it went back to its sender."""
    sender_unit: HsaId
    sender_principal: HsaId
    ended_at: Instant
    reason: Text
    contact_note: Text | None
    assessments: dict[Party, AssessmentRecorded]


class Cancellation(Value):
    """A party's request that its request be cancelled, and the answer."""

    id: UUID
    party: Party
    unit: HsaId
    asked_at: Instant
    reason: CancellationReason
    note: Text | None
    ended_at: Instant | None = None
    """The time of the answer, or at which the receiver returned the request instead."""
    accepted: bool | None = None
    """The answer. None if there is none."""
    answer: Text | None = None
    """The reason of a refusal."""


class EstablishedLevel(Value):
    """A care level that was established. It stays on record when a later one is established (SKR-5-1)."""

    level: CareLevel
    at: Instant
    author: HsaId
    reason: Text | None = None


class Departure(Value):
    """A departure from a criterion by one party."""

    criterion: Slug
    ground: Slug
    reason: Text
    party: Party
    author: HsaId
    at: Instant


class Referral(Aggregate):
    """A referral. `since` is the time at which it got its present status."""

    patient_id: UUID
    county: Slug
    region: HsaId
    municipality: HsaId | None
    track: Slug
    setting: Slug | None = None
    source: NeedSource
    despite: CaseIds = ()
    """The person's other cases that the author named as open for the same need when this one was opened."""
    author: HsaId
    author_unit: HsaId
    author_principal: HsaId
    raised_at: Instant
    status: ReferralStatus
    since: Instant
    request: CareRequest
    requested_at: Instant
    """The time of the latest wording of the request. Earlier words that are recorded later change nothing."""
    sender: HsaId | None = None
    sender_unit: HsaId | None = None
    sent_at: Instant | None = None
    """The time at which the request, or an opening of another track, reached the municipality."""
    unit: HsaId | None = None
    """The unit of the municipality that has the request. None if it was sent to none in particular."""
    received_at: Instant | None = None
    """The time at which the unit, or the municipality, got it. What the municipality owes counts from `sent_at`."""
    past: tuple[EndedReceipt, ...] = ()
    """The receivers that had the request before the present one, in order."""
    contact_note: Text | None = None
    participants: tuple[HsaId, ...] = ()
    assessments: dict[Party, AssessmentRecorded] = {}
    evaluations: dict[Party, dict[Slug, Verdict]] = {}
    """Each party's latest verdict on each criterion. No party changes the other's."""
    evaluated_at: dict[Party, dict[Slug, Instant]] = {}
    """The time of each of these verdicts. An earlier verdict that is recorded later changes nothing."""
    verdicts: tuple[Verdict, ...] = ()
    """The verdict that counts for each criterion: the latest, or the one that is not met if the parties differ.

    The record answers its part anew whenever a fact that it has changes, so they are the verdicts of now.
    """
    exceptions_proposed: dict[Slug, Party] = {}
    exceptions_agreed: tuple[Slug, ...] = ()
    departures: tuple[Departure, ...] = ()
    considered: dict[Slug, tuple[Party, ...]] = {}
    level: CareLevel | None = None
    level_established_at: Instant | None = None
    judged: tuple[EstablishedLevel, ...] = ()
    """The care levels that have been established, in order."""
    colour: Slug | None = None
    """The colour of the discharge, in the parties' model of discharge planning."""
    discharge_regulated: bool = False
    """True if a discharge is planned in a colour for which the agreement version has rules."""
    accepted_by: tuple[Party, ...] = ()
    declined_by: tuple[Party, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    """The sender's requests for cancellation, in order. Only the last can be without an answer."""
    ended_reason: Text | None = None
    grounded_at: Instant | None = None
    """The latest time of an assessment, a verdict, an exception or a declaration. A decision is not dated before it."""

    @property
    def owner(self) -> HsaId:
        """The principal that owns the request: the author's, and the region once the request is sent."""
        return self.region if self.sender is not None else self.author_principal

    @property
    def first_sent_at(self) -> Instant | None:
        """The time at which the request first reached a municipality. None if it has reached none."""
        return self.past[0].received_at if self.past else self.sent_at

    @property
    def is_redirected(self) -> bool:
        """True if the present unit got the request from another unit of the municipality."""
        return self.past != () and self.past[-1].redirected

    @property
    def set_aside(self) -> frozenset[Slug]:
        """The criteria that are set aside, by an exception or by a departure."""
        return frozenset((*self.exceptions_agreed, *(departure.criterion for departure in self.departures)))

    def differs(self, criterion: Slug) -> bool:
        """Return True if the parties differ on whether the criterion is met."""
        found = [own[criterion] for own in self.evaluations.values() if criterion in own]
        return len({verdict.met for verdict in found if not verdict.from_record}) > 1

    def tells(self, fact: str) -> bool:
        """Return True if a party's latest evaluation answers yes to a fact."""
        verdicts = (verdict for own in self.evaluations.values() for verdict in own.values())
        return any(verdict.facts.get(fact) is True for verdict in verdicts)

    @property
    def circumstances_of_verdicts(self) -> frozenset[Slug]:
        """The circumstances that a party's latest evaluation says hold, but for criteria that are set aside."""
        verdicts = (verdict for own in self.evaluations.values() for verdict in own.values())
        counting = (verdict for verdict in verdicts if verdict.criterion not in self.set_aside)
        return frozenset(circumstance for verdict in counting for circumstance in verdict.circumstances)

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """The interventions of the request and of the assessments."""
        found: dict[str, Intervention] = {intervention.key: intervention for intervention in self.request.interventions}
        for assessment in self.assessments.values():
            found |= {intervention.key: intervention.plain for intervention in assessment.interventions}
        return tuple(found.values())

    def _with_ground(self, event: ReferralEvent, **changes: object) -> "Referral":
        """Return the referral with an addition to what a decision stands on."""
        at = max(event.occurred_at, self.grounded_at or event.occurred_at)
        return self.after(event, **changes, grounded_at=at)

    def _with_new_ground(self, event: ReferralEvent, **changes: object) -> "Referral":
        """Return the referral without a single party's acceptance or decline, which stood on another ground."""
        if self.status in {ReferralStatus.ACCEPTED, ReferralStatus.CLOSED}:
            return self._with_ground(event, **changes)
        return self._with_ground(event, **changes, accepted_by=(), declined_by=())

    def _with_evaluation(self, event: CriteriaEvaluated) -> "Referral":
        """Return the referral with a party's verdicts, beside those of the other party."""
        party, at = event.actor.party, event.occurred_at
        times = self.evaluated_at.get(party, {})
        latest = {each.criterion: each for each in event.verdicts if at >= times.get(each.criterion, at)}
        own = self.evaluations.get(party, {}) | latest
        other, other_times = self.evaluations.get(party.other, {}), self.evaluated_at.get(party.other, {})
        counted = {verdict.criterion: verdict for verdict in self.verdicts}
        for criterion, verdict in latest.items():
            if not verdict.from_record or at >= other_times.get(criterion, at):
                counted[criterion] = _weigh(verdict, other.get(criterion))
        with_ground = self._with_new_ground if latest else self._with_ground
        return with_ground(
            event,
            evaluations=self.evaluations | {party: own},
            evaluated_at=self.evaluated_at | {party: times | dict.fromkeys(latest, at)},
            verdicts=tuple(counted.values()),
        )

    def with_answers(self, party: Party, verdicts: Iterable[Verdict]) -> "Referral":
        """Return the referral with a party's verdicts, as the facts on record give them anew."""
        anew, other = {verdict.criterion: verdict for verdict in verdicts}, self.evaluations.get(party.other, {})
        counted = {verdict.criterion: verdict for verdict in self.verdicts}
        counted |= {criterion: _weigh(verdict, other.get(criterion)) for criterion, verdict in anew.items()}
        evaluations = self.evaluations | {party: self.evaluations.get(party, {}) | anew}
        return self.model_copy(update={"evaluations": evaluations, "verdicts": tuple(counted.values())})

    def _with_receiver(self, event: ReferralEvent, receiver: HsaId | None, **changes: object) -> "Referral":
        """Return the referral when another track than primary care's has brought it to a municipality."""
        at = event.occurred_at
        changes |= {"status": ReferralStatus.ASSESSING, "since": at, "sent_at": at, "received_at": at}
        return self.after(event, municipality=receiver, **changes)

    def _with_cancellation_ended(self, at: Instant, **answer: object) -> dict[str, tuple[Cancellation, ...]]:
        """Return the cancellations when the last one has ended, if it had not."""
        if not self.cancellations or self.cancellations[-1].ended_at is not None:
            return {}
        *earlier, last = self.cancellations
        return {"cancellations": (*earlier, last.model_copy(update={"ended_at": at, **answer}))}

    def _end_receipt(self, event: ReferralReturned | ReferralRedirected, **changes: object) -> "Referral":
        """Return the referral when its receiver has it no more."""
        assert self.municipality is not None
        assert self.received_at is not None
        left = EndedReceipt(
            receiver=self.municipality,
            unit=self.unit,
            received_at=self.received_at,
            redirected=isinstance(event, ReferralRedirected),
            sender_unit=self.sender_unit or self.author_unit,
            sender_principal=self.owner,
            ended_at=event.occurred_at,
            reason=event.reason,
            contact_note=self.contact_note,
            assessments=self.assessments,
        )
        return self.after(event, past=(*self.past, left), **changes)

    def _without_receiver(self, event: ReferralReturned) -> "Referral":
        """Return the referral at its sender again. The receiver's words, and what both agreed on, do not bind another.

        The sender's own assessment and verdicts stay.
        """
        own = Party.REGION
        kept = self.evaluations.get(own, {})
        proposed = {criterion: party for criterion, party in self.exceptions_proposed.items() if party is own}
        return self._end_receipt(
            event,
            status=ReferralStatus.RETURNED,
            since=event.occurred_at,
            sent_at=None,
            unit=None,
            received_at=None,
            **self._with_cancellation_ended(event.occurred_at),
            contact_note=None,
            participants=(),
            assessments={party: each for party, each in self.assessments.items() if party is own},
            evaluations={own: kept} if kept else {},
            evaluated_at={party: each for party, each in self.evaluated_at.items() if party is own},
            verdicts=tuple(kept.values()),
            exceptions_proposed=proposed,
            exceptions_agreed=(),
            departures=tuple(each for each in self.departures if each.party is own),
            considered={key: (own,) for key, parties in self.considered.items() if own in parties},
            level=None,
            level_established_at=None,
            judged=(),
            accepted_by=(),
            declined_by=(),
        )

    def with_level(self, event: Event, level: CareLevel, reason: Text | None = None) -> "Referral":
        """Return the referral with the care level that the event established."""
        established = EstablishedLevel(level=level, at=event.occurred_at, author=event.actor.person, reason=reason)
        return self.model_copy(update={"level": level, "judged": (*self.judged, established)})

    def with_status(self, status: ReferralStatus, at: Instant, **changes: object) -> "Referral":
        """Return the referral in a status that it enters by an event of another stream."""
        return self.model_copy(update={**changes, "status": status, "since": at})


def evolve(referral: Referral | None, event: ReferralEvent) -> Referral:
    """Return the referral after the event."""
    if isinstance(event, NeedRaised):
        return _open(event)
    if referral is None:
        raise HistoryBroken(event)
    at = event.occurred_at
    match event:
        case ReferralSupplemented():
            if at < referral.requested_at:
                return referral.after(event)
            return referral.after(event, request=event.request, requested_at=at)
        case ReferralSent():
            return referral.after(
                event,
                status=ReferralStatus.SENT,
                since=at,
                sent_at=at,
                received_at=at,
                municipality=event.receiver,
                unit=event.unit,
                **_sender(event),
            )
        case SpecialisedHandoverProposed():
            return referral._with_receiver(event, event.receiver, unit=event.unit, **_sender(event))
        case DischargePlanningOpened():
            regulated = not event.basis.not_regulated
            sender = _sender(event)
            changes = {"colour": event.colour, "discharge_regulated": regulated, "unit": event.unit, **sender}
            return referral._with_receiver(event, event.receiver, **changes)
        case RehabAssessmentStarted():
            return referral._with_receiver(event, event.receiver, participants=event.participants, unit=event.unit)
        case ReferralReturned():
            return referral._without_receiver(event)
        case ReferralRedirected():
            return referral._end_receipt(event, unit=event.unit, received_at=at)
        case ReferralAcknowledged():
            return referral.after(event, status=ReferralStatus.ACKNOWLEDGED, since=at)
        case PrincipalContacted():
            return referral.after(event, status=ReferralStatus.IN_CONTACT, since=at, contact_note=event.note)
        case JointAssessmentStarted():
            return referral.after(
                event,
                status=ReferralStatus.ASSESSING,
                since=at,
                sent_at=referral.sent_at or at,
                received_at=referral.received_at or at,
                participants=event.participants,
            )
        case AssessmentRecorded():
            latest = max(event, referral.assessments.get(event.party, event), key=attrgetter("occurred_at"))
            if latest is not event:
                return referral._with_ground(event)
            return referral._with_new_ground(event, assessments=referral.assessments | {event.party: event})
        case CriteriaEvaluated():
            return referral._with_evaluation(event)
        case CriteriaAnswered():
            return referral.with_answers(event.party, event.verdicts).after(event)
        case CriteriaExceptionProposed():
            proposed = referral.exceptions_proposed | {event.criterion: event.party}
            return referral._with_ground(event, exceptions_proposed=proposed)
        case CriteriaExceptionAgreed():
            return referral._with_new_ground(event, exceptions_agreed=(*referral.exceptions_agreed, event.criterion))
        case DepartureGranted():
            departure = Departure(
                criterion=event.criterion,
                ground=event.ground,
                reason=event.reason,
                party=event.party,
                author=event.actor.person,
                at=at,
            )
            return referral._with_new_ground(event, departures=(*referral.departures, departure))
        case JointConsiderationRecorded():
            parties = (*referral.considered.get(event.intervention, ()), event.party)
            return referral._with_new_ground(event, considered=referral.considered | {event.intervention: parties})
        case CareLevelEstablished():
            return referral.with_level(event, event.level).after(
                event, status=ReferralStatus.LEVEL_ESTABLISHED, since=at, level_established_at=at
            )
        case CareLevelReassessed():
            return referral.with_level(event, event.level, event.reason)._with_new_ground(event)
        case AcceptanceDeclared():
            declined_by = _without(referral.declined_by, event.party)
            return referral._with_ground(
                event, accepted_by=(*referral.accepted_by, event.party), declined_by=declined_by
            )
        case ReferralAccepted():
            return referral.after(
                event,
                status=ReferralStatus.ACCEPTED,
                since=at,
                sent_at=referral.sent_at or at,
                received_at=referral.received_at or at,
                accepted_by=_with(referral.accepted_by, event),
            )
        case DeclineDeclared():
            accepted_by = _without(referral.accepted_by, event.party)
            return referral._with_ground(
                event, declined_by=(*referral.declined_by, event.party), accepted_by=accepted_by
            )
        case ReferralDeclined():
            return referral.after(
                event,
                status=ReferralStatus.DECLINED,
                since=at,
                declined_by=_with(referral.declined_by, event),
                ended_reason=event.reason,
            )
        case CancellationRequested():
            asked = Cancellation(
                id=event.cancellation_id,
                party=event.party,
                unit=event.actor.unit,
                asked_at=at,
                reason=event.reason,
                note=event.note,
            )
            return referral.after(event, cancellations=(*referral.cancellations, asked))
        case CancellationAccepted():
            ended = referral._with_cancellation_ended(at, accepted=True)
            reason = referral.cancellations[-1].reason.value
            return referral.after(event, status=ReferralStatus.WITHDRAWN, since=at, ended_reason=reason, **ended)
        case CancellationRefused():
            return referral.after(event, **referral._with_cancellation_ended(at, accepted=False, answer=event.reason))
        case ReferralWithdrawn():
            return referral.after(event, status=ReferralStatus.WITHDRAWN, since=at, ended_reason=event.reason.value)
        case ReferralClosed():
            return referral.after(event, status=ReferralStatus.CLOSED, since=at)
        case _:
            assert_never(event)


def _open(event: NeedRaised) -> Referral:
    return Referral(
        id=event.originator_id,
        version=event.originator_version,
        patient_id=event.patient_id,
        county=event.county,
        region=event.region,
        municipality=event.municipality,
        track=event.track,
        setting=event.setting,
        source=event.source,
        despite=event.despite,
        author=event.actor.person,
        author_unit=event.actor.unit,
        author_principal=event.actor.principal,
        raised_at=event.occurred_at,
        requested_at=event.occurred_at,
        status=ReferralStatus.NEED_RAISED,
        since=event.occurred_at,
        request=event.request,
    )


def _weigh(verdict: Verdict, opposed: Verdict | None) -> Verdict:
    """Return the verdict that counts beside the other party's: the one that is not met, if the parties differ."""
    if opposed is None or verdict.from_record:
        return verdict
    return opposed if verdict.met > opposed.met else verdict


def _without(parties: tuple[Party, ...], party: Party) -> tuple[Party, ...]:
    return tuple(other for other in parties if other is not party)


def _sender(event: ReferralEvent) -> dict[str, object]:
    return {"sender": event.actor.person, "sender_unit": event.actor.unit}


def _with(parties: tuple[Party, ...], event: ReferralEvent) -> tuple[Party, ...]:
    return tuple(party for party in Party if party in {*parties, event.actor.party})
