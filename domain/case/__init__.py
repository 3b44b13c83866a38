"""One person's case, the unit of consistency: its events, its state, its rules and its acts."""
