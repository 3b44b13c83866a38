"""The sweep of responsibility: each answer is the matrix's by the facts then on record, or tells what keeps it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce

from domain.case.state.case import Case, evolve
from domain.kernel import Event, Keeper
from tests.matrix_oracle import ask_for_person, is_true
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally, open_calendar, recorded_at

SPANS = (timedelta(0), timedelta(hours=36), timedelta(days=40), timedelta(days=300))
"""The times after an act at which the answer is looked at, since time alone can change it."""
MOMENTS = 6
"""The number of moments at which a case is looked at in a sample."""


def sweep_responsibility(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare what a party is answered with the matrix, asked anew from the facts on record at many moments."""
    events = scene.services.store.load_case(case.case_id)
    caller = next(scene.party_callers(case))
    for moment in scene.some(list(_moments(events)), MOMENTS):
        tally.moments += 1
        known = reduce(evolve, (event for event in events if recorded_at(event) <= moment), None)
        assert known is not None
        if known.is_ended:
            continue
        path = f"/api/cases/{case.case_id}/responsibility"
        answers = caller.get(path, params={"at": moment.isoformat()}).json()["responsible"]
        _compare(scene, case, tally, known, answers, moment)


def _compare(
    scene: Scene, case: SweptCase, tally: Tally, known: Case, answers: Sequence[Json], moment: datetime
) -> None:
    calendar = open_calendar(scene, case, known)
    shown = {answer["intervention"] for answer in answers}
    decided = {each.key for each in known.interventions} if known.allocations else set()
    tally.equal(case, "each intervention has an answer once one has", shown, decided, moment)
    for answer in answers:
        key, keeper = answer["intervention"], answer["kept_by"]
        if known.allocations[key].effective_from > moment:
            continue  # A resolution has named a later day.
        by_matrix = ask_for_person(known, calendar, key, moment)
        named = (answer["treatment"], answer["performer"], answer["guardian"])
        details = (moment, key, answer, by_matrix)
        tally.check(case, "responsibility is the matrix's or is kept", named == by_matrix or bool(keeper), *details)
        if keeper is not None:
            is_so = is_true(Keeper(keeper), known, key, by_matrix, answer["performer"])
            tally.check(case, "what keeps an answer is so", is_so, *details)


def _moments(events: Sequence[Event]) -> Iterator[datetime]:
    """Yield the moment of each record, and moments some time after it that have come."""
    now = datetime.now(UTC)
    for recorded in sorted({recorded_at(event) for event in events}):
        yield from (recorded + span for span in SPANS if recorded + span <= now)
