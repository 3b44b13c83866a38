"""An act: who decides what, when, and under which agreement. Everything a decision needs that is not in the case."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from domain.act import AnyAct, place_on, without_personal_number
from domain.agreements.model import ActName, Ground, Guard, NotRegulated
from domain.case.preconditions import About, breached
from domain.case.state.case import Case
from domain.kernel import (
    Aggregate,
    Basis,
    Event,
    HsaId,
    Party,
    Role,
    Slug,
    Staff,
)
from domain.refusals import (
    ActorNotAllowed,
    NotParty,
    OccurredInFuture,
    OtherPartyMissing,
)
from domain.versions.local import LocalAgreement

E = TypeVar("E", bound=Event)

FACTS = frozenset({ActName.RECORD_DEATH, ActName.RECORD_MOVE, ActName.RECORD_POSITION})
"""What may be recorded although no agreement version was in force when it occurred (SYS-2)."""

OF_TIME = frozenset({ActName.LAPSE_PLAN})
"""What time alone brings: the record itself records it, and nobody else does."""


class Act(AnyAct):
    """The circumstances of one act on a case; its agreement is the version in force when the act occurred."""

    patient_age: int | None = None
    """The person's age in whole years on the legal day of the act, from the register; None where it is not known."""
    track: Slug | None = None
    """The track of the case that the act is permitted on."""
    breaches: tuple[str, ...] = ()
    """The clauses that the act goes against and is recorded nonetheless."""
    local: tuple[LocalAgreement, ...] = ()
    """The local agreements in force between the case's principals when the act occurred."""

    @property
    def granted(self) -> frozenset[Slug]:
        """The conditions of the version's vocabulary that hold by a local agreement (VML-11-2, -3)."""
        return frozenset(condition for one in self.local for condition in one.grants)

    @property
    def rule(self) -> str:
        """The rule that the act itself stands on, which a refusal names where no other does."""
        rule = self.agreement.act_rule(self.name, self.track) if self.agreement is not None else None
        return rule.clauses[0] if rule is not None else "SYS-7"

    def rule_of(self, name: ActName) -> str:
        """The rule that another act stands on; this one's own where the version does not name that act."""
        rule = self.in_force.act_rule(name, self.track)
        return rule.clauses[0] if rule is not None else self.rule

    @property
    def is_joint(self) -> bool:
        """Whether it takes both parties, each for itself; not where the version does not say so."""
        rule = self.in_force.act_rule(self.name, self.track)
        return rule is not None and rule.joint

    @property
    def parties(self) -> frozenset[Party]:
        """The parties that the version gives the act to on this track; both where it names nobody."""
        rule = self.in_force.act_rule(self.name, self.track)
        named = frozenset(who.party for who in rule.by if who.is_on(self.track)) if rule is not None else frozenset()
        return named or frozenset(Party)

    def ground(self, guard: Guard) -> Ground | None:
        """What the guard stands on in this case; None where the version does not turn it on."""
        return self.in_force.ground(guard, self.track)

    def permit(self, case: Case | None, about: About | None = None, *, track: Slug | None = None) -> "Act":
        """The act as it is permitted: not in the future, under an agreement in force, by somebody who may, in order.

        The track is the case's, or of an act that begins one the track that is given. An auditor only ever reads.
        What the version gives to nobody by name, licensed staff and coordinators do. What the version's ordering rules
        demand first must be there; of those that only flag, the breach is noted.
        """
        permitted = self.entitled(case, track=track)
        if case is None or self.agreement is None:
            return permitted
        return permitted.in_order(case, about or About())

    def entitled(self, case: Case | None, *, track: Slug | None = None) -> "Act":
        """The act as somebody may do it, whatever must come first: see `permit`."""
        track = case.referral.track if case is not None else track
        self._permit(case, track)
        return self.model_copy(update={"track": track})

    def in_order(self, case: Case, about: About) -> "Act":
        """The act when the version's ordering rules have been asked about this too; what it goes against is noted."""
        about = about.model_copy(update={"party": self.actor.party})
        found = breached(self.in_force, case, self.name, about, self.occurred_at)
        return self.model_copy(update={"breaches": tuple(dict.fromkeys((*self.breaches, *found)))})

    def _permit(self, case: Case | None, track: Slug | None) -> None:
        if self.actor.role is Role.AUDITOR:
            raise self._refusing_role("let somebody act who takes part in the care; an auditor only reads")
        if (self.actor.role is Role.SYSTEM) is not (self.name in OF_TIME):
            raise self._refusing_role("what time alone brings is recorded by the record itself, and nothing else is")
        if self.occurred_at > self.now:
            raise OccurredInFuture(occurred_at=self.occurred_at, now=self.now)
        if case is not None and self.actor.principal not in (case.region, case.municipality):
            raise NotParty
        if self.agreement is None and self.name in FACTS:
            self._refuse_by_default()
            return
        in_force = self.in_force
        if self.actor.role is Role.SYSTEM:
            return
        if isinstance(self.granted_by_text(track), NotRegulated):
            if self.name in in_force.acts:
                raise ActorNotAllowed(
                    f"The agreement gives {self.name} to nobody on this track",
                    rule="SYS-7",
                    remedy="use a track that the agreement regulates",
                    where=("track",),
                )
            self._refuse_by_default()

    def _refuse_by_default(self) -> None:
        """Refuse an act that no version names to all but licensed staff and coordinators (SYS-7)."""
        if not (self.actor.role.is_licensed or self.actor.role is Role.COORDINATOR):
            raise self._refusing_role("let licensed staff or a coordinator do it", rule="SYS-7")

    def _refusing_role(self, remedy: str, *, rule: str = "SYS-3") -> ActorNotAllowed:
        return ActorNotAllowed(
            f"The role {self.actor.role} may not {self.name}", rule=rule, remedy=remedy, where=(self.actor.role,)
        )

    def refuse_one_sided(self, participants: Staff, *, rule: str) -> None:
        """Refuse what only one party's staff takes part in, where it takes both."""
        parties = {self.staff(person).party for person in participants}
        absent = [party for party in Party if party not in parties]
        if absent:
            raise OtherPartyMissing(
                f"No participant from the {' or the '.join(absent)}",
                rule=rule,
                remedy="name participants from both parties",
                where=absent,
            )

    def basis(self, *clauses: str, not_regulated: Sequence[str] = (), by_analogy: Sequence[str] = ()) -> Basis:
        """The ground of this act. `by_analogy` are clauses that are about something else and applied here too."""
        if self.agreement is None:
            return Basis(agreement=None, not_regulated=tuple(not_regulated))
        basis = self.agreement.basis(self.name, *clauses, track=self.track)
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
        case_id: UUID,
        clauses: Sequence[str] = (),
        not_regulated: Sequence[str] = (),
        by_analogy: Sequence[str] = (),
        **content: Any,
    ) -> E:
        """The event by which the act changes an aggregate: `on` is its state, its event before this, or its new id."""
        place = place_on(on)
        made = event_class(
            originator_id=place.id,
            originator_version=place.version,
            case_id=case_id,
            occurred_at=self.occurred_at,
            actor=self.actor,
            basis=self.basis(*clauses, not_regulated=not_regulated, by_analogy=by_analogy),
            causation_id=self.id,
            **content,
        )
        return without_personal_number(made)

    def other_principal(self, case: Case) -> HsaId | None:
        """The principal across the table."""
        return case.principal(self.actor.party.other)
