"""The calls and the checks that the tests of the service's faces share."""

from typing import Any

import httpx

from service.bootstrap import Services
from service.record.rebuild import rebuild


def assert_ok(answer: httpx.Response) -> dict[str, Any]:
    """Check that a call succeeded, and return its answer."""
    assert answer.is_success, answer.text
    content: dict[str, Any] = answer.json()
    return content


def assert_refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that a call was refused with a status and a code, and return the refusal."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    content: dict[str, Any] = answer.json()
    return content


def assert_rebuild_identical(services: Services) -> None:
    """Check that the read models hold exactly the rows that follow from the events."""
    comparison = rebuild(services, replace=False, progress=lambda _: None)
    assert comparison.is_identical, (comparison.differences, comparison.faults)
