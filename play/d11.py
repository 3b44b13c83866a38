"""D11, "Death at home" (catalogue D, VML and ORE; the dates are fixtures)."""

from collections.abc import Sequence

from play import home_care, systems, threshold
from play.client import Cast, Professional
from play.content import EKEBY, MUNICIPAL_NURSE, WOUND_CARE
from play.people import People, find_patient
from play.story import PlayStep, Story
from play.threshold import AABY, COUNTY_COUNCIL, COUNTY_NURSE, INJECTION, NURSE, request_care
from play.views import PlayCase, read_holders, read_resources

WOMAN = "193001099864"
"""Born 9 January 1930."""
DECEASED = "care-of-deceased"


def d11(story: Story, cast: Cast) -> Sequence[PlayCase]:
    """Carry D11 through, and return the cases."""
    return _die_in_vastmanland(story, cast), _die_in_orebro(story, cast)


def _die_in_vastmanland(story: Story, cast: Cast) -> PlayCase:
    nurse, municipal = cast.find(COUNTY_NURSE), cast.find(NURSE)
    story.print_heading("Västmanland")
    story.set_clock("2013-01-14 09:00")
    step = story.begin_step(nurse, "raises the need of a woman of 83, who is enrolled")
    case = request_care(step, nurse, find_patient(step, nurse, WOMAN), INJECTION, municipality=AABY)
    threshold.enrol(step, nurse, municipal, case, INJECTION)
    story.set_clock("2013-02-03 08:00")
    step = story.begin_step(municipal, "records that she died at home on the 2nd")
    death = {"deceased_on": "2013-02-02", "occurred_at": "2013-02-02T22:00:00+01:00"}
    body = step.expect_success(municipal.act(f"{case.path}/record-death", **death)).body
    step.expect("enrolment", "ended-by-death", body["enrolment"]["status"])
    step.expect("rules", {"VML-14-1"}, set(body["events"][0]["clauses"]))
    _expect_ended(step, municipal, case, "2013-02-02", "2013-02-03", "injection")
    for person in (nurse, municipal):
        step = story.begin_step(person, "asks who answers for the deceased, and who pays")
        deceased = read_holders(person, case, "2013-02-03T12:00:00+01:00")[DECEASED]
        step.expect_in_order(
            "treatment, performer, rules",
            [COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-14-1"]],
            [deceased["treatment"], deceased["performer"], deceased["clauses"]],
        )
        for service in ("transport-of-deceased", "storage-of-deceased"):
            _expect_payer(step, person, service, AABY, "2013-02-03", "region", ["VML-14-2"])
    _record_late_facts(story, municipal, case, performer=NURSE, intervention="injection", month="2013-02")
    return case


def _expect_ended(
    step: PlayStep, person: Professional, case: PlayCase, day: str, recorded: str, intervention: str
) -> None:
    """Expect that enrolment, plan and team end with the death, and that nobody answers for the intervention."""
    resources = read_resources(person, case)
    step.expect_in_order(
        "ServiceRequest, EpisodeOfCare, CarePlan, CareTeam",
        ["completed", "finished", "revoked", "inactive"],
        [
            (resource or {}).get("status")
            for resource in (resources.request, resources.episode, resources.plan, resources.team)
        ],
    )
    step.expect("the enrolment ended on", day, resources.episode["period"]["end"][:10])
    (entry,) = [
        entry for entry in person.get(f"{case.path}/timeline").body if entry["topic"].startswith("case.death-recorded")
    ]
    step.expect_in_order("died, recorded", [day, recorded], [entry["occurred_at"][:10], entry["recorded_at"][:10]])
    provenance = person.read(f"Provenance/{entry['event_id']}")
    step.expect_in_order(
        "died, recorded, over FHIR", [day, recorded], [provenance["occurredDateTime"][:10], provenance["recorded"][:10]]
    )
    plans = person.get(f"{case.path}/replay", mode="as-known-now").body["case"]["plans"]
    step.expect("plans", {"closed"}, {plan["status"] for plan in plans.values()})
    holder = read_holders(person, case, f"{recorded}T12:00:00+01:00")[intervention]
    step.expect_in_order(
        "treatment, performer of what she had", [None, None], [holder["treatment"], holder["performer"]]
    )
    step.expect("what waits", [], [item for item in person.get("worklist").body if item.get("case") == case.id])


def _expect_payer(
    step: PlayStep, person: Professional, service: str, municipality: str, day: str, payer: str, rules: list[str]
) -> None:
    body = person.get(
        "agreements/in-force/paying",
        what=service,
        municipality=municipality,
        setting="ordinary",
        at=f"{day}T12:00:00+01:00",
    ).body
    step.expect_in_order(f"who pays for {service}", [payer, rules], [body["payer"]["answer"], body["payer"]["clauses"]])


def _record_late_facts(
    story: Story, municipal: Professional, case: PlayCase, *, performer: str, intervention: str, month: str
) -> None:
    story.set_clock(f"{month}-05 09:00")
    step = story.begin_step(municipal, "records late what was done the day before she died: accepted")
    performance = {"intervention": intervention, "performer": performer}
    body = step.expect_success(
        municipal.act(f"{case.path}/perform-intervention", occurred_at=f"{month}-01T10:00:00+01:00", **performance)
    ).body
    step.expect("enrolment", "ended-by-death", body["enrolment"]["status"])
    step = story.begin_step(municipal, "records something as done the day after she died")
    answer = municipal.act(f"{case.path}/perform-intervention", occurred_at=f"{month}-03T10:00:00+01:00", **performance)
    step.expect_refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-death", status=409)
    step = story.begin_step(municipal, "tries to enrol her again (F21)")
    answer = municipal.act(f"{case.path}/start-enrolment")
    step.expect_refused(answer, "WRONG_STATE", rule="C.3", where="ended-by-death", status=409)


def _die_in_orebro(story: Story, cast: Cast) -> PlayCase:
    people = People.gather(cast)
    nurse, municipal = people.nurse, people.municipal
    story.print_heading("The same in Örebro")
    story.set_clock("2026-01-12 09:00")
    step = story.begin_step(nurse, "raises the need of a woman of 96, who is enrolled")
    case = home_care.enrol(step, people, find_patient(step, nurse, WOMAN), follow_up="2026-03-12")
    story.set_clock("2026-02-03 08:00")
    step = story.begin_step(municipal, "records that she died at home on the 2nd")
    death = {"deceased_on": "2026-02-02", "occurred_at": "2026-02-02T22:00:00+01:00"}
    body = step.expect_success(municipal.act(f"{case.path}/record-death", **death)).body
    step.expect("enrolment", "ended-by-death", body["enrolment"]["status"])
    _expect_ended(step, municipal, case, "2026-02-02", "2026-02-03", WOUND_CARE)
    for person in (nurse, municipal):
        step = story.begin_step(person, "asks who answers for the deceased, and who pays: the agreement does not say")
        (entry,) = [
            entry
            for entry in person.get(f"{case.path}/timeline").body
            if entry["topic"].startswith("case.death-recorded")
        ]
        step.expect("not regulated", {DECEASED, "record-death"}, set(entry["not_regulated"]))
        step.expect("rules borrowed", [], [clause for clause in entry["clauses"] if clause.startswith("VML")])
        provenance = person.read(f"Provenance/{entry['event_id']}")
        silent = {
            extension["valueCode"] for extension in provenance["extension"] if extension["url"] == systems.NOT_REGULATED
        }
        step.expect("not regulated, over FHIR", {DECEASED, "record-death"}, silent)
        step.expect("who answers", None, read_holders(person, case, "2026-02-03T12:00:00+01:00").get(DECEASED))
        for service in ("transport-of-deceased", "storage-of-deceased"):
            _expect_payer(step, person, service, EKEBY, "2026-02-03", "not regulated", [])
    _record_late_facts(story, municipal, case, performer=MUNICIPAL_NURSE, intervention=WOUND_CARE, month="2026-02")
    return case
