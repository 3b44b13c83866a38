"""`python -m tests.rules`: each rule, where it is enforced, and which tests show it."""

from tests.rules.catalogue import rules
from tests.rules.enforced import enforced
from tests.rules.marks import collect
from tests.rules.report import Report, reasons


def main() -> None:
    """Print the report."""
    report = Report(rules=rules(), enforced=enforced(), marks=collect(), reasons=reasons())
    print(*report.lines(), sep="\n")


if __name__ == "__main__":
    main()
