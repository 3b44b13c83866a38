"""The comparison of two responsibility matrices. Both are asked the same questions, and different answers are kept."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from domain.agreements.matrix import Answer, Conflict, Question, resolve
from domain.agreements.model import Agreement, NotRegulated
from domain.kernel import Value

AGES = (10, 17, 18, 82)
"""The ages of the questions: a child, the last year as a child, the first as an adult, and an old person."""

_PERSONS = {"not enrolled": (False, False), "enrolled": (True, False), "enrolled, single intervention": (True, True)}
_ANY = "any other"

_Combination = tuple[str, ...]
"""One question: a value for each dimension of the space."""
_Space = dict[str, tuple[str, ...]]
"""The values of each dimension, for questions about one intervention."""
_Box = tuple[frozenset[str], ...]
"""All questions that have one of certain values in each dimension."""


class AnswerDifference(Value):
    """Questions that the first version answers in one way and the second in another."""

    questions: int
    """The number of questions."""
    about: tuple[str, ...]
    """Lines that describe the questions: all of them and no other."""
    first: str
    """The answer of the first version, with its clauses."""
    second: str
    """The answer of the second version, with its clauses."""


class MatrixComparison(Value):
    """The result of the comparison."""

    questions: int
    """The number of questions that both versions were asked."""
    differences: tuple[AnswerDifference, ...]

    @property
    def differing_questions(self) -> int:
        """The number of questions with different answers."""
        return sum(difference.questions for difference in self.differences)


@dataclass
class _Collection:
    """The questions with one pair of answers, while they are collected."""

    questions: int = 0
    about: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Lines about the situation, each with the interventions that it holds for."""
    first: dict[str, None] = field(default_factory=dict)
    """The clauses of the first version."""
    second: dict[str, None] = field(default_factory=dict)
    """The clauses of the second version."""


def compare_matrices(first: Agreement, second: Agreement) -> MatrixComparison:
    """Ask both versions every question that the words of either can form, and collect the different answers.

    Each intervention is asked about for any profession, and for each profession that a row about it names.
    """
    ask_first, ask_second = _Asker(first).ask, _Asker(second).ask
    collections: dict[tuple[str, str], _Collection] = defaultdict(_Collection)
    count = 0
    for intervention in ("", *_union(version.vocabulary.interventions for version in (first, second))):
        space = _space(first, second, intervention)
        differing: dict[tuple[str, str], list[_Combination]] = defaultdict(list)
        for values in product(*space.values()):
            count += 1
            first_answer, first_clauses = ask_first(intervention, values)
            second_answer, second_clauses = ask_second(intervention, values)
            if first_answer != second_answer:
                differing[first_answer, second_answer].append(values)
                collection = collections[first_answer, second_answer]
                collection.first.update(dict.fromkeys(first_clauses))
                collection.second.update(dict.fromkeys(second_clauses))
        for answers, questions in differing.items():
            collections[answers].questions += len(questions)
            for box in _boxes(questions):
                collections[answers].about[_describe_box(box, space)].append(intervention)
    return MatrixComparison(
        questions=count,
        differences=tuple(_difference(answers, collection) for answers, collection in collections.items()),
    )


def _difference(answers: tuple[str, str], collection: _Collection) -> AnswerDifference:
    return AnswerDifference(
        questions=collection.questions,
        about=tuple(_line(interventions, line) for line, interventions in collection.about.items()),
        first=_with_clauses(answers[0], collection.first),
        second=_with_clauses(answers[1], collection.second),
    )


def _space(first: Agreement, second: Agreement, intervention: str) -> _Space:
    """Return the values to ask about: all words, but only the conditions that a row about the intervention has."""
    words = (first.vocabulary, second.vocabulary)
    rows = [
        row for row in (*first.matrix, *second.matrix) if not row.interventions or intervention in row.interventions
    ]
    own_rows = [row for row in rows if row.interventions]
    professions = (
        _union(row.professions for row in own_rows)
        if intervention
        else _union(vocabulary.professions for vocabulary in words)
    )
    return {
        "level": _union(vocabulary.levels for vocabulary in words),
        "setting": _union(vocabulary.settings for vocabulary in words),
        "age": tuple(map(str, AGES)),
        "profession": (_ANY, *professions),
        "person": tuple(_PERSONS),
        "conditions": tuple(
            dict.fromkeys(
                ("", *(word for row in rows for word in row.conditions), *(" + ".join(row.conditions) for row in rows))
            )
        ),
    }


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in group))


class _Asker:
    """A version with its answers so far. Questions that its rows cannot tell apart are asked once."""

    def __init__(self, agreement: Agreement) -> None:
        rows = (*agreement.matrix, *agreement.never_municipal)
        self.agreement = agreement
        self.known = frozenset(
            word
            for row in rows
            for dimension in ("levels", "settings", "professions", "interventions")
            for word in getattr(row, dimension, ())
        )
        self.conditions = frozenset(word for row in agreement.matrix for word in row.conditions)
        self.answers: dict[tuple[object, ...], tuple[str, tuple[str, ...]]] = {}

    def ask(self, intervention: str, combination: _Combination) -> tuple[str, tuple[str, ...]]:
        """Return the answer in words, and the clauses that it rests on."""
        level, setting, age, profession, person, conditions = combination
        words = tuple(word if word in self.known else _ANY for word in (level, setting, profession, intervention))
        own_conditions = frozenset(conditions.split(" + ")) & self.conditions
        key = (*words, age, person, own_conditions)
        if key not in self.answers:
            enrolled, single = _PERSONS[person]
            question = Question(
                level=words[0],
                setting=words[1],
                age=int(age),
                profession=words[2],
                intervention=words[3],
                enrolled=enrolled,
                single_intervention=single,
                conditions=own_conditions,
            )
            self.answers[key] = _describe_answer(resolve(self.agreement, question))
        return self.answers[key]


def _describe_answer(answer: Answer | Conflict | NotRegulated) -> tuple[str, tuple[str, ...]]:
    """Return the answer in words, and the clauses that it rests on."""
    match answer:
        case NotRegulated():
            return "not regulated", ()
        case Conflict():
            return f"conflict between {' and '.join(answer.rows)}", answer.clauses
        case Answer():
            holders = {
                "principal": answer.treatment,
                "performer": answer.performer,
                "employer": answer.employer,
                "medical responsibility": answer.medical,
            }
            words = [f"{name} {holder}" for name, holder in holders.items() if holder is not None]
            words += ["shared"] if answer.shared else []
            words += [f"by {answer.key}"] if answer.key is not None else []
            return ", ".join(words) or "names no party", answer.clauses


def _with_clauses(answer: str, clauses: Iterable[str]) -> str:
    cited = ", ".join(clauses)
    return f"{answer} ({cited})" if cited else answer


def _boxes(questions: Sequence[_Combination]) -> list[_Box]:
    """Join the questions into few boxes. Boxes that differ in one dimension only are joined, dimension by dimension."""
    boxes: list[_Box] = [tuple(frozenset((value,)) for value in question) for question in questions]
    for dimension in reversed(range(len(questions[0]))):
        alike: dict[_Box, set[str]] = defaultdict(set)
        for box in boxes:
            alike[*box[:dimension], *box[dimension + 1 :]] |= box[dimension]
        boxes = [(*rest[:dimension], frozenset(values), *rest[dimension:]) for rest, values in alike.items()]
    return boxes


def _line(interventions: Sequence[str], line: str) -> str:
    named = ", ".join(intervention for intervention in interventions if intervention)
    return "; ".join(part for part in (named and f"intervention {named}", line) if part) or "everything"


def _describe_box(box: _Box, space: _Space) -> str:
    return "; ".join(_parts(box, space))


def _parts(box: _Box, space: _Space) -> Iterator[str]:
    for (dimension, every), values in zip(space.items(), box, strict=True):
        left_out = [value or "none" for value in every if value not in values]
        if left_out and len(left_out) < len(values):
            yield f"{dimension} other than {', '.join(left_out)}"
        elif left_out:
            yield f"{dimension} {', '.join(value or 'none' for value in every if value in values)}"
