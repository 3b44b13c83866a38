"""A drug of psychiatry that passes to the municipality: its plan, its criteria and its handover by forms on pages."""

from collections.abc import Callable

import pytest

from play.d2 import DEPOT, FACTS, FOUR, HABITUAL, OWN, PSYCHIATRIC_NURSE, PSYCHIATRIST, THERAPIST, TRACK
from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from tests.live import MUNICIPALITY_A, NURSE_A, Caller, patient_id
from tests.web.conftest import Browser
from tests.web.forms import follow, offers
from tests.web.test_act_forms import ASSESSMENT, TOOK_PART, do, write_part

PARTIES = {"interventions.depot": "municipality", "interventions.talk": "region"}
TALK = DEPOT | {"key": "talk", "text": "Samtal om läkemedlet"}
ANSWERS = {True: "yes", False: "no"}


@pytest.fixture
def proposed(module_services: Services, module_address: str) -> str:
    """A case in which psychiatry has proposed to hand over an injection, and the person has consented to a SIP."""
    with Caller(module_services, module_address, PSYCHIATRIC_NURSE) as psychiatry:
        need = {
            "patient_id": patient_id(module_services, PERSONS[2][0]),
            "track": TRACK,
            "municipality": MUNICIPALITY_A,
            "setting": "ordinary",
            "request": {"need": "Depåinjektion hemma", "interventions": [DEPOT, TALK]},
        }
        case = str(psychiatry.post("/api/cases", json=need).json()["case"])
        assert psychiatry.act(case, "propose-handover", receiver=MUNICIPALITY_A, interventions=["depot"]).is_success
        for kind, fields in (
            ("sip-consent", {"given": True}),
            ("sip-summons", {"when": "På måndag"}),
            ("habitual-description", HABITUAL),
        ):
            assert psychiatry.act(case, "record-statement", kind=kind, fields=fields).is_success
    return f"/cases/{case}"


def test_an_intervention_is_handed_over_and_accepted_on_pages(
    browse: Callable[[str], Browser], nurse: Browser, proposed: str
) -> None:
    case, psychiatry, psychiatrist = proposed, browse(PSYCHIATRIC_NURSE), browse(PSYCHIATRIST)
    do(psychiatry, case, "initiate-plan", kind="sip")
    do(psychiatry, case, "hold-planning", form="home", participants=[PSYCHIATRIST, NURSE_A], **TOOK_PART)
    planned = {"key": "depot", "performer": "municipality", "line": "drug", "task": "administer"}
    do(psychiatry, case, "plan-intervention", **{f"intervention.{name}": word for name, word in planned.items()})
    for part, words in (FOUR | OWN).items():
        filled = {f"fields.{name}": str(word) for name, word in words.items()}
        assert follow(write_part(psychiatry, case, part, **filled)) == case
    for browser in (psychiatrist, nurse):
        do(browser, case, "agree-plan")
    assert not offers(nurse, case, "evaluate-criteria")
    stable = FACTS | {"stabilised": FACTS["stabilised"] | {"physician_judges_stable": True}}
    facts = {
        f"facts.{criterion}.{name}": ANSWERS[word] for criterion, each in stable.items() for name, word in each.items()
    }
    do(psychiatrist, case, "evaluate-criteria", **facts)
    do(psychiatrist, case, "record-assessment", level="primary", **ASSESSMENT, **PARTIES)
    do(psychiatrist, case, "establish-level")
    for act in ("accept-referral", "commit-to-enrolment"):
        for browser in (psychiatry, nurse):
            do(browser, case, act)
    for aspect in ("competence", "equipment"):
        do(nurse, case, "confirm-readiness", aspect=aspect)
    do(nurse, case, "start-enrolment")
    assert not offers(nurse, case, "accept-handover")

    assert "Lämna över: Samtal om läkemedlet" not in psychiatry.page(case).html
    assert "Lämna över: Depåinjektion var fjärde vecka</button>" in psychiatry.page(case).html
    do(psychiatry, case, "hand-over-intervention", intervention="depot")
    assert not offers(browse(THERAPIST), case, "accept-handover")
    assert "Ta emot: Depåinjektion var fjärde vecka</button>" in nurse.page(case).html
    do(nurse, case, "accept-handover", intervention="depot")

    assert "Depåinjektion var fjärde vecka Ekeby kommun utför" in nurse.page(case).text
