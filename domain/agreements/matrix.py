"""The responsibility matrix: treatment responsibility, performance and employment in a situation."""

from collections.abc import Sequence

from domain.agreements.conditions import ASSESSED_AS_SELF_CARE
from domain.agreements.model import Agreement, AgreementScope, Holder, Key, MatrixRow, NotRegulated
from domain.intervention import CareLevel
from domain.kernel import Employment, Party, Value
from domain.refusals import NeverMunicipal

SELF_CARE = "self-care"
"""The matrix's word for an intervention that is assessed as self-care. It is no health care."""


class Question(Value):
    """A situation that the matrix is asked about. None means not known: a row that depends on it does not answer."""

    level: str | None = None
    """The care level. Care of a level that is not known counts as primary."""
    setting: str
    age: int | None = None
    """The age in whole years on the day of the question."""
    profession: str | None = None
    intervention: str | None = None
    enrolled: bool = False
    single_intervention: bool = False
    conditions: frozenset[str] = frozenset()

    @property
    def category(self) -> str | None:
        """The intervention that rows are about. What is named self-care is health care until it has been assessed."""
        return self.intervention if self.conditions >= conditions_of(self.intervention) else None


def conditions_of(intervention: str | None) -> frozenset[str]:
    """Return the conditions of an intervention's name itself: self-care has been assessed as such (GAV-5-1)."""
    return frozenset({ASSESSED_AS_SELF_CARE} if intervention == SELF_CARE else ())


class Answer(Value):
    """The responsible parties. None means that the version names none (SYS-7)."""

    treatment: Holder | None
    """Treatment responsibility (behandlingsansvar)."""
    performer: Holder | None
    employer: Holder | None
    """The employer that the rows name. If they name none, the party that performs is (`employment`)."""
    medical: Party | None = None
    """The party with the medical responsibility, if the rows say it apart from the principal's."""
    shared: bool
    key: Key | None
    """The link that decides which municipality or health centre is responsible."""
    named: tuple[str, ...]
    """The units or persons within the responsible party, in the document's words."""
    clauses: tuple[str, ...]
    derived: bool
    """True if all rows follow from the document without standing in it word for word."""
    rows: tuple[str, ...]
    """The ids of the rows that answer."""
    always: bool = False
    """True if rows that always hold answer, because the others leave open who is responsible."""

    @property
    def names_nobody(self) -> bool:
        """True if a row answers but leaves open who is responsible."""
        return (self.treatment, self.performer, self.shared) == (None, None, False)

    @property
    def employment(self) -> Employment:
        """The employer: the party that the rows name, or else the one that performs (SKR-7-2). No guardian is one."""
        performer = None if self.performer is Holder.GUARDIAN else self.performer
        return Employment.find(self.employer, performer, self.clauses)


class Conflict(Value):
    """Equally specific rows with different answers. The conflict is reported, and no row is preferred."""

    rows: tuple[str, ...]
    clauses: tuple[str, ...]


def resolve(agreement: Agreement, question: Question) -> Answer | Conflict | NotRegulated:
    """Return the answer of the most specific row that fits the situation.

    A row about the intervention comes before a row about a profession or a situation, and then a row that overrides
    before one that does not. Otherwise the row with more fields comes first. Rows that one of them replaces do not
    answer. A row that names the municipality does not
    answer about care that can never be municipal. The rows that always hold answer last, if the others leave open who
    is responsible; but those about the intervention come before the county's rows about professions and situations. If
    no row answers about a person of an age that the version does not cover, the care that it regulates at other ages
    stays with the region (VML-2-4). A person of such an age is never enrolled, whatever the question says.
    """
    question = _without_enrolment_outside_ages(agreement.scope, question)
    never = bool(find_never_municipal(agreement, question))
    rows = [row for row in agreement.matrix if not (never and names_municipality(row))]
    own = _most_specific([row for row in rows if not row.always], question)
    if own is not None and _decides(own) and not _is_always_about(rows, question, own):
        return own
    answering = own if isinstance(own, Answer) else None
    always = _most_specific(_list_always(rows, question, answering), question)
    if isinstance(always, Answer):
        return always.model_copy(update={"always": True})
    silence = agreement.silence(question.category or question.setting)
    return own or always or _answer_outside_ages(agreement, rows, question) or silence


def _without_enrolment_outside_ages(scope: AgreementScope, question: Question) -> Question:
    """Return the question about a person who is not enrolled, if the version does not cover the person's age."""
    if not question.enrolled or question.age is None or scope.covers_age(question.age):
        return question
    return question.model_copy(update={"enrolled": False})


def _decides(own: Answer | Conflict) -> bool:
    return isinstance(own, Conflict) or not own.names_nobody


def _is_always_about(rows: Sequence[MatrixRow], question: Question, own: Answer | Conflict) -> bool:
    """Return True if a row that always holds is about the intervention, and the rows that answer are not."""
    of_intervention = [row for row in rows if row.interventions and _applies(row, question)]
    return any(row.always for row in of_intervention) and not any(row.id in own.rows for row in of_intervention)


def _answer_outside_ages(agreement: Agreement, rows: Sequence[MatrixRow], question: Question) -> Answer | None:
    """Return that care which the version regulates at the ages that it covers stays with the region at others.

    Nobody is enrolled at the others, so that it stays there also if the version regulates it for the enrolled alone.
    """
    scope, age = agreement.scope, question.age
    if age is None or scope.covers_age(age):
        return None
    if not any(_names_at_covered_age(row, scope, question) for row in rows if not row.always):
        return None
    return Answer(
        treatment=Holder.REGION,
        performer=Holder.REGION,
        employer=None,
        shared=False,
        key=None,
        named=(),
        clauses=(scope.age or scope.clauses[0],),
        derived=True,
        rows=(),
    )


def _names_at_covered_age(row: MatrixRow, scope: AgreementScope, question: Question) -> bool:
    """Return True if a row names somebody for the question, were the person of an age that it and the scope cover."""
    youngest = max(row.min_age or 0, scope.min_age or 0)
    if not scope.covers_age(youngest) or not (row.treatment or row.performer or row.shared):
        return False
    return _applies(row, question.model_copy(update={"age": youngest, "enrolled": row.enrolled or question.enrolled}))


def _list_always(rows: Sequence[MatrixRow], question: Question, own: Answer | None) -> list[MatrixRow]:
    """List the rows that always hold and can answer where the other rows do not.

    They are no rows about self-care. If the other rows leave the level open as well, they answer at that level only if
    it is known.
    """
    if question.category == SELF_CARE:
        return []
    answering = [row for row in rows if own is not None and row.id in own.rows]
    level_open = question.level is None and bool(answering) and not any(row.levels for row in answering)
    return [row for row in rows if row.always and not (level_open and row.levels)]


def find_always(agreement: Agreement, question: Question) -> Answer | None:
    """Return what always holds in a situation, whatever the other rows say. None if nothing does.

    What holds at a level alone does so only if the level is known.
    """
    question = _without_enrolment_outside_ages(agreement.scope, question)
    never = bool(find_never_municipal(agreement, question))
    rows = [row for row in agreement.matrix if not (never and names_municipality(row))]
    rows = [row for row in rows if question.level is not None or not row.levels]
    found = _most_specific(_list_always(rows, question, None), question)
    return found.model_copy(update={"always": True}) if isinstance(found, Answer) else None


class NoAgreement(Value):
    """The answer if no agreement is in force: no care has been transferred (SKR-3-8).

    This is why responsibility for care at home differs between municipalities (INF-2-1).
    """

    answer: Answer | Conflict | NotRegulated


def resolve_without_agreement(rows: Sequence[MatrixRow], question: Question) -> NoAgreement:
    """Answer from the rows of the national background, because no agreement is in force."""
    found = _most_specific(rows, question)
    return NoAgreement(answer=found or NotRegulated(what=question.category or question.setting))


def _most_specific(candidates: Sequence[MatrixRow], question: Question) -> Answer | Conflict | None:
    rows = [row for row in candidates if _applies(row, question)]
    replaced = {id for row in rows for id in row.replaces}
    rows = [row for row in rows if row.id not in replaced]
    if not rows:
        return None
    top = max(map(_specificity, rows))
    best = [row for row in rows if _specificity(row) == top]
    names = tuple(row.id for row in best)
    clauses = tuple(dict.fromkeys(clause for row in best for clause in row.clauses))
    medical = {row.medical for row in best if row.medical is not None}
    holders = {(row.treatment, row.performer, _find_employer(row), row.shared, row.key) for row in best}
    if len(holders) > 1 or len(medical) > 1:
        return Conflict(rows=names, clauses=clauses)
    return Answer(
        treatment=best[0].treatment,
        performer=best[0].performer,
        employer=next((row.employer for row in best if row.employer is not None), None),
        medical=next(iter(medical), None),
        shared=best[0].shared,
        key=best[0].key,
        named=tuple(row.named for row in best if row.named),
        clauses=clauses,
        derived=all(row.derived for row in best),
        rows=names,
    )


def _find_employer(row: MatrixRow) -> Holder | None:
    """Return the employer that the row names, or else the one that follows from it (SKR-7-2)."""
    return row.employer or (row.performer if row.performer is not Holder.GUARDIAN else None)


def _applies(row: MatrixRow, question: Question) -> bool:
    return (
        (not row.levels or (question.level or CareLevel.PRIMARY) in row.levels)
        and (not row.settings or question.setting in row.settings)
        and (row.min_age is None or (question.age is not None and question.age >= row.min_age))
        and (row.max_age is None or (question.age is not None and question.age <= row.max_age))
        and (not row.professions or question.profession in row.professions)
        and (not row.interventions or question.category in row.interventions)
        and (row.enrolled is None or question.enrolled is row.enrolled)
        and (row.single_intervention is None or question.single_intervention is row.single_intervention)
        and question.conditions.issuperset(row.conditions)
    )


def _specificity(row: MatrixRow) -> tuple[bool, bool, int]:
    dimensions = (row.levels, row.settings, row.professions, row.interventions)
    bounds = (row.min_age, row.max_age, row.enrolled, row.single_intervention)
    stated = sum(map(bool, dimensions)) + sum(bound is not None for bound in bounds)
    return bool(row.interventions), row.overrides, stated + len(row.conditions)


def names_municipality(row: MatrixRow) -> bool:
    """Return True if the row makes the municipality responsible for anything."""
    return Holder.MUNICIPALITY in (row.treatment, row.performer, row.employer)


def find_never_municipal(agreement: Agreement, question: Question) -> tuple[str, ...]:
    """Find the clauses by which this care can never be the municipality's. Empty if it can."""
    return tuple(
        clause
        for exclusion in agreement.never_municipal
        if question.profession in exclusion.professions or question.category in exclusion.interventions
        for clause in exclusion.clauses
    )


def require_can_be_municipal(agreement: Agreement, question: Question) -> None:
    """Refuse to give the municipality care that can never be its own (F17)."""
    clauses = find_never_municipal(agreement, question)
    if clauses:
        subject = question.intervention or question.profession or "this"
        raise NeverMunicipal(
            f"The municipality can never be responsible for {subject}",
            rule=clauses[0],
            remedy="name the region as responsible",
            where=(subject,),
        )
