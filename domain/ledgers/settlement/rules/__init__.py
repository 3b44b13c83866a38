"""What several acts of settlement ask: the parts of the version's text, and the sums that follow from it."""
