"""A refusal has one code and one kind, and every face answers it alike."""

from collections import Counter
from collections.abc import Iterator

import orjson
import pytest

from domain.kernel import Refusal, RefusalKind
from service.api.problem import problem
from service.bootstrap import open_services  # importing it imports every refusal of the service
from service.fhir.errors import outcome_response
from service.http.errors import OF_REFUSALS, FaultKind, fault_of


def list_refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for refusal in base.__subclasses__():
        if refusal.__module__.startswith(("domain.", "service.")):
            yield refusal
        yield from list_refusals(refusal)


ALL = sorted(set(list_refusals()), key=lambda refusal: refusal.code)


def test_no_two_refusals_have_the_same_code() -> None:
    assert open_services is not None
    counts = Counter(refusal.code for refusal in ALL)
    assert [code for code, times in counts.items() if times > 1] == []


@pytest.mark.parametrize("kind", RefusalKind)
def test_every_kind_of_refusal_has_an_answer(kind: RefusalKind) -> None:
    assert OF_REFUSALS[kind] in FaultKind


@pytest.mark.parametrize("refusal", ALL, ids=lambda refusal: refusal.code)
def test_a_refusal_answers_the_same_status_and_code_on_both_faces(refusal: type[Refusal]) -> None:
    error = refusal.__new__(refusal)
    Refusal.__init__(error, "It is too late", rule="SYS-6", remedy="be earlier")
    fault = fault_of(error)
    assert fault is not None
    json, fhir = problem(fault), outcome_response(fault)
    (issue,) = orjson.loads(fhir.body)["issue"]

    assert json.status_code == fhir.status_code == fault.status
    assert orjson.loads(json.body)["code"] == issue["details"]["coding"][0]["code"] == refusal.code
    assert issue["code"] == OF_REFUSALS[refusal.kind].issue


@pytest.mark.parametrize(("status", "issue"), [(403, "forbidden"), (409, "conflict")])
def test_this_status_and_this_issue_code_always_go_together(status: int, issue: str) -> None:
    of_refusals = [(kind.status, kind.issue) for kind in OF_REFUSALS.values()]
    assert {other_issue for other_status, other_issue in of_refusals if other_status == status} == {issue}
    assert {other_status for other_status, other_issue in of_refusals if other_issue == issue} == {status}
