"""The refusals of acts on an agreement version, besides those that every act can meet."""

from collections.abc import Sequence

from domain.authoring.faults import TextFault
from domain.kernel import AgreementRef, HsaId, Refusal, RefusalKind


class TextFaulty(Refusal):
    """The text has faults. `where` gives the line of each."""

    code = "TEXT_FAULTY"
    kind = RefusalKind.VALUE

    def __init__(self, faults: Sequence[TextFault]) -> None:
        super().__init__(
            "; ".join(map(str, faults)),
            rule="SYS-1",
            remedy="correct these lines; `kvittens agreement check FILE` finds the same faults",
            where=[f"text.{fault.line}" for fault in faults],
        )


class DocumentFaulty(Refusal):
    """The bytes of the document are not of its media type, too many, or none."""

    code = "DOCUMENT_FAULTY"
    kind = RefusalKind.VALUE

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"The document {fault}",
            rule="SYS-1",
            remedy="give the whole document, as text in UTF-8 or as PDF, with its own media type",
            where=("content",),
        )


class VersionExists(Refusal):
    """The version exists already. A submitted text is never changed."""

    code = "VERSION_EXISTS"
    kind = RefusalKind.CONFLICT

    def __init__(self, ref: AgreementRef) -> None:
        super().__init__(
            f"The version {ref} exists already",
            rule="SYS-4",
            remedy="give the text a version number of its own; a correction is a new version",
            where=("version",),
        )


class NotPartyOfAgreement(Refusal):
    """The municipality is no party of the agreement, or acts for another municipality (GAV-8-1, SYS-3)."""

    code = "NOT_PARTY_OF_AGREEMENT"
    kind = RefusalKind.FORBIDDEN

    def __init__(self, ref: AgreementRef) -> None:
        super().__init__(
            f"The municipality is not a party of {ref}, or is not the municipality that the act is about",
            rule="SYS-3",
            remedy="let the region or the municipality itself act, if the agreement names it as a party",
            where=("municipality",),
        )


class EndConditionMissing(Refusal):
    """The early end cites no condition of the text, or a clause that the text does not have (GAV-3-1)."""

    code = "END_CONDITION_MISSING"
    kind = RefusalKind.MISSING

    def __init__(self, condition: str | None, *, unknown: Sequence[str]) -> None:
        super().__init__(
            f"The version has no clause {', '.join(unknown)}" if unknown else "The early end cites no clause",
            rule="SYS-1",
            remedy=f"cite the clause of the end condition: {condition}" if condition else "leave the clauses out",
            where=("clauses",),
        )


class PrincipalNotStated(Refusal):
    """The local agreement names no principal, and its form of cooperation does not decide it (SKR-10-3)."""

    code = "PRINCIPAL_NOT_STATED"
    kind = RefusalKind.MISSING

    def __init__(self) -> None:
        super().__init__(
            "The local agreement does not name the principal",
            rule="SKR-10-3",
            remedy="give the HSA-id of the region or of the municipality",
            where=("agreed.principal",),
        )


class PrincipalWrong(Refusal):
    """The form of cooperation does not allow this principal or provider (SKR-10-1, -2, -4)."""

    code = "PRINCIPAL_WRONG"
    kind = RefusalKind.RULE

    def __init__(self, allowed: Sequence[HsaId], *, way: str, rule: str) -> None:
        super().__init__(
            f"The way {way} does not allow this principal or these providers",
            rule=rule,
            remedy=f"give the principal {' or '.join(allowed)}" if allowed else "leave principal and providers out",
            where=("agreed.principal",),
        )


class ResponsibilityUncovered(Refusal):
    """There are several providers, and none of them answers for some area (SKR-7-1)."""

    code = "RESPONSIBILITY_UNCOVERED"
    kind = RefusalKind.RULE

    def __init__(self, areas: Sequence[str]) -> None:
        super().__init__(
            f"No provider answers for {', '.join(areas)}" if areas else "There are several providers and no areas",
            rule="SKR-7-1",
            remedy="name one of the providers for each area",
            where=[f"agreed.areas.{area}" for area in areas] or ["agreed.areas"],
        )


class TermsDiffer(Refusal):
    """The two parties have not agreed to the same words (SKR-6-1, SYS-9)."""

    code = "TERMS_DIFFER"
    kind = RefusalKind.CONFLICT

    def __init__(self, fields: Sequence[str], *, rule: str) -> None:
        super().__init__(
            f"The other party has agreed to another value of {', '.join(fields)}",
            rule=rule,
            remedy="agree to the same values, or let the other party propose new ones",
            where=fields,
        )
