"""Forms that pages refuse: with a key that is no key, and with fields that the page does not have."""

from typing import Any
from uuid import uuid4

import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.web.routes import ROUTERS
from tests.live import DIRECTOR, TLS, patient_id
from tests.service.test_documents_over_http import PDF
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import find_form, follow, send
from tests.web.test_request_forms import NEED, open_case

VERSION = "/agreements/1085641/R1"
ROUTES = [route for router in ROUTERS for route in router.routes]
POSTS = sorted({getattr(route, "path", "") for route in ROUTES if "POST" in getattr(route, "methods", ())})
"""The paths of all forms of all pages."""
PAGES = sorted({path for route in ROUTES if "{" not in (path := getattr(route, "path", "")) and path not in POSTS})
"""The paths of all pages that are not about one thing."""


@pytest.mark.parametrize("key", ["", "två nycklar", "k" * 201], ids=["empty", "no key", "too long"])
def test_a_form_without_a_key_of_its_own_records_nothing(
    module_services: Services, module_address: str, district_nurse: Browser, key: str
) -> None:
    need = follow(send(district_nurse, "/persons", "search", number=PERSONS[2][0]))
    case = open_case(district_nurse, PERSONS[3][0])
    before = district_nurse.page("/").html.count("/cases/")

    refused = [
        send(district_nurse, need, "need", **NEED, key=key),
        send(district_nurse, f"{case}/supplement-referral", "supplement-referral", need="Annat", key=key),
        send(district_nurse, case, "withdraw-referral", reason="duplicate", key=key),
    ]
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        director = browser.sign_in(module_services, DIRECTOR)
        file = {"document": ("dokument.pdf", PDF)}
        path = f"{VERSION}/attach-document"
        refused.append(director.post(path, data={"key": key}, files=file, headers=SAME_ORIGIN))

    assert [answer.status_code for answer in refused] == [400] * 4
    assert district_nurse.page("/").html.count("/cases/") == before
    assert "Annat" not in district_nurse.page(case).text
    assert "Dokumentet som PDF" not in district_nurse.page(VERSION).text


@pytest.mark.parametrize("path", POSTS)
def test_no_page_passes_over_a_field_of_a_form_that_it_does_not_have(
    module_services: Services, district_nurse: Browser, path: str
) -> None:
    places = {"case_id": uuid4(), "person_id": patient_id(module_services), "id": "1085641", "version": "R1"}
    for act in ("open-question", "withdraw-question"):
        sent = path.format(**places, act=act)
        answer = district_nurse.post(sent, data={"reson": "Fel stavat"}, headers=SAME_ORIGIN)

        assert answer.status_code == 400
        assert "går inte att läsa" in answer.text


@pytest.mark.parametrize(
    "change", [{"noot": "Såret har läkt"}, {"note": ["Ett", "Två"]}, {"reason": ["duplicate", "need-ceased"]}]
)
def test_a_form_with_a_field_too_many_is_refused_and_says_so(
    district_nurse: Browser, nurse: Browser, change: dict[str, Any]
) -> None:
    case = open_case(district_nurse, PERSONS[4][0])
    assert follow(send(district_nurse, case, "send-referral", unit="SE2120000001-HSVEKEBY")) == case
    assert follow(send(nurse, case, "acknowledge-referral")) == case

    answer = send(district_nurse, case, "request-cancellation", **({"reason": "need-ceased"} | change))

    assert answer.status_code == 400
    assert "ett fält finns inte på sidan, saknas eller står två gånger" in answer.text
    assert "har bett att den avbryts" not in nurse.page(case).text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_passes_over_a_field_of_its_address_that_it_does_not_have(district_nurse: Browser, path: str) -> None:
    assert district_nurse.get(path).status_code == 200
    assert district_nurse.get(path, params={"munipality": "SE2120000001-KOMMUNA"}).status_code == 400


def test_a_misspelt_time_of_a_case_is_not_answered_for_now(district_nurse: Browser) -> None:
    case = open_case(district_nurse, PERSONS[5][0])

    assert district_nurse.get(case, params={"mode": "as-known-now"}).status_code == 200
    for asked in ({"time": "2025-04-01T09:00"}, {"t": ["2025-04-01T09:00", "2026-01-01T09:00"]}):
        assert district_nurse.get(case, params=asked).status_code == 400


def test_a_request_offers_the_reasons_that_are_possible_as_it_stands(district_nurse: Browser, nurse: Browser) -> None:
    def list_reasons(act: str) -> list[str | None]:
        _, fields = find_form(district_nurse.page(case).html, f"/{act}")
        form = district_nurse.page(case).html.split(f'/{act}"')[1].split("</form>")[0]
        assert fields["reason"] == [""]
        return [part.split('"')[0] for part in form.split('<option value="')[2:]]

    of_the_person = ["death", "move", "individual-refuses"]
    case = open_case(district_nurse, PERSONS[6][0])
    assert list_reasons("withdraw-referral") == [
        "by-sender",
        "need-ceased",
        "duplicate",
        "sent-in-error",
        *of_the_person,
    ]
    assert follow(send(district_nurse, case, "send-referral", unit="SE2120000001-HSVEKEBY")) == case
    assert follow(send(nurse, case, "acknowledge-referral")) == case
    assert list_reasons("withdraw-referral") == of_the_person
    assert list_reasons("request-cancellation") == ["need-ceased", "duplicate", "sent-in-error"]
