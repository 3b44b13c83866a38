"""The pages of a case and the first page, from a real server on a real database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.kernel import SWEDEN
from domain.person import NumberSystem
from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.web.swedish import format_day
from tests.agreements.orebro import OREBRO
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, TORA
from tests.web.cases import (
    LATE_POSITION,
    WOUND,
    LiveCase,
    at,
    enrol,
    establish_plan,
    establish_seven_day_plan,
    make_assessment,
    raise_need,
)
from tests.web.conftest import Browser
from tests.web.html import Page, read_visible

BEFORE_START = at("2025-04-11 09:00")
AFTER_START = at("2025-04-12 12:00")
IN_DISPUTE = at("2025-03-26 12:00")


def read_responsibility(page: Page) -> str:
    """Return the words of the responsibility table's rows that hold at T."""
    rows = page.html.split('<tr class="holds">')[1:]
    return " ".join(Page(row.split("</tr>")[0]).text for row in rows)


@contextmanager
def protect(services: Services, person: UUID) -> Iterator[None]:
    """Protect the person's identity during the block."""
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner, autocommit=True) as owner:
        owner.execute("UPDATE person SET protected = true WHERE id = %s", (person,))
        yield
        owner.execute("UPDATE person SET protected = false WHERE id = %s", (person,))


def read_band(page: Page) -> str:
    """Return the HTML of the band."""
    return page.html.split('<div class="band">')[1].split("<table")[0]


@pytest.mark.rule("SYS-3")
def test_another_municipality_does_not_see_a_case(neighbour: Browser, discharged: LiveCase) -> None:
    task = discharged.region.get(f"/api/cases/{discharged.id}/replay").json()["resources"][0]
    for path in ("", f"/resources/{task['resourceType']}/{task['id']}"):
        answer = neighbour.get(f"/cases/{discharged.id}{path}")
        assert answer.status_code == 404
        assert "Testsson" not in answer.text
    assert "Testsson" not in neighbour.page("/").text


def test_an_unknown_case_and_an_unknown_path_give_a_page(nurse: Browser) -> None:
    for path in (f"/cases/{uuid4()}", "/cases/x", "/nowhere"):
        answer = nurse.get(path)
        assert answer.status_code == 404
        assert "Finns inte" in Page(answer.text).text
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "parameters",
    [{"t": "yesterday"}, {"t": "0001-01-01T00:00"}, {"mode": "x"}, {"step": "1" * 20}, {"step": "-1"}, {"step": "x"}],
    ids=str,
)
def test_an_unreadable_question_gives_a_page(nurse: Browser, discharged: LiveCase, parameters: dict[str, str]) -> None:
    answer = nurse.get(f"/cases/{discharged.id}", params=parameters)
    assert answer.status_code == 400
    assert "Går inte att läsa" in answer.text


def test_the_region_performs_before_the_start_and_the_municipality_after(nurse: Browser, discharged: LiveCase) -> None:
    before = nurse.page(f"/cases/{discharged.id}", t=BEFORE_START)
    after = nurse.page(f"/cases/{discharged.id}", t=AFTER_START)
    assert f"{WOUND['text']} Gäller vid vald tid" in read_responsibility(before)
    assert "tills vidare Region Demo" in read_responsibility(before)
    assert "tills vidare Ekeby kommun" in read_responsibility(after)
    assert "Ekeby kommun" not in read_band(before).split("</ul>")[1]
    assert "Utför: Ekeby kommun" in read_band(after)
    assert "ORE-1.2-2" in read_responsibility(after)


def test_moving_t_changes_the_page(nurse: Browser, discharged: LiveCase) -> None:
    early = nurse.page(f"/cases/{discharged.id}", t=at("2025-04-02 09:00"))
    late = nurse.page(f"/cases/{discharged.id}", t=at("2025-06-20 09:00"))
    assert "Kvitterad" in early.text
    assert "Inte inskriven i hemsjukvården" in early.text
    assert "kvitterade vårdbegäran" in early.text
    assert "skrev in personen" not in early.text
    assert "Utskriven från hemsjukvården" in late.text
    assert "skrev in personen" in late.text


def test_a_time_without_offset_is_swedish_local_time(nurse: Browser, discharged: LiveCase) -> None:
    page = nurse.page(f"/cases/{discharged.id}", t="2025-04-02T08:30:00")
    assert "Vald tid: 2 april 2025 kl. 08.30" in page.text


def test_the_links_lead_through_the_case_event_by_event(nurse: Browser, disputed: LiveCase) -> None:
    page = nurse.page(f"/cases/{disputed.id}", t=at("2025-03-20 08:30"))
    (following,) = page.all("a", rel="next")
    page = nurse.page(str(following["href"]))
    assert "skickade vårdbegäran till hemsjukvården, Ekeby kommun" in page.text
    (back,) = page.all("a", rel="prev")
    page = nurse.page(str(back["href"]))
    assert "tog upp ett behov" in page.text
    assert "skickade vårdbegäran" not in page.text
    assert "Ingen tidigare händelse" in page.text


def test_a_position_recorded_late_is_hidden_as_known_then_and_shown_as_known_now(
    nurse: Browser, disputed: LiveCase
) -> None:
    then = nurse.page(f"/cases/{disputed.id}", mode="as-known-at", t=IN_DISPUTE)
    now = nurse.page(f"/cases/{disputed.id}", mode="as-known-now", t=IN_DISPUTE)
    assert LATE_POSITION not in then.html
    assert "Ingen ståndpunkt känd" in then.text
    assert LATE_POSITION in now.text
    assert "Sent registrerad, 13 dagar efter" in now.text
    assert "Ingen ståndpunkt känd" not in now.text


def test_during_a_disagreement_the_earlier_performer_remains_and_the_ground_is_marked_as_derived(
    nurse: Browser, disputed: LiveCase
) -> None:
    then = nurse.page(f"/cases/{disputed.id}", mode="as-known-at", t=IN_DISPUTE)
    now = nurse.page(f"/cases/{disputed.id}", mode="as-known-now", t=IN_DISPUTE)
    for page in (then, now):
        assert "Region Demo" in read_responsibility(page)
        assert "Står inte ordagrant" in read_responsibility(page)
        assert "ORE-3.1.3-14" in read_responsibility(page)
        assert read_band(page).count('fill="url(#pattern-dispute)"') == 2
    assert "Ekeby kommun" not in read_band(then).split("</ul>")[1]
    assert "Ekeby kommun" in read_band(now).split("</ul>")[1], (
        "as is known now, performance passed after the resolution"
    )


def test_a_disagreement_that_was_withdrawn_ends_in_the_band(
    nurse: Browser, module_services: Services, module_address: str
) -> None:
    with raise_need(module_services, module_address, "2025-03-20 08:00", number=PERSONS[2][0]) as case:
        case.act(case.region, "2025-03-20 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-03-21 08:00", "acknowledge-referral")
        case.act(case.municipality, "2025-03-21 09:00", "contact-principal")
        case.act(case.region, "2025-03-22 08:00", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
        case.act(case.region, "2025-03-23 08:00", "raise-disagreement", reason="Oklar ansvarsfördelning")
        case.act(case.region, "2025-03-24 08:00", "withdraw-disagreement", dispute=case.dispute, reason="Klarlagt")
        case.act(case.region, "2025-03-28 08:00", "record-assessment", **make_assessment("primary", "Venöst bensår"))
        page = nurse.page(f"/cases/{case.id}")

    hatched = read_band(page).split("</ul>")[1].split('fill="url(#pattern-dispute)"')[1:]
    assert hatched
    for place, width in (re.findall(r'(?:x|width)="([\d.]+)%"', each.split("/>")[0]) for each in hatched):
        assert float(place) + float(width) < 60, "the case goes on for four days after the withdrawal"


def test_the_page_says_that_nothing_was_known_yet(nurse: Browser, disputed: LiveCase) -> None:
    page = nurse.page(f"/cases/{disputed.id}", t=at("2025-01-01 12:00"))
    assert "Vid den här tiden var ingenting känt om ärendet." in page.text
    assert "Svårläkt bensår" not in page.html
    assert not page.all("table")


def test_a_plan_under_revision_shows_the_roles_of_the_text_that_both_have_agreed_to(
    nurse: Browser, discharged: LiveCase
) -> None:
    during = nurse.page(f"/cases/{discharged.id}", t=at("2025-05-06 12:00")).text
    after = nurse.page(f"/cases/{discharged.id}", t=at("2025-05-08 12:00")).text
    assert "Gäller; ändring skrivs" in during
    assert "Ändringen godkänd av" in during
    assert "Samordningsansvarig vårdkontaktKajsa Kommunsjuksköterska" in during
    assert "Ändringen godkänd av" not in after
    assert "Samordningsansvarig vårdkontaktKajsa Kommunsjuksköterska" not in after


def test_the_text_of_a_plan_is_shown_with_the_change_that_is_written(
    nurse: Browser, module_services: Services, module_address: str
) -> None:
    with establish_plan(module_services, module_address) as case:
        enrol(case)
        shown = read_plans(nurse.page(f"/cases/{case.id}"))
        assert "Påbörjad 7 april 2025 kl. 09.00 av Doris Distriktssköterska" in shown
        assert "Planens text" in shown
        assert "God med omläggning" in shown
        assert "Omläggning av bensår två gånger i veckan" in shown
        assert "Ändringen som skrivs" not in shown

        case.act(case.region, "2025-05-05 09:00", "revise-plan", plan=case.plan, reason="Såret läker")
        changed = {"plan": case.plan, "part": "prognosis", "fields": {"text": "Läkt före midsommar"}}
        case.act(case.region, "2025-05-05 09:10", "record-plan-section", **changed)
        text, _, change = read_plans(nurse.page(f"/cases/{case.id}")).partition("Ändringen som skrivs")
        assert "God med omläggning" in text
        assert "Läkt före midsommar" not in text
        assert "Läkt före midsommar" in change


def test_two_drafts_of_one_kind_say_when_and_by_whom_they_were_begun(
    nurse: Browser, module_services: Services, module_address: str
) -> None:
    with establish_plan(module_services, module_address) as case:
        case.act(case.municipality, "2025-04-10 15:00", "initiate-plan")
        page = nurse.page(f"/cases/{case.id}")
    for begun in ("7 april 2025 kl. 09.00 av Doris Distrikts", "10 april 2025 kl. 15.00 av Kajsa Kommun"):
        assert f"behandlingsplan, påbörjad {begun}" in page.text
        assert f"Påbörjad {begun}" in read_plans(page)


def read_plans(page: Page) -> str:
    """Read the card of the plans, on the page of a case."""
    _, _, html = page.html.partition("<h3>Plan</h3>")
    return read_visible(html.partition("<h3>Hemsjukvården</h3>")[0])


def test_a_gap_in_the_home_is_shown_until_who_is_to_perform_has_closed_it(
    nurse: Browser, module_services: Services, module_address: str
) -> None:
    with establish_plan(module_services, module_address) as case:
        case.both("2025-04-11 08:00", "commit-to-enrolment")
        case.act(case.municipality, "2025-04-11 09:00", "confirm-readiness", aspect="equipment")
        case.act(case.municipality, "2025-04-11 10:00", "open-readiness-action", aspect="equipment", gap="Trasig säng")
        for caller, words in ((case.region, "Saknas sedan"), (case.municipality, "På plats")):
            case.act(caller, "2025-04-11 11:00", "confirm-readiness", aspect="equipment")
            (shown,) = (each for each in ("Saknas sedan", "På plats") if each in nurse.page(f"/cases/{case.id}").text)
            assert shown == words


def test_a_seven_day_plan_shows_as_lapsed_from_the_eighth_day_although_nobody_has_acted(
    nurse: Browser, module_services: Services, module_address: str
) -> None:
    case = establish_seven_day_plan(module_services, module_address)
    last = nurse.page(f"/cases/{case}", t=at("2025-09-08 23:00"), mode="as-known-now").text
    after = nurse.page(f"/cases/{case}", t=at("2025-09-09 00:30"), mode="as-known-now").text
    assert "gäller till och med 8 september 2025" in last
    assert "Har upphört: dagarna den gällde har gått" not in last
    assert "Har upphört: dagarna den gällde har gått" in after


def test_the_timeline_shows_author_act_times_and_grounds(nurse: Browser, discharged: LiveCase) -> None:
    text = nurse.page(f"/cases/{discharged.id}").text
    assert "Kajsa Kommunsjuksköterska kvitterade vårdbegäran." in text
    assert "Sjuksköterska, Ekeby hemsjukvård, Ekeby kommun" in text
    assert "Hände och registrerades 2 april 2025 kl. 08.00." in text
    assert "ORE-3.1.2-6 3.1.2" in text
    assert "1085641 R1" in text
    assert "Uppfyllt Har fyllt 18 år" in text
    assert "Vilket vedertaget instrument användes? CFS" in text
    assert "Odla och ring vid tecken på infektion" in text
    assert "utsåg Kajsa Kommunsjuksköterska till samordningsansvarig vårdkontakt" in text


def test_a_ground_is_a_sentence_in_swedish_with_the_english_behind_it(nurse: Browser, discharged: LiveCase) -> None:
    page = nurse.page(f"/cases/{discharged.id}")
    clause = OREBRO.clause("ORE-3.1.2-6")
    assert f"Kvittera {clause.statement}" in page.text_in("sv")
    assert str(clause.english) in page.text_in("en")
    assert str(clause.english) not in page.text_in("sv")


def test_the_timeline_says_when_both_parties_have_done_their_part(nurse: Browser, discharged: LiveCase) -> None:
    text = nurse.page(f"/cases/{discharged.id}").text
    assert "Kajsa Kommunsjuksköterska accepterade vårdbegäran; båda har accepterat." in text
    assert "Doris Distriktssköterska accepterade vårdbegäran för regionens del." in text


def test_a_refused_act_says_what_is_wrong_and_how_to_put_it_right_and_folds_the_code_away(
    district_nurse: Browser, discharged: LiveCase
) -> None:
    page = district_nurse.page(f"/cases/{discharged.id}")
    assert "Doris Distriktssköterska försökte kvittera vårdbegäran." in page.text
    assert "Bara den kommun som fick vårdbegäran kan göra detta. Låt någon där göra det." in page.text
    assert "Kvittera Kommunen kvitterar att vårdbegäran har kommit fram." in page.text
    assert "ACTOR_NOT_RECEIVER" in page.html
    assert "ACTOR_NOT_RECEIVER" not in read_visible(page.html)


def test_the_other_party_does_not_see_a_refused_act(nurse: Browser, discharged: LiveCase) -> None:
    assert "försökte" not in nurse.page(f"/cases/{discharged.id}").text


def test_a_resource_is_shown_in_its_version_at_t(nurse: Browser, discharged: LiveCase) -> None:
    page = nurse.page(f"/cases/{discharged.id}", t=BEFORE_START)
    path = next(link["href"] for link in page.all("a") if "/resources/ServiceRequest/" in str(link["href"]))
    resource_page = nurse.page(str(path))
    assert '"resourceType": "ServiceRequest"' in resource_page.text
    replay = discharged.region.get(f"/api/cases/{discharged.id}/replay", params={"at": BEFORE_START}).json()
    (request,) = [resource for resource in replay["resources"] if resource["resourceType"] == "ServiceRequest"]
    assert f'"versionId": "{request["meta"]["versionId"]}"' in resource_page.text


def test_the_first_page_shows_the_worklist_and_says_in_words_what_is_overdue(
    nurse: Browser, disputed: LiveCase
) -> None:
    page = nurse.page("/")
    assert "Att göra för hemsjukvården, Ekeby kommun" in page.text
    assert "Försenad" in page.text
    assert "Senast 11 april 2025" in page.text
    assert "som längst inom en vecka efter fastställd vårdnivå" in page.text
    assert "ORE-3.1.4-2 3.1.4 · Inom en vecka Parterna planerar så tidigt" in page.text_in("sv")
    assert any(link["href"] == f"/cases/{disputed.id}" for link in page.all("a"))


def test_a_deadline_without_a_number_shows_the_agreements_own_words(
    module_services: Services, module_address: str, nurse: Browser
) -> None:
    with raise_need(module_services, module_address, "2025-04-01 08:00") as case:
        case.act(case.region, "2025-04-01 09:00", "send-referral", receiver="SE2120000001-KOMMUNA")
        text = nurse.page(f"/cases/{case.id}").text
        assert "Kvittera vårdbegäran" in text
        assert "ingen tid anges" in text
        assert "Försenad" not in text


def test_what_begins_on_a_later_day_shows_the_days_until_then(
    module_services: Services, module_address: str, nurse: Browser
) -> None:
    sent = datetime.now(SWEDEN) + timedelta(days=11)
    with raise_need(module_services, module_address, f"{sent:%Y-%m-%d} 08:00") as case:
        case.act(case.region, f"{sent:%Y-%m-%d} 09:00", "send-referral", receiver="SE2120000001-KOMMUNA")
        text = nurse.page("/").text

    assert f"Från {format_day(sent)} kl. 09.00 (om 11 dagar)" in text
    assert "-11 dagar" not in text


def test_the_municipality_does_not_see_a_draft(
    module_services: Services, module_address: str, nurse: Browser, district_nurse: Browser
) -> None:
    with raise_need(module_services, module_address, "2025-04-01 08:00") as case:
        assert nurse.get(f"/cases/{case.id}").status_code == 404
        assert "Behov upptaget, inte skickat" in district_nurse.page(f"/cases/{case.id}").text


def test_markup_in_a_text_is_shown_as_it_was_written(
    module_services: Services, module_address: str, district_nurse: Browser
) -> None:
    markup = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    with raise_need(module_services, module_address, "2025-04-01 08:00", need=markup) as case:
        page = district_nurse.page(f"/cases/{case.id}")
        assert "<script>alert" not in page.html
        assert not page.all("img", src="x")
        assert markup in page.text


def test_a_person_with_protected_identity_shows_only_as_protected(
    module_services: Services, module_address: str, discharged: LiveCase, nurse: Browser
) -> None:
    person = module_services.persons.find("orebro", NumberSystem.PERSONNUMMER, TORA)
    assert person is not None
    with protect(module_services, person.id):
        for path in ("/", f"/cases/{discharged.id}"):
            page = nurse.page(path)
            assert "skyddade personuppgifter" in page.text
            assert "Testsson" not in page.html
            assert TORA[:8] not in page.html
    assert "Tora Testsson, 19420515-9801" in nurse.page(f"/cases/{discharged.id}").text


def test_every_page_is_valid_swedish_html_with_labelled_controls(
    nurse: Browser, discharged: LiveCase, disputed: LiveCase
) -> None:
    for path in ("/", f"/cases/{discharged.id}", f"/cases/{disputed.id}?mode=as-known-now"):
        page = nurse.page(path)
        assert page.all("html", lang="sv")
        assert len(page.all("h1")) == 1
        ids = {label["for"] for label in page.all("label")}
        for control in page.all("input"):
            assert control["type"] == "hidden" or control["id"] in ids
        for drawing in page.all("svg", role="img"):
            assert drawing["aria-label"]
