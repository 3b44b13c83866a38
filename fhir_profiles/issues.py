"""Issues: the faults of a resource that a client sent, by element, and without the content that was sent."""

from typing import Annotated

from pydantic import AfterValidator

from domain.kernel import Value, hide_personal_numbers

Said = Annotated[str, AfterValidator(hide_personal_numbers)]
"""Words about what a client sent, which could be repeated in them."""


class Issue(Value):
    """A fault of a resource. `text` says what is wrong and what to do, and repeats nothing that was sent."""

    severity: str = "error"
    code: str
    """FHIR's issue type, such as `required` or `value`."""
    text: Said
    expression: Said | None = None
    """The element, as a FHIRPath. None for the whole body."""
    malformed: bool = False
    """True if the body is no valid FHIR R4, False if it is but the record cannot keep it or act on it."""


class Unreadable(Exception):
    """The refusal of a resource with one or more issues. Nothing is recorded."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.expression or 'body'}: {issue.text}" for issue in issues))
        self.issues = issues

    @property
    def malformed(self) -> bool:
        """True if an issue makes the body malformed."""
        return any(issue.malformed for issue in self.issues)


def unreadable(code: str, expression: str | None, text: str) -> Unreadable:
    """Return the refusal of a resource with one issue."""
    return Unreadable(Issue(code=code, text=text, expression=expression))


def invalid_part(code: str, expression: str | None, text: str) -> Issue:
    """Return an issue that makes a body malformed."""
    return Issue(code=code, text=text, expression=expression, malformed=True)


def invalid_body(code: str, expression: str | None, text: str) -> Unreadable:
    """Return the refusal of a body that is no valid FHIR R4, with one issue."""
    return Unreadable(invalid_part(code, expression, text))
