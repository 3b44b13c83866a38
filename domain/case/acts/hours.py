"""The act that records hours of care, performed or planned (GAV-10-3)."""

from uuid import UUID

from domain.act import Act
from domain.case.events.case import HoursRecorded
from domain.case.permission import permit
from domain.case.state.case import Case
from domain.intervention import CareLevel
from domain.kernel import Day, Events, Party, Slug, legal_day, legal_midnight
from domain.money import NotNegative
from domain.refusals import (
    ContentMissing,
    ContentNotKnown,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    UnknownReference,
    WrongState,
)


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
