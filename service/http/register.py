"""The person register on every face: who may ask it and change it, and its refusal of a number that it has."""

from domain.kernel import Actor
from domain.refusals import ActorNotAllowed
from service.http.errors import FaultKind, RequestRefused


def refuse_who_reads_nobody(actor: Actor) -> None:
    """Refuse an official, who reads about no individual, before the register is asked about anybody."""
    if actor.reader is None:
        raise RequestRefused(
            FaultKind.FORBIDDEN,
            ActorNotAllowed.code,
            "Somebody who reads about no individual cannot look anybody up in the register",
            "let a person who takes part in the care look the person up",
            rule="SYS-3",
            where=(actor.role,),
        )


def refuse_who_takes_no_part(actor: Actor) -> None:
    """Refuse an auditor, who can only read the register, and an official."""
    if not actor.role.takes_part:
        raise RequestRefused(
            FaultKind.FORBIDDEN,
            ActorNotAllowed.code,
            "Somebody who takes no part in care cannot change the register",
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
