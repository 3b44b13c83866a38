"""Readiness for care in the home: competence, equipment and risks."""

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import Guard
from domain.case.events.enrolment import Aspect
from domain.case.state.enrolment import Enrolment
from domain.refusals import NotReady


def refuse_not_ready(act: Act, enrolment: Enrolment) -> None:
    """Refuse to move care home before what the version asks for is secured: competence, equipment, risks dealt with."""
    content = find_content(act.in_force, "readiness", track=act.track)
    asked = {field.id: field.clauses[0] for field in content.fields} if content is not None else {}
    lacking = [aspect for aspect in Aspect if aspect in asked and aspect not in enrolment.ready]
    if lacking:
        raise NotReady(
            f"Not confirmed: {', '.join(lacking)}",
            rule=asked[lacking[0]],
            remedy=f"confirm {', '.join(lacking)}",
            where=lacking,
        )
    ground = act.ground(Guard.RISKS_ADDRESSED)
    risks = [risk.key for risk in enrolment.risks if risk.measure is None]
    if ground is not None and risks:
        raise NotReady(
            f"Risks not addressed: {', '.join(risks)}",
            rule=ground.rule,
            remedy="record what was done about each risk",
            where=risks,
        )
    if enrolment.prepared_at is not None:
        act.not_before(enrolment.prepared_at, "readiness was secured")
