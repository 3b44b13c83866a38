"""A person in hospital whose discharge is planned, and what the record says of the days that follow, over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, TORA, Caller, patient_id
from tests.service.calls import assert_ok
from tests.web.cases import WARD_NURSE, WOUND, at

Json = dict[str, Any]


class Stay:
    """A person in hospital before any enrolment in home care, whose discharge is planned; and who tells of it."""

    def __init__(self, ward: Caller, region: Caller, municipality: Caller, case: str) -> None:
        self.ward, self.region, self.municipality, self.case = ward, region, municipality, case

    def tell(self, caller: Caller, moment: str, name: str, **content: Any) -> Json:
        """Do an act at a time, and return its answer."""
        return assert_ok(caller.act(self.case, name, at=at(moment), **content))

    def state(self, caller: Caller, moment: str, kind: str, **fields: Any) -> None:
        """Record a statement."""
        self.tell(caller, moment, "record-statement", kind=kind, fields=fields)

    def is_prepared(self, day: str) -> None:
        """Tell of everything but the notice that the law demands: on a day before it."""
        self.state(self.ward, f"{day} 08:00", "admission-notice", **{"estimated-discharge": "2025-06-10"})
        self.state(self.region, f"{day} 09:00", "outpatient-care", available=True)
        self.state(self.region, f"{day} 10:00", "planning-call")

    def is_ready(self, moment: str, **said: Any) -> str:
        """Tell that the person is ready for discharge, and return the id of the event."""
        answer = self.tell(self.ward, moment, "notify-ready-for-discharge", **said)
        return str(answer["events"][0]["id"])

    def read(self, moment: str, mode: str = "as-known-at", by: Caller | None = None) -> Json:
        """Read the liability at a time."""
        asked = {"at": at(moment), "mode": mode}
        return assert_ok((by or self.municipality).get(f"/api/cases/{self.case}/payment-liability", params=asked))


@contextmanager
def open_stay(services: Services, address: str, number: str = TORA) -> Iterator[Stay]:
    """Open the case of a person on the ward whose discharge to municipality A is planned, from 1 June 2025."""
    with (
        Caller(services, address, WARD_NURSE) as ward,
        Caller(services, address, DISTRICT_NURSE) as region,
        Caller(services, address, NURSE_A) as municipality,
    ):
        need = {"need": "Såromläggning efter operation", "interventions": [WOUND]}
        body = {"track": "inpatient-discharge", "municipality": MUNICIPALITY_A, "request": need}
        person = patient_id(services, number)
        raised = ward.act_at("/api/cases", at("2025-06-01 08:00"), patient_id=person, **body)
        stay = Stay(ward, region, municipality, assert_ok(raised)["case"])
        stay.tell(ward, "2025-06-01 08:10", "open-discharge-planning", receiver=MUNICIPALITY_A, colour="red")
        yield stay


def publish(caller: Caller, year: int, amount: str, moment: str = "2025-06-01 09:00") -> Json:
    """Publish the amount of a year for a day."""
    rate = {"year": year, "amount": amount, "source": "HSLF-FS"}
    return assert_ok(caller.director.act_at("/api/settlement/publish-daily-amount", at(moment), **rate))
