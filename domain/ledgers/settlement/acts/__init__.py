"""Acts on the ledgers of settlement: one function per decision, in a module for each kind of ledger."""
