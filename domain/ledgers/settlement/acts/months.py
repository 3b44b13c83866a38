"""Acts on the settlement of a month (catalogue C.4): hours, invoice, receipt, dispute, payment."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.act import Act
from domain.agreements.model.settlement import MonthlySettlement
from domain.kernel import Day, Events, HsaId, Label, Party, Slug, Text, legal_day
from domain.ledger_permission import require_permission
from domain.ledgers.settlement.events.months import (
    AnnexLine,
    HoursClosed,
    HoursLine,
    InvoiceAccepted,
    InvoiceContested,
    InvoiceIssued,
    InvoicePaid,
    InvoicePositionRecorded,
    InvoiceReceived,
    MonthOpened,
)
from domain.ledgers.settlement.refusals import (
    AnnexMissing,
    NotPerformed,
    NotReimbursable,
    PerIndividualInvoiceEnded,
    RecipientReferenceMissing,
    SettlementNotRegulated,
)
from domain.ledgers.settlement.rules.days import invoice_due, last_day
from domain.ledgers.settlement.rules.hours import apply_share, price, settle_hours
from domain.ledgers.settlement.rules.recorded_hours import IndividualMonth
from domain.ledgers.settlement.rules.text import require_monthly, require_rounding, require_settlement
from domain.ledgers.settlement.state.months import Month, MonthStatus, month_id
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.values import Timeliness
from domain.money import Figure, NotNegative, Rounding, UnitOfMeasure
from domain.refusals import NoAgreementInForce, NotYourPrincipal, WrongState


def open_month(*, act: Act, municipality: HsaId, care: Slug, month: Day) -> Events:
    """Begin the settlement of one month's care. Give the month by its first day.

    Refused: care that is no longer invoiced per individual, and a month that the version does not settle.
    """
    require_permission(act)
    _refuse_ended(act, care, month)
    rule = require_monthly(act)
    if care != rule.care:
        raise SettlementNotRegulated(care, regulated=rule.care)
    _refuse_outside(rule, month, last_day(month))
    act.refuse_unknown_municipality(municipality)
    if act.actor.party is Party.MUNICIPALITY and act.actor.principal != municipality:
        raise NotYourPrincipal(
            "A municipality opens its own months only",
            rule="SYS-3",
            remedy="give the HSA-id of your own municipality",
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
    individuals: Sequence[IndividualMonth],
    rates: Rates | None,
    hours_of: Mapping[UUID, NotNegative] | None = None,
) -> Events:
    """Close the month's hours at the year's rate (GAV-10-3, -4). The hours are read from the events of the cases.

    Use `hours_of` to state the performed hours that you expect, by case. The act is refused if the record differs.
    Planned hours are shown and never counted. Hours that are not paid for get a line of zero with the reason.
    If the record changes later, for example by hours recorded late, close the month again and correct the invoice.
    """
    rule = _check(month, act, *MonthStatus, by=Party.MUNICIPALITY)
    if hours_of is not None:
        _refuse_other_hours(individuals, hours_of, rule)
    rounding = require_rounding(act)
    lines, standard = settle_hours(individuals, rule=rule, rounding=rounding, rates=rates, year=month.month.year)
    if month.status is not MonthStatus.OPEN and (lines, standard) == (month.lines, month.standard):
        raise WrongState(
            subject="The month",
            state=month.status,
            needed=(MonthStatus.OPEN, "changed since the hours were closed"),
            rule=rule.invoice.rule,
        )
    grounds = [rule.clauses, *(line.amount.clauses for line in lines), standard.clauses if standard else ()]
    clauses = [clause for ground in grounds for clause in ground]
    return (act.record(HoursClosed, on=month, clauses=clauses, lines=lines, standard=standard),)


def issue_invoice(
    month: Month,
    *,
    act: Act,
    total: NotNegative,
    hours_of: Mapping[UUID, NotNegative],
    reference: Label | None,
    corrects: UUID | None = None,
) -> Events:
    """Invoice the month (GAV-10-7 to -9). Give the total in SEK and, in `hours_of`, the performed hours by case.

    If the region has contested an invoice, send a new one and name the one it corrects. Refused: more hours than were
    performed, hours that the region does not pay for, a total that differs from the sum of the annex, and payable hours
    left out of a month's first invoice.
    """
    rule = _check(month, act, MonthStatus.HOURS_CLOSED, MonthStatus.CONTESTED, by=Party.MUNICIPALITY)
    _refuse_wrong_correction(month, corrects, rule)
    _refuse_reference(reference, rule)
    annex = _annex(month, act, rule, hours_of)
    _refuse_partial(month, annex, corrects, rule)
    owed = sum((line.amount.amount for line in annex), month.standard.amount if month.standard else Decimal(0))
    if total != owed:
        raise AnnexMissing(
            f"The total is {total}, but the amounts of the invoice add up to {owed}",
            rule=(rule.invoice.annex or rule.invoice).rule,
            remedy="give in `hours_of` every case that the total includes",
            where=[str(line.case) for line in month.lines if line.amount.amount and line.case not in hours_of],
        )
    figure = Figure(
        amount=owed,
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
    """Record that the region received the invoice on the act's day, and mark it as on time or late (GAV-10-7).

    The last day is on time. A late invoice is not refused. An invoice that corrects another has no last day.
    """
    rule = _check(month, act, MonthStatus.INVOICED, by=Party.REGION)
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
    """Accept the invoice for the region, also after contesting it."""
    rule = _check(month, act, MonthStatus.RECEIVED, MonthStatus.CONTESTED, by=Party.REGION)
    return (act.record(InvoiceAccepted, on=month, clauses=rule.invoice.clauses, invoice_id=month.invoice.id),)


def contest_invoice(month: Month, *, act: Act, reason: Text) -> Events:
    """Contest the invoice for the region, with a reason."""
    rule = _check(month, act, MonthStatus.RECEIVED, by=Party.REGION)
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
    _check(month, act, MonthStatus.CONTESTED)
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
    """Record for the region that the accepted invoice has been paid.

    If the invoice corrects one that was paid, the difference is paid. A negative difference is paid back.
    """
    rule = _check(month, act, MonthStatus.ACCEPTED, by=Party.REGION)
    invoice = month.invoice
    difference = invoice.total.amount - month.paid
    amount = invoice.total.model_copy(update={"amount": difference, "sources": (invoice.issued_by,)})
    return (act.record(InvoicePaid, on=month, clauses=rule.clauses, invoice_id=invoice.id, amount=amount),)


def _check(month: Month, act: Act, *statuses: MonthStatus, by: Party | None = None) -> MonthlySettlement:
    """Return the version's rule. Refuse an actor that is not of the month's parties, and a month in another status."""
    require_permission(act, month.region, month.municipality, by=by)
    rule = require_monthly(act)
    if month.status not in statuses:
        raise WrongState(subject="The month", state=month.status, needed=statuses, rule=rule.invoice.rule)
    act.not_before(month.since, f"the month became {month.status}")
    return rule


def _refuse_ended(act: Act, care: Slug, month: date) -> None:
    """Refuse care that is no longer invoiced per individual (F26)."""
    ended = require_settlement(act).per_individual
    if ended is not None and care in ended.care and last_day(month) >= ended.ended_from:
        raise PerIndividualInvoiceEnded(
            f"Invoicing per individual for {care} ended on {ended.ended_from}",
            rule=ended.rule,
            remedy="do not invoice it; the yearly supplement pays for it",
            where=(care,),
        )


def _refuse_outside(rule: MonthlySettlement, first: date, last: date) -> None:
    """Refuse a month that lies wholly outside the interval that the version settles (F25)."""
    validity = rule.validity
    if validity is None:
        return
    if last < validity.valid_from or (validity.valid_to is not None and first > validity.valid_to):
        raise NoAgreementInForce(
            f"This version settles hours from {validity.valid_from} to {validity.valid_to or 'further notice'}, "
            f"not the month from {first}",
            rule=validity.rule,
            remedy="settle the month as the parties had agreed for that time",
            where=("month",),
        )


def _refuse_other_hours(
    individuals: Sequence[IndividualMonth], hours_of: Mapping[UUID, Decimal], rule: MonthlySettlement
) -> None:
    """Refuse stated hours that differ from the record: a case left out, a case too many, another amount."""
    performed = {
        individual.case: sum((each.hours for each in individual.hours if each.performed), Decimal(0))
        for individual in individuals
    }
    wrong = [case for case in {**performed, **hours_of} if performed.get(case, 0) != hours_of.get(case, 0)]
    if wrong:
        differing = ", ".join(f"{performed.get(case, 0)} hours for case {case}" for case in wrong)
        raise NotPerformed(
            f"The record has other performed hours for the month: {differing}",
            rule=(rule.share or rule).rule,
            remedy="record or correct the hours in the cases, then close the month with the hours of the record",
            where=[str(case) for case in wrong],
        )


def _refuse_wrong_correction(month: Month, corrects: UUID | None, rule: MonthlySettlement) -> None:
    current = month.invoices[-1].id if month.invoices else None
    if corrects != current:
        raise WrongState(
            subject=f"The month is {'invoiced' if current else 'not invoiced'}, and `corrects`",
            state=str(corrects or "null"),
            needed=(str(current or "null"),),
            rule=rule.invoice.rule,
        )


def _refuse_partial(month: Month, annex: Sequence[AnnexLine], corrects: UUID | None, rule: MonthlySettlement) -> None:
    """Refuse a month's first invoice that leaves payable hours out, because the month is invoiced once (GAV-10-7, -8).

    An invoice that corrects another may claim less.
    """
    claimed = {line.case: line.hours.amount for line in annex}
    left = [line.case for line in month.lines if claimed.get(line.case, Decimal(0)) != line.payable.amount]
    if corrects is None and left:
        raise AnnexMissing(
            "The invoice leaves out hours of the month that the region pays for",
            rule=(rule.invoice.annex or rule.invoice).rule,
            remedy="give in `hours_of` every case with all its payable hours, or correct the hours in the cases first",
            where=[str(case) for case in left],
        )


def _refuse_reference(reference: Label | None, rule: MonthlySettlement) -> None:
    recipient = rule.invoice.recipient
    if recipient is not None and reference != recipient.reference:
        raise RecipientReferenceMissing(
            f"The invoice lacks the reference number of {recipient.name}",
            rule=recipient.rule,
            remedy=f"give the reference {recipient.reference}, and send the invoice to {', '.join(recipient.lines)}",
            where=("reference",),
        )


def _annex(month: Month, act: Act, rule: MonthlySettlement, hours_of: Mapping[UUID, Decimal]) -> tuple[AnnexLine, ...]:
    if not month.lines and month.standard is None:
        raise NotReimbursable(
            f"There is nothing to invoice: {rule.title} is paid by {rule.form}, or the month has no hours",
            rule=rule.rule,
            remedy="send no invoice for this month",
            where=(rule.form,),
        )
    rounding = require_rounding(act)
    lines = {line.case: line for line in month.lines}
    return tuple(
        _annex_line(lines.get(case), case, claimed, rule=rule, rounding=rounding) for case, claimed in hours_of.items()
    )


def _annex_line(
    line: HoursLine | None, case: UUID, claimed: Decimal, *, rule: MonthlySettlement, rounding: Rounding
) -> AnnexLine:
    """Return an individual's line. Refuse hours that were not performed, or that the region does not pay for (F27)."""
    if line is None or not 0 <= claimed <= line.performed.amount:
        raise NotPerformed(
            f"{claimed} hours are claimed, but {line.performed.amount if line else 'no'} hours were performed",
            rule=(rule.share or rule).rule,
            remedy="claim performed hours only; planned hours never count",
            where=(str(case),),
        )
    if claimed > line.payable.amount:
        raise NotReimbursable(
            f"{claimed} hours are claimed, but the region pays for {line.payable.amount} only. "
            f"Not met: {', '.join(line.unmet)}",
            rule=line.payable.clauses[0],
            remedy=f"claim at most {line.payable.amount} hours for the case",
            where=(str(case), *line.unmet),
        )
    hours = line.payable.model_copy(update={"amount": claimed})
    amount = price(apply_share(hours, rule), line.rate, rounding)
    return AnnexLine(case=case, patient_id=line.patient_id, hours=hours, rate=line.rate, amount=amount)
