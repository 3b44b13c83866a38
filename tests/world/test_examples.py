"""The description has an example of each act: what the small world was grown with, and the service accepted."""

import json
import os
import re
from typing import Any
from uuid import UUID, uuid5

from domain.agreements.model import ActName
from service.api import description
from service.api.act_bodies import ON_CASES
from tests.docs.trace import ROOT

FILE = ROOT / "service" / "api" / "examples.json"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LONGEST = 300
"""The characters of a text that an example shows."""
BY_NOBODY = {ActName.LAPSE_PLAN, ActName.SETTLE_RESPONSIBILITY, ActName.REPORT_DEATH, ActName.ATTACH_DOCUMENT}
"""The acts without an example: those of the record itself, and the one whose body is a document."""


def test_the_examples_are_what_the_world_was_grown_with(contents: dict[str, Any]) -> None:
    found = {act: _shorten(content) for act, content in sorted(contents.items()) if act not in BY_NOBODY}
    if os.environ.get("ANSWERS") is not None:
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(FILE.read_text("utf-8")) == found, "run `make answers`"


def test_each_act_has_an_example() -> None:
    assert {act.name for act in ON_CASES} - BY_NOBODY <= description.EXAMPLES.keys()
    assert set(description.REFUSALS) - BY_NOBODY == set(description.EXAMPLES)


def _make_id(found: re.Match[str]) -> str:
    return str(uuid5(UUID(found[0]), "example"))


def _shorten(value: Any) -> Any:
    """Return a value with ids that nothing has, and without the ends of long texts, such as of a whole agreement."""
    match value:
        case str():
            return ID.sub(_make_id, value if len(value) <= LONGEST else f"{value[:LONGEST]}...")
        case dict():
            return {_shorten(key): _shorten(each) for key, each in value.items()}
        case list():
            return [_shorten(each) for each in value]
        case _:
            return value
