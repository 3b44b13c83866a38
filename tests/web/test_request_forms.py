"""A request from the need to its end, by forms on pages alone."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.record.rebuild import rebuild
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, PHYSICIAN, TORA, Caller, patient_id
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import find_form, follow, offers, send
from tests.web.html import Page

AUDITOR = "SE2321000000-REVISOR1"
SECRETARY = "SE2321000000-SEKR1"
WARD_NURSE = "SE2321000000-AVDSSK1"
UNIT_A, UNIT_B = "SE2120000001-HSVEKEBY", "SE2120000002-HSVGRANBY"
NEED: dict[str, Any] = {
    "need": "Bensår som behöver läggas om",
    "goal": "Läkt sår",
    "physician_contact": PHYSICIAN,
    "care_contact": DISTRICT_NURSE,
    "text": "Lägga om såret två gånger i veckan",
}


def raise_need(browser: Browser, number: str = TORA, **filled: Any) -> httpx.Response:
    """Find a person by number and send the form of a need, on pages alone."""
    assert browser.page("/").all("a", href="/persons")
    path = follow(send(browser, "/persons", "search", number=number))
    return send(browser, path, "need", **(NEED | filled))


def open_case(browser: Browser, number: str = TORA, **filled: Any) -> str:
    """Raise a need in spite of every request that the page tells of, and return the path of the case."""
    answer = raise_need(browser, number, **filled)
    if answer.status_code == 409:
        action, fields = find_form(answer.text, "/need")
        answer = browser.post(action, data=fields, headers=SAME_ORIGIN)
    return follow(answer)


@pytest.fixture
def resident(module_services: Services, module_address: str) -> str:
    """The number of a person who lives in Ekeby by the register."""
    number = PERSONS[3][0]
    with Caller(module_services, module_address, DISTRICT_NURSE) as region:
        path = f"/api/persons/{patient_id(module_services, number)}/record-residence"
        lives = {"valid_from": "2020-01-01", "county": "orebro", "municipality": MUNICIPALITY_A}
        assert region.post(path, json=lives).status_code == 200
    return number


def test_a_request_is_raised_sent_returned_sent_anew_and_cancelled_on_pages_alone(
    module_services: Services, district_nurse: Browser, nurse: Browser, neighbour: Browser
) -> None:
    case = open_case(district_nurse, PERSONS[2][0])
    assert "Lägga om såret två gånger i veckan" in district_nurse.page(case).text
    assert follow(send(district_nurse, case, "send-referral", unit=UNIT_B)) == case
    assert follow(send(neighbour, case, "return-referral", reason="Hon bor i Ekeby")) == "/"
    assert "Felsänd och återsänd" in district_nurse.page(case).text
    assert "Skicka vårdbegäran på nytt" in district_nurse.page(case).text

    assert follow(send(district_nurse, case, "send-referral", unit=UNIT_A)) == case
    assert not offers(district_nurse, case, "request-cancellation")
    assert follow(send(nurse, case, "acknowledge-referral")) == case
    cancelled = send(district_nurse, case, "request-cancellation", reason="need-ceased", note="Såret har läkt")
    assert follow(cancelled) == case
    told = nurse.page(case).text
    assert "Regionen har bett att den avbryts" in told
    assert "Behovet har upphört. Såret har läkt Väntar på svar" in told
    assert not offers(district_nurse, case, "accept-cancellation")
    assert follow(send(nurse, case, "accept-cancellation")) == case

    told = district_nurse.page(case).text
    assert "gick med på att avbryta vårdbegäran" in told
    for act in ("send-referral", "request-cancellation", "accept-cancellation"):
        assert not offers(district_nurse, case, act)
        assert not offers(nurse, case, act)
    assert rebuild(module_services, replace=False, progress=lambda _: None).is_identical


@pytest.mark.rule("SYS-5")
def test_a_second_request_for_the_same_need_is_told_with_the_case_and_raised_all_the_same_if_the_person_chooses(
    district_nurse: Browser,
) -> None:
    first = open_case(district_nurse, PERSONS[4][0])

    told = raise_need(district_nurse, PERSONS[4][0], goal="Läkt sår före jul")

    assert told.status_code == 409
    page = Page(told.text)
    assert "Det finns redan en öppen begäran om samma behov" in page.text
    assert page.all("a", href=first)
    assert "Läkt sår före jul" in page.text
    action, fields = find_form(told.text, "/need")
    second = follow(district_nurse.post(action, data=fields, headers=SAME_ORIGIN))
    assert second != first
    assert "Begärs trots öppen begäran i" in district_nurse.page(second).text
    assert raise_need(district_nurse, PERSONS[4][0], text="Ge insulin").status_code == 303


def test_a_form_of_a_need_that_is_sent_twice_opens_one_case(district_nurse: Browser) -> None:
    path = follow(send(district_nurse, "/persons", "search", number=PERSONS[5][0]))
    action, fields = find_form(district_nurse.page(path).html, "/need")
    form = fields | NEED

    first, again = (follow(district_nurse.post(action, data=form, headers=SAME_ORIGIN)) for _ in range(2))

    assert first == again


def test_another_line_for_an_intervention_keeps_the_words_and_records_nothing(district_nurse: Browser) -> None:
    path = follow(send(district_nurse, "/persons", "search", number=PERSONS[6][0]))

    more = send(district_nurse, path, "need", **NEED, more="1")

    assert more.status_code == 200
    action, fields = find_form(more.text, "/need")
    assert (fields["need"], fields["text"]) == ([NEED["need"]], [NEED["text"], ""])
    case = follow(
        district_nurse.post(action, data=fields | {"text": [NEED["text"], NEED["text"]]}, headers=SAME_ORIGIN)
    )
    assert district_nurse.page(case).text.count(NEED["text"]) >= 2
    assert len(district_nurse.page(path).all("a", href=case)) == 1


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"need": "Gäller 19420515-9801"}, 400, "har ett personnummer"),
        ({"track": "no-such-track"}, 422, "Välj något som finns"),
        ({"physician_contact": DISTRICT_NURSE}, 403, "Den personen kan inte vara kontakten"),
        ({"despite": str(uuid4())}, 422, "Välj något som finns"),
        ({"source": "nobody"}, 400, "något valdes som inte finns"),
    ],
    ids=["a personal number", "an unknown track", "a contact of another kind", "an unknown case", "an unknown source"],
)
def test_a_need_that_is_refused_keeps_its_words_and_says_what_puts_it_right(
    district_nurse: Browser, changed: dict[str, str], status: int, words: str
) -> None:
    number = PERSONS[7][0]
    refused = raise_need(district_nurse, number, **changed)

    assert refused.status_code == status
    assert words in Page(refused.text).text
    _, fields = find_form(refused.text, "/need")
    assert fields["goal"] == [NEED["goal"]]
    assert not district_nurse.page(follow(send(district_nurse, "/persons", "search", number=number))).all("li")


@pytest.mark.parametrize("number", ["194205159802", "1942", "", "19420515-980X"])
def test_a_number_that_nobody_has_is_told_and_not_repeated(district_nurse: Browser, number: str) -> None:
    answer = send(district_nurse, "/persons", "search", number=number)

    assert answer.status_code in {400, 404}
    if number:
        assert "Kontrollera alla tolv tecken" in answer.text
        assert number not in answer.text


@pytest.mark.parametrize("number", [TORA, f"{TORA[:8]}-{TORA[8:]}", f" {TORA[:8]} {TORA[8:]} "])
def test_a_person_is_found_by_number_and_the_number_stands_in_no_address(district_nurse: Browser, number: str) -> None:
    path = follow(send(district_nurse, "/persons", "search", number=number))

    page = district_nurse.page(path)
    assert "Tora Testsson" in page.text
    addresses = [value for _, own in page.tags for name, value in own.items() if name in ("href", "action")]
    assert not any(TORA[2:8] in str(address) for address in (path, *addresses))
    assert district_nurse.get("/persons/search", params={"number": number}).status_code == 405


def test_the_unit_where_the_person_lives_is_proposed_and_none_after_a_return(
    district_nurse: Browser, nurse: Browser, resident: str
) -> None:
    case = open_case(district_nurse, resident)
    page = district_nurse.page(case)
    assert find_form(page.html, "/send-referral")[1]["unit"] == [UNIT_A]
    assert "Enligt registret bor personen i Ekeby kommun" in page.text
    assert follow(send(district_nurse, case, "send-referral")) == case

    assert follow(send(nurse, case, "return-referral", reason="Hon har flyttat")) == "/"

    assert find_form(district_nurse.page(case).html, "/send-referral")[1]["unit"] == [""]
    assert send(district_nurse, case, "send-referral").status_code == 400


def test_a_request_without_its_contents_is_completed_on_a_page_before_it_is_sent(
    district_nurse: Browser, nurse: Browser
) -> None:
    case = open_case(district_nurse, PERSONS[8][0], goal="", care_contact="")
    refused = send(district_nurse, case, "send-referral", unit=UNIT_A)
    assert refused.status_code == 422
    assert "Komplettera den" in refused.text

    path = f"{case}/supplement-referral"
    assert district_nurse.page(case).all("a", href=path)
    assert "krävs när vårdbegäran skickas" in district_nurse.page(path).text
    changes: dict[str, Any] = {
        "goal": "Läkt sår",
        "care_contact": DISTRICT_NURSE,
        "text": ["Lägga om såret varje dag", "Mäta blodtryck"],
    }
    assert follow(send(district_nurse, path, "supplement-referral", **changes)) == case

    assert follow(send(district_nurse, case, "send-referral", unit=UNIT_A)) == case
    told = nurse.page(case).text
    assert "kompletterade vårdbegäran" in told
    assert "Mäta blodtryck" in told
    assert nurse.get(path).status_code == 404
    stale = district_nurse.page(path).html
    follow(send(nurse, case, "acknowledge-referral"))
    action, fields = find_form(stale, "/supplement-referral")
    overtaken = district_nurse.post(action, data=fields | {"goal": "Mindre sår"}, headers=SAME_ORIGIN)
    assert overtaken.status_code == 412
    assert "Något har hänt i ärendet" in overtaken.text
    action, fields = find_form(overtaken.text, "/supplement-referral")
    assert fields["goal"] == ["Mindre sår"]
    assert follow(district_nurse.post(action, data=fields, headers=SAME_ORIGIN)) == case


def test_a_profession_of_the_text_stands_in_the_form_and_stays_when_it_is_saved(
    module_services: Services, module_address: str, district_nurse: Browser
) -> None:
    diet = {"key": "diet", "text": "Kostråd", "profession": "dietitian"}
    body = {
        "patient_id": patient_id(module_services),
        "request": {"need": "Mat", "interventions": [diet]},
    }
    with Caller(module_services, module_address, DISTRICT_NURSE) as region:
        case = region.post("/api/cases", json=body).json()["case"]
        path = f"/cases/{case}/supplement-referral"
        assert find_form(district_nurse.page(path).html, "/supplement-referral")[1]["profession"] == [
            "dietitian",
            "nurse",
        ]

        follow(send(district_nurse, path, "supplement-referral", goal="Högre vikt"))

        request = region.get(f"/api/cases/{case}/replay").json()["case"]["referral"]["request"]
    assert [each["profession"] for each in request["interventions"]] == ["dietitian"]


def test_a_cancellation_that_is_refused_shows_the_reason_and_can_be_asked_for_again(
    district_nurse: Browser, nurse: Browser
) -> None:
    case = open_case(district_nurse, PERSONS[9][0])
    follow(send(district_nurse, case, "send-referral", unit=UNIT_A))
    follow(send(nurse, case, "acknowledge-referral"))
    assert not offers(nurse, case, "request-cancellation")
    assert send(district_nurse, case, "request-cancellation", reason="").status_code == 400
    follow(send(district_nurse, case, "request-cancellation", reason="duplicate"))
    assert not offers(district_nurse, case, "request-cancellation")

    follow(send(nurse, case, "refuse-cancellation", reason="Behovet finns kvar"))

    assert "Nej Behovet finns kvar" in district_nurse.page(case).text
    assert offers(district_nurse, case, "request-cancellation")
    assert not offers(nurse, case, "accept-cancellation")


def test_a_need_raised_in_error_is_withdrawn_on_its_page(district_nurse: Browser) -> None:
    case = open_case(district_nurse, PERSONS[10][0])

    assert follow(send(district_nurse, case, "withdraw-referral", reason="sent-in-error")) == case

    assert "Skickad av misstag" in district_nurse.page(case).text
    assert not offers(district_nurse, case, "send-referral")


def test_a_person_sees_no_form_for_an_act_that_the_agreement_gives_to_others(
    browse: Callable[[str], Browser], district_nurse: Browser, neighbour: Browser
) -> None:
    secretary, auditor = browse(SECRETARY), browse(AUDITOR)
    case = open_case(secretary, PERSONS[11][0])
    assert not offers(secretary, case, "send-referral")
    assert offers(district_nurse, case, "send-referral")
    assert not any(form["class"] == "act" for form in auditor.page(case).all("form") if "class" in form)
    assert not auditor.page("/").all("a", href="/persons")
    for answer in (
        auditor.get("/persons"),
        auditor.get(f"/persons/{uuid4()}/need"),
        auditor.post("/persons/search", data={"number": TORA}, headers=SAME_ORIGIN),
        secretary.post(f"{case}/send-referral", data={"unit": UNIT_A, "key": str(uuid4())}, headers=SAME_ORIGIN),
    ):
        assert answer.status_code == 403
        assert "Låt någon som har uppgiften göra det" in answer.text
    for path in (case, f"{case}/supplement-referral", f"/persons/{uuid4()}/need"):
        assert neighbour.get(path).status_code == 404


def test_a_ward_raises_a_need_on_its_own_track_and_is_not_offered_to_send_it_as_primary_care_does(
    browse: Callable[[str], Browser],
) -> None:
    ward = browse(WARD_NURSE)
    case = open_case(ward, PERSONS[1][0], physician_contact="", care_contact="")
    assert not offers(ward, case, "send-referral")


FORMS = [
    "/persons/search",
    "/persons/{person}/need",
    "/cases/{case}/supplement-referral",
    "/cases/{case}/send-referral",
    "/cases/{case}/acknowledge-referral",
    "/cases/{case}/withdraw-referral",
    "/cases/{case}/request-cancellation",
    "/cases/{case}/accept-cancellation",
    "/cases/{case}/refuse-cancellation",
    "/agreements/1085641/R1/attach-document",
    "/agreements/1085641/R1/withdraw-version",
]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_taken_from_these_pages_alone_and_from_somebody_who_is_signed_in(
    module_services: Services, module_address: str, district_nurse: Browser, path: str
) -> None:
    sent = path.format(person=patient_id(module_services), case=uuid4())
    form = {"key": "foreign", "number": TORA, "need": "Bensår", "unit": UNIT_A, "reason": "duplicate"}
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert district_nurse.post(sent, data=form, headers=headers).status_code == 403
    assert httpx.get(f"{module_address}/persons").status_code == 401
    answer = httpx.post(module_address + sent, data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "Testsson" not in answer.text
