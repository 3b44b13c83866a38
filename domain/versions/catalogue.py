"""The catalogue of published versions, which finds the version in force."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from pydantic import PrivateAttr

from domain.agreements.model import Agreement
from domain.agreements.subordinate import Subordinate, compose
from domain.kernel import AgreementRef, HsaId, Value, legal_day, legal_midnight
from domain.versions.local_agreement import LocalAgreement
from domain.versions.prolongation import find_fixed_end
from domain.versions.validity import NOT_HERE, PeriodStart, Unconcluded, ValidityPeriod, VersionValidity

A = TypeVar("A", bound=Agreement)


class AgreementsUnreadable(Exception):
    """Something was asked about the agreement of a county of which a version cannot be read."""


class Catalogue(Value):
    """The published versions of any number of counties.

    About a county of which a version cannot be read nothing is answered, because it could be the one in force. Whoever
    asks gets AgreementsUnreadable.
    """

    agreements: tuple[Agreement, ...]
    unreadable: frozenset[str] = frozenset()
    """The counties of which a version cannot be read."""
    validities: tuple[VersionValidity, ...] = ()
    """The days on which each version binds each municipality. A version without such days follows its text's dates."""
    unconcluded: tuple[Unconcluded, ...] = ()
    """The versions that do not bind a municipality yet, drafts included, each with what is missing."""
    _wholes: dict[tuple[str | AgreementRef, ...], Agreement] = PrivateAttr(default_factory=dict)
    """The wholes that have been composed, by county and texts."""

    def list_own(self, county: str) -> tuple[Agreement, ...]:
        """List the county's versions. Raises AgreementsUnreadable if there are others that cannot be read."""
        if county in self.unreadable:
            raise AgreementsUnreadable(county)
        return tuple(agreement for agreement in self.agreements if agreement.county == county)

    def in_force(self, county: str, at: datetime, municipality: HsaId | None = None) -> Agreement | None:
        """Find the county's version in force on the Swedish legal day of `at`. Of two, the later one to start holds.

        The subordinate agreements under it that are in force that day belong to it (`Agreement.texts`), of each the
        version that holds. Without a main version none of them is in force.

        Of two with the same first day, the one that was concluded later holds: it is a correction of the other.
        With a municipality, the version must bind it and the region. If none does, they have no agreement, and the
        region keeps the duty (SKR-3-8). Without a municipality, the version must bind some municipality.
        """
        day = legal_day(at)
        own = self.list_own(county)
        mains = (agreement for agreement in own if not isinstance(agreement, Subordinate))
        main = self._find_latest(mains, day, municipality)
        if main is None:
            return None
        under: dict[str, list[Subordinate]] = {}
        for agreement in own:
            if isinstance(agreement, Subordinate) and agreement.stands_under(main):
                under.setdefault(agreement.id, []).append(agreement)
        found = (self._find_latest(versions, day, municipality) for _, versions in sorted(under.items()))
        return self._compose(main, tuple(part for part in found if part is not None))

    def _find_latest(self, versions: Iterable[A], day: date, municipality: HsaId | None) -> A | None:
        """Find the one of the versions in force on the day that started last."""
        started = [
            (began, version)
            for version in versions
            if (began := self._find_start(version, day, municipality)) is not None
        ]
        return max(started, key=lambda found: found[0])[1] if started else None

    def _compose(self, main: Agreement, parts: tuple[Subordinate, ...]) -> Agreement:
        """Return the whole of a main version and subordinate ones, each time the same."""
        if not parts:
            return main
        key: tuple[str | AgreementRef, ...] = (main.county, main.ref, *(part.ref for part in parts))
        if key not in self._wholes:
            self._wholes[key] = compose(main, parts)
        return self._wholes[key]

    def first_in_force(
        self,
        county: str,
        moments: Iterable[datetime],
        municipality: HsaId | None,
        regulated: Callable[[Agreement], bool],
    ) -> Agreement | None:
        """Find the version in force at the first of the moments at which one was that regulates something.

        If none does, return the first that was in force.
        """
        found = (self.in_force(county, moment, municipality) for moment in moments)
        versions = [version for version in found if version is not None]
        return next((version for version in versions if regulated(version)), versions[0] if versions else None)

    def find_unconcluded(
        self, county: str, moments: Iterable[datetime], municipality: HsaId | None
    ) -> Unconcluded | None:
        """Find a version that would be in force at one of the moments, if what is missing were done."""
        days = [legal_day(moment) for moment in moments]
        found = (
            each
            for each in self.unconcluded
            if each.county == county
            and municipality in (None, each.municipality)
            and any(each.days.holds(day) for day in days)
        )
        return max(found, key=lambda each: each.days.first, default=None)

    def _find_start(self, agreement: Agreement, day: date, municipality: HsaId | None) -> PeriodStart | None:
        """Return the beginning of the period that holds on the day, or None if the version is not in force then."""
        validity = self.validity_of(agreement.ref)
        if validity is not None:
            return validity.find_start(municipality, day)
        holds = ValidityPeriod(first=agreement.valid_from, last=find_fixed_end(agreement)).holds(day)
        return PeriodStart(agreement.valid_from, NOT_HERE) if holds else None

    def validity_of(self, ref: AgreementRef) -> VersionValidity | None:
        """Find the days on which a version binds each municipality."""
        return next((validity for validity in self.validities if validity.agreement == ref), None)

    def local(
        self, agreement: Agreement | None, at: datetime, municipality: HsaId | None
    ) -> tuple[LocalAgreement, ...]:
        """List the municipality's local agreements in force under the version, on the Swedish legal day of `at`.

        Those under the subordinate agreements beside it are among them.
        """
        day = legal_day(at)
        validities = [self.validity_of(ref) for ref in agreement.refs] if agreement is not None else []
        return tuple(
            local
            for validity in validities
            for local in (validity.local if validity is not None else ())
            if local.municipality == municipality and local.is_in_force(day)
        )

    def turning_days(self, county: str, municipality: HsaId | None) -> frozenset[date]:
        """List the days on which a version or a local agreement begins, and those after their last days."""
        return frozenset(
            day
            for agreement in self.list_own(county)
            for first, last in self._periods(agreement, municipality)
            for day in (first, last + timedelta(days=1) if last is not None else first)
        )

    def list_late_starts(self, county: str, municipality: HsaId | None) -> tuple[tuple[datetime, datetime], ...]:
        """List the beginnings of versions that became known later than they were, each with the time of both (SYS-9).

        They are those of one municipality.
        """
        found = (
            (legal_midnight(validity.periods[bound].first), known_at)
            for agreement in self.list_own(county)
            if (validity := self.validity_of(agreement.ref)) is not None
            for bound, known_at in validity.late.items()
            if bound == municipality
        )
        return tuple((start, known_at) for start, known_at in found if start < known_at)

    def _periods(self, agreement: Agreement, municipality: HsaId | None) -> Iterator[tuple[date, date | None]]:
        """Yield the periods of a version and of the local agreements under it, as first and last days."""
        validity = self.validity_of(agreement.ref)
        if validity is None:
            yield agreement.valid_from, find_fixed_end(agreement)
            return
        for bound, period in validity.periods.items():
            if municipality in (None, bound):
                yield period.first, period.last
        for local in validity.local:
            if local.municipality == municipality:
                yield local.valid_from, local.valid_to

    def periods_in_force(self, agreement: Agreement, municipality: HsaId) -> tuple[ValidityPeriod, ...]:
        """List the periods in which a version is the one in force with a municipality, without those of a later one.

        Those of a subordinate version are the ones in which it is in force beside the main one.
        """
        days = sorted(self.turning_days(agreement.county, municipality))
        periods: list[ValidityPeriod] = []
        for first, following in zip(days, [*days[1:], None], strict=True):
            found = self.in_force(agreement.county, legal_midnight(first), municipality)
            if found is None or agreement.ref not in found.refs:
                continue
            if periods and periods[-1].last == first - timedelta(days=1):
                first = periods.pop().first
            periods.append(ValidityPeriod(first=first, last=following - timedelta(days=1) if following else None))
        return tuple(periods)

    def version(self, ref: AgreementRef) -> Agreement:
        """Return the version that an event refers to.

        Raises KeyError if it was never published here, and AgreementsUnreadable if it can be one that cannot be read.
        """
        for agreement in self.agreements:
            if agreement.ref == ref:
                return agreement
        if self.unreadable:
            raise AgreementsUnreadable(*sorted(self.unreadable))
        raise KeyError(str(ref))

    def whole(self, ref: AgreementRef, subordinate: Iterable[AgreementRef]) -> Agreement:
        """Return the whole that an event stands on: its version with the subordinate ones. Raise KeyError as above."""
        parts = (self.version(each) for each in dict.fromkeys(subordinate))
        return self._compose(self.version(ref), tuple(part for part in parts if isinstance(part, Subordinate)))
