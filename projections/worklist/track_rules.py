"""The rules of an agreement version for the track of a case."""

from typing import NamedTuple

from domain.agreements.criteria import find_unconsidered
from domain.agreements.model import ActName, ActRule, Agreement, Deadline, Guard, PlanRule, Step, Track
from domain.case.permission import find_groups
from domain.case.rules.responsibility import find_uncovered
from domain.case.state.case import Case
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.intervention import CareLevel
from domain.kernel import Party, Slug


class TrackRules(NamedTuple):
    """The rules of an agreement version for one track."""

    agreement: Agreement
    name: Slug

    @property
    def track(self) -> Track | None:
        """The version's text about the track."""
        track = self.agreement.track(self.name)
        return track if isinstance(track, Track) else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that a request takes before it is accepted."""
        return self.track.steps if self.track is not None else ()

    @property
    def plans(self) -> tuple[Slug, ...]:
        """The kinds of plan of which one must be in force before the enrolment starts."""
        return self.track.plans if self.track is not None else ()

    def find_plan_rule(self, kind: Slug) -> PlanRule | None:
        """Return the rule of a kind of plan; None if the version does not regulate it."""
        rule = self.agreement.plan_rule(kind)
        return rule if isinstance(rule, PlanRule) else None

    def is_authors(self, kind: Slug) -> bool:
        """Return True if a kind of plan needs only its author's agreement."""
        rule = self.find_plan_rule(kind)
        return rule is not None and rule.established_by == "author"

    def find_next_step(self, status: ReferralStatus) -> Step | None:
        """Return the next step that the track prescribes after a status; None if the decision is next."""
        ahead = UNDECIDED[UNDECIDED.index(status) + 1 :]
        return next((Step(each) for each in ahead if each.value in self.steps), None)

    def covers(self, case: Case, level: CareLevel | None) -> bool:
        """Return False if the version gives no municipality care in the setting of the case, or at the level."""
        return find_uncovered(self.agreement, case, level) is None

    def has_guard(self, guard: Guard) -> bool:
        """Return True if the version turns the guard on."""
        return self.agreement.ground(guard, self.name) is not None

    def has_unconsidered_criteria(self, referral: Referral) -> bool:
        """Return True if nobody has considered one of the track's criteria yet."""
        return bool(find_unconsidered(self.agreement, track=referral.track, verdicts=referral.verdicts))

    def has_deadline(self, deadline: Slug) -> bool:
        """Return True if the version has the deadline, in words or as a number."""
        return isinstance(self.agreement.deadline(deadline), Deadline)

    def find_act_rule(self, act: ActName) -> ActRule | None:
        """Return the rule of an act; None if nobody may do the act on the track."""
        rule = self.agreement.act_rule(act, self.name)
        return rule if rule is not None and any(who.is_on(self.name) for who in rule.by) else None

    def parties_of(self, act: ActName) -> set[Party]:
        """Return the parties that may do an act on the track."""
        return {group.party for group in find_groups(self.agreement, act, self.name)}

    def is_joint(self, act: ActName) -> bool:
        """Return True if both parties must do the act, each for itself."""
        rule = self.find_act_rule(act)
        return rule is not None and rule.joint
