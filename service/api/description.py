"""The description of the JSON face as OpenAPI: the same for every county, with the rules of the caller's own."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from fastapi import FastAPI

from domain.agreements.model import Agreement
from domain.authoring.background import load_national
from service.api.summaries import SUMMARIES

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_CONTINUED = re.compile(r"-?[A-Z]?\d[\w.\-]*( to -?[\w.]+)?")
"""A section after the first of a list, such as `-14` in `(XYZ-3-13, -14)`."""


def describe(app: FastAPI, agreements: Collection[Agreement], in_force: Agreement | None) -> dict[str, Any]:
    """Describe every act and its body. Each act names the rules by which the version in force gives it to somebody."""
    described: dict[str, Any] = _drop_rules(app.openapi(), _find_prefixes(agreements))
    acts = {summary: act for act, summary in SUMMARIES.items()}
    for operation in (ways["post"] for ways in described["paths"].values() if "post" in ways):
        act = acts.get(operation["summary"])
        rule = in_force.act_rule(act) if in_force is not None and act is not None else None
        if rule is not None and in_force is not None:
            operation["description"] += f"\n\nBy {in_force.text_of(rule.clauses[0])}: {', '.join(rule.clauses)}."
    return described


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
