"""A case as a caller needs it to go on: its state, what waits in it, and the acts that come next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.agreements.model import ActName
from domain.case.rules.act_content import list_content_fields
from domain.kernel import Actor, Refusal
from projections.case import FoldedCase, fold_case
from projections.worklist.items import WorklistItem
from service.acts.bodies import ON_CASES, OfferedAct
from service.acts.cases import describe_state
from service.api.summaries import SUMMARIES
from service.bootstrap import Services
from service.reads.absence import CaseUnknown

_ACTS: Mapping[ActName, OfferedAct] = {act.name: act for act in ON_CASES if act.name is not ActName.RAISE_NEED}
"""The acts on a case that is there already."""


def describe_case(services: Services, actor: Actor, case_id: UUID) -> dict[str, Any]:
    """Describe a case to one of its parties. Raises CaseUnknown if the actor's principal may not read it."""
    state = fold_case(None, services.replays.load_events(actor, case_id))
    if state is None:
        raise CaseUnknown
    case, now = state.case, services.clock.now()
    stay = case.enrolment.stay if case.enrolment is not None else None
    return describe_state(case) | {
        "patient": str(case.patient_id),
        "region": case.region,
        "municipality": case.municipality,
        "track": case.referral.track,
        "resting_since": stay.started_at if stay is not None else None,
        "self_care": [
            {"intervention": each.intervention, "responsible": each.responsible, "performer": each.performer}
            for each in case.self_care.values()
            if each.is_self_care
        ],
        "waiting": [describe_item(stored, now) for _, stored in services.queries.worklist(actor, case_id)],
        "next": _list_next(services, actor, state),
    }


def describe_item(stored: bytes, at: datetime) -> dict[str, Any]:
    """Describe what waits, with the days that have passed by a moment."""
    item = WorklistItem.model_validate_json(stored).as_of(at)
    of_today = {"key": item.key, "elapsed_days": item.elapsed_days(at), "overdue": item.is_overdue(at)}
    said: dict[str, Any] = orjson.loads(stored)
    return said | of_today


def _list_next(services: Services, actor: Actor, state: FoldedCase) -> list[dict[str, Any]]:
    """List the acts that come next for the actor, in the order of a case's course."""
    found = services.case_acts.find_next_to(actor, state, list(_ACTS))
    attempt = services.case_acts.make_attempt(actor, ActName.RAISE_NEED, state)
    track = state.case.referral.track
    asked = {name: list_content_fields(attempt.model_copy(update={"name": name, "track": track})) for name in found}
    return [_describe_act(state.case.id, _ACTS[name], asked[name], lack) for name, lack in found.items()]


def _describe_act(case_id: UUID, act: OfferedAct, asked: Sequence[str], lack: Refusal | None) -> dict[str, Any]:
    fields = act.body.model_fields.items()
    required = [name for name, field in fields if field.is_required()]
    return {
        "act": act.name,
        "summary": SUMMARIES[act.name],
        "path": f"/api/cases/{case_id}/{act.name}",
        "body": f"/api/openapi.json#/components/schemas/{act.body.__name__}",
        "required": [*required, *(name for name in asked if name not in required)],
        "lacks": None
        if lack is None
        else {
            "title": lack.message,
            "code": lack.code,
            "rule": lack.rule,
            "where": list(lack.where),
            "remedy": lack.remedy,
            "acts": list(lack.acts),
        },
    }
