"""Events in the ledger of the cost of one non-resident's care (kostnadsersättning; catalogue VML-12)."""

from typing import ClassVar
from uuid import UUID

from domain.agreements.model.settlement import Debtor
from domain.kernel import Event, HsaId, Label, Slug, Value
from domain.money import Exact, Figure


class ClaimPart(Value):
    """The part of a claim that one debtor in another county owes."""

    debtor: Debtor
    county: Slug
    """The county in which the individual is registered."""
    amount: Figure


class CostAgreementRequested(Event):
    """The municipality of stay asked for an agreement on the cost of a non-resident's care (VML-12-5)."""

    TOPIC: ClassVar[str] = "settlement.cost-agreement-requested.v1"
    county: Slug
    municipality: HsaId
    of_case: UUID
    home_county: Slug
    """The county in which the individual is registered (VML-12-3)."""
    asked: Debtor


class CostAgreementReached(Event):
    """Both agreed on who pays which part of a non-resident's care (VML-12-5)."""

    TOPIC: ClassVar[str] = "settlement.cost-agreement-reached.v1"
    split: dict[Debtor, Exact]
    """Each debtor's part. The parts add up to 1."""
    counterpart_reference: Label
    """The counterpart's own record of having agreed."""


class CostClaimRaised(Event):
    """The municipality of stay claimed the cost of a non-resident's care (VML-12-2)."""

    TOPIC: ClassVar[str] = "settlement.cost-claim-raised.v1"
    claim_id: UUID
    parts: tuple[ClaimPart, ...]
    total: Figure


CostEvent = CostAgreementRequested | CostAgreementReached | CostClaimRaised
