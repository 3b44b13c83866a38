"""What a version of an agreement says, as data. The domain reads it; nothing here knows any county by name."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.kernel import Actor, AgreementRef, Basis, Party, Role, Slug, UnitKind, Value

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9][A-Za-z0-9.\-]*$")]
"""A rule of the catalogue, for example ORE-3.1.2-6."""

_NUMBER = r"\d{1,3}"
_AND_DAYS = rf"({_NUMBER}D)?"
_AND_WEEKS = rf"({_NUMBER}W)?{_AND_DAYS}"
_AND_MONTHS = rf"({_NUMBER}M)?{_AND_WEEKS}"

Duration = Annotated[
    str,
    StringConstraints(pattern=rf"^P({_NUMBER}Y{_AND_MONTHS}|{_NUMBER}M{_AND_WEEKS}|{_NUMBER}W{_AND_DAYS}|{_NUMBER}D)$"),
]
"""An ISO 8601 duration in whole days or longer, for example P7D. A legal deadline has no hours."""


FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""What the domain calls a value that a text can require, for example `physician_contact` or `follow-up`."""

NonBlank = Annotated[str, StringConstraints(pattern=r"\S")]


class ActName(StrEnum):
    """The acts that the domain decides on, and that a version can give to somebody."""

    RAISE_NEED = "raise-need"
    SUPPLEMENT_REFERRAL = "supplement-referral"
    SEND_REFERRAL = "send-referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge-referral"
    CONTACT_PRINCIPAL = "contact-principal"
    START_ASSESSMENT = "start-assessment"
    RECORD_ASSESSMENT = "record-assessment"
    EVALUATE_CRITERIA = "evaluate-criteria"
    AGREE_EXCEPTION = "agree-exception"
    CONSIDER_JOINTLY = "consider-jointly"
    ESTABLISH_LEVEL = "establish-level"
    RAISE_DISAGREEMENT = "raise-disagreement"
    RECORD_POSITION = "record-position"
    RECORD_PROCEDURE_STEP = "record-procedure-step"
    RESOLVE_DISAGREEMENT = "resolve-disagreement"
    ACCEPT_REFERRAL = "accept-referral"
    DECLINE_REFERRAL = "decline-referral"
    WITHDRAW_REFERRAL = "withdraw-referral"
    CLOSE_REFERRAL = "close-referral"
    INITIATE_PLAN = "initiate-plan"
    HOLD_PLANNING = "hold-planning"
    PLAN_WITHOUT_INDIVIDUAL = "plan-without-individual"
    RECORD_PLAN_SECTION = "record-plan-section"
    PLAN_INTERVENTION = "plan-intervention"
    ASSIGN_CONTACT_ROLE = "assign-contact-role"
    AGREE_PLAN = "agree-plan"
    REVISE_PLAN = "revise-plan"
    FOLLOW_UP_PLAN = "follow-up-plan"
    COMMIT_TO_ENROLMENT = "commit-to-enrolment"
    REFUSE_ENROLMENT = "refuse-enrolment"
    START_ENROLMENT = "start-enrolment"
    ASSESS_RISKS = "assess-risks"
    CONFIRM_READINESS = "confirm-readiness"
    OPEN_READINESS_ACTION = "open-readiness-action"
    HAND_OVER_INTERVENTION = "hand-over-intervention"
    ACCEPT_HANDOVER = "accept-handover"
    DELEGATE_TASK = "delegate-task"
    PERFORM_INTERVENTION = "perform-intervention"
    DECLARE_DISCHARGE = "declare-discharge"
    CONTEST_DISCHARGE = "contest-discharge"
    COMPLETE_DISCHARGE = "complete-discharge"
    INFORM_INDIVIDUAL = "inform-individual"
    TRANSFER_INFORMATION = "transfer-information"
    RECORD_DEATH = "record-death"
    RECORD_MOVE = "record-move"


class Evaluation(StrEnum):
    """How a track weighs its criteria."""

    CONSIDER_WITH_EXCEPTION = "consider-with-exception"
    """Every criterion is considered; an unmet one needs the exception that its waiver describes."""
    ALL = "all"
    """Every criterion must be met; there is no exception."""


class Document(Value):
    """The document that the version is a reading of."""

    number: NonBlank | None = None
    revision: NonBlank | None = None
    revised: date | None = None
    category: NonBlank | None = None
    clauses: tuple[RuleId, ...] = ()


class Clause(Value):
    """One rule of the catalogue: where it stands in the document, and what it says."""

    section: NonBlank
    lines: NonBlank
    heading: NonBlank
    """A few Swedish words, the document's own."""
    statement: NonBlank
    """The rule in short, in English."""


class ExternalReference(Value):
    """A document that the agreement leans on and does not contain."""

    id: Slug
    title: NonBlank
    about: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Silence(Value):
    """Something the text does not say, and what is done about it (the catalogue's S rows)."""

    id: NonBlank
    about: tuple[Slug, ...]
    statement: NonBlank
    handling: NonBlank


class NotRegulated(Value):
    """The version is silent on what was asked. Silence is an answer, never another county's value (SYS-7)."""

    what: NonBlank
    silences: tuple[str, ...] = ()
    """The ids of the version's own notes on the silence, for example S17."""


class Scope(Value):
    """What the agreement covers at all."""

    levels: tuple[Slug, ...]
    settings: tuple[Slug, ...]
    min_age: int | None = None
    max_age: int | None = None
    clauses: tuple[RuleId, ...] = Field(min_length=1)

    def covers(self, *, level: str, setting: str, age: int) -> bool:
        """Whether a need at this level, in this setting and at this age (years) belongs under the agreement."""
        return (
            level in self.levels
            and setting in self.settings
            and (self.min_age is None or age >= self.min_age)
            and (self.max_age is None or age <= self.max_age)
        )


class Vocabulary(Value):
    """The words the responsibility matrix is written in, each with its Swedish label."""

    levels: dict[Slug, NonBlank]
    settings: dict[Slug, NonBlank]
    professions: dict[Slug, NonBlank]
    interventions: dict[Slug, NonBlank]
    conditions: dict[Slug, NonBlank]


class Fact(Value):
    """Something a criterion's expression may ask about."""

    type: Literal["bool", "int", "string"]
    label: NonBlank
    """The question in Swedish."""
    description: NonBlank
    """What the value means, its unit, and who computes it."""
    minimum: int = 0
    maximum: int = 1_000_000
    """The bounds of an int, included."""


class Waiver(Value):
    """How an unmet criterion can be set aside."""

    by: Literal["consensus"]
    """consensus: every unit involved agrees, each for itself, with a reason."""
    rule: RuleId
    high_attention: bool = False
    """Whether a waiver is allowed by the letter but must be shown with emphasis."""
    note: NonBlank | None = None


class Criterion(Value):
    """One condition of enrolment, as an expression over declared facts."""

    id: Slug
    rule: RuleId
    title: NonBlank
    statement: NonBlank
    expression: NonBlank
    waiver: Waiver | None = None


class Track(Value):
    """A way into municipal home care, with its own rule set."""

    id: Slug
    number: int | None = None
    title: NonBlank
    from_unit_kinds: tuple[UnitKind, ...] = ()
    referral_required: bool | None = None
    """None where the version does not say."""
    plan: Slug | None = None
    """The kind of plan that must be established before enrolment starts; None where the version names none."""
    external: Slug | None = None
    """The external reference that regulates the track, where this version does not."""
    evaluation: Evaluation | None = None
    """None where the version sets no criteria for the track."""
    criteria: tuple[Criterion, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Who(Value):
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

    by: tuple[Who, ...]
    joint: bool = False
    """Whether it takes both parties, each for itself."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    """Whether the ground is derived from the text rather than written in plain words."""


class Permission(Value):
    """The actor may do the act; these clauses are its ground."""

    act: ActName
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    joint: bool
    derived: bool


class Denied(Value):
    """The actor may not do the act; these may."""

    act: ActName
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    allowed: tuple[Who, ...]

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]

    @property
    def remedy(self) -> str:
        """Who could do it, in words."""
        return f"{self.act} is done by {' or '.join(str(who) for who in self.allowed)}"


class Requirement(Value):
    """Something that must be stated. A requirement with fields is a group; with `each`, a list of such groups."""

    id: FieldName
    title: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    fields: tuple["Requirement", ...] = ()
    each: bool = False
    choices: tuple[Slug, ...] = ()
    """None named: any text, number, date or flag will do."""
    one_of: tuple[FieldName, ...] = ()
    """The sibling fields of which one must have the same value."""
    who: Who | None = None
    """Whom the requirement names, where it asks for a person in a certain capacity."""
    not_applicable: RuleId | None = None
    """The rule that allows `{"not-applicable": reason}` instead; None where nothing allows it."""


class Content(Value):
    """All that must be stated in one thing, such as a referral or a kind of plan."""

    title: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    """None named: every track."""
    fields: tuple[Requirement, ...]


class Deadline(Value):
    """A time limit: a number of days, or only words."""

    id: Slug
    title: NonBlank
    title_en: NonBlank
    words: NonBlank
    """The document's own words."""
    duration: Duration | None = None
    """None: qualitative. Elapsed time is shown, a limit never invented."""
    starts: Slug
    """What the clock starts at."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    silences: tuple[str, ...] = ()


class MatrixRow(Value):
    """Who answers for what, when. A dimension that is left out does not matter."""

    id: Slug
    levels: tuple[Slug, ...] = ()
    settings: tuple[Slug, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    enrolled: bool | None = None
    single_intervention: bool | None = None
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
    conditions: tuple[Slug, ...] = ()
    """All of them must hold."""
    treatment: Party | None = None
    performer: Party | None = None
    employer: Party | None = None
    shared: bool = False
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    note: NonBlank | None = None


class Never(Value):
    """What can never become the municipality's."""

    id: Slug
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Dispute(Value):
    """What holds when the parties disagree."""

    procedure: Slug | None = None
    """The external reference that describes the procedure."""
    steps: tuple[NonBlank, ...] = ()
    """Empty until supplied; never invented."""
    interim: Literal["holder-before"] | None = None
    """holder-before: who had it before the disagreement keeps it until it is resolved. None: not regulated."""
    interim_derived: bool = False
    retroactive: bool | None = None
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Discharge(Value):
    """Who ends an enrolment, and what must have been told."""

    tracks: tuple[Slug, ...] = ()
    by: Literal["both-parties", "profession"]
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    inform_individual: tuple[RuleId, ...] = ()
    """The rules under which the individual must be told where to turn; empty where none is stated."""
    transfer_information: tuple[RuleId, ...] = ()
    """The rules under which a new form of care needs a transfer of information; empty where none is stated."""


class Agreement(Value):
    """One published version. It is never changed: a correction is a new version."""

    id: NonBlank
    version: NonBlank
    county: Slug
    title: NonBlank
    document: Document
    parties: dict[Party, NonBlank]
    valid_from: date
    valid_to: date | None = None
    """The last day, included; None until superseded."""
    end_condition: NonBlank | None = None
    terms: dict[Slug, NonBlank] = Field(default_factory=dict)
    """Their words for things, in Swedish, by English key."""
    scope: Scope
    vocabulary: Vocabulary
    facts: dict[str, Fact] = Field(default_factory=dict)
    tracks: tuple[Track, ...]
    acts: dict[ActName, ActRule]
    content: dict[Slug, Content] = Field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    matrix: tuple[MatrixRow, ...]
    never_municipal: tuple[Never, ...] = ()
    dispute: Dispute | None = None
    discharge: tuple[Discharge, ...] = ()
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

    def deadline(self, deadline: str) -> Deadline | NotRegulated:
        """The time limit of that name, or that the version sets none."""
        return next((each for each in self.deadlines if each.id == deadline), self.silence(deadline))

    def discharge_rule(self, track: str) -> Discharge | NotRegulated:
        """Who ends an enrolment on the track, or that the version does not say."""
        return next(
            (rule for rule in self.discharge if not rule.tracks or track in rule.tracks), self.silence("discharge")
        )

    def silence(self, what: str) -> NotRegulated:
        """That the version does not regulate this, with its own notes on the silence."""
        return NotRegulated(what=what, silences=tuple(note.id for note in self.silences if what in note.about))

    def allows(self, act: ActName, actor: Actor, *, track: str | None = None) -> Permission | Denied | NotRegulated:
        """Whether the actor's party, unit kind and role may do the act. The principal is not seen here."""
        rule = self.acts.get(act)
        allowed = tuple(who for who in rule.by if who.is_on(track)) if rule else ()
        if rule is None or not allowed:
            return self.silence(act)
        if any(who.is_met_by(actor) for who in allowed):
            return Permission(act=act, clauses=rule.clauses, joint=rule.joint, derived=rule.derived)
        return Denied(act=act, clauses=rule.clauses, allowed=allowed)

    def basis(self, act: ActName, *more: str) -> Basis:
        """The ground of an act: the version, the clauses the act stands on, and more clauses of this case.

        An act that the version does not name is stated as not regulated. KeyError: a clause that is not this version's.
        """
        rule = self.acts.get(act)
        cited = dict.fromkeys((*(rule.clauses if rule else ()), *more))
        for clause in cited:
            self.clause(clause)
        return Basis(agreement=self.ref, clauses=tuple(cited), not_regulated=() if rule else (act,))
