"""What a version of an agreement says, as data. The domain reads it; nothing here knows any county by name."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from domain.agreements.settlement import Settlement
from domain.agreements.shapes import Duration, FieldName, NonBlank, RuleId
from domain.kernel import Actor, AgreementRef, Basis, Party, Role, Slug, UnitKind, Value


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
    RECORD_STATEMENT = "record-statement"
    RECORD_CIRCUMSTANCE = "record-circumstance"
    PROPOSE_HANDOVER = "propose-handover"
    OPEN_DISCHARGE_PLANNING = "open-discharge-planning"
    START_REHAB_ASSESSMENT = "start-rehab-assessment"
    GRANT_DEPARTURE = "grant-departure"
    WITHDRAW_DISAGREEMENT = "withdraw-disagreement"
    ESCALATE_DISAGREEMENT = "escalate-disagreement"
    CLOSE_PLAN = "close-plan"
    LAPSE_PLAN = "lapse-plan"
    TRANSFER_ORDERER = "transfer-orderer"
    ASSESS_SELF_CARE = "assess-self-care"
    HAND_OVER_SELF_CARE = "hand-over-self-care"
    MOVE_SELF_CARE = "move-self-care"
    PROPOSE_ENROLMENT = "propose-enrolment"
    RECORD_HOME_VISIT = "record-home-visit"
    RECORD_HOURS = "record-hours"
    SUBMIT_VERSION = "submit-version"
    SIGN_VERSION = "sign-version"
    PUBLISH_VERSION = "publish-version"
    END_VERSION = "end-version"
    HOLD_FOLLOW_UP = "hold-follow-up"
    AGREE_LOCAL_AGREEMENT = "agree-local-agreement"
    PUBLISH_LOCAL_ROUTINE = "publish-local-routine"


class Evaluation(StrEnum):
    """How a track weighs its criteria."""

    CONSIDER_WITH_EXCEPTION = "consider-with-exception"
    """Every criterion is considered; an unmet one needs the exception that its waiver describes."""
    ALL = "all"
    """Every criterion must be met; there is no exception."""


class Guard(StrEnum):
    """A check that decisions make only where the version's text turns it on, on the clauses that it gives."""

    JOINT_INVESTIGATION = "joint-investigation"
    """Staff of both parties take part in the investigation."""
    JOINT_ASSESSMENT = "joint-assessment"
    """Nothing is established, accepted or declined on one party's assessment."""
    ASSESSMENT_FIRST = "assessment-first"
    """A request is not declined or closed without an assessment."""
    EQUAL_LEVELS = "equal-levels"
    """The care level is established only where the parties' assessments agree on it."""
    JOINT_CONSIDERATION = "joint-consideration"
    """The form of care for an advanced intervention is considered by both parties."""
    PLAN_AFTER_LEVEL = "plan-after-level"
    """A plan is established only when the care level is."""
    JOINT_PLANNING = "joint-planning"
    """Staff of both parties take part in planning."""
    WITH_INDIVIDUAL = "with-individual"
    """Planning is done with the individual."""
    OWN_WORDS = "own-words"
    """Nobody amends the other party's entry."""
    RISKS_ADDRESSED = "risks-addressed"
    """Nothing moves home while a risk is not addressed."""
    ACCEPTED_HANDOVER = "accepted-handover"
    """A handover moves nothing until the receiver accepts it."""
    DELEGATION = "delegation"
    """Unlicensed staff perform only what licensed staff have assigned or delegated to them."""
    JOINT_LEVEL = "joint-level"
    """The border between the care levels is drawn by both parties together."""
    ATTENDANCE = "attendance"
    """Each party takes part in planning, or says why it does not."""
    ONE_DUTY_HOLDER = "one-duty-holder"
    """Every planned intervention names the one principal that answers for it."""


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


class Step(StrEnum):
    """A step of the way from need to decision that a track can prescribe, named as the state it leads to."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IN_CONTACT = "in-contact"
    ASSESSING = "assessing"
    LEVEL_ESTABLISHED = "level-established"


class Holder(StrEnum):
    """Who can answer for an intervention: a principal, or a child's guardian."""

    REGION = "region"
    MUNICIPALITY = "municipality"
    GUARDIAN = "guardian"


class Key(StrEnum):
    """Which of several municipalities, or health centres, is meant."""

    RESIDENCE = "residence"
    """Where the person is registered as resident (bosättning, folkbokföring)."""
    STAY = "stay"
    """Where the person stays (vistelse)."""
    LISTING = "listing"
    """Where the person is listed (listning)."""


class Way(StrEnum):
    """The ways in which the parties can cooperate on care at home (SKR-10-1 to -4)."""

    TRANSFER = "transfer"
    """The municipality becomes both principal and provider."""
    COOPERATION = "cooperation"
    """Each does what is in its own commission; nothing is moved."""
    PRIMARY_AGREEMENT = "primary-agreement"
    """The municipality becomes provider of tasks at primary level; who is principal must be said."""
    SPECIALISED_AGREEMENT = "specialised-agreement"
    """The municipality becomes provider of tasks at specialised level; the region stays principal."""


class DisputeSubject(StrEnum):
    """What the parties can disagree on."""

    REFERRAL = "referral"
    ENROLMENT = "enrolment"
    LEVEL = "level"
    PLAN = "plan"
    DISCHARGE = "discharge"
    INVOICE = "invoice"


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


class Definition(Value):
    """A word that the document says the meaning of."""

    id: Slug
    term: NonBlank
    meaning: NonBlank
    """In the document's own words, shortened."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Silence(Value):
    """Something the text does not say, and what is done about it (the catalogue's S rows)."""

    id: NonBlank
    about: tuple[Slug, ...]
    statement: NonBlank
    handling: NonBlank
    clauses: tuple[RuleId, ...] = ()
    """The rules by which the text itself leaves it open."""


class NotRegulated(Value):
    """The version is silent on what was asked. Silence is an answer, never another county's value (SYS-7)."""

    what: NonBlank
    silences: tuple[str, ...] = ()
    """The ids of the version's own notes on the silence, for example S17."""


class Scope(Value):
    """What the agreement covers at all."""

    levels: tuple[Slug, ...]
    settings: tuple[Slug, ...] = Field(min_length=1)
    """The first is where a person is taken to live until something else is said."""
    min_age: int | None = None
    max_age: int | None = None
    age: RuleId | None = None
    """The rule that bounds the age, where it is not the first of the clauses."""
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
    source: "Source | None" = None
    """Where the answer is taken from; None: whoever evaluates the criterion says it."""


class Source(Value):
    """Where the record itself answers a fact, so that nobody's word is taken for it."""

    of: Literal["age", "setting", "statement", "plan", "circumstance"]
    """age: whole years, from the person register. setting: where the person lives. statement: a field of the latest
    statement of a kind, false before there is one. plan: whether a plan of the kind is in force. circumstance: whether
    the circumstance is on record."""
    name: Slug | None = None
    """The kind of statement or plan, or the circumstance."""
    field: "FieldName | None" = None
    """The statement's field."""


class Waiver(Value):
    """How an unmet criterion can be set aside."""

    by: Literal["consensus", "ground"]
    """consensus: every unit involved agrees, each for itself, with a reason. ground: one party grants a departure on
    one of the grounds, with a reason."""
    grounds: dict[Slug, NonBlank] = Field(default_factory=dict)
    """The grounds of a departure, each with its Swedish label."""
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
    clauses: tuple[RuleId, ...] = ()
    """More rules on it: what its words mean, and who answers for it."""
    waiver: Waiver | None = None


class Track(Value):
    """A way into municipal home care, with its own rule set."""

    id: Slug
    number: int | None = None
    title: NonBlank
    from_unit_kinds: tuple[UnitKind, ...] = ()
    """The units whose needs go this way where nobody names a track, and no other track is meant for them."""
    kinds: tuple[Literal["medical", "rehabilitative"], ...] = ()
    """The kinds of intervention that it is for: needs of no other kind go this way. None named: any kind may."""
    steps: tuple[Step, ...] = ()
    """The steps that are prescribed before a request is accepted, in order; another step may be taken, or left out."""
    plans: tuple[Slug, ...] = ()
    """The kinds of plan of which one must be established before enrolment starts; none where the version names none."""
    plan_rule: RuleId | None = None
    """The rule that demands the plan."""
    by_analogy: tuple[NonBlank, ...] = ()
    """The beginnings of the rule ids that are written for another track and applied here by analogy."""
    external: Slug | None = None
    """The external reference that regulates the track, where this version does not."""
    handover_rule: RuleId | None = None
    """The rule by which what the plans give to the municipality is handed over and accepted one by one (ORE-3.2.1-K1).
    None: it passes as the enrolment starts."""
    evaluation: Evaluation | None = None
    """None where the version sets no criteria for the track."""
    evaluation_rule: RuleId | None = None
    """The rule that says how the criteria count, where one does (ORE-3.2.1-12)."""
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
    on: dict[Slug, "ActRule"] = Field(default_factory=dict)
    """The rule of a track that has its own, by track."""


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
    optional: bool = False
    """Whether it may be left out: the text names it and does not demand it."""
    area: bool = False
    """Whether a person named must have an area of responsibility stated."""
    when: Slug | None = None
    """The circumstance under which it is demanded; None: always."""
    where: dict[FieldName, tuple[StrictBool | Slug, ...]] = Field(default_factory=dict)
    """The answers of sibling fields under which it is demanded; none named: whatever they say."""


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
    day_of_month: int | None = Field(default=None, ge=1, le=31)
    """The last day of each month on time, included."""
    months: tuple[int, ...] = ()
    """The months of the year (1 to 12) in which it is to be done."""
    before: ActName | None = None
    """An ordering rule: it is to be done before this act."""
    priority: tuple[Slug, ...] = ()
    """The tracks on which it matters above all."""
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
    treatment: Holder | None = None
    """Who is the principal (huvudman) and has treatment responsibility."""
    performer: Holder | None = None
    """Who provides the care (vårdgivare, utförare)."""
    employer: Holder | None = None
    shared: bool = False
    key: Key | None = None
    """Which municipality or health centre it is."""
    way: Way | None = None
    """In which way the parties cooperate on it; None where the version does not say."""
    named: NonBlank | None = None
    """The unit or person within the holder that the text names, in its own words."""
    as_a_rule: bool = False
    """Whether the text says "as a rule", so that a reason can set it aside."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    note: NonBlank | None = None


class Never(Value):
    """What can never become the municipality's."""

    id: Slug
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class ProcedureStep(Value):
    """One step of the procedure for disagreements."""

    id: Slug
    title: NonBlank
    by: Party | None = None
    """None: either party takes it."""
    escalates: bool = False
    """Whether the step takes the disagreement to a higher level of both parties."""


class Dispute(Value):
    """What holds when the parties disagree."""

    procedure: Slug | None = None
    """The external reference that describes the procedure."""
    subjects: tuple[DisputeSubject, ...] = (DisputeSubject.REFERRAL,)
    """What the text's own rules are about; on anything else they hold by analogy."""
    steps: tuple[ProcedureStep, ...] = ()
    """Empty until supplied; never invented."""
    decider: NonBlank | None = None
    """Who decides when the parties do not agree; None where the text names nobody."""
    interim: Literal["holder-before"] | None = None
    """holder-before: who had it before the disagreement keeps it until it is resolved. None: not regulated."""
    interim_derived: bool = False
    retroactive: bool | None = None
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Discharge(Value):
    """Who ends an enrolment, and what must have been told."""

    tracks: tuple[Slug, ...] = ()
    by: Literal["both-parties", "profession"]
    roles: tuple[Role, ...] = ()
    """The professions that end it alone."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    inform_individual: tuple[RuleId, ...] = ()
    """The rules under which the individual must be told where to turn; empty where none is stated."""
    transfer_information: tuple[RuleId, ...] = ()
    """The rules under which a new form of care needs a transfer of information; empty where none is stated."""


class PlanRule(Value):
    """How a plan of one kind comes to be, holds and ends."""

    title: NonBlank
    tracks: tuple[Slug, ...] = ()
    initiated_by: tuple[Who, ...] = ()
    """None named: whoever may initiate a plan."""
    established_by: Literal["both-parties", "author"]
    """both-parties: each agrees to the same text. author: the party that drew it up establishes it alone."""
    participants: Slug | None = None
    """The content that names in which capacities the plan is agreed to; None: any licensed staff of the party."""
    content: Slug | None = None
    """What its parts must say; None where the version does not say."""
    roles: Slug | None = None
    """The content that names its contact roles."""
    interventions: Slug | None = None
    """The content that says what each of its interventions must state."""
    planning: RuleId | None = None
    """The rule by which planning with the individual comes before it; None: no meeting is demanded."""
    deadline: Slug | None = None
    """The deadline of the planning."""
    lapses: Slug | None = None
    """The deadline after which it lapses unless a newer plan has taken its place; None: it holds until replaced."""
    lapses_from: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")] | None = None
    """The field of the plan whose date starts that clock, as `part.field`; None: the day it was established."""
    replaces: tuple[Slug, ...] = ()
    """The kinds of plan that it takes the place of, besides an earlier one of its own kind."""
    followed_up_by: Literal["parties", "orderer"] | None = None
    """parties: each for itself. orderer: the one who ordered, who also decides on change and end. None: not said."""
    follow_up: RuleId | None = None
    """The rule on who follows it up."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


Trigger = Annotated[str, StringConstraints(pattern=r"^(event|statement):[a-z0-9][a-z0-9.\-]*$")]
"""`event:enrolment.started` (a topic without its version) or `statement:home-visit`."""

Start = Annotated[str, StringConstraints(pattern=r"^(event|statement|plan):[a-z0-9][a-z0-9.\-]*$")]
"""A trigger, or `plan:` and a kind of plan: the day its `lapses_from` names, or else the day it was established."""


class StatementRule(Value):
    """Something that a party puts on record besides its decisions: a consent, a checklist, a report, a training."""

    title: NonBlank
    by: tuple[Who, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    about: Literal["case", "intervention", "person"] = "case"
    """intervention: one of the case's. person: one of the staff."""
    fields: tuple[Requirement, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    closed: bool = False
    """Whether it may also be recorded when the enrolment has ended."""
    deadline: Slug | None = None
    """The deadline after which it is late; it is recorded nonetheless, and the breach with it."""
    counts_from: Start | None = None
    """What starts that clock."""


class Duty(Value):
    """Something that a party is to do once something else has happened; shown until it has been done."""

    id: Slug
    title: NonBlank
    title_en: NonBlank
    owner: Party | None = None
    """None: both, each for itself."""
    opened_by: tuple[Start, ...] = Field(min_length=1)
    """`plan:` and a kind: when such a plan is established."""
    met_by: tuple[Start, ...] = Field(min_length=1)
    """Any of these, later than what opened it; of a duty of both, by each party for itself."""
    field: FieldName | None = None
    """A field of the opening statement that must be true, or of the event; None: it opens in any case."""
    tracks: tuple[Slug, ...] = ()
    deadline: Slug | None = None
    earlier: bool = False
    """Whether what was done before it opened meets it too."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Need(Value):
    """What must be on record first: exactly one of these."""

    plan: Slug | None = None
    """A plan of this kind in force."""
    statement: Slug | None = None
    """A statement of this kind."""
    field: FieldName | None = None
    """The field of the statement that must be true."""
    contact: Slug | None = None
    """Somebody named in this contact role of any open plan."""
    happened: NonBlank | None = None
    """An event of this topic, without its version."""
    same: Literal["case", "intervention", "person"] = "case"
    """Whether the statement must be about the very intervention, or person, that the act is about."""
    since: NonBlank | None = None
    """A trigger (`event:` or `statement:`) that the statement must be later than, once that has happened."""


class Precondition(Value):
    """An ordering rule: before an act, something must be on record."""

    id: Slug
    acts: tuple[ActName, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    plans: tuple[Slug, ...] = ()
    """The kinds of plan it is about, for acts on a plan."""
    statements: tuple[Slug, ...] = ()
    """The kinds of statement it is about, where the act records one."""
    interventions: tuple[Slug, ...] = ()
    """The categories of intervention it is about; none named: any."""
    party: Party | None = None
    """The party whose acts it is about; None: both."""
    when: Slug | None = None
    """The circumstance under which it holds; None: always."""
    needs: Need
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]+$")] = "PRECONDITION_MISSING"
    """The refusal's code."""
    enforce: Literal["refuse", "flag"] = "refuse"
    """flag: the act is recorded, and the breach with it."""
    title: NonBlank
    """What must be there, in Swedish."""
    remedy: NonBlank
    """What would make it right, in English."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Jurisdiction(Value):
    """What follows the person: where they live, stay or are listed."""

    care: Key | None = None
    """Whose municipality gives home care."""
    visitors: Key | None = None
    """Whose municipality gives it to those who stay elsewhere than they live."""
    coordination: Key | None = None
    """Which health centre coordinates."""
    employer: Key | None = None
    ends_at_move: bool | None = None
    """Whether the enrolment ends when the person moves to another municipality; None: not regulated."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class SelfCareRule(Value):
    """How self-care (egenvård) is judged and handed over."""

    assessment: Slug | None = None
    """The content that says what an assessment must state; None: no more than who, why and when."""
    child_below: int | None = None
    """The age in whole years below which only licensed staff assess it."""
    child: RuleId | None = None
    """The rule by which they do."""
    hand_over: RuleId | None = None
    """The rule by which performance is handed over, and responsibility is not."""
    move: RuleId | None = None
    """The rule by which responsibility moves only on a new assessment; None: not regulated."""
    reassess: RuleId | None = None
    """The rule by which changed circumstances call for a new assessment; None: not regulated."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Agreement(Value):
    """One published version. It is never changed: a correction is a new version."""

    id: NonBlank
    version: NonBlank
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
    scope: Scope
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
    never_municipal: tuple[Never, ...] = ()
    jurisdiction: Jurisdiction | None = None
    dispute: Dispute | None = None
    discharge: tuple[Discharge, ...] = ()
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

    def discharge_rule(self, track: str) -> Discharge | NotRegulated:
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

    def allows(self, act: ActName, actor: Actor, *, track: str | None = None) -> Permission | Denied | NotRegulated:
        """Whether the actor's party, unit kind and role may do the act. The principal is not seen here."""
        rule = self.act_rule(act, track)
        allowed = tuple(who for who in rule.by if who.is_on(track)) if rule else ()
        if rule is None or not allowed:
            return self.silence(act)
        if any(who.is_met_by(actor) for who in allowed):
            return Permission(act=act, clauses=rule.clauses, joint=rule.joint, derived=rule.derived)
        return Denied(act=act, clauses=rule.clauses, allowed=allowed)

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
