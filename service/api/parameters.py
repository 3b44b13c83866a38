"""What a route of the JSON face asks for: who, on what, at which moment, and what an act may have in its head."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query
from pydantic import BeforeValidator

from domain.kernel import Actor, Instant
from service.bootstrap import Services
from service.http.guard import actor_of, services_of

Asking = Annotated[Actor, Depends(actor_of)]
Parts = Annotated[Services, Depends(services_of)]
Moment = Annotated[
    Instant | None,
    BeforeValidator(lambda at: re.sub(r" (?=\d\d:\d\d$)", "+", at) if isinstance(at, str) else at),
    Query(description="A time with offset; now if left out. A + that arrives as a space is read as the + it was."),
]


def described(
    idempotency_key: Annotated[str | None, Header(description="Makes a repeat of this very request harmless")] = None,
    if_match: Annotated[
        str | None, Header(description='The version the case or ledger must have, such as W/"12"')
    ] = None,
) -> None:
    """What every act may have in its head; read by act_request and case_version."""
