"""The sweep of delegations: the list of a principal holds at each moment the tasks that its staff have entrusted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce

from domain.case.events.enrolment import DelegationWithdrawn, TaskAssigned, TaskDelegated
from domain.case.state.case import evolve
from domain.kernel import Event
from service.reads.replay import Mode, select_events
from tests.world.sweeps.oracle import swedish_day
from tests.world.sweeps.scene import Scene, SweptCase, Tally

_ABOUT = (TaskAssigned, TaskDelegated, DelegationWithdrawn)
Entrusted = tuple[str, str, str | None]
"""An intervention, the person who may perform it, and the last day."""


def sweep_delegations(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare the delegations that hold now, and held at the moments of a case, with the words about them by then."""
    events = scene.services.store.load_case(case.case_id)
    if not any(isinstance(event, _ABOUT) for event in events):
        return
    occurred = sorted({event.occurred_at for event in events})
    for at in {*scene.some(occurred), scene.last_moment()}:
        tally.moments += 1
        for principal in case.parties:
            listed = scene.caller(principal, case.county).get("/api/delegations", params={"on": at.isoformat()}).json()
            own = [each for each in listed if each["case"] == str(case.case_id)]
            found = sorted((each["intervention"], each["performer"], each["last_day"]) for each in own)
            wanted = sorted(_find_entrusted(select_events(events, Mode.AS_KNOWN_NOW, at), principal, at))
            tally.equal(case, "what is delegated at a moment is what was said by then", found, wanted, principal, at)


def _find_entrusted(events: Sequence[Event], principal: str, at: datetime) -> Iterator[Entrusted]:
    """Yield what the staff of a principal have entrusted, by the latest word about each task and performer."""
    known = reduce(evolve, events, None)
    if known is None or known.enrolment is None or known.enrolment.status.is_ended:
        return
    told = [event for event in events if isinstance(event, _ABOUT) and event.actor.principal == principal]
    for event in {(each.intervention, each.performer): each for each in told}.values():
        if not isinstance(event, DelegationWithdrawn) and (not event.last_day or event.last_day >= swedish_day(at)):
            yield event.intervention, event.performer, event.last_day.isoformat() if event.last_day else None
