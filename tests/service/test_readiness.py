"""Readiness tells the truth: the database answers, and there is space to write."""

import asyncio
import shutil
from pathlib import Path

from starlette.requests import Request

from service.bootstrap import Services
from service.http.readiness import Readiness


def ask(readiness: Readiness) -> tuple[int, bytes]:
    answer = asyncio.run(readiness.answer(Request({"type": "http"})))
    return answer.status_code, bytes(answer.body)


def test_a_service_whose_database_answers_is_ready(services: Services, tmp_path: Path) -> None:
    assert ask(Readiness(services.pool, tmp_path)) == (200, b"ok\n")


def test_a_service_that_has_no_space_to_write_is_not(services: Services, tmp_path: Path) -> None:
    more_than_there_is = 2 * shutil.disk_usage(tmp_path).total

    assert ask(Readiness(services.pool, tmp_path, least_free=more_than_there_is)) == (503, b"the disk is full\n")


def test_the_space_of_a_server_elsewhere_is_not_looked_at(services: Services) -> None:
    assert ask(Readiness(services.pool, None, least_free=2**63)) == (200, b"ok\n")
