"""The check of time limits: each says a time that can pass, and says it once. Hours count from a moment."""

import calendar
import re
from collections.abc import Iterator, Mapping

from domain.agreements.deadlines import count_hours
from domain.agreements.model import Agreement
from domain.authoring.faults import EntryFault
from domain.authoring.references import KEPT_BY_SETTLEMENT
from domain.authoring.toml_lines import Path

_IN_DAYS = KEPT_BY_SETTLEMENT | {"agreement-follow-up"}
"""The deadlines of the agreement itself and of money, which are counted in days."""
_PERIODS = frozenset({"agreement-follow-up", "supplement-review"})
"""The deadlines that come again and again."""
_LONGEST = {month: calendar.monthrange(2024, month)[1] for month in range(1, 13)}
"""The most days that each month can have. 2024 was a leap year."""


def find_limit_faults(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the times that nothing could be counted by.

    They are deadlines with two times, or with a day that never comes; those in hours of something that begins or ends
    with a day; and times between two things, or until a plan ends, that have no length.
    """
    yield from _find_times_that_never_come(agreement)
    yield from _find_periods_without_length(agreement)
    for index, deadline in enumerate(agreement.deadlines):
        if deadline.duration is not None and (deadline.day_of_month is not None or deadline.months):
            yield EntryFault(
                path=("deadlines", index),
                what="says its time twice, as a duration and as a day or month",
                remedy="keep the one that the document says",
                swedish="Tiden står två gånger. Behåll duration, eller day_of_month och months.",
            )
    in_hours = {deadline.id for deadline in agreement.deadlines if count_hours(deadline.duration) is not None}
    for path, used, what in _list_uses_of_days(agreement):
        if used in in_hours:
            yield EntryFault(
                path=path,
                what=f"is {used}, which is in hours, and {what}",
                remedy="write the duration in days, as P1D, or count the hours from an event",
                swedish="Timmar räknas från ett klockslag, och det här räknas från eller till en dag. Skriv tiden i "
                "dagar, som P1D, eller räkna timmarna från en händelse (event:).",
            )


def _list_uses_of_days(agreement: Agreement) -> Iterator[tuple[Path, str | None, str]]:
    """Yield the places that count days, each with its deadline and the reason in words."""
    for index, deadline in enumerate(agreement.deadlines):
        if deadline.id in _IN_DAYS:
            yield ("deadlines", index, "id"), deadline.id, "is counted in days"
    for kind, plan in agreement.plans.items():
        yield ("plans", kind, "lapses"), plan.lapses, "a plan covers whole days"
        yield ("plans", kind, "follow_up_every"), plan.follow_up_every, "a plan is followed up on a day"
    for kind, statement in agreement.statements.items():
        if (statement.counts_from or "").startswith("plan:"):
            yield ("statements", kind, "deadline"), statement.deadline, "a plan counts from a day"


def _find_times_that_never_come(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the months and days that no year has, and the hours that are over as they begin."""
    for index, deadline in enumerate(agreement.deadlines):
        path: Path = ("deadlines", index)
        unknown = [month for month in deadline.months if month not in _LONGEST]
        if unknown:
            yield EntryFault(
                path=(*path, "months"),
                what=f"has the month {unknown[0]}",
                remedy="write the months as numbers from 1 to 12",
                swedish=f"Månaden {unknown[0]} finns inte. Skriv månaderna som tal från 1 till 12.",
            )
        elif deadline.months and (deadline.day_of_month or 0) > max(_LONGEST[month] for month in deadline.months):
            yield EntryFault(
                path=(*path, "day_of_month"),
                what=f"is {deadline.day_of_month}, a day that none of its months has",
                remedy="write a day of the months, or leave day_of_month out for the last day",
                swedish=f"Ingen av månaderna har dag {deadline.day_of_month}. Skriv en dag som finns, eller utelämna "
                "day_of_month för månadens sista dag.",
            )
        if count_hours(deadline.duration) == 0:
            yield EntryFault(
                path=(*path, "duration"),
                what="is no hours, so that nobody could be on time",
                remedy="write the hours, or P0D for the same day",
                swedish="Noll timmar hinner ingen hålla. Skriv timmarna, eller P0D för samma dag.",
            )


def _find_periods_without_length(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the periods of plans, of the agreement and of money that have no duration, or one of zero."""
    durations = {deadline.id: deadline.duration for deadline in agreement.deadlines}
    for kind, plan in agreement.plans.items():
        for field, used in (("follow_up_every", plan.follow_up_every), ("lapses", plan.lapses)):
            if used in durations and durations[used] is None:
                yield EntryFault(
                    path=("plans", kind, field),
                    what=f"is {used}, which has no duration, so that it gives the plan no day",
                    remedy=f"give the deadline {used} a duration, as P7D, or leave {field} out",
                    swedish=f"Tidsgränsen {used} har ingen duration, så att planen inte får någon dag. Skriv en tid, "
                    f"som P7D, eller utelämna {field}.",
                )
    for path, length in _list_periods(agreement, durations):
        if length is not None and not any(map(int, re.findall(r"\d+", length))):
            yield EntryFault(
                path=path,
                what=f"is {length}, a time of no length, so that the next day is never after the last",
                remedy="write the time between them, as P7D",
                swedish=f"{length} är ingen tid alls: nästa dag kommer aldrig efter den förra. Skriv tiden emellan, "
                "som P7D.",
            )


def _list_periods(agreement: Agreement, durations: Mapping[str, str | None]) -> Iterator[tuple[Path, str | None]]:
    """Yield the times between two of something, each where it stands or is used."""
    for kind, plan in agreement.plans.items():
        yield ("plans", kind, "follow_up_every"), durations.get(plan.follow_up_every or "")
    for index, deadline in enumerate(agreement.deadlines):
        if deadline.id in _PERIODS:
            yield ("deadlines", index, "duration"), deadline.duration
    supplement = agreement.settlement.supplement if agreement.settlement is not None else None
    if supplement is not None and supplement.review is not None:
        yield ("settlement", "supplement", "review", "every"), supplement.review.every
