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
    """Record performed or planned hours of care, as the municipality. It may be late, also after the care has ended.

    `day` is the Swedish legal day of the hours; for a whole month recorded at once, its last day. `kind` is the kind of
    work in the agreement's words (GAV-10-3). Planned hours are shown and never paid for. `corrects` is the id of an
    earlier event of performed or planned hours, which these replace.
    """
    act = permit(act, case)
    _refuse_region(act)
    _refuse_unknown_kind(act, kind)
    given = [
        (hours, is_performed) for hours, is_performed in ((performed, True), (planned, False)) if hours is not None
    ]
    if not given:
        raise ContentMissing(["performed"], rule=act.rule)
    if corrects is not None and [is_performed for _, is_performed in given] != [case.hours.get(corrects)]:
        raise _correction_refusal(corrects)
    if day > legal_day(act.occurred_at) and performed is not None:
        raise OccurredInFuture(occurred_at=legal_midnight(day), now=act.occurred_at, field="day")
    _refuse_day_outside_care(case, day)
    events: Events = ()
    for hours, is_performed in given:
        event = act.record(
            HoursRecorded,
            on=events[-1] if events else case.stream,
            case_id=case.id,
            day=day,
            hours=hours,
            performed=is_performed,
            kind=kind,
            treatment_level=treatment_level,
            corrects=corrects,
        )
        events = (*events, event)
    return events


def _refuse_region(act: Act) -> None:
    if act.actor.party is not Party.MUNICIPALITY:
        raise NotYourPrincipal(
            "Only the municipality can record the hours of its staff",
            rule="SYS-3",
            remedy="let the municipality record them",
            where=(Party.MUNICIPALITY,),
        )


def _correction_refusal(corrects: UUID) -> UnknownReference:
    return UnknownReference(
        f"The event {corrects} has no hours that these can replace",
        rule="SYS-4",
        remedy="name an event of hours that still count, and give performed for performed, or planned for planned",
        where=("corrects",),
    )


def _refuse_unknown_kind(act: Act, kind: Slug) -> None:
    """Refuse a kind of work that the agreement does not list, if it lists any."""
    settlement = act.in_force.settlement
    share = settlement.monthly.share if settlement is not None and settlement.monthly is not None else None
    if share is not None and kind not in share.kinds:
        raise ContentNotKnown("kind of work", [kind], known=tuple(share.kinds), rule=share.clauses[0])


def _refuse_day_outside_care(case: Case, day: Day) -> None:
    """Refuse a day before the need was raised, or after the enrolment ended."""
    if day < legal_day(case.opened_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(day), since=case.opened_at, event="the need was raised", field="day"
        )
    enrolment = case.enrolment
    if enrolment is not None and enrolment.ended_at is not None and day > legal_day(enrolment.ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=("open",), rule="C.3")
