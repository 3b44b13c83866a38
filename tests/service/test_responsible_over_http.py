"""Questions over HTTP that need no case: the holders of responsibility in a situation, and the words of a rule."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.case.acts import death_and_move, self_care
from domain.intervention import Intervention, Profession
from service.bootstrap import Services
from tests.domain.test_enrolment_gavleborg import JUDGED
from tests.http_stories import Teller
from tests.live import DISTRICT_NURSE, NURSE_A, Caller, patient_id
from tests.scenario import GAVLEBORG, VASTMANLAND, enrolled, request_in, story_in
from tests.scenario import NURSE_A as SCENARIO_NURSE
from tests.service.calls import assert_ok, assert_refused, publish
from tests.service.test_rules_over_http import NURSE, text_with

ASSESSED = "assessed-as-self-care"
EKEBY, GRANBY = "SE2120000001-KOMMUNA", "SE2120000002-KOMMUNB"
BEFORE = "2023-05-02T12:00:00+02:00"
"""A moment before any agreement of the county."""
NOW = "2025-04-01T12:00:00+02:00"
MAY_2018 = "2018-05-02T12:00:00+02:00"


@pytest.fixture(scope="module")
def orebro(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A district nurse of the region in Örebro."""
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture(scope="module")
def gavleborg(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A nurse of the municipality in Gävleborg."""
    with Caller(module_services, module_address, "SE2120000021-SSK1") as caller:
        yield caller


@pytest.fixture(scope="module")
def vastmanland(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A nurse of the municipality in Västmanland."""
    with Caller(module_services, module_address, "SE2120000011-SSK1") as caller:
        yield caller


@pytest.fixture
def callers(orebro: Caller, gavleborg: Caller, vastmanland: Caller) -> dict[str, Caller]:
    """The caller of each county."""
    return {"orebro": orebro, "gavleborg": gavleborg, "vastmanland": vastmanland}


def ask(caller: Caller, at: str, **situation: Any) -> dict[str, Any]:
    """Ask who is responsible in a situation."""
    return assert_ok(caller.get("/api/agreements/in-force/responsible", params={"at": at, **situation}))


def holders(caller: Caller, at: str, **situation: Any) -> tuple[Any, Any, Any]:
    """Return the holders of treatment, performance and employment in a situation."""
    said = ask(caller, at, **situation)["responsible"]
    return said["treatment"], said["performer"], said["employer"]


# --- Without an agreement ---------------------------------------------------------------------------------------------


@pytest.mark.rule("INF-1-1")
@pytest.mark.parametrize(
    ("situation", "holder"),
    [
        ({"setting": "ordinary"}, "region"),
        ({"intervention": "social-services"}, "municipality"),
        ({"intervention": "home-help"}, "municipality"),
    ],
    ids=["health care", "care of older people", "home help"],
)
def test_health_care_is_the_regions_and_care_of_older_people_the_municipalitys(
    orebro: Caller, situation: dict[str, str], holder: str
) -> None:
    said = ask(orebro, BEFORE, **situation)

    assert (said["answer"], said["agreement"]) == ("no agreement", None)
    assert (said["responsible"]["treatment"], said["responsible"]["performer"]) == (holder, holder)
    assert "INF-1-1" in said["responsible"]["clauses"]


@pytest.mark.rule("INF-2-4")
def test_the_regions_primary_care_and_the_municipalitys_home_help_work_in_one_home(orebro: Caller) -> None:
    care = ask(orebro, BEFORE, profession="nurse")["responsible"]
    help_at_home = ask(orebro, BEFORE, intervention="home-help")["responsible"]

    assert (care["performer"], care["named"]) == ("region", ["primärvården (vårdcentral eller motsvarande)"])
    assert help_at_home["performer"] == "municipality"
    assert all("INF-2-4" in answer["clauses"] for answer in (care, help_at_home))


@pytest.mark.rule("INF-2-8")
def test_at_home_the_family_doctor_answers_and_a_visit_is_not_promised(orebro: Caller) -> None:
    at_home, elsewhere = (
        ask(orebro, BEFORE, profession="physician", setting=setting)["responsible"]
        for setting in ("ordinary", "special")
    )

    assert (at_home["treatment"], at_home["key"], at_home["named"]) == ("region", "listing", ["husläkaren"])
    assert "inte utlovat" in at_home["notes"][0]
    assert (elsewhere["treatment"], elsewhere["named"], elsewhere["notes"]) == ("region", [], [])


@pytest.mark.rule("SKR-4-1")
def test_care_at_primary_level_is_not_one_organisations(orebro: Caller) -> None:
    performers = {
        setting: holders(orebro, BEFORE, level="primary", setting=setting, profession="nurse")[1]
        for setting in ("ordinary", "special")
    }

    assert performers == {"ordinary": "region", "special": "municipality"}


@pytest.mark.rule("SKR-8-1")
def test_for_specialised_care_the_region_answers_for_the_chain_and_not_for_every_performance(orebro: Caller) -> None:
    chain = {"level": "specialised", "intervention": "care-chain"}

    assert holders(orebro, BEFORE, **chain)[:2] == ("region", "region")
    assert holders(orebro, BEFORE, level="specialised", profession="nurse")[:2] == ("region", None)


@pytest.mark.rule("INF-2-2")
def test_an_intervention_is_counted_as_basic_home_care_only_if_the_source_names_it(orebro: Caller) -> None:
    listed = ("medication", "sampling", "wound-dressing", "rehabilitation", "assistive-device")
    kinds = {word: ask(orebro, BEFORE, intervention=word)["category"] for word in (*listed, "home-help")}

    assert kinds.pop("home-help") is None
    assert {kind["id"] for kind in kinds.values()} == {"basic-home-care"}


@pytest.mark.rule("INF-2-1")
@pytest.mark.rule("SKR-2-1")
def test_basic_home_care_differs_between_two_municipalities_on_the_same_day(
    module_services: Services, module_address: str, orebro: Caller
) -> None:
    transferred = (*NURSE, 'treatment = "municipality"', 'performer = "municipality"')
    text = text_with(*transferred).replace('version = "2"', 'version = "3"\nmunicipalities = ["Ekeby kommun"]', 1)
    with Caller(module_services, module_address, NURSE_A) as ekeby:
        publish(text, orebro, ekeby, at="2023-12-03T09:00:00+01:00")

    same_day: dict[str, Any] = {"at": "2024-05-02T12:00:00+02:00", "profession": "nurse", "age": 82, "enrolled": True}
    answers = {id: ask(orebro, municipality=id, **same_day) for id in (EKEBY, GRANBY)}

    assert [answers[id]["answer"] for id in (EKEBY, GRANBY)] == ["agreement", "no agreement"]
    assert [answers[id]["responsible"]["performer"] for id in (EKEBY, GRANBY)] == ["municipality", "region"]


@pytest.mark.rule("SKR-2-1")
def test_the_background_is_no_agreement_on_which_an_act_can_rest(module_services: Services, orebro: Caller) -> None:
    need = {"patient_id": patient_id(module_services), "request": {"need": "Wound care", "goal": "A healed wound"}}

    assert {"inf", "skr"}.isdisjoint(version["id"] for version in orebro.get("/api/agreements").json())
    assert [orebro.get(f"/api/agreements/{id}/1").status_code for id in ("inf", "skr")] == [404, 404]
    assert_refused(orebro.act_at("/api/cases", BEFORE, **need), 422, "NO_AGREEMENT_IN_FORCE")


@pytest.mark.rule("VML-2-4")
@pytest.mark.parametrize(("age", "rule"), [(17, "VML-2-4"), (18, "VML-4-1")])
def test_a_question_about_an_age_is_answered_as_a_case_of_that_age_is(
    vastmanland: Caller, teller: Teller, age: int, rule: str
) -> None:
    nurse = VASTMANLAND.nurse_a
    dressing = Intervention(key="dressing", text="Dress the wound", profession=Profession.NURSE)
    story = story_in("vastmanland", age=age).need_raised(request_in(VASTMANLAND, dressing), municipality=VASTMANLAND.a)

    (of_case,) = teller.read(story.sent(), "responsibility", nurse)["responsible"]
    found = ask(vastmanland, story.clock.isoformat(), profession="nurse", age=age)["responsible"]

    assert (of_case["treatment"], of_case["performer"]) == (VASTMANLAND.region, VASTMANLAND.region)
    assert (found["treatment"], found["performer"]) == ("region", "region")
    assert of_case["clauses"] == found["clauses"] == [rule]


# --- By the version in force ------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-2.1-1")
def test_home_care_as_a_whole_is_shared_and_each_of_its_lines_has_its_own_principal(orebro: Caller) -> None:
    enrolled = {"enrolled": True, "age": 82}
    whole = ask(orebro, NOW, intervention="home-care-as-a-whole", **enrolled)["responsible"]
    not_enrolled = ask(orebro, NOW, intervention="home-care-as-a-whole")["responsible"]

    assert (whole["shared"], whole["treatment"], whole["clauses"]) == (True, None, ["ORE-2.1-1", "ORE-2.1-9"])
    assert not_enrolled["answer"] == "not regulated"
    assert holders(orebro, NOW, profession="nurse", **enrolled)[:2] == ("municipality", "municipality")
    assert holders(orebro, NOW, profession="physician", **enrolled)[:2] == ("region", "region")


@pytest.mark.rule("ORE-3.4-3")
@pytest.mark.parametrize("profession", ["occupational-therapist", "physiotherapist"])
@pytest.mark.parametrize("setting", ["ordinary", "health-centre"])
@pytest.mark.parametrize(
    "shown_by",
    [
        {"circumstances": "specialist-rehabilitation-need"},
        {"level": "specialised"},
        {"circumstances": "specialist-rehabilitation-need", "level": "specialised"},
    ],
    ids=["the need", "the level", "both"],
)
def test_rehabilitation_by_specialists_is_the_regions_also_at_home(
    orebro: Caller, profession: str, setting: str, shown_by: dict[str, str]
) -> None:
    said = ask(orebro, NOW, profession=profession, setting=setting, **shown_by)["responsible"]

    assert (said["treatment"], said["performer"], said["named"]) == ("region", "region", ["specialistvården"])
    assert said["clauses"][0] == "ORE-3.4-3"


@pytest.mark.rule("ORE-3.2.1-1", "ORE-3.2.1-12")
def test_the_section_on_psychiatrys_drugs_says_nothing_about_special_housing(orebro: Caller) -> None:
    drugs = {"intervention": "psychiatric-drug-handling", "age": 34}
    assert ask(orebro, NOW, **drugs)["responsible"]["performer"] == "region"
    assert ask(orebro, NOW, setting="special", **drugs)["responsible"]["answer"] == "not regulated"


@pytest.mark.rule("SYS-7")
def test_whom_no_rule_names_is_said_to_be_not_regulated(orebro: Caller, teller: Teller) -> None:
    aid = ask(orebro, NOW, intervention="walking-aid", profession="nurse")["responsible"]
    therapist = ask(orebro, NOW, profession="occupational-therapist")["responsible"]

    assert aid["not_regulated"] == ["treatment", "performer", "employer"]
    assert therapist["not_regulated"] == ["treatment"]
    story = enrolled().after(death_and_move.record_death, SCENARIO_NURSE, deceased_on=enrolled().clock.date())
    for part in ("responsibility", "replay"):
        held, silent = (teller.read(told, part, SCENARIO_NURSE)["responsible"] for told in (enrolled(), story))
        assert {tuple(one["not_regulated"]) for one in held} == {()}
        assert {tuple(one["not_regulated"]) for one in silent} == {("treatment", "performer", "employer")}


# --- What always holds ------------------------------------------------------------------------------------------------


@pytest.mark.rule("SKR-3-5", "INF-3-1")
@pytest.mark.parametrize("profession", ["nurse", "occupational-therapist", "physiotherapist"])
@pytest.mark.parametrize("county", ["orebro", "vastmanland", "gavleborg"])
def test_care_in_special_housing_is_the_municipalitys_in_every_county(
    module_services: Services, module_address: str, county: str, profession: str
) -> None:
    staff, at = {
        "orebro": (DISTRICT_NURSE, NOW),
        "vastmanland": ("SE2120000011-SSK1", NOW),
        "gavleborg": ("SE2120000021-SSK1", MAY_2018),
    }[county]
    with Caller(module_services, module_address, staff) as caller:
        said = ask(caller, at, profession=profession, setting="special", age=88)

    assert (said["answer"], said["responsible"]["always"]) == ("agreement", True)
    assert (said["responsible"]["treatment"], said["responsible"]["performer"]) == ("municipality", "municipality")
    assert said["responsible"]["clauses"] == ["INF-3-1", "SKR-3-5"]


@pytest.mark.rule("SKR-3-5", "INF-3-1")
def test_an_aid_that_is_primary_cares_is_the_municipalitys_in_special_housing(orebro: Caller) -> None:
    aid = {"intervention": "walking-aid", "profession": "occupational-therapist"}

    assert holders(orebro, NOW, setting="special", **aid)[:2] == ("municipality", "municipality")
    assert holders(orebro, NOW, **aid)[:2] == (None, None)


@pytest.mark.rule("SKR-3-3")
@pytest.mark.parametrize("device", ["ventilator", "tracheostomy", "bag-dialysis"])
def test_a_physician_is_the_regions_where_the_agreement_leaves_the_level_open(gavleborg: Caller, device: str) -> None:
    conditions = ("specialist-treatment", "criteria-met")
    said = ask(gavleborg, MAY_2018, intervention=device, profession="physician", age=40, circumstances=conditions)

    assert (said["responsible"]["treatment"], said["responsible"]["performer"]) == ("region", "region")
    assert "SKR-3-3" in said["responsible"]["clauses"]


@pytest.mark.rule("GAV-1-4")
@pytest.mark.parametrize(
    ("level", "holder"), [({}, None), ({"level": "primary"}, "municipality"), ({"level": "specialised"}, "region")]
)
def test_a_nurse_on_a_ventilator_patient_in_special_housing_is_nobodys_until_the_level_is_known(
    gavleborg: Caller, level: dict[str, str], holder: str | None
) -> None:
    care = {"intervention": "ventilator", "profession": "nurse", "setting": "special", "age": 40}

    assert ask(gavleborg, MAY_2018, **care, **level)["responsible"]["treatment"] == holder


@pytest.mark.rule("SKR-3-6", "INF-2-3")
@pytest.mark.parametrize("facts", [{}, {"enrolled": True}, {"circumstances": "criteria-met"}], ids=str)
@pytest.mark.parametrize("profession", ["nurse", "care-staff"])
@pytest.mark.parametrize(
    ("intervention", "holder", "rule"),
    [("social-services", "municipality", "SKR-3-6"), ("hospital-substituting-care", "region", "INF-2-3")],
)
@pytest.mark.parametrize("county", ["orebro", "vastmanland", "gavleborg"])
def test_what_always_holds_of_an_intervention_holds_whoever_performs_it(
    callers: dict[str, Caller],
    county: str,
    intervention: str,
    holder: str,
    rule: str,
    profession: str,
    facts: dict[str, Any],
) -> None:
    caller = callers[county]
    care = {"intervention": intervention, "profession": profession, "age": 80, **facts}
    said = ask(caller, MAY_2018 if county == "gavleborg" else NOW, **care)["responsible"]

    assert (said["treatment"], said["performer"]) == (holder, holder)
    assert rule in said["clauses"] or (county, intervention) == ("gavleborg", "social-services")


SPECIALIST_TREATED: dict[str, Any] = {"intervention": "ventilator", "age": 45, "circumstances": "specialist-treatment"}


@pytest.mark.rule("GAV-10-6")
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_where_specialists_treat_the_performer_in_the_municipality_of_residence_employs(
    gavleborg: Caller, setting: str
) -> None:
    said = ask(gavleborg, MAY_2018, setting=setting, **SPECIALIST_TREATED)["responsible"]

    assert (said["performer"], said["employer"], said["key"]) == ("municipality", "municipality", "residence")
    assert said["clauses"][0] == "GAV-10-6"
    following = assert_ok(gavleborg.get("/api/agreements/in-force/following", params={"at": MAY_2018}))
    assert (following["employer"]["answer"], following["coordination"]["answer"]) == ("residence", "listing")


@pytest.mark.rule("GAV-2-4")
def test_the_agreement_says_who_has_medical_responsibility_who_pays_and_who_employs(gavleborg: Caller) -> None:
    question = {"what": "ventilator", "at": MAY_2018}
    paying = assert_ok(gavleborg.get("/api/agreements/in-force/paying", params=question))
    version = assert_ok(gavleborg.get("/api/agreements/svart-sjuka-i-hemmet/2018"))

    assert holders(gavleborg, MAY_2018, **SPECIALIST_TREATED) == ("region", "municipality", "municipality")
    assert (paying["tax_shift"]["answer"], paying["tax_shift"]["by"]) == ("not covered", "hourly-reimbursement")
    assert version["text"]["defines"] == ["medical", "cost", "employer"]
    assert version["text"]["defines_rule"] == "GAV-2-4"


# --- Words and facts of a question ------------------------------------------------------------------------------------


def test_the_answer_lists_the_words_that_can_be_asked_about(orebro: Caller) -> None:
    assert "home-care-as-a-whole" in ask(orebro, NOW)["speaks_of"]["interventions"]
    before = ask(orebro, BEFORE)["speaks_of"]["interventions"]
    assert ("home-help" in before, "home-care-as-a-whole" in before) == (True, False)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ({"intervention": "home-car-as-a-whole"}, "home-care-as-a-whole"),
        ({"profession": "Sjuksköterska"}, "nurse"),
        ({"level": "third"}, "specialised"),
        ({"setting": "hospital"}, "health-centre"),
        ({"circumstances": ["rehabilitation-need", "moonlight"]}, "psychiatric-outpatient"),
        ({"municipality": "SE2120000011-KOMMUN"}, EKEBY),
    ],
)
def test_a_word_that_the_text_does_not_know_is_no_silence(orebro: Caller, asked: dict[str, Any], known: str) -> None:
    answer = orebro.get("/api/agreements/in-force/responsible", params={"at": NOW, **asked})

    refused = assert_refused(answer, 400, "WORD_UNKNOWN")
    assert (refused["where"], refused["rule"]) == ([f"query.{next(iter(asked))}"], "SYS-7")
    assert known in refused["remedy"]
    assert not any(word in answer.text for word in ("home-car-", "Sjuk", "third", "moonlight", 'KOMMUN"'))


@pytest.mark.parametrize("path", ["", "/paying", "/following"])
def test_no_answer_is_made_up_for_a_municipality_of_another_county(orebro: Caller, path: str) -> None:
    asked = {"municipality": "SE2120000011-KOMMUN", "what": "ventilator"} if path else {"municipality": "Ekeby"}
    if path == "/following":
        asked.pop("what")

    assert_refused(orebro.get(f"/api/agreements/in-force{path}", params=asked), 400, "WORD_UNKNOWN")


def test_an_auditor_asks_as_everybody_does(module_services: Services, module_address: str, orebro: Caller) -> None:
    with Caller(module_services, module_address, "SE2321000000-REVISOR1") as auditor:
        assert ask(auditor, NOW, profession="nurse") == ask(orebro, NOW, profession="nurse")


@pytest.mark.rule("ORE-1.2-2", "ORE-3-1", "SKR-3-5")
def test_the_answer_names_the_facts_that_it_depends_on_and_what_each_leads_to(orebro: Caller) -> None:
    said = ask(orebro, NOW, profession="nurse")

    assert said["question"] == {
        "intervention": None,
        "profession": "nurse",
        "level": None,
        "setting": "ordinary",
        "age": None,
        "enrolled": False,
        "single_intervention": False,
        "circumstances": [],
    }
    assert said["assumed"] == ["level", "setting", "enrolled", "single_intervention", "circumstances"]
    assert said["not_holding"] == ["specialist-treatment"]
    assert (said["responsible"]["performer"], said["responsible"]["clauses"][0]) == ("region", "ORE-3-1")
    led_to = {str(each["if"]): each["responsible"] for each in said["alternatives"]}
    assert led_to["{'enrolled': [True]}"]["performer"] == "municipality"
    assert led_to["{'setting': ['special']}"]["clauses"] == ["INF-3-1", "SKR-3-5"]
    assert {"level", "setting", "enrolled", "intervention"} <= set(said["depends_on"])
    assert said["words"]["ORE-3-1"]["statement"]


@pytest.mark.rule("GAV-9-2")
def test_an_answer_that_differs_by_age_says_so_until_the_age_is_known(gavleborg: Caller) -> None:
    care: dict[str, Any] = {"profession": "nurse", "level": "primary", "setting": "ordinary", "enrolled": False}
    said = ask(gavleborg, MAY_2018, **care)
    (child,) = (each for each in said["alternatives"] if set(each["if"]) == {"age"})

    assert (said["responsible"]["answer"], "age" in said["depends_on"]) == ("not regulated", True)
    assert child["if"]["age"] == [{"from": None, "to": 17}]
    assert (child["responsible"]["performer"], child["responsible"]["clauses"]) == ("region", ["GAV-9-2"])
    for age, holder in ((17, "region"), (18, None)):
        known = ask(gavleborg, MAY_2018, age=age, **care)
        assert (known["responsible"].get("performer"), "age" in known["depends_on"]) == (holder, False)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("county", ["orebro", "vastmanland", "gavleborg"])
@pytest.mark.parametrize("asked", [{"profession": "nurse"}, {"profession": "physiotherapist", "age": 70}], ids=str)
def test_what_is_said_of_more_facts_is_the_answer_once_they_are_given(
    orebro: Caller, vastmanland: Caller, gavleborg: Caller, county: str, asked: dict[str, Any]
) -> None:
    caller = {"orebro": orebro, "vastmanland": vastmanland, "gavleborg": gavleborg}[county]
    at = MAY_2018 if county == "gavleborg" else NOW
    said = ask(caller, at, **asked)

    assert said["alternatives"]
    for each in said["alternatives"]:
        facts = {fact: values if fact == "circumstances" else values[-1] for fact, values in each["if"].items()}
        if isinstance(facts.get("age"), dict):
            facts["age"] = facts["age"]["from"] or facts["age"]["to"]
        assert ask(caller, at, **asked, **facts)["responsible"] == each["responsible"]


@pytest.mark.rule("VML-4-1", "VML-4-2")
def test_the_answer_names_the_threshold_that_nobody_has_said_is_met(vastmanland: Caller) -> None:
    care = {"profession": "nurse", "level": "primary", "setting": "ordinary", "age": 82}
    before, after = (ask(vastmanland, NOW, circumstances=words, **care) for words in ([], ["criteria-met"]))

    assert (before["responsible"]["performer"], after["responsible"]["performer"]) == ("region", "municipality")
    assert ("criteria-met" in before["not_holding"], "criteria-met" in after["not_holding"]) == (True, False)
    assert before["assumed"][-1] == "circumstances"


@pytest.mark.rule("GAV-5-1", "GAV-9-2", "GAV-9-4")
def test_a_guardian_answers_for_a_childs_self_care_when_it_has_been_assessed_and_not_before(
    gavleborg: Caller, teller: Teller
) -> None:
    asked: dict[str, Any] = {"intervention": "self-care", "profession": "nurse", "age": 11}
    before, after = (ask(gavleborg, MAY_2018, circumstances=words, **asked) for words in ([], [ASSESSED]))
    assert (before["responsible"]["treatment"], after["responsible"]["treatment"]) == ("region", "guardian")
    assert (ASSESSED in before["not_holding"], ASSESSED in after["not_holding"]) == (True, False)

    story = story_in("gavleborg", age=11)
    suction = Intervention(key="suction", text="Sugning av kanyl", category="self-care")
    story = story.need_raised(request_in(GAVLEBORG, suction), by=GAVLEBORG.specialist, municipality=GAVLEBORG.a)
    assessed = story.after(self_care.assess, GAVLEBORG.specialist, **JUDGED)
    for told, guardian in ((story, False), (assessed, True)):
        (said,) = teller.read(told, "responsibility", GAVLEBORG.specialist)["responsible"]
        assert (said["guardian"], said["treatment"] is None, "GAV-9-4" in said["clauses"]) == (guardian,) * 3


def test_two_rows_that_contradict_each_other_are_both_shown(vastmanland: Caller) -> None:
    circumstances = ["criteria-met", "asylum-seeker", "doctor-elsewhere"]
    said = ask(vastmanland, NOW, profession="nurse", age=40, circumstances=circumstances)["responsible"]

    assert (said["answer"], said["rows"]) == ("conflict", ["asylum-seekers", "doctor-elsewhere"])
    assert [(row["key"], row["clauses"]) for row in said["contradicting"]] == [
        ("stay", ["VML-19-1"]),
        ("residence", ["VML-13-1"]),
    ]


# --- The employer -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("SKR-7-2", "ORE-1.2-4")
def test_whoever_performs_employs_its_own_staff_unless_the_text_names_the_employer(orebro: Caller) -> None:
    employers = {}
    for profession in ("nurse", "occupational-therapist", "physiotherapist", "physician"):
        said = ask(orebro, NOW, profession=profession, enrolled=True)["responsible"]
        employers[profession] = (said["employer"], said["employer_clauses"][0])

    assert employers == {
        "nurse": ("municipality", "SKR-7-2"),
        "occupational-therapist": ("municipality", "ORE-1.2-4"),
        "physiotherapist": ("region", "ORE-1.2-4"),
        "physician": ("region", "ORE-1.2-3"),
    }
    assert ask(orebro, NOW, intervention="rehabilitation-chain")["responsible"]["employer"] is None


# --- What a rule defines and refers to --------------------------------------------------------------------------------


def read_rule(caller: Caller, rule: str, **params: str) -> dict[str, Any]:
    """Read what a rule says."""
    return assert_ok(caller.get(f"/api/rules/{rule}", params=params))


@pytest.mark.rule("SKR-4-8")
def test_municipal_health_care_is_part_of_primary_care_from_the_first_of_july_2021(orebro: Caller) -> None:
    meanings = {}
    for day in ("2021-06-30", "2021-07-01"):
        (word,) = read_rule(orebro, "SKR-4-8", on=f"{day}T12:00:00+02:00")["definitions"]
        meanings[day] = "Kommunalt finansierad vård är en del" in word["meaning"]

    assert meanings == {"2021-06-30": False, "2021-07-01": True}


@pytest.mark.rule("ORE-3.1.2-8")
def test_the_referral_procedure_refers_to_the_national_rules_on_referrals(orebro: Caller) -> None:
    (document,) = read_rule(orebro, "ORE-3.1.2-8")["documents"]

    assert document["title"].startswith("SOSFS 2004:11 Ansvar för remisser")
    assert read_rule(orebro, "ORE-3.1.2-6")["documents"] == []


@pytest.mark.rule("ORE-3.4-1")
@pytest.mark.rule("ORE-3.4-8")
def test_a_rule_of_rehabilitation_says_what_its_words_mean(orebro: Caller) -> None:
    (rehabilitation,), (team,) = (read_rule(orebro, rule)["definitions"] for rule in ("ORE-3.4-1", "ORE-3.4-8"))

    assert rehabilitation["meaning"] == "att bedöma, utreda och göra insatser, på vårdcentral och i hemmet"
    others = ("logoped", "kurator", "dietist", "psykolog", "läkare", "sjuksköterska", "omvårdnadspersonal")
    assert [word for word in others if word not in team["meaning"]] == []
    assert team["meaning"].endswith("efter den enskildes behov")
    assert read_rule(orebro, "ORE-3.4-2")["definitions"] == []


@pytest.mark.rule("ORE-3.4-1")
def test_rehabilitation_at_primary_level_is_given_at_the_health_centre_and_at_home(orebro: Caller) -> None:
    therapist = {"profession": "occupational-therapist", "age": 9}
    answers = {
        setting: ask(orebro, NOW, setting=setting, **therapist)["responsible"]
        for setting in ("ordinary", "health-centre", "special")
    }

    assert [answers[setting]["performer"] for setting in ("ordinary", "health-centre")] == ["municipality"] * 2
    assert (answers["special"]["performer"], answers["special"]["clauses"][-1]) == ("municipality", "SKR-3-5")


# --- What a version is ------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-0-1")
def test_acts_cite_the_document_by_its_number_and_revision(module_services: Services, orebro: Caller) -> None:
    opened = {"patient_id": patient_id(module_services), "request": {"need": "Wound care", "goal": "A healed wound"}}
    case = assert_ok(orebro.act_at("/api/cases", NOW, **opened))["case"]
    (entry,) = orebro.get(f"/api/cases/{case}/timeline").json()
    document = assert_ok(orebro.get("/api/agreements/1085641/R1"))["text"]["document"]

    assert entry["agreement"] == f"{document['number']} {document['revision']}" == "1085641 R1"
    assert (document["revised"], "diary_number" in document) == ("2025-02-17", False)


@pytest.mark.rule("VML-0-1")
def test_the_parties_are_the_county_council_and_every_municipality_and_the_document_has_no_date(
    module_services: Services, module_address: str
) -> None:
    with Caller(module_services, module_address, "SE2321000001-DSK1") as council:
        version = assert_ok(council.get("/api/agreements/vml-overtagande/1"))
        directory = module_services.directories["vastmanland"]

        assert [party["principal"] for party in version["parties"]] == [one.id for one in directory.principals]
        assert version["text"]["parties"] == {
            "region": "Landstinget i Västmanlands län",
            "municipality": "Kommunerna i Västmanlands län",
        }
        assert version["text"]["document"] == {"category": "Avtal", "clauses": ["VML-0-1"]}
        assert_ok(
            council.director.act_at("/api/agreements/vml-overtagande/1/sign-version", "2013-02-03T12:00:00+01:00")
        )
    with Caller(module_services, module_address, DISTRICT_NURSE) as stranger:
        signing = stranger.director.act_at(
            "/api/agreements/vml-overtagande/1/sign-version", "2013-02-03T12:00:00+01:00"
        )
        assert signing.status_code == 404
