"""The path of an act in docs/architecture.md: the page names exactly the files whose code the act calls."""

import re
from pathlib import Path

from service.database.dsns import Dsns
from tests.docs.trace import ROOT, trace_threads
from tests.live import DISTRICT_NURSE, NURSE_A, Caller, open_demonstration, patient_id, serve
from tests.service.fhir.resources import send_request

PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## One act, step by step"


def read_files_on_page() -> set[str]:
    """Read the files that the page names on the path of an act."""
    section = PAGE.read_text("utf-8").partition(f"{HEADING}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`((?:service|projections|fhir_profiles|domain)/[\w/]+\.py)`", section))


def trace_put(database: Dsns, folder: Path) -> set[str]:
    """Acknowledge a request by PUT of its Task, and return the product files whose code was called."""
    with trace_threads() as trace, open_demonstration(database, folder) as services, serve(services) as address:
        with Caller(services, address, DISTRICT_NURSE) as region, Caller(services, address, NURSE_A) as municipality:
            _, task = send_request(region, patient_id(services))
            path = f"/fhir/Task/{task['id']}"
            current = municipality.get(path)
            with trace.on():
                answer = municipality.put(
                    path, json=current.json() | {"status": "received"}, headers={"If-Match": current.headers["ETag"]}
                )
        assert answer.status_code == 200, answer.text
    return set(trace.files)


def test_the_page_names_exactly_the_files_that_the_put_of_a_task_calls(database: Dsns, tmp_path: Path) -> None:
    called, on_page = trace_put(database, tmp_path), read_files_on_page()

    assert sorted(called - on_page) == [], "called, and not on the page"
    assert sorted(on_page - called) == [], "on the page, and not called"
