"""The exception for a question about what the reader cannot see."""


class CaseUnknown(Exception):
    """A case, ledger or refusal that does not exist, or that the actor's principal may not know of: both look alike."""
