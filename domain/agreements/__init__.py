"""Agreements as data: versions are read from published texts, and the decisions ask them.

This package may read its own published texts and nothing else. No county's name, value or rule stands in its code: a
new county, version, track or kind of plan is a file in `texts/` and a line in its lock.
"""
