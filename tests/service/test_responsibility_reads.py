"""Reads of who is responsible, which take no more than the fold of the case."""

from pathlib import Path

from service.database.dsns import Dsns
from tests.docs.trace import trace_threads
from tests.live import DISTRICT_NURSE, Caller, open_demonstration, serve
from tests.service.calls import send_request


def test_responsibility_as_known_at_a_moment_renders_no_fhir(database: Dsns, tmp_path: Path) -> None:
    with (
        trace_threads() as trace,
        open_demonstration(database, tmp_path) as services,
        serve(services) as address,
        Caller(services, address, DISTRICT_NURSE) as region,
    ):
        case = send_request(region, services)
        with trace.on():
            answer = region.get(f"/api/cases/{case}/responsibility?mode=as-known-at")
    assert answer.status_code == 200
    assert "projections/responsibility.py" in trace.files
    assert [file for file in trace.files if file.startswith("fhir_profiles/")] == []
