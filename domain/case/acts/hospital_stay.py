"""Acts about a stay in hospital of a person who is enrolled in home care (E14). The care at home rests meanwhile."""

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts.discharge_notice import record_leaving
from domain.case.events.enrolment import HospitalStayAcknowledged, HospitalStayEnded, HospitalStayStarted, StayNews
from domain.case.permission import permit
from domain.case.rules.enrolment_steps import RUNNING, require_enrolment, wrong_enrolment_state
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment
from domain.kernel import Day, Events, HsaId, Instant, UnitKind, legal_day, legal_midnight
from domain.refusals import (
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    StaysOverlap,
    UnknownReference,
    WrongState,
)


def record_admission(
    case: Case,
    *,
    act: Act,
    ward: HsaId | None = None,
    expected_end: Day | None = None,
    ended_at: Instant | None = None,
) -> Events:
    """Record that the enrolled person has been admitted to hospital. Either party can, whichever learns of it first.

    `ward` is the inpatient unit, and `expected_end` the day on which the person is expected home. The care at home
    rests: nobody else becomes responsible for it, and the other party acknowledges the news. No agreement regulates it.
    `ended_at` is the time at which the person came home, for a stay that is over. A stay before another one needs it.
    """
    act = permit(act, case)
    enrolment = _require_running(case)
    _refuse_overlap(act, case, enrolment, ended_at)
    if ward is not None:
        _refuse_unknown_ward(act, ward)
    if expected_end is not None and expected_end < legal_day(act.occurred_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(expected_end),
            since=act.occurred_at,
            event="the person was admitted",
            field="expected_end",
        )
    event = act.record(
        HospitalStayStarted,
        on=enrolment,
        case_id=case.id,
        party=act.actor.party,
        ward=ward,
        expected_end=expected_end,
    )
    return (event,) if ended_at is None else (event, _end_stay(act, event, ended_at))


def _end_stay(act: Act, admission: HospitalStayStarted, ended_at: Instant) -> HospitalStayEnded:
    """Return the end of a stay that is over when its admission is recorded."""
    if ended_at > act.now:
        raise OccurredInFuture(occurred_at=ended_at, now=act.now, field="ended_at")
    if ended_at < act.occurred_at:
        raise OccurredTooEarly(
            occurred_at=ended_at, since=act.occurred_at, event="the person was admitted", field="ended_at"
        )
    home = act.model_copy(update={"occurred_at": ended_at})
    return home.record(HospitalStayEnded, on=admission, case_id=admission.case_id, party=act.actor.party)


def record_homecoming(case: Case, *, act: Act) -> Events:
    """Record that the person has come home from hospital. The care at home resumes, by either party's word.

    It also tells that a person who was found ready for discharge before any enrolment has left the hospital.
    A person who is discharged from home care, moves away or dies during the stay does not come home: those acts end
    the stay with the enrolment.
    """
    act = permit(act, case)
    notice = case.open_notice
    if notice is not None and (case.enrolment is None or case.enrolment.stay is None):
        act.not_before(notice.at, "the person was ready for discharge")
        return (record_leaving(case, act, notice),)
    enrolment = _require_running(case)
    if enrolment.stay is None:
        raise WrongState(
            subject="The person",
            state="at home",
            needed=("in hospital",),
            rule="E14",
            acts=(ActName.RECORD_ADMISSION,),
        )
    act.not_before(enrolment.stay.started_at, "the person was admitted")
    return (act.record(HospitalStayEnded, on=enrolment, case_id=case.id, party=act.actor.party),)


def acknowledge_stay(case: Case, *, act: Act, news: StayNews) -> Events:
    """Acknowledge, as the other party, that the person is in hospital, is home again, or never was in hospital.

    `news` is what you have seen. If the other party has recorded a homecoming since the admission, or a new admission
    since the homecoming, that waits to be acknowledged instead.
    """
    act = permit(act, case)
    enrolment = _require_running(case)
    own, other = act.actor.party, act.actor.party.other
    waits = enrolment.unseen.get(other, {})
    if news not in waits and news in enrolment.unseen.get(own, {}):
        raise NotYourPrincipal(
            "Your own principal recorded this",
            rule="E14",
            remedy=f"let the {other} acknowledge it",
            where=(other,),
        )
    if news not in waits:
        raise WrongState(
            subject=f"The latest news of the {other} about a stay in hospital",
            state=" and ".join(waits) or "acknowledged",
            needed=(news,),
            rule="E14",
        )
    act.not_before(waits[news], "this happened")
    event = act.record(HospitalStayAcknowledged, on=enrolment, case_id=case.id, party=act.actor.party, news=news)
    return (event,)


def _require_running(case: Case) -> Enrolment:
    """Return the enrolment that runs, also while a discharge from home care waits for the other party."""
    enrolment = require_enrolment(case, *RUNNING)
    if enrolment.status not in RUNNING:
        raise wrong_enrolment_state(enrolment, RUNNING)
    return enrolment


def _refuse_overlap(act: Act, case: Case, enrolment: Enrolment, ended_at: Instant | None) -> None:
    """Refuse an admission dated before the start of the enrolment, and a stay that overlaps another one.

    A stay can begin when another ends. No two begin at the same time, also if the person came home at once.
    """
    notice = case.open_notice
    last = next((stay for stay in reversed(enrolment.stays) if stay.started_at <= act.occurred_at), None)
    following = next((stay for stay in enrolment.stays if stay.started_at > act.occurred_at), None)
    is_known_by_notice = notice is not None and enrolment.stay is None and notice.at <= act.occurred_at
    if is_known_by_notice or (last is not None and last.ended_at is None):
        raise WrongState(
            subject="The stay in hospital",
            state="going on",
            needed=("ended",),
            rule="E14",
            acts=(ActName.RECORD_HOMECOMING,),
        )
    if last is None:
        act.not_before(enrolment.started_at or act.occurred_at, "the enrolment started")
    elif last.ended_at is not None and (act.occurred_at == last.started_at or act.occurred_at < last.ended_at):
        raise StaysOverlap(started_at=last.started_at, ended_at=last.ended_at, field="occurred_at")
    if following is not None and (ended_at is None or ended_at > following.started_at):
        raise StaysOverlap(started_at=following.started_at, ended_at=following.ended_at, field="ended_at")


def _refuse_unknown_ward(act: Act, ward: HsaId) -> None:
    unit = act.directory.unit(ward)
    if unit is None or unit.kind is not UnitKind.INPATIENT_CARE:
        raise UnknownReference(
            f"The county has no inpatient unit {ward}",
            rule="SYS-1",
            remedy="give the HSA-id of an inpatient unit of this county, or leave it out",
            where=("ward",),
        )
