"""Money between the parties: rates, months that are invoiced, and supplements for a year."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.kernel import Actor, HsaId, legal_day
from world.life import Answer, Life, Part, Story
from world.lives.agreements import list_nurses
from world.lives.hospital import note_days
from world.lives.words import Content

CARE = "specialist-treated-home-care"
REFERENCE = "KST 80904"
FIRST_INDEX = 2022


def note_hours(municipality: HsaId, month: date) -> str:
    """Return the note that a municipality has recorded hours of a month."""
    return f"{municipality} {month}"


def publish_rates(life: Life) -> Story:
    """Publish the hourly rate of each year in its first days, and once a standard amount."""
    region = life.staff.region_coordinator
    standard: Content = {"year": legal_day(life.now).year, "amount": "12500.00", "source": "Standardbelopp"}
    yield from life.act(region, "publish-standard-amount", **standard)
    amount = 330
    while True:
        year = legal_day(life.now).year
        rate: Content = {"year": year, "amount": f"{amount}.00", "source": f"Försäkringskassans schablonbelopp {year}"}
        yield from life.act(region, "publish-hourly-rate", **rate)
        amount += life.chance.randint(3, 12)
        life.wait_until(date(year + 1, 1, 4))


def settle_months(life: Life) -> Story:
    """Settle each month between the region and every municipality, in the month that follows."""
    month = legal_day(life.now).replace(day=1)
    nurses = list(list_nurses(life.staff.directory))
    while True:
        following = (month + timedelta(days=32)).replace(day=1)
        life.wait_until(following.replace(day=11))
        yield from life.pause()
        issued = []
        for nurse in nurses:
            if note_hours(nurse.principal, month) not in life.notes:
                continue
            answer = yield from _issue(life, nurse, month)
            if answer is not None:
                issued.append((nurse, answer))
        life.wait_until(following.replace(day=life.choose(19, 23, 25, 26)))
        for nurse, answer in issued:
            yield from _receive(life, nurse, answer)
        month = following


def _issue(life: Life, nurse: Actor, month: date) -> Part[Answer | None]:
    """Open a month, close its hours and invoice them. Return nothing for a month that is not paid for."""
    opened: Content = {"municipality": nurse.principal, "care": CARE, "month": str(month)}
    answer = yield from life.act(nurse, "open-month", **opened)
    return (yield from _close(life, nurse, UUID(answer["ledger"])))


def _close(life: Life, nurse: Actor, ledger: UUID, *, corrects: str | None = None) -> Part[Answer | None]:
    """Close the hours of an opened month and invoice them, in place of an earlier invoice if it corrects one."""
    answer = yield from life.act(nurse, "close-hours", on=ledger)
    lines = [line for line in answer["state"]["lines"] if Decimal(line["amount"]["amount"]) > 0]
    if not lines:
        return None
    total = sum(Decimal(line["amount"]["amount"]) for line in lines)
    hours = {line["case"]: line["performed"]["amount"] for line in lines}
    if life.happens(0.1):
        much: Content = {"total": str(total + 1000), "hours_of": hours, "reference": REFERENCE, "corrects": corrects}
        yield from life.act(nurse, "issue-invoice", on=ledger, refused="ANNEX_MISSING", **much)
    invoice: Content = {"total": str(total), "hours_of": hours, "reference": REFERENCE, "corrects": corrects}
    return (yield from life.act(nurse, "issue-invoice", on=ledger, **invoice))


def _receive(life: Life, nurse: Actor, issued: Answer) -> Part[None]:
    """Receive an invoice, contest some, accept most, and pay."""
    region, ledger = life.staff.region_coordinator, UUID(issued["ledger"])
    yield from life.act(region, "receive-invoice", on=ledger)
    if life.happens(0.2):
        yield from life.act(region, "contest-invoice", on=ledger, reason="Timmarna stämmer inte med vår egen lista")
        for actor, position in ((nurse, "Listan avser fel vecka"), (region, "Vi har fått en ny lista")):
            yield from life.act(actor, "record-invoice-position", on=ledger, position=position)
        if life.happens(0.3):
            return
    yield from life.act(region, "accept-invoice", on=ledger)
    if life.happens(0.8):
        yield from life.act(region, "pay-invoice", on=ledger)
        if life.happens(0.3):
            yield from _correct(life, nurse, ledger, issued["state"])


def _correct(life: Life, nurse: Actor, ledger: UUID, month: Content) -> Part[None]:
    """Record hours that were left out of a month which has been paid, and invoice it again; the difference is paid."""
    last_day = (date.fromisoformat(month["month"]) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    late: Content = {"day": str(last_day), "kind": "health-care", "treatment_level": "specialised", "performed": "6"}
    paid = next(line["case"] for line in month["lines"] if Decimal(line["amount"]["amount"]) > 0)
    yield from life.act(nurse, "record-hours", on=UUID(paid), **late)
    yield from _close(life, nurse, ledger, corrects=month["invoices"][-1]["id"])
    for act in ("receive-invoice", "accept-invoice", "pay-invoice"):
        yield from life.act(life.staff.region_coordinator, act, on=ledger)


def claim_hospital_days(life: Life) -> Story:
    """Publish each year's amount for a day in hospital, and claim each month from every municipality when it is over.

    A municipality contests its first claim, and accepts it at last.
    """
    region = life.staff.region_coordinator
    month = legal_day(life.now).replace(day=1)
    nurses = list(list_nurses(life.staff.directory))
    contested: set[HsaId] = set()
    published = 0
    while True:
        if published != month.year:
            published = month.year
            amount: Content = {"year": published, "amount": f"{10000 + 100 * (published % 10)}", "source": "HSLF-FS"}
            yield from life.act(region, "publish-daily-amount", **amount)
        following = (month + timedelta(days=32)).replace(day=1)
        life.wait_until(following.replace(day=12))
        yield from life.pause()
        for nurse in nurses:
            if note_days(nurse.principal, month) not in life.notes:
                continue
            claim: Content = {"municipality": nurse.principal, "month": str(month)}
            answer = yield from life.act(region, "claim-hospital-days", **claim)
            ledger = UUID(answer["ledger"])
            yield from life.act(region, "claim-hospital-days", refused="WRONG_STATE", **claim)
            if nurse.principal not in contested:
                contested.add(nurse.principal)
                yield from life.act(nurse, "contest-hospital-days", on=ledger, reason="Vi har andra uppgifter")
            yield from life.act(nurse, "accept-hospital-days", on=ledger)
        month = following


def settle_supplements(life: Life) -> Story:
    """Measure, calculate and present each year's supplement in December, pay it in January, and follow it up."""
    region = life.staff.region_coordinator
    known = FIRST_INDEX
    while True:
        today = legal_day(life.now)
        year = today.year + 1
        life.wait_until(date(today.year, 12, 9))
        for published in range(known, year + 1):
            change: Content = {
                "year": published,
                "percent": str(life.chance.randint(2, 5)),
                "source": f"SKR {published}",
            }
            yield from life.act(region, "publish-tax-base-change", **change)
        known = year + 1
        measured: Content = {"measurement": _measurement(today.year), "inputs": _make_inputs(life)}
        answer = yield from life.act(region, "measure-supplement", year=year, **measured)
        ledger = UUID(answer["ledger"])
        yield from life.act(region, "calculate-supplement", on=ledger)
        change = {"component": "advanced", "municipality": life.staff.municipality, "amount": "15000"}
        adjusted: Content = {"measurement": _measurement(today.year), "reason": "Fler avancerade insatser"}
        yield from life.act(region, "adjust-supplement", on=ledger, changes=[change], **adjusted)
        yield from life.act(region, "present-supplement", on=ledger)
        life.wait_until(date(year, 1, 15))
        yield from life.act(region, "pay-supplement", on=ledger)
        life.wait_until(date(year, 9, 15))
        yield from life.act(region, "review-supplement", on=ledger, conclusion="Beloppet svarar mot behovet")


def _measurement(year: int) -> Content:
    measured = ["volumes", "care-levels", "psychiatric-care"]
    return {"reference": f"Mätning november {year}", "measured_on": f"{year}-11-15", "measured": measured}


def _make_inputs(life: Life) -> Content:
    return {
        "source": "Regionens underlag",
        "weights_source": "Modellen för vårdcentralerna",
        "invoiced": {"psychiatry": {"2021": "900000", "2022": "1100000"}},
        "municipalities": list(_list_inputs(life)),
    }


def _list_inputs(life: Life) -> Iterator[Content]:
    """Yield the inputs of each municipality. Their weights add up to one."""
    municipalities = life.staff.directory.municipalities
    share = (Decimal(1) / len(municipalities)).quantize(Decimal("0.0001"))
    for place, municipality in enumerate(municipalities):
        is_last = place == len(municipalities) - 1
        yield {
            "municipality": municipality.id,
            "amounts": {
                "somatic": str(life.chance.randint(20, 90) * 10_000),
                "advanced": str(life.chance.randint(40, 200) * 10_000),
            },
            "weight": str(1 - share * place if is_last else share),
            "kilometres": str(life.chance.randint(5, 80)),
        }
