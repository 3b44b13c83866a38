"""The sender of a request sees what the other party has not done yet."""

from domain.agreements.model import ActName
from service.bootstrap import Services
from tests.live import Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, open_case, send_request


def list_awaited(caller: Caller, case: str) -> dict[str, list[str]]:
    """List what the other party is to do in a case, with the acts that meet each item."""
    return {item["key"]: item["acts"] for item in caller.get("/api/awaited").json() if item.get("case") == case}


def test_a_request_that_is_not_acknowledged_is_awaited_by_its_sender(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    case = send_request(region, services)
    awaited = list_awaited(region, case)

    assert ActName.ACKNOWLEDGE_REFERRAL in {act for acts in awaited.values() for act in acts}
    assert region.get("/api/awaited").json() == [
        item for item in municipality.get("/api/worklist").json() if "case" in item
    ]
    assert list_awaited(municipality, case) == {
        item["key"]: item["acts"] for item in region.get("/api/worklist").json() if item.get("case") == case
    }
    assert elsewhere.get("/api/awaited").json() == []
    assert_rebuild_identical(services)


def test_what_has_been_acknowledged_is_awaited_no_more(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    before = list_awaited(region, case)
    assert_ok(municipality.act(case, "acknowledge-referral"))

    assert {key for key, acts in before.items() if "acknowledge-referral" in acts}.isdisjoint(
        list_awaited(region, case)
    )


def test_nothing_is_awaited_of_a_municipality_before_it_has_been_asked(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = open_case(region, services)

    assert list_awaited(region, case) == list_awaited(municipality, case) == {}


def test_a_municipality_that_returned_a_request_awaits_nothing_in_it(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    assert_ok(municipality.act(case, "return-referral", reason="The person lives elsewhere"))

    assert region.get("/api/worklist").json() != []
    assert list_awaited(municipality, case) == {}
    assert assert_ok(region.act(case, "send-referral", receiver="SE2120000002-KOMMUNB"))["case"] == case
    assert {item["principal"] for item in region.get("/api/awaited").json()} == {"SE2120000002-KOMMUNB"}
