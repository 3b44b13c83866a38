"""A case from the receipt of its request to its end, and a disagreement, by forms on pages alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import httpx
import pytest
from starlette.datastructures import FormData

from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.record.rebuild import rebuild
from service.web.act_form import FormField
from service.web.act_forms import FORMS
from service.web.act_parts import name_receiver
from service.web.case_act_routes import BODIES
from service.web.page_acts import ON_OWN_PAGES
from tests.live import DISTRICT_NURSE, NURSE_A, PHYSICIAN
from tests.web.cases import enrol, establish_plan
from tests.web.conftest import SAME_ORIGIN, Browser
from tests.web.forms import Forms, find_form, follow, offers, send
from tests.web.html import Page
from tests.web.test_page_acts import WARD
from tests.web.test_request_forms import AUDITOR, SECRETARY, UNIT_A, open_case

TOOK_PART = {"participation.took_part": "yes", "participation.note": "Hon deltog själv"}
ASSESSMENT = {
    "direction": "Läka såret",
    "content": "Omläggning och kompression",
    "responsibility": "Kommunen lägger om, vårdcentralen följer upp",
    "goals": "Läkt sår",
    "considerations": "Venöst bensår utan infektion",
    **TOOK_PART,
}
CRITERIA = {
    "facts.coordination.coordination_needed": "yes",
    "facts.risks.risks_identified": "yes",
    "facts.risks.instrument": "CFS",
    "facts.safe-at-home.safe_at_home": "yes",
    "facts.not-digital.digital_care_suffices": "no",
    "notes.risks": "CFS 6",
}
PARTS: dict[str, dict[str, str]] = {
    "prognosis": {"fields.text": "God med omläggning"},
    "deterioration": {
        "fields.level": "Vårdcentral",
        "fields.direction": "Full behandling",
        "fields.direct-contact": "Vårdcentralens direktnummer",
        "fields.measures": "Ring tjänstgörande sjuksköterska",
        "fields.contacts": "Först sjuksköterskan, sedan vårdcentralen",
        "fields.responsible": "Kommunens sjuksköterska",
    },
    "single-interventions": {"not_applicable": "Inga punktinsatser planeras"},
    "action-plan": {"fields.text": "Odla och ring vid tecken på infektion"},
    "follow-up": {
        "fields.when": str((datetime.now(UTC) + timedelta(days=60)).date()),
        "fields.frequency": "Varannan månad",
        "fields.responsible": "Båda vårdkontakterna",
    },
}


def do(browser: Browser, case: str, act: str, about: dict[str, str] | None = None, /, **filled: Any) -> None:
    """Fill in the form of an act on the page of a case, send it, and come back to the page."""
    assert follow(send(browser, case, act, about, **filled)) == case


def write_part(browser: Browser, case: str, part: str, **filled: str) -> httpx.Response:
    """Fill in and send the form of a part of the plan."""
    return send(browser, case, "record-plan-section", {"part": part}, **filled)


def receive(district_nurse: Browser, nurse: Browser, number: str) -> str:
    """Raise, send and acknowledge a request, and contact its sender."""
    case = open_case(district_nurse, number)
    do(district_nurse, case, "send-referral", unit=UNIT_A)
    do(nurse, case, "acknowledge-referral")
    do(nurse, case, "contact-principal", note="Ringde vårdcentralen")
    return case


def find_intervention(browser: Browser, case: str) -> str:
    """Return the name of the field that gives the case's only intervention to a party."""
    _, fields = find_form(browser.page(case).html, "/record-assessment")
    (name,) = [name for name in fields if name.startswith("interventions.")]
    return name


def assess(browser: Browser, case: str, level: str = "primary", **changed: str) -> None:
    """Record the assessment of the reader's party: the municipality is to give the intervention."""
    given = {find_intervention(browser, case): "municipality", "level": level}
    do(browser, case, "record-assessment", **ASSESSMENT, **given, **changed)


@pytest.fixture
def assessed(district_nurse: Browser, nurse: Browser) -> str:
    """A request that both parties have assessed alike, with its criteria met."""
    case = receive(district_nurse, nurse, PERSONS[3][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    assess(district_nurse, case)
    assess(nurse, case)
    do(district_nurse, case, "evaluate-criteria", **CRITERIA)
    return case


def test_a_case_goes_from_the_receipt_to_the_discharge_on_pages_alone(
    module_services: Services,
    browse: Callable[[str], Browser],
    district_nurse: Browser,
    nurse: Browser,
    assessed: str,
) -> None:
    case, physician = assessed, browse(PHYSICIAN)
    do(district_nurse, case, "establish-level")
    for browser in (district_nurse, nurse):
        do(browser, case, "accept-referral")
    do(district_nurse, case, "initiate-plan", kind="medical")
    do(nurse, case, "hold-planning", form="home", participants=[DISTRICT_NURSE, NURSE_A], **TOOK_PART)
    page = district_nurse.page(case).html
    keys = [part.split('"')[0] for part in page.split("/plan-intervention")[1].split('<option value="')]
    planned = {"intervention.performer": "municipality", "intervention.scope": "several-with-coordination"}
    do(district_nurse, case, "plan-intervention", **{"intervention.key": keys[2]}, **planned)
    for part, words in PARTS.items():
        shown, _ = district_nurse.page(case).html.split('<details class="more">')
        assert [fields["part"] for own, fields in Forms(shown).forms if "part" in fields] == [[part]]
        assert follow(write_part(district_nurse, case, part, **words)) == case
    for browser, role, person in (
        (district_nurse, "physician-contact", PHYSICIAN),
        (district_nurse, "care-contact-region", DISTRICT_NURSE),
        (nurse, "care-contact-municipality", NURSE_A),
        (nurse, "coordinator", NURSE_A),
    ):
        do(browser, case, "assign-contact-role", role=role, person=person)
    for browser in (physician, nurse):
        assert "Ring tjänstgörande sjuksköterska" in browser.page(case).html.split("/agree-plan")[1].split("</form>")[0]
        do(browser, case, "agree-plan")
    for browser in (district_nurse, nurse):
        do(browser, case, "commit-to-enrolment")
    do(nurse, case, "assess-risks", **{"risks.text": "Fall på natten", "risks.measure": "Nattljus"})
    for aspect in ("competence", "equipment"):
        do(nurse, case, "confirm-readiness", aspect=aspect)
    do(nurse, case, "start-enrolment")
    assert "Inskriven i hemsjukvården" in district_nurse.page(case).text

    do(district_nurse, case, "declare-discharge", reason="Såret är läkt", **TOOK_PART)
    do(nurse, case, "complete-discharge", where_to_turn="Ekeby vårdcentral")

    told = nurse.page(case).text
    assert "Utskriven från hemsjukvården" in told
    assert "Ekeby vårdcentral" in told
    assert rebuild(module_services, replace=False, progress=lambda _: None).is_identical


def test_a_disagreement_is_raised_answered_and_resolved_on_pages_alone(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[2][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    assess(district_nurse, case)
    assess(nurse, case, "specialised")
    do(nurse, case, "raise-disagreement", subject="level", reason="Särskild kompetens behövs")
    assert not offers(nurse, case, "establish-level")

    do(district_nurse, case, "record-position", position="Primärvården räcker")
    do(nurse, case, "record-procedure-step", step="Enhetscheferna har talats vid")
    do(district_nurse, case, "escalate-disagreement", step="Verksamhetscheferna")
    solution = {"conclusion": "Primärvård efter utbildning", "level": "primary", "performer": "municipality"}
    do(nurse, case, "resolve-disagreement", **solution)
    refused = send(district_nurse, case, "resolve-disagreement", **(solution | {"level": "specialised"}))
    assert refused.status_code in {409, 422}
    assert "Primärvård efter utbildning" in Page(refused.text).html
    action, fields = find_form(refused.text, "/resolve-disagreement")
    answer = district_nurse.post(action, data=fields | {"level": "primary"}, headers=SAME_ORIGIN)
    assert follow(answer) == case

    told = nurse.page(case).text
    for words in ("Särskild kompetens behövs", "Primärvården räcker", "Enhetscheferna har talats vid", "Löst"):
        assert words in told
    for act in ("resolve-disagreement", "record-position", "withdraw-disagreement"):
        assert not offers(nurse, case, act)


def test_a_disagreement_is_withdrawn_by_those_who_raised_it_alone(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[4][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    do(nurse, case, "raise-disagreement", subject="referral", reason="Fel person")
    assert not offers(district_nurse, case, "withdraw-disagreement")

    do(nurse, case, "withdraw-disagreement", reason="Vi såg fel")

    assert "Tillbakatagen" in district_nurse.page(case).text


def test_a_form_that_is_sent_twice_acts_once(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[5][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    name = find_intervention(nurse, case)
    action, fields = find_form(nurse.page(case).html, "/record-assessment")
    form = fields | ASSESSMENT | {name: "municipality", "level": "primary"}

    told = []
    for _ in range(2):
        assert follow(nurse.post(action, data=form, headers=SAME_ORIGIN)) == case
        told.append(nurse.page(case).text.count("dokumenterade kommunens bedömning"))

    assert told[0] == told[1] > 0


def test_a_long_form_that_is_refused_is_shown_again_with_its_words_and_says_what_puts_it_right(
    district_nurse: Browser, nurse: Browser
) -> None:
    case = receive(district_nurse, nurse, PERSONS[6][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])

    for changed, status, words in (
        ({"goals": ""}, 422, "Bedömningen saknar något som överenskommelsen kräver"),
        ({"level": ""}, 400, "Det gäller: Vårdnivå."),
        ({"considerations": "Gäller 19420515-9801"}, 400, "Det gäller: Medicinska överväganden."),
    ):
        given = ASSESSMENT | {"level": "primary", find_intervention(nurse, case): "municipality"} | changed
        refused = send(nurse, case, "record-assessment", **given)

        assert refused.status_code == status
        assert words in Page(refused.text).text
        _, fields = find_form(refused.text, "/record-assessment")
        assert fields["content"] == ["Omläggning och kompression"]
        assert fields["participation.took_part"] == ["yes"]
    assert "bedömning:" not in nurse.page(case).text


def test_a_refused_form_in_which_nothing_was_filled_in_is_shown_again(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[11][0])

    refused = send(nurse, case, "start-assessment")

    assert refused.status_code == 400
    assert find_form(refused.text, "/start-assessment")
    assert f'href="{case}"' in refused.text


def test_an_assessment_by_one_party_is_told_to_name_both(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[0][0])

    refused = send(nurse, case, "start-assessment", participants=[NURSE_A])

    assert refused.status_code == 409
    assert "Ange deltagare från båda parterna." in refused.text


def test_a_refused_form_that_the_case_no_longer_has_leads_to_the_case(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[1][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    do(nurse, case, "raise-disagreement", subject="referral", reason="Fel person")
    action, form = find_form(nurse.page(case).html, "/withdraw-disagreement")
    fields = form | {"reason": ["Vi såg fel"]}
    do(nurse, case, "withdraw-disagreement", reason="Vi såg fel")

    for sent, status in ((fields | {"key": "another"}, 409), (fields | {"unknown": "x"}, 400)):
        refused = nurse.post(action, data=sent, headers=SAME_ORIGIN)

        assert refused.status_code == status
        assert f'href="{case}"' in refused.text
    assert "Logga ut" in nurse.post(action, data=fields | {"key": "third"}, headers=SAME_ORIGIN).text


def test_a_plan_that_lacks_parts_is_refused_with_their_titles(
    browse: Callable[[str], Browser], district_nurse: Browser, nurse: Browser, assessed: str
) -> None:
    do(district_nurse, assessed, "establish-level")
    for browser in (district_nurse, nurse):
        do(browser, assessed, "accept-referral")
    do(district_nurse, assessed, "initiate-plan", kind="medical")

    refused = send(browse(PHYSICIAN), assessed, "agree-plan")

    assert refused.status_code == 422
    missing = Page(refused.text).text.split("Det gäller: ")[1].split("Godkänn")[0]
    for title in ("1. Prognos för kända medicinska tillstånd", "5. När planen ska följas upp", "Fast läkarkontakt"):
        assert title in missing


def test_words_are_kept_as_they_were_written(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[7][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    do(nurse, case, "raise-disagreement", subject="referral", reason="Först  <b>så</b>\r\n\r\n  sedan & så")

    assert "Först  &lt;b&gt;så&lt;/b&gt;\n\n  sedan &amp; så</q>" in nurse.page(case).html


def test_criteria_are_evaluated_one_at_a_time_and_half_an_answer_is_asked_for_again(
    district_nurse: Browser, nurse: Browser
) -> None:
    case = receive(district_nurse, nurse, PERSONS[8][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])

    half = send(nurse, case, "evaluate-criteria", **{"facts.risks.risks_identified": "yes"})
    assert half.status_code == 422
    assert "En uppgift som kriterierna prövas på saknas" in half.text
    action, fields = find_form(half.text, "/evaluate-criteria")
    assert fields["facts.risks.risks_identified"] == ["yes"]
    whole = fields | {"facts.risks.instrument": "CFS"}
    assert follow(nurse.post(action, data=whole, headers=SAME_ORIGIN)) == case

    told = nurse.page(case).text
    assert "prövade överenskommelsens kriterier" in told
    assert offers(nurse, case, "evaluate-criteria")


def test_a_criterion_that_is_not_met_is_set_aside_by_both_parties(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[9][0])
    do(nurse, case, "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
    assert not offers(nurse, case, "agree-exception")
    do(nurse, case, "evaluate-criteria", **(CRITERIA | {"facts.not-digital.digital_care_suffices": "yes"}))

    for browser in (nurse, district_nurse):
        do(browser, case, "agree-exception", criterion="not-digital", reason="Hon har inget bredband")

    assert "båda är överens" in nurse.page(case).text
    assert not offers(nurse, case, "agree-exception")


def test_what_happens_to_a_person_who_is_enrolled_is_recorded_on_pages(
    module_services: Services, module_address: str, district_nurse: Browser, nurse: Browser
) -> None:
    with establish_plan(module_services, module_address) as live:
        enrol(live)
    case = f"/cases/{live.id}"
    do(nurse, case, "record-admission", ward=WARD, expected_end="2030-05-08")
    assert "Medicinavdelning 1; väntas hem 8 maj 2030" in district_nurse.page(case).text
    do(district_nurse, case, "record-homecoming")
    do(nurse, case, "open-readiness-action", aspect="equipment", gap="Kompressionsstrumpor saknas")
    do(nurse, case, "inform-individual", where_to_turn="Ekeby vårdcentral")
    do(district_nurse, case, "declare-discharge", reason="Såret är läkt", new_care_form="no", **TOOK_PART)
    assert not offers(district_nurse, case, "contest-discharge")
    do(nurse, case, "contest-discharge", reason="Såret vätskar")
    assert "Såret vätskar" in district_nurse.page(case).text
    do(nurse, case, "record-death", deceased_on=str(datetime.now(UTC).date()))
    assert "Avslutad: personen har avlidit" in district_nurse.page(case).text


def test_what_waits_for_the_reader_stands_first_and_the_rest_is_folded(
    district_nurse: Browser, nurse: Browser, assessed: str
) -> None:
    shown, folded = nurse.page(assessed).html.split('<details class="more">')

    assert "/establish-level" in shown
    assert "/establish-level" not in folded
    for act in ("raise-disagreement", "decline-referral", "return-referral"):
        assert f'/{act}"' not in shown
        assert f'/{act}"' in folded


def test_each_question_has_the_forms_that_are_open_for_it_alone(district_nurse: Browser, nurse: Browser) -> None:
    case = receive(district_nurse, nurse, PERSONS[10][0])
    assert follow(send(nurse, case, "ask-question", text="Vilket förband har hon?")) == f"{case}#fragor"
    assert follow(send(district_nurse, case, "ask-question", text="När kommer ni?")) == f"{case}#fragor"

    for browser in (nurse, district_nurse):
        forms = [str(own["action"]) for own, fields in Forms(browser.page(case).html).forms if "question" in fields]
        acts = sorted(path.rpartition("/")[2] for path in forms)
        assert acts == ["answer-question", "open-question", "withdraw-question"]


def test_nobody_has_a_form_for_an_act_that_is_not_theirs(
    browse: Callable[[str], Browser], nurse: Browser, district_nurse: Browser, neighbour: Browser, assessed: str
) -> None:
    assert offers(nurse, assessed, "record-assessment")
    assert not offers(browse(SECRETARY), assessed, "record-assessment")
    acts = [f"{assessed}/{act}" for act in FORMS]
    assert not {str(form["action"]) for form in browse(AUDITOR).page(assessed).all("form")} & set(acts)
    name = find_intervention(nurse, assessed)
    form = ASSESSMENT | {name: "municipality", "level": "primary", "key": "not-theirs"}
    refused = browse(SECRETARY).post(f"{assessed}/record-assessment", data=form, headers=SAME_ORIGIN)
    assert refused.status_code == 403
    assert "Låt någon som har uppgiften göra det" in refused.text
    assert neighbour.post(f"{assessed}/record-assessment", data=form, headers=SAME_ORIGIN).status_code == 404
    assert nurse.post(f"{assessed}/lapse-plan", data={"key": "x"}, headers=SAME_ORIGIN).status_code == 404


@pytest.mark.parametrize("act", FORMS)
def test_a_form_has_fields_that_its_act_takes_and_all_that_it_needs(act: ActName) -> None:
    form, fields = FORMS[act], BODIES[act].body.model_fields
    names = set(form.about.names if form.about is not None else ())
    for field in form.fields:
        names |= {field.name.partition(".")[0]} if isinstance(field, FormField) else set(field.names)

    assert names <= set(fields)
    filled_in = {"receiver"} if form.build is name_receiver else set()
    required = {name for name, field in fields.items() if field.is_required()}
    assert required <= names | filled_in
    left_out = {field.name for field in form.fields if isinstance(field, FormField) and field.optional}
    assert all(type(None) in get_args(fields[name].annotation) for name in required & left_out)


def test_every_act_on_a_case_has_a_form_but_those_that_only_kvittens_does() -> None:
    of_kvittens = {ActName.LAPSE_PLAN, ActName.SETTLE_RESPONSIBILITY, ActName.REPORT_DEATH}

    assert set(DECISIONS) - set(FORMS) == {*of_kvittens, ActName.RAISE_NEED, *ON_OWN_PAGES}


def test_hours_are_read_as_they_are_written_in_swedish() -> None:
    sent = FormData({"day": "2026-11-02", "kind": "escort", "treatment_level": "primary", "performed": "7,5"})

    said = BODIES[ActName.RECORD_HOURS].body.model_validate(FORMS[ActName.RECORD_HOURS].read(sent, None))

    assert said.arguments()["performed"] == Decimal("7.5")
