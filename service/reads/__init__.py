"""The reads of the record: queries, search, replay, persons, ledgers and agreement versions.

A read names the actor and returns only what the actor's principal may see; a case that the principal may not see looks
like one that does not exist. Three reads name no actor: the replay for the person who runs the service, and two whose
caller has checked the actor, a case's resources and a ledger's timeline. This room decides nothing. It writes nothing
but new persons in the register.
"""
