"""Acts by which an intervention passes from one party to the other, during the enrolment (ORE-2.2-5)."""

from domain.act import Act
from domain.agreements.model import ActName, Guard
from domain.case.events.enrolment import (
    HandoverAccepted,
    InterventionHandedOver,
)
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_eligibility import refuse_age
from domain.case.rules.enrolment_plans import (
    category_of,
    find_municipal,
    refuse_unless_all_met,
)
from domain.case.rules.enrolment_readiness import refuse_not_ready
from domain.case.rules.enrolment_steps import require_enrolment_status
from domain.case.rules.responsibility import (
    allocate_planned,
    refuse_before_allocation,
    refuse_before_resolved_day,
    refuse_left_with_region,
    refuse_not_municipal,
    refuse_while_disputed,
)
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.kernel import Events, Party, Slug
from domain.refusals import (
    OtherPartyMissing,
    WrongState,
)


def hand_over(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Hand over an intervention of the plan to the municipality (ORE-2.2-5, GAV-6-3).

    Responsibility moves when the municipality accepts it, if the agreement requires that. If not, it moves at once.
    """
    act = permit(act, case, ActSubject(intervention=intervention, category=category_of(case, intervention)))
    refuse_while_disputed(act, case)
    refuse_unless_all_met(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
    planned = find_municipal(act, case, intervention)
    refuse_left_with_region(case, [planned])
    refuse_age(act, case, [planned], acts=(ActName.REVISE_PLAN,))
    refuse_not_municipal(act, case, planned)
    present = case.responsibility_at(act.occurred_at)[intervention]
    if present.performer in (case.municipality, case.principal(act.actor.party.other)):
        performing = Party.MUNICIPALITY if present.performer == case.municipality else Party.REGION
        raise WrongState(
            subject=f"The intervention {intervention}",
            state=f"performed by the {performing}",
            needed=("performed and handed over by the region",),
            rule=act.rule,
        )
    giver = enrolment.handed_over.get(intervention)
    if giver is not None:
        raise WrongState(
            subject=f"The intervention {intervention}",
            state=f"handed over by the {giver}",
            needed=("not handed over",),
            rule=act.rule,
            acts=(ActName.ACCEPT_HANDOVER,),
        )
    refuse_not_ready(act, case, enrolment, Party.MUNICIPALITY)
    accepted = act.ground(Guard.ACCEPTED_HANDOVER)
    if accepted is None:
        refuse_before_allocation(act, case)
        refuse_before_resolved_day(act, case, [planned])
    handed_over = act.record(
        InterventionHandedOver,
        on=enrolment,
        case_id=case.id,
        clauses=accepted.clauses if accepted is not None else (),
        party=act.actor.party,
        intervention=intervention,
        allocations=allocate_planned(act, case, [planned]) if accepted is None else (),
    )
    if accepted is not None:
        return (handed_over,)
    return (handed_over, act.record(HandoverAccepted, on=handed_over, case_id=case.id, intervention=intervention))


def accept_handover(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Accept an intervention that was handed over. From now on the municipality performs it (ORE-2.2-5)."""
    act = permit(act, case, ActSubject(intervention=intervention, category=category_of(case, intervention)))
    refuse_while_disputed(act, case)
    refuse_unless_all_met(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
    giver = enrolment.handed_over.get(intervention)
    if giver is None:
        raise WrongState(
            subject=f"The intervention {intervention}",
            state="not handed over",
            needed=("handed over",),
            rule=act.rule,
            acts=(ActName.HAND_OVER_INTERVENTION,),
        )
    if giver is act.actor.party:
        raise OtherPartyMissing(
            f"The {giver} handed {intervention} over, and only the {giver.other} can accept it",
            rule=act.rule,
            remedy=f"let the {giver.other} accept it",
            where=(giver.other,),
            acts=(ActName.ACCEPT_HANDOVER,),
        )
    act.not_before(enrolment.handed_over_at[intervention], f"{intervention} was handed over")
    refuse_not_ready(act, case, enrolment, Party.MUNICIPALITY)
    planned = find_municipal(act, case, intervention)
    refuse_left_with_region(case, [planned])
    refuse_age(act, case, [planned], acts=(ActName.REVISE_PLAN,))
    refuse_not_municipal(act, case, planned)
    refuse_before_allocation(act, case)
    refuse_before_resolved_day(act, case, [planned])
    event = act.record(
        HandoverAccepted,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        allocations=allocate_planned(act, case, [planned]),
    )
    return (event,)
