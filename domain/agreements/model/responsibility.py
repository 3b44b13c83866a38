"""Responsibility for care: the matrix, and the rules of jurisdiction, disagreements and discharge."""

from typing import Literal

from domain.agreements.model.names import ActName, DisputeSubject, Holder, Key, Way
from domain.agreements.model.shapes import Clauses, NonBlank, RuleId, Tracks
from domain.kernel import Party, Role, Slug, Value


class MatrixRow(Value):
    """A row of the responsibility matrix: in a certain situation, these are responsible.

    The fields from `levels` to `conditions` describe the situation. One that is left out does not matter for the row.
    """

    id: Slug
    levels: tuple[Slug, ...] = ()
    """Care levels, in the words of `[vocabulary.levels]`."""
    settings: tuple[Slug, ...] = ()
    """Forms of housing, in the words of `[vocabulary.settings]`."""
    min_age: int | None = None
    """The lowest age in whole years, included."""
    max_age: int | None = None
    """The highest age in whole years, included."""
    enrolled: bool | None = None
    """True: only for enrolled persons. False: only for persons who are not enrolled."""
    single_intervention: bool | None = None
    """True: only for a single intervention (punktinsats). False: only for others."""
    professions: tuple[Slug, ...] = ()
    """Professions, in the words of `[vocabulary.professions]`."""
    interventions: tuple[Slug, ...] = ()
    """Categories of intervention, in the words of `[vocabulary.interventions]`."""
    conditions: tuple[Slug, ...] = ()
    """Conditions that must all hold, in the words of `[vocabulary.conditions]`."""
    overrides: bool = False
    """True if the row comes before rows that do not override, even if they have more fields.

    It is for care that the document leaves out of everything else it says. Rows about interventions still come first.
    """
    replaces: tuple[Slug, ...] = ()
    """The ids of rows that do not answer where this one does. If left out, the more specific row answers.

    A subordinate agreement can name rows of the main one, if that one allows it to replace rows of the matrix.
    """
    treatment: Holder | None = None
    """The principal (huvudman), who has treatment responsibility. If left out, the row names none."""
    performer: Holder | None = None
    """The party that provides the care (vårdgivare, utförare). If left out, the row names none."""
    employer: Holder | None = None
    """The party that employs the staff. If left out, the row names none."""
    medical: Party | None = None
    """The party with the medical responsibility, if the document says it apart from the principal's. If left out, it
    does not."""
    shared: bool = False
    """True if both parties share the responsibility."""
    key: Key | None = None
    """The link that decides which municipality or health centre the row means. If left out, `[jurisdiction]` does."""
    way: Way | None = None
    """The form of cooperation between the parties. If left out, the document does not say."""
    named: NonBlank | None = None
    """The unit or person within the responsible party, in the document's own words. If left out, none is named."""
    as_a_rule: bool = False
    """True if the document says "as a rule"."""
    clauses: Clauses
    derived: bool = False
    """True if the row follows from the document without standing in it word for word."""
    always: bool = False
    """True if the row always holds. It answers if no other row names who is responsible.

    Such rows of the national texts hold under every agreement.
    """
    note: NonBlank | None = None
    """A comment for readers of the text."""


class Exclusion(Value):
    """Professions and interventions that can never become the municipality's."""

    id: Slug
    professions: tuple[Slug, ...] = ()
    """Professions, in the words of `[vocabulary.professions]`. If left out, none."""
    interventions: tuple[Slug, ...] = ()
    """Categories of intervention, in the words of `[vocabulary.interventions]`. If left out, none."""
    clauses: Clauses


class Jurisdiction(Value):
    """The rules that find the right municipality or health centre for a person. A field left out is not regulated."""

    care: Key | None = None
    """The link to the municipality that gives home care."""
    visitors: Key | None = None
    """The link to the municipality that gives home care to persons who stay outside their home municipality."""
    coordination: Key | None = None
    """The link to the health centre that coordinates care."""
    employer: Key | None = None
    """The link to the municipality that employs the staff."""
    ends_at_move: bool | None = None
    """True if the enrolment ends when the person moves to another municipality. False if it goes on."""
    clauses: Clauses


class ProcedureStep(Value):
    """A step of the procedure for disagreements."""

    id: Slug
    title: NonBlank
    """The name of the step, in Swedish."""
    by: Party | None = None
    """The party that takes the step. If left out, either party may."""
    escalates: bool = False
    """True if the step takes the disagreement to a higher level of both parties."""
    body: Slug | None = None
    """The body to which the step takes the disagreement, as its id in `[[bodies]]`. If left out, it goes to none."""

    @property
    def act(self) -> ActName:
        """The act that takes the step."""
        return ActName.ESCALATE_DISAGREEMENT if self.escalates else ActName.RECORD_PROCEDURE_STEP


class DisputeRules(Value):
    """The rules about disagreements between the parties."""

    procedure: Slug | None = None
    """The external reference that describes the procedure. If left out, the document names none."""
    subjects: tuple[DisputeSubject, ...] = (DisputeSubject.REFERRAL,)
    """The subjects that these rules are written for. For other subjects they hold by analogy."""
    steps: tuple[ProcedureStep, ...] = ()
    """The steps of the procedure, in order. If left out, the record prescribes no steps."""
    decider: NonBlank | None = None
    """The body that decides when the parties do not agree, as its id in `[[bodies]]`.

    If a step takes the disagreement to it, it decides from then on. If left out, each body decides what a step has
    taken to it; without such steps, nobody decides for the parties.
    """
    interim: Literal["holder-before"] | None = None
    """holder-before: the parties that were responsible before stay responsible until the disagreement is resolved.

    If left out, responsibility is not regulated during the disagreement.
    """
    interim_derived: bool = False
    """True if `interim` follows from the document without standing in it word for word."""
    retroactive: bool | None = None
    """False if a resolution holds from its own day at the earliest. If true or left out, it may reach back."""
    clauses: Clauses


class DischargeRule(Value):
    """The rule about who ends an enrolment, and who must be informed."""

    tracks: Tracks = ()
    by: Literal["both-parties", "profession"]
    """both-parties: both parties agree. profession: one of the `roles` decides alone."""
    roles: tuple[Role, ...] = ()
    """The professions that end the enrolment alone, if `by` is profession."""
    clauses: Clauses
    inform_individual: tuple[RuleId, ...] = ()
    """The rules by which the individual must be told where to turn. If left out, this is not demanded."""
    transfer_information: tuple[RuleId, ...] = ()
    """The rules by which a new form of care must get the information. If left out, this is not demanded."""
