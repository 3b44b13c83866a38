"""The duties of the parties under an agreement version in force: to follow it up, and to publish local routines."""

from collections.abc import Collection, Iterator

from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import ActName, Agreement
from domain.agreements.subordinate import FOLLOW_UP, ROUTINE
from domain.kernel import HsaId, legal_day, legal_midnight
from domain.ledger_kind import LedgerDuty
from domain.ledgers.versions.rules import find_missing_routines
from domain.versions.state import VersionRecord

FOLLOW_UP_BODY = "agreement-follow-up-body"
"""The id of a text's term for the body that follows the version up."""


def find_version_duties(
    agreement: Agreement, record: VersionRecord, municipalities: Collection[HsaId]
) -> Iterator[LedgerDuty]:
    """Yield the duties under a version that is in force with the municipalities."""
    yield from _find_follow_up(agreement, record)
    yield from _find_routines(agreement, record, municipalities)


def _find_follow_up(agreement: Agreement, record: VersionRecord) -> Iterator[LedgerDuty]:
    """Yield the next follow-up, counted from the last one or else from the version's first day (GAV-11-1, -2)."""
    since = record.followed_up_at or legal_midnight(agreement.valid_from)
    limit = find_due(agreement, FOLLOW_UP, since)
    if isinstance(limit, Due):
        yield LedgerDuty(
            key=ActName.HOLD_FOLLOW_UP,
            acts=(ActName.HOLD_FOLLOW_UP,),
            since=legal_day(since),
            due=limit.day,
            rule=limit.rule,
            words=limit.words,
            owner=agreement.terms.get(FOLLOW_UP_BODY),
        )


def _find_routines(
    agreement: Agreement, record: VersionRecord, municipalities: Collection[HsaId]
) -> Iterator[LedgerDuty]:
    """Yield a duty for each municipality without a local routine, if the text requires one (ORE-3.1.5-5)."""
    for municipality in find_missing_routines(agreement, record, sorted(municipalities)):
        content = agreement.content[ROUTINE]
        yield LedgerDuty(
            key=f"{ActName.PUBLISH_LOCAL_ROUTINE}:{municipality}",
            acts=(ActName.PUBLISH_LOCAL_ROUTINE,),
            principals=(municipality,),
            since=agreement.valid_from,
            rule=content.clauses[0],
            words=content.title,
        )
