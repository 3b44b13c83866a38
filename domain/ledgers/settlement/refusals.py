"""The refusals of acts on settlement. The rule of each is the version's own clause."""

from domain.kernel import Refusal, RefusalKind


class SettlementNotRegulated(Refusal):
    """The agreement version in force has no rule on such a settlement (SYS-7)."""

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
    """F26: the care is no longer invoiced per individual (ORE-4.1.2-3)."""

    code = "PER_INDIVIDUAL_INVOICE_ENDED"
    kind = RefusalKind.RULE


class AnnexMissing(Refusal):
    """F27: the total has an amount that no line of the annex accounts for (GAV-10-8)."""

    code = "ANNEX_MISSING"
    kind = RefusalKind.RULE


class NotPerformed(Refusal):
    """F27: nobody has recorded the hours or the care as performed (GAV-10-3, VML-12-2)."""

    code = "NOT_PERFORMED"
    kind = RefusalKind.RULE


class NotReimbursable(Refusal):
    """F27: the amount is for care that the other party does not pay for (GAV-10-3, -4; VML-12-3)."""

    code = "NOT_REIMBURSABLE"
    kind = RefusalKind.RULE


class RateNotPublished(Refusal):
    """The rate, standard amount or tax base change of the year has not been published (GAV-10-2, ORE-4.1.2-5)."""

    code = "RATE_NOT_PUBLISHED"
    kind = RefusalKind.RULE


class RecipientReferenceMissing(Refusal):
    """The invoice lacks the recipient's reference number (GAV-10-9)."""

    code = "RECIPIENT_REFERENCE_MISSING"
    kind = RefusalKind.MISSING


class InputsIncomplete(Refusal):
    """The supplement lacks an input that a component needs, or its weights do not add up to 1."""

    code = "INPUTS_INCOMPLETE"
    kind = RefusalKind.MISSING


class MeasurementRequired(Refusal):
    """F30: the supplement is adjusted without a measurement of everything that the version demands (ORE-4.1.2-7)."""

    code = "MEASUREMENT_REQUIRED"
    kind = RefusalKind.RULE


class SplitNotWhole(Refusal):
    """The parts of a cost do not add up to the whole."""

    code = "SPLIT_NOT_WHOLE"
    kind = RefusalKind.VALUE
