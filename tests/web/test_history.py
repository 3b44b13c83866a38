"""The history on a case's page: by day, with older days folded, and the events that a reader chooses."""

import re
from datetime import datetime

import pytest

from domain.kernel import Party
from service.bootstrap import Services
from service.web import labels
from service.web.history import EventKind, find_kind
from tests.live import DISTRICT_NURSE, Caller
from tests.service.calls import open_case
from tests.web.cases import LiveCase, at
from tests.web.conftest import Browser
from tests.web.html import Page

REGION, MUNICIPALITY = "Doris Distriktssköterska", "Kajsa Kommunsjuksköterska"
FEW = 12


def read_days(page: Page) -> list[tuple[str, bool, list[str]]]:
    """Return each day of the history: its heading, whether it is open, and its events' sentences, as they stand."""
    found = re.findall(
        r'<details class="day"( open)?>(.*?)</details>\s*(?=<details class="day"|</section>)', page.html, re.S
    )
    return [
        (
            Page(re.findall("<h3>.*?</h3>", html)[0]).text,
            bool(is_open),
            [Page(each).text for each in re.findall('<p class="sentence">.*?</p>', html, re.S)],
        )
        for is_open, html in found
    ]


def read_sentences(page: Page) -> list[str]:
    """Return the sentences of the history, the latest first."""
    return [sentence for _, _, sentences in read_days(page) for sentence in sentences]


def test_a_long_history_stands_by_day_and_its_older_days_are_folded(nurse: Browser, discharged: LiveCase) -> None:
    page = nurse.page(f"/cases/{discharged.id}")
    days = read_days(page)
    headings = [heading for heading, _, _ in days]
    assert (headings[0], headings[-1]) == ("18 juni 2025", "1 april 2025")
    assert len(headings) == len(set(headings))
    assert days[-1][2] == [
        f"{REGION} skickade vårdbegäran till hemsjukvården, Ekeby kommun.",
        f"{REGION} tog upp ett behov av kommunal hemsjukvård.",
    ]
    are_open = [is_open for _, is_open, _ in days]
    assert are_open == sorted(are_open, reverse=True)
    shown = sum(len(sentences) for _, is_open, sentences in days if is_open)
    assert FEW <= shown < len(read_sentences(page)) / 2


def test_a_short_history_is_not_folded(nurse: Browser, discharged: LiveCase) -> None:
    days = read_days(nurse.page(f"/cases/{discharged.id}", t=at("2025-04-02 12:00")))
    assert [(heading, is_open) for heading, is_open, _ in days] == [("2 april 2025", True), ("1 april 2025", True)]


def test_a_reader_chooses_the_events_of_one_party(nurse: Browser, discharged: LiveCase) -> None:
    whole = read_sentences(nurse.page(f"/cases/{discharged.id}"))
    parts = {party: read_sentences(nurse.page(f"/cases/{discharged.id}", party=party)) for party in Party}
    assert parts[Party.MUNICIPALITY] == [sentence for sentence in whole if sentence.startswith(MUNICIPALITY)]
    assert sorted(parts[Party.REGION] + parts[Party.MUNICIPALITY]) == sorted(whole)


def test_the_kinds_of_events_are_the_whole_history_together(nurse: Browser, disputed: LiveCase) -> None:
    whole = read_sentences(nurse.page(f"/cases/{disputed.id}"))
    parts = {kind: read_sentences(nurse.page(f"/cases/{disputed.id}", kind=kind)) for kind in EventKind}
    assert sorted(sentence for part in parts.values() for sentence in part) == sorted(whole)
    assert f"{MUNICIPALITY} anmälde oenighet för kommunens del." in parts[EventKind.DISAGREEMENT]
    assert parts[EventKind.REQUEST][-1].startswith(f"{REGION} tog upp ett behov")
    assert labels.EVENT_KINDS.keys() == set(EventKind)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("case.statement-recorded.v1", EventKind.STATEMENT),
        ("case.circumstance-recorded.v1", EventKind.STATEMENT),
        ("case.move-recorded.v1", EventKind.OTHER),
        ("enrolment.started.v1", EventKind.ENROLMENT),
    ],
)
def test_statements_are_a_kind_of_their_own(topic: str, kind: EventKind) -> None:
    assert find_kind(topic) is kind


def test_a_choice_keeps_the_moment_and_the_moment_keeps_the_choice(nurse: Browser, disputed: LiveCase) -> None:
    then = {"mode": "as-known-now", "t": at("2025-03-26 12:00")}
    page = nurse.page(f"/cases/{disputed.id}", **then, party="municipality", kind="disagreement")
    assert "Vald tid: 26 mars 2025 kl. 12.00" in page.text
    assert {heading for heading, _, _ in read_days(page)} == {"24 mars 2025", "6 april 2025"}
    (moment,) = page.all("input", name="t", type="hidden")
    assert datetime.fromisoformat(str(moment["value"])) == datetime.fromisoformat(then["t"])
    chosen = [one["value"] for one in page.all("option") if "selected" in one]
    assert chosen == ["municipality", "disagreement"]
    (following,) = page.all("a", rel="next")
    page = nurse.page(str(following["href"]))
    assert [one["value"] for one in page.all("option") if "selected" in one] == chosen
    assert "Vald tid: 26 mars 2025 kl. 12.00" not in page.text


def test_the_whole_history_is_one_link_away(nurse: Browser, disputed: LiveCase) -> None:
    page = nurse.page(f"/cases/{disputed.id}", party="region", t=at("2025-03-26 12:00"))
    (whole,) = [link for link in page.all("a") if str(link["href"]).endswith("#handelser")]
    full = nurse.page(str(whole["href"]))
    assert "Vald tid: 26 mars 2025 kl. 12.00" in full.text
    assert f"{len(read_sentences(page))} av {len(read_sentences(full))} händelser visas." in page.text


@pytest.mark.parametrize("unknown", [{"party": "both"}, {"kind": "referral.sent.v1"}], ids=str)
def test_a_choice_that_the_page_does_not_have_is_told(
    nurse: Browser, disputed: LiveCase, unknown: dict[str, str]
) -> None:
    answer = nurse.get(f"/cases/{disputed.id}", params=unknown)
    assert answer.status_code == 400
    assert "Går inte att läsa" in answer.text


def test_a_text_stands_as_its_author_wrote_it_whatever_it_looks_like(
    module_services: Services, module_address: str, district_nurse: Browser
) -> None:
    no_day, a_day = "2025-02-30", "2025-04-01"
    dressing = {"key": "dressing", "text": DISTRICT_NURSE, "category": "wound-care", "profession": "nurse"}
    with Caller(module_services, module_address, DISTRICT_NURSE) as region:
        case = open_case(region, module_services, need=no_day, goal=a_day, interventions=[dressing])
    page = district_nurse.page(f"/cases/{case}")
    (raised,) = re.findall(r'id="handelse-1">.*?</details>', page.html, re.S)
    assert all(text in Page(raised).text for text in (no_day, a_day, DISTRICT_NURSE))
