"""One thing that is wrong in an agreement's text, before it is known on which line."""

from domain.authoring.lines import Path
from domain.kernel import Value


class EntryFault(Value):
    """Something wrong at a place in the text."""

    path: Path
    what: str
    remedy: str
