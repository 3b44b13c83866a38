"""The agreements that this package publishes. Their texts are read once, and a lock keeps them from changing."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
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
    """A text that cannot be published. The fault is in the installed package, never in a request."""


class FaultyText(TextRefused):
    """A text with faults."""

    def __init__(self, faults: tuple[TextFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(text: bytes, *, accepted: bool = False, beside: Iterable[bytes] = ()) -> Agreement:
    """Return the agreement of a text, perhaps one that has been accepted. Raise FaultyText with each fault's line.

    A subordinate agreement is checked with the texts that stand `beside` it.
    """
    outcome = read(text, accepted=accepted, beside=beside)
    if isinstance(outcome, Agreement):
        return outcome
    raise FaultyText(outcome)


def digest(text: bytes) -> str:
    """Compute the digest of a text, as the lock writes it."""
    return f"sha256:{sha256(text).hexdigest()}"


def publish(texts: Mapping[str, bytes], lock: bytes) -> Catalogue:
    """Return the catalogue of the texts that the lock names. Any other text is a draft and is left out.

    Raise TextRefused if a locked text has changed, is missing or has faults. A published text never changes.
    """
    digests = tomllib.loads(lock.decode())["texts"]
    for name, locked in digests.items():
        if name not in texts:
            raise TextRefused(f"{name} is published and missing; restore the file")
        if digest(texts[name]) != locked:
            raise TextRefused(
                f"{name} has changed since it was published; restore the file and publish a new version instead"
            )
    # A background is never in force. Every version is checked against it.
    counties = (name for name in digests if not name.startswith(f"{FOLDER}/"))
    published = [texts[name] for name in counties]
    return Catalogue(agreements=tuple(load(text, beside=published) for text in published))


@cache
def load_published() -> Catalogue:
    """Read all agreements that this package publishes."""
    return publish(_texts(), (_folder() / "LOCK.toml").read_bytes())


def read_published_text(ref: AgreementRef) -> bytes:
    """Return the TOML text of a published version. Raise KeyError if this package does not publish it."""
    for text in _texts().values():
        data = tomllib.loads(text.decode())
        if (data.get("id"), data.get("version")) == (ref.id, ref.version):
            return text
    raise KeyError(str(ref))


def read_texts(known: Mapping[AgreementRef, bytes | None]) -> Iterator[bytes]:
    """Yield the texts of versions, of which some are None because this package publishes them."""
    for ref, text in known.items():
        yield read_published_text(ref) if text is None else text


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
