"""Agreement versions: the record of each, its local agreements, and the version in force on a day.

A record is folded from its events. The functions here take the events, the text and the directory that they are given.
They decide no act (see `domain/ledgers/versions`) and read no text (see `domain/authoring`).
"""
