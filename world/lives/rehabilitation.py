"""Rehabilitation only: asked for by anybody, at any age, and decided by the rehabilitation professions."""

from world.life import Life, Part, Story
from world.lives.home_care import make_ready
from world.lives.words import TOOK_PART, Content

GRIP: Content = {
    "key": "grip-training",
    "text": "Träna grepp och påklädning hemma",
    "profession": "occupational-therapist",
    "kind": "rehabilitative",
}
GAIT: Content = {
    "key": "gait-training",
    "text": "Träna gång och trappor",
    "profession": "physiotherapist",
    "kind": "rehabilitative",
}

PLANNER: Content = {
    "key": "planner",
    "text": "Planeringshjälpmedel",
    "profession": "occupational-therapist",
    "kind": "rehabilitative",
    "category": "cognitive-aid",
}


def train(life: Life, *, end: str = "none") -> Story:
    """Tell of training at home: `end` is how it ends, if it ends."""
    staff = life.staff
    therapist, physiotherapist = staff.therapist, staff.region_physiotherapist
    source = life.choose("individual", "relative", "relative", "professional")
    request: Content = {"need": "Klarar inte på- och avklädning", "interventions": [GRIP, GAIT], "channel": "telephone"}
    patient = life.patient
    yield from life.act(
        therapist, "raise-need", patient_id=patient, source=source, request=request, track="rehabilitation"
    )
    life.wait(days=(0, 4))
    team = [therapist.person, physiotherapist.person]
    yield from life.act(staff.nurse, "start-rehab-assessment", participants=team, refused="ACTOR_NOT_ALLOWED")
    yield from life.act(therapist, "start-rehab-assessment", participants=team)
    for actor, intervention in ((therapist, GRIP), (physiotherapist, GAIT)):
        assessment: Content = {"level": "primary", "interventions": [intervention], "participation": TOOK_PART[0]}
        yield from life.act(actor, "record-assessment", **assessment)
    yield from life.act(therapist, "evaluate-criteria", facts={"primary-level": {"primary_level_suffices": True}})
    yield from life.both("accept-referral", by=(therapist, physiotherapist))
    yield from _plan_training(life)
    for _ in range(life.chance.randint(3, 10)):
        life.wait_any_day((4, 9), 10)
        yield from life.act(therapist, "perform-intervention", intervention=GRIP["key"], performer=therapist.person)
    if end == "self-care":
        yield from _train_alone(life)
    elif end == "goal":
        yield from _reach_goal(life)


def _plan_training(life: Life) -> Part[None]:
    staff = life.staff
    therapist, physiotherapist = staff.therapist, staff.region_physiotherapist
    life.wait(days=(1, 5))
    yield from life.both("commit-to-enrolment", by=(therapist, physiotherapist))
    yield from make_ready(life, life.staff.therapist)
    yield from life.act(therapist, "initiate-plan", kind="rehab")
    meeting: Content = {"form": "home", "participants": [therapist.person, physiotherapist.person]}
    yield from life.act(therapist, "hold-planning", plan=life.plan, participation=TOOK_PART[0], **meeting)
    for intervention, performer in ((GRIP, "municipality"), (GAIT, "region")):
        line = intervention | {"performer": performer, "performer_kind": "own-staff"}
        yield from life.act(therapist, "plan-intervention", plan=life.plan, intervention=line)
    yield from life.act(therapist, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(therapist, "start-enrolment")


def _train_alone(life: Life) -> Part[None]:
    """Judge that the person goes on alone, as self-care."""
    life.wait(days=(3, 9))
    judged: Content = {
        "intervention": GRIP["key"],
        "is_self_care": True,
        "reason": "Klarar övningarna själv efter instruktion",
        "responsible": "individual",
    }
    yield from life.act(life.staff.therapist, "assess-self-care", **judged)


def _reach_goal(life: Life) -> Part[None]:
    life.wait(days=(5, 20))
    staff = life.staff
    followed: Content = {
        "plan": life.plan,
        "finding": "Klär sig själv och går i trappor",
        "participation": TOOK_PART[0],
    }
    physiotherapist = staff.region_physiotherapist
    yield from life.act(physiotherapist, "follow-up-plan", decision="end", refused="ACTOR_NOT_ALLOWED", **followed)
    if life.happens(0.5):
        yield from life.act(staff.therapist, "transfer-orderer", plan=life.plan, person=staff.therapist.person)
    yield from life.act(staff.therapist, "follow-up-plan", decision="end", **followed)
    over: Content = {"reason": "Målen är nådda", "participation": TOOK_PART[0]}
    yield from life.act(staff.therapist, "declare-discharge", new_care_form=True, **over)
    life.wait(days=(0, 3))
    asked: Content = {"kind": "new-care-request", "fields": {"receiver": "Vårdcentralen, för uppföljning"}}
    yield from life.act(staff.therapist, "record-statement", **asked)
    yield from life.act(staff.therapist, "transfer-information", means="Sammanfattning i Lifecare SP")


def use_cognitive_aid(life: Life) -> Story:
    """Tell of an aid that passes to psychiatry, which treats the person, and back at a move to special housing."""
    yield from _assess(life, PLANNER)
    life.wait(days=(3, 20))
    yield from life.act(life.staff.psychiatric_nurse, "record-circumstance", circumstance="psychiatric-outpatient")
    life.wait(days=(20, 90))
    yield from life.act(life.staff.therapist, "record-move", moved_on=life.day(), to="special")


def need_specialists(life: Life) -> Story:
    """Tell of training that both parties find too difficult for primary care, so that specialists answer for it."""
    staff = life.staff
    yield from _assess(life, GRIP)
    life.wait(days=(1, 4))
    yield from life.act(staff.therapist, "record-circumstance", circumstance="specialist-rehabilitation-need")
    for actor in (staff.therapist, staff.region_physiotherapist):
        assessment: Content = {"level": "specialised", "interventions": [], "participation": TOOK_PART[0]}
        yield from life.act(actor, "record-assessment", **assessment)
    suffices: Content = {"primary-level": {"primary_level_suffices": False}}
    yield from life.act(staff.therapist, "evaluate-criteria", facts=suffices)
    yield from life.act(staff.therapist, "establish-level")


def _assess(life: Life, intervention: Content) -> Part[None]:
    """Raise a need of rehabilitation and begin to assess it."""
    therapist = life.staff.therapist
    request: Content = {"need": "Struktur och självständighet i vardagen", "interventions": [intervention]}
    raised: Content = {"track": "rehabilitation", "source": "relative", "request": request}
    yield from life.act(therapist, "raise-need", patient_id=life.patient, **raised)
    life.wait(days=(0, 4))
    yield from life.act(therapist, "start-rehab-assessment", participants=[therapist.person])
