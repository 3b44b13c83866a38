"""The settlement of money between the parties: its decisions, one ledger at a time."""
