"""The pages on agreements and settlements, and the duties of ledgers on the first page."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from domain.agreements.model import DisputeSubject, Holder, Key, Step, Way
from domain.agreements.model.settlement import Debtor
from domain.authoring.publication import load_published
from domain.kernel import UnitKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.settlement.state.months import MonthStatus
from domain.ledgers.settlement.state.supplements import SupplementStatus
from domain.money import UnitOfMeasure
from domain.versions.local_agreement import LocalPrecondition
from service.bootstrap import Services
from service.http.requests import CLOCK
from service.web import labels
from service.web.swedish import format_duration
from tests.live import TLS, Caller
from tests.service.test_settlement_over_http import CARE, MAY, MUNICIPALITY, open_case, publish_rate, record_hours
from tests.web.conftest import Browser

VERSIONS = [
    (agreement.county, f"/agreements/{agreement.id}/{agreement.version}") for agreement in load_published().agreements
]
STAFF = {"orebro": "SE2120000001-SSK1", "vastmanland": "SE2120000011-SSK1", "gavleborg": "SE2120000021-SSK1"}
COORDINATOR = "SE2321000002-SAMORD1"


@pytest.fixture(scope="module")
def invoiced_month(module_services: Services, module_address: str) -> Iterator[tuple[str, str]]:
    """The ledger of an invoiced month with two cases, one of them treated by primary care, and the first case."""
    with (
        Caller(module_services, module_address, COORDINATOR) as region,
        Caller(module_services, module_address, STAFF["gavleborg"]) as nurse,
    ):
        publish_rate(region)
        first, second = open_case(module_services, region), open_case(module_services, region)
        record_hours(nurse, first, performed="120.0", planned="200")
        record_hours(nurse, second, performed="8", treatment_level="primary")

        def act(path: str, **content: object) -> str:
            answer = nurse.post(f"/api/settlement/{path}", json=content, headers={CLOCK: MAY})
            assert answer.is_success, answer.text
            return str(answer.json()["ledger"])

        month = act("open-month", municipality=MUNICIPALITY, care=CARE, month="2019-04-01")
        act(f"{month}/close-hours")
        act(f"{month}/issue-invoice", total="18000.00", hours_of={first: "120"}, reference="KST 80904")
        yield month, first


@contextmanager
def open_browser(services: Services, address: str, person: str) -> Iterator[Browser]:
    """Open a browser that is signed in."""
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        yield browser.sign_in(services, person)


@pytest.mark.parametrize(("county", "path"), VERSIONS)
def test_a_versions_page_has_each_clause_and_silence_in_swedish_with_the_english_behind_it(
    module_services: Services, module_address: str, county: str, path: str
) -> None:
    with open_browser(module_services, module_address, STAFF[county]) as reader:
        page = reader.page(path)

    (version,) = [agreement for agreement in load_published().agreements if agreement.county == county]
    swedish, english = page.text_in("sv"), page.text_in("en")
    assert [rule for rule, clause in version.clauses.items() if clause.statement not in swedish] == []
    assert [rule for rule, clause in version.clauses.items() if str(clause.english) not in english] == []
    assert [note.id for note in version.silences if note.statement not in swedish or note.handling not in swedish] == []
    assert [note.id for note in version.silences if str(note.english) not in english] == []


def test_the_page_lists_only_the_countys_own_versions_with_their_status(nurse: Browser) -> None:
    page = nurse.page("/agreements")

    links = [str(link.get("href")) for link in page.all("a") if str(link.get("href")).count("/") == 3]
    assert links == [path for county, path in VERSIONS if county == "orebro"]
    assert "Utgiven" in page.text
    assert "Underskrifterna finns inte här" in page.text
    assert "Följa upp överenskommelsen" in page.text or "Ge ut en lokal rutin" in page.text


@pytest.mark.parametrize(("county", "path"), VERSIONS)
def test_a_versions_page_holds_every_rule_that_it_cites(
    module_services: Services, module_address: str, county: str, path: str
) -> None:
    with open_browser(module_services, module_address, STAFF[county]) as reader:
        page = reader.page(path)

    (version,) = [agreement for agreement in load_published().agreements if agreement.county == county]
    assert set(version.clauses) <= set(page.ids)
    cited = {str(link["href"])[1:] for link in page.all("a") if str(link.get("href")).startswith("#")}
    assert cited <= set(page.ids)
    assert [
        criterion.id for track in version.tracks for criterion in track.criteria if criterion.title not in page.text
    ] == []
    assert [deadline.id for deadline in version.deadlines if " ".join(deadline.words.split()) not in page.text] == []
    assert [silence.id for silence in version.silences if silence.id not in page.text] == []
    assert page.html.count("<tr>") >= len(version.matrix) + len(version.acts)


@pytest.mark.parametrize(("county", "path"), VERSIONS)
def test_a_versions_page_has_its_scope_its_signers_and_each_duty_with_who_and_when(
    module_services: Services, module_address: str, county: str, path: str
) -> None:
    with open_browser(module_services, module_address, STAFF[county]) as reader:
        page = reader.page(path)

    (version,) = [agreement for agreement in load_published().agreements if agreement.county == county]
    municipalities = module_services.directories[county].municipalities
    named = [each.name for each in municipalities if not version.municipalities or each.name in version.municipalities]
    assert f"Kommuner{', '.join([*named, *(set(version.municipalities) - set(named))])}" in page.text
    assert version.vocabulary.settings[version.scope.settings[0]] in page.text
    assert "Undertecknas för regionen avDen som får teckna avtal i regionen" in page.text
    assert "Avslutas för kommunen av" in page.text
    for duty in version.duties:
        assert duty.title in page.text
        assert labels.OWNERS[duty.owner] in page.text
    for deadline in version.deadlines:
        words = " ".join(deadline.words.split())
        counted = f" ({format_duration(deadline.duration)})" if deadline.duration is not None else ""
        assert f"{words}{counted}" in page.text


def test_the_page_says_what_awakens_a_duty_what_meets_it_and_when_it_ends(nurse: Browser) -> None:
    text = nurse.page("/agreements/1085641/R1").text

    assert "Utse den fasta vårdkontakt som den enskilde har bett om" in text
    assert "Någon dokumenterade: den enskilde har bett om en fast vårdkontakt" in text
    assert "Uppfyllt när någon utsåg någon till kontakt" in text


def test_another_countys_version_is_not_found(nurse: Browser) -> None:
    for path in [path for county, path in VERSIONS if county != "orebro"] + ["/agreements/x/y"]:
        assert nurse.get(path).status_code == 404


def test_a_months_page_shows_figures_the_reasons_for_unpaid_hours_and_history(
    module_services: Services, module_address: str, invoiced_month: tuple[str, str]
) -> None:
    month, case = invoiced_month
    with open_browser(module_services, module_address, COORDINATOR) as reader:
        listed, page = reader.page("/settlement"), reader.page(f"/settlement/{month}")

    assert listed.all("a", href=f"/settlement/{month}")
    assert "April 2019" in listed.text
    figures = listed.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "128,0 tim" in figures
    assert "18 000,00 kr" in figures
    assert page.all("a", href=f"/cases/{case}")
    words = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Ersätts inte behandlingsansvaret låg på en annan nivå" in words
    assert words.count("300,00 kr/tim") == 2
    for sentence in ("öppnade", "timmar", "faktur"):
        assert sentence in words.split("Händelser")[1]


def test_only_the_parties_see_a_settlement(
    module_services: Services, module_address: str, invoiced_month: tuple[str, str]
) -> None:
    for person in ("SE2120000022-SSK1", STAFF["orebro"]):
        with open_browser(module_services, module_address, person) as reader:
            assert reader.get(f"/settlement/{invoiced_month[0]}").status_code == 404
            assert "April 2019" not in reader.page("/settlement").text
            assert reader.get(f"/settlement/{uuid4()}").status_code == 404


def test_the_first_page_shows_a_ledgers_duty_with_a_link_to_it(
    module_services: Services, module_address: str, invoiced_month: tuple[str, str], nurse: Browser
) -> None:
    with open_browser(module_services, module_address, COORDINATOR) as reader:
        page = reader.page("/")
    assert page.all("a", href=f"/settlement/{invoiced_month[0]}")
    assert "Bekräfta att fakturan har kommit ⚠ Försenad" in page.text
    assert "Görs genom att ta emot fakturan." in page.text
    routine = nurse.page("/")
    (path,) = [path for county, path in VERSIONS if county == "orebro"]
    assert routine.all("a", href=path)


def test_every_code_of_the_pages_has_its_word() -> None:
    for codes, words in (
        (UnitKind, labels.UNIT_KINDS),
        (Step, labels.STEPS),
        (Holder, labels.HOLDERS),
        (Key, labels.KEYS),
        (DisputeSubject, labels.SUBJECTS),
        (Way, labels.WAYS),
        (LocalPrecondition, labels.WARNINGS),
        (MonthStatus, labels.MONTH_STATUSES),
        (SupplementStatus, labels.SUPPLEMENT_STATUSES),
        (Debtor, labels.DEBTORS),
        (UnitOfMeasure, labels.UNITS),
    ):
        assert set(words) == {str(code) for code in codes}
    assert set(labels.LEDGERS) == {kind.name for kind in SETTLEMENT}
