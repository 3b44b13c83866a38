"""D12, "Visitor, moved, listed elsewhere" (catalogue D, VML; the dates and sums are fixtures)."""

from collections.abc import Sequence

from play.client import Cast, Person, Resource
from play.people import patient
from play.story import Step, Story
from play.threshold import (
    AABY,
    BRUK,
    COUNTY_COUNCIL,
    COUNTY_NURSE,
    INJECTION,
    NURSE,
    PHYSICIAN,
    PHYSICIAN_IN_BRUK,
    STRANGER,
    enrolled,
    needed,
)
from play.views import Case, expect_hidden, held, look

VISITOR, LISTED, MOVING, SEEKING = "195011029989", "195504049809", "193802209837", "199009149817"
"""Born 2 November 1950, 4 April 1955, 20 February 1938 and 14 September 1990."""
HOME = "orebro"
"""Where the visitor is registered."""
CLAIM = "settlement/raise-cost-claim"
IMMEDIATE: Resource = {"key": "immediate", "text": "Omedelbar vård efter fall", "category": "immediate-care"}


def d12(story: Story, cast: Cast) -> Sequence[Case]:
    """Carry D12 through, and say which cases it made."""
    nurse, municipal, other = cast.person(COUNTY_NURSE), cast.person(NURSE), cast.person(STRANGER)
    immediate = _immediate(story, nurse, municipal)
    stay = _stay(story, nurse, municipal, other, immediate.patient)
    listed = _listed_elsewhere(story, nurse, municipal, cast.person(PHYSICIAN_IN_BRUK))
    moved = _moved(story, nurse, municipal, other)
    return immediate, stay, listed, *moved, _asylum_seeker(story, nurse, municipal)


def _immediate(story: Story, nurse: Person, municipal: Person) -> Case:
    story.heading("a) A visitor needs immediate care")
    story.on("2013-03-04 10:00")
    step = story.step(nurse, "sees a man who only visits, registered in another county, and needs care at once")
    patient_id = patient(step, nurse, VISITOR)
    case = needed(step, nurse, patient_id, IMMEDIATE, municipality=AABY, circumstance="non-resident")
    for person in (nurse, municipal):
        step = story.step(person, "asks who has the duty, and who pays")
        found = held(person, case, "2013-03-04T12:00:00+01:00")["immediate"]
        step.expect_in_order(
            "treatment, performer: the county council of stay",
            [COUNTY_COUNCIL, COUNTY_COUNCIL],
            [found["treatment"], found["performer"]],
        )
        step.expect("rules", ["VML-12-1"], found["clauses"])
        asked = {"what": "immediate-care", "municipality": AABY, "at": "2013-03-04T12:00:00+01:00"}
        said = person.get("agreements/in-force/paying", **asked).body["non_residents"]
        step.expect_in_order("who pays, rules", ["home-region", ["VML-12-2"]], [said["answer"], said["clauses"]])
    return case


def _stay(story: Story, nurse: Person, municipal: Person, other: Person, patient_id: str) -> Case:
    story.heading("b) The municipality of stay enrols")
    story.on("2013-03-05 10:00")
    step = story.step(nurse, "raises the visitor's need of home care while he stays, and he is enrolled")
    case = needed(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="non-resident")
    enrolled(step, nurse, municipal, case, INJECTION, ground="stay")
    step = story.step(municipal, "reads the enrolment")
    _expect_performer(step, municipal, case, "2013-03-05T12:00:00+01:00", AABY, "VML-12-4")
    (proposed,) = _entries(municipal, case, "enrolment.proposed")
    step.expect("marked", "stay", proposed["content"]["ground"])
    step.expect("EpisodeOfCare", "active", look(municipal, case).episode["status"])
    performed = _performed(story, municipal, case)
    claim = {"case": case.id, "amount": "1250.00", "performed": [performed]}
    step = story.step(municipal, "claims the cost before anything is asked for (F29)")
    answer = municipal.act(CLAIM, **claim)
    step.refused(answer, "COST_AGREEMENT_MISSING", rule="VML-12-5", where=case.id, status=409)
    step = story.step(municipal, "asks the home county council for an agreement on the cost")
    asked = {"case": case.id, "registered_in": HOME, "asked": "home-region"}
    cost = step.done(municipal.act("settlement/request-cost-agreement", **asked)).body
    step.expect("home county, by the population register", HOME, cost["state"]["home_county"])
    step.expect("rules", ["VML-12-5", "VML-12-3"], cost["events"][0]["clauses"])
    path = f"settlement/{cost['ledger']}"
    step = story.step(municipal, "claims the cost before the agreement is reached (F29)")
    answer = municipal.act(CLAIM, **claim)
    step.refused(answer, "COST_AGREEMENT_MISSING", rule="VML-12-5", where=case.id, status=409)
    step = story.step(municipal, "says that it is reached, with nothing from the other side")
    answer = municipal.act(f"{path}/reach-cost-agreement", counterpart_reference=None)
    step.refused(answer, "OTHER_PARTY_MISSING", rule="VML-12-5", where="counterpart_reference", status=409)
    story.on("2013-03-12 10:00")
    step = story.step(municipal, "reaches the agreement, and claims")
    step.done(municipal.act(f"{path}/reach-cost-agreement", counterpart_reference="Hemlandstinget, dnr 2013/17"))
    said = step.done(municipal.act(CLAIM, **claim)).body["events"][0]
    (part,) = said["content"]["parts"]
    step.expect_in_order(
        "who owes, in which county, how much",
        ["home-region", HOME, "1250.00"],
        [part["debtor"], part["county"], part["amount"]["amount"]],
    )
    step.expect("rules", {"VML-12-5", "VML-12-2"}, set(said["clauses"]))
    step = story.step(other, "looks for the cost from another municipality")
    step.expect("read", 404, other.get(path).status)
    return case


def _entries(person: Person, case: Case, topic: str) -> list[Resource]:
    return [one for one in person.get(f"{case.path}/timeline").body if one["topic"].startswith(topic)]


def _performed(story: Story, municipal: Person, case: Case) -> str:
    """The event of an injection that was given."""
    story.on("2013-03-06 10:00")
    step = story.step(municipal, "gives the injection")
    given = {"intervention": INJECTION["key"], "performer": NURSE}
    said = step.done(municipal.act(f"{case.path}/perform-intervention", **given)).body
    return str(said["events"][0]["id"])


def _expect_performer(step: Step, person: Person, case: Case, at: str, performer: str, rule: str) -> None:
    found = held(person, case, at)[INJECTION["key"]]
    step.expect_in_order("treatment, performer", [performer, performer], [found["treatment"], found["performer"]])
    step.expect("rule", True, rule in found["clauses"])


def _listed_elsewhere(story: Story, nurse: Person, municipal: Person, physician: Person) -> Case:
    story.heading("c) A family doctor in another municipality")
    story.on("2013-04-02 10:00")
    step = story.step(nurse, f"raises the need of a woman in Åby, whose family doctor is at {physician.unit_name}")
    patient_id = patient(step, nurse, LISTED)
    case = needed(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="doctor-elsewhere")
    enrolled(step, nurse, municipal, case, INJECTION, physician=PHYSICIAN_IN_BRUK)
    for person in (nurse, municipal, physician):
        step = story.step(person, "asks who answers: the municipality of residence")
        _expect_performer(step, person, case, "2013-04-03T12:00:00+02:00", AABY, "VML-13-1")
    return case


def _moved(story: Story, nurse: Person, municipal: Person, other: Person) -> tuple[Case, Case]:
    story.heading("d) A person moves from Åby to Bruk")
    story.on("2013-04-08 10:00")
    step = story.step(nurse, "raises the need of a woman in Åby, who is enrolled")
    patient_id = patient(step, nurse, MOVING)
    before = needed(step, nurse, patient_id, INJECTION, municipality=AABY)
    enrolled(step, nurse, municipal, before, INJECTION)
    story.on("2013-05-01 12:00")
    step = story.step(municipal, "records that she has moved to Bruk")
    moved = {"moved_on": "2013-05-01", "to": "bruk", "municipality": BRUK}
    said = step.done(municipal.act(f"{before.path}/record-move", **moved)).body
    step.expect("enrolment", "ended-by-move", said["enrolment"]["status"])
    step.expect("rule", True, all("VML-13-1" in one["clauses"] for one in said["events"][:2]))
    seen = look(municipal, before)
    step.expect_in_order(
        "EpisodeOfCare, its end, CareTeam",
        ["finished", "2013-05-01", "inactive"],
        [seen.episode["status"], seen.episode["period"]["end"][:10], (seen.team or {}).get("status")],
    )
    step = story.step(municipal, "tries to enrol her again (F21)")
    answer = municipal.act(f"{before.path}/start-enrolment")
    step.refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-move", status=409)
    step = story.step(other, "tries to go on with Åby's enrolment")
    step.expect("refused", 404, other.act(f"{before.path}/start-enrolment").status)
    story.on("2013-05-02 10:00")
    step = story.step(other, "takes on her need in Bruk: it needs an enrolment of its own")
    after = needed(step, nurse, patient_id, INJECTION, municipality=BRUK)
    step.expect("EpisodeOfCare in Bruk", "planned", look(other, after).episode["status"])
    enrolled(step, nurse, other, after, INJECTION)
    step.expect("EpisodeOfCare in Bruk", "active", look(other, after).episode["status"])
    _expect_performer(step, other, after, "2013-05-03T12:00:00+02:00", BRUK, "VML-6-1")
    _expect_own_period(story, municipal, before, after, AABY, "2013-04-15T12:00:00+02:00")
    _expect_own_period(story, other, after, before, BRUK, "2013-05-15T12:00:00+02:00")
    step = story.step(nurse, "reads both")
    for case in (before, after):
        step.expect("timeline", 200, nurse.get(f"{case.path}/timeline").status)
    return before, after


def _expect_own_period(story: Story, person: Person, own: Case, other: Case, performer: str, at: str) -> None:
    """Expect that a municipality reads the history of its own period, also afterwards, and not the other's."""
    story.on("2013-06-03 09:00")
    step = story.step(person, "reads the history of its own period, and looks for the other's")
    answer = person.get(f"{own.path}/replay", at=at, mode="as-known-now").body
    step.expect("performer", [performer], [one["performer"] for one in answer["responsible"]])
    step.expect("FHIR resources that stood then", True, len(answer["resources"]) > 0)
    step.expect("timeline", 200, person.get(f"{own.path}/timeline").status)
    expect_hidden(step, person, other)


def _asylum_seeker(story: Story, nurse: Person, municipal: Person) -> Case:
    story.heading("e) An asylum seeker")
    story.on("2013-06-10 10:00")
    step = story.step(nurse, "raises the need of a man who seeks asylum and stays in Åby")
    patient_id = patient(step, nurse, SEEKING)
    case = needed(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="asylum-seeker")
    enrolled(step, nurse, municipal, case, INJECTION, ground="stay", physician=PHYSICIAN)
    for person in (nurse, municipal):
        step = story.step(person, "asks who answers: the municipality of stay")
        _expect_performer(step, person, case, "2013-06-11T12:00:00+02:00", AABY, "VML-19-1")
    return case
