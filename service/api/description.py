"""The description of the JSON face as OpenAPI: the same for every county, with the rules of the caller's own."""

import inspect
import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI
from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.agreements.model import ActName, Agreement
from domain.authoring.background import load_national
from domain.kernel import Refusal
from service.api.json_body import describe_bodies
from service.api.summaries import SUMMARIES
from service.http.errors import OF_REFUSALS

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_NUMBERED = re.compile(r"^F\d+(, F\d+)*: ")
_CONTINUED = re.compile(r"-?[A-Z]?\d[\w.\-]*( to -?[\w.]+)?")
"""A section after the first of a list, such as `-14` in `(XYZ-3-13, -14)`."""

_FOLDER = files("service.api")
EXAMPLES: Mapping[str, Any] = orjson.loads((_FOLDER / "examples.json").read_bytes())
"""A body of each act, as a made-up life of the small world has sent it."""
REFUSALS, EVERY_ACT = "x-refusals", "every-act"
"""The member of an operation that lists its refusals, and the key of those that every act can meet."""
_CODES: Mapping[str, list[str]] = orjson.loads((_FOLDER / "refusals.json").read_bytes())
"""The codes by which each act can be refused, but for those that an agreement's ordering rules give."""
_pages = Environment(
    loader=PackageLoader("service.api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


class Description(NamedTuple):
    """A description as it is sent: as OpenAPI, and as a page for people, in HTML that needs no script."""

    openapi: bytes
    page: bytes


def render_description(described: Mapping[str, Any]) -> Description:
    """Render a description."""
    page = _pages.get_template("description.html").render(described=described)
    return Description(orjson.dumps(described), page.encode())


def describe(app: FastAPI, agreements: Collection[Agreement], in_force: Agreement | None) -> dict[str, Any]:
    """Describe every act and its body, with an example and the codes by which it can be refused.

    Each act names the rules by which the version in force gives it to somebody.
    """
    prefixes = _find_prefixes(agreements)
    plain = app.openapi()
    schemas = plain["components"].get("schemas", {}) | describe_bodies(app)
    plain["components"]["schemas"] = {name: schemas[name] for name in sorted(schemas)}
    described: dict[str, Any] = _drop_rules(plain, prefixes)
    described["info"][REFUSALS] = _describe_refusals(_CODES[EVERY_ACT], prefixes)
    acts = {summary: act for act, summary in SUMMARIES.items()}
    for operation in (operation for ways in described["paths"].values() for operation in ways.values()):
        act = acts.get(operation["summary"])
        if act is None:
            operation["summary"] = operation["description"].partition("\n")[0].partition(". ")[0].removesuffix(".")
        else:
            _describe_act(operation, act, in_force, prefixes)
    return described


def _describe_act(
    operation: dict[str, Any], act: ActName, in_force: Agreement | None, prefixes: Collection[str]
) -> None:
    """Add to an operation an example of the act's body, what it can be refused for, and who may do it by the text."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if act in EXAMPLES:
            content["example"] = EXAMPLES[act]
    codes = set(_CODES.get(act, ()))
    if in_force is not None:
        codes |= {rule.code for rule in in_force.preconditions if act in rule.acts and rule.enforce == "refuse"}
        rule = in_force.act_rule(act)
        if rule is not None:
            operation["description"] += f"\n\nBy {in_force.text_of(rule.clauses[0])}: {', '.join(rule.clauses)}."
    operation[REFUSALS] = _describe_refusals(codes, prefixes)


def _describe_refusals(codes: Collection[str], prefixes: Collection[str]) -> list[dict[str, Any]]:
    """Describe refusals: of each its HTTP status, its code and a sentence."""
    found = [_list_refusals()[code] for code in sorted(codes)]
    return [
        {"status": OF_REFUSALS[each.kind].status, "code": each.code, "sentence": _describe_refusal(each, prefixes)}
        for each in found
    ]


def _describe_refusal(refusal: type[Refusal], prefixes: Collection[str]) -> str:
    text = " ".join((inspect.getdoc(refusal) or "").partition("\n\n")[0].split("\n"))
    sentence = _drop_from_text(_NUMBERED.sub("", text), prefixes)
    return sentence[:1].upper() + sentence[1:]


@cache
def _list_refusals() -> Mapping[str, type[Refusal]]:
    """List every refusal by its code."""
    found: dict[str, type[Refusal]] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        waiting += (own := waiting.pop().__subclasses__())
        found |= {each.code: each for each in own if hasattr(each, "code")}
    return found


def _find_prefixes(agreements: Collection[Agreement]) -> frozenset[str]:
    """Return the beginnings of the rule ids that are no national document's."""
    national = {clause.partition("-")[0] for background in load_national() for clause in background.clauses}
    found = {clause.partition("-")[0] for agreement in agreements for clause in agreement.clauses}
    return frozenset(found - national)


def _drop_rules(described: Any, prefixes: Collection[str]) -> Any:
    """Return a description without the rules of any county, which stand in brackets."""
    match described:
        case Mapping():
            return {
                key: _drop_from_text(value, prefixes)
                if key in ("description", "summary") and isinstance(value, str)
                else _drop_rules(value, prefixes)
                for key, value in described.items()
            }
        case list():
            return [_drop_rules(value, prefixes) for value in described]
        case _:
            return described


def _drop_from_text(text: str, prefixes: Collection[str]) -> str:
    def shorten(found: re.Match[str]) -> str:
        groups = (", ".join(_list_other_parts(group, prefixes)) for group in found[1].split(";"))
        kept = "; ".join(group for group in groups if group)
        return f" ({kept})" if kept else ""

    return _BRACKETS.sub(shorten, text)


def _list_other_parts(group: str, prefixes: Collection[str]) -> list[str]:
    """List the parts of a group that are no rule of a county, nor the continuation of one."""
    kept, dropping = [], False
    for part in (each.strip() for each in group.split(",")):
        names_rule = any(word.partition("-")[0] in prefixes for word in part.split())
        dropping = names_rule or (dropping and _CONTINUED.fullmatch(part) is not None)
        kept += [] if dropping else [part]
    return kept
