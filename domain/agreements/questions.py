"""The same questions asked of two versions' responsibility matrices, and where the answers differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from domain.agreements.matrix import Answer, Conflict, Question, resolve
from domain.agreements.model import Agreement, NotRegulated
from domain.kernel import Value

AGES = (10, 17, 18, 82)
"""A child, the last year before coming of age, the first after, and the old."""

DIMENSIONS = ("level", "setting", "age", "profession", "intervention", "person", "conditions")
_PERSONS = {"not enrolled": (False, False), "enrolled": (True, False), "enrolled, single intervention": (True, True)}
_ANY = "any other"

_Asked = tuple[str, ...]
"""One question, or the names of one: a value for each of the dimensions."""
_Box = tuple[frozenset[str], ...]
"""All the questions that take one of some values in each dimension."""


class Group(Value):
    """Questions that the one version answers in one way and the other in another."""

    questions: int
    """How many."""
    about: tuple[str, ...]
    """What they are about, in lines that together name all of them and no other."""
    first: str
    second: str


class Compared(Value):
    """What came of asking."""

    asked: int
    groups: tuple[Group, ...]

    @property
    def differing(self) -> int:
        """How many questions were answered differently."""
        return sum(group.questions for group in self.groups)


def compare(first: Agreement, second: Agreement) -> Compared:
    """Asks both versions every question that the words of either can form, and gathers what differs."""
    space = _space(first, second)
    ours, theirs = _Asker(first), _Asker(second)
    differing: dict[tuple[str, str], list[_Asked]] = defaultdict(list)
    grounds: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
    asked = 0
    for values in product(*space.values()):
        asked += 1
        (one, one_clauses), (other, other_clauses) = ours.ask(values), theirs.ask(values)
        if one != other:
            differing[one, other].append(values)
            grounds[one, other][0].update(dict.fromkeys(one_clauses))
            grounds[one, other][1].update(dict.fromkeys(other_clauses))
    return Compared(
        asked=asked,
        groups=tuple(
            Group(
                questions=len(questions),
                about=tuple(_said(box, space) for box in _boxes(questions)),
                first=_on(key[0], grounds[key][0]),
                second=_on(key[1], grounds[key][1]),
            )
            for key, questions in differing.items()
        ),
    )


def _space(first: Agreement, second: Agreement) -> dict[str, tuple[str, ...]]:
    words = (first.vocabulary, second.vocabulary)
    together = [" + ".join(row.conditions) for agreement in (first, second) for row in agreement.matrix]
    alone = [word for each in words for word in each.conditions]
    return {
        "level": _union(each.levels for each in words),
        "setting": _union(each.settings for each in words),
        "age": tuple(map(str, AGES)),
        "profession": _union(each.professions for each in words),
        "intervention": (_ANY, *_union(each.interventions for each in words)),
        "person": tuple(_PERSONS),
        "conditions": tuple(dict.fromkeys(("", *alone, *together))),
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

    def ask(self, asked: _Asked) -> tuple[str, tuple[str, ...]]:
        level, setting, age, profession, intervention, person, conditions = asked
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
            self.answers[key] = _told(resolve(self.agreement, question))
        return self.answers[key]


def _told(answer: Answer | Conflict | NotRegulated) -> tuple[str, tuple[str, ...]]:
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


def _boxes(questions: Sequence[_Asked]) -> list[_Box]:
    """The questions as few boxes: those alike in all dimensions but one are laid together, one dimension at a time."""
    boxes: list[_Box] = [tuple(frozenset((value,)) for value in asked) for asked in questions]
    for dimension in reversed(range(len(DIMENSIONS))):
        alike: dict[_Box, set[str]] = defaultdict(set)
        for box in boxes:
            alike[*box[:dimension], *box[dimension + 1 :]] |= box[dimension]
        boxes = [(*rest[:dimension], frozenset(values), *rest[dimension:]) for rest, values in alike.items()]
    return boxes


def _said(box: _Box, space: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(_parts(box, space)) or "everything"


def _parts(box: _Box, space: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for (dimension, every), values in zip(space.items(), box, strict=True):
        left_out = [value or "none" for value in every if value not in values]
        if left_out and len(left_out) < len(values):
            yield f"{dimension} other than {', '.join(left_out)}"
        elif left_out:
            yield f"{dimension} {', '.join(value or 'none' for value in every if value in values)}"
