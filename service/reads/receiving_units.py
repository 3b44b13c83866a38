"""The units that can receive the request of a case: in the municipality where the person lives, or in any."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.case.rules.receiving_unit import find_receiving_units
from domain.case.state.case import Case
from domain.directory import Directory
from domain.kernel import HsaId, legal_day
from domain.person import RegisterKind, find_fact
from domain.refusals import UnknownReference
from domain.versions.catalogue import Catalogue
from service.reads.persons import Persons


def list_receiving_units(
    persons: Persons, catalogue: Catalogue, directory: Directory, case: Case, now: datetime, receiver: HsaId | None
) -> Iterator[dict[str, object]]:
    """List the units of a municipality, and say which of them fit the request.

    Without a municipality it is the one where the person lives by the register. If the register does not tell, it is
    every one of the county.
    """
    for municipality in _find_municipalities(persons, directory, case, now, receiver):
        agreement = catalogue.in_force(case.county, now, municipality)
        fitting = find_receiving_units(directory, municipality, case, agreement)
        for unit in directory.units_of(municipality):
            said = {"municipality": municipality, "unit": unit.id, "name": unit.name, "phone": unit.phone}
            yield said | {"fits": unit in fitting}


def _find_municipalities(
    persons: Persons, directory: Directory, case: Case, now: datetime, receiver: HsaId | None
) -> Sequence[HsaId]:
    known = [municipality.id for municipality in directory.municipalities]
    if receiver is not None and receiver not in known:
        raise UnknownReference(
            f"The county has no municipality {receiver}",
            rule="SYS-1",
            remedy="give the HSA-id of a municipality of this county, or leave receiver out",
            where=("receiver",),
        )
    chosen = receiver or find_home_municipality(persons, case, now)
    return [chosen] if chosen in known else known


def find_home_municipality(persons: Persons, case: Case, now: datetime) -> HsaId | None:
    """Find the municipality in which the person of a case lives by the register; None if it does not tell."""
    facts = persons.list_facts_to_tell(case.county, case.patient_id)
    residence = find_fact(facts, RegisterKind.RESIDENCE, legal_day(now))
    return residence.municipality if residence is not None else None
