"""The page that asks who would be responsible in a situation."""

import pytest

from service.bootstrap import Services
from tests.live import TLS
from tests.web.conftest import Browser
from tests.web.html import Page

PATH = "/agreements/responsible"
TODAY = "2025-04-01"


def test_the_agreements_page_leads_to_a_form_in_the_words_of_the_text(nurse: Browser) -> None:
    assert any(link.get("href") == PATH for link in nurse.page("/agreements").all("a"))
    page = nurse.page(PATH, day=TODAY)

    assert "Lämna öppet" in page.text
    assert "arbetsterapeut" in page.text
    assert [option.get("value") for option in page.all("option", value="health-centre")] == ["health-centre"]
    assert "svar" not in page.ids


@pytest.mark.rule("ORE-1.2-2", "SKR-7-2")
def test_the_answer_says_who_by_which_clause_and_on_which_facts_it_depends(nurse: Browser) -> None:
    asked = {"day": TODAY, "profession": "nurse", "setting": "ordinary", "municipality": "SE2120000001-KOMMUNA"}
    page = nurse.page(PATH, **asked)

    assert "Huvudman (behandlingsansvar)Region Demo" in page.text
    assert "ArbetsgivareRegion Demo (SKR-7-2)" in page.text
    assert "Du frågade om yrke: sjuksköterska; boendeform: ordinärt boende." in page.text
    assert "Tas för givet: vårdnivå: primärvårdsnivå; inskriven i hemsjukvården: nej; punktinsats: nej; " in page.text
    assert "gäller inte: behandlingsansvaret ligger kvar inom den specialiserade vården." in page.text
    assert "Svaret beror på" in page.text
    assert "ORE-3-1" in page.text
    enrolled = nurse.page(PATH, **asked, enrolled="yes")
    assert "UtförareEkeby kommun" in enrolled.text
    assert "ORE-1.2-2" in enrolled.text
    assert [option.get("value") for option in enrolled.all("option") if "selected" in option] == [
        "SE2120000001-KOMMUNA",
        "nurse",
        "ordinary",
        "yes",
    ]


@pytest.mark.rule("SYS-7")
def test_silence_is_an_answer_on_the_page(nurse: Browser) -> None:
    page = nurse.page(PATH, day=TODAY, intervention="home-care-as-a-whole", enrolled="no")

    assert "Svar Inte reglerat" in page.text
    assert "Texten svarar inte på frågan" in page.text


def test_rows_that_contradict_each_other_stand_side_by_side(module_services: Services, module_address: str) -> None:
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        browser.sign_in(module_services, "SE2120000011-SSK1")
        answer = browser.get(
            PATH,
            params={
                "profession": "nurse",
                "age": "40",
                "circumstances": ["criteria-met", "asylum-seeker", "doctor-elsewhere"],
            },
        )

    assert answer.status_code == 200
    assert "Överenskommelsen säger emot sig själv" in answer.text
    read = Page(answer.text).text
    assert all(words in read for words in ("avsteg har gjorts och asylsökande", "VML-19-1", "VML-13-1"))
    assert "asylum-seekers" not in read


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"profession": "dentist"}, "yrke"),
        ({"municipality": "SE2120000011-KOMMUN", "profession": "nurse"}, "kommun"),
        ({"age": "old", "profession": "nurse"}, "ålder"),
        ({"enrolled": "perhaps"}, "inskriven i hemsjukvården"),
        ({"circumstances": "moonlight"}, "omständigheter"),
    ],
)
def test_a_word_that_the_text_does_not_know_names_its_field_and_leaves_the_form(
    nurse: Browser, asked: dict[str, str], field: str
) -> None:
    answer = nurse.get(PATH, params={"day": TODAY, **asked})

    assert answer.status_code == 400
    assert f"känner inte det som valdes för {field}" in answer.text
    assert "<form" in answer.text


def test_a_day_that_is_none_is_refused(nurse: Browser) -> None:
    assert nurse.get(PATH, params={"day": "yesterday"}).status_code == 400


@pytest.mark.rule("SKR-3-8", "INF-2-1")
def test_where_no_agreement_is_in_force_the_national_background_answers(nurse: Browser) -> None:
    page = nurse.page(PATH, day="2020-05-02", profession="nurse")

    assert "Ingen överenskommelse gäller den dagen" in page.text
    assert "Huvudman (behandlingsansvar)Region Demo" in page.text
