"""The published versions of any number of counties, and which of them is in force."""

from datetime import date, datetime

from domain.agreements.model import Agreement
from domain.kernel import AgreementRef, HsaId, Value, legal_day
from domain.versions.local_agreement import LocalAgreement
from domain.versions.terms import Terms


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
