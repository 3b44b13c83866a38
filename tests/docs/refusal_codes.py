"""The codes by which each act can be refused, read from the code of its decision and of all that this calls."""

import ast
import inspect
import json
import re
import sys
import textwrap
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType
from typing import Any

import domain
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.permission import BY_RECORD
from domain.case.rules.second_request import refuse_second_request
from domain.kernel import Refusal
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD
from service.acts.attempts import ContentInvalid
from service.api.description import EVERY_ACT
from tests.docs.trace import ROOT

_FOLDING = re.compile(r"\.(state|events)(\.|$)")
"""The rooms whose code folds what was decided, and refuses nothing."""
FILE = ROOT / "service" / "api" / "refusals.json"


def render() -> str:
    """Return the file: the codes of every act that somebody does, and the others of each.

    Those of an agreement's ordering rules stand in its text. A code can be one too many: a branch that an act never
    takes is code that it calls.
    """
    ledgers = {name: entry.decide for kind in (VERSION_RECORD, *SETTLEMENT) for name, entry in kind.decisions.items()}
    decisions: dict[ActName, Any] = {**DECISIONS, **ledgers}
    codes = {name: {*_list_codes(decide), ContentInvalid.code} for name, decide in decisions.items()}
    codes[ActName.RAISE_NEED] |= _list_codes(refuse_second_request)  # which is asked beside the decision
    common = set.intersection(*(found for name, found in codes.items() if name not in BY_RECORD))
    own = {name: sorted(found - common) for name, found in codes.items()}
    return json.dumps({EVERY_ACT: sorted(common)} | own, indent=1) + "\n"


def _list_codes(decide: Any) -> set[str]:
    """List the codes of the refusals that a function names, or that anything names that it calls."""
    reached, waiting, found = {decide}, [decide], set()
    while waiting:
        refusals, called = _read(waiting.pop())
        found |= {refusal.code for refusal in refusals if hasattr(refusal, "code")}
        waiting += called - reached
        reached |= called
    return found


@cache
def _read(function: FunctionType) -> tuple[frozenset[type[Refusal]], frozenset[FunctionType]]:
    """Return the refusals that a function names and the functions of the domain that it calls, or methods so named."""
    refusals: set[type[Refusal]] = set()
    called: set[FunctionType] = set()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        found = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(found, type) and issubclass(found, Refusal):
            refusals.add(found)
        elif isinstance(found, FunctionType) and found.__module__.startswith("domain."):
            called.add(found)
        elif isinstance(node, ast.Attribute):
            called |= _list_methods().get(node.attr, set())
    called = {each for each in called if not _FOLDING.search(each.__module__) and each.__name__ != "evolve"}
    return frozenset(refusals), frozenset(called)


@cache
def _list_methods() -> dict[str, set[FunctionType]]:
    """List the methods and properties of the domain's classes, by name."""
    for module in walk_packages(domain.__path__, "domain."):
        import_module(module.name)
    modules = [module for name, module in sys.modules.items() if name.startswith("domain")]
    classes = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    methods: dict[str, set[FunctionType]] = {}
    for each in classes:
        if each.__module__.startswith("domain") and not issubclass(each, Refusal):
            for name, found in vars(each).items():
                method = getattr(found, "fget", None) or getattr(found, "__func__", found)
                if isinstance(method, FunctionType) and method.__module__.startswith("domain"):
                    methods.setdefault(name, set()).add(method)
    return methods
