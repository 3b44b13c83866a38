"""The rules of an agreement version for the track of a case."""

from typing import NamedTuple

from domain.agreements.model import ActName, ActRule, Agreement, Guard, Step, Track
from domain.case.permission import find_groups
from domain.kernel import Party, Slug


class TrackRules(NamedTuple):
    """The rules of an agreement version for one track. Without a version there are no rules (SYS-7)."""

    agreement: Agreement | None
    name: Slug

    @property
    def track(self) -> Track | None:
        """The version's text about the track."""
        track = self.agreement.track(self.name) if self.agreement is not None else None
        return track if isinstance(track, Track) else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that a request takes before it is accepted."""
        return self.track.steps if self.track is not None else ()

    @property
    def plans(self) -> tuple[Slug, ...]:
        """The kinds of plan of which one must be in force before the enrolment starts."""
        return self.track.plans if self.track is not None else ()

    def has_guard(self, guard: Guard) -> bool:
        """Return True if the version turns the guard on."""
        return self.agreement is not None and self.agreement.ground(guard, self.name) is not None

    def find_act_rule(self, act: ActName) -> ActRule | None:
        """Return the rule of an act; None if nobody may do the act on the track."""
        rule = self.agreement.act_rule(act, self.name) if self.agreement is not None else None
        return rule if rule is not None and any(who.is_on(self.name) for who in rule.by) else None

    def parties_of(self, act: ActName) -> set[Party]:
        """Return the parties that may do an act on the track."""
        if self.agreement is None:
            return set(Party)
        return {group.party for group in find_groups(self.agreement, act, self.name)}

    def is_joint(self, act: ActName) -> bool:
        """Return True if both parties must do the act, each for itself."""
        rule = self.find_act_rule(act)
        return rule is not None and rule.joint
