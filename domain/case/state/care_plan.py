"""The state of a care plan, folded from its events."""

from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.case.events.care_plan import (
    CarePlanEvent,
    ContactRoleAssigned,
    InterventionPlanned,
    OrdererTransferred,
    PlanAgreedByParty,
    PlanClosed,
    PlanClosingDeclared,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanKind,
    PlanLapsed,
    PlanMeetingHeld,
    PlannedIntervention,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
    PlanRevised,
    PlanRevisionOpened,
    PlanSectionRecorded,
    PlanSuperseded,
    Section,
)
from domain.kernel import Aggregate, HistoryBroken, HsaId, Instant, Party, Role, Slug, Text, Value, legal_day


class PlanStatus(StrEnum):
    """The states of catalogue C.2. Consent and summons are statements of the case, and order what may be done."""

    INITIATED = "initiated"
    MEETING_HELD = "meeting-held"
    DRAFTING = "drafting"
    AGREED_BY_ONE = "agreed-by-one"
    ESTABLISHED = "established"
    UNDER_REVISION = "under-revision"
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"
    CLOSED = "closed"


class ContactRole(Value):
    """Who holds a contact role of the plan, named by which party."""

    role: Slug
    person: HsaId
    principal: HsaId
    party: Party
    area: Text | None = None
    """The person's area of responsibility, where one is named."""


class PlanAgreement(Value):
    """One party's agreement to a text."""

    party: Party
    person: HsaId
    role: Role
    at: Instant


class WrittenSection(Section):
    """A part of the plan and the party whose words they are."""

    party: Party


class PlanText(Value):
    """What a plan says, and which parties have agreed to just that."""

    sections: tuple[WrittenSection, ...] = ()
    contacts: tuple[ContactRole, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    intervention_parties: dict[Slug, Party] = {}
    """Which party put each intervention in the plan."""
    agreements: tuple[PlanAgreement, ...] = ()

    def contact(self, role: str) -> ContactRole | None:
        """Who holds the role."""
        return next((contact for contact in self.contacts if contact.role == role), None)

    def agreed_by(self, party: Party) -> bool:
        """Whether the party has agreed to the text as it now reads."""
        return any(agreement.party is party for agreement in self.agreements)


class CarePlan(Aggregate):
    """A care plan as it stands. `since` is when its present status was entered.

    `agreed` is the text that those who establish it agreed to: it holds, unchanged, while a new `draft` is written.
    """

    kind: PlanKind
    patient_id: UUID
    author: HsaId
    author_unit: HsaId
    author_party: Party
    orderer: HsaId
    """Who ordered what it holds, and follows it up where that is one person's: its author until another takes over."""
    orderer_principal: HsaId
    initiated_at: Instant
    status: PlanStatus
    since: Instant
    planned_at: Instant | None = None
    """When the parties first planned, with or without the individual."""
    planned_late: bool = False
    participants: tuple[HsaId, ...] = ()
    without_individual_proposed_by: Party | None = None
    """Which party holds that planning with the individual is unnecessary, while the other has not answered."""
    without_individual_proposed_at: Instant | None = None
    draft: PlanText = PlanText()
    """The text as it was last written, by either party."""
    agreed: PlanText | None = None
    """None until it is established for the first time."""
    established_at: Instant | None = None
    ended_at: Instant | None = None
    closing_declared_by: Party | None = None
    """Which party holds that the plan is to end, while the other has not answered."""
    followed_up_on: dict[Party, date] = {}
    next_follow_up_on: dict[Party, date] = {}

    @property
    def is_in_force(self) -> bool:
        """Established, also while a revision is being written."""
        return self.established_at is not None and self.ended_at is None

    @property
    def text(self) -> PlanText:
        """What the plan says: the agreed text, or the draft of a plan that never has been agreed."""
        return self.draft if self.agreed is None else self.agreed

    @property
    def agreed_interventions(self) -> tuple[PlannedIntervention, ...]:
        """The interventions that both parties have agreed to."""
        return () if self.agreed is None else self.agreed.interventions

    def value(self, path: str) -> object:
        """What a field of the text says, by `part.field`; None where it says nothing."""
        part, _, field = path.partition(".")
        said = [one.fields[field] for one in self.text.sections if one.part == part and field in one.fields]
        return said[-1] if said else None

    def _planned(self, event: PlanMeetingHeld | PlanningWithoutIndividualAgreed) -> dict[str, object]:
        """The first planning counts against its time limit; those after it have none. It answers what was proposed."""
        answered: dict[str, object] = {"without_individual_proposed_by": None, "without_individual_proposed_at": None}
        if self.planned_at is not None and self.planned_at <= event.occurred_at:
            return answered
        return answered | {"planned_at": event.occurred_at, "planned_late": event.late}

    def _rewritten(self, event: CarePlanEvent, **changes: object) -> "CarePlan":
        """The draft changed: who had agreed had agreed to something else."""
        draft = self.draft.model_copy(update={**changes, "agreements": ()})
        open_status = PlanStatus.UNDER_REVISION if self.established_at else PlanStatus.DRAFTING
        return self.after(event, draft=draft, status=open_status, since=event.occurred_at)


def evolve(plan: CarePlan | None, event: CarePlanEvent) -> CarePlan:
    """The plan after the event. Decides nothing: what is stored has happened."""
    if isinstance(event, PlanInitiated):
        return CarePlan(
            id=event.originator_id,
            version=event.originator_version,
            kind=event.kind,
            patient_id=event.patient_id,
            author=event.actor.person,
            author_unit=event.actor.unit,
            author_party=event.actor.party,
            orderer=event.actor.person,
            orderer_principal=event.actor.principal,
            initiated_at=event.occurred_at,
            status=PlanStatus.INITIATED,
            since=event.occurred_at,
        )
    if plan is None:
        raise HistoryBroken(event)
    at = event.occurred_at
    match event:
        case PlanMeetingHeld():
            return plan.after(
                event,
                status=PlanStatus.MEETING_HELD if plan.status is PlanStatus.INITIATED else plan.status,
                since=at if plan.status is PlanStatus.INITIATED else plan.since,
                **plan._planned(event),
                participants=tuple(dict.fromkeys((*plan.participants, *event.participants))),
            )
        case PlanningWithoutIndividualProposed():
            return plan.after(
                event, without_individual_proposed_by=event.party, without_individual_proposed_at=event.occurred_at
            )
        case PlanningWithoutIndividualAgreed():
            return plan.after(
                event,
                status=PlanStatus.MEETING_HELD if plan.status is PlanStatus.INITIATED else plan.status,
                since=at if plan.status is PlanStatus.INITIATED else plan.since,
                **plan._planned(event),
            )
        case PlanSectionRecorded():
            written = WrittenSection.model_validate({**dict(event.section), "party": event.party})
            others = tuple(
                one for one in plan.draft.sections if (one.part, one.party) != (event.section.part, event.party)
            )
            return plan._rewritten(event, sections=(*others, written))
        case ContactRoleAssigned():
            contact = ContactRole(
                role=event.role,
                person=event.person,
                principal=event.principal,
                party=event.party,
                area=event.area,
            )
            kept = tuple(one for one in plan.draft.contacts if one.role != event.role)
            return plan._rewritten(event, contacts=(*kept, contact))
        case InterventionPlanned():
            others_planned = tuple(one for one in plan.draft.interventions if one.key != event.intervention.key)
            return plan._rewritten(
                event,
                interventions=(*others_planned, event.intervention),
                intervention_parties=plan.draft.intervention_parties | {event.intervention.key: event.party},
            )
        case PlanAgreedByParty():
            agreement = PlanAgreement(party=event.party, person=event.actor.person, role=event.actor.role, at=at)
            return plan.after(
                event,
                draft=plan.draft.model_copy(update={"agreements": (*plan.draft.agreements, agreement)}),
                status=plan.status if plan.established_at else PlanStatus.AGREED_BY_ONE,
                since=at,
            )
        case PlanEstablished() | PlanRevised():
            return plan.after(
                event,
                status=PlanStatus.ESTABLISHED,
                since=at,
                established_at=plan.established_at or at,
                agreed=plan.draft,
            )
        case PlanRevisionOpened():
            draft = plan.draft.model_copy(update={"agreements": ()})
            return plan.after(event, status=PlanStatus.UNDER_REVISION, since=at, draft=draft)
        case PlanFollowUpRecorded():
            upcoming = {party: day for party, day in plan.next_follow_up_on.items() if party is not event.party}
            if event.next_on is not None:
                upcoming[event.party] = event.next_on
            return plan.after(
                event,
                followed_up_on=plan.followed_up_on | {event.party: legal_day(at)},
                next_follow_up_on=upcoming,
            )
        case OrdererTransferred():
            return plan.after(event, orderer=event.person)
        case PlanClosingDeclared():
            return plan.after(event, closing_declared_by=event.party)
        case PlanLapsed():
            return plan.after(event, status=PlanStatus.LAPSED, since=at, ended_at=at)
        case PlanSuperseded():
            return plan.after(event, status=PlanStatus.SUPERSEDED, since=at, ended_at=at)
        case PlanClosed():
            return plan.after(event, status=PlanStatus.CLOSED, since=at, ended_at=at)
        case _:
            assert_never(event)
