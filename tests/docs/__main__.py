"""The command `python -m tests.docs`, which writes the generated pages and parts of pages."""

from tests.docs import agreement_page, rules_page


def main() -> None:
    """Write docs/rules.md, and the tables of acts and of events in docs/avtalstexter.md."""
    rules_page.PAGE.write_text(rules_page.render(), "utf-8")
    page = agreement_page.PAGE
    page.write_text(agreement_page.with_events(agreement_page.with_acts(page.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
