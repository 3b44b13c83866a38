"""Rules that are no act on a case: what a text may say, who pays, and what a body must hold. Asked over HTTP."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import Caller, patient_id
from tests.service.calls import assert_ok, assert_refused

TEXT = (Path(__file__).parents[1] / "agreements" / "another-county.toml").read_text("utf-8")
WORDS = {
    "levels": 'specialised = "specialiserad vård"',
    "professions": 'nurse = "sjuksköterska"',
    "interventions": 'social-services = "hemtjänst"\nhospital-substituting-care = "sjukhusvård"',
}
STAFF = {
    "orebro": ("SE2321000000-DSK1", "SE2120000001-SSK1"),
    "vastmanland": ("SE2321000001-DSK1", "SE2120000011-SSK1"),
    "gavleborg": ("SE2321000002-DSK1", "SE2120000021-SSK1"),
}
"""A nurse of the region and one of a municipality, by county."""


@pytest.fixture(scope="module")
def callers(module_services: Services, module_address: str) -> Iterator[dict[str, tuple[Caller, Caller]]]:
    """The two parties of each county."""
    found = {
        county: (Caller(module_services, module_address, region), Caller(module_services, module_address, municipality))
        for county, (region, municipality) in STAFF.items()
    }
    yield found
    for parties in found.values():
        for caller in parties:
            caller.close()


Callers = dict[str, tuple[Caller, Caller]]


def text_with(*row: str) -> str:
    """Return a text of the county with one row more in its matrix."""
    text = TEXT.replace('county = "exempellan"', 'county = "orebro"')
    for dimension, words in WORDS.items():
        text = text.replace(f"[vocabulary.{dimension}]\n", f"[vocabulary.{dimension}]\n{words}\n")
    text = text.replace('id = "physiotherapist"\n', 'id = "physiotherapist"\nlevels = ["primary"]\n')
    added = "\n".join(("[[matrix]]", 'id = "added"', *row, 'clauses = ["EXA-4"]'))
    return text.replace("[[never_municipal]]", f"{added}\n\n[[never_municipal]]", 1)


NURSE = ('levels = ["primary"]', 'settings = ["ordinary"]', 'professions = ["nurse"]')
SPECIALISED = ('levels = ["specialised"]', 'professions = ["nurse"]')
SPECIAL_HOUSING = ('levels = ["primary"]', 'settings = ["special"]', 'professions = ["nurse"]')


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        pytest.param(rule, row, marks=pytest.mark.rule(rule), id=rule)
        for rules, row in (
            (("INF-2-7", "INF-3-2", "SKR-3-3"), ('professions = ["physician"]', 'performer = "municipality"')),
            (("SKR-3-4", "SKR-3-7"), (*SPECIALISED, 'treatment = "municipality"')),
            (("INF-3-1", "SKR-3-5"), (*SPECIAL_HOUSING, 'treatment = "region"')),
            (("INF-2-3",), ('interventions = ["hospital-substituting-care"]', 'treatment = "municipality"')),
            (("SKR-3-6",), ('interventions = ["social-services"]', 'treatment = "region"')),
            (("SKR-7-2",), (*NURSE, 'performer = "municipality"', 'employer = "region"')),
            (("SKR-10-1",), (*NURSE, 'way = "transfer"', 'treatment = "municipality"', 'performer = "region"')),
            (("SKR-10-2",), (*NURSE, 'way = "cooperation"', 'treatment = "region"', 'performer = "municipality"')),
            (("SKR-10-3",), (*NURSE, 'way = "primary-agreement"', 'performer = "municipality"')),
            (("SKR-10-4",), (*SPECIALISED, 'way = "specialised-agreement"', 'performer = "municipality"')),
        )
        for rule in rules
    ],
)
def test_no_text_that_contradicts_the_national_background_is_taken(
    callers: Callers, rule: str, row: Sequence[str]
) -> None:
    region, _ = callers["orebro"]
    refused = assert_refused(
        region.director.post("/api/agreements", json={"text": text_with(*row)}), 422, "TEXT_FAULTY"
    )

    assert rule in str(refused)


def test_a_text_with_a_row_that_contradicts_nothing_is_taken(callers: Callers) -> None:
    region, _ = callers["orebro"]

    assert_ok(region.director.post("/api/agreements", json={"text": text_with(*NURSE)}))


@pytest.mark.parametrize(
    ("rule", "county", "question", "answer"),
    [
        pytest.param(*case, marks=pytest.mark.rule(case[0]), id=" ".join((case[0], *case[2].values())))
        for case in (
            ("VML-9-1", "vastmanland", {"what": "technical-device", "setting": "ordinary"}, {"answer": "not covered"}),
            ("VML-9-2", "vastmanland", {"what": "technical-device", "setting": "special"}, {"answer": "covered"}),
            (
                "VML-10-1",
                "vastmanland",
                {"what": "incontinence-consumables", "enrolled": "true"},
                {"answer": "municipality"},
            ),
            ("VML-14-2", "vastmanland", {"what": "transport-of-deceased"}, {"answer": "region"}),
            ("VML-14-2", "vastmanland", {"what": "storage-of-deceased", "setting": "ordinary"}, {"answer": "region"}),
            ("ORE-4.1.2-2", "orebro", {"what": "psychiatric-home-care"}, {"answer": "not covered", "by": "supplement"}),
            ("ORE-4.1.2-2", "orebro", {"what": "psychiatric-home-care"}, {"answer": "supplement"}),
            ("GAV-9-1", "gavleborg", {"what": "home-care", "age": "17"}, {"answer": "not covered"}),
        )
    ],
)
def test_who_pays_is_answered_by_its_rule(
    callers: Callers, rule: str, county: str, question: dict[str, str], answer: dict[str, Any]
) -> None:
    days = {"orebro": "2025-04-01", "vastmanland": "2013-02-03", "gavleborg": "2018-05-01"}
    for caller in callers[county]:
        said = assert_ok(
            caller.get("/api/agreements/in-force/paying", params={"at": f"{days[county]}T12:00:00+02:00", **question})
        )
        parts = [part for part in said.values() if isinstance(part, dict) and rule in part.get("clauses", ())]
        assert [part for part in parts if answer.items() <= part.items()], said


@pytest.mark.rule("VML-14-1")
def test_the_deceased_in_special_housing_are_paid_for_as_they_are_cared_for_by_silence(callers: Callers) -> None:
    region, _ = callers["vastmanland"]
    asked = {"at": "2013-02-03T12:00:00+01:00", "setting": "special"}
    paying, responsible = "/api/agreements/in-force/paying", "/api/agreements/in-force/responsible"
    payer = assert_ok(region.get(paying, params={"what": "transport-of-deceased", **asked}))["payer"]
    holder = assert_ok(region.get(responsible, params={"intervention": "transport-of-deceased", **asked}))[
        "responsible"
    ]

    assert payer == holder
    assert (payer["answer"], payer["silences"]) == ("not regulated", ["V8"])


@pytest.mark.rule("VML-11-3")
def test_only_a_local_agreement_gives_the_municipality_the_care_when_the_health_centre_is_closed(
    module_services: Services, callers: Callers
) -> None:
    region, municipality = callers["vastmanland"]
    own = "SE2120000011-KOMMUN"
    (version,) = region.get("/api/agreements").json()
    terms = {
        "key": "evenings",
        "municipality": own,
        "way": "primary-agreement",
        "principal": "SE2321000001-REGION",
        "providers": ["SE2120000011-VGKOMMUN"],
        "grants": ["local-agreement-closed-hours"],
        "valid_from": "2020-03-01",
        "valid_to": "2020-12-31",
    }
    for caller in (region, municipality):
        path = f"/api/agreements/{version['id']}/{version['version']}/agree-local-agreement"
        assert_ok(caller.director.act_at(path, "2020-02-02T09:00:00+01:00", agreed=terms))

    performers = {}
    patient = patient_id(module_services, county="vastmanland")
    for at in ("2020-02-20T09:00:00+01:00", "2020-03-10T09:00:00+01:00", "2021-01-10T09:00:00+01:00"):
        opened = assert_ok(
            region.act_at(
                "/api/cases",
                at,
                patient_id=patient,
                despite=region.list_cases(patient),
                track="closed-hours",
                municipality=own,
                request={
                    "need": "Wound dressing also at weekends",
                    "interventions": [{"key": "dressing", "text": "Dress the wound"}],
                },
            )
        )
        for circumstance in ("regular-at-health-centre", "health-centre-closed"):
            assert_ok(region.act(opened["case"], "record-circumstance", at=at, circumstance=circumstance))
        assert_ok(region.act(opened["case"], "send-referral", at=at, receiver=own))
        (answer,) = region.get(
            f"/api/cases/{opened['case']}/responsibility",
            params={"at": at, "mode": "as-known-now"},
        ).json()["responsible"]
        assert answer["clauses"] == ["VML-11-3"]
        performers[at[:10]] = answer["performer"]

    assert performers == {"2020-02-20": "SE2321000001-REGION", "2020-03-10": own, "2021-01-10": "SE2321000001-REGION"}
