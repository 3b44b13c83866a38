"""What every act has, on a case or on a ledger: who acts, when, and under which agreement version."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid5

from domain.agreements.model import ActName, Agreement, Denied, NotRegulated, Permission
from domain.directory import Directory
from domain.kernel import (
    Actor,
    Aggregate,
    Event,
    HsaId,
    Instant,
    Party,
    Refusal,
    Slug,
    Value,
    holds_personal_number,
    legal_day,
)
from domain.refusals import (
    ActorNotAllowed,
    NoAgreementInForce,
    NotYourPrincipal,
    OccurredTooEarly,
    OtherPartyMissing,
    PersonalNumber,
    UnknownReference,
)

One = TypeVar("One", bound=Event)
_OPAQUE = re.compile(r"(sha256:)?[0-9a-f-]{32,}")
"""Ids and digests, whose digits say nothing."""


class Place(NamedTuple):
    """Where an event goes: its aggregate's id, and the version that the aggregate has with it."""

    id: UUID
    version: int


class AnyAct(Value):
    """The circumstances of one act. Its id is the command's: whatever the act creates has ids derived from it."""

    id: UUID
    name: ActName
    actor: Actor
    occurred_at: Instant
    now: Instant
    """When the service received the act."""
    agreement: Agreement | None
    """The version in force in the county when that took place which the act deals with."""
    directory: Directory

    def new_id(self, what: str) -> UUID:
        """An id for something this act creates: the same when the act is tried again."""
        return uuid5(self.id, what)

    @property
    def in_force(self) -> Agreement:
        """The agreement version that the act stands on (SYS-1)."""
        if self.agreement is None:
            raise NoAgreementInForce(
                f"No agreement version was in force in {self.actor.county} for what the act of "
                f"{legal_day(self.occurred_at)} deals with",
                rule="SYS-2",
                remedy="give a time within a version's validity, or have a version published for that time",
                where=("occurred_at",),
            )
        return self.agreement

    def granted_by_text(self, track: Slug | None = None) -> Permission | NotRegulated:
        """Whether the version gives the act to the actor, or to nobody; refuses those it gives it to others than."""
        answer = self.in_force.allows(self.name, self.actor, track=track)
        if isinstance(answer, Denied):
            raise ActorNotAllowed(
                f"The role {self.actor.role} of {self.actor.unit_kind} in a {self.actor.party} may not {self.name}",
                rule=answer.rule,
                remedy=answer.remedy,
                where=(self.actor.party, self.actor.unit_kind, self.actor.role),
            )
        return answer

    def not_before(self, since: Instant, what: str) -> None:
        """Refuse an act dated before the state it follows on, so that history folds at every moment (SYS-6)."""
        if self.occurred_at < since:
            raise OccurredTooEarly(occurred_at=self.occurred_at, since=since, what=what)

    def refuse_second(
        self, done_by: Collection[Party], what: str, *, rule: str, refusal: type[Refusal] = OtherPartyMissing
    ) -> None:
        """Refuse what the actor's party has already done for itself, where it takes the other party too."""
        own, other = self.actor.party, self.actor.party.other
        if own in done_by:
            raise refusal(
                f"The {own} has already {what}; the {other} has not",
                rule=rule,
                remedy=f"the {other} does the same for itself",
                where=(other,),
            )

    def refuse_unknown_municipality(self, municipality: HsaId) -> None:
        """Refuse what is no municipality of the county."""
        if self.directory.municipality(municipality) is None:
            raise UnknownReference(
                f"The county has no municipality {municipality}",
                rule="SYS-1",
                remedy="give the HSA-id of a municipality of this county",
                where=("municipality",),
            )

    def staff(self, person: HsaId) -> Actor:
        """The person's assignment in the directory; of someone whom both principals employ, that of the actor's own."""
        found = self.directory.actor(person, of=self.actor.principal)
        if found is None:
            raise UnknownReference(
                f"The directory has no person {person}",
                rule="SYS-1",
                remedy="give the HSA-id of someone with an assignment in this county",
                where=(person,),
            )
        return found

    def own_staff(self, performer: HsaId) -> Actor:
        """The assignment of somebody who performs; refuses those who work for another principal (SYS-3)."""
        found = self.staff(performer)
        if found.principal != self.actor.principal:
            raise NotYourPrincipal(
                f"{performer} works for another principal",
                rule="SYS-3",
                remedy="each party answers for what its own staff perform",
                where=("performer",),
            )
        return found


def without_personal_number(event: One) -> One:
    """The event, unless a text of it holds a personal identity number. Asked of what is new, not of what is stored."""
    said = event.model_dump(mode="python", include=type(event).model_fields.keys() - Event.model_fields.keys())
    where = [name for name, value in said.items() if any(map(holds_personal_number, _texts(value)))]
    if where:
        raise PersonalNumber(
            "A text holds a personal identity number",
            rule="SYS-1",
            remedy="write about the person without it; events never name anyone",
            where=where,
        )
    return event


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if not _OPAQUE.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(name)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def place_on(on: Aggregate | Event | UUID) -> Place:
    """Where the next event goes: after an aggregate's state, after its event before this, or first under a new id."""
    if isinstance(on, UUID):
        return Place(on, 1)
    if isinstance(on, Event):
        return Place(on.originator_id, on.originator_version + 1)
    return Place(on.id, on.version + 1)
