"""The days on which the municipality pays for a person who is ready for discharge, and the sum, at a moment."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.case.rules.payment_liability import (
    NoticeLiability,
    YearAmount,
    add_amounts,
    find_liabilities,
    price_days,
)
from domain.case.state.case import Case, fold
from domain.kernel import Actor, Event, HsaId, Value
from domain.ledgers.settlement.kinds import RATES
from domain.ledgers.settlement.rules.hospital_days import find_liability_version
from domain.ledgers.settlement.state.rates import rates_id
from domain.money import Figure
from domain.versions.catalogue import Catalogue
from service.reads.clock import RecordClock
from service.reads.replay import Mode, Replays, select_events
from service.record.event_store.application import EventStore


class PricedLiability(Value):
    """The liability that follows from one notice, with the amounts for its days."""

    liability: NoticeLiability
    amounts: tuple[YearAmount, ...]
    total: Figure | None
    """None if it is not known, because the amount for a day has not been published for a year."""


class CaseLiability(Value):
    """The payment liability of a case at a moment."""

    case_id: UUID
    mode: Mode
    moment: datetime
    creditor: HsaId | None = None
    """The region, which is paid."""
    debtor: HsaId | None = None
    """The municipality, which pays."""
    notices: tuple[PricedLiability, ...] = ()
    days: int = 0
    """The number of liable days of all notices."""


class PaymentLiabilities:
    """The payment liability of the record's cases."""

    def __init__(self, store: EventStore, replays: Replays, clock: RecordClock) -> None:
        self._store = store
        self._replays = replays
        self._clock = clock

    def read(self, actor: Actor, case_id: UUID, mode: Mode, moment: datetime) -> CaseLiability:
        """Read the liability of a case, as known at a moment or as known now. Raises CaseUnknown and MomentInFuture."""
        case = fold(self._replays.load_known(actor, case_id, mode, moment))
        if case is None:
            return CaseLiability(case_id=case_id, mode=mode, moment=moment)
        return self.price(case, mode, moment)

    def price(self, case: Case, mode: Mode, moment: datetime) -> CaseLiability:
        """Return the liability of a case that has been read at the moment, with its amounts.

        Of a moment in the future it is the liability by now, because nobody knows yet who stays in hospital until then.
        """
        by = min(moment, self._clock.now())
        catalogue = self._replays.read_catalogue(mode, moment) if case.discharge_notices else Catalogue(agreements=())
        found = find_liabilities(case, lambda at: find_liability_version(catalogue, case, at), by)
        published = self._read_daily_amounts(case.county, mode, moment) if found else {}
        notices = tuple(_price(each, published) for each in found)
        return CaseLiability(
            case_id=case.id,
            mode=mode,
            moment=moment,
            creditor=case.region,
            debtor=case.municipality,
            notices=notices,
            days=sum(len(each.liable_days) for each in found),
        )

    def _read_daily_amounts(self, county: str, mode: Mode, moment: datetime) -> Mapping[int, Figure]:
        """Read the county's published amounts: those known at the moment, or those known now."""
        events: list[Event] = self._store.load_case(rates_id(county))
        rates = RATES.fold(select_events(events, mode, moment) if mode is Mode.AS_KNOWN_AT else events)
        return rates.daily if rates is not None else {}


def _price(liability: NoticeLiability, published: Mapping[int, Figure]) -> PricedLiability:
    amounts = price_days(liability.liable_days, published, liability.amount_clauses)
    return PricedLiability(liability=liability, amounts=amounts, total=add_amounts(amounts, liability.amount_clauses))
