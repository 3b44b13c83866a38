"""The description has an example of each act: what the small world was grown with, and the service accepted."""

import json
import os
import re
from typing import Any
from uuid import UUID, uuid5

from domain.agreements.model import ActName
from domain.case.permission import BY_RECORD
from service.api import description
from tests.docs.trace import ROOT

FILE = ROOT / "service" / "api" / "examples.json"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHOUT_EXAMPLE = BY_RECORD | {ActName.ATTACH_DOCUMENT, ActName.SUBMIT_VERSION}
"""The acts without an example: those of the record itself, and those whose body is a document or a whole text."""


def test_the_examples_are_what_the_world_was_grown_with(contents: dict[str, Any]) -> None:
    found = {act: _replace_ids(content) for act, content in sorted(contents.items()) if act not in WITHOUT_EXAMPLE}
    if os.environ.get("ANSWERS") is not None:
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(FILE.read_text("utf-8")) == found, "run `make answers`"


def test_each_act_has_an_example() -> None:
    assert set(ActName) - WITHOUT_EXAMPLE == set(description.EXAMPLES)


def _replace_ids(content: Any) -> Any:
    return json.loads(ID.sub(lambda found: str(uuid5(UUID(found[0]), "example")), json.dumps(content)))
