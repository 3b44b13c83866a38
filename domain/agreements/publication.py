"""The published agreements: read once from the package's own texts, frozen by their lock."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from domain.agreements.background import FOLDER
from domain.agreements.model import Agreement
from domain.agreements.validation import Fault, read
from domain.kernel import AgreementRef, HsaId, Value, legal_day
from domain.versions.local import LocalAgreement
from domain.versions.terms import Terms


class TextRefused(Exception):
    """A text that cannot be published: a fault in what was installed, never in a request."""


class FaultyText(TextRefused):
    """A text with faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
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


class Catalogue(Value):
    """Published versions, of any number of counties."""

    agreements: tuple[Agreement, ...]
    terms: tuple[Terms, ...] = ()
    """What the record of a version says about its force; one without terms is in force by its own dates alone."""

    def in_force(self, county: str, at: datetime, municipality: HsaId | None = None) -> Agreement | None:
        """The county's version in force on the Swedish legal day of `at`; of two, the one that took effect last.

        With a municipality: in force between it and the region; None answers that they have no agreement, and the
        region keeps the duty (SKR-3-8). Without: in force between the region and at least one municipality.
        """
        day = legal_day(at)
        begun = [
            (first, place)
            for place, agreement in enumerate(self.agreements)
            if agreement.county == county and (first := self._begun(agreement, day, municipality)) is not None
        ]
        if not begun:
            return None
        latest = max(first for first, _ in begun)
        return next(self.agreements[place] for first, place in begun if first == latest)

    def _begun(self, agreement: Agreement, day: date, municipality: HsaId | None) -> date | None:
        """Since when the version has been in force on the day; None where it is not."""
        terms = self.terms_of(agreement.ref)
        if terms is not None:
            period = terms.period(municipality, day)
            return period.first if period else None
        holds = agreement.valid_from <= day and (agreement.valid_to is None or day <= agreement.valid_to)
        return agreement.valid_from if holds else None

    def terms_of(self, ref: AgreementRef) -> Terms | None:
        """What the record of the version says about its force."""
        return next((one for one in self.terms if one.agreement == ref), None)

    def local(
        self, agreement: Agreement | None, at: datetime, municipality: HsaId | None
    ) -> tuple[LocalAgreement, ...]:
        """The local agreements in force under the version for the municipality, on the Swedish legal day of `at`."""
        terms = self.terms_of(agreement.ref) if agreement is not None else None
        if terms is None:
            return ()
        day = legal_day(at)
        return tuple(one for one in terms.local if one.municipality == municipality and one.is_in_force(day))

    def version(self, ref: AgreementRef) -> Agreement:
        """The version that an event stood on. KeyError: it was never published here."""
        for agreement in self.agreements:
            if agreement.ref == ref:
                return agreement
        raise KeyError(str(ref))


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
def published() -> Catalogue:
    """All agreements that this package publishes."""
    return publish(_texts(), (_folder() / "LOCK.toml").read_bytes())


def text_of(ref: AgreementRef) -> bytes:
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


def in_force(county: str, at: datetime) -> Agreement | None:
    """The published version in force in the county on the Swedish legal day of `at`, if any."""
    return published().in_force(county, at)


def version(ref: AgreementRef) -> Agreement:
    """The published version that an event stood on."""
    return published().version(ref)
