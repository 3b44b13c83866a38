"""The responsibility band: the performer of each intervention, and its treatment responsibility, over a case's time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from domain.case.state.disagreement import Dispute
from domain.case.state.enrolment import HospitalStay
from domain.kernel import SWEDEN, Event, HsaId
from projections.responsibility import Interval, Intervals
from service.web.swedish import MONTHS, name_nobody

TICKS = 5


@dataclass(frozen=True)
class BandPeriod:
    """The period that the band and the control of T cover, in whole hours from its start."""

    start: datetime
    hours: int

    @property
    def end(self) -> datetime:
        """The end of the period."""
        return self.start + timedelta(hours=self.hours)

    def share(self, at: datetime) -> float:
        """Return the part of the period that lies before a moment, in percent."""
        seconds = (at - self.start).total_seconds()
        return 100 * min(max(seconds / (self.hours * 3600), 0.0), 1.0)


def period_of(events: Sequence[Event]) -> BandPeriod:
    """Return the period from the first event until a little after the last one occurs, is recorded or takes effect."""
    times = [event.occurred_at for event in events]
    times += [event.recorded_at for event in events if event.recorded_at is not None]
    times += [allocation.effective_from for event in events for allocation in event.allocations]
    start = min(times)
    return BandPeriod(start, max(ceil((max(times) - start).total_seconds() / 3600 * 1.04), 1))


@dataclass(frozen=True)
class Segment:
    """A stretch with one principal, or with none if the agreement is silent. Place and width are in percent."""

    x: float
    width: float
    kind: str
    label: str


@dataclass(frozen=True)
class Lane:
    """The stretches of one intervention."""

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
    """The whole band, ready for the template. Places are in percent."""

    lanes: tuple[Lane, ...]
    disputes: tuple[tuple[float, float], ...]
    stays: tuple[tuple[float, float], ...]
    """The stays in hospital, in which the care at home rests."""
    ticks: tuple[Tick, ...]
    marker: float


class PrincipalKinds:
    """The kind and the name with which each principal is drawn."""

    def __init__(self, region: HsaId, names: dict[str, str]) -> None:
        self._region = region
        self._names = names

    def of(self, principal: HsaId | None, interval: Interval) -> tuple[str, str]:
        """Return the kind and the name of a principal of an interval."""
        if principal is None:
            return "silent", name_nobody(interval.kept_by)
        return ("region" if principal == self._region else "municipality"), self._names.get(principal, principal)


def draw(
    intervals: Intervals,
    disputes: Iterable[Dispute],
    stays: Iterable[HospitalStay],
    *,
    period: BandPeriod,
    at: datetime,
    kinds: PrincipalKinds,
    interventions: dict[str, str],
) -> Band:
    """Draw the band over a period, with a mark at T."""
    keys = dict.fromkeys(interval.intervention for interval in intervals)
    return Band(
        lanes=tuple(_lane(key, intervals, period, kinds, interventions.get(key, key)) for key in keys),
        disputes=tuple(_stretch(dispute.raised_at, dispute.ended_at, period) for dispute in disputes),
        stays=tuple(_stretch(stay.started_at, stay.ended_at, period) for stay in stays),
        ticks=tuple(_tick(place, period) for place in range(TICKS)),
        marker=period.share(at),
    )


def _stretch(start: datetime, end: datetime | None, period: BandPeriod) -> tuple[float, float]:
    """Return the place and the width of a stretch, in percent; one without an end goes on to the period's end."""
    x = period.share(start)
    return x, period.share(end or period.end) - x


def _lane(key: str, intervals: Intervals, period: BandPeriod, kinds: PrincipalKinds, text: str) -> Lane:
    own = sorted(
        (interval for interval in intervals if interval.intervention == key), key=lambda interval: interval.valid_from
    )
    performers = _segments([(each, kinds.of(each.performer, each)) for each in own], period)
    treatments = _segments([(each, kinds.of(each.treatment, each)) for each in own], period)
    names = ", sedan ".join(segment.label for segment in performers)
    return Lane(text, performers, treatments, f"{text}. Utförs av {names}. Se tabellen för tider och grunder.")


def _segments(named: Iterable[tuple[Interval, tuple[str, str]]], period: BandPeriod) -> tuple[Segment, ...]:
    """Return the segments of intervals with their kinds and names. Adjoining ones with the same become one segment."""
    segments: list[Segment] = []
    for interval, (kind, label) in named:
        x, width = _stretch(interval.valid_from, interval.valid_to, period)
        last = segments[-1] if segments else None
        if last is not None and (last.kind, last.label) == (kind, label) and last.x + last.width >= x - 1e-6:
            segments[-1] = Segment(last.x, x + width - last.x, kind, label)
        elif width > 0:
            segments.append(Segment(x, width, kind, label))
    return tuple(segments)


def _tick(place: int, period: BandPeriod) -> Tick:
    at = (period.start + timedelta(hours=period.hours) * place / (TICKS - 1)).astimezone(SWEDEN)
    anchor = "start" if place == 0 else "end" if place == TICKS - 1 else "middle"
    label = f"{at.day} {MONTHS[at.month - 1][:3]}" if period.hours > 24 * TICKS else f"{at.day}/{at.month} {at:%H.%M}"
    return Tick(100 * place / (TICKS - 1), label, anchor)
