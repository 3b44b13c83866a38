"""A CarePlan as acts: its parts, contacts and interventions each by the party whose they are, all in one save."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID, uuid5

import orjson

from domain.agreements.model import ActName
from domain.case.state.care_plan import PlanStatus
from domain.kernel import Party
from domain.refusals import NotYourPrincipal, PlanPartyMissing
from fhir_profiles.care_plan_change import PlanChange, from_care_plan
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from projections.view import View
from service.acts.cases import Wish
from service.acts.descriptions import Asked
from service.fhir.call import Call
from service.fhir.doing import Doing, asked, refuse_for_others, refuse_other_person, showing, standing
from service.reads.queries import Stored


def create(call: Call, resource: Resource) -> Doing:
    """Begin a plan, and write in it what the CarePlan says."""
    change = from_care_plan(resource, call.directory)
    where = "CarePlan.extension"
    case_id, episode = standing(call, ("EpisodeOfCare", str(change.episode)), where)
    refuse_other_person(change.patient_id, episode["patient"], "CarePlan.subject")
    refuse_for_others(call, change.author, "CarePlan.author", [ActName.INITIATE_PLAN], case_id)
    plan = uuid5(call.request.command_id, "plan")
    acts = [asked(ActName.INITIATE_PLAN, kind=change.kind), *_written(call, case_id, plan, change)]
    return _doing(acts, case_id, plan, change)


def update(call: Call, resource: Resource, found: Stored) -> Doing:
    """Write what differs from the present version; status active agrees to the plan as it then reads."""
    change = from_care_plan(resource, call.directory, orjson.loads(found.body))
    case_id = call.services.use_cases.case_of(("CarePlan", found.resource_id), call.actor)
    plan = UUID(found.resource_id)
    return _doing(list(_written(call, case_id, plan, change)), case_id, plan, change)


def _doing(acts: list[Asked], case_id: UUID, plan: UUID, change: PlanChange) -> Doing:
    return Doing(
        Wish(acts, case_id=case_id),
        shows=showing(("CarePlan", str(plan))),
        occurred_at=change.occurred_at,
        reached=partial(_refuse_unless_reached, plan, change),
    )


def _written(call: Call, case_id: UUID, plan: UUID, change: PlanChange) -> Iterator[Asked]:
    for one in change.sections:
        _refuse_others_words(call, case_id, ActName.RECORD_PLAN_SECTION, one.party, one.section.part)
        said = dict(one.section)
        yield asked(ActName.RECORD_PLAN_SECTION, plan=plan, **said)
    for contact in change.contacts:
        _refuse_others_words(call, case_id, ActName.ASSIGN_CONTACT_ROLE, contact.party, contact.role)
        yield asked(ActName.ASSIGN_CONTACT_ROLE, plan=plan, role=contact.role, person=contact.person, area=contact.area)
    for intervention in change.interventions:
        yield asked(ActName.PLAN_INTERVENTION, plan=plan, intervention=intervention)
    if change.asks_to_establish:
        yield asked(ActName.AGREE_PLAN, plan=plan)


def _refuse_others_words(call: Call, case_id: UUID, act: ActName, party: Party | None, what: str) -> None:
    """Refuse, and record, a change of what the other party wrote (F22)."""
    if party in (None, call.actor.party):
        return
    refusal = NotYourPrincipal(
        f"{what} is the {party}'s own words",
        rule="SYS-3",
        remedy=f"write your own beside it, with the party {call.actor.party}",
        where=(what,),
    )
    call.services.attempts.note_refusal(call.request, [act], case_id, refusal)
    raise refusal


def _refuse_unless_reached(plan: UUID, change: PlanChange, view: View) -> None:
    """Refuse performers who are no party of the case, and an agreement that does not establish the plan."""
    case = view.standing.case
    if not change.performers <= {case.region, case.municipality}:
        raise unreadable("business-rule", "CarePlan.activity", "a performer is one of the two principals of the case")
    if change.asks_to_establish and case.plans[plan].status is not PlanStatus.ESTABLISHED:
        other = view.entries[-1].actor.party.other
        raise PlanPartyMissing(
            f"By your agreement alone the plan is not established: the {other} has not agreed",
            rule=next(iter(view.entries[-1].clauses), "SYS-3"),
            remedy=f"agree for your own party with the act agree-plan: POST /api/cases/{case.id}/agree-plan",
            where=(other,),
        )
