"""What settlement deals in: hours, lines, invoices, the supplement's inputs and results."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.agreements.model.settlement import Debtor
from domain.kernel import Day, HsaId, Label, Slug, Text, Value
from domain.money import Exact, Figure, NotNegative

Year = Annotated[int, Field(ge=1900, lt=2200)]


class Hours(Value):
    """Hours of one individual's care, as an event of the individual's case records them."""

    event: UUID
    """The event of the case that records them."""
    day: Day
    """The Swedish legal day on which they were performed, or are to be."""
    hours: NotNegative
    performed: bool
    """False: only planned."""
    kind: Slug
    """The kind of work, as the version names it."""
    treatment_level: Slug
    """The level of care that held treatment responsibility."""


class Weighed(Value):
    """What a criterion came to for an individual, as an event of the individual's case records it."""

    event: UUID
    criterion: Slug
    met: bool


class Individual(Value):
    """One individual's month, read from the individual's case."""

    case: UUID
    patient_id: UUID
    """The opaque id; nothing here names anyone."""
    weighed: tuple[Weighed, ...] = ()
    """The criteria as they were last weighed by the month's end, or were first weighed after it."""
    hours: tuple[Hours, ...]


class Line(Value):
    """What the hours of one case come to."""

    case: UUID
    patient_id: UUID
    planned: Figure
    """Shown beside, never counted."""
    performed: Figure
    payable: Figure
    """Those of the performed hours that the version pays for."""
    reimbursed: Figure
    """The part of them that the region pays."""
    rate: Figure
    amount: Figure
    unmet: tuple[Slug, ...] = ()
    """Why hours are not paid for: what the version asks for and the individual's care is not."""


class AnnexLine(Value):
    """What an invoice asks for one individual's hours."""

    case: UUID
    patient_id: UUID
    hours: Figure
    """Performed hours, of which a part is paid for."""
    rate: Figure
    amount: Figure


class Measurement(Value):
    """A measurement that a supplement rests on."""

    reference: Label
    measured_on: date
    measured: tuple[Slug, ...]
    """What it measured, in the version's words."""


class MunicipalInputs(Value):
    """What a supplement needs to know of one municipality."""

    municipality: HsaId
    amounts: dict[Slug, NotNegative]
    """By component: the stored amount, or the cost that a part of is paid; SEK a year."""
    weight: NotNegative
    """The municipality's part in what is shared by weight; those of the county add up to 1."""
    kilometres: NotNegative
    """From the main town to the nearest hospital."""


class Inputs(Value):
    """What a supplement is reckoned from. Supplied as data: no amount stands in any agreement."""

    source: Label
    """What the amounts were read from."""
    weights_source: Label
    """What the weights were read from."""
    invoiced: dict[Slug, dict[Year, NotNegative]] = {}
    """By component and year: what was invoiced in the county, SEK."""
    municipalities: Annotated[tuple[MunicipalInputs, ...], Field(min_length=1, max_length=100)]


class MunicipalAmount(Value):
    """An amount that one municipality gets."""

    municipality: HsaId
    amount: Figure


class ComponentResult(Value):
    """What a component of a supplement came to, and why."""

    component: Slug
    factor: Slug | None
    base: Figure
    """What it was reckoned from, for the whole county, before indexing."""
    index: tuple[Figure, ...]
    """The tax base's change of each year that it was indexed by, in per cent."""
    pool: Figure
    """The component's total for the county."""
    shares: tuple[MunicipalAmount, ...]


class FactorLine(Value):
    """What a factor explains of the supplement."""

    factor: Slug
    amount: Figure


class Change(Value):
    """By how much an adjustment changes what a municipality gets of a component; SEK, less than zero for less."""

    component: Slug
    municipality: HsaId
    amount: Exact


class ClaimPart(Value):
    """What one debtor in another county owes."""

    debtor: Debtor
    county: Slug
    """The county in which the individual is registered."""
    amount: Figure


class Position(Value):
    """What a party holds of a contested invoice."""

    id: UUID
    principal: HsaId
    position: Text
