"""Self-care that must be assessed again."""

from typing import NamedTuple

from domain.agreements.model import Agreement
from domain.case.events.case import CircumstanceRecorded
from domain.case.state.case import Case
from domain.kernel import Instant, Slug

_CIRCUMSTANCE_TOPIC = CircumstanceRecorded.TOPIC.rpartition(".")[0]


class Reassessment(NamedTuple):
    """A new assessment that must be made, since a moment and by a rule."""

    intervention: Slug
    since: Instant
    rule: str


def find_reassessments(case: Case, agreement: Agreement) -> tuple[Reassessment, ...]:
    """Return the self-care to assess again: a circumstance or the age has changed, or responsibility is to move."""
    rule = agreement.self_care
    if rule is None or case.is_ended:
        return ()
    changed = case.happened.get(_CIRCUMSTANCE_TOPIC)
    reassessments = []
    for care in case.self_care.values():
        if rule.reassess is not None and care.is_self_care and care.responsible is None:
            reassessments.append(Reassessment(care.intervention, care.settled_at, rule.reassess))
        elif rule.reassess is not None and changed is not None and changed.at > care.assessed_at:
            reassessments.append(Reassessment(care.intervention, changed.at, rule.reassess))
        elif rule.move is not None and care.asked_at is not None and care.asked_at >= care.assessed_at:
            reassessments.append(Reassessment(care.intervention, care.asked_at, rule.move))
    return tuple(reassessments)
