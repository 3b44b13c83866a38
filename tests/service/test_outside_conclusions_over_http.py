"""An agreement that held already, which both parties bring in as concluded outside the record, over HTTP."""

from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import MUNICIPALITY_A, NURSE_A, TLS, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.web.cases import WOUND, LiveCase, at, enrol, establish_plan
from tests.web.conftest import Browser

Json = dict[str, Any]
PATH = "/api/agreements/1085641/R2"
REGION, MUNICIPALITY_B = "SE2321000000-REGION", "SE2120000002-KOMMUNB"
SAID = {"municipality": MUNICIPALITY_A, "concluded_on": "2025-04-15"}
BETWEEN, DECLARED = "2025-05-06 12:00", "2025-06-01 10:00"
CHANGES = (
    ('version = "R1"', 'version = "R2"'),
    ("valid_from = 2025-03-11", "valid_from = 2025-04-20"),
    ('enrolled = true\ntreatment = "municipality"', 'enrolled = true\ntreatment = "region"'),
)
"""R2 leaves the treatment of whoever is enrolled with the region, from the 20th of April."""


ENROLLED: Json = {"profession": "nurse", "level": "primary", "setting": "ordinary", "age": 82, "enrolled": True}


def submit(region: Caller) -> None:
    """Submit R2, which was signed on paper on the 15th of April, on the 1st of June."""
    text = region.get("/api/agreements/1085641/R1/text").text
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new, 1)
    assert_ok(region.director.act_at("/api/agreements", at("2025-06-01 08:00"), text=text))


def declare(caller: Caller, moment: str, original: str) -> Json:
    return assert_ok(caller.director.act_at(f"{PATH}/declare-conclusion", at(moment), original=original, **SAID))


def bring_in(case: LiveCase) -> None:
    """Submit R2, let both parties declare it, and let Kvittens look at what follows."""
    submit(case.region)
    declare(case.region, "2025-06-01 09:00", "Regionens diarium 2025-114")
    declare(case.municipality, DECLARED, "Kommunarkivet, pärm 7")
    assert_ok(case.region.act_at("/api/demonstration/tick", at("2025-06-01 10:05")))


def find_in_force(caller: Caller, moment: str, mode: str, municipality: str = MUNICIPALITY_A) -> str:
    asked = {"municipality": municipality, "at": at(moment), "mode": mode}
    return str(assert_ok(caller.get("/api/agreements/in-force", params=asked))["agreement"]["version"])


def ask_treatment(caller: Caller, moment: str, mode: str) -> str:
    """Ask who treats whoever is enrolled, without a case."""
    asked = {"municipality": MUNICIPALITY_A, "at": at(moment), "mode": mode, **ENROLLED}
    found = assert_ok(caller.get("/api/agreements/in-force/responsible", params=asked))["responsible"]
    return str(found["treatment"])


def find_treatment(case: LiveCase, moment: str, mode: str) -> str:
    asked = {"at": at(moment), "mode": mode}
    rows = assert_ok(case.region.get(f"/api/cases/{case.id}/responsibility", params=asked))["responsible"]
    return str(next(row["treatment"] for row in rows if row["intervention"] == WOUND["key"]))


@pytest.mark.rule("SYS-9")
def test_what_was_recorded_stands_as_known_then_and_by_the_new_knowledge_as_known_now(
    services: Services, address: str
) -> None:
    with establish_plan(services, address) as case:
        enrol(case)
        case.act(case.region, "2025-05-05 09:00", "revise-plan", plan=case.plan, reason="Regionen kan samordna")
        before = case.region.get(f"/api/cases/{case.id}/replay", params={"at": at(BETWEEN)})
        bring_in(case)

        assert find_in_force(case.region, BETWEEN, "as-known-at") == "R1"
        assert find_in_force(case.region, BETWEEN, "as-known-now") == "R2"
        assert find_in_force(case.region, BETWEEN, "as-known-now", MUNICIPALITY_B) == "R1"
        assert find_in_force(case.region, "2025-04-19 12:00", "as-known-now") == "R1"
        assert find_treatment(case, BETWEEN, "as-known-at") == MUNICIPALITY_A
        assert find_treatment(case, BETWEEN, "as-known-now") == REGION
        assert find_treatment(case, "2025-04-19 12:00", "as-known-now") == MUNICIPALITY_A
        again = case.region.get(f"/api/cases/{case.id}/replay", params={"at": at(BETWEEN)})
        assert again.content == before.content
        entries = case.region.get(f"/api/cases/{case.id}/timeline").json()
        versions = {entry["topic"]: entry["agreement"] for entry in entries}
        assert versions["care-plan.revision-opened.v1"] == "1085641 R1"
        assert versions["case.responsibility-changed.v1"] == "1085641 R2"
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-9")
def test_an_earlier_agreement_that_is_brought_in_last_answers_for_its_own_days(
    services: Services, address: str
) -> None:
    with establish_plan(services, address) as case:
        enrol(case)
        bring_in(case)
        text = case.region.get(f"{PATH}/text").text.replace('version = "R2"', 'version = "R3"', 1)
        text = text.replace("valid_from = 2025-04-20", "valid_from = 2025-04-15", 1)
        assert_ok(case.region.director.act_at("/api/agreements", at("2025-06-02 08:00"), text=text))
        said = SAID | {"concluded_on": "2025-04-14", "original": "Pärm 6"}
        for caller in (case.region, case.municipality):
            path = PATH.replace("R2", "R3")
            assert_ok(caller.director.act_at(f"{path}/declare-conclusion", at("2025-06-02 09:00"), **said))
        assert_ok(case.region.act_at("/api/demonstration/tick", at("2025-06-02 10:00")))

        between = "2025-04-17 12:00"
        assert find_in_force(case.region, between, "as-known-now") == "R3"
        assert find_treatment(case, between, "as-known-now") == REGION
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-6")
def test_what_was_known_of_a_morning_is_not_changed_by_what_was_signed_at_noon_nor_by_what_others_declare(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    morning, noon = "2025-06-01 08:30", at("2025-06-01 12:00")
    submit(region)
    for caller in (region, municipality):
        assert_ok(caller.director.act_at(f"{PATH}/sign-version", noon))
    assert_ok(region.director.act_at(f"{PATH}/publish-version", noon))
    assert find_in_force(region, morning, "as-known-now") == "R2"
    assert [find_in_force(region, morning, "as-known-at"), ask_treatment(region, morning, "as-known-at")] == [
        "R1",
        "municipality",
    ]

    said = SAID | {"municipality": MUNICIPALITY_B, "original": "Pärm 8"}
    for caller in (region, elsewhere):
        assert_ok(caller.director.act_at(f"{PATH}/declare-conclusion", at("2025-06-01 13:00"), **said))

    assert find_in_force(region, morning, "as-known-at") == "R1"
    assert ask_treatment(region, morning, "as-known-at") == "municipality"
    assert ask_treatment(region, morning, "as-known-now") == "region"


@pytest.mark.rule("SYS-6")
def test_a_local_agreement_for_past_days_is_not_known_before_both_have_made_it(
    region: Caller, municipality: Caller
) -> None:
    agreed = {
        "key": "wound-care",
        "municipality": MUNICIPALITY_A,
        "way": "cooperation",
        "valid_from": "2025-05-01",
    }
    for caller in (region, municipality):
        path = "/api/agreements/1085641/R1/agree-local-agreement"
        assert_ok(caller.director.act_at(path, at("2025-06-01 12:00"), agreed=agreed))

    def list_local(mode: str, moment: str = BETWEEN) -> list[str]:
        asked = {"municipality": MUNICIPALITY_A, "at": at(moment), "mode": mode}
        return [
            each["key"] for each in assert_ok(region.get("/api/agreements/in-force", params=asked))["local_agreements"]
        ]

    assert list_local("as-known-now") == ["wound-care"]
    assert list_local("as-known-at") == []
    assert list_local("as-known-at", "2025-06-01 12:30") == ["wound-care"]


@pytest.mark.rule("SYS-9")
def test_the_word_of_one_party_puts_nothing_in_force(region: Caller, municipality: Caller) -> None:
    submit(region)
    told = declare(region, "2025-06-01 09:00", "Regionens diarium 2025-114")

    assert [event["topic"] for event in told["events"]] == ["contract.conclusion-declared.v1"]
    assert find_in_force(region, BETWEEN, "as-known-now") == "R1"
    other = SAID | {"concluded_on": "2025-04-16", "original": "Kommunarkivet"}
    refused = assert_refused(
        municipality.director.act_at(f"{PATH}/declare-conclusion", at("2025-06-01 10:00"), **other), 409, "TERMS_DIFFER"
    )
    assert (refused["rule"], refused["where"]) == ("SYS-9", ["concluded_on"])


@pytest.mark.rule("SYS-9")
def test_the_list_and_the_page_tell_that_it_was_concluded_outside_by_whose_word(
    services: Services, address: str, region: Caller, municipality: Caller
) -> None:
    submit(region)
    declare(region, "2025-06-01 09:00", "Regionens diarium 2025-114")
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, NURSE_A)
        assert "Intygat bara av den ena parten" in page.get("/agreements/1085641/R2").text
        declare(municipality, DECLARED, "Kommunarkivet, pärm 7")
        shown = page.get("/agreements/1085641/R2").text
    for words in ("Sluten utanför registret", "Regionens diarium 2025-114", "Kommunarkivet, pärm 7"):
        assert words in shown
    assert "Intygat bara" not in shown
    (listed,) = [found for found in region.get("/api/agreements").json() if found["version"] == "R2"]
    (outside,) = listed["concluded_outside"]
    assert (outside["municipality"], outside["holds"]) == (MUNICIPALITY_A, True)
    assert [(each["party"], each["concluded_on"]) for each in outside["declared"]] == [
        ("region", "2025-04-15"),
        ("municipality", "2025-04-15"),
    ]
    assert (listed["status"], listed["in_force_with"][MUNICIPALITY_A]["first"]) == ("published", "2025-04-20")
    assert listed["not_signed"] == [REGION, MUNICIPALITY_B]
