"""The same questions asked of two versions' responsibility matrices, and where the answers differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from domain.agreements.matrix import Answer, Conflict, Question, resolve
from domain.agreements.model import Agreement, NotRegulated
from domain.kernel import Value

AGES = (10, 17, 18, 82)
"""A child, the last year before coming of age, the first after, and the old."""

_PERSONS = {"not enrolled": (False, False), "enrolled": (True, False), "enrolled, single intervention": (True, True)}
_ANY = "any other"

_Combination = tuple[str, ...]
"""One question: a value for each dimension of the space."""
_Space = dict[str, tuple[str, ...]]
"""The values that questions of one kind take, by dimension."""
_Box = tuple[frozenset[str], ...]
"""All the questions that take one of some values in each dimension."""


class AnswerDifference(Value):
    """Questions that the one version answers in one way and the other in another."""

    questions: int
    """How many."""
    about: tuple[str, ...]
    """What they are about, in lines that together name all of them and no other."""
    first: str
    second: str


class MatrixComparison(Value):
    """What came of asking."""

    asked: int
    groups: tuple[AnswerDifference, ...]

    @property
    def differing(self) -> int:
        """How many questions were answered differently."""
        return sum(group.questions for group in self.groups)


@dataclass
class _Collection:
    """What is gathered of the questions that meet with one pair of answers."""

    questions: int = 0
    about: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The interventions that each line holds of."""
    first: dict[str, None] = field(default_factory=dict)
    second: dict[str, None] = field(default_factory=dict)


def compare_matrices(first: Agreement, second: Agreement) -> MatrixComparison:
    """Asks both versions every question that the words of either can form, and gathers what differs.

    A particular intervention is asked about whoever does it, and with each profession that a row on it names.
    """
    ours, theirs = _Asker(first), _Asker(second)
    gathered: dict[tuple[str, str], _Collection] = defaultdict(_Collection)
    asked = 0
    for intervention in ("", *_union(each.vocabulary.interventions for each in (first, second))):
        space = _space(first, second, intervention)
        differing: dict[tuple[str, str], list[_Combination]] = defaultdict(list)
        for values in product(*space.values()):
            asked += 1
            (one, one_clauses), (other, other_clauses) = (
                ours.ask(intervention, values),
                theirs.ask(intervention, values),
            )
            if one != other:
                differing[one, other].append(values)
                gathered[one, other].first.update(dict.fromkeys(one_clauses))
                gathered[one, other].second.update(dict.fromkeys(other_clauses))
        for answers, questions in differing.items():
            gathered[answers].questions += len(questions)
            for box in _boxes(questions):
                gathered[answers].about[_describe_box(box, space)].append(intervention)
    return MatrixComparison(
        asked=asked,
        groups=tuple(
            AnswerDifference(
                questions=each.questions,
                about=tuple(_line(interventions, line) for line, interventions in each.about.items()),
                first=_on(one, each.first),
                second=_on(other, each.second),
            )
            for (one, other), each in gathered.items()
        ),
    )


def _space(first: Agreement, second: Agreement, intervention: str) -> _Space:
    """The values to ask about: all of the words, but of the conditions only those that a row in question depends on."""
    words = (first.vocabulary, second.vocabulary)
    rows = [
        row for row in (*first.matrix, *second.matrix) if not row.interventions or intervention in row.interventions
    ]
    on_it = [row for row in rows if row.interventions]
    professions = (
        _union(row.professions for row in on_it) if intervention else _union(each.professions for each in words)
    )
    return {
        "level": _union(each.levels for each in words),
        "setting": _union(each.settings for each in words),
        "age": tuple(map(str, AGES)),
        "profession": (_ANY, *professions),
        "person": tuple(_PERSONS),
        "conditions": tuple(
            dict.fromkeys(
                ("", *(word for row in rows for word in row.conditions), *(" + ".join(row.conditions) for row in rows))
            )
        ),
    }


def _union(words: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for each in words for word in each))


class _Asker:
    """Asks one version, and once only of what its rows do not tell apart."""

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

    def ask(self, intervention: str, asked: _Combination) -> tuple[str, tuple[str, ...]]:
        level, setting, age, profession, person, conditions = asked
        words = tuple(word if word in self.known else _ANY for word in (level, setting, profession, intervention))
        held = frozenset(conditions.split(" + ")) & self.conditions
        key = (*words, age, person, held)
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
                conditions=held,
            )
            self.answers[key] = _describe_answer(resolve(self.agreement, question))
        return self.answers[key]


def _describe_answer(answer: Answer | Conflict | NotRegulated) -> tuple[str, tuple[str, ...]]:
    """The answer in words, and the clauses it stands on."""
    match answer:
        case NotRegulated():
            return "not regulated", ()
        case Conflict():
            return f"conflict between {' and '.join(answer.rows)}", answer.clauses
        case Answer():
            parts = {"principal": answer.treatment, "performer": answer.performer, "employer": answer.employer}
            said = [f"{name} {holder}" for name, holder in parts.items() if holder is not None]
            said += ["shared"] if answer.shared else []
            said += [f"by {answer.key}"] if answer.key is not None else []
            return ", ".join(said) or "names no party", answer.clauses


def _on(answer: str, clauses: Iterable[str]) -> str:
    cited = ", ".join(clauses)
    return f"{answer} ({cited})" if cited else answer


def _boxes(questions: Sequence[_Combination]) -> list[_Box]:
    """The questions as few boxes: those alike in all dimensions but one are laid together, one dimension at a time."""
    boxes: list[_Box] = [tuple(frozenset((value,)) for value in asked) for asked in questions]
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
