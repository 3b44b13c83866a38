"""Stays in hospital of people who are enrolled in home care, and how they end: at home, by death, or not on record."""

from datetime import timedelta

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
