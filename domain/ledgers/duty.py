"""A duty of a ledger: something that the ledger waits for."""

from datetime import date

from domain.kernel import HsaId, Value


class LedgerDuty(Value):
    """Something that a ledger waits for, found by reading it with today's date; no event tells that time has passed."""

    key: str
    """What: `hold-follow-up` and so on, with what it concerns after a colon."""
    principals: tuple[HsaId, ...] = ()
    """Whose it is; none named: every principal that may read the ledger."""
    since: date
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words."""
    owner: str | None = None
    """The body that the agreement names for it, in its own words."""
