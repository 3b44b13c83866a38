"""Acts on the record of an agreement version, one function per decision: on the version, and on its local additions."""
