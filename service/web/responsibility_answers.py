"""Answers about responsibility in a situation, in Swedish: for the page that asks, and for the command line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.agreements.matrix import Answer, Conflict
from domain.agreements.model import Agreement, Holder, MatrixRow, NotRegulated
from domain.agreements.open_facts import AgeSpan, FactValue, Reply, SituationFact
from domain.authoring.background import list_rows, load_national
from service.agreements.responsible import VOCABULARIES, rows_of
from service.web import labels
from service.web.page_values import PageAlternative, PageAnswer, PageReply, PageRule
from service.web.swedish import decapitalise
from service.web.vocabulary import name_rule, name_version, name_word

FACTS: Mapping[SituationFact, str] = {
    SituationFact.INTERVENTION: "insats",
    SituationFact.PROFESSION: "yrke",
    SituationFact.LEVEL: "vårdnivå",
    SituationFact.SETTING: "boendeform",
    SituationFact.AGE: "ålder",
    SituationFact.ENROLLED: "inskriven i hemsjukvården",
    SituationFact.SINGLE_INTERVENTION: "punktinsats",
    SituationFact.CIRCUMSTANCES: "omständigheter",
}
"""The names of the facts of a question."""

Names = Mapping[Holder, str]
"""The names of the parties."""
PARTIES: Names = {holder: labels.HOLDERS[holder] for holder in Holder}
"""The names of the parties when no municipality is asked about."""


def name_parties(region: str, municipality: str | None) -> Names:
    """Name the parties of a county. Without a municipality, the question is about any of them."""
    named = {Holder.REGION: region}
    return {**PARTIES, **named} if municipality is None else {**PARTIES, **named, Holder.MUNICIPALITY: municipality}


def describe_reply(agreement: Agreement | None, reply: Reply, names: Names = PARTIES) -> PageReply:
    """Describe an answer, its question, and the answers that the facts left open would lead to."""
    return PageReply(
        agreement=None if agreement is None else f"{agreement.title}, {name_version(agreement)}",
        question=tuple(_describe_question(agreement, reply)),
        assumed=tuple(_describe_assumed(agreement, reply)),
        answer=_describe_answer(agreement, reply.answer, names),
        depends_on=tuple(FACTS[fact] for fact in reply.depends_on),
        alternatives=tuple(
            PageAlternative(
                facts=tuple(_describe_fact(agreement, fact, values) for fact, values in alternative.facts.items()),
                answer=_describe_answer(agreement, alternative.answer, names),
            )
            for alternative in reply.alternatives
        ),
    )


def _describe_question(agreement: Agreement | None, reply: Reply) -> Iterator[str]:
    """Yield the facts that were given."""
    question = reply.question
    for fact in SituationFact:
        if fact is SituationFact.CIRCUMSTANCES:
            if question.conditions:
                yield _describe_fact(agreement, fact, sorted(question.conditions))
        elif fact not in reply.assumed:
            value = getattr(question, fact)
            if fact is SituationFact.AGE and value is not None:
                yield f"{FACTS[fact]}: {value} år"
            elif value is not None:
                yield _describe_fact(agreement, fact, [value])


def _describe_assumed(agreement: Agreement | None, reply: Reply) -> Iterator[str]:
    """Yield the facts that are taken for granted."""
    for fact in reply.assumed:
        if fact is SituationFact.CIRCUMSTANCES:
            words = (_describe_value(agreement, fact, word) for word in reply.not_holding)
            yield f"gäller inte: {', '.join(words)}"
        else:
            value = getattr(reply.question, fact)
            yield _describe_fact(agreement, fact, ["primary" if value is None else value])


def _describe_fact(agreement: Agreement | None, fact: SituationFact, values: Iterable[FactValue]) -> str:
    separator = " och " if fact is SituationFact.CIRCUMSTANCES else " eller "
    return f"{FACTS[fact]}: {separator.join(_describe_value(agreement, fact, value) for value in values)}"


def _describe_value(agreement: Agreement | None, fact: SituationFact, value: FactValue) -> str:
    match value:
        case bool():
            return "ja" if value else "nej"
        case AgeSpan():
            return labels.describe_ages(value.lowest, value.highest) or "vilken som helst"
        case _:
            return name_word(agreement, VOCABULARIES[fact], value)


def _describe_answer(agreement: Agreement | None, answer: Answer | Conflict | NotRegulated, names: Names) -> PageAnswer:
    rows = [] if isinstance(answer, NotRegulated) else [row for row in rows_of(agreement) if row.id in answer.rows]
    match answer:
        case NotRegulated():
            return PageAnswer(outcome="silent", grounds=_grounds(agreement, answer.silences))
        case Conflict():
            contradicting = tuple(_describe_row(agreement, row, names) for row in rows)
            return PageAnswer(
                outcome="conflict", grounds=_grounds(agreement, answer.clauses), contradicting=contradicting
            )
    employer, employer_clauses = answer.employment
    return PageAnswer(
        outcome="regulated",
        treatment=_name(names, answer.treatment),
        performer=_name(names, answer.performer),
        employer=_name(names, employer),
        medical=_name(names, answer.medical),
        employer_rules=tuple(rule for rule in employer_clauses if rule not in answer.clauses),
        shared=answer.shared,
        derived=answer.derived,
        always=_describe_permanence(rows) if answer.always else None,
        key=labels.KEYS[answer.key] if answer.key is not None else None,
        named=answer.named,
        notes=tuple(row.note for row in rows if row.note),
        grounds=_grounds(agreement, dict.fromkeys((*answer.clauses, *employer_clauses))),
    )


def _describe_permanence(rows: Iterable[MatrixRow]) -> str:
    """Describe rows that always hold: by the national background, or by the agreement's own words."""
    national = list_rows(load_national())
    return "Gäller i varje län" if all(row in national for row in rows) else "Gäller alltid"


def _describe_row(agreement: Agreement | None, row: MatrixRow, names: Names) -> PageAnswer:
    return PageAnswer(
        outcome=row.id,
        situation="; ".join(_describe_situation(agreement, row)),
        treatment=_name(names, row.treatment),
        performer=_name(names, row.performer),
        employer=_name(names, row.employer),
        medical=_name(names, row.medical),
        shared=row.shared,
        key=labels.KEYS[row.key] if row.key is not None else None,
        grounds=_grounds(agreement, row.clauses),
    )


def _describe_situation(agreement: Agreement | None, row: MatrixRow) -> Iterator[str]:
    """Yield the facts that the row states."""
    facts: dict[SituationFact, Sequence[FactValue]] = {
        SituationFact.INTERVENTION: row.interventions,
        SituationFact.PROFESSION: row.professions,
        SituationFact.LEVEL: row.levels,
        SituationFact.SETTING: row.settings,
        SituationFact.ENROLLED: () if row.enrolled is None else (row.enrolled,),
        SituationFact.SINGLE_INTERVENTION: () if row.single_intervention is None else (row.single_intervention,),
        SituationFact.CIRCUMSTANCES: row.conditions,
    }
    if (row.min_age, row.max_age) != (None, None):
        facts[SituationFact.AGE] = (AgeSpan(lowest=row.min_age, highest=row.max_age),)
    yield from (_describe_fact(agreement, fact, facts[fact]) for fact in SituationFact if facts.get(fact))


def _name(names: Names, holder: str | None) -> str | None:
    return None if holder is None else names[Holder(holder)]


def _grounds(agreement: Agreement | None, rules: Iterable[str]) -> tuple[PageRule, ...]:
    sources = [] if agreement is None else [agreement]
    return tuple(name_rule(rule, sources) for rule in rules)


def list_lines(reply: PageReply) -> Iterator[str]:
    """Yield an answer as lines of text."""
    by = f"Enligt {reply.agreement}" if reply.agreement else "Ingen överenskommelse; enligt den nationella bakgrunden"
    yield f"{by}:"
    if reply.question:
        yield f"Fråga: {'; '.join(reply.question)}"
    if reply.assumed:
        yield f"Tas för givet: {'; '.join(reply.assumed)}"
    yield f"Svar: {_summarise(reply.answer)}"
    yield from (
        f"  {row.outcome} ({row.situation}): {_summarise_holders(row)} ({_cite(row)})"
        for row in reply.answer.contradicting
    )
    yield from (f"  {note}" for note in reply.answer.notes)
    for rule in reply.answer.grounds:
        yield f"  {rule.rule}: {', '.join(filter(None, (rule.text, rule.heading)))}"
        if rule.statement:
            yield f"    {rule.statement}"
    if reply.alternatives:
        yield f"Svaret beror på {', '.join(reply.depends_on)}:"
    for each in reply.alternatives:
        yield f"  om {'; '.join(each.facts)}: {_summarise(each.answer)} ({_cite(each.answer)})"


def _summarise(answer: PageAnswer) -> str:
    match answer.outcome:
        case "silent":
            return "inte reglerat"
        case "conflict":
            return "överenskommelsen säger emot sig själv"
        case _:
            return _summarise_holders(answer)


def _summarise_holders(answer: PageAnswer) -> str:
    holders = {"huvudman": answer.treatment, "utförare": answer.performer, "arbetsgivare": answer.employer}
    words = [f"{role} {holder.lower() if holder else 'inte reglerat'}" for role, holder in holders.items()]
    words += [f"medicinskt ansvar {answer.medical.lower()}"] if answer.medical else []
    words += [*answer.named, *([answer.key] if answer.key else [])]
    marks = {"delat ansvar": answer.shared, "står inte ordagrant": answer.derived}
    permanence = [decapitalise(answer.always)] if answer.always else []
    return ", ".join((*words, *(mark for mark, is_so in marks.items() if is_so), *permanence))


def _cite(answer: PageAnswer) -> str:
    return ", ".join(rule.rule for rule in answer.grounds) or "ingen regel"
