"""A county's subordinate agreement from its first day past its last, with an open case and its money, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import TLS, Caller, patient_id, serve
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish
from tests.service.islands import open_islands
from tests.web.cases import at
from tests.web.conftest import Browser

Json = dict[str, Any]
FILES = Path(__file__).parents[1] / "counties" / "islands"
MAIN, TEXT = ((FILES / f"{name}.toml").read_text("utf-8") for name in ("agreement", "subordinate"))
DOCUMENT = (FILES / "document.txt").read_bytes()
PATH = "/api/agreements/overfart/1"
REGION, OUTER, INNER = "SE2329999990-REGION", "SE2129999991-KOMMUN", "SE2129999992-KOMMUN"
BOAT_NURSE, OUTER_NURSE, INNER_NURSE = "SE2329999990-SSK", "SE2129999991-SSK", "SE2129999992-SSK"
CROSSING: Json = {"key": "boat", "text": "Med båt till mottagningen", "profession": "nurse", "category": "crossing"}
LAST_DAY, DAY_AFTER = "2026-03-31 12:00", "2026-04-01 12:00"


@dataclass
class County:
    """The county, with those who act in it and the case that was open all the time."""

    services: Services
    address: str
    region: Caller
    outer: Caller
    inner: Caller
    case: str = ""

    def tick(self, moment: str) -> None:
        """Let Kvittens look at what time has brought."""
        assert_ok(self.region.act_at("/api/demonstration/tick", at(moment)))

    def ask(self, moment: str, path: str, municipality: str = OUTER, **asked: str) -> Json:
        """Ask about the agreement in force at a moment."""
        params = {"municipality": municipality, "at": at(moment)} | asked
        return assert_ok(self.region.get(f"/api/agreements/in-force{path}", params=params))

    def list_in_force(self, moment: str, municipality: str = OUTER) -> list[str]:
        """List the ids of the texts in force at a moment."""
        found = self.ask(moment, "", municipality)
        return [found["agreement"]["id"], *(each["id"] for each in found["subordinate"])]


@pytest.fixture(scope="module")
def county(module_database: Dsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A subordinate agreement of 15 April 2025 that was prolonged once, and that a municipality then ended in time."""
    with (
        open_islands(module_database, tmp_path_factory.mktemp("islands"), more="") as services,
        serve(services) as address,
        Caller(services, address, BOAT_NURSE) as region,
        Caller(services, address, OUTER_NURSE) as outer,
        Caller(services, address, INNER_NURSE) as inner,
    ):
        told = County(services, address, region, outer, inner)
        publish(MAIN, region, outer, inner, at=at("2025-01-02 09:00"))
        publish(TEXT, region, outer, inner, at=at("2025-03-03 09:00"))
        request = {"need": "Hand som läggs om", "goal": "Läkt hand", "interventions": [CROSSING]}
        need = {"patient_id": patient_id(services, "195011029989", county="skargarden"), "request": request}
        told.case = assert_ok(region.act_at("/api/cases", at("2025-03-10 09:00"), **need))["case"]
        assert_ok(region.act(told.case, "send-referral", at=at("2025-03-10 09:10"), receiver=OUTER))
        told.tick("2025-04-15 00:05")
        told.tick("2025-10-01 00:05")
        ending = {"last_day": "2026-03-31", "condition": "Uppsägning", "clauses": ["FAR-1-2"]}
        assert_ok(outer.director.act_at(f"{PATH}/end-version", at("2026-01-31 09:00"), **ending))
        told.tick("2026-04-01 00:05")
        yield told


def test_it_is_prolonged_until_one_municipality_ends_it_in_time_for_itself(county: County) -> None:
    days = ("2025-04-14 12:00", "2025-04-15 12:00", "2025-10-01 12:00", LAST_DAY)
    both = ["grund", "overfart"]

    assert [county.list_in_force(day) for day in days] == [["grund"], both, both, both]
    assert county.list_in_force(DAY_AFTER) == ["grund"]
    assert county.list_in_force(DAY_AFTER, INNER) == both
    for day, valid_to, end_by in (
        ("2025-07-31", "2025-09-30", "2025-07-31"),
        ("2025-08-01", "2026-03-31", "2026-01-31"),
    ):
        found = assert_ok(county.inner.get(PATH, params={"on": at(f"{day} 12:00")}))
        assert (found["valid_to"], found["prolongation"]["end_by"]) == (valid_to, end_by)
        assert found["in_force_with"][OUTER]["first"] == "2025-04-15"


OWN: Json = {"performer": REGION, "employer": REGION, "clauses": ["FAR-2-1"], "subordinate": {"FAR": "overfart 1"}}
MAINS: Json = {"performer": OUTER, "employer": OUTER, "clauses": ["GRU-3-2"], "subordinate": {}}


@pytest.mark.parametrize("mode", ["as-known-now", "as-known-at"])
@pytest.mark.parametrize(
    ("moment", "answer"),
    [("2025-04-14 12:00", MAINS), ("2025-04-15 12:00", OWN), (LAST_DAY, OWN), (DAY_AFTER, MAINS)],
)
def test_who_answers_in_an_open_case_follows_on_its_first_day_and_on_the_day_after_its_last(
    county: County, moment: str, answer: Json, mode: str
) -> None:
    asked = {"at": at(moment), "mode": mode}
    for caller in (county.region, county.outer):
        (told,) = assert_ok(caller.get(f"/api/cases/{county.case}/responsibility", params=asked))["responsible"]
        assert {name: told[name] for name in answer} == answer
        replay = assert_ok(caller.get(f"/api/cases/{county.case}/replay", params=asked))
        (row,) = replay["responsible"]
        assert {name: row[name] for name in answer} == answer


def list_responsibility(resource: Json) -> list[tuple[str, str]]:
    """List the performer and the clause of each responsibility that a resource tells of."""
    told = [
        {part["url"]: part for part in each["extension"]}
        for each in resource["extension"]
        if each["url"] == systems.CARE_RESPONSIBILITY
    ]
    return [
        (each["performer"]["valueReference"]["identifier"]["value"], each["clause"]["valueUri"].rpartition("/")[2])
        for each in told
    ]


def test_fhir_and_the_pages_say_the_same_on_both_days(county: County) -> None:
    entries = county.region.get("/fhir/ServiceRequest", params={"_count": 1}).json()["entry"]
    path = f"/fhir/ServiceRequest/{entries[0]['resource']['id']}"
    current = assert_ok(county.region.get(path))
    before = assert_ok(county.region.get(f"{path}/_history", params={"_at": at(LAST_DAY)}))["entry"][0]["resource"]
    with Browser(base_url=county.address, timeout=30, verify=TLS) as browser:
        pages = browser.sign_in(county.services, OUTER_NURSE)
        last, after = (
            pages.page(f"/cases/{county.case}", t=at(moment)).text.split("Händelser")[0]
            for moment in (LAST_DAY, DAY_AFTER)
        )

    assert list_responsibility(before) == [(REGION, "overfart|1#FAR-2-1")]
    assert list_responsibility(current) == [(OUTER, "grund|1#GRU-3-2")]
    assert "Med båt till mottagningen Region Skärgården utför och har behandlingsansvaret" in last
    assert "Yttre öarnas kommun utför, Region Skärgården har behandlingsansvaret" in after


def test_what_it_says_of_money_holds_on_its_days_and_is_settled_by_its_own_rule(county: County) -> None:
    paying = {moment: county.ask(moment, "/paying", what="boat")["payer"] for moment in (LAST_DAY, DAY_AFTER)}
    assert (paying[LAST_DAY]["answer"], paying[LAST_DAY]["clauses"]) == ("region", ["FAR-3-1"])
    assert paying[DAY_AFTER]["answer"] == "not regulated"

    rate = {"year": 2025, "amount": "200.00", "source": "Båtbolagets taxa 2025"}
    published = county.region.director.act_at("/api/settlement/publish-hourly-rate", at("2025-04-20 09:00"), **rate)
    assert assert_ok(published)["events"][0]["clauses"] == ["FAR-3-2"]
    hours = {"day": "2025-04-20", "kind": "escort", "treatment_level": "primary", "performed": "10"}
    assert_ok(county.outer.act(county.case, "record-hours", at=at("2025-04-20 18:00"), **hours))
    month = {"municipality": OUTER, "care": "escort", "month": "2025-04-01"}
    opened = assert_ok(county.outer.act_at("/api/settlement/open-month", at("2025-05-02 09:00"), **month))
    path = f"/api/settlement/{opened['ledger']}"
    (line,) = assert_ok(county.outer.act_at(f"{path}/close-hours", at("2025-05-02 09:10")))["state"]["lines"]
    assert (line["amount"]["amount"], line["amount"]["clauses"]) == ("1000.00", ["FAR-3-2"])
    invoice = {"total": "1000.00", "hours_of": {county.case: "10"}, "reference": "BÅT 1"}
    issued = assert_ok(county.outer.act_at(f"{path}/issue-invoice", at("2026-04-02 09:00"), **invoice))
    assert issued["events"][0]["clauses"] == ["FAR-3-2"]
    entry = assert_ok(county.region.get(path))["history"][-1]
    assert (entry["agreement"], entry["subordinate"]) == ("grund 1", {"FAR": "overfart 1"})
    assert_rebuild_identical(county.services)


@pytest.mark.parametrize("month", ["2025-03-01", "2026-04-01"])
def test_a_month_outside_its_days_is_not_settled(county: County, month: str) -> None:
    asked = {"municipality": OUTER, "care": "escort", "month": month}

    refused = county.outer.act_at("/api/settlement/open-month", at("2026-05-02 09:00"), **asked)

    assert_refused(refused, 422, "SETTLEMENT_NOT_REGULATED")


LIMIT = (
    '[[deadlines]]\nid = "acknowledgement"\ntitle = "Kvittera"\nwords = "strax"\nclauses = ["FAR-2-1"]\n\n[[matrix]]'
)
SENDER = '[acts.send-referral]\nby = [{ party = "municipality" }]\nclauses = ["FAR-2-1"]\n\n[[matrix]]'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('replaces = ["crossing"]\n', "", "contradicts the row crossing", id="a row that it does not name"),
        pytest.param("[[matrix]]", LIMIT, "replaces acknowledgement of grund 1", id="a time limit"),
        pytest.param("[[matrix]]", SENDER, "acts.send-referral", id="who may send a request"),
    ],
)
def test_a_rule_that_it_may_not_change_is_refused_and_changes_nothing(
    county: County, old: str, new: str, words: str
) -> None:
    text = TEXT.replace('version = "1"', 'version = "2"', 1).replace(
        "valid_from = 2025-04-15", "valid_from = 2025-05-15"
    )

    refused = county.region.director.act_at("/api/agreements", at("2025-03-04 09:00"), text=text.replace(old, new, 1))

    assert words in assert_refused(refused, 422, "TEXT_FAULTY")["title"]
    assert county.region.get("/api/agreements/overfart/2").status_code == 404
    assert county.ask("2025-04-14 12:00", "/responsible", intervention="crossing")["responsible"]["clauses"] == [
        "GRU-3-2"
    ]


def test_its_document_is_attached_to_it_alone_and_its_rules_are_quoted_from_it(county: County) -> None:
    form = {"Content-Type": "text/plain"}
    assert county.region.get("/api/rules/FAR-2-1").json()["quotation"] is None

    assert_ok(county.outer.director.post(f"{PATH}/attach-document", content=DOCUMENT, headers=form))

    for caller in (county.region, county.inner):
        assert caller.get(f"{PATH}/document").content == DOCUMENT
    assert county.region.get("/api/agreements/grund/1/document").status_code == 404
    quoted = assert_ok(county.region.get("/api/rules/FAR-2-1"))["quotation"]
    assert quoted == {"lines": "3", "text": "Överfart. Regionen kör med egen båt."}
    with Browser(base_url=county.address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(county.services, OUTER_NURSE).page("/agreements/overfart/1").text
        main = browser.page("/agreements/grund/1").text
    assert "Regionen kör med egen båt." in page
    assert "Regionen kör med egen båt." not in main
    assert_rebuild_identical(county.services)
