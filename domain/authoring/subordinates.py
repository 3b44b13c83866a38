"""The check of a subordinate agreement: alone, beside its main agreement, and as the whole that they are together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import Agreement, MatrixRow
from domain.agreements.subordinate import (
    LISTED,
    NAMED,
    OF_THE_MAIN,
    OWN_ACTS,
    WHOLE,
    WORDS,
    Subordinate,
    compose,
    letters_of,
    list_rules,
)
from domain.authoring.background import Background, complete
from domain.authoring.consistency import find_faults, find_faults_of_itself, find_unknown_rules
from domain.authoring.contradictions import ENGLISH, SWEDISH, describe_question, list_common_questions
from domain.authoring.deadlocks import find_acts_of_nobody
from domain.authoring.doubts import find_doubts
from domain.authoring.faults import EntryFault
from domain.authoring.offices import find_unknown_offices
from domain.authoring.toml_lines import Path
from domain.versions.prolongation import find_fixed_end


def find_faults_of(
    agreement: Agreement, data: Mapping[str, Any], others: Iterable[Agreement], backgrounds: Sequence[Background]
) -> Iterator[EntryFault]:
    """Yield the faults of a text. A subordinate agreement is checked with those of the other texts that it is with."""
    if not isinstance(agreement, Subordinate):
        yield from find_faults(agreement, data, backgrounds)
        return
    beside = tuple(others)
    mains = [each for each in beside if not isinstance(each, Subordinate) and agreement.stands_under(each)]
    yield from _check_alone(agreement, data)
    if any(each.id == agreement.id for each in beside if not isinstance(each, Subordinate)):
        yield EntryFault(
            path=("id",),
            what=f"is {agreement.id}, the id of an agreement that stands under no other",
            remedy="give the subordinate agreement an id of its own",
            swedish="Underavtalet har ett eget id, som inget huvudavtal har.",
        )
    yield from _check_main(agreement, mains)
    found: dict[EntryFault, None] = {}
    for main, parts in _list_surroundings(agreement, beside):
        found.update(dict.fromkeys(_check_whole(agreement, data, main, parts, backgrounds)))
    yield from found


def find_doubts_of(agreement: Agreement, others: Iterable[Agreement]) -> Iterator[EntryFault]:
    """Yield the doubts about a text. A subordinate agreement is doubted for what it adds to the texts that it is with.

    What holds in every county is left out.
    """
    if not isinstance(agreement, Subordinate):
        yield from find_doubts(agreement)
        return
    found: dict[EntryFault, None] = {}
    for main, parts in _list_surroundings(agreement, tuple(others)):
        before, whole = compose(main, parts), compose(main, (*parts, agreement))
        known = {(doubt.path, doubt.what) for doubt in find_doubts(before)}
        doubts = (doubt for doubt in find_doubts(whole) if (doubt.path, doubt.what) not in known)
        found.update((_place(doubt, agreement, whole), None) for doubt in doubts)
    yield from found


def _list_surroundings(
    part: Subordinate, beside: Sequence[Agreement]
) -> Iterator[tuple[Agreement, Sequence[Subordinate]]]:
    """Yield each main agreement that a part can be in force under, with the other parts that can be in force then."""
    for main in beside:
        if not isinstance(main, Subordinate) and part.stands_under(main) and _is_at_the_same_time(part, main):
            yield (
                main,
                [
                    each
                    for each in beside
                    if isinstance(each, Subordinate)
                    and each.id != part.id
                    and each.stands_under(main)
                    and _is_at_the_same_time(part, each)
                ],
            )


def _check_alone(part: Subordinate, data: Mapping[str, Any]) -> Iterator[EntryFault]:
    yield from find_faults_of_itself(part)
    if not part.clauses:
        yield EntryFault(
            path=("clauses",),
            what="has no rule, so that no answer could say that it stands in this text",
            remedy="write the rules of the subordinate agreement's own document",
            swedish="Skriv underavtalets egna regler i [clauses].",
        )
    for table in OF_THE_MAIN:
        if table in data:
            yield EntryFault(
                path=(table,),
                what="stands in a subordinate agreement, and only the main agreement has it",
                remedy="remove it",
                swedish=f"Ett underavtal har inte {table}. Huvudavtalets gäller. Ta bort den.",
            )


def _check_main(part: Subordinate, mains: Sequence[Agreement]) -> Iterator[EntryFault]:
    """Yield the faults of a main agreement that is not there, and of dates outside those of the main agreement."""
    path, names = ("under", "agreement"), " ".join((part.under.agreement, *part.under.versions))
    if not mains:
        yield EntryFault(
            path=path,
            what=f"is {names}, and {part.county} has no such agreement here",
            remedy="correct the id or the versions, or give the sound text of the main agreement beside this one",
            swedish=f"Huvudavtalet {names} finns inte här. Rätta [under], eller ange huvudavtalets felfria fil med "
            "--beside.",
        )
        return
    first, ends = min(main.valid_from for main in mains), [find_fixed_end(main) for main in mains]
    if part.valid_from < first:
        yield EntryFault(
            path=("valid_from",),
            what=f"is {part.valid_from}, before the main agreement begins on {first}",
            remedy=f"write {first} or later, or leave it to a version under an earlier main agreement",
            swedish=f"Huvudavtalet börjar gälla {first}. Ett underavtal gäller bara medan huvudavtalet gäller.",
        )
    known = [end for end in ends if end is not None]
    if part.valid_to is not None and len(known) == len(ends) and part.valid_to > max(known):
        yield EntryFault(
            path=("valid_to",),
            what=f"is {part.valid_to}, after the main agreement ends on {max(known)}",
            remedy="leave valid_to out: the subordinate agreement ends with the main one",
            swedish=f"Huvudavtalet slutar gälla {max(known)}. Ta bort valid_to: underavtalet slutar med huvudavtalet.",
        )


def _is_at_the_same_time(one: Agreement, other: Agreement) -> bool:
    """Return True if there is a day on which both texts can be in force."""
    ends = [end for end in (find_fixed_end(one), find_fixed_end(other)) if end is not None]
    return max(one.valid_from, other.valid_from) <= min(ends, default=max(one.valid_from, other.valid_from))


def _check_whole(
    part: Subordinate,
    data: Mapping[str, Any],
    main: Agreement,
    parts: Sequence[Subordinate],
    backgrounds: Sequence[Background],
) -> Iterator[EntryFault]:
    """Yield the faults of a part in the whole, which `main` and the other `parts` are without it."""
    yield from _check_letters(part, (main, *parts), backgrounds)
    yield from _check_replaced(part, main, backgrounds)
    yield from _check_other_parts(part, parts)
    yield from _check_words(part, main)
    before, whole = compose(main, parts), compose(main, (*parts, part))
    national = [rule for background in backgrounds for rule in background.clauses]
    yield from find_unknown_rules(data, [*whole.clauses, *national])
    yield from _check_own_acts(part, whole)
    known = {(fault.path, fault.what) for fault in find_faults(before, {}, backgrounds)}
    for fault in find_faults(whole, {}, backgrounds):
        if (fault.path, fault.what) not in known:
            yield _place(fault, part, whole)
    yield from _check_answers(part, (main, *parts), complete(before, backgrounds), complete(whole, backgrounds))


def _check_own_acts(part: Subordinate, whole: Agreement) -> Iterator[EntryFault]:
    """Yield the acts on the part's own record that it gives to nobody, or to an office that no text names."""
    own = {act: rule for act, rule in part.acts.items() if act in OWN_ACTS}
    words = {"acts": own, "plans": {}, "statements": {}, "content": {}, "vocabulary": whole.vocabulary}
    itself = part.model_copy(update={**words, "tracks": whole.tracks})
    yield from find_unknown_offices(itself)
    yield from find_acts_of_nobody(itself)


def _check_letters(
    part: Subordinate, others: Iterable[Agreement], backgrounds: Iterable[Background]
) -> Iterator[EntryFault]:
    """Yield the rules whose letters another text has, so that they would not tell which text a rule stands in."""
    taken = {letters_of(rule): "the national background" for text in backgrounds for rule in text.clauses}
    taken |= {letters_of(rule): str(text.ref) for text in others for rule in text.clauses}
    for rule in part.clauses:
        if letters_of(rule) in taken:
            yield EntryFault(
                path=("clauses", rule),
                what=f"begins with {letters_of(rule)}, as the rules of {taken[letters_of(rule)]} do",
                remedy="give the rules of this text three letters of their own",
                swedish="Bokstäverna före bindestrecket är dokumentets egna. Välj tre andra för underavtalets regler.",
            )


def _check_replaced(part: Subordinate, main: Agreement, backgrounds: Sequence[Background]) -> Iterator[EntryFault]:
    """Yield the entries that take the place of others, against the main agreement or the national background."""
    allowed = {table for each in main.subordinates if each.agreement == part.id for table in each.replaces}
    whole = complete(main, backgrounds)
    for table, path, name in _list_named(part):
        own, all_rules = _names_of(main, table), _names_of(whole, table)
        if name in own and table not in allowed:
            yield EntryFault(
                path=path,
                what=f"replaces {name} of {main.ref}, which does not let {part.id} replace anything in {table}",
                remedy=f"give the entry a name of its own, or let the main agreement say it: [[subordinates]] with "
                f'agreement = "{part.id}" and replaces = ["{table}"]',
                swedish=f"Huvudavtalet har redan {name}, och tillåter inte underavtalet att ersätta något i {table}. "
                "Ge posten ett eget namn, eller låt huvudavtalet säga det i [[subordinates]].",
            )
        elif name not in own and name in all_rules:
            yield EntryFault(
                path=path,
                what=f"replaces {name}, which holds in every county",
                remedy="remove it: what the main agreement itself does not say of it holds by the national texts",
                swedish=f"{name} gäller i alla län. Bara huvudavtalet kan ersätta det. Ta bort posten.",
            )


def _list_named(part: Subordinate) -> Iterator[tuple[str, Path, str]]:
    """Yield what a part would replace if another text had it too: the table, its place in the part, and its name."""
    for table in NAMED:
        yield from ((table, (table, str(name)), name) for name in list_rules(part, table))
    for table in LISTED:
        rules, entries = list_rules(part, table), getattr(part, table)
        yield from ((table, (table, place), entry.id) for place, entry in enumerate(entries) if entry.id in rules)
    yield from ((table, (table,), table) for table in WHOLE if getattr(part, table))
    own = {row.id for row in part.matrix}
    for place, row in enumerate(part.matrix):
        yield from (("matrix", ("matrix", place, "replaces"), name) for name in row.replaces if name not in own)


def _names_of(agreement: Agreement, table: str) -> frozenset[str]:
    entries = getattr(agreement, table)
    if table in NAMED:
        return frozenset(entries)
    if table in LISTED:
        return frozenset(entry.id for entry in entries)
    return frozenset({table}) if entries else frozenset()


def _check_other_parts(part: Subordinate, parts: Iterable[Subordinate]) -> Iterator[EntryFault]:
    """Yield the entries that another subordinate agreement has too. Neither of the two comes before the other."""
    for other in parts:
        for table, path, name in _list_named(part):
            names = _names_of(other, table) if table in WHOLE else frozenset(list_rules(other, table))
            if name in names:
                yield EntryFault(
                    path=path,
                    what=f"is {name}, which the subordinate agreement {other.ref} has too",
                    remedy="give it a name of its own, or let only one of the two say it",
                    swedish=f"Underavtalet {other.ref} har redan {name}. Ge posten ett eget namn, eller låt bara det "
                    "ena av dem säga det.",
                )


def _check_words(part: Subordinate, main: Agreement) -> Iterator[EntryFault]:
    """Yield the words that mean another thing in the main agreement."""
    for table in WORDS:
        words, known = getattr(part.vocabulary, table), getattr(main.vocabulary, table)
        for word, name in words.items():
            if known.get(word, name) != name:
                yield EntryFault(
                    path=("vocabulary", table, word),
                    what=f"is {name}, and {known[word]} in the main agreement",
                    remedy="leave the word out if it is the same, or give it a key of its own",
                    swedish=f"{word} betyder {known[word]} i huvudavtalet. Ta bort det här, eller välj ett annat ord.",
                )


def _check_answers(
    part: Subordinate, others: Iterable[Agreement], before: Agreement, after: Agreement
) -> Iterator[EntryFault]:
    """Yield the rows that change an answer which rows of other texts give, without naming them."""
    for place, row in enumerate(part.matrix):
        for text in others:
            for other in text.matrix:
                question = None if other.id in row.replaces else _find_changed(row, other, before, after)
                if question is not None:
                    yield EntryFault(
                        path=("matrix", place),
                        what=f"changes the answer of the row {other.id} of {text.ref} about "
                        f"{describe_question(question, ENGLISH)}",
                        remedy=f'narrow it, or name the row that it replaces: replaces = ["{other.id}"]',
                        swedish=f"Raden ändrar det som raden {other.id} i {text.ref} svarar om "
                        f"{describe_question(question, SWEDISH)}. Begränsa den. Är det "
                        f'huvudavtalets rad, och tillåter det det, går också replaces = ["{other.id}"].',
                    )


def _find_changed(row: MatrixRow, other: MatrixRow, before: Agreement, after: Agreement) -> Question | None:
    """Find a question that another row answered before, and that a row now answers otherwise."""
    for question in list_common_questions(after, other, row):
        first, second = resolve(before, question), resolve(after, question)
        if (
            isinstance(first, Answer)
            and isinstance(second, Answer)
            and other.id in first.rows
            and row.id in second.rows
            and not first.names_nobody
            and any(was not in (None, now) for was, now in zip(_holders(first), _holders(second), strict=True))
        ):
            return question
    return None


def _holders(answer: Answer) -> tuple[object, ...]:
    return (answer.treatment, answer.performer, answer.employment.employer, answer.shared, answer.key)


def _place(fault: EntryFault, part: Subordinate, whole: Agreement) -> EntryFault:
    """Return a fault of the whole at its place in the part; of what the part does to another text, at `under`."""
    match fault.path:
        case (str(table), int(place), *rest):
            entry = getattr(whole, table)[place]
            own = next((index for index, each in enumerate(getattr(part, table)) if each is entry), None)
            if own is not None:
                return fault.model_copy(update={"path": (table, own, *rest)})
        case ("vocabulary", *_):  # a word of the main agreement is as faulty without the part
            return fault
        case (str(table), name, *_) if table in (*NAMED, "clauses") and name in getattr(part, table):
            return fault
        case (str(table), *_) if table in WHOLE and getattr(part, table):
            return fault
    place_of_other = ".".join(map(str, fault.path))
    return fault.model_copy(
        update={"path": ("under", "agreement"), "what": f"makes {place_of_other} of the whole faulty: {fault.what}"}
    )
