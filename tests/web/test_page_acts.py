"""Acts from a page: a form becomes an act, or tells in Swedish why it does not."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from service.bootstrap import Services
from service.record.rebuild import rebuild
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, PHYSICIAN, TLS, Caller, patient_id
from tests.web.cases import LiveCase, enrol, establish_plan
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import offers

FORM = re.compile(
    r'<form class="act" method="post" action="([^"]+)">\s*<input type="hidden" name="key" value="([^"]+)">'
)
WARD = "SE2321000000-MEDAVD1"
REQUEST = {
    "need": "Omläggning",
    "goal": "Läkt sår",
    "physician_contact": PHYSICIAN,
    "care_contact": DISTRICT_NURSE,
    "interventions": [{"key": "wound", "text": "Lägga om såret"}],
}


def find_form(browser: Browser, case: str, act: str) -> tuple[str, str]:
    """Find the form of an act on the page of a case, and return its address and its key."""
    page = browser.get(f"/cases/{case}").text
    found = {path: key for path, key in FORM.findall(page) if path.endswith(f"/{act}")}
    assert len(found) == 1, page
    return next(iter(found.items()))


@pytest.fixture
def case(module_services: Services, module_address: str) -> str:
    """A case whose request has been sent to the nurse's municipality."""
    with Caller(module_services, module_address, DISTRICT_NURSE) as region:
        patient = patient_id(module_services)
        need = {"patient_id": patient, "request": REQUEST, "despite": region.list_cases(patient)}
        case = str(region.post("/api/cases", json=need).json()["case"])
        assert region.act(case, "send-referral", receiver=MUNICIPALITY_A).status_code == 200
    return case


def test_a_nurse_returns_a_misdirected_request_from_the_case_page(
    nurse: Browser, district_nurse: Browser, case: str
) -> None:
    path, key = find_form(nurse, case, "return-referral")
    form = {"reason": "Hör till Granby", "key": key}

    answer = nurse.post(path, data=form, headers=SAME_ORIGIN)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert nurse.post(path, data=form, headers=SAME_ORIGIN).status_code == 303
    assert nurse.get(f"/cases/{case}").status_code == 404
    assert f"/cases/{case}" not in nurse.get("/").text
    told = district_nurse.page(f"/cases/{case}").text
    assert "Felsänd och återsänd, väntar på ny mottagare" in told
    assert "återsände vårdbegäran som felsänd" in told
    assert "Hör till Granby" in told
    assert "Skicka den felsända vårdbegäran till rätt mottagare" in district_nurse.page("/").text


def test_only_the_receiver_is_offered_to_return_a_request(district_nurse: Browser, nurse: Browser, case: str) -> None:
    assert "/return-referral" not in district_nurse.get(f"/cases/{case}").text
    assert "/return-referral" in nurse.get(f"/cases/{case}").text
    form = {"reason": "Hör till Granby", "key": "region-1"}
    answer = district_nurse.post(f"/cases/{case}/return-referral", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert "Bara den kommun som fick vårdbegäran kan göra detta" in answer.text
    assert nurse.get(f"/cases/{case}").status_code == 200


def submit(browser: Browser, case: str, act: str, **fields: str) -> httpx.Response:
    """Fill in and send the form of an act on the page of a case, and follow to the page after it."""
    page = browser.get(f"/cases/{case}").text
    found = re.search(rf'<form class="act[^>]+action="(/cases/{case}/{act})">(.*?)</form>', page, re.DOTALL)
    assert found is not None, page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', found[2]))
    return browser.post(found[1], data=hidden | fields, headers=SAME_ORIGIN)


@pytest.mark.rule("SYS-8")
def test_a_question_is_asked_opened_answered_and_the_answer_opened_on_the_case_page(
    nurse: Browser, district_nurse: Browser, case: str
) -> None:
    path = f"/cases/{case}"
    assert "Fråga till regionen" in nurse.page(path).text
    assert "Fråga till kommunen" in district_nurse.page(path).text
    sent = submit(nurse, case, "ask-question", text="Vilket förband har hon?")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{path}#fragor")

    told = district_nurse.page(path).text
    assert "Vilket förband har hon?" in told
    assert "Väntar på svar" in told
    assert "Inte öppnad." in told
    assert "Besvara frågan" in district_nurse.page("/").text
    assert submit(district_nurse, case, "open-question").status_code == 303
    assert "Öppnad " in nurse.page(path).text
    assert "Markera frågan som öppnad" not in district_nurse.page(path).text
    assert submit(district_nurse, case, "answer-question", text="Ett torrt").status_code == 303

    told = nurse.page(path).text
    assert "Besvarad" in told
    assert "Ett torrt" in told
    assert "besvarade frågan" in told
    assert "Öppna svaret på frågan" in nurse.page("/").text
    assert submit(nurse, case, "open-answer").status_code == 303
    assert "Öppna svaret på frågan" not in nurse.page("/").text
    after = nurse.page(path).text
    assert "Inte öppnad." not in after
    assert "öppnade svaret på frågan" in after


@pytest.mark.rule("SYS-8")
def test_a_question_is_withdrawn_on_the_case_page_by_the_party_that_asked_alone(
    nurse: Browser, district_nurse: Browser, case: str
) -> None:
    submit(district_nurse, case, "ask-question", text="När kommer ni?")
    assert "Ta tillbaka frågan" not in nurse.page(f"/cases/{case}").text
    assert submit(district_nurse, case, "withdraw-question").status_code == 303
    told = nurse.page(f"/cases/{case}").text
    assert "Tillbakatagen" in told
    assert "tog tillbaka frågan" in told
    assert '/answer-question"' not in nurse.get(f"/cases/{case}").text


def test_a_form_that_is_sent_again_with_other_words_is_refused_and_says_that_they_are_not_kept(
    nurse: Browser, case: str
) -> None:
    form = {"key": "sent-already", "text": "Vem ringer?"}
    path = f"/cases/{case}/ask-question"
    assert nurse.post(path, data=form, headers=SAME_ORIGIN).status_code == 303

    again = nurse.post(path, data=form | {"text": "Vem ringer i morgon?"}, headers=SAME_ORIGIN)

    assert again.status_code == 422
    assert "Formuläret har redan skickats" in again.text


def test_the_record_holds_an_act_from_a_page_to_be_sound(module_services: Services, nurse: Browser, case: str) -> None:
    assert submit(nurse, case, "ask-question", text="Vem ringer?").status_code == 303

    assert rebuild(module_services, replace=False, progress=lambda _: None).is_identical


def test_a_question_with_a_personal_number_is_refused_and_shown_again_to_its_author_alone(
    nurse: Browser, case: str
) -> None:
    answer = submit(nurse, case, "ask-question", text="Menar ni 19420515-9801?")
    assert answer.status_code == 400
    assert "Skriv om den utan personnummer" in answer.text
    assert answer.text.count("9801") == 1
    assert "19420515-9801?</textarea>" in answer.text
    assert "Menar ni" not in nurse.get(f"/cases/{case}").text


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (b"Br%E4nnm%E4rke", "application/x-www-form-urlencoded"),
        ("Brännsår".encode("latin-1"), "application/x-www-form-urlencoded"),
        ("Brännsår".encode(), "application/x-www-form-urlencoded"),
        (b"Br%C3%A4nns%C3%A5r", "application/x-www-form-urlencoded; charset=iso-8859-1"),
        (b"Brannsar", "text/plain"),
    ],
    ids=["escaped", "raw", "raw UTF-8", "charset", "no form"],
)
def test_a_form_that_is_not_in_utf_8_is_refused_and_not_kept(
    nurse: Browser, case: str, words: bytes, form: str
) -> None:
    headers = SAME_ORIGIN | {"Content-Type": form}

    answer = nurse.post(f"/cases/{case}/ask-question", content=b"key=latin-1&text=" + words, headers=headers)

    assert answer.status_code == 400
    assert "tecken som inte är skrivna i UTF-8" in answer.text
    page = nurse.get(f"/cases/{case}").text
    assert "\ufffd" not in page
    assert "Väntar på svar" not in page


def test_no_question_is_asked_on_a_page_of_the_past(nurse: Browser, case: str) -> None:
    submit(nurse, case, "ask-question", text="Vilket förband har hon?")
    found = re.search(r'href="([^"]+)">Första händelsen', nurse.get(f"/cases/{case}").text)
    assert found is not None
    then = nurse.get(unescape(found[1])).text
    assert "Vilket förband har hon?" not in then
    assert '/ask-question"' not in then


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_an_act_from_another_site_is_refused(nurse: Browser, case: str, headers: dict[str, str]) -> None:
    form = {"reason": "Hör till Granby", "key": "foreign-1"}
    assert nurse.post(f"/cases/{case}/return-referral", data=form, headers=headers).status_code == 403
    assert nurse.get(f"/cases/{case}").status_code == 200


def test_an_act_needs_somebody_who_is_signed_in(module_address: str, case: str) -> None:
    with Browser(base_url=module_address, verify=TLS) as stranger:
        form = {"reason": "Hör till Granby", "key": "nobody-1"}
        assert stranger.post(f"/cases/{case}/return-referral", data=form, headers=SAME_ORIGIN).status_code == 401


@pytest.fixture
def in_hospital(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """A case whose person the region has told is in hospital."""
    with establish_plan(module_services, module_address) as case:
        enrol(case)
        case.act(case.region, "2025-05-05 14:00", "record-admission", ward=WARD, expected_end="2025-05-08")
        yield case


@pytest.mark.rule("E14")
def test_a_nurse_sees_on_the_page_that_care_rests_and_acknowledges_it_there(
    nurse: Browser, district_nurse: Browser, in_hospital: LiveCase
) -> None:
    path = f"/cases/{in_hospital.id}"
    for page in (nurse.page(path).text, district_nurse.page(path).text):
        assert "Personen är på sjukhus sedan 5 maj 2025 kl. 14.00. Vården i hemmet vilar." in page
        assert "väntas hem 8 maj 2025" in page
        assert "meddelade för regionens del att personen är på sjukhus" in page
        assert "På sjukhus: vården i hemmet vilar" in page
    assert "Kvittera att personen är på sjukhus; vården i hemmet vilar" in nurse.page("/").text
    assert not offers(district_nurse, path, "acknowledge-stay")
    address, key = find_form(nurse, in_hospital.id, "acknowledge-stay")

    answer = nurse.post(address, data={"news": "admission", "key": key}, headers=SAME_ORIGIN)

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert not offers(nurse, path, "acknowledge-stay")
    assert "kvitterade för kommunens del beskedet att personen är på sjukhus" in nurse.page(path).text
    in_hospital.act(in_hospital.region, "2025-05-08 11:00", "record-homecoming")
    home = nurse.page(path).text
    assert "Vården i hemmet vilar." not in home
    assert "Var på sjukhus" in home
    assert "5 maj 2025 kl. 14.00 till 8 maj 2025 kl. 11.00" in home
    stale = nurse.post(address, data={"news": "admission", "key": "stale-1"}, headers=SAME_ORIGIN)
    assert stale.status_code == 409


@pytest.mark.rule("E14")
def test_each_news_of_a_stay_that_waits_has_its_own_button(
    nurse: Browser, district_nurse: Browser, in_hospital: LiveCase
) -> None:
    case, path = in_hospital, f"/cases/{in_hospital.id}"
    wrong = case.region.get(f"/api/cases/{case.id}/timeline").json()[-1]["event_id"]
    case.act(case.municipality, "2025-05-08 11:00", "record-homecoming")
    case.act(case.region, "2025-05-12 09:00", "record-admission")
    case.act(case.region, "2025-05-12 10:00", "correct-fact", corrects=wrong, reason="mistake")
    page = nurse.get(path).text
    buttons = re.findall(r'<button name="news" value="([a-z]+)">Kvittera att ([^<]+)</button>', page)
    assert buttons == [
        ("admission", "personen är på sjukhus"),
        ("correction", "en vistelse på sjukhus var fel registrerad"),
    ]

    for news, words in buttons:
        assert f"Kvittera att {words}" in nurse.get(path).text
        assert submit(nurse, case.id, "acknowledge-stay", news=news).status_code == 303

    assert "Kvittera att" not in nurse.get(path).text


@pytest.mark.rule("SYS-8")
def test_the_heading_of_a_question_has_the_plan_in_the_middle_of_its_sentence(
    nurse: Browser, in_hospital: LiveCase
) -> None:
    sent = submit(nurse, in_hospital.id, "ask-question", text="Gäller dosen?", plan=in_hospital.plan)
    assert sent.status_code == 303

    assert "<h3>Fråga till regionen om medicinsk behandlingsplan</h3>" in nurse.get(f"/cases/{in_hospital.id}").text
