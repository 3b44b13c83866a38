"""Criteria as expressions in CEL (Common Expression Language) over declared facts.

CEL is not Turing-complete and has no input, output, clock or state. It is bounded further here: no comprehensions, so
that the work is linear in a short text, and no function but the few that a criterion needs.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import cel
from pydantic import TypeAdapter, ValidationError

from domain.agreements.model import Fact
from domain.kernel import Refusal, RefusalKind, Text

FactValue = bool | int | str

MAX_LENGTH = 500
"""Characters in an expression. The longest criterion known has about a hundred."""
MAX_FACTS = 8
"""Facts in an expression, so that trying every combination of samples stays small."""

_OPERATORS = frozenset(
    {"_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_-_", "-_", "_?_:_", "@in"}
)  # no _+_: comprehensions (map, filter) are built on it, and no criterion adds
_FUNCTIONS = frozenset({"contains", "endsWith", "size", "startsWith"})
_PYTHON_TYPES = {"bool": bool, "int": int, "string": str}
_TEXT: TypeAdapter[str] = TypeAdapter(Text)


class FactMissing(Refusal):
    """A criterion was to be evaluated without a fact that it asks about, or with a blank one."""

    code = "FACT_MISSING"
    kind = RefusalKind.RULE


class FactRefused(Refusal):
    """A fact has the wrong type or is out of bounds, or no criterion asks about it."""

    code = "FACT_REFUSED"
    kind = RefusalKind.RULE


class ExpressionFault(Exception):
    """An expression that cannot be used: a fault in the agreement's text, never in a request."""


@lru_cache(maxsize=1024)
def _compile(expression: str) -> cel.Program:
    if len(expression) > MAX_LENGTH:
        raise ExpressionFault(f"is {len(expression)} characters long; at most {MAX_LENGTH} are allowed")
    try:
        program = cel.compile(expression)
    except ValueError as error:
        raise ExpressionFault(f"does not parse: {str(error).splitlines()[0].partition('ERROR: ')[2]}") from error
    foreign = sorted(set(program.functions()) - _OPERATORS - _FUNCTIONS)
    if foreign:
        allowed = ", ".join(sorted(_FUNCTIONS))
        raise ExpressionFault(
            f"uses {', '.join(foreign)}; a criterion may compare and combine facts, and call {allowed}"
        )
    if len(program.variables()) > MAX_FACTS:
        raise ExpressionFault(f"asks about {len(program.variables())} facts; at most {MAX_FACTS} are allowed")
    return program


def list_facts(expression: str) -> tuple[str, ...]:
    """The names of the facts that the expression asks about, sorted. Raises ExpressionFault."""
    return tuple(_compile(expression).variables())


def check(expression: str, declared: Mapping[str, Fact]) -> None:
    """Raises ExpressionFault unless the expression answers yes or no for facts of the declared types.

    Every combination of a few sample values is tried, so no request can meet an expression that fails on its types.
    """
    names = list_facts(expression)
    undeclared = [name for name in names if name not in declared]
    if undeclared:
        raise ExpressionFault(f"asks about the undeclared fact {', '.join(undeclared)}")
    for values in product(*(_samples(declared[name]) for name in names)):
        try:
            answer = _compile(expression).execute(dict(zip(names, values, strict=True)))
        except (TypeError, ValueError, RuntimeError, ArithmeticError) as error:
            raise ExpressionFault(f"fails for {_describe(names, values)}: {str(error).partition(':')[0]}") from error
        if not isinstance(answer, bool):
            raise ExpressionFault(
                f"answers {answer!r} for {_describe(names, values)}; a criterion answers true or false"
            )


def _samples(fact: Fact) -> tuple[FactValue, ...]:
    match fact.type:
        case "bool":
            return (True, False)
        case "int":
            return (fact.minimum, fact.maximum)
        case "string":
            return ("a", "b")


def _describe(names: Sequence[str], values: Sequence[FactValue]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in zip(names, values, strict=True)) or "no facts"


def holds(expression: str, facts: Mapping[str, FactValue]) -> bool:
    """What the expression comes to for facts that `admit` has passed."""
    return _compile(expression).execute(dict(facts)) is True


def admit(name: str, fact: Fact, given: Mapping[str, FactValue], *, rule: str, where: str) -> FactValue:
    """The given value of a declared fact. Refuses a missing or blank fact, one of another type or out of bounds."""
    value = given.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise FactMissing(
            f"The fact {name} is missing for the criterion {where}",
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
            why = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise _refusal(
                name, f"is refused: {why}", "a short text about no named person", rule=rule, where=where
            ) from None
    if not isinstance(value, bool) and not fact.minimum <= value <= fact.maximum:
        bounds = f"a number from {fact.minimum} to {fact.maximum}"
        raise _refusal(name, "is out of bounds", bounds, rule=rule, where=where)
    return value


def _refusal(name: str, problem: str, wanted: str, *, rule: str, where: str) -> FactRefused:
    return FactRefused(
        f"The fact {name} of the criterion {where} {problem}", rule=rule, remedy=f"give {wanted}", where=(where, name)
    )
