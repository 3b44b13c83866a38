"""A TOML text as its author wrote it: its entries, and its faults with the line of each."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from domain.authoring.faults import EntryFault, Message, TextFault, find_near
from domain.authoring.toml_lines import Path, find_line, find_lines

_SHAPES: Mapping[str, Message] = {
    r"^P(?:": Message(
        "an ISO 8601 duration in whole days or longer, for example P7D, or in hours, for example PT24H, or a number of "
        "working days, for example P3BD",
        "en tid i hela dagar eller längre, till exempel P7D, i arbetsdagar, till exempel P3BD, eller i timmar, till "
        "exempel PT24H",
    ),
    r"^P(": Message(
        "an ISO 8601 duration in whole days or longer, for example P7D",
        "en tid i hela dagar eller längre, till exempel P7D",
    ),
    r"^P[1": Message("an ISO 8601 duration in one unit, for example P1Y", "en tid i en enda enhet, till exempel P1Y"),
    r"^[A-Z]{3}-": Message(
        "a rule id: three capitals, a hyphen and the section",
        "en regels id: tre versaler, ett bindestreck och avsnittet",
    ),
    r"^[A-Z][A-Z_]": Message(
        "a code in capitals, for example PLAN_REQUIRED", "en kod i versaler, till exempel PLAN_REQUIRED"
    ),
    r"^SE": Message(
        "an HSA-id: SE, ten digits, a hyphen, and at most twenty capitals and digits",
        "ett HSA-id: SE, tio siffror, ett bindestreck och högst tjugo versaler eller siffror",
    ),
    r"^(event|statement)": Message(
        "event: or statement: and a name, for example event:referral.sent",
        "event: eller statement: och ett namn, till exempel event:referral.sent",
    ),
    r"^(event|statement|plan)": Message(
        "event:, statement: or plan: and a name, for example event:referral.sent",
        "event:, statement: eller plan: och ett namn, till exempel event:referral.sent",
    ),
    r"^[a-z][a-z0-9_-]*\.": Message(
        "a part and a field of a plan, for example goal.when", "en del och ett fält i en plan, till exempel goal.when"
    ),
    r"^[a-z][a-z0-9-]*:": Message(
        "a plan, a part and a field, for example sip:goal.when",
        "en plan, en del och ett fält, till exempel sip:goal.when",
    ),
    r"^[a-z0-9]": Message(
        "a short key in lower case, for example primary-care", "ett kort namn i gemener, till exempel primary-care"
    ),
    r"^[a-z]": Message(
        "a field name in lower case, for example care_contact", "ett fälts namn i gemener, till exempel care_contact"
    ),
    r"^[A-Za-z0-9]": Message(
        "letters, digits, dots, hyphens and underscores, for example R1",
        "bokstäver (a till z), siffror, punkter, bindestreck och understreck, till exempel R1",
    ),
    r"\S": Message("a text that is not blank", "en text som inte är tom"),
}
"""The words for a shape, by the beginning of the pattern that a value must match."""

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
        return TextFault(
            line=line,
            path="",
            what="is not UTF-8",
            remedy="save the file as UTF-8",
            swedish="Filen är inte i UTF-8. Spara den som UTF-8.",
        )
    long_key = _LONG_KEY.search(decoded)
    if long_key:
        line = decoded.count("\n", 0, long_key.start()) + 1
        return TextFault(
            line=line,
            path="",
            what=f"has a key with more than {MOST_PARTS} parts",
            remedy="shorten the key",
            swedish=f"Namnet har mer än {MOST_PARTS} delar med punkt emellan. Skriv det kortare.",
        )
    try:
        data = tomllib.loads(decoded)
        return TomlText(decoded, data, json.dumps(data, default=str))
    except RecursionError:
        return TextFault(
            line=1,
            path="",
            what="is nested too deeply",
            remedy="write the tables beside each other",
            swedish="För många tabeller eller listor ligger i varandra. Skriv dem bredvid varandra.",
        )
    except ValueError as error:  # of TOML, or of a number with thousands of digits
        where = re.search(r"\(at line (\d+)", str(error))
        line = int(where[1]) if where else decoded.count("\n") + 1
        return TextFault(
            line=line,
            path="",
            what=f"is not TOML: {error}",
            remedy="correct the line",
            swedish=f"{_explain(str(error))} Rätta raden, eller den närmast före.",
        )


_SYNTAX: Mapping[str, str] = {
    "Cannot overwrite": "Fältet står två gånger i samma tabell.",
    "Cannot declare": "Tabellen står två gånger.",
    "Cannot redefine": "Tabellen står två gånger.",
    "Cannot mutate": "Tabellen är redan skriven på en rad, och kan inte få fler fält.",
    "Expected '=' after": "Efter fältets namn ska ett likhetstecken stå.",
    "Expected ']": "Rubriken slutar inte med rätt hakparentes.",
    "Expected newline": "Efter värdet ska en ny rad börja.",
    "Invalid initial character for a key": "Ett fälts namn får bara ha bokstäver (a till z), siffror, bindestreck och "
    "understreck; andra namn har citattecken.",
    "Invalid statement": "Raden är varken ett fält, en rubrik eller en kommentar.",
    "Invalid value": "Värdet går inte att läsa. Text har citattecken; tal, datum och true eller false har inga.",
    "Invalid date": "Dagen finns inte.",
    "Unclosed array": "Listan har ingen hakparentes som slutar den.",
    "Unclosed inline table": "Den lilla tabellen har ingen klammer som slutar den.",
    "Unterminated string": "Texten har inget citattecken som slutar den.",
    "Illegal character": "Texten har ett tecken som inte får stå där, som en radbrytning eller en tabb.",
    "Unescaped": "Texten har ett omvänt snedstreck. Skriv två.",
}
"""Faults of syntax in Swedish, by the beginning of what `tomllib` says."""


def _explain(error: str) -> str:
    """Return what is wrong with a line that is not TOML, in Swedish."""
    known = (swedish for beginning, swedish in _SYNTAX.items() if error.startswith(beginning))
    return next(known, "Raden går inte att läsa som TOML.")


def _write_path(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def list_fields(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """List the fields that the table at a path of a text may have, where `model` is the whole text."""
    found = {model}
    for part in path:
        fields = [each.model_fields[part].annotation for each in found if part in each.model_fields]
        inner = {kind for annotation in fields for kind in _find_models(annotation)}
        found = inner or found  # else the part is an index, the name of an entry, or the method of a component
    return tuple(sorted({name for each in found for name in each.model_fields}))


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _find_models(inner)


def describe_shape_fault(error: ErrorDetails, model: type[BaseModel]) -> EntryFault:
    """Describe an error of pydantic about a text of a model in plain words."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    what, remedy = _describe_shape(error, path, list_fields(model, path[:-1]))
    return EntryFault(
        path=path, what=what.english, remedy=remedy.english, swedish=f"{what.swedish} {remedy.swedish}".strip()
    )


def _describe_shape(error: ErrorDetails, path: Path, fields: Collection[str]) -> tuple[Message, Message]:
    """Return what is wrong and the remedy."""
    name, context = str(path[-1]) if path else "", error.get("ctx", {})
    is_value = Message(f"is {error['input']!r}", f"Här står {_write_value(error['input'])}.")
    match error["type"]:
        case "extra_forbidden":
            return Message("is not a known field", f"Fältet {name} finns inte."), _suggest_field(path, name, fields)
        case "missing":
            sentence = path[0] == "clauses" and name == "statement"
            return Message("is missing", f"Fältet {name} saknas."), Message(
                f"add {name}{', the rule in a plain Swedish sentence' if sentence else ''}",
                f"Skriv {name}{', regeln i en enkel mening' if sentence else ''}.",
            )
        case "string_pattern_mismatch":
            pattern = str(context["pattern"])
            shape = next((words for start, words in _SHAPES.items() if pattern.startswith(start)), None)
            english, swedish = shape or (pattern, f"ett värde av formen {pattern}")
            return is_value, Message(f"write {english}", f"Skriv {swedish}.")
        case "enum" | "literal_error":
            expected = str(context["expected"])
            either = expected.replace(" or ", " eller ")
            return is_value, Message(f"write one of {expected}", f"Skriv {either}.")
        case "too_short":
            rule = name == "clauses"
            return Message("is empty", "Listan är tom."), Message(
                "name at least one rule" if rule else "name at least one",
                "Skriv minst en regel." if rule else "Skriv minst en.",
            )
        case kind:
            sought = _KINDS.get(kind, "ett värde som fältet kan ha; docs/avtalstexter.md beskriver det")
            return is_value, Message(error["msg"].replace("Input", "it"), f"Skriv {sought.format(**context)}.")


def _write_value(value: object) -> str:
    """Write a value in Swedish as its author sees it."""
    match value:
        case dict():
            return "en tabell"
        case [_, *_]:
            return "en lista"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def _suggest_field(path: Path, name: str, fields: Collection[str]) -> Message:
    table = str(path[0]) if len(path) > 1 else None
    return find_near(name, fields, alike=0.7) or Message(
        f"remove it; docs/avtalstexter.md describes {f'the fields of {table}' if table else 'every field'}",
        f"Ta bort det; docs/avtalstexter.md beskriver {f'fälten i {table}' if table else 'alla fält'}.",
    )


_KINDS: Mapping[str, str] = {
    "bool_type": "true eller false, utan citattecken",
    "int_type": "ett heltal, utan citattecken",
    "string_type": "en text, med citattecken",
    "tuple_type": "en lista, inom hakparenteser",
    "dict_type": "en tabell",
    "model_type": "en tabell",
    "model_attributes_type": "en tabell",
    "date_type": "en dag utan citattecken, som 2026-01-31",
    "date_parsing": "en dag utan citattecken, som 2026-01-31",
    "date_from_datetime_parsing": "en dag utan citattecken, som 2026-01-31",
    "decimal_type": 'ett tal som text, som "0.5"',
    "decimal_parsing": 'ett tal som text, som "0.5"',
    "greater_than": "ett tal som är större än {gt}",
    "greater_than_equal": "ett tal som är minst {ge}",
    "less_than": "ett tal som är mindre än {lt}",
    "less_than_equal": "ett tal som är högst {le}",
    "string_too_long": "högst {max_length} tecken",
    "string_too_short": "minst {min_length} tecken",
    "union_tag_invalid": "ett av {expected_tags} i {discriminator}",
    "union_tag_not_found": "{discriminator}",
}
"""The words for a sort of value in Swedish, by the type of pydantic's error, with its context in braces."""
