"""What an enrolment stands on: the plans in force, what they give to whom, and what must be ready first."""

from collections.abc import Collection, Iterable

from domain.act import Act
from domain.agreements.model import ActName, Evaluation, Track
from domain.case.events.care_plan import PlannedIntervention
from domain.case.permission import entitle, put_in_order
from domain.case.preconditions import About
from domain.case.rules.enrolment_steps import refuse_ended
from domain.case.rules.plan_lapse import has_lapsed
from domain.case.rules.referral_criteria import refuse_unless_met
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.intervention import Intervention
from domain.kernel import Party, Slug, legal_day
from domain.refusals import NotMunicipal, PlanRequired, UnknownReference


def track_of(act: Act) -> Track | None:
    """The rule set of the case's track; None where the version in force has no such track."""
    found = act.in_force.track(act.track) if act.track is not None else None
    return found if isinstance(found, Track) else None


def in_force(case: Case) -> tuple[CarePlan, ...]:
    """The plans in force, the one that was established last at the end."""
    plans = [plan for plan in case.plans.values() if plan.is_in_force and plan.established_at is not None]
    return tuple(sorted(plans, key=lambda plan: plan.established_at or plan.initiated_at))


def agreed(plans: Iterable[CarePlan]) -> tuple[PlannedIntervention, ...]:
    """What the plans say is to be done, each intervention as the latest of them puts it."""
    return tuple({one.key: one for plan in plans for one in plan.agreed_interventions}.values())


def standing_plans(case: Case, act: Act) -> tuple[CarePlan, ...]:
    """The plans that the enrolment starts on; refuses where the track's plan is not there on that day (F15).

    One of the kinds that the track names must be in force and not have lapsed. A track that names none demands none.
    """
    day = legal_day(act.occurred_at)
    standing = tuple(plan for plan in in_force(case) if not has_lapsed(plan, act.in_force, day))
    track = track_of(act)
    if track is None or not track.plans:
        return standing
    demanded = [plan for plan in standing if plan.kind in track.plans]
    if not demanded:
        raise PlanRequired(
            f"No plan of the kind {' or '.join(track.plans)} is in force on {day}",
            rule=track.plan_rule or act.rule,
            remedy=f"have a plan of the kind {' or '.join(track.plans)} established first",
            where=track.plans,
        )
    first = min(plan.established_at or plan.initiated_at for plan in demanded)
    act.not_before(first, "the plan was established")
    return standing


def permit_for(act: Act, case: Case, interventions: Collection[Intervention]) -> Act:
    """The act as it is permitted, when the ordering rules have been asked of each intervention that it moves.

    Of an enrolment that has ended nothing more is asked: that it has ended is what stands in the way (F21).
    """
    act = entitle(act, case)
    refuse_ended(case)
    for about in [About(intervention=one.key, category=one.category) for one in interventions] or [About()]:
        act = put_in_order(act, case, about)
    return act


def planned(act: Act, case: Case, key: Slug) -> PlannedIntervention:
    """The intervention in the agreed text of a plan in force."""
    return _found(act, agreed(in_force(case)), key)


def refuse_never_planned(act: Act, case: Case, key: Slug) -> None:
    """Refuse an intervention that no plan ever held; where no plan is demanded, one that the case never named."""
    track = track_of(act)
    if key in case.named and (track is None or not track.plans):
        return
    _found(act, agreed(case.plans.values()), key)


def _found(act: Act, interventions: Iterable[PlannedIntervention], key: Slug) -> PlannedIntervention:
    found = next((one for one in interventions if one.key == key), None)
    if found is None:
        raise UnknownReference(
            f"The plan has no intervention {key}",
            rule=act.rule_of(ActName.PLAN_INTERVENTION),
            remedy="name an intervention of the plan, or have it planned first",
            where=("intervention",),
        )
    return found


def for_municipality(act: Act, case: Case, key: Slug) -> PlannedIntervention:
    """The planned intervention; refuses one that the plan leaves with the region."""
    one = planned(act, case, key)
    if one.performer is not Party.MUNICIPALITY:
        raise NotMunicipal(
            f"The plan leaves {key} with the region",
            rule=act.rule_of(ActName.PLAN_INTERVENTION),
            remedy="revise the plan together first",
            where=(key,),
        )
    return one


def category_of(case: Case, key: Slug) -> Slug | None:
    """The category of an intervention that the case names."""
    one = case.named.get(key)
    return one.category if one is not None else None


def refuse_unless_all_met(act: Act, case: Case) -> None:
    """Refuse to move one intervention while a criterion of a track that demands all of them is unmet (D2)."""
    track = track_of(act)
    if track is not None and track.evaluation is Evaluation.ALL:
        refuse_unless_met(act, case.referral)
