"""Texts that say otherwise than another county's, as the parties publish them and act under them over HTTP."""

from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, NURSE_B, Caller, patient_id
from tests.scenario import CRITERIA
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish
from tests.service.test_rules_over_http import NURSE, text_with
from tests.web.cases import LiveCase, at, establish_plan, make_assessment, raise_need

Json = dict[str, Any]
REGION, BODY = "SE2321000000-REGION", "Länsledningen"


def publish_changed(services: Services, address: str, before: str, after: str) -> None:
    """Let both parties publish a later version of the county's text, with some of its words changed."""
    with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as municipality:
        text = region.get("/api/agreements/1085641/R1/text").text
        for old, new in (('version = "R1"', 'version = "R2"'), ("2025-03-11 #", "2025-03-15 #"), (before, after)):
            assert old in text
            text = text.replace(old, new, 1)
        publish(text, region, municipality, at=at("2025-03-14 09:00"))


def disagree(services: Services, address: str) -> LiveCase:
    """Tell of a request on whose level the parties disagree."""
    case = raise_need(services, address, "2025-03-20 08:00")
    region, municipality = case.region, case.municipality
    case.act(region, "2025-03-20 09:00", "send-referral", receiver=MUNICIPALITY_A)
    case.act(municipality, "2025-03-21 08:00", "acknowledge-referral")
    case.act(municipality, "2025-03-21 09:00", "contact-principal")
    case.act(municipality, "2025-03-24 08:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    for caller, level in ((region, "primary"), (municipality, "specialised")):
        case.act(caller, "2025-03-24 09:00", "record-assessment", **make_assessment(level, "Venöst bensår"))
    case.act(region, "2025-03-24 10:30", "evaluate-criteria", facts=CRITERIA)
    case.act(municipality, "2025-03-24 11:00", "raise-disagreement", reason="Särskild kompetens behövs")
    return case


# --- A body that decides ----------------------------------------------------------------------------------------------


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    ("confirms", "decided_by"), [(True, BODY), (False, None)], ids=["confirmed", "agreed without it"]
)
def test_a_bodys_decision_ends_a_disagreement_only_when_both_parties_declare_it(
    services: Services, address: str, confirms: bool, decided_by: str | None
) -> None:
    body = f'[[bodies]]\nid = "leaders"\ntitle = "{BODY}"\nclauses = ["ORE-3.1.3-13"]\n\n'
    publish_changed(services, address, "[dispute]\n", f'{body}[dispute]\ndecider = "leaders"\n')
    with disagree(services, address) as case:
        said: Json = {"dispute": case.dispute, "level": "primary", "performer": "municipality"}
        said |= {"conclusion": "Primärvårdsnivå, enligt beslutet"}

        told = case.act(case.municipality, "2025-04-04 10:00", "resolve-disagreement", decided=True, **said)

        assert [event["topic"] for event in told["events"]] == ["disagreement.resolution-proposed.v1"]
        assert told["events"][0]["content"]["decided_by"] == BODY
        again = case.municipality.act(case.id, "resolve-disagreement", at=at("2025-04-04 10:30"), decided=True, **said)
        assert_refused(again, 409, "OTHER_PARTY_MISSING")
        (answer,) = case.region.get(f"/api/cases/{case.id}/responsibility").json()["responsible"]
        assert answer["performer"] == REGION
        items = case.region.get(f"/api/cases/{case.id}/replay").json()["items"]
        assert [item["party"] for item in items if item["key"] == "resolve-disagreement"] == ["region"]

        ended = case.act(case.region, "2025-04-04 11:00", "resolve-disagreement", decided=confirms, **said)

        resolved = next(event for event in ended["events"] if event["topic"] == "disagreement.resolved.v1")
        assert resolved["content"]["decided_by"] == decided_by
    assert_rebuild_identical(services)


# --- The ground of an enrolment ---------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("key", ["residence", "stay", None], ids=["residence", "stay", "the text is silent"])
def test_an_accepted_request_is_enrolled_on_the_texts_own_ground_and_cites_it(
    services: Services, address: str, key: str | None
) -> None:
    clause = "ORE-2.1-3"
    if key is not None:
        said = f'[jurisdiction]\ncare = "{key}"\nclauses = ["{clause}"]\n\n[dispute]\n'
        publish_changed(services, address, "[dispute]\n", said)
    with establish_plan(services, address) as case:
        entries = case.region.get(f"/api/cases/{case.id}/timeline").json()

    (proposed,) = [entry for entry in entries if entry["topic"] == "enrolment.proposed.v1"]
    assert proposed["content"]["ground"] == key
    assert (clause in proposed["clauses"]) is (key is not None)


# --- A signature that lacks -------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-2")
def test_an_act_under_a_version_that_a_municipality_has_not_signed_says_that_the_signature_lacks(
    services: Services, address: str
) -> None:
    with (
        Caller(services, address, DISTRICT_NURSE) as region,
        Caller(services, address, NURSE_A) as nurse,
        Caller(services, address, NURSE_B) as other,
    ):
        need = {"patient_id": patient_id(services), "request": {"need": "Gångträning"}}
        draft = assert_ok(region.director.act_at("/api/agreements", at("2024-01-10 09:00"), text=text_with(*NURSE)))
        unsigned = assert_refused(
            nurse.act_at("/api/cases", at("2024-01-10 10:00"), **need), 422, "NO_AGREEMENT_IN_FORCE"
        )
        assert (unsigned["where"], draft["version"]) == (["occurred_at", REGION, MUNICIPALITY_A], 1)
        assert "publication" in unsigned["remedy"]
        for caller in (region, other):
            assert_ok(caller.director.act_at("/api/agreements/EX-7/2/sign-version", at("2024-01-11 09:00")))
        assert_ok(region.director.act_at("/api/agreements/EX-7/2/publish-version", at("2024-01-11 10:00")))

        refusal = assert_refused(
            nurse.act_at("/api/cases", at("2024-02-01 09:00"), **need), 422, "NO_AGREEMENT_IN_FORCE"
        )

        assert (refusal["rule"], refusal["where"]) == ("SYS-2", ["occurred_at", MUNICIPALITY_A])
        assert "EX-7 2" in refusal["title"]
        assert f"the signature of {MUNICIPALITY_A}" in refusal["remedy"]
        assert "orebro" not in refusal["title"] + refusal["remedy"]
        assert_ok(other.act_at("/api/cases", at("2024-02-01 09:00"), **need))
        assert_ok(nurse.director.act_at("/api/agreements/EX-7/2/sign-version", at("2024-02-01 10:00")))
        assert_ok(nurse.act_at("/api/cases", at("2024-02-01 11:00"), **need))
        before = assert_refused(
            nurse.act_at("/api/cases", at("2023-02-01 09:00"), **need), 422, "NO_AGREEMENT_IN_FORCE"
        )
        assert before["where"] == ["occurred_at"]


# --- Ids of the text's own --------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-7")
def test_a_rule_of_a_section_with_a_letter_is_cited_as_any_other(services: Services, address: str) -> None:
    text = text_with(*NURSE).replace("EXA-4", "EXA-A-4")
    with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as nurse:
        publish(text, region, nurse, at=at("2024-01-10 09:00"))
        asked = {"at": at("2024-05-02 12:00"), "profession": "physiotherapist"}
        answer = assert_ok(nurse.get("/api/agreements/in-force/responsible", params=asked))

        assert answer["responsible"]["clauses"] == ["EXA-A-4"]
        assert assert_ok(nurse.get("/api/rules/EXA-A-4"))["heading"] == "Ansvar"
