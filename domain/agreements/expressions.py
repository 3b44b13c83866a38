"""Criteria as expressions in CEL (Common Expression Language) over declared facts.

A CEL expression always ends, and has no input, output, clock or state. This module allows even less: no comprehensions,
so that evaluation is quick, and only the few functions that a criterion needs.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import cel
from pydantic import TypeAdapter, ValidationError

from domain.agreements.model import Fact
from domain.kernel import Refusal, RefusalKind, Text

FactValue = bool | int | str

MAX_LENGTH = 500
"""The number of characters that an expression may have. The longest in the published texts has about a hundred."""
MAX_FACTS = 8
"""The number of facts that an expression may ask about. `check` tries every combination of their samples."""

_OPERATORS = frozenset(
    {"_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_-_", "-_", "_?_:_", "@in"}
)  # no _+_: comprehensions (map, filter) are built on it, and no criterion adds
_FUNCTIONS = frozenset({"contains", "endsWith", "size", "startsWith"})
_PYTHON_TYPES = {"bool": bool, "int": int, "string": str}
_NUMBER = re.compile(r"\b\d{1,3}\b")
_TEXT: TypeAdapter[str] = TypeAdapter(Text)


class FactMissing(Refusal):
    """A fact that the criterion asks about is missing or blank."""

    code = "FACT_MISSING"
    kind = RefusalKind.RULE


class FactRefused(Refusal):
    """A fact has the wrong type or is out of bounds, or no criterion asks about it."""

    code = "FACT_REFUSED"
    kind = RefusalKind.RULE


class ExpressionFault(Exception):
    """An expression that cannot be used. The fault is in the agreement's text, never in a request."""

    def __init__(self, english: str, swedish: str) -> None:
        super().__init__(english)
        self.english = english
        """The rest of a sentence that begins with the expression."""
        self.swedish = swedish
        """The same as a whole sentence in Swedish."""


@lru_cache(maxsize=1024)
def _compile(expression: str) -> cel.Program:
    if len(expression) > MAX_LENGTH:
        raise ExpressionFault(
            f"is {len(expression)} characters long; the limit is {MAX_LENGTH}",
            f"Uttrycket har {len(expression)} tecken, och får ha högst {MAX_LENGTH}.",
        )
    try:
        program = cel.compile(expression)
    except ValueError as error:
        raise ExpressionFault(
            f"is not a CEL expression: {str(error).splitlines()[0].partition('ERROR: ')[2]}",
            "Uttrycket går inte att läsa.",
        ) from error
    foreign = sorted(set(program.functions()) - _OPERATORS - _FUNCTIONS)
    if foreign:
        allowed = ", ".join(sorted(_FUNCTIONS))
        raise ExpressionFault(
            f"uses {', '.join(foreign)}, which is not allowed; compare and combine facts, and call only {allowed}",
            f"Uttrycket använder {', '.join(foreign)}, som inte får stå här. Jämför och förena svar, och anropa bara "
            f"{allowed}.",
        )
    if len(program.variables()) > MAX_FACTS:
        raise ExpressionFault(
            f"asks about {len(program.variables())} facts; the limit is {MAX_FACTS}",
            f"Uttrycket ställer {len(program.variables())} frågor, och får ställa högst {MAX_FACTS}.",
        )
    return program


def list_facts(expression: str) -> tuple[str, ...]:
    """List the facts that the expression asks about, sorted. Raise ExpressionFault if the expression cannot be used."""
    return tuple(_compile(expression).variables())


def list_numbers(expression: str) -> tuple[int, ...]:
    """List the whole numbers that the expression names, such as the age that it compares with."""
    return tuple(int(number) for number in _NUMBER.findall(expression))


def check(expression: str, declared: Mapping[str, Fact]) -> None:
    """Raise ExpressionFault unless the expression answers true or false for facts of the declared types.

    Every combination of a few sample values is tried, so that no request meets an expression that fails on its types.
    """
    names = list_facts(expression)
    undeclared = [name for name in names if name not in declared]
    if undeclared:
        raise ExpressionFault(
            f"asks about {', '.join(undeclared)}, which [facts] does not declare",
            f"Uttrycket frågar efter {', '.join(undeclared)}, som inte finns i [facts].",
        )
    for values in product(*(_samples(declared[name]) for name in names)):
        try:
            answer = _compile(expression).execute(dict(zip(names, values, strict=True)))
        except (TypeError, ValueError, RuntimeError, ArithmeticError) as error:
            raise ExpressionFault(
                f"fails for {_describe(names, values)}: {str(error).partition(':')[0]}",
                f"Uttrycket går inte att räkna ut för {_describe(names, values, 'inga svar')}: slagen av svar passar "
                "inte ihop.",
            ) from error
        if not isinstance(answer, bool):
            raise ExpressionFault(
                f"answers {answer!r} for {_describe(names, values)}; it must answer true or false",
                f"Uttrycket svarar {answer!r} för {_describe(names, values, 'inga svar')}, och ska svara ja eller nej.",
            )


def _samples(fact: Fact) -> tuple[FactValue, ...]:
    match fact.type:
        case "bool":
            return (True, False)
        case "int":
            return (fact.minimum, fact.maximum)
        case "string":
            return ("a", "b")


def _describe(names: Sequence[str], values: Sequence[FactValue], nothing: str = "no facts") -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in zip(names, values, strict=True)) or nothing


def holds(expression: str, facts: Mapping[str, FactValue]) -> bool:
    """Return True if the expression is true for the facts. `admit` must have passed each of them."""
    return _compile(expression).execute(dict(facts)) is True


def admit(name: str, fact: Fact, values: Mapping[str, FactValue], *, rule: str, where: str) -> FactValue:
    """Return the value of a declared fact. Refuse a missing or blank value, another type and a number out of bounds."""
    value = values.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise FactMissing(
            f"The criterion {where} needs the fact {name}",
            rule=rule,
            remedy=f"give {name} ({fact.type}): {fact.description}",
            where=(where, name),
        )
    if type(value) is not _PYTHON_TYPES[fact.type]:
        raise _refusal(name, f"is {type(value).__name__}", f"a value of type {fact.type}", rule=rule, where=where)
    if isinstance(value, str):
        try:
            return _TEXT.validate_python(value)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise _refusal(
                name, f"is refused: {reason}", "a short text that names no person", rule=rule, where=where
            ) from None
    if not isinstance(value, bool) and not fact.minimum <= value <= fact.maximum:
        bounds = f"a number from {fact.minimum} to {fact.maximum}"
        raise _refusal(name, "is out of bounds", bounds, rule=rule, where=where)
    return value


def _refusal(name: str, problem: str, remedy: str, *, rule: str, where: str) -> FactRefused:
    return FactRefused(
        f"The fact {name} of the criterion {where} {problem}", rule=rule, remedy=f"give {remedy}", where=(where, name)
    )
