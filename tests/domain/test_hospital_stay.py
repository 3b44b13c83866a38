"""A stay in hospital: the care at home rests, the other party is told, and it resumes when the person is home."""

from datetime import date
from typing import Any

import pytest

from domain.case.acts import correction, death_and_move, discharge, hospital_stay, tasks
from domain.case.events.case import CorrectionReason, FactCorrected, FactKind, ResponsibilityChanged
from domain.case.events.enrolment import (
    HospitalStayAcknowledged,
    HospitalStayEnded,
    HospitalStayStarted,
    InterventionPerformed,
    StayNews,
)
from domain.case.state.case import fold
from domain.case.state.enrolment import Enrolment
from domain.kernel import Actor, Basis, Party, Refusal
from domain.refusals import (
    ActorNotAllowed,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    StaysOverlap,
    UnknownReference,
    WrongState,
)
from service.reads.replay import Mode, select_events
from tests.domain import test_enrolment_gavleborg, test_enrolment_vastmanland
from tests.projections.open_items import items_of
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    GAVLEBORG,
    NURSE_A,
    TOOK_PART,
    VASTMANLAND,
    WARD_NURSE,
    WOUND,
    A,
    Story,
    an,
    committed,
    enrolled,
    given,
    swedish,
)

pytestmark = pytest.mark.rule("E14")
WARD, HEALTH_CENTRE = WARD_NURSE.unit, DISTRICT_NURSE.unit
MONDAY, FRIDAY = "2025-05-05 14:00", "2025-05-09 11:00"


def admitted(story: Story | None = None, by: Actor = WARD_NURSE, *, at: str = MONDAY, **content: Any) -> Story:
    """Tell that the person came to hospital."""
    return (story or enrolled()).after(hospital_stay.record_admission, by, at=at, **content)


def came_home(story: Story | None = None, by: Actor = WARD_NURSE, *, at: str = FRIDAY) -> Story:
    """Tell that the person came home."""
    return (story or admitted()).after(hospital_stay.record_homecoming, by, at=at)


def acknowledge(story: Story, news: StayNews, by: Actor = NURSE_A) -> Story:
    """Tell that the other party acknowledged the news."""
    return story.after(hospital_stay.acknowledge_stay, by, news=news)


def corrected(story: Story, by: Actor = WARD_NURSE, *, place: int = -1) -> Story:
    """Tell that an admission was recorded by mistake: the latest, or the one at another place."""
    wrong = [event for event in story.events if isinstance(event, HospitalStayStarted)][place]
    return story.after(
        correction.correct_fact,
        by,
        at=wrong.occurred_at,
        now=story.clock,
        corrects=wrong.id,
        reason=CorrectionReason.MISTAKE,
    )


def list_waiting(story: Story) -> list[tuple[str, Party]]:
    """List the items about the stay, each with the party that it waits for."""
    keys = ("homecoming", *(f"acknowledge-{news}" for news in StayNews))
    return [(item.key, item.party) for item in items_of(story) if item.key in keys]


def known_now_at(story: Story, moment: str) -> Enrolment:
    """Return the enrolment as it is known now about a moment."""
    case = fold(select_events(story.events, Mode.AS_KNOWN_NOW, swedish(moment)))
    assert case is not None
    assert case.enrolment is not None
    return case.enrolment


# --- The stay, and home again -----------------------------------------------------------------------------------------


def test_an_admission_rests_the_care_at_home_and_moves_no_responsibility() -> None:
    story = (
        given(enrolled())
        .when(hospital_stay.record_admission, by=WARD_NURSE, at=MONDAY, ward=WARD, expected_end=date(2025, 5, 8))
        .then(an(HospitalStayStarted, party=Party.REGION, ward=WARD, expected_end=date(2025, 5, 8), allocations=()))
    )

    stay = story.enrolment.stay
    assert stay is not None
    assert (stay.started_at, stay.ended_at) == (swedish(MONDAY), None)
    assert (story.enrolment.status, story.enrolment.ended_at) == ("active", None)
    assert story.performer() == A


def test_a_homecoming_resumes_the_care_at_home() -> None:
    story = (
        given(admitted())
        .when(hospital_stay.record_homecoming, by=WARD_NURSE, at=FRIDAY)
        .then(an(HospitalStayEnded, party=Party.REGION, allocations=()))
    )

    (stay,) = story.enrolment.stays
    assert (story.enrolment.stay, stay.ended_at) == (None, swedish(FRIDAY))
    assert story.performer() == A


def test_a_homecoming_ends_the_stay_that_goes_on_and_no_earlier_one() -> None:
    story = came_home(admitted(came_home(), at="2025-05-12 09:00"), at="2025-05-13 09:00")

    assert [stay.ended_at for stay in story.enrolment.stays] == [swedish(FRIDAY), swedish("2025-05-13 09:00")]


@pytest.mark.parametrize("by", [NURSE_A, DISTRICT_NURSE, WARD_NURSE])
def test_either_party_records_the_stay_and_its_end(by: Actor) -> None:
    story = given(enrolled()).when(hospital_stay.record_admission, by=by, at=MONDAY).then(HospitalStayStarted)
    given(story).when(hospital_stay.record_homecoming, by=NURSE_A, at=FRIDAY).then(HospitalStayEnded)


def test_staff_without_a_licence_record_no_stay() -> None:
    refused = given(enrolled()).when(hospital_stay.record_admission, by=CARE_STAFF_A, at=MONDAY)
    refused.then_refused(ActorNotAllowed, rule="SYS-7")


def test_no_second_stay_begins_while_one_goes_on() -> None:
    given(admitted()).when(hospital_stay.record_admission, by=NURSE_A, at="2025-05-06 09:00").then_refused(
        WrongState, rule="E14", where=["going on"]
    )


def test_nobody_comes_home_who_is_at_home() -> None:
    for at_home in (enrolled(), came_home()):
        given(at_home).when(hospital_stay.record_homecoming, by=WARD_NURSE, at="2025-05-10 09:00").then_refused(
            WrongState, rule="E14", where=["at home"]
        )


@pytest.mark.parametrize("decide", [hospital_stay.record_admission, hospital_stay.record_homecoming])
def test_a_stay_belongs_to_an_enrolment_that_runs(decide: Any) -> None:
    for story in (committed(), enrolled().discharged()):
        given(story).when(decide, by=WARD_NURSE).then_refused(WrongState, rule="C.3")


def test_a_stay_is_recorded_while_a_discharge_from_home_care_waits() -> None:
    pending = enrolled().discharge_declared()
    given(pending).when(hospital_stay.record_admission, by=WARD_NURSE, at=MONDAY).then(HospitalStayStarted)


def test_a_stay_is_recorded_late_but_not_before_the_enrolment_or_the_last_homecoming() -> None:
    late: dict[str, Any] = {"by": WARD_NURSE, "now": "2025-05-20 08:00"}
    given(enrolled()).when(hospital_stay.record_admission, at=MONDAY, **late).then(HospitalStayStarted)
    for story, at, refusal, rule in (
        (enrolled(), "2025-04-01 08:00", OccurredTooEarly, "SYS-6"),
        (came_home(), "2025-05-09 10:59", StaysOverlap, "E14"),
    ):
        given(story).when(hospital_stay.record_admission, at=at, **late).then_refused(refusal, rule=rule)
    again = given(came_home()).when(hospital_stay.record_admission, at=FRIDAY, **late).then(HospitalStayStarted)
    assert len(again.enrolment.stays) == 2


def test_nobody_comes_home_before_the_admission_and_is_expected_no_earlier_day() -> None:
    refused = given(admitted()).when(hospital_stay.record_homecoming, by=WARD_NURSE, at="2025-05-05 13:59", now=FRIDAY)
    refused.then_refused(OccurredTooEarly, rule="SYS-6")
    expected = given(enrolled()).when(
        hospital_stay.record_admission, by=WARD_NURSE, at=MONDAY, expected_end=date(2025, 5, 4)
    )
    expected.then_refused(OccurredTooEarly, rule="SYS-6", where=["expected_end"])
    same_day: dict[str, Any] = {"at": MONDAY, "expected_end": date(2025, 5, 5)}
    given(enrolled()).when(hospital_stay.record_admission, by=WARD_NURSE, **same_day).then(HospitalStayStarted)


@pytest.mark.parametrize(
    ("ended", "refusal", "rule"),
    [
        ("2025-05-05 13:59", OccurredTooEarly, "SYS-6"),
        (MONDAY, None, None),
        (FRIDAY, None, None),
        ("2025-05-20 08:00", None, None),
        ("2025-05-20 08:01", OccurredInFuture, "SYS-1"),
    ],
)
def test_a_stay_that_is_over_is_recorded_with_its_end(
    ended: str, refusal: type[Refusal] | None, rule: str | None
) -> None:
    told: dict[str, Any] = {"at": MONDAY, "now": "2025-05-20 08:00", "ended_at": swedish(ended)}
    when = given(enrolled()).when(hospital_stay.record_admission, by=WARD_NURSE, **told)
    if refusal is not None and rule is not None:
        when.then_refused(refusal, rule=rule, where=["ended_at"])
    else:
        (stay,) = when.then(HospitalStayStarted, HospitalStayEnded).enrolment.stays
        assert (stay.started_at, stay.ended_at) == (swedish(MONDAY), swedish(ended))


@pytest.mark.parametrize(
    ("at", "ended", "field"),
    [
        ("2025-05-02 09:00", "2025-05-04 09:00", None),
        ("2025-05-02 09:00", MONDAY, None),
        ("2025-05-02 09:00", "2025-05-05 14:01", "ended_at"),
        ("2025-05-02 09:00", None, "ended_at"),
        (MONDAY, MONDAY, "occurred_at"),
        (MONDAY, FRIDAY, "occurred_at"),
        ("2025-05-09 10:59", FRIDAY, "occurred_at"),
        (FRIDAY, FRIDAY, None),
    ],
)
def test_two_stays_never_overlap(at: str, ended: str | None, field: str | None) -> None:
    told: dict[str, Any] = {"at": at, "now": "2025-05-20 08:00", "ended_at": swedish(ended) if ended else None}
    when = given(came_home()).when(hospital_stay.record_admission, by=WARD_NURSE, **told)
    if field is not None:
        when.then_refused(StaysOverlap, rule="E14", where=[field])
    else:
        assert len(when.then(HospitalStayStarted, HospitalStayEnded).enrolment.stays) == 2


def test_no_two_stays_begin_at_one_time_also_if_the_person_came_home_at_once() -> None:
    at_once = admitted(at=MONDAY, ended_at=swedish(MONDAY))
    given(at_once).when(hospital_stay.record_admission, by=NURSE_A, at=MONDAY, now=FRIDAY).then_refused(
        StaysOverlap, rule="E14", where=["occurred_at"]
    )


@pytest.mark.parametrize("ward", [HEALTH_CENTRE, "SE2120000000-NONE"])
def test_a_ward_is_an_inpatient_unit_of_the_county(ward: str) -> None:
    given(enrolled()).when(hospital_stay.record_admission, by=NURSE_A, at=MONDAY, ward=ward).then_refused(
        UnknownReference, rule="SYS-1", where=["ward"]
    )


@pytest.mark.parametrize(
    ("at", "breaches"),
    [
        ("2025-05-05 13:59", ()),
        (MONDAY, ("E14",)),
        ("2025-05-06 09:00", ("E14",)),
        ("2025-05-09 10:59", ("E14",)),
        (FRIDAY, ()),
    ],
)
def test_what_was_done_at_home_during_a_stay_is_recorded_as_against_the_stay(
    at: str, breaches: tuple[str, ...]
) -> None:
    told = given(came_home(at=FRIDAY)).when(
        tasks.perform, by=NURSE_A, at=at, now="2025-05-12 09:00", intervention=WOUND.key, performer=NURSE_A.person
    )

    assert told.then(InterventionPerformed).events[-1].basis.breaches == breaches


def test_what_is_done_while_a_stay_goes_on_is_against_it_unless_the_hospital_does_it() -> None:
    found = {}
    for by in (NURSE_A, WARD_NURSE):
        told = given(admitted()).when(
            tasks.perform, by=by, at="2025-05-06 09:00", intervention=WOUND.key, performer=by.person
        )
        found[by.person] = told.then(InterventionPerformed).events[-1].basis.breaches

    assert found == {NURSE_A.person: ("E14",), WARD_NURSE.person: ()}


@pytest.mark.rule("SYS-2")
def test_a_stay_is_recorded_also_while_no_agreement_is_in_force() -> None:
    story, at = test_enrolment_gavleborg.enrolled(), "2020-02-03 09:00"
    stay = (
        given(story)
        .when(hospital_stay.record_admission, by=GAVLEBORG.ward_nurse, at=at)
        .then(ResponsibilityChanged, an(HospitalStayStarted, basis=Basis(agreement=None)))
    )
    home = (
        given(stay)
        .when(hospital_stay.record_homecoming, by=GAVLEBORG.ward_nurse, at="2020-02-05 09:00")
        .then(HospitalStayEnded)
    )
    assert home.enrolment.stay is None


# --- The other party is told ------------------------------------------------------------------------------------------


def test_the_other_party_has_the_news_until_it_acknowledges_it() -> None:
    assert list_waiting(admitted()) == [("acknowledge-admission", Party.MUNICIPALITY), ("homecoming", Party.REGION)]
    read = (
        given(admitted())
        .when(hospital_stay.acknowledge_stay, by=NURSE_A, news=StayNews.ADMISSION)
        .then(an(HospitalStayAcknowledged, party=Party.MUNICIPALITY, news=StayNews.ADMISSION))
    )
    assert list_waiting(read) == [("homecoming", Party.REGION)]
    assert list_waiting(came_home(read)) == [("acknowledge-homecoming", Party.MUNICIPALITY)]
    assert list_waiting(acknowledge(came_home(read), StayNews.HOMECOMING)) == []


def test_who_records_the_homecoming_has_seen_the_admission() -> None:
    assert list_waiting(came_home(by=NURSE_A)) == [("acknowledge-homecoming", Party.REGION)]


def test_the_news_of_an_earlier_stay_hides_no_later_news() -> None:
    told: dict[str, Any] = {
        "at": "2025-05-02 09:00",
        "now": "2025-05-20 08:00",
        "ended_at": swedish("2025-05-04 09:00"),
    }

    assert admitted(came_home(), **told).enrolment.unseen == {Party.REGION: {StayNews.HOMECOMING: swedish(FRIDAY)}}


def test_a_homecoming_at_the_moment_of_the_admission_is_the_only_news() -> None:
    at_once = admitted(at=MONDAY, ended_at=swedish(MONDAY))

    assert at_once.enrolment.unseen == {Party.REGION: {StayNews.HOMECOMING: swedish(MONDAY)}}


def test_the_region_has_the_news_that_the_municipality_learnt_first() -> None:
    story = admitted(by=NURSE_A)
    assert list_waiting(story) == [("acknowledge-admission", Party.REGION), ("homecoming", Party.REGION)]
    assert list_waiting(acknowledge(story, StayNews.ADMISSION, DISTRICT_NURSE)) == [("homecoming", Party.REGION)]


def test_nobody_acknowledges_their_own_news() -> None:
    given(admitted()).when(hospital_stay.acknowledge_stay, by=DISTRICT_NURSE, news=StayNews.ADMISSION).then_refused(
        NotYourPrincipal, rule="E14", where=["municipality"]
    )


def test_only_the_latest_news_is_acknowledged_and_once() -> None:
    for story, latest in (
        (enrolled(), "acknowledged"),
        (acknowledge(admitted(), StayNews.ADMISSION), "acknowledged"),
        (came_home(), "homecoming"),
    ):
        seen = given(story).when(hospital_stay.acknowledge_stay, by=NURSE_A, news=StayNews.ADMISSION)
        seen.then_refused(WrongState, rule="E14", where=[latest])


def test_each_party_acknowledges_the_others_news_also_while_its_own_of_the_same_sort_waits() -> None:
    story = came_home(admitted(came_home(), by=NURSE_A, at="2025-05-12 09:00"), by=NURSE_A, at="2025-05-13 09:00")
    for by in (DISTRICT_NURSE, NURSE_A):
        given(story).when(hospital_stay.acknowledge_stay, by=by, news=StayNews.HOMECOMING).then(
            an(HospitalStayAcknowledged, party=by.party)
        )


def test_the_expected_day_is_the_limit_of_the_homecoming_and_each_item_says_that_the_person_is_away() -> None:
    waiting = {item.key: item for item in items_of(admitted(expected_end=date(2025, 5, 8)))}
    assert waiting["homecoming"].due == date(2025, 5, 8)
    assert {item.in_hospital_since for item in waiting.values()} == {swedish(MONDAY)}
    assert {item.in_hospital_since for item in items_of(came_home())} == {None}


def test_a_homecoming_waits_for_the_ward_that_the_case_knows() -> None:
    for ward, unit in ((WARD, WARD), (None, DISTRICT_NURSE.unit)):
        (item,) = (item for item in items_of(admitted(by=NURSE_A, ward=ward)) if item.key == "homecoming")
        assert item.unit == unit


def test_the_limits_of_the_agreement_run_on_during_a_stay() -> None:
    def limits(story: Story) -> dict[str, date | None]:
        return {item.key: item.due for item in items_of(story) if "home" not in item.key and "acknow" not in item.key}

    assert limits(admitted()) == limits(enrolled())


# --- Its end by other acts --------------------------------------------------------------------------------------------


def test_a_death_during_a_stay_ends_the_stay_and_the_enrolment() -> None:
    story = admitted().after(
        death_and_move.record_death, WARD_NURSE, at="2025-05-07 10:00", deceased_on=date(2025, 5, 6)
    )
    (stay,) = story.enrolment.stays
    assert (story.enrolment.status, story.enrolment.stay) == ("ended-by-death", None)
    assert stay.ended_at == story.enrolment.ended_at == swedish("2025-05-07 00:00")
    assert list_waiting(story) == []


@pytest.mark.parametrize("at", ["2025-05-05 00:00", MONDAY])
def test_a_stay_that_began_after_the_day_of_the_death_was_none(at: str) -> None:
    story = admitted(at=at).after(
        death_and_move.record_death, WARD_NURSE, at="2025-05-07 10:00", deceased_on=date(2025, 5, 4)
    )
    assert story.enrolment.stays == ()


def test_the_end_of_the_enrolment_leaves_an_earlier_stay_as_it_was() -> None:
    (stay,) = came_home().discharged().enrolment.stays
    assert stay.ended_at == swedish(FRIDAY)


@pytest.mark.rule("VML-13-1")
def test_a_move_to_another_municipality_ends_the_stay_with_the_enrolment() -> None:
    story = admitted(test_enrolment_vastmanland.enrolled(), VASTMANLAND.ward_nurse, at="2013-01-20 09:00")
    moved = story.after(
        death_and_move.record_move,
        VASTMANLAND.nurse_a,
        at="2013-01-22 09:00",
        moved_on=date(2013, 1, 22),
        to="bytown",
        municipality=VASTMANLAND.b,
    )
    assert (moved.enrolment.status, moved.enrolment.stay) == ("ended-by-move", None)
    assert moved.enrolment.stays[0].ended_at == moved.enrolment.ended_at


@pytest.mark.rule("ORE-3.4.1-2")
def test_a_move_that_does_not_end_the_enrolment_does_not_end_the_stay() -> None:
    story = admitted().after(
        death_and_move.record_move, NURSE_A, at="2025-05-06 09:00", moved_on=date(2025, 5, 6), to="special"
    )
    assert story.enrolment.stay is not None


def test_a_discharge_from_home_care_during_a_stay_ends_both() -> None:
    told = admitted().after(
        discharge.declare_discharge, DISTRICT_NURSE, reason="She moves in with her son", participation=TOOK_PART
    )
    told = told.after(discharge.complete_discharge, NURSE_A, where_to_turn="The health centre's telephone")
    assert (told.enrolment.status, told.enrolment.stay) == ("discharged", None)
    assert told.enrolment.stays[0].ended_at == told.enrolment.ended_at
    assert list_waiting(told) == []


# --- A stay that never was --------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-4")
def test_no_news_of_a_corrected_stay_waits_after_the_end_of_the_enrolment() -> None:
    ended = corrected(came_home().discharged())

    assert (ended.enrolment.stays, ended.enrolment.unseen) == ((), {})


@pytest.mark.rule("SYS-4")
def test_a_stay_recorded_by_mistake_is_corrected_and_the_other_party_is_told() -> None:
    wrong = acknowledge(admitted(), StayNews.ADMISSION)
    event = next(each for each in wrong.events if isinstance(each, HospitalStayStarted))
    right = (
        given(wrong)
        .when(
            correction.correct_fact,
            by=WARD_NURSE,
            at=event.occurred_at,
            now=FRIDAY,
            corrects=event.id,
            reason=CorrectionReason.WRONG_PERSON,
        )
        .then(an(FactCorrected, fact=FactKind.HOSPITAL_STAY, allocations=()))
    )

    assert right.enrolment.stays == ()
    assert right.performer() == A
    assert list_waiting(right) == [("acknowledge-correction", Party.MUNICIPALITY)]
    assert list_waiting(acknowledge(right, StayNews.CORRECTION)) == []


@pytest.mark.rule("SYS-4")
def test_a_homecoming_from_a_stay_that_never_was_changes_nothing_and_another_stay_stands() -> None:
    again = admitted(came_home(), at="2025-05-12 09:00")
    first = next(event for event in again.events if isinstance(event, HospitalStayStarted))
    right = again.after(
        correction.correct_fact,
        WARD_NURSE,
        at=first.occurred_at,
        now="2025-05-13 09:00",
        corrects=first.id,
        reason=CorrectionReason.MISTAKE,
    )
    (stay,) = right.enrolment.stays
    assert (stay.started_at, stay.ended_at) == (swedish("2025-05-12 09:00"), None)
    assert corrected(came_home()).enrolment.stays == ()


@pytest.mark.rule("SYS-4")
def test_a_correction_of_an_earlier_stay_hides_no_news_of_the_one_that_goes_on() -> None:
    right = corrected(admitted(came_home(), at="2025-05-12 09:00"), place=0)
    assert list_waiting(right) == [
        ("acknowledge-admission", Party.MUNICIPALITY),
        ("acknowledge-correction", Party.MUNICIPALITY),
        ("homecoming", Party.REGION),
    ]

    told = admitted(acknowledge(came_home(by=NURSE_A), StayNews.HOMECOMING, WARD_NURSE), at="2025-05-12 09:00")
    assert ("acknowledge-correction", Party.MUNICIPALITY) in list_waiting(corrected(told))
    unread = admitted(came_home(by=NURSE_A), at="2025-05-12 09:00")
    assert ("acknowledge-correction", Party.MUNICIPALITY) in list_waiting(corrected(unread))


@pytest.mark.rule("SYS-4")
def test_the_news_of_a_stay_leaves_an_earlier_correction_waiting() -> None:
    assert list_waiting(admitted(corrected(admitted()), at="2025-05-12 09:00")) == [
        ("acknowledge-correction", Party.MUNICIPALITY),
        ("acknowledge-admission", Party.MUNICIPALITY),
        ("homecoming", Party.REGION),
    ]


@pytest.mark.rule("SYS-4")
def test_a_corrected_stay_is_recorded_anew_with_its_right_time() -> None:
    right = admitted(corrected(came_home()), at="2025-05-04 20:00", now="2025-05-10 09:00")
    assert came_home(right, at="2025-05-08 10:00").enrolment.stays[0].started_at == swedish("2025-05-04 20:00")


@pytest.mark.rule("SYS-3")
def test_only_the_principal_that_recorded_a_stay_corrects_it() -> None:
    event = next(each for each in admitted().events if isinstance(each, HospitalStayStarted))
    given(admitted()).when(
        correction.correct_fact, by=NURSE_A, at=FRIDAY, corrects=event.id, reason=CorrectionReason.MISTAKE
    ).then_refused(NotYourPrincipal, rule="SYS-3")


@pytest.mark.rule("SYS-4")
def test_a_corrected_death_leaves_the_stay_going_on() -> None:
    died = admitted().after(
        death_and_move.record_death, WARD_NURSE, at="2025-05-07 10:00", deceased_on=date(2025, 5, 6)
    )
    (death,) = (id for id, fact in died.state.correctable.items() if fact.kind is FactKind.DEATH)
    alive = died.after(
        correction.correct_fact,
        WARD_NURSE,
        at="2025-05-07 10:00",
        now="2025-05-07 12:00",
        corrects=death,
        reason=CorrectionReason.MISTAKE,
    )
    assert alive.enrolment.stays == admitted().enrolment.stays


@pytest.mark.rule("SYS-6")
def test_a_stay_is_known_now_about_each_moment_of_it() -> None:
    story = came_home()
    assert known_now_at(story, "2025-05-05 13:59").stay is None
    assert known_now_at(story, MONDAY).stay is not None
    assert known_now_at(story, "2025-05-09 10:59").stay is not None
    assert known_now_at(story, FRIDAY).stay is None


@pytest.mark.rule("SYS-4")
def test_a_death_is_corrected_also_after_an_earlier_stay_was() -> None:
    died = corrected(
        admitted().after(death_and_move.record_death, WARD_NURSE, at="2025-05-07 10:00", deceased_on=date(2025, 5, 6))
    )
    (death,) = (id for id, fact in died.state.correctable.items() if fact.kind is FactKind.DEATH)
    alive = died.after(
        correction.correct_fact,
        WARD_NURSE,
        at="2025-05-07 10:00",
        now="2025-05-13 12:00",
        corrects=death,
        reason=CorrectionReason.WRONG_PERSON,
    )

    assert (alive.enrolment.status, alive.enrolment.stays, alive.performer()) == ("active", (), A)


@pytest.mark.rule("SYS-4")
def test_two_stays_are_corrected_in_their_order() -> None:
    first, second = (
        event for event in admitted(came_home(), at="2025-05-12 09:00").events if isinstance(event, HospitalStayStarted)
    )
    right = admitted(came_home(), at="2025-05-12 09:00")
    for day, wrong in enumerate((first, second), start=13):
        right = right.after(
            correction.correct_fact,
            WARD_NURSE,
            at=wrong.occurred_at,
            now=f"2025-05-{day} 09:00",
            corrects=wrong.id,
            reason=CorrectionReason.MISTAKE,
        )

    assert right.enrolment.stays == ()
    assert right.state.correctable == {}
