"""Issues: the faults of a resource that a client sent, by element, and without the content that was sent."""

from domain.kernel import Value


class Issue(Value):
    """A fault of a resource. `text` says what is wrong and what to do, and repeats nothing that was sent."""

    severity: str = "error"
    code: str
    """FHIR's issue type, such as `required` or `value`."""
    text: str
    expression: str | None = None
    """The element, as a FHIRPath. None for the whole body."""


class Unreadable(Exception):
    """The refusal of a resource with one or more issues. Nothing is recorded."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.expression or 'body'}: {issue.text}" for issue in issues))
        self.issues = issues


def unreadable(code: str, expression: str | None, text: str) -> Unreadable:
    """Return the refusal of a resource with one issue."""
    return Unreadable(Issue(code=code, text=text, expression=expression))
