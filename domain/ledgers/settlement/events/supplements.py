"""Events in the ledger of a year's supplement (tilläggsbelopp; catalogue C.4)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.kernel import Event, HsaId, Label, Slug, Text, Value
from domain.ledgers.settlement.values import Timeliness, Year
from domain.money import Exact, Figure, NotNegative


class Measurement(Value):
    """A measurement that a supplement is based on."""

    reference: Label
    measured_on: date
    measured: tuple[Slug, ...]
    """The things measured, in the version's words."""


class MunicipalInputs(Value):
    """The numbers about one municipality that a supplement is calculated from."""

    municipality: HsaId
    amounts: dict[Slug, NotNegative]
    """SEK a year by component: the stored amount, or the cost of which the supplement pays a part."""
    weight: NotNegative
    """The municipality's part of an amount that is shared by weight. The county's weights add up to 1."""
    kilometres: NotNegative
    """The distance from the main town to the nearest hospital."""


class Inputs(Value):
    """The numbers that a supplement is calculated from. They are given as data, because no agreement states amounts."""

    source: Label
    """The source of the amounts."""
    weights_source: Label
    """The source of the weights."""
    invoiced: dict[Slug, dict[Year, NotNegative]] = {}
    """SEK invoiced in the county, by component and year."""
    municipalities: Annotated[tuple[MunicipalInputs, ...], Field(min_length=1, max_length=100)]


class MunicipalAmount(Value):
    """The amount that one municipality gets."""

    municipality: HsaId
    amount: Figure


class ComponentResult(Value):
    """The result for one component of a supplement, with its grounds."""

    component: Slug
    factor: Slug | None
    base: Figure
    """The amount for the whole county before indexing."""
    index: tuple[Figure, ...]
    """The yearly changes of the tax base that the base is indexed by, in per cent."""
    pool: Figure
    """The component's total for the county."""
    shares: tuple[MunicipalAmount, ...]


class FactorLine(Value):
    """The part of a supplement that one factor explains."""

    factor: Slug
    amount: Figure


class AmountChange(Value):
    """A change of the amount that a municipality gets from a component. SEK; less than zero lowers the amount."""

    component: Slug
    municipality: HsaId
    amount: Exact


class SupplementMeasured(Event):
    """The numbers from which a year's supplement is calculated were put on record."""

    TOPIC: ClassVar[str] = "settlement.supplement-measured.v1"
    county: Slug
    region: HsaId
    year: Year
    measurement: Measurement
    inputs: Inputs


class SupplementCalculated(Event):
    """A year's supplement was calculated, component by component and factor by factor (ORE-4.1.2-4, 4.2)."""

    TOPIC: ClassVar[str] = "settlement.supplement-calculated.v1"
    components: tuple[ComponentResult, ...]
    factors: tuple[FactorLine, ...]
    totals: tuple[MunicipalAmount, ...]


class SupplementPresented(Event):
    """The amount for each municipality next year was presented (ORE-4.2-7)."""

    TOPIC: ClassVar[str] = "settlement.supplement-presented.v1"
    timeliness: Timeliness | None
    """None if the version sets no month."""


class SupplementPaid(Event):
    """The year's amounts were paid (ORE-4.2-7)."""

    TOPIC: ClassVar[str] = "settlement.supplement-paid.v1"
    timeliness: Timeliness | None
    """None if the version sets no month."""
    totals: tuple[MunicipalAmount, ...]


class SupplementAdjusted(Event):
    """The supplement was changed after a new measurement (ORE-4.1.2-7, 4.2-6)."""

    TOPIC: ClassVar[str] = "settlement.supplement-adjusted.v1"
    measurement: Measurement | None
    """None if the version does not require a measurement."""
    reason: Text
    changes: tuple[AmountChange, ...]
    totals: tuple[MunicipalAmount, ...]
    """The new amount for each municipality."""


class SupplementReviewed(Event):
    """The year's supplement was followed up (ORE-4.1.2-6)."""

    TOPIC: ClassVar[str] = "settlement.supplement-reviewed.v1"
    conclusion: Text


SupplementEvent = (
    SupplementMeasured
    | SupplementCalculated
    | SupplementPresented
    | SupplementPaid
    | SupplementAdjusted
    | SupplementReviewed
)
