"""Events in the ledgers of settlement, a module for each kind of ledger. Each ledger is a stream outside every case."""
