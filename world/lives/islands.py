"""Care on the islands of the county that is only files: the island's municipality decides alone."""

from world.life import Life, Story
from world.lives.sip import write_sip
from world.lives.words import SEVERAL, TOOK_PART, Content

CARE: Content = {"key": "wound-care", "text": "Omläggning av en fiskares hand", "profession": "nurse"}
CROSSING: Content = {
    "key": "crossing",
    "text": "Med båt till mottagningen",
    "profession": "nurse",
    "category": "sea-transport",
}


def live_on_island(life: Life, *, end: bool = False) -> Story:
    """Tell of an islander, from the call to the end, if it ends."""
    staff = life.staff
    boat, island = staff.district_nurse, staff.nurse
    request: Content = {"need": "En sliten hand", "goal": "En hand som håller nät", "interventions": [CARE, CROSSING]}
    raised: Content = {"municipality": staff.municipality, "request": request}
    yield from life.act(boat, "raise-need", patient_id=life.patient, **raised)
    yield from life.act(boat, "send-referral", receiver=staff.municipality)
    life.wait(days=(0, 2))
    facts: Content = {
        "far-at-sea": {"sea_minutes": 20, "island": "Ytterst"},
        "cannot-sail": {"sails_alone": False},
        "weather": {},
    }
    yield from life.act(boat, "record-statement", kind="weather-accepted", fields={"accepted": True})
    yield from life.act(island, "evaluate-criteria", facts=facts)
    assessment: Content = {"level": "primary", "interventions": [CARE, CROSSING], "participation": TOOK_PART[0]}
    yield from life.both("record-assessment", **assessment)
    yield from life.act(island, "accept-referral", refused="CRITERION_NOT_MET")
    departure: Content = {"criterion": "far-at-sea", "reason": "Sjösjuk i varje båt"}
    yield from life.act(island, "grant-departure", ground="comfort", refused="EXCEPTION_GROUND_INVALID", **departure)
    yield from life.act(island, "grant-departure", ground="seasickness", **departure)
    yield from life.act(island, "accept-referral")
    yield from life.act(island, "initiate-plan", kind="individual")
    for intervention in (CARE, CROSSING):
        line = intervention | SEVERAL | {"performer": "municipality"}
        yield from life.act(island, "plan-intervention", plan=life.plan, intervention=line)
    crossing: Content = {"part": "crossing", "fields": {"boat": "rescue-boat", "winter": "Med svävare"}}
    yield from life.act(island, "record-plan-section", plan=life.plan, **crossing)
    yield from life.act(boat, "agree-plan", plan=life.plan, text=life.text, refused="ACTOR_NOT_ALLOWED")
    yield from life.act(island, "agree-plan", plan=life.plan, text=life.text)
    yield from life.act(island, "start-enrolment", refused="PRECONDITION_MISSING")
    life.wait_any_day(1, 0)  # the boat lands after midnight
    yield from life.act(island, "record-statement", kind="boat-checked", fields={"inspector": "Hamnkaptenen"})
    yield from life.act(island, "start-enrolment")
    if end:
        yield from write_sip(life, island, [island, boat])
        yield from life.both("agree-plan", plan=life.plan, text=life.text)
    life.wait(days=(3, 25))
    if life.happens(0.7):
        yield from life.act(boat, "record-statement", kind="buoy-report")
    for visit in range(life.chance.randint(3, 15) if end else 200):
        life.wait_any_day((3, 9), 10)
        yield from life.act(island, "perform-intervention", intervention=CARE["key"], performer=island.person)
        if visit == 2 and life.happens(0.3):
            yield from life.act(boat, "record-circumstance", circumstance="ice-bound")
    over: Content = {"reason": "Handen håller nät", "participation": TOOK_PART[0]}
    yield from life.act(island, "declare-discharge", refused="INFORMATION_DUTY_OPEN", **over)
    yield from life.act(island, "inform-individual", where_to_turn="Båtmottagningen")
    yield from life.act(island, "declare-discharge", **over)
