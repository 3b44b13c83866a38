"""For whom a version is in force, from when to when, and what has been agreed locally under it."""

from collections.abc import Collection
from datetime import date, datetime

from domain.agreements.model import Agreement
from domain.directory import Directory
from domain.kernel import AgreementRef, HsaId, Party, Value, legal_day
from domain.versions.local_agreement import LocalAgreement
from domain.versions.state import VersionRecord


class Period(Value):
    """Swedish legal days, both included; `last` is None until superseded."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


class Terms(Value):
    """What the record of a version says about its force. A municipality that is not named has no such agreement."""

    agreement: AgreementRef
    periods: dict[HsaId, Period]
    """By municipality; together with the region, which every agreement has as a party."""
    local: tuple[LocalAgreement, ...] = ()

    def period(self, municipality: HsaId | None, day: date) -> Period | None:
        """The period that the day falls in; with no municipality named, that of whichever has been bound longest."""
        able = [period for bound, period in self.periods.items() if municipality in (None, bound) and period.holds(day)]
        return min(able, key=lambda period: period.first, default=None)


def list_municipalities(text: Agreement, directory: Directory) -> tuple[HsaId, ...]:
    """The municipalities that are parties: those that the text names, or all in the county where it names none."""
    named = text.municipalities
    return tuple(
        one.id
        for one in directory.principals
        if one.party is Party.MUNICIPALITY and (not named or one.name in named or one.id in named)
    )


def derive_terms(text: Agreement, record: VersionRecord, parties: Collection[HsaId]) -> Terms:
    """The force that a published version has for those of its parties that both sides have signed for.

    It begins on the latest of the day that the text says, the day of publication and the days of the two signatures
    (ORE-1.1-1); a text that came with the package begins as it says. It ends as the text says, or earlier as both have
    declared (GAV-3-1).
    """
    periods = {}
    for municipality in parties:
        first = _first_day(text, record, municipality)
        if first is not None:
            early = record.last_day(municipality)
            last = min((day for day in (text.valid_to, early) if day is not None), default=None)
            periods[municipality] = Period(first=first, last=last)
    return Terms(agreement=text.ref, periods=periods, local=(*record.earlier, *record.local.values()))


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
