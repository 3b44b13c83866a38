"""Västernorrland, a real county that is three files: from the publication of its agreement to a discharge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from domain.agreements.quotation import quote_clauses
from domain.authoring.publication import load
from domain.authoring.validation import check, warn
from service.bootstrap import Services
from service.commands import agreement as commands
from service.database.dsns import Dsns
from tests.live import Caller, open_record, register_person, serve
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish

FILES = Path(__file__).parents[1] / "counties" / "vasternorrland"
TEXT, DOCUMENT = (FILES / "agreement.toml").read_bytes(), (FILES / "document.txt").read_bytes()
VERSION = "/api/agreements/hemsjukvard-vasternorrland/2014"
REGION, HARNOSAND, KRAMFORS = "SE2321000022-REGION", "SE2120000041-KOMMUN", "SE2120000042-KOMMUN"
HARNOSAND_UNIT, KRAMFORS_UNIT = "SE2120000041-HSV", "SE2120000042-HSV"
DISTRICT_NURSE, WARD_NURSE = "SE2321000022-DSK1", "SE2321000022-AVDSSK1"
HARNOSAND_NURSE, KRAMFORS_NURSE = "SE2120000041-SSK1", "SE2120000042-SSK1"
KRAMFORS_THERAPIST, KRAMFORS_ASSISTANT = "SE2120000042-AT1", "SE2120000042-USK1"
TOVA = "195011029989"
Json = dict[str, Any]
WOUND: Json = {"key": "wound", "text": "Dress the ulcer twice a week", "profession": "nurse"}
VISIT: Json = {"key": "visit", "text": "See how the ulcer heals", "profession": "physician"}
WALK: Json = {"key": "walk", "text": "Train to walk", "profession": "occupational-therapist", "kind": "rehabilitative"}
CANNOT_TRAVEL: Json = {"reaches_centre": False, "because": "disease"}


# --- The files --------------------------------------------------------------------------------------------------------


def test_the_text_has_no_faults_and_each_rule_has_its_words_in_the_lines_that_it_names() -> None:
    assert not check(TEXT)
    assert not warn(TEXT)
    own = {rule: clause for rule, clause in load(TEXT).clauses.items() if rule.startswith("VNL")}
    assert quote_clauses(own, DOCUMENT.decode()).keys() == own.keys()


def test_the_command_warns_of_what_is_no_fault_and_probably_not_meant(tmp_path: Path) -> None:
    text = TEXT.decode().replace(', "care-staff"] }]', "] }]")
    row = text.index('interventions = ["housing-certificate"]\n')
    text = text[:row] + text[row:].replace('levels = ["primary"]\n', "", 1)
    (tmp_path / "county.toml").write_text(text)

    checked = CliRunner().invoke(commands.app, ["check", str(tmp_path / "county.toml"), "--language", "en"])

    delegation, levels, *_ = checked.output.splitlines()
    assert ": guards.delegation is about staff without a licence" in delegation
    assert "states no levels, and so holds for care at the level specialised too" in levels
    assert checked.exit_code == 0
    assert "The text has no faults." in checked.output


@pytest.mark.parametrize(
    ("situation", "answer", "ground"),
    [
        ("--profession nurse --enrolled", "huvudman kommunen, utförare kommunen", "VNL-4-1"),
        ("--profession nurse --no-enrolled", "huvudman regionen, utförare regionen", "VNL-2-2"),
        (
            "--profession nurse --no-enrolled --single-intervention --circumstance criteria-met",
            "huvudman kommunen, utförare kommunen",
            "VNL-4-2",
        ),
        ("--profession physiotherapist --setting special", "huvudman kommunen, utförare kommunen", "VNL-4-4"),
        ("--profession physician --enrolled", "huvudman regionen, utförare regionen", "VNL-4-3"),
        ("--intervention assistive-device --enrolled --age 3", "huvudman kommunen, utförare kommunen", "VNL-4-6"),
        ("--intervention assistive-device --setting special", "inte reglerat", "VNL-C"),
    ],
    ids=[
        "a nurse's care of the enrolled",
        "a nurse's care of others",
        "a home visit to a person who cannot travel",
        "rehabilitation in special housing",
        "a physician's care",
        "a child's assistive device",
        "an assistive device in special housing",
    ],
)
def test_the_text_answers_who_is_responsible(situation: str, answer: str, ground: str) -> None:
    asked = CliRunner().invoke(commands.app, ["ask", str(FILES / "agreement.toml"), *situation.split()])

    assert f"Svar: {answer}" in asked.output
    assert ground in asked.output


# --- The county -------------------------------------------------------------------------------------------------------


@pytest.fixture
def county(database: Dsns, tmp_path: Path) -> Iterator[tuple[Services, str]]:
    """The services of the county's record, which knows its directory and no agreement, and their address."""
    with open_record(database, tmp_path, directory=FILES / "directory.toml") as services, serve(services) as address:
        yield services, address


@pytest.fixture
def speak_for(county: tuple[Services, str]) -> Iterator[Callable[[str], Caller]]:
    """Make a caller for a person of the county."""
    with ExitStack() as callers:
        yield lambda person: callers.enter_context(Caller(*county, person))


@pytest.fixture
def in_force(speak_for: Callable[[str], Caller]) -> None:
    """Let the region and two municipalities publish the agreement."""
    publish_text(speak_for, TEXT.decode())


def publish_text(speak_for: Callable[[str], Caller], text: str) -> None:
    """Let the region and two municipalities publish a text of the agreement."""
    publish(text, *map(speak_for, (DISTRICT_NURSE, HARNOSAND_NURSE, KRAMFORS_NURSE)))


def list_items(caller: Caller, case: str) -> list[tuple[str, list[str]]]:
    """Return what waits for the caller's principal in a case: each item's key and the acts that meet it."""
    return [(item["key"], item["acts"]) for item in caller.get("/api/worklist").json() if item.get("case") == case]


def read_responsibility(caller: Caller, case: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the principal and the performer of each intervention at present."""
    rows = assert_ok(caller.get(f"/api/cases/{case}/responsibility"))["responsible"]
    return {row["intervention"]: (row["treatment"], row["performer"]) for row in rows}


def list_fitting(caller: Caller, case: str, receiver: str) -> list[str]:
    """List the units of a municipality that fit the request of a case."""
    units = caller.get(f"/api/cases/{case}/receiving-units", params={"receiver": receiver}).json()
    return [unit["unit"] for unit in units if unit["fits"]]


def read_last(caller: Caller, case: str) -> Json:
    """Return the last entry of a case's timeline."""
    entries: list[Json] = caller.get(f"/api/cases/{case}/timeline").json()
    return entries[-1]


def raise_need(region: Caller, patient: str, *interventions: Json) -> str:
    """Raise a need that no municipality is named for, and return its case."""
    request = {"need": "Care at home", "interventions": interventions}
    return str(assert_ok(region.post("/api/cases", json={"patient_id": patient, "request": request}))["case"])


# --- Its agreement ----------------------------------------------------------------------------------------------------


def test_the_parties_bring_the_agreement_into_force_each_from_its_own_signature(
    speak_for: Callable[[str], Caller],
) -> None:
    region, harnosand, kramfors = map(speak_for, (DISTRICT_NURSE, HARNOSAND_NURSE, KRAMFORS_NURSE))
    without = assert_ok(region.get("/api/agreements/in-force", params={"municipality": KRAMFORS}))
    assert without["answer"] == "no agreement"

    assert_ok(region.director.post("/api/agreements", json={"text": TEXT.decode()}))
    assert_ok(region.director.post(f"{VERSION}/sign-version", json={}))
    assert_refused(region.director.post(f"{VERSION}/publish-version", json={}), 409, "OTHER_PARTY_MISSING")
    assert_ok(kramfors.director.post(f"{VERSION}/sign-version", json={}))
    assert_ok(kramfors.director.post(f"{VERSION}/publish-version", json={}))

    found = {
        municipality: assert_ok(region.get("/api/agreements/in-force", params={"municipality": municipality}))["answer"]
        for municipality in (HARNOSAND, KRAMFORS)
    }
    assert found == {HARNOSAND: "no agreement", KRAMFORS: "agreement"}
    assert_ok(harnosand.director.post(f"{VERSION}/sign-version", json={}))
    assert assert_ok(region.get(VERSION))["not_signed"] == []
    form = {"Content-Type": "text/plain"}
    assert_ok(harnosand.director.post(f"{VERSION}/attach-document", content=DOCUMENT, headers=form))


# --- A case to discharge ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_force")
def test_a_misdirected_request_reaches_the_right_municipality_which_cares_until_the_need_has_ended(
    county: tuple[Services, str], speak_for: Callable[[str], Caller]
) -> None:
    region, harnosand, kramfors = map(speak_for, (DISTRICT_NURSE, HARNOSAND_NURSE, KRAMFORS_NURSE))
    patient = register_person(county[0], "vasternorrland", TOVA)
    lives_in_kramfors = {"valid_from": "2020-01-01", "county": "vasternorrland", "municipality": KRAMFORS}
    assert_ok(region.post(f"/api/persons/{patient}/record-residence", json=lives_in_kramfors))
    case = raise_need(region, patient, WOUND, VISIT)
    assess_before_sending(region, harnosand, case)
    assert list_fitting(region, case, HARNOSAND) == [HARNOSAND_UNIT]
    sent = assert_ok(region.act(case, "send-referral", receiver=HARNOSAND))
    assert sent["events"][0]["content"]["unit"] == HARNOSAND_UNIT
    (note,) = sent["notes"]
    assert (note["code"], note["field"], note["rule"]) == ("RESIDENCE_DIFFERS", "receiver", "VNL-2-6")

    send_anew(region, harnosand, kramfors, case)
    ask_in_vain_for_cancellation(region, kramfors, case)
    disagree_and_resolve(region, kramfors, case)
    enrol(region, kramfors, case)
    perform(kramfors, speak_for(KRAMFORS_ASSISTANT), case)
    discharge(region, kramfors, case)

    assert harnosand.get(f"/api/cases/{case}/timeline").status_code == 404
    assert_rebuild_identical(county[0])


def assess_before_sending(region: Caller, harnosand: Caller, case: str) -> None:
    """Let the region assess the threshold before it sends, as nobody else can: no other principal knows of the need."""
    facts = {"threshold": CANNOT_TRAVEL, "lasting": {"lasting": False}}
    early = assert_refused(region.act(case, "send-referral", receiver=HARNOSAND), 409, "PRECONDITION_MISSING")
    assert (early["rule"], early["acts"]) == ("VNL-3-1", ["evaluate-criteria"])
    sending = ("send-referral", ["send-referral", "supplement-referral"])
    assert list_items(region, case) == [("evaluate-criteria", ["evaluate-criteria"]), sending]
    assert harnosand.act(case, "evaluate-criteria", facts=facts).status_code == 404
    assert_ok(region.act(case, "evaluate-criteria", facts=facts))
    assert list_items(region, case) == [sending]


def send_anew(region: Caller, harnosand: Caller, kramfors: Caller, case: str) -> None:
    """Let the wrong municipality see the request at once and return it. It goes to the right one in the same case."""
    assert ("acknowledge", ["acknowledge-referral"]) in list_items(harnosand, case)
    assert_ok(harnosand.act(case, "return-referral", reason="She lives in Kramfors"))
    assert read_last(region, case)["not_regulated"] == ["return-referral"]
    assert list_items(region, case) == [("send-anew", ["send-referral", "withdraw-referral"])]
    assert list_items(harnosand, case) == []
    sent = assert_ok(region.act(case, "send-referral", receiver=KRAMFORS, unit=KRAMFORS_UNIT))
    assert sent["notes"] == []
    assert harnosand.act(case, "acknowledge-referral").status_code == 404
    assert_ok(kramfors.act(case, "acknowledge-referral"))


def ask_in_vain_for_cancellation(region: Caller, kramfors: Caller, case: str) -> None:
    """Let the region ask for the cancellation of the request, and the municipality refuse it."""
    assert_ok(region.act(case, "request-cancellation", reason="duplicate", note="The ward sent one as well"))
    assert ("answer-cancellation", ["accept-cancellation", "refuse-cancellation"]) in list_items(kramfors, case)
    assert_ok(kramfors.act(case, "refuse-cancellation", reason="No other request has come"))
    assert read_last(region, case)["content"] == {"reason": "No other request has come"}
    assert read_responsibility(region, case) == {"wound": (REGION, REGION), "visit": (REGION, REGION)}


def disagree_and_resolve(region: Caller, kramfors: Caller, case: str) -> None:
    """Let the municipality disagree with what the region alone assessed, and both agree on the second level."""
    facts = {"threshold": CANNOT_TRAVEL}
    assert_refused(kramfors.act(case, "evaluate-criteria", facts=facts), 403, "ACTOR_NOT_ALLOWED")
    assert_ok(kramfors.act(case, "raise-disagreement", reason="Her son drives her to the health centre"))
    dispute = assert_ok(region.get(f"/api/cases/{case}/replay"))["case"]["disputes"][0]["id"]
    assert read_responsibility(region, case) == {"wound": (None, None), "visit": (REGION, REGION)}
    assert_refused(kramfors.act(case, "accept-referral"), 409, "WRONG_STATE")
    assert_ok(region.act(case, "record-position", dispute=dispute, position="Her son has moved to Sundsvall"))
    too_early = kramfors.act(case, "escalate-disagreement", dispute=dispute, step="county-group")
    assert_refused(too_early, 409, "WRONG_STATE")
    assert_ok(kramfors.act(case, "record-procedure-step", dispute=dispute, step="local"))
    assert_ok(region.act(case, "escalate-disagreement", dispute=dispute, step="county-group"))
    outcome: Json = {"level": "primary", "performer": "municipality", "conclusion": "The care is given at home"}
    for caller in (kramfors, region):
        assert_ok(caller.act(case, "resolve-disagreement", dispute=dispute, **outcome))
    assert read_responsibility(region, case) == {"wound": (REGION, KRAMFORS), "visit": (REGION, REGION)}


def enrol(region: Caller, kramfors: Caller, case: str) -> None:
    """Let the municipality accept the request, plan the care alone, and enrol the person."""
    assert ("accept", ["accept-referral", "decline-referral"]) in list_items(kramfors, case)
    assert_refused(region.act(case, "accept-referral"), 403, "ACTOR_NOT_ALLOWED")
    assert_ok(kramfors.act(case, "accept-referral"))
    plan = assert_ok(kramfors.act(case, "initiate-plan", kind="individual"))["plans"][-1]["id"]
    for intervention, performer in ((WOUND, "municipality"), (VISIT, "region")):
        planned = intervention | {"scope": "several-with-coordination", "performer": performer}
        assert_ok(kramfors.act(case, "plan-intervention", plan=plan, intervention=planned))
    assert_ok(kramfors.act(case, "agree-plan", plan=plan, text=kramfors.read_text(plan)))
    assert_ok(kramfors.act(case, "start-enrolment"))
    assert read_responsibility(region, case) == {"wound": (KRAMFORS, KRAMFORS), "visit": (REGION, REGION)}


def perform(kramfors: Caller, assistant: Caller, case: str) -> None:
    """Let care staff perform what a nurse has assigned to them, and nothing before that."""
    task = {"intervention": "wound", "performer": KRAMFORS_ASSISTANT}
    refused = assert_refused(assistant.act(case, "perform-intervention", **task), 422, "NO_DELEGATION")
    assert refused["rule"] == "VNL-4-5"
    assert_ok(kramfors.act(case, "delegate-task", **task, form="assignment", last_day="2099-12-31"))
    assert_ok(assistant.act(case, "perform-intervention", **task, note="The ulcer is smaller"))


def discharge(region: Caller, kramfors: Caller, case: str) -> None:
    """Let the municipality's nurse alone discharge the person, who is told where to turn."""
    over: Json = {"reason": "The ulcer has healed", "participation": {"took_part": True, "note": "She was there"}}
    assert_refused(region.act(case, "declare-discharge", **over), 403, "ACTOR_NOT_ALLOWED")
    untold = assert_refused(kramfors.act(case, "declare-discharge", **over), 422, "INFORMATION_DUTY_OPEN")
    assert untold["rule"] == "VNL-3-5"
    ended = assert_ok(kramfors.act(case, "declare-discharge", **over, where_to_turn="The health centre"))
    assert "enrolment.discharged.v1" in [event["topic"] for event in ended["events"]]
    assert read_responsibility(region, case)["wound"] == (REGION, REGION)
    assert list_items(region, case) == list_items(kramfors, case) == []


# --- A request that nobody has assessed -------------------------------------------------------------------------------


def test_a_request_is_on_the_receivers_worklist_at_once_also_if_nobody_has_assessed_it(
    county: tuple[Services, str], speak_for: Callable[[str], Caller]
) -> None:
    text = TEXT.decode()
    publish_text(speak_for, text[: text.index("[[preconditions]]")] + text[text.index("# --- Planering") :])
    ward, therapist = map(speak_for, (WARD_NURSE, KRAMFORS_THERAPIST))
    case = raise_need(ward, register_person(county[0], "vasternorrland", TOVA), WALK)
    assert_refused(ward.act(case, "evaluate-criteria", facts={"threshold": CANNOT_TRAVEL}), 409, "WRONG_STATE")

    assert_ok(ward.act(case, "send-referral", receiver=KRAMFORS))

    (item,) = therapist.get("/api/worklist", params={"unit": "SE2120000042-REHAB"}).json()
    assert (item["case"], item["key"], item["due"], item["rule"]) == (case, "acknowledge", None, None)
    assert list_items(ward, case) == [("evaluate-criteria", ["evaluate-criteria"])]
    assert_ok(therapist.act(case, "acknowledge-referral"))
    assert list_items(therapist, case) == []


# --- A case that is cancelled -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_force")
def test_a_request_ends_when_the_municipality_accepts_that_it_is_cancelled(
    county: tuple[Services, str], speak_for: Callable[[str], Caller]
) -> None:
    ward, therapist = map(speak_for, (WARD_NURSE, KRAMFORS_THERAPIST))
    case = raise_need(ward, register_person(county[0], "vasternorrland", TOVA), WALK)
    assert_ok(ward.act(case, "evaluate-criteria", facts={"threshold": CANNOT_TRAVEL}))
    sent = assert_ok(ward.act(case, "send-referral", receiver=KRAMFORS))
    assert sent["events"][0]["content"]["unit"] == "SE2120000042-REHAB"
    assert_ok(therapist.act(case, "acknowledge-referral"))

    assert_ok(ward.act(case, "request-cancellation", reason="need-ceased"))
    assert_refused(ward.act(case, "accept-cancellation"), 403, "NOT_YOUR_PRINCIPAL")
    ended = assert_ok(therapist.act(case, "accept-cancellation"))

    assert ended["referral"]["status"] == "withdrawn"
    assert read_last(ward, case)["topic"] == "referral.cancellation-accepted.v1"
    assert read_responsibility(ward, case) == {"walk": (REGION, REGION)}
    assert list_items(ward, case) == list_items(therapist, case) == []
    assert_rebuild_identical(county[0])


# --- Medical responsibility -------------------------------------------------------------------------------------------


def test_answers_name_the_medical_responsibility_that_the_text_keeps_apart_from_the_principals(
    county: tuple[Services, str], speak_for: Callable[[str], Caller], tmp_path: Path
) -> None:
    row = 'id = "home-care"\nlevels = ["primary"]\n'
    text = TEXT.decode().replace(row, row + 'medical = "region"\n', 1)
    publish_text(speak_for, text)
    region, kramfors = speak_for(DISTRICT_NURSE), speak_for(KRAMFORS_NURSE)
    situation = {"municipality": KRAMFORS, "profession": "nurse", "level": "primary"}

    for enrolled, holders in (("true", ("municipality", "region")), ("false", ("region", None))):
        asked = region.get("/api/agreements/in-force/responsible", params={**situation, "enrolled": enrolled})
        answer = assert_ok(asked)["responsible"]
        assert (answer["treatment"], answer["medical"]) == holders
    (tmp_path / "county.toml").write_text(text)
    said = CliRunner().invoke(
        commands.app, ["ask", str(tmp_path / "county.toml"), "--profession", "nurse", "--enrolled"]
    )
    assert "medicinskt ansvar regionen" in said.output

    case = raise_need(region, register_person(county[0], "vasternorrland", TOVA), WOUND, VISIT)
    assert_ok(region.act(case, "evaluate-criteria", facts={"threshold": CANNOT_TRAVEL, "lasting": {"lasting": True}}))
    assert_ok(region.act(case, "send-referral", receiver=KRAMFORS, unit=KRAMFORS_UNIT))
    enrol(region, kramfors, case)

    rows = assert_ok(region.get(f"/api/cases/{case}/responsibility"))["responsible"]
    assert {row["intervention"]: row.get("medical") for row in rows} == {"wound": REGION, "visit": None}
    (plan,) = region.get("/fhir/CarePlan", params={"status": "active"}).json()["entry"]
    assert (
        '"url":"medical","valueReference":{"reference":"Organization/SE2321000022-REGION"'
        in orjson.dumps(plan).decode()
    )
    assert_rebuild_identical(county[0])
