"""D2, "Psychiatric depot injection with SIP" (catalogue D, ORE 3.2.1)."""

from typing import Any

from play.client import Cast, Person
from play.content import EKEBY, MUNICIPAL_NURSE, OTHER_NURSE, REGION
from play.people import begun, patient, raised
from play.story import Step, Story
from play.views import Case, answering, due, expect_agreement, expect_hidden

MAN = "199009149817"
"""Born 14 September 1990: 34 in May 2025."""
PSYCHIATRIST, PSYCHIATRIC_NURSE = "SE2321000000-SPEC1", "SE2321000000-PSYKSSK1"
THERAPIST, COORDINATOR = "SE2120000001-AT1", "SE2120000001-SAMORD1"
TRACK = "psychiatric-drugs"
DEPOT = {"key": "depot", "text": "Depåinjektion var fjärde vecka", "category": "psychiatric-drug-handling"}
PATH = "Psykiatriska öppenvårdens direktnummer, dygnet runt vidare till läkare i beredskap"
HABITUAL = {"wellbeing": "Sover, äter och håller sina rutiner; hör röster ibland utan att oroas av dem"}
TOOK_PART = {"took_part": True, "note": "Han var med på mötet och vill ha injektionen hemma"}

FOUR: dict[str, dict[str, Any]] = {
    "needs": {"text": "Depåinjektion hemma var fjärde vecka"},
    "principals": {"text": "Regionen behandlar och följer upp; kommunens sjuksköterska ger injektionen"},
    "others": {"text": "Inga"},
    "overall-responsibility": {"principal": "region"},
}
"""The four contents of every SIP (INF-6-5 to -8)."""
OWN: dict[str, dict[str, Any]] = {
    "participation": {"text": "Han deltog i hela mötet"},
    "habitual-state": HABITUAL,
    "physician-support": {"treating-physician": "Petra Psykiater, 010-000 01 03", "contact-path": PATH},
    "drug-handling": {"agreed": "Kommunens sjuksköterska iordningställer och ger injektionen"},
    "physician-contact": {"agreed": "Per telefon, samma dag"},
    "deterioration-contact": {"contact-path": PATH},
}
"""What 3.2.1 asks for besides."""
TRIED = {
    "needs": "INF-6-5",
    "principals": "INF-6-6",
    "others": "INF-6-7",
    "overall-responsibility": "INF-6-8",
    "habitual-state": "ORE-3.2.1-14",
    "physician-support": "ORE-3.2.1-R8",
}
"""The parts that it is tried to do without, and the rule that asks for each."""

FACTS: dict[str, dict[str, bool]] = {
    "adult-in-ordinary-housing": {},
    "sip-consent": {},
    "psychiatric-outpatient": {"psychiatric_outpatient_treats": True},
    "no-specialist-competence": {"specialist_competence_needed": False},
    "assessment-complete": {"psychiatric_assessment_complete": True},
    "habitual-state": {"in_habitual_state": True},
    "stabilised": {
        "drug_prescribed": True,
        "target_dose_reached": False,
        "physician_judges_stable": False,
        "side_effects_tolerable": True,
    },
    "sip-established": {},
    "no-observation": {"observation_needed": False},
    "no-coercion": {"coercive_measure": False},
    "cannot-visit-care": {"can_visit_care": False},
}
"""The eight criteria, while the dose is still being raised, and the three delimitations after them."""
EIGHT = tuple(FACTS)[:8]


def d2(story: Story, cast: Cast) -> list[Case]:
    """Carry D2 and its variant through, and say which cases they made."""
    people = _People(cast)
    case = _proposal(story, people)
    plan = _sip(story, people, case)
    _titration(story, people, case)
    _handover(story, people, case, plan)
    _report(story, people, case)
    observed = _observation(story, people)
    _seen(story, people, case)
    return [case, observed]


class _People:
    def __init__(self, cast: Cast) -> None:
        self.psychiatrist = cast.person(PSYCHIATRIST)
        self.psychiatry = cast.person(PSYCHIATRIC_NURSE)
        self.municipal = cast.person(MUNICIPAL_NURSE)
        self.therapist = cast.person(THERAPIST)
        self.coordinator = cast.person(COORDINATOR)
        self.stranger = cast.person(OTHER_NURSE)


def _proposed(step: Step, people: _People) -> Case:
    """The need, raised in psychiatry and proposed to be handed over."""
    psychiatry = people.psychiatry
    request = {"need": "Depåinjektion hemma", "interventions": [DEPOT]}
    said = {"track": TRACK, "municipality": EKEBY, "setting": "ordinary"}
    case = raised(step, psychiatry, patient(step, psychiatry, MAN), request=request, **said)
    step.done(psychiatry.act(f"{case.path}/propose-handover", receiver=EKEBY, interventions=["depot"]))
    return case


def _proposal(story: Story, people: _People) -> Case:
    psychiatry, municipal = people.psychiatry, people.municipal
    story.heading("The proposal")
    story.on("2025-05-05 09:00")
    step = story.step(psychiatry, "proposes to hand over the depot injection of a man of 34 in ordinary housing")
    case = _proposed(step, people)
    step = story.step(psychiatry, "tries to hand it over without a SIP (F14)")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.refused(answer, "SIP_REQUIRED", rule="ORE-3.2.1-11", where="sip-before-drug-handover", status=409)
    consent, summons = {"kind": "sip-consent", "fields": {"given": True}}, {"kind": "sip-summons"}
    step = story.step(municipal, "tries to record his consent to the SIP")
    answer = municipal.act(f"{case.path}/record-statement", **consent)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R3", where="municipality", status=403)
    step = story.step(psychiatry, "records his consent to the SIP")
    step.done(psychiatry.act(f"{case.path}/record-statement", **consent))
    when = {"when": "12 maj kl. 13 på mottagningen"}
    step = story.step(municipal, "tries to summon to the SIP")
    answer = municipal.act(f"{case.path}/record-statement", fields=when, **summons)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R7", where="municipality", status=403)
    step = story.step(psychiatry, "summons to the SIP")
    step.done(psychiatry.act(f"{case.path}/record-statement", fields=when, **summons))
    return case


def _sip(story: Story, people: _People, case: Case) -> str:
    psychiatry, psychiatrist, municipal = people.psychiatry, people.psychiatrist, people.municipal
    story.heading("The SIP")
    story.on("2025-05-12 13:00")
    step = story.step(psychiatry, "holds the SIP meeting with him and the municipality")
    plan = begun(step, psychiatry, case, "sip", [PSYCHIATRIC_NURSE, PSYCHIATRIST, MUNICIPAL_NURSE], TOOK_PART)
    step = story.step(psychiatry, "writes who does what: the municipality is to prepare and give the injection")
    said = DEPOT | {"performer": "municipality", "line": "drug", "task": "administer"}
    step.done(psychiatry.act(f"{case.path}/plan-intervention", plan=plan, intervention=said))
    for part, fields in (FOUR | OWN).items():
        if part not in TRIED:
            step.done(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    for part, rule in TRIED.items():
        step = story.step(psychiatrist, f"tries to agree to a SIP without {part}")
        answer = psychiatrist.act(f"{case.path}/agree-plan", plan=plan)
        step.refused(answer, "PLAN_CONTENT_MISSING", rule=rule, where=part, status=422)
        fields = (FOUR | OWN)[part]
        step.done(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    step = story.step(psychiatrist, "agrees for the region")
    step.done(psychiatrist.act(f"{case.path}/agree-plan", plan=plan))
    step = story.step(municipal, "agrees for the municipality: the SIP is established")
    said = step.done(municipal.act(f"{case.path}/agree-plan", plan=plan)).body
    step.expect("the SIP", "established", said["plans"][-1]["status"])
    step = story.step(psychiatry, "gives the municipality the written description of his habitual state")
    step.done(psychiatry.act(f"{case.path}/record-statement", kind="habitual-description", fields=HABITUAL))
    return plan


def _titration(story: Story, people: _People, case: Case) -> None:
    psychiatry, psychiatrist, municipal = people.psychiatry, people.psychiatrist, people.municipal
    story.heading("Seven of eight")
    story.on("2025-05-13 09:00")
    step = story.step(municipal, "tries to judge the criteria, which the region answers for")
    answer = municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS)
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R4", where="municipality", status=403)
    step = story.step(psychiatrist, "judges them: the dose is still being raised")
    _expect_met(step, psychiatrist, case, FACTS, 7, ["stabilised"])
    step = story.step(psychiatry, "tries to hand over with seven of eight")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-10", where="stabilised", status=422)
    for person in (psychiatrist, municipal):
        step = story.step(person, "tries to set criterion 7 aside in consensus (F9)")
        asked = {"criterion": "stabilised", "reason": "Han blir snart inställd"}
        answer = person.act(f"{case.path}/agree-exception", **asked)
        step.refused(answer, "NO_EXCEPTION_IN_POLICY", rule="ORE-3.2.1-12", where="stabilised", status=422)


def _expect_met(
    step: Step, person: Person, case: Case, facts: dict[str, dict[str, bool]], met: int, unmet: list[str]
) -> None:
    said = step.done(person.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    verdicts = {one["criterion"]: one["met"] for one in said["events"][0]["content"]["verdicts"]}
    step.expect("criteria met, of eight", met, sum(verdicts[one] for one in EIGHT))
    step.expect("not met", unmet, [one for one, holds in verdicts.items() if not holds])


def _handover(story: Story, people: _People, case: Case, plan: str) -> None:
    psychiatry, psychiatrist, municipal = people.psychiatry, people.psychiatrist, people.municipal
    story.heading("Eight of eight")
    story.on("2025-05-19 10:00")
    step = story.step(psychiatrist, "judges him stable although the dose is still being raised")
    stable = FACTS | {"stabilised": FACTS["stabilised"] | {"physician_judges_stable": True}}
    _expect_met(step, psychiatrist, case, stable, 8, [])
    step = story.step(municipal, "tries to judge that the drug can be handled at primary level")
    answer = municipal.act(f"{case.path}/establish-level")
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R2", where="municipality", status=403)
    step = story.step(psychiatrist, "assesses, and judges that it can")
    step.done(psychiatrist.act(f"{case.path}/record-assessment", **_assessment()))
    step.done(psychiatrist.act(f"{case.path}/establish-level"))
    story.on("2025-05-20 09:00")
    for person in (psychiatry, municipal):
        step = story.step(person, f"accepts, and commits the {'region' if person is psychiatry else 'municipality'}")
        step.done(person.act(f"{case.path}/accept-referral"))
    for person in (psychiatry, municipal):
        step.done(person.act(f"{case.path}/commit-to-enrolment"))
    step = story.step(municipal, "confirms competence and equipment, and enrols him")
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.done(municipal.act(f"{case.path}/start-enrolment"))
    step.expect("who performs until the handover", REGION, _now(municipal, case, "2025-05-20T09:00:00+02:00")[1])
    step = story.step(psychiatry, "hands the injection over")
    waiting = due(psychiatry, case, "hand-over:depot", "2025-05-20T12:00:00+02:00")
    step.expect("the region's worklist holds it", [None], waiting)
    step.done(psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot"))
    waiting = due(municipal, case, "accept-handover:depot", "2025-05-20T12:00:00+02:00")
    step.expect("the municipality's worklist holds it", [None], waiting)
    story.on("2025-05-20 10:00")
    step = story.step(people.therapist, "tries to accept it")
    answer = people.therapist.act(f"{case.path}/accept-handover", intervention="depot")
    step.refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-K1", where="occupational-therapist", status=403)
    step = story.step(municipal, "accepts it, as a nurse of the municipality")
    said = step.done(municipal.act(f"{case.path}/accept-handover", intervention="depot")).body
    step.expect("event", ["enrolment.handover-accepted.v1"], [one["topic"] for one in said["events"]])
    for person in (psychiatrist, municipal):
        step = story.step(person, "reads who treats and who performs")
        held = _now(person, case, "2025-05-20T12:00:00+02:00")
        step.expect_in_order("treatment, performance", (REGION, EKEBY), held)
        step.expect("the SIP over FHIR", "active", person.read(f"CarePlan/{plan}")["status"])


def _now(person: Person, case: Case, at: str) -> tuple[str | None, str | None]:
    """Who treats and who performs the injection."""
    return answering(person, case, at)["depot"]


def _assessment() -> dict[str, Any]:
    """Psychiatry's assessment."""
    return {
        "level": "primary",
        "direction": "Fortsatt stabilitet",
        "content": "Depåinjektion var fjärde vecka",
        "responsibility": "Psykiatrin behandlar, kommunen ger injektionen",
        "goals": "Stabilitet i eget boende",
        "considerations": "Väl inställd trots pågående upptrappning",
        "participation": TOOK_PART,
        "interventions": [DEPOT | {"party": "municipality"}],
    }


def _report(story: Story, people: _People, case: Case) -> None:
    psychiatrist, municipal = people.psychiatrist, people.municipal
    story.heading("Side effects")
    story.on("2025-07-02 11:00")
    step = story.step(municipal, "reports side effects to psychiatry, by the path that the SIP names")
    fields = {"observed": "Skakningar i händerna sedan en vecka", "contact-path": PATH}
    step.done(municipal.act(f"{case.path}/record-statement", kind="side-effects-report", fields=fields))
    step = story.step(psychiatrist, "reads the report, and the path in the SIP")
    entries = psychiatrist.get(f"{case.path}/timeline").body
    (report,) = [one for one in entries if one["content"].get("kind") == "side-effects-report"]
    step.expect("observed", fields["observed"], report["content"]["fields"]["observed"])
    step.expect("rule", True, "ORE-3.2.1-K3" in report["clauses"])
    parts = [one["content"]["section"] for one in entries if one["topic"] == "care-plan.section-recorded.v1"]
    (agreed,) = [one["fields"]["contact-path"] for one in parts if one["part"] == "deterioration-contact"]
    step.expect("path", agreed, report["content"]["fields"]["contact-path"])
    step = story.step(people.coordinator, "tries to invoice psychiatric home care per individual (F26)")
    asked = {"municipality": EKEBY, "care": "psychiatric-home-care", "month": "2025-06-01"}
    answer = people.coordinator.act("settlement/open-month", **asked)
    step.refused(answer, "PER_INDIVIDUAL_INVOICE_ENDED", rule="ORE-4.1.2-3", where="psychiatric-home-care", status=422)


def _observation(story: Story, people: _People) -> Case:
    psychiatry, psychiatrist = people.psychiatry, people.psychiatrist
    story.heading("Variant: a drug after which staff must stay to observe")
    story.on("2025-08-11 09:00")
    step = story.step(psychiatry, "proposes to hand over an injection that is to be observed afterwards")
    case = _proposed(step, people)
    step.done(psychiatry.act(f"{case.path}/record-statement", kind="sip-consent", fields={"given": True}))
    step.done(psychiatry.act(f"{case.path}/record-statement", kind="sip-summons", fields={"when": "Nu"}))
    story.on("2025-08-11 10:00")
    plan = begun(step, psychiatry, case, "sip", [PSYCHIATRIC_NURSE, PSYCHIATRIST, MUNICIPAL_NURSE], TOOK_PART)
    for part, fields in (FOUR | OWN).items():
        step.done(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    said = DEPOT | {"performer": "municipality", "line": "drug", "task": "administer"}
    step.done(psychiatry.act(f"{case.path}/plan-intervention", plan=plan, intervention=said))
    for person in (psychiatrist, people.municipal):
        step.done(person.act(f"{case.path}/agree-plan", plan=plan))
    step.done(psychiatry.act(f"{case.path}/record-statement", kind="habitual-description", fields=HABITUAL))
    step = story.step(psychiatrist, "judges the eight criteria met, and that staff must stay to observe")
    stable = FACTS | {"stabilised": FACTS["stabilised"] | {"target_dose_reached": True}}
    _expect_met(
        step, psychiatrist, case, stable | {"no-observation": {"observation_needed": True}}, 8, ["no-observation"]
    )
    step = story.step(psychiatry, "tries to hand it over")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-2", where="no-observation", status=422)
    step.done(psychiatrist.act(f"{case.path}/record-assessment", **_assessment()))
    step.done(psychiatrist.act(f"{case.path}/establish-level"))
    step = story.step(people.municipal, "tries to accept it")
    answer = people.municipal.act(f"{case.path}/accept-referral")
    step.refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-2", where="no-observation", status=422)
    step.expect("who performs", REGION, _now(people.municipal, case, "2025-08-11T12:00:00+02:00")[1])
    return case


def _seen(story: Story, people: _People, case: Case) -> None:
    story.heading("The record")
    for person in (people.psychiatrist, people.municipal):
        step = story.step(person, "reads the ground of every event")
        expect_agreement(step, person, case)
    step = story.step(people.stranger, "looks for the case from another municipality")
    expect_hidden(step, people.stranger, case)
