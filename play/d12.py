"""D12, "Visitor, moved, listed elsewhere" (catalogue D, VML; the dates and sums are fixtures)."""

from collections.abc import Sequence

from play.client import Cast, Professional, Resource
from play.people import find_patient
from play.story import PlayStep, Story
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
    enrol,
    request_care,
)
from play.views import PlayCase, expect_hidden, read_holders, read_resources

VISITOR, LISTED, MOVING, SEEKING = "195011029989", "195504049809", "193802209837", "199009149817"
"""Born 2 November 1950, 4 April 1955, 20 February 1938 and 14 September 1990."""
HOME = "orebro"
"""The county in which the visitor is registered."""
CLAIM = "settlement/raise-cost-claim"
IMMEDIATE: Resource = {"key": "immediate", "text": "Omedelbar vård efter fall", "category": "immediate-care"}


def d12(story: Story, cast: Cast) -> Sequence[PlayCase]:
    """Carry D12 through, and return the cases."""
    nurse, municipal, other = cast.find(COUNTY_NURSE), cast.find(NURSE), cast.find(STRANGER)
    immediate = _need_immediate_care(story, nurse, municipal)
    stay = _enrol_visitor(story, nurse, municipal, other, immediate.patient)
    listed = _enrol_listed_elsewhere(story, nurse, municipal, cast.find(PHYSICIAN_IN_BRUK))
    cases = _move(story, nurse, municipal, other)
    return immediate, stay, listed, *cases, _enrol_asylum_seeker(story, nurse, municipal)


def _need_immediate_care(story: Story, nurse: Professional, municipal: Professional) -> PlayCase:
    story.print_heading("a) A visitor needs immediate care")
    story.set_clock("2013-03-04 10:00")
    step = story.begin_step(nurse, "sees a man who only visits, registered in another county, and needs care at once")
    patient_id = find_patient(step, nurse, VISITOR)
    case = request_care(step, nurse, patient_id, IMMEDIATE, municipality=AABY, circumstance="non-resident")
    for person in (nurse, municipal):
        step = story.begin_step(person, "asks who has the duty, and who pays")
        holder = read_holders(person, case, "2013-03-04T12:00:00+01:00")["immediate"]
        step.expect_in_order(
            "treatment, performer: the county council of stay",
            [COUNTY_COUNCIL, COUNTY_COUNCIL],
            [holder["treatment"], holder["performer"]],
        )
        step.expect("rules", ["VML-12-1"], holder["clauses"])
        content = {"what": "immediate-care", "municipality": AABY, "at": "2013-03-04T12:00:00+01:00"}
        body = person.get("agreements/in-force/paying", **content).body["non_residents"]
        step.expect_in_order("who pays, rules", ["home-region", ["VML-12-2"]], [body["answer"], body["clauses"]])
    return case


def _enrol_visitor(
    story: Story, nurse: Professional, municipal: Professional, other: Professional, patient_id: str
) -> PlayCase:
    story.print_heading("b) The municipality of stay enrols")
    story.set_clock("2013-03-05 10:00")
    step = story.begin_step(nurse, "raises the visitor's need of home care while he stays, and he is enrolled")
    case = request_care(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="non-resident")
    enrol(step, nurse, municipal, case, INJECTION, ground="stay")
    step = story.begin_step(municipal, "reads the enrolment")
    _expect_performer(step, municipal, case, "2013-03-05T12:00:00+01:00", AABY, "VML-12-4")
    (proposal,) = _find_entries(municipal, case, "enrolment.proposed")
    step.expect("marked", "stay", proposal["content"]["ground"])
    step.expect("EpisodeOfCare", "active", read_resources(municipal, case).episode["status"])
    event_id = _give_injection(story, municipal, case)
    claim = {"case": case.id, "amount": "1250.00", "performed": [event_id]}
    step = story.begin_step(municipal, "claims the cost before anything is asked for (F29)")
    answer = municipal.act(CLAIM, **claim)
    step.expect_refused(answer, "COST_AGREEMENT_MISSING", rule="VML-12-5", where=case.id, status=409)
    step = story.begin_step(municipal, "asks the home county council for an agreement on the cost")
    content = {"case": case.id, "registered_in": HOME, "asked": "home-region"}
    cost = step.expect_success(municipal.act("settlement/request-cost-agreement", **content)).body
    step.expect("home county, by the population register", HOME, cost["state"]["home_county"])
    step.expect("rules", ["VML-12-5", "VML-12-3"], cost["events"][0]["clauses"])
    path = f"settlement/{cost['ledger']}"
    step = story.begin_step(municipal, "claims the cost before the agreement is reached (F29)")
    answer = municipal.act(CLAIM, **claim)
    step.expect_refused(answer, "COST_AGREEMENT_MISSING", rule="VML-12-5", where=case.id, status=409)
    step = story.begin_step(municipal, "says that it is reached, with nothing from the other side")
    answer = municipal.act(f"{path}/reach-cost-agreement", counterpart_reference=None)
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="VML-12-5", where="counterpart_reference", status=409)
    story.set_clock("2013-03-12 10:00")
    step = story.begin_step(municipal, "reaches the agreement, and claims")
    step.expect_success(
        municipal.act(f"{path}/reach-cost-agreement", counterpart_reference="Hemlandstinget, dnr 2013/17")
    )
    event = step.expect_success(municipal.act(CLAIM, **claim)).body["events"][0]
    (part,) = event["content"]["parts"]
    step.expect_in_order(
        "who owes, in which county, how much",
        ["home-region", HOME, "1250.00"],
        [part["debtor"], part["county"], part["amount"]["amount"]],
    )
    step.expect("rules", {"VML-12-5", "VML-12-2"}, set(event["clauses"]))
    step = story.begin_step(other, "looks for the cost from another municipality")
    step.expect("read", 404, other.get(path).status)
    return case


def _find_entries(person: Professional, case: PlayCase, topic: str) -> list[Resource]:
    return [entry for entry in person.get(f"{case.path}/timeline").body if entry["topic"].startswith(topic)]


def _give_injection(story: Story, municipal: Professional, case: PlayCase) -> str:
    """Give an injection, and return the id of its event."""
    story.set_clock("2013-03-06 10:00")
    step = story.begin_step(municipal, "gives the injection")
    performance = {"intervention": INJECTION["key"], "performer": NURSE}
    body = step.expect_success(municipal.act(f"{case.path}/perform-intervention", **performance)).body
    return str(body["events"][0]["id"])


def _expect_performer(step: PlayStep, person: Professional, case: PlayCase, at: str, performer: str, rule: str) -> None:
    holder = read_holders(person, case, at)[INJECTION["key"]]
    step.expect_in_order("treatment, performer", [performer, performer], [holder["treatment"], holder["performer"]])
    step.expect("rule", True, rule in holder["clauses"])


def _enrol_listed_elsewhere(
    story: Story, nurse: Professional, municipal: Professional, physician: Professional
) -> PlayCase:
    story.print_heading("c) A family doctor in another municipality")
    story.set_clock("2013-04-02 10:00")
    step = story.begin_step(
        nurse, f"raises the need of a woman in Åby, whose family doctor is at {physician.unit_name}"
    )
    patient_id = find_patient(step, nurse, LISTED)
    case = request_care(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="doctor-elsewhere")
    enrol(step, nurse, municipal, case, INJECTION, physician=PHYSICIAN_IN_BRUK)
    for person in (nurse, municipal, physician):
        step = story.begin_step(person, "asks who answers: the municipality of residence")
        _expect_performer(step, person, case, "2013-04-03T12:00:00+02:00", AABY, "VML-13-1")
    return case


def _move(story: Story, nurse: Professional, municipal: Professional, other: Professional) -> tuple[PlayCase, PlayCase]:
    story.print_heading("d) A person moves from Åby to Bruk")
    story.set_clock("2013-04-08 10:00")
    step = story.begin_step(nurse, "raises the need of a woman in Åby, who is enrolled")
    patient_id = find_patient(step, nurse, MOVING)
    before = request_care(step, nurse, patient_id, INJECTION, municipality=AABY)
    enrol(step, nurse, municipal, before, INJECTION)
    story.set_clock("2013-05-01 12:00")
    step = story.begin_step(municipal, "records that she has moved to Bruk")
    move = {"moved_on": "2013-05-01", "to": "bruk", "municipality": BRUK}
    body = step.expect_success(municipal.act(f"{before.path}/record-move", **move)).body
    step.expect("enrolment", "ended-by-move", body["enrolment"]["status"])
    step.expect("rule", True, all("VML-13-1" in event["clauses"] for event in body["events"][:2]))
    resources = read_resources(municipal, before)
    step.expect_in_order(
        "EpisodeOfCare, its end, CareTeam",
        ["finished", "2013-05-01", "inactive"],
        [resources.episode["status"], resources.episode["period"]["end"][:10], (resources.team or {}).get("status")],
    )
    step = story.begin_step(municipal, "tries to enrol her again (F21)")
    answer = municipal.act(f"{before.path}/start-enrolment")
    step.expect_refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-move", status=409)
    step = story.begin_step(other, "tries to go on with Åby's enrolment")
    step.expect("refused", 404, other.act(f"{before.path}/start-enrolment").status)
    story.set_clock("2013-05-02 10:00")
    step = story.begin_step(other, "takes on her need in Bruk: it needs an enrolment of its own")
    after = request_care(step, nurse, patient_id, INJECTION, municipality=BRUK)
    step.expect("EpisodeOfCare in Bruk", "planned", read_resources(other, after).episode["status"])
    enrol(step, nurse, other, after, INJECTION)
    step.expect("EpisodeOfCare in Bruk", "active", read_resources(other, after).episode["status"])
    _expect_performer(step, other, after, "2013-05-03T12:00:00+02:00", BRUK, "VML-6-1")
    _expect_own_period(story, municipal, before, after, AABY, "2013-04-15T12:00:00+02:00")
    _expect_own_period(story, other, after, before, BRUK, "2013-05-15T12:00:00+02:00")
    step = story.begin_step(nurse, "reads both")
    for case in (before, after):
        step.expect("timeline", 200, nurse.get(f"{case.path}/timeline").status)
    return before, after


def _expect_own_period(
    story: Story, person: Professional, own_case: PlayCase, other_case: PlayCase, performer: str, at: str
) -> None:
    """Expect that a municipality reads the history of its own period, also afterwards, and not of the other's."""
    story.set_clock("2013-06-03 09:00")
    step = story.begin_step(person, "reads the history of its own period, and looks for the other's")
    replay = person.get(f"{own_case.path}/replay", at=at, mode="as-known-now").body
    step.expect("performer", [performer], [row["performer"] for row in replay["responsible"]])
    step.expect("FHIR resources that stood then", True, len(replay["resources"]) > 0)
    step.expect("timeline", 200, person.get(f"{own_case.path}/timeline").status)
    expect_hidden(step, person, other_case)


def _enrol_asylum_seeker(story: Story, nurse: Professional, municipal: Professional) -> PlayCase:
    story.print_heading("e) An asylum seeker")
    story.set_clock("2013-06-10 10:00")
    step = story.begin_step(nurse, "raises the need of a man who seeks asylum and stays in Åby")
    patient_id = find_patient(step, nurse, SEEKING)
    case = request_care(step, nurse, patient_id, INJECTION, municipality=AABY, circumstance="asylum-seeker")
    enrol(step, nurse, municipal, case, INJECTION, ground="stay", physician=PHYSICIAN)
    for person in (nurse, municipal):
        step = story.begin_step(person, "asks who answers: the municipality of stay")
        _expect_performer(step, person, case, "2013-06-11T12:00:00+02:00", AABY, "VML-19-1")
    return case
