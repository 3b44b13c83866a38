"""A document of the repository, with its code, links, headings, blocks and trees of folders."""

import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from tests.rules.places import ROOT

SUFFIXES = (".py", ".md", ".toml", ".html", ".sql", ".json", ".css", ".js", ".yaml", ".txt", ".http", ".png", ".svg")
_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:(?<=\n\n)|\A)(?: {4}[^\n]*\n(?:\n(?= {4}))?)+")
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.<>*-]+(?:/[\w.<>*-]+)*/?")
_TREE = re.compile(r"^( *)((?:[\w.-]+/? )*[\w.-]+(?:/|\.py))(?: {2,}\S|$)")


class Document:
    """One Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text("utf-8")

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def fenced(self) -> list[tuple[str, str]]:
        """The fenced blocks: the words after the fence, and the content."""
        return [(info.strip(), content) for _, info, content in _FENCE.findall(self.text)]

    @cached_property
    def indented(self) -> list[str]:
        """The indented blocks."""
        return [block[0] for block in _INDENTED.finditer(self._prose)]

    @cached_property
    def code(self) -> list[str]:
        """All code of the document: in blocks, and within sentences."""
        spans = [" ".join(content.split()) for _, content in _CODE.findall(_INDENTED.sub("\n", self._prose))]
        return [*(content for _, content in self.fenced), *self.indented, *spans]

    @property
    def _prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def shell_blocks(self) -> list[str]:
        """The blocks that a reader runs."""
        return [content for info, content in self.fenced if info == "sh"]

    @property
    def links(self) -> list[str]:
        """The targets of the links and pictures within the repository."""
        return [target for target in _LINK.findall(self._prose) if not target.startswith(("http:", "https:"))]

    @property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        headings = re.findall(r"^#+ +(.+?) *$", self._prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def named_paths(self) -> Iterator[str]:
        """Yield the paths of this repository that code and trees name."""
        for block in self.indented:
            yield from _tree_paths(block)
        of_reader = {content for info, content in self.fenced if info == "sh no-run"}
        for code in self.code:
            for word in () if code in of_reader else code.split():
                path = word.strip(",;:()").rstrip("/")
                if _PATH.fullmatch(path) and _is_ours(path):
                    yield path


def _tree_paths(block: str) -> Iterator[str]:
    """Yield the paths of a tree of folders. The parent of a line is the nearest line above with less indentation."""
    above: list[tuple[int, str]] = []
    for line in block.splitlines():
        if line_of_tree := _TREE.match(line):
            indent, names = len(line_of_tree[1]), line_of_tree[2].split()
            above = [folder for folder in above if folder[0] < indent]
            parent = above[-1][1] if above else ""
            yield from (f"{parent}{name}" for name in names)
            above.append((indent, f"{parent}{names[-1]}"))


def _is_ours(path: str) -> bool:
    first = path.partition("/")[0]
    return ("/" in path and first in _top()) or (path.endswith(SUFFIXES) and not path.startswith((".", "*", "<")))


@cache
def _top() -> frozenset[str]:
    return frozenset(path.partition("/")[0] for path in list_files())


@cache
def list_files() -> tuple[str, ...]:
    """Return the paths of the files in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for path in listed.stdout.splitlines() if (ROOT / path).exists())


def exists(path: str) -> bool:
    """Return True for a file or folder of the repository; `*` and `<name>` stand for any name."""
    pattern = re.sub(r"<[^>]*>", "*", path.rstrip("/"))
    whole = pattern.partition("/")[0] in _top()
    return any(fnmatch(place, pattern) if whole else fnmatch(f"/{place}", f"*/{pattern}") for place in _places())


@cache
def _places() -> frozenset[str]:
    return frozenset(
        place.as_posix()
        for path in list_files()
        for place in (PurePosixPath(path), *PurePosixPath(path).parents)
        if place.name
    )


def list_documents() -> list[Document]:
    """Return the documents that the tests check."""
    own = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md")]
    return [Document(path) for path in (*own, *sorted((ROOT / "docs").glob("*.md")))]
