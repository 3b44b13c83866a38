"""The names in the documents: everything they name exists. tests/docs/__init__.py tells authors how to write them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.checks import CHECKS
from tests.docs.documents import Document, list_documents

FAULTY = """\
# A page
See `domain/moon.py`, `moon.py`, [a page](moon.md), [a heading](#the-moon), F99 and `KVITTENS_MOON`.

Run `make moon`, `kvittens fly` and `kvittens replay CASE --moon`; call `GET /api/moons`.

    curl -s http://127.0.0.1:8000

    domain/
      agreements/ case/   two rooms
        acts/ moons/      rooms of the second

```sh never
make stars
```
"""
SOUND = """\
# A page, and more
See `domain/act.py`, `act.py`, `tests/recorded/<topic>.json`, [this page](#a-page-and-more), F12 and `KVITTENS_PORT`.

Run `make test T=tests/domain`, `kvittens replay CASE --at …`; call `POST /api/cases/{case}/{act}`. They make it.

    make run

    domain/
      case/           a room
        acts/ rules/  its rooms

```sh no-run
curl -s http://127.0.0.1:8000/$NAME
```
"""


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("document", list_documents(), ids=str)
def test_everything_that_a_document_names_exists(document: Document, check: Callable[[Document], set[str]]) -> None:
    assert check(document) == set()


def test_the_checks_find_each_fault(tmp_path: Path) -> None:
    assert find_faults(FAULTY, tmp_path) == {
        "missing_paths": {"domain/moon.py", "moon.py", "domain/case/moons/"},
        "broken_links": {"moon.md", "#the-moon"},
        "unknown_rules": {"F99"},
        "unknown_targets": {"moon", "stars"},
        "unknown_commands": {"kvittens fly", "kvittens replay CASE --moon"},
        "unknown_settings": {"MOON"},
        "unknown_calls": {"GET /api/moons"},
        "unfenced_commands": {"curl -s http://127.0.0.1:8000"},
        "unknown_fences": {"sh never"},
    }


def test_the_checks_pass_a_sound_document(tmp_path: Path) -> None:
    assert find_faults(SOUND, tmp_path) == {}


def find_faults(text: str, folder: Path) -> dict[str, set[str]]:
    path = folder / "page.md"
    path.write_text(text, "utf-8")
    document = Document(path)
    return {check.__name__: faults for check in CHECKS if (faults := check(document))}
