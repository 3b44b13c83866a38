"""Copies of the published texts in which one rule is broken: its entries are removed, or say something else."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from domain.agreements.model import Agreement
from domain.authoring.background import Background
from domain.authoring.toml_lines import Path
from tests.rules.places import RULE, entry_of

Data = dict[str, Any]
Validate = Callable[[Data], object]

_PARTIES = {"region": "municipality", "municipality": "region"}
_ANSWERS = ("treatment", "principal", "performer", "employer")


def validate_text(data: Data) -> Agreement | Background:
    """Return the agreement or background in parsed data. Its entries are not checked against each other."""
    kind = Background if "checks" in data else Agreement
    return kind.model_validate_json(json.dumps(data, default=str), strict=True)


def break_rule(
    data: Data, rule: str, *, widely: bool = False, validate: Validate = validate_text
) -> tuple[Data, tuple[Path, ...]]:
    """Return the data with the rule broken, and the paths of the broken entries.

    The rule is broken in the entries that name it first. It is broken in all that cite it if no entry names it first,
    or with `widely`. There are no paths if the text would lose its shape without any of these entries.
    """
    places = list(dict.fromkeys(_entries(data, rule)))
    first = [path for path, foremost in places if foremost]
    # The innermost entry and the last of a list come first, so that the others keep their places.
    order = sorted(
        first if first and not widely else [path for path, _ in places],
        key=lambda path: (len(path), _numbers(path)),
        reverse=True,
    )
    changed: list[Path] = []
    for path in order:
        for change in (_change_answer, _remove, _invert):
            copy = deepcopy(data)
            if change(copy, path) and _has_shape(copy, validate):
                data = copy
                changed.append(path)
                break
    return data, tuple(reversed(changed))


def _numbers(path: Path) -> tuple[int, ...]:
    return tuple(part for part in path if isinstance(part, int))


def _has_shape(data: Data, validate: Validate) -> bool:
    try:
        validate(data)
    except ValidationError:
        return False
    return True


def _entries(data: object, rule: str, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Yield the entries that cite the rule. The flag is True if the entry names the rule first."""
    match data:
        case dict():
            for key, value in data.items():
                if path or key != "clauses":
                    yield from _entries(value, rule, (*path, key))
        case [str(first), *_] if RULE.fullmatch(first):
            if rule in data:
                yield entry_of(path), first == rule
        case list():
            for index, value in enumerate(data):
                yield from _entries(value, rule, (*path, index))
        case str() if data == rule:
            yield entry_of(path), True


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _change_answer(data: Data, path: Path) -> bool:
    """Give the entry another answer: the other party, one day more, the opposite. Return False if it has no answer."""
    entry = _at(data, path)
    if not isinstance(entry, dict):
        return False
    if path == ("document",):
        entry.update({key: "another" for key in ("number", "revision") if key in entry})
        data.update({key: data[key] + timedelta(days=1) for key in ("valid_from", "valid_to") if key in data})
        return True
    if "expression" in entry:
        entry["expression"] = f"!({entry['expression']})"
        return True
    if "duration" in entry:
        entry["duration"] = re.sub(r"\d+", lambda number: str(int(number[0]) + 1), entry["duration"], count=1)
        entry.pop("priority", None)
        return True
    if path[0] == "checks":  # An inverted check would refuse every text. A removed check refuses none.
        return False
    answers = [key for key in _ANSWERS if entry.get(key) in _PARTIES]
    entry.update({key: _PARTIES[entry[key]] for key in answers})
    return bool(answers)


def _remove(data: Data, path: Path) -> bool:
    """Remove the entry."""
    del _at(data, path[:-1])[path[-1]]
    return True


def _invert(data: Data, path: Path) -> bool:
    """Invert the values of a required entry: no for yes, one more, another word. Return False if none can be."""
    entry = _at(data, path)
    if not isinstance(entry, dict):
        return False
    inverted = {key: _invert_value(value) for key, value in entry.items() if key != "clauses"}
    changes = {key: value for key, value in inverted.items() if value != entry[key]}
    entry.update(changes)
    return bool(changes)


def _invert_value(value: object) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case date():
            return value + timedelta(days=1)
        case [str(), *_]:
            return ["nothing"]
        case _:
            return value


def parse(text: bytes) -> Data:
    """Parse a text."""
    return tomllib.loads(text.decode("utf-8").replace("\r\n", "\n"))
