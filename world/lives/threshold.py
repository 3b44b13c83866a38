"""Home care by the threshold: for a person who cannot reach the health centre, even with support."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from domain.kernel import HsaId
from world.life import Life, Part, Story
from world.lives.sip import write_sip
from world.lives.words import SEVERAL, TOOK_PART, Content

INJECTION: Content = {"key": "injection", "text": "Injektion var fjärde vecka", "profession": "nurse"}
DRESSING: Content = {"key": "dressing", "text": "Omläggning en gång i veckan", "profession": "nurse"}
ADAPTATION: Content = {
    "key": "adaptation",
    "text": "Anpassning av badrummet",
    "profession": "occupational-therapist",
    "kind": "rehabilitative",
    "category": "environment-adaptation",
}
IMMEDIATE: Content = {"key": "immediate", "text": "Omedelbar vård efter fall", "category": "immediate-care"}
FACTS: dict[str, Content] = {
    "age": {},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
    "commissioned": {"commissioned_by_primary_care": True},
}
REACHES: Content = {"reaches_alone": False, "reaches_with_support": True, "cause": "svår social fobi"}


def stay_over_threshold(life: Life, *, end: str = "none", circumstance: str = "", ground: str = "residence") -> Story:
    """Tell of home care, from the request to its end, if it ends."""
    care = life.choose(INJECTION, DRESSING)
    yield from request_care(life, care, circumstance=circumstance)
    yield from enrol(life, care, ground=ground)
    yield from give_care(life, care, times=life.chance.randint(4, 20))
    if end == "death":
        yield from _die(life, care)
    elif end == "move":
        yield from _move(life)
    elif end == "discharge":
        over: Content = {"reason": "Klarar vårdcentralen", "participation": TOOK_PART[0]}
        yield from life.act(life.staff.nurse, "declare-discharge", **over)
    else:
        yield from give_care(life, care, times=200)


def request_care(life: Life, *interventions: Content, circumstance: str = "", track: str = "home-care") -> Part[None]:
    """Raise and send a need of care at home."""
    staff = life.staff
    request: Content = {"need": interventions[0]["text"], "interventions": list(interventions)}
    raised: Content = {"track": track, "municipality": staff.municipality, "request": request}
    yield from life.act(staff.district_nurse, "raise-need", patient_id=life.patient, **raised)
    if circumstance:
        yield from life.act(staff.district_nurse, "record-circumstance", circumstance=circumstance)
    yield from life.act(staff.district_nurse, "send-referral", receiver=staff.municipality)


def enrol(life: Life, *interventions: Content, ground: str = "residence", weigh: bool = True) -> Part[None]:
    """Enrol the person, with a plan, a responsible physician and a responsible nurse."""
    staff = life.staff
    life.wait(hours=(2, 30))
    if weigh:
        yield from life.act(staff.nurse, "evaluate-criteria", facts=FACTS)
        yield from life.act(staff.nurse, "propose-enrolment", ground=ground)
    life.wait(days=(0, 3))
    yield from _plan(life, "individual", interventions)
    roles = (
        (staff.district_nurse, "responsible-physician", staff.physician),
        (staff.nurse, "nursing-responsible", staff.nurse),
    )
    for actor, role, holder in roles:
        yield from life.act(actor, "assign-contact-role", plan=life.plan, role=role, person=holder.person)
    yield from life.act(staff.nurse, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(staff.nurse, "start-enrolment")


def _plan(life: Life, kind: str, interventions: Sequence[Content]) -> Part[None]:
    staff = life.staff
    yield from life.act(staff.nurse, "initiate-plan", kind=kind)
    meeting: Content = {"form": "home", "participants": [staff.nurse.person, staff.district_nurse.person]}
    if life.happens(0.2):
        meeting = {
            "form": "home",
            "participants": [staff.nurse.person],
            "absences": {"region": "Har inget att tillföra den här gången"},
        }
    yield from life.act(staff.nurse, "hold-planning", plan=life.plan, participation=TOOK_PART[0], **meeting)
    for intervention in interventions:
        line = intervention | SEVERAL | {"performer": "municipality"}
        yield from life.act(staff.nurse, "plan-intervention", plan=life.plan, intervention=line)


def give_care(life: Life, care: Content, *, times: int) -> Part[list[str]]:
    """Give care a number of times, and return the ids of its events."""
    staff, events = life.staff, []
    informed: Content = {"kind": "nurse-informed", "intervention": care["key"], "fields": {"information": "Ordination"}}
    if life.happens(0.8):
        yield from life.act(staff.district_nurse, "record-statement", **informed)
    for _ in range(times):
        life.wait_any_day((6, 28), life.choose(9, 11, 14))
        performed: Content = {"intervention": care["key"], "performer": staff.nurse.person}
        answer = yield from life.act(staff.nurse, "perform-intervention", **performed)
        events.append(answer["events"][0]["id"])
    return events


def _die(life: Life, care: Content) -> Part[None]:
    life.wait(days=(2, 9))
    died = life.now - timedelta(hours=18)
    yield from life.act(life.staff.nurse, "record-death", late=life.now - died, deceased_on=life.day(-1))
    life.wait(days=1)
    told: Content = {"kind": "information-to-region", "fields": {"information": "Avled lugnt i hemmet"}}
    yield from life.act(life.staff.nurse, "record-statement", **told)
    yield from life.act(life.staff.nurse, "start-enrolment", refused="WRONG_STATE")


def _move(life: Life) -> Part[None]:
    """Let the person move to another municipality of the county, which ends the enrolment."""
    life.wait(days=(2, 9))
    moved: Content = {"moved_on": life.day(), "to": "elsewhere", "municipality": _other_municipality(life)}
    yield from life.act(life.staff.nurse, "record-move", **moved)
    yield from life.act(life.staff.nurse, "start-enrolment", refused="WRONG_STATE")


def _other_municipality(life: Life) -> HsaId:
    staff = life.staff
    return next(each.id for each in staff.directory.municipalities if each.id != staff.municipality)


def depart_from_threshold(life: Life) -> Story:
    """Tell of a person who could come to the health centre, but for whom the municipality departs from the rule."""
    nurse = life.staff.nurse
    yield from request_care(life, INJECTION)
    life.wait(hours=(2, 30))
    yield from life.act(nurse, "evaluate-criteria", facts=FACTS | {"threshold": REACHES})
    yield from life.act(nurse, "accept-referral", refused="CRITERION_NOT_MET")
    reason: Content = {"criterion": "threshold", "reason": "Klarar inte att vistas bland andra"}
    yield from life.act(nurse, "grant-departure", ground="convenience", refused="EXCEPTION_GROUND_INVALID", **reason)
    yield from life.act(nurse, "grant-departure", ground="social-situation", **reason)
    yield from life.act(nurse, "accept-referral")
    yield from life.act(nurse, "start-enrolment", refused="PLAN_REQUIRED")
    yield from enrol(life, INJECTION, weigh=False)
    staff = life.staff
    yield from write_sip(life, nurse, [nurse, staff.district_nurse])
    yield from life.both("agree-plan", plan=life.plan, text=life.text)
    yield from give_care(life, INJECTION, times=12)


def come_of_age(life: Life) -> Story:
    """Tell of a person of 17 years who meets every criterion but the age, until the birthday."""
    nurse = life.staff.nurse
    yield from request_care(life, INJECTION)
    yield from life.act(nurse, "evaluate-criteria", facts=FACTS)
    yield from life.act(nurse, "propose-enrolment", refused="AGE_NOT_COVERED")
    life.wait(days=366)
    yield from life.act(nurse, "propose-enrolment")
    yield from enrol(life, INJECTION, weigh=False)


def visit_once(life: Life) -> Story:
    """Tell of occasional home visits, acute or planned, without an enrolment."""
    staff = life.staff
    yield from request_care(life, DRESSING, track="home-visit")
    yield from life.act(staff.nurse, "evaluate-criteria", facts=FACTS)
    for _ in range(life.chance.randint(1, 4)):
        life.wait_any_day((0, 12), life.choose(8, 13, 21))
        visit: Content = {"kind": life.choose("acute", "planned"), "performer": staff.nurse.person}
        yield from life.act(staff.nurse, "record-home-visit", **visit)
        if life.happens(0.7):
            life.wait(days=(0, 2))
            told: Content = {"kind": "family-doctor-informed", "fields": {"information": "Hembesök efter fall"}}
            yield from life.act(staff.nurse, "record-statement", **told)


def adapt_home(life: Life) -> Story:
    """Tell of rehabilitation in the home."""
    staff = life.staff
    yield from request_care(life, ADAPTATION, track="rehabilitation")
    life.wait(days=(1, 5))
    yield from life.act(staff.therapist, "evaluate-criteria", facts=FACTS)
    yield from life.act(staff.therapist, "propose-enrolment")
    yield from _plan(life, "rehab", [ADAPTATION])
    for actor, role, holder in (
        (staff.district_nurse, "responsible-physician", staff.physician),
        (staff.therapist, "rehabilitation-responsible", staff.therapist),
    ):
        yield from life.act(actor, "assign-contact-role", plan=life.plan, role=role, person=holder.person)
    yield from life.act(staff.nurse, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(staff.nurse, "start-enrolment")
    for _ in range(life.chance.randint(2, 8)):
        life.wait_any_day((5, 12), 10)
        performed: Content = {"intervention": ADAPTATION["key"], "performer": staff.therapist.person}
        yield from life.act(staff.therapist, "perform-intervention", **performed)
    over: Content = {"reason": "Badrummet fungerar", "participation": TOOK_PART[0]}
    yield from life.act(staff.nurse, "declare-discharge", **over)


def decline_alone(life: Life) -> Story:
    """Tell of care that another provider orders, which the municipality declines alone."""
    yield from request_care(life, DRESSING)
    life.wait(days=(0, 2))
    facts: Content = {"commissioned": {"commissioned_by_primary_care": False}}
    yield from life.act(life.staff.nurse, "evaluate-criteria", facts=facts)
    yield from life.act(life.staff.nurse, "decline-referral", reason="Ges inte på uppdrag av primärvården")


def need_help_when_closed(life: Life) -> Story:
    """Tell of a person who needs care when the health centre is closed, under a local agreement."""
    yield from request_care(life, DRESSING, track="closed-hours")
    facts: Content = {"age": {}, "closed-hours": {"regular_at_health_centre": True, "needed_when_closed": True}}
    yield from life.act(life.staff.nurse, "evaluate-criteria", facts=facts)


def visit_the_county(life: Life) -> Story:
    """Tell of a visitor from another county, for whose care the home region pays after an agreement."""
    nurse = life.staff.nurse
    yield from request_care(life, INJECTION, circumstance="non-resident")
    yield from enrol(life, INJECTION, ground="stay")
    events = yield from give_care(life, INJECTION, times=3)
    life.wait(days=(1, 4))
    claim: Content = {"case": str(life.case), "amount": "1250.00", "performed": events}
    on = life.case
    life.case = None
    yield from life.act(nurse, "raise-cost-claim", refused="COST_AGREEMENT_MISSING", **claim)
    question: Content = {"case": str(on), "registered_in": "uppsala", "asked": "home-region"}
    answer = yield from life.act(nurse, "request-cost-agreement", **question)
    life.wait(days=(4, 15))
    reached: Content = {"counterpart_reference": "Hemregionen, dnr 17"}
    yield from life.act(nurse, "reach-cost-agreement", on=UUID(answer["ledger"]), **reached)
    if life.happens(0.8):
        life.wait(days=(1, 5))
        yield from life.act(nurse, "raise-cost-claim", **claim)


def need_immediate_care(life: Life) -> Story:
    """Tell of a visitor who needs care at once, which is the region's."""
    yield from request_care(life, IMMEDIATE, circumstance="non-resident")
