"""Changes of the person register, the same on every face: who may make them, their repeats and their refusals."""

from collections.abc import Callable
from uuid import UUID

from domain.kernel import Actor, Value
from domain.refusals import ActorNotAllowed
from service.acts.attempts import ActRequest, Attempts
from service.http.errors import FaultKind, RequestRefused
from service.record.answers import RequestAnswer


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


class RegisterChange(Value):
    """The outcome of a change of the register. It is kept for a repeat, and names nobody."""

    person: UUID
    status: int = 200
    fact: UUID | None = None
    """The residence or the listing that was recorded."""

    def to_keep(self, request: ActRequest) -> RequestAnswer | None:
        """Return this as the answer that is kept; None for a request without a key."""
        return request.to_keep(self.model_dump_json().encode())


def change_once(attempts: Attempts, request: ActRequest, change: Callable[[], RegisterChange]) -> RegisterChange:
    """Change the register, or return what the first request with this key came to. Raises CommandReused.

    `change` keeps what it came to, in the transaction that writes.
    """
    answer = attempts.answer_once(request, lambda: change().model_dump_json().encode())
    return RegisterChange.model_validate_json(answer)


def person_registered(field: str) -> RequestRefused:
    """Return the refusal of a number that the register has already."""
    return RequestRefused(
        FaultKind.DUPLICATE,
        "PERSON_REGISTERED",
        "The register has somebody with this number",
        "find the person by POST to /fhir/Patient/_search, or create with If-None-Exist",
        where=(field,),
    )
