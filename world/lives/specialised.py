"""Care that comes from specialised care: psychiatric drugs, a clinic's patients, and discharges from a ward."""

from datetime import timedelta

from world.life import Life, Part, Story
from world.lives.home_care import agree_to_plan, discharge, give_care, make_ready, plan_care, write_plan
from world.lives.sip import write_sip
from world.lives.words import NEEDS, TOOK_PART, Content, HomeNeed, make_assessment

DEPOT: Content = {"key": "depot", "text": "Depåinjektion var fjärde vecka", "category": "psychiatric-drug-handling"}
PATH = "Psykiatriska öppenvårdens direktnummer, dygnet runt vidare till läkare i beredskap"
HABITUAL: Content = {"wellbeing": "Sover, äter och håller sina rutiner"}
PSYCHIATRIC_PARTS: dict[str, Content] = {
    "habitual-state": HABITUAL,
    "physician-support": {
        "treating-physician": "Behandlande läkare på öppenvården",
        "contact-path": PATH,
        "answers": "round-the-clock",
    },
    "drug-handling": {"agreed": "Kommunens sjuksköterska iordningställer och ger injektionen"},
    "physician-contact": {"agreed": "Per telefon, samma dag"},
    "deterioration-contact": {"contact-path": PATH},
}
EIGHT: dict[str, Content] = {
    "adult-in-ordinary-housing": {},
    "sip-consent": {},
    "psychiatric-outpatient": {"psychiatric_outpatient_treats": True},
    "no-specialist-competence": {"specialist_competence_needed": False},
    "assessment-complete": {"psychiatric_assessment_complete": True},
    "habitual-state": {"in_habitual_state": True},
    "stabilised": {
        "drug_prescribed": True,
        "target_dose_reached": True,
        "physician_judges_stable": True,
        "side_effects_tolerable": True,
    },
    "sip-established": {},
    "no-observation": {"observation_needed": False},
    "no-coercion": {"coercive_measure": False},
    "cannot-visit-care": {"can_visit_care": False},
}
RISING: Content = {
    "drug_prescribed": True,
    "target_dose_reached": False,
    "physician_judges_stable": False,
    "side_effects_tolerable": True,
}


def give_psychiatric_drugs(life: Life, *, stable: bool = True) -> Story:
    """Tell of a depot injection that psychiatry hands over, once the eight criteria are met."""
    staff = life.staff
    psychiatry, psychiatrist, nurse = staff.psychiatric_nurse, staff.psychiatrist, staff.nurse
    raised: Content = {"track": "psychiatric-drugs", "municipality": staff.municipality, "setting": "ordinary"}
    request: Content = {"need": "Depåinjektion hemma", "interventions": [DEPOT]}
    yield from life.act(psychiatry, "raise-need", patient_id=life.patient, request=request, **raised)
    yield from life.act(psychiatry, "propose-handover", receiver=staff.municipality, interventions=["depot"])
    summons: Content = {"kind": "sip-summons", "fields": {"when": "Tisdag kl. 13 på mottagningen"}}
    yield from life.act(psychiatry, "record-statement", refused="CONSENT_MISSING", **summons)
    yield from life.act(psychiatry, "record-statement", kind="sip-consent", fields={"given": True})
    yield from life.act(psychiatrist, "evaluate-criteria", facts={"sip-consent": {}, "sip-established": {}})
    yield from life.act(psychiatry, "record-statement", **summons)
    asked: Content = {"kind": "psychiatric-support-request", "fields": {"support": "En bemötandeplan"}}
    yield from life.act(nurse, "record-statement", **asked)
    life.wait(days=(4, 9))
    line = DEPOT | {"performer": "municipality", "line": "drug", "task": "administer"}
    yield from write_sip(life, psychiatry, [psychiatry, psychiatrist, nurse], line, parts=PSYCHIATRIC_PARTS)
    answered: Content = {"kind": "psychiatric-support-answer", "fields": {"support": "Bemötandeplanen är lämnad"}}
    yield from life.act(psychiatry, "record-statement", **answered)
    for actor in (psychiatrist, nurse):
        yield from life.act(actor, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(psychiatry, "record-statement", kind="habitual-description", fields=HABITUAL)
    life.wait(days=(0, 2))
    yield from life.act(psychiatrist, "evaluate-criteria", facts=EIGHT | {"stabilised": RISING})
    yield from life.act(psychiatry, "hand-over-intervention", intervention="depot", refused="CRITERION_NOT_MET")
    if not stable:
        return
    life.wait(days=(6, 20))
    yield from life.act(psychiatrist, "evaluate-criteria", facts=EIGHT)
    yield from life.act(psychiatrist, "record-assessment", **_assess_depot())
    yield from life.act(psychiatrist, "establish-level")
    for act in ("accept-referral", "commit-to-enrolment"):
        yield from life.both(act, by=(psychiatry, nurse))
    yield from make_ready(life, life.staff.nurse)
    yield from life.act(nurse, "start-enrolment")
    yield from life.act(psychiatry, "hand-over-intervention", intervention="depot")
    life.wait(hours=(0, 20))
    yield from life.act(nurse, "accept-handover", intervention="depot")
    shared: Content = {"recipients": "Kommunens sjuksköterskor", "contact-paths": PATH}
    yield from life.act(psychiatry, "record-statement", kind="information-shared", fields=shared)
    for _ in range(life.chance.randint(2, 12)):
        life.wait(days=28)
        yield from life.act(nurse, "perform-intervention", intervention="depot", performer=nurse.person)
        if life.happens(0.3):
            yield from _report(life)


def _assess_depot() -> Content:
    return {
        "level": "primary",
        "direction": "Fortsatt stabilitet",
        "content": "Depåinjektion var fjärde vecka",
        "responsibility": "Psykiatrin behandlar, kommunen ger injektionen",
        "goals": "Stabilitet i eget boende",
        "considerations": "Väl inställd",
        "participation": TOOK_PART[0],
        "interventions": [DEPOT | {"party": "municipality"}],
    }


def _report(life: Life) -> Part[None]:
    observed: Content = life.choose(
        {"kind": "side-effects-report", "fields": {"observed": "Skakningar i händerna", "contact-path": PATH}},
        {"kind": "deterioration-report", "fields": {"observed": "Sover dåligt sedan en vecka", "contact-path": PATH}},
        {"kind": "physician-contacted", "fields": {"about": "Tidpunkten för nästa dos", "contact-path": PATH}},
    )
    yield from life.act(life.staff.nurse, "record-statement", **observed)


def come_from_clinic(life: Life) -> Story:
    """Tell of a clinic's patient whose care moves home with a SIP."""
    need = life.choose(*NEEDS)
    staff = life.staff
    raised: Content = {"track": "specialised-care", "municipality": staff.municipality}
    request: Content = {"need": need.need, "goal": need.goal, "interventions": [need.care, need.visit]}
    yield from life.act(staff.specialist_nurse, "raise-need", patient_id=life.patient, request=request, **raised)
    proposal: Content = {"receiver": staff.municipality, "interventions": [need.key]}
    yield from life.act(staff.district_nurse, "propose-handover", refused="ACTOR_NOT_ALLOWED", **proposal)
    yield from life.act(staff.specialist_nurse, "propose-handover", **proposal)
    life.wait(days=(1, 4))
    for actor in (staff.specialist, staff.nurse):
        yield from life.act(actor, "record-assessment", **make_assessment(need, "Kan ges på primärvårdsnivå"))
    yield from life.act(staff.nurse, "evaluate-criteria", facts={"age": {}})
    yield from life.act(staff.specialist_nurse, "establish-level")
    both = (staff.specialist_nurse, staff.nurse)
    yield from life.both("accept-referral", by=both)
    life.wait(days=(2, 6))
    lines = [need.care | {"performer": "municipality"}, need.visit | {"performer": "region"}]
    yield from write_sip(life, staff.specialist_nurse, [staff.specialist, staff.nurse], *lines)
    yield from life.both("agree-plan", by=(staff.specialist, staff.nurse), plan=life.plan, text=life.text)
    yield from life.both("commit-to-enrolment", by=both)
    yield from make_ready(life, life.staff.nurse)
    yield from life.act(staff.nurse, "start-enrolment")
    yield from give_care(life, need, visits=life.chance.randint(6, 11))
    yield from _end(life)


def leave_ward(life: Life, *, way: str) -> Story:
    """Tell of a discharge from a ward on a plan for seven days: it is superseded, lapses, or is published late."""
    need = life.choose(*NEEDS)
    staff = life.staff
    ward, physician, nurse = staff.ward_nurse, staff.ward_physician, staff.nurse
    yield from _plan_discharge(life, need)
    life.wait(days=(1, 3))
    yield from life.act(ward, "initiate-plan", kind="interim7")
    for part, fields in _make_interim_parts(life).items():
        yield from life.act(ward, "record-plan-section", plan=life.plan, part=part, fields=fields)
    yield from plan_care(life, need, ward)
    yield from life.act(physician, "agree-plan", plan=life.plan, text=life.text, refused="PLAN_CONTENT_MISSING")
    section: Content = {"part": "rehabilitation", "fields": {"text": "Gångträning två gånger i veckan"}}
    yield from life.act(ward, "record-plan-section", plan=life.plan, **section)
    yield from life.act(physician, "agree-plan", plan=life.plan, text=life.text)
    note: Content = {"kind": "plan-content-published", "fields": {"final-note": "Läkarens slutanteckning"}}
    if way != "late":
        yield from life.act(ward, "record-statement", **note)
    yield from life.act(nurse, "start-enrolment")
    if way == "late":
        life.wait(days=1)
        yield from life.act(ward, "record-statement", **note)
    if way == "superseded":
        yield from write_plan(life, need, days=(2, 4))
        yield from agree_to_plan(life)
        yield from give_care(life, need, visits=10)
        yield from _end(life)
    else:
        yield from give_care(life, need, visits=6, alone=True)


def _plan_discharge(life: Life, need: HomeNeed) -> Part[None]:
    staff = life.staff
    ward, nurse = staff.ward_nurse, staff.nurse
    raised: Content = {"track": "inpatient-discharge", "municipality": staff.municipality}
    request: Content = {"need": need.need, "interventions": [need.care, need.visit]}
    yield from life.act(ward, "raise-need", patient_id=life.patient, request=request, **raised)
    colour = life.choose("yellow", "red", "red")
    yield from life.act(ward, "open-discharge-planning", receiver=staff.municipality, colour=colour)
    yield from life.act(ward, "record-circumstance", circumstance="rehabilitation-need")
    life.wait(hours=(2, 20))
    for actor in (nurse, staff.ward_physician):
        yield from life.act(actor, "record-assessment", **make_assessment(need, "Kan ges hemma"))
    yield from life.act(nurse, "establish-level")
    for act in ("accept-referral", "commit-to-enrolment"):
        yield from life.both(act, by=(ward, nurse))
    yield from make_ready(life, life.staff.nurse)
    if life.happens(0.5):
        held: Content = {"responsibility": "Kommunen utför", "contact-paths": "Avdelningens direktnummer"}
        yield from life.act(ward, "record-statement", kind="discharge-planning-held", fields=held)


def _make_interim_parts(life: Life) -> dict[str, Content]:
    return {
        "discharge": {"date": life.day()},
        "changed-need": {"text": "Nedsatt ork efter vårdtiden"},
        "measures": {"text": "Läkarkontakt vid feber"},
    }


def _end(life: Life) -> Part[None]:
    life.wait(days=(1, 6))
    yield from discharge(life, life.staff.district_nurse, life.staff.nurse, late=timedelta(minutes=30))
