"""The reads of the record: queries, search, replay, persons, ledgers and agreement versions.

Every read names the actor and returns only what the actor's principal may see; a case that the principal may not see
looks like one that does not exist. This room decides nothing. It writes nothing but new persons in the register.
"""
