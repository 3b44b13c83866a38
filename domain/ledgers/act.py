"""An act outside the cases: on a ledger (huvudbok), a stream that belongs to the parties and not to one person."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from domain.act import AnyAct, place_on, without_personal_number
from domain.agreements.model import NotRegulated
from domain.kernel import (
    Aggregate,
    AgreementRef,
    Basis,
    Event,
    HsaId,
    Party,
    Role,
    Value,
)
from domain.refusals import (
    ActorNotAllowed,
    NotParty,
    OccurredInFuture,
)

E = TypeVar("E", bound=Event)


class LedgerAct(AnyAct):
    """The circumstances of one act on a ledger.

    Its agreement is the version in force when what it deals with took place: invoicing hours after a version has
    expired stands on the version under which they were performed (catalogue G9).
    """

    known: frozenset[AgreementRef] = frozenset()
    """The agreement versions that there are, drafts included."""

    def permit(self, *parties: str, by: Party | None = None) -> None:
        """Refuse those whom the version does not give the act to, and whoever cannot act here at all: see `admit`.

        Where the version gives the act to nobody, licensed staff and coordinators do it: of the party that it is the
        business of, `by`, or of both (SYS-7).
        """
        self.admit(*parties)
        if isinstance(self.granted_by_text(), NotRegulated) and by is not None:
            self._refuse_other(by)

    def admit(self, *parties: str) -> None:
        """Refuse an auditor, unlicensed staff, an act in the future, and a principal that is none of the parties.

        `parties` are the HSA-ids of the ledger's principals; none named: every principal of the county.
        """
        role = self.actor.role
        if not (role.is_licensed or role is Role.COORDINATOR):
            raise ActorNotAllowed(
                f"The role {role} may not act for its principal here",
                rule="SYS-3",
                remedy="let licensed staff or a coordinator do it",
                where=(role,),
            )
        if self.occurred_at > self.now:
            raise OccurredInFuture(occurred_at=self.occurred_at, now=self.now)
        if parties and self.actor.principal not in parties:
            raise NotParty

    def _refuse_other(self, party: Party) -> None:
        """Refuse what only the other party does for itself (SYS-3)."""
        if self.actor.party is not party:
            raise ActorNotAllowed(
                f"The {self.actor.party} may not do this for the {party}",
                rule="SYS-3",
                remedy=f"let the {party} do it",
                where=(self.actor.party,),
            )

    def basis(self, *clauses: str, not_regulated: Sequence[str] = ()) -> Basis:
        """The ground of this act, or that the version gives it to nobody. KeyError: a clause that is not its own."""
        if self.agreement is None:
            return Basis(agreement=None, not_regulated=tuple(not_regulated))
        rule = self.agreement.act_rule(self.name)
        cited = tuple(dict.fromkeys((*(rule.clauses if rule else ()), *clauses)))
        for clause in cited:
            self.agreement.clause(clause)
        silent = () if rule else (self.name,)
        return Basis(agreement=self.agreement.ref, clauses=cited, not_regulated=(*silent, *not_regulated))

    def record(
        self,
        event_class: type[E],
        /,
        *,
        on: Aggregate | Event | UUID,
        clauses: Sequence[str] = (),
        not_regulated: Sequence[str] = (),
        **content: Any,
    ) -> E:
        """The event by which the act changes a ledger: `on` is its state, its event before this, or its new id.

        A ledger is its own stream: what an event of a case calls `case_id` is here the ledger's id.
        """
        place = place_on(on)
        made = event_class(
            originator_id=place.id,
            originator_version=place.version,
            case_id=place.id,
            occurred_at=self.occurred_at,
            actor=self.actor,
            basis=self.basis(*clauses, not_regulated=not_regulated),
            causation_id=self.id,
            **content,
        )
        return without_personal_number(made)


class LedgerDuty(Value):
    """Something that a ledger waits for, found by reading it with today's date; no event tells that time has passed."""

    key: str
    """What: `hold-follow-up` and so on, with what it concerns after a colon."""
    principals: tuple[HsaId, ...] = ()
    """Whose it is; none named: every principal that may read the ledger."""
    since: date
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words."""
    owner: str | None = None
    """The body that the agreement names for it, in its own words."""
