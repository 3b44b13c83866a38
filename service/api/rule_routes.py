"""The route of a rule's words."""

from datetime import UTC, datetime

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from domain.kernel import legal_day
from service.agreements.rules import agreements_of, describe_rule
from service.api.parameters import CurrentActor, CurrentServices, Moment
from service.reads.absence import CaseUnknown

router = APIRouter()


@router.get("/rules/{rule}", tags=["agreements"])
def get_rule(rule: str, services: CurrentServices, actor: CurrentActor, on: Moment = None) -> Response:
    """Read the words of a rule that an answer cites: `heading` in Swedish, `statement` in English, and its agreement.

    `definitions` are the words that it defines, as they read on the day, and `documents` the others it refers to. A
    house rule, such as SYS-3, and a national one stand in no agreement of the county.
    """
    known = agreements_of(services.versions.read_versions(), actor.county)
    found = describe_rule(rule, known, legal_day(on or datetime.now(UTC)))
    if found is None:
        raise CaseUnknown
    return Response(orjson.dumps(found), media_type="application/json")
