"""Acts on the record of an agreement version: one function per decision."""
