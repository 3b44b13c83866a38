"""The places at which a rule is enforced: entries of the agreements' texts, and code that names it."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from domain.authoring import toml_lines as lines
from domain.kernel import Value

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "domain" / "agreements" / "texts"
CODE = ("domain", "projections", "fhir_profiles", "service")

RULE = re.compile(r"\b(?:INF|SKR|ORE|VML|GAV)-\d[0-9A-Za-z.]*(?:-[A-Z]?\d+)?(?![0-9A-Za-z-])")
_NAMES = ("id", "path", "name", "rule")


class Place(Value):
    """An entry of a text or a part of the code."""

    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}"


def list_texts() -> tuple[Path, ...]:
    """List the agreements' and the background's texts."""
    return tuple(sorted(path for path in TEXTS.rglob("*.toml") if path.name != "LOCK.toml"))


def find_places() -> Mapping[str, tuple[Place, ...]]:
    """Find the places at which each rule is enforced."""
    found: dict[str, list[Place]] = defaultdict(list)
    for path in list_texts():
        for rule, place in find_entries(path):
            found[rule].append(place)
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*.py")):
            for rule, place in find_docstrings(path):
                found[rule].append(place)
    return {rule: tuple(dict.fromkeys(places)) for rule, places in found.items()}


def find_entries(path: Path) -> Iterator[tuple[str, Place]]:
    """Find each rule that an entry of the text cites, with the entry. The clauses themselves enforce nothing."""
    text = path.read_text("utf-8")
    data, where = tomllib.loads(text), lines.find_lines(text)
    for rule, at in _find_cited(data):
        yield rule, Place(file=_relative(path), line=lines.find_line(at, where), name=_dot_path(data, at))


def _find_cited(data: object, path: lines.Path = ()) -> Iterator[tuple[str, lines.Path]]:
    match data:
        case dict():
            for key, value in data.items():
                if path or key != "clauses":
                    yield from _find_cited(value, (*path, key))
        case list():
            for index, value in enumerate(data):
                yield from _find_cited(value, (*path, index))
        case str() if RULE.fullmatch(data):
            yield data, entry_of(path)


def entry_of(path: lines.Path) -> lines.Path:
    """Return the entry that cites, for the path of a cited rule: without the field, and its place in the list."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return path[:-1] if path and path[-1] in ("clauses", "rule") else path


def _dot_path(data: object, path: lines.Path) -> str:
    """Return the path in words, with the items of lists by their own names."""
    steps: list[str] = []
    for part in path:
        data = data[part]  # type: ignore[index]  # the path was found in the data
        if isinstance(part, int) and isinstance(data, dict):
            name = next((str(data[key]) for key in _NAMES if key in data), None)
            steps.append(f"[{name or part}]")
        else:
            steps.append(f"[{part}]" if isinstance(part, int) else f".{part}")
    return "".join(steps).lstrip(".")


def find_docstrings(path: Path) -> Iterator[tuple[str, Place]]:
    """Find each rule that a docstring of the module names, with its class or function."""
    yield from _find_named(ast.parse(path.read_text("utf-8")), _relative(path), ())


def _find_named(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, file: str, within: tuple[str, ...]
) -> Iterator[tuple[str, Place]]:
    for statement in node.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _find_named(statement, file, (*within, statement.name))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            for rule in RULE.findall(str(statement.value.value)):
                yield rule, Place(file=file, line=getattr(node, "lineno", 1), name=".".join(within) or "(the module)")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
