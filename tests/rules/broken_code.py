"""Copies of the domain's modules in which one check refuses nothing, asks nothing, or errs by one.

Conditions that only choose words are left out: those in a text that is put together, and those in a refusal's remedy.
"""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from domain.kernel import Value
from tests.rules.places import ROOT

_FAULTS_OF_THE_RECORD = frozenset({"AssertionError", "HistoryBroken", "KeyError", "NotImplementedError", "TypeError"})
"""The faults of the program or of the record. No rule stands on them."""
_EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_WRITTEN_OUT = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.Dict)
"""The kinds of values in a condition that ask nothing, such as the word that stands for one that is missing."""


class BrokenCheck(Value):
    """One check of the domain, and the way in which it is broken."""

    file: str
    line: int
    last_line: int
    within: str
    """The function that holds the check."""
    change: str
    code: str
    """The check as it stands."""
    place: int
    """The place of the change among those of its module."""

    @property
    def name(self) -> str:
        """The name by which a file lists the check; it holds no line, so that it outlives changes elsewhere."""
        return f"{self.file} {self.within}: {self.change} {self.code}"


def list_checks(path: Path) -> tuple[BrokenCheck, ...]:
    """List the checks of a module that can be broken."""
    file = path.relative_to(ROOT).as_posix()
    return tuple(
        BrokenCheck(
            file=file,
            line=node.lineno,
            last_line=node.end_lineno or node.lineno,
            within=within,
            change=change,
            code=" ".join(ast.unparse(node).split())[:120],
            place=place,
        )
        for place, (node, within, change, _) in enumerate(_find_changes(ast.parse(path.read_text("utf-8"))))
    )


def break_check(check: BrokenCheck) -> ast.Module:
    """Return the module's code with the check broken."""
    tree = ast.parse((ROOT / check.file).read_text("utf-8"))
    *_, change = list(_find_changes(tree))[check.place]
    change()
    return ast.fix_missing_locations(tree)


Found = tuple[ast.stmt | ast.expr, str, str, Callable[[], None]]
"""A check, the function that holds it, the name of the change, and the change itself."""


def _find_changes(tree: ast.Module) -> Iterator[Found]:
    for within, function in _functions(tree, ""):
        for node in _own_nodes(function):
            for place, change, act in _changes_at(node):
                yield place, within, change, act


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, without those of the functions in it, and without its words."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef) or _is_words(node):
            continue
        yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _changes_at(node: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, str, Callable[[], None]]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, ast.Raise) and _refuses(item):
                    yield item, "refuses nothing:", _replace_item(value, place, ast.copy_location(ast.Pass(), item))
        elif isinstance(node, ast.If | ast.IfExp) and field == "test" and isinstance(value, ast.expr):
            if not (isinstance(node, ast.If) and any(isinstance(one, ast.Raise) for one in node.body)):
                yield value, "is never so:", _replace(node, field, ast.copy_location(ast.Constant(False), value))
        elif isinstance(node, ast.keyword) and node.arg == "allocations" and field == "value":
            nothing = ast.copy_location(ast.Tuple([], ast.Load()), node.value)
            yield node.value, "allocates nothing:", _replace(node, field, nothing)
    if isinstance(node, ast.BoolOp):
        neutral = isinstance(node.op, ast.And)
        for place, item in enumerate(node.values):
            if isinstance(item, _WRITTEN_OUT):
                continue
            constant = ast.copy_location(ast.Constant(neutral), item)
            yield item, "is not asked:", _replace_item(node.values, place, constant)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _EDGES and len(node.ops) == 1:
        yield node, "errs at the edge:", _replace_item(node.ops, 0, _EDGES[type(node.ops[0])]())
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS and not (_is_text(node.left) or _is_text(node.right)):
        yield node, "reckons wrongly:", _replace(node, "op", _SIGNS[type(node.op)]())


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.keyword) and node.arg == "remedy")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _refuses(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name | ast.Attribute) and ast.unparse(raised) not in _FAULTS_OF_THE_RECORD


def _replace(node: ast.AST, field: str, by: object) -> Callable[[], None]:
    return lambda: setattr(node, field, deepcopy(by))


def _replace_item(items: list[Any], place: int, by: ast.AST) -> Callable[[], None]:
    return lambda: items.__setitem__(place, deepcopy(by))
