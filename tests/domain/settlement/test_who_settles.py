"""The actors who settle: those whom the version names, or else those whose business it is."""

from decimal import Decimal
from typing import Any

import pytest

from domain.agreements.model import ActName, ActorGroup, ActRule, Agreement
from domain.kernel import Party, Role
from domain.ledgers.settlement.acts import months, rates
from domain.refusals import ActorNotAllowed
from tests.domain.settlement.books import ECONOMIST, agreement, book
from tests.domain.settlement.test_months import invoiced, received
from tests.scenario import CARE_STAFF_A, NURSE_A, PHYSICIAN

RATE: dict[str, Any] = {"year": 2018, "amount": Decimal("300.00"), "source": "Försäkringskassan"}


def gives_to(act: ActName, *by: ActorGroup, clause: str = "GAV-10-2", county: str = "gavleborg") -> Agreement:
    """Return a made-up version that gives the act to these."""
    version = agreement(county)
    return version.model_copy(update={"acts": {**version.acts, act: ActRule(by=by, clauses=(clause,))}})


@pytest.mark.rule("GAV-10-7")
def test_a_nurse_of_the_municipality_does_not_receive_the_invoice_for_the_region() -> None:
    invoiced().refuses(ActorNotAllowed, months.receive_invoice, NURSE_A, rule="GAV-10-7")


def test_a_nurse_of_the_municipality_does_not_accept_the_invoice_for_the_region() -> None:
    received().refuses(
        ActorNotAllowed,
        months.accept_invoice,
        NURSE_A,
        rule="GAV-10-9",
        where=("municipality", "municipal-care", "nurse"),
    )


def test_the_version_decides_who_accepts_and_the_act_stands_on_its_clause() -> None:
    to_the_municipality = gives_to(ActName.ACCEPT_INVOICE, ActorGroup(party=Party.MUNICIPALITY), clause="GAV-10-7")
    ledger = received().under(to_the_municipality)

    ledger.refuses(ActorNotAllowed, months.accept_invoice, ECONOMIST, rule="GAV-10-7")
    basis = ledger.after(months.accept_invoice, NURSE_A).events[-1].basis
    assert "GAV-10-7" in basis.clauses
    assert basis.not_regulated == ()


def test_what_a_version_gives_to_a_party_its_unlicensed_staff_still_do_not_do_for_it() -> None:
    ledger = received().under(gives_to(ActName.ACCEPT_INVOICE, ActorGroup(party=Party.MUNICIPALITY)))

    ledger.refuses(ActorNotAllowed, months.accept_invoice, CARE_STAFF_A, rule="SYS-3")


def test_a_version_that_gives_the_rate_to_the_coordinator_of_the_region_refuses_everybody_else() -> None:
    version = gives_to(ActName.PUBLISH_HOURLY_RATE, ActorGroup(party=Party.REGION, roles=(Role.COORDINATOR,)))
    ledger = book("gavleborg", "2018-05-01").under(version)

    for other in (NURSE_A, PHYSICIAN):
        ledger.refuses(ActorNotAllowed, rates.publish_hourly_rate, other, rule="GAV-10-2", **RATE)
    assert ledger.after(rates.publish_hourly_rate, ECONOMIST, **RATE).rates.hourly[2018].amount == RATE["amount"]


@pytest.mark.rule("SYS-7")
def test_who_publishes_the_rate_is_not_regulated_and_who_did_is_on_record() -> None:
    silent = book("gavleborg", "2018-05-01")
    for other in (NURSE_A, PHYSICIAN):
        silent.refuses(ActorNotAllowed, rates.publish_hourly_rate, other, rule="SYS-3", **RATE)

    ledger = silent.after(rates.publish_hourly_rate, ECONOMIST, **RATE)

    assert ledger.events[-1].basis.not_regulated == ("publish-hourly-rate",)
    assert ledger.events[-1].actor.person == ECONOMIST.person
