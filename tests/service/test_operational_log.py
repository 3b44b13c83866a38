"""Nobody is named in the operational log, also when an error of the database names the person."""

import logging
from collections.abc import Iterator
from io import StringIO
from threading import Event

import psycopg
import pytest

from service.bootstrap import Services
from service.commands.operational_log import name_nobody
from tests.live import Caller

NUMBER = "194205159801"


class Log(logging.StreamHandler[StringIO]):
    """Keeps what is logged, and tells when there is something."""

    def __init__(self) -> None:
        super().__init__(StringIO())
        self._written = Event()

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        self._written.set()

    def read(self) -> str:
        """Return what is logged, as soon as there is something: an error is logged after it is answered."""
        assert self._written.wait(20), "nothing was logged"
        return self.stream.getvalue()


@pytest.fixture
def log() -> Iterator[Log]:
    """The log of a process that names nobody."""
    factory, errors, kept = logging.getLogRecordFactory(), logging.getLogger("uvicorn.error"), Log()
    errors.addHandler(kept)
    name_nobody()
    yield kept
    logging.setLogRecordFactory(factory)
    errors.removeHandler(kept)


def test_an_error_of_the_service_itself_is_logged_without_the_person_that_it_is_about(
    services: Services, region: Caller, log: Log
) -> None:
    """The database refuses the row for a reason that no answer knows, and PostgreSQL shows the row."""
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("ALTER TABLE person ADD CHECK (family <> 'Ovanlig') NOT VALID")
    answer = region.post(
        "/api/persons",
        json={
            "system": "http://electronichealth.se/identifier/nationelltReservnummer",
            "value": "R00000000001",
            "family": "Ovanlig",
            "given": "Person",
            "birth_date": "1942-05-15",
        },
    )

    assert answer.status_code == 500
    told = log.read()
    assert "CheckViolation" in told
    assert [each for each in ("Ovanlig", "R00000000001", "1942-05-15") if each in told] == []


def test_a_personal_number_in_a_message_is_hidden(log: Log) -> None:
    logging.getLogger("uvicorn.error").error("nobody knows %s", NUMBER)
    assert log.read() == "nobody knows [personal number]\n"
