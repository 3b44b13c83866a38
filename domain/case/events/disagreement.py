"""Events of a disagreement between the parties (oenighet; catalogue R9-R11, E7)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.agreements.model import DisputeSubject
from domain.intervention import CareLevel
from domain.kernel import Allocation, Event, Party, Slug, Text, Value


class DisagreementRaised(Event):
    """One party disagrees; whoever performs goes on until it is resolved (oenighet; ORE-3.1.3-13, -14)."""

    TOPIC: ClassVar[str] = "disagreement.raised.v1"
    dispute_id: UUID
    party: Party
    reason: Text
    subject: DisputeSubject = DisputeSubject.REFERRAL
    plan: UUID | None = None
    """The plan that a disagreement on a plan's content is about."""
    held: tuple[Allocation, ...] = ()
    """Who was last decided to answer for what, when it was raised."""


class PositionRecorded(Event):
    """A party stated its own position in a disagreement (SYS-3). May be recorded late."""

    TOPIC: ClassVar[str] = "disagreement.position-recorded.v1"
    dispute_id: UUID
    position_id: UUID
    party: Party
    position: Text


class ProcedureStepRecorded(Event):
    """A step of the agreed procedure was taken; the steps themselves are the parties' own data (S4)."""

    TOPIC: ClassVar[str] = "disagreement.procedure-step-recorded.v1"
    dispute_id: UUID
    step: Text
    step_id: Slug | None = None
    """The step of the agreement's own list; None where it lists none."""


class DisagreementEscalated(Event):
    """The disagreement was taken to a higher level of both parties."""

    TOPIC: ClassVar[str] = "disagreement.escalated.v1"
    dispute_id: UUID
    step: Text
    step_id: Slug | None = None


class DisagreementWithdrawn(Event):
    """The party that disagreed no longer does; everything is as it was before."""

    TOPIC: ClassVar[str] = "disagreement.withdrawn.v1"
    dispute_id: UUID
    reason: Text


class Resolution(Value):
    """What a disagreement came to.

    With `level` None the parties decline the request, where it is not yet accepted; else the level stays.
    """

    level: CareLevel | None
    performer: Party | None
    """None: who performs is not what the parties disagreed on, and stays."""
    effective_from: date
    """The Swedish legal day from which performance is as resolved."""
    conclusion: Text


class ResolutionProposed(Event):
    """One party declared how the disagreement is to be resolved."""

    TOPIC: ClassVar[str] = "disagreement.resolution-proposed.v1"
    dispute_id: UUID
    party: Party
    resolution: Resolution
    day_given: bool = False
    """Whether the party named the day itself, rather than leaving it at the earliest."""


class DisagreementResolved(Event):
    """Both parties declared the same resolution; performance passes from its day, never earlier (ORE-3.1.3-14)."""

    TOPIC: ClassVar[str] = "disagreement.resolved.v1"
    dispute_id: UUID
    resolution: Resolution
    decided_by: Text | None = None
    """Whom the agreement lets decide, where the parties did not agree; None: both declared the same."""


DisagreementEvent = (
    DisagreementRaised
    | PositionRecorded
    | ProcedureStepRecorded
    | DisagreementEscalated
    | DisagreementWithdrawn
    | ResolutionProposed
    | DisagreementResolved
)
