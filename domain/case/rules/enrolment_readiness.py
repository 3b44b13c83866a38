"""Readiness for care in the home: competence, equipment and risks."""

from collections.abc import Collection

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import ActName, Guard
from domain.case.events.enrolment import Aspect
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment
from domain.kernel import Party
from domain.refusals import NotReady


def refuse_not_ready(act: Act, case: Case, enrolment: Enrolment, performers: Collection[Party]) -> None:
    """Refuse to move care to the home before competence, equipment and risks are as the version requires.

    `performers` are the parties that are to perform. Each confirms competence and equipment for itself.
    """
    _refuse_unconfirmed(act, enrolment, performers)
    _refuse_risks(act, case, enrolment)
    if enrolment.prepared_at is not None:
        act.not_before(enrolment.prepared_at, "readiness or risks were last recorded")


def _refuse_unconfirmed(act: Act, enrolment: Enrolment, performers: Collection[Party]) -> None:
    content = find_content(act.in_force, "readiness", track=act.track)
    rules = {field.id: field.clauses[0] for field in content.fields} if content is not None else {}
    for party in performers:
        lacking = [aspect for aspect in Aspect if aspect in rules and party not in enrolment.ready.get(aspect, ())]
        if lacking:
            raise NotReady(
                f"The {party}, which is to perform, must confirm {' and '.join(lacking)} first",
                rule=rules[lacking[0]],
                remedy=f"let licensed staff of the {party} confirm {', '.join(lacking)}",
                where=lacking,
                acts=(ActName.CONFIRM_READINESS,),
            )


def _refuse_risks(act: Act, case: Case, enrolment: Enrolment) -> None:
    """Refuse while a risk has no measure, and while risks are identified that nobody has assessed (ORE-2.2-4)."""
    ground = act.ground(Guard.RISKS_ADDRESSED)
    if ground is None:
        return
    if ground.fact is not None and case.referral.tells(ground.fact) and not enrolment.risks:
        raise NotReady(
            "Risks have been identified, and no risk has been assessed",
            rule=ground.rule,
            remedy="assess each identified risk, with a measure",
            where=("risks",),
            acts=(ActName.ASSESS_RISKS,),
        )
    risks = [risk.key for risk in enrolment.risks if risk.measure is None]
    if risks:
        raise NotReady(
            f"The risks {', '.join(risks)} have no measure",
            rule=ground.rule,
            remedy="record a measure for each risk",
            where=risks,
            acts=(ActName.ASSESS_RISKS,),
        )
