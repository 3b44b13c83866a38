"""The answer to a question about something that is not there for whoever asks."""


class CaseUnknown(Exception):
    """There is no such case or ledger, or the actor's principal may not know of it. Both look the same."""
