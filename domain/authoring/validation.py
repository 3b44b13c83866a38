"""The check of an agreement's text: TOML, the shape of each entry, and then the text as a whole."""

import json
import re
import tomllib
from difflib import get_close_matches
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.agreements import model
from domain.agreements.model import Agreement
from domain.authoring.background import complete, load_national
from domain.authoring.consistency import find_faults
from domain.authoring.faults import EntryFault, TextFault
from domain.authoring.toml_lines import Path, find_line, find_lines
from domain.kernel import Value

_SHAPES = {
    r"^P(": "an ISO 8601 duration in whole days or longer, for example P7D",
    r"^[A-Z]{3}-": "a rule id: three capitals, a hyphen and the section",
    r"^[a-z0-9]": "a short key in lower case, for example primary-care",
    r"^[a-z]": "a field name in lower case, for example care_contact",
    r"^[A-Za-z0-9]": "letters, digits, dots, hyphens and underscores, for example R1",
    r"\S": "a text that is not blank",
}
_FIELD_NAMES = sorted(
    {
        name
        for kind in vars(model).values()
        if isinstance(kind, type) and issubclass(kind, Value)
        for name in kind.model_fields
    }
)


MOST_FAULTS = 200
"""The number of faults that are reported about one text."""
MOST_PARTS = 8
"""The number of parts that a dotted key may have. The time to read a key grows with their square."""
_KEY_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_LONG_KEY = re.compile(rf"(?<![\w.-])(?:{_KEY_PART}[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


def check(text: bytes) -> tuple[TextFault, ...]:
    """Return the faults of the text, in the order of its lines. If there are none, it can be published."""
    outcome = read(text)
    return () if isinstance(outcome, Agreement) else outcome


def read(text: bytes, *, accepted: bool = False) -> Agreement | tuple[TextFault, ...]:
    """Return the agreement of a sound text, completed with the rules of every county; or the faults of the text.

    A text that has been accepted is read by the shape of its entries alone. A check between entries that has been added
    since concerns new texts, as does a field that has been dropped since; what was in force stays so.
    """
    try:
        decoded = text.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return (TextFault(line=line, path="", what="is not UTF-8", remedy="save the file as UTF-8"),)
    parsed = _parse(decoded)
    if isinstance(parsed, TextFault):
        return (parsed,)
    data, as_json = parsed
    try:
        agreement = Agreement.model_validate_json(as_json, strict=True, extra="ignore" if accepted else None)
        found = () if accepted else find_faults(agreement, data, load_national())
        faults = list(islice(found, MOST_FAULTS))
        if not faults:
            return complete(agreement, load_national())
    except ValidationError as invalid:
        errors = islice(invalid.errors(include_url=False, include_context=True), MOST_FAULTS)
        faults = list(map(_describe_shape_fault, errors))
    lines = find_lines(decoded)
    located = [
        TextFault(line=find_line(fault.path, lines), path=_write_path(fault.path), what=fault.what, remedy=fault.remedy)
        for fault in faults
    ]
    return tuple(sorted(located, key=lambda fault: fault.line))


def _parse(text: str) -> tuple[dict[str, Any], str] | TextFault:
    """Return the entries of a TOML text, as values and as JSON; or its fault."""
    long_key = _LONG_KEY.search(text)
    if long_key:
        line = text.count("\n", 0, long_key.start()) + 1
        what = f"has a key with more than {MOST_PARTS} parts"
        return TextFault(line=line, path="", what=what, remedy="shorten the key")
    try:
        data = tomllib.loads(text)
        return data, json.dumps(data, default=str)
    except RecursionError:
        return TextFault(line=1, path="", what="is nested too deeply", remedy="write the tables beside each other")
    except ValueError as error:  # of TOML, or of a number with thousands of digits
        where = re.search(r"\(at line (\d+)", str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        return TextFault(line=line, path="", what=f"is not TOML: {error}", remedy="correct the line")


def _write_path(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _describe_shape_fault(error: ErrorDetails) -> EntryFault:
    """Describe an error of pydantic in plain words."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name, context = str(path[-1]) if path else "", error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, _FIELD_NAMES, n=1, cutoff=0.7)
            described = f"the fields of {path[0]}" if len(path) > 1 else "every field"
            hint = f"did you mean {near[0]}?" if near else f"remove it; docs/avtalstexter.md describes {described}"
            return EntryFault(path=path, what="is not a known field", remedy=hint)
        case "missing":
            what = ", the rule in a plain Swedish sentence" if path[0] == "clauses" and name == "statement" else ""
            return EntryFault(path=path, what="is missing", remedy=f"add {name}{what}")
        case "string_pattern_mismatch":
            pattern = str(context["pattern"])
            shape = next((words for start, words in _SHAPES.items() if pattern.startswith(start)), pattern)
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=f"write {shape}")
        case "enum" | "literal_error":
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=f"write one of {context['expected']}")
        case "too_short":
            return EntryFault(
                path=path,
                what="is empty",
                remedy="name at least one rule" if name == "clauses" else "name at least one",
            )
        case _:
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=error["msg"].replace("Input", "it"))
