"""The page docs/avtalstexter.md as its tests read it: examples, sections with rows of fields, and generated tables."""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from domain.agreements.model import ActName, Agreement
from domain.case.acts import DECISIONS
from domain.case.state.case import EVENT_CLASSES
from service.web.agreement_words import describe_topic
from service.web.swedish import ACTS, capitalise
from tests.rules.places import ROOT

PAGE = ROOT / "docs" / "avtalstexter.md"
TOP = "Överst i filen"
"""The heading of the fields that stand before every table."""
COMMON = "Fält som återkommer"
_ACTS = re.compile(r"(<!-- make docs: handlingar -->\n).*?(<!-- slut -->)", re.DOTALL)
_EVENTS = re.compile(r"(<!-- make docs: händelser -->\n).*?(<!-- slut -->)", re.DOTALL)
_ROW = re.compile(r"^\| ((?:`[^`]+`(?:, )?)+) \| (.+) \|$", re.MULTILINE)


def with_acts(page: str) -> str:
    """Return the page with its table of acts as the pages of the service name them."""
    rows = "\n".join(f"| `{act}` | {ACTS[act]} |" for act in ActName)
    return _ACTS.sub(lambda found: f"{found[1]}\n| Handling | På sidorna |\n|---|---|\n{rows}\n\n{found[2]}", page)


def with_events(page: str) -> str:
    """Return the page with its table of events, each with its sentence and the acts that record it."""
    acts = _list_acts_of_events()
    rows = "\n".join(
        f"| `{topic}` | {capitalise(describe_topic(topic))} | {', '.join(acts[topic])} |"
        for topic in (event.TOPIC.rpartition(".")[0] for event in EVENT_CLASSES)
    )
    return _EVENTS.sub(
        lambda found: f"{found[1]}\n| Händelse | Vad någon gjorde | Handling |\n|---|---|---|\n{rows}\n\n{found[2]}",
        page,
    )


def _list_acts_of_events() -> Mapping[str, list[str]]:
    """List the acts that record each event, by its topic."""
    acts: dict[str, list[str]] = defaultdict(list)
    for act, decision in DECISIONS.items():
        for topic in sorted(set(_find_topics(decision, set()))):
            acts[topic].append(f"`{act}`")
    return acts


def _find_topics(function: Callable[..., object], above: set[object]) -> Iterator[str]:
    """Yield the topics of the events that a function records, itself or by the functions of a case that it calls."""
    above.add(function)
    known = inspect.unwrap(function).__globals__
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        for name in _list_named(node):
            found = known.get(name)
            if found in EVENT_CLASSES:
                yield found.TOPIC.rpartition(".")[0]
            elif inspect.isfunction(found) and found.__module__.startswith("domain.case") and found not in above:
                yield from _find_topics(found, above)


def _list_named(node: ast.AST) -> list[str]:
    """List the names that an expression calls, gives to a call, or chooses between. What it only tests is left out."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance")):
            return []
        case ast.Call():
            parts = [node.func, *node.args]
        case ast.IfExp():
            parts = [node.body, node.orelse]
        case _:
            return []
    return [part.id for part in parts if isinstance(part, ast.Name)]


def assemble(page: str) -> str:
    """Return the text that the examples of the page are together, with a clause for every rule that they cite."""
    text = "\n".join(re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    cited = set(re.findall(r'"(EXB-\d-\d)"', text)) - set(re.findall(r'^\[clauses\."(.+)"\]$', text, re.MULTILINE))
    clauses = [
        f'[clauses."{rule}"]\nsection = "1"\nlines = "1"\nheading = "Regel"\nstatement = "En regel."\n'
        for rule in sorted(cited)
    ]
    return "\n".join([text, *clauses])


def sections(page: str) -> Mapping[str, str]:
    """Return the sections of the page by their headings."""
    _, *parts = re.split(r"^#+ (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def rows(section: str) -> dict[str, str]:
    """Return what a section says about each field that its rows name."""
    return {name: text for names, text in _ROW.findall(section) for name in re.findall(r"`([^`]+)`", names)}


def common_fields(page: str) -> frozenset[str]:
    """Return the fields that the page explains once for all tables."""
    return frozenset(rows(page.partition(COMMON)[2].partition("\n#")[0]))


def described_tables(page: str) -> dict[str, dict[str, str]]:
    """Return the rows about each table that a heading names, by the table's path, with `<>` for a name of its own."""
    found: dict[str, dict[str, str]] = {"": rows(sections(page)[TOP])}
    for heading, section in sections(page).items():
        for code in re.findall(r"`\[+(.+?)\]+`", heading):
            path = re.sub(r"<[^>]*>|\"[^\"]*\"", "<>", code)
            found[path] = rows(section)
    return found


def tables(model: type[BaseModel] = Agreement, path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield every table of an agreement's text: its path, and the model that reads it."""
    yield path, model
    for name, field in model.model_fields.items():
        below = f"{path}.{name}".lstrip(".")
        for inner, at in _models(field.annotation, below):
            if inner is not model:  # a group of fields within a group has the same fields
                yield from tables(inner, at)


def _models(annotation: Any, path: str) -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, path
    at = f"{path}.<>" if get_origin(annotation) is dict else path
    for argument in get_args(annotation):
        yield from _models(argument, at)


def choices(model: type[BaseModel]) -> Iterator[str]:
    """Yield the words that the fields of a model choose among."""
    for field in model.model_fields.values():
        yield from _words(field.annotation)


def _words(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, str):
        yield annotation
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield from annotation
    for argument in get_args(annotation):
        yield from _words(argument)


def used_fields(value: Any) -> Iterator[tuple[type[BaseModel], str]]:
    """Yield every field that a value and the values within it were given."""
    match value:
        case BaseModel():
            for name in value.model_fields_set:
                yield type(value), name
                yield from used_fields(getattr(value, name))
        case dict():
            yield from (field for inner in value.values() for field in used_fields(inner))
        case tuple():
            yield from (field for inner in value for field in used_fields(inner))
