"""Requests of home care that take another way: declined, withdrawn, refused, or accepted with an exception."""

from world.life import Life, Story
from world.lives.home_care import (
    CRITERIA,
    accept,
    accept_and_care,
    agree_to_plan,
    assess,
    come_home,
    end_care,
    enrol,
    give_care,
    make_ready,
    make_request,
    make_sections,
    name_contacts,
    plan_care,
    request_care,
    revise_plan,
    start_assessment,
    write_plan,
)
from world.lives.sip import write_sip
from world.lives.words import NEEDS, Content, make_assessment


def decline(life: Life) -> Story:
    """Tell of a request that both parties decline after the assessment."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    life.wait(days=(0, 2))
    yield from life.both("decline-referral", reason="Vårdcentralen ger vården på mottagningen")
    life.wait(days=(0, 2))
    yield from life.act(life.staff.nurse, "close-referral", note="Åter till vårdcentralen")


def withdraw_at_once(life: Life) -> Story:
    """Tell of a request that the health centre sends to the wrong municipality, and withdraws."""
    need = life.choose(*NEEDS)
    nurse = life.staff.district_nurse
    content: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(nurse, "raise-need", **content)
    yield from life.act(nurse, "send-referral", receiver=life.staff.municipality)
    life.wait(hours=(0, 3))
    yield from life.act(nurse, "withdraw-referral", reason="by-sender")


def send_to_wrong_receiver(life: Life, *, way: str) -> Story:
    """Tell of a request that goes to the wrong municipality, which returns it, soon or after an assessment.

    The health centre then sends it to the right one, which takes it over; or (`open`) it waits for a receiver.
    """
    need = life.choose(*NEEDS)
    nurse, wrong = life.staff.district_nurse, life.staff.stranger
    raised: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(nurse, "raise-need", **raised)
    yield from life.act(nurse, "send-referral", receiver=wrong.principal)
    life.wait(hours=(1, 20))
    come = life.choose("sent", "contact", "level")
    if come != "sent":
        yield from life.act(wrong, "acknowledge-referral")
        yield from life.act(wrong, "contact-principal")
    if come == "level":
        participants = [life.staff.physician.person, wrong.person]
        yield from life.act(wrong, "start-assessment", participants=participants)
        for actor in (life.staff.physician, wrong):
            yield from life.act(actor, "record-assessment", **make_assessment(need, "Primärvårdsnivå"))
        yield from life.act(wrong, "evaluate-criteria", facts=CRITERIA)
        yield from life.act(wrong, "establish-level")
    yield from life.act(nurse, "return-referral", reason="Fel kommun", refused="ACTOR_NOT_RECEIVER")
    yield from life.act(wrong, "return-referral", reason="Personen bor inte i vår kommun")
    yield from life.act(wrong, "acknowledge-referral", refused="UNKNOWN")
    if way == "open":
        return
    life.wait(hours=(0, 20))
    yield from life.act(nurse, "send-referral", receiver=life.staff.municipality)
    life.wait(hours=(1, 20))
    yield from life.act(life.staff.nurse, "acknowledge-referral")
    yield from life.act(life.staff.nurse, "contact-principal")
    yield from assess(life, need)
    yield from accept_and_care(life, need, visits=6)


def pass_on(life: Life) -> Story:
    """Tell of a request that comes to one unit of a municipality, which passes it on to another."""
    need = life.choose(*NEEDS)
    nurse, receiver = life.staff.district_nurse, life.staff.nurse
    raised: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(nurse, "raise-need", **raised)
    yield from life.act(nurse, "send-referral", receiver=life.staff.municipality, unit=receiver.unit)
    life.wait(hours=(1, 20))
    other = next(
        actor
        for actor in life.staff.directory.actors
        if (actor.principal, actor.role) == (receiver.principal, receiver.role) and actor.unit != receiver.unit
    )
    passing: Content = {"unit": other.unit, "reason": "Den enheten har området"}
    yield from life.act(nurse, "redirect-referral", **passing, refused="ACTOR_NOT_RECEIVER")
    yield from life.act(receiver, "redirect-referral", **passing)
    yield from life.act(receiver, "redirect-referral", **passing, refused="WRONG_STATE")
    yield from life.act(other, "acknowledge-referral")
    yield from life.act(other, "contact-principal")
    yield from assess(life, need)
    yield from accept_and_care(life, need, visits=6)


def cancel(life: Life, *, answer: str) -> Story:
    """Tell of a request that its sender wants cancelled after the acknowledgement: `answer` is yes, no or none yet."""
    need = life.choose(*NEEDS)
    nurse, receiver = life.staff.district_nurse, life.staff.nurse
    yield from request_care(life, need)
    asking: Content = {"reason": life.choose("need-ceased", "duplicate", "sent-in-error")}
    yield from life.act(nurse, "withdraw-referral", **asking, refused="WRONG_STATE")
    yield from life.act(receiver, "request-cancellation", **asking, refused="NOT_YOUR_PRINCIPAL")
    yield from life.act(nurse, "request-cancellation", **asking)
    yield from life.act(nurse, "request-cancellation", **asking, refused="WRONG_STATE")
    yield from life.act(nurse, "accept-cancellation", refused="NOT_YOUR_PRINCIPAL")
    if answer == "none":
        return
    life.wait(hours=(1, 20))
    if answer == "yes":
        yield from life.act(receiver, "accept-cancellation")
        return
    yield from life.act(receiver, "refuse-cancellation", reason="Vi har träffat personen, och behovet kvarstår")
    yield from assess(life, need)
    yield from life.act(nurse, "request-cancellation", **asking)
    yield from accept_and_care(life, need, visits=6)


def ask_twice(life: Life, *, way: str) -> Story:
    """Tell of a need that the physician asks for once more, not aware that the health centre has an open request.

    The physician is told of it and leaves it at that (`told`), or asks despite it (`despite`). That second request is a
    duplicate, and its sender has it cancelled. Care goes on in the first case.
    """
    need = life.choose(*NEEDS)
    physician, receiver = life.staff.physician, life.staff.nurse
    yield from request_care(life, need)
    first, life.case = life.case, None
    again: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(physician, "raise-need", **again, refused="REQUEST_OPEN")
    if way == "despite":
        yield from life.act(physician, "raise-need", **again, despite=[str(first)])
        yield from life.act(physician, "send-referral", receiver=life.staff.municipality, unit=receiver.unit)
        life.wait(hours=(1, 20))
        yield from life.act(receiver, "acknowledge-referral")
        yield from life.act(physician, "request-cancellation", reason="duplicate")
        yield from life.act(receiver, "accept-cancellation")
    life.case = first
    yield from assess(life, need)
    yield from accept_and_care(life, need, visits=6)


def ask_and_answer(life: Life, *, way: str) -> Story:
    """Tell of parties that ask each other about the person, before the enrolment, about the plan and after the end.

    The municipality opens the answer to its last question (`answered`), or has not done so yet (`unopened`).
    """
    need = life.choose(*NEEDS)
    nurse, receiver, physician = life.staff.district_nurse, life.staff.nurse, life.staff.physician
    early: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    if way == "answered":
        yield from life.act(nurse, "raise-need", **early)
        yield from life.act(nurse, "ask-question", text="Kan ni komma i morgon?", refused="NOBODY_TO_ASK")
        yield from life.act(nurse, "send-referral", receiver=life.staff.municipality, unit=receiver.unit)
        yield from life.act(receiver, "acknowledge-referral")
        yield from life.act(receiver, "contact-principal")
    else:
        yield from request_care(life, need)
    yield from life.act(receiver, "ask-question", text="Vilket förband har hon i dag?")
    yield from life.act(receiver, "answer-question", question=life.question, text="Nej", refused="NOT_YOUR_PRINCIPAL")
    life.wait(hours=(1, 20))
    yield from life.act(nurse, "open-question", question=life.question)
    yield from life.act(physician, "answer-question", question=life.question, text="Ett torrt, som byts i morgon")
    yield from life.act(receiver, "open-answer", question=life.question)
    yield from assess(life, need)
    yield from accept(life)
    yield from write_plan(life, need)
    yield from life.act(nurse, "ask-question", text="När i veckan kommer ni?", plan=life.plan)
    yield from life.act(receiver, "answer-question", question=life.question, text="På tisdagar")
    yield from life.act(nurse, "open-answer", question=life.question)
    yield from agree_to_plan(life)
    yield from enrol(life)
    yield from give_care(life, need, visits=6)
    yield from end_care(life, need)
    yield from life.act(receiver, "ask-question", text="Vart ska vi lämna nyckeln?")
    life.wait(hours=(1, 20))
    yield from life.act(nurse, "answer-question", question=life.question, text="Till vårdcentralen")
    if way == "answered":
        yield from life.act(receiver, "open-answer", question=life.question)


def ask_in_vain(life: Life) -> Story:
    """Tell of a question that its sender withdraws, of one that a wrong receiver leaves, and of one that waits."""
    need = life.choose(*NEEDS)
    nurse, wrong, receiver = life.staff.district_nurse, life.staff.stranger, life.staff.nurse
    raised: Content = {"patient_id": life.patient, "request": make_request(life, need)}
    yield from life.act(nurse, "raise-need", **raised)
    yield from life.act(nurse, "send-referral", receiver=wrong.principal)
    yield from life.act(nurse, "ask-question", text="Har hon haft hemtjänst hos er?")
    life.wait(hours=(1, 20))
    yield from life.act(wrong, "open-question", question=life.question)
    yield from life.act(wrong, "return-referral", reason="Personen bor inte i vår kommun")
    yield from life.act(wrong, "answer-question", question=life.question, text="Nej", refused="UNKNOWN")
    yield from life.act(nurse, "send-referral", receiver=life.staff.municipality, unit=receiver.unit)
    yield from life.act(receiver, "answer-question", question=life.question, text="Nej", refused="WRONG_STATE")
    yield from life.act(nurse, "ask-question", text="Har ni en säng att låna ut?")
    yield from life.act(receiver, "withdraw-question", question=life.question, refused="NOT_YOUR_PRINCIPAL")
    yield from life.act(nurse, "withdraw-question", question=life.question)
    yield from life.act(receiver, "acknowledge-referral")
    yield from life.act(receiver, "contact-principal")
    yield from life.act(receiver, "ask-question", text="Finns det hund i hemmet?")
    yield from life.act(nurse, "ask-question", text="Vilken dag börjar ni?")


def withdraw_later(life: Life, *, reason: str) -> Story:
    """Tell of a request that ends for the person's own sake, after it was assessed."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    life.wait(days=(1, 3))
    nurse = life.staff.district_nurse
    yield from life.act(nurse, "withdraw-referral", reason="by-sender", refused="WRONG_STATE")
    yield from life.act(nurse, "withdraw-referral", reason=reason)


def withdraw_accepted(life: Life) -> Story:
    """Tell of a person who dies after the acceptance, before the enrolment has begun."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    yield from accept(life)
    life.wait(days=(1, 5))
    yield from life.act(life.staff.district_nurse, "withdraw-referral", reason="death")


def change_level(life: Life) -> Story:
    """Tell of an enrolled person whose need becomes specialised, as both parties come to see, and goes back again."""
    need = life.choose(*NEEDS)
    staff = life.staff
    yield from come_home(life, need)
    yield from give_care(life, need, visits=6)
    for level in ("specialised", "primary"):
        life.wait(days=(2, 8))
        assessment = make_assessment(need, "Läget har ändrats", level=level) | {"reason": "Ny bedömning på plats"}
        for actor in (staff.physician, staff.nurse):
            yield from life.act(actor, "record-assessment", **assessment)
        yield from life.act(staff.nurse, "establish-level")
    yield from revise_plan(life)
    yield from give_care(life, need, visits=6)
    yield from end_care(life, need)


def agree_on_exception(life: Life) -> Story:
    """Tell of a person who is too young, and is accepted with an exception that both agree to."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    life.wait(hours=(0, 20))
    yield from life.act(life.staff.nurse, "accept-referral", refused="AGE_NOT_COVERED")
    exception: Content = {"criterion": "age", "reason": "Fyller snart arton, och hemsjukvården är redan hos familjen"}
    yield from life.both("agree-exception", **exception)
    yield from accept_and_care(life, need, visits=20)


def refuse(life: Life) -> Story:
    """Tell of an enrolment that the municipality refuses, since a criterion is no longer met."""
    need = life.choose(*NEEDS)
    yield from request_care(life, need)
    yield from assess(life, need)
    yield from accept(life)
    life.wait(days=(1, 4))
    unsafe: Content = {"safe-at-home": {"safe_at_home": False}}
    yield from life.act(life.staff.nurse, "evaluate-criteria", facts=unsafe)
    refusal: Content = {"criterion": "safe-at-home", "reason": "Hemmet kan inte göras säkert"}
    yield from life.act(life.staff.district_nurse, "refuse-enrolment", refused="ACTOR_NOT_ALLOWED", **refusal)
    yield from life.act(life.staff.nurse, "refuse-enrolment", **refusal)


def consider_advanced_care(life: Life) -> Story:
    """Tell of advanced care, whose form both parties consider before they accept."""
    need = life.choose(*NEEDS)
    staff = life.staff
    infusion: Content = {"key": "infusion", "text": "Antibiotika intravenöst i hemmet", "advanced": True}
    request = make_request(life, need)
    raised: Content = {"patient_id": life.patient, "municipality": staff.municipality, "request": request}
    yield from life.act(staff.district_nurse, "raise-need", **raised)
    yield from life.act(staff.district_nurse, "send-referral", receiver=staff.municipality)
    life.wait(hours=(1, 20))
    yield from life.act(staff.nurse, "acknowledge-referral")
    yield from life.act(staff.nurse, "contact-principal")
    life.wait(days=(0, 2))
    yield from start_assessment(life)
    lines = (
        need.care | {"party": "municipality"},
        infusion | {"party": "municipality"},
        need.visit | {"party": "region"},
    )
    for actor in (staff.physician, staff.nurse):
        yield from life.act(actor, "record-assessment", **make_assessment(need, "Kan ges hemma", *lines))
    yield from life.act(staff.nurse, "evaluate-criteria", facts=CRITERIA)
    yield from life.act(staff.nurse, "establish-level")
    life.wait(hours=(0, 20))
    yield from life.act(staff.nurse, "accept-referral", refused="JOINT_CONSIDERATION_MISSING")
    considered: Content = {"intervention": "infusion", "conclusion": "Hemma, med stöd av kliniken"}
    yield from life.both("consider-jointly", **considered)
    yield from accept(life)
    yield from write_plan(life, need)
    yield from agree_to_plan(life)
    yield from life.both("commit-to-enrolment")
    yield from make_ready(life, life.staff.nurse)
    yield from life.act(staff.nurse, "start-enrolment")
    yield from give_care(life, need, visits=14)
    yield from end_care(life, need)


def plan_without_the_person(life: Life) -> Story:
    """Tell of a person who cannot take part in planning: both parties agree to plan without."""
    need = life.choose(*NEEDS)
    staff = life.staff
    yield from request_care(life, need)
    yield from assess(life, need)
    yield from accept(life)
    life.wait(days=(1, 5))
    yield from life.act(staff.district_nurse, "initiate-plan", kind="medical")
    yield from life.both("plan-without-individual", plan=life.plan, reason="Är medvetandesänkt; inga närstående finns")
    meeting: Content = {"form": "facility", "participants": [staff.physician.person, staff.nurse.person]}
    absent: Content = {"took_part": False, "note": "Är medvetandesänkt"}
    yield from life.act(staff.nurse, "hold-planning", plan=life.plan, participation=absent, **meeting)
    yield from plan_care(life, need, staff.district_nurse)
    for part, fields in make_sections(life, need).items():
        yield from life.act(staff.district_nurse, "record-plan-section", plan=life.plan, part=part, fields=fields)
    none: Content = {"part": "single-interventions", "not_applicable": "Inga"}
    yield from life.act(staff.district_nurse, "record-plan-section", plan=life.plan, **none)
    yield from name_contacts(life)
    yield from agree_to_plan(life)
    yield from enrol(life)
    yield from give_care(life, need, visits=10)
    yield from end_care(life, need)


def share_with_specialists(life: Life) -> Story:
    """Tell of a person whom a clinic treats as well: a SIP is needed before care moves home."""
    need = life.choose(*NEEDS)
    staff = life.staff
    yield from request_care(life, need)
    yield from assess(life, need)
    yield from accept(life)
    yield from write_plan(life, need)
    yield from agree_to_plan(life)
    yield from life.act(staff.district_nurse, "record-circumstance", circumstance="specialist-treatment")
    yield from life.act(
        staff.nurse, "record-statement", kind="sip-needed", fields={"reason": "Kliniken behandlar också"}
    )
    yield from life.both("commit-to-enrolment")
    yield from make_ready(life, life.staff.nurse)
    yield from life.act(staff.nurse, "start-enrolment", refused="SIP_REQUIRED")
    medical = life.plan
    yield from write_sip(life, staff.district_nurse, [staff.specialist, staff.physician, staff.nurse])
    for actor in (staff.physician, staff.nurse):
        yield from life.act(actor, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(staff.nurse, "start-enrolment")
    sip, life.plan = life.plan, medical
    yield from give_care(life, need, visits=10)
    life.wait(days=(1, 5))
    yield from life.act(staff.district_nurse, "record-circumstance", circumstance="specialist-treatment", holds=False)
    yield from life.both("close-plan", plan=sip, reason="Kliniken har avslutat behandlingen")


def wait_for_readiness(life: Life) -> Story:
    """Tell of an enrolment that waits for equipment, and then goes on."""
    need = life.choose(*NEEDS)
    yield from come_home(life, need, mistakes=True)
    yield from give_care(life, need, visits=6)
    yield from end_care(life, need)
