"""What a version says of money between the parties, as data. No amount stands in a text: amounts come with acts."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.agreements.model.shapes import Duration, NonBlank, RuleId
from domain.kernel import Party, Slug, Value
from domain.money import Exact, Rounding


class CitedEntry(Value):
    """An entry that stands on rules."""

    clauses: tuple[RuleId, ...] = Field(min_length=1)

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]


class InterpretedEntry(CitedEntry):
    """An entry whose text can be read in several ways; the version holds the reading chosen."""

    reading: NonBlank | None = None
    """The chosen reading in words; None where the words leave no choice."""
    silences: tuple[NonBlank, ...] = ()
    """The version's own notes on what the text leaves open."""


class PaymentForm(StrEnum):
    """How the municipality is paid (SKR, Ekonomisk reglering)."""

    TAX_SHIFT = "tax-shift"
    """In the tax shift already made: nothing is invoiced (SKR-11-1)."""
    EXCHANGE = "exchange"
    """The region's specialised staff gives something in return: nothing is invoiced (SKR-11-1)."""
    LUMP_SUM = "lump-sum"
    """A standard amount, whatever the hours of a case (SKR-11-2)."""
    PER_CASE = "per-case"
    """Invoiced case by case (SKR-11-3)."""


class Component(CitedEntry):
    """A part of the economic model."""

    id: Slug
    title: NonBlank
    form: PaymentForm | None = None
    """None where the version does not say how it is paid."""
    external: Slug | None = None
    """The external reference that describes it, where this version does not."""


class Statement(CitedEntry):
    """Something the text says of a component that no amount follows from."""

    id: Slug
    statement: NonBlank


class CitedFlag(CitedEntry):
    """Whether something holds."""

    holds: bool


class TaxShift(CitedEntry):
    """The base: a shift of tax rate between the parties (skatteväxling)."""

    year: int | None = None
    unchanged: CitedFlag | None = None
    """Whether the version leaves it as it was; None where it does not say."""
    follows_population: CitedFlag | None = None
    """Whether it is recalculated as the population changes; None where the version does not say."""
    statements: tuple[Statement, ...] = ()


class Coverage(CitedEntry):
    """Whether something is paid by the tax shift. A dimension that is left out does not matter."""

    id: Slug
    what: tuple[Slug, ...] = Field(min_length=1)
    settings: tuple[Slug, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    covered: bool
    by: Slug | None = None
    """The component that pays instead; None where the version names none."""


class Payer(CitedEntry):
    """Who pays for something: a party, or what an external document says."""

    id: Slug
    what: tuple[Slug, ...] = Field(min_length=1)
    settings: tuple[Slug, ...] = ()
    enrolled: bool | None = None
    payer: Party | None = None
    external: Slug | None = None
    """The external reference that names the payer, where this version does not."""


class IndividualInvoiceEnd(InterpretedEntry):
    """That invoices for single individuals have ended for some care."""

    care: tuple[Slug, ...] = Field(min_length=1)
    ended_from: date
    """The first day of care that cannot be invoiced per individual."""


class Validity(CitedEntry):
    """An interval of its own within the version's: the first and the last day of care that is settled."""

    valid_from: date
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether care of the day is settled."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Share(CitedEntry):
    """The part of performed hours that the region pays for, and the kinds of work that count."""

    share: Exact
    kinds: dict[Slug, NonBlank]


class ReimbursementRule(CitedEntry):
    """For whom hours are paid: who holds treatment responsibility, and which criteria the individual meets."""

    treatment_levels: tuple[Slug, ...] = ()
    criteria: tuple[Slug, ...] = ()
    """Those of the version's tracks that define the target group."""


class YearlyRate(CitedEntry):
    """That each year has a rate of its own, by a model and its index; without it the rate published last holds."""

    external: Slug
    """The external reference that describes the model."""


class Rate(CitedEntry):
    """The rate of an hour; its amount is published as data."""

    external: Slug
    """The external reference that holds the index."""
    indexed: YearlyRate | None = None


class InvoiceDeadline(InterpretedEntry):
    """The day by which an invoice is received, included."""

    day: int = Field(ge=1, le=28)
    months_after: int = Field(ge=0)
    """How many months after that of the hours."""


class Recipient(CitedEntry):
    """To whom an invoice is addressed."""

    name: NonBlank
    address: tuple[NonBlank, ...] = ()
    reference: NonBlank
    """The reference number that the invoice carries."""


class Invoice(CitedEntry):
    """How a month is invoiced. What the version does not ask for is None."""

    due: InvoiceDeadline | None = None
    annex: CitedEntry | None = None
    """That each individual has a line in an annex."""
    recipient: Recipient | None = None


class MonthlySettlement(CitedEntry):
    """The care that is settled month by month."""

    care: Slug
    title: NonBlank
    form: PaymentForm
    validity: Validity | None = None
    share: Share | None = None
    reimbursable: ReimbursementRule | None = None
    rate: Rate | None = None
    """None where the version does not say what the rate follows."""
    invoice: Invoice


class Factor(CitedEntry):
    """What the supplement makes up for."""

    id: Slug
    title: NonBlank


class _SupplementComponent(InterpretedEntry):
    id: Slug
    title: NonBlank
    factor: Slug | None = None
    """The factor that it answers to; None for what no factor explains."""
    index_from: int | None = None
    """The year whose level the input has; it is indexed from the year after. None: not indexed by itself."""


class StoredAmount(_SupplementComponent):
    """An amount for each municipality, supplied as data."""

    method: Literal["stored"]


class AverageAmount(_SupplementComponent):
    """The average of what was invoiced in the county in certain years, shared by weight."""

    method: Literal["average"]
    years: tuple[int, ...] = Field(min_length=1)


class ShareOfCost(_SupplementComponent):
    """A part of each municipality's cost, which is supplied as data."""

    method: Literal["share-of-cost"]
    share: Exact
    cost: NonBlank
    """The cost meant, in the document's words."""


class ShareOfComponents(_SupplementComponent):
    """A part of other components' total, shared by weight between the municipalities far enough from a hospital."""

    method: Literal["share-of-components"]
    share: Exact
    of: tuple[Slug, ...] = Field(min_length=1)
    more_than_km: Exact
    """A main town exactly this far from the nearest hospital is not far enough."""


SupplementComponent = Annotated[
    StoredAmount | AverageAmount | ShareOfCost | ShareOfComponents, Field(discriminator="method")
]


class Weights(InterpretedEntry):
    """By what shared components are shared; the weights are supplied as data, and add up to 1."""

    title: NonBlank
    external: Slug
    """The external reference that holds them."""


class Window(CitedEntry):
    """The months in which next year's amounts are presented (the year before) and paid (the year itself)."""

    presented_month: int = Field(ge=1, le=12)
    paid_month: int = Field(ge=1, le=12)


class Review(CitedEntry):
    """How often the supplement is followed up."""

    every: Duration


class Measure(CitedEntry):
    """Something that a measurement has to have measured."""

    id: Slug
    title: NonBlank


class Adjustment(CitedEntry):
    """What an adjustment presupposes."""

    measures: tuple[Measure, ...] = Field(min_length=1)


class Supplement(CitedEntry):
    """An amount for each municipality and year, beside the tax shift (tilläggsbelopp)."""

    purpose: Statement | None = None
    factors: tuple[Factor, ...] = ()
    index: CitedEntry | None = None
    """That amounts follow the yearly change of the tax base; None: they do not."""
    weights: Weights | None = None
    components: tuple[SupplementComponent, ...] = Field(min_length=1)
    window: Window | None = None
    review: Review | None = None
    adjustment: Adjustment | None = None


class Debtor(StrEnum):
    """Who in another county can owe for care given to its resident."""

    HOME_REGION = "home-region"
    HOME_MUNICIPALITY = "home-municipality"


class DebtorRule(CitedEntry):
    """Who bears the cost."""

    debtor: Debtor


class CostAgreement(InterpretedEntry):
    """That care for those who live elsewhere is paid for by agreement (kostnadsersättning), and by whom."""

    bears: DebtorRule | None = None
    """None where the version leaves it all to the agreement."""
    home: CitedEntry | None = None
    """That home is where the person is registered (folkbokförd); None where the version does not say."""
    asked: tuple[Debtor, ...] = Field(min_length=1)


class Employment(CitedEntry):
    """Who employs the staff around the individual: the municipality in which the individual lives."""

    employer: Party


class Settlement(Value):
    """Everything a version says of money. What it is silent on is None or empty."""

    rounding: Rounding | None = None
    """A reading: no document says how amounts are rounded. Without it no amount is reckoned."""
    components: tuple[Component, ...] = ()
    tax_shift: TaxShift | None = None
    coverage: tuple[Coverage, ...] = ()
    payers: tuple[Payer, ...] = ()
    employment: Employment | None = None
    per_individual: IndividualInvoiceEnd | None = None
    monthly: MonthlySettlement | None = None
    supplement: Supplement | None = None
    cost_agreement: CostAgreement | None = None
