"""The persons who sign, end and keep a version: by the offices of a text, or else by the directory, over HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import (
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    NURSE_A,
    PHYSICIAN,
    TLS,
    Caller,
    patient_id,
    serve,
)
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.islands import open_islands
from tests.service.test_agreements_over_http import open_case, second_text
from tests.web.conftest import Browser
from world.counties import SKARGARDEN, read_text

DAY, LATER = "2026-03-02T09:00:00+01:00", "2026-03-03T09:00:00+01:00"
VERSION, SECOND = "/api/agreements/skargarden-vard/2", "/api/agreements/1085641/R2"
REGION = "SE2329999990-REGION"
MUNICIPALITY = "SE2129999991-KOMMUN"
CHAIR, DEPUTY, OFFICER, BOTH, MAYOR, NURSE = (
    "SE2329999990-ORDF",
    "SE2329999990-VORDF",
    "SE2329999990-CHEF",
    "SE2329999990-BADE",
    "SE2129999991-ORDF",
    "SE2329999990-SSK",
)
STAFF = "".join(
    f"""
[[assignments]]
person = "{person}"
name = "{person}"
unit = "{unit}"
role = "official"
offices = {offices}
"""
    for person, unit, offices in (
        (CHAIR, "SE2329999990-BAT", '["board-chair"]'),
        (DEPUTY, "SE2329999990-BAT", '["board-chair"]'),
        (OFFICER, "SE2329999990-BAT", '["care-director"]'),
        (BOTH, "SE2329999990-BAT", '["board-chair", "care-director"]'),
        (MAYOR, "SE2129999991-HSV", '["board-chair"]'),
    )
)
SIGNING = """
[acts.{act}]
clauses = ["SKG-1"]

[[acts.{act}.by]]
party = "region"
offices = ["board-chair", "care-director"]
signatures = 2

[[acts.{act}.by]]
party = "municipality"
offices = ["board-chair"]
"""
TEXT = (
    read_text(SKARGARDEN)
    + """
[vocabulary.offices]
board-chair = "regionstyrelsens ordförande"
care-director = "hälso- och sjukvårdsdirektör"
"""
    + SIGNING.format(act="sign-version")
    + SIGNING.format(act="end-version")
)
"""A text that two offices of the region sign and end together, and one of each municipality."""


@pytest.fixture
def islands(database: Dsns, tmp_path: Path) -> Iterator[Services]:
    """The services of a demonstration, with a county besides whose directory has those offices."""
    with open_islands(database, tmp_path, more=STAFF) as services:
        yield services


class Staff:
    """The callers of the county."""

    def __init__(self, services: Services, address: str, opened: ExitStack) -> None:
        self.chair, self.deputy, self.officer, self.both, self.mayor, self.nurse = (
            opened.enter_context(Caller(services, address, person))
            for person in (CHAIR, DEPUTY, OFFICER, BOTH, MAYOR, NURSE)
        )
        self.address = address


@pytest.fixture
def staff(islands: Services) -> Iterator[Staff]:
    """The callers of the county, when the region has submitted the text."""
    with serve(islands) as address, ExitStack() as opened:
        found = Staff(islands, address, opened)
        assert_ok(found.nurse.director.act_at("/api/agreements", DAY, text=TEXT))
        yield found


def let_all_sign(staff: Staff) -> None:
    """Let every office that the text names sign the version, and publish it."""
    for caller in (staff.chair, staff.officer, staff.mayor):
        assert_ok(caller.act_at(f"{VERSION}/sign-version", DAY))
    assert_ok(staff.nurse.director.act_at(f"{VERSION}/publish-version", DAY))


# --- The offices that a text names ------------------------------------------------------------------------------------


def test_the_region_has_signed_when_both_offices_that_the_text_names_have(islands: Services, staff: Staff) -> None:
    first = assert_ok(staff.chair.act_at(f"{VERSION}/sign-version", DAY))
    assert_ok(staff.mayor.act_at(f"{VERSION}/sign-version", DAY))
    half = assert_ok(staff.nurse.get(VERSION))
    missing = assert_refused(staff.nurse.director.act_at(f"{VERSION}/publish-version", DAY), 409, "OTHER_PARTY_MISSING")

    second = assert_ok(staff.officer.act_at(f"{VERSION}/sign-version", DAY))

    signed = [answer["events"][0]["content"] for answer in (first, second)]
    assert signed == [
        {"office": "board-chair", "complete": False},
        {"office": "care-director", "complete": True},
    ]
    assert (missing["where"], REGION in half["not_signed"]) == (["region"], True)
    assert [given["office"] for given in half["signatures_given"]] == ["board-chair", "board-chair"]
    assert_ok(staff.nurse.director.act_at(f"{VERSION}/publish-version", DAY))
    assert assert_ok(staff.nurse.get(VERSION))["status"] == "published"
    assert_rebuild_identical(islands)


def test_one_person_signs_once_and_one_office_once(staff: Staff) -> None:
    assert_ok(staff.chair.act_at(f"{VERSION}/sign-version", DAY))

    for again in (staff.chair, staff.deputy):
        assert_refused(again.act_at(f"{VERSION}/sign-version", DAY), 409, "WRONG_STATE")
    signed = assert_ok(staff.officer.act_at(f"{VERSION}/sign-version", DAY))
    assert signed["events"][0]["content"]["complete"]


@pytest.mark.parametrize("other", ["chair", "officer"])
@pytest.mark.parametrize("is_first", [True, False])
def test_somebody_with_two_offices_signs_beside_either_of_their_holders_in_any_order(
    islands: Services, staff: Staff, other: str, is_first: bool
) -> None:
    signing = [staff.both, getattr(staff, other)]
    answers = [
        assert_ok(caller.act_at(f"{VERSION}/sign-version", DAY)) for caller in (signing if is_first else signing[::-1])
    ]

    assert [answer["events"][0]["content"]["complete"] for answer in answers] == [False, True]
    offices = {each["office"] for each in assert_ok(staff.nurse.get(VERSION))["signatures_given"]}
    assert offices == {"board-chair", "care-director"}
    moves = is_first and other == "chair"
    moved = [{"person": BOTH, "office": "care-director"}] if moves else None
    assert answers[1]["events"][0]["content"].get("moved") == moved
    assert_rebuild_identical(islands)


def test_a_conclusion_elsewhere_takes_as_many_offices_as_the_text_demands(islands: Services, staff: Staff) -> None:
    said = {"municipality": MUNICIPALITY, "concluded_on": "2026-02-02", "original": "Diariet"}

    def declare(caller: Caller, **changes: str) -> bool:
        answer = assert_ok(caller.act_at(f"{VERSION}/declare-conclusion", DAY, **(said | changes)))
        return bool(answer["events"][0]["content"]["complete"])

    assert declare(staff.mayor)
    assert not declare(staff.both)
    assert assert_ok(staff.nurse.get(VERSION))["status"] == "draft"
    assert_refused(staff.both.act_at(f"{VERSION}/declare-conclusion", DAY, **said), 409, "WRONG_STATE")
    found = assert_ok(staff.nurse.get(VERSION))
    assert [(each["party"], each["offices"]) for each in found["conclusions_begun"]] == [("region", ["board-chair"])]
    with Browser(base_url=staff.address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(islands, NURSE).page("/agreements/skargarden-vard/2").text
    assert "regionstyrelsens ordförande har intygat det, fler behövs" in text

    assert declare(staff.chair)

    found = assert_ok(staff.nurse.get(VERSION))
    assert (found["status"], found["conclusions_begun"]) == ("published", [])
    assert found["in_force_with"][MUNICIPALITY]["first"] == "2026-02-02"
    assert_rebuild_identical(islands)


def test_offices_that_declare_different_days_have_not_declared_together(staff: Staff) -> None:
    said = {"municipality": MUNICIPALITY, "original": "Diariet"}
    days = ("2026-02-02", "2026-02-03", "2026-02-03")
    answers = [
        assert_ok(caller.act_at(f"{VERSION}/declare-conclusion", DAY, concluded_on=day, **said))
        for caller, day in zip((staff.chair, staff.officer, staff.chair), days, strict=True)
    ]

    assert [answer["events"][0]["content"]["complete"] for answer in answers] == [False, False, True]
    (outside,) = assert_ok(staff.nurse.get(VERSION))["concluded_outside"]
    assert [each["concluded_on"] for each in outside["declared"]] == ["2026-02-03"]


def test_nobody_signs_without_the_office_that_the_text_names(staff: Staff) -> None:
    for caller in (staff.nurse, staff.nurse.director):
        refused = assert_refused(caller.act_at(f"{VERSION}/sign-version", DAY), 403, "ACTOR_NOT_ALLOWED")

        assert refused["rule"] == "SKG-1"
        assert "region (board-chair, care-director)" in refused["remedy"]


def test_the_region_ends_a_version_when_both_offices_have_declared_the_same_last_day(
    islands: Services, staff: Staff
) -> None:
    let_all_sign(staff)
    declared = {"condition": "Bron är öppen", "clauses": ["SKG-1"]}

    def end(caller: Caller, last_day: str) -> bool:
        answer = assert_ok(caller.act_at(f"{VERSION}/end-version", LATER, last_day=last_day, **declared))
        return bool(answer["events"][0]["content"]["complete"])

    assert end(staff.mayor, "2026-06-30")
    assert [end(staff.chair, "2026-06-30"), end(staff.officer, "2026-07-31")] == [False, False]
    found = assert_ok(staff.nurse.get(VERSION))
    assert [ending["last_day"] for ending in found["endings"]] == ["2026-06-30"]
    assert [(begun["last_day"], begun["offices"]) for begun in found["endings_begun"]] == [
        ("2026-07-31", ["care-director"])
    ]

    assert end(staff.chair, "2026-07-31")

    found = assert_ok(staff.nurse.get(VERSION, params={"on": "2026-08-01T12:00:00+02:00"}))
    assert (found["status"], found["endings_begun"]) == ("ended", [])
    assert_rebuild_identical(islands)


def test_the_page_names_the_offices_and_who_has_signed(islands: Services, staff: Staff) -> None:
    assert_ok(staff.chair.act_at(f"{VERSION}/sign-version", DAY))

    with Browser(base_url=staff.address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(islands, NURSE).page("/agreements/skargarden-vard/2").text

    assert "Regionstyrelsens ordförande och hälso- och sjukvårdsdirektör i regionen" in text
    assert "regionstyrelsens ordförande har undertecknat, fler behövs" in text
    assert "Undertecknas för regionen avRegionstyrelsens ordförande och hälso- och sjukvårdsdirektör" in text


def test_the_page_names_the_offices_in_which_a_principal_has_signed(islands: Services, staff: Staff) -> None:
    let_all_sign(staff)

    with Browser(base_url=staff.address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(islands, NURSE).page("/agreements/skargarden-vard/2").text

    assert "(regionstyrelsens ordförande, hälso- och sjukvårdsdirektör), 2 mars 2026 kl. 09.00" in text


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("signatures = 2", "signatures = 3", "acts.sign-version.by[0].signatures", "asks for 3 signatures"),
        (
            '"board-chair", "care',
            '"bord-chair", "care',
            "acts.sign-version.by[0].offices",
            "names the office bord-chair",
        ),
        (
            'party = "municipality"\noffices',
            'party = "region"\noffices',
            "acts.sign-version.by",
            "leaves out the munici",
        ),
        (
            "[acts.sign-version]",
            '[acts.publish-version]\nclauses = ["SKG-1"]\nby = [{ party = "region", roles = ["care-staff"] }]\n\n'
            "[acts.sign-version]",
            "acts.publish-version.by[0].roles",
            "names only care-staff",
        ),
    ],
    ids=["too many signatures", "an unknown office", "a party left out", "a role that cannot"],
)
def test_a_text_whose_signatures_could_never_be_given_is_refused_with_what_to_write(
    staff: Staff, old: str, new: str, path: str, what: str
) -> None:
    text = TEXT.replace('version = "2"', 'version = "3"', 1)
    assert old in text

    refused = staff.nurse.director.act_at("/api/agreements", DAY, text=text.replace(old, new, 1))

    title = assert_refused(refused, 422, "TEXT_FAULTY")["title"]
    assert f"{path} {what}" in title
    assert "Skriv" in title or "Lägg till" in title


# --- A text that names no office --------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-3")
def test_without_a_word_in_the_text_only_those_sign_whom_the_directory_names(
    services: Services, address: str, region: Caller, municipality: Caller
) -> None:
    assert_ok(region.director.act_at("/api/agreements", DAY, text=second_text(valid_from="2026-03-02")))
    ending = {"last_day": "2026-06-30", "condition": "Båda vill det", "clauses": ["ORE-0-2"]}

    for person in (DISTRICT_NURSE, PHYSICIAN, "SE2321000000-SEKR1", NURSE_A, "SE2120000001-MAS1"):
        with Caller(services, address, person) as caller:
            for act, content in (("sign-version", {}), ("end-version", ending)):
                path = "/api/agreements/1085641/R1" if act == "end-version" else SECOND
                refused = assert_refused(caller.act_at(f"{path}/{act}", DAY, **content), 403, "ACTOR_NOT_ALLOWED")
                assert (refused["rule"], "signatory" in refused["remedy"]) == ("SYS-3", True)
    for caller in (region, municipality):
        assert_ok(caller.director.act_at(f"{SECOND}/sign-version", DAY))


@pytest.mark.rule("SYS-3")
def test_without_a_word_in_the_text_nurses_neither_keep_versions_nor_publish_rates(
    services: Services, address: str, region: Caller
) -> None:
    text = second_text(valid_from="2026-03-02")
    change = {"year": 2026, "percent": "3", "source": "SKR 2026"}

    assert_refused(region.act_at("/api/agreements", DAY, text=text), 403, "ACTOR_NOT_ALLOWED")
    with Caller(services, address, "SE2321000000-SEKR1") as coordinator:
        assert_ok(coordinator.act_at("/api/agreements", DAY, text=text))
        assert_refused(region.act_at(f"{SECOND}/withdraw-version", DAY), 403, "ACTOR_NOT_ALLOWED")
        assert_ok(coordinator.act_at(f"{SECOND}/withdraw-version", DAY))
        path = "/api/settlement/publish-tax-base-change"
        assert_refused(region.act_at(path, DAY, **change), 403, "ACTOR_NOT_ALLOWED")
        assert_ok(coordinator.act_at(path, DAY, **change))


def test_those_who_sign_do_nothing_in_a_case(services: Services, region: Caller) -> None:
    day = "2025-04-01T09:00:00+02:00"
    case = open_case(region, services, day)

    # raise-need is given to the whole region, send-referral to roles that it names
    need = {"patient_id": patient_id(services), "request": {"need": "Gångträning"}}
    assert_refused(region.director.act_at("/api/cases", day, **need), 403, "ACTOR_NOT_ALLOWED")
    assert_refused(region.director.act(case, "send-referral", receiver=MUNICIPALITY_A), 403, "ACTOR_NOT_ALLOWED")
    assert_ok(region.act(case, "send-referral", at="2025-04-01T10:00:00+02:00", receiver=MUNICIPALITY_A))


def test_those_who_sign_read_about_nobody(services: Services, region: Caller) -> None:
    case = open_case(region, services, "2025-04-01T09:00:00+02:00")

    assert region.get(f"/api/cases/{case}/timeline").is_success
    for path in ("timeline", "replay", "responsibility"):
        assert region.director.get(f"/api/cases/{case}/{path}").status_code == 404
    assert region.director.get("/api/cases").json() == []
    assert region.director.get("/fhir/ServiceRequest").json()["total"] == 0
    assert not any("case" in item for item in region.director.get("/api/worklist").json())
