"""The responsibility band: who performs and who has treatment responsibility, laid out over a case's time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from domain.case.state.disagreement import Dispute
from domain.kernel import SWEDEN, Event, HsaId
from projections.responsibility import Intervals
from service.web.swedish import MONTHS

TICKS = 5


@dataclass(frozen=True)
class Period:
    """The stretch of time that the band and the control of T cover, in whole hours from its start."""

    start: datetime
    hours: int

    @property
    def end(self) -> datetime:
        """Where it ends."""
        return self.start + timedelta(hours=self.hours)

    @property
    def minutes(self) -> int:
        """Its length in minutes."""
        return self.hours * 60

    def minutes_to(self, at: datetime) -> int:
        """How far into the period a moment lies, at most its whole length."""
        return min(max(int((at - self.start).total_seconds() // 60), 0), self.minutes)

    def share(self, at: datetime) -> float:
        """How far into the period a moment lies, from 0 to 100."""
        seconds = (at - self.start).total_seconds()
        return 100 * min(max(seconds / (self.hours * 3600), 0.0), 1.0)


def period(events: Sequence[Event]) -> Period:
    """From the first that happened to a little after the last that happened, was recorded or takes effect."""
    times = [event.occurred_at for event in events]
    times += [event.recorded_at for event in events if event.recorded_at is not None]
    times += [one.effective_from for event in events for one in event.allocations]
    start = min(times)
    return Period(start, max(ceil((max(times) - start).total_seconds() / 3600 * 1.04), 1))


@dataclass(frozen=True)
class Segment:
    """A stretch with one principal, or with none where the agreement is silent. Place and width in percent."""

    x: float
    width: float
    kind: str
    label: str


@dataclass(frozen=True)
class Lane:
    """One intervention's stretches."""

    intervention: str
    performers: tuple[Segment, ...]
    treatments: tuple[Segment, ...]
    summary: str


@dataclass(frozen=True)
class Tick:
    """A mark on the time axis."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Band:
    """The whole band, ready to be drawn. Places in percent."""

    lanes: tuple[Lane, ...]
    disputes: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    marker: float


class Kinds:
    """How a principal is drawn, and what it is called."""

    def __init__(self, region: HsaId, names: dict[str, str]) -> None:
        self._region = region
        self._names = names

    def of(self, principal: HsaId | None) -> tuple[str, str]:
        """The kind and the name."""
        if principal is None:
            return "silent", "Inte reglerat"
        return ("region" if principal == self._region else "municipality"), self._names.get(principal, principal)


def draw(
    intervals: Intervals,
    disputes: Iterable[Dispute],
    *,
    over: Period,
    at: datetime,
    kinds: Kinds,
    interventions: dict[str, str],
) -> Band:
    """The band over a period, with T marked."""
    keys = dict.fromkeys(one.intervention for one in intervals)
    return Band(
        lanes=tuple(_lane(key, intervals, over, kinds, interventions.get(key, key)) for key in keys),
        disputes=tuple(
            (over.share(one.raised_at), over.share(one.resolved_at or over.end) - over.share(one.raised_at))
            for one in disputes
        ),
        ticks=tuple(_tick(place, over) for place in range(TICKS)),
        marker=over.share(at),
    )


def _lane(key: str, intervals: Intervals, over: Period, kinds: Kinds, text: str) -> Lane:
    own = sorted((one for one in intervals if one.intervention == key), key=lambda one: one.valid_from)
    performers = _segments([(one.valid_from, one.valid_to, one.performer) for one in own], over, kinds)
    treatments = _segments([(one.valid_from, one.valid_to, one.treatment) for one in own], over, kinds)
    said = ", sedan ".join(one.label for one in performers)
    return Lane(text, performers, treatments, f"{text}. Utförs av {said}. Se tabellen för tider och grunder.")


def _segments(
    stretches: list[tuple[datetime, datetime | None, HsaId | None]], over: Period, kinds: Kinds
) -> tuple[Segment, ...]:
    """The stretches drawn; those that follow on one another with the same principal are one."""
    segments: list[Segment] = []
    for start, end, principal in stretches:
        x = over.share(start)
        width = over.share(end or over.end) - x
        kind, label = kinds.of(principal)
        last = segments[-1] if segments else None
        if last is not None and (last.kind, last.label) == (kind, label) and last.x + last.width >= x - 1e-6:
            segments[-1] = Segment(last.x, x + width - last.x, kind, label)
        elif width > 0:
            segments.append(Segment(x, width, kind, label))
    return tuple(segments)


def _tick(place: int, over: Period) -> Tick:
    at = (over.start + timedelta(hours=over.hours) * place / (TICKS - 1)).astimezone(SWEDEN)
    anchor = "start" if place == 0 else "end" if place == TICKS - 1 else "middle"
    label = f"{at.day} {MONTHS[at.month - 1][:3]}" if over.hours > 24 * TICKS else f"{at.day}/{at.month} {at:%H.%M}"
    return Tick(100 * place / (TICKS - 1), label, anchor)
