"""Faults of an agreement's text: the place, the fault and the remedy, in English and in Swedish."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

from domain.authoring.toml_lines import Path
from domain.kernel import Party, Value


class Language(StrEnum):
    """The language of a check's messages."""

    SWEDISH = "sv"
    ENGLISH = "en"


class Message(NamedTuple):
    """The words that a check tells an author, in both languages. Neither can be left out."""

    english: str
    swedish: str

    def say(self, language: Language) -> str:
        """Return the message in a language."""
        return self.swedish if language is Language.SWEDISH else self.english

    def followed_by(self, other: "Message") -> "Message":
        """Return both messages as one."""
        return Message(self.english + other.english, self.swedish + other.swedish)


class EntryFault(Value):
    """A fault of one entry. The checks find entries by their path and do not know the lines of the text."""

    path: Path
    what: str
    """The rest of an English sentence that begins with the entry, for example `is missing`."""
    remedy: str
    """The action that puts it right, as an English imperative."""
    swedish: str
    """The fault and what to write instead, as whole sentences in Swedish."""


class TextFault(Value):
    """A fault as the author reads it, with the line of the text."""

    line: int
    """From 1. If an entry is missing, the line where the table that lacks it begins."""
    path: str
    """The path of the entry, written as in TOML, for example `tracks[0].criteria[1].expression`. Empty for the text."""
    what: str
    remedy: str
    swedish: str

    def locate(self, file: object) -> Message:
        """Return the file, the line, the entry, the fault and the remedy."""
        return Message(
            english=f"{file}:{self.line}: {self.path or 'the text'} {self.what}; {self.remedy}",
            swedish=f"{file}:{self.line}: {self.path or 'texten'}: {self.swedish}",
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.path or 'the text'} {self.what}; {self.remedy}\n    {self.swedish}"


PARTIES: Mapping[Party, str] = {Party.REGION: "regionen", Party.MUNICIPALITY: "kommunen"}
"""The parties in Swedish."""


def find_near(name: str, names: Collection[str], *, alike: float = 0.75) -> Message | None:
    """Return the question if the most similar of the names was meant. None if no name is `alike`, from 0 to 1."""
    near = get_close_matches(name, names, n=1, cutoff=alike)
    return Message(f"did you mean {near[0]}?", f"Menas {near[0]}?") if near else None


def suggest(names: Collection[str]) -> str:
    """Return the remedy to use one of these names."""
    return f"use one of {', '.join(names)}" if names else "remove it, because there is none yet"


def suggest_in_swedish(names: Collection[str]) -> str:
    """Return the same remedy as a Swedish sentence."""
    return f"Skriv {list_in_swedish(names)}." if names else "Ta bort det: det finns inget sådant än."


def list_in_swedish(names: Collection[str], word: str = "eller") -> str:
    """List names in Swedish, as `a, b eller c`."""
    *first, last = names or ("",)
    return f"{', '.join(first)} {word} {last}" if first else last
