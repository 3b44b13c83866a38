"""Agreements as data. A version is read from its text, and decisions ask it for permissions, criteria and deadlines.

The folder `texts/` holds the published texts. `model/` holds the fields that a text may have. The other modules answer
questions about one version: who may act, what must be stated, who is responsible, when something is due, who pays.

This room decides nothing about a case and reads no file. It does not import `versions`, `authoring`, `case` or
`ledgers`. Its code names no county: a new county, version or track is a text in `texts/` and a line in its lock.
"""
