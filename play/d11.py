"""D11, "Death at home" (catalogue D, VML and ORE; the dates are fixtures)."""

from collections.abc import Sequence

from play import home_care, systems, threshold
from play.client import Cast, Person
from play.content import EKEBY, MUNICIPAL_NURSE, WOUND_CARE
from play.people import People, patient
from play.story import Step, Story
from play.threshold import AABY, COUNTY_COUNCIL, COUNTY_NURSE, INJECTION, NURSE, needed
from play.views import Case, held, look

WOMAN = "193001099864"
"""Born 9 January 1930."""
DECEASED = "care-of-deceased"


def d11(story: Story, cast: Cast) -> Sequence[Case]:
    """Carry D11 through, and say which cases it made."""
    return _threshold_county(story, cast), _silent_county(story, cast)


def _threshold_county(story: Story, cast: Cast) -> Case:
    nurse, municipal = cast.person(COUNTY_NURSE), cast.person(NURSE)
    story.heading("Västmanland")
    story.on("2013-01-14 09:00")
    step = story.step(nurse, "raises the need of a woman of 83, who is enrolled")
    case = needed(step, nurse, patient(step, nurse, WOMAN), INJECTION, municipality=AABY)
    threshold.enrolled(step, nurse, municipal, case, INJECTION)
    story.on("2013-02-03 08:00")
    step = story.step(municipal, "records that she died at home on the 2nd")
    died = {"deceased_on": "2013-02-02", "occurred_at": "2013-02-02T22:00:00+01:00"}
    said = step.done(municipal.act(f"{case.path}/record-death", **died)).body
    step.expect("enrolment", "ended-by-death", said["enrolment"]["status"])
    step.expect("rules", {"VML-14-1"}, set(said["events"][0]["clauses"]))
    _expect_ended(step, municipal, case, "2013-02-02", "2013-02-03", "injection")
    for person in (nurse, municipal):
        step = story.step(person, "asks who answers for the deceased, and who pays")
        deceased = held(person, case, "2013-02-03T12:00:00+01:00")[DECEASED]
        step.expect_in_order(
            "treatment, performer, rules",
            [COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-14-1"]],
            [deceased["treatment"], deceased["performer"], deceased["clauses"]],
        )
        for what in ("transport-of-deceased", "storage-of-deceased"):
            _expect_payer(step, person, what, AABY, "2013-02-03", "region", ["VML-14-2"])
    _late_facts(story, municipal, case, performer=NURSE, intervention="injection", month="2013-02")
    return case


def _expect_ended(step: Step, person: Person, case: Case, day: str, recorded: str, intervention: str) -> None:
    """Expect that enrolment, plan and team ended with the death, and that what was cared for is nobody's any more."""
    seen = look(person, case)
    step.expect_in_order(
        "ServiceRequest, EpisodeOfCare, CarePlan, CareTeam",
        ["completed", "finished", "revoked", "inactive"],
        [(one or {}).get("status") for one in (seen.request, seen.episode, seen.plan, seen.team)],
    )
    step.expect("the enrolment ended on", day, seen.episode["period"]["end"][:10])
    (entry,) = [
        one for one in person.get(f"{case.path}/timeline").body if one["topic"].startswith("enrolment.patient-deceased")
    ]
    step.expect_in_order("died, recorded", [day, recorded], [entry["occurred_at"][:10], entry["recorded_at"][:10]])
    provenance = person.read(f"Provenance/{entry['event_id']}")
    step.expect_in_order(
        "died, recorded, over FHIR", [day, recorded], [provenance["occurredDateTime"][:10], provenance["recorded"][:10]]
    )
    plans = person.get(f"{case.path}/replay", mode="as-known-now").body["case"]["plans"]
    step.expect("plans", {"closed"}, {one["status"] for one in plans.values()})
    found = held(person, case, f"{recorded}T12:00:00+01:00")[intervention]
    step.expect_in_order("treatment, performer of what she had", [None, None], [found["treatment"], found["performer"]])
    step.expect("what waits", [], [one for one in person.get("worklist").body if one.get("case") == case.id])


def _expect_payer(
    step: Step, person: Person, what: str, municipality: str, day: str, payer: str, rules: list[str]
) -> None:
    said = person.get(
        "agreements/in-force/paying",
        what=what,
        municipality=municipality,
        setting="ordinary",
        at=f"{day}T12:00:00+01:00",
    ).body
    step.expect_in_order(f"who pays for {what}", [payer, rules], [said["payer"]["answer"], said["payer"]["clauses"]])


def _late_facts(story: Story, municipal: Person, case: Case, *, performer: str, intervention: str, month: str) -> None:
    story.on(f"{month}-05 09:00")
    step = story.step(municipal, "records late what was done the day before she died: accepted")
    done = {"intervention": intervention, "performer": performer}
    said = step.done(
        municipal.act(f"{case.path}/perform-intervention", occurred_at=f"{month}-01T10:00:00+01:00", **done)
    ).body
    step.expect("enrolment", "ended-by-death", said["enrolment"]["status"])
    step = story.step(municipal, "records something as done the day after she died")
    answer = municipal.act(f"{case.path}/perform-intervention", occurred_at=f"{month}-03T10:00:00+01:00", **done)
    step.refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-death", status=409)
    step = story.step(municipal, "tries to enrol her again (F21)")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-death", status=409)


def _silent_county(story: Story, cast: Cast) -> Case:
    people = People.of(cast)
    nurse, municipal = people.nurse, people.municipal
    story.heading("The same in Örebro")
    story.on("2026-01-12 09:00")
    step = story.step(nurse, "raises the need of a woman of 96, who is enrolled")
    case = home_care.enrolled(step, people, patient(step, nurse, WOMAN))
    story.on("2026-02-03 08:00")
    step = story.step(municipal, "records that she died at home on the 2nd")
    died = {"deceased_on": "2026-02-02", "occurred_at": "2026-02-02T22:00:00+01:00"}
    said = step.done(municipal.act(f"{case.path}/record-death", **died)).body
    step.expect("enrolment", "ended-by-death", said["enrolment"]["status"])
    _expect_ended(step, municipal, case, "2026-02-02", "2026-02-03", WOUND_CARE)
    for person in (nurse, municipal):
        step = story.step(person, "asks who answers for the deceased, and who pays: the agreement does not say")
        (entry,) = [
            one
            for one in person.get(f"{case.path}/timeline").body
            if one["topic"].startswith("enrolment.patient-deceased")
        ]
        step.expect("not regulated", {DECEASED, "record-death"}, set(entry["not_regulated"]))
        step.expect("rules borrowed", [], [one for one in entry["clauses"] if one.startswith("VML")])
        provenance = person.read(f"Provenance/{entry['event_id']}")
        silent = {one["valueCode"] for one in provenance["extension"] if one["url"] == systems.NOT_REGULATED}
        step.expect("not regulated, over FHIR", {DECEASED, "record-death"}, silent)
        step.expect("who answers", None, held(person, case, "2026-02-03T12:00:00+01:00").get(DECEASED))
        for what in ("transport-of-deceased", "storage-of-deceased"):
            _expect_payer(step, person, what, EKEBY, "2026-02-03", "not regulated", [])
    _late_facts(story, municipal, case, performer=MUNICIPAL_NURSE, intervention=WOUND_CARE, month="2026-02")
    return case
