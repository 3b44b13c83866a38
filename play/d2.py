"""D2, "Psychiatric depot injection with SIP" (catalogue D, ORE 3.2.1)."""

from typing import Any

from play.client import Cast, Professional
from play.content import EKEBY, MUNICIPAL_NURSE, OTHER_NURSE, REGION
from play.people import begin_plan, find_patient, raise_need
from play.story import PlayStep, Story
from play.views import PlayCase, expect_agreement, expect_hidden, name_text, read_due_days, read_parties

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
    "physician-support": {
        "treating-physician": "Petra Psykiater, 010-000 01 03",
        "contact-path": PATH,
        "answers": "round-the-clock",
    },
    "drug-handling": {"agreed": "Kommunens sjuksköterska iordningställer och ger injektionen"},
    "physician-contact": {"agreed": "Per telefon, samma dag"},
    "deterioration-contact": {"contact-path": PATH},
}
"""The parts that 3.2.1 requires besides."""
REQUIRED_PARTS = {
    "needs": "INF-6-5",
    "principals": "INF-6-6",
    "others": "INF-6-7",
    "overall-responsibility": "INF-6-8",
    "habitual-state": "ORE-3.2.1-14",
    "physician-support": "ORE-3.2.1-R8",
}
"""The parts that the play leaves out at first, and the rule that requires each."""

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
"""The facts of the eight criteria, while the dose is being raised, and of the three delimitations after them."""
EIGHT = tuple(FACTS)[:8]


def d2(story: Story, cast: Cast) -> list[PlayCase]:
    """Carry D2 and its variant through, and return their cases."""
    staff = _PsychiatryStaff(cast)
    case = _propose_handover(story, staff)
    plan = _establish_sip(story, staff, case)
    _judge_criteria(story, staff, case)
    _hand_over(story, staff, case, plan)
    _report_side_effects(story, staff, case)
    observation = _judge_observation(story, staff)
    _read_record(story, staff, case)
    return [case, observation]


class _PsychiatryStaff:
    def __init__(self, cast: Cast) -> None:
        self.psychiatrist = cast.find(PSYCHIATRIST)
        self.psychiatry = cast.find(PSYCHIATRIC_NURSE)
        self.municipal = cast.find(MUNICIPAL_NURSE)
        self.therapist = cast.find(THERAPIST)
        self.coordinator = cast.find(COORDINATOR)
        self.stranger = cast.find(OTHER_NURSE)


def _propose(step: PlayStep, staff: _PsychiatryStaff) -> PlayCase:
    """Raise a need in psychiatry, propose to hand it over, and return the case."""
    psychiatry = staff.psychiatry
    request = {"need": "Depåinjektion hemma", "interventions": [DEPOT]}
    content = {"track": TRACK, "municipality": EKEBY, "setting": "ordinary"}
    case = raise_need(step, psychiatry, find_patient(step, psychiatry, MAN), request=request, **content)
    step.expect_success(psychiatry.act(f"{case.path}/propose-handover", receiver=EKEBY, interventions=["depot"]))
    return case


def _propose_handover(story: Story, staff: _PsychiatryStaff) -> PlayCase:
    psychiatry, municipal = staff.psychiatry, staff.municipal
    story.print_heading("The proposal")
    story.set_clock("2025-05-05 09:00")
    step = story.begin_step(psychiatry, "proposes to hand over the depot injection of a man of 34 in ordinary housing")
    case = _propose(step, staff)
    step = story.begin_step(psychiatry, "tries to hand it over without a SIP (F14)")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.expect_refused(answer, "SIP_REQUIRED", rule="ORE-3.2.1-11", where="sip-before-drug-handover", status=409)
    consent, summons = {"kind": "sip-consent", "fields": {"given": True}}, {"kind": "sip-summons"}
    step = story.begin_step(municipal, "tries to record his consent to the SIP")
    answer = municipal.act(f"{case.path}/record-statement", **consent)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R3", where="municipality", status=403)
    step = story.begin_step(psychiatry, "records his consent to the SIP")
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", **consent))
    when = {"when": "12 maj kl. 13 på mottagningen"}
    step = story.begin_step(municipal, "tries to summon to the SIP")
    answer = municipal.act(f"{case.path}/record-statement", fields=when, **summons)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R7", where="municipality", status=403)
    step = story.begin_step(psychiatry, "summons to the SIP")
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", fields=when, **summons))
    return case


def _establish_sip(story: Story, staff: _PsychiatryStaff, case: PlayCase) -> str:
    psychiatry, psychiatrist, municipal = staff.psychiatry, staff.psychiatrist, staff.municipal
    story.print_heading("The SIP")
    story.set_clock("2025-05-12 13:00")
    step = story.begin_step(psychiatry, "holds the SIP meeting with him and the municipality")
    plan = begin_plan(step, psychiatry, case, "sip", [PSYCHIATRIC_NURSE, PSYCHIATRIST, MUNICIPAL_NURSE], TOOK_PART)
    step = story.begin_step(psychiatry, "writes who does what: the municipality is to prepare and give the injection")
    line = DEPOT | {"performer": "municipality", "line": "drug", "task": "administer"}
    step.expect_success(psychiatry.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    for part, fields in (FOUR | OWN).items():
        if part not in REQUIRED_PARTS:
            step.expect_success(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    weekdays = OWN["physician-support"] | {"answers": "weekdays"}
    for part, rule in REQUIRED_PARTS.items():
        step = story.begin_step(psychiatrist, f"tries to agree to a SIP without {part}")
        answer = psychiatrist.act(f"{case.path}/agree-plan", **name_text(psychiatrist, plan))
        step.expect_refused(answer, "PLAN_CONTENT_MISSING", rule=rule, where=part, status=422)
        fields = (FOUR | OWN | {"physician-support": weekdays})[part]
        step.expect_success(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    step = story.begin_step(psychiatrist, "tries to agree to a physician who answers on weekdays only")
    answer = psychiatrist.act(f"{case.path}/agree-plan", **name_text(psychiatrist, plan))
    step.expect_refused(
        answer, "PLAN_CONTENT_MISSING", rule="ORE-3.2.1-R8", where="physician-support.answers", status=422
    )
    support = {"part": "physician-support", "fields": OWN["physician-support"]}
    step.expect_success(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, **support))
    step = story.begin_step(psychiatrist, "agrees for the region")
    step.expect_success(psychiatrist.act(f"{case.path}/agree-plan", **name_text(psychiatrist, plan)))
    step = story.begin_step(municipal, "agrees for the municipality: the SIP is established")
    body = step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan))).body
    step.expect("the SIP", "established", body["plans"][-1]["status"])
    step = story.begin_step(psychiatry, "gives the municipality the written description of his habitual state")
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", kind="habitual-description", fields=HABITUAL))
    return plan


def _judge_criteria(story: Story, staff: _PsychiatryStaff, case: PlayCase) -> None:
    psychiatry, psychiatrist, municipal = staff.psychiatry, staff.psychiatrist, staff.municipal
    story.print_heading("Seven of eight")
    story.set_clock("2025-05-13 09:00")
    step = story.begin_step(municipal, "tries to judge the criteria, which the region answers for")
    answer = municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS)
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R4", where="municipality", status=403)
    step = story.begin_step(psychiatrist, "judges them: the dose is still being raised")
    _expect_met(step, psychiatrist, case, FACTS, 7, ["stabilised"])
    step = story.begin_step(psychiatry, "tries to hand over with seven of eight")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.expect_refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-10", where="stabilised", status=422)
    for person in (psychiatrist, municipal):
        step = story.begin_step(person, "tries to set criterion 7 aside in consensus (F9)")
        content = {"criterion": "stabilised", "reason": "Han blir snart inställd"}
        answer = person.act(f"{case.path}/agree-exception", **content)
        step.expect_refused(answer, "NO_EXCEPTION_IN_POLICY", rule="ORE-3.2.1-12", where="stabilised", status=422)


def _expect_met(
    step: PlayStep,
    person: Professional,
    case: PlayCase,
    facts: dict[str, dict[str, bool]],
    met_count: int,
    unmet_criteria: list[str],
) -> None:
    body = step.expect_success(person.act(f"{case.path}/evaluate-criteria", facts=facts)).body
    verdicts = {verdict["criterion"]: verdict["met"] for verdict in body["events"][0]["content"]["verdicts"]}
    step.expect("criteria met, of eight", met_count, sum(verdicts[criterion] for criterion in EIGHT))
    step.expect("not met", unmet_criteria, [criterion for criterion, met in verdicts.items() if not met])


def _hand_over(story: Story, staff: _PsychiatryStaff, case: PlayCase, plan: str) -> None:
    psychiatry, psychiatrist, municipal = staff.psychiatry, staff.psychiatrist, staff.municipal
    story.print_heading("Eight of eight")
    story.set_clock("2025-05-19 10:00")
    step = story.begin_step(psychiatrist, "judges him stable although the dose is still being raised")
    stable = FACTS | {"stabilised": FACTS["stabilised"] | {"physician_judges_stable": True}}
    _expect_met(step, psychiatrist, case, stable, 8, [])
    step = story.begin_step(municipal, "tries to judge that the drug can be handled at primary level")
    answer = municipal.act(f"{case.path}/establish-level")
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-R2", where="municipality", status=403)
    step = story.begin_step(psychiatrist, "assesses, and judges that it can")
    step.expect_success(psychiatrist.act(f"{case.path}/record-assessment", **_make_assessment()))
    step.expect_success(psychiatrist.act(f"{case.path}/establish-level"))
    story.set_clock("2025-05-20 09:00")
    for person in (psychiatry, municipal):
        step = story.begin_step(
            person, f"accepts, and commits the {'region' if person is psychiatry else 'municipality'}"
        )
        step.expect_success(person.act(f"{case.path}/accept-referral"))
    for person in (psychiatry, municipal):
        step.expect_success(person.act(f"{case.path}/commit-to-enrolment"))
    step = story.begin_step(municipal, "confirms competence and equipment, and enrols him")
    for aspect in ("competence", "equipment"):
        step.expect_success(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.expect_success(municipal.act(f"{case.path}/start-enrolment"))
    step.expect(
        "who performs until the handover",
        REGION,
        _read_parties(municipal, case, "2025-05-20T09:00:00+02:00")[1],
    )
    step = story.begin_step(psychiatry, "hands the injection over")
    days = read_due_days(psychiatry, case, "hand-over:depot", "2025-05-20T12:00:00+02:00")
    step.expect("the region's worklist holds it", [None], days)
    step.expect_success(psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot"))
    days = read_due_days(municipal, case, "accept-handover:depot", "2025-05-20T12:00:00+02:00")
    step.expect("the municipality's worklist holds it", [None], days)
    story.set_clock("2025-05-20 10:00")
    step = story.begin_step(staff.therapist, "tries to accept it")
    answer = staff.therapist.act(f"{case.path}/accept-handover", intervention="depot")
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="ORE-3.2.1-K1", where="occupational-therapist", status=403)
    step = story.begin_step(municipal, "accepts it, as a nurse of the municipality")
    body = step.expect_success(municipal.act(f"{case.path}/accept-handover", intervention="depot")).body
    step.expect("event", ["enrolment.handover-accepted.v1"], [event["topic"] for event in body["events"]])
    for person in (psychiatrist, municipal):
        step = story.begin_step(person, "reads who treats and who performs")
        parties = _read_parties(person, case, "2025-05-20T12:00:00+02:00")
        step.expect_in_order("treatment, performance", (REGION, EKEBY), parties)
        step.expect("the SIP over FHIR", "active", person.read(f"CarePlan/{plan}")["status"])


def _read_parties(person: Professional, case: PlayCase, at: str) -> tuple[str | None, str | None]:
    """Return the parties that treat and perform the injection."""
    return read_parties(person, case, at)["depot"]


def _make_assessment() -> dict[str, Any]:
    """Return psychiatry's assessment."""
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


def _report_side_effects(story: Story, staff: _PsychiatryStaff, case: PlayCase) -> None:
    psychiatrist, municipal = staff.psychiatrist, staff.municipal
    story.print_heading("Side effects")
    story.set_clock("2025-07-02 11:00")
    step = story.begin_step(municipal, "reports side effects to psychiatry, by the path that the SIP names")
    fields = {"observed": "Skakningar i händerna sedan en vecka", "contact-path": PATH}
    step.expect_success(municipal.act(f"{case.path}/record-statement", kind="side-effects-report", fields=fields))
    step = story.begin_step(psychiatrist, "finds the report on the worklist, and receives it")
    noon = "2025-07-02T12:00:00+02:00"
    step.expect("due", [None], read_due_days(psychiatrist, case, "duty:psychiatry-report", noon))
    received = {"kind": "report-received", "fields": {"action": "Dosen ses över i morgon"}}
    step.expect_success(psychiatrist.act(f"{case.path}/record-statement", **received))
    step.expect("left to do", [], read_due_days(psychiatrist, case, "duty:psychiatry-report", noon))
    step = story.begin_step(psychiatrist, "reads the report, and the path in the SIP")
    entries = psychiatrist.get(f"{case.path}/timeline").body
    (report,) = [entry for entry in entries if entry["content"].get("kind") == "side-effects-report"]
    step.expect("observed", fields["observed"], report["content"]["fields"]["observed"])
    step.expect("rule", True, "ORE-3.2.1-K3" in report["clauses"])
    parts = [entry["content"]["section"] for entry in entries if entry["topic"] == "care-plan.section-recorded.v1"]
    (agreed_path,) = [part["fields"]["contact-path"] for part in parts if part["part"] == "deterioration-contact"]
    step.expect("path", agreed_path, report["content"]["fields"]["contact-path"])
    step = story.begin_step(staff.coordinator, "tries to invoice psychiatric home care per individual (F26)")
    content = {"municipality": EKEBY, "care": "psychiatric-home-care", "month": "2025-06-01"}
    answer = staff.coordinator.act("settlement/open-month", **content)
    step.expect_refused(
        answer, "PER_INDIVIDUAL_INVOICE_ENDED", rule="ORE-4.1.2-3", where="psychiatric-home-care", status=422
    )


def _judge_observation(story: Story, staff: _PsychiatryStaff) -> PlayCase:
    psychiatry, psychiatrist = staff.psychiatry, staff.psychiatrist
    story.print_heading("Variant: a drug after which staff must stay to observe")
    story.set_clock("2025-08-11 09:00")
    step = story.begin_step(psychiatry, "proposes to hand over an injection that is to be observed afterwards")
    case = _propose(step, staff)
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", kind="sip-consent", fields={"given": True}))
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", kind="sip-summons", fields={"when": "Nu"}))
    story.set_clock("2025-08-11 10:00")
    plan = begin_plan(step, psychiatry, case, "sip", [PSYCHIATRIC_NURSE, PSYCHIATRIST, MUNICIPAL_NURSE], TOOK_PART)
    for part, fields in (FOUR | OWN).items():
        step.expect_success(psychiatry.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    line = DEPOT | {"performer": "municipality", "line": "drug", "task": "administer"}
    step.expect_success(psychiatry.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    for person in (psychiatrist, staff.municipal):
        step.expect_success(person.act(f"{case.path}/agree-plan", **name_text(person, plan)))
    step.expect_success(psychiatry.act(f"{case.path}/record-statement", kind="habitual-description", fields=HABITUAL))
    step = story.begin_step(psychiatrist, "judges the eight criteria met, and that staff must stay to observe")
    stable = FACTS | {"stabilised": FACTS["stabilised"] | {"target_dose_reached": True}}
    _expect_met(
        step, psychiatrist, case, stable | {"no-observation": {"observation_needed": True}}, 8, ["no-observation"]
    )
    step = story.begin_step(psychiatry, "tries to hand it over")
    answer = psychiatry.act(f"{case.path}/hand-over-intervention", intervention="depot")
    step.expect_refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-2", where="no-observation", status=422)
    step.expect_success(psychiatrist.act(f"{case.path}/record-assessment", **_make_assessment()))
    step.expect_success(psychiatrist.act(f"{case.path}/establish-level"))
    step = story.begin_step(staff.municipal, "tries to accept it")
    answer = staff.municipal.act(f"{case.path}/accept-referral")
    step.expect_refused(answer, "CRITERION_NOT_MET", rule="ORE-3.2.1-2", where="no-observation", status=422)
    step.expect("who performs", REGION, _read_parties(staff.municipal, case, "2025-08-11T12:00:00+02:00")[1])
    return case


def _read_record(story: Story, staff: _PsychiatryStaff, case: PlayCase) -> None:
    story.print_heading("The record")
    for person in (staff.psychiatrist, staff.municipal):
        step = story.begin_step(person, "reads the ground of every event")
        expect_agreement(step, person, case)
    step = story.begin_step(staff.stranger, "looks for the case from another municipality")
    expect_hidden(step, staff.stranger, case)
