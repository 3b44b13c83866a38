"""The sweep of sums: every amount between the parties, calculated again from the agreement's numbers and the facts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from domain.agreements.model import Agreement
from domain.agreements.model.settlement import MonthlySettlement, Supplement
from domain.money import Rounding
from tests.live import Caller
from tests.world.sweeps.oracle import swedish_day
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally, list_settlements

Shares = dict[str, dict[str, Fraction]]
"""The amount of each municipality by component."""


def sweep_sums(scene: Scene, tally: Tally) -> None:
    """Calculate the supplements and the months of each county again, and check that none is missing."""
    for county, directory in scene.services.directories.items():
        caller = scene.caller(directory.region.id, county)
        ledgers = list_settlements(caller)
        tax_base = {int(year): Fraction(each["amount"]) for year, each in _rates(ledgers, "tax_base").items()}
        for listed in ledgers["supplement"]:
            _compare_supplement(scene, _read_events(caller, listed), tax_base, tally)
        months = [_read_events(caller, listed) for listed in ledgers["month"]]
        for listed, events in zip(ledgers["month"], months, strict=True):
            _compare_paid(listed["state"], events, tally)
        histories = _histories(scene, caller, county) if months else {}
        hourly = {int(year): Fraction(each["amount"]) for year, each in _rates(ledgers, "hourly").items()}
        for events in months:
            _compare_month(scene, events, histories, hourly, tally)
            _compare_days(scene, events, tally)
        for principal in directory.principals:
            _compare_owed(scene.caller(principal.id, county), principal.id == directory.region.id, tally)


def _rates(ledgers: Json, kind: str) -> Json:
    return {year: rate for each in ledgers["rates"] for year, rate in each["state"][kind].items()}


def _read_events(caller: Caller, listed: Json) -> list[Json]:
    events: list[Json] = caller.get(f"/api/settlement/{listed['ledger']}").json()["history"]
    return events


def _histories(scene: Scene, caller: Caller, county: str) -> dict[str, list[Json]]:
    """Read the timelines of the cases of a county."""
    cases: list[SweptCase] = [case for case in scene.cases() if case.county == county]
    return {str(case.case_id): caller.get(f"/api/cases/{case.case_id}/timeline").json() for case in cases}


def _text(scene: Scene, event: Json) -> Agreement:
    """Return the version that an event stands on."""
    return next(each for each in scene.services.catalogue.agreements if str(each.ref) == event["agreement"])


def _select(events: list[Json], topic: str) -> list[Json]:
    return [event for event in events if event["topic"].startswith(f"settlement.{topic}.v")]


def _round(text: Agreement, amount: Fraction) -> Fraction:
    """Round an amount as the text says."""
    mode = ROUND_HALF_UP if _rounding(text).mode == "half-up" else ROUND_HALF_EVEN
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return Fraction(exact.quantize(Decimal(1).scaleb(-_rounding(text).decimals), rounding=mode))


def _rounding(text: Agreement) -> Rounding:
    assert text.settlement is not None
    assert text.settlement.rounding is not None
    return text.settlement.rounding


def _supplement(text: Agreement) -> Supplement:
    assert text.settlement is not None
    assert text.settlement.supplement is not None
    return text.settlement.supplement


def _monthly(text: Agreement) -> MonthlySettlement:
    assert text.settlement is not None
    assert text.settlement.monthly is not None
    return text.settlement.monthly


# --- A year's supplement ----------------------------------------------------------------------------------------------


def _compare_supplement(scene: Scene, events: list[Json], tax_base: dict[int, Fraction], tally: Tally) -> None:
    measured, calculated = _select(events, "supplement-measured"), _select(events, "supplement-calculated")
    year = measured[0]["content"]["year"]
    tally.check(None, "a measured supplement is calculated", bool(calculated), year, events[-1]["topic"])
    for event in calculated:
        inputs = [each for each in measured if each["recorded_at"] <= event["recorded_at"]][-1]["content"]["inputs"]
        wanted = _calculate(_text(scene, event), inputs, tax_base, year)
        found = {each["component"]: _amounts(each["shares"]) for each in event["content"]["components"]}
        for component, shares in wanted.items():
            tally.equal(None, "a component is the text's", found.get(component), shares, year, component)
        tally.equal(None, "a supplement has the text's components", list(found), list(wanted), year)
        totals = _add(*wanted.values())
        tally.equal(None, "each municipality gets the sum", _amounts(event["content"]["totals"]), totals, year)
        _compare_factors(_text(scene, event), event, wanted, tally)
    _compare_later(events, tally)


def _compare_factors(text: Agreement, event: Json, wanted: Shares, tally: Tally) -> None:
    """Compare the part that each factor explains with the components that the text gives it."""
    for line in event["content"]["factors"]:
        own = [each.id for each in _supplement(text).components if each.factor == line["factor"]]
        amount = sum((sum(wanted[id].values(), Fraction(0)) for id in own), Fraction(0))
        tally.equal(
            None, "a factor explains its components", Fraction(line["amount"]["amount"]), amount, line["factor"]
        )


def _compare_later(events: list[Json], tally: Tally) -> None:
    """Compare what was adjusted and paid with what was calculated."""
    totals: dict[str, Fraction] = {}
    for event in events:
        content = event["content"]
        for change in content.get("changes", ()):
            totals = _add(totals, {change["municipality"]: Fraction(change["amount"])})
        if "changes" not in content and "components" in content:
            totals = _amounts(content["totals"])
        elif "totals" in content:
            tally.equal(None, "later totals follow", _amounts(content["totals"]), totals, event["topic"])


def _calculate(text: Agreement, inputs: Json, tax_base: dict[int, Fraction], year: int) -> Shares:
    """Calculate every component by the text: its method, the years of its index, and how it is shared."""
    wanted: Shares = {}
    for rule in _supplement(text).components:
        component: dict[str, Any] = rule.model_dump(mode="json")
        growth = Fraction(1)
        for changed in range((component["index_from"] or year) + 1, year + 1):
            growth *= 1 + tax_base[changed] / 100
        places = inputs["municipalities"]
        match component["method"]:
            case "stored" | "share-of-cost":
                part = growth * Fraction(component.get("share") or 1)
                wanted[rule.id] = {
                    each["municipality"]: _round(text, part * Fraction(each["amounts"][rule.id])) for each in places
                }
            case "average":
                invoiced = [Fraction(inputs["invoiced"][rule.id][str(each)]) for each in component["years"]]
                wanted[rule.id] = _divide(text, growth * sum(invoiced) / len(invoiced), places)
            case "share-of-components":
                base = sum(sum(wanted[part].values(), Fraction(0)) for part in component["of"])
                far = [each for each in places if Fraction(each["kilometres"]) > Fraction(component["more_than_km"])]
                wanted[rule.id] = _divide(text, growth * Fraction(component["share"]) * base, far) if far else {}
            case method:
                raise AssertionError(f"no oracle for the method {method}")
    return wanted


def _divide(text: Agreement, pool: Fraction, places: list[Json]) -> dict[str, Fraction]:
    """Divide a pool by weight to whole units: what is left goes to those who lost most, and then by their ids."""
    unit = Fraction(1, 10 ** _rounding(text).decimals)
    units = _round(text, pool) / unit
    weights = {each["municipality"]: Fraction(each["weight"]) for each in places}
    exact = {id: units * weight / sum(weights.values()) for id, weight in weights.items()}
    whole = {id: share.__floor__() for id, share in exact.items()}
    by_loss = sorted(exact, key=lambda id: (whole[id] - exact[id], id))
    for id in by_loss[: int(units - sum(whole.values()))]:
        whole[id] += 1
    return {id: share * unit for id, share in whole.items()}


def _amounts(listed: list[Json]) -> dict[str, Fraction]:
    return {each["municipality"]: Fraction(each["amount"]["amount"]) for each in listed}


def _add(*parts: dict[str, Fraction]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for part in parts:
        for id, amount in part.items():
            total[id] = total.get(id, Fraction(0)) + amount
    return total


# --- A month's hours --------------------------------------------------------------------------------------------------


def _compare_month(
    scene: Scene, events: list[Json], histories: dict[str, list[Json]], hourly: dict[int, Fraction], tally: Tally
) -> None:
    opened = _select(events, "month-opened")[0]["content"]
    closed = _select(events, "hours-closed")
    tally.check(None, "an opened month is closed", bool(closed), opened["municipality"], opened["month"])
    lines: dict[str, Json] = {}
    for event in closed:
        lines = {line["case"]: line for line in event["content"]["lines"]}
        wanted = dict(_settle(_text(scene, event), opened, event["recorded_at"], histories, hourly))
        found = {id: _read_line(line) for id, line in lines.items()}
        tally.equal(None, "a month's lines are the text's", found, wanted, opened["municipality"], opened["month"])
    for event in _select(events, "invoice-issued"):
        annex = event["content"]["annex"]
        total = sum((Fraction(line["amount"]["amount"]) for line in annex), Fraction(0))
        tally.equal(None, "an invoice is its annex", Fraction(event["content"]["total"]["amount"]), total)
        for line in annex:
            hours, amount = Fraction(line["hours"]["amount"]), Fraction(line["amount"]["amount"])
            price = _price(_text(scene, event), hours, Fraction(line["rate"]["amount"]))
            tally.equal(None, "a line of the annex is hours times the rate", amount, price, line["case"])


def _compare_paid(state: Json, events: list[Json], tally: Tally) -> None:
    """Compare what a month shows as invoiced and paid with its history: each payment leaves nothing owed."""
    owed = paid = Fraction(0)
    for event in events:
        if event in _select([event], "invoice-issued"):
            owed = Fraction(event["content"]["total"]["amount"])
        if event in _select([event], "invoice-paid"):
            paid += Fraction(event["content"]["amount"]["amount"])
            tally.equal(None, "a payment leaves nothing owed", paid, owed, state["id"])
    invoiced = [Fraction(each["total"]["amount"]) for each in state["invoices"]][-1:] or [Fraction(0)]
    shown = (Fraction(state["paid"]), *invoiced)
    tally.equal(None, "a month shows what has been paid and invoiced", shown, (paid, owed), state["id"])


def _compare_days(scene: Scene, events: list[Json], tally: Tally) -> None:
    """Check the last day of each invoice that was received, and whether it came in time."""
    for event in _select(events, "invoice-received"):
        due, content = _monthly(_text(scene, event)).invoice.due, event["content"]
        if due is None or content["due"] is None:
            continue  # an invoice that corrects another has no last day
        day = date.fromisoformat(_select(events, "month-opened")[0]["content"]["month"])
        for _ in range(due.months_after):
            day = (day + timedelta(days=32)).replace(day=1)
        day = day.replace(day=due.day)
        late = swedish_day(datetime.fromisoformat(event["occurred_at"])) > day
        told = (content["due"], content["timeliness"])
        tally.equal(None, "an invoice has the text's last day", told, (str(day), "late" if late else "on-time"))


def _compare_owed(caller: Caller, is_region: bool, tally: Tally) -> None:
    """Check that what an invoice waits for is on the worklist of those who send it or pay it, and of no other."""
    for item in caller.get("/api/worklist").json():
        acts = set(item["acts"]) & (_PAYER | _SENDER)
        wanted = _PAYER if is_region else _SENDER
        tally.check(None, "an invoice waits for the one whose turn it is", acts <= wanted, item["key"], item["acts"])


_PAYER = {"receive-invoice", "accept-invoice", "contest-invoice", "pay-invoice"}
"""The acts on an invoice of the region, which pays it."""
_SENDER = {"close-hours", "issue-invoice"}
"""The acts on an invoice of the municipality, which sends it."""


def _settle(
    text: Agreement, opened: Json, known_at: str, histories: dict[str, list[Json]], hourly: dict[int, Fraction]
) -> Iterator[tuple[str, tuple[Fraction, Fraction, Fraction]]]:
    """Yield the performed and the payable hours of each case with hours, and their amount, as known at the closing."""
    first = date.fromisoformat(opened["month"])
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    for case, history in histories.items():
        known = [entry for entry in history if entry["recorded_at"] <= known_at]
        hours = [each for each in _hours(known, opened["municipality"]) if first <= _day(each) <= last]
        if hours:
            performed = [each for each in hours if each["performed"]]
            paid = [each for each in performed if _is_paid(text, each, known, last)]
            payable = sum((Fraction(each["hours"]) for each in paid), Fraction(0))
            total = sum((Fraction(each["hours"]) for each in performed), Fraction(0))
            yield case, (total, payable, _price(text, payable, hourly[first.year]))


def _hours(known: list[Json], municipality: str) -> list[Json]:
    """List the hours of a municipality's staff that no later event corrects."""
    entries = [entry for entry in known if entry["topic"].startswith("case.hours-recorded.v")]
    corrected = {entry["content"]["corrects"] for entry in entries}
    own = [entry for entry in entries if entry["actor"]["principal"] == municipality]
    return [entry["content"] for entry in own if entry["event_id"] not in corrected]


def _day(hours: Json) -> date:
    return date.fromisoformat(hours["day"])


def _is_paid(text: Agreement, hours: Json, known: list[Json], last: date) -> bool:
    """Return True if the text pays for the hours: their day, kind and level, and the person's criteria."""
    rule: dict[str, Any] = _monthly(text).model_dump(mode="json")
    validity, share, payable = rule["validity"], rule["share"], rule["reimbursable"]
    begins, ends = (date.fromisoformat((validity or {}).get(name) or open) for name, open in _ALWAYS)
    kinds = share["kinds"] if share else [hours["kind"]]
    levels = (payable["treatment_levels"] if payable else None) or [hours["treatment_level"]]
    criteria = payable["criteria"] if payable else ()
    return (
        begins <= _day(hours) <= ends
        and hours["kind"] in kinds
        and hours["treatment_level"] in levels
        and (payable is None or _is_treated(payable, hours, known))
        and all(_is_met(criterion, known, last) for criterion in criteria)
    )


def _is_treated(payable: Json, hours: Json, known: list[Json]) -> bool:
    """Return True if the region's circumstance or the parties' level stands at some time of the day of the hours.

    It does if the last word before that day says so, or any word of the day.
    """
    if payable["circumstance"] is None:
        return True
    circumstance: list[tuple[date, bool]] = []
    level: list[tuple[date, bool]] = []
    for entry in sorted(known, key=lambda entry: datetime.fromisoformat(entry["occurred_at"])):
        content, day = entry["content"], swedish_day(datetime.fromisoformat(entry["occurred_at"]))
        if content.get("circumstance") == payable["circumstance"] and entry["actor"]["party"] == "region":
            circumstance.append((day, content["holds"]))
        established = (content.get("resolution") or content)["level"] if entry["topic"].startswith(_LEVELS) else None
        if established is not None:
            level.append((day, established in payable["treatment_levels"]))
    return any(
        [stands for day, stands in words if day < _day(hours)][-1:] == [True] or (_day(hours), True) in words
        for words in (circumstance, level)
    )


_LEVELS = ("referral.care-level-established.v", "referral.care-level-reassessed.v", "disagreement.resolved.v")
"""The topics of events that give a care level."""
_VERDICTS = ("referral.criteria-evaluated.v", "referral.criteria-answered.v")
"""The topics of events that judge criteria, by a party's word or by the record's facts."""
_ALWAYS = (("valid_from", "0001-01-01"), ("valid_to", "9999-12-31"))
"""The days of a rule without days."""


def _is_met(criterion: str, known: list[Json], last: date) -> bool:
    """Return True if each party that evaluated the criterion found it met, last by a day, or else first after it."""
    stands: dict[str, bool] = {}
    entries = [entry for entry in known if entry["topic"].startswith(_VERDICTS)]
    for entry in sorted(entries, key=lambda entry: str(entry["occurred_at"])):
        early = swedish_day(datetime.fromisoformat(entry["occurred_at"])) <= last
        for verdict in entry["content"]["verdicts"]:
            party = entry["content"].get("party", entry["actor"]["party"])
            if verdict["criterion"] == criterion and (early or party not in stands):
                stands[party] = verdict["met"]
    return bool(stands) and all(stands.values())


def _price(text: Agreement, hours: Fraction, rate: Fraction) -> Fraction:
    """Return the price of the part of the hours that the region pays for."""
    share = _monthly(text).share
    return _round(text, hours * (Fraction(share.share) if share is not None else 1) * rate)


def _read_line(line: Json) -> tuple[Fraction, Fraction, Fraction]:
    performed, payable, amount = (Fraction(line[name]["amount"]) for name in ("performed", "payable", "amount"))
    return performed, payable, amount
