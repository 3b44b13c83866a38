"""Open items, before a limit is looked up, and the rules of a version on the track of a case."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.agreements.model import ActName, ActRule, Agreement, Guard, Step, Track
from domain.case.preconditions import ActSubject
from domain.case.state.case import Case
from domain.kernel import Instant, Party, Slug

BOTH = tuple(Party)


class OpenItem(NamedTuple):
    """One thing that waits for a party."""

    key: str
    party: Party
    since: Instant
    deadline: Slug | None = None
    """The id of the agreement's deadline."""
    besides: Slug | None = None
    """The id of one without a number that holds besides."""
    day: date | None = None
    """The last day, where a party or a plan says it."""
    stops: bool = False
    """True if an open disagreement keeps it from being done."""
    rule: str | None = None
    """The rule it stands on, where no deadline has one."""
    act: ActName | None = None
    """The act that answers it, where ordering rules may keep it from being done."""
    about: ActSubject = ActSubject()


def of_both(key: str, since: Instant, *, stops: bool = False) -> Iterator[OpenItem]:
    """Yield the same item for each party."""
    yield from (OpenItem(key, party, since, stops=stops) for party in BOTH)


class TrackRules(NamedTuple):
    """The rules of a version on the case's track. Without a version there are none (SYS-7)."""

    agreement: Agreement | None
    track: Slug

    @property
    def found(self) -> Track | None:
        """The track's rule set."""
        found = self.agreement.track(self.track) if self.agreement is not None else None
        return found if isinstance(found, Track) else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that it prescribes before a request is accepted."""
        return self.found.steps if self.found is not None else ()

    @property
    def plans(self) -> tuple[Slug, ...]:
        """The kinds of plan of which one must be in force before the enrolment starts."""
        return self.found.plans if self.found is not None else ()

    def on(self, guard: Guard) -> bool:
        """Return True if the guard is on."""
        return self.agreement is not None and self.agreement.ground(guard, self.track) is not None

    def rule(self, act: ActName) -> ActRule | None:
        """Return who may do an act on the track; None if nobody is named."""
        rule = self.agreement.act_rule(act, self.track) if self.agreement is not None else None
        return rule if rule is not None and any(who.is_on(self.track) for who in rule.by) else None

    def joint(self, act: ActName) -> bool:
        """Return True if the act needs both parties, each for itself."""
        rule = self.rule(act)
        return rule is not None and rule.joint


def asks(case: Case, agreement: Agreement | None) -> TrackRules:
    """Return the version's rules for the case."""
    return TrackRules(agreement, case.referral.track)
