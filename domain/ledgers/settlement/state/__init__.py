"""The ledgers of settlement as they stand, each folded from its own events."""
