"""Every error as an OperationOutcome: a coded reason, what is wrong, and what would make it right."""

from collections.abc import Iterable, Mapping, Sequence

from fhir_profiles import systems
from fhir_profiles.elements import concept, extension, present
from fhir_profiles.issues import Issue
from fhir_profiles.json import Resource

ISSUE_TYPES: Mapping[str, str] = {
    "ACTOR_NOT_ALLOWED": "forbidden",
    "ACTOR_NOT_RECEIVER": "forbidden",
    "NOT_PARTY": "forbidden",
    "NOT_YOUR_PRINCIPAL": "forbidden",
    "TOKEN_REQUIRED": "login",
    "NOT_FOUND": "not-found",
    "UNKNOWN_REFERENCE": "not-found",
    "CONTENT_MISSING": "required",
    "REFERRAL_CONTENT_MISSING": "required",
    "ASSESSMENT_CONTENT_MISSING": "required",
    "PLAN_CONTENT_MISSING": "required",
    "OCCURRED_IN_FUTURE": "value",
    "OCCURRED_TOO_EARLY": "value",
    "WRONG_STATE": "conflict",
    "DISPUTE_OPEN": "conflict",
    "CONFLICT": "conflict",
    "VERSION_MISMATCH": "conflict",
    "IDEMPOTENCY_KEY_REUSED": "duplicate",
    "METHOD_NOT_ALLOWED": "not-supported",
    "NOT_ACCEPTABLE": "not-supported",
    "MEDIA_TYPE_NOT_SUPPORTED": "not-supported",
    "PARAMETER_UNKNOWN": "not-supported",
    "PARAMETER_INVALID": "value",
    "HEADER_INVALID": "value",
    "SEVERAL_MATCH": "multiple-matches",
    "PERSON_REGISTERED": "duplicate",
    "BODY_TOO_LARGE": "too-long",
    "STORE_UNAVAILABLE": "transient",
    "OUTCOME_UNKNOWN": "transient",
    "UNSTORABLE": "value",
    "INTERNAL": "exception",
}
"""FHIR's issue type by code; any other code is a rule of the agreement that was not met."""


def issue_type(code: str) -> str:
    """FHIR's issue type for a refusal's code, or for a fault's."""
    return ISSUE_TYPES.get(code, "business-rule")


def fault(
    code: str, what: str, *, remedy: str, rule: str | None = None, where: Sequence[str] = (), severity: str = "error"
) -> Resource:
    """The outcome that tells of one coded fault."""
    said = [extension(systems.RULE, valueString=rule)] if rule is not None else []
    said += [extension(systems.WHERE, valueString=place) for place in where]
    return _outcome(
        [
            present(
                extension=said,
                severity=severity,
                code=issue_type(code),
                details=concept(systems.REFUSAL, code, what),
                diagnostics=remedy,
            )
        ]
    )


def from_issues(issues: Iterable[Issue]) -> Resource:
    """The outcome of reading something that could not be taken."""
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
