"""Agreement versions over HTTP: their publication by both parties, and what is in force with whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.authoring.consistency import RESERVED_IDS
from domain.authoring.publication import load_published, read_published_text
from domain.authoring.validation import check
from service.bootstrap import Services
from service.database.dsns import Dsns
from service.http.requests import CLOCK
from service.record.rebuild import rebuild
from service.web.routes import ROUTERS
from tests.live import (
    DIRECTOR,
    DIRECTOR_A,
    DIRECTOR_B,
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    Caller,
    open_demonstration,
    patient_id,
    serve,
)
from tests.service.calls import REQUEST, assert_ok, assert_rebuild_identical, assert_refused, publish

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
REGION = "SE2321000000-REGION"
FIRST = next(agreement.ref for agreement in load_published().agreements if agreement.county == "orebro")
"""The package's own version, in force from 2025-03-11 without an end."""
SECOND = f"/api/agreements/{FIRST.id}/R2"


def second_text(*, version: str = "R2", valid_from: str = "2026-01-01", more: str = "") -> str:
    """Return the package's own text as another version."""
    original = read_published_text(FIRST).decode()
    return (
        original.replace('version = "R1"', f'version = "{version}"', 1)
        .replace("valid_from = 2025-03-11", f"valid_from = {valid_from}", 1)
        .replace("\n[document]", f"\n{more}\n[document]", 1)
    )


def find_version_in_force(caller: Caller, at: str, municipality: str) -> str | None:
    answer = caller.get("/api/agreements/in-force", params={"at": at, "municipality": municipality})
    assert answer.status_code == 200, answer.text
    agreement = answer.json()["agreement"]
    return agreement["version"] if agreement else None


def publish_second_version(region: Caller, municipality: Caller, **changes: str) -> None:
    """Publish a second version on 1 February 2026, as the region and municipality A alone."""
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text(**changes)))
    assert_ok(region.director.act_at(f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))
    assert_ok(municipality.director.act_at(f"{SECOND}/sign-version", "2026-02-01T09:00:00+01:00"))
    assert_ok(municipality.director.act_at(f"{SECOND}/publish-version", "2026-02-01T10:00:00+01:00"))


def open_case(region: Caller, services: Services, at: str) -> str:
    """Open a case, and return its id."""
    body = {"patient_id": patient_id(services), "request": REQUEST}
    return str(assert_ok(region.post("/api/cases", json=body, headers={CLOCK: at}))["case"])


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_that_only_one_party_has_signed_cannot_be_published(region: Caller, municipality: Caller) -> None:
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))
    assert assert_refused(
        region.director.act_at(f"{SECOND}/publish-version", "2025-12-02T09:00:00+01:00"), 409, "OTHER_PARTY_MISSING"
    )["where"] == ["region", "municipality"]
    assert_ok(region.director.act_at(f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))

    missing = assert_refused(
        region.director.act_at(f"{SECOND}/publish-version", "2026-02-01T09:00:00+01:00"), 409, "OTHER_PARTY_MISSING"
    )

    assert missing["where"] == ["municipality"]
    assert find_version_in_force(region, "2026-03-01T12:00:00+01:00", MUNICIPALITY_A) == "R1"
    assert region.get(SECOND).json()["status"] == "draft"


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_is_in_force_from_the_later_signature_and_only_for_those_who_signed(
    services: Services, region: Caller, municipality: Caller
) -> None:
    publish_second_version(region, municipality)

    assert find_version_in_force(region, "2026-01-31T23:59:00+01:00", MUNICIPALITY_A) == "R1"
    assert find_version_in_force(region, "2026-02-01T00:00:00+01:00", MUNICIPALITY_A) == "R2"
    assert find_version_in_force(region, "2026-03-01T12:00:00+01:00", MUNICIPALITY_B) == "R1"
    answer = region.get(SECOND).json()
    assert answer["status"] == "published"
    assert answer["in_force_with"] == {MUNICIPALITY_A: {"first": "2026-02-01", "last": None}}
    assert answer["not_signed"] == [MUNICIPALITY_B]
    assert_rebuild_identical(services)


def test_a_version_ends_for_a_municipality_when_a_later_one_begins_with_it(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    publish_second_version(region, municipality)

    first = region.get(f"/api/agreements/{FIRST.id}/{FIRST.version}").json()
    assert first["in_force_with"] == {
        MUNICIPALITY_A: {"first": "2025-03-11", "last": "2026-01-31"},
        MUNICIPALITY_B: {"first": "2025-03-11", "last": None},
    }
    for caller, version in ((municipality, SECOND), (elsewhere, f"/api/agreements/{FIRST.id}/{FIRST.version}")):
        items = caller.get("/api/worklist", params={"on": "2026-03-01T12:00:00+01:00"}).json()
        (duty,) = [item for item in items if item["key"].startswith("publish-local-routine")]
        assert duty["ledger"] == caller.get(version).json()["ledger"]


def test_a_correction_with_the_same_first_day_holds_from_that_day(region: Caller, municipality: Caller) -> None:
    concluded = {"R9": "2026-02-01T10:00:00+01:00", "R2": "2026-02-02T10:00:00+01:00"}
    for version, clock in concluded.items():
        publish(second_text(version=version, valid_from="2026-06-01"), region, municipality, at=clock)

    wrong, corrected = (region.get(f"/api/agreements/{FIRST.id}/{version}").json() for version in concluded)

    assert find_version_in_force(region, "2026-05-31T23:59:00+02:00", MUNICIPALITY_A) == "R1"
    assert find_version_in_force(region, "2026-06-01T00:00:00+02:00", MUNICIPALITY_A) == "R2"
    assert wrong["in_force_with"] == {}
    assert corrected["in_force_with"] == {MUNICIPALITY_A: {"first": "2026-06-01", "last": None}}


@pytest.mark.rule("SKR-3-8")
def test_the_region_keeps_the_duty_for_a_municipality_without_an_agreement(services: Services, region: Caller) -> None:
    answer = region.get(
        "/api/agreements/in-force", params={"at": "2025-03-10T12:00:00+01:00", "municipality": MUNICIPALITY_A}
    ).json()

    assert (answer["answer"], answer["duty"]) == ("no agreement", REGION)
    assert "SKR-3-8" in answer["rules"]


@pytest.mark.rule("GAV-8-1")
def test_a_municipality_that_the_text_does_not_name_cannot_sign(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    publish_second_version(region, municipality, more='municipalities = ["Ekeby kommun"]')

    assert_refused(
        elsewhere.director.act_at(f"{SECOND}/sign-version", "2026-02-02T09:00:00+01:00"), 403, "NOT_PARTY_OF_AGREEMENT"
    )

    assert find_version_in_force(region, "2026-02-02T12:00:00+01:00", MUNICIPALITY_A) == "R2"
    assert find_version_in_force(region, "2026-02-02T12:00:00+01:00", MUNICIPALITY_B) == "R1"


@pytest.mark.rule("GAV-8-2")
def test_a_text_of_the_package_is_in_force_with_a_note_that_its_signatures_are_not_on_file(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    first = f"/api/agreements/{FIRST.id}/{FIRST.version}"
    answer = region.get(first).json()
    assert (answer["status"], answer["shipped"], answer["note"]) == ("published", True, "signatures not on file")

    for caller in (region, municipality, elsewhere):
        assert_ok(caller.director.act_at(f"{first}/sign-version", "2025-04-01T09:00:00+02:00"))

    assert region.get(first).json()["note"] is None


def test_a_principal_cannot_sign_twice(region: Caller) -> None:
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))
    assert_ok(region.director.act_at(f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))

    assert_refused(region.director.act_at(f"{SECOND}/sign-version", "2025-12-11T09:00:00+01:00"), 409, "WRONG_STATE")


@pytest.mark.rule("GAV-3-1")
def test_a_version_that_both_parties_end_is_not_cited_after_its_last_day(
    services: Services, region: Caller, municipality: Caller
) -> None:
    publish_second_version(region, municipality, more='end_condition = "Gäller tills staten har ändrat lagen."')
    ending = {"last_day": "2026-05-31", "condition": "The law was changed."}
    assert_refused(
        region.director.act_at(f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **ending),
        422,
        "END_CONDITION_MISSING",
    )
    cited = ending | {"clauses": ["ORE-0-2"]}
    past = cited | {"last_day": "2026-04-30"}
    assert_refused(
        region.director.act_at(f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **past), 422, "NOT_RETROACTIVE"
    )

    assert_ok(region.director.act_at(f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **cited))
    assert find_version_in_force(region, "2026-06-01T12:00:00+02:00", MUNICIPALITY_A) == "R2"
    assert_ok(municipality.director.act_at(f"{SECOND}/end-version", "2026-05-02T09:00:00+02:00", **cited))

    assert find_version_in_force(region, "2026-05-31T23:59:00+02:00", MUNICIPALITY_A) == "R2"
    assert find_version_in_force(region, "2026-06-01T00:00:00+02:00", MUNICIPALITY_A) == "R1"
    assert region.get(SECOND, params={"on": "2026-06-01T12:00:00+02:00"}).json()["status"] == "ended"
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-1")
def test_a_late_record_cites_the_version_in_force_when_the_act_occurred(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = open_case(region, services, "2026-01-10T09:00:00+01:00")
    assert_ok(region.act(case, "send-referral", at="2026-01-10T10:00:00+01:00", receiver=MUNICIPALITY_A))
    publish_second_version(region, municipality)

    late = {"occurred_at": "2026-01-11T09:00:00+01:00"}
    assert_ok(municipality.act(case, "acknowledge-referral", at="2026-02-10T09:00:00+01:00", **late))
    assert_ok(municipality.act(case, "contact-principal", at="2026-02-10T10:00:00+01:00"))

    entries = region.get(f"/api/cases/{case}/timeline").json()
    versions = {entry["topic"]: entry["agreement"] for entry in entries}
    assert versions["referral.acknowledged.v1"] == f"{FIRST.id} R1"
    assert versions["referral.principal-contacted.v1"] == f"{FIRST.id} R2"
    assert_rebuild_identical(services)


def test_each_principal_signs_once_although_many_sign_at_once(services: Services, address: str, region: Caller) -> None:
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))
    people = [DIRECTOR, DIRECTOR_A, DIRECTOR_B] * 3

    def sign(person: str) -> int:
        with Caller(services, address, person) as caller:
            return caller.director.act_at(f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00").status_code

    with ThreadPoolExecutor(9) as pool:
        statuses = sorted(pool.map(sign, people))

    assert statuses == [200] * 3 + [409] * 6
    signatures = region.get(SECOND).json()["signatures"]
    assert {signature["principal"] for signature in signatures} == {REGION, MUNICIPALITY_A, MUNICIPALITY_B}
    assert_rebuild_identical(services)


def test_a_repeated_submission_gets_the_first_answer_and_another_text_is_refused(
    services: Services, region: Caller
) -> None:
    key = {"Idempotency-Key": str(uuid4()), CLOCK: "2025-12-01T09:00:00+01:00"}
    first = region.director.post("/api/agreements", json={"text": second_text()}, headers=key)
    again = region.director.post("/api/agreements", json={"text": second_text()}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    reused = region.director.post("/api/agreements", json={"text": second_text(valid_from="2027-01-01")}, headers=key)
    assert reused.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    other = region.director.act_at(
        "/api/agreements", "2025-12-02T09:00:00+01:00", text=second_text(valid_from="2027-01-01")
    )
    assert_refused(other, 409, "VERSION_EXISTS")
    with services.pool.connection() as connection:
        refusals = connection.execute("SELECT act, code FROM refusal").fetchall()
    assert ("submit-version", "VERSION_EXISTS") in refusals


def test_one_submission_succeeds_although_many_submit_the_same_version_at_once(
    services: Services, address: str, region: Caller
) -> None:
    def submit(person: str) -> int:
        with Caller(services, address, person) as caller:
            return caller.director.act_at(
                "/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()
            ).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(submit, [DIRECTOR, DIRECTOR_A, DIRECTOR_B] * 2))

    assert statuses == [201] + [409] * 5


def test_an_act_on_an_old_version_of_the_ledger_is_refused(region: Caller) -> None:
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))
    headers = {CLOCK: "2025-12-10T09:00:00+01:00", "If-Match": 'W/"7"'}

    mismatched = region.director.post(f"{SECOND}/sign-version", json={}, headers=headers)
    matched = region.director.post(f"{SECOND}/sign-version", json={}, headers=headers | {"If-Match": 'W/"1"'})

    assert (mismatched.status_code, matched.status_code) == (412, 200)
    assert matched.headers["ETag"] == 'W/"2"'


def test_another_process_knows_a_published_version_at_once(
    services: Services, region: Caller, municipality: Caller, tmp_path: Path, database: Dsns
) -> None:
    with (
        open_demonstration(database, tmp_path / "other") as other,
        serve(other) as elsewhere,
        Caller(other, elsewhere, DISTRICT_NURSE) as there,
    ):
        assert find_version_in_force(there, "2026-03-01T12:00:00+01:00", MUNICIPALITY_A) == "R1"
        publish_second_version(region, municipality)
        assert find_version_in_force(there, "2026-03-01T12:00:00+01:00", MUNICIPALITY_A) == "R2"


def test_a_restart_keeps_versions_texts_and_signatures(
    services: Services, region: Caller, municipality: Caller, tmp_path: Path, database: Dsns
) -> None:
    publish_second_version(region, municipality)
    before = region.get(SECOND).json()
    services.store.close()

    with (
        open_demonstration(database, tmp_path / "again") as again,
        serve(again) as address,
        Caller(again, address, DISTRICT_NURSE) as caller,
    ):
        assert caller.get(SECOND).json() == before
        assert caller.get(f"{SECOND}/text").text == second_text()
        assert find_version_in_force(caller, "2026-03-01T12:00:00+01:00", MUNICIPALITY_A) == "R2"


def test_no_role_can_change_or_delete_an_agreement_text(region: Caller, municipality: Caller, database: Dsns) -> None:
    publish_second_version(region, municipality)

    for login in (database.service, database.owner):
        assert login
        for statement in ("UPDATE agreement_text SET text = ''", "DELETE FROM agreement_text"):
            with psycopg.connect(login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_staff_of_another_county_find_nothing(services: Services, address: str, region: Caller) -> None:
    submitted = assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))

    with Caller(services, address, "SE2321000001-DSK1") as outsider:
        assert outsider.get(SECOND).status_code == 404
        assert outsider.get(f"{SECOND}/text").status_code == 404
        assert outsider.director.act_at(f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00").status_code == 404
        assert all(version["id"] != FIRST.id for version in outsider.get("/api/agreements").json())
    ledger = submitted["ledger"]
    assert region.get(f"/api/cases/{ledger}/replay").status_code == 404
    assert region.act(ledger, "send-referral", receiver=MUNICIPALITY_A).status_code == 404
    assert region.get(f"/api/settlement/{ledger}").status_code == 404
    assert region.get("/api/cases").json() == []


@pytest.mark.rule("ORE-3.1.5-5")
@pytest.mark.rule("ORE-3.1.5-6")
def test_a_municipality_without_a_local_routine_is_told_until_it_is_published_with_every_section(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    path, at = f"/api/agreements/{FIRST.id}/{FIRST.version}", "2025-04-01T09:00:00+02:00"

    def list_open(caller: Caller) -> list[str]:
        items = caller.get("/api/worklist", params={"on": at}).json()
        return [item["key"].removeprefix("publish-local-routine:") for item in items if "local-routine" in item["key"]]

    assert [list_open(caller) for caller in (municipality, elsewhere)] == [[MUNICIPALITY_A], [MUNICIPALITY_B]]
    sections = {
        "responsibility": "The health centre and home care meet every month",
        "structure": "One contact list",
        "contact-paths": "The direct line",
        "participation": "The resident is asked at each visit",
    }
    routine = {"key": "paths", "title": "How we work", "municipality": MUNICIPALITY_A}
    for section in sections:
        rest = {name: text for name, text in sections.items() if name != section}
        refused = municipality.act_at(f"{path}/publish-local-routine", at, **routine, sections=rest)
        rule = "ORE-3.1.5-6" if section == "participation" else "ORE-3.1.5-5"
        lacking = assert_refused(refused, 422, "CONTENT_MISSING")
        assert (lacking["rule"], lacking["where"]) == (rule, [section])

    published = assert_ok(municipality.act_at(f"{path}/publish-local-routine", at, **routine, sections=sections))

    assert published["events"][0]["clauses"] == ["ORE-3.1.5-5", "ORE-3.1.5-6"]
    assert [list_open(caller) for caller in (municipality, elsewhere)] == [[], [MUNICIPALITY_B]]
    assert region.get(path).json()["local_routines_missing"] == [MUNICIPALITY_B]


@pytest.mark.rule("GAV-11-1")
@pytest.mark.rule("GAV-11-2")
def test_an_overdue_follow_up_appears_on_both_parties_worklists_without_an_act(
    services: Services, address: str
) -> None:
    for person in ("SE2321000002-DSK1", "SE2120000021-SSK1"):
        with Caller(services, address, person) as caller:
            items = caller.get("/api/worklist", params={"on": "2019-04-02T08:00:00+02:00"}).json()
            (duty,) = [item for item in items if item["key"] == "hold-follow-up"]
            assert (duty["due"], duty["overdue"], duty["owner"]) == ("2019-04-01", True, "Länsledning Välfärd")
            after = caller.get("/api/worklist", params={"on": "2020-01-01T08:00:00+01:00"}).json()
            assert not [item for item in after if item["key"] == "hold-follow-up"]


@pytest.mark.rule("VML-11-2")
def test_a_local_agreement_holds_for_its_municipality_during_its_period(services: Services, address: str) -> None:
    path = "/api/agreements"
    with Caller(services, address, "SE2321000001-DSK1") as region:
        (version,) = region.get(path).json()
        path = f"{path}/{version['id']}/{version['version']}"
        own = "SE2120000011-KOMMUN"
        terms = {
            "key": "evenings",
            "municipality": own,
            "way": "primary-agreement",
            "principal": "SE2321000001-REGION",
            "providers": ["SE2120000011-VGKOMMUN"],
            "grants": ["local-agreement-closed-hours"],
            "valid_from": "2020-03-01",
            "valid_to": "2020-12-31",
        }
        assert_ok(region.director.act_at(f"{path}/agree-local-agreement", "2020-02-01T09:00:00+01:00", agreed=terms))
        catalogue = services.catalogue
        county, march = "vastmanland", datetime.fromisoformat("2020-03-01T00:00:00+01:00")
        assert catalogue.local(catalogue.in_force(county, march, own), march, own) == ()
        with Caller(services, address, "SE2120000011-SSK1") as municipality:
            assert_ok(
                municipality.director.act_at(f"{path}/agree-local-agreement", "2020-02-02T09:00:00+01:00", agreed=terms)
            )

    catalogue = services.catalogue
    version_in_force = catalogue.in_force(county, march, own)
    (local,) = catalogue.local(version_in_force, march, own)
    assert local.grants == ("local-agreement-closed-hours",)
    assert catalogue.local(version_in_force, datetime.fromisoformat("2020-02-29T23:59:00+01:00"), own) == ()
    assert catalogue.local(version_in_force, datetime.fromisoformat("2021-01-01T00:00:00+01:00"), own) == ()
    assert catalogue.local(version_in_force, march, "SE2120000012-KOMMUN") == ()
    assert_rebuild_identical(services)


def test_a_rebuild_finds_and_mends_a_ledger_that_somebody_has_changed(
    services: Services, region: Caller, municipality: Caller, database: Dsns
) -> None:
    publish_second_version(region, municipality)
    before = region.get(SECOND).json()
    assert database.owner
    with psycopg.connect(database.owner) as owner:
        owner.execute("UPDATE ledger SET body = '{}'")
        owner.execute("DELETE FROM timeline")

    comparison = rebuild(services, replace=True, progress=lambda _: None)

    assert comparison.differences == {"ledger": 2, "timeline": 4}
    assert_rebuild_identical(services)
    assert region.get(SECOND).json() == before


@pytest.mark.rule("B9")
@pytest.mark.parametrize(
    ("person", "at", "keys"),
    [
        ("SE2120000011-SSK1", "2013-02-03", {"care": "residence", "visitors": "stay"}),
        ("SE2120000021-SSK1", "2018-05-01", {"coordination": "listing", "employer": "residence"}),
        ("SE2120000001-SSK1", "2025-04-01", {}),
    ],
)
def test_each_countys_own_version_answers_what_follows_the_person(
    services: Services, address: str, person: str, at: str, keys: dict[str, str]
) -> None:
    with Caller(services, address, person) as caller:
        answer = assert_ok(caller.get("/api/agreements/in-force/following", params={"at": f"{at}T12:00:00+02:00"}))

    for subject in ("care", "visitors", "coordination", "employer"):
        assert answer[subject]["answer"] == keys.get(subject, "not regulated")
        assert bool(answer[subject]["clauses"]) is (subject in keys)


@pytest.mark.rule("VML-19-1")
def test_the_answer_has_a_row_of_its_own_for_asylum_seekers(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as caller:
        moment = {"at": "2013-02-03T12:00:00+02:00"}
        answer = assert_ok(caller.get("/api/agreements/in-force/following", params=moment))
        before = assert_ok(caller.get("/api/agreements/in-force/following", params={"at": "2010-02-03T12:00:00+01:00"}))

    (row,) = [row for row in answer["in_particular"] if "asylum-seeker" in row["conditions"]]
    assert (row["answer"], row["clauses"]) == ("stay", ["VML-19-1"])
    assert (before["answer"], before["duty"]) == ("no agreement", "SE2321000001-REGION")


# --- Ids that stand for something else in an address ------------------------------------------------------------------


@pytest.mark.parametrize("id", sorted(RESERVED_IDS))
def test_a_text_is_not_submitted_under_an_id_that_an_address_needs(region: Caller, id: str) -> None:
    text = second_text().replace(f'id = "{FIRST.id}"', f'id = "{id}"', 1)

    refused = assert_refused(region.act_at("/api/agreements", None, text=text), 422, "TEXT_FAULTY")

    assert f"id is {id}, a word of the service's own; give another id" in refused["title"]
    assert [fault.path for fault in check(text.encode())] == ["id"]


def test_every_word_in_the_place_of_an_id_is_one_that_no_text_can_have(region: Caller) -> None:
    paths = [
        *assert_ok(region.get("/api/openapi.json"))["paths"],
        *(getattr(page, "path", "") for pages in ROUTERS for page in pages.routes),
    ]
    words = {path.partition("/agreements/")[2].partition("/")[0] for path in paths}

    assert words - {"", "{id}"} == RESERVED_IDS
