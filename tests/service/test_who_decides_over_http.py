"""Steps that a text gives to coordinators, to unit heads and to joint bodies at their levels, over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.authoring.directory_check import read_directory
from domain.authoring.validation import check
from service.bootstrap import Services
from service.commands import agreement as commands
from service.commands import directory as directory_commands
from service.database.dsns import Dsns
from tests.live import TLS, Caller, open_demonstration, patient_id, serve
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.test_vasternorrland import (
    CANNOT_TRAVEL,
    FILES,
    KRAMFORS,
    KRAMFORS_NURSE,
    KRAMFORS_UNIT,
    REGION,
    TOVA,
    VERSION,
    WARD_NURSE,
    WOUND,
    publish_text,
    raise_need,
    read_responsibility,
)
from tests.web.conftest import SAME_ORIGIN, Browser

COORDINATOR, HEAD, REHAB = "SE2120000042-SAM1", "SE2120000042-EC1", "SE2120000042-REHAB"
PLANNING, PLANNER = "SE2120000042-VPL", "SE2120000042-VPL1"
UNIT = f"""
[[units]]
id = "{PLANNING}"
name = "Kramfors vårdplanering"
provider = "SE2120000042-VGKOMMUN"
kind = "municipal-care"
receives = ["nurse"]
offices = ["care-coordinator"]

[[assignments]]
person = "{PLANNER}"
name = "Vera Vårdplanerare"
unit = "{PLANNING}"
role = "occupational-therapist"
"""
STAFF = "".join(
    f'\n[[assignments]]\nperson = "{person}"\nname = "{name}"\nunit = "{unit}"\n'
    f'role = "{role}"\noffices = ["{office}"]\n'
    for person, name, unit, role, office in (
        (COORDINATOR, "Kim Vårdsamordnare", KRAMFORS_UNIT, "coordinator", "care-coordinator"),
        (HEAD, "Eva Enhetschef", REHAB, "nurse", "unit-head"),
        ("SE2120000041-EC1", "Hugo Enhetschef", "SE2120000041-HSV", "nurse", "unit-head"),
        ("SE2120000041-SAM2", "Hilma Vårdsamordnare", "SE2120000041-HSV", "nurse", "care-coordinator"),
    )
)
DIRECTORY = (FILES / "directory.toml").read_text("utf-8") + UNIT + STAFF
WHO = """
[acts.acknowledge-referral]
clauses = ["VNL-3-2"]
by = [{ party = "municipality", offices = ["care-coordinator"] }]

[acts.decline-referral]
clauses = ["VNL-3-2"]
by = [{ party = "municipality", offices = ["unit-head"] }]

[acts.record-statement]
clauses = ["VNL-3-2"]
by = [{ party = "municipality" }]

[statements.staffing]
title = "Bemanning"
by = [{ party = "municipality", offices = ["unit-head"] }]
clauses = ["VNL-3-2"]

"""
OFFICES = '\n[vocabulary.offices]\ncare-coordinator = "vårdsamordnare"\nunit-head = "enhetschef"\n'
ACCEPT = 'by = [{ party = "municipality", roles = ["nurse", "occupational-therapist", "physiotherapist"] }]'
HEADS = 'by = [{ party = "municipality", unit_kinds = ["municipal-care"], offices = ["unit-head"] }]'
TEXT = (FILES / "agreement.toml").read_text("utf-8").replace(
    "[acts.sign-version]", WHO + "[acts.sign-version]", 1
).replace(ACCEPT, HEADS, 1).replace('steps = ["sent"]', 'steps = ["sent", "acknowledged"]') + OFFICES
"""The county's text, by which a municipality's coordinators acknowledge and its unit heads accept and decline."""

Speak = Callable[[str], Caller]


@pytest.fixture
def county(database: Dsns, tmp_path: Path) -> Iterator[tuple[Services, str]]:
    """The services of a demonstration with the county besides, whose directory has the offices, and their address."""
    directory = tmp_path / "county.toml"
    directory.write_text(DIRECTORY, encoding="utf-8")
    with (
        open_demonstration(database, tmp_path / "data", directory=directory) as services,
        serve(services) as address,
    ):
        yield services, address


@pytest.fixture
def speak_for(county: tuple[Services, str]) -> Iterator[Speak]:
    """Make a caller for a person of the county."""
    with ExitStack() as callers:
        yield lambda person: callers.enter_context(Caller(*county, person))


@pytest.fixture
def patient(county: tuple[Services, str]) -> str:
    """The opaque id of a person of the county."""
    return patient_id(county[0], TOVA, county="vasternorrland")


@pytest.fixture
def case(speak_for: Speak, patient: str) -> str:
    """The case of a request that the ward has sent to the home care of Kramfors, under the county's text."""
    publish_text(speak_for, TEXT)
    return send(speak_for, patient)


def send(speak_for: Speak, patient: str) -> str:
    """Let the ward send a request to the home care of Kramfors, and return its case."""
    ward = speak_for(WARD_NURSE)
    case = raise_need(ward, patient, WOUND)
    assert_ok(ward.act(case, "evaluate-criteria", facts={"threshold": CANNOT_TRAVEL, "lasting": {"lasting": True}}))
    assert_ok(ward.act(case, "send-referral", receiver=KRAMFORS, unit=KRAMFORS_UNIT))
    return case


def test_only_the_coordinators_acknowledge_and_the_refusal_says_so(
    county: tuple[Services, str], speak_for: Speak, case: str
) -> None:
    nurse, coordinator, head = map(speak_for, (KRAMFORS_NURSE, COORDINATOR, HEAD))

    for caller in (nurse, head):
        refused = assert_refused(caller.act(case, "acknowledge-referral"), 403, "ACTOR_NOT_ALLOWED")
        assert refused["rule"] == "VNL-3-2"
        assert "without the office care-coordinator" in refused["title"]
        assert refused["remedy"] == "let municipality (care-coordinator) do this"
        assert refused["where"][-1] == "care-coordinator"

    told = assert_ok(coordinator.act(case, "acknowledge-referral"))
    entry = coordinator.get(f"/api/cases/{case}/timeline").json()[-1]
    assert entry["actor"]["offices"] == ["care-coordinator"]
    assert told["referral"]["status"] == "acknowledged"
    assert_rebuild_identical(county[0])


def test_what_waits_stands_with_those_who_hold_the_office(speak_for: Speak, case: str) -> None:
    nurse = speak_for(KRAMFORS_NURSE)

    def list_waiting(unit: str) -> list[tuple[str, list[str]]]:
        waiting = nurse.get("/api/worklist", params={"unit": unit}).json()
        return [(item["key"], item["offices"]) for item in waiting if item.get("case") == case]

    assert list_waiting(KRAMFORS_UNIT) == [("acknowledge", ["care-coordinator"])]
    assert list_waiting(PLANNING) == []
    assert list_waiting(REHAB) == []
    assert_ok(speak_for(COORDINATOR).act(case, "acknowledge-referral"))
    # the receiving unit has no unit head: what they decide stands with the unit that has one
    assert list_waiting(REHAB) == [("accept", ["unit-head"])]
    assert list_waiting(KRAMFORS_UNIT) == []


def test_a_refusal_leads_on_to_somebody_who_holds_the_office(speak_for: Speak, case: str) -> None:
    refused = assert_refused(speak_for(HEAD).act(case, "accept-referral"), 409, "WRONG_STATE")

    assert refused["acts"] == ["acknowledge-referral"]
    assert "(care-coordinator) of municipal-care in the municipality" in refused["remedy"]


def test_only_a_unit_head_decides_and_records_what_the_text_gives_to_unit_heads(speak_for: Speak, case: str) -> None:
    nurse, coordinator, head = map(speak_for, (KRAMFORS_NURSE, COORDINATOR, HEAD))
    assert_ok(coordinator.act(case, "acknowledge-referral"))

    for caller in (nurse, coordinator):
        assert_refused(caller.act(case, "accept-referral"), 403, "ACTOR_NOT_ALLOWED")
        staffing = assert_refused(caller.act(case, "record-statement", kind="staffing"), 403, "ACTOR_NOT_ALLOWED")
        assert "unit-head" in staffing["remedy"]
    assert_ok(head.act(case, "record-statement", kind="staffing"))
    assert_ok(head.act(case, "accept-referral"))


def test_everybody_at_a_unit_with_the_office_holds_it(speak_for: Speak, case: str) -> None:
    planner = speak_for(PLANNER)

    assert_ok(planner.act(case, "acknowledge-referral"))

    entry = planner.get(f"/api/cases/{case}/timeline").json()[-1]
    assert (entry["actor"]["role"], entry["actor"]["offices"]) == ("occupational-therapist", ["care-coordinator"])


def test_the_pages_say_in_swedish_who_holds_the_office(
    county: tuple[Services, str], speak_for: Speak, case: str
) -> None:
    services, address = county
    path, form = f"/cases/{case}/acknowledge-referral", {"key": "once"}
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(services, KRAMFORS_NURSE).page(f"/cases/{case}").text
        assert "Vårdsamordnare, Kramfors hemsjukvård" in text
        assert path not in browser.get(f"/cases/{case}").text
        refused = browser.post(path, data=form, headers=SAME_ORIGIN)
        assert refused.status_code == 403
        assert "Det får göras av: Vårdsamordnare i kommunen." in refused.text
        version = browser.page("/agreements/hemsjukvard-vasternorrland/2014").text
        assert "Enhetschef i hemsjukvården, kommunen" in version
        assert path in browser.sign_in(services, COORDINATOR).get(f"/cases/{case}").text
        assert browser.post(path, data=form, headers=SAME_ORIGIN).status_code == 303


def test_both_checks_tell_of_an_office_that_nobody_holds(tmp_path: Path) -> None:
    text, directory = tmp_path / "text.toml", tmp_path / "directory.toml"
    text.write_text(TEXT, encoding="utf-8")
    lacking = DIRECTORY.replace('role = "coordinator"\noffices = ["care-coordinator"]', 'role = "coordinator"')
    # an official holds the office of the unit heads, and takes no part in the care
    lacking = lacking.replace(f'unit = "{REHAB}"\nrole = "nurse"', f'unit = "{REHAB}"\nrole = "official"')
    lacking = lacking.replace('offices = ["care-coordinator"]\n\n[[assignments]]', "\n[[assignments]]")
    directory.write_text(lacking, encoding="utf-8")
    assert not check(TEXT.encode())

    of_text, in_swedish = (
        CliRunner().invoke(commands.app, ["check", str(text), "--directory", str(directory), "--language", language])
        for language in ("en", "sv")
    )
    of_directory = CliRunner().invoke(
        directory_commands.app, ["check", str(directory), "--text", str(text), "--language", "en"]
    )

    assert of_text.exit_code == 1
    for act, office in (("acknowledge-referral", "care-coordinator"), ("accept-referral", "unit-head")):
        asked = f"acts.{act}.by asks for the office {office}, and nobody of Kramfors kommun who can do it has that"
        assert asked in of_text.output
        assert f"Ingen hos Kramfors kommun har uppdraget {office} i katalogen." in in_swedish.output
        assert f"principals[2] has too few persons for {act} of hemsjukvard-vasternorrland 2014" in of_directory.output
    assert "Härnösands kommun who" not in of_text.output


def test_a_check_refuses_an_office_without_a_name_and_signatures_in_a_case() -> None:
    unnamed = TEXT.replace('unit-head = "enhetschef"\n', "")
    several = TEXT.replace('offices = ["care-coordinator"] }]', 'offices = ["care-coordinator"], signatures = 2 }]', 1)

    assert "names the office unit-head, which [vocabulary.offices] does not have" in str(check(unnamed.encode())[0])
    (fault,) = check(several.encode())
    assert "acts.acknowledge-referral.by[0].signatures asks for 2 signatures" in str(fault)


def test_no_whole_unit_can_sign_agreements() -> None:
    faults = read_directory(
        DIRECTORY.replace('offices = ["care-coordinator"]\n\n[[ass', 'offices = ["signatory"]\n\n[[ass').encode()
    )

    assert isinstance(faults, tuple)
    assert "units[7].offices has signatory, and so lets everybody at the unit sign agreements" in str(faults[0])


# --- Joint bodies -----------------------------------------------------------------------------------------------------

OUTCOME = {"level": "primary", "performer": "municipality", "conclusion": "The care is given at home"}


@pytest.fixture
def dispute(speak_for: Speak, case: str) -> str:
    """The disagreement of the municipality with the request."""
    return disagree(speak_for, case)


def disagree(speak_for: Speak, case: str) -> str:
    """Let the municipality disagree with the request, and return the disagreement."""
    nurse = speak_for(KRAMFORS_NURSE)
    assert_ok(speak_for(COORDINATOR).act(case, "acknowledge-referral"))
    assert_ok(nurse.act(case, "raise-disagreement", reason="Her son drives her to the health centre"))
    return str(assert_ok(nurse.get(f"/api/cases/{case}/replay"))["case"]["disputes"][0]["id"])


def read_dispute(caller: Caller, case: str, at: str | None = None) -> dict[str, Any]:
    """Return the disagreement of a case as it is, or as it was known at a moment."""
    replay = assert_ok(caller.get(f"/api/cases/{case}/replay", params={"at": at} if at else None))
    found: dict[str, Any] = replay["case"]["disputes"][0]
    return found


def test_a_body_decides_at_its_level_when_the_other_party_confirms_it(
    county: tuple[Services, str], speak_for: Speak, case: str, dispute: str
) -> None:
    ward, nurse = speak_for(WARD_NURSE), speak_for(KRAMFORS_NURSE)
    said = {"dispute": dispute, **OUTCOME}
    early = assert_refused(ward.act(case, "resolve-disagreement", decided=True, **said), 409, "WRONG_STATE")
    assert early["acts"] == ["record-procedure-step"]
    assert_ok(nurse.act(case, "record-procedure-step", dispute=dispute, step="local"))
    assert_ok(ward.act(case, "escalate-disagreement", dispute=dispute, step="county-group"))

    told = assert_ok(ward.act(case, "resolve-disagreement", decided=True, **said))["events"][0]

    assert told["topic"] == "disagreement.resolution-proposed.v1"
    assert (told["content"]["decided_by"], told["content"]["body"]) == ("Länssamordningsgruppen", "county-group")
    assert read_dispute(nurse, case)["decided_by"] is None
    assert read_responsibility(nurse, case) == {"wound": (None, None)}
    waiting = assert_ok(nurse.get(f"/api/cases/{case}/replay"))["items"]
    assert [item["party"] for item in waiting if item["key"] == "resolve-disagreement"] == ["municipality"]
    services, address = county
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(services, KRAMFORS_NURSE).page(f"/cases/{case}").text
        assert "Anger att Länssamordningsgruppen har avgjort; gäller när den andra parten bekräftar det" in text
    unconfirmed = datetime.now(UTC).isoformat()

    assert_ok(nurse.act(case, "resolve-disagreement", decided=True, **said))

    resolved = read_dispute(ward, case)
    assert (resolved["decided_by"], resolved["body"]) == ("Länssamordningsgruppen", "county-group")
    assert [each["person"] for each in resolved["declarations"].values()] == [WARD_NURSE, KRAMFORS_NURSE]
    assert read_dispute(ward, case, at=unconfirmed)["decided_by"] is None
    assert read_responsibility(nurse, case) == {"wound": (REGION, KRAMFORS)}
    output = ward.get(f"/fhir/Task/{dispute}").json()["output"][-1]
    parts = [
        (part["url"], *(value for name, value in part.items() if name != "url"))
        for part in output["extension"][0]["extension"]
    ]
    assert ("decided-by", "Länssamordningsgruppen") in parts
    assert ("body", "county-group") in parts
    declared = [value["reference"] for url, value in parts if url == "declared-by"]
    assert [reference.split("/")[1].split(".")[0] for reference in declared] == [WARD_NURSE, KRAMFORS_NURSE]
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(services, KRAMFORS_NURSE).page(f"/cases/{case}").text
    assert "Avgjort av Länssamordningsgruppen; antecknat av Alva Avdelningssköterska" in text
    assert "bekräftat av Kerstin Kramforssköterska" in text
    assert_rebuild_identical(services)


def test_a_decision_of_one_level_is_not_confirmed_as_that_of_the_next(
    speak_for: Speak, case: str, dispute: str
) -> None:
    ward, nurse = speak_for(WARD_NURSE), speak_for(KRAMFORS_NURSE)
    said = {"dispute": dispute, **OUTCOME}
    assert_ok(nurse.act(case, "record-procedure-step", dispute=dispute, step="local"))
    assert_ok(ward.act(case, "resolve-disagreement", decided=True, **said))
    assert_ok(nurse.act(case, "escalate-disagreement", dispute=dispute, step="county-group"))

    other = assert_refused(nurse.act(case, "resolve-disagreement", decided=True, **said), 409, "RESOLUTIONS_DIFFER")
    assert "Lokal samverkan" in other["title"]
    assert "Länssamordningsgruppen" in other["title"]
    assert_ok(ward.act(case, "resolve-disagreement", decided=True, **said))
    assert_ok(nurse.act(case, "resolve-disagreement", decided=True, **said))

    assert read_dispute(ward, case)["body"] == "county-group"


def test_the_text_can_name_one_body_that_decides_once_its_step_is_taken(speak_for: Speak, patient: str) -> None:
    text = TEXT.replace("[dispute]\n", '[dispute]\ndecider = "county-group"\n', 1)
    assert not check(text.encode())
    publish_text(speak_for, text)
    version = assert_ok(speak_for(WARD_NURSE).get(VERSION))
    assert version["bodies"][1] == {
        "id": "county-group",
        "title": "Länssamordningsgruppen",
        "english": "The county's coordination group",
        "parties": ["region", "municipality"],
        "clauses": ["VNL-5-1"],
    }
    case = send(speak_for, patient)
    dispute = disagree(speak_for, case)
    ward, nurse = speak_for(WARD_NURSE), speak_for(KRAMFORS_NURSE)
    said: dict[str, Any] = {"dispute": dispute, "decided": True, **OUTCOME}
    assert_ok(nurse.act(case, "record-procedure-step", dispute=dispute, step="local"))
    early = assert_refused(ward.act(case, "resolve-disagreement", **said), 409, "WRONG_STATE")
    assert early["acts"] == ["escalate-disagreement"]
    for step in ("county-group", "county-management"):
        assert_ok(ward.act(case, "escalate-disagreement", dispute=dispute, step=step))

    assert_ok(ward.act(case, "resolve-disagreement", **said))
    assert_ok(nurse.act(case, "resolve-disagreement", **said))

    assert read_dispute(ward, case)["body"] == "county-group"
