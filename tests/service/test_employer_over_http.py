"""The employer in a case's answers about responsibility: in JSON, in FHIR and on the page."""

import re
from datetime import UTC

import pytest

from domain.case.acts.referral import send
from fhir_profiles import systems
from service.bootstrap import Services
from tests.domain.test_enrolment_gavleborg import PEOPLE as GAVLEBORG
from tests.domain.test_enrolment_gavleborg import enrolled, need
from tests.http_stories import Teller
from tests.live import MUNICIPALITY_A, NURSE_A, TLS, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical
from tests.service.test_agreements_over_http import REGION
from tests.service.test_responsibility_follows import THERAPIST, TRAINING, raise_rehabilitation, start_assessment
from tests.web.cases import at, raise_need
from tests.web.conftest import Browser

_CELL = re.compile(r'<td data-label="Arbetsgivare">(.*?)</td>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def read_employer(caller: Caller, case: str, moment: str) -> tuple[str | None, list[str]]:
    """Read the employer and its clauses from JSON, and check that replay and FHIR say the same."""
    asked = {"at": moment}
    (answer,) = assert_ok(caller.get(f"/api/cases/{case}/responsibility", params=asked))["responsible"]
    replay = assert_ok(caller.get(f"/api/cases/{case}/replay", params=asked))
    assert replay["responsible"] == [answer]
    rendered = [
        {part["url"]: next(value for name, value in part.items() if name != "url") for part in each["extension"]}
        for resource in replay["resources"]
        for each in resource.get("extension", ())
        if each["url"] == systems.CARE_RESPONSIBILITY
    ]
    assert rendered
    for parts in rendered:
        employer = parts["employer"]["reference"].removeprefix("Organization/") if "employer" in parts else None
        own = [parts["employer-clause"].rpartition("#")[2]] if "employer-clause" in parts else []
        assert (employer, own or answer["clauses"]) == (answer["employer"], answer["employer_clauses"])
    return answer["employer"], answer["employer_clauses"]


def read_page(services: Services, address: str, person: str, case: str, moment: str) -> str:
    """Read the employer of the only intervention from a case's page."""
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, person).page(f"/cases/{case}", t=moment)
    return " ".join(_TAG.sub("", _CELL.findall(page.html)[-1]).split())


@pytest.mark.rule("ORE-1.2-4")
def test_the_case_names_the_employer_that_the_text_names(services: Services, address: str) -> None:
    with Caller(services, address, THERAPIST) as therapist:
        case = raise_rehabilitation(services, therapist, TRAINING)
        start_assessment(therapist, case)
        moment = at("2025-04-03 09:00")

        employer, clauses = read_employer(therapist, case, moment)

    assert (employer, clauses[0]) == (MUNICIPALITY_A, "ORE-1.2-4")
    assert read_page(services, address, THERAPIST, case, moment) == "Ekeby kommun"
    assert_rebuild_identical(services)


@pytest.mark.rule("SKR-7-2")
def test_whoever_performs_employs_its_own_staff_where_the_text_names_no_employer(
    services: Services, address: str
) -> None:
    case = raise_need(services, address, "2025-04-01 09:00")
    with case:
        case.act(case.region, "2025-04-01 10:00", "send-referral", receiver=MUNICIPALITY_A)
        moment = at("2025-04-01 11:00")

        assert read_employer(case.region, case.id, moment) == (REGION, ["SKR-7-2"])
        assert read_page(services, address, NURSE_A, case.id, moment) == "Region Demo (SKR-7-2)"


@pytest.mark.rule("GAV-10-6", "GAV-2-4")
def test_where_specialists_treat_at_home_the_performer_in_the_municipality_of_residence_employs(teller: Teller) -> None:
    employers = []
    for story in (need().after(send, GAVLEBORG.district_nurse, receiver=GAVLEBORG.a), enrolled()):
        asked = f"responsibility?at={story.clock.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        (held,) = teller.read(story, asked, GAVLEBORG.nurse_a)["responsible"]
        employers.append((held["treatment"], held["employer"], held["employer_clauses"][0]))

    assert employers == [
        (GAVLEBORG.region, GAVLEBORG.region, "SKR-7-2"),
        (GAVLEBORG.region, GAVLEBORG.a, "GAV-10-6"),
    ]
