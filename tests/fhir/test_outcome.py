"""Every error is an OperationOutcome with a code, the rule and what to do."""

from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import systems
from fhir_profiles.issues import Issue
from fhir_profiles.outcome import render_fault, render_issues


def test_an_error_has_its_code_rule_place_and_remedy() -> None:
    outcome = render_fault(
        "WRONG_STATE",
        "It is too late",
        issue="conflict",
        rule="ORE-3-3",
        rule_text="Båda beslutar",
        rule_text_english="Both decide",
        remedy="be earlier",
        where=("state",),
    )
    get_fhir_model_class("OperationOutcome").model_validate(outcome)
    (issue,) = outcome["issue"]
    assert (issue["severity"], issue["code"], issue["diagnostics"]) == ("error", "conflict", "be earlier")
    assert issue["details"] == {
        "coding": [{"system": systems.REFUSAL, "code": "WRONG_STATE"}],
        "text": "It is too late",
    }
    assert [item["valueString"] for item in issue["extension"]] == ["ORE-3-3", "Båda beslutar", "Both decide", "state"]


def test_a_rule_without_english_is_told_in_swedish_alone() -> None:
    outcome = render_fault("WRONG_STATE", "It is too late", issue="conflict", rule_text="Båda beslutar", remedy="x")
    (issue,) = outcome["issue"]
    assert issue["extension"] == [{"url": systems.RULE_TEXT, "valueString": "Båda beslutar"}]


def test_each_issue_has_its_place() -> None:
    outcome = render_issues(
        [Issue(code="required", text="give it", expression="Task.focus"), Issue(code="structure", text="x")]
    )
    get_fhir_model_class("OperationOutcome").model_validate(outcome)
    assert outcome["issue"] == [
        {"severity": "error", "code": "required", "details": {"text": "give it"}, "expression": ["Task.focus"]},
        {"severity": "error", "code": "structure", "details": {"text": "x"}},
    ]
