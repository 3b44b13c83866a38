"""What ledgers wait for, found by reading them with the day's date: time that passes needs no event to be seen."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel import Actor, legal_midnight
from domain.ledgers.duty import LedgerDuty
from domain.ledgers.kind import LedgerKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.catalogue import Catalogue
from service.agreements.versions import duties_of
from service.reads.catalogue import LiveCatalogue
from service.reads.ledgers import LedgerQueries


class LedgerDuties:
    """The duties of the ledgers that a principal may read."""

    def __init__(self, ledgers: LedgerQueries, catalogue: LiveCatalogue) -> None:
        self._ledgers = ledgers
        self._catalogue = catalogue

    def waiting(self, actor: Actor, today: date) -> list[dict[str, Any]]:
        """What waits for the actor's principal, as JSON, what is due first at the top."""
        found = sorted(self._found(actor, today), key=lambda one: (one[2].due or date.max, one[2].since, one[2].key))
        return [
            {"ledger": str(ledger), "kind": kind, **duty.model_dump(mode="json", exclude={"principals"})}
            | {"elapsed_days": (today - duty.since).days, "overdue": duty.due is not None and today > duty.due}
            for ledger, kind, duty in found
        ]

    def _found(self, actor: Actor, today: date) -> Iterator[tuple[UUID, str, LedgerDuty]]:
        known = self._catalogue.known()
        for version, duty in duties_of(known, actor, today):
            yield version.record.id, VERSION_RECORD.name, duty
        for kind in SETTLEMENT:
            for ledger_id, body in self._ledgers.list(actor, kind):
                for duty in self._of(kind, body, known.catalogue, actor, today):
                    if not duty.principals or actor.principal in duty.principals:
                        yield ledger_id, kind.name, duty

    def _of(
        self, kind: LedgerKind, body: bytes, catalogue: Catalogue, actor: Actor, today: date
    ) -> Iterable[LedgerDuty]:
        """The duties of one ledger, by the version that it was dealt with under."""
        state = kind.state.model_validate_json(body)
        moments = kind.deals_with(state, {}, legal_midnight(today))
        versions = (catalogue.in_force(actor.county, at, kind.between(state, {}, actor)) for at in moments)
        return kind.duties(state, next((one for one in versions if one is not None), None))
