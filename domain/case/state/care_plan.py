"""A care plan, folded from its events."""

import json
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import assert_never
from uuid import UUID

from pydantic import Field, computed_field

from domain.case.events.care_plan import (
    NAMED_KINDS,
    CarePlanEvent,
    ContactRoleAssigned,
    FieldValue,
    InterventionPlanned,
    KindName,
    OrdererTransferred,
    PlanAgreedByParty,
    PlanClosed,
    PlanClosingDeclared,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
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
    TextVersion,
)
from domain.kernel import Aggregate, Digest, HistoryBroken, HsaId, Instant, Party, Role, Slug, Text, Value, legal_day


class PlanStatus(StrEnum):
    """The status of a care plan (catalogue C.2). Consent and summons are statements of the case."""

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
    """A person who has a contact role of the plan, and the party that named the person."""

    role: Slug
    person: HsaId
    principal: HsaId
    party: Party
    area: Text | None = None
    """The person's area of responsibility."""


class PlanAgreement(Value):
    """One party's agreement to the text of a plan."""

    party: Party
    person: HsaId
    role: Role
    at: Instant


class WrittenSection(Section):
    """A part of the plan, and the party that wrote it."""

    party: Party


class TextChange(Value):
    """One change of a plan's text: the part, contact role or intervention that was written, by whom and when."""

    what: Slug
    party: Party
    person: HsaId
    at: Instant


def digest_text(
    sections: Iterable[WrittenSection], contacts: Iterable[Value], interventions: Iterable[PlannedIntervention]
) -> Digest:
    """Return the digest of a text: its words, and of each part the party whose words they are.

    A contact has a role, a person and perhaps an area. The order of the items makes no difference.
    """
    words = {
        "contacts": [contact.model_dump(mode="json", include={"role", "person", "area"}) for contact in contacts],
        "interventions": [planned.model_dump(mode="json", exclude_defaults=True) for planned in interventions],
        "sections": [section.model_dump(mode="json", exclude_defaults=True) for section in sections],
    }
    canonical = {name: sorted(map(_to_canonical_json, items)) for name, items in words.items()}
    return f"sha256:{sha256(_to_canonical_json(canonical).encode()).hexdigest()}"


def _to_canonical_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class PlanText(Value):
    """The text of a plan, and the agreements of the parties to exactly this text."""

    sections: tuple[WrittenSection, ...] = ()
    contacts: tuple[ContactRole, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    intervention_parties: dict[Slug, Party] = {}
    """The party that put each intervention in the plan."""
    agreements: tuple[PlanAgreement, ...] = ()
    version: int = 0
    """The number of times that the text has been written on."""
    written: TextChange | None = None
    """The change that made this version. None for a text that nobody has written on."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def digest(self) -> Digest:
        """The digest of the words, by which an agreement names this text."""
        return digest_text(self.sections, self.contacts, self.interventions)

    @property
    def name(self) -> TextVersion:
        """The version and the digest of the text."""
        return TextVersion(version=self.version, digest=self.digest)

    def contact(self, role: str) -> ContactRole | None:
        """Return the person who has the role."""
        return next((contact for contact in self.contacts if contact.role == role), None)

    def value(self, path: str) -> object:
        """Return the value of a field, by `part.field`. None if the text has no such value."""
        values = self.list_values(path)
        return values[-1] if values else None

    def list_values(self, path: str) -> list[FieldValue]:
        """List the values of a field, by `part.field`: at most one in each party's words."""
        part, _, field = path.partition(".")
        sections = [section for section in self.sections if section.part == part and field in section.fields]
        return [section.fields[field] for section in sections]

    def agreed_by(self, party: Party) -> bool:
        """Return True if the party has agreed to this text."""
        return any(agreement.party is party for agreement in self.agreements)


TextEvent = PlanSectionRecorded | ContactRoleAssigned | InterventionPlanned


class CarePlan(Aggregate):
    """A care plan. `since` is the time at which it got its present status.

    `agreed` is the established text. It holds unchanged while a new `draft` is written.
    """

    kind: Slug
    kind_name: KindName | None = Field(default=None, exclude_if=lambda name: name is None)
    """The names that the agreement gives the kind. None if its names are those of `NAMED_KINDS`."""
    patient_id: UUID
    author: HsaId
    author_unit: HsaId
    author_party: Party
    orderer: HsaId
    """The person who ordered the interventions: the author, until a colleague takes over."""
    orderer_since: Instant
    orderer_principal: HsaId
    initiated_at: Instant
    status: PlanStatus
    since: Instant
    planned_at: Instant | None = None
    """The time at which the parties first held a planning, with or without the individual."""
    planned_late: bool = False
    participants: tuple[HsaId, ...] = ()
    without_individual_proposed_by: Party | None = None
    """The party that proposed to plan without the individual. None if no proposal waits for an answer."""
    without_individual_proposed_at: Instant | None = None
    without_individual: bool = False
    """True if the parties have agreed to hold their planning without the individual."""
    draft: PlanText = PlanText()
    """The latest text, by either party."""
    earlier: tuple[PlanText, ...] = Field(default=(), exclude=True)
    """The earlier versions of the latest text, the oldest first. A replay leaves them out."""
    agreed: PlanText | None = None
    """The established text. None until the plan is established for the first time."""
    established_at: Instant | None = None
    ended_at: Instant | None = None
    closing_declared_by: Party | None = None
    """The party that declared that the plan is to end. None if no declaration waits for an answer.

    Who opens the plan for change, writes on it or agrees to it wants it to go on: the declaration falls.
    """
    closing_declared_at: Instant | None = Field(default=None, exclude_if=lambda at: at is None)
    """The time of that declaration. Left out: none waits."""
    followed_up_at: dict[Party, Instant] = {}
    """The time of each party's latest follow-up. An earlier one that is recorded later changes nothing."""
    next_follow_up_on: dict[Party, date] = {}

    @property
    def name(self) -> KindName:
        """The names of its kind."""
        return self.kind_name or NAMED_KINDS[self.kind]

    @property
    def is_in_force(self) -> bool:
        """True if the plan is established and has not ended, also while it is being revised."""
        return self.established_at is not None and self.ended_at is None

    @property
    def text(self) -> PlanText:
        """The text of the plan: the established one, or the draft if there is none."""
        return self.draft if self.agreed is None else self.agreed

    @property
    def agreed_interventions(self) -> tuple[PlannedIntervention, ...]:
        """The interventions of the established text."""
        return () if self.agreed is None else self.agreed.interventions

    @property
    def followed_up_on(self) -> dict[Party, date]:
        """The day of each party's latest follow-up."""
        return {party: legal_day(at) for party, at in self.followed_up_at.items()}

    def value(self, path: str) -> object:
        """Return the value of a field of the text, by `part.field`. None if the text has no such value."""
        return self.text.value(path)

    def find_changes_since(self, digest: Digest) -> tuple[TextChange, ...] | None:
        """Return the changes since the latest text last had a digest; none if it has it now. None if it never had."""
        texts = (self.draft, *reversed(self.earlier))
        since = next((place for place, text in enumerate(texts) if text.digest == digest), None)
        if since is None:
            return None
        return tuple(text.written for text in reversed(texts[:since]) if text.written is not None)

    def _after_planning(self, event: PlanMeetingHeld, **changes: object) -> "CarePlan":
        """Return the plan after the parties planned. Only the first planning has a time limit."""
        changes |= {"without_individual_proposed_by": None, "without_individual_proposed_at": None}
        if self.planned_at is None or self.planned_at > event.occurred_at:
            changes |= {"planned_at": event.occurred_at, "planned_late": event.late}
        if self.status is PlanStatus.INITIATED:
            changes |= {"status": PlanStatus.MEETING_HELD, "since": event.occurred_at}
        return self.after(event, **changes)

    def _with_draft(self, event: TextEvent, what: Slug, **changes: object) -> "CarePlan":
        """Return the plan with a changed draft. Earlier agreements were to another text, and are removed."""
        written = TextChange(what=what, party=event.party, person=event.actor.person, at=event.occurred_at)
        made = {"agreements": (), "version": self.draft.version + 1, "written": written}
        draft = self.draft.model_copy(update=changes | made)
        open_status = PlanStatus.UNDER_REVISION if self.established_at else PlanStatus.DRAFTING
        return self.after(
            event,
            draft=draft,
            earlier=(*self.earlier, self.draft),
            status=open_status,
            since=event.occurred_at,
            closing_declared_by=None,
            closing_declared_at=None,
        )


def evolve(plan: CarePlan | None, event: CarePlanEvent) -> CarePlan:
    """Return the plan after the event."""
    if isinstance(event, PlanInitiated):
        return CarePlan(
            id=event.originator_id,
            version=event.originator_version,
            kind=event.kind,
            kind_name=event.kind_name,
            patient_id=event.patient_id,
            author=event.actor.person,
            author_unit=event.actor.unit,
            author_party=event.actor.party,
            orderer=event.actor.person,
            orderer_since=event.occurred_at,
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
            participants = dict.fromkeys((*plan.participants, *event.participants))
            return plan._after_planning(event, participants=tuple(participants))
        case PlanningWithoutIndividualProposed():
            return plan.after(
                event, without_individual_proposed_by=event.party, without_individual_proposed_at=event.occurred_at
            )
        case PlanningWithoutIndividualAgreed():
            return plan.after(
                event,
                without_individual=True,
                without_individual_proposed_by=None,
                without_individual_proposed_at=None,
            )
        case PlanSectionRecorded():
            section = WrittenSection.model_validate({**dict(event.section), "party": event.party})
            key = (section.part, section.party)
            other_sections = tuple(other for other in plan.draft.sections if (other.part, other.party) != key)
            return plan._with_draft(event, section.part, sections=(*other_sections, section))
        case ContactRoleAssigned():
            contact = ContactRole(
                role=event.role,
                person=event.person,
                principal=event.principal,
                party=event.party,
                area=event.area,
            )
            other_contacts = tuple(other for other in plan.draft.contacts if other.role != event.role)
            return plan._with_draft(event, contact.role, contacts=(*other_contacts, contact))
        case InterventionPlanned():
            other_interventions = tuple(
                other for other in plan.draft.interventions if other.key != event.intervention.key
            )
            return plan._with_draft(
                event,
                event.intervention.key,
                interventions=(*other_interventions, event.intervention),
                intervention_parties=plan.draft.intervention_parties | {event.intervention.key: event.party},
            )
        case PlanAgreedByParty():
            agreement = PlanAgreement(party=event.party, person=event.actor.person, role=event.actor.role, at=at)
            return plan.after(
                event,
                draft=plan.draft.model_copy(update={"agreements": (*plan.draft.agreements, agreement)}),
                status=plan.status if plan.established_at else PlanStatus.AGREED_BY_ONE,
                since=at,
                closing_declared_by=None,
                closing_declared_at=None,
            )
        case PlanEstablished() | PlanRevised():
            return plan.after(
                event,
                status=PlanStatus.ESTABLISHED,
                since=at,
                established_at=plan.established_at or at,
                agreed=plan.draft,
                closing_declared_by=None,
                closing_declared_at=None,
            )
        case PlanRevisionOpened():
            draft = plan.draft.model_copy(update={"agreements": ()})
            return plan.after(
                event,
                status=PlanStatus.UNDER_REVISION,
                since=at,
                draft=draft,
                closing_declared_by=None,
                closing_declared_at=None,
            )
        case PlanFollowUpRecorded():
            if at < plan.followed_up_at.get(event.party, at):
                return plan.after(event)
            upcoming = {party: day for party, day in plan.next_follow_up_on.items() if party is not event.party}
            if event.next_on is not None:
                upcoming[event.party] = event.next_on
            return plan.after(
                event,
                followed_up_at=plan.followed_up_at | {event.party: at},
                next_follow_up_on=upcoming,
            )
        case OrdererTransferred():
            if at < plan.orderer_since:
                return plan.after(event)
            return plan.after(event, orderer=event.person, orderer_since=at)
        case PlanClosingDeclared():
            return plan.after(event, closing_declared_by=event.party, closing_declared_at=at)
        case PlanLapsed():
            return plan.after(event, status=PlanStatus.LAPSED, since=at, ended_at=at)
        case PlanSuperseded():
            return plan.after(event, status=PlanStatus.SUPERSEDED, since=at, ended_at=at)
        case PlanClosed():
            return plan.after(event, status=PlanStatus.CLOSED, since=at, ended_at=at)
        case _:
            assert_never(event)
