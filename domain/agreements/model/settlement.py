"""Money between the parties: forms of payment, invoices, supplements and costs.

A text holds rules and no amounts. Each amount comes with an act, from the party that publishes it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.agreements.model.shapes import Clauses, Duration, NonBlank
from domain.kernel import Party, Slug, Value
from domain.money import Exact, Rounding


class CitedEntry(Value):
    """An entry that rests on rules."""

    clauses: Clauses

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]


class InterpretedEntry(CitedEntry):
    """An entry whose words can be read in several ways. The version states the reading that it has chosen."""

    reading: NonBlank | None = None
    """The chosen reading, in words. If left out, the words leave no choice."""
    silences: tuple[NonBlank, ...] = ()
    """The ids of the `[[silences]]` about it."""


class PaymentForm(StrEnum):
    """A form in which the municipality is paid (SKR, Ekonomisk reglering)."""

    TAX_SHIFT = "tax-shift"
    """The tax shift already made pays for it. Nothing is invoiced (SKR-11-1)."""
    EXCHANGE = "exchange"
    """The region's specialised staff gives something in return. Nothing is invoiced (SKR-11-1)."""
    LUMP_SUM = "lump-sum"
    """The region pays a standard amount, whatever the hours of a case (SKR-11-2)."""
    PER_CASE = "per-case"
    """The municipality invoices each case (SKR-11-3)."""


class Component(CitedEntry):
    """A part of the economic model."""

    id: Slug
    title: NonBlank
    """The name of the part, in Swedish."""
    form: PaymentForm | None = None
    """The form of payment. If left out, it is not regulated."""
    external: Slug | None = None
    """The external reference that describes the part. If left out, this version does."""


class Statement(CitedEntry):
    """A statement of the document about money. No amount follows from it."""

    id: Slug
    statement: NonBlank
    """The statement in short, in Swedish."""


class CitedFlag(CitedEntry):
    """A yes or no with its rules."""

    holds: bool
    """True for yes."""


class TaxShift(CitedEntry):
    """The basis of the economic model: a shift of tax rate between the parties (skatteväxling)."""

    year: int | None = None
    """The year of the tax shift. If left out, the document does not state it."""
    unchanged: CitedFlag | None = None
    """Yes if the version leaves the tax shift as it is. The answer about who pays says so; if left out, null."""
    follows_population: CitedFlag | None = None
    """For readers: yes if the tax shift is recalculated when the population changes.

    If left out, it is not regulated.
    """
    statements: tuple[Statement, ...] = ()
    """More that the document states about the tax shift."""


class Coverage(CitedEntry):
    """A row that states if the tax shift pays for something. A field that is left out does not matter for the row."""

    id: Slug
    what: tuple[Slug, ...] = Field(min_length=1)
    """The kinds of care or cost, in words of the text's own."""
    settings: tuple[Slug, ...] = ()
    """Forms of housing, in the words of `[vocabulary.settings]`."""
    min_age: int | None = None
    """The lowest age in whole years, included."""
    max_age: int | None = None
    """The highest age in whole years, included."""
    covered: bool
    """True if the tax shift pays."""
    by: Slug | None = None
    """The id of the component that pays instead. If left out, the version names none."""


class Payer(CitedEntry):
    """A row that names the payer of something. A field that is left out does not matter for the row."""

    id: Slug
    what: tuple[Slug, ...] = Field(min_length=1)
    """The kinds of care or cost, in words of the text's own."""
    settings: tuple[Slug, ...] = ()
    """Forms of housing, in the words of `[vocabulary.settings]`."""
    enrolled: bool | None = None
    """True: only for enrolled persons. False: only for persons who are not enrolled."""
    payer: Party | None = None
    """The party that pays. If left out, `external` names the document that decides."""
    external: Slug | None = None
    """The external reference that names the payer. If left out, this version does."""


class IndividualInvoiceEnd(InterpretedEntry):
    """The day on which invoices for single individuals ended for some care."""

    care: tuple[Slug, ...] = Field(min_length=1)
    """The kinds of care, in words of the text's own."""
    ended_from: date
    """The first day of care that cannot be invoiced for each individual."""


class Validity(CitedEntry):
    """The days of care that are settled, within the days on which the version is in force."""

    valid_from: date
    """The first day of care."""
    valid_to: date | None = None
    """The last day of care, included. If left out, there is none."""

    def holds(self, day: date) -> bool:
        """Return True if care on the day is settled."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Share(CitedEntry):
    """The part of the performed hours that the region pays for."""

    share: Exact
    """The part, as a string from "0" to "1"."""
    kinds: dict[Slug, NonBlank]
    """The kinds of work that count, each with its name in Swedish."""


class ReimbursementRule(CitedEntry):
    """The individuals whose hours are paid for."""

    treatment_levels: tuple[Slug, ...] = ()
    """Care levels of the holder of treatment responsibility. If left out, every level."""
    circumstance: Slug | None = None
    """The circumstance by which the region shows that such a level treats, in the words of `[vocabulary.conditions]`.

    An established care level shows it as well. If left out, what is stated with the hours is enough.
    """
    criteria: tuple[Slug, ...] = ()
    """The ids of criteria that the individual must meet. If left out, none."""


class YearlyRate(CitedEntry):
    """The rule that each year has its own rate, by an index. Without it the latest published rate holds."""

    external: Slug
    """The external reference that describes the model."""


class Rate(CitedEntry):
    """The rate for an hour. A party publishes its amount by an act."""

    external: Slug
    """The external reference that holds the index."""
    indexed: YearlyRate | None = None
    """The rule of a new rate each year. If left out, the latest published rate holds."""


class InvoiceDeadline(InterpretedEntry):
    """The last day on which an invoice can be received."""

    day: int = Field(ge=1, le=28)
    """The day of the month, included."""
    months_after: int = Field(ge=0)
    """The number of months from the month of the hours to the month of the last day."""


class Recipient(CitedEntry):
    """The address of an invoice."""

    name: NonBlank
    """The name of the recipient."""
    address: tuple[NonBlank, ...] = ()
    """The lines of the address."""
    reference: NonBlank
    """The reference number that the invoice carries."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The recipient as on an envelope."""
        return (self.name, *self.address)


class Invoice(CitedEntry):
    """The rules about the invoice of a month. A field that is left out is not demanded."""

    due: InvoiceDeadline | None = None
    """The last day for the invoice."""
    annex: CitedEntry | None = None
    """The rules that demand an annex with a line for each individual."""
    recipient: Recipient | None = None
    """The address of the invoice."""


class MonthlySettlement(CitedEntry):
    """The care that is settled month by month."""

    care: Slug
    """The kind of care, in a word of the text's own."""
    title: NonBlank
    """The name of the care, in Swedish."""
    form: PaymentForm
    """The form of payment."""
    validity: Validity | None = None
    """The days of care that are settled. If left out, every day on which the version is in force."""
    share: Share | None = None
    """The part of the hours that is paid for. If left out, all hours."""
    reimbursable: ReimbursementRule | None = None
    """The individuals whose hours are paid for. If left out, every individual's."""
    rate: Rate | None = None
    """The rate for an hour. If left out, the document does not say what the rate follows."""
    invoice: Invoice
    """The rules about the invoice."""


class Factor(CitedEntry):
    """A need or cost that the supplement compensates for."""

    id: Slug
    title: NonBlank
    """The name of the factor, in Swedish."""


class _SupplementComponent(InterpretedEntry):
    """A component of the supplement, whatever its method."""

    id: Slug
    title: NonBlank
    """The name of the component, in Swedish."""
    factor: Slug | None = None
    """The id of the factor that the component compensates for. If left out, none."""
    index_from: int | None = None
    """The year of the price level of the input. Each later year's index is added. If left out, no index is added."""


class StoredAmount(_SupplementComponent):
    """A component that is an amount for each municipality. Somebody supplies the amounts by an act."""

    method: Literal["stored"]


class AverageAmount(_SupplementComponent):
    """A component that is the average of the county's invoices in certain years, divided by weight."""

    method: Literal["average"]
    years: tuple[int, ...] = Field(min_length=1)
    """The years of the invoices."""


class ShareOfCost(_SupplementComponent):
    """A component that is a part of each municipality's cost. Somebody supplies the costs by an act."""

    method: Literal["share-of-cost"]
    share: Exact
    """The part, as a string from "0" to "1"."""
    cost: NonBlank
    """The cost, in the document's words."""


class ShareOfComponents(_SupplementComponent):
    """A component that is a part of the sum of other components.

    It is divided by weight between the municipalities whose main town is far enough from a hospital.
    """

    method: Literal["share-of-components"]
    share: Exact
    """The part, as a string from "0" to "1"."""
    of: tuple[Slug, ...] = Field(min_length=1)
    """The ids of the other components. They must stand before this one."""
    more_than_km: Exact
    """The distance in kilometres. A main town at exactly this distance is not far enough."""


SupplementComponent = Annotated[
    StoredAmount | AverageAmount | ShareOfCost | ShareOfComponents, Field(discriminator="method")
]


class Weights(InterpretedEntry):
    """The weights by which components are divided. Somebody supplies them by an act, and they add up to 1."""

    title: NonBlank
    """The name of the weights, in Swedish."""
    external: Slug
    """The external reference that holds the weights."""


class Window(CitedEntry):
    """The months in which the amounts of a year are presented and paid."""

    presented_month: int = Field(ge=1, le=12)
    """The month of the year before, from 1 to 12, in which the amounts are presented."""
    paid_month: int = Field(ge=1, le=12)
    """The month of the year itself, from 1 to 12, in which the amounts are paid."""


class Review(CitedEntry):
    """The rule about how often the supplement is followed up."""

    every: Duration
    """The time between two reviews, for example P2Y."""


class Measure(CitedEntry):
    """Something that must be measured before an adjustment."""

    id: Slug
    title: NonBlank
    """The name of the measure, in Swedish."""


class Adjustment(CitedEntry):
    """The rule about adjusting the supplement."""

    measures: tuple[Measure, ...] = Field(min_length=1)
    """The measures that an adjustment needs."""


class Supplement(CitedEntry):
    """An amount for each municipality and year, beside the tax shift (tilläggsbelopp)."""

    purpose: Statement | None = None
    """The purpose of the supplement. If left out, the document does not state it."""
    factors: tuple[Factor, ...] = ()
    """The factors that the supplement compensates for."""
    index: CitedEntry | None = None
    """The rules by which amounts follow the yearly change of the tax base. If left out, amounts do not change."""
    weights: Weights | None = None
    """The weights by which components are divided. If left out, the document names none."""
    components: tuple[SupplementComponent, ...] = Field(min_length=1)
    """The components. Their sum is the supplement."""
    window: Window | None = None
    """The months of presentation and payment. If left out, they are not regulated."""
    review: Review | None = None
    """The rule about reviews. If left out, they are not regulated."""
    adjustment: Adjustment | None = None
    """The rule about adjustments. If left out, they are not regulated."""


class Debtor(StrEnum):
    """A principal of another county that can owe for care given to its resident."""

    HOME_REGION = "home-region"
    HOME_MUNICIPALITY = "home-municipality"


class DebtorRule(CitedEntry):
    """The rule about who bears the cost of care for residents of other counties."""

    debtor: Debtor
    """The principal that bears the cost."""


class HomeRule(CitedEntry):
    """The rule about where a person's home is."""

    circumstance: Slug | None = None
    """The circumstance by which the record shows that home is elsewhere, in the words of `[vocabulary.conditions]`.

    If left out, what the request for an agreement states is enough.
    """


class CostAgreement(InterpretedEntry):
    """The rule that an agreement decides the cost of care for those who live elsewhere (kostnadsersättning)."""

    bears: DebtorRule | None = None
    """The principal that bears the cost. If left out, the agreement of the parties decides it."""
    home: HomeRule | None = None
    """The rules by which home is where the person is registered (folkbokförd). If left out, it is not regulated."""
    asked: tuple[Debtor, ...] = Field(min_length=1)
    """The principals that can be asked for an agreement."""
    within_county: bool = False
    """True if it is also about residents of the county's other municipalities. The version then names no debtor."""


class Settlement(Value):
    """The rules about money. A field that is left out is not regulated."""

    rounding: Rounding | None = None
    """The rounding of amounts, as a reading of this version. Without it no amount is calculated."""
    components: tuple[Component, ...] = ()
    """The parts of the economic model."""
    tax_shift: TaxShift | None = None
    """The tax shift."""
    coverage: tuple[Coverage, ...] = ()
    """The rows that state what the tax shift pays for."""
    payers: tuple[Payer, ...] = ()
    """The rows that name payers."""
    per_individual: IndividualInvoiceEnd | None = None
    """The end of invoices for single individuals."""
    monthly: MonthlySettlement | None = None
    """The care that is settled month by month."""
    supplement: Supplement | None = None
    """The yearly supplement."""
    cost_agreement: CostAgreement | None = None
    """The rule about residents of other counties."""
