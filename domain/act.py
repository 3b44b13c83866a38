"""An act: who does what, when, and under which agreement version. Cases and ledgers share it.

An act holds everything that a decision needs and that is not in the case or the ledger. `domain/case/permission.py` and
`domain/ledger_permission.py` check who may do it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypeVar
from uuid import UUID, uuid5

from domain.agreements.model import (
    ActName,
    ActorGroup,
    ActRule,
    Agreement,
    Denial,
    Ground,
    Guard,
    LoneParty,
    NotRegulated,
)
from domain.directory import Directory
from domain.kernel import (
    Actor,
    Aggregate,
    AgreementRef,
    Basis,
    Event,
    Events,
    HsaId,
    Instant,
    Party,
    Refusal,
    Slug,
    Staff,
    Value,
    holds_personal_number,
    legal_day,
)
from domain.person import AGE_OF_MAJORITY
from domain.refusals import (
    ActorNotAllowed,
    NoAgreementInForce,
    NotParty,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    OtherPartyMissing,
    PersonalNumber,
    UnknownReference,
)
from domain.versions.local_agreement import LocalAgreement, find_granted
from domain.versions.validity import Unconcluded

E = TypeVar("E", bound=Event)
Decision = Callable[..., Events]
"""A pure function from a state, an act and its content to events: `(state, *, act, ...)`. An act that opens a case or a
ledger takes no state."""
_OPAQUE = re.compile(r"(sha256:)?[0-9a-f-]{32,}")
"""Ids and digests, whose digits say nothing."""


class Command(NamedTuple):
    """An act that somebody asks for: its name, and the arguments of its decision."""

    name: ActName
    content: Mapping[str, Any]


def _regulates(_: Agreement) -> bool:
    return True


class Moments(NamedTuple):
    """The moments at which an agreement version is looked for, and the field of the act that gives them.

    An act stands on the version in force at the first of these moments at which one was that regulates what the act is
    about. If none does, it stands on the first that was in force.
    """

    at: tuple[Instant, ...]
    field: str = "occurred_at"
    regulated: Callable[[Agreement], bool] = _regulates
    """True for a version that regulates what the act is about. A subordinate agreement may begin after the main one."""


class Act(Value):
    """One act on a case or on a ledger.

    The act's id is the command's id. Everything that the act creates has an id derived from it.
    """

    id: UUID
    name: ActName
    actor: Actor
    occurred_at: Instant
    now: Instant
    """The moment at which the service received the act."""
    agreement: Agreement | None
    """The version in force when the thing took place that the act deals with; None if there was none.

    For most acts that is when they occurred. Invoicing stands on the version under which the hours were performed, also
    after that version has expired (catalogue G9).
    """
    moments: Moments | None = None
    """The moments at which the version was looked for. None means the time at which the act occurred."""
    unconcluded: Unconcluded | None = None
    """A version that would be in force then, if what is missing were done. None if there is one in force, or none."""
    directory: Directory
    patient_age: int | None = None
    """The person's age in whole years on the legal day of the act, from the register; None if it is not known."""
    track: Slug | None = None
    """The track of the case, once the act is permitted on it."""
    alone: LoneParty | None = None
    """The rule by which the actor's party does alone, in this case, what both parties otherwise do."""
    breaches: tuple[str, ...] = ()
    """Rules that the act goes against. It is recorded nonetheless, with these clauses."""
    local: tuple[LocalAgreement, ...] = ()
    """Local agreements in force between the case's principals when the act occurred."""
    known_versions: dict[AgreementRef, bytes | None] = {}
    """All agreement versions that exist, drafts included, with their texts. None for a text of the package."""

    def new_id(self, name: str) -> UUID:
        """Return an id for something that this act creates: the same if the act is tried again."""
        return uuid5(self.id, name)

    @property
    def is_of_age(self) -> bool:
        """True if the person is known to be of age on the day of the act."""
        return self.patient_age is not None and self.patient_age >= AGE_OF_MAJORITY

    @property
    def in_force(self) -> Agreement:
        """The agreement version that the act stands on (SYS-1). Raises NoAgreementInForce if there is none."""
        if self.agreement is None:
            at, field, _ = self.moments or Moments((self.occurred_at,))
            days = " or ".join(dict.fromkeys(str(legal_day(moment)) for moment in at))
            if self.unconcluded is not None:
                raise _refuse_unconcluded(self.unconcluded, days, field)
            raise NoAgreementInForce(
                f"{self.actor.county} had no agreement version in force for this act on {days}",
                rule="SYS-2",
                remedy=f"give {field} within a version's validity, or have a version published for that time",
                where=(field,),
            )
        return self.agreement

    @property
    def rule(self) -> str:
        """The rule that the act stands on. A refusal names it if it has no rule of its own."""
        rule = self.agreement.act_rule(self.name, self.track) if self.agreement is not None else None
        return (self.alone or rule).clauses[0] if rule is not None else "SYS-7"

    def rule_of(self, name: ActName) -> str:
        """Return the rule that another act stands on; this act's own if the version does not name the other."""
        rule = self.in_force.act_rule(name, self.track)
        return rule.clauses[0] if rule is not None else self.rule

    @property
    def is_joint(self) -> bool:
        """True if both parties must do the act, each for itself. False if the version does not say so."""
        rule = self.in_force.act_rule(self.name, self.track)
        return rule is not None and rule.joint and self.alone is None

    @property
    def parties(self) -> frozenset[Party]:
        """The parties to which the version gives the act on this track; both if it names nobody."""
        rule = self.in_force.act_rule(self.name, self.track)
        named = frozenset(who.party for who in rule.by if who.is_on(self.track)) if rule is not None else frozenset()
        return named or frozenset(Party)

    @property
    def granted(self) -> frozenset[Slug]:
        """Conditions of the version's vocabulary that hold by a local agreement (VML-11-2, -3)."""
        return find_granted(self.local)

    def ground(self, guard: Guard) -> Ground | None:
        """Return the ground of a guard in this case; None if the version does not turn the guard on."""
        return self.in_force.ground(guard, self.track)

    def granted_by_text(self, track: Slug | None = None) -> ActRule | NotRegulated:
        """Return the version's rule on who may do the act, or that it names nobody. Refuse an actor it leaves out."""
        answer = self.in_force.allows(self.name, self.actor, track=track)
        if isinstance(answer, Denial):
            raise self.refused_group(answer.allowed, self.name, rule=answer.rule)
        return answer

    def refused_group(
        self, allowed: Sequence[ActorGroup], deed: str, *, rule: str, actor: Actor | None = None
    ) -> ActorNotAllowed:
        """Return the refusal of somebody who is in none of the groups that may do a deed: the actor, or another."""
        actor = actor or self.actor
        held = dict.fromkeys(office for each in allowed if each.is_met_by_holder(actor) for office in each.offices)
        without = f" without the office {' or '.join(held)}" if held else ""
        return ActorNotAllowed(
            f"The role {actor.role} of {actor.unit_kind} in a {actor.party} may not {deed}{without}",
            rule=rule,
            remedy=f"let {' or '.join(map(str, allowed))} do this",
            where=(actor.party, actor.unit_kind, actor.role, *held),
            allowed=allowed,
            offices=self.in_force.vocabulary.offices,
        )

    def refused_role(self, remedy: str, *, rule: str = "SYS-3") -> ActorNotAllowed:
        """Return the refusal of the actor's role."""
        return refused_role(self.actor, self.name, remedy, rule=rule)

    def refuse_future(self) -> None:
        """Refuse an act that has not occurred yet."""
        if self.occurred_at > self.now:
            raise OccurredInFuture(occurred_at=self.occurred_at, now=self.now)

    def refuse_strangers(self, principals: Collection[HsaId | None]) -> None:
        """Refuse an actor whose principal is none of these."""
        if self.actor.principal not in principals:
            raise NotParty

    def not_before(self, since: Instant, event: str) -> None:
        """Refuse an act dated before the event it follows on, so that history folds at every moment (SYS-6)."""
        if self.occurred_at < since:
            raise OccurredTooEarly(occurred_at=self.occurred_at, since=since, event=event)

    def refuse_second(
        self, done_by: Collection[Party], deed: str, *, rule: str, refusal: type[Refusal] = OtherPartyMissing
    ) -> None:
        """Refuse what the actor's party has already done for itself, if the other party must do it too."""
        own, other = self.actor.party, self.actor.party.other
        if own in done_by:
            raise refusal(
                f"The {own} has already {deed}; the {other} has not",
                rule=rule,
                remedy=f"the {other} does the same for itself",
                where=(other,),
                acts=(self.name,),
            )

    def refuse_one_sided(self, participants: Staff, *, rule: str) -> None:
        """Refuse participants from one party only, if the act needs staff of both."""
        parties = {self.staff(person).party for person in participants}
        absent = [party for party in Party if party not in parties]
        if absent:
            raise OtherPartyMissing(
                f"No participant from the {' or the '.join(absent)}",
                rule=rule,
                remedy="name participants from both parties",
                where=("participants", *absent),
            )

    def refuse_unknown_municipality(self, municipality: HsaId, where: str = "municipality") -> None:
        """Refuse an id that is not a municipality of the county. `where` is the field that says it."""
        if self.directory.municipality(municipality) is None:
            raise UnknownReference(
                f"The county has no municipality {municipality}",
                rule="SYS-1",
                remedy="give the HSA-id of a municipality of this county",
                where=(where,),
            )

    def staff(self, person: HsaId) -> Actor:
        """Return the person's assignment in the directory.

        A person whom both principals employ has several; the one at the actor's own principal is returned.
        """
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
        """Return the assignment of a performer; refuse someone who works for another principal (SYS-3)."""
        found = self.staff(performer)
        if found.principal != self.actor.principal:
            raise NotYourPrincipal(
                f"{performer} works for another principal",
                rule="SYS-3",
                remedy="each party answers for what its own staff perform",
                where=("performer",),
            )
        return found

    def with_breaches(self, rules: Iterable[str]) -> Self:
        """Return the act with rules that it goes against. It is recorded nonetheless."""
        return self.model_copy(update={"breaches": tuple(dict.fromkeys((*self.breaches, *rules)))})

    def basis(self, *clauses: str, not_regulated: Sequence[str] = (), by_analogy: Sequence[str] = ()) -> Basis:
        """Return the ground of this act.

        `by_analogy` are clauses about something else that are applied here too. Raises KeyError for a clause that is
        not the version's own.
        """
        if self.agreement is None:
            return Basis(agreement=None, not_regulated=tuple(not_regulated))
        basis = self.agreement.basis(self.name, *clauses, track=self.track, alone=self.alone)
        return basis.model_copy(
            update={
                "by_analogy": tuple(dict.fromkeys((*basis.by_analogy, *by_analogy))),
                "not_regulated": tuple(dict.fromkeys((*basis.not_regulated, *not_regulated))),
                "breaches": self.breaches,
            }
        )

    def record(
        self,
        event_class: type[E],
        /,
        *,
        on: Aggregate | Event | UUID,
        case_id: UUID | None = None,
        clauses: Sequence[str] = (),
        not_regulated: Sequence[str] = (),
        by_analogy: Sequence[str] = (),
        **content: Any,
    ) -> E:
        """Make the event by which the act changes an aggregate.

        `on` is the aggregate's state, the event before this one, or the id of a new aggregate. A ledger is a stream of
        its own: without `case_id` the ledger's id stands where an event of a case has its case. A ledger's event also
        says if the version gives the act to nobody.
        """
        originator_id, originator_version = _next_place(on)
        if case_id is None and self.agreement is not None and self.agreement.act_rule(self.name) is None:
            not_regulated = (self.name, *not_regulated)
        event = event_class(
            originator_id=originator_id,
            originator_version=originator_version,
            case_id=originator_id if case_id is None else case_id,
            occurred_at=self.occurred_at,
            actor=self.actor,
            basis=self.basis(*clauses, not_regulated=not_regulated, by_analogy=by_analogy),
            causation_id=self.id,
            **content,
        )
        _refuse_personal_number(event)
        return event


def refused_role(actor: Actor, name: ActName, remedy: str, *, rule: str = "SYS-3") -> ActorNotAllowed:
    """Return the refusal of an actor's role for an act."""
    return ActorNotAllowed(f"The role {actor.role} may not {name}", rule=rule, remedy=remedy, where=(actor.role,))


def _refuse_unconcluded(version: Unconcluded, days: str, field: str) -> NoAgreementInForce:
    """Return the refusal of an act for whose days there is a version that lacks a signature or its publication."""
    return NoAgreementInForce(
        f"{version.municipality} had no agreement version in force on {days}: {version.agreement} lacks {version.lack}",
        rule="SYS-2",
        remedy=f"let {version.agreement} get {version.lack}; it is in force from then on",
        where=(field, *version.unsigned),
    )


def _refuse_personal_number(event: Event) -> None:
    """Refuse an event whose text holds a personal identity number. Asked about new events, not about stored ones."""
    content = event.model_dump(mode="python", include=type(event).model_fields.keys() - Event.model_fields.keys())
    where = [name for name, value in content.items() if any(map(holds_personal_number, _texts(value)))]
    if where:
        raise PersonalNumber(where)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if not _OPAQUE.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _next_place(on: Aggregate | Event | UUID) -> tuple[UUID, int]:
    """Return the place of the next event: after an aggregate's state, after an event, or first under a new id."""
    if isinstance(on, UUID):
        return on, 1
    if isinstance(on, Event):
        return on.originator_id, on.originator_version + 1
    return on.id, on.version + 1
