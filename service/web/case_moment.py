"""A case at T: which of the two questions is asked about which moment, and the replay that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.case.state.case import Case
from domain.kernel import SWEDEN, Actor, Event
from projections.case import FoldedCase, fold_case
from service.bootstrap import Services
from service.reads.absence import CaseUnknown
from service.reads.replay import Mode, Replay
from service.web.band import Period, period

_YEARS = range(1900, 2200)


class Unreadable(Exception):
    """A parameter that says no time, or no question that replay answers."""


@dataclass(frozen=True)
class Question:
    """What is asked of a case: which of the two questions, and about which moment; None for now."""

    mode: Mode
    moment: datetime | None
    minutes: int | None = None
    """The control's place, in minutes from the start of the case's period; it goes before `moment`."""


@dataclass(frozen=True)
class Opened:
    """A case whose history the actor may read, and the part of it that answers what was asked."""

    events: Sequence[Event]
    period: Period
    mode: Mode
    moment: datetime
    told: Replay
    whole: FoldedCase
    """The case and its periods by everything that is known now."""

    @property
    def case(self) -> Case:
        """The case as it is known now."""
        return self.whole.case

    @property
    def steps(self) -> dict[str, datetime | None]:
        """The moments at which something became known, or happened, next before and after T."""
        if self.mode is Mode.AS_KNOWN_AT:
            times = sorted({event.recorded_at for event in self.events if event.recorded_at is not None})
        else:
            times = sorted({event.occurred_at for event in self.events})
        return {
            "first": times[0],
            "previous": max((each for each in times if each < self.moment), default=None),
            "next": min((each for each in times if each > self.moment), default=None),
            "last": times[-1],
        }


def asked(mode: str | None, t: str | None, minutes: str | None = None) -> Question:
    """What the parameters ask. A time without offset is Swedish local time. Raises Unreadable."""
    try:
        moment = datetime.fromisoformat(_with_plus(t)) if t else None
        place = int(minutes) if minutes else None
        which = Mode(mode or Mode.AS_KNOWN_AT)
    except ValueError:
        raise Unreadable from None
    if (moment is not None and moment.year not in _YEARS) or (place is not None and abs(place) > 10**8):
        raise Unreadable
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=SWEDEN)
    return Question(which, moment.astimezone(UTC) if moment else None, place)


def opened(services: Services, actor: Actor, case_id: UUID, question: Question) -> Opened:
    """The case, replayed. Raises CaseUnknown where the actor's principal may not read it."""
    now = datetime.now(UTC)
    events = services.replays.load_events(actor, case_id)
    whole = fold_case(None, events)
    if whole is None:
        raise CaseUnknown
    over = period(events)
    placed = over.start + timedelta(minutes=question.minutes) if question.minutes is not None else question.moment
    moment = placed or now
    if question.mode is Mode.AS_KNOWN_AT:
        moment = min(moment, now)  # what will be known later cannot be told
    told = services.replays.replay(actor, case_id, question.mode, moment)
    return Opened(events, over, question.mode, moment, told, whole)


def _with_plus(t: str) -> str:
    """The time as it was written; a plus that stood bare in an address has become a space."""
    return t.replace(" ", "+") if "T" in t else t
