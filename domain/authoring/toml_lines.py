"""The line of each entry of a TOML text. `tomllib` gives only the values."""

import re
from bisect import bisect_left

Path = tuple[str | int, ...]
"""The place of an entry: keys of tables and places in lists, from the top of the text."""

_TRIVIA = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_STRING = re.compile(
    r"\"{3}(?:[^\"\\]|\\.|\"{1,2}(?!\"))*\"{3,5}|'{3}(?:[^']|'{1,2}(?!'))*'{3,5}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def find_lines(text: str) -> dict[Path, int]:
    """Find the line, from 1, of every table, key, array and array item. `tomllib` must accept the text."""
    return _Scanner(text).scan()


def find_line(path: Path, lines: dict[Path, int]) -> int:
    """Return the line of an entry, of the first in it if only those have lines, or of the nearest entry around it."""
    while path:
        within = [line for place, line in lines.items() if place[: len(path)] == path]
        if within:
            return lines.get(path, min(within))
        path = path[:-1]
    return 1


class _Scanner:
    """A reader that goes through the text once and notes the line of each entry."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_ends = [found.start() for found in re.finditer("\n", text)]
        self.position = 0
        self.found: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip(_TRIVIA) < len(self.text):
            if self.text[self.position] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return self.position

    def note(self, path: Path) -> None:
        self.found.setdefault(path, bisect_left(self.line_ends, self.position) + 1)

    def header(self) -> Path:
        start, is_array = self.position, self.text.startswith("[[", self.position)
        self.position += 2 if is_array else 1
        path: Path = ()
        for part in self.key():
            path = (*path, part)
            if path in self.sizes:
                path = (*path, self.sizes[path] - 1)
        name: Path | None = None
        if is_array:
            name = path[:-1] if path[-1] in range(self.sizes.get(path[:-1], 0)) else path
            self.sizes[name] = self.sizes.get(name, 0) + 1
            path = (*name, self.sizes[name] - 1)
        end, self.position = self.position, start
        self.note(path)
        if name is not None:
            self.note(name)
        self.position = end + (2 if is_array else 1)
        return path

    def key(self) -> Path:
        parts: list[str] = []
        while True:
            start = self.skip(_BLANK)
            parts.append(self.text[start : self.skip(_KEY_PART)].strip("\"'"))
            if self.text[self.skip(_BLANK)] != ".":
                return tuple(parts)
            self.position += 1

    def pair(self, table: Path) -> None:
        start = self.position
        path = (*table, *self.key())
        end, self.position = self.position, start
        self.note(path)
        self.position = end + 1
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip(_BLANK)
        match self.text[self.position]:
            case "[":
                self.position += 1
                self.array(path)
            case "{":
                self.position += 1
                self.inline_table(path)
            case '"' | "'":
                self.skip(_STRING)
            case _:
                self.skip(_BARE)

    def array(self, path: Path) -> None:
        index = 0
        while self.text[self.skip(_TRIVIA)] != "]":
            self.note((*path, index))
            self.value((*path, index))
            index += 1
            if self.text[self.skip(_TRIVIA)] == ",":
                self.position += 1
        self.position += 1

    def inline_table(self, path: Path) -> None:
        while self.text[self.skip(_TRIVIA)] != "}":
            self.pair(path)
            if self.text[self.skip(_TRIVIA)] == ",":
                self.position += 1
        self.position += 1
