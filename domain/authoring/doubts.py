"""Doubts about a sound text: entries that probably say something else than their author means. They stop nothing."""

from collections.abc import Iterator

from domain.agreements.matrix import names_municipality
from domain.agreements.model import ActName, Agreement, Guard
from domain.authoring.bodies import find_one_sided_bodies
from domain.authoring.faults import EntryFault, list_in_swedish
from domain.authoring.liability_check import find_replaced_conditions
from domain.authoring.plan_kinds import find_silent_kinds
from domain.authoring.unused import find_vain_entries
from domain.case.permission import find_groups
from domain.kernel import Role


def find_doubts(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the doubts about a text, without what holds in every county."""
    yield from _find_rows_beyond_scope(agreement)
    yield from _find_rows_beyond_ages(agreement)
    yield from _find_delegation_to_nobody(agreement)
    yield from find_replaced_conditions(agreement)
    yield from find_one_sided_bodies(agreement)
    yield from find_silent_kinds(agreement)
    yield from find_vain_entries(agreement)


def _find_rows_beyond_scope(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the rows by which the municipality gets an intervention at levels that the agreement does not cover.

    A row about an intervention goes before every row about a level, that of the national background on specialised care
    as well.
    """
    beyond = [level for level in agreement.vocabulary.levels if level not in agreement.scope.levels]
    for index, row in enumerate(agreement.matrix):
        if beyond and row.interventions and not row.levels and names_municipality(row):
            levels = ", ".join(f'"{level}"' for level in agreement.scope.levels)
            yield EntryFault(
                path=("matrix", index),
                what=f"states no levels, and so holds for care at the level {beyond[0]} too, beyond the scope",
                remedy=f"write levels = [{levels}], or all levels that are meant",
                swedish=f"Raden säger inte vilken vårdnivå, och gäller då också {beyond[0]}, som överenskommelsen inte "
                f"omfattar. Skriv levels = [{levels}], eller alla nivåer som menas.",
            )


def _find_rows_beyond_ages(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the rows by which the municipality gets the care of persons whose age the agreement does not cover."""
    limits = {name: getattr(agreement.scope, name) for name in ("min_age", "max_age")}
    stated = [f"{name} = {age}" for name, age in limits.items() if age is not None]
    for index, row in enumerate(agreement.matrix):
        if stated and names_municipality(row) and row.min_age is None and row.max_age is None:
            yield EntryFault(
                path=("matrix", index),
                what="states no ages, and so holds for persons whom the agreement does not cover too",
                remedy=f"write {' and '.join(stated)}, or the ages that are meant",
                swedish="Raden säger ingen ålder, och gäller då också den som överenskommelsen inte omfattar. Skriv "
                f"{list_in_swedish(stated, 'och')}, eller den ålder som menas.",
            )


def _find_delegation_to_nobody(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the check of delegation if care staff, to whom tasks are delegated, may not record what they perform."""
    if Guard.DELEGATION not in agreement.guards:
        return
    tracks = (track.id for track in agreement.tracks)
    groups = (group for track in tracks for group in find_groups(agreement, ActName.PERFORM_INTERVENTION, track))
    if not any(not group.roles or Role.CARE_STAFF in group.roles for group in groups):
        yield EntryFault(
            path=("guards", Guard.DELEGATION.value),
            what="is about staff without a licence, and no such staff may do perform-intervention",
            remedy="add care-staff to [acts.perform-intervention], or leave it if licensed staff record for them",
            swedish="Kontrollen gäller personal utan legitimation, och ingen sådan får göra perform-intervention. Lägg "
            "till care-staff i [acts.perform-intervention], eller låt det stå om legitimerad personal dokumenterar "
            "åt dem.",
        )
