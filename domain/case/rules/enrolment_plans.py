"""The plans that an enrolment stands on, and the interventions in them."""

from collections.abc import Collection, Iterable
from datetime import date

from domain.act import Act
from domain.agreements.model import ActName, Evaluation, Track
from domain.case.events.care_plan import PlannedIntervention
from domain.case.permission import apply_ordering_rules, permit_actor
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_steps import refuse_ended
from domain.case.rules.plan_lapse import has_lapsed
from domain.case.rules.plan_steps import list_acts_for_conditions, list_plan_conditions, list_plan_kinds
from domain.case.rules.referral_criteria import refuse_unless_met
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Party, Slug, legal_day
from domain.refusals import NotMunicipal, PlanRequired, UnknownReference


def find_track(act: Act) -> Track | None:
    """Return the rules of the case's track. None if the version in force does not have the track."""
    found = act.in_force.track(act.track) if act.track is not None else None
    return found if isinstance(found, Track) else None


def agreed_interventions(plans: Iterable[CarePlan]) -> tuple[PlannedIntervention, ...]:
    """Return the interventions of the plans. If several plans have the same one, return it from the latest plan."""
    return tuple({planned.key: planned for plan in plans for planned in plan.agreed_interventions}.values())


def standing_plans(case: Case, act: Act) -> tuple[CarePlan, ...]:
    """Return the plans on which the enrolment starts. Refuse if a plan that the track requires is missing (F15).

    A plan of one of the track's kinds must be in force and must not have lapsed on that day.
    """
    day = legal_day(act.occurred_at)
    standing = tuple(plan for plan in case.plans_in_force if not has_lapsed(plan, act.in_force, day))
    track = find_track(act)
    if track is None or not track.plans:
        return standing
    required = [plan for plan in standing if plan.kind in track.plans]
    if not required:
        raise _lacks_plan(act, case, track, day)
    first = min(plan.established_at for plan in required if plan.established_at is not None)
    act.not_before(first, "the plan was established")
    return standing


def _lacks_plan(act: Act, case: Case, track: Track, day: date) -> PlanRequired:
    """Return the refusal for want of a plan of the track. Of another kind no plan helps, however it is begun."""
    rule, kinds = track.plan_rule or act.rule, list_plan_kinds(act.in_force, case, track.plans)
    if not kinds:
        lacking = list_plan_conditions(act.in_force, track.plans)
        words = " or ".join(lacking) or "no circumstance"
        return PlanRequired(
            f"No plan of the kind {' or '.join(track.plans)} is in force on {day}, and there is one only under {words}",
            rule=rule,
            remedy=f"put on record that {words} holds, if it does",
            where=track.plans,
            acts=list_acts_for_conditions(act.in_force, lacking),
        )
    drafts = [plan for plan in case.plans.values() if plan.established_at is None and plan.ended_at is None]
    is_begun = any(plan.kind in kinds for plan in drafts)
    return PlanRequired(
        f"No plan of the kind {' or '.join(kinds)} is in force on {day}",
        rule=rule,
        remedy=f"establish a plan of the kind {' or '.join(kinds)} first",
        where=kinds,
        acts=(ActName.AGREE_PLAN,) if is_begun else (ActName.INITIATE_PLAN, ActName.AGREE_PLAN),
        kinds_needed=kinds,
    )


def permit_on_interventions(act: Act, case: Case, interventions: Collection[Intervention]) -> Act:
    """Return the permitted act. The ordering rules are applied to each intervention that it moves.

    Refuse first if the enrolment has ended, before any ordering rule (F21).
    """
    act = permit_actor(act, case)
    refuse_ended(case)
    subjects = [ActSubject(intervention=moved.key, category=moved.category) for moved in interventions]
    for subject in subjects or [ActSubject()]:
        act = apply_ordering_rules(act, case, subject)
    return act


def find_planned(act: Act, case: Case, key: Slug) -> PlannedIntervention:
    """Return the intervention from a plan in force. Refuse one that no plan in force has."""
    return _find(act, case.planned.values(), key)


def refuse_never_planned(act: Act, case: Case, key: Slug) -> None:
    """Refuse an intervention that no plan has had, or that the case has not named if the track requires no plan."""
    track = find_track(act)
    if key in case.named and (track is None or not track.plans):
        return
    _find(act, agreed_interventions(case.plans.values()), key)


def _find(act: Act, interventions: Iterable[PlannedIntervention], key: Slug) -> PlannedIntervention:
    found = next((planned for planned in interventions if planned.key == key), None)
    if found is None:
        raise UnknownReference(
            f"The plan has no intervention {key}",
            rule=act.rule_of(ActName.PLAN_INTERVENTION),
            remedy="name an intervention of the plan, or plan it first",
            where=("intervention",),
            acts=(ActName.PLAN_INTERVENTION,),
        )
    return found


def find_municipal(act: Act, case: Case, key: Slug) -> PlannedIntervention:
    """Return the planned intervention. Refuse one that the plan leaves with the region."""
    planned = find_planned(act, case, key)
    if planned.performer is not Party.MUNICIPALITY:
        raise NotMunicipal(
            f"The plan leaves {key} with the region",
            rule=act.rule_of(ActName.PLAN_INTERVENTION),
            remedy="let both parties revise the plan first",
            where=(key,),
            acts=(ActName.REVISE_PLAN,),
        )
    return planned


def category_of(case: Case, key: Slug) -> Slug | None:
    """Return the category of an intervention that the case names."""
    named = case.named.get(key)
    return named.category if named is not None else None


def refuse_unless_all_met(act: Act, case: Case) -> None:
    """Refuse to move an intervention if a criterion is not met, on a track that requires all criteria (D2)."""
    track = find_track(act)
    if track is not None and track.evaluation is Evaluation.ALL:
        refuse_unless_met(act, case)
