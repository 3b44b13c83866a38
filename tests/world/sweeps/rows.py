"""The sweep of rows: every derived row of the record follows from its events, and no other row stands beside them."""

from service.record.rebuild import rebuild
from tests.world.sweeps.scene import Scene, Tally


def sweep_rows(scene: Scene, tally: Tally) -> None:
    """Fold every case and ledger from its events, and compare what is derived with the rows of the record."""
    comparison = rebuild(scene.services, replace=False, progress=lambda _: None)
    for table in sorted(comparison.rows):
        differing = comparison.differences[table]
        tally.check(None, "the rows of a table follow from the events", not differing, table, differing)
    tally.check(None, "the record has no fault", not comparison.faults, *comparison.faults)
    tally.check(None, "no case differs from its events", not comparison.cases, *comparison.cases)
