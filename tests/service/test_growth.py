"""The statements of requests: none visits more rows because the store has grown."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console

import service
from play.scenes import play_out
from play.severe_illness import COORDINATOR
from service.bootstrap import Services
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.http.requests import CLOCK
from service.reads.ledgers import PAGE
from tests.copies import DO_NOT_GROW, copy_lives
from tests.live import (
    AUDITOR,
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    NURSE_A,
    RESPONSIBLE_NURSE_A,
    TLS,
    Caller,
    make_environment,
    open_demonstration,
    patient_id,
    serve,
)
from tests.plans import StatementRun, record_statements
from tests.service.stays import open_stay, publish
from tests.web.conftest import Browser
from tests.web.html import Page

LIVES = ("D1", "D7", "D8")
"""The plays whose cases fill the store: lives from request to discharge, a delegation, and hours that are settled."""
COPIES = 300
"""A scan that grows with the store visits at least a row for each copy."""
PLAYED = ("D1", "D7", "D9")
"""The plays whose statements are looked at."""
OFTEN = 20
"""Repeated as often, a prepared statement may get a plan for any values."""
OUTSIDE_REQUESTS = {"commands", "database", "integrity.py", "rebuild.py"}
"""The parts of the service whose statements run at its start, or for the person who runs it."""
_PARAMETER = re.compile(r"%s|%\(")
_STATEMENT = re.compile(r"\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE) [\w(*]")


@pytest.fixture(scope="module")
def grown(module_database: Dsns, tmp_path_factory: pytest.TempPathFactory) -> Dsns:
    """A database with many lives that are over."""
    assert module_database.owner
    lives = tmp_path_factory.mktemp("lives")
    with open_demonstration(module_database, lives) as services, serve(services) as address:
        play(LIVES, services)
        keep_register(services, address)
        wait_in_hospital(services, address, "196706069827")
    copy_lives(module_database.owner, copies=COPIES)
    return module_database


@pytest.fixture(scope="module")
def runs(server: EmbeddedPostgres, grown: Dsns, tmp_path_factory: pytest.TempPathFactory) -> list[StatementRun]:
    """Every statement that ran while plays and readers used the service on the grown database."""
    database = str(conninfo_to_dict(grown.service)["dbname"])
    with (
        record_statements(server.superuser_dsn, database) as found,
        open_demonstration(grown, tmp_path_factory.mktemp("plays")) as services,
        serve(services) as address,
    ):
        cases = play(PLAYED, services)
        vacuum(grown)
        read_lists(services, address)
        keep_register(services, address)
        attach_document(services, address)
        list_cases(services, address)
        list_settlements(services, address)
        claim_hospital_days(services, address)
        read_pages(services, address, ["/", "/delegations", "/settlement", "/agreements", *cases])
        read_record(services, address)
        read_older_cases(services, address)
    return found


def vacuum(dsns: Dsns) -> None:
    """Take away what the plays have replaced: a scan visits it until then, and does not grow by it."""
    assert dsns.owner
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        connection.execute("VACUUM (INDEX_CLEANUP ON)")


def play(names: tuple[str, ...], services: Services) -> list[str]:
    """Put plays on, and return the addresses of their cases."""
    text = StringIO()
    has_agreed = play_out(names, make_environment(services), Console(file=text, width=200))
    assert has_agreed, text.getvalue()
    return re.findall(r"http\S+/cases/\S+", text.getvalue())


def keep_register(services: Services, address: str) -> None:
    """Record where a person lives, and correct the name and back, with keys."""
    with Caller(services, address, DISTRICT_NURSE) as caller:
        path = f"/api/persons/{patient_id(services)}"
        residence = {"valid_from": "2024-01-01", "county": "orebro", "municipality": MUNICIPALITY_A}
        key = {"Idempotency-Key": str(uuid4())}
        assert caller.post(f"{path}/record-residence", json=residence, headers=key).status_code == 200
        entry = caller.get(path).json()["person"]
        del entry["id"], entry["county"]
        for family in ("Rättad", entry["family"]):
            assert caller.post(f"{path}/correct-entry", json=entry | {"family": family}).status_code == 200


def attach_document(services: Services, address: str) -> None:
    """Attach the agreement's own document to its version, and read what it says of a rule."""
    with Caller(services, address, DISTRICT_NURSE) as caller:
        path, form = "/api/agreements/1085641/R1/attach-document", {"Content-Type": "text/plain"}
        assert caller.director.post(path, content="1 Inledning\n", headers=form).status_code == 200
        assert caller.get("/api/rules/ORE-1.1-1").status_code == 200


def wait_in_hospital(services: Services, address: str, number: str) -> None:
    """Let a person be ready for discharge for some days of June 2025, for which the municipality pays."""
    with open_stay(services, address, number) as stay:
        stay.is_prepared("2025-06-02")
        for day in ("2025-06-02", "2025-06-03", "2025-06-04"):
            stay.is_ready(f"{day} 11:00")
            stay.tell(stay.ward, f"{day} 15:00", "withdraw-ready-for-discharge", reason="Feber")
        stay.is_ready("2025-06-05 11:00")
        stay.tell(stay.ward, "2025-06-14 14:00", "record-homecoming")


def claim_hospital_days(services: Services, address: str) -> None:
    """Claim a month's days in hospital from a municipality."""
    wait_in_hospital(services, address, "197512019873")
    with Caller(services, address, DISTRICT_NURSE) as caller:
        publish(caller, 2025, "9900", "2025-06-15 09:00")
        claim = {"municipality": MUNICIPALITY_A, "month": "2025-06-01"}
        assert caller.act_at("/api/settlement/claim-hospital-days", "2025-07-02T09:00:00+02:00", **claim).is_success


def list_settlements(services: Services, address: str) -> None:
    """Read two pages of the settlements of a principal that has many, and what waits for it."""
    with Caller(services, address, COORDINATOR) as caller:
        months = caller.get("/api/settlement").json()["month"]
        older = caller.get("/api/settlement", params={"before": months[-1]["ledger"]}).json()["month"]
        assert len(months) == PAGE
        assert {each["ledger"] for each in older}.isdisjoint(each["ledger"] for each in months)
        assert caller.get("/api/worklist").status_code == 200


def list_cases(services: Services, address: str) -> None:
    """Read two pages of the cases of each principal of a case."""
    for person in (NURSE_A, DISTRICT_NURSE):
        with Caller(services, address, person) as caller:
            latest = caller.get("/api/cases").json()
            older = caller.get("/api/cases", params={"before": latest[-1]["case"]}).json()
            assert older
            assert {each["case"] for each in older}.isdisjoint(each["case"] for each in latest)


def read_lists(services: Services, address: str) -> None:
    """Read the lists that no play reads, and let time bring what it brings."""
    minute_ago = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    before_any_agreement = {CLOCK: "2010-01-01T12:00:00+01:00"}
    for person, clock in ((NURSE_A, before_any_agreement), (DISTRICT_NURSE, {})):
        with Caller(services, address, person) as caller:
            for path in OFTEN * (
                f"Task?owner=Organization/{MUNICIPALITY_A}&status=requested",
                f"Task?_lastUpdated=ge{minute_ago}",
                f"CarePlan?patient={patient_id(services)}&date=ge2025-01-01",
                "Task/_history",
                f"Provenance/_history?_since={minute_ago}",
                f"CareTeam/_history?_at={minute_ago}",
            ):
                assert caller.get(f"/fhir/{path}").status_code == 200
                last = caller.get("/api/refusals").json()[-1]["id"]
                older = f"/api/refusals?case={uuid4()}&before={last}"
                for path in ("/api/delegations", "/api/awaited", "/api/refusals", older):
                    assert caller.get(path).status_code == 200
            assert caller.post("/api/demonstration/tick", headers=clock).status_code == 200


def read_record(services: Services, address: str) -> None:
    """Read two pages of the record of all cases, as an auditor."""
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        latest = browser.sign_in(services, AUDITOR).page("/")
        (older,) = find_older(latest, "/")
        assert "Visa det senaste" in browser.page(older).text
        (older,) = find_older(latest, "/refusals")
        assert "Visa de senaste försöken" in browser.page(older).text


def read_older_cases(services: Services, address: str) -> None:
    """Read the list of cases from the first page to its end, as each who has another first page."""
    for person in (DISTRICT_NURSE, RESPONSIBLE_NURSE_A, AUDITOR):
        with Browser(base_url=address, timeout=30, verify=TLS) as browser, Caller(services, address, person) as caller:
            page, read = browser.sign_in(services, person).page("/"), list[str]()
            while True:
                table = page.html.partition('<table class="stacking cases">')[2].partition("</table>")[0]
                read += re.findall('<a href="/cases/([0-9a-f-]+)">', table)
                if not (older := find_older(page, "/cases")):
                    break
                page = browser.page(older[0])
            latest = [each["case"] for each in caller.get("/api/cases").json()]
        assert len(read) == len(set(read)) > COPIES
        assert set(read[: len(latest)]) == set(latest)


def find_older(page: Page, path: str) -> list[str]:
    """Return the links of a page that lead to what is older in a list."""
    return [str(link["href"]) for link in page.all("a") if str(link["href"]).startswith(f"{path}?before=")]


def read_pages(services: Services, address: str, paths: list[str]) -> None:
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        browser.sign_in(services, DISTRICT_NURSE)
        for path in paths:
            assert browser.get(path).status_code in {200, 404}, path  # another county's case is not found


def find_statements() -> Iterator[str]:
    """Yield the beginning of each statement in the service's code, up to its first parameter."""
    assert service.__file__
    room = Path(service.__file__).parent
    for module in sorted(room.rglob("*.py")):
        if OUTSIDE_REQUESTS.isdisjoint(module.relative_to(room).parts):
            for node in ast.walk(ast.parse(module.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _STATEMENT.match(node.value):
                    yield " ".join(_PARAMETER.split(node.value)[0].split())


def test_every_table_that_grows_has_grown(grown: Dsns) -> None:
    assert grown.owner
    with psycopg.connect(grown.owner) as connection:
        rows = connection.execute("SELECT relname, n_live_tup FROM pg_stat_user_tables").fetchall()
    assert {name for name, count in rows if count < COPIES} == DO_NOT_GROW


def test_every_statement_in_the_code_has_run(runs: list[StatementRun]) -> None:
    texts = {run.text for run in runs}
    assert [beginning for beginning in find_statements() if not any(beginning in text for text in texts)] == []


def test_no_scan_grows_with_the_store(runs: list[StatementRun]) -> None:
    growing = {
        f"{scan.kind} of {scan.of} visited {scan.rows:.0f} rows: {run.text}"
        for run in runs
        for scan in run.scans
        if scan.rows >= COPIES
    }
    assert growing == set()
