"""How money between the parties is settled: the decisions, one ledger at a time."""
