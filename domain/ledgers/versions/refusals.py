"""Why an act on an agreement version may be refused, besides what any act may be refused for."""

from collections.abc import Sequence

from domain.authoring.faults import TextFault
from domain.kernel import AgreementRef, HsaId, Refusal, RefusalKind


class TextFaulty(Refusal):
    """The text cannot be published: `where` has the line of each fault."""

    code = "TEXT_FAULTY"
    kind = RefusalKind.VALUE

    def __init__(self, faults: Sequence[TextFault]) -> None:
        super().__init__(
            "; ".join(map(str, faults)),
            rule="SYS-1",
            remedy="correct the lines; kvittens agreement check FILE tells the same",
            where=[f"text.{fault.line}" for fault in faults],
        )


class VersionExists(Refusal):
    """There is such a version already, and a published text is never changed."""

    code = "VERSION_EXISTS"
    kind = RefusalKind.CONFLICT

    def __init__(self, ref: AgreementRef) -> None:
        super().__init__(
            f"There is a version {ref} already",
            rule="SYS-4",
            remedy="give the text its own version; a correction is a new one",
            where=("version",),
        )


class NotPartyOfAgreement(Refusal):
    """The municipality is no party of the agreement, or not the one that the act concerns (GAV-8-1, SYS-3)."""

    code = "NOT_PARTY_OF_AGREEMENT"
    kind = RefusalKind.FORBIDDEN

    def __init__(self, ref: AgreementRef) -> None:
        super().__init__(
            f"The municipality is not the party of {ref} that this concerns",
            rule="SYS-3",
            remedy="let the region or the municipality concerned act, if the agreement names it as a party",
            where=("municipality",),
        )


class EndConditionMissing(Refusal):
    """An early end that cites no condition of the text, or a clause that the text has not (GAV-3-1)."""

    code = "END_CONDITION_MISSING"
    kind = RefusalKind.MISSING

    def __init__(self, condition: str | None, *, unknown: Sequence[str]) -> None:
        super().__init__(
            f"The version has no clause {', '.join(unknown)}" if unknown else "No clause is cited for the early end",
            rule="SYS-1",
            remedy=f"cite the clause of the end condition: {condition}" if condition else "leave the clauses out",
            where=("clauses",),
        )


class PrincipalNotStated(Refusal):
    """Nobody is named as principal where the source leaves it open (SKR-10-3)."""

    code = "PRINCIPAL_NOT_STATED"
    kind = RefusalKind.MISSING

    def __init__(self) -> None:
        super().__init__(
            "The local agreement does not say who is principal",
            rule="SKR-10-3",
            remedy="give the principal: the region or the municipality",
            where=("agreed.principal",),
        )


class PrincipalWrong(Refusal):
    """A principal or a provider that this way of working together does not allow (SKR-10-1, -2, -4)."""

    code = "PRINCIPAL_WRONG"
    kind = RefusalKind.RULE

    def __init__(self, able: Sequence[HsaId], *, way: str, rule: str) -> None:
        super().__init__(
            f"The way {way} does not have this principal",
            rule=rule,
            remedy=f"give {' or '.join(able)}" if able else "leave principal and providers out: nothing moves",
            where=("agreed.principal",),
        )


class ResponsibilityUncovered(Refusal):
    """Several providers, and an area that none of them answers for (SKR-7-1)."""

    code = "RESPONSIBILITY_UNCOVERED"
    kind = RefusalKind.RULE

    def __init__(self, areas: Sequence[str]) -> None:
        super().__init__(
            f"Nobody answers for {', '.join(areas)}" if areas else "Several providers, and no area is told apart",
            rule="SKR-7-1",
            remedy="name one of the providers for each area",
            where=[f"agreed.areas.{area}" for area in areas] or ["agreed.areas"],
        )


class TermsDiffer(Refusal):
    """The two parties have not agreed to the same (SKR-6-1)."""

    code = "TERMS_DIFFER"
    kind = RefusalKind.CONFLICT

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"The other party agreed to something else in {', '.join(fields)}",
            rule="SKR-6-1",
            remedy="agree to the same, or let the other party propose anew",
            where=[f"agreed.{field}" for field in fields],
        )
