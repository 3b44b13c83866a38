"""Readiness for care in the home: competence, equipment and risks."""

from collections.abc import Iterable, Mapping

from domain.act import Act
from domain.agreements.content import find_content
from domain.agreements.model import ActName, Agreement, Ground, Guard
from domain.case.events.care_plan import PlannedIntervention
from domain.case.events.enrolment import Aspect
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment
from domain.kernel import Instant, Party, Slug
from domain.refusals import NotReady


def find_performer(interventions: Iterable[PlannedIntervention]) -> Party:
    """Return the party that is to perform at home: the municipality, or the region if it performs everything."""
    performers = {planned.performer for planned in interventions}
    return Party.REGION if performers == {Party.REGION} else Party.MUNICIPALITY


def find_unconfirmed(
    agreement: Agreement, track: Slug | None, enrolment: Enrolment, party: Party
) -> Mapping[Aspect, str]:
    """Return the needs that a party has not confirmed since the latest gap, each with the rule that demands it."""
    content, ready = find_content(agreement, "readiness", track=track), enrolment.ready
    rules = {field.id: field.clauses[0] for field in content.fields} if content is not None else {}
    return {each: rules[each] for each in Aspect if each in rules and party not in ready.get(each, ())}


def find_open_gaps(enrolment: Enrolment, performer: Party) -> Mapping[Aspect, Instant]:
    """Return the gaps that the party which is to perform has not closed, with the time at which each was found."""
    secured = find_secured(enrolment, performer)
    return {aspect: found_at for aspect, found_at in enrolment.gaps.items() if aspect not in secured}


def find_secured(enrolment: Enrolment, performer: Party) -> tuple[Aspect, ...]:
    """Return the needs that the party which is to perform has confirmed since the latest gap."""
    return tuple(aspect for aspect, confirmed in enrolment.ready.items() if performer in confirmed)


def find_unassessed_risks(agreement: Agreement, case: Case, enrolment: Enrolment) -> Ground | None:
    """Return the ground for which risks must be assessed or met first (ORE-2.2-4). None if no risk is left."""
    ground = agreement.ground(Guard.RISKS_ADDRESSED, case.referral.track)
    if ground is None:
        return None
    identified = ground.fact is not None and case.referral.tells(ground.fact) and not enrolment.risks
    return ground if identified or any(risk.measure is None for risk in enrolment.risks) else None


def refuse_not_ready(act: Act, case: Case, enrolment: Enrolment, performer: Party) -> None:
    """Refuse to move care to the home if competence, equipment and risks were not then as the version requires.

    `performer` is the party that is to perform, and that confirms competence and equipment. A late act is judged by
    what held at its time, whenever that was recorded.
    """
    hindrance = _find_hindrance(act, case, enrolment.as_prepared(act.occurred_at), performer)
    if hindrance is None:
        return
    if enrolment.prepared_at is not None and _find_hindrance(act, case, enrolment, performer) is None:
        act.not_before(enrolment.prepared_at, "readiness or risks were last recorded")
    raise hindrance


def _find_hindrance(act: Act, case: Case, enrolment: Enrolment, performer: Party) -> NotReady | None:
    """Return the refusal of care that is not prepared; None if it is."""
    lacking = find_unconfirmed(act.in_force, act.track, enrolment, performer)
    if lacking:
        return NotReady(
            f"The {performer}, which is to perform, must confirm {' and '.join(lacking)} first",
            rule=next(iter(lacking.values())),
            remedy=f"let licensed staff of the {performer} confirm {', '.join(lacking)}",
            where=tuple(lacking),
            acts=(ActName.CONFIRM_READINESS,),
        )
    return _find_risk_hindrance(act, case, enrolment)


def _find_risk_hindrance(act: Act, case: Case, enrolment: Enrolment) -> NotReady | None:
    """Return the refusal while a risk has no measure, and while nobody has assessed identified risks (ORE-2.2-4)."""
    ground = find_unassessed_risks(act.in_force, case, enrolment)
    if ground is None:
        return None
    risks = [risk.key for risk in enrolment.risks if risk.measure is None]
    if not risks:
        return NotReady(
            "Risks have been identified, and no risk has been assessed",
            rule=ground.rule,
            remedy="assess each identified risk, with a measure",
            where=("risks",),
            acts=(ActName.ASSESS_RISKS,),
        )
    return NotReady(
        f"The risks {', '.join(risks)} have no measure",
        rule=ground.rule,
        remedy="record a measure for each risk",
        where=risks,
        acts=(ActName.ASSESS_RISKS,),
    )
