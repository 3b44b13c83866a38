"""Events of a disagreement between the parties (oenighet; catalogue R9-R11, E7)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.agreements.model import DisputeSubject
from domain.intervention import CareLevel
from domain.kernel import Allocation, Event, Party, Slug, Text, Value


class DisagreementRaised(Event):
    """A party raised a disagreement (oenighet; ORE-3.1.3-13). The performer stays the same meanwhile (ORE-3.1.3-14)."""

    TOPIC: ClassVar[str] = "disagreement.raised.v1"
    dispute_id: UUID
    party: Party
    reason: Text
    subject: DisputeSubject = DisputeSubject.REFERRAL
    plan: UUID | None = None
    """The plan, if the disagreement is about the content of a plan."""
    held: tuple[Allocation, ...] = ()
    """The responsibility as it was when the disagreement was raised."""


class PositionRecorded(Event):
    """A party stated its position in a disagreement (SYS-3). A position may be recorded late."""

    TOPIC: ClassVar[str] = "disagreement.position-recorded.v1"
    dispute_id: UUID
    position_id: UUID
    party: Party
    position: Text


class ProcedureStepRecorded(Event):
    """A party took a step of the agreed procedure. The parties supply the steps themselves (S4)."""

    TOPIC: ClassVar[str] = "disagreement.procedure-step-recorded.v1"
    dispute_id: UUID
    step: Text
    step_id: Slug | None = None
    """The id of the step in the agreement's list. None if the agreement has no list."""


class DisagreementEscalated(Event):
    """The disagreement was escalated to a higher level of both parties."""

    TOPIC: ClassVar[str] = "disagreement.escalated.v1"
    dispute_id: UUID
    step: Text
    step_id: Slug | None = None


class DisagreementWithdrawn(Event):
    """The party that raised the disagreement withdrew it. The responsibility is as it was before."""

    TOPIC: ClassVar[str] = "disagreement.withdrawn.v1"
    dispute_id: UUID
    reason: Text


class Resolution(Value):
    """The outcome of a disagreement.

    If `level` is None, a request that is not yet accepted is declined; in any other case the level stays.
    """

    level: CareLevel | None
    performer: Party | None
    """The party that performs. None if the present performer goes on."""
    effective_from: date
    """The Swedish legal day from which the party performs."""
    conclusion: Text


class ResolutionProposed(Event):
    """One party declared a resolution of the disagreement."""

    TOPIC: ClassVar[str] = "disagreement.resolution-proposed.v1"
    dispute_id: UUID
    party: Party
    resolution: Resolution
    day_given: bool = False
    """True if the party gave the day. False if the earliest day was filled in."""
    decided_by: Text | None = None
    """The body that decided so by this party's word, as the agreement names it. None if it is the party's own."""
    body: Slug | None = None
    """The id of that body in the agreement's text. None if nobody else decided, or if the text has words alone."""


class DisagreementResolved(Event):
    """The disagreement was resolved. The performer changes on the day that the resolution gives (ORE-3.1.3-14)."""

    TOPIC: ClassVar[str] = "disagreement.resolved.v1"
    dispute_id: UUID
    resolution: Resolution
    decided_by: Text | None = None
    """The body that decided, as the agreement names it, if both parties confirm that. None if the parties agreed."""
    body: Slug | None = None
    """The id of that body in the agreement's text. None if the parties agreed, or if the text has only words for it."""


DisagreementEvent = (
    DisagreementRaised
    | PositionRecorded
    | ProcedureStepRecorded
    | DisagreementEscalated
    | DisagreementWithdrawn
    | ResolutionProposed
    | DisagreementResolved
)
