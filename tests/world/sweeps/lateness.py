"""The sweep of lateness: a case is the same whether its facts were told late or at once."""

from functools import reduce
from typing import Any

from domain.case.state.case import evolve
from tests.world.sweeps.scene import Scene, SweptCase, Tally


def sweep_lateness(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare a case as it was told with the same case told in the order in which things happened.

    In that order no fact is late, so that nothing has to keep it from replacing a newer one.
    """
    events = scene.services.store.load_case(case.case_id)
    in_order = sorted(events, key=lambda event: event.occurred_at)
    told, happened = reduce(evolve, events, None), reduce(evolve, in_order, None)
    assert told is not None
    assert happened is not None
    left, right = (_without_versions(each.model_dump(mode="json")) for each in (told, happened))
    differing = {part: (left[part], right[part]) for part in left if left[part] != right[part]}
    tally.check(case, "a fact told late replaces no newer one", not differing, differing)


def _without_versions(value: Any) -> Any:
    """Leave out how many events had been told by then."""
    match value:
        case dict():
            return {name: _without_versions(inner) for name, inner in value.items() if name != "version"}
        case list():
            return [_without_versions(inner) for inner in value]
    return value
