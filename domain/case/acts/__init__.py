"""Acts on a case: one function per decision, grouped by what it changes."""
