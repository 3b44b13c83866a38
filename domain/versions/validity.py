"""The validity of a version: the days on which it binds each municipality, and the local agreements under it."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from domain.agreements.model import Agreement
from domain.directory import Directory
from domain.kernel import AgreementRef, HsaId, Instant, Party, Slug, Value, legal_day, legal_midnight
from domain.versions.local_agreement import LocalAgreement
from domain.versions.prolongation import find_fixed_end
from domain.versions.state import VersionRecord

NOT_HERE = datetime.min.replace(tzinfo=UTC)
"""The moment of what was concluded outside this record: before everything in it."""


class PeriodStart(NamedTuple):
    """The first day of a period, and the moment at which it was agreed. Of two beginnings, the later one holds."""

    first: date
    concluded: datetime


class ValidityPeriod(Value):
    """A period of Swedish legal days, both included. Without `last` it holds until a later version does."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Return True if the day is in the period."""
        return self.first <= day and (self.last is None or day <= self.last)


class VersionValidity(Value):
    """The days on which one version binds each municipality. It does not bind a municipality that is left out."""

    agreement: AgreementRef
    periods: dict[HsaId, ValidityPeriod]
    """The period of each municipality. The region is bound on the same days."""
    concluded: dict[HsaId, Instant] = {}
    """The moment at which each municipality and the region had concluded the version, here or outside this record.

    A shipped text has none.
    """
    late: dict[HsaId, Instant] = {}
    """The moment at which it became known here that the version had been concluded elsewhere before (SYS-9)."""
    local: tuple[LocalAgreement, ...] = ()
    """The local agreements under the version, also earlier ones."""

    def find_start(self, municipality: HsaId | None, day: date) -> PeriodStart | None:
        """Return the beginning of the period that the day is in. Without a municipality, return the earliest of all."""
        current = [
            PeriodStart(period.first, self.concluded.get(bound, NOT_HERE))
            for bound, period in self.periods.items()
            if municipality in (None, bound) and period.holds(day)
        ]
        return min(current, default=None)


class Unconcluded(Value):
    """A version that would bind a municipality on its days, if what is missing were done."""

    agreement: AgreementRef
    county: Slug
    municipality: HsaId
    days: ValidityPeriod
    unsigned: tuple[HsaId, ...]
    """The principals of the two that have not signed it."""
    is_published: bool
    """True if it has been published here, which an outside conclusion with another municipality is not."""

    @property
    def lack(self) -> str:
        """The missing signatures and publication, in words."""
        signatures = f"the signature of {' and '.join(self.unsigned)}"
        if self.is_published:
            return signatures
        return f"{signatures} and its publication" if self.unsigned else "its publication"


def list_unconcluded(text: Agreement, record: VersionRecord, directory: Directory) -> Iterator[Unconcluded]:
    """Yield each municipality that a submitted version does not bind yet, with what is missing.

    A version that was withdrawn will bind nobody.
    """
    bound = {municipality for municipality, _ in _conclusions(record, list_municipalities(text, directory))}
    for municipality in list_municipalities(text, directory) if record.is_awaited else ():
        if municipality not in bound:
            parties = ((Party.REGION, directory.region.id), (Party.MUNICIPALITY, municipality))
            yield Unconcluded(
                agreement=text.ref,
                county=text.county,
                municipality=municipality,
                days=ValidityPeriod(first=text.valid_from, last=find_fixed_end(text)),
                unsigned=tuple(principal for party, principal in parties if record.signed_at(party, principal) is None),
                is_published=record.published_at is not None,
            )


def list_municipalities(text: Agreement, directory: Directory) -> tuple[HsaId, ...]:
    """List the municipalities that are parties: those that the text names, or all in the county if it names none."""
    named = text.municipalities
    return tuple(
        principal.id
        for principal in directory.municipalities
        if not named or principal.name in named or principal.id in named
    )


def derive_validity(text: Agreement, record: VersionRecord, parties: Collection[HsaId]) -> VersionValidity:
    """Derive the days on which a published version binds each municipality that has signed together with the region.

    The first day is the latest of the text's first day, the day of publication and the days of the two signatures
    (ORE-1.1-1); or the day of the conclusion outside this record, if both have declared one (SYS-9). A text that came
    with the package starts on its own first day. The last day is the text's, or an earlier one that both parties have
    declared (GAV-3-1). A version that is prolonged has no last day until one of the parties ends it.
    """
    concluded = dict(_conclusions(record, parties))
    periods = {}
    for municipality in parties if record.is_shipped else concluded:
        first = max(text.valid_from, legal_day(concluded[municipality])) if concluded else text.valid_from
        early = record.last_day(municipality)
        last = min((day for day in (find_fixed_end(text), early) if day is not None), default=None)
        periods[municipality] = ValidityPeriod(first=first, last=last)
    local = (*record.earlier, *record.local.values())
    late = {bound: found.known_at for bound in parties if (found := record.find_outside_conclusion(bound)) is not None}
    return VersionValidity(agreement=text.ref, periods=periods, concluded=concluded, late=late, local=local)


def _conclusions(record: VersionRecord, municipalities: Collection[HsaId]) -> Iterator[tuple[HsaId, Instant]]:
    """Yield each municipality that is bound, and the moment at which that was concluded: the earlier one of two.

    Here it is the latest of the publication and the two signatures, outside this record the day that both declare.
    """
    for municipality in municipalities:
        signed = record.signed_at(Party.REGION), record.signed_at(Party.MUNICIPALITY, municipality)
        moments = [at for at in (record.published_at, *signed) if at is not None]
        concluded = [max(moments)] if len(moments) == 1 + len(signed) else []
        outside = record.find_outside_conclusion(municipality)
        if outside is not None:
            concluded.append(legal_midnight(outside.on))
        if concluded:
            yield municipality, min(concluded)
