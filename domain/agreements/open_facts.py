"""Questions that leave facts open: the answer by what is taken for granted, and the facts that would change it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, product
from math import prod

from domain.agreements.matrix import Answer, Conflict, Question, conditions_of, resolve, resolve_without_agreement
from domain.agreements.model import Agreement, AgreementScope, Exclusion, MatrixRow, NotRegulated
from domain.intervention import CareLevel
from domain.kernel import Slug, Value

OLDEST = 150
"""The highest age of a question, in whole years."""


class SituationFact(StrEnum):
    """A fact about a situation that an answer can depend on."""

    INTERVENTION = "intervention"
    PROFESSION = "profession"
    LEVEL = "level"
    SETTING = "setting"
    AGE = "age"
    ENROLLED = "enrolled"
    SINGLE_INTERVENTION = "single_intervention"
    CIRCUMSTANCES = "circumstances"


class AgeSpan(Value):
    """Ages in whole years, both ends included. None if there is no lowest or no highest age."""

    lowest: int | None
    highest: int | None

    def has(self, age: int) -> bool:
        """Return True if the age is in the span."""
        return (self.lowest or 0) <= age <= (OLDEST if self.highest is None else self.highest)


class Inquiry(Value):
    """A question about a situation. A fact that is None is left open."""

    intervention: str | None = None
    profession: str | None = None
    level: str | None = None
    setting: str | None = None
    age: int | None = None
    enrolled: bool | None = None
    single_intervention: bool | None = None
    circumstances: frozenset[str] = frozenset()
    """The circumstances that are known to hold. Others are left open."""


OF_COVERED_AGES = frozenset({SituationFact.AGE, SituationFact.ENROLLED})
"""The facts of a row that say nothing about a person of an age that the agreement does not cover."""


FactValue = Slug | bool | AgeSpan
StatedFact = tuple[SituationFact, FactValue]
Supposition = frozenset[StatedFact]
"""Facts that are added to a question. Circumstances stand one by one."""
Reading = Answer | Conflict | NotRegulated


class Alternative(Value):
    """Facts that a question leaves open, and its answer if they are so.

    One of the values of each fact must hold; of the circumstances, all.
    """

    facts: dict[SituationFact, tuple[FactValue, ...]]
    answer: Reading


class Reply(Value):
    """The answer to an inquiry, the question that it answers, and the answers that open facts would lead to."""

    question: Question
    assumed: tuple[SituationFact, ...]
    """The open facts that the question takes for granted."""
    not_holding: tuple[Slug, ...]
    """The circumstances that rows about this care depend on and that nobody gave. They are taken not to hold."""
    answer: Reading
    alternatives: tuple[Alternative, ...]

    @property
    def depends_on(self) -> tuple[SituationFact, ...]:
        """The open facts that can change the answer."""
        return tuple(fact for fact in SituationFact if any(fact in each.facts for each in self.alternatives))


class Matrix(Value):
    """The rows that answer a question, with what else decides: exclusions, and the ages that are covered."""

    agreement: Agreement | None
    rows: tuple[MatrixRow, ...]
    settings: tuple[Slug, ...]
    """Forms of housing. A person is taken to live in the first of them."""
    levels: tuple[Slug, ...]

    @property
    def scope(self) -> AgreementScope | None:
        """The scope of the agreement."""
        return self.agreement.scope if self.agreement is not None else None

    @property
    def never_municipal(self) -> tuple[Exclusion, ...]:
        """The care that can never become the municipality's."""
        return self.agreement.never_municipal if self.agreement is not None else ()

    def ask(self, question: Question) -> Reading:
        """Ask the agreement, or the rows alone if there is none."""
        if self.agreement is not None:
            return resolve(self.agreement, question)
        return resolve_without_agreement(self.rows, question).answer


def matrix_of(agreement: Agreement) -> Matrix:
    """Return the matrix of an agreement. The first form of housing is the first one that the agreement covers."""
    settings = dict.fromkeys((*agreement.scope.settings, *agreement.vocabulary.settings))
    return Matrix(
        agreement=agreement, rows=agreement.matrix, settings=tuple(settings), levels=tuple(agreement.vocabulary.levels)
    )


def answer_inquiry(matrix: Matrix, inquiry: Inquiry, *, granted: Iterable[Slug] = ()) -> Reply:
    """Answer an inquiry, and find the answers that its open facts would lead to.

    A person is taken to be not enrolled and to live in the first form of housing, and care to be at the primary level
    and no single intervention, until something else is said. Circumstances do not hold until they are said; what is
    named self-care has not been assessed. `granted` are circumstances that hold by local agreements.
    """
    question = Question(
        level=inquiry.level,
        setting=inquiry.setting or matrix.settings[0],
        age=inquiry.age,
        profession=inquiry.profession,
        intervention=inquiry.intervention,
        enrolled=bool(inquiry.enrolled),
        single_intervention=bool(inquiry.single_intervention),
        conditions=inquiry.circumstances.union(granted),
    )
    assumed = (
        SituationFact.LEVEL,
        SituationFact.SETTING,
        SituationFact.ENROLLED,
        SituationFact.SINGLE_INTERVENTION,
    )
    not_holding = _list_not_holding(matrix, inquiry, question)
    answer = matrix.ask(question)
    alternatives = _find_alternatives(matrix, inquiry, question, answer)
    return Reply(
        question=question,
        assumed=(
            *(fact for fact in assumed if getattr(inquiry, fact) is None),
            *([SituationFact.CIRCUMSTANCES] if not_holding else []),
        ),
        not_holding=not_holding,
        answer=answer,
        alternatives=tuple(sorted(alternatives, key=lambda alternative: len(alternative.facts))),
    )


def _list_not_holding(matrix: Matrix, inquiry: Inquiry, question: Question) -> tuple[Slug, ...]:
    """List the circumstances that the care itself and the rows about it depend on, but for those that hold."""
    spans = list_spans(matrix)
    rows = (
        row
        for row in matrix.rows
        for values in _list_situations(row, matrix.scope, spans)
        if _can_be_about(values, inquiry, question)
    )
    depended = conditions_of(question.intervention).union(*(row.conditions for row in rows))
    return tuple(sorted(depended - question.conditions))


def _can_be_about(facts: Sequence[Sequence[StatedFact]], inquiry: Inquiry, question: Question) -> bool:
    """Return True if the values of a row's facts are about the care, and what was said is true of some of them."""
    for values in facts:
        said = {_is_so(inquiry, question, *value) for value in values}
        is_care = values[0][0] in (SituationFact.INTERVENTION, SituationFact.PROFESSION)
        if True not in said and (is_care or None not in said):
            return False
    return True


def _find_alternatives(matrix: Matrix, inquiry: Inquiry, question: Question, answer: Reading) -> Iterator[Alternative]:
    """Yield the other answers, each with the fewest facts that lead to it."""
    spans = list_spans(matrix)
    found: dict[object, dict[Supposition, Reading]] = defaultdict(dict)
    for supposition in _list_suppositions(matrix, inquiry, question, spans):
        other = matrix.ask(_suppose(question, supposition))
        if _holders(other) != _holders(answer):
            found[_holders(other), _rows(other)][supposition] = other
    for others in found.values():
        fewest = [facts for facts in others if not any(fewer < facts for fewer in others)]
        for facts in _join(fewest):
            yield Alternative(facts=facts, answer=others[fewest[0]])


def _holders(answer: Reading) -> object:
    """Return the parties that an answer names, to compare answers by. Silence names nobody."""
    match answer:
        case Answer():
            employer = answer.employment.employer
            return (answer.treatment, answer.performer, employer, answer.medical, answer.shared, answer.key)
        case Conflict():
            return answer.rows
        case NotRegulated():
            return (None, None, None, None, False, None)


def _rows(answer: Reading) -> tuple[str, ...]:
    """Return the ids of the rows that answer, or of the notes about the silence."""
    return answer.silences if isinstance(answer, NotRegulated) else answer.rows


def list_spans(matrix: Matrix) -> tuple[AgeSpan, ...]:
    """List the spans of ages that no row tells apart."""
    bounds = [(row.min_age, row.max_age) for row in matrix.rows]
    if matrix.scope is not None:
        bounds.append((matrix.scope.min_age, matrix.scope.max_age))
    firsts = {lowest for lowest, _ in bounds if lowest}
    firsts |= {highest + 1 for _, highest in bounds if highest is not None and highest < OLDEST}
    starts = sorted(firsts)
    return tuple(
        AgeSpan(lowest=lowest, highest=following - 1 if following is not None else None)
        for lowest, following in zip([None, *starts], [*starts, None], strict=True)
    )


def _list_suppositions(
    matrix: Matrix, inquiry: Inquiry, question: Question, spans: Sequence[AgeSpan]
) -> Iterator[Supposition]:
    """Yield the facts that make each row answer, and each fact alone that can take the answer from its rows."""
    if inquiry.level is None:
        yield from (frozenset({(SituationFact.LEVEL, level)}) for level in matrix.levels)
    primary = (SituationFact.LEVEL, CareLevel.PRIMARY)  # which some rows that always hold must be told
    enrolled = (SituationFact.ENROLLED, True)
    alone: list[tuple[StatedFact, ...]] = [
        *(((SituationFact.SETTING, setting),) for setting in matrix.settings),
        *(((SituationFact.AGE, span),) for span in spans),
        (enrolled,),
        (enrolled, (SituationFact.SINGLE_INTERVENTION, True)),
        *(((SituationFact.PROFESSION, word),) for each in matrix.never_municipal for word in each.professions),
        *(((SituationFact.INTERVENTION, word),) for each in matrix.never_municipal for word in each.interventions),
    ]
    if inquiry.intervention is not None:
        alone.append(((SituationFact.INTERVENTION, inquiry.intervention),))
    of_rows = (
        facts
        for row in matrix.rows
        for values in _list_situations(row, matrix.scope, spans)
        for facts in product(*values)
    )
    for stated in chain(alone, of_rows):
        supposition = _add(inquiry, question, stated)
        if supposition:
            yield supposition
        if supposition and inquiry.level is None and primary in stated:
            yield supposition | {primary}


def _add(inquiry: Inquiry, question: Question, stated: Iterable[StatedFact]) -> Supposition | None:
    """Return the facts that the question does not have. None if it says otherwise."""
    stated = tuple(stated)
    named = [str(value) for fact, value in stated if fact is SituationFact.INTERVENTION]
    implied = [(SituationFact.CIRCUMSTANCES, word) for each in named for word in conditions_of(each)]
    known = {(fact, value): _is_so(inquiry, question, fact, value) for fact, value in (*stated, *implied)}
    return None if False in known.values() else frozenset(each for each, said in known.items() if said is None)


def _is_so(inquiry: Inquiry, question: Question, fact: SituationFact, value: FactValue) -> bool | None:
    """Return True if the question has the fact, and False if it has another value. None if it is open."""
    if fact is SituationFact.CIRCUMSTANCES:
        return True if value in question.conditions else None
    said = getattr(inquiry, fact)
    if isinstance(value, AgeSpan):
        return None if said is None else value.has(said)
    if said is not None:
        return bool(said == value)
    is_assumed = value == (CareLevel.PRIMARY if fact is SituationFact.LEVEL else getattr(question, fact))
    return True if is_assumed else None


def _list_values(row: MatrixRow, spans: Sequence[AgeSpan]) -> Iterator[list[StatedFact]]:
    """Yield the values of each fact that the row states."""
    words: list[tuple[SituationFact, Sequence[FactValue]]] = [
        *((SituationFact.CIRCUMSTANCES, [word]) for word in row.conditions),
        (SituationFact.INTERVENTION, row.interventions),
        (SituationFact.PROFESSION, row.professions),
        (SituationFact.LEVEL, row.levels),
        (SituationFact.SETTING, row.settings),
        (SituationFact.ENROLLED, [] if row.enrolled is None else [row.enrolled]),
        (SituationFact.SINGLE_INTERVENTION, [] if row.single_intervention is None else [row.single_intervention]),
    ]
    if row.min_age is not None or row.max_age is not None:
        words.append((SituationFact.AGE, [span for span in spans if _is_within(span, row)]))
    yield from ([(fact, value) for value in values] for fact, values in words if values)


def _list_situations(
    row: MatrixRow, scope: AgreementScope | None, spans: Sequence[AgeSpan]
) -> Iterator[list[list[StatedFact]]]:
    """Yield the values of each fact with which the row answers, or keeps its care with the region.

    The second holds at ages that the scope does not cover, and whether the person is enrolled says nothing there.
    """
    of_row = list(_list_values(row, spans))
    yield of_row
    ages = [span for span in spans if scope is not None and not scope.covers_age(span.lowest or 0)]
    if ages:
        others = (values for values in of_row if values[0][0] not in OF_COVERED_AGES)
        yield [[(SituationFact.AGE, span) for span in ages], *others]


def _is_within(span: AgeSpan, row: MatrixRow) -> bool:
    is_old_enough = row.min_age is None or (span.lowest or 0) >= row.min_age
    return is_old_enough and (row.max_age is None or (span.highest is not None and span.highest <= row.max_age))


def _suppose(question: Question, supposition: Supposition) -> Question:
    """Return the question with more facts."""
    words: dict[str, object] = {}
    circumstances: set[str] = set()
    for fact, value in supposition:
        if fact is SituationFact.CIRCUMSTANCES:
            circumstances.add(str(value))
        else:
            words[fact.value] = (value.lowest or 0) if isinstance(value, AgeSpan) else value
    return question.model_copy(update=words | {"conditions": question.conditions | circumstances})


def _join(suppositions: Sequence[Supposition]) -> Iterator[dict[SituationFact, tuple[FactValue, ...]]]:
    """Join suppositions that together have every combination of some values. The others stand alone."""
    groups: dict[object, list[dict[SituationFact, tuple[FactValue, ...]]]] = defaultdict(list)
    for supposition in suppositions:
        facts = _order(supposition)
        groups[frozenset(facts), facts.get(SituationFact.CIRCUMSTANCES)].append(facts)
    for members in groups.values():
        joined = {fact: tuple({value: None for facts in members for value in facts[fact]}) for fact in members[0]}
        single = [values for fact, values in joined.items() if fact is not SituationFact.CIRCUMSTANCES]
        if prod(map(len, single)) == len(members):
            yield {fact: _merge(values) for fact, values in joined.items()}
        else:
            yield from members


def _order(supposition: Supposition) -> dict[SituationFact, tuple[FactValue, ...]]:
    """Return the values of each fact, in a fixed order."""
    values = {fact: sorted((value for of, value in supposition if of is fact), key=str) for fact in SituationFact}
    return {fact: tuple(found) for fact, found in values.items() if found}


def _merge(values: tuple[FactValue, ...]) -> tuple[FactValue, ...]:
    """Merge spans of ages that follow on each other. Other values stay as they are."""
    spans = sorted((value for value in values if isinstance(value, AgeSpan)), key=lambda span: span.lowest or 0)
    if not spans:
        return values
    merged = [spans[0]]
    for span in spans[1:]:
        if merged[-1].highest is not None and span.lowest == merged[-1].highest + 1:
            merged[-1] = AgeSpan(lowest=merged[-1].lowest, highest=span.highest)
        else:
            merged.append(span)
    return tuple(merged)
