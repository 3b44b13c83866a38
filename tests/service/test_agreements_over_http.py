"""Publishing an agreement version as an act of both parties, over real HTTP on a real database."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from domain.agreements.publication import published, text_of
from service.bootstrap import Services
from service.http import CLOCK
from tests.live import (
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    NURSE_A,
    NURSE_B,
    Caller,
    patient_id,
)
from tests.service.test_acts_over_http import REQUEST, assert_rebuild_identical

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
REGION = "SE2321000000-REGION"
FIRST = published().agreements[0].ref
"""The version that came with the package: in force from 2025-03-11 without an end."""
SECOND = f"/api/agreements/{FIRST.id}/R2"


def text(*, version: str = "R2", valid_from: str = "2026-01-01", more: str = "") -> str:
    """The package's own text as another version."""
    written = text_of(FIRST).decode()
    return (
        written.replace('version = "R1"', f'version = "{version}"', 1)
        .replace("valid_from = 2025-03-11", f"valid_from = {valid_from}", 1)
        .replace("\n[document]", f"\n{more}\n[document]", 1)
    )


def act(caller: Caller, path: str, at: str, **content: Any) -> httpx.Response:
    return caller.post(path, json=content, headers={CLOCK: at})


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    said: dict[str, Any] = answer.json()
    return said


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    said: dict[str, Any] = answer.json()
    return said


def in_force(caller: Caller, at: str, municipality: str) -> str | None:
    answer = caller.get("/api/agreements/in-force", params={"at": at, "municipality": municipality})
    assert answer.status_code == 200, answer.text
    agreement = answer.json()["agreement"]
    return agreement["version"] if agreement else None


@pytest.fixture
def region(services: Services, address: str) -> Iterator[Caller]:
    """A district nurse of the region."""
    with Caller(services, address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def municipality(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of municipality A."""
    with Caller(services, address, NURSE_A) as caller:
        yield caller


@pytest.fixture
def elsewhere(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of municipality B."""
    with Caller(services, address, NURSE_B) as caller:
        yield caller


def second_version(region: Caller, municipality: Caller, **written: str) -> None:
    """A second version, published on 1 February 2026 by the region and municipality A alone."""
    done(act(region, "/api/agreements", "2025-12-01T09:00:00+01:00", text=text(**written)))
    done(act(region, f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))
    done(act(municipality, f"{SECOND}/sign-version", "2026-02-01T09:00:00+01:00"))
    done(act(municipality, f"{SECOND}/publish-version", "2026-02-01T10:00:00+01:00"))


def opened(region: Caller, services: Services, at: str) -> str:
    """A case, sent to municipality A."""
    body = {"patient_id": patient_id(services), "request": REQUEST}
    return str(done(region.post("/api/cases", json=body, headers={CLOCK: at}))["case"])


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_that_one_party_has_signed_is_not_published(region: Caller, municipality: Caller) -> None:
    done(act(region, "/api/agreements", "2025-12-01T09:00:00+01:00", text=text()))
    assert refused(act(region, f"{SECOND}/publish-version", "2025-12-02T09:00:00+01:00"), 409, "OTHER_PARTY_MISSING")[
        "where"
    ] == ["region", "municipality"]
    done(act(region, f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))

    missing = refused(act(region, f"{SECOND}/publish-version", "2026-02-01T09:00:00+01:00"), 409, "OTHER_PARTY_MISSING")

    assert missing["where"] == ["municipality"]
    assert in_force(region, "2026-03-01T12:00:00+01:00", MUNICIPALITY_A) == "R1"
    assert region.get(SECOND).json()["status"] == "draft"


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_is_in_force_from_the_day_of_both_signatures_and_only_with_those_who_signed(
    services: Services, region: Caller, municipality: Caller
) -> None:
    second_version(region, municipality)

    assert in_force(region, "2026-01-31T23:59:00+01:00", MUNICIPALITY_A) == "R1"
    assert in_force(region, "2026-02-01T00:00:00+01:00", MUNICIPALITY_A) == "R2"
    assert in_force(region, "2026-03-01T12:00:00+01:00", MUNICIPALITY_B) == "R1"
    told = region.get(SECOND).json()
    assert told["status"] == "published"
    assert told["in_force_with"] == {MUNICIPALITY_A: {"first": "2026-02-01", "last": None}}
    assert told["not_signed"] == [MUNICIPALITY_B]
    assert_rebuild_identical(services)


@pytest.mark.rule("SKR-3-8")
def test_a_municipality_without_an_agreement_gets_the_answer_that_the_region_keeps_the_duty(
    services: Services, region: Caller
) -> None:
    told = region.get(
        "/api/agreements/in-force", params={"at": "2025-03-10T12:00:00+01:00", "municipality": MUNICIPALITY_A}
    ).json()

    assert (told["answer"], told["duty"], told["rule"]) == ("no agreement", REGION, "SKR-3-8")


@pytest.mark.rule("GAV-8-1")
def test_a_municipality_that_the_text_does_not_name_is_no_party(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    second_version(region, municipality, more='municipalities = ["Ekeby kommun"]')

    refused(act(elsewhere, f"{SECOND}/sign-version", "2026-02-02T09:00:00+01:00"), 403, "NOT_PARTY_OF_AGREEMENT")

    assert in_force(region, "2026-02-02T12:00:00+01:00", MUNICIPALITY_A) == "R2"
    assert in_force(region, "2026-02-02T12:00:00+01:00", MUNICIPALITY_B) == "R1"


@pytest.mark.rule("GAV-8-2")
def test_a_text_of_the_package_is_in_force_and_tells_that_its_signatures_are_not_on_file(
    region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    first = f"/api/agreements/{FIRST.id}/{FIRST.version}"
    told = region.get(first).json()
    assert (told["status"], told["shipped"], told["note"]) == ("published", True, "signatures not on file")

    for caller in (region, municipality, elsewhere):
        done(act(caller, f"{first}/sign-version", "2025-04-01T09:00:00+02:00"))

    assert region.get(first).json()["note"] is None


def test_nobody_signs_twice(region: Caller) -> None:
    done(act(region, "/api/agreements", "2025-12-01T09:00:00+01:00", text=text()))
    done(act(region, f"{SECOND}/sign-version", "2025-12-10T09:00:00+01:00"))

    refused(act(region, f"{SECOND}/sign-version", "2025-12-11T09:00:00+01:00"), 409, "WRONG_STATE")


@pytest.mark.rule("GAV-3-1")
def test_a_version_that_both_parties_end_early_is_not_cited_after_its_last_day(
    services: Services, region: Caller, municipality: Caller
) -> None:
    second_version(region, municipality, more='end_condition = "Gäller tills staten har ändrat lagen."')
    ending = {"last_day": "2026-05-31", "condition": "The law was changed."}
    refused(act(region, f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **ending), 422, "END_CONDITION_MISSING")
    cited = ending | {"clauses": ["ORE-0-2"]}
    past = cited | {"last_day": "2026-04-30"}
    refused(act(region, f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **past), 422, "NOT_RETROACTIVE")

    done(act(region, f"{SECOND}/end-version", "2026-05-01T09:00:00+02:00", **cited))
    assert in_force(region, "2026-06-01T12:00:00+02:00", MUNICIPALITY_A) == "R2"
    done(act(municipality, f"{SECOND}/end-version", "2026-05-02T09:00:00+02:00", **cited))

    assert in_force(region, "2026-05-31T23:59:00+02:00", MUNICIPALITY_A) == "R2"
    assert in_force(region, "2026-06-01T00:00:00+02:00", MUNICIPALITY_A) == "R1"
    assert region.get(SECOND, params={"on": "2026-06-01T12:00:00+02:00"}).json()["status"] == "ended"
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-1")
def test_an_act_stands_on_the_version_in_force_when_it_occurred_however_late_it_is_recorded(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = opened(region, services, "2026-01-10T09:00:00+01:00")
    done(region.act(case, "send-referral", at="2026-01-10T10:00:00+01:00", receiver=MUNICIPALITY_A))
    second_version(region, municipality)

    late = {"occurred_at": "2026-01-11T09:00:00+01:00"}
    done(municipality.act(case, "acknowledge-referral", at="2026-02-10T09:00:00+01:00", **late))
    done(municipality.act(case, "contact-principal", at="2026-02-10T10:00:00+01:00"))

    entries = region.get(f"/api/cases/{case}/timeline").json()
    stood_on = {entry["topic"]: entry["agreement"] for entry in entries}
    assert stood_on["referral.acknowledged.v1"] == f"{FIRST.id} R1"
    assert stood_on["referral.principal-contacted.v1"] == f"{FIRST.id} R2"
    assert_rebuild_identical(services)
