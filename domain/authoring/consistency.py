"""Whether the entries of a version agree with each other: rules, names, expressions, dates and the law."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.agreements import expressions
from domain.agreements.conditions import list_record_conditions
from domain.agreements.matrix import names_municipality
from domain.agreements.model import Agreement, Evaluation, MatrixRow, Requirement, Vocabulary
from domain.agreements.model.settlement import ShareOfComponents
from domain.authoring.background import Background, Check, complete
from domain.authoring.faults import EntryFault
from domain.authoring.references import find_unknown_names, find_unnamed_deadlines
from domain.authoring.toml_lines import Path

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


def find_faults(
    agreement: Agreement, data: Mapping[str, Any], backgrounds: Sequence[Background] = ()
) -> Iterator[EntryFault]:
    """Everything that is wrong between the entries of a text whose entries each have the right shape.

    Where backgrounds are given, also what contradicts them.
    """
    national = [rule for background in backgrounds for rule in background.clauses]
    yield from _rules_without_clause(data, [*agreement.clauses, *national])
    yield from _contradictions(agreement, backgrounds)
    yield from _repeated_ids(agreement)
    yield from _validity(agreement)
    yield from _criteria(agreement)
    yield from _matrix(agreement)
    yield from find_unknown_names(agreement, complete(agreement, backgrounds))
    yield from find_unnamed_deadlines(agreement)
    yield from _needs(agreement)
    yield from _settlement(agreement)
    yield from _paid_for(agreement)
    for name, content in agreement.content.items():
        yield from _fields(content.fields, ("content", name, "fields"))


def _rules_without_clause(data: object, known: Iterable[str], path: Path = ()) -> Iterator[EntryFault]:
    known = set(known)
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _rules_without_clause(item, known, (*path, index))
    elif isinstance(data, Mapping):
        for key, value in data.items():
            here = (*path, key)
            if key in _RULE_FIELDS and isinstance(value, str | list):
                for rule in [value] if isinstance(value, str) else value:
                    if rule not in known:
                        yield EntryFault(
                            path=here,
                            what=f"cites {rule}, which the text does not hold",
                            remedy=f'add [clauses."{rule}"] with section, lines, heading and statement, or correct it',
                        )
            else:
                yield from _rules_without_clause(value, known, here)


def _repeated_ids(agreement: Agreement) -> Iterator[EntryFault]:
    groups: dict[Path, Sequence[str]] = {
        ("tracks",): [track.id for track in agreement.tracks],
        ("deadlines",): [deadline.id for deadline in agreement.deadlines],
        ("matrix",): [row.id for row in agreement.matrix],
        ("never_municipal",): [never.id for never in agreement.never_municipal],
        ("external_references",): [reference.id for reference in agreement.external_references],
        ("duties",): [duty.id for duty in agreement.duties],
        ("preconditions",): [rule.id for rule in agreement.preconditions],
        ("silences",): [silence.id for silence in agreement.silences],
        ("definitions",): [definition.id for definition in agreement.definitions],
    }
    for index, track in enumerate(agreement.tracks):
        groups["tracks", index, "criteria"] = [criterion.id for criterion in track.criteria]
    for path, ids in groups.items():
        yield from _repeated(ids, path)


def _repeated(ids: Sequence[str], path: Path) -> Iterator[EntryFault]:
    times = Counter(ids)
    for index, each in enumerate(ids):
        if times[each] > 1 and each in ids[:index]:
            yield EntryFault(path=(*path, index, "id"), what=f"{each} is used before", remedy="give each its own id")


def _validity(agreement: Agreement) -> Iterator[EntryFault]:
    if agreement.valid_to is not None and agreement.valid_to < agreement.valid_from:
        yield EntryFault(
            path=("valid_to",),
            what=f"{agreement.valid_to} is before valid_from {agreement.valid_from}",
            remedy="turn the dates round, or leave valid_to out where no end is stated",
        )


def _criteria(agreement: Agreement) -> Iterator[EntryFault]:
    for number, track in enumerate(agreement.tracks):
        if track.criteria and track.evaluation is None:
            yield EntryFault(
                path=("tracks", number),
                what="has criteria and no evaluation",
                remedy=f"add evaluation, one of {', '.join(Evaluation)}",
            )
        for index, criterion in enumerate(track.criteria):
            path: Path = ("tracks", number, "criteria", index)
            try:
                expressions.check(criterion.expression, agreement.facts)
            except expressions.ExpressionFault as fault:
                yield EntryFault(
                    path=(*path, "expression"),
                    what=str(fault),
                    remedy=f"write CEL over the declared facts: {', '.join(sorted(agreement.facts)) or 'none yet'}",
                )
            if criterion.waiver is not None and track.evaluation is Evaluation.ALL:
                yield EntryFault(
                    path=(*path, "waiver"),
                    what="lets a criterion be set aside on a track where all must be met",
                    remedy=f"remove it, or evaluate the track as {Evaluation.CONSIDER_WITH_EXCEPTION}",
                )


def _matrix(agreement: Agreement) -> Iterator[EntryFault]:
    for index, row in enumerate(agreement.matrix):
        path: Path = ("matrix", index)
        if row.min_age is not None and row.max_age is not None and row.max_age < row.min_age:
            yield EntryFault(path=(*path, "max_age"), what="is under min_age", remedy="turn the ages round")
        yield from _words(agreement, row, path)
        if names_municipality(row):
            yield from _never(agreement, row, path)


def _words(agreement: Agreement, row: MatrixRow, path: Path) -> Iterator[EntryFault]:
    told = list_record_conditions(plans=agreement.plans, tracks=[track.id for track in agreement.tracks])
    for dimension in ("levels", "settings", "professions", "interventions", "conditions"):
        words: Mapping[str, str] = getattr(agreement.vocabulary, dimension)
        for word in getattr(row, dimension):
            if word not in words and not (dimension == "conditions" and word in told):
                yield EntryFault(
                    path=(*path, dimension),
                    what=f"says {word}, which the vocabulary does not hold",
                    remedy=f"add {word} to [vocabulary.{dimension}], or use one of {', '.join(words)}",
                )


def _never(agreement: Agreement, row: MatrixRow, path: Path) -> Iterator[EntryFault]:
    for never in agreement.never_municipal:
        for word in {*never.professions, *never.interventions} & {*row.professions, *row.interventions}:
            yield EntryFault(
                path=path,
                what=f"gives {word} to the municipality, against {', '.join(never.clauses)}",
                remedy="give it to the region, or take it out of the row",
            )


def _contradictions(agreement: Agreement, backgrounds: Sequence[Background]) -> Iterator[EntryFault]:
    """The rows that answer against what holds in every county. A row that is silent contradicts nothing."""
    nevers = (*agreement.never_municipal, *(each for background in backgrounds for each in background.never_municipal))
    never = frozenset(word for each in nevers for word in each.professions)
    checks = [check for background in backgrounds for check in background.checks]
    for index, row in enumerate(agreement.matrix):
        said: dict[tuple[Path, str, str], list[Check]] = defaultdict(list)
        for check in checks:
            if _concerns(check, row, agreement.vocabulary, never):
                for at, what, remedy in _against(check, row):
                    said[("matrix", index, *at), what, remedy].append(check)
        for (path, what, remedy), against in said.items():
            rules = ", ".join(dict.fromkeys(rule for check in against for rule in check.clauses))
            yield EntryFault(path=path, what=f"{what}, against {rules}: {against[0].title}", remedy=remedy)


def _concerns(check: Check, row: MatrixRow, words: Vocabulary, never: frozenset[str]) -> bool:
    """Whether the row answers what the check asks.

    A row that leaves a level or setting out answers for each that the version has a word for; one on a particular
    intervention says no more than it names. Those who can never be municipal are not meant by a row that names no
    profession.
    """
    if check.ways and row.way not in check.ways:
        return False
    if check.min_age is not None and row.max_age is not None and row.max_age < check.min_age:
        return False
    particular = bool(row.interventions) and not check.interventions
    for asked, said, known in (
        (check.levels, row.levels, words.levels),
        (check.settings, row.settings, words.settings),
        (check.professions, row.professions, words.professions.keys() - never),
        (check.interventions, row.interventions, ()),
    ):
        answered = said if said or particular else known
        if asked and not set(asked) & set(answered):
            return False
    return True


def _against(check: Check, row: MatrixRow) -> Iterator[tuple[Path, str, str]]:
    """Where in the row, what is said there against the check, and what would make it right."""
    for name in ("treatment", "performer", "employer"):
        said, only = getattr(row, name), getattr(check, name)
        if only is not None and said not in (only, None):
            yield (name,), f"is {said}", f"write {only}, leave it out, or say in the row what else it is about"
        if name in check.stated and said is None:
            yield (), f"does not name {name}", f"add {name}"
    if len({getattr(row, name) for name in check.alike} - {None}) > 1:
        yield (), f"parts {' and '.join(check.alike)}", "name the same holder, or leave one of them out"


def _paid_for(agreement: Agreement) -> Iterator[EntryFault]:
    monthly = agreement.settlement.monthly if agreement.settlement else None
    known = {one.id for track in agreement.tracks for one in track.criteria}
    for criterion in monthly.reimbursable.criteria if monthly and monthly.reimbursable else ():
        if criterion not in known:
            yield EntryFault(
                path=("settlement", "monthly", "reimbursable", "criteria"),
                what=f"names the criterion {criterion}, which no track of the text has",
                remedy="add the criterion to a track, or correct the name",
            )


def _settlement(agreement: Agreement) -> Iterator[EntryFault]:
    """Components of the supplement that rest on one that does not come before, or on a factor that there is not."""
    rule = agreement.settlement.supplement if agreement.settlement else None
    if rule is None:
        return
    before: list[str] = []
    for index, component in enumerate(rule.components):
        path: Path = ("settlement", "supplement", "components", index)
        for other in component.of if isinstance(component, ShareOfComponents) else ():
            if other not in before:
                yield EntryFault(
                    path=(*path, "of"),
                    what=f"names {other}, which is no component before it",
                    remedy=f"use one of {', '.join(before) or 'none yet'}, or move it up",
                )
        factors = [factor.id for factor in rule.factors]
        if component.factor is not None and component.factor not in factors:
            yield EntryFault(
                path=(*path, "factor"),
                what=f"names {component.factor}, which is no factor of the supplement",
                remedy=f"use one of {', '.join(factors) or 'none yet'}",
            )
        before.append(component.id)


def _needs(agreement: Agreement) -> Iterator[EntryFault]:
    """Ordering rules that need nothing, or more than one thing."""
    for index, rule in enumerate(agreement.preconditions):
        sorts = ("plan", "statement", "contact", "happened")
        if sum(getattr(rule.needs, sort) is not None for sort in sorts) != 1:
            yield EntryFault(
                path=("preconditions", index, "needs"),
                what="does not need exactly one thing",
                remedy=f"give one of {', '.join(sorts)}",
            )


def _fields(fields: Sequence[Requirement], path: Path) -> Iterator[EntryFault]:
    ids = [field.id for field in fields]
    yield from _repeated(ids, path)
    for index, field in enumerate(fields):
        here = (*path, index)
        if field.each and not field.fields:
            yield EntryFault(path=here, what="is a list of nothing", remedy="add fields, or remove each")
        for sibling in field.one_of:
            if sibling not in ids:
                yield EntryFault(
                    path=(*here, "one_of"),
                    what=f"names {sibling}, which is no field here",
                    remedy=f"use {', '.join(ids)}",
                )
        yield from _fields(field.fields, (*here, "fields"))
