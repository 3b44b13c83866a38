"""A case at T: the question about a moment, and the replay that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.case.state.case import Case
from domain.kernel import Actor, Event, read_moment
from projections.case import FoldedCase, fold_case
from service.bootstrap import Services
from service.reads.absence import CaseUnknown
from service.reads.replay import Mode, Replay
from service.web.band import BandPeriod, period_of
from service.web.local_moment import read_local, write_local


class QuestionUnreadable(Exception):
    """A parameter that is no time, or no question that replay answers."""


@dataclass(frozen=True)
class ReplayQuestion:
    """A question about a case: one of the two questions, and a moment; None means now."""

    mode: Mode
    moment: datetime | None
    step: int | None = None
    """The place of a moment among those at which something happened in the case, from 0. It overrides `moment`."""


@dataclass(frozen=True)
class CaseMoment:
    """A case that the actor may read, at the moment T, with the replay that answers the question about it."""

    events: Sequence[Event]
    period: BandPeriod
    mode: Mode
    moment: datetime
    replay: Replay
    is_asked_about: bool
    """True if the question names a moment or the other of the two questions."""
    latest: FoldedCase
    """The case and its responsibility by everything that is known now."""

    @property
    def case(self) -> Case:
        """The case as it is known now."""
        return self.latest.case

    @property
    def times(self) -> list[datetime]:
        """The moments at which something became known, or occurred, by the mode."""
        return _list_times(self.events, self.mode)

    @property
    def steps(self) -> dict[str, datetime | None]:
        """The moments next to T, before and after, at which something became known or occurred."""
        times = self.times
        return {
            "first": times[0],
            "previous": max((time for time in times if time < self.moment), default=None),
            "next": min((time for time in times if time > self.moment), default=None),
            "last": times[-1],
        }


def read_question(mode: str | None, t: str | None, step: str | None = None, shown: str | None = None) -> ReplayQuestion:
    """Read the question from the parameters. A time without offset is Swedish local time. Raises QuestionUnreadable.

    Of the two times that one clock hour has in autumn, the first is taken. `shown` is the exact moment of the page that
    the form stood on. A form that is sent as it stood asks about it, since its field holds no part of a second, and
    only one of those two times.
    """
    try:
        moment = _read_first(_restore_plus(t)) if t else None
        exact = read_moment(_restore_plus(shown)) if shown else None
        place = int(step) if step else None
        question = Mode(mode or Mode.AS_KNOWN_AT)
    except ValueError:
        raise QuestionUnreadable from None
    if exact is not None and moment == _read_first(write_local(exact)):
        moment = exact
    return ReplayQuestion(question, moment, place)


def _read_first(t: str) -> datetime:
    """Return the first moment of a time. Raises ValueError, also for an hour that is left out in spring."""
    found = read_local(t)
    if not found:
        raise ValueError(f"no clock in Sweden showed {t}")
    return found[0]


def open_case(services: Services, actor: Actor, case_id: UUID, question: ReplayQuestion) -> CaseMoment:
    """Replay a case. Raises CaseUnknown if the actor's principal may not read it, and QuestionUnreadable."""
    now = services.clock.now()
    events = services.replays.load_events(actor, case_id)
    latest = fold_case(None, events)
    if latest is None:
        raise CaseUnknown
    asked = question.moment if question.step is None else _find_step(_list_times(events, question.mode), question.step)
    moment = asked or now
    if question.mode is Mode.AS_KNOWN_AT:
        moment = min(moment, now)  # nobody can know yet what will be recorded later
    replay = services.replays.replay(actor, case_id, question.mode, moment)
    is_asked_about = asked is not None or question.mode is not Mode.AS_KNOWN_AT
    return CaseMoment(events, period_of(events), question.mode, moment, replay, is_asked_about, latest)


def _list_times(events: Sequence[Event], mode: Mode) -> list[datetime]:
    """List the moments at which something became known, or occurred, in order and each once."""
    if mode is Mode.AS_KNOWN_AT:
        return sorted({event.recorded_at for event in events if event.recorded_at is not None})
    return sorted({event.occurred_at for event in events})


def _find_step(times: Sequence[datetime], step: int) -> datetime:
    if not 0 <= step < len(times):
        raise QuestionUnreadable
    return times[step]


def _restore_plus(t: str) -> str:
    """Restore the plus of a time's offset, which has become a space if it stood bare in an address."""
    return t.replace(" ", "+") if "T" in t else t
