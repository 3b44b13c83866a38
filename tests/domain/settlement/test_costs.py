"""The cost of care for somebody who lives elsewhere: an agreement with the home first, then a claim."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.agreements.model import Agreement
from domain.agreements.model.settlement import Debtor
from domain.ledgers.settlement.acts import costs
from domain.ledgers.settlement.events.costs import CostAgreementReached, CostAgreementRequested, CostClaimRaised
from domain.ledgers.settlement.refusals import NotPerformed, NotReimbursable, SettlementNotRegulated, SplitNotWhole
from domain.ledgers.settlement.rules.recorded_care import GivenCare
from domain.ledgers.settlement.state.costs import cost_id
from domain.refusals import (
    ActorNotAllowed,
    CostAgreementMissing,
    NotParty,
    OccurredTooEarly,
    OtherPartyMissing,
    WrongState,
)
from tests.domain.settlement.books import ECONOMIST, IDS, Book, agreement, book, case, changed
from tests.scenario import NURSE_A, NURSE_B

VISITOR = case("visitor")
PERFORMED = (uuid5(IDS, "first visit"), uuid5(IDS, "second visit"))


def care(event: UUID, *circumstances: str, day: str = "2013-02-27", moved_here: bool = False) -> GivenCare:
    """Return care as an event of the case records it, with what the record shows of the person on that day."""
    return GivenCare(
        event=event, day=date.fromisoformat(day), circumstances=frozenset(circumstances), moved_here=moved_here
    )


CLAIM: dict[str, Any] = {
    "case": VISITOR,
    "amount": Decimal("1000.01"),
    "performed": PERFORMED,
    "given": tuple(care(event, "non-resident") for event in PERFORMED),
}


def asks_home(
    asked: Debtor = Debtor.HOME_REGION, *, registered_in: str = "county-b", version: Agreement | None = None
) -> Book:
    """Tell that the municipality of stay has asked the visitor's home for an agreement."""
    empty = book("vastmanland", "2013-03-01")
    return empty.under(version or empty.agreement).after(
        costs.request_cost_agreement, NURSE_A, case=VISITOR, registered_in=registered_in, asked=asked
    )


def agreed(**content: Any) -> Book:
    """Tell that the home has agreed."""
    return asks_home().after(costs.reach_cost_agreement, NURSE_A, counterpart_reference="Dnr 12/2013", **content)


@pytest.mark.rule("VML-12-5", "F29")
def test_nothing_is_claimed_before_an_agreement_on_the_cost_has_been_asked_for() -> None:
    book("vastmanland", "2013-03-01").refuses(
        CostAgreementMissing, costs.raise_cost_claim, NURSE_A, rule="VML-12-5", **CLAIM
    )


@pytest.mark.rule("VML-12-5", "F29")
def test_nothing_is_claimed_before_the_agreement_is_reached_and_after_that_it_is() -> None:
    asks_home().refuses(CostAgreementMissing, costs.raise_cost_claim, NURSE_A, rule="VML-12-5", **CLAIM)

    event = agreed().after(costs.raise_cost_claim, NURSE_A, **CLAIM).last(CostClaimRaised)

    assert event.total.amount == Decimal("1000.01")
    assert event.total.sources == PERFORMED


@pytest.mark.rule("VML-12-5")
@pytest.mark.parametrize("home", Debtor)
def test_the_municipality_of_stay_asks_the_home_municipality_or_the_home_county_council(home: Debtor) -> None:
    event = asks_home(home).last(CostAgreementRequested)

    assert (event.asked, event.municipality) == (home, NURSE_A.principal)
    assert event.originator_id == event.case_id == cost_id("vastmanland", VISITOR) != VISITOR
    book("vastmanland", "2013-03-01").refuses(
        ActorNotAllowed,
        costs.request_cost_agreement,
        ECONOMIST,
        rule="VML-12-5",
        case=VISITOR,
        registered_in="county-b",
        asked=home,
    )


@pytest.mark.rule("VML-12-3")
def test_home_is_where_the_population_register_has_the_individual() -> None:
    event = asks_home().last(CostAgreementRequested)

    assert event.home_county == "county-b"
    assert "VML-12-3" in event.basis.clauses


@pytest.mark.rule("SYS-7")
def test_a_version_about_other_counties_alone_settles_no_cost_within_its_own() -> None:
    version = agreement("vastmanland")
    assert version.settlement is not None
    rule = version.settlement.cost_agreement
    assert rule is not None
    silent = changed(version, cost_agreement=rule.model_copy(update={"within_county": False}))

    book("vastmanland", "2013-03-01").under(silent).refuses(
        SettlementNotRegulated,
        costs.request_cost_agreement,
        NURSE_A,
        rule="SYS-7",
        case=VISITOR,
        registered_in="vastmanland",
        asked=Debtor.HOME_REGION,
    )
    asks_home(version=silent)


@pytest.mark.rule("VML-12-5")
def test_the_text_says_who_bears_the_cost_only_for_those_who_live_in_another_county() -> None:
    reached: dict[str, Any] = {"counterpart_reference": "Dnr 12/2013"}
    neighbour, stranger = asks_home(registered_in="vastmanland"), asks_home()

    neighbour.refuses(SplitNotWhole, costs.reach_cost_agreement, NURSE_A, rule="VML-12-5", **reached)
    split = {Debtor.HOME_MUNICIPALITY: Decimal(1)}
    agreed = neighbour.after(costs.reach_cost_agreement, NURSE_A, split=split, **reached)
    assert agreed.last(CostAgreementReached).split == split
    by_text = stranger.after(costs.reach_cost_agreement, NURSE_A, **reached).last(CostAgreementReached)
    assert by_text.split == {Debtor.HOME_REGION: Decimal(1)}


@pytest.mark.rule("SYS-7")
def test_a_version_that_does_not_say_where_home_is_settles_no_cost_there() -> None:
    version = agreement("vastmanland")
    assert version.settlement is not None
    rule = version.settlement.cost_agreement
    assert rule is not None
    silent = changed(version, cost_agreement=rule.model_copy(update={"home": None}))

    book("vastmanland", "2013-03-01").under(silent).refuses(
        SettlementNotRegulated,
        costs.request_cost_agreement,
        NURSE_A,
        rule="SYS-7",
        case=VISITOR,
        registered_in="county-b",
        asked=Debtor.HOME_REGION,
    )


@pytest.mark.rule("VML-12-2")
def test_the_home_county_council_owes_what_the_care_cost() -> None:
    ledger = agreed().after(costs.raise_cost_claim, NURSE_A, **CLAIM)
    (part,) = ledger.last(CostClaimRaised).parts

    assert (part.debtor, part.county, part.amount.amount) == (Debtor.HOME_REGION, "county-b", Decimal("1000.01"))
    assert "VML-12-2" in part.amount.clauses
    assert part.amount.sources == (*PERFORMED, ledger.cost.agreed_by)


def test_an_intervention_is_claimed_for_once_and_a_claim_is_for_some() -> None:
    ledger = agreed().after(costs.raise_cost_claim, NURSE_A, **CLAIM)

    again = tuple(map(str, PERFORMED))
    ledger.refuses(NotPerformed, costs.raise_cost_claim, NURSE_A, rule="VML-12-5", where=again, **CLAIM)
    for performed, where in (((PERFORMED[0],) * 2, (str(PERFORMED[0]),)), ((), ("performed",))):
        claim = CLAIM | {"performed": performed}
        agreed().refuses(NotPerformed, costs.raise_cost_claim, NURSE_A, rule="VML-12-5", where=where, **claim)


@pytest.mark.rule("VML-12-3")
@pytest.mark.parametrize("shown", [((), False), (("doctor-elsewhere",), False), (("non-resident",), True)])
def test_nothing_is_claimed_for_care_of_a_resident(shown: tuple[tuple[str, ...], bool]) -> None:
    circumstances, moved_here = shown
    visit, later = PERFORMED
    resident = care(later, *circumstances, day="2013-02-28", moved_here=moved_here)
    claim = CLAIM | {"given": (care(visit, "non-resident"), resident)}

    agreed().refuses(NotReimbursable, costs.raise_cost_claim, NURSE_A, rule="VML-12-3", where=(str(later),), **claim)
    agreed().after(costs.raise_cost_claim, NURSE_A, **claim | {"performed": (visit,)})


def test_a_version_that_names_no_circumstance_takes_the_words_of_the_request() -> None:
    version = agreement("vastmanland")
    assert version.settlement is not None
    rule = version.settlement.cost_agreement
    assert rule is not None
    assert rule.home is not None
    claim = CLAIM | {"given": tuple(map(care, PERFORMED))}

    for home in (rule.home.model_copy(update={"circumstance": None}), None):
        trusting = changed(version, cost_agreement=rule.model_copy(update={"home": home}))
        agreed().under(trusting).after(costs.raise_cost_claim, NURSE_A, **claim)


@pytest.mark.rule("VML-12-2")
def test_nothing_is_claimed_for_what_the_municipality_has_not_performed() -> None:
    claim = CLAIM | {"given": (care(PERFORMED[0], "non-resident"),)}

    agreed().refuses(
        NotPerformed, costs.raise_cost_claim, NURSE_A, rule="VML-12-5", where=(str(PERFORMED[1]),), **claim
    )


@pytest.mark.rule("V7")
def test_the_homes_principals_split_the_cost_as_they_agree() -> None:
    split = {Debtor.HOME_REGION: Decimal("0.5"), Debtor.HOME_MUNICIPALITY: Decimal("0.5")}
    ledger = agreed(split=split)

    assert ledger.last(CostAgreementReached).split == split
    parts = ledger.after(costs.raise_cost_claim, NURSE_A, **CLAIM).last(CostClaimRaised).parts

    assert {part.debtor: part.amount.amount for part in parts} == {
        Debtor.HOME_MUNICIPALITY: Decimal("500.01"),
        Debtor.HOME_REGION: Decimal("500.00"),
    }


def test_one_who_pays_no_part_is_not_claimed_of() -> None:
    ledger = agreed(split={Debtor.HOME_REGION: Decimal(0), Debtor.HOME_MUNICIPALITY: Decimal(1)})

    (part,) = ledger.after(costs.raise_cost_claim, NURSE_A, **CLAIM).last(CostClaimRaised).parts

    assert part.debtor is Debtor.HOME_MUNICIPALITY


@pytest.mark.parametrize(
    "split",
    [
        {},
        {Debtor.HOME_REGION: Decimal("0.9")},
        {Debtor.HOME_REGION: Decimal("1.5"), Debtor.HOME_MUNICIPALITY: Decimal("-0.5")},
    ],
)
def test_a_split_that_is_not_the_whole_cost_is_no_agreement(split: dict[Debtor, Decimal]) -> None:
    asks_home().refuses(
        SplitNotWhole,
        costs.reach_cost_agreement,
        NURSE_A,
        rule="VML-12-5",
        counterpart_reference="Dnr 12/2013",
        split=split,
    )


@pytest.mark.rule("VML-12-5")
def test_one_partys_word_is_no_agreement() -> None:
    asks_home().refuses(
        OtherPartyMissing, costs.reach_cost_agreement, NURSE_A, rule="VML-12-5", counterpart_reference=None
    )


@pytest.mark.rule("SYS-6")
def test_nothing_is_claimed_at_a_time_before_the_agreement_was_reached() -> None:
    agreed().refuses(OccurredTooEarly, costs.raise_cost_claim, NURSE_A, "2013-03-01 08:30", rule="SYS-6", **CLAIM)


def test_an_agreement_is_reached_once() -> None:
    agreed().refuses(
        WrongState, costs.reach_cost_agreement, NURSE_A, rule="VML-12-5", counterpart_reference="Dnr 13/2013"
    )


@pytest.mark.rule("SYS-3")
def test_another_municipality_claims_nothing_for_it() -> None:
    agreed().refuses(NotParty, costs.raise_cost_claim, NURSE_B, rule="SYS-3", **CLAIM)


@pytest.mark.rule("SYS-7")
def test_a_version_that_is_silent_on_non_residents_has_no_cost_agreements() -> None:
    book("orebro", "2025-04-01").refuses(
        SettlementNotRegulated,
        costs.request_cost_agreement,
        NURSE_A,
        rule="SYS-7",
        case=VISITOR,
        registered_in="county-b",
        asked=Debtor.HOME_REGION,
    )
