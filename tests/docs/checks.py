"""The checks of a document. Each returns the names that the repository does not have."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import typer.main
from fastapi import FastAPI

from service.api.routes import router
from service.cli import app as command_line
from service.settings import Settings
from tests.docs.documents import Document, exists
from tests.docs.rule_ids import find_ids
from tests.docs.rules_page import sentences
from tests.rules.places import ROOT

_VARIABLE = re.compile(r"\{[^}]*\}|…|\*")
_SHELL = re.compile(r"^ *(?:\$ |curl |export |\w+=\$\().*$", re.MULTILINE)


def missing_paths(document: Document) -> set[str]:
    """Return the paths that are not in the repository."""
    return {path for path in document.named_paths() if not exists(path)}


def broken_links(document: Document) -> set[str]:
    """Return the links to a file or a heading that is not there."""
    return {link for link in document.links if not _leads_somewhere(document, link)}


def _leads_somewhere(document: Document, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = document.path.parent / file if file else document.path
    return target.exists() and (not anchor or anchor in Document(target).anchors)


def unknown_rules(document: Document) -> set[str]:
    """Return the rule ids that docs/rules.md does not have."""
    return find_ids(document.text) - sentences().keys()


def unknown_targets(document: Document) -> set[str]:
    """Return the targets of `make` that the Makefile does not have."""
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = (re.findall(r"(?:^|&& ) *make ([a-z][a-z-]*)", code, re.MULTILINE) for code in document.code)
    return {target for targets_of_code in named for target in targets_of_code} - set(targets)


def unknown_commands(document: Document) -> set[str]:
    """Return the calls of `kvittens` with a command or an option that it does not have."""
    named = (re.findall(r"(?<![\w-])kvittens((?: [^\s|;)]+)+)", code) for code in document.code)
    return {f"kvittens{words}" for calls in named for words in calls if not _is_command(words.split())}


def _is_command(words: list[str]) -> bool:
    command = typer.main.get_command(command_line)
    while words and not words[0].startswith("-") and (commands := getattr(command, "commands", None)):
        if (command := commands.get(words.pop(0))) is None:
            return False
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return all(word in options for word in words if word.startswith("--"))


def unknown_settings(document: Document) -> set[str]:
    """Return the settings that the service does not have."""
    return set(re.findall(r"KVITTENS_([A-Z_]+)", document.text)) - {name.upper() for name in Settings.model_fields}


def unknown_calls(document: Document) -> set[str]:
    """Return the calls that the JSON face does not offer. `{act}` and `…` stand for anything."""
    pattern = r"\b((?:GET|POST|PUT|DELETE) /api[^\s?`'\"]*)"
    named = {call for code in document.code for call in re.findall(pattern, code)}
    return {call for call in named if not any(_is_same(call.split("/"), route.split("/")) for route in _routes())}


@cache
def _routes() -> tuple[str, ...]:
    face = FastAPI()
    face.include_router(router, prefix="/api")
    offered = face.openapi()["paths"].items()
    return tuple(f"{method.upper()} {path}" for path, methods in offered for method in methods)


def _is_same(named: list[str], offered: list[str]) -> bool:
    steps: Iterator[tuple[str, str]] = zip(named, offered, strict=False)
    return len(named) == len(offered) and all(
        left == right or _VARIABLE.search(left) or _VARIABLE.search(right) for left, right in steps
    )


def unfenced_commands(document: Document) -> set[str]:
    """Return the shell commands outside the blocks fenced with ```sh. No test runs such a command."""
    blocks = [*document.indented, *(content for info, content in document.fenced if not info)]
    return {line.strip() for block in blocks for line in _SHELL.findall(block)}


def unknown_fences(document: Document) -> set[str]:
    """Return the marks of shell blocks that are neither `sh` nor `sh no-run`."""
    return {info for info, _ in document.fenced if info.split()[:1] == ["sh"]} - {"sh", "sh no-run"}


CHECKS: tuple[Callable[[Document], set[str]], ...] = (
    missing_paths,
    broken_links,
    unknown_rules,
    unknown_targets,
    unknown_commands,
    unknown_settings,
    unknown_calls,
    unfenced_commands,
    unknown_fences,
)
