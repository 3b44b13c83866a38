"""Versions that their author withdraws before they are published, and submits anew, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from service.bootstrap import Services
from tests.live import DIRECTOR, DIRECTOR_A, NURSE_A, TLS, Caller, patient_id
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.test_rules_over_http import NURSE, text_with
from tests.web.conftest import Browser

PATH = "/api/agreements/EX-7/2"
TEXT = text_with(*NURSE).replace("valid_to = 2024-12-31", "valid_to = 2099-12-31")
OTHER = TEXT + "# rättad\n"
REGION, COORDINATOR = "SE2321000000-REGION", "SE2321000000-SEKR1"


@pytest.fixture
def draft(region: Caller, municipality: Caller) -> Caller:
    """A version that the region has submitted and the municipality has signed, and the region's nurse."""
    assert_ok(region.director.act_at("/api/agreements", None, text=TEXT))
    assert_ok(municipality.director.act_at(f"{PATH}/sign-version", None))
    return region


def withdraw(caller: Caller, **content: str) -> None:
    """Withdraw the version."""
    assert_ok(caller.director.act_at(f"{PATH}/withdraw-version", None, **content))


def list_versions(caller: Caller) -> list[dict[str, object]]:
    """Return the county's versions."""
    answer = caller.get("/api/agreements")
    assert answer.status_code == 200
    found: list[dict[str, object]] = answer.json()
    return found


def test_a_half_signed_draft_is_withdrawn_by_its_author_and_listed_as_withdrawn(
    services: Services, draft: Caller, municipality: Caller
) -> None:
    answer = assert_ok(draft.director.act_at(f"{PATH}/withdraw-version", None, reason="Fel första dag"))

    (event,) = answer["events"]
    assert (event["topic"], event["content"]) == ("contract.version-withdrawn.v1", {"reason": "Fel första dag"})
    (listed,) = [found for found in list_versions(municipality) if found["id"] == "EX-7"]
    assert (listed["status"], listed["submitted_by"], listed["in_force_with"]) == ("withdrawn", REGION, {})
    assert listed["withdrawn_at"] is not None
    assert_rebuild_identical(services)


@pytest.mark.parametrize("act", ["sign-version", "publish-version", "withdraw-version", "hold-follow-up"])
def test_nothing_more_is_done_with_a_withdrawn_version(draft: Caller, act: str) -> None:
    withdraw(draft)
    content = {"revision_needed": False} if act == "hold-follow-up" else {}

    refused = assert_refused(draft.director.act_at(f"{PATH}/{act}", None, **content), 409, "WRONG_STATE")

    assert "withdrawn" in refused["title"]
    form = {"Content-Type": "text/plain"}
    assert_refused(
        draft.director.post(f"{PATH}/attach-document", content="1 Inledning", headers=form), 409, "WRONG_STATE"
    )


def test_only_the_principal_that_submitted_a_version_withdraws_it(
    services: Services, address: str, draft: Caller, municipality: Caller
) -> None:
    refused = assert_refused(municipality.director.act_at(f"{PATH}/withdraw-version", None), 403, "NOT_YOUR_PRINCIPAL")

    assert refused["where"] == ["submitted_by"]
    with Caller(services, address, "SE2321000000-REVISOR1") as auditor:
        assert_refused(auditor.act_at(f"{PATH}/withdraw-version", None), 403, "ACTOR_NOT_ALLOWED")
    with Caller(services, address, "SE2321000001-DSK1") as stranger:
        assert_refused(stranger.director.act_at(f"{PATH}/withdraw-version", None), 404, "NOT_FOUND")
    with Caller(services, address, COORDINATOR) as colleague:
        withdraw(colleague)


def test_a_published_version_and_one_of_the_package_are_not_withdrawn(draft: Caller) -> None:
    for path in (PATH, "/api/agreements/1085641/R1"):
        if path == PATH:
            assert_ok(draft.director.act_at(f"{path}/sign-version", None))
            assert_ok(draft.director.act_at(f"{path}/publish-version", None))
        assert_refused(draft.director.act_at(f"{path}/withdraw-version", None), 409, "WRONG_STATE")


@pytest.mark.parametrize("text", [TEXT, OTHER], ids=["the same text", "another text"])
def test_a_withdrawn_version_is_submitted_anew_by_either_party_and_signed_from_the_beginning(
    services: Services, draft: Caller, municipality: Caller, text: str
) -> None:
    withdraw(draft)

    again = municipality.director.act_at("/api/agreements", None, text=text)

    assert again.status_code == 201
    found = assert_ok(draft.get(PATH))
    assert (found["status"], found["signatures"], found["withdrawn_at"]) == ("draft", [], None)
    assert draft.get(f"{PATH}/text").text == text
    assert [entry["topic"].split(".")[1] for entry in found["history"]] == [
        "version-submitted",
        "version-signed",
        "version-withdrawn",
        "version-submitted",
    ]
    assert_refused(draft.director.act_at("/api/agreements", None, text=OTHER), 409, "VERSION_EXISTS")
    assert_refused(draft.director.act_at(f"{PATH}/withdraw-version", None), 403, "NOT_YOUR_PRINCIPAL")
    for caller in (draft, municipality):
        assert_ok(caller.director.act_at(f"{PATH}/sign-version", None))
    assert_ok(draft.director.act_at(f"{PATH}/publish-version", None))
    assert assert_ok(draft.get(PATH))["status"] == "published"
    assert_rebuild_identical(services)


def test_a_version_that_was_withdrawn_has_the_documents_that_are_attached_to_it_anew(draft: Caller) -> None:
    form, content = {"Content-Type": "text/plain"}, "1 Inledning"
    assert_ok(draft.director.post(f"{PATH}/attach-document", content=content, headers=form))
    withdraw(draft)
    assert_ok(draft.director.act_at("/api/agreements", None, text=OTHER))

    assert assert_ok(draft.get(PATH))["documents"] == []
    assert len(assert_ok(draft.director.post(f"{PATH}/attach-document", content=content, headers=form))["events"]) == 1
    assert draft.get(f"{PATH}/document").text == content


def test_of_many_who_submit_a_withdrawn_version_anew_one_does(services: Services, address: str, draft: Caller) -> None:
    withdraw(draft)

    def submit(person: str) -> int:
        with Caller(services, address, person) as caller:
            return caller.director.act_at("/api/agreements", None, text=OTHER).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(submit, [DIRECTOR, DIRECTOR_A] * 3))

    assert statuses == [201] + [409] * 5
    assert_rebuild_identical(services)


def test_a_repeated_withdrawal_gets_the_first_answer(draft: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (draft.director.post(f"{PATH}/withdraw-version", json={}, headers=key) for _ in range(2))

    assert (first.status_code, first.content) == (200, again.content)


@pytest.mark.rule("SYS-2")
def test_an_act_without_an_agreement_no_longer_names_a_version_that_was_withdrawn(
    services: Services, draft: Caller, municipality: Caller
) -> None:
    need = {
        "patient_id": patient_id(services),
        "request": {"need": "Gångträning"},
        "occurred_at": "2024-06-10T10:00:00Z",
    }
    before = assert_refused(municipality.act_at("/api/cases", None, **need), 422, "NO_AGREEMENT_IN_FORCE")
    withdraw(draft)

    after = assert_refused(municipality.act_at("/api/cases", None, **need), 422, "NO_AGREEMENT_IN_FORCE")

    assert "EX-7" in before["title"]
    assert "EX-7" not in after["title"] + after["remedy"]


def test_the_pages_show_that_a_version_was_withdrawn_and_by_whom(
    services: Services, address: str, draft: Caller
) -> None:
    withdraw(draft)
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        browser.sign_in(services, NURSE_A)
        for path in ("/agreements", "/agreements/EX-7/2"):
            text = browser.page(path).text
            assert "Tillbakadragen" in text
            assert "kan läggas fram på nytt" in text
