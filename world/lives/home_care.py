"""Home care at primary level, from the request of a health centre to its end. Both parties decide together."""

from datetime import timedelta
from functools import partial
from typing import Any

from domain.kernel import Actor
from world.life import Life, Part, Story
from world.lives.words import HEALED, NEEDS, SEVERAL, TOOK_PART, WHERE_TO_TURN, Content, HomeNeed, make_assessment

CRITERIA: dict[str, Content] = {
    "age": {},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}
RISKS: tuple[Content, ...] = (
    {"key": "falls", "text": "Faller på natten", "measure": "Nattljus och räcke vid sängen"},
    {"key": "pressure", "text": "Trycksår", "measure": "Avlastande madrass och lägesschema"},
    {"key": "drugs", "text": "Förväxlar läkemedel", "measure": "Dosett som fylls av sjuksköterska"},
)
"""The risks that an assessment finds, each with its measure."""
SUPPORT: tuple[tuple[str, Content, str, Content], ...] = (
    (
        "physician-home-visit-request",
        {"reason": "Tilltagande andnöd, orkar inte till vårdcentralen"},
        "physician-home-visit-answer",
        {"answer": "Läkaren kommer i morgon förmiddag"},
    ),
    (
        "competence-support-request",
        {"competence": "Skötsel av ny pump"},
        "competence-support-answer",
        {"support": "Genomgång på plats med två sjuksköterskor"},
    ),
    (
        "contact-path",
        {"path": "Hemsjukvårdens telefon, dygnet runt"},
        "contact-path",
        {"path": "Vårdcentralens direktnummer, vardagar"},
    ),
)
"""The municipality's questions and the region's answers: the kinds of the statements and their fields."""


def live_at_home(life: Life, *, end: str = "none", mistakes: bool = False) -> Story:
    """Tell a whole enrolment: `end` is how it ends, if it ends, and `mistakes` lets acts be refused on the way."""
    need = life.choose(*NEEDS)
    yield from come_home(life, need, mistakes=mistakes)
    yield from give_care(life, need, visits=life.chance.randint(8, 30))
    yield from END[end](life, need)


def come_home(life: Life, need: HomeNeed, *, mistakes: bool = False) -> Part[None]:
    """Tell everything from the need to the enrolment."""
    yield from request_care(life, need, mistakes=mistakes)
    yield from assess(life, need, mistakes=mistakes)
    yield from accept_and_enrol(life, need, mistakes=mistakes)


def accept_and_enrol(life: Life, need: HomeNeed, *, mistakes: bool = False) -> Part[None]:
    """Tell everything from the acceptance to the enrolment."""
    yield from accept(life, mistakes=mistakes)
    yield from write_plan(life, need)
    yield from agree_to_plan(life)
    yield from enrol(life, mistakes=mistakes)


def accept_and_care(life: Life, need: HomeNeed, *, visits: int) -> Part[None]:
    """Tell everything from the acceptance to the end, with so many visits."""
    yield from accept_and_enrol(life, need)
    yield from give_care(life, need, visits=visits)
    yield from end_care(life, need)


def request_care(life: Life, need: HomeNeed, *, mistakes: bool = False, **raised: Any) -> Part[None]:
    """Raise the need and send the request, which the municipality acknowledges and answers with a contact."""
    staff = life.staff
    request = make_request(life, need)
    incomplete = mistakes or life.happens(0.1)
    first = {name: value for name, value in request.items() if not (incomplete and name == "goal")}
    source = life.choose("professional", "professional", "professional", "individual", "relative")
    yield from life.act(
        staff.district_nurse,
        "raise-need",
        patient_id=life.patient,
        request=first,
        source=source,
        municipality=staff.municipality,
        **raised,
    )
    life.wait(hours=(0, 20))
    if incomplete:
        send = partial(life.act, staff.district_nurse, "send-referral", receiver=staff.municipality)
        yield from send(refused="REFERRAL_CONTENT_MISSING")
        yield from life.act(staff.district_nurse, "supplement-referral", request=request)
    yield from life.act(staff.district_nurse, "send-referral", receiver=staff.municipality)
    life.wait(hours=(1, 26))
    if mistakes:
        yield from life.act(staff.district_nurse, "acknowledge-referral", refused="ACTOR_NOT_RECEIVER")
        yield from life.act(staff.stranger, "acknowledge-referral", refused="UNKNOWN")
    yield from life.act(staff.nurse, "acknowledge-referral")
    if mistakes:
        yield from life.act(staff.nurse, "acknowledge-referral", refused="WRONG_STATE")
    life.wait(hours=(0, 8))
    yield from life.act(staff.nurse, "contact-principal", note="Ringde vårdcentralen och kom överens om en tid")


def make_request(life: Life, need: HomeNeed) -> Content:
    """Return the whole content of a request; of one about composite needs, also the words on whom to contact."""
    request: Content = {
        "need": need.need,
        "goal": need.goal,
        "physician_contact": life.staff.physician.person,
        "care_contact": life.staff.district_nurse.person,
        "interventions": [need.care, need.visit],
        "composite_needs": life.happens(0.2),
    }
    return request | ({"otherwise": "Ring dottern före första besöket"} if request["composite_needs"] else {})


def assess(life: Life, need: HomeNeed, *, mistakes: bool = False, facts: Content | None = None) -> Part[None]:
    """Assess the need jointly, and establish the level."""
    staff = life.staff
    life.wait(days=(0, 3), hours=1)
    yield from start_assessment(life)
    yield from life.act(staff.physician, "record-assessment", **make_assessment(need, "Primärvårdsnivå"))
    if mistakes:
        yield from life.act(staff.district_nurse, "establish-level", refused="JOINT_ASSESSMENT_MISSING")
    life.wait(hours=(0, 20))
    yield from life.act(staff.nurse, "record-assessment", **make_assessment(need, "Kommunen har kompetensen"))
    note: Content = {"risks": f"CFS {life.chance.randint(5, 8)}"}
    yield from life.act(
        life.choose(staff.district_nurse, staff.nurse), "evaluate-criteria", facts=facts or CRITERIA, notes=note
    )
    life.wait(hours=(0, 24))
    yield from life.act(life.choose(staff.district_nurse, staff.nurse), "establish-level")


def start_assessment(life: Life) -> Part[None]:
    """Begin the joint assessment."""
    staff = life.staff
    team = [staff.district_nurse.person, staff.physician.person, staff.nurse.person]
    yield from life.act(staff.nurse, "start-assessment", participants=team)


def accept(life: Life, *, mistakes: bool = False) -> Part[None]:
    """Accept the request for both parties."""
    staff = life.staff
    life.wait(hours=(0, 20))
    yield from life.act(staff.district_nurse, "accept-referral")
    if mistakes:
        yield from life.act(staff.district_nurse, "accept-referral", refused="OTHER_PARTY_MISSING")
    life.wait(hours=(0, 20))
    yield from life.act(staff.nurse, "accept-referral")


def write_plan(life: Life, need: HomeNeed, *, days: tuple[int, int] = (1, 9)) -> Part[None]:
    """Write the medical treatment plan, at a meeting with the person."""
    staff = life.staff
    life.wait(days=days)
    yield from life.act(staff.district_nurse, "initiate-plan", kind="medical")
    team = [staff.district_nurse.person, staff.physician.person, staff.nurse.person]
    meeting: Content = {"form": life.choose("home", "home", "digital", "facility"), "participants": team}
    yield from life.act(
        staff.nurse, "hold-planning", plan=life.plan, participation=TOOK_PART[life.chance.randrange(3)], **meeting
    )
    yield from plan_care(life, need, staff.district_nurse)
    for part, fields in make_sections(life, need).items():
        yield from life.act(staff.district_nurse, "record-plan-section", plan=life.plan, part=part, fields=fields)
    none: Content = {"part": "single-interventions", "not_applicable": "Inga punktinsatser: kommunen samordnar"}
    yield from life.act(staff.district_nurse, "record-plan-section", plan=life.plan, **none)
    yield from name_contacts(life)


def plan_care(life: Life, need: HomeNeed, author: Actor) -> Part[None]:
    """Plan the intervention that the municipality performs, and the follow-up that stays with the region."""
    for line, performer in ((need.care, "municipality"), (need.visit, "region")):
        intervention = line | SEVERAL | {"performer": performer}
        yield from life.act(author, "plan-intervention", plan=life.plan, intervention=intervention)


def make_sections(life: Life, need: HomeNeed) -> dict[str, Content]:
    """Return the parts of the medical treatment plan."""
    return {
        "prognosis": {"text": need.goal},
        "deterioration": {
            "level": life.choose("Vårdcentral", "Sjukhus", "Vårdcentral, vid sepsistecken sjukhus"),
            "direction": life.choose("Full behandling", "Symtomlindring i hemmet"),
            "direct-contact": "Vårdcentralens direktnummer",
            "measures": need.action,
            "contacts": "Kommunens sjuksköterska i tjänst, därefter vårdcentralen",
            "responsible": "Kommunens sjuksköterska bedömer på plats, läkaren ordinerar",
        },
        "action-plan": {"text": need.action},
        "follow-up": {
            "when": life.day(life.chance.randint(40, 90)),
            "frequency": life.choose("Varannan månad", "Varje kvartal"),
            "responsible": "De båda fasta vårdkontakterna",
        },
    }


def name_contacts(life: Life) -> Part[None]:
    """Name the permanent contacts of both parties, and who coordinates."""
    staff = life.staff
    for actor, role, holder in (
        (staff.district_nurse, "physician-contact", staff.physician),
        (staff.district_nurse, "care-contact-region", staff.district_nurse),
        (staff.nurse, "care-contact-municipality", staff.nurse),
        (staff.nurse, "coordinator", staff.nurse),
    ):
        yield from life.act(actor, "assign-contact-role", plan=life.plan, role=role, person=holder.person)


def agree_to_plan(life: Life) -> Part[None]:
    """Agree to the plan for both parties."""
    life.wait(hours=(0, 30))
    for actor in (life.staff.physician, life.staff.nurse):
        yield from life.act(actor, "agree-plan", plan=life.plan, text=life.text)
        life.wait(hours=(0, 3))


def enrol(life: Life, *, mistakes: bool = False) -> Part[None]:
    """Commit both parties, assess the risks, make the home ready, and start the enrolment."""
    staff = life.staff
    gap: Content
    life.wait(hours=(0, 20))
    yield from life.both("commit-to-enrolment")
    if mistakes:
        yield from life.act(staff.nurse, "start-enrolment", refused="NOT_READY")
    if mistakes or life.happens(0.1):
        gap = {"aspect": "equipment", "gap": "Säng och lyft saknas"}
        yield from life.act(staff.nurse, "open-readiness-action", **gap)
        life.wait(days=(1, 5))
    if mistakes:
        yield from life.act(staff.nurse, "confirm-readiness", aspect="competence")
        yield from life.act(staff.nurse, "start-enrolment", refused="NOT_READY")
    yield from make_ready(life, life.choose(staff.district_nurse, staff.nurse))
    if mistakes:
        gap = {"aspect": "competence", "gap": "Den som kan pumpen har blivit sjuk"}
        yield from life.act(staff.nurse, "open-readiness-action", **gap)
        yield from life.act(staff.nurse, "start-enrolment", refused="NOT_READY")
        yield from life.act(staff.nurse, "confirm-readiness", aspect="competence")
    yield from life.act(staff.nurse, "start-enrolment")


def make_ready(life: Life, assessor: Actor) -> Part[None]:
    """Confirm competence and equipment, and assess the risks."""
    for aspect in ("competence", "equipment"):
        yield from life.act(life.staff.nurse, "confirm-readiness", aspect=aspect)
    yield from life.act(assessor, "assess-risks", risks=[life.choose(*RISKS)])


def give_care(life: Life, need: HomeNeed, *, visits: int, alone: bool = False) -> Part[None]:
    """Give care for a time, some of it by care staff, if the nurse is not alone; some visits are recorded late."""
    staff = life.staff
    performers: tuple[Actor, ...] = (staff.nurse,)
    task: Content = {"intervention": need.key, "performer": staff.care_staff.person}
    if not alone and staff.care_staff is not staff.nurse and life.happens(0.4):
        life.wait(days=(1, 6))
        form = life.choose("delegation", "assignment")
        yield from life.act(staff.nurse, "delegate-task", form=form, last_day=life.day(365), **task)
        performers = (staff.nurse, staff.care_staff, staff.care_staff)
    for visit in range(visits):
        life.wait_any_day((2, 9), life.choose(9, 10, 13, 19))
        late = timedelta(hours=life.chance.randint(5, 20)) if visit and life.happens(0.1) else None
        performer = life.choose(*performers)
        content: Content = {"intervention": need.key, "performer": performer.person}
        if life.happens(0.3):
            content["note"] = life.choose("Enligt plan", "Mår bra idag", "Något trött; återkommer i morgon")
        yield from life.act(performer, "perform-intervention", late=late, **content)
        if visit == 2 and life.happens(0.3):
            yield from find_risk(life)
        if visit == 6 and len(performers) > 1 and life.happens(0.3):
            yield from withdraw_delegation(life, task)
            performers = (staff.nurse,)
        if life.happens(0.08):
            yield from ask_for_support(life)
        if visit % 12 == 11:
            yield from follow_up(life)


def withdraw_delegation(life: Life, task: Content) -> Part[None]:
    """Withdraw a delegation, after which the member of care staff may not perform the task."""
    staff = life.staff
    reason = life.choose("Har bytt arbetsplats", "Uppgiften kräver en sjuksköterska")
    yield from life.act(staff.nurse, "withdraw-delegation", reason=reason, **task)
    yield from life.act(staff.care_staff, "perform-intervention", refused="NO_DELEGATION", **task)


def find_risk(life: Life) -> Part[None]:
    """Find a risk when care is in the home, and mostly meet it."""
    staff, risk = life.staff, life.choose(*RISKS)
    yield from life.act(staff.nurse, "assess-risks", risks=[{"key": risk["key"], "text": risk["text"]}])
    life.wait(hours=(1, 30))
    if life.happens(0.8):
        yield from life.act(life.choose(staff.district_nurse, staff.nurse), "assess-risks", risks=[risk])


def ask_for_support(life: Life) -> Part[None]:
    """Let the municipality ask the region for something that it owes, and mostly get it."""
    life.wait(days=(0, 2))
    asked, fields, answered, answer = life.choose(*SUPPORT)
    staff = life.staff
    yield from life.act(staff.nurse, "record-statement", kind=asked, fields=fields)
    life.wait(days=(0, 4))
    if life.happens(0.8):
        yield from life.act(staff.district_nurse, "record-statement", kind=answered, fields=answer)


def follow_up(life: Life) -> Part[None]:
    """Follow up the plan, and sometimes revise it."""
    life.wait(days=(1, 4))
    staff = life.staff
    content: Content = {"plan": life.plan, "finding": "Fungerar som planerat", "participation": TOOK_PART[1]}
    yield from life.act(
        life.choose(staff.district_nurse, staff.nurse),
        "follow-up-plan",
        next_on=life.day(life.chance.randint(60, 90)),
        **content,
    )
    if life.happens(0.3):
        yield from revise_plan(life)


def revise_plan(life: Life) -> Part[None]:
    """Change who coordinates, in a revision that both parties agree to."""
    staff = life.staff
    yield from life.act(staff.district_nurse, "revise-plan", plan=life.plan, reason="Samordningen ändras")
    coordinator: Content = {"plan": life.plan, "role": "coordinator"}
    yield from life.act(staff.nurse, "assign-contact-role", person=staff.district_nurse.person, **coordinator)
    yield from agree_to_plan(life)


def _stay(life: Life, need: HomeNeed) -> Part[None]:
    """Let care go on until the last day of the record."""
    while True:
        yield from give_care(life, need, visits=12)


def discharge(life: Life, declarer: Actor, completer: Actor, *, late: timedelta | None = None) -> Part[None]:
    """Let one party declare the discharge, and the other complete it."""
    over: Content = {"reason": life.choose(*HEALED), "participation": TOOK_PART[0]}
    yield from life.act(declarer, "declare-discharge", late=late, **over)
    life.wait(days=(0, 3))
    yield from life.act(completer, "complete-discharge", where_to_turn=WHERE_TO_TURN)


def _discharge(life: Life, need: HomeNeed) -> Part[None]:
    """Follow up for the last time, tell late of an earlier time, and discharge."""
    life.wait(days=(1, 7))
    last: Content = {"plan": life.plan, "finding": "Målen i planen är nådda", "participation": TOOK_PART[1]}
    yield from life.act(life.staff.nurse, "follow-up-plan", **last)
    earlier = last | {"finding": "Före hembesöket såg det ut att behövas mer tid", "next_on": life.day(30)}
    yield from life.act(life.staff.nurse, "follow-up-plan", late=timedelta(hours=2), **earlier)
    life.wait(hours=(1, 20))
    yield from discharge(life, life.staff.district_nurse, life.staff.nurse)


def _discharge_to_new_care(life: Life, need: HomeNeed) -> Part[None]:
    life.wait(days=(1, 7))
    staff = life.staff
    over: Content = {"reason": "Flyttar till särskilt boende", "participation": TOOK_PART[0]}
    yield from life.act(staff.nurse, "inform-individual", where_to_turn=WHERE_TO_TURN)
    yield from life.act(staff.nurse, "declare-discharge", new_care_form=True, **over)
    life.wait(days=(0, 3))
    yield from life.act(staff.district_nurse, "complete-discharge", new_care_form=True)
    life.wait(days=(0, 6))
    yield from life.act(staff.nurse, "transfer-information", means="Rapport per telefon till sjuksköterskan på boendet")


def _die(life: Life, need: HomeNeed) -> Part[None]:
    """Record a death for the wrong person and correct it, and later the death."""
    yield from _correct_death(life, need)
    life.wait(days=(2, 8))
    died = life.now - timedelta(hours=18)
    yield from life.act(life.staff.nurse, "record-death", late=life.now - died, deceased_on=life.day(-1))
    life.wait(days=1)
    performed: Content = {"intervention": need.key, "performer": life.staff.nurse.person}
    before = life.now - died + timedelta(hours=20)
    yield from life.act(life.staff.nurse, "perform-intervention", late=before, **performed)
    yield from life.act(life.staff.nurse, "start-enrolment", refused="WRONG_STATE")


def _correct_death(life: Life, need: HomeNeed) -> Part[None]:
    """Record a death of somebody else, which reaches another case of the person, and correct it."""
    life.wait(days=(2, 8))
    nurse, cared_for, plan = life.staff.nurse, life.case, life.plan
    life.case = None
    raised: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(nurse, "raise-need", municipality=life.staff.municipality, **raised)
    other, life.case = life.case, cared_for
    answer = yield from life.act(nurse, "record-death", deceased_on=life.day())
    life.wait(days=2)
    wrong: Content = {"corrects": answer["events"][0]["id"], "reason": "wrong-person"}
    yield from life.act(life.staff.district_nurse, "correct-fact", refused="NOT_YOUR_PRINCIPAL", **wrong)
    yield from life.act(nurse, "correct-fact", **wrong)
    yield from life.act(nurse, "correct-fact", refused="UNKNOWN_REFERENCE", **wrong)
    life.wait(days=2)
    yield from life.act(nurse, "withdraw-referral", on=other, reason="by-sender")
    life.plan = plan


def _move_to_special_housing(life: Life, need: HomeNeed) -> Part[None]:
    life.wait(days=(2, 8))
    yield from life.act(life.staff.nurse, "record-move", moved_on=life.day(), to="special")
    life.wait(days=(10, 30))
    yield from _discharge(life, need)


END = {
    "none": _stay,
    "discharge": _discharge,
    "new-care": _discharge_to_new_care,
    "death": _die,
    "special-housing": _move_to_special_housing,
}
"""The ways in which an enrolment ends."""


def end_care(life: Life, need: HomeNeed) -> Part[None]:
    """Let the care end in one of the ways."""
    yield from END[life.choose("discharge", "discharge", "new-care", "death")](life, need)
