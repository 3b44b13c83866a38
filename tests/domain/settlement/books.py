"""A ledger built by its acts, with checks of what each act leads to or is refused for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from inspect import signature
from typing import Any, Self, TypeVar
from uuid import UUID, uuid5

import pytest

from domain.act import Act
from domain.agreements.model import Agreement
from domain.authoring.publication import load_published
from domain.directory import Directory, Principal
from domain.kernel import Actor, Aggregate, Event, Party, Refusal
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.settlement.rules.recorded_hours import CareHours, CriterionResult, IndividualMonth
from domain.ledgers.settlement.state.costs import CostSettlement
from domain.ledgers.settlement.state.months import Month
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.state.supplements import YearSupplement
from tests.scenario import DIRECTORY, PATIENT, REGION_COORDINATOR, swedish

E = TypeVar("E", bound=Event)
L = TypeVar("L", bound=Aggregate)
Decision = Callable[..., tuple[Event, ...]]

NAMES = {entry.decide: name for kind in SETTLEMENT for name, entry in kind.decisions.items()}
KINDS = {entry.decide: kind for kind in SETTLEMENT for entry in kind.decisions.values()}
IDS = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def agreement(county: str) -> Agreement:
    """Return the county's published version."""
    (version,) = [version for version in load_published().agreements if version.county == county]
    return version


def changed(version: Agreement, **changes: Any) -> Agreement:
    """Return the version with another economic section."""
    assert version.settlement is not None
    return version.model_copy(update={"settlement": version.settlement.model_copy(update=changes)})


THIRD = Principal(id="SE2120000003-H0", name="Kommun C", organisation_number="2120000003", party=Party.MUNICIPALITY)
"""A third municipality of the county."""


@cache
def _directory(county: str) -> Directory:
    """Return the directory of a county with three municipalities."""
    fields = DIRECTORY.model_dump() | {"county": county, "principals": (*DIRECTORY.principals, THIRD)}
    return Directory.model_validate(fields)


@dataclass(frozen=True)
class Book:
    """One ledger and what has happened on it. Each act happens an hour after the one before, unless it says when."""

    agreement: Agreement | None
    county: str
    clock: datetime
    ledger: Aggregate | None = None
    events: tuple[Event, ...] = ()

    def act(self, decide: Decision, by: Actor, at: str | None = None, now: str | None = None) -> Act:
        """Return an act on the ledger."""
        occurred_at = swedish(at) if at else self.clock + timedelta(hours=1)
        return Act(
            name=NAMES[decide],
            id=uuid5(IDS, f"{self.county} {len(self.events)} {occurred_at}"),
            actor=by.model_copy(update={"county": self.county}),
            occurred_at=occurred_at,
            now=swedish(now) if now else occurred_at,
            agreement=self.agreement,
            directory=_directory(self.county),
        )

    def decided(self, decide: Decision, act: Act, **content: Any) -> tuple[Event, ...]:
        """Return the events that the act leads to."""
        opens = next(iter(signature(decide).parameters)) == "act"
        return decide(act=act, **content) if opens else decide(self.ledger, act=act, **content)

    def after(self, decide: Decision, by: Actor, at: str | None = None, **content: Any) -> Self:
        """Return the ledger with one act more."""
        act = self.act(decide, by, at)
        events = self.decided(decide, act, **content)
        ledger = self.ledger
        for event in events:
            ledger = KINDS[decide].evolve(ledger, event)
        return replace(self, ledger=ledger, events=(*self.events, *events), clock=act.occurred_at)

    def refuses(
        self,
        refusal: type[Refusal],
        decide: Decision,
        by: Actor,
        at: str | None = None,
        *,
        rule: str,
        where: Sequence[str] | None = None,
        **content: Any,
    ) -> None:
        """Check that the act is refused on this rule, with this named, and changes nothing."""
        with pytest.raises(refusal) as refused:
            self.decided(decide, self.act(decide, by, at), **content)
        assert type(refused.value) is refusal
        assert refused.value.rule == rule
        assert refused.value.remedy
        if where is not None:
            assert refused.value.where == tuple(where)

    def under(self, version: Agreement | None) -> Self:
        """Return the same ledger, under another version or under none from now on."""
        return replace(self, agreement=version)

    def last(self, event_class: type[E]) -> E:
        """Return the latest event, which has this class."""
        event = self.events[-1]
        assert isinstance(event, event_class)
        return event

    def state(self, of: type[L]) -> L:
        """Return the state of the ledger."""
        assert isinstance(self.ledger, of)
        return self.ledger

    @property
    def month(self) -> Month:
        """The month's settlement."""
        return self.state(Month)

    @property
    def rates(self) -> Rates:
        """The county's rates."""
        return self.state(Rates)

    @property
    def supplement(self) -> YearSupplement:
        """The year's supplement."""
        return self.state(YearSupplement)

    @property
    def cost(self) -> CostSettlement:
        """The cost of a non-resident's care."""
        return self.state(CostSettlement)


def book(county: str, day: str) -> Book:
    """Begin a ledger with nothing on it, on a Swedish day, under the county's version."""
    return Book(agreement=agreement(county), county=county, clock=swedish(f"{day} 08:00"))


def case(name: str) -> UUID:
    """Return the id of an individual's case."""
    return uuid5(IDS, f"case {name}")


def hours(
    amount: str,
    day: str,
    *,
    performed: bool = True,
    kind: str = "health-care",
    level: str = "specialised",
    treated: bool = True,
) -> CareHours:
    """Return hours as an event of a case records them, on a day on which the region shows that it treats, or not."""
    return CareHours(
        event=uuid5(IDS, f"hours {amount} {day} {performed} {kind} {level}"),
        day=date.fromisoformat(day),
        hours=Decimal(amount),
        performed=performed,
        kind=kind,
        treatment_level=level,
        circumstances={"specialist-treatment": TREATED} if treated else {},
    )


TREATED = uuid5(IDS, "treated")
"""The event by which the region says that specialists treat."""
WEIGHED = uuid5(IDS, "weighed")
"""The event that weighed the criteria."""


def individual(
    *recorded: CareHours,
    name: str = "one",
    met: Sequence[str] = ("coordination", "extensive-care"),
    unmet: Sequence[str] = (),
) -> IndividualMonth:
    """Return somebody of the target group."""
    results = [(criterion, True) for criterion in met] + [(criterion, False) for criterion in unmet]
    return IndividualMonth(
        case=case(name),
        patient_id=uuid5(PATIENT, name),
        criteria=tuple(
            CriterionResult(event=WEIGHED, criterion=criterion, met=is_met) for criterion, is_met in results
        ),
        hours=recorded,
    )


ECONOMIST = REGION_COORDINATOR
"""The actors of the region."""
