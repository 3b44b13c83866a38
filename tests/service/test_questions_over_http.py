"""The parties ask and answer each other over HTTP, by acts and by FHIR."""

from collections.abc import Callable
from typing import Any

import pytest

from fhir_profiles import systems
from fhir_profiles.elements import concept
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, TLS, Caller, patient_id
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, open_case, send_request
from tests.service.test_own_texts_over_http import publish_changed
from tests.web.conftest import Browser

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
OWN_UNIT = "SE2120000001-HSVEKEBY"
CENTRE = "SE2321000000-VCEKEBY"
TEXT, ANSWER = "Vilket förband har hon?", "Ett torrt, som byts två gånger i veckan"
Json = dict[str, Any]


@pytest.fixture
def unsent(services: Services, region: Caller) -> str:
    """A case whose request has not been sent."""
    return open_case(region, services)


@pytest.fixture
def case(services: Services, region: Caller) -> str:
    """A case whose request has been sent to municipality A."""
    return send_request(region, services)


def ask(caller: Caller, case: str, **content: Any) -> str:
    """Ask a question, and return its id from the answer to the act."""
    answer = assert_ok(caller.act(case, "ask-question", text=TEXT, **content))
    return str(answer["events"][-1]["content"]["question_id"])


def list_items(caller: Caller, case: str, **asked: str) -> list[Json]:
    """Return what waits for the caller's principal in the case because of questions."""
    return [
        item
        for item in caller.get("/api/worklist", params=asked).json()
        if item.get("case") == case and item["key"].startswith(("answer-question:", "open-answer:"))
    ]


def read_communications(caller: Caller, **asked: str) -> list[Json]:
    """Return the Communications that the caller's principal may read, the oldest first."""
    found = [entry["resource"] for entry in assert_ok(caller.get("/fhir/Communication", params=asked)).get("entry", ())]
    return sorted(found, key=lambda each: str(each["sent"]))


@pytest.mark.rule("SYS-8")
def test_a_question_waits_for_the_other_party_and_its_answer_for_the_asker_until_it_is_opened(
    services: Services, region: Caller, municipality: Caller, case: str
) -> None:
    held = region.get(f"/api/cases/{case}/responsibility").json()["responsible"]
    question = ask(municipality, case)

    (item,) = list_items(region, case)
    assert (item["key"], item["acts"], item["due"]) == (f"answer-question:{question}", ["answer-question"], None)
    assert item["since"]
    assert list_items(municipality, case) == []
    assert_ok(region.act(case, "open-question", question=question))
    assert_ok(region.act(case, "answer-question", question=question, text=ANSWER))
    assert list_items(region, case) == []
    (item,) = list_items(municipality, case, unit=OWN_UNIT)
    assert (item["key"], item["acts"]) == (f"open-answer:{question}", ["open-answer"])
    assert_ok(municipality.act(case, "open-answer", question=question))
    assert list_items(municipality, case) == []

    for caller in (region, municipality):
        (told,) = assert_ok(caller.get(f"/api/cases/{case}/replay"))["case"]["questions"]
        assert (told["id"], told["text"], told["answer"]["text"]) == (question, TEXT, ANSWER)
        assert told["opened"]["person"] == DISTRICT_NURSE
        assert told["answer"]["opened"]["unit"] == OWN_UNIT
    assert region.get(f"/api/cases/{case}/responsibility").json()["responsible"] == held
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-8")
def test_reading_a_case_opens_no_question(region: Caller, municipality: Caller, case: str) -> None:
    ask(municipality, case)
    for path in (f"/api/cases/{case}/replay", f"/api/cases/{case}/timeline", "/fhir/Communication", "/api/worklist"):
        assert region.get(path).is_success
    (told,) = assert_ok(municipality.get(f"/api/cases/{case}/replay"))["case"]["questions"]
    assert (told["opened"], told["status"]) == (None, "open")


@pytest.mark.rule("SYS-8")
def test_a_withdrawn_question_waits_for_nobody(region: Caller, municipality: Caller, case: str) -> None:
    question = ask(region, case)
    assert len(list_items(municipality, case)) == 1
    assert_refused(municipality.act(case, "withdraw-question", question=question), 403, "NOT_YOUR_PRINCIPAL")
    assert_ok(region.act(case, "withdraw-question", question=question))
    assert list_items(municipality, case) == []
    refusal = assert_refused(
        municipality.act(case, "answer-question", question=question, text=ANSWER), 409, "WRONG_STATE"
    )
    assert refusal["acts"] == ["ask-question"]


@pytest.mark.rule("SYS-8")
def test_nobody_is_asked_before_the_request_is_sent(region: Caller, municipality: Caller, unsent: str) -> None:
    refusal = assert_refused(region.act(unsent, "ask-question", text=TEXT), 409, "NOBODY_TO_ASK")
    assert (refusal["rule"], refusal["acts"]) == ("SYS-8", ["send-referral"])
    assert municipality.act(unsent, "ask-question", text=TEXT).status_code == 404


@pytest.mark.rule("SYS-3", "SYS-8")
def test_a_stranger_and_a_wrong_receiver_neither_read_nor_answer(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller, case: str
) -> None:
    question = ask(region, case)
    (communication,) = read_communications(municipality)
    path = f"/fhir/Communication/{communication['id']}"
    about: Json = {"question": question}
    tries: list[Callable[[Caller], int]] = [
        lambda caller: caller.get(path).status_code,
        lambda caller: caller.act(case, "ask-question", text=TEXT).status_code,
        lambda caller: caller.act(case, "open-question", **about).status_code,
        lambda caller: caller.act(case, "answer-question", **about, text=ANSWER).status_code,
    ]
    assert [attempt(elsewhere) for attempt in tries] == [404] * len(tries)
    assert_ok(municipality.act(case, "return-referral", reason="She lives elsewhere"))
    assert [attempt(municipality) for attempt in tries] == [404] * len(tries)
    assert read_communications(municipality) == []
    assert (list_items(municipality, case), list_items(region, case)) == ([], [])

    assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_B))
    assert list_items(elsewhere, case) == []
    assert_refused(elsewhere.act(case, "answer-question", **about, text=ANSWER), 409, "WRONG_STATE")
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-6", "SYS-8")
def test_no_return_ends_a_question_that_was_asked_or_opened_later(
    region: Caller, municipality: Caller, case: str
) -> None:
    before_question = region.get(f"/api/cases/{case}/replay").json()["moment"]
    question = ask(region, case)
    before_opening = region.get(f"/api/cases/{case}/replay").json()["moment"]
    assert_ok(municipality.act(case, "open-question", question=question))
    for moment in (before_question, before_opening):
        refusal = assert_refused(
            municipality.act(case, "return-referral", occurred_at=moment, reason="She lives elsewhere"),
            422,
            "OCCURRED_TOO_EARLY",
        )
        assert (refusal["rule"], refusal["where"]) == ("SYS-6", ["occurred_at"])
        assert f"question {question} was last asked or opened" in refusal["title"]
        assert "give a time for occurred_at that is not before" in refusal["remedy"]

    assert_ok(municipality.act(case, "return-referral", reason="She lives elsewhere"))

    (told,) = region.get(f"/api/cases/{case}/replay").json()["case"]["questions"]
    assert told["asked_at"] <= told["opened"]["at"] <= told["ended_at"]


def test_a_page_offers_the_answer_to_those_whom_the_text_gives_it_alone(
    services: Services, address: str, region: Caller
) -> None:
    coordinators = ", ".join(
        f'{{ party = "{party}", roles = ["coordinator"] }}' for party in ("region", "municipality")
    )
    given = f'[acts.answer-question]\nclauses = ["ORE-0-2"]\nby = [{coordinators}]\n\n[acts.send-referral]'
    publish_changed(services, address, "[acts.send-referral]", given)
    case = send_request(region, services)
    question = ask(region, case)
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, NURSE_A).page(f"/cases/{case}").html
        assert "/answer-question" not in page
        assert "/open-question" in page
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, DISTRICT_NURSE).page(f"/cases/{case}").html
        assert "/withdraw-question" in page
        assert "/open-question" not in page
    assert_ok(region.act(case, "withdraw-question", question=question))


@pytest.mark.rule("SYS-1", "SYS-8")
def test_a_personal_number_in_a_question_is_refused_and_not_repeated(municipality: Caller, case: str) -> None:
    answer = municipality.act(case, "ask-question", text="Gäller det 19420515-9801?")
    assert_refused(answer, 422, "INVALID")
    assert "9801" not in answer.text


# --- FHIR -------------------------------------------------------------------------------------------------------------


def make_message(kind: str, patient: str, text: str, **more: Any) -> Json:
    """Return a Communication of one party to the other."""
    return {
        "resourceType": "Communication",
        "status": "completed",
        "category": [concept(systems.COMMUNICATION_KIND, kind)],
        "subject": {"reference": f"Patient/{patient}"},
        "payload": [{"contentString": text}],
        **more,
    }


@pytest.mark.rule("SYS-8")
def test_a_question_is_asked_opened_answered_and_the_answer_opened_by_communications(
    services: Services, region: Caller, municipality: Caller, case: str
) -> None:
    patient = patient_id(services)
    (request,) = (entry["resource"] for entry in municipality.get("/fhir/ServiceRequest").json()["entry"])
    based_on = [{"reference": f"ServiceRequest/{request['id']}"}]
    sender = {"reference": f"Organization/{OWN_UNIT}"}
    asked = municipality.post(
        "/fhir/Communication", json=make_message("question", patient, TEXT, basedOn=based_on, sender=sender)
    )
    assert asked.status_code == 201, asked.text
    question = asked.json()
    assert list_items(region, case)[0]["key"] == f"answer-question:{question['id']}"
    address = f"/fhir/Communication/{question['id']}"
    now = municipality.get(f"/api/cases/{case}/replay").json()["moment"]
    opened = assert_ok(region.put(address, json=question | {"received": now}))
    assert (opened["meta"]["versionId"], "received" in opened) == ("2", True)
    own = municipality.put(address, json=opened | {"payload": [{"contentString": "Another"}]})
    assert (own.status_code, "never changes" in own.text) == (422, True)

    reply = make_message(
        "answer",
        patient,
        ANSWER,
        inResponseTo=[{"reference": f"Communication/{question['id']}"}],
        sender={"reference": f"Organization/{CENTRE}"},
    )
    assert municipality.post("/fhir/Communication", json=reply).status_code == 403
    answered = region.post("/fhir/Communication", json=reply)
    assert answered.status_code == 201, answered.text
    answer = answered.json()
    assert answer["basedOn"] == based_on
    assert list_items(municipality, case)[0]["key"] == f"open-answer:{question['id']}"
    then = region.get(f"/api/cases/{case}/replay").json()["moment"]
    read = assert_ok(municipality.put(f"/fhir/Communication/{answer['id']}", json=answer | {"received": then}))
    assert "received" in read
    assert (list_items(municipality, case), list_items(region, case)) == ([], [])

    for asked_for in (
        {"patient": f"Patient/{patient}"},
        {"based-on": based_on[0]["reference"], "sent": "ge2020-01-01"},
        {"recipient": f"Organization/{OWN_UNIT}"},
        {"category": f"{systems.COMMUNICATION_KIND}|answer"},
        {"received": "ge2020-01-01", "sender": f"Organization/{CENTRE}"},
    ):
        assert answer["id"] in {each["id"] for each in read_communications(municipality, **asked_for)}, asked_for
    whys = municipality.get("/fhir/Provenance", params={"target": f"Communication/{answer['id']}"}).json()
    topics = {entry["resource"]["activity"]["coding"][0]["code"] for entry in whys["entry"]}
    assert topics == {"question.answered.v1", "question.answer-opened.v1"}
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-8")
def test_the_asker_stops_its_question_by_its_communication(region: Caller, municipality: Caller, case: str) -> None:
    question = ask(region, case)
    (communication,) = read_communications(region)
    address = f"/fhir/Communication/{question}"
    assert region.put(address, json=communication).status_code == 200
    foreign = municipality.put(address, json=communication | {"status": "stopped"})
    assert foreign.status_code == 403, foreign.text
    stopped = assert_ok(region.put(address, json=communication | {"status": "stopped"}))
    assert stopped["statusReason"] == concept(systems.STATUS_REASON, "withdrawn")
    assert list_items(municipality, case) == []
    again = region.put(address, json=stopped | {"status": "completed"})
    assert again.status_code == 422, again.text


def test_a_message_of_another_kind_or_with_foreign_elements_is_refused(
    services: Services, municipality: Caller, case: str
) -> None:
    patient = patient_id(services)
    sender = {"reference": f"Organization/{OWN_UNIT}"}
    (request,) = (entry["resource"] for entry in municipality.get("/fhir/ServiceRequest").json()["entry"])
    based_on = [{"reference": f"ServiceRequest/{request['id']}"}]
    for kind, more, place in (
        ("reminder", {"basedOn": based_on}, "Communication.category"),
        ("question", {}, "Communication.basedOn"),
        ("question", {"basedOn": based_on, "received": "2025-01-01T00:00:00Z"}, "Communication.received"),
        ("answer", {"basedOn": based_on}, "Communication.basedOn"),
        ("answer", {}, "Communication.inResponseTo"),
    ):
        answer = municipality.post("/fhir/Communication", json=make_message(kind, patient, TEXT, sender=sender, **more))
        assert answer.status_code == 422, answer.text
        assert place in answer.text
    assert read_communications(municipality) == []
