"""The calendar of a case: the agreement version, the local agreements and the person's age, day by day."""

from collections.abc import Iterator
from datetime import date

from domain.act import Act, Moments
from domain.agreements.criteria import list_turning_ages
from domain.agreements.model import Agreement
from domain.kernel import HsaId, Instant, Slug, Value, legal_day, legal_midnight
from domain.person import AGE_OF_MAJORITY, age_on, birthday
from domain.versions.catalogue import Catalogue


class Calendar(Value):
    """The facts about a case that depend on the day alone."""

    catalogue: Catalogue
    county: Slug
    municipality: HsaId | None
    """The municipality of the case. None while nobody has named it."""
    born: date | None
    """The person's day of birth. None if it is not known."""

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The versions of the county's agreement."""
        return self.catalogue.list_own(self.county)

    def date_act(self, act: Act, at: Instant, moments: Moments | None = None) -> Act:
        """Return the act as it would be at a moment: under the version in force, for a person of that age.

        An act can give other moments for the version that it stands on.
        """
        moments = moments or Moments((at,))
        agreement = self.catalogue.first_in_force(self.county, moments.at, self.municipality, moments.regulated)
        return act.model_copy(
            update={
                "occurred_at": at,
                "agreement": agreement,
                "unconcluded": None
                if agreement is not None
                else self.catalogue.find_unconcluded(self.county, moments.at, self.municipality),
                "moments": moments,
                "local": self.catalogue.local(agreement, moments.at[0], self.municipality),
                "patient_age": None if self.born is None else age_on(self.born, legal_day(at)),
            }
        )

    def list_turns(self, after: Instant, until: Instant) -> list[Instant]:
        """List the moments at which time alone can change an answer: after a moment, and until another, included."""
        first, last = legal_day(after), legal_day(until)
        if first >= last:
            return []
        days = {*self.catalogue.turning_days(self.county, self.municipality), *self._birthdays()}
        moments = (legal_midnight(day) for day in sorted(days) if first <= day <= last)
        return [moment for moment in moments if after < moment <= until]

    def _birthdays(self) -> Iterator[date]:
        """Yield the days on which the person comes of age, or reaches an age that a row or a criterion is about."""
        if self.born is None:
            return
        yield birthday(self.born, AGE_OF_MAJORITY)
        for agreement in self.agreements:
            bounds = [(row.min_age, row.max_age) for row in agreement.matrix]
            bounds.append((agreement.scope.min_age, agreement.scope.max_age))
            for youngest, oldest in bounds:
                if youngest is not None:
                    yield birthday(self.born, youngest)
                if oldest is not None:
                    yield birthday(self.born, oldest + 1)
            for age in list_turning_ages(agreement):
                yield birthday(self.born, age)
