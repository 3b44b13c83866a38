"""The duties of ledgers on a given day. A duty becomes overdue without an event."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel import Actor, legal_midnight
from domain.ledger_kind import LedgerDuty, LedgerKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.catalogue import Catalogue
from service.agreements.versions import list_duties
from service.reads.catalogue import LiveCatalogue
from service.reads.ledgers import LedgerQueries


class LedgerDuties:
    """The duties of the ledgers that a principal may read."""

    def __init__(self, ledgers: LedgerQueries, versions: LiveCatalogue) -> None:
        self._ledgers = ledgers
        self._versions = versions

    def list(self, actor: Actor, today: date) -> list[dict[str, Any]]:
        """Return the duties of the actor's principal, as JSON, the earliest due first."""
        duties = sorted(self._find(actor, today), key=lambda row: (row[2].due or date.max, row[2].since, row[2].key))
        return [
            {"ledger": str(ledger), "kind": kind, **duty.model_dump(mode="json", exclude={"principals"})}
            | {"elapsed_days": (today - duty.since).days, "overdue": duty.due is not None and today > duty.due}
            for ledger, kind, duty in duties
            if duty.since <= today
        ]

    def _find(self, actor: Actor, today: date) -> Iterator[tuple[UUID, str, LedgerDuty]]:
        versions = self._versions.read_versions()
        for version, duty in list_duties(versions, actor, today):
            yield version.record.id, VERSION_RECORD.name, duty
        for kind in SETTLEMENT:
            for ledger_id, body in self._ledgers.list_waiting(actor, kind):
                for duty in self._of_ledger(kind, body, versions.catalogue, actor, today):
                    if not duty.principals or actor.principal in duty.principals:
                        yield ledger_id, kind.name, duty

    def _of_ledger(
        self, kind: LedgerKind, body: bytes, catalogue: Catalogue, actor: Actor, today: date
    ) -> Iterable[LedgerDuty]:
        """Return the duties of one ledger, by the version that governs it."""
        state = kind.state.model_validate_json(body)
        moments = kind.moments(state, {}, legal_midnight(today))
        return kind.duties(state, kind.find_agreement(state, {}, actor, moments, catalogue))
