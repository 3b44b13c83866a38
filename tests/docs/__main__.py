"""The command `python -m tests.docs`, which writes the generated pages and parts of pages."""

from tests.docs import agreement_page, refusal_codes, rules_page


def main() -> None:
    """Write docs/rules.md, the tables in docs/avtalstexter.md, and the codes by which acts can be refused."""
    rules_page.PAGE.write_text(rules_page.render(), "utf-8")
    refusal_codes.FILE.write_text(refusal_codes.render(), "utf-8")
    page = agreement_page.PAGE
    page.write_text(agreement_page.with_events(agreement_page.with_acts(page.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
