"""The check of time limits: each says its time once, and hours count from a moment."""

from collections.abc import Iterator

from domain.agreements.deadlines import count_hours
from domain.agreements.model import Agreement
from domain.authoring.faults import EntryFault
from domain.authoring.references import KEPT_BY_SETTLEMENT
from domain.authoring.toml_lines import Path

_IN_DAYS = KEPT_BY_SETTLEMENT | {"agreement-follow-up"}
"""The deadlines of the agreement itself and of money, which are counted in days."""


def find_limit_faults(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the deadlines with two times, and those in hours of something that begins or ends with a day."""
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
