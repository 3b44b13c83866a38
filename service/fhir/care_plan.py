"""A CarePlan as acts: each party writes its own parts, contacts and interventions, all recorded together."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID, uuid5

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.state.care_plan import PlanStatus
from domain.kernel import Refusal
from domain.refusals import NotYourPrincipal, PlanPartyMissing
from fhir_profiles.care_plan_change import PlanChange, from_care_plan, refuse_other_names
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from projections.case import CaseAfterAct
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, case_and_content, find_other_author, refuse_other_person
from service.reads.queries import CurrentResource


def create(call: Call, resource: Resource) -> CaseChange:
    """Begin a plan, and write in it what the CarePlan says."""
    written = from_care_plan(resource, call.directory, call.actor.party)
    where = "CarePlan.extension"
    case_id, episode = case_and_content(call, ("EpisodeOfCare", str(written.episode)), where)
    refuse_other_person(written.patient_id, episode["patient"], "CarePlan.subject")
    plan = uuid5(call.request.command_id, "plan")
    beginning = Command(ActName.INITIATE_PLAN, {"kind": written.kind})
    refusal = find_other_author(call, written.author, "CarePlan.author") or _find_others_words(call, written)
    return _change([beginning, *_commands(plan, written)], case_id, plan, written, refusal)


def update(call: Call, resource: Resource, found: CurrentResource) -> CaseChange:
    """Write what differs from the present version; status active agrees to the plan as it then reads."""
    written = from_care_plan(resource, call.directory, call.actor.party, orjson.loads(found.version.body))
    plan = UUID(found.version.resource_id)
    return _change(list(_commands(plan, written)), found.case_id, plan, written, _find_others_words(call, written))


def _change(
    commands: list[Command], case_id: UUID, plan: UUID, written: PlanChange, refusal: Refusal | None
) -> CaseChange:
    return CaseChange(
        commands=commands,
        on=case_id,
        occurred_at=written.occurred_at,
        refusal=refusal,
        answer=answer_with(lambda _: (("CarePlan", str(plan)),), check=partial(_refuse_unless_reached, plan, written)),
    )


def _commands(plan: UUID, written: PlanChange) -> Iterator[Command]:
    for part in written.sections:
        yield Command(ActName.RECORD_PLAN_SECTION, {"plan": plan, **dict(part.section)})
    for contact in written.contacts:
        content = {"plan": plan, "role": contact.role, "person": contact.person, "area": contact.area}
        yield Command(ActName.ASSIGN_CONTACT_ROLE, content)
    for intervention in written.interventions:
        yield Command(ActName.PLAN_INTERVENTION, {"plan": plan, "intervention": intervention})
    if written.agreed_text is not None:
        yield Command(ActName.AGREE_PLAN, {"plan": plan, "text": written.agreed_text})


def _find_others_words(call: Call, written: PlanChange) -> NotYourPrincipal | None:
    """Return the refusal of a change to what the other party wrote (F22); None if there is no such change."""
    parts = [(part.party, part.section.part) for part in written.sections]
    contacts = [(contact.party, contact.role) for contact in written.contacts]
    for party, name in [*parts, *contacts]:
        if party not in (None, call.actor.party):
            return NotYourPrincipal(
                f"{name} is the {party}'s own words",
                rule="SYS-3",
                remedy=f"write your own beside it, with the party {call.actor.party}",
                where=(name,),
            )
    return None


def _refuse_unless_reached(plan: UUID, written: PlanChange, after: CaseAfterAct) -> None:
    """Refuse performers who are no party, names of another kind, and an agreement that does not establish the plan."""
    case = after.case
    refuse_other_names(written, case.plans[plan])
    if not written.performers <= {case.region, case.municipality}:
        raise unreadable("business-rule", "CarePlan.activity", "a performer is one of the two principals of the case")
    if written.agreed_text is not None and case.plans[plan].status is not PlanStatus.ESTABLISHED:
        other = after.new_entries[-1].actor.party.other
        raise PlanPartyMissing(
            f"By your agreement alone the plan is not established: the {other} has not agreed",
            rule=next(iter(after.new_entries[-1].clauses), "SYS-3"),
            remedy=f"agree for your own party with the act agree-plan: POST /api/cases/{case.id}/agree-plan",
            where=(other,),
        )
