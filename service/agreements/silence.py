"""The answer that a version is silent, as JSON."""

from collections.abc import Sequence
from typing import Any


def describe_silence(silences: Sequence[str] = ()) -> dict[str, Any]:
    """Describe the silence of a version about a question, with the ids of the silences that the text itself names."""
    return {"answer": "not regulated", "silences": silences, "clauses": ()}
