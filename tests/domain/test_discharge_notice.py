"""A notice that the person is ready for discharge: who gives it, of whom, and when it cannot be given."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.agreements.model import ActName
from domain.case.acts import discharge, discharge_notice, hospital_stay, referral_decision, track_openings
from domain.case.events.case import HospitalLeft, ReadyForDischargeNotified, ReadyForDischargeWithdrawn
from domain.case.events.enrolment import HospitalStayEnded, HospitalStayStarted
from domain.case.events.referral import WithdrawalReason
from domain.kernel import Actor
from domain.refusals import ActorNotAllowed, OccurredTooEarly, WrongState
from tests.domain import test_enrolment_gavleborg
from tests.domain.test_hospital_stay import FRIDAY, MONDAY, admitted, came_home, corrected
from tests.domain.test_tracks import at_discharge
from tests.scenario import (
    DISTRICT_NURSE,
    GAVLEBORG,
    NURSE_A,
    WARD_NURSE,
    A,
    Story,
    an,
    committed,
    enrolled,
    given,
    swedish,
)

READY, LATER = "2025-04-10 11:00", "2025-04-14 11:00"
NOW = "2025-05-20 08:00"


def leave() -> Story:
    """Tell of a person on the ward, without an enrolment, whose discharge is planned."""
    return at_discharge().after(track_openings.open_discharge_planning, WARD_NURSE, receiver=A, colour="red")


def ready(story: Story | None = None, *, at: str = READY) -> Story:
    """Tell that the hospital found the person ready for discharge."""
    return (story or leave()).after(discharge_notice.notify_ready_for_discharge, WARD_NURSE, at=at)


def withdrawn(story: Story | None = None, *, at: str = LATER) -> Story:
    """Tell that the person was not ready any more."""
    return (story or ready()).after(
        discharge_notice.withdraw_ready_for_discharge, WARD_NURSE, at=at, reason="She has a fever"
    )


def left(story: Story | None = None, *, at: str = LATER) -> Story:
    """Tell that the person, without an enrolment, left the hospital."""
    return (story or ready()).after(hospital_stay.record_homecoming, WARD_NURSE, at=at)


# --- Who gives it, and when it ends -----------------------------------------------------------------------------------


def test_the_ward_tells_that_the_person_is_ready_and_that_she_is_not_any_more() -> None:
    told = (
        given(leave())
        .when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at=READY)
        .then(an(ReadyForDischargeNotified, allocations=()))
    )
    notice = told.state.open_notice
    assert notice is not None
    assert (notice.unit, notice.at) == (WARD_NURSE.unit, swedish(READY))
    given(told).when(
        discharge_notice.withdraw_ready_for_discharge, by=WARD_NURSE, at=LATER, reason="She has a fever"
    ).then(an(ReadyForDischargeWithdrawn, notice_id=notice.id))
    assert withdrawn().state.open_notice is None


@pytest.mark.parametrize("by", [DISTRICT_NURSE, NURSE_A])
def test_nobody_but_inpatient_care_gives_a_notice_or_withdraws_it(by: Actor) -> None:
    refused = given(leave()).when(discharge_notice.notify_ready_for_discharge, by=by, at=READY)
    refused.then_refused(ActorNotAllowed, rule="LSU-3-1")
    refused = given(ready()).when(discharge_notice.withdraw_ready_for_discharge, by=by, at=LATER, reason="A fever")
    refused.then_refused(ActorNotAllowed, rule="LSU-3-1")


@pytest.mark.rule("SYS-2")
def test_while_no_agreement_is_in_force_the_region_gives_a_notice_and_the_municipality_does_not() -> None:
    story = admitted(test_enrolment_gavleborg.enrolled(), GAVLEBORG.ward_nurse, at="2020-02-03 09:00")
    decide, at = discharge_notice.notify_ready_for_discharge, "2020-02-04 09:00"
    given(story).when(decide, by=GAVLEBORG.nurse_a, at=at).then_refused(ActorNotAllowed, rule="SYS-7")
    given(story).when(decide, by=GAVLEBORG.ward_nurse, at=at).then(ReadyForDischargeNotified)


@pytest.mark.rule("E14")
def test_who_comes_home_is_not_ready_for_discharge_any_more() -> None:
    for story in (ready(), ready(committed(), at="2025-04-11 08:00")):
        at_home = given(story).when(hospital_stay.record_homecoming, by=WARD_NURSE, at=LATER).then(HospitalLeft)
        assert at_home.state.open_notice is None
    stay_ended = (
        given(ready(admitted(), at=MONDAY))
        .when(hospital_stay.record_homecoming, by=NURSE_A, at=FRIDAY)
        .then(HospitalStayEnded)
    )
    assert stay_ended.state.open_notice is None


# --- When it cannot be given ------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-1")
def test_no_notice_is_given_to_a_municipality_that_has_not_got_the_request() -> None:
    refused = given(at_discharge()).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE)
    assert refused.then_refused(WrongState, rule="SYS-1").acts == (ActName.SEND_REFERRAL,)


@pytest.mark.rule("SYS-6")
def test_no_notice_is_dated_before_the_need() -> None:
    opened, before = leave().state.opened_at, "2025-04-01 08:09"
    for at, refused in ((before, True), (opened, False)):
        when = given(leave()).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at=at, now=NOW)
        if refused:
            when.then_refused(OccurredTooEarly, rule="SYS-6")
        else:
            when.then(ReadyForDischargeNotified)


def test_who_is_ready_already_is_not_found_ready_again() -> None:
    refused = given(ready()).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at=LATER)
    refused.then_refused(WrongState, rule="LSU-3-1", where=["ready for discharge already"])


@pytest.mark.rule("SYS-6")
@pytest.mark.parametrize("ended", [withdrawn, left])
def test_a_notice_follows_the_end_of_the_one_before(ended: Callable[[], Story]) -> None:
    notify: Any = {"decide": discharge_notice.notify_ready_for_discharge, "by": WARD_NURSE, "now": NOW}
    given(ended()).when(at="2025-04-14 10:59", **notify).then_refused(OccurredTooEarly, rule="SYS-6")
    again = given(ended()).when(at=LATER, **notify).then(ReadyForDischargeNotified)
    assert again.state.open_notice is not None


@pytest.mark.parametrize(
    ("story", "at"),
    [
        pytest.param(leave(), LATER, id="never given"),
        pytest.param(ready(), "2025-04-10 10:59", id="not given yet"),
        pytest.param(withdrawn(), "2025-04-13 09:00", id="withdrawn by an act that is dated later"),
        pytest.param(withdrawn(), LATER, id="withdrawn"),
        pytest.param(left(), LATER, id="over"),
    ],
)
def test_only_a_notice_that_holds_is_withdrawn(story: Story, at: str) -> None:
    withdraw = discharge_notice.withdraw_ready_for_discharge
    refused = given(story).when(withdraw, by=WARD_NURSE, at=at, now=NOW, reason="A fever")
    refused.then_refused(WrongState, rule="LSU-3-1", where=["not ready for discharge"])


@pytest.mark.rule("SYS-6")
def test_a_notice_is_withdrawn_late_of_a_time_before_the_person_left() -> None:
    story = (
        given(left())
        .when(
            discharge_notice.withdraw_ready_for_discharge,
            by=WARD_NURSE,
            at="2025-04-13 09:00",
            now=NOW,
            reason="A fever",
        )
        .then(ReadyForDischargeWithdrawn)
    )
    (notice,) = story.state.discharge_notices
    assert story.state.find_notice_end(notice) == swedish("2025-04-13 09:00")


def test_the_withdrawal_of_a_notice_leaves_the_one_before_as_it_was() -> None:
    story = withdrawn(ready(withdrawn(), at="2025-04-15 11:00"), at="2025-04-16 11:00")

    ends = [notice.withdrawn_at for notice in story.state.discharge_notices]
    assert ends == [swedish(LATER), swedish("2025-04-16 11:00")]


def ended_by_withdrawal() -> Story:
    """Tell that the ward withdrew the request of a person who refuses care at home."""
    reason = WithdrawalReason.INDIVIDUAL_REFUSES
    return leave().after(referral_decision.withdraw, WARD_NURSE, at=LATER, reason=reason)


def ended_during_a_stay() -> Story:
    """Tell that the parties discharged a person from home care who was in hospital."""
    return admitted().discharge_declared().after(discharge.complete_discharge, NURSE_A, at=FRIDAY, where_to_turn="112")


@pytest.mark.parametrize(("story", "ended"), [(ended_by_withdrawal(), LATER), (ended_during_a_stay(), FRIDAY)])
def test_a_notice_may_be_late_but_is_not_dated_after_the_end_of_the_case(story: Story, ended: str) -> None:
    notify: Any = {"decide": discharge_notice.notify_ready_for_discharge, "by": WARD_NURSE, "now": NOW}
    for late in (timedelta(), timedelta(days=1)):
        refused = given(story).when(at=swedish(ended) + late, **notify)
        refused.then_refused(WrongState, rule="LSU-3-1", where=["ended"])
    given(story).when(at=swedish(ended) - timedelta(minutes=1), **notify).then(ReadyForDischargeNotified)


@pytest.mark.rule("E14")
@pytest.mark.parametrize("at", ["2025-04-11 09:00", "2025-05-05 13:59", FRIDAY, "2025-05-09 11:01"])
def test_who_is_enrolled_and_at_home_is_not_found_ready_for_discharge(at: str) -> None:
    refused = given(came_home()).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at=at, now=NOW)
    assert refused.then_refused(WrongState, rule="E14", where=["at home"]).acts == (ActName.RECORD_ADMISSION,)


@pytest.mark.parametrize(
    ("story", "at"),
    [
        pytest.param(admitted(), MONDAY, id="at the admission"),
        pytest.param(admitted(), "2025-05-20 07:00", id="while the stay goes on"),
        pytest.param(came_home(), "2025-05-09 10:59", id="during a stay that is over"),
        pytest.param(enrolled(), "2025-04-11 08:59", id="before the enrolment began"),
        pytest.param(committed(), "2025-04-11 09:00", id="of a person who is not enrolled yet"),
    ],
)
def test_who_is_in_hospital_is_found_ready_for_discharge_also_by_a_late_notice(story: Story, at: str) -> None:
    given(story).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at=at, now=NOW).then(
        ReadyForDischargeNotified
    )


# --- A stay in hospital that only a notice tells of -------------------------------------------------------------------


def enrolled_on_the_ward(*, at: str = READY) -> Story:
    """Tell that a person is enrolled whom a notice tells to be in hospital still."""
    return ready(committed(), at=at).started(at="2025-04-11 09:00")


@pytest.mark.rule("E14")
@pytest.mark.parametrize("notified", [READY, "2025-04-11 09:00"])
def test_nobody_is_admitted_who_is_in_hospital_by_a_notice(notified: str) -> None:
    story = enrolled_on_the_ward(at=notified)
    for at in ("2025-04-11 09:00", MONDAY):
        refused = given(story).when(hospital_stay.record_admission, by=WARD_NURSE, at=at)
        refused.then_refused(WrongState, rule="E14", where=["going on"])
    given(left(story)).when(hospital_stay.record_admission, by=WARD_NURSE, at=MONDAY).then(HospitalStayStarted)


@pytest.mark.rule("SYS-4")
def test_a_stay_whose_admission_was_corrected_is_recorded_anew_from_before_its_notice() -> None:
    story = corrected(ready(admitted(), at="2025-05-06 09:00"))
    again = (
        given(story)
        .when(hospital_stay.record_admission, by=WARD_NURSE, at="2025-05-04 20:00", now=NOW)
        .then(HospitalStayStarted)
    )
    assert again.enrolment.stay is not None


@pytest.mark.rule("E14")
def test_a_late_notice_of_before_the_enrolment_hinders_no_stay_before_the_one_that_goes_on() -> None:
    story = admitted().after(discharge_notice.notify_ready_for_discharge, WARD_NURSE, at=READY, now=NOW)
    stay: dict[str, Any] = {"at": "2025-04-20 09:00", "now": NOW, "ended_at": swedish("2025-04-22 09:00")}
    between = given(story).when(hospital_stay.record_admission, by=WARD_NURSE, **stay)
    after = between.then(HospitalStayStarted, HospitalStayEnded)
    assert after.state.open_notice is not None, "a stay that began after the notice is another one"


@pytest.mark.rule("E14")
def test_a_stay_that_was_over_before_the_notice_does_not_end_it() -> None:
    again = came_home().after(hospital_stay.record_admission, WARD_NURSE, at="2025-05-19 09:00")
    given(again).when(discharge_notice.notify_ready_for_discharge, by=WARD_NURSE, at="2025-05-20 07:00", now=NOW).then(
        ReadyForDischargeNotified
    )
    assert ready(again, at="2025-05-20 07:00").state.open_notice is not None


@pytest.mark.rule("SYS-6")
def test_a_notice_is_withdrawn_from_its_own_time_on() -> None:
    given(ready()).when(
        discharge_notice.withdraw_ready_for_discharge, by=WARD_NURSE, at=READY, now=NOW, reason="She has a fever"
    ).then(ReadyForDischargeWithdrawn)
