"""The words of rules: answers and pages show them beside each rule id, in all demonstration counties."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from domain.authoring.background import load_national
from domain.authoring.consistency import is_english
from domain.house_rules import HOUSE_RULES
from fhir_profiles import systems
from play.scenes import play_out
from play.server import environment_with
from service.bootstrap import Services
from tests.docs.rule_ids import find_constants
from tests.live import Caller
from tests.rules.places import RULE as CLAUSE
from tests.web.conftest import Browser
from tests.web.html import Page

PLAYS = ("D2", "D5", "D7", "D12")
"""Plays of all three counties: refusals, a disagreement, a month's settlement, visitors."""
STAFF = [
    f"SE{organisation}-{serial}"
    for organisation, serial in (
        ("2321000000", "DSK1"),
        ("2120000001", "SSK1"),
        ("2321000001", "DSK1"),
        ("2120000011", "SSK1"),
        ("2321000002", "DSK1"),
        ("2120000021", "SSK1"),
    )
]
"""A nurse of the region and a nurse of a municipality in each county."""
GROUNDS = ("rule", "rules", "clauses", "breaches", "silences", "evaluation_rule", "plan_rule", "handover_rule")
"""The members of answers that hold rule ids."""


@pytest.fixture(scope="module")
def played_address(module_services: Services, module_address: str) -> str:
    """The address of a server that has carried out the plays."""
    settings = module_services.settings
    assert settings.database_url
    assert settings.owner_database_url
    environment = environment_with(
        data=settings.data,
        port=module_address.rpartition(":")[2],
        database_url=settings.database_url.get_secret_value(),
        owner_database_url=settings.owner_database_url.get_secret_value(),
    )
    output = StringIO()
    assert play_out(PLAYS, environment, Console(file=output)), output.getvalue()
    return module_address


@pytest.fixture(params=STAFF)
def nurse(request: pytest.FixtureRequest, module_services: Services, played_address: str) -> Iterator[Caller]:
    """A nurse who may read her county's record."""
    with Caller(module_services, played_address, request.param) as caller:
        caller.headers["X-Nurse"] = request.param
        yield caller


def test_every_rule_that_code_names_has_words_in_the_product() -> None:
    words = HOUSE_RULES.keys() | {rule for text in load_national() for rule in text.clauses}

    assert {f"{rule} in {place}" for rule, place in find_constants() if rule not in words} == set()


def test_every_house_rule_is_named_by_code() -> None:
    named = {rule for rule, place in find_constants() if not place.startswith("domain/house_rules.py")}

    assert HOUSE_RULES.keys() - named == set()


def test_every_rule_in_a_refusal_or_a_ground_has_words(module_services: Services, nurse: Caller) -> None:
    rules = {*HOUSE_RULES, *_read_refused_rules(module_services, _find_county(module_services, nurse))}
    cases = [case["case"] for case in nurse.get("/api/cases").json()]
    ledgers = [ledger["ledger"] for group in nurse.get("/api/settlement").json().values() for ledger in group]
    versions = [f"{version['id']}/{version['version']}" for version in nurse.get("/api/agreements").json()]
    paths = [
        "/api/worklist",
        "/api/agreements/in-force?at=1900-01-01T00:00:00Z",
        *(f"/api/cases/{case}/{view}" for case in cases for view in ("timeline", "replay", "responsibility")),
        *(f"/api/settlement/{ledger}" for ledger in ledgers),
        *(f"/api/agreements/{version}" for version in versions),
    ]
    for path in paths:
        answer = nurse.get(path)
        assert answer.status_code == 200, answer.text
        rules |= set(_find_rules(answer.json()))

    assert cases
    assert versions
    assert len(rules) > 80
    assert {rule for rule in rules if not _has_words(nurse, rule)} == set()


def _find_county(services: Services, nurse: Caller) -> str:
    return next(
        county
        for county, directory in services.directories.items()
        if directory.name_of(nurse.headers["X-Nurse"]) is not None
    )


def _read_refused_rules(services: Services, county: str) -> set[str]:
    """Read the rules of the acts that were refused in the plays."""
    with services.pool.connection() as connection:
        rows = connection.execute("SELECT DISTINCT rule FROM refusal WHERE county = %s", (county,)).fetchall()
    return {rule for (rule,) in rows}


def _find_rules(answer: Any) -> Iterator[str]:
    match answer:
        case dict():
            for name, value in answer.items():
                if name in GROUNDS:
                    ids = [value] if isinstance(value, str) else value or ()
                    yield from (rule for rule in ids if isinstance(rule, str))
                else:
                    yield from _find_rules(value)
        case list():
            for value in answer:
                yield from _find_rules(value)


def _has_words(nurse: Caller, rule: str) -> bool:
    answer = nurse.get(f"/api/rules/{rule}")
    return answer.status_code == 200 and all(answer.json()[words].strip() for words in ("heading", "statement"))


def test_an_unknown_rule_is_not_found(nurse: Caller) -> None:
    assert nurse.get("/api/rules/ORE-99").status_code == 404


@pytest.mark.parametrize(
    ("path", "content", "rule"),
    [
        ("acknowledge-referral", {}, "ORE-3.1.2-6"),
        ("record-circumstance", {"circumstance": "left-handed"}, "SYS-7"),
        ("withdraw-referral", {"reason": "by-sender"}, "R14"),
    ],
)
def test_a_refusal_has_the_words_of_its_rule(
    module_services: Services, played_address: str, path: str, content: dict[str, str], rule: str
) -> None:
    with Caller(module_services, played_address, STAFF[0]) as nurse:
        case = _find_case(nurse)
        answer = nurse.post(f"/api/cases/{case}/{path}", json=content)

        assert (answer.json()["rule"], answer.is_error) == (rule, True), answer.text
        words = nurse.get(f"/api/rules/{rule}").json()
        assert (answer.json()["rule_text"], answer.json()["rule_text_english"]) == (
            words["statement"],
            words["english"],
        )
        assert not is_english(words["statement"])
        assert is_english(words["english"])


def _find_case(nurse: Caller) -> str:
    """Find the case of D5, which has an acknowledged request."""
    for case in nurse.get("/api/cases").json():
        topics = {entry["topic"] for entry in nurse.get(f"/api/cases/{case['case']}/timeline").json()}
        if "referral.acknowledged.v1" in topics:
            return str(case["case"])
    raise AssertionError("no request was acknowledged")


def test_an_outcome_has_the_words_of_its_rule(module_services: Services, played_address: str) -> None:
    with Caller(module_services, played_address, STAFF[0]) as nurse:
        outcomes = [
            {extension["url"]: extension["valueString"] for extension in issue["extension"]}
            for entry in nurse.get("/fhir/Task").json()["entry"]
            if entry["resource"]["status"] != "received"
            for issue in _refuse_receipt(nurse, entry["resource"])
            if "extension" in issue
        ]
        rules = {
            extensions[systems.RULE]: (extensions[systems.RULE_TEXT], extensions[systems.RULE_TEXT_ENGLISH])
            for extensions in outcomes
            if systems.RULE in extensions
        }

        assert rules
        words = {rule: nurse.get(f"/api/rules/{rule}").json() for rule in rules}
        assert rules == {rule: (found["statement"], found["english"]) for rule, found in words.items()}


def _refuse_receipt(nurse: Caller, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Try to acknowledge the request, and return the issues of the refusal."""
    answer = nurse.put(f"/fhir/Task/{task['id']}", json=task | {"status": "received"})
    assert answer.is_error, answer.text
    issues: list[dict[str, Any]] = answer.json()["issue"]
    return issues


def test_every_page_shows_the_words_of_its_rules(module_services: Services, nurse: Caller) -> None:
    with Browser(base_url=nurse.base_url, timeout=30) as browser:
        browser.sign_in(module_services, nurse.headers["X-Nurse"])
        for path in _list_pages(browser):
            page = browser.page(path)
            text = re.sub(rf"\({CLAUSE.pattern}\)", "", page.text)  # words that end with their id
            shown = {rule for rule in CLAUSE.findall(text) if rule.count("-") == 2}  # ORE-3.1 is a section
            shown |= {rule for rule in HOUSE_RULES if re.search(rf"\b{rule}\b", text)}
            assert {rule for rule in shown if not _has_words_on(page, nurse, rule)} == set(), path


def _list_pages(browser: Browser) -> list[str]:
    """List the pages that the first pages lead to."""
    first = ["/", "/agreements", "/settlement"]
    links = {str(link["href"]) for path in first for link in browser.page(path).all("a") if link.get("href")}
    return [*first, *sorted(link for link in links if re.match(r"/(cases|agreements|settlement)/", link))]


def _has_words_on(page: Page, nurse: Caller, rule: str) -> bool:
    answer = nurse.get(f"/api/rules/{rule}")
    return answer.status_code == 200 and answer.json()["heading"] in page.text
