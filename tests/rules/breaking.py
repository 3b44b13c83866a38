"""Copies of the published texts in which one rule is broken: what stands on it is gone, or says something else."""

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
from tests.rules.enforced import RULE, entry_of

Data = dict[str, Any]
Validate = Callable[[Data], object]

_PARTIES = {"region": "municipality", "municipality": "region"}
_ANSWERS = ("treatment", "principal", "performer", "employer")


def text_of(data: Data) -> Agreement | Background:
    """Return the agreement or background in parsed data, without asking if its entries agree with each other."""
    kind = Background if "checks" in data else Agreement
    return kind.model_validate_json(json.dumps(data, default=str), strict=True)


def broken(
    data: Data, rule: str, *, widely: bool = False, validate: Validate = text_of
) -> tuple[Data, tuple[Path, ...]]:
    """Return the data with the rule broken in every entry that names it first; `widely`, in all that cite it.

    If no entry names it first, those that cite it are broken.

    The paths are those of the entries that were broken; none where no entry can be without the text losing its shape.
    """
    places = list(dict.fromkeys(_entries(data, rule)))
    first = [path for path, foremost in places if foremost]
    # the innermost and the last of a list before the others, so that what is left keeps its place
    order = sorted(
        first if first and not widely else [path for path, _ in places],
        key=lambda path: (len(path), _numbers(path)),
        reverse=True,
    )
    done: list[Path] = []
    for path in order:
        for change in (_say_otherwise, _take_away, _turn_round):
            copy = deepcopy(data)
            if change(copy, path) and _has_shape(copy, validate):
                data = copy
                done.append(path)
                break
    return data, tuple(reversed(done))


def _numbers(path: Path) -> tuple[int, ...]:
    return tuple(part for part in path if isinstance(part, int))


def _has_shape(data: Data, validate: Validate) -> bool:
    try:
        validate(data)
    except ValidationError:
        return False
    return True


def _entries(data: object, rule: str, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    """The entries that cite the rule, and whether they name it before any other."""
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


def _say_otherwise(data: Data, path: Path) -> bool:
    """Another answer in the same words: the other party, a day more, not instead of so. False: it has none."""
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
    if path[0] == "checks":  # a check that said otherwise would refuse every text: one that is gone refuses nothing
        return False
    answers = [key for key in _ANSWERS if entry.get(key) in _PARTIES]
    entry.update({key: _PARTIES[entry[key]] for key in answers})
    return bool(answers)


def _take_away(data: Data, path: Path) -> bool:
    """The entry is gone."""
    del _at(data, path[:-1])[path[-1]]
    return True


def _turn_round(data: Data, path: Path) -> bool:
    """Turn a required entry round: no for yes, one more, another word. Return False if nothing can be turned."""
    entry = _at(data, path)
    if not isinstance(entry, dict):
        return False
    turned = {key: _turned(value) for key, value in entry.items() if key != "clauses"}
    changes = {key: value for key, value in turned.items() if value != entry[key]}
    entry.update(changes)
    return bool(changes)


def _turned(value: object) -> object:
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


def parsed(text: bytes) -> Data:
    """Parse a text."""
    return tomllib.loads(text.decode("utf-8").replace("\r\n", "\n"))
