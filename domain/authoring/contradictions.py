"""The check that no two rows of a text's matrix answer the same question in different ways."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from domain.agreements.matrix import Conflict, Question, conditions_of, resolve
from domain.agreements.model import Agreement, MatrixRow
from domain.agreements.open_facts import list_spans, matrix_of
from domain.authoring.faults import EntryFault

_Values = Sequence[str | None]


def find_contradictions(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the rows that contradict an earlier one where no row goes before, unless a silence is about both.

    `whole` is the text with the national background.
    """
    for (_, first), (place, second) in combinations(enumerate(agreement.matrix), 2):
        is_noted = any({first.id, second.id} <= set(note.about) for note in agreement.silences)
        found = None if is_noted else _find_contradicted(whole, first, second)
        if found is not None:
            yield EntryFault(
                path=("matrix", place),
                what=f"contradicts the row {first.id} about {describe_question(found, ENGLISH)}",
                remedy="narrow one of them, write overrides = true in the one that goes before, or, if the document "
                "leaves it open, add a [[silences]] whose about has the ids of both",
                swedish=f"Raden {second.id} säger emot raden {first.id} om {describe_question(found, SWEDISH)}. Gör en "
                "av dem smalare, skriv overrides = true i den som går före, eller lägg till en [[silences]] vars about "
                "har bådas id, om dokumentet lämnar det öppet.",
            )


def _find_contradicted(whole: Agreement, first: MatrixRow, second: MatrixRow) -> Question | None:
    """Find a question to which the two rows give different answers and no other row goes before.

    A fact that neither row states is left out of the question, since every row that then answers also does so with it.
    """
    for question in list_common_questions(whole, first, second):
        answer = resolve(whole, question)
        if isinstance(answer, Conflict) and {first.id, second.id} <= set(answer.rows):
            return question
    return None


def list_common_questions(whole: Agreement, first: MatrixRow, second: MatrixRow) -> Iterator[Question]:
    """Yield the questions that both rows are about."""
    words = whole.vocabulary
    for level, setting, profession, intervention, age, is_enrolled, is_single in product(
        _share(first.levels, second.levels, tuple(words.levels)),
        _share(first.settings, second.settings, tuple(words.settings)),
        _share(first.professions, second.professions, (None,)),
        _share(first.interventions, second.interventions, (None,)),
        _list_ages(whole, first, second),
        _agree(first.enrolled, second.enrolled),
        _agree(first.single_intervention, second.single_intervention),
    ):
        yield Question(
            level=level,
            setting=setting or "",
            profession=profession,
            intervention=intervention,
            age=age,
            enrolled=is_enrolled,
            single_intervention=is_single,
            conditions=conditions_of(intervention).union(first.conditions, second.conditions),
        )


def _share(first: _Values, second: _Values, every: _Values) -> _Values:
    """Return the words that both rows are about. A row without words is about all."""
    return [word for word in (first or second or every) if not second or word in second]


def _agree(first: bool | None, second: bool | None) -> Sequence[bool]:
    return [each for each in (False, True) if first in (None, each) and second in (None, each)]


def _list_ages(whole: Agreement, first: MatrixRow, second: MatrixRow) -> Sequence[int | None]:
    """List an age of each span that no row tells apart, of those that both rows are about. None: any age."""
    lowest = max((row.min_age for row in (first, second) if row.min_age is not None), default=None)
    highest = min((row.max_age for row in (first, second) if row.max_age is not None), default=None)
    if lowest is None and highest is None:
        return [None]
    ages = [span.lowest or 0 for span in list_spans(matrix_of(whole))]
    return [age for age in ages if (lowest or 0) <= age and (highest is None or age <= highest)]


ENGLISH = (" and ", "intervention", "profession", "level", "setting", "age", "circumstances")
SWEDISH = (" och ", "insats", "yrke", "vårdnivå", "boendeform", "ålder", "omständigheter")
"""The words that describe a question: and, and then the names of its facts."""


def describe_question(question: Question, words: Sequence[str]) -> str:
    """Describe a question in a language, as the end of a sentence. It has at least a level."""
    both, *names = words
    values = (
        question.intervention,
        question.profession,
        question.level,
        question.setting,
        question.age,
        both.join(sorted(question.conditions)),
    )
    stated = (f"{name} {value}" for name, value in zip(names, values, strict=True) if value not in (None, ""))
    return ", ".join(stated)
