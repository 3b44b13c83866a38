"""A duty of a ledger: something that the ledger waits for."""

from datetime import date

from domain.kernel import HsaId, Value


class LedgerDuty(Value):
    """Something that a ledger waits for.

    It is found by reading the ledger with today's date, because no event says that time has passed.
    """

    key: str
    """The act that is waited for, such as `hold-follow-up`; after a colon, its subject if there are several."""
    principals: tuple[HsaId, ...] = ()
    """The principals whose duty it is. Empty: every principal that may read the ledger."""
    since: date
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words."""
    owner: str | None = None
    """The body that the agreement names for it, in its own words."""
