"""Words of a text that acts take all the way, and words that no act can have and a text is refused for, over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import (
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    NURSE_A,
    PHYSICIAN,
    Caller,
    patient_id,
    serve,
)
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish
from tests.service.islands import open_islands
from tests.service.test_agreements_over_http import second_text
from tests.service.test_own_texts_over_http import publish_changed
from tests.web.cases import TOOK_PART, at, establish_plan, make_assessment, raise_need
from world.counties import SKARGARDEN, read_text

DIET: dict[str, Any] = {"key": "diet", "text": "Kostråd vid undernäring", "profession": "dietitian"}
CARE: dict[str, Any] = {"key": "care", "text": "Hjälp vid måltider", "profession": "care-staff"}

# --- Professions ------------------------------------------------------------------------------------------------------


def test_an_intervention_by_any_profession_of_the_text_goes_all_the_way(services: Services, address: str) -> None:
    with raise_need(services, address, "2025-04-01 08:00") as case:
        request = case.region.get(f"/api/cases/{case.id}/replay").json()["case"]["referral"]["request"]
        case.act(
            case.region, "2025-04-01 08:30", "supplement-referral", request=request | {"interventions": [DIET, CARE]}
        )
        case.act(case.region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-04-02 08:00", "acknowledge-referral")
        case.act(case.municipality, "2025-04-02 10:00", "contact-principal")
        case.act(case.municipality, "2025-04-03 09:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
        assessed = make_assessment("primary", "Undernäring") | {
            "interventions": [DIET | {"party": "region"}, CARE | {"party": "municipality"}]
        }
        case.both("2025-04-03 10:00", "record-assessment", **assessed)

        rows = case.region.get(f"/api/cases/{case.id}/responsibility").json()["responsible"]
        bundle = case.municipality.get("/fhir/ServiceRequest", params={"patient": patient_id(services)}).json()

    assert {"diet", "care"} <= {row["intervention"] for row in rows}
    assert {"dietitian", "care-staff"} <= set(list_codes(bundle, "profession"))
    assert_rebuild_identical(services)


def list_codes(resource: Any, url: str) -> Iterator[str]:
    """Yield the codes of an extension, wherever it is in a resource."""
    if isinstance(resource, dict):
        if resource.get("url") == url and "valueCode" in resource:
            yield resource["valueCode"]
        for value in resource.values():
            yield from list_codes(value, url)
    elif isinstance(resource, list):
        for item in resource:
            yield from list_codes(item, url)


def test_a_profession_that_the_text_does_not_have_is_refused_with_those_that_it_has(
    services: Services, region: Caller
) -> None:
    request = {"need": "Kostråd", "interventions": [DIET | {"profession": "dietician"}]}
    body = {"patient_id": patient_id(services), "request": request}

    refused = assert_refused(region.act_at("/api/cases", at("2025-04-01 08:00"), **body), 422, "CONTENT_NOT_KNOWN")

    assert (refused["rule"], refused["where"]) == ("SYS-7", ["dietician"])
    assert "dietitian" in refused["remedy"]


# --- Staff and units of other kinds -----------------------------------------------------------------------------------

STAFF = """
[[units]]
id = "SE2129999991-SOC"
name = "Yttre öarnas socialtjänst"
provider = "SE2129999991-VG"
kind = "social-services"

[[units]]
id = "SE2329999990-TAND"
name = "Folktandvården"
provider = "SE2329999990-VG"
kind = "dental-care"

[[assignments]]
person = "SE2329999990-TL"
name = "Tea Tandläkare"
unit = "SE2329999990-TAND"
role = "dentist"
"""


@pytest.fixture
def islands(database: Dsns, tmp_path: Path) -> Iterator[Services]:
    """A demonstration, with a county besides that has a dental clinic and social services."""
    with open_islands(database, tmp_path, more=STAFF) as services:
        yield services


FISHERMAN = "195011029989"


def test_a_dentist_raises_a_need_and_no_request_goes_to_the_social_services(islands: Services) -> None:
    text = read_text(SKARGARDEN).replace(
        'from_unit_kinds = ["primary-care", "municipal-care"]', 'from_unit_kinds = ["dental-care"]'
    )
    text = text.replace(
        '[acts.raise-need]\nby = [{ party = "region" }',
        '[acts.raise-need]\nby = [{ party = "region", unit_kinds = ["dental-care"], roles = ["dentist"] }',
    )
    day = "2026-03-02T09:00:00+01:00"
    with (
        serve(islands) as address,
        Caller(islands, address, "SE2329999990-SSK") as nurse,
        Caller(islands, address, "SE2129999991-SSK") as island,
        Caller(islands, address, "SE2329999990-TL") as dentist,
    ):
        publish(text, nurse, island, at=day)
        patient = patient_id(islands, FISHERMAN, county="skargarden")
        body = {"patient_id": patient, "request": {"need": "Munvård i hemmet"}}

        assert_refused(nurse.act_at("/api/cases", day, **body), 403, "ACTOR_NOT_ALLOWED")
        case = assert_ok(dentist.act_at("/api/cases", day, **body))["case"]

        units = nurse.get(f"/api/cases/{case}/receiving-units", params={"receiver": "SE2129999991-KOMMUN"}).json()
        assert {unit["unit"]: unit["fits"] for unit in units} == {"SE2129999991-HSV": True, "SE2129999991-SOC": False}


# --- Forms of planning ------------------------------------------------------------------------------------------------


def test_parties_plan_by_telephone_where_the_text_lists_it(services: Services, address: str) -> None:
    forms = 'facility = "på vårdinrättning" }'
    publish_changed(services, address, forms, 'facility = "på vårdinrättning", telephone = "per telefon" }')
    with establish_plan(services, address) as case:
        case.act(case.region, "2025-04-11 09:00", "initiate-plan", kind="medical")
        plan = list(case.region.get(f"/api/cases/{case.id}/replay").json()["case"]["plans"])[-1]
        held = {"plan": plan, "form": "telephone", "participants": [PHYSICIAN, NURSE_A], "participation": TOOK_PART}

        answer = case.act(case.municipality, "2025-04-14 11:00", "hold-planning", **held)

    assert answer["events"][0]["content"]["form"] == "telephone"


# --- What no act can have ---------------------------------------------------------------------------------------------

LEVELS, FIELD = '[vocabulary.levels]\nprimary = "primärvårdsnivå"\n', '{ id = "goal", title = "Målet med insatsen", '
JOINT = '[acts.raise-need]\nclauses = ["ORE-3.1.1-1", "ORE-3.1.1-2"]\n'


@pytest.mark.parametrize(
    ("old", "new", "path", "what", "swedish"),
    [
        (LEVELS, f'{LEVELS}regional = "regionvård"\n', "vocabulary.levels.regional", "is regional", "Behåll primary"),
        (FIELD, FIELD.replace("goal", "language"), "content.referral.fields[1].id", "the act cannot fill", "Skriv ett"),
        (
            'title = "Bedömning av prognos", clauses = ["ORE-3.1.4-13"] }',
            'title = "Bedömning av prognos", clauses = ["ORE-3.1.4-13"], fields = [{ id = "a", title = "A", '
            'clauses = ["ORE-3.1.4-13"] }] }',
            "content.medical-plan.fields[0].fields[0]",
            "is text, a group of fields",
            "bara ha ett värde",
        ),
        ('single = "punkt', 'sole = "punkt', "content.planned-interventions", "has sole", "Skriv single"),
        (
            f'{JOINT}by = [{{ party = "region" }}, {{ party = "municipality" }}]',
            f'{JOINT}joint = true\nby = [{{ party = "region" }}]',
            "acts.raise-need.joint",
            "nobody of the municipality may do the act",
            "Lägg till en grupp",
        ),
        (
            f'{JOINT}by = [{{ party = "region" }}',
            f'{JOINT}by = [{{ party = "region", roles = ["auditor"] }}',
            "acts.raise-need.by[0].roles",
            "names auditor for an act that neither an auditor, an official nor Kvittens itself does",
            "Skriv en roll",
        ),
        ('roles = ["system"] }, {', 'roles = ["nurse"] }, {', "acts.lapse-plan.by[0].roles", "name system", "system"),
    ],
    ids=["a third level", "a field", "a group", "a value", "one party", "an auditor", "a nurse for time"],
)
def test_a_word_that_no_act_can_have_is_refused_with_what_to_write(
    region: Caller, old: str, new: str, path: str, what: str, swedish: str
) -> None:
    text = second_text(valid_from="2026-03-02")
    assert old in text

    answer = region.director.act_at("/api/agreements", at("2026-03-02 09:00"), text=text.replace(old, new, 1))

    title = assert_refused(answer, 422, "TEXT_FAULTY")["title"]
    assert [words for words in (path, what, swedish) if words not in title] == []
