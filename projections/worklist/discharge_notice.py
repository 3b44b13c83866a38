"""Open items of a notice that the person is ready for discharge from hospital."""

from collections.abc import Iterator

from domain.agreements.model import ActName
from domain.case.state.case import Case
from domain.kernel import Party
from projections.worklist.open_items import OpenItem, by


def find_notice_items(case: Case) -> Iterator[OpenItem]:
    """Find the person whom the municipality is to take home, and the leaving that the region is to record.

    A stay of an enrolled person has its own item for the region.
    """
    notice = case.open_notice
    if notice is None or case.deceased_on is not None:
        return
    yield OpenItem("take-home", Party.MUNICIPALITY, notice.at, by(ActName.RECORD_HOMECOMING))
    if case.enrolment is None or case.enrolment.stay is None:
        deeds = by(ActName.RECORD_HOMECOMING)
        yield OpenItem("homecoming", Party.REGION, notice.at, deeds, unit=notice.unit)
