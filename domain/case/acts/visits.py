"""Visits in the home, and the hours of care: facts about the individual's care that move no responsibility."""

from uuid import UUID

from domain.act import Act
from domain.agreements.content import missing
from domain.case.events.case import HomeVisitRecorded, HoursRecorded, VisitKind
from domain.case.permission import permit
from domain.case.preconditions import About
from domain.case.rules.enrolment_eligibility import refuse_outside
from domain.case.rules.referral_criteria import unmet_criteria
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.intervention import CareLevel
from domain.kernel import Day, Events, HsaId, Party, Slug, Text, legal_day, legal_midnight
from domain.money import NotNegative
from domain.refusals import (
    ContentMissing,
    ContentNotKnown,
    CriterionNotMet,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    UnknownReference,
    WrongState,
)


def record_home_visit(
    case: Case,
    *,
    act: Act,
    kind: VisitKind,
    performer: HsaId,
    purpose: Slug | None = None,
    note: Text | None = None,
) -> Events:
    """Record an occasional visit in the home, acute or planned (VML-3-3, 7-1, 8-9). It needs no enrolment and no plan.

    Refused where the version leaves the person with the region (GAV-9-2), or a criterion has been found unmet.
    """
    act = permit(act, case, About(person=performer))
    said = {"kind": kind, "purpose": purpose, "note": note}
    lacking = missing(act.in_force, f"home-visit-{act.actor.party}", said, track=act.track)
    if lacking:
        raise ContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)
    act.own_staff(performer)
    if act.actor.party is Party.MUNICIPALITY:
        refuse_outside(act, case)
        _refuse_unmet(case)
    act.not_before(case.opened_at, "the need was raised")
    if case.deceased_on is not None and legal_day(act.occurred_at) > case.deceased_on:
        raise WrongState(subject="The enrolment", state=EnrolmentStatus.ENDED_BY_DEATH, needed=("open",), rule="C.3")
    event = act.record(
        HomeVisitRecorded,
        on=case.stream,
        case_id=case.id,
        party=act.actor.party,
        kind=kind,
        purpose=purpose,
        performer=performer,
        note=note,
    )
    return (event,)


def record_hours(
    case: Case,
    *,
    act: Act,
    day: Day,
    kind: Slug,
    treatment_level: CareLevel,
    performed: NotNegative | None = None,
    planned: NotNegative | None = None,
    corrects: UUID | None = None,
) -> Events:
    """Record hours of care as the municipality, performed and planned, also late and after the care has ended.

    `day` is the Swedish legal day that they concern; of a month recorded at once, its last. `kind` is the kind of work
    in the agreement's words (GAV-10-3). Planned hours are shown and never paid for. `corrects` is the event of hours
    that proved to be otherwise, performed or planned as these are: only the later count.
    """
    act = permit(act, case)
    if act.actor.party is not Party.MUNICIPALITY:
        raise NotYourPrincipal(
            "Hours are recorded by the municipality whose staff perform them",
            rule="SYS-3",
            remedy="the municipality records them",
            where=(Party.MUNICIPALITY,),
        )
    settlement = act.in_force.settlement
    share = settlement.monthly.share if settlement is not None and settlement.monthly is not None else None
    if share is not None and kind not in share.kinds:
        raise ContentNotKnown("kind of work", [kind], known=tuple(share.kinds), rule=share.clauses[0])
    given = [(hours, done) for hours, done in ((performed, True), (planned, False)) if hours is not None]
    if not given:
        raise ContentMissing(["performed"], rule=act.rule)
    if corrects is not None and [done for _, done in given] != [case.hours.get(corrects)]:
        raise UnknownReference(
            f"No hours of this kind stand by {corrects}",
            rule="SYS-4",
            remedy="name the event of performed, or of planned, hours that stand, and give what they prove to be",
            where=("corrects",),
        )
    if day > legal_day(act.occurred_at) and performed is not None:
        raise OccurredInFuture(occurred_at=legal_midnight(day), now=act.occurred_at)
    if day < legal_day(case.opened_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(day), since=case.opened_at, event="the need was raised", field="day"
        )
    enrolment = case.enrolment
    if enrolment is not None and enrolment.ended_at is not None and day > legal_day(enrolment.ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=("open",), rule="C.3")
    events: Events = ()
    for hours, done in given:
        event = act.record(
            HoursRecorded,
            on=events[-1] if events else case.stream,
            case_id=case.id,
            day=day,
            hours=hours,
            performed=done,
            kind=kind,
            treatment_level=treatment_level,
            corrects=corrects,
        )
        events = (*events, event)
    return events


def _refuse_unmet(case: Case) -> None:
    for verdict in unmet_criteria(case.referral):
        raise CriterionNotMet(
            f"The criterion {verdict.criterion} is not met",
            rule=verdict.rule,
            remedy="let the region see the person, or have the criterion set aside as the agreement allows",
            where=(verdict.criterion,),
        )
