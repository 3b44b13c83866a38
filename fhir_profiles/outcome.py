"""Errors as OperationOutcomes: a code, what is wrong, the rule, where, and what to do."""

from collections.abc import Iterable, Sequence

from fhir_profiles import systems
from fhir_profiles.elements import concept, extension, present
from fhir_profiles.issues import Issue
from fhir_profiles.json import Resource


def render_fault(
    code: str,
    what: str,
    *,
    issue: str,
    remedy: str,
    rule: str | None = None,
    rule_text: str | None = None,
    rule_text_english: str | None = None,
    where: Sequence[str] = (),
    expression: Sequence[str] = (),
) -> Resource:
    """Render one error with a code of ours. `issue` is FHIR's issue type (R4 valueset-issue-type.html).

    The rule's sentence is in Swedish, and in English if the rule has it. `expression` has the elements at fault.
    """
    parts = [extension(systems.RULE, valueString=rule)] if rule is not None else []
    parts += [extension(systems.RULE_TEXT, valueString=rule_text)] if rule_text is not None else []
    parts += [extension(systems.RULE_TEXT_ENGLISH, valueString=rule_text_english)] if rule_text_english else []
    parts += [extension(systems.WHERE, valueString=place) for place in where]
    return _outcome(
        [
            present(
                extension=parts,
                severity="error",
                code=issue,
                details=concept(systems.REFUSAL, code, what),
                diagnostics=remedy,
                expression=list(expression) or None,
            )
        ]
    )


def render_issues(issues: Iterable[Issue]) -> Resource:
    """Render the issues of a resource."""
    return _outcome(
        [
            present(
                severity=issue.severity,
                code=issue.code,
                details={"text": issue.text},
                expression=[issue.expression] if issue.expression is not None else None,
            )
            for issue in issues
        ]
    )


def _outcome(issues: list[Resource]) -> Resource:
    return {"resourceType": "OperationOutcome", "issue": issues}
