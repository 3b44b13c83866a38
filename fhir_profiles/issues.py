"""Faults in what a client sent: told in plain words, by element, never by content."""

from domain.kernel import Value


class Issue(Value):
    """One thing that is wrong. `text` says what, and how to put it right; it holds nothing of what was sent."""

    severity: str = "error"
    code: str
    """FHIR's issue type, such as `required` or `value`."""
    text: str
    expression: str | None = None
    """The place, as FHIRPath."""


class Unreadable(Exception):
    """A resource that cannot be taken as it is. It changes nothing."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.expression or 'body'}: {issue.text}" for issue in issues))
        self.issues = issues


def unreadable(code: str, expression: str | None, text: str) -> Unreadable:
    """Return the error of one fault."""
    return Unreadable(Issue(code=code, text=text, expression=expression))
