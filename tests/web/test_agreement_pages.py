"""The pages on agreements, on settlements, and what ledgers wait for on the first page."""

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
from tests.live import TLS, Caller
from tests.service.test_settlement_over_http import CARE, MAY, MUNICIPALITY, cared_for, hours, rate
from tests.web.conftest import Browser

VERSIONS = [(one.county, f"/agreements/{one.id}/{one.version}") for one in load_published().agreements]
STAFF = {"orebro": "SE2120000001-SSK1", "vastmanland": "SE2120000011-SSK1", "gavleborg": "SE2120000021-SSK1"}
COORDINATOR = "SE2321000002-SAMORD1"


@pytest.fixture(scope="module")
def settled(module_services: Services, module_address: str) -> Iterator[tuple[str, str]]:
    """A month that is invoiced, of two cases of which primary care treats one: its ledger, and the first case."""
    with (
        Caller(module_services, module_address, COORDINATOR) as region,
        Caller(module_services, module_address, STAFF["gavleborg"]) as nurse,
    ):
        rate(region)
        first, second = cared_for(module_services, region), cared_for(module_services, region)
        hours(nurse, first, performed="120.0", planned="200")
        hours(nurse, second, performed="8", treatment_level="primary")

        def ok(path: str, **said: object) -> str:
            answer = nurse.post(f"/api/settlement/{path}", json=said, headers={CLOCK: MAY})
            assert answer.is_success, answer.text
            return str(answer.json()["ledger"])

        month = ok("open-month", municipality=MUNICIPALITY, care=CARE, month="2019-04-01")
        ok(f"{month}/close-hours")
        ok(f"{month}/issue-invoice", total="18000.00", hours_of={first: "120"}, reference="KST 80904")
        yield month, first


@contextmanager
def browser(services: Services, address: str, person: str) -> Iterator[Browser]:
    """Somebody who is signed in."""
    with Browser(base_url=address, timeout=30, verify=TLS) as one:
        yield one.sign_in(services, person)


def test_the_countys_versions_are_listed_with_their_status_and_no_other_countys(nurse: Browser) -> None:
    page = nurse.page("/agreements")

    links = [str(one.get("href")) for one in page.all("a") if str(one.get("href")).count("/") == 3]
    assert links == [path for county, path in VERSIONS if county == "orebro"]
    assert "Utgiven" in page.text
    assert "Underskrifterna finns inte här" in page.text
    assert "Följa upp överenskommelsen" in page.text or "Ge ut en lokal rutin" in page.text


@pytest.mark.parametrize(("county", "path"), VERSIONS)
def test_a_version_is_read_as_a_document_in_which_every_rule_it_cites_is_found(
    module_services: Services, module_address: str, county: str, path: str
) -> None:
    with browser(module_services, module_address, STAFF[county]) as reader:
        page = reader.page(path)

    (version,) = [one for one in load_published().agreements if one.county == county]
    assert set(version.clauses) <= set(page.ids)
    cited = {str(one["href"])[1:] for one in page.all("a") if str(one.get("href")).startswith("#")}
    assert cited <= set(page.ids)
    assert [one.title for track in version.tracks for one in track.criteria if one.title not in page.text] == []
    assert [one.words for one in version.deadlines if " ".join(one.words.split()) not in page.text] == []
    assert [one.id for one in version.silences if one.id not in page.text] == []
    assert page.html.count("<tr>") >= len(version.matrix) + len(version.acts)


def test_another_countys_version_is_not_there(nurse: Browser) -> None:
    for path in [path for county, path in VERSIONS if county != "orebro"] + ["/agreements/x/y"]:
        assert nurse.get(path).status_code == 404


def test_a_month_is_told_with_its_figures_why_hours_are_not_paid_for_and_its_history(
    module_services: Services, module_address: str, settled: tuple[str, str]
) -> None:
    month, case = settled
    with browser(module_services, module_address, COORDINATOR) as reader:
        listed, page = reader.page("/settlement"), reader.page(f"/settlement/{month}")

    assert listed.all("a", href=f"/settlement/{month}")
    assert "April 2019" in listed.text
    figures = listed.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "128,0 tim" in figures
    assert "18 000,00 kr" in figures
    assert page.all("a", href=f"/cases/{case}")
    said = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Ersätts inte behandlingsansvaret låg på en annan nivå" in said
    assert said.count("300,00 kr/tim") == 2
    for sentence in ("öppnade", "timmar", "faktur"):
        assert sentence in said.split("Händelser")[1]


def test_a_settlement_is_told_to_its_parties_alone(
    module_services: Services, module_address: str, settled: tuple[str, str]
) -> None:
    for person in ("SE2120000022-SSK1", STAFF["orebro"]):
        with browser(module_services, module_address, person) as reader:
            assert reader.get(f"/settlement/{settled[0]}").status_code == 404
            assert "April 2019" not in reader.page("/settlement").text
            assert reader.get(f"/settlement/{uuid4()}").status_code == 404


def test_what_a_ledger_waits_for_is_on_the_first_page_with_a_link_to_it(
    module_services: Services, module_address: str, settled: tuple[str, str], nurse: Browser
) -> None:
    with browser(module_services, module_address, STAFF["gavleborg"]) as reader:
        page = reader.page("/")
    assert page.all("a", href=f"/settlement/{settled[0]}")
    assert "Se till att fakturan kommer regionen till handa ⚠ Försenad" in page.text
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
