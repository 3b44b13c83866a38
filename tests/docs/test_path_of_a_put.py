"""docs/architecture.md tells one act step by step; the files that it names are those that the act really enters."""

import re
from pathlib import Path

from service.database.dsns import Dsns
from tests.docs.trace import ROOT, traced_threads
from tests.live import DISTRICT_NURSE, NURSE_A, Caller, open_demonstration, patient_id, serve
from tests.service.fhir.resources import send_request

PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## One act, step by step"


def files_on_the_page() -> set[str]:
    """Read the files that the page names in its telling of one act."""
    section = PAGE.read_text("utf-8").partition(f"{HEADING}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`((?:service|projections|fhir_profiles|domain)/[\w/]+\.py)`", section))


def files_of_the_put(database: Dsns, folder: Path) -> set[str]:
    """Acknowledge a request by PUT of its Task, and return the product files whose code that ran."""
    with traced_threads() as trace, open_demonstration(database, folder) as services, serve(services) as address:
        with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as municipality:
            _, task = send_request(region, patient_id(services))
            path = f"/fhir/Task/{task['id']}"
            found = municipality.get(path)
            with trace.on():
                answer = municipality.put(
                    path, json=found.json() | {"status": "received"}, headers={"If-Match": found.headers["ETag"]}
                )
        assert answer.status_code == 200, answer.text
    return set(trace.files)


def test_the_page_names_the_files_that_the_put_of_a_task_enters_and_no_others(database: Dsns, tmp_path: Path) -> None:
    entered, told = files_of_the_put(database, tmp_path), files_on_the_page()

    assert sorted(entered - told) == [], "entered, and not told"
    assert sorted(told - entered) == [], "told, and not entered"
