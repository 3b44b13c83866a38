"""The liable days of a month, read from the cases and from nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from domain.authoring.background import find_national_liability
from domain.case.rules.payment_liability import LiabilityVersion, find_liabilities
from domain.case.state.case import Case, fold
from domain.kernel import Event, HsaId, Instant, Value, legal_midnight
from domain.versions.catalogue import Catalogue


class CaseDays(Value):
    """One case's liable days in a month."""

    case: UUID
    patient_id: UUID
    """The opaque id. Nothing here names anyone."""
    days: tuple[date, ...]
    notices: tuple[UUID, ...]
    """The events of the notices from which the days follow."""


def find_liability_version(catalogue: Catalogue, case: Case, at: Instant) -> LiabilityVersion:
    """Find the rules in force between the parties of a case at a moment: the version's, or the law's alone."""
    agreement = catalogue.in_force(case.county, at, case.municipality)
    if agreement is None:
        return LiabilityVersion(None, find_national_liability())
    return LiabilityVersion(agreement.ref, agreement.payment_liability)


def read_case_days(
    histories: Iterable[Sequence[Event]], catalogue: Catalogue, *, municipality: HsaId, first: date, last: date
) -> list[CaseDays]:
    """Read the whole histories of cases; return the municipality's cases with liable days from first to last day."""
    cases = (case for history in histories if (case := fold(history)) is not None)
    found = [_read(case, catalogue, first, last) for case in cases if case.municipality == municipality]
    return [each for each in found if each.days]


def _read(case: Case, catalogue: Catalogue, first: date, last: date) -> CaseDays:
    after = legal_midnight(last + timedelta(days=1))
    liabilities = find_liabilities(case, lambda at: find_liability_version(catalogue, case, at), after)
    days = {each.event: [day for day in each.liable_days if first <= day <= last] for each in liabilities}
    return CaseDays(
        case=case.id,
        patient_id=case.patient_id,
        days=tuple(sorted(day for of_notice in days.values() for day in of_notice)),
        notices=tuple(event for event, of_notice in days.items() if of_notice),
    )
