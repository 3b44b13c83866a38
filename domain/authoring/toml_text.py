"""A TOML text as its author wrote it: its entries, and its faults with the line of each."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from domain.authoring.faults import EntryFault, TextFault
from domain.authoring.toml_lines import Path, find_line, find_lines
from domain.kernel import Value

_SHAPES = {
    r"^P(?:": "an ISO 8601 duration in whole days or longer, for example P7D, or in hours, for example PT24H",
    r"^P(": "an ISO 8601 duration in whole days or longer, for example P7D",
    r"^P[1": "an ISO 8601 duration in one unit, for example P1Y",
    r"^[A-Z]{3}-": "a rule id: three capitals, a hyphen and the section",
    r"^SE": "an HSA-id: SE, ten digits, a hyphen, and at most twenty capitals and digits",
    r"^[a-z0-9]": "a short key in lower case, for example primary-care",
    r"^[a-z]": "a field name in lower case, for example care_contact",
    r"^[A-Za-z0-9]": "letters, digits, dots, hyphens and underscores, for example R1",
    r"\S": "a text that is not blank",
}

MOST_FAULTS = 200
"""The number of faults that are reported about one text."""
MOST_PARTS = 8
"""The number of parts that a dotted key may have. The time to read a key grows with their square."""
_KEY_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_LONG_KEY = re.compile(rf"(?<![\w.-])(?:{_KEY_PART}[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


class TomlText(NamedTuple):
    """A text that is TOML, and its entries."""

    text: str
    data: dict[str, Any]
    as_json: str
    """The entries as JSON, which a model reads strictly."""

    def locate(self, faults: Iterable[EntryFault]) -> tuple[TextFault, ...]:
        """Return the faults with their lines, in the order of the lines."""
        found = tuple(faults)
        lines = find_lines(self.text) if found else {}
        located = [
            TextFault(
                line=find_line(each.path, lines),
                path=_write_path(each.path),
                what=each.what,
                remedy=each.remedy,
                swedish=each.swedish,
            )
            for each in found
        ]
        return tuple(sorted(located, key=lambda fault: fault.line))


def parse(text: bytes) -> TomlText | TextFault:
    """Return the entries of a text, or the fault for which it is no TOML in UTF-8."""
    try:
        decoded = text.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return TextFault(line=line, path="", what="is not UTF-8", remedy="save the file as UTF-8")
    long_key = _LONG_KEY.search(decoded)
    if long_key:
        line = decoded.count("\n", 0, long_key.start()) + 1
        what = f"has a key with more than {MOST_PARTS} parts"
        return TextFault(line=line, path="", what=what, remedy="shorten the key")
    try:
        data = tomllib.loads(decoded)
        return TomlText(decoded, data, json.dumps(data, default=str))
    except RecursionError:
        return TextFault(line=1, path="", what="is nested too deeply", remedy="write the tables beside each other")
    except ValueError as error:  # of TOML, or of a number with thousands of digits
        where = re.search(r"\(at line (\d+)", str(error))
        line = int(where[1]) if where else decoded.count("\n") + 1
        return TextFault(line=line, path="", what=f"is not TOML: {error}", remedy="correct the line")


def _write_path(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def list_fields(kinds: Iterable[object]) -> tuple[str, ...]:
    """List the names of the fields of those of the objects that are classes of values."""
    values = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Value)]
    return tuple(sorted({name for value in values for name in value.model_fields}))


def describe_shape_fault(error: ErrorDetails, fields: Collection[str]) -> EntryFault:
    """Describe an error of pydantic in plain words. `fields` are the names that fields of the text may have."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name, context = str(path[-1]) if path else "", error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, fields, n=1, cutoff=0.7)
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
