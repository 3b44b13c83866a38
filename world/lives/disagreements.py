"""Disagreements on every subject of a case, and every way out of one."""

from datetime import timedelta

from world.life import Life, Part, Story
from world.lives.home_care import (
    CRITERIA,
    accept,
    accept_and_care,
    agree_to_plan,
    assess,
    come_home,
    discharge,
    end_care,
    enrol,
    give_care,
    request_care,
    start_assessment,
    write_plan,
)
from world.lives.words import HEALED, NEEDS, TOOK_PART, WHERE_TO_TURN, Content, HomeNeed, make_assessment

COMPETENCE = "Insatsen kräver särskild kompetens som kommunen saknar"
PRIMARY = "Insatsen är primärvårdsnivå och kan ges av kommunens sjuksköterskor"


def disagree_on_request(life: Life, *, way: str) -> Story:
    """Tell of assessments that differ: `way` is resolved, declined, withdrawn, escalated or open."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from _assess_differently(life, need)
    yield from life.act(life.staff.nurse, "raise-disagreement", reason=COMPETENCE)
    yield from _argue(life)
    if way == "open":
        return
    if way == "withdrawn":
        yield from life.act(
            life.staff.district_nurse, "withdraw-disagreement", **_words(life), refused="NOT_YOUR_PRINCIPAL"
        )
        yield from life.act(life.staff.nurse, "withdraw-disagreement", **_words(life))
        return
    if way == "escalated":
        yield from life.act(
            life.staff.district_nurse, "escalate-disagreement", dispute=life.dispute, step="Områdescheferna"
        )
        life.wait(days=(3, 10))
    if way == "declined":
        yield from _resolve(life, level=None, performer="region", conclusion="Vårdcentralen ger vården")
        return
    yield from _resolve(life, level="primary", performer="municipality", conclusion="Primärvårdsnivå efter utbildning")
    yield from life.act(
        life.staff.nurse,
        "record-position",
        late=timedelta(hours=3),
        dispute=life.dispute,
        position="Utbildningen ska vara gjord innan vi tar över",
    )
    yield from accept_and_care(life, need, visits=12)


def disagree_on_level(life: Life) -> Story:
    """Tell of an enrolled person whose care the municipality comes to see as specialised."""
    need = life.choose(*NEEDS)
    yield from come_home(life, need)
    yield from give_care(life, need, visits=8)
    life.wait(days=(1, 4))
    yield from life.act(life.staff.nurse, "raise-disagreement", subject="level", reason=COMPETENCE)
    yield from _argue(life)
    yield from life.act(
        life.staff.district_nurse,
        "resolve-disagreement",
        dispute=life.dispute,
        level="primary",
        performer="municipality",
        conclusion="Primärvårdsnivå",
    )
    yield from life.act(
        life.staff.nurse,
        "resolve-disagreement",
        dispute=life.dispute,
        level="specialised",
        performer="region",
        conclusion="Specialiserad nivå",
        refused="RESOLUTIONS_DIFFER",
    )
    yield from life.act(
        life.staff.nurse,
        "resolve-disagreement",
        dispute=life.dispute,
        level="primary",
        performer="municipality",
        conclusion="Primärvårdsnivå, med stöd av kliniken",
    )
    yield from give_care(life, need, visits=8)
    yield from end_care(life, need)


def disagree_on_enrolment(life: Life, *, performer: str) -> Story:
    """Tell of an enrolment that the municipality disputes: `performer` is who performs in the end."""
    need = life.choose(*NEEDS)
    yield from come_home(life, need)
    yield from give_care(life, need, visits=6)
    life.wait(days=(1, 4))
    yield from life.act(life.staff.nurse, "raise-disagreement", subject="enrolment", reason="Behovet har ändrats")
    yield from _argue(life)
    if performer == "nobody-yet":
        return
    conclusion = "Regionen tar över insatsen" if performer == "region" else "Kommunen fortsätter"
    yield from _resolve(life, level="primary", performer=performer, conclusion=conclusion, days=3)
    life.wait(days=(4, 9))
    if performer == "region":
        yield from discharge(life, life.staff.nurse, life.staff.district_nurse)
    else:
        yield from give_care(life, need, visits=6)
        yield from end_care(life, need)


def disagree_on_plan(life: Life) -> Story:
    """Tell of a plan whose content the parties cannot agree on at first."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    yield from accept(life)
    yield from write_plan(life, need)
    life.wait(hours=(1, 20))
    disputed: Content = {"subject": "plan", "plan": life.plan, "reason": "Uppföljningen är för gles"}
    yield from life.act(life.staff.nurse, "raise-disagreement", **disputed)
    yield from life.act(life.staff.physician, "agree-plan", plan=life.plan, text=life.text, refused="DISPUTE_OPEN")
    yield from _argue(life)
    yield from _resolve(life, level=None, performer=None, conclusion="Uppföljning varje månad det första halvåret")
    yield from agree_to_plan(life)
    yield from enrol(life)
    yield from give_care(life, need, visits=10)
    yield from end_care(life, need)


def disagree_on_discharge(life: Life) -> Story:
    """Tell of a discharge that the other party disputes, contests, and at last completes."""
    need = life.choose(*NEEDS)
    staff = life.staff
    yield from come_home(life, need)
    yield from give_care(life, need, visits=12)
    life.wait(days=(1, 5))
    over: Content = {"reason": life.choose(*HEALED), "participation": TOOK_PART[0]}
    yield from life.act(staff.nurse, "declare-discharge", **over)
    life.wait(days=(0, 2))
    disputed: Content = {"subject": "discharge", "reason": "Behovet finns kvar enligt vår bedömning"}
    yield from life.act(staff.district_nurse, "raise-disagreement", **disputed)
    yield from life.act(staff.district_nurse, "complete-discharge", refused="DISPUTE_OPEN", where_to_turn=WHERE_TO_TURN)
    yield from life.act(staff.district_nurse, "contest-discharge", reason="Behovet finns kvar")
    yield from _argue(life)
    yield from _resolve(
        life, level=None, performer=None, conclusion="Utskrivning från hemsjukvården efter ytterligare fyra veckor"
    )
    life.wait(days=(26, 30))
    yield from discharge(life, life.staff.nurse, life.staff.district_nurse)


def _assess_differently(life: Life, need: HomeNeed) -> Part[None]:
    staff = life.staff
    life.wait(days=(0, 3))
    yield from start_assessment(life)
    yield from life.act(staff.physician, "record-assessment", **make_assessment(need, PRIMARY))
    life.wait(hours=(1, 24))
    differing = make_assessment(need, COMPETENCE, level="specialised")
    yield from life.act(staff.nurse, "record-assessment", **differing)
    yield from life.act(staff.district_nurse, "evaluate-criteria", facts=CRITERIA)
    yield from life.act(staff.district_nurse, "establish-level", refused="POSITIONS_DIFFER")


def _argue(life: Life) -> Part[None]:
    """State both positions, and take a step of the procedure."""
    staff = life.staff
    yield from life.act(staff.nurse, "record-position", dispute=life.dispute, position=COMPETENCE)
    life.wait(days=(0, 2))
    yield from life.act(staff.district_nurse, "record-position", dispute=life.dispute, position=PRIMARY)
    life.wait(days=(1, 5))
    yield from life.act(
        staff.nurse, "record-procedure-step", dispute=life.dispute, step="Enhetscheferna har talats vid"
    )
    life.wait(days=(1, 5))


def _resolve(
    life: Life, *, level: str | None, performer: str | None, conclusion: str, days: int | None = None
) -> Part[None]:
    """Agree on a resolution, which has effect after so many days."""
    resolution: Content = {"level": level, "performer": performer, "conclusion": conclusion}
    if days is not None:
        resolution["effective_from"] = life.day(days)
    yield from life.both("resolve-disagreement", dispute=life.dispute, **resolution)


def _words(life: Life) -> Content:
    return {"dispute": life.dispute, "reason": "Kompetensen finns nu i kommunen"}
