"""Care at home of the severely ill: a SIP first, and hours that the municipality is reimbursed for."""

from datetime import timedelta

from domain.kernel import legal_day
from world.life import Life, Part, Story
from world.lives.settlement import note_hours
from world.lives.sip import write_sip
from world.lives.words import TOOK_PART, Content

DEVICES: dict[str, Content] = {
    "ventilator": {"key": "ventilator", "text": "Respirator dygnet runt", "category": "ventilator"},
    "tracheostomy": {"key": "tracheostomy-care", "text": "Skötsel av trakealkanyl", "category": "tracheostomy"},
    "bag_dialysis": {"key": "bag-dialysis", "text": "Påsdialys fyra gånger om dagen", "category": "bag-dialysis"},
}
MEASURE: Content = {"key": "assistance", "text": "Personlig assistans enligt LSS", "category": "lss-measure"}
COORDINATION: Content = {
    "key": "coordination",
    "text": "Samordning av utskrivningen från sjukhuset och vården i hemmet",
    "profession": "physician",
    "category": "coordination",
}
SUCTION: Content = {"key": "suction", "text": "Sugning av trakealkanyl", "category": "tracheostomy"}
AREA = "Vården i hemmet, dygnet runt"


def _state_facts(device: str) -> dict[str, Content]:
    devices = {name: name == device for name in DEVICES}
    return {
        "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
        "extensive-care": devices | {"extensive": True, "extent": "Vård dygnet runt av särskilt utbildade"},
    }


def live_with_device(life: Life, *, end: str = "none") -> Story:
    """Tell of a person with a device at home, whose hours are settled each month, until death or a discharge."""
    device = life.choose(*DEVICES)
    care = DEVICES[device]
    yield from _request(life, care, MEASURE, COORDINATION, treated_by="specialised")
    lines = ((care, "municipality"), (MEASURE, "municipality"), (COORDINATION, "region"))
    yield from _bring_home(life, device, *(line | {"performer": party} for line, party in lines))
    yield from _entrust(life, care["key"])
    months = life.chance.randint(2, 6) if end != "none" else 40
    for month in range(1, months + 1):
        yield from _record_month(life, care["key"])
        if month % 10 == 0:
            yield from _delegate(life, care["key"])
    life.wait(days=(2, 9))
    if end == "death":
        yield from life.act(life.staff.nurse, "record-death", late=timedelta(hours=18), deceased_on=life.day(-1))
    elif end == "discharge":
        over: Content = {"reason": "Åter till sjukhus", "participation": TOOK_PART[0]}
        yield from life.act(life.staff.nurse, "declare-discharge", **over)


def stay_with_health_centre(life: Life) -> Story:
    """Tell of a person whom the health centre treats: hours are recorded, and nothing is paid for them.

    Sometimes the municipality counts them as treated by specialists, which nothing on record shows.
    """
    device = life.choose(*DEVICES)
    staff = life.staff
    yield from _request(life, DEVICES[device], treated_by="primary")
    yield from life.act(staff.district_nurse, "evaluate-criteria", facts=_state_facts(device))
    while True:
        life.wait_for_month_end()
        hours: Content = _make_hours(life, "health-care", "specialised" if life.happens(0.2) else "primary")
        yield from life.act(staff.nurse, "record-hours", performed=str(life.chance.randint(10, 90)), **hours)


def _make_hours(life: Life, kind: str, level: str) -> Content:
    """Return the content of today's record of a month's hours, and note that there are hours to settle."""
    life.notes.add(note_hours(life.staff.municipality, legal_day(life.now).replace(day=1)))
    return {"day": life.day(), "kind": kind, "treatment_level": level}


def _request(life: Life, *interventions: Content, treated_by: str) -> Part[None]:
    staff = life.staff
    request: Content = {"need": "Vård i hemmet i stället för på sjukhus", "interventions": list(interventions)}
    raised: Content = {"track": "severely-ill-at-home", "municipality": staff.municipality, "request": request}
    yield from life.act(staff.specialist_nurse, "raise-need", patient_id=life.patient, **raised)
    if treated_by == "specialised":
        yield from life.act(staff.specialist_nurse, "record-circumstance", circumstance="specialist-treatment")
    yield from life.act(staff.specialist_nurse, "send-referral", receiver=staff.municipality)


def _bring_home(life: Life, device: str, *lines: Content) -> Part[None]:
    staff = life.staff
    life.wait(days=(1, 6))
    yield from life.act(staff.specialist_nurse, "evaluate-criteria", facts=_state_facts(device))
    yield from life.act(staff.nurse, "propose-enrolment")
    yield from life.act(staff.nurse, "start-enrolment", refused="SIP_REQUIRED")
    life.wait(days=(2, 9))
    team = [staff.specialist, staff.physician, staff.nurse]
    yield from write_sip(life, staff.specialist_nurse, team, *lines)
    for actor, role, holder in (
        (staff.specialist_nurse, "care-contact-region", staff.specialist_nurse),
        (staff.nurse, "care-contact-municipality", staff.nurse),
    ):
        contact: Content = {"plan": life.plan, "role": role, "person": holder.person, "area": AREA}
        yield from life.act(actor, "assign-contact-role", **contact)
    named: Content = {"plan": life.plan, "role": "coordinating-physician", "person": staff.physician.person}
    yield from life.act(staff.physician, "assign-contact-role", **named)
    yield from life.both("agree-plan", by=(staff.specialist, staff.nurse), plan=life.plan, text=life.text)
    nurse = staff.specialist_nurse
    analysis: Content = {"kind": "risk-analysis", "fields": {"template": "SKL", "findings": "Strömavbrott: batteri"}}
    yield from life.act(nurse, "record-statement", **analysis)
    left: Content = {"kind": "hospital-discharge", "fields": {"routine": "2018"}}
    yield from life.act(nurse, "record-statement", refused="PRECONDITION_MISSING", **left)
    yield from life.act(nurse, "record-statement", kind="checklist", fields={"edition": "Bilaga 1, 2018"})
    yield from life.act(nurse, "record-statement", **left)
    yield from life.act(staff.nurse, "start-enrolment")


def _entrust(life: Life, key: str) -> Part[None]:
    """Train and introduce a member of care staff, who then works alone. A delegation before that is withdrawn."""
    staff = life.staff
    duty: Content = {"intervention": key, "performer": staff.care_staff.person}
    life.wait(days=1)
    yield from life.act(staff.nurse, "perform-intervention", refused="INTRODUCTION_REQUIRED", **duty)
    yield from _delegate(life, key)
    if staff.care_staff is not staff.nurse:
        yield from life.act(staff.nurse, "withdraw-delegation", reason="Utbildning och introduktion saknas", **duty)
    person = staff.care_staff.person
    trained: Content = {"kind": "training", "person": person, "fields": {"given-by": "KTC och kliniken"}}
    yield from life.act(staff.specialist_nurse, "record-statement", **trained)
    yield from life.act(staff.specialist_nurse, "record-statement", kind="introduction", person=person)
    life.wait(days=1)
    yield from _delegate(life, key)
    yield from life.act(staff.nurse, "perform-intervention", **duty)


def _delegate(life: Life, key: str) -> Part[None]:
    """Delegate the care to the member of care staff for a year, if the nurse is not alone."""
    staff = life.staff
    if staff.care_staff is staff.nurse:
        return
    task: Content = {"intervention": key, "performer": staff.care_staff.person, "last_day": life.day(365)}
    yield from life.act(staff.nurse, "delegate-task", **task)


def _record_month(life: Life, key: str) -> Part[None]:
    """Give care for a month, and record its hours on the last evening; sometimes correct them the day after."""
    staff = life.staff
    for _ in range(life.chance.randint(1, 3)):
        life.wait_any_day((3, 6), 22)
        yield from life.act(staff.nurse, "perform-intervention", intervention=key, performer=staff.care_staff.person)
    if life.happens(0.1):
        said: Content = {"kind": "dialogue", "fields": {"content": "Tryggt om nätterna; önskar samma personal"}}
        yield from life.act(staff.nurse, "record-statement", **said)
    life.wait_for_month_end()
    hours: Content = _make_hours(life, "health-care", "specialised")
    performed = life.chance.randint(40, 700)
    answer = yield from life.act(
        staff.nurse, "record-hours", planned=str(performed + 24), performed=str(performed), **hours
    )
    if life.happens(0.1):
        (event,) = [each["id"] for each in answer["events"] if each["content"]["performed"]]
        life.wait(hours=12)
        yield from life.act(staff.nurse, "record-hours", performed=str(performed - 8), corrects=event, **hours)


def come_of_age(life: Life) -> Story:
    """Tell of a request for a person of 17 years: from the birthday on it is the municipality's to take over."""
    yield from _request(life, DEVICES["bag_dialysis"], treated_by="specialised")


def care_for_child(life: Life) -> Story:
    """Tell of a child: health care stays with the region, and suction becomes self-care of the guardian."""
    staff = life.staff
    yield from _request(life, MEASURE, SUCTION, treated_by="specialised")
    lines = (MEASURE | {"performer": "municipality"}, SUCTION | {"performer": "region"})
    yield from _bring_home(life, "tracheostomy", *lines)
    life.wait(days=(1, 4))
    judged: Content = {
        "intervention": SUCTION["key"],
        "is_self_care": True,
        "routine": "Länsgemensam rutin för egenvård",
        "routine_version": "2017",
    }
    learnt = "Föräldrarna har lärt sig den och klarar den säkert"
    yield from life.act(staff.specialist, "assess-self-care", reason=learnt, **judged)
    life.wait(days=(1, 6))
    handed: Content = {"intervention": SUCTION["key"], "performer": "municipality"}
    yield from life.act(staff.nurse, "hand-over-self-care", **handed)
    life.wait_for_month_end()
    hours: Content = _make_hours(life, "self-care", "specialised")
    yield from life.act(staff.nurse, "record-hours", performed="60", **hours)
    life.wait(days=(2, 9))
    moved: Content = {"intervention": SUCTION["key"], "to": "municipality"}
    yield from life.act(staff.nurse, "move-self-care", refused="REASSESSMENT_REQUIRED", **moved)
    tired = "Föräldrarna orkar inte längre"
    yield from life.act(staff.specialist, "assess-self-care", reason=tired, responsible="municipality", **judged)
    yield from life.act(staff.nurse, "move-self-care", **moved)


def refuse_child(life: Life) -> Story:
    """Tell of a child whose health care the municipality cannot take over."""
    yield from _request(life, DEVICES["tracheostomy"], treated_by="specialised")
    life.wait(days=(0, 2))
    yield from life.act(life.staff.nurse, "propose-enrolment", refused="AGE_NOT_COVERED")


def distrust_assessment(life: Life) -> Story:
    """Tell of a disagreement in a county whose agreement does not say how it is resolved."""
    yield from _request(life, DEVICES["bag_dialysis"], treated_by="specialised")
    staff = life.staff
    assessment: Content = {"level": "specialised", "interventions": [], "participation": TOOK_PART[0]}
    yield from life.act(staff.nurse, "start-assessment", participants=[staff.specialist.person, staff.nurse.person])
    yield from life.act(staff.specialist, "record-assessment", **assessment)
    life.wait(days=(1, 3))
    yield from life.act(staff.nurse, "raise-disagreement", reason="Vården är inte omfattande")
    life.wait(days=(1, 9))
    position: Content = {"dispute": life.dispute, "position": "Fyra påsbyten om dagen är omfattande"}
    yield from life.act(staff.specialist, "record-position", **position)
