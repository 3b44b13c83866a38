"""The exception for a question about a case or ledger that the reader cannot see."""


class CaseUnknown(Exception):
    """A case or ledger that does not exist, or that the actor's principal may not know of. Both look the same."""
