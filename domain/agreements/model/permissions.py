"""Who may do what, and which checks are on: the ground that acts stand on."""

from pydantic import Field

from domain.agreements.model.names import ActName
from domain.agreements.model.shapes import RuleId
from domain.kernel import Actor, Party, Role, Slug, UnitKind, Value


class Ground(Value):
    """What a guard stands on."""

    clauses: tuple[RuleId, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    """None named: every track."""
    derived: bool = False

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]


class ActorGroup(Value):
    """Those who may act: a party, and where the text narrows it, parts of it, professions and tracks."""

    party: Party
    unit_kinds: tuple[UnitKind, ...] = ()
    roles: tuple[Role, ...] = ()
    """None named: every role that acts. An auditor only ever reads."""
    tracks: tuple[Slug, ...] = ()

    def is_on(self, track: str | None) -> bool:
        """Whether it concerns the track; None is a track not yet chosen."""
        return track is None or not self.tracks or track in self.tracks

    def is_met_by(self, actor: Actor) -> bool:
        """Whether the actor is one of them."""
        return (
            actor.party is self.party
            and (not self.unit_kinds or actor.unit_kind in self.unit_kinds)
            and (actor.role in self.roles if self.roles else actor.role is not Role.AUDITOR)
        )

    def __str__(self) -> str:
        narrower = [*self.unit_kinds, *self.roles]
        return f"{self.party} ({', '.join(narrower)})" if narrower else str(self.party)


class ActRule(Value):
    """Who may do an act, and what it stands on."""

    by: tuple[ActorGroup, ...]
    joint: bool = False
    """Whether it takes both parties, each for itself."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    """Whether the ground is derived from the text rather than written in plain words."""
    on: dict[Slug, "ActRule"] = Field(default_factory=dict)
    """The rule of a track that has its own, by track."""


class Permission(Value):
    """The actor may do the act; these clauses are its ground."""

    act: ActName
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    joint: bool
    derived: bool


class Denial(Value):
    """The actor may not do the act; these may."""

    act: ActName
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    allowed: tuple[ActorGroup, ...]

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]

    @property
    def remedy(self) -> str:
        """Who could do it, in words."""
        return f"{self.act} is done by {' or '.join(str(who) for who in self.allowed)}"
