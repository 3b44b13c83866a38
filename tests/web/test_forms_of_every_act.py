"""Acts beside a case's straight way, by forms on pages alone: plans, statements, tasks, moves, corrections."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from play.d2 import DEPOT, PSYCHIATRIC_NURSE, TRACK
from play.threshold import AABY, COUNTY_NURSE, FACTS, INJECTION, NURSE
from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, RESPONSIBLE_NURSE_A, Caller, patient_id
from tests.service.calls import assert_ok
from tests.web.cases import VISIT, WARD_NURSE, WOUND, LiveCase, enrol, establish_plan
from tests.web.conftest import Browser
from tests.web.forms import Forms, find_form, offers, send
from tests.web.html import Page, read_visible
from tests.web.test_act_forms import TOOK_PART, do, receive
from tests.web.test_handover_forms import TALK
from tests.web.test_request_forms import UNIT_A

CARE_STAFF, THERAPIST, MUNICIPALITY_B = "SE2120000001-USK1", "SE2120000001-AT1", "SE2120000002-KOMMUNB"
WOUND_CARE = str(WOUND["key"])


@pytest.fixture
def enrolled(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """A person who is enrolled since 11 April 2025 by a plan."""
    with establish_plan(module_services, module_address) as live:
        enrol(live)
        yield live


def list_events(caller: Caller, case: str, topic: str) -> list[dict[str, Any]]:
    """List the content of the events of a topic in a case."""
    entries = caller.get(f"/api{case}/timeline").json()
    return [each["content"] for each in entries if each["topic"].startswith(topic)]


def list_choices(browser: Browser, case: str, act: str, field: str) -> set[str]:
    """List the values that a field of the form of an act offers to choose among, without the empty one."""
    form = browser.page(case).html.split(f'/{act}"')[1].split("</form>")[0]
    choice = form.split(f' name="{field}"')[1].split("</select>")[0]
    return set(re.findall('<option value="([^"]+)"', choice))


def test_a_plan_is_followed_up_with_the_day_of_the_next_time(nurse: Browser, enrolled: LiveCase) -> None:
    case = f"/cases/{enrolled.id}"
    following = (datetime.now(UTC) + timedelta(days=90)).date()

    do(nurse, case, "follow-up-plan", finding="Såret läker", next_on=str(following), **TOOK_PART)

    assert "Såret läker" in nurse.page(case).text
    (event,) = list_events(enrolled.region, case, "care-plan.follow-up-recorded")
    assert (event["finding"], event["next_on"]) == ("Såret läker", str(following))


def test_of_the_statements_only_the_one_that_waits_is_open(
    nurse: Browser, district_nurse: Browser, enrolled: LiveCase
) -> None:
    case = f"/cases/{enrolled.id}"
    do(nurse, case, "record-statement", {"kind": "physician-home-visit-request"}, **{"fields.reason": "Feber"})

    shown, folded = district_nurse.page(case).html.split('<details class="more">')

    kinds = [[fields["kind"] for _, fields in Forms(part).forms if "kind" in fields] for part in (shown, folded)]
    assert kinds[0] == [["physician-home-visit-answer"]]
    assert ["plan-request"] in kinds[1]


def test_an_established_plan_is_opened_for_change_and_the_one_that_enrolment_needs_stays(
    nurse: Browser, district_nurse: Browser, enrolled: LiveCase
) -> None:
    case = f"/cases/{enrolled.id}"
    assert not offers(nurse, case, "close-plan")

    do(district_nurse, case, "revise-plan", reason="Regionen kan samordna")

    assert "Gäller; ändring skrivs" in nurse.page(case).text
    assert not offers(nurse, case, "revise-plan")
    do(nurse, case, "assign-contact-role", role="coordinator", person=DISTRICT_NURSE)


def test_a_plan_that_is_no_longer_needed_is_closed_by_those_who_drew_it_up(
    district_nurse: Browser, nurse: Browser
) -> None:
    case = receive(district_nurse, nurse, PERSONS[2][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    do(district_nurse, case, "initiate-plan", kind="medical")
    assert not offers(nurse, case, "close-plan")
    for browser in (nurse, district_nurse):
        do(browser, case, "plan-without-individual", reason="Hon är inte kontaktbar")
    assert "båda är överens" in nurse.page(case).text

    do(district_nurse, case, "close-plan", reason="Den påbörjades i fel ärende")

    assert "Den påbörjades i fel ärende" in nurse.page(case).text
    assert not offers(district_nurse, case, "record-plan-section")


def test_a_handover_is_proposed_and_a_consent_is_put_on_record_as_yes(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    psychiatry = browse(PSYCHIATRIC_NURSE)
    with Caller(module_services, module_address, PSYCHIATRIC_NURSE) as caller:
        need = {
            "patient_id": patient_id(module_services, PERSONS[6][0]),
            "track": TRACK,
            "municipality": MUNICIPALITY_A,
            "setting": "ordinary",
            "request": {"need": "Depåinjektion hemma", "interventions": [DEPOT, TALK]},
        }
        case = f"/cases/{assert_ok(caller.post('/api/cases', json=need))['case']}"
        do(psychiatry, case, "propose-handover", unit=UNIT_A, interventions=["depot"])
        consent = {"kind": "sip-consent"}
        _, fields = find_form(psychiatry.page(case).html, "/record-statement", consent)
        assert fields["fields.given"] == [""]
        do(psychiatry, case, "record-statement", consent, **{"fields.given": "yes"})
        do(psychiatry, case, "record-statement", {"kind": "sip-summons"}, **{"fields.when": "På måndag"})

        stated = list_events(caller, case, "case.statement-recorded")
        assert [(each["kind"], each["fields"]) for each in stated] == [
            ("sip-consent", {"given": True}),
            ("sip-summons", {"when": "På måndag"}),
        ]
        (proposed,) = list_events(caller, case, "referral.specialised-handover-proposed")
        assert (proposed["unit"], proposed["interventions"]) == (UNIT_A, ["depot"])
    assert offers(psychiatry, case, "initiate-plan")


def test_what_the_other_party_was_to_perform_stands_on_both_parties_pages_with_a_remark(
    nurse: Browser, district_nurse: Browser, enrolled: LiveCase
) -> None:
    case = f"/cases/{enrolled.id}"
    do(nurse, case, "perform-intervention", intervention=str(VISIT["key"]), performer=NURSE_A)

    for browser in (nurse, district_nurse):
        assert "Avviker från ORE-1.2-3" in browser.page(case).text
    assert list_choices(district_nurse, case, "delegate-task", "intervention") == {VISIT["key"]}


def test_a_statement_lacks_nothing_that_the_agreement_asks_of_it(nurse: Browser, enrolled: LiveCase) -> None:
    case, kind = f"/cases/{enrolled.id}", {"kind": "performer-chosen"}

    refused = send(nurse, case, "record-statement", kind, **{"fields.provider": "Hemvård AB"})

    assert refused.status_code == 422
    assert "Något som överenskommelsen kräver saknas" in Page(refused.text).text
    _, fields = find_form(refused.text, "/record-statement")
    assert fields["fields.provider"] == ["Hemvård AB"]
    chosen = {"fields.provider": "Hemvård AB", "fields.municipality": "approved", "fields.individual": "chose"}
    do(nurse, case, "record-statement", kind, **chosen)
    assert "Den enskilde har valt en privat utförare" in nurse.page(case).text.split("Händelser")[1]


def test_a_task_is_delegated_performed_and_the_delegation_withdrawn(nurse: Browser, enrolled: LiveCase) -> None:
    case, last = f"/cases/{enrolled.id}", (datetime.now(UTC) + timedelta(days=30)).date()
    assert not offers(nurse, case, "withdraw-delegation")
    assert list_choices(nurse, case, "delegate-task", "performer") == {CARE_STAFF, THERAPIST, RESPONSIBLE_NURSE_A}
    assert list_choices(nurse, case, "perform-intervention", "performer") == {THERAPIST, NURSE_A, RESPONSIBLE_NURSE_A}
    assert list_choices(nurse, case, "delegate-task", "intervention") == {WOUND_CARE}
    task = {"intervention": WOUND_CARE, "performer": CARE_STAFF}

    do(nurse, case, "delegate-task", form="delegation", last_day=str(last), **task)
    assert CARE_STAFF in list_choices(nurse, case, "perform-intervention", "performer")
    do(nurse, case, "perform-intervention", note="Lätt vätskande", **task)

    assert "Ulla Undersköterska" in nurse.page("/delegations").text
    told = nurse.page(case).text
    assert "dokumenterade att Ulla Undersköterska utförde insatsen" in told
    assert "Lätt vätskande" in told
    do(nurse, case, "withdraw-delegation", reason="Hon har slutat")
    assert "Ulla Undersköterska" not in nurse.page("/delegations").text
    assert not offers(nurse, case, "withdraw-delegation")


def test_a_home_visit_and_a_circumstance_are_put_on_record(nurse: Browser, enrolled: LiveCase) -> None:
    case = f"/cases/{enrolled.id}"
    _, fields = find_form(nurse.page(case).html, "/record-circumstance")
    circumstance = nurse.page(case).html.split('/record-circumstance"')[1].split('<option value="')[2].split('"')[0]
    assert fields["circumstance"] == [""]

    do(nurse, case, "record-home-visit", kind="acute", performer=NURSE_A, note="Fall i badrummet")
    do(nurse, case, "record-circumstance", circumstance=circumstance, holds="yes")

    told = nurse.page(case).text
    assert "gjorde ett akut hembesök" in told
    assert "Fall i badrummet" in told
    (event,) = list_events(enrolled.region, case, "case.circumstance-recorded")
    assert (event["circumstance"], event["holds"]) == (circumstance, True)


def test_a_move_is_put_on_record_and_corrected(nurse: Browser, district_nurse: Browser, enrolled: LiveCase) -> None:
    case, today = f"/cases/{enrolled.id}", str(datetime.now(UTC).date())
    offered = list_choices(nurse, case, "record-move", "to")
    assert offered == {"ordinary", "special", MUNICIPALITY_B, "elsewhere"}
    refused = enrolled.municipality.act(enrolled.id, "record-move", moved_on=today, to="health-centre")
    assert (refused.status_code, refused.json()["where"]) == (422, ["to"])
    do(nurse, case, "record-move", moved_on=today, to="special")
    do(nurse, case, "record-move", moved_on=today, to=MUNICIPALITY_B)
    moves = list_events(enrolled.region, case, "case.move-recorded")
    assert [(move["to"], move["municipality"]) for move in moves] == [("special", None), ("elsewhere", MUNICIPALITY_B)]
    assert not offers(district_nurse, case, "correct-fact")

    forms = Forms(nurse.page(case).html).forms
    facts = [fields["corrects"][0] for own, fields in forms if str(own["action"]).endswith("/correct-fact")]
    assert len(facts) == 2
    do(nurse, case, "correct-fact", {"corrects": facts[1]}, reason="wrong-person")

    (corrected,) = list_events(enrolled.region, case, "case.fact-corrected")
    assert (corrected["fact"], corrected["reason"], corrected["corrects"]) == ("move", "wrong-person", facts[1])


def read_responsible(browser: Browser, case: str) -> str:
    """Read who is responsible now, on the page of a case."""
    _, _, html = browser.page(case).html.partition("<h3>Vem ansvarar</h3>")
    return read_visible(html.partition("<h3>")[0])


def test_a_self_requested_rehabilitation_is_begun_and_assessed_as_self_care(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    therapist = browse(THERAPIST)
    training = {
        "key": "grip",
        "text": "Träna grepp hemma",
        "profession": "occupational-therapist",
        "kind": "rehabilitative",
    }
    with Caller(module_services, module_address, THERAPIST) as caller:
        request = {"need": "Klarar inte påklädning", "channel": "telephone", "interventions": [training]}
        need = {"patient_id": patient_id(module_services, PERSONS[7][0]), "source": "individual", "request": request}
        case = f"/cases/{assert_ok(caller.post('/api/cases', json=need))['case']}"
        do(therapist, case, "start-rehab-assessment", participants=[THERAPIST])
        judged = {"intervention": "grip", "reason": "Hon gör det själv efter instruktion"}
        do(therapist, case, "assess-self-care", is_self_care="yes", **judged)
        assert "Träna grepp hemma Egenvård Den enskilde ansvarar." in read_responsible(therapist, case)
        do(therapist, case, "hand-over-self-care", intervention="grip", performer="relative", note="Dottern")
        assert "Egenvård Den enskilde ansvarar. Närstående utför." in read_responsible(therapist, case)
        do(therapist, case, "assess-self-care", is_self_care="yes", responsible="relative", **judged)
        do(therapist, case, "move-self-care", intervention="grip", to="relative")
        assert "närstående nu ansvarar för egenvården" in therapist.page(case).text
        do(therapist, case, "assess-self-care", is_self_care="no", intervention="grip", reason="Hon orkar inte")

        assert "Egenvård" not in read_responsible(therapist, case)
        assert not offers(therapist, case, "move-self-care")
        assessed = list_events(caller, case, "self-care.assessed")
        assert [each["is_self_care"] for each in assessed] == [True, True, False]


def test_a_discharge_is_planned_in_its_colour(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    ward = browse(WARD_NURSE)
    with Caller(module_services, module_address, WARD_NURSE) as caller:
        need = {
            "patient_id": patient_id(module_services, PERSONS[8][0]),
            "track": "inpatient-discharge",
            "municipality": MUNICIPALITY_A,
            "request": {"need": "Såromläggning efter operation", "interventions": [WOUND]},
        }
        case = f"/cases/{assert_ok(caller.post('/api/cases', json=need))['case']}"
        assert not offers(ward, case, "send-referral")

        do(ward, case, "open-discharge-planning", unit=UNIT_A, colour="red")

        (opened,) = list_events(caller, case, "referral.discharge-planning-opened")
    assert (opened["receiver"], opened["unit"], opened["colour"]) == (MUNICIPALITY_A, UNIT_A, "red")


def test_an_advanced_intervention_is_considered_by_both(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[10][0])
    assert not offers(nurse, case, "consider-jointly")
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    offered = nurse.page(case).html.split('/consider-jointly"')[1].split("</select>")[0]
    (intervention,) = [part.split('"')[0] for part in offered.split('<option value="')[2:]]

    for browser in (district_nurse, nurse):
        do(browser, case, "consider-jointly", intervention=intervention, conclusion="Hemma med stöd")

    assert nurse.page(case).text.count("Hemma med stöd") >= 2


def test_a_departure_is_granted_on_a_ground_of_the_agreement(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    nurse = browse(NURSE)
    with (
        Caller(module_services, module_address, COUNTY_NURSE) as county,
        Caller(module_services, module_address, NURSE) as municipal,
    ):
        need = {
            "patient_id": patient_id(module_services, "196706069827", county="vastmanland"),
            "track": "home-care",
            "municipality": AABY,
            "request": {"need": "Injektion", "interventions": [INJECTION]},
        }
        case = str(assert_ok(county.post("/api/cases", json=need))["case"])
        assert_ok(county.act(case, "send-referral", receiver=AABY))
        assert not offers(nurse, f"/cases/{case}", "grant-departure")
        threshold = {"reaches_alone": False, "reaches_with_support": True, "cause": "svår social fobi"}
        assert_ok(municipal.act(case, "evaluate-criteria", facts=FACTS | {"threshold": threshold}))

        departure = {"ground": "social-situation", "reason": "Hon klarar inte att vistas bland andra"}
        do(nurse, f"/cases/{case}", "grant-departure", {"criterion": "threshold"}, **departure)

        (granted,) = list_events(county, f"/cases/{case}", "referral.departure-granted")
    assert (granted["criterion"], granted["ground"]) == ("threshold", "social-situation")
    assert not offers(nurse, f"/cases/{case}", "grant-departure")


def test_the_page_does_not_say_that_both_have_declined_what_one_party_declined_alone(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    with (
        Caller(module_services, module_address, COUNTY_NURSE) as county,
        Caller(module_services, module_address, NURSE) as municipal,
    ):
        need = {
            "patient_id": patient_id(module_services, county="vastmanland"),
            "track": "home-care",
            "municipality": AABY,
            "request": {"need": "Injektion", "interventions": [INJECTION]},
        }
        case = str(assert_ok(county.post("/api/cases", json=need))["case"])
        assert_ok(county.act(case, "send-referral", receiver=AABY))
        assert_ok(municipal.act(case, "decline-referral", reason="Kan komma till vårdcentralen"))
        elsewhere = {"commissioned": {"commissioned_by_primary_care": False}}
        assert_ok(municipal.act(case, "evaluate-criteria", facts=elsewhere))
        assert_ok(municipal.act(case, "decline-referral", reason="Beställs av kliniken"))

    text = browse(NURSE).page(f"/cases/{case}").text
    assert "avböjde vårdbegäran." in text
    assert "ville avböja vårdbegäran för kommunens del" in text
    assert "båda har avböjt" not in text


def test_the_page_offers_no_circumstance_that_follows_from_the_case(
    module_services: Services, module_address: str, browse: Callable[[str], Browser]
) -> None:
    with Caller(module_services, module_address, COUNTY_NURSE) as county:
        need = {
            "patient_id": patient_id(module_services, county="vastmanland"),
            "track": "home-care",
            "municipality": AABY,
            "request": {"need": "Injektion", "interventions": [INJECTION]},
            "despite": county.list_cases(patient_id(module_services, county="vastmanland")),
        }
        case = str(assert_ok(county.post("/api/cases", json=need))["case"])

    page = browse(COUNTY_NURSE).page(f"/cases/{case}").html
    offered = re.findall(r'<option value="([^"]+)"', page.partition('name="circumstance"')[2].partition("</select>")[0])
    assert "commissioned-by-other-provider" in offered
    assert "criteria-met" not in offered


def test_the_forms_of_one_act_stand_together_under_its_name(nurse: Browser, enrolled: LiveCase) -> None:
    folded = nurse.page(f"/cases/{enrolled.id}").html.split('<details class="more">')[1]

    assert folded.count("<summary>Dokumentera en uppgift</summary>") == 1
    assert "<summary>Begäran om hembesök av läkare</summary>" in folded
