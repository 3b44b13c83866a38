"""The comparison of two responsibility matrices. Both are asked the same questions, and different answers are kept.

The differences are told in Swedish or in English. The levels, professions and other words are the keys of the texts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from domain.agreements.matrix import Answer, Conflict, Question, conditions_of, resolve
from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.names import Holder, Key
from domain.authoring.entry_comparison import SILENT
from domain.authoring.faults import PARTIES, Language, Message
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


def compare_matrices(first: Agreement, second: Agreement, *, language: Language) -> MatrixComparison:
    """Ask both versions every question that the words of either can form, and collect the different answers.

    Each intervention is asked about for any profession, and for each profession that a row about it names.
    """
    ask_first, ask_second = _Asker(first, language).ask, _Asker(second, language).ask
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
                collections[answers].about[_describe_box(box, space, language)].append(intervention)
    return MatrixComparison(
        questions=count,
        differences=tuple(_difference(answers, collection, language) for answers, collection in collections.items()),
    )


def _difference(answers: tuple[str, str], collection: _Collection, language: Language) -> AnswerDifference:
    return AnswerDifference(
        questions=collection.questions,
        about=tuple(_line(interventions, line, language) for line, interventions in collection.about.items()),
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

    def __init__(self, agreement: Agreement, language: Language) -> None:
        self.language = language
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
                conditions=own_conditions | conditions_of(words[3]),
            )
            self.answers[key] = _describe_answer(resolve(self.agreement, question), self.language)
        return self.answers[key]


_HELD = {
    "treatment": Message("principal", "huvudman"),
    "performer": Message("performer", "utförare"),
    "employer": Message("employer", "arbetsgivare"),
    "medical": Message("medical responsibility", "medicinskt ansvar"),
}
"""The words for the parts of an answer, by their fields."""
_HOLDERS = {
    **{Holder(party.value): Message(party.value, swedish) for party, swedish in PARTIES.items()},
    Holder.GUARDIAN: Message("guardian", "vårdnadshavaren"),
}
_KEYS = {
    Key.RESIDENCE: Message("residence", "bosättning"),
    Key.STAY: Message("stay", "vistelse"),
    Key.LISTING: Message("listing", "listning"),
}
_CONFLICT, _AND = Message("conflict between", "motsägelse mellan"), Message("and", "och")
_SHARED, _BY = Message("shared", "delat"), Message("by", "efter")
_NO_PARTY = Message("names no party", "pekar inte ut någon part")


def _describe_answer(answer: Answer | Conflict | NotRegulated, language: Language) -> tuple[str, tuple[str, ...]]:
    """Return the answer in words, and the clauses that it rests on."""
    match answer:
        case NotRegulated():
            return SILENT.say(language), ()
        case Conflict():
            rows = f" {_AND.say(language)} ".join(answer.rows)
            return f"{_CONFLICT.say(language)} {rows}", answer.clauses
        case Answer():
            holders = {words: getattr(answer, name) for name, words in _HELD.items()}
            words = [
                f"{name.say(language)} {_HOLDERS[holder].say(language)}"
                for name, holder in holders.items()
                if holder is not None
            ]
            words += [_SHARED.say(language)] if answer.shared else []
            words += [f"{_BY.say(language)} {_KEYS[answer.key].say(language)}"] if answer.key is not None else []
            return ", ".join(words) or _NO_PARTY.say(language), answer.clauses


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


_DIMENSIONS = {
    "level": Message("level", "vårdnivå"),
    "setting": Message("setting", "boendeform"),
    "age": Message("age", "ålder"),
    "profession": Message("profession", "yrke"),
    "person": Message("person", "den enskilde"),
    "conditions": Message("conditions", "omständigheter"),
}
_VALUES = {
    "": Message("none", "inga"),
    _ANY: Message(_ANY, "något annat"),
    "not enrolled": Message("not enrolled", "inte inskriven"),
    "enrolled": Message("enrolled", "inskriven"),
    "enrolled, single intervention": Message("enrolled, single intervention", "inskriven, punktinsats"),
}
"""The values of a question that are no words of a text."""
_INTERVENTION, _EVERYTHING = Message("intervention", "insats"), Message("everything", "allt")
_OTHER_THAN = Message(" other than", ": annat än")


def _line(interventions: Sequence[str], line: str, language: Language) -> str:
    named = ", ".join(intervention for intervention in interventions if intervention)
    about = f"{_INTERVENTION.say(language)} {named}" if named else ""
    return "; ".join(part for part in (about, line) if part) or _EVERYTHING.say(language)


def _describe_box(box: _Box, space: _Space, language: Language) -> str:
    return "; ".join(_parts(box, space, language))


def _parts(box: _Box, space: _Space, language: Language) -> Iterator[str]:
    for (dimension, every), values in zip(space.items(), box, strict=True):
        name, left_out = _DIMENSIONS[dimension].say(language), [value for value in every if value not in values]
        if left_out and len(left_out) < len(values):
            yield f"{name}{_OTHER_THAN.say(language)} {_list_values(left_out, language)}"
        elif left_out:
            yield f"{name} {_list_values([value for value in every if value in values], language)}"


def _list_values(values: Sequence[str], language: Language) -> str:
    return ", ".join(_VALUES[value].say(language) if value in _VALUES else value for value in values)
