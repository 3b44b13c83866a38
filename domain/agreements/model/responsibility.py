"""Who answers for what: the matrix, what is never municipal, what follows the person, disagreements and discharge."""

from typing import Literal

from pydantic import Field

from domain.agreements.model.names import DisputeSubject, Holder, Key, Way
from domain.agreements.model.shapes import NonBlank, RuleId
from domain.kernel import Party, Role, Slug, Value


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


class Exclusion(Value):
    """What can never become the municipality's."""

    id: Slug
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
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


class ProcedureStep(Value):
    """One step of the procedure for disagreements."""

    id: Slug
    title: NonBlank
    by: Party | None = None
    """None: either party takes it."""
    escalates: bool = False
    """Whether the step takes the disagreement to a higher level of both parties."""


class DisputeRules(Value):
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


class DischargeRule(Value):
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
