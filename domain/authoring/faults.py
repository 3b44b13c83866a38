"""Faults of an agreement's text: the place, the fault and the remedy."""

from collections.abc import Collection

from domain.authoring.toml_lines import Path
from domain.kernel import Value


class EntryFault(Value):
    """A fault of one entry. The checks find entries by their path and do not know the lines of the text."""

    path: Path
    what: str
    """The rest of a sentence that begins with the entry, for example `is missing`."""
    remedy: str
    """The action that puts it right, as an imperative."""
    swedish: str | None = None
    """The fault and what to write instead, in Swedish, for a fault that is more than a wrong name or shape."""


class TextFault(Value):
    """A fault as the author reads it, with the line of the text."""

    line: int
    """From 1. If an entry is missing, the line where the table that lacks it begins."""
    path: str
    """The path of the entry, written as in TOML, for example `tracks[0].criteria[1].expression`. Empty for the text."""
    what: str
    remedy: str
    swedish: str | None = None

    def __str__(self) -> str:
        english = f"{self.line}: {self.path or 'the text'} {self.what}; {self.remedy}"
        return f"{english}\n    {self.swedish}" if self.swedish else english


def suggest(names: Collection[str]) -> str:
    """Return the remedy to use one of these names."""
    return f"use one of {', '.join(names)}" if names else "remove it, because there is none yet"
