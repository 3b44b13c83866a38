"""What is wrong with an agreement's text, in words that its author can act on."""

import json
import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

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
"""Told of one text; one with more is told of the first found."""
MOST_PARTS = 8
"""In a dotted key. The deepest known has four; what a key costs to read grows with their square."""
_KEY_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_LONG_KEY = re.compile(rf"(?<![\w.-])(?:{_KEY_PART}[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


def check(text: bytes) -> tuple[TextFault, ...]:
    """All that is wrong with the text, in the order of its lines; nothing where it can be published."""
    outcome = read(text)
    return () if isinstance(outcome, Agreement) else outcome


def read(text: bytes) -> Agreement | tuple[TextFault, ...]:
    """The agreement of a sound text, completed with what holds in every county; or its faults."""
    try:
        decoded = text.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return (TextFault(line=line, path="", what="is not UTF-8", remedy="save the file as UTF-8"),)
    long_key = _LONG_KEY.search(decoded)
    if long_key:
        line = decoded.count("\n", 0, long_key.start()) + 1
        return (TextFault(line=line, path="", what=f"has a key of over {MOST_PARTS} parts", remedy="shorten it"),)
    try:
        data = tomllib.loads(decoded)
        written = json.dumps(data, default=str)
    except RecursionError:
        return (TextFault(line=1, path="", what="is nested too deep", remedy="write tables beside each other"),)
    except ValueError as error:  # of TOML, or of a number with thousands of digits
        where = re.search(r"\(at line (\d+)", str(error))
        line = int(where[1]) if where else decoded.count("\n") + 1
        return (TextFault(line=line, path="", what=f"is not TOML: {error}", remedy="correct the line"),)
    problems: Iterable[EntryFault]
    try:
        agreement = Agreement.model_validate_json(written, strict=True)
        problems = tuple(find_faults(agreement, data, load_national()))
        if not problems:
            return complete(agreement, load_national())
    except ValidationError as invalid:
        problems = map(_describe_shape_fault, invalid.errors(include_url=False, include_context=True))
    lines = find_lines(decoded)
    return tuple(
        sorted(
            (
                TextFault(
                    line=find_line(each.path, lines), path=_write_path(each.path), what=each.what, remedy=each.remedy
                )
                for each in islice(problems, MOST_FAULTS)
            ),
            key=lambda fault: fault.line,
        )
    )


def _write_path(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _describe_shape_fault(error: ErrorDetails) -> EntryFault:
    """What pydantic found, in plain words."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name, context = str(path[-1]) if path else "", error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, _FIELD_NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove it; docs/avtalstexter.md describes every field"
            return EntryFault(path=path, what="is not a field that is known here", remedy=hint)
        case "missing":
            return EntryFault(path=path, what="is missing", remedy=f"add {name}")
        case "string_pattern_mismatch":
            pattern = str(context["pattern"])
            shape = next((words for start, words in _SHAPES.items() if pattern.startswith(start)), pattern)
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=f"write {shape}")
        case "enum" | "literal_error":
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=f"write one of {context['expected']}")
        case "too_short":
            return EntryFault(path=path, what="is empty", remedy="name at least one; every entry stands on a rule")
        case _:
            return EntryFault(path=path, what=f"is {error['input']!r}", remedy=error["msg"].replace("Input", "it"))
