"""Readiness for care in the home: competence, equipment and risks."""

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import ActName, Guard
from domain.case.events.enrolment import Aspect
from domain.case.state.enrolment import Enrolment
from domain.refusals import NotReady


def refuse_not_ready(act: Act, enrolment: Enrolment) -> None:
    """Refuse to move care to the home before competence, equipment and risks are as the version requires."""
    content = find_content(act.in_force, "readiness", track=act.track)
    rules = {field.id: field.clauses[0] for field in content.fields} if content is not None else {}
    lacking = [aspect for aspect in Aspect if aspect in rules and aspect not in enrolment.ready]
    if lacking:
        raise NotReady(
            f"{' and '.join(lacking).capitalize()} must be confirmed first",
            rule=rules[lacking[0]],
            remedy=f"confirm {', '.join(lacking)}",
            where=lacking,
            acts=(ActName.CONFIRM_READINESS,),
        )
    ground = act.ground(Guard.RISKS_ADDRESSED)
    risks = [risk.key for risk in enrolment.risks if risk.measure is None]
    if ground is not None and risks:
        raise NotReady(
            f"The risks {', '.join(risks)} have no measure",
            rule=ground.rule,
            remedy="record a measure for each risk",
            where=risks,
            acts=(ActName.ASSESS_RISKS,),
        )
    if enrolment.prepared_at is not None:
        act.not_before(enrolment.prepared_at, "readiness or risks were last recorded")
