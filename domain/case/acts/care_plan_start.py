"""Acts that begin a care plan, and by which the parties plan together (catalogue C.2, P1-P4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.content import find_words
from domain.agreements.deadlines import find_due
from domain.agreements.model import ActName, Guard, NotRegulated, PlanRule, Step, Track
from domain.case.events.care_plan import (
    MEETING_FORMS,
    KindName,
    PlanInitiated,
    PlanMeetingHeld,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
)
from domain.case.permission import permit
from domain.case.preconditions import ActSubject, find_breaches
from domain.case.rules.plan_steps import (
    PLANNABLE,
    find_plan_rule,
    list_acts_for_conditions,
    list_plan_conditions,
    list_plan_kinds,
    permit_on_plan,
    refuse_other_staff,
    wrong_plan_state,
)
from domain.case.rules.referral_steps import prescribed_steps, wrong_referral_state
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.case.state.referral import UNSENT, ReferralStatus
from domain.intervention import Participation
from domain.kernel import Events, Party, Slug, Staff, Text
from domain.refusals import (
    ContentNotKnown,
    OtherPartyMissing,
    PlanPartyMissing,
    WrongState,
)

RELATIVES = "relative-participation"
"""The statement that relatives take part. Its ordering rules hold for a meeting with relatives too (INF-6-4)."""
_BEFORE_ASSESSMENT = (
    *UNSENT,
    ReferralStatus.SENT,
    ReferralStatus.ACKNOWLEDGED,
    ReferralStatus.IN_CONTACT,
)


def initiate(case: Case, *, act: Act, kind: Slug | None = None) -> Events:
    """Begin a plan. Without `kind` it is the first kind of the track.

    A plan may begin during the assessment (ORE-3.1.3-2), or from the need on if the agreement requires no assessment.
    The agreement may say who draws up plans of the kind (ORE-3.3-2).
    """
    kind = kind or _first_kind(case, act)
    act = permit(act, case, ActSubject(plan=kind))
    rule = find_plan_rule(act, kind)
    if not case.meets(rule.when):
        raise _not_in_case(case, act, kind)
    refuse_other_staff(act, rule, f"draw up a plan of the kind {kind}")
    _refuse_early_or_late(case, act)
    act.not_before(case.opened_at, "the need was raised")
    event = act.record(
        PlanInitiated,
        on=act.new_id("plan"),
        case_id=case.id,
        clauses=rule.clauses,
        kind=kind,
        patient_id=case.patient_id,
        kind_name=_find_name(rule),
    )
    return (event,)


def hold_planning(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    form: Slug,
    participants: Staff,
    participation: Participation,
    absences: Mapping[Party, Text] | None = None,
    relatives: bool = False,
) -> Events:
    """Record a planning, with the individual unless both parties have agreed to plan without (ORE-3.1.4-2, -4, -5).

    The agreement may require staff of both parties, or the reason for the absence of a party in `absences` (VML-5-9).
    Relatives take part unless the individual has objected (INF-6-4).
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    _refuse_unplannable(act, care_plan)
    _refuse_other_form(act, care_plan, form)
    reasons = dict(absences or {})
    _refuse_absent(act, rule, participants, reasons)
    with_individual = act.ground(Guard.WITH_INDIVIDUAL)
    if with_individual is not None and not participation.took_part and not care_plan.without_individual:
        raise PlanPartyMissing(
            "The individual did not take part in the planning",
            rule=with_individual.rule,
            remedy="plan with the individual, or let both parties agree that this is obviously unnecessary",
            where=("participation",),
            acts=(ActName.PLAN_WITHOUT_INDIVIDUAL,),
        )
    if relatives:
        statement = ActSubject(statement=RELATIVES, party=act.actor.party)
        find_breaches(act.in_force, case, ActName.RECORD_STATEMENT, statement, act.occurred_at)
    event = act.record(
        PlanMeetingHeld,
        on=care_plan,
        case_id=case.id,
        form=form,
        participants=tuple(participants),
        participation=participation,
        absences=reasons,
        relatives=relatives,
        **_time_limit(case, act, care_plan, rule),
    )
    return (event,)


def plan_without_individual(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Agree, for your own party, that planning with the individual is obviously unnecessary (ORE-3.1.4-5).

    If the agreement requires both parties, it is agreed when both have done this. The parties then hold their planning
    without the individual, in the form that suits them.
    """
    act, care_plan, _ = permit_on_plan(case, act, plan)
    _refuse_unplannable(act, care_plan)
    proposed_by = (
        [care_plan.without_individual_proposed_by] if care_plan.without_individual_proposed_by is not None else []
    )
    act.refuse_second(proposed_by, "agreed to plan without the individual", rule=act.rule)
    if act.is_joint and not proposed_by:
        proposed = act.record(
            PlanningWithoutIndividualProposed, on=care_plan, case_id=case.id, party=act.actor.party, reason=reason
        )
        return (proposed,)
    return (act.record(PlanningWithoutIndividualAgreed, on=care_plan, case_id=case.id, reason=reason),)


def _not_in_case(case: Case, act: Act, kind: Slug) -> ContentNotKnown:
    """Return the refusal of a kind of plan under whose condition the case does not stand.

    A plan of another kind does not take its place: what asked for this one would ask again.
    """
    lacking = list_plan_conditions(act.in_force, [kind])
    others = list_plan_kinds(act.in_force, case, act.in_force.plans)
    return ContentNotKnown(
        "plan in this case",
        [kind],
        known=others,
        rule="SYS-7",
        remedy=f"the agreement has it only under {' and '.join(lacking)}: put that on record first, if it holds"
        + (f"; or begin a plan that is none in its place, of the kind {' or '.join(others)}" if others else ""),
        acts=list_acts_for_conditions(act.in_force, lacking),
    )


def _find_name(rule: PlanRule) -> KindName | None:
    """Return the names that the version gives the kind. None if it gives it no English one."""
    if rule.english is None:
        return None
    return KindName(title=rule.title, english=rule.english, care_plan=rule.care_plan)


def _first_kind(case: Case, act: Act) -> Slug:
    """Return the kind of a plan that names none: the first that the track requires, or else has."""
    track = act.in_force.track(case.referral.track)
    required = track.plans if isinstance(track, Track) else ()
    rules = act.in_force.plans.items()
    possible = [kind for kind, rule in rules if not rule.tracks or case.referral.track in rule.tracks]
    found = next(iter(list_plan_kinds(act.in_force, case, (*required, *possible))), None)
    if found is None:
        raise ContentNotKnown("plan", ["kind"], known=(), rule="SYS-7")
    return found


def _refuse_early_or_late(case: Case, act: Act) -> None:
    """Refuse a plan before the assessment, if the track prescribes one, and a plan in a case that has ended."""
    assessed_first = Step.ASSESSING in prescribed_steps(act, case)
    possible = (
        *(() if assessed_first else _BEFORE_ASSESSMENT),
        ReferralStatus.ASSESSING,
        ReferralStatus.LEVEL_ESTABLISHED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.CLOSED,
    )
    ground = act.ground(Guard.PLAN_AFTER_LEVEL)
    rule = ground.rule if ground is not None else act.rule
    if case.is_declined:
        raise WrongState(subject="The request", state="declined", needed=possible, rule=rule)
    if case.referral.status not in possible:
        raise wrong_referral_state(case, act, possible, rule=rule)
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("open",), rule="C.3")


def _refuse_unplannable(act: Act, plan: CarePlan) -> None:
    """Refuse planning of a plan that has ended, and planning dated before the plan was begun."""
    if plan.status not in PLANNABLE:
        raise wrong_plan_state(plan, PLANNABLE)
    act.not_before(plan.initiated_at, "the plan was begun")


def _refuse_other_form(act: Act, plan: CarePlan, form: Slug) -> None:
    """Refuse a form that the version does not list. Parties that plan without the individual have the others too."""
    listed = find_words(act.in_force, ["planning"], "form", track=act.track)
    known = (*listed.words, *MEETING_FORMS) if plan.without_individual else listed.words or MEETING_FORMS
    listed.refuse_other("form of planning", form, known)


def _refuse_absent(act: Act, rule: PlanRule, participants: Staff, reasons: Mapping[Party, Text]) -> None:
    """Refuse planning by one party, if the agreement requires both or a reason for the absence."""
    joint = act.ground(Guard.JOINT_PLANNING)
    if joint is not None and rule.established_by == "both-parties":
        act.refuse_one_sided(participants, rule=joint.rule)
    present = {act.staff(person).party for person in participants}
    attendance = act.ground(Guard.ATTENDANCE)
    silent = [party for party in Party if party not in present and party not in reasons]
    if attendance is not None and silent:
        raise OtherPartyMissing(
            f"There is no participant from the {' or the '.join(silent)}, and no reason for its absence",
            rule=attendance.rule,
            remedy="name a participant, or give the reason in absences",
            where=("absences", *silent),
        )


def _time_limit(case: Case, act: Act, plan: CarePlan, rule: PlanRule) -> dict[str, Any]:
    """Return the due day of planning, and if this is late (P7D from the level). Only the first planning can be late."""
    unlimited = {"due": None, "late": False}
    if plan.planned_at is not None and plan.planned_at <= act.occurred_at:
        return unlimited
    since = case.plan_awaited_since
    if since is None or rule.deadline is None:
        return unlimited
    limit = find_due(act.in_force, rule.deadline, since)
    assert not isinstance(limit, NotRegulated), "a version names no deadline that it does not have"
    return {"due": limit.day, "late": limit.is_late(act.occurred_at)}
