"""The life of an agreement version: its record, its local additions, and which version is in force."""
