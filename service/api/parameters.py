"""Parameters that routes of the JSON face share: the actor, the services, and a moment."""

import re
from typing import Annotated

from fastapi import Depends, Header, Query
from pydantic import BeforeValidator

from domain.kernel import Actor, Instant
from service.bootstrap import Services
from service.http.requests import actor_of, services_of

CurrentActor = Annotated[Actor, Depends(actor_of)]
CurrentServices = Annotated[Services, Depends(services_of)]
IdempotencyKey = Annotated[str | None, Header(description="Makes a repeat of this very request harmless")]
Moment = Annotated[
    Instant | None,
    BeforeValidator(lambda at: re.sub(r" (?=\d\d:\d\d$)", "+", at) if isinstance(at, str) else at),
    Query(description="A time with offset; now if left out. A + that arrives as a space is read as the + it was."),
]
