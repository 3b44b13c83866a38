"""The bench measures on cases whose acts the service accepts."""

from bench.cases import MeasuredCase
from service.bootstrap import Services


def test_a_measured_case_is_carried_to_the_events_that_are_asked_for(services: Services) -> None:
    case = MeasuredCase(services)
    case.complete(events=40)

    assert case.id is not None
    assert len(services.store.load_case(case.id)) == 40
