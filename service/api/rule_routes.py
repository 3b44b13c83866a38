"""The route of a rule's words."""

from dataclasses import asdict

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from service.agreements.rules import agreements_of, words_of
from service.api.parameters import CurrentActor, CurrentServices
from service.reads.absence import CaseUnknown

router = APIRouter()


@router.get("/rules/{rule}", tags=["agreements"])
def get_rule(rule: str, services: CurrentServices, actor: CurrentActor) -> Response:
    """Read the words of a rule that an answer cites: `heading` in Swedish, `statement` in English, and its agreement.

    A house rule, such as SYS-3, and a national one stand in no agreement of the county.
    """
    found = words_of(rule, agreements_of(services.versions.read_versions(), actor.county))
    if found is None:
        raise CaseUnknown
    return Response(orjson.dumps(asdict(found)), media_type="application/json")
