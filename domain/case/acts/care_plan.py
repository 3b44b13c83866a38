"""Acts by which a care plan is written, established, changed and followed up (catalogue C.2, P5-P10).

`care_plan_start.py` has the acts that begin a plan, and `care_plan_end.py` those that end it.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.act import Act
from domain.agreements.content import find_capacities
from domain.agreements.model import ActName, Guard, PlanRule
from domain.case.acts.care_plan_end import end_plan, refuse_other_than_orderer
from domain.case.events.care_plan import (
    ContactRoleAssigned,
    FieldValue,
    FollowUpDecision,
    InterventionPlanned,
    PlanAgreedByParty,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlannedIntervention,
    PlanRevised,
    PlanRevisionOpened,
    PlanSectionRecorded,
    PlanSuperseded,
    Section,
)
from domain.case.permission import refuse_role
from domain.case.rules.plan_content import (
    find_lack,
    refuse_unknown_role,
    refuse_unknown_words,
    require_known_content,
)
from domain.case.rules.plan_lapse import count_days
from domain.case.rules.plan_steps import (
    IN_FORCE,
    WRITABLE,
    permit_on_plan,
    refuse_before_status,
    refuse_other_staff,
    require_plan_status,
)
from domain.case.rules.referral_steps import wrong_referral_state
from domain.case.rules.responsibility import (
    allocate_agreed,
    refuse_before_allocation,
    refuse_disputed_plan,
    refuse_not_municipal,
    refuse_while_disputed,
)
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.intervention import Participation
from domain.kernel import Day, Digest, Events, HsaId, Instant, Party, Slug, Text, legal_day, legal_midnight
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    NotYourPrincipal,
    OccurredTooEarly,
    PlanContentMissing,
    PlanPartyMissing,
    PlanTextChanged,
    UnknownReference,
)


def record_section(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    part: Slug,
    fields: Mapping[Slug, FieldValue] | None = None,
    not_applicable: Text | None = None,
) -> Events:
    """Write one part of the plan in your own party's words (ORE-3.1.4-8, -12 to -18)."""
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *WRITABLE)
    section = Section(part=part, fields=dict(fields or {}), not_applicable=not_applicable)
    event = act.record(
        PlanSectionRecorded,
        on=care_plan,
        case_id=case.id,
        clauses=require_known_content(act.in_force, rule, section, track=case.referral.track),
        party=act.actor.party,
        section=section,
    )
    return (event,)


def assign_contact(case: Case, *, act: Act, plan: UUID, role: Slug, person: HsaId, area: Text | None = None) -> Events:
    """Name a person for a contact role of the plan, with an area of responsibility (ORE-3.1.4-9, GAV-2-11).

    A party names its own staff. Either party can name a contact as the coordinator.
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *WRITABLE)
    contact = act.staff(person)
    required = refuse_unknown_role(act.in_force, rule, role)
    of_both = required is not None and required.one_of
    if contact.principal != act.actor.principal and not (of_both and _is_contact(care_plan, person)):
        raise NotYourPrincipal(
            f"{person} works for another principal",
            rule="SYS-3",
            remedy="name a contact of your own principal, or name one of the contacts as coordinator",
            where=("person",),
        )
    own_words = act.ground(Guard.OWN_WORDS)
    held = care_plan.draft.contact(role)
    if own_words is not None and held is not None and held.party is not act.actor.party and not of_both:
        raise NotYourPrincipal(
            f"The {held.party} has named the {role}",
            rule=own_words.rule,
            remedy=f"let the {held.party} name another person",
            where=("role",),
        )
    if required is not None and required.who is not None and not required.who.is_met_by(contact):
        raise ActorNotAllowed(
            f"A {contact.role} of {contact.unit_kind} cannot be the {role}",
            rule=required.clauses[0],
            remedy=f"name a person of the {required.who}",
            where=("person", role),
        )
    event = act.record(
        ContactRoleAssigned,
        on=care_plan,
        case_id=case.id,
        party=act.actor.party,
        role=role,
        person=person,
        principal=contact.principal,
        area=area,
    )
    return (event,)


def plan_intervention(case: Case, *, act: Act, plan: UUID, intervention: PlannedIntervention) -> Events:
    """Put an intervention in the plan, or change one, with its performer (ORE-3.1.1-11, 3.1.4-15, -16)."""
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *WRITABLE)
    refuse_unknown_words(act.in_force, rule, intervention, case.referral.track)
    own_words = act.ground(Guard.OWN_WORDS)
    written_by = care_plan.draft.intervention_parties.get(intervention.key)
    if own_words is not None and written_by not in (None, act.actor.party):
        raise NotYourPrincipal(
            f"The {written_by} put {intervention.key} in the plan",
            rule=own_words.rule,
            remedy=f"let the {written_by} change it, or withhold your agreement",
            where=(intervention.key,),
        )
    if intervention.performer is Party.MUNICIPALITY:
        refuse_not_municipal(act, case, intervention, kind=care_plan.kind)
    event = act.record(
        InterventionPlanned, on=care_plan, case_id=case.id, party=act.actor.party, intervention=intervention
    )
    return (event,)


def agree(case: Case, *, act: Act, plan: UUID, text: Digest) -> Events:
    """Agree to the plan as it now reads, for your own party (ORE-3.1.4-7 to -18).

    `text` is the digest of the text that you have read. If the plan reads otherwise by now, the act is refused. When
    both parties have agreed, the plan is established. Some kinds of plan need only their author's agreement and take
    effect at once (ORE-3.3-2, 3.4-9).
    """
    refuse_role(act)
    _refuse_wrong_party(case, act, plan)
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *WRITABLE)
    refuse_disputed_plan(act, case, plan)
    _refuse_missing(act, case, care_plan, rule)
    if rule.follow_up_on is not None:
        day, agreed_at = care_plan.draft.value(rule.follow_up_on), care_plan.established_at or act.occurred_at
        writing = (ActName.RECORD_PLAN_SECTION,)
        _refuse_earlier_day(day, agreed_at, "the plan was first agreed to", rule.follow_up_on, writing)
    _refuse_over(act, care_plan, rule)
    if rule.established_by == "author":
        _refuse_other_author(act, care_plan, rule)
        return _agree_and_establish(case, act, care_plan, rule, text)
    agreed_by = [party for party in Party if care_plan.draft.agreed_by(party)]
    act.refuse_second(agreed_by, "agreed", rule=act.rule, refusal=PlanPartyMissing)
    if agreed_by:
        return _agree_and_establish(case, act, care_plan, rule, text)
    return (_record_agreement(case, act, care_plan, text),)


def revise(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Open the established plan for change. The old text holds until the new one is established."""
    act, care_plan, _ = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, PlanStatus.ESTABLISHED)
    return (act.record(PlanRevisionOpened, on=care_plan, case_id=case.id, reason=reason),)


def follow_up(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    finding: Text,
    participation: Participation,
    next_on: Day | None = None,
    decision: FollowUpDecision | None = None,
) -> Events:
    """Record your own party's follow-up of the plan (ORE-3.1.6-1). The other party's follow-up stays open.

    Some kinds of plan are followed up only by the person who ordered the interventions. That person decides if the plan
    continues, is opened for change, or ends (ORE-3.4-11).
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *IN_FORCE)
    if rule.followed_up_by == "orderer":
        refuse_other_than_orderer(act, care_plan, rule)
        if decision is None:
            raise ContentMissing(["decision"], rule=rule.follow_up_ground)
    elif decision is not None:
        raise ContentNotKnown("decision by one party", [decision], known=(), rule=rule.follow_up_ground)
    _refuse_earlier_day(next_on, act.occurred_at, "the plan was followed up", "next_on")
    event = act.record(
        PlanFollowUpRecorded,
        on=care_plan,
        case_id=case.id,
        clauses=(rule.follow_up,) if rule.follow_up is not None else (),
        party=act.actor.party,
        finding=finding,
        next_on=next_on,
        participation=participation,
        decision=decision,
    )
    match decision:
        case FollowUpDecision.END:
            return (event, *end_plan(case, act, care_plan, rule, on=event, reason="ended-by-orderer", note=finding))
        case FollowUpDecision.CHANGE if care_plan.status is PlanStatus.ESTABLISHED:
            return (event, act.record(PlanRevisionOpened, on=event, case_id=case.id, reason=finding))
        case _:
            return (event,)


def _refuse_wrong_party(case: Case, act: Act, plan: UUID) -> None:
    """Refuse an actor who may not agree to the plan for the party. The agreement may name who may."""
    found = case.plans.get(plan)
    rule = act.in_force.plan_rule(found.kind) if found is not None else None
    if not isinstance(rule, PlanRule) or rule.established_by != "both-parties":
        return
    if rule.participants is None:
        allowed, ground = act.actor.role.is_licensed, rule.clauses[0]
        others = f"licensed staff of the {act.actor.party}"
    else:
        content = act.in_force.content[rule.participants]
        allowed = bool(find_capacities(act.in_force, rule.participants, act.actor))
        ground = content.clauses[0]
        named = [field.who for field in content.fields if field.who is not None and field.who.party is act.actor.party]
        others = " or ".join(map(str, named)) or "the staff whom the agreement names"
    if not allowed:
        raise PlanPartyMissing(
            f"The role {act.actor.role} of {act.actor.unit_kind} may not agree to the plan for the {act.actor.party}",
            rule=ground,
            remedy=f"let {others} agree",
            where=(act.actor.role,),
            acts=(ActName.AGREE_PLAN,),
        )


def _refuse_other_author(act: Act, plan: CarePlan, rule: PlanRule) -> None:
    """Refuse to establish a plan of another party, and staff whom the agreement does not name for it."""
    refuse_other_staff(act, rule, f"establish a plan of the kind {plan.kind}")
    if act.actor.party is not plan.author_party:
        raise NotYourPrincipal(
            f"The {plan.author_party} drew up the plan",
            rule=rule.clauses[0],
            remedy=f"let the {plan.author_party} establish it, or draw up your own plan",
            where=("plan",),
        )


def _refuse_earlier_day(day: object, since: Instant, event: str, field: str, acts: tuple[ActName, ...] = ()) -> None:
    """Refuse a day that is before the day of what it follows on."""
    if type(day) is date and day < legal_day(since):
        raise OccurredTooEarly(occurred_at=legal_midnight(day), since=since, event=event, field=field, acts=acts)


def _refuse_over(act: Act, plan: CarePlan, rule: PlanRule) -> None:
    """Refuse to agree to a plan whose last day has passed, by the day in its text that its days count from."""
    named = plan.draft.value(rule.lapses_from) if rule.lapses_from is not None else None
    if type(named) is not date:
        return
    last = count_days(rule, act.in_force, named)
    if last is not None:
        earliest = legal_midnight(legal_day(act.occurred_at) - (last - named))
        event = "the days of a plan that is agreed to now begin at the earliest"
        _refuse_earlier_day(named, earliest, event, str(rule.lapses_from), (ActName.RECORD_PLAN_SECTION,))


def _refuse_missing(act: Act, case: Case, plan: CarePlan, rule: PlanRule) -> None:
    lack = find_lack(act.in_force, case, rule, plan)
    if lack is not None:
        raise PlanContentMissing(
            lack.parts, descriptions=lack.descriptions, titles=lack.titles, rule=lack.rule, acts=lack.acts
        )
    if plan.planned_at is not None:
        act.not_before(plan.planned_at, "the parties planned")
    elif rule.planning is not None:
        raise _planning_refusal(plan, rule.planning)


def _planning_refusal(plan: CarePlan, rule: str) -> PlanPartyMissing:
    """Return the refusal of a plan that nobody has planned: with the individual, or without as the parties agreed."""
    if plan.without_individual:
        return PlanPartyMissing(
            "The parties have agreed to plan without the individual, and have not planned",
            rule=rule,
            remedy="record the planning that the parties have held",
            where=("planning",),
            acts=(ActName.HOLD_PLANNING,),
        )
    return PlanPartyMissing(
        "The individual has not taken part in the planning, and the parties have not agreed to plan without",
        rule=rule,
        remedy="record a planning with the individual, or let both parties agree that this is unnecessary",
        where=("individual",),
        acts=(ActName.HOLD_PLANNING, ActName.PLAN_WITHOUT_INDIVIDUAL),
    )


def _refuse_before_level(case: Case, act: Act) -> None:
    """Refuse to establish a plan before the care level, if the agreement requires that order."""
    ground = act.ground(Guard.PLAN_AFTER_LEVEL)
    if ground is None:
        return
    established_at = case.referral.level_established_at
    if established_at is None:
        raise wrong_referral_state(case, act, (ReferralStatus.LEVEL_ESTABLISHED,), rule=ground.rule)
    act.not_before(established_at, "the care level was established")


def _record_agreement(case: Case, act: Act, plan: CarePlan, text: Digest) -> PlanAgreedByParty:
    """Return the agreement to the text that the actor has read. Refuse it if the plan reads otherwise by now."""
    changes = plan.find_changes_since(text)
    if changes is None:
        raise UnknownReference(
            "The plan has never had a text with this digest",
            rule="SYS-5",
            remedy="read the plan, and name the digest of its text",
            where=("text",),
            acts=(act.name,),
        )
    if changes:
        raise PlanTextChanged(
            [f"{written.what} ({written.person}, {written.party})" for written in changes],
            where=tuple(dict.fromkeys(written.what for written in changes)),
            acts=(act.name,),
        )
    return act.record(PlanAgreedByParty, on=plan, case_id=case.id, party=act.actor.party, text=plan.draft.name)


def _agree_and_establish(case: Case, act: Act, plan: CarePlan, rule: PlanRule, text: Digest) -> Events:
    """Agree to the plan for the last party that must, and establish it."""
    agreed = _record_agreement(case, act, plan, text)
    return (agreed, *_establish(case, act, plan, rule, agreed))


def _establish(case: Case, act: Act, plan: CarePlan, rule: PlanRule, agreed: PlanAgreedByParty) -> Events:
    """Establish the plan, which supersedes the plans of its kind and of the kinds that it replaces (P7, P9, P10)."""
    refuse_while_disputed(act, case)
    _refuse_before_level(case, act)
    allocations = allocate_agreed(act, case, plan.draft.interventions)
    if allocations:
        refuse_before_allocation(act, case)
    if plan.established_at is not None:
        return (act.record(PlanRevised, on=agreed, case_id=case.id, allocations=allocations),)
    established = act.record(PlanEstablished, on=agreed, case_id=case.id, clauses=rule.clauses, allocations=allocations)
    superseded = [
        act.record(PlanSuperseded, on=refuse_before_status(act, other), case_id=case.id, by=plan.id)
        for other in case.plans.values()
        if other.is_in_force and other.kind in (plan.kind, *rule.replaces)
    ]
    return (established, *superseded)


def _is_contact(plan: CarePlan, person: HsaId) -> bool:
    return any(contact.person == person for contact in plan.draft.contacts)
