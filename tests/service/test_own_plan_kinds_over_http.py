"""A county whose text has a kind of plan of its own: a plan of that kind, begun to ended, over JSON, FHIR and pages."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fhir.resources.R4B import get_fhir_model_class

from domain.authoring.validation import check, warn
from domain.kernel import legal_day
from fhir_profiles import systems
from service.bootstrap import Services
from service.database.dsns import Dsns
from service.web.session import COOKIE
from tests.live import TLS, Caller, open_record, register_person, serve
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish
from tests.service.fhir.resources import assert_outcome, change, concept
from tests.service.fhir.test_care_plans import section
from tests.web.cases import TOOK_PART
from tests.web.conftest import Browser
from tests.web.forms import follow, send

FILES = Path(__file__).parents[1] / "counties" / "fjallbygden"
TEXT = (FILES / "agreement.toml").read_text("utf-8")
DISTRICT_NURSE, NURSE = "SE2321000077-DSK", "SE2120000078-SSK"
MUNICIPALITY = "SE2120000078-KOMMUN"
TOVA = "195011029989"
Json = dict[str, Any]
WOUND: Json = {"key": "wound", "text": "Dress the ulcer", "profession": "nurse"}
ROAD = {"closed": "The nurse comes by snowmobile", "opens": "2027-05-20"}

WRONG_TYPE: Json = {
    "coding": [{"system": systems.PLAN_KIND, "code": "season"}, {"system": systems.PLAN_TYPE, "code": "SIP"}]
}


class County(NamedTuple):
    """The county's server with its agreement in force, its two nurses, and a request that has been accepted."""

    services: Services
    region: Caller
    municipality: Caller
    patient: str
    case: str

    def act(self, caller: Caller, name: str, **content: Any) -> Json:
        """Do an act on the case, and return its answer."""
        return assert_ok(caller.act(self.case, name, **content))

    def read_plan(self) -> Json:
        """Return the case's latest plan, as a replay has it."""
        plans: dict[str, Json] = assert_ok(self.region.get(f"/api/cases/{self.case}/replay"))["case"]["plans"]
        return list(plans.values())[-1]

    def read_resource(self, plan: str) -> Json:
        """Return a plan as a CarePlan, which is valid FHIR."""
        resource = assert_ok(self.municipality.get(f"/fhir/CarePlan/{plan}"))
        get_fhir_model_class("CarePlan").model_validate(resource)
        return resource


@pytest.fixture
def open_county(database: Dsns, tmp_path: Path) -> Iterator[Callable[[str], County]]:
    """Open the county with a text of its agreement."""
    with (
        open_record(database, tmp_path, directory=FILES / "directory.toml") as services,
        serve(services) as address,
        ExitStack() as callers,
    ):

        def open_with(text: str) -> County:
            region, nurse = (
                callers.enter_context(Caller(services, address, person)) for person in (DISTRICT_NURSE, NURSE)
            )
            publish(text, region, nurse)
            patient = register_person(services, "fjallbygden", TOVA)
            request = {"need": "Care at home", "interventions": [WOUND]}
            case = assert_ok(region.post("/api/cases", json={"patient_id": patient, "request": request}))["case"]
            county = County(services, region, nurse, patient, case)
            county.act(region, "send-referral", receiver=MUNICIPALITY)
            county.act(nurse, "accept-referral")
            return county

        yield open_with


@pytest.fixture
def county(open_county: Callable[[str], County]) -> County:
    """The county with its text as it stands in its file."""
    return open_county(TEXT)


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_a_plan_of_the_texts_own_kind_is_begun_agreed_followed_up_and_ended(county: County) -> None:
    region, nurse = county.region, county.municipality
    required = assert_refused(nurse.act(county.case, "start-enrolment"), 409, "PLAN_REQUIRED")
    assert (required["rule"], required["where"]) == ("FJB-3", ["season"])
    assert_refused(region.act(county.case, "initiate-plan", kind="season"), 403, "ACTOR_NOT_ALLOWED")
    begun = county.act(nurse, "initiate-plan", kind="season")
    (event,) = begun["events"]
    names = {"title": "Säsongsplan", "english": "Season plan", "care_plan": True}
    assert (event["content"]["kind"], event["content"]["kind_name"]) == ("season", names)
    plan = begun["plans"][-1]["id"]

    lacking = nurse.act(county.case, "agree-plan", plan=plan, text=nurse.read_text(plan))
    assert assert_refused(lacking, 422, "PLAN_CONTENT_MISSING")["where"] == ["road", "interventions"]
    write_plan(county, plan)
    for caller in (region, nurse):
        county.act(caller, "agree-plan", plan=plan, text=caller.read_text(plan))
    assert county.read_plan()["status"] == "established"
    county.act(nurse, "start-enrolment")
    for caller in (region, nurse):
        county.act(caller, "follow-up-plan", plan=plan, finding="The road is open", participation=TOOK_PART)
    assert set(county.read_plan()["followed_up_at"]) == {"region", "municipality"}
    county.act(nurse, "declare-discharge", reason="The ulcer has healed", participation=TOOK_PART)

    assert county.read_plan()["status"] == "closed"
    assert_rebuild_identical(county.services)


def write_plan(county: County, plan: str) -> None:
    """Plan with the individual, and write what the text demands of the kind, in the text's words."""
    plan_in_own_words(county, plan)
    county.act(county.municipality, "record-plan-section", plan=plan, part="road", fields=ROAD)


def plan_in_own_words(county: County, plan: str) -> None:
    """Hold a planning of a form that only this text has, and plan an intervention of its kinds."""
    people = [DISTRICT_NURSE, NURSE]
    planned = WOUND | {"line": "patrol", "performer_kind": "rescue", "performer": "municipality"}
    for name, content in (
        ("hold-planning", {"form": "radio", "participants": people, "participation": TOOK_PART}),
        ("plan-intervention", {"intervention": planned}),
    ):
        county.act(county.municipality, name, plan=plan, **content)


def test_a_kind_that_the_text_does_not_have_is_refused_with_those_that_it_has(county: County) -> None:
    refused = assert_refused(
        county.municipality.act(county.case, "initiate-plan", kind="seasonal"), 422, "CONTENT_NOT_KNOWN"
    )

    assert (refused["rule"], refused["where"]) == ("SYS-7", ["seasonal"])
    assert "season, sip" in refused["remedy"]
    assert assert_ok(county.region.get(f"/api/cases/{county.case}/replay"))["case"]["plans"] == {}


def test_a_plan_that_names_no_kind_is_of_the_kind_that_the_track_requires(county: County) -> None:
    county.act(county.municipality, "initiate-plan")

    assert county.read_plan()["kind"] == "season"


CLOSED = TEXT.replace("[vocabulary.conditions]", '[vocabulary.conditions]\nroad-closed = "vägen är stängd"').replace(
    "[plans.season]", '[plans.season]\nwhen = "road-closed"'
)


def test_a_plan_that_the_text_has_under_a_circumstance_alone_leads_to_the_circumstance_and_in_no_circle(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(CLOSED)
    nurse, case = county.municipality, county.case
    county.act(county.region, "initiate-plan", kind="sip")  # of which no enrolment starts

    required = assert_refused(nurse.act(case, "start-enrolment"), 409, "PLAN_REQUIRED")
    begun = assert_refused(nurse.act(case, "initiate-plan", kind="season"), 422, "CONTENT_NOT_KNOWN")
    assert (required["acts"], begun["acts"]) == (["record-circumstance"], ["record-circumstance"])
    assert ("only under road-closed" in required["title"], "only under road-closed" in begun["remedy"]) == (True, True)

    county.act(nurse, "record-circumstance", circumstance="road-closed")
    required = assert_refused(nurse.act(case, "start-enrolment"), 409, "PLAN_REQUIRED")
    assert (required["acts"], required["where"]) == (["initiate-plan"], ["season"])
    county.act(nurse, "initiate-plan", kind="season")


# --- Limits -----------------------------------------------------------------------------------------------------------

IN_TEN_DAYS = """
[[deadlines]]
id = "season-planning"
title = "Planering"
words = "inom tio dagar"
duration = "P10D"
clauses = ["FJB-3"]

[[matrix]]
id = "physician"
"""
WITH_LIMIT = TEXT.replace("[plans.season]", '[plans.season]\ndeadline = "season-planning"').replace(
    '\n[[matrix]]\nid = "physician"\n', IN_TEN_DAYS
)
WITHOUT_PLANNING = WITH_LIMIT
for line in ('planning = "FJB-3"\n', 'content = "season"\n', 'follow_up_on = "road.opens"\n'):
    WITHOUT_PLANNING = WITHOUT_PLANNING.replace(line, "", 1)
NOT_REQUIRED = WITH_LIMIT.replace('plans = ["season"]\nplan_rule = "FJB-3"\n', "")


def read_limits(county: County, caller: Caller) -> dict[str, tuple[int | None, str | None]]:
    """Return what waits in the case for the caller's principal: the days that it has, and the words of its limit."""
    waiting: list[Json] = caller.get("/api/worklist").json()
    items = [each for each in waiting if each.get("case") == county.case]
    return {each["key"]: (count_days(each["since"], each["due"]), each["words"]) for each in items}


def count_days(since: str, due: str | None) -> int | None:
    """Count the days from the Swedish day of a moment to a last day."""
    return (date.fromisoformat(due) - legal_day(datetime.fromisoformat(since))).days if due is not None else None


def test_the_limit_of_a_kind_of_plan_holds_from_the_proposed_enrolment_though_no_joint_planning_is_asked_for(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(WITH_LIMIT)
    waiting = read_limits(county, county.municipality)
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]
    begun = read_limits(county, county.region)
    people = [DISTRICT_NURSE, NURSE]
    held = county.act(
        county.region, "hold-planning", plan=plan, form="radio", participants=people, participation=TOOK_PART
    )

    limit = (10, "inom tio dagar")
    assert (waiting["required-plan"], begun["required-plan"]) == (limit, limit)
    (event,) = held["events"]
    assert (event["content"]["due"] is not None, event["content"]["late"]) == (True, False)
    assert read_limits(county, county.region)["agree-plan:season"] == (None, None)


def test_the_limit_of_a_plan_that_nobody_has_to_plan_is_that_of_the_plan(open_county: Callable[[str], County]) -> None:
    county = open_county(WITHOUT_PLANNING)
    nurse = county.municipality
    plan = county.act(nurse, "initiate-plan", kind="season")["plans"][-1]["id"]
    county.act(nurse, "plan-intervention", plan=plan, intervention=WOUND | {"performer": "municipality"})
    county.act(nurse, "agree-plan", plan=plan, text=nurse.read_text(plan))

    assert read_limits(county, county.region)["agree-plan:season"] == (10, "inom tio dagar")


def test_the_limit_of_a_plan_that_the_way_in_does_not_require_holds_once_it_has_begun(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(NOT_REQUIRED)
    assert "planning:season" not in read_limits(county, county.region)

    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]

    assert read_limits(county, county.region)["planning:season"] == (10, "inom tio dagar")
    with open_pages(county.municipality) as browser:
        assert "Planera och upprätta planen" in browser.page(f"/cases/{county.case}").text
    plan_in_own_words(county, plan)
    assert "planning:season" not in read_limits(county, county.region)


HUT = """
[plans.hut]
title = "Fjällstugeplan"
english = "Mountain hut plan"
established_by = "both-parties"
deadline = "season-planning"
clauses = ["FJB-3"]

[plans.season]"""
TWO_KINDS = TEXT.replace("[plans.season]", HUT, 1).replace('\n[[matrix]]\nid = "physician"\n', IN_TEN_DAYS)


def test_the_limit_of_one_kind_of_plan_is_not_that_of_another(open_county: Callable[[str], County]) -> None:
    county = open_county(TWO_KINDS)
    county.act(county.municipality, "initiate-plan", kind="hut")
    waiting = read_limits(county, county.municipality)

    assert (waiting["required-plan"], waiting["planning:hut"]) == ((None, None), (10, "inom tio dagar"))


EVERY_WEEK = (
    WITHOUT_PLANNING.replace('deadline = "season-planning"', 'follow_up_every = "weekly"')
    .replace('id = "season-planning"\ntitle = "Planering"', 'id = "weekly"\ntitle = "Uppföljning"')
    .replace('"inom tio dagar"', '"varje vecka"')
    .replace('"P10D"', '"P7D"')
)


def test_a_plan_is_followed_up_each_week_from_its_beginning_and_from_the_last_follow_up(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(EVERY_WEEK)
    region, nurse = county.region, county.municipality
    plan = county.act(nurse, "initiate-plan", kind="season")["plans"][-1]["id"]
    county.act(nurse, "plan-intervention", plan=plan, intervention=WOUND | {"performer": "municipality"})
    for caller in (nurse, region):
        county.act(caller, "agree-plan", plan=plan, text=caller.read_text(plan))
    first = read_limits(county, region)["follow-up:season"]
    county.act(region, "follow-up-plan", plan=plan, finding="The road is open", participation=TOOK_PART)
    second = read_limits(county, region)["follow-up:season"]
    day = (legal_day(county.services.clock.now()) + timedelta(days=20)).isoformat()
    county.act(region, "follow-up-plan", plan=plan, finding="As before", participation=TOOK_PART, next_on=day)

    assert (first[0], second[0]) == (7, 7)
    assert read_limits(county, region)["follow-up:season"][0] == 20
    assert read_limits(county, nurse)["follow-up:season"][0] == 7
    with open_pages(nurse) as browser:
        plans = browser.page("/agreements/fjallvard/1").text.split("Planer Säsongsplan", 1)[1]
    assert "Följs upp”varje vecka” (7 dagar), från: planen upprättades, eller partens senaste uppföljning" in plans
    assert "uppföljningen själv anger" not in plans


def agree_to_plan(county: County) -> str:
    """Draw up a plan of the county's kind and agree to it for both parties. Return its id."""
    nurse = county.municipality
    plan: str = county.act(nurse, "initiate-plan", kind="season")["plans"][-1]["id"]
    county.act(nurse, "plan-intervention", plan=plan, intervention=WOUND | {"performer": "municipality"})
    for caller in (nurse, county.region):
        county.act(caller, "agree-plan", plan=plan, text=caller.read_text(plan))
    return plan


def find_item(county: County, caller: Caller, key: str) -> Json:
    """Return what waits in the case for the caller's principal under a key."""
    waiting: list[Json] = caller.get("/api/worklist").json()
    (found,) = (each for each in waiting if (each.get("case"), each["key"]) == (county.case, key))
    return found


def test_a_plan_is_followed_up_and_drafted_anew_though_no_enrolment_has_been_proposed(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(EVERY_WEEK)
    request = {"need": "Care at home", "interventions": [WOUND]}
    content = {"patient_id": county.patient, "request": request, "despite": [county.case]}
    case = assert_ok(county.region.post("/api/cases", json=content))["case"]
    county = county._replace(case=case)
    county.act(county.region, "send-referral", receiver=MUNICIPALITY)
    plan = agree_to_plan(county)

    first = find_item(county, county.region, "follow-up:season")
    county.act(county.region, "follow-up-plan", plan=plan, finding="The road is open", participation=TOOK_PART)
    second = find_item(county, county.region, "follow-up:season")
    county.act(county.municipality, "initiate-plan", kind="season")

    assert (first["words"], first["rule"]) == ("varje vecka", "FJB-3")
    assert first["since"] < second["since"]
    assert find_item(county, county.municipality, "follow-up:season")["since"] == first["since"]
    for caller in (county.region, county.municipality):
        assert find_item(county, caller, "planning:season")["due"] is None


# --- Types of fields --------------------------------------------------------------------------------------------------

PASS_OPENS = """
[statements.pass-opens]
title = "Passet öppnar"
by = [{ party = "municipality" }]
fields = [
    { id = "opens", title = "Dag", clauses = ["FJB-4"], type = "date" },
    { id = "safe", title = "Om vägen är säker", clauses = ["FJB-4"], type = "bool" },
    { id = "asked", title = "Om någon är tillfrågad", clauses = ["FJB-4"], optional = true },
]
clauses = ["FJB-4"]

[[duties]]
id = "tell-region"
title = "Säg till regionen"
opened_by = ["statement:pass-opens"]
met_by = ["event:question.sent"]
field = "asked"
clauses = ["FJB-4"]

[content.season]
"""
TYPED = TEXT.replace(
    'title = "Hur vården ges när vägen är stängd",', 'title = "Vägen är stängd", type = "bool", optional = true,'
).replace("\n[content.season]\n", PASS_OPENS)


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"opens": "När snön smälter"}, ["opens"], "opens is not a day, such as 2027-05-20"),
        ({"opens": True}, ["opens"], "opens is not a day"),
        ({"opens": "2027-05-20", "closed": "Ja"}, ["closed"], "closed is not true or false"),
    ],
    ids=["words for the day of the follow-up", "yes for a day", "words for what the text asks yes or no of"],
)
def test_a_value_of_another_type_than_the_field_of_a_plan_has_is_refused(
    open_county: Callable[[str], County], fields: Json, where: list[str], says: str
) -> None:
    county = open_county(TYPED)
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]

    refused = assert_refused(
        county.municipality.act(county.case, "record-plan-section", plan=plan, part="road", fields=fields),
        422,
        "CONTENT_OF_OTHER_TYPE",
    )

    assert (refused["where"], refused["rule"]) == (where, "FJB-4" if where == ["opens"] else "FJB-3")
    assert says in refused["title"]
    assert county.read_plan()["draft"]["sections"] == []
    with open_pages(county.municipality) as browser:
        html = browser.page(f"/cases/{county.case}").html
    assert re.search(r'<input[^>]*type="date"[^>]*name="fields.opens"|name="fields.opens"[^>]*type="date"', html)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"opens": "I maj", "safe": True}, ["opens"]),
        ({"opens": "9999-12-31", "safe": True}, ["opens"]),
        ({"opens": "2027-05-20", "safe": "Ja"}, ["safe"]),
        ({"opens": "2027-05-20", "safe": True, "asked": "Ja"}, ["asked"]),
    ],
    ids=["words for a day", "a day that nobody can count from", "words for yes", "words for what a duty asks yes of"],
)
def test_a_value_of_another_type_than_the_field_of_a_statement_has_is_refused(
    open_county: Callable[[str], County], fields: Json, where: list[str]
) -> None:
    county = open_county(TYPED)

    refused = county.municipality.act(county.case, "record-statement", kind="pass-opens", fields=fields)
    assert assert_refused(refused, 422, "CONTENT_OF_OTHER_TYPE")["where"] == where
    county.act(
        county.municipality, "record-statement", kind="pass-opens", fields={"opens": "2027-05-20", "safe": False}
    )


def test_a_day_that_is_none_is_refused_over_fhir_at_its_element(county: County) -> None:
    road = section("road", ROAD | {"opens": "När snön smälter"})
    plan = make_care_plan(county, "season")
    plan["extension"][1] = road

    refused = county.municipality.post("/fhir/CarePlan", json=plan)

    outcome = assert_outcome(refused, 422, issue="value", code="CONTENT_OF_OTHER_TYPE", says="2027-05-20")
    assert outcome["expression"] == ["CarePlan.extension[1].extension[2].extension[0]"]


# --- Words of fields --------------------------------------------------------------------------------------------------


def test_the_texts_own_words_for_meetings_visits_and_interventions_go_all_the_way(county: County) -> None:
    nurse = county.municipality
    plan = county.act(nurse, "initiate-plan", kind="season")["plans"][-1]["id"]
    plan_in_own_words(county, plan)
    county.act(nurse, "record-home-visit", kind="round", performer=NURSE)
    read = county.read_resource(plan)
    road = section("road", {"closed": ROAD["closed"]})

    written = assert_ok(change(nurse, read | {"extension": [*read["extension"], road]}))
    with open_pages(nurse) as browser:
        page = browser.page(f"/cases/{county.case}").text

    assert written["activity"] == read["activity"]
    words = ("över fjällradion", "skoterrunda", "tillsyn med skoter", "fjällräddningen")
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(
    ("name", "content", "known"),
    [
        ("hold-planning", {"form": "telephone", "participants": [NURSE], "participation": TOOK_PART}, "home, radio"),
        ("plan-intervention", {"intervention": WOUND | {"line": "patrols"}}, "patrol, drug, control"),
        ("plan-intervention", {"intervention": WOUND | {"performer_kind": "resque"}}, "rescue, own-staff"),
        ("plan-intervention", {"intervention": WOUND | {"task": "dose"}}, "prepare, administer, hand-over"),
    ],
    ids=["a form", "a line", "a performer", "a task that the text lists none of"],
)
def test_a_word_that_neither_the_text_nor_the_record_has_is_refused_with_those_that_it_can_be(
    county: County, name: str, content: Json, known: str
) -> None:
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]

    refused = assert_refused(county.municipality.act(county.case, name, plan=plan, **content), 422, "CONTENT_NOT_KNOWN")

    assert known in refused["remedy"]


def test_a_visit_of_a_kind_that_is_nowhere_is_refused(county: County) -> None:
    by_text = county.municipality.act(county.case, "record-home-visit", kind="rounds", performer=NURSE)
    by_record = county.region.act(county.case, "record-home-visit", kind="rounds", performer=DISTRICT_NURSE)

    assert "round, acute" in assert_refused(by_text, 422, "CONTENT_NOT_KNOWN")["remedy"]
    assert "acute, planned" in assert_refused(by_record, 422, "CONTENT_NOT_KNOWN")["remedy"]


# --- FHIR -------------------------------------------------------------------------------------------------------------


def test_a_plan_of_an_own_kind_has_its_names_in_fhir_and_can_be_sent_back_as_it_was_read(county: County) -> None:
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]
    write_plan(county, plan)
    county.act(county.region, "agree-plan", plan=plan, text=county.region.read_text(plan))

    read = county.read_resource(plan)
    agreed = change(county.municipality, read | {"status": "active"})

    kind = {"system": systems.PLAN_KIND, "code": "season", "display": "Season plan"}
    coding = [{"system": systems.PLAN_TYPE, "code": "VP"}, kind]
    assert (read["title"], read["category"]) == ("Säsongsplan", [{"coding": coding, "text": "Säsongsplan"}])
    assert (assert_ok(agreed)["status"], agreed.json()["category"]) == ("active", read["category"])
    found = assert_ok(county.region.get("/fhir/CarePlan", params={"category": f"{systems.PLAN_KIND}|season"}))
    assert [entry["resource"]["id"] for entry in found["entry"]] == [plan]


def test_a_plan_of_an_own_kind_is_begun_over_fhir(county: County) -> None:
    begun = county.municipality.post("/fhir/CarePlan", json=make_care_plan(county, "season"))

    assert (begun.status_code, begun.json()["title"]) == (201, "Säsongsplan")
    assert county.read_plan()["draft"]["sections"][0]["fields"] == {"closed": ROAD["closed"]}


def test_a_kind_that_the_text_does_not_have_is_refused_over_fhir_with_those_that_it_has(county: County) -> None:
    refused = county.municipality.post("/fhir/CarePlan", json=make_care_plan(county, "seasonal"))

    assert_outcome(refused, 422, issue="value", code="CONTENT_NOT_KNOWN", says="season, sip")


def make_care_plan(county: County, kind: str, **changes: Any) -> Json:
    """Build a new plan with its part, as a client sends it."""
    enrolment = assert_ok(county.region.get("/fhir/EpisodeOfCare", params={"patient": county.patient}))
    episode = enrolment["entry"][0]["resource"]["id"]
    return {
        "resourceType": "CarePlan",
        "extension": [
            {"url": systems.EPISODE, "valueReference": {"reference": f"EpisodeOfCare/{episode}"}},
            section("road", {"closed": ROAD["closed"]}),
        ],
        "status": "draft",
        "intent": "plan",
        "category": [concept(systems.PLAN_KIND, kind)],
        "subject": {"reference": f"Patient/{county.patient}"},
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "Seasonal plan"}, "CarePlan.title"),
        ({"category": [WRONG_TYPE]}, "CarePlan.category"),
        ({"category": [concept(systems.PLAN_KIND, "season") | {"text": "Vinterplan"}]}, "CarePlan.category[0].text"),
    ],
    ids=["a title", "a type", "a name"],
)
def test_another_name_than_the_kind_has_is_refused_over_fhir(county: County, changes: Json, where: str) -> None:
    refused = county.municipality.post("/fhir/CarePlan", json=make_care_plan(county, "season", **changes))

    assert_outcome(refused, 422, issue="business-rule", says=where)
    assert assert_ok(county.region.get(f"/api/cases/{county.case}/replay"))["case"]["plans"] == {}


def test_the_kind_of_a_plan_never_changes(county: County) -> None:
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]
    read = county.read_resource(plan)
    del read["title"]

    refused = change(county.municipality, read | {"category": [concept(systems.PLAN_KIND, "sip")]})

    assert_outcome(refused, 422, issue="business-rule", says="the kind of a plan never changes")


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"title": "Seasonal plan"}, "CarePlan.title"), ({"category": [WRONG_TYPE]}, "CarePlan.category[0]")],
    ids=["a title", "a type"],
)
def test_the_names_of_a_plan_never_change(county: County, changes: Json, where: str) -> None:
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]

    refused = change(county.municipality, county.read_resource(plan) | changes)

    assert assert_outcome(refused, 422, issue="business-rule")["expression"] == [where]


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_pages_offer_an_own_kind_and_tell_of_it_by_its_swedish_name(county: County) -> None:
    with open_pages(county.municipality) as browser:
        case = f"/cases/{county.case}"
        assert "Säsongsplan" in browser.page(case).text
        assert follow(send(browser, case, "initiate-plan", kind="season")) == case
        plan = county.read_plan()
        assert plan["kind"] == "season"
        write_plan(county, plan["id"])
        text = browser.page(case).text

    assert "påbörjade en säsongsplan" in text
    assert "Vägen" in text
    assert "season" not in text


def test_the_pages_name_a_word_as_the_text_does_though_they_have_one_of_their_own(county: County) -> None:
    plan = county.act(county.municipality, "initiate-plan", kind="season")["plans"][-1]["id"]
    case, told = f"/cases/{county.case}", "Hemma hos den enskilde"
    with open_pages(county.municipality) as browser:
        offered = browser.page(case).html
        people = [DISTRICT_NURSE, NURSE]
        county.act(
            county.municipality, "hold-planning", plan=plan, form="home", participants=people, participation=TOOK_PART
        )
        _, history = browser.page(case).text.rsplit("dokumenterade samplaneringen", 1)

    assert f'<option value="home">{told}</option>' in offered
    assert told in history
    assert "I hemmet" not in offered + history


MORE_OF_THE_PLAN = (
    ("[plans.season]", '[plans.season]\ndeadline = "season-planning"\nparticipants = "signers"\nlapses = "winter"\n'),
    (
        "[content.season]\n",
        '[guards.joint-planning]\nclauses = ["FJB-3"]\n\n[content.signers]\ntitle = "De som godkänner"\n'
        'clauses = ["FJB-3"]\nfields = [\n'
        '    { id = "nurse", title = "SSK", clauses = ["FJB-3"], '
        'who = { party = "municipality", roles = ["nurse"] } },\n'
        '    { id = "leader", title = "Chef", clauses = ["FJB-3"], '
        'who = { party = "region", offices = ["leader"] } },\n'
        "]\n\n[content.season]\n",
    ),
    ("[[tracks]]", '[vocabulary.offices]\nleader = "fjällchef"\n\n[[tracks]]'),
    ('\n[[matrix]]\nid = "physician"\n', IN_TEN_DAYS),
    (
        "\n[[deadlines]]\n",
        '\n[[deadlines]]\nid = "winter"\ntitle = "Planen"\nwords = "över vintern"\nduration = "P6M"\n'
        'clauses = ["FJB-4"]\n\n[[deadlines]]\n',
    ),
)
"""More of what a text can say of a plan, in the place of words of the county's text."""
OF_CHILDREN = """
id = "fjallbarn"
version = "1"
county = "fjallbygden"
title = "Barn på fjället"
valid_from = 2026-01-01

[under]
agreement = "fjallvard"
clauses = ["FJC-1"]

[document]

[parties]
region = "Region Fjällbygden"
municipality = "Fjällbygdens kommuner"

[acts.sign-version]
by = [{ party = "region", offices = ["leader"] }, { party = "municipality" }]
clauses = ["FJC-1"]

[[discharge]]
tracks = ["mountain"]
by = "both-parties"
clauses = ["FJC-1"]

[clauses.FJC-1]
section = "1"
lines = "1"
heading = "Barn"
statement = "Barn skrivs ut av båda parterna."
"""


def test_the_page_of_a_version_says_how_its_plans_are_made_agreed_to_followed_up_and_ended(
    open_county: Callable[[str], County],
) -> None:
    text = TEXT
    for old, new in MORE_OF_THE_PLAN:
        assert old in text
        text = text.replace(old, new, 1)
    county = open_county(text)

    with open_pages(county.municipality) as browser:
        told = browser.page("/agreements/fjallvard/1").text
    _, plans = told.split("Planer Säsongsplan", 1)

    for heading, words in (
        ("Påbörjas av", "Sjuksköterska i kommunen"),
        ("Planeras", "med den enskilde först; med personal från båda parterna"),
        (
            "Senast",
            "”inom tio dagar” (10 dagar), från: vårdnivån fastställdes, "
            "eller annars inskrivningen i hemsjukvården föreslogs",
        ),
        ("Godkänns av", "båda parter, var för sig: Sjuksköterska i kommunen; Fjällchef i regionen"),
        ("Följs upp av", "båda parter, var för sig"),
        ("Följs upp", "dagen i planen: Vägen, när vägen öppnar"),
        ("Upphör", "”över vintern” (6 månader), från: planen upprättades"),
    ):
        assert f"{heading}{words}" in plans


def test_the_page_of_a_subordinate_version_names_the_words_of_its_main_agreement(
    open_county: Callable[[str], County],
) -> None:
    county = open_county(TEXT.replace("[[tracks]]", '[vocabulary.offices]\nleader = "fjällchef"\n\n[[tracks]]'))
    assert_ok(county.region.director.act_at("/api/agreements", None, text=OF_CHILDREN))

    with open_pages(county.municipality) as browser:
        told = browser.page("/agreements/fjallbarn/1").text

    assert "Undertecknas för regionen avFjällchef i regionen" in told
    assert "leader" not in told
    assert "Till hemsjukvården på fjället: båda parter skriver ut" in told
    assert "Vårdnivåer" not in told


def open_pages(caller: Caller) -> Browser:
    """Return a browser that is signed in as the caller."""
    token = caller.headers["Authorization"].removeprefix("Bearer ")
    return Browser(base_url=caller.base_url, cookies={COOKIE: token}, timeout=30, verify=TLS)


# --- The check --------------------------------------------------------------------------------------------------------


def test_the_countys_text_is_sound_and_gives_no_doubt() -> None:
    assert (check(TEXT.encode()), warn(TEXT.encode())) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "english", "swedish"),
    [
        ('plans = ["season"]', 'plans = ["seasons"]', "names seasons, but there is no plan", "Menas season?"),
        (
            'english = "Season plan"\n',
            "",
            "plans.season.english is missing",
            "Slaget season saknar ett namn på engelska.",
        ),
        ('content = "season"\n', 'content = "seasons"\n', "names seasons, but there is no content", "Menas season?"),
    ],
    ids=["a kind that is not there", "a kind without an English name", "content that is not there"],
)
def test_the_check_says_what_a_kind_lacks(old: str, new: str, english: str, swedish: str) -> None:
    assert old in TEXT

    faults = "\n".join(map(str, check(TEXT.replace(old, new, 1).encode())))

    assert english in faults
    assert swedish in faults


def test_the_check_warns_of_what_a_text_leaves_open_about_its_own_kind() -> None:
    open_text = TEXT.replace('content = "season"\n', "").replace('follow_up_on = "road.opens"\n', "")

    warning, unnamed = warn(open_text.encode())

    assert unnamed.path == "content.season"
    assert "plans.season says nothing by content" in str(warning)
    assert "Texten säger inte vad den ska innehålla (content)." in str(warning)
