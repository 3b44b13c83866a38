"""Coordinated individual plans (SIP), with the parts that the law and each agreement ask for."""

from collections.abc import Sequence

from domain.kernel import Actor
from world.life import Life, Part
from world.lives.words import TOOK_PART, Content

FOUR_PARTS: dict[str, Content] = {
    "needs": {"text": "Vård i hemmet, samordnad mellan kliniken, vårdcentralen och kommunen"},
    "principals": {"text": "Kliniken behandlar, kommunen utför, vårdcentralen samordnar"},
    "others": {"text": "Inga"},
    "overall-responsibility": {"principal": "region"},
}
PARTICIPATION: dict[str, Content] = {"participation": {"text": "Deltog i hela mötet"}}


def write_sip(
    life: Life,
    author: Actor,
    team: Sequence[Actor],
    *interventions: Content,
    parts: dict[str, Content] | None = None,
) -> Part[None]:
    """Write a SIP at a meeting with the person, with these interventions and parts."""
    yield from life.act(author, "initiate-plan", kind="sip")
    meeting: Content = {"form": "facility", "participants": [actor.person for actor in team]}
    yield from life.act(author, "hold-planning", plan=life.plan, participation=TOOK_PART[0], **meeting)
    for intervention in interventions:
        yield from life.act(author, "plan-intervention", plan=life.plan, intervention=intervention)
    for part, fields in (FOUR_PARTS | PARTICIPATION | (parts or {})).items():
        yield from life.act(author, "record-plan-section", plan=life.plan, part=part, fields=fields)
