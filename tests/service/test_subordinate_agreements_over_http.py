"""A subordinate agreement (underavtal) with its own dates and signatories, under the county's main one, over HTTP."""

from pathlib import Path
from typing import Any

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, PHYSICIAN, TLS, Caller, patient_id
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.web.cases import LiveCase, at, new_case
from tests.web.conftest import Browser

Json = dict[str, Any]
SYSTEMS = systems.BASE
TEXT = (Path(__file__).parent / "subordinate.toml").read_text("utf-8")
PATH = "/api/agreements/kost/1"
REGION, MUNICIPALITY_B = "SE2321000000-REGION", "SE2120000002-KOMMUNB"
MAIN = {"id": "1085641", "version": "R1"}
DIET: Json = {"key": "kostrad", "text": "Kostråd vid undernäring", "profession": "dietitian"}
BEFORE, AFTER = "2025-04-14 12:00", "2025-04-16 12:00"


def publish(
    region: Caller, municipality: Caller, text: str = TEXT, *, path: str = PATH, day: str = "2025-04-02"
) -> None:
    """Let the region and municipality A sign and publish a subordinate agreement on a day."""
    assert_ok(region.director.act_at("/api/agreements", at(f"{day} 08:00"), text=text))
    for caller in (region, municipality):
        assert_ok(caller.director.act_at(f"{path}/sign-version", at(f"{day} 08:10")))
    assert_ok(region.director.act_at(f"{path}/publish-version", at(f"{day} 08:20")))


def find_in_force(caller: Caller, moment: str, municipality: str = MUNICIPALITY_A, **asked: str) -> Json:
    """Ask which version is in force, and return it with the subordinate ones."""
    params = {"municipality": municipality, "at": at(moment)} | asked
    found = assert_ok(caller.get("/api/agreements/in-force", params=params))
    return {key: found[key] for key in ("agreement", "subordinate")}


def ask_about_diet(caller: Caller, moment: str, municipality: str = MUNICIPALITY_A) -> Json:
    """Ask who is responsible for a dietitian's care of an enrolled person."""
    params = {"municipality": municipality, "at": at(moment), "profession": "dietitian", "enrolled": "true"}
    return assert_ok(caller.get("/api/agreements/in-force/responsible", params=params))


def test_it_is_in_force_beside_the_main_one_from_its_own_day_with_those_who_signed(
    region: Caller, municipality: Caller
) -> None:
    publish(region, municipality)

    assert find_in_force(region, BEFORE) == {"agreement": MAIN, "subordinate": []}
    assert find_in_force(region, AFTER) == {"agreement": MAIN, "subordinate": [{"id": "kost", "version": "1"}]}
    assert find_in_force(region, AFTER, MUNICIPALITY_B)["subordinate"] == []
    assert ask_about_diet(region, BEFORE)["responsible"]["answer"] == "not regulated"
    told = ask_about_diet(region, AFTER)
    assert (told["responsible"]["treatment"], told["responsible"]["clauses"]) == ("region", ["KST-2-1"])
    assert told["words"]["KST-2-1"]["agreement"] == "kost 1"


def send_request(services: Services, address: str, moment: str = "2025-04-01 09:00") -> LiveCase:
    """Return a case whose request for a dietitian's care was sent to municipality A."""
    case, patient = new_case(services, address), patient_id(services)
    request = {
        "need": "Undernäring",
        "goal": "Stabil vikt",
        "physician_contact": PHYSICIAN,
        "care_contact": DISTRICT_NURSE,
        "interventions": [DIET],
    }
    raised = case.region.act_at("/api/cases", at(moment), patient_id=patient, request=request)
    case.id = assert_ok(raised)["case"]
    case.act(case.region, moment, "send-referral", receiver=MUNICIPALITY_A)
    return case


def read_responsibility(case: LiveCase, moment: str, mode: str = "as-known-now") -> Json:
    """Return who is responsible for the dietitian's care at a moment, and why."""
    asked = {"at": at(moment), "mode": mode}
    (row,) = assert_ok(case.region.get(f"/api/cases/{case.id}/responsibility", params=asked))["responsible"]
    return {name: row[name] for name in ("treatment", "clauses", "agreement", "subordinate")}


def list_duties(case: LiveCase) -> list[Json]:
    """List the duties of subordinate agreements that wait for the municipality."""
    items = case.municipality.get("/api/worklist").json()
    return [item for item in items if item["key"] == "duty:assess-nutrition"]


def list_uris(resource: object) -> list[str]:
    """List the URIs in the extensions of a resource."""
    if isinstance(resource, list):
        return [uri for each in resource for uri in list_uris(each)]
    if not isinstance(resource, dict):
        return []
    own = [resource["valueUri"]] if "valueUri" in resource else []
    return own + [uri for each in resource.values() for uri in list_uris(each)]


def read_all(caller: Caller, kind: str) -> list[Json]:
    """Read every resource of a type."""
    entries = caller.get(f"/fhir/{kind}", params={"_count": 100}).json()["entry"]
    return [entry["resource"] for entry in entries]


def tick(case: LiveCase, moment: str) -> None:
    """Let Kvittens look at what time has brought."""
    assert_ok(case.region.act_at("/api/demonstration/tick", at(moment)))


KOST = {"treatment": REGION, "clauses": ["KST-2-1"], "agreement": "1085641 R1", "subordinate": {"KST": "kost 1"}}
SILENT: Json = {"treatment": None, "clauses": [], "agreement": "1085641 R1", "subordinate": {}}


def test_a_case_asks_its_rules_from_its_day_and_each_clause_is_cited_from_its_own_text(
    services: Services, address: str
) -> None:
    with send_request(services, address) as case:
        publish(case.region, case.municipality)
        tick(case, "2025-04-15 00:05")
        case.act(case.municipality, "2025-04-15 09:00", "acknowledge-referral")
        (duty,) = list_duties(case)
        assert (duty["rule"], duty["due"], duty["words"]) == ("KST-2-2", "2025-04-29", "inom två veckor")
        assessed = {"kind": "nutrition-assessment", "fields": {}}
        case.act(case.municipality, "2025-04-15 10:00", "record-statement", **assessed)

        assert list_duties(case) == []
        assert read_responsibility(case, BEFORE) == SILENT
        assert read_responsibility(case, AFTER) == KOST
        request = case.region.get("/fhir/ServiceRequest", params={"_count": 1}).json()["entry"][0]["resource"]
        assert f"{SYSTEMS}agreement/kost|1#KST-2-1" in list_uris(request)
        changed, acknowledged, stated = case.region.get(f"/api/cases/{case.id}/timeline").json()[-3:]
        assert (changed["topic"], changed["clauses"][-1:]) == ("case.responsibility-changed.v1", ["KST-2-1"])
        assert acknowledged["subordinate"] == stated["subordinate"] == {"KST": "kost 1"}
        assert (stated["agreement"], stated["clauses"]) == ("1085641 R1", ["KST-2-2"])
        policies = [set(each["policy"]) for each in read_all(case.region, "Provenance")]
        assert any({f"{SYSTEMS}agreement/kost|1", f"{SYSTEMS}agreement/kost|1#KST-2-2"} <= each for each in policies)
        refused = case.region.act(case.id, "record-statement", at=at("2025-04-15 11:00"), **assessed)
        assert assert_refused(refused, 403, "ACTOR_NOT_ALLOWED")["rule"] == "KST-2-2"
    assert_rebuild_identical(services)


def test_a_new_version_and_an_end_of_it_alone_ask_anew_who_is_responsible(services: Services, address: str) -> None:
    with send_request(services, address) as case:
        first = TEXT.replace("valid_from = 2025-04-15", "valid_from = 2025-04-15\nvalid_to = 2025-04-30")
        publish(case.region, case.municipality, first)
        tick(case, "2025-04-15 00:05")
        second = TEXT.replace('version = "1"', 'version = "2"').replace("2025-04-15", "2025-05-01")
        publish(case.region, case.municipality, second, path="/api/agreements/kost/2", day="2025-04-20")
        tick(case, "2025-05-01 00:05")
        ending = {"last_day": "2025-05-31", "condition": "Parterna har enats"}
        for caller in (case.region, case.municipality):
            path = "/api/agreements/kost/2/end-version"
            assert_ok(caller.director.act_at(path, at("2025-05-10 09:00"), **ending))
        tick(case, "2025-06-01 00:05")

        assert read_responsibility(case, "2025-04-30 12:00") == KOST
        assert read_responsibility(case, "2025-05-02 12:00") == KOST | {"subordinate": {"KST": "kost 2"}}
        assert find_in_force(case.region, "2025-06-01 12:00") == {"agreement": MAIN, "subordinate": []}
        entries = case.region.get(f"/api/cases/{case.id}/timeline").json()
        assert [entry["topic"] for entry in entries[-3:]] == ["case.responsibility-changed.v1"] * 3
        kept = assert_ok(case.region.get(f"/api/cases/{case.id}/responsibility"))["responsible"][0]
        assert (kept["kept_by"], kept["clauses"], kept["subordinate"]) == (
            "not-regulated",
            ["KST-2-1"],
            {"KST": "kost 2"},
        )
        resources = read_all(case.region, "Provenance") + read_all(case.region, "ServiceRequest")
        cited = {uri for each in resources for uri in list_uris(each) if "KST" in uri}
        assert cited == {f"{SYSTEMS}agreement/kost|{version}#KST-2-1" for version in (1, 2)}
    assert_rebuild_identical(services)


def test_a_replay_as_known_before_it_was_brought_in_does_not_know_it(services: Services, address: str) -> None:
    with send_request(services, address, "2025-04-10 09:00") as case:
        before = case.region.get(f"/api/cases/{case.id}/replay", params={"at": at(AFTER)})
        assert_ok(case.region.director.act_at("/api/agreements", at("2025-06-01 08:00"), text=TEXT))
        said = {"municipality": MUNICIPALITY_A, "concluded_on": "2025-04-01", "original": "Diariet 2025-7"}
        for caller in (case.region, case.municipality):
            assert_ok(caller.director.act_at(f"{PATH}/declare-conclusion", at("2025-06-01 09:00"), **said))
        tick(case, "2025-06-01 09:05")

        assert find_in_force(case.region, AFTER, mode="as-known-at")["subordinate"] == []
        assert find_in_force(case.region, AFTER)["subordinate"] == [{"id": "kost", "version": "1"}]
        assert read_responsibility(case, AFTER) == KOST
        assert read_responsibility(case, AFTER, "as-known-at") == SILENT
        again = case.region.get(f"/api/cases/{case.id}/replay", params={"at": at(AFTER)})
        assert again.content == before.content
    assert_rebuild_identical(services)


def test_without_its_main_agreement_it_is_not_in_force(region: Caller, municipality: Caller) -> None:
    refused = region.director.act_at(
        "/api/agreements", at("2025-04-02 08:00"), text=TEXT.replace('agreement = "1085641"', 'agreement = "annat"')
    )
    told = assert_refused(refused, 422, "TEXT_FAULTY")
    assert "is annat, and orebro has no such agreement here" in told["title"]

    publish(region, municipality)
    ending = {"last_day": "2025-05-31", "condition": "Parterna har enats"}
    for caller in (region, municipality):
        path = "/api/agreements/1085641/R1/end-version"
        assert_ok(caller.director.act_at(path, at("2025-05-10 09:00"), **ending))
    assert find_in_force(region, "2025-05-31 12:00")["subordinate"] == [{"id": "kost", "version": "1"}]
    assert find_in_force(region, "2025-06-01 12:00") == {"agreement": None, "subordinate": []}
    (told,) = [found for found in region.get("/api/agreements").json() if found["id"] == "kost"]
    assert told["in_force_with"][MUNICIPALITY_A] == {"first": "2025-04-15", "last": "2025-05-31"}


def test_the_pages_show_both_texts_and_which_of_them_a_rule_stands_in(services: Services, address: str) -> None:
    with send_request(services, address) as case:
        publish(case.region, case.municipality)
        tick(case, "2025-04-15 00:05")
        with Browser(base_url=address, timeout=30, verify=TLS) as browser:
            page = browser.sign_in(services, NURSE_A)
            own, main = (page.get(path).text for path in ("/agreements/kost/1", "/agreements/1085641/R1"))
            told = page.get(f"/cases/{case.id}").text
            asked = page.get("/agreements/responsible", params={"day": "2025-04-16", "profession": "dietitian"}).text
    assert "Underavtal till" in own
    assert 'href="/agreements/1085641/R1"' in own
    assert 'href="/agreements/kost/1"' in main
    for shown in (told, asked):
        assert "Underavtal om kost och nutrition, 2 · Dietist" in " ".join(shown.split())
