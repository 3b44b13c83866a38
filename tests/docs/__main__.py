"""`python -m tests.docs`: write the pages that are generated."""

from tests.docs.rules_page import PAGE, render


def main() -> None:
    """Write docs/rules.md."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
