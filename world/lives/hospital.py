"""Stays in hospital of people who are enrolled in home care, and how they end: at home, by death, or not on record."""

from datetime import date, timedelta

from domain.kernel import HsaId, legal_day
from world.life import Life, Part, Story
from world.lives.home_care import come_home, discharge, give_care
from world.lives.words import NEEDS, Content


def go_to_hospital(life: Life, *, end: str) -> Story:
    """Tell of an enrolment with a stay in hospital.

    The person comes home again (`home`), dies there (`death`), or the homecoming is not recorded (`open`).
    """
    need, staff = life.choose(*NEEDS), life.staff
    yield from come_home(life, need)
    yield from give_care(life, need, visits=4)
    yield from admit(life)
    if end == "open":
        return
    yield from life.act(staff.nurse, "acknowledge-stay", news="admission")
    yield from life.act(staff.ward_nurse, "acknowledge-stay", news="admission", refused="WRONG_STATE")
    life.wait(days=(2, 5))
    if end == "death":
        late = timedelta(hours=18)
        yield from life.act(staff.ward_nurse, "record-death", late=late, deceased_on=life.day(-1))
        yield from life.act(staff.ward_nurse, "record-homecoming", refused="WRONG_STATE")
        return
    yield from life.act(staff.ward_nurse, "record-homecoming")
    yield from life.act(staff.nurse, "acknowledge-stay", news="homecoming")
    yield from give_care(life, need, visits=2)
    yield from _tell_of_a_stay_afterwards(life)
    yield from _correct_stay(life)
    life.wait(days=(2, 9))
    yield from discharge(life, staff.district_nurse, staff.nurse)


def admit(life: Life) -> Part[None]:
    """Let the ward tell that the person has come, and refuse a second admission."""
    life.wait(days=(1, 4))
    ward: Content = {"ward": life.staff.ward_nurse.unit, "expected_end": life.day(life.chance.randint(3, 7))}
    yield from life.act(life.staff.ward_nurse, "record-admission", **ward)
    yield from life.act(life.staff.nurse, "record-admission", refused="WRONG_STATE")


def _tell_of_a_stay_afterwards(life: Life) -> Part[None]:
    """Let the municipality tell of a short stay when it is over."""
    life.wait(days=(4, 9))
    nurse = life.staff.nurse
    yield from life.act(nurse, "record-admission", late=timedelta(hours=30))
    yield from life.act(nurse, "record-homecoming", late=timedelta(hours=3))
    yield from life.act(nurse, "acknowledge-stay", news="homecoming", refused="NOT_YOUR_PRINCIPAL")
    yield from life.act(life.staff.district_nurse, "acknowledge-stay", news="homecoming")


def _correct_stay(life: Life) -> Part[None]:
    """Let the ward tell of somebody else's stay, and correct it when the municipality wonders."""
    life.wait(days=(2, 5))
    staff = life.staff
    answer = yield from life.act(staff.ward_nurse, "record-admission")
    yield from life.act(staff.nurse, "acknowledge-stay", news="admission")
    life.wait(hours=(1, 20))
    wrong: Content = {"corrects": answer["events"][0]["id"], "reason": "wrong-person"}
    yield from life.act(staff.nurse, "correct-fact", refused="NOT_YOUR_PRINCIPAL", **wrong)
    yield from life.act(staff.ward_nurse, "correct-fact", **wrong)
    yield from life.act(staff.nurse, "acknowledge-stay", news="correction")


def note_days(municipality: HsaId, month: date) -> str:
    """Return the note that somebody of a municipality was ready for discharge and in hospital in a month."""
    return f"hospital days {municipality} {month}"


def wait_in_hospital(life: Life) -> Story:
    """Tell of an enrolled person who is ready for discharge for some days, and then comes home."""
    need, staff = life.choose(*NEEDS), life.staff
    yield from come_home(life, need)
    yield from give_care(life, need, visits=2)
    yield from admit(life)
    yield from life.act(staff.nurse, "acknowledge-stay", news="admission")
    yield from _prepare_discharge(life)
    yield from life.act(staff.nurse, "notify-ready-for-discharge", refused="ACTOR_NOT_ALLOWED")
    yield from life.act(staff.ward_nurse, "notify-ready-for-discharge")
    yield from life.act(staff.ward_nurse, "notify-ready-for-discharge", refused="WRONG_STATE")
    _note_month(life)
    life.wait(days=(5, 9))
    position: Content = {"kind": "payment-liability-position", "fields": {"position": "Bostaden var inte anpassad"}}
    yield from life.act(staff.nurse, "record-statement", **position)
    yield from life.act(staff.ward_nurse, "record-homecoming")
    yield from life.act(staff.nurse, "acknowledge-stay", news="homecoming")
    yield from give_care(life, need, visits=2)
    life.wait(days=(2, 9))
    yield from discharge(life, staff.district_nurse, staff.nurse)


def wait_before_home_care(life: Life) -> Story:
    """Tell of a person on a ward who is ready for discharge, is not any more, is again, and leaves unenrolled."""
    need, staff = life.choose(*NEEDS), life.staff
    ward = staff.ward_nurse
    raised: Content = {"track": "inpatient-discharge", "municipality": staff.municipality}
    request: Content = {"need": need.need, "interventions": [need.care]}
    yield from life.act(ward, "raise-need", patient_id=life.patient, request=request, **raised)
    yield from life.act(ward, "notify-ready-for-discharge", refused="WRONG_STATE")
    yield from life.act(ward, "open-discharge-planning", receiver=staff.municipality, colour="red")
    yield from _prepare_discharge(life)
    answer = yield from life.act(ward, "notify-ready-for-discharge")
    wrong: Content = {"corrects": answer["events"][0]["id"], "reason": "mistake"}
    yield from life.act(ward, "correct-fact", **wrong)
    yield from life.act(ward, "withdraw-ready-for-discharge", reason="Feber", refused="WRONG_STATE")
    life.wait(hours=(2, 20))
    yield from life.act(ward, "notify-ready-for-discharge")
    life.wait(days=(1, 5))
    yield from life.act(ward, "withdraw-ready-for-discharge", reason="Feber")
    life.wait(days=(1, 3))
    yield from life.act(ward, "notify-ready-for-discharge")
    _note_month(life)
    life.wait(days=(5, 12))
    yield from life.act(staff.nurse, "record-homecoming")
    yield from life.act(ward, "record-homecoming", refused="WRONG_STATE")


def _prepare_discharge(life: Life) -> Part[None]:
    """Tell the municipality of the admission, call to planning, and say that outpatient care is available."""
    staff = life.staff
    notice: Content = {"kind": "admission-notice", "fields": {"estimated-discharge": life.day(6)}}
    yield from life.act(staff.ward_nurse, "record-statement", **notice)
    life.wait(hours=(2, 20))
    yield from life.act(staff.district_nurse, "record-statement", kind="planning-call")
    available: Content = {"kind": "outpatient-care", "fields": {"available": True}}
    yield from life.act(staff.district_nurse, "record-statement", **available)


def _note_month(life: Life) -> None:
    """Note the month of the first day that the municipality is sure to pay for, by the law."""
    life.notes.add(note_days(life.staff.municipality, (legal_day(life.now) + timedelta(days=4)).replace(day=1)))
