"""One function per act on a month's settlement (catalogue C.4): hours, invoice, receipt, dispute, payment."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.act import Act
from domain.agreements.model.settlement import InvoiceDeadline, MonthlySettlement
from domain.kernel import Day, Events, HsaId, Label, Party, Slug, Text, legal_day
from domain.ledgers.permission import permit
from domain.ledgers.settlement.events import (
    HoursClosed,
    InvoiceAccepted,
    InvoiceContested,
    InvoiceIssued,
    InvoicePaid,
    InvoicePositionRecorded,
    InvoiceReceived,
    MonthOpened,
    Timeliness,
)
from domain.ledgers.settlement.refusals import (
    AnnexMissing,
    NotPerformed,
    NotReimbursable,
    PerIndividualInvoiceEnded,
    RecipientReferenceMissing,
    SettlementNotRegulated,
)
from domain.ledgers.settlement.rules import hours, text
from domain.ledgers.settlement.state import Month, MonthStatus, Rates, month_id
from domain.ledgers.settlement.values import AnnexLine, Individual, Line
from domain.money import Figure, NotNegative, Rounding, UnitOfMeasure
from domain.refusals import NoAgreementInForce, NotYourPrincipal, WrongState


def open_month(*, act: Act, municipality: HsaId, care: Slug, month: Day) -> Events:
    """Begin the settlement of some care in a month, given by its first day.

    Care whose invoicing per individual has ended is refused (F26), and so is a month that the version does not settle.
    """
    permit(act)
    _refuse_ended(act, care, month)
    rule = text.monthly(act)
    if care != rule.care:
        raise SettlementNotRegulated(care, regulated=rule.care)
    _refuse_outside(rule, month, last_day(month))
    act.refuse_unknown_municipality(municipality)
    if act.actor.party is Party.MUNICIPALITY and act.actor.principal != municipality:
        raise NotYourPrincipal(
            "A municipality settles for itself",
            rule="SYS-3",
            remedy="give your own municipality",
            where=("municipality",),
        )
    event = act.record(
        MonthOpened,
        on=month_id(act.actor.county, municipality, care, month),
        clauses=(*rule.clauses, *rule.invoice.clauses),
        county=act.actor.county,
        region=act.directory.region.id,
        municipality=municipality,
        care=care,
        month=month.replace(day=1),
    )
    return (event,)


def close_hours(
    month: Month,
    *,
    act: Act,
    recorded: Sequence[Individual],
    rates: Rates | None,
    hours_of: Mapping[UUID, NotNegative] | None = None,
) -> Events:
    """Close the month's hours, as the events of the cases record them, at the year's rate (GAV-10-3, -4).

    `hours_of` may say what the municipality counts on, performed hours by case: refused unless the record says the
    same of every case. Planned hours are shown and never counted; what is not paid for gets a line of zero with the
    reason. A closed month is closed again once the record says otherwise of it, such as hours recorded late: what was
    invoiced is then corrected by a new invoice.
    """
    rule = _at(month, act, *MonthStatus, by=Party.MUNICIPALITY)
    if hours_of is not None:
        _refuse_otherwise(recorded, hours_of, rule)
    rounding = text.rounding(act)
    lines, standard = hours.closed(recorded, rule=rule, rounding=rounding, rates=rates, year=month.month.year)
    if month.status is not MonthStatus.OPEN and (lines, standard) == (month.lines, month.standard):
        raise WrongState(
            subject="The month",
            state=month.status,
            needed=(MonthStatus.OPEN, "recorded otherwise since"),
            rule=rule.invoice.rule,
        )
    grounds = [rule.clauses, *(line.amount.clauses for line in lines), standard.clauses if standard else ()]
    event = act.record(
        HoursClosed, on=month, clauses=[one for each in grounds for one in each], lines=lines, standard=standard
    )
    return (event,)


def issue_invoice(
    month: Month,
    *,
    act: Act,
    total: NotNegative,
    hours_of: Mapping[UUID, NotNegative],
    reference: Label | None,
    corrects: UUID | None = None,
) -> Events:
    """Invoice the month: a total in SEK, and for the annex the performed hours claimed, by case (GAV-10-7 to -9).

    After the region has contested an invoice, a new one names the one it corrects. Refused: hours beyond those
    performed, hours that the region does not pay for, and a total that the annex does not add up to (F27).
    """
    rule = _at(month, act, MonthStatus.HOURS_CLOSED, MonthStatus.CONTESTED, by=Party.MUNICIPALITY)
    _refuse_wrong_correction(month, corrects, rule)
    _refuse_reference(reference, rule)
    annex = _annex(month, act, rule, hours_of)
    asked = sum((line.amount.amount for line in annex), month.standard.amount if month.standard else Decimal(0))
    if total != asked:
        raise AnnexMissing(
            f"The total is {total} and the lines of the annex come to {asked}",
            rule=(rule.invoice.annex or rule.invoice).rule,
            remedy="give every individual in the total a line in the annex",
            where=[str(line.case) for line in month.lines if line.amount.amount and line.case not in hours_of],
        )
    figure = Figure(
        amount=asked,
        unit=UnitOfMeasure.SEK,
        clauses=(rule.invoice.annex or rule.invoice).clauses,
        sources=(month.closed_by,) if month.closed_by else (),
    )
    event = act.record(
        InvoiceIssued,
        on=month,
        clauses=[
            *rule.invoice.clauses,
            *(rule.invoice.annex.clauses if rule.invoice.annex else ()),
            *(rule.invoice.recipient.clauses if rule.invoice.recipient else ()),
        ],
        invoice_id=act.new_id("invoice"),
        corrects=corrects,
        reference=reference,
        annex=annex,
        standard=month.standard,
        total=figure,
    )
    return (event,)


def receive_invoice(month: Month, *, act: Act) -> Events:
    """Note that the invoice is with the region from the act's day on, and whether that was in time (GAV-10-7).

    The last day is included. Lateness is a flag: the version names no consequence. A corrected invoice has no last day.
    """
    rule = _at(month, act, MonthStatus.INVOICED, by=Party.REGION)
    due = None if rule.invoice.due is None or month.invoice.corrects else invoice_due(month.month, rule.invoice.due)
    late = due is not None and legal_day(act.occurred_at) > due
    event = act.record(
        InvoiceReceived,
        on=month,
        clauses=(rule.invoice.due or rule.invoice).clauses,
        invoice_id=month.invoice.id,
        due=due,
        timeliness=None if due is None else Timeliness.LATE if late else Timeliness.ON_TIME,
    )
    return (event,)


def accept_invoice(month: Month, *, act: Act) -> Events:
    """Accept the invoice, as it came or after having contested it; only the region does."""
    rule = _at(month, act, MonthStatus.RECEIVED, MonthStatus.CONTESTED, by=Party.REGION)
    return (act.record(InvoiceAccepted, on=month, clauses=rule.invoice.clauses, invoice_id=month.invoice.id),)


def contest_invoice(month: Month, *, act: Act, reason: Text) -> Events:
    """Contest the invoice, with a reason; only the region does."""
    rule = _at(month, act, MonthStatus.RECEIVED, by=Party.REGION)
    event = act.record(
        InvoiceContested,
        on=month,
        clauses=rule.invoice.clauses,
        invoice_id=month.invoice.id,
        dispute_id=act.new_id("dispute"),
        reason=reason,
    )
    return (event,)


def record_invoice_position(month: Month, *, act: Act, position: Text) -> Events:
    """State your own party's position on the contested invoice (SYS-3)."""
    _at(month, act, MonthStatus.CONTESTED)
    event = act.record(
        InvoicePositionRecorded,
        on=month,
        dispute_id=month.dispute,
        position_id=act.new_id("position"),
        party=act.actor.party,
        position=position,
    )
    return (event,)


def pay_invoice(month: Month, *, act: Act) -> Events:
    """Note that the accepted invoice has been paid; only the region does.

    Of an invoice that corrects one already paid, the difference: less than zero is paid back.
    """
    rule = _at(month, act, MonthStatus.ACCEPTED, by=Party.REGION)
    invoice = month.invoice
    owed = invoice.total.amount - month.paid
    amount = invoice.total.model_copy(update={"amount": owed, "sources": (invoice.issued_by,)})
    return (act.record(InvoicePaid, on=month, clauses=rule.clauses, invoice_id=invoice.id, amount=amount),)


def _at(month: Month, act: Act, *wanted: MonthStatus, by: Party | None = None) -> MonthlySettlement:
    """The rule, once the actor is of the month's parties and the month is in one of these states."""
    permit(act, month.region, month.municipality, by=by)
    rule = text.monthly(act)
    if month.status not in wanted:
        raise WrongState(subject="The month", state=month.status, needed=wanted, rule=rule.invoice.rule)
    act.not_before(month.since, f"the month became {month.status}")
    return rule


def _refuse_ended(act: Act, care: Slug, month: date) -> None:
    """Refuse care that is no longer invoiced per individual (F26)."""
    ended = text.settlement(act).per_individual
    if ended is not None and care in ended.care and last_day(month) >= ended.ended_from:
        raise PerIndividualInvoiceEnded(
            f"Invoicing per individual for {care} ended on {ended.ended_from}",
            rule=ended.rule,
            remedy="it is paid for in the supplement",
            where=(care,),
        )


def _refuse_outside(rule: MonthlySettlement, first: date, last: date) -> None:
    """Refuse a month that lies wholly outside the interval that the version settles (F25)."""
    validity = rule.validity
    if validity is None:
        return
    if last < validity.valid_from or (validity.valid_to is not None and first > validity.valid_to):
        raise NoAgreementInForce(
            f"Hours of {first} are not settled under this version, which settles {validity.valid_from} to "
            f"{validity.valid_to or 'further notice'}",
            rule=validity.rule,
            remedy="settle them as was agreed for their time",
            where=(str(first),),
        )


def _refuse_otherwise(
    recorded: Sequence[Individual], hours_of: Mapping[UUID, Decimal], rule: MonthlySettlement
) -> None:
    """Refuse hours that are not those the record has: of a case left out, of one too many, of another amount."""
    performed = {one.case: sum((each.hours for each in one.hours if each.performed), Decimal(0)) for one in recorded}
    wrong = [case for case in {**performed, **hours_of} if performed.get(case, 0) != hours_of.get(case, 0)]
    if wrong:
        counted = ", ".join(f"{performed.get(case, 0)} of {case}" for case in wrong)
        raise NotPerformed(
            f"The record has other performed hours of the month: {counted}",
            rule=(rule.share or rule).rule,
            remedy="record what was performed in the cases, or correct what is recorded there, and close what they say",
            where=[str(case) for case in wrong],
        )


def _refuse_wrong_correction(month: Month, corrects: UUID | None, rule: MonthlySettlement) -> None:
    current = month.invoices[-1].id if month.invoices else None
    if corrects != current:
        raise WrongState(
            subject="The month",
            state="invoiced before" if current else "not invoiced before",
            needed=(f"corrects {current}" if current else "an invoice that corrects none",),
            rule=rule.invoice.rule,
        )


def _refuse_reference(reference: Label | None, rule: MonthlySettlement) -> None:
    recipient = rule.invoice.recipient
    if recipient is not None and reference != recipient.reference:
        raise RecipientReferenceMissing(
            f"The invoice does not carry the reference number of {recipient.name}",
            rule=recipient.rule,
            remedy=f"give the reference {recipient.reference}",
            where=("reference",),
        )


def _annex(month: Month, act: Act, rule: MonthlySettlement, hours_of: Mapping[UUID, Decimal]) -> tuple[AnnexLine, ...]:
    if not month.lines and month.standard is None:
        raise NotReimbursable(
            f"Nothing is invoiced: {rule.title} is paid by {rule.form}, or nobody's hours are closed",
            rule=rule.rule,
            remedy="leave the month as it is; no invoice is due",
            where=(rule.form,),
        )
    rounding = text.rounding(act)
    lines = {line.case: line for line in month.lines}
    return tuple(
        _claim(lines.get(case), case, claimed, rule=rule, rounding=rounding) for case, claimed in hours_of.items()
    )


def _claim(
    line: Line | None, case: UUID, claimed: Decimal, *, rule: MonthlySettlement, rounding: Rounding
) -> AnnexLine:
    """The annex's line for an individual; refuses hours nobody performed, and hours that are not paid for (F27)."""
    if line is None or not 0 <= claimed <= line.performed.amount:
        raise NotPerformed(
            f"{claimed} hours are claimed and {line.performed.amount if line else 'no'} hours were performed",
            rule=(rule.share or rule).rule,
            remedy="claim performed hours; planned hours never count",
            where=(str(case),),
        )
    if claimed > line.payable.amount:
        raise NotReimbursable(
            f"Of the hours {line.payable.amount} are paid for: {', '.join(line.unmet)}",
            rule=line.payable.clauses[0],
            remedy="leave out what is not paid for",
            where=(str(case), *line.unmet),
        )
    paid = line.payable.model_copy(update={"amount": claimed})
    amount = hours.price(hours.paid_part(paid, rule), line.rate, rounding)
    return AnnexLine(case=case, patient_id=line.patient_id, hours=paid, rate=line.rate, amount=amount)


def invoice_due(month: date, due: InvoiceDeadline) -> date:
    """The last day on time for a month's invoice."""
    months = month.month - 1 + due.months_after
    return date(month.year + months // 12, months % 12 + 1, due.day)


def last_day(month: date) -> date:
    """The last day of a month, given by any of its days."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
