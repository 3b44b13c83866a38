"""Refusals of the person register, the same on every face."""

from domain.kernel import Actor, Role
from domain.refusals import ActorNotAllowed
from service.http.errors import FaultKind, RequestRefused


def refuse_auditor(actor: Actor) -> None:
    """Refuse an auditor, who can only read the register."""
    if actor.role is Role.AUDITOR:
        raise RequestRefused(
            FaultKind.FORBIDDEN,
            ActorNotAllowed.code,
            "An auditor can only read",
            "let a person who takes part in the care register the person",
            rule="SYS-3",
            where=(actor.role,),
        )


def person_registered(field: str) -> RequestRefused:
    """Return the refusal of a number that the register has already."""
    return RequestRefused(
        FaultKind.DUPLICATE,
        "PERSON_REGISTERED",
        "The register has somebody with this number",
        "find the person by POST to /fhir/Patient/_search, or create with If-None-Exist",
        where=(field,),
    )
