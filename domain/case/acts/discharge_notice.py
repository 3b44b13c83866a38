"""Acts by which the hospital tells that the person is ready for discharge, and that the person is not any more."""

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.events.case import HospitalLeft, ReadyForDischargeNotified, ReadyForDischargeWithdrawn
from domain.case.permission import permit
from domain.case.state.case import Case
from domain.case.state.discharge_notice import DischargeNotice
from domain.kernel import Event, Events, Party, Text
from domain.refusals import ActorNotAllowed, WrongState


def notify_ready_for_discharge(case: Case, *, act: Act) -> Events:
    """Notify the municipality, as the hospital, that the person is ready for discharge (utskrivningsklar; LSU-3-1).

    The time of the notice decides from which day the municipality pays, by the agreement or else by the law. A person
    who is enrolled in home care must be in hospital by the record. Correct a wrong time with `correct-fact`, and notify
    anew with the right one.
    """
    act = _permit_hospital(act, case)
    if case.municipality not in case.readers:
        raise WrongState(
            subject="The request", state="not sent", needed=("sent",), rule="SYS-1", acts=(ActName.SEND_REFERRAL,)
        )
    act.not_before(case.opened_at, "the need was raised")
    _refuse_ended(case, act)
    _refuse_at_home(case, act)
    latest = max(case.discharge_notices, key=lambda notice: notice.at, default=None)
    if latest is not None:
        ended_at = case.find_notice_end(latest)
        if ended_at is None:
            raise WrongState(
                subject="The person",
                state="ready for discharge already",
                needed=("not ready for discharge",),
                rule=act.rule,
                acts=(ActName.WITHDRAW_READY_FOR_DISCHARGE, ActName.RECORD_HOMECOMING),
            )
        act.not_before(ended_at, "the notice before this one ended")
    event = act.record(
        ReadyForDischargeNotified, on=case.stream, case_id=case.id, notice_id=act.new_id("discharge-notice")
    )
    return (event,)


def withdraw_ready_for_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Withdraw the notice, as the hospital: the person is not ready for discharge any more, for a reason.

    From that day the municipality is not liable to pay. When the person is ready again, notify anew.
    """
    act = _permit_hospital(act, case)
    notice = _require_notice(case, act)
    event = act.record(ReadyForDischargeWithdrawn, on=case.stream, case_id=case.id, notice_id=notice.id, reason=reason)
    return (event,)


def record_leaving(case: Case, act: Act, notice: DischargeNotice) -> Event:
    """Record that a person without a stay in an enrolment, who was ready for discharge, left the hospital."""
    return act.record(HospitalLeft, on=case.stream, case_id=case.id, notice_id=notice.id, party=act.actor.party)


def _permit_hospital(act: Act, case: Case) -> Act:
    act = permit(act, case)
    if act.actor.party is not Party.REGION:
        raise ActorNotAllowed(
            "Only the hospital tells that a person is ready for discharge",
            rule=act.rule,
            remedy="let an inpatient unit of the region do this",
            where=(act.actor.party,),
        )
    return act


def _refuse_ended(case: Case, act: Act) -> None:
    """Refuse a notice dated after the end of the case. A later need of care is another case."""
    ended_at = case.enrolment.ended_at if case.enrolment is not None else None
    if ended_at is None and case.is_ended:
        ended_at = case.referral.since
    if ended_at is not None and act.occurred_at >= ended_at:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule=act.rule)


def _refuse_at_home(case: Case, act: Act) -> None:
    """Refuse a notice about a person who was enrolled in home care at that time and not in hospital by the record."""
    enrolment, at = case.enrolment, act.occurred_at
    if enrolment is None or enrolment.started_at is None or enrolment.started_at > at:
        return
    if not enrolment.was_in_hospital(at):
        raise WrongState(
            subject="The person",
            state="at home",
            needed=("in hospital",),
            rule="E14",
            acts=(ActName.RECORD_ADMISSION,),
        )


def _require_notice(case: Case, act: Act) -> DischargeNotice:
    """Return the notice that held when the act occurred. Refuse the act if there was none."""
    notice = case.find_notice(act.occurred_at)
    if notice is not None and notice.withdrawn_at is None:
        return notice
    raise WrongState(
        subject="The person",
        state="not ready for discharge",
        needed=("ready for discharge",),
        rule=act.rule,
        acts=(ActName.NOTIFY_READY_FOR_DISCHARGE,),
    )
