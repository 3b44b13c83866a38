"""Permissions and guards: who may do an act, and which checks a text turns on."""

from typing import TypeVar

from pydantic import Field

from domain.agreements.model.names import ActName
from domain.agreements.model.shapes import Clauses, FieldName, Tracks
from domain.kernel import Actor, Party, Role, Slug, UnitKind, Value

T = TypeVar("T")


class Ground(Value):
    """The rules behind a guard. The table `[guards]` has one for each guard that is on."""

    clauses: Clauses
    tracks: Tracks = ()
    derived: bool = False
    """True if the guard follows from the document without standing in it word for word."""
    fact: FieldName | None = None
    """For `risks-addressed`, the fact of a criterion that tells that there are risks. If left out, no fact does."""

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]


class ActorGroup(Value):
    """A group of people who may act: a party, or some of its units and roles."""

    party: Party
    """`region` or `municipality`."""
    unit_kinds: tuple[UnitKind, ...] = ()
    """Kinds of units. If left out, every unit of the party."""
    roles: tuple[Role, ...] = ()
    """Professional roles. If left out, every role except auditor and official; with `offices`, every role."""
    offices: tuple[Slug, ...] = ()
    """Offices in the party, in the words of `[vocabulary.offices]` and of its directory. If left out, no office counts.
    """
    signatures: int = Field(default=1, ge=1)
    """The number of the `offices` that must sign or end the version, each by a person of its own. If left out, one."""
    tracks: Tracks = ()

    def is_on(self, track: str | None) -> bool:
        """Return True if the group may act on the track. None stands for a track that is not chosen yet."""
        return track is None or not self.tracks or track in self.tracks

    def is_met_by(self, actor: Actor) -> bool:
        """Return True if the actor belongs to the group."""
        return (
            actor.party is self.party
            and (not self.unit_kinds or actor.unit_kind in self.unit_kinds)
            and (actor.role in self.roles if self.roles else bool(self.offices) or actor.role.takes_part)
            and (not self.offices or any(office in self.offices for office in actor.offices))
        )

    def is_met_by_holder(self, actor: Actor) -> bool:
        """Return True if the actor would belong to the group by holding one of its offices, if it asks for any."""
        return self.is_met_by(actor.model_copy(update={"offices": self.offices}))

    @property
    def is_whole_party(self) -> bool:
        """True if the group names a party and nobody in it."""
        return not (self.unit_kinds or self.roles or self.offices)

    def narrow(self, other: "ActorGroup") -> "ActorGroup | None":
        """Return the group of those who belong to this group and to the other; None if nobody does."""
        unit_kinds = _common(self.unit_kinds, other.unit_kinds)
        roles = _common(self.roles, other.roles)
        offices = _common(self.offices, other.offices)
        if self.party is not other.party or unit_kinds is None or roles is None or offices is None:
            return None
        return ActorGroup(party=self.party, unit_kinds=unit_kinds, roles=roles, offices=offices)

    def __str__(self) -> str:
        narrower = [*self.unit_kinds, *self.roles, *self.offices]
        return f"{self.party} ({', '.join(narrower)})" if narrower else str(self.party)


def _common(left: tuple[T, ...], right: tuple[T, ...]) -> tuple[T, ...] | None:
    """Return what two lists have in common; None for nothing. An empty list stands for everything."""
    if not left or not right:
        return left or right
    return tuple(each for each in left if each in right) or None


class LoneParty(Value):
    """The party that does alone, under a condition, what both parties otherwise do."""

    party: Party
    """`region` or `municipality`."""
    when: Slug
    """The condition of the case under which the party does it alone."""
    clauses: Clauses
    """The clauses by which it does. They stand on the act in place of those of the rule."""


class ActRule(Value):
    """The rule about who may do one act."""

    by: tuple[ActorGroup, ...]
    """The groups that may do the act. An actor must belong to one of them."""
    joint: bool = False
    """True if both parties must do the act, each for itself."""
    alone: LoneParty | None = Field(default=None, exclude_if=lambda alone: alone is None)
    """The party that does a `joint` act alone under a condition. If left out, none does."""
    clauses: Clauses
    derived: bool = False
    """True if the rule follows from the document without standing in it word for word."""
    on: dict[Slug, "ActRule"] = Field(default_factory=dict)
    """Rules of tracks that have their own, by track id. If a track is left out, the rule above holds for it."""


class Denial(Value):
    """The answer that the actor may not do the act, with the groups that may."""

    act: ActName
    clauses: Clauses
    allowed: tuple[ActorGroup, ...]

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]
