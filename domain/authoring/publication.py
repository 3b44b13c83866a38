"""The published agreements: read once from the package's own texts, frozen by their lock."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from domain.agreements.model import Agreement
from domain.authoring.background import FOLDER
from domain.authoring.faults import TextFault
from domain.authoring.validation import read
from domain.kernel import AgreementRef
from domain.versions.catalogue import Catalogue


class TextRefused(Exception):
    """A text that cannot be published: a fault in what was installed, never in a request."""


class FaultyText(TextRefused):
    """A text with faults."""

    def __init__(self, faults: tuple[TextFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(text: bytes) -> Agreement:
    """The agreement of a text. Raises FaultyText with every fault and its line."""
    outcome = read(text)
    if isinstance(outcome, Agreement):
        return outcome
    raise FaultyText(outcome)


def digest(text: bytes) -> str:
    """What the lock holds for a text."""
    return f"sha256:{sha256(text).hexdigest()}"


def publish(texts: Mapping[str, bytes], lock: bytes) -> Catalogue:
    """The catalogue of all texts that the lock names. A text that it does not name is a draft, and is left out.

    Raises TextRefused for a locked text that has changed or is gone (published means frozen) or that has faults.
    """
    agreements = []
    for name, locked in tomllib.loads(lock.decode())["texts"].items():
        if name not in texts:
            raise TextRefused(f"{name} is published and is gone; restore it")
        if digest(texts[name]) != locked:
            raise TextRefused(f"{name} has changed since it was published; restore it, and write a new version instead")
        if not name.startswith(f"{FOLDER}/"):  # the background is never in force: every version is read against it
            agreements.append(load(texts[name]))
    return Catalogue(agreements=tuple(agreements))


@cache
def load_published() -> Catalogue:
    """All agreements that this package publishes."""
    return publish(_texts(), (_folder() / "LOCK.toml").read_bytes())


def read_published_text(ref: AgreementRef) -> bytes:
    """The text of a version that this package publishes, as TOML. KeyError: it publishes no such version."""
    for text in _texts().values():
        data = tomllib.loads(text.decode())
        if (data.get("id"), data.get("version")) == (ref.id, ref.version):
            return text
    raise KeyError(str(ref))


def _folder() -> Traversable:
    return files("domain.agreements") / "texts"


@cache
def _texts() -> Mapping[str, bytes]:
    return {
        f"{county.name}/{text.name}": text.read_bytes()
        for county in _folder().iterdir()
        if county.is_dir()
        for text in county.iterdir()
        if text.name.endswith(".toml")
    }


def find_in_force(county: str, at: datetime) -> Agreement | None:
    """The published version in force in the county on the Swedish legal day of `at`, if any."""
    return load_published().in_force(county, at)


def find_version(ref: AgreementRef) -> Agreement:
    """The published version that an event stood on."""
    return load_published().version(ref)
