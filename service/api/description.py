"""The description of the JSON face as OpenAPI: the same for every county, with the rules of the caller's own."""

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from typing import Any

import orjson
from fastapi import FastAPI
from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.agreements.model import ActName, Agreement
from domain.authoring.background import load_national
from domain.kernel import Refusal
from domain.refusals import precondition_refusal
from service.api.problem import PROBLEM
from service.api.summaries import SUMMARIES
from service.http.errors import OF_REFUSALS

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_NUMBERED = re.compile(r"^F\d+(, F\d+)*: ")
_CONTINUED = re.compile(r"-?[A-Z]?\d[\w.\-]*( to -?[\w.]+)?")
"""A section after the first of a list, such as `-14` in `(XYZ-3-13, -14)`."""

_FOLDER = files("service.api")
EXAMPLES: Mapping[str, Any] = orjson.loads((_FOLDER / "examples.json").read_bytes())
"""A body of each act, as a made-up life of the small world has sent it."""
REFUSALS: Mapping[str, list[str]] = orjson.loads((_FOLDER / "refusals.json").read_bytes())
"""The codes by which each act can be refused, but for those that an agreement's ordering rules give."""
_pages = Environment(
    loader=PackageLoader("service.api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


def render_description(described: Mapping[str, Any]) -> str:
    """Render a description as a page for people, in HTML that needs no script."""
    return _pages.get_template("description.html").render(described=described)


def describe(app: FastAPI, agreements: Collection[Agreement], in_force: Agreement | None) -> dict[str, Any]:
    """Describe every act and its body, with an example and the codes by which it can be refused.

    Each act names the rules by which the version in force gives it to somebody.
    """
    prefixes = _find_prefixes(agreements)
    described: dict[str, Any] = _drop_rules(app.openapi(), prefixes)
    acts = {summary: act for act, summary in SUMMARIES.items()}
    for operation in (ways["post"] for ways in described["paths"].values() if "post" in ways):
        act = acts.get(operation["summary"])
        if act is not None:
            _describe_act(operation, act, in_force, prefixes)
        rule = in_force.act_rule(act) if in_force is not None and act is not None else None
        if rule is not None and in_force is not None:
            operation["description"] += f"\n\nBy {in_force.text_of(rule.clauses[0])}: {', '.join(rule.clauses)}."
    return described


def _describe_act(
    operation: dict[str, Any], act: ActName, in_force: Agreement | None, prefixes: Collection[str]
) -> None:
    """Add an example of the act's body to an operation, and what it can be refused for, by HTTP status."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if act in EXAMPLES:
            content["example"] = EXAMPLES[act]
    by_status: dict[str, list[str]] = {}
    for refusal in sorted(_list_refusals(act, in_force), key=lambda each: each.code):
        sentence = _drop_from_text(_NUMBERED.sub("", _read_first_paragraph(refusal)), prefixes)
        line = f"- `{refusal.code}`: {sentence[:1].upper()}{sentence[1:]}"
        by_status.setdefault(str(OF_REFUSALS[refusal.kind].status), []).append(line)
    for status, told in sorted(by_status.items()):
        operation["responses"][status] = {"description": "\n".join(told), "content": {PROBLEM: {}}}


def _list_refusals(act: ActName, in_force: Agreement | None) -> Iterator[type[Refusal]]:
    """Yield what an act can be refused for: by the act itself, and by the ordering rules of the version in force."""
    own = set(REFUSALS.get(act, ()))
    yield from (refusal for refusal in _list_all(Refusal) if getattr(refusal, "code", None) in own)
    rules = in_force.preconditions if in_force is not None else ()
    codes = {rule.code for rule in rules if act in rule.acts and rule.enforce == "refuse"}
    yield from map(precondition_refusal, codes - own)


def _read_first_paragraph(refusal: type[Refusal]) -> str:
    return " ".join((inspect.getdoc(refusal) or "").partition("\n\n")[0].split("\n"))


def _list_all(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in refusal.__subclasses__():
        yield each
        yield from _list_all(each)


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
