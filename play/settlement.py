"""A month's settlement between the region and a municipality. A month is settled once, however often a play is run."""

from dataclasses import dataclass

from play.client import HttpAnswer, Professional, Resource
from play.story import PlayStep
from play.views import PlayCase

CARE = "specialist-treated-home-care"
REFERENCE = "KST 80904"
INDEX = "Försäkringskassans schablonbelopp"
RATES = {2018: "300.00", 2019: "304.00"}
"""SEK an hour. These are fixtures, because the agreement names no amount."""


@dataclass(frozen=True)
class MonthLedger:
    """The ledger of a month's settlement. `is_new` is True if this play opened it."""

    ledger: str
    is_new: bool

    @property
    def path(self) -> str:
        """The address of its JSON acts, below /api."""
        return f"settlement/{self.ledger}"


def open_month(step: PlayStep, person: Professional, municipality: str, month: str) -> MonthLedger:
    """Open the month's settlement, or find the one that an earlier run of the play opened."""
    ledgers = [
        ledger["ledger"]
        for ledger in person.get("settlement").body["month"]
        if (ledger["state"]["municipality"], ledger["state"]["month"]) == (municipality, month)
    ]
    if ledgers:
        return MonthLedger(ledgers[0], is_new=False)
    content = {"municipality": municipality, "care": CARE, "month": month}
    return MonthLedger(step.expect_success(person.act("settlement/open-month", **content)).body["ledger"], is_new=True)


def has_rate(person: Professional, year: int) -> bool:
    """Return True if the year's hourly rate is published."""
    return any(str(year) in ledger["state"]["hourly"] for ledger in person.get("settlement").body["rates"])


def ensure_rate(step: PlayStep, person: Professional, year: int) -> None:
    """Publish the year's hourly rate, unless it is published already."""
    if not has_rate(person, year):
        step.expect_success(publish_rate(person, year))
    (rates,) = person.get("settlement").body["rates"]
    step.expect(f"hourly rate of {year}", RATES[year], rates["state"]["hourly"][str(year)]["amount"])


def publish_rate(person: Professional, year: int) -> HttpAnswer:
    """Publish the year's hourly rate, with the index that it follows."""
    return person.act("settlement/publish-hourly-rate", year=year, amount=RATES[year], source=f"{INDEX} {year}")


def record_hours(step: PlayStep, person: Professional, case: PlayCase, *, day: str, **content: str) -> list[str]:
    """Record a month's hours in the patient's case, and return the ids of the events."""
    answer = step.expect_success(person.act(f"{case.path}/record-hours", day=day, **content))
    return [event["id"] for event in answer.body["events"]]


def close_hours(person: Professional, month: MonthLedger, **content: dict[str, str]) -> HttpAnswer:
    """Close the month's hours. The cases record them."""
    return person.act(f"{month.path}/close-hours", **content)


def send_invoice(
    person: Professional, month: MonthLedger, total: str, hours_of: dict[str, str], **changes: str | None
) -> HttpAnswer:
    """Send the month's invoice with the total and the hours of each case."""
    content = {"total": total, "hours_of": hours_of, "reference": REFERENCE} | changes
    return person.act(f"{month.path}/issue-invoice", **content)


def expect_settled(
    step: PlayStep, person: Professional, month: MonthLedger, *, total: str, timeliness: str | None
) -> Resource:
    """Expect the total of the month's invoice and its timeliness, and return the settlement."""
    settlement: Resource = person.get(month.path).body
    step.expect("total of the invoice", total, settlement["state"]["invoices"][0]["total"]["amount"])
    received = [event for event in settlement["history"] if event["topic"].startswith("settlement.invoice-received")]
    step.expect("received", [timeliness], [event["content"]["timeliness"] for event in received])
    return settlement
