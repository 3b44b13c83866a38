"""What an agreement version in force waits for from its parties: to be followed up, and a routine for each."""

from collections.abc import Collection, Iterator

from domain.agreements.content import find_content
from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import ActName, Agreement
from domain.kernel import HsaId, legal_day, legal_midnight
from domain.ledgers.duty import LedgerDuty
from domain.ledgers.versions.acts.additions import ROUTINE
from domain.versions.state import VersionRecord

FOLLOW_UP = "agreement-follow-up"
"""The id of the deadline by which a text says how often it is followed up."""
FOLLOW_UP_BODY = "agreement-follow-up-body"
"""The term by which a text names the body that answers for it."""


def duties(agreement: Agreement, record: VersionRecord, parties: Collection[HsaId]) -> Iterator[LedgerDuty]:
    """What waits, for the municipalities that the version is in force with."""
    yield from _follow_up(agreement, record)
    yield from _routines(agreement, record, parties)


def _follow_up(agreement: Agreement, record: VersionRecord) -> Iterator[LedgerDuty]:
    """The next follow-up, as long after the last one, or the first day, as the text says (GAV-11-1, -2)."""
    since = record.followed_up_at or legal_midnight(agreement.valid_from)
    limit = find_due(agreement, FOLLOW_UP, since)
    if isinstance(limit, Due):
        yield LedgerDuty(
            key=ActName.HOLD_FOLLOW_UP,
            since=legal_day(since),
            due=limit.day,
            rule=limit.rule,
            words=limit.words,
            owner=agreement.terms.get(FOLLOW_UP_BODY),
        )


def _routines(agreement: Agreement, record: VersionRecord, parties: Collection[HsaId]) -> Iterator[LedgerDuty]:
    """The municipalities that have no local routine, where the text asks for one (ORE-3.1.5-5)."""
    content = find_content(agreement, ROUTINE)
    if content is None:
        return
    published = {routine.municipality for routine in record.routines.values()}
    for municipality in sorted(parties):
        if municipality not in published:
            yield LedgerDuty(
                key=f"{ActName.PUBLISH_LOCAL_ROUTINE}:{municipality}",
                principals=(municipality,),
                since=agreement.valid_from,
                rule=content.clauses[0],
                words=content.title,
            )
