"""The cost of one non-resident's care as it stands."""

from uuid import UUID

from domain.agreements.model.settlement import Debtor
from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Label, Slug, ledger_id
from domain.ledgers.settlement.events.costs import (
    ClaimPart,
    CostAgreementReached,
    CostAgreementRequested,
    CostClaimRaised,
)
from domain.money import Exact


class CostSettlement(Aggregate):
    """The cost of one non-resident's care: the agreement on who pays, and the claims."""

    county: Slug
    municipality: HsaId
    """The municipality of stay."""
    of_case: UUID
    home_county: Slug
    asked: Debtor
    requested_at: Instant
    """The time at which the agreement was asked for. Everything that follows stands on the version in force then."""
    since: Instant
    split: dict[Debtor, Exact] | None = None
    """None until an agreement is reached."""
    counterpart_reference: Label | None = None
    agreed_by: UUID | None = None
    """The event of the agreement."""
    claims: dict[UUID, tuple[ClaimPart, ...]] = {}

    @property
    def claimed(self) -> frozenset[UUID]:
        """The events of the interventions that have been claimed for."""
        sources = (source for parts in self.claims.values() for part in parts for source in part.amount.sources)
        return frozenset(source for source in sources if source != self.agreed_by)


def cost_id(county: str, of_case: UUID) -> UUID:
    """Return the id of the ledger of the cost of one non-resident's care."""
    return ledger_id(county, "cost", str(of_case))


def evolve(cost: CostSettlement | None, event: Event) -> CostSettlement:
    """Return the cost settlement after the event."""
    match cost, event:
        case None, CostAgreementRequested():
            return CostSettlement(
                id=event.originator_id,
                version=event.originator_version,
                county=event.county,
                municipality=event.municipality,
                of_case=event.of_case,
                home_county=event.home_county,
                asked=event.asked,
                requested_at=event.occurred_at,
                since=event.occurred_at,
            )
        case CostSettlement(), CostAgreementReached():
            return cost.after(
                event,
                since=event.occurred_at,
                split=event.split,
                counterpart_reference=event.counterpart_reference,
                agreed_by=event.id,
            )
        case CostSettlement(), CostClaimRaised():
            return cost.after(event, since=event.occurred_at, claims=cost.claims | {event.claim_id: event.parts})
        case _:
            raise HistoryBroken(event)
