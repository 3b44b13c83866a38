"""Every way an act of settlement can be refused. The rule is always the version's own clause."""

from domain.kernel import Refusal, RefusalKind


class SettlementNotRegulated(Refusal):
    """The version in force says nothing of such a settlement, and none is made up (SYS-7)."""

    code = "SETTLEMENT_NOT_REGULATED"
    kind = RefusalKind.RULE

    def __init__(self, what: str, *, regulated: str | None = None) -> None:
        known = f"settle {regulated}" if regulated else "settle it as the agreement says"
        super().__init__(
            f"The agreement in force does not regulate {what}",
            rule="SYS-7",
            remedy=f"{known}, or have a version published that regulates it",
            where=(what,),
        )


class PerIndividualInvoiceEnded(Refusal):
    """F26: care that is no longer invoiced per individual (ORE-4.1.2-3)."""

    code = "PER_INDIVIDUAL_INVOICE_ENDED"
    kind = RefusalKind.RULE


class AnnexMissing(Refusal):
    """F27: a total with an amount that no line of the annex accounts for (GAV-10-8)."""

    code = "ANNEX_MISSING"
    kind = RefusalKind.RULE


class NotPerformed(Refusal):
    """F27: hours that nobody has recorded as performed (GAV-10-3)."""

    code = "NOT_PERFORMED"
    kind = RefusalKind.RULE


class NotReimbursable(Refusal):
    """F27: an amount for hours that the region does not pay for (GAV-10-3, -4)."""

    code = "NOT_REIMBURSABLE"
    kind = RefusalKind.RULE


class RateNotPublished(Refusal):
    """A year whose rate, standard amount or tax-base change has not been published (GAV-10-2, ORE-4.1.2-5)."""

    code = "RATE_NOT_PUBLISHED"
    kind = RefusalKind.RULE


class RecipientReferenceMissing(Refusal):
    """An invoice without the recipient's reference number (GAV-10-9)."""

    code = "RECIPIENT_REFERENCE_MISSING"
    kind = RefusalKind.MISSING


class InputsIncomplete(Refusal):
    """A supplement without the inputs that its components need, or with weights that do not add up to 1."""

    code = "INPUTS_INCOMPLETE"
    kind = RefusalKind.MISSING


class MeasurementRequired(Refusal):
    """F30: a supplement adjusted without a measurement of all that it has to rest on (ORE-4.1.2-7)."""

    code = "MEASUREMENT_REQUIRED"
    kind = RefusalKind.RULE


class SplitNotWhole(Refusal):
    """Parts of a cost that do not add up to the whole of it."""

    code = "SPLIT_NOT_WHOLE"
    kind = RefusalKind.VALUE
