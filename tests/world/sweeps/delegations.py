"""The sweep of delegations: the list of a principal holds at each moment the tasks that its staff have entrusted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce

from domain.case.events.enrolment import DelegationWithdrawn, TaskAssigned, TaskDelegated
from domain.case.state.case import evolve
from domain.kernel import Event
from service.reads.replay import Mode, select_events
from tests.world.sweeps.oracle import swedish_day
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally

_ABOUT = (TaskAssigned, TaskDelegated, DelegationWithdrawn)
Entrusted = tuple[str, str, str | None]
"""An intervention, the person who may perform it, and the last day."""


def sweep_delegations(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare the delegations that hold now, and held at the moments of a case, with the words about them by then.

    Those who have one now are members of the care team for as long.
    """
    events = scene.services.store.load_case(case.case_id)
    if not any(isinstance(event, _ABOUT) for event in events):
        return
    _compare_team(scene, case, tally, events)
    occurred = sorted({event.occurred_at for event in events})
    for at in {*scene.some(occurred), scene.last_moment()}:
        tally.moments += 1
        for principal in case.parties:
            listed = scene.caller(principal, case.county).get("/api/delegations", params={"on": at.isoformat()}).json()
            own = [each for each in listed if each["case"] == str(case.case_id)]
            found = sorted((each["intervention"], each["performer"], each["last_day"]) for each in own)
            wanted = sorted(_find_entrusted(select_events(events, Mode.AS_KNOWN_NOW, at), principal, at))
            tally.equal(case, "what is delegated at a moment is what was said by then", found, wanted, principal, at)


def _compare_team(scene: Scene, case: SweptCase, tally: Tally, events: Sequence[Event]) -> None:
    last = scene.last_moment()
    entrusted = [each for principal in case.parties for each in _find_entrusted(events, principal, last)]
    resources = scene.read_present(case, next(scene.party_callers(case)))["resources"]
    members = [one for team in resources if team["resourceType"] == "CareTeam" for one in team["participant"]]
    found = {one["member"]["reference"] for one in members if _is_performer(one) and _lasts(one["period"], last)}
    wanted = {f"Practitioner/{performer}" for _, performer, _ in entrusted}
    tally.equal(case, "the team has those who are entrusted with a task, while they are", found, wanted, last)


def _is_performer(member: Json) -> bool:
    return bool(member["role"][0]["coding"][0]["code"] == "performer")


def _lasts(period: Json, at: datetime) -> bool:
    return "end" not in period or datetime.fromisoformat(period["end"]) > at


def _find_entrusted(events: Sequence[Event], principal: str, at: datetime) -> Iterator[Entrusted]:
    """Yield what the staff of a principal have entrusted, by the latest word about each task and performer."""
    known = reduce(evolve, events, None)
    if known is None or known.enrolment is None or known.enrolment.status.is_ended:
        return
    told = [event for event in events if isinstance(event, _ABOUT) and event.actor.principal == principal]
    for event in {(each.intervention, each.performer): each for each in told}.values():
        if not isinstance(event, DelegationWithdrawn) and (not event.last_day or event.last_day >= swedish_day(at)):
            yield event.intervention, event.performer, event.last_day.isoformat() if event.last_day else None
