"""What a version of an agreement says, as data. The domain reads it; nothing here knows any county by name."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.agreements.model.content import Content, Deadline, PlanRule, Requirement, SelfCareRule
from domain.agreements.model.document import Clause, Definition, Document, ExternalReference, NotRegulated, Silence
from domain.agreements.model.names import ActName, DisputeSubject, Evaluation, Guard, Holder, Key, Step, Way
from domain.agreements.model.permissions import ActorGroup, ActRule, Denial, Ground, Permission
from domain.agreements.model.records import Duty, Need, Precondition, StatementRule
from domain.agreements.model.responsibility import (
    DischargeRule,
    DisputeRules,
    Exclusion,
    Jurisdiction,
    MatrixRow,
    ProcedureStep,
)
from domain.agreements.model.settlement import Settlement
from domain.agreements.model.shapes import Name, NonBlank, RuleId
from domain.agreements.model.tracks import AgreementScope, Criterion, Fact, FactSource, Track, Vocabulary, Waiver
from domain.kernel import Actor, AgreementRef, Basis, Party, Slug, Value

__all__ = [
    "ActName",
    "ActRule",
    "ActorGroup",
    "Agreement",
    "AgreementScope",
    "Clause",
    "Content",
    "Criterion",
    "Deadline",
    "Definition",
    "Denial",
    "DischargeRule",
    "DisputeRules",
    "DisputeSubject",
    "Document",
    "Duty",
    "Evaluation",
    "Exclusion",
    "ExternalReference",
    "Fact",
    "FactSource",
    "Ground",
    "Guard",
    "Holder",
    "Jurisdiction",
    "Key",
    "MatrixRow",
    "Need",
    "NotRegulated",
    "Permission",
    "PlanRule",
    "Precondition",
    "ProcedureStep",
    "Requirement",
    "SelfCareRule",
    "Silence",
    "StatementRule",
    "Step",
    "Track",
    "Vocabulary",
    "Waiver",
    "Way",
]


class Agreement(Value):
    """One published version. It is never changed: a correction is a new version."""

    id: Name
    version: Name
    county: Slug
    title: NonBlank
    document: Document
    parties: dict[Party, NonBlank]
    municipalities: tuple[NonBlank, ...] = ()
    """The municipalities that are parties, by name or HSA-id as in the county's directory; none named: all of them."""
    valid_from: date
    valid_to: date | None = None
    """The last day, included; None until superseded."""
    end_condition: NonBlank | None = None
    terms: dict[Slug, NonBlank] = Field(default_factory=dict)
    """Their words for things, in Swedish, by English key."""
    definitions: tuple[Definition, ...] = ()
    """The words that the document itself says the meaning of."""
    signatories: tuple[NonBlank, ...] = ()
    """Those that the document names as signing it; whether they have is another matter."""
    defines: tuple[Literal["medical", "cost", "employer"], ...] = ()
    """The areas of responsibility that the document says it defines."""
    defines_rule: RuleId | None = None
    scope: AgreementScope
    vocabulary: Vocabulary
    facts: dict[str, Fact] = Field(default_factory=dict)
    tracks: tuple[Track, ...]
    guards: dict[Guard, Ground] = Field(default_factory=dict)
    acts: dict[ActName, ActRule]
    content: dict[Slug, Content] = Field(default_factory=dict)
    plans: dict[Slug, PlanRule] = Field(default_factory=dict)
    statements: dict[Slug, StatementRule] = Field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    matrix: tuple[MatrixRow, ...]
    never_municipal: tuple[Exclusion, ...] = ()
    jurisdiction: Jurisdiction | None = None
    dispute: DisputeRules | None = None
    discharge: tuple[DischargeRule, ...] = ()
    self_care: SelfCareRule | None = None
    """None where the version does not regulate self-care."""
    settlement: Settlement | None = None
    """None where the version does not regulate economics."""
    external_references: tuple[ExternalReference, ...] = ()
    silences: tuple[Silence, ...] = ()
    clauses: dict[RuleId, Clause]

    @property
    def ref(self) -> AgreementRef:
        """What events cite."""
        return AgreementRef(id=self.id, version=self.version)

    def clause(self, rule: str) -> Clause:
        """The clause behind a rule id. KeyError: no entry of this version stands on such a rule."""
        return self.clauses[rule]

    def track(self, track: str) -> Track | NotRegulated:
        """The track's rule set, or that the version has no such track."""
        return next((each for each in self.tracks if each.id == track), self.silence(track))

    def ground(self, guard: Guard, track: str | None = None) -> Ground | None:
        """What the guard stands on, on this track; None: the version is silent and nothing is demanded (SYS-7)."""
        ground = self.guards.get(guard)
        return ground if ground is not None and (not ground.tracks or track in ground.tracks) else None

    def plan_rule(self, kind: str) -> PlanRule | NotRegulated:
        """How a plan of the kind comes to be, or that the version does not know it."""
        return self.plans.get(kind) or self.silence(f"plan:{kind}")

    def statement_rule(self, kind: str) -> StatementRule | NotRegulated:
        """What a statement of the kind must say and who makes it, or that the version does not know it."""
        return self.statements.get(kind) or self.silence(f"statement:{kind}")

    def deadline(self, deadline: str) -> Deadline | NotRegulated:
        """The time limit of that name, or that the version sets none."""
        return next((each for each in self.deadlines if each.id == deadline), self.silence(deadline))

    def discharge_rule(self, track: str) -> DischargeRule | NotRegulated:
        """Who ends an enrolment on the track, or that the version does not say."""
        return next(
            (rule for rule in self.discharge if not rule.tracks or track in rule.tracks), self.silence("discharge")
        )

    def silence(self, what: str) -> NotRegulated:
        """That the version does not regulate this, with its own notes on the silence."""
        return NotRegulated(what=what, silences=tuple(note.id for note in self.silences if what in note.about))

    def definition(self, word: str) -> Definition | NotRegulated:
        """What the document says that a word means, or that it does not say."""
        return next((each for each in self.definitions if each.id == word), self.silence(word))

    def act_rule(self, act: ActName, track: str | None = None) -> ActRule | None:
        """Who may do the act on the track, and what it stands on; None where the version does not name the act."""
        rule = self.acts.get(act)
        return rule if rule is None or track is None else rule.on.get(track, rule)

    def allows(self, act: ActName, actor: Actor, *, track: str | None = None) -> Permission | Denial | NotRegulated:
        """Whether the actor's party, unit kind and role may do the act. The principal is not seen here."""
        rule = self.act_rule(act, track)
        allowed = tuple(who for who in rule.by if who.is_on(track)) if rule else ()
        if rule is None or not allowed:
            return self.silence(act)
        if any(who.is_met_by(actor) for who in allowed):
            return Permission(act=act, clauses=rule.clauses, joint=rule.joint, derived=rule.derived)
        return Denial(act=act, clauses=rule.clauses, allowed=allowed)

    def basis(self, act: ActName, *more: str, track: str | None = None) -> Basis:
        """The ground of an act: the version, the clauses the act stands on, and more clauses of this case.

        An act that the version does not name is stated as not regulated, and the clauses that the track takes over from
        another one as by analogy. KeyError: a clause that is not this version's.
        """
        rule = self.act_rule(act, track)
        cited = dict.fromkeys((*(rule.clauses if rule else ()), *more))
        for clause in cited:
            self.clause(clause)
        found = self.track(track) if track is not None else None
        prefixes = found.by_analogy if isinstance(found, Track) else ()
        return Basis(
            agreement=self.ref,
            clauses=tuple(cited),
            by_analogy=tuple(clause for clause in cited if prefixes and clause.startswith(prefixes)),
            not_regulated=() if rule or more else (act,),
        )
