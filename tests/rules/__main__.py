"""`python -m tests.rules`: each rule with the places that enforce it and the tests that show it."""

from tests.rules.catalogue import rules
from tests.rules.marks import collect
from tests.rules.places import find_places
from tests.rules.report import SILENT, UNCOVERED, UNSERVED, Report, read_reasons


def main() -> None:
    """Print the report."""
    report = Report(
        rules=rules(),
        places=find_places(),
        marks=collect(),
        reasons=read_reasons(UNCOVERED),
        silent=read_reasons(SILENT),
        unserved=read_reasons(UNSERVED),
    )
    print(*report.lines(), sep="\n")


if __name__ == "__main__":
    main()
