"""The payment liability on the pages: the days, what hinders them and the sum, in Swedish."""

import re

from service.bootstrap import Services
from tests.service.calls import assert_ok
from tests.service.stays import open_stay, publish
from tests.web.cases import at
from tests.web.conftest import Browser


def test_the_case_page_shows_the_days_that_the_municipality_pays_for(
    module_services: Services, module_address: str, nurse: Browser
) -> None:
    with open_stay(module_services, module_address) as stay:
        stay.state(stay.ward, "2025-06-02 08:00", "admission-notice", **{"estimated-discharge": "2025-06-10"})
        stay.state(stay.region, "2025-06-02 10:00", "planning-call")
        stay.is_ready("2025-06-02 11:00")
        stay.state(stay.region, "2025-06-05 10:00", "outpatient-care", available=True)
        stay.state(stay.municipality, "2025-06-07 10:00", "payment-liability-position", position="Bostaden var klar")
        stay.tell(stay.ward, "2025-06-08 10:00", "record-homecoming")

        def read(moment: str) -> str:
            return nurse.page(f"/cases/{stay.case}", t=at(moment)).text

        unknown = read("2025-06-09 09:00")
        publish(stay.region, 2025, "9900", "2025-06-09 10:00")
        known = read("2025-06-09 11:00")

        for text in (unknown, known):
            assert "Kommunens betalningsansvar" in text
            assert "Utskrivningsklar 2 juni 2025 kl. 11.00" in text
            assert "Personen lämnade sjukhuset 8 juni 2025" in text
            assert "Inte betalningsansvarig 5 juni 2025 (1 dag)" in text
            assert "eftersom det inte är uppfyllt att den öppna vårdens insatser är tillgängliga (LSU-5-5)" in text
            assert "Den öppna vårdens insatser är tillgängliga" in text
            assert "Kommunen betalar 6 juni 2025 till och med 7 juni 2025 (2 dagar)" in text
            assert "Bostaden var klar" in text
            assert "meddelade att personen är utskrivningsklar från sjukhuset" in text
        assert "SummaInte känd" in unknown
        assert re.search(r"Summa\s*19\s800 kr", known)
        assert "Kommunens betalningsansvar" not in read("2025-06-02 10:30")

        claimed = assert_ok(
            stay.region.act_at(
                "/api/settlement/claim-hospital-days",
                at("2025-07-01 09:00"),
                municipality="SE2120000001-KOMMUNA",
                month="2025-06-01",
            )
        )
        page = nurse.page(f"/settlement/{claimed['ledger']}").text
        assert "Dagar på sjukhus juni 2025" in page
        assert re.search(r"19\s800 kr", page)
        assert "Betalningsansvar för utskrivningsklara" in nurse.page("/settlement").text


def test_a_case_without_a_notice_shows_no_liability(
    module_services: Services, module_address: str, nurse: Browser
) -> None:
    with open_stay(module_services, module_address, "195011029989") as stay:
        assert "kommunens betalningsansvar" not in nurse.page(f"/cases/{stay.case}").text.lower()
