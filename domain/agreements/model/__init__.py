"""The fields that the text of an agreement may have, for whoever writes a text. No county is named here.

`Agreement` below is the whole text. A field with a default may be left out, and its description says what that means.
If the description does not say it, the document says nothing about the field, and nothing is demanded or done. The
fields `clauses` and `tracks`, and the shapes of ids, durations and names, are described once, in `shapes.py`.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.agreements.model.bodies import Decider, JointBody
from domain.agreements.model.content import Content, Deadline, PlanRule, Requirement, SelfCareRule
from domain.agreements.model.document import (
    Clause,
    Definition,
    Document,
    ExternalReference,
    NotRegulated,
    Prolongation,
    Silence,
)
from domain.agreements.model.names import ActName, DisputeSubject, Evaluation, Guard, Holder, Key, Step, Way
from domain.agreements.model.payment_liability import PaymentLiability
from domain.agreements.model.permissions import ActorGroup, ActRule, Denial, Ground, LoneParty
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
from domain.agreements.model.subordinates import Allowance, Under
from domain.agreements.model.tracks import AgreementScope, Criterion, Fact, FactSource, Track, Vocabulary, Waiver
from domain.kernel import Actor, AgreementRef, Basis, Party, Slug, Value

__all__ = [
    "ActName",
    "ActRule",
    "ActorGroup",
    "Agreement",
    "AgreementScope",
    "Allowance",
    "Clause",
    "Content",
    "Criterion",
    "Deadline",
    "Decider",
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
    "JointBody",
    "Jurisdiction",
    "Key",
    "LoneParty",
    "MatrixRow",
    "Need",
    "NotRegulated",
    "PaymentLiability",
    "PlanRule",
    "Precondition",
    "ProcedureStep",
    "Prolongation",
    "Requirement",
    "SelfCareRule",
    "Silence",
    "StatementRule",
    "Step",
    "Track",
    "Under",
    "Vocabulary",
    "Waiver",
    "Way",
]


class Agreement(Value):
    """One version of a county's agreement. A published version never changes: a correction is a new version."""

    id: Name
    """The id of the agreement. All its versions have the same."""
    version: Name
    """The version, for example `R1`."""
    county: Slug
    """The county's key, as in its directory of units and staff."""
    title: NonBlank
    """The title of the agreement, in Swedish."""
    document: Document
    """The document that the text is a reading of."""
    parties: dict[Party, NonBlank]
    """The names of the two parties, by `region` and `municipality`."""
    municipalities: tuple[NonBlank, ...] = ()
    """The municipalities that are parties, by name or HSA-id as in the directory. If left out, all in the county."""
    valid_from: date
    """The first day, as a date without quotation marks."""
    valid_to: date | None = None
    """The last day, included. If left out, the version holds until a later one does."""
    prolongation: Prolongation | None = None
    """The rule by which the version goes on after `valid_to` unless a party ends it. If left out, it does not."""
    end_condition: NonBlank | None = None
    """The condition under which the version ends early, in the document's words. If left out, it has none."""
    terms: dict[Slug, NonBlank] = Field(default_factory=dict)
    """The county's own words for things, in Swedish, by an English key."""
    definitions: tuple[Definition, ...] = ()
    """The words that the document explains."""
    signatories: tuple[NonBlank, ...] = ()
    """The signatories that the document names. Signatures themselves are recorded by acts."""
    defines: tuple[Literal["medical", "cost", "employer"], ...] = ()
    """For readers: the areas of responsibility that the document says that it defines."""
    defines_rule: RuleId | None = None
    """The rule behind `defines`."""
    scope: AgreementScope
    """The needs that the agreement covers."""
    vocabulary: Vocabulary
    """The words of the responsibility matrix."""
    facts: dict[str, Fact] = Field(default_factory=dict)
    """The facts that criteria ask about, by the names that expressions use."""
    tracks: tuple[Track, ...]
    """The ways into municipal home care."""
    guards: dict[Guard, Ground] = Field(default_factory=dict)
    """The checks that are on, with their rules. A check that is left out is not made."""
    acts: dict[ActName, ActRule]
    """The rules about who may do each act. An act that is left out is not regulated."""
    content: dict[Slug, Content] = Field(default_factory=dict)
    """The fields that must be filled in, by the name of the thing, for example `referral`."""
    plans: dict[Slug, PlanRule] = Field(default_factory=dict)
    """The rules of each kind of plan."""
    statements: dict[Slug, StatementRule] = Field(default_factory=dict)
    """The rules of each kind of statement."""
    duties: tuple[Duty, ...] = ()
    """The duties that follow on something."""
    preconditions: tuple[Precondition, ...] = ()
    """The ordering rules."""
    deadlines: tuple[Deadline, ...] = ()
    """The time limits."""
    matrix: tuple[MatrixRow, ...]
    """The rows of the responsibility matrix. The most specific row that fits the situation answers."""
    never_municipal: tuple[Exclusion, ...] = ()
    """The care that can never become the municipality's."""
    jurisdiction: Jurisdiction | None = None
    """The rules that find the right municipality or health centre. If left out, they are not regulated."""
    bodies: tuple[JointBody, ...] = ()
    """The joint bodies that the document names. If left out, it names none."""
    dispute: DisputeRules | None = None
    """The rules about disagreements. If left out, they are not regulated."""
    discharge: tuple[DischargeRule, ...] = ()
    """The rules about the end of an enrolment."""
    self_care: SelfCareRule | None = None
    """The rule about self-care. If left out, it is not regulated."""
    settlement: Settlement | None = None
    """The rules about money. If left out, they are not regulated."""
    payment_liability: PaymentLiability = PaymentLiability()
    """The days on which the municipality pays for those who are ready to leave hospital.

    What is left out is as the law says.
    """
    external_references: tuple[ExternalReference, ...] = ()
    """The other documents that the agreement points to."""
    subordinates: tuple[Allowance, ...] = ()
    """The subordinate agreements that may replace rules of this one. If left out, every one only adds."""
    silences: tuple[Silence, ...] = ()
    """The questions that the document leaves open."""
    clauses: dict[RuleId, Clause]
    """The rules of the document, by id. Every rule that an entry cites must be here."""

    @property
    def ref(self) -> AgreementRef:
        """The id and version, as events cite them."""
        return AgreementRef(id=self.id, version=self.version)

    @property
    def texts(self) -> tuple["Agreement", ...]:
        """The texts that it consists of: itself, and the subordinate agreements in force beside it."""
        return (self,)

    @property
    def refs(self) -> tuple[AgreementRef, ...]:
        """The references of its texts, its own first."""
        return tuple(text.ref for text in self.texts)

    @property
    def subordinate(self) -> dict[str, AgreementRef]:
        """The subordinate agreements in force beside it, by the first letters of their rules."""
        return {}

    def text_of(self, clause: str) -> AgreementRef:
        """Return the text that a rule stands in. National rules count as those of the main agreement."""
        return self.subordinate.get(clause.partition("-")[0], self.ref)

    def clause(self, rule: str) -> Clause:
        """Return the clause with this rule id. Raise KeyError if the version has none."""
        return self.clauses[rule]

    def track(self, track: str) -> Track | NotRegulated:
        """Return the track with this id."""
        return next((known for known in self.tracks if known.id == track), self.silence(track))

    def ground(self, guard: Guard, track: str | None = None) -> Ground | None:
        """Return the ground of a guard on a track, or None if the version does not turn it on there (SYS-7)."""
        ground = self.guards.get(guard)
        return ground if ground is not None and (not ground.tracks or track in ground.tracks) else None

    def plan_rule(self, kind: str) -> PlanRule | NotRegulated:
        """Return the rule of a kind of plan."""
        return self.plans.get(kind) or self.silence(f"plan:{kind}")

    def statement_rule(self, kind: str) -> StatementRule | NotRegulated:
        """Return the rule of a kind of statement."""
        return self.statements.get(kind) or self.silence(f"statement:{kind}")

    def deadline(self, deadline: str) -> Deadline | NotRegulated:
        """Return the time limit with this id."""
        return next((known for known in self.deadlines if known.id == deadline), self.silence(deadline))

    def find_decider(self, body: str) -> Decider:
        """Return the body with an id. A text from before bodies had ids has words in its place, which are its name."""
        found = next((known for known in self.bodies if known.id == body), None)
        return Decider(found.title, found.id) if found is not None else Decider(body, None)

    def discharge_rule(self, track: str) -> DischargeRule | NotRegulated:
        """Return the rule about the end of an enrolment on a track."""
        return next(
            (rule for rule in self.discharge if not rule.tracks or track in rule.tracks), self.silence("discharge")
        )

    def silence(self, what: str) -> NotRegulated:
        """Return the answer that the version does not regulate this, with its own notes about it."""
        return NotRegulated(what=what, silences=tuple(note.id for note in self.silences if what in note.about))

    def act_rule(self, act: ActName, track: str | None = None) -> ActRule | None:
        """Return the rule of an act on a track, or None if the version does not name the act."""
        rule = self.acts.get(act)
        return rule if rule is None or track is None else rule.on.get(track, rule)

    def allows(self, act: ActName, actor: Actor, *, track: str | None = None) -> ActRule | Denial | NotRegulated:
        """Return the rule by which the actor's party, unit kind and role may do the act, or the denial.

        The principal is not checked here.
        """
        rule = self.act_rule(act, track)
        if rule is None:
            return self.silence(act)
        allowed = tuple(group for group in rule.by if group.is_on(track))
        if any(group.is_met_by(actor) for group in allowed):
            return rule
        return Denial(act=act, clauses=rule.clauses, allowed=allowed) if allowed else self.silence(act)

    def basis(self, act: ActName, *more: str, track: str | None = None, alone: LoneParty | None = None) -> Basis:
        """Return the basis of an act: the version, the clauses of the act, and more clauses of this case.

        If a party does the act `alone`, the clauses are those by which it does.
        An act that the version does not name is marked as not regulated. Clauses that the track takes over from another
        track are marked as by analogy. Raise KeyError for a clause that the version does not have.
        """
        rule = alone or self.act_rule(act, track)
        cited = dict.fromkeys((*(rule.clauses if rule else ()), *more))
        for clause in cited:
            self.clause(clause)
        found = self.track(track) if track is not None else None
        prefixes = found.by_analogy if isinstance(found, Track) else ()
        return Basis(
            agreement=self.ref,
            subordinate=self.subordinate,
            clauses=tuple(cited),
            by_analogy=tuple(clause for clause in cited if clause.startswith(prefixes)),
            not_regulated=() if rule or more else (act,),
        )
