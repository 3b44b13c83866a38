"""A month's settlement between the region and a municipality: what is settled once stays so, however often played."""

from dataclasses import dataclass

from play.client import Answer, Person, Resource
from play.story import Step
from play.views import Case

CARE = "specialist-treated-home-care"
REFERENCE = "KST 80904"
INDEX = "Försäkringskassans schablonbelopp"
RATES = {2018: "300.00", 2019: "304.00"}
"""SEK an hour; fixtures, since no amount stands in the agreement."""


@dataclass(frozen=True)
class Month:
    """A month's settlement by its address, and whether this play opened it."""

    ledger: str
    is_new: bool

    @property
    def path(self) -> str:
        """Where its JSON acts are."""
        return f"settlement/{self.ledger}"


def opened(step: Step, person: Person, municipality: str, month: str) -> Month:
    """The month's settlement; a month is settled once, so what stands is read when the play is put on again."""
    found = [
        one["ledger"]
        for one in person.get("settlement").body["month"]
        if (one["state"]["municipality"], one["state"]["month"]) == (municipality, month)
    ]
    if found:
        return Month(found[0], is_new=False)
    asked = {"municipality": municipality, "care": CARE, "month": month}
    return Month(step.done(person.act("settlement/open-month", **asked)).body["ledger"], is_new=True)


def is_published(person: Person, year: int) -> bool:
    """Whether the year's hourly rate has been published."""
    return any(str(year) in one["state"]["hourly"] for one in person.get("settlement").body["rates"])


def with_rate(step: Step, person: Person, year: int) -> None:
    """The year's hourly rate is published, unless it has been."""
    if not is_published(person, year):
        step.done(published(person, year))
    (rates,) = person.get("settlement").body["rates"]
    step.expect(f"hourly rate of {year}", RATES[year], rates["state"]["hourly"][str(year)]["amount"])


def published(person: Person, year: int) -> Answer:
    """Publish the year's hourly rate, with the index that it follows."""
    return person.act("settlement/publish-hourly-rate", year=year, amount=RATES[year], source=f"{INDEX} {year}")


def hours(step: Step, person: Person, case: Case, *, day: str, **said: str) -> list[str]:
    """A month's hours, performed and planned, on record in the individual's case; the ids of their events."""
    answer = step.done(person.act(f"{case.path}/record-hours", day=day, **said))
    return [one["id"] for one in answer.body["events"]]


def closed(person: Person, month: Month, **said: dict[str, str]) -> Answer:
    """Close the month's hours, which are those that the cases record."""
    return person.act(f"{month.path}/close-hours", **said)


def invoice(person: Person, month: Month, total: str, hours_of: dict[str, str], **changed: str | None) -> Answer:
    """Send the month's invoice: the total, and the hours of each case."""
    said = {"total": total, "hours_of": hours_of, "reference": REFERENCE} | changed
    return person.act(f"{month.path}/issue-invoice", **said)


def expect_settled(step: Step, person: Person, month: Month, *, total: str, timeliness: str | None) -> Resource:
    """Expect the invoice's total, and whether it came in time, as somebody reads the month; returns what is read."""
    told = person.get(month.path).body
    step.expect("total of the invoice", total, told["state"]["invoices"][0]["total"]["amount"])
    received = [one for one in told["history"] if one["topic"].startswith("settlement.invoice-received")]
    step.expect("received", [timeliness], [one["content"]["timeliness"] for one in received])
    found: Resource = told
    return found
