"""The validity of a version: the days on which it binds each municipality, and the local agreements under it."""

from collections.abc import Collection
from datetime import date, datetime

from domain.agreements.model import Agreement
from domain.directory import Directory
from domain.kernel import AgreementRef, HsaId, Party, Value, legal_day
from domain.versions.local_agreement import LocalAgreement
from domain.versions.state import VersionRecord


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
    local: tuple[LocalAgreement, ...] = ()
    """The local agreements under the version, also earlier ones."""

    def period(self, municipality: HsaId | None, day: date) -> ValidityPeriod | None:
        """Return the municipality's period that the day is in. Without a municipality, return the earliest of all."""
        current = [
            period for bound, period in self.periods.items() if municipality in (None, bound) and period.holds(day)
        ]
        return min(current, key=lambda period: period.first, default=None)


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
    (ORE-1.1-1). A text that came with the package starts on its own first day. The last day is the text's, or an
    earlier one that both parties have declared (GAV-3-1).
    """
    periods = {}
    for municipality in parties:
        first = _first_day(text, record, municipality)
        if first is not None:
            early = record.last_day(municipality)
            last = min((day for day in (text.valid_to, early) if day is not None), default=None)
            periods[municipality] = ValidityPeriod(first=first, last=last)
    return VersionValidity(agreement=text.ref, periods=periods, local=(*record.earlier, *record.local.values()))


def _first_day(text: Agreement, record: VersionRecord, municipality: HsaId) -> date | None:
    if record.is_shipped:
        return text.valid_from
    moments: list[datetime | None] = [
        record.published_at,
        record.signed_at(Party.REGION),
        record.signed_at(Party.MUNICIPALITY, municipality),
    ]
    if None in moments:
        return None
    return max(text.valid_from, *(legal_day(at) for at in moments if at is not None))
