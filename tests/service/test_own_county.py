"""A county of one's own in the demonstration: its directory and its text, and a case carried through by its clock."""

import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from play.server import command_line, environment_with, start_server
from service.commands.demonstration import PERSONS
from service.http.requests import CLOCK

REGION_NURSE, NURSE = "SE2321000002-DSK1", "SE2120000021-SSK1"
COUNTY = 'county = "mall-lan"'
Json = dict[str, Any]


@pytest.fixture
def own(passable_folder: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A text of one's own, and the environment of a demonstration with a directory of one's own."""
    directory = (files("service.directory") / "demonstration" / "gavleborg.toml").read_text("utf-8")
    (tmp_path / "katalog.toml").write_text(directory.replace('county = "gavleborg"', COUNTY, 1), "utf-8")
    text = tmp_path / "mitt-lan.toml"
    text.write_text('municipalities = ["Norrby kommun"]\n' + read_template(), "utf-8")
    settings = {"data": passable_folder / tmp_path.name, "directory": tmp_path / "katalog.toml"}
    return text, environment_with(**settings)


def read_template() -> str:
    return (files("domain.agreements") / "template.toml").read_text("utf-8")


def run_command(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command_line(*arguments), env=environment, capture_output=True, text=True, timeout=120)


def call(address: str, environment: Mapping[str, str], person: str) -> httpx.Client:
    """Return a client with the person's token, as the command prints it."""
    token = run_command(environment, "token", person).stdout.strip()
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_a_county_of_ones_own_is_rehearsed_with_the_demonstrations_clock(
    own: tuple[Path, dict[str, str]], capfd: pytest.CaptureFixture[str]
) -> None:
    text, environment = own
    with (
        start_server(environment, "--text", str(text)) as server,
        call(server.address, environment, REGION_NURSE) as region,
        call(server.address, environment, NURSE) as municipality,
    ):
        identifier = f"http://electronichealth.se/identifier/personnummer|{PERSONS[0][0]}"
        found = region.post("/fhir/Patient/_search", data={"identifier": identifier}).json()
        patient = found["entry"][0]["resource"]["id"]
        need = {"need": "Bensår", "interventions": [{"key": "wound", "text": "Omläggning"}]}
        opened = act(region, "/api/cases", "2026-02-02 09:00", patient_id=patient, request=need)
        case = f"/api/cases/{opened['case']}"
        act(region, f"{case}/send-referral", "2026-02-02 10:00", receiver="SE2120000021-KOMMUN")
        act(municipality, f"{case}/acknowledge-referral", "2026-02-03 08:00")
        entries = municipality.get(f"{case}/timeline").json()
        assert [(entry["topic"], entry["recorded_at"][:10]) for entry in entries][-1] == (
            "referral.acknowledged.v1",
            "2026-02-03",
        )
        assert "MAL-2-2" in entries[-1]["clauses"]
        before = region.get("/api/agreements/in-force", params={"at": "2025-12-31T12:00:00+01:00"}).json()
        assert before["answer"] == "no agreement"
    assert "Söderby kommun, which is party of no agreement" in capfd.readouterr().err

    with start_server(environment, "--text", str(text)):  # the same text again is left as it is
        pass
    first = text.read_text("utf-8")
    text.write_text(first.replace('version = "1"', 'version = "2"'), "utf-8")
    with (
        start_server(environment, "--text", str(text)) as server,
        call(server.address, environment, REGION_NURSE) as region,
    ):
        now = region.get("/api/agreements/in-force", params={"at": "2026-02-02T12:00:00+01:00"}).json()
        assert now["agreement"]["version"] == "2"
    text.write_text(first, "utf-8")
    text.write_text(text.read_text("utf-8").replace("Hemsjukvård i Mall-län", "Annat"), "utf-8")
    refused = run_command(environment, "run", "--text", str(text))
    assert refused.returncode == 2
    assert "mall 1 is on record with other words" in " ".join(refused.stderr.replace("│", " ").split())


def act(caller: httpx.Client, path: str, at: str, **content: Any) -> Json:
    moment = f"{at.replace(' ', 'T')}:00+01:00"
    answer = caller.post(path, json=content, headers={CLOCK: moment})
    assert answer.is_success, answer.text
    found: Json = answer.json()
    return found


def test_the_service_does_not_start_with_a_faulty_directory_or_text(own: tuple[Path, dict[str, str]]) -> None:
    text, environment = own
    file = Path(environment["KVITTENS_DIRECTORY"])
    file.write_text(file.read_text("utf-8").replace('kind = "inpatient-care"', 'kind = "hospital"'), "utf-8")

    served = run_command(environment, "serve")

    assert served.returncode == 2
    assert f"{file}:61: units[2].kind is 'hospital'; write one of" in served.stderr
    text.write_text(text.read_text("utf-8").replace('"primary"', '"primay"'), "utf-8")
    assert "scope.levels" in run_command(environment, "run", "--text", str(text)).stderr
