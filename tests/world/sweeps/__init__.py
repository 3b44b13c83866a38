"""Sweeps over a grown record: what must hold for every case, each party and a stranger, at many moments.

Each sweep compares what users get over HTTP, with each other or with what follows from the facts on record and the
agreement's text. `make sweep SIZE=M` runs them all on a world; `make test` runs them on S.
"""

from tests.world.sweeps.answers import sweep_answers, sweep_lists
from tests.world.sweeps.delegations import sweep_delegations
from tests.world.sweeps.faces import sweep_faces
from tests.world.sweeps.facts import sweep_facts
from tests.world.sweeps.lateness import sweep_lateness
from tests.world.sweeps.ledgers import sweep_ledgers
from tests.world.sweeps.pages import sweep_pages
from tests.world.sweeps.readings import sweep_readings
from tests.world.sweeps.refusals import sweep_items, sweep_refusals
from tests.world.sweeps.resources import sweep_resources
from tests.world.sweeps.responsibility import sweep_responsibility
from tests.world.sweeps.rows import sweep_rows
from tests.world.sweeps.scene import CaseSweep, RecordSweep
from tests.world.sweeps.sums import sweep_sums
from tests.world.sweeps.words import sweep_words
from tests.world.sweeps.worklists import sweep_worklists

CASE_SWEEPS: tuple[CaseSweep, ...] = (
    sweep_answers,
    sweep_faces,
    sweep_responsibility,
    sweep_resources,
    sweep_worklists,
    sweep_refusals,
    sweep_items,
    sweep_lateness,
    sweep_facts,
    sweep_readings,
    sweep_delegations,
)
"""The sweeps of one case at a time."""
RECORD_SWEEPS: tuple[RecordSweep, ...] = (
    sweep_lists,
    sweep_pages,
    sweep_words,
    sweep_sums,
    sweep_ledgers,
    sweep_rows,
)
"""The sweeps of the whole record."""
