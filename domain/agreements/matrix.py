"""Who answers for what: treatment responsibility, performance and employment, from the responsibility matrix."""

from collections.abc import Sequence

from domain.agreements.model import Agreement, Holder, Key, MatrixRow, NotRegulated
from domain.kernel import Value
from domain.refusals import NeverMunicipal


class Question(Value):
    """What is asked of the matrix. None is 'not known': a row that depends on it does not answer."""

    level: str
    setting: str
    age: int | None = None
    """Whole years on the day asked about."""
    profession: str | None = None
    intervention: str | None = None
    enrolled: bool = False
    single_intervention: bool = False
    conditions: frozenset[str] = frozenset()


class Answer(Value):
    """Who answers. None for a party: the version does not name one (SYS-7)."""

    treatment: Holder | None
    """Treatment responsibility (behandlingsansvar)."""
    performer: Holder | None
    employer: Holder | None
    shared: bool
    key: Key | None
    """Which municipality or health centre it is."""
    named: tuple[str, ...]
    """The units or persons that the text names within the holder."""
    as_a_rule: bool
    clauses: tuple[str, ...]
    derived: bool
    """Whether the ground is derived from the text rather than written in plain words."""
    rows: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Conflict(Value):
    """Equally specific rows that answer differently. Reported, never settled by guessing."""

    rows: tuple[str, ...]
    clauses: tuple[str, ...]


def resolve(agreement: Agreement, question: Question) -> Answer | Conflict | NotRegulated:
    """The answer of the most specific row that applies.

    A row about the very intervention outranks one about a profession or a situation; among equals, the row with more
    dimensions does. What can never be the municipality's is not answered by a row that names the municipality.
    """
    never = bool(find_never_municipal(agreement, question))
    rows = [row for row in agreement.matrix if not (never and names_municipality(row))]
    return _most_specific(rows, question) or agreement.silence(question.intervention or question.setting)


class NoAgreement(Value):
    """The county has no agreement in force. Then nothing has been transferred, and this is what holds (SKR-3-8).

    So who answers for care at home differs between municipalities (INF-2-1).
    """

    answer: Answer | Conflict | NotRegulated


def resolve_without_agreement(rows: Sequence[MatrixRow], question: Question) -> NoAgreement:
    """What holds by the rows of the national background where no agreement is in force: the region keeps its duty."""
    found = _most_specific(rows, question)
    return NoAgreement(answer=found or NotRegulated(what=question.intervention or question.setting))


def _most_specific(among: Sequence[MatrixRow], question: Question) -> Answer | Conflict | None:
    rows = [row for row in among if _applies(row, question)]
    if not rows:
        return None
    top = max(map(_specificity, rows))
    best = [row for row in rows if _specificity(row) == top]
    names = tuple(row.id for row in best)
    clauses = tuple(dict.fromkeys(clause for row in best for clause in row.clauses))
    if len({(row.treatment, row.performer, row.employer, row.shared, row.key) for row in best}) > 1:
        return Conflict(rows=names, clauses=clauses)
    return Answer(
        treatment=best[0].treatment,
        performer=best[0].performer,
        employer=best[0].employer,
        shared=best[0].shared,
        key=best[0].key,
        named=tuple(row.named for row in best if row.named),
        as_a_rule=any(row.as_a_rule for row in best),
        clauses=clauses,
        derived=all(row.derived for row in best),
        rows=names,
        notes=tuple(row.note for row in best if row.note),
    )


def _applies(row: MatrixRow, question: Question) -> bool:
    return (
        (not row.levels or question.level in row.levels)
        and (not row.settings or question.setting in row.settings)
        and (row.min_age is None or (question.age is not None and question.age >= row.min_age))
        and (row.max_age is None or (question.age is not None and question.age <= row.max_age))
        and (not row.professions or question.profession in row.professions)
        and (not row.interventions or question.intervention in row.interventions)
        and (row.enrolled is None or question.enrolled is row.enrolled)
        and (row.single_intervention is None or question.single_intervention is row.single_intervention)
        and question.conditions.issuperset(row.conditions)
    )


def _specificity(row: MatrixRow) -> tuple[bool, int]:
    dimensions = (row.levels, row.settings, row.professions, row.interventions)
    bounds = (row.min_age, row.max_age, row.enrolled, row.single_intervention)
    stated = sum(map(bool, dimensions)) + sum(bound is not None for bound in bounds)
    return bool(row.interventions), stated + len(row.conditions)


def names_municipality(row: MatrixRow) -> bool:
    """Whether the row gives anything to the municipality."""
    return Holder.MUNICIPALITY in (row.treatment, row.performer, row.employer)


def find_never_municipal(agreement: Agreement, question: Question) -> tuple[str, ...]:
    """The clauses under which this can never be the municipality's; empty where nothing stands in the way."""
    return tuple(
        clause
        for never in agreement.never_municipal
        if question.profession in never.professions or question.intervention in never.interventions
        for clause in never.clauses
    )


def require_can_be_municipal(agreement: Agreement, question: Question) -> None:
    """Refuses to give the municipality what can never be its own (F17)."""
    clauses = find_never_municipal(agreement, question)
    if clauses:
        what = question.intervention or question.profession or "this"
        raise NeverMunicipal(
            f"{what} cannot be the municipality's",
            rule=clauses[0],
            remedy="let the region keep it",
            where=(what,),
        )
