"""The CapabilityStatement has the interactions that the routes offer, and no others."""

from datetime import UTC, datetime

from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles.capability import CONDITIONAL_CREATE, render_capability
from fhir_profiles.search_values import SEARCH_PARAMETERS

OFFERED = {
    "Task": ["create", "read", "vread", "update", "history-instance", "search-type"],
    "ServiceRequest": ["create", "read", CONDITIONAL_CREATE],
    "CareTeam": ["read"],
}


def test_the_statement_is_valid_r4_and_has_what_the_server_offers() -> None:
    statement = render_capability(
        OFFERED,
        date=datetime(2026, 1, 2, tzinfo=UTC),
        base="http://localhost/fhir",
        version="0.1.0",
        system=["transaction"],
    )
    get_fhir_model_class("CapabilityStatement").model_validate(statement)
    assert (statement["fhirVersion"], statement["date"]) == ("4.0.1", "2026-01-02T00:00:00.000000Z")
    (rest,) = statement["rest"]
    assert rest["interaction"] == [{"code": "transaction"}]
    assert [parameter["name"] for parameter in rest["searchParam"]] == ["_lastUpdated"]
    team, request, task = rest["resource"]
    assert [team["type"], request["type"], task["type"]] == ["CareTeam", "ServiceRequest", "Task"]
    assert [item["code"] for item in task["interaction"]] == [
        "read",
        "vread",
        "update",
        "history-instance",
        "create",
        "search-type",
    ]
    assert [parameter["name"] for parameter in task["searchParam"]] == [
        parameter.name for parameter in SEARCH_PARAMETERS["Task"]
    ]
    assert (request["conditionalCreate"], task["conditionalCreate"]) == (True, False)
    assert "Task.statusReason.text" in task["documentation"]
    assert "searchParam" not in team
    assert "documentation" not in team
