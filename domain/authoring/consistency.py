"""The check of a text as a whole: its rules, names, expressions and dates, and the national background."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.agreements import expressions
from domain.agreements.conditions import list_record_conditions
from domain.agreements.matrix import names_municipality
from domain.agreements.model import Agreement, Evaluation, MatrixRow, Requirement, Vocabulary
from domain.agreements.model.settlement import ShareOfComponents
from domain.authoring.background import Background, Check, complete
from domain.authoring.bodies import find_body_faults
from domain.authoring.contradictions import find_contradictions
from domain.authoring.deadlocks import find_deadlocks
from domain.authoring.duties import find_doubled_duties, find_unmeetable_duties
from domain.authoring.faults import EntryFault, Message, list_in_swedish, suggest, suggest_in_swedish
from domain.authoring.fillable_fields import find_unfillable_fields
from domain.authoring.liability_check import find_unreached_starts
from domain.authoring.limits import find_limit_faults
from domain.authoring.offices import find_unknown_offices
from domain.authoring.order_check import find_untimely_needs
from domain.authoring.plan_deeds import find_plans_of_nobody
from domain.authoring.plan_kinds import find_unnamed_kinds
from domain.authoring.references import find_unknown_names, find_unnamed_deadlines
from domain.authoring.signatories import find_signing_faults
from domain.authoring.toml_lines import Path
from domain.versions.prolongation import find_notice_day

_OWN_NAMES = ("choices", "grounds", "kinds", "terms", "vocabulary", "where")
"""Fields that are tables of the text's own names, any of which may be called as a field that holds a rule."""

_RULE_FIELDS = (
    "clauses",
    "rule",
    "not_applicable",
    "inform_individual",
    "transfer_information",
    "plan_rule",
    "handover_rule",
    "evaluation_rule",
    "planning",
    "follow_up",
    "child",
    "hand_over",
    "move",
    "reassess",
    "defines_rule",
)
_ENGLISH = re.compile(
    r"\b(the|of|and|or|is|are|be|has|shall|must|may|never|with|that|which|who|by|at|than|care|both)\b", re.IGNORECASE
)
_SWEDISH = re.compile(
    r"\b(och|eller|är|att|som|av|på|för|till|den|det|en|ett|har|ska|kan|inte|när|om|vid|hos)\b", re.IGNORECASE
)
"""Words that one of the languages uses all the time, and the other hardly ever."""

RESERVED_IDS = frozenset({"in-force", "responsible"})
"""Ids that no agreement can have: in an address they stand in the place of an id, and name something else."""


def find_faults(
    agreement: Agreement, data: Mapping[str, Any], backgrounds: Sequence[Background] = ()
) -> Iterator[EntryFault]:
    """Yield the faults between entries. Each entry has the right shape already.

    With backgrounds, yield also the entries that contradict them.
    """
    national = [rule for background in backgrounds for rule in background.clauses]
    yield from find_unknown_rules(data, [*agreement.clauses, *national])
    yield from _check_background(agreement, backgrounds)
    yield from _check_language(agreement)
    yield from find_faults_of_itself(agreement)
    yield from _check_criteria(agreement)
    yield from _check_matrix(agreement)
    whole = complete(agreement, backgrounds)
    yield from find_contradictions(agreement, whole)
    yield from find_unknown_names(agreement, whole)
    yield from find_unmeetable_duties(agreement, whole)
    yield from find_doubled_duties(agreement)
    yield from find_deadlocks(agreement, whole)
    yield from find_plans_of_nobody(agreement, whole)
    yield from find_untimely_needs(agreement, whole)
    yield from find_unnamed_deadlines(agreement)
    yield from find_limit_faults(agreement)
    yield from find_unreached_starts(agreement)
    yield from find_unfillable_fields(agreement)
    yield from find_body_faults(agreement)
    yield from find_unknown_offices(agreement)
    yield from find_unnamed_kinds(agreement)
    yield from _check_needs(agreement)
    yield from _check_supplement(agreement)
    yield from _check_reimbursed_criteria(agreement)
    for name, content in agreement.content.items():
        yield from _check_requirements(content.fields, ("content", name, "fields"))


def find_faults_of_itself(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the faults for which no other text is needed: of its ids, its dates and its signatories."""
    yield from find_reserved_id(agreement)
    yield from _check_ids(agreement)
    yield from _check_validity(agreement)
    yield from find_signing_faults(agreement)


def find_unknown_rules(data: object, known: Iterable[str], path: Path = ()) -> Iterator[EntryFault]:
    """Yield the entries of a text that cite a rule which is not among the known ones."""
    known = set(known)
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from find_unknown_rules(item, known, (*path, index))
    elif isinstance(data, Mapping):
        for key, value in data.items():
            here = (*path, key)
            if key in _OWN_NAMES:
                continue
            if key in _RULE_FIELDS and isinstance(value, str | list):
                for rule in [value] if isinstance(value, str) else value:
                    if rule not in known:
                        yield EntryFault(
                            path=here,
                            what=f"cites {rule}, which has no entry in [clauses]",
                            remedy=f'add [clauses."{rule}"] with section, lines, heading and statement, or correct it',
                            swedish=f"Regeln {rule} finns inte i [clauses]. Rätta den, eller lägg till "
                            f'[clauses."{rule}"] med section, lines, heading och statement.',
                        )
            else:
                yield from find_unknown_rules(value, known, here)


def is_english(sentence: str) -> bool:
    """Return True if the small words of a sentence are English rather than Swedish."""
    return len(_ENGLISH.findall(sentence)) > len(_SWEDISH.findall(sentence))


def _check_language(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the sentences that pages would show as Swedish and that are in English."""
    sentences: dict[Path, str] = {
        ("clauses", rule, "statement"): clause.statement for rule, clause in agreement.clauses.items()
    }
    for index, silence in enumerate(agreement.silences):
        sentences["silences", index, "statement"] = silence.statement
        sentences["silences", index, "handling"] = silence.handling
    for path, sentence in sentences.items():
        if is_english(sentence):
            yield EntryFault(
                path=path,
                what="is in English",
                remedy="write it in Swedish; `english` can have the English sentence",
                swedish="Meningen är på engelska. Skriv den på svenska; den engelska kan stå i english.",
            )


def find_reserved_id(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the fault of an id in whose place the service has an address of its own, which would answer instead."""
    if agreement.id in RESERVED_IDS:
        yield EntryFault(
            path=("id",),
            what=f"is {agreement.id}, a word of the service's own",
            remedy="give another id",
            swedish=f"{agreement.id} är ett ord som tjänsten själv använder. Ge överenskommelsen ett annat id.",
        )


def _check_ids(agreement: Agreement) -> Iterator[EntryFault]:
    groups: dict[Path, Sequence[str]] = {
        ("tracks",): [track.id for track in agreement.tracks],
        ("deadlines",): [deadline.id for deadline in agreement.deadlines],
        ("matrix",): [row.id for row in agreement.matrix],
        ("never_municipal",): [never.id for never in agreement.never_municipal],
        ("external_references",): [reference.id for reference in agreement.external_references],
        ("duties",): [duty.id for duty in agreement.duties],
        ("preconditions",): [rule.id for rule in agreement.preconditions],
        ("silences",): [silence.id for silence in agreement.silences],
        ("bodies",): [body.id for body in agreement.bodies],
        ("definitions",): [definition.id for definition in agreement.definitions],
        ("payment_liability", "conditions"): [each.id for each in agreement.payment_liability.conditions],
    }
    for index, track in enumerate(agreement.tracks):
        groups["tracks", index, "criteria"] = [criterion.id for criterion in track.criteria]
    for path, ids in groups.items():
        yield from _check_unique(ids, path)


def _check_unique(ids: Sequence[str], path: Path) -> Iterator[EntryFault]:
    above: set[str] = set()
    for index, id in enumerate(ids):
        if id in above:
            yield EntryFault(
                path=(*path, index, "id"),
                what=f"is {id}, as in an entry above",
                remedy="give each entry its own id",
                swedish=f"En post ovanför heter också {id}. Ge varje post ett eget id.",
            )
        above.add(id)


def _check_validity(agreement: Agreement) -> Iterator[EntryFault]:
    if agreement.valid_to is not None and agreement.valid_to < agreement.valid_from:
        yield EntryFault(
            path=("valid_to",),
            what=f"is {agreement.valid_to}, which is before valid_from, {agreement.valid_from}",
            remedy="swap the dates, or leave valid_to out if the document states no last day",
            swedish=f"Sista dagen, {agreement.valid_to}, är före den första, {agreement.valid_from}. Byt plats på dem, "
            "eller ta bort valid_to om dokumentet inte har någon sista dag.",
        )
    rule = agreement.prolongation
    if rule is None:
        return
    if agreement.valid_to is None:
        yield EntryFault(
            path=("prolongation",),
            what="prolongs a version that has no last day",
            remedy="add valid_to with the first last day of the document, or leave prolongation out",
            swedish="Skriv valid_to, den första sista dagen, eller ta bort [prolongation]: utan sista dag gäller "
            "texten ändå.",
        )
    elif find_notice_day(rule, agreement.valid_to) < agreement.valid_from:
        yield EntryFault(
            path=("prolongation", "notice"),
            what=f"is {rule.notice} before {agreement.valid_to}, when the version has not begun",
            remedy="correct notice or valid_to, so that a party can end the version at valid_to",
            swedish="Den som vill avsluta vid valid_to måste säga det innan texten gäller. Rätta notice eller "
            "valid_to.",
        )


def _check_criteria(agreement: Agreement) -> Iterator[EntryFault]:
    for number, track in enumerate(agreement.tracks):
        if track.criteria and track.evaluation is None:
            yield EntryFault(
                path=("tracks", number),
                what="has criteria and no evaluation",
                remedy=f"add evaluation with one of {', '.join(Evaluation)}",
                swedish=f"Kriterierna har inget sätt att vägas. Skriv evaluation: {list_in_swedish(list(Evaluation))}.",
            )
        for index, criterion in enumerate(track.criteria):
            path: Path = ("tracks", number, "criteria", index)
            try:
                expressions.check(criterion.expression, agreement.facts)
            except expressions.ExpressionFault as fault:
                facts = ", ".join(sorted(agreement.facts))
                yield EntryFault(
                    path=(*path, "expression"),
                    what=fault.english,
                    remedy=f"write a CEL expression over the declared facts: {facts or 'none yet'}",
                    swedish=f"{fault.swedish} Skriv ett uttryck (CEL) över frågorna i [facts]: {facts or 'inga än'}.",
                )
            if criterion.waiver is not None and track.evaluation is Evaluation.ALL:
                yield EntryFault(
                    path=(*path, "waiver"),
                    what="lets a criterion be set aside on a track on which all must be met",
                    remedy=f"remove the waiver, or set the track's evaluation to {Evaluation.CONSIDER_WITH_EXCEPTION}",
                    swedish="Alla kriterier ska vara uppfyllda, och det här får sättas åt sidan. Ta bort waiver, eller "
                    f'skriv evaluation = "{Evaluation.CONSIDER_WITH_EXCEPTION}" för vägen in.',
                )


def _check_matrix(agreement: Agreement) -> Iterator[EntryFault]:
    for index, row in enumerate(agreement.matrix):
        path: Path = ("matrix", index)
        if row.min_age is not None and row.max_age is not None and row.max_age < row.min_age:
            yield EntryFault(
                path=(*path, "max_age"),
                what="is lower than min_age",
                remedy="swap the ages",
                swedish="Den högsta åldern är lägre än den lägsta. Byt plats på dem.",
            )
        yield from _check_words(agreement, row, path)
        if names_municipality(row):
            yield from _check_exclusions(agreement, row, path)
    yield from _check_replacing(agreement.matrix)


def _check_replacing(rows: Sequence[MatrixRow]) -> Iterator[EntryFault]:
    """Yield the rows that replace a row which, by itself or by others, replaces them: none of them would answer."""
    replaced = {row.id: row.replaces for row in rows}
    for index, row in enumerate(rows):
        found: set[str] = set()
        waiting = [*row.replaces]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += replaced.get(name, ())
        if row.id in found:
            yield EntryFault(
                path=("matrix", index, "replaces"),
                what=f"makes {row.id} replace itself, by the rows that it names",
                remedy="let one of them answer, and remove replaces from it",
                swedish="Rader som ersätter varandra svarar inte. Ta bort replaces från den som ska vika.",
            )


def _check_words(agreement: Agreement, row: MatrixRow, path: Path) -> Iterator[EntryFault]:
    from_record = list_record_conditions(agreement)
    for dimension in ("levels", "settings", "professions", "interventions", "conditions"):
        words: Mapping[str, str] = getattr(agreement.vocabulary, dimension)
        for word in getattr(row, dimension):
            if word not in words and not (dimension == "conditions" and word in from_record):
                yield EntryFault(
                    path=(*path, dimension),
                    what=f"has {word}, which [vocabulary.{dimension}] does not have",
                    remedy=f"add {word} there, or {suggest(words)}",
                    swedish=f"{word} finns inte i [vocabulary.{dimension}]. Lägg till det där, eller rätta ordet. "
                    f"{suggest_in_swedish(words)}",
                )


def _check_exclusions(agreement: Agreement, row: MatrixRow, path: Path) -> Iterator[EntryFault]:
    for exclusion in agreement.never_municipal:
        for word in {*exclusion.professions, *exclusion.interventions} & {*row.professions, *row.interventions}:
            yield EntryFault(
                path=path,
                what=f"gives {word} to the municipality, against {', '.join(exclusion.clauses)}",
                remedy=f"name the region, or remove {word} from the row",
                swedish=f"Raden ger kommunen {word}, som enligt {', '.join(exclusion.clauses)} aldrig kan bli "
                f"kommunens. Skriv region, eller ta bort {word} ur raden.",
            )


def _check_background(agreement: Agreement, backgrounds: Sequence[Background]) -> Iterator[EntryFault]:
    """Yield the rows that contradict a rule of every county. A row that is silent contradicts nothing."""
    exclusions = (
        *agreement.never_municipal,
        *(exclusion for background in backgrounds for exclusion in background.never_municipal),
    )
    never = frozenset(profession for exclusion in exclusions for profession in exclusion.professions)
    checks = [check for background in backgrounds for check in background.checks]
    for index, row in enumerate(agreement.matrix):
        broken: dict[tuple[Path, Message, Message], list[Check]] = defaultdict(list)
        for check in checks:
            if _is_about(check, row, agreement.vocabulary, never):
                for at, what, remedy in _find_contradictions(check, row):
                    broken[("matrix", index, *at), what, remedy].append(check)
        for (path, what, remedy), against in broken.items():
            rules = ", ".join(dict.fromkeys(rule for check in against for rule in check.clauses))
            yield EntryFault(
                path=path,
                what=f"{what.english}, against {rules}: {against[0].title}",
                remedy=remedy.english,
                swedish=f"{what.swedish}, mot {rules}. {_quote(against[0], backgrounds)}{remedy.swedish}",
            )


def _is_about(check: Check, row: MatrixRow, words: Vocabulary, never: frozenset[str]) -> bool:
    """Return True if the check is about the row.

    A row without levels, settings or professions answers for every word of the vocabulary. A row about certain
    interventions answers only for the words that it has. A row without professions does not mean the professions that
    can never be municipal.
    """
    if check.ways and row.way not in check.ways:
        return False
    if check.min_age is not None and row.max_age is not None and row.max_age < check.min_age:
        return False
    particular = bool(row.interventions) and not check.interventions
    for checked, stated, known in (
        (check.levels, row.levels, words.levels),
        (check.settings, row.settings, words.settings),
        (check.professions, row.professions, words.professions.keys() - never),
        (check.interventions, row.interventions, ()),
    ):
        answered = stated if stated or particular else known
        if checked and not set(checked) & set(answered):
            return False
    return True


def _quote(check: Check, backgrounds: Sequence[Background]) -> str:
    """Return the Swedish sentence of the rule that a check is about, and a space."""
    rules = (text.clauses[rule] for text in backgrounds for rule in check.clauses if rule in text.clauses)
    return next((f"{rule.statement} " for rule in rules), "")


def _find_contradictions(check: Check, row: MatrixRow) -> Iterator[tuple[Path, Message, Message]]:
    """Yield the place in the row, the fault and the remedy of each contradiction."""
    for name in ("treatment", "performer", "employer"):
        holder, only = getattr(row, name), getattr(check, name)
        if only is not None and holder not in (only, None):
            yield (
                (name,),
                Message(f"is {holder}", f"{name} är {holder}"),
                Message(
                    f"write {only}, leave it out, or limit the row to other care",
                    f"Skriv {only}, ta bort {name}, eller begränsa raden till annan vård.",
                ),
            )
        if name in check.stated and holder is None:
            yield (), Message(f"has no {name}", f"Raden saknar {name}"), Message(f"add {name}", f"Skriv {name}.")
    if len({getattr(row, name) for name in check.alike} - {None}) > 1:
        yield (
            (),
            Message(
                f"names different parties as {' and '.join(check.alike)}",
                f"Raden har olika parter i {list_in_swedish(check.alike, 'och')}",
            ),
            Message(
                "name the same party, or leave one of the fields out",
                "Skriv samma part, eller ta bort ett av fälten.",
            ),
        )


def _check_reimbursed_criteria(agreement: Agreement) -> Iterator[EntryFault]:
    monthly = agreement.settlement.monthly if agreement.settlement else None
    known = {criterion.id for track in agreement.tracks for criterion in track.criteria}
    for criterion in monthly.reimbursable.criteria if monthly and monthly.reimbursable else ():
        if criterion not in known:
            yield EntryFault(
                path=("settlement", "monthly", "reimbursable", "criteria"),
                what=f"names the criterion {criterion}, which no track has",
                remedy="add the criterion to a track, or correct the name",
                swedish=f"Ingen väg in har kriteriet {criterion}. Lägg till det under en väg in, eller rätta namnet.",
            )


def _check_supplement(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the components of the supplement that name a component below them, or a factor that does not exist."""
    rule = agreement.settlement.supplement if agreement.settlement else None
    if rule is None:
        return
    above: list[str] = []
    for index, component in enumerate(rule.components):
        path: Path = ("settlement", "supplement", "components", index)
        for other in component.of if isinstance(component, ShareOfComponents) else ():
            if other not in above:
                yield EntryFault(
                    path=(*path, "of"),
                    what=f"names {other}, which is not a component above it",
                    remedy=f"{suggest(above)}, or move {other} above it",
                    swedish=f"Ingen del ovanför heter {other}. Flytta upp den, eller rätta namnet. "
                    f"{suggest_in_swedish(above)}",
                )
        factors = [factor.id for factor in rule.factors]
        if component.factor is not None and component.factor not in factors:
            yield EntryFault(
                path=(*path, "factor"),
                what=f"names {component.factor}, which is not a factor of the supplement",
                remedy=suggest(factors),
                swedish=f"Ingen post i factors heter {component.factor}. {suggest_in_swedish(factors)}",
            )
        above.append(component.id)


def _check_needs(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the ordering rules that need nothing, or more than one thing."""
    for index, rule in enumerate(agreement.preconditions):
        fields = ("plan", "statement", "contact", "happened")
        if sum(getattr(rule.needs, field) is not None for field in fields) != 1:
            yield EntryFault(
                path=("preconditions", index, "needs"),
                what="does not name exactly one thing",
                remedy=f"write exactly one of {', '.join(fields)}",
                swedish=f"Regeln ska kräva precis en sak. Skriv ett av {list_in_swedish(fields, 'och')}.",
            )


def _check_requirements(fields: Sequence[Requirement], path: Path) -> Iterator[EntryFault]:
    ids = [field.id for field in fields]
    yield from _check_unique(ids, path)
    for index, field in enumerate(fields):
        here = (*path, index)
        if field.each and not field.fields:
            yield EntryFault(
                path=here,
                what="is a list without fields",
                remedy="add fields, or remove each",
                swedish="Listan har inga fält. Lägg till fields, eller ta bort each.",
            )
        others = [id for id in ids if id != field.id]
        for sibling in field.one_of:
            if sibling not in others:
                yield EntryFault(
                    path=(*here, "one_of"),
                    what=f"names {sibling}, which is not another field of the same group",
                    remedy=suggest(others),
                    swedish=f"Inget annat fält i samma grupp heter {sibling}. {suggest_in_swedish(others)}",
                )
        yield from _check_requirements(field.fields, (*here, "fields"))
