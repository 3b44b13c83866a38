"""Properties of every history, with any actor and any order: random acts on the real decisions."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.case.acts import (
    care_plan,
    care_plan_start,
    criteria,
    death_and_move,
    disagreement,
    discharge,
    enrolment,
    handover,
    hospital_stay,
    referral,
    referral_decision,
    resolution,
    tasks,
)
from domain.case.events.care_plan import PlanEstablished, PlanRevised
from domain.case.events.case import DeathRecorded
from domain.case.events.disagreement import DisagreementResolved
from domain.case.events.enrolment import Aspect, Risk, StayNews
from domain.case.events.referral import ReferralWithdrawn, WithdrawalReason
from domain.case.state.case import Case, evolve, fold
from domain.intervention import CareLevel, Intervention, Participation, Scope
from domain.kernel import Event, Party, Refusal, Role, Slug, legal_day
from projections import responsibility
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    CARE_STAFF_A,
    CRITERIA,
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    PARTS,
    PATIENT,
    PHYSICIAN,
    REGION,
    REGION_AUDITOR,
    REGION_COORDINATOR,
    REQUEST,
    VISIT,
    WARD_NURSE,
    WOUND,
    A,
    B,
    Decision,
    Story,
    at_odds,
    committed,
    drafted,
    enrolled,
    given_to,
    investigated,
    level_established,
    planned,
    weighed,
)

SECRET = "hemlig uppgift"
"""The content of every free text in these acts; no refusal may repeat it."""
DRIP = Intervention(key="drip", text=SECRET)
TOLD = Participation(took_part=True, note=SECRET)

Content = Callable[[Story, int], dict[str, Any]]


def _one(*values: Any) -> Callable[[int], Any]:
    return lambda variant: values[variant % len(values)]


def _plan(story: Story, variant: int) -> Any:
    plans = list(story.state.plans)
    return plans[-1 - variant % len(plans)] if plans else PATIENT


def _dispute(story: Story) -> Any:
    return story.dispute if story.state.disputes else PATIENT


def _texts(**content: Any) -> Content:
    return lambda _, __: content


def _vary(**content: Callable[[int], Any]) -> Content:
    return lambda _, variant: {name: value(variant) for name, value in content.items()}


def _in_plan(**content: Any) -> Content:
    return lambda story, variant: (
        {"plan": _plan(story, variant // 4)}
        | {name: value(variant) if callable(value) else value for name, value in content.items()}
    )


def _resolution(story: Story, variant: int) -> dict[str, Any]:
    return {
        "dispute": _dispute(story),
        "level": _one(CareLevel.PRIMARY, CareLevel.PRIMARY, CareLevel.PRIMARY, None)(variant),
        "performer": _one(Party.MUNICIPALITY, Party.REGION)(variant),
        "effective_from": _one(None, legal_day(story.clock) + timedelta(days=variant))(variant // 2),
        "conclusion": SECRET,
    }


MOVES: tuple[tuple[Decision, Content], ...] = (
    (
        referral.supplement,
        _vary(request=_one(REQUEST, REQUEST.model_copy(update={"interventions": (WOUND, DRIP), "need": SECRET}))),
    ),
    (referral.send, _vary(receiver=_one(A, B))),
    (referral.acknowledge, _texts()),
    (referral.contact, _texts(note=SECRET)),
    (referral.start_assessment, _texts(participants=[one.person for one in BOTH])),
    (
        referral.record_assessment,
        lambda _, variant: (
            ASSESSMENT
            | {
                "level": _one(CareLevel.PRIMARY, CareLevel.PRIMARY, CareLevel.SPECIALISED)(variant),
                "interventions": [given_to(_one(WOUND, DRIP, VISIT)(variant), _one(*Party)(variant))],
                "goals": SECRET,
            }
        ),
    ),
    (
        criteria.evaluate_criteria,
        _vary(facts=_one(CRITERIA, {"safe-at-home": {"safe_at_home": False}}, {"age": {"age_years": 3}})),
    ),
    (criteria.agree_exception, _texts(criterion="safe-at-home", reason=SECRET)),
    (referral.consider_jointly, _texts(intervention=WOUND.key, conclusion=SECRET)),
    (referral.establish_level, _texts()),
    (referral_decision.accept, _texts()),
    (referral_decision.decline, _texts(reason=SECRET)),
    (referral_decision.withdraw, _vary(reason=_one(*WithdrawalReason))),
    (referral_decision.close, _vary(note=_one(None, SECRET))),
    (disagreement.raise_disagreement, _texts(reason=SECRET)),
    (disagreement.raise_disagreement, _texts(reason=SECRET)),
    (disagreement.record_position, lambda story, _: {"dispute": _dispute(story), "position": SECRET}),
    (disagreement.record_procedure_step, lambda story, _: {"dispute": _dispute(story), "step": SECRET}),
    (resolution.resolve, _resolution),
    (resolution.resolve, _resolution),
    (resolution.resolve, _resolution),
    (care_plan_start.initiate, _texts()),
    (
        care_plan_start.hold_planning,
        _in_plan(form="home", participants=[one.person for one in BOTH], participation=TOLD),
    ),
    (care_plan_start.plan_without_individual, _in_plan(reason=SECRET)),
    (
        care_plan.record_section,
        _in_plan(
            part=_one(*PARTS), fields=lambda variant: list(PARTS.values())[variant % len(PARTS)] | {"note": SECRET}
        ),
    ),
    (
        care_plan.assign_contact,
        _in_plan(
            role=_one("physician-contact", "care-contact-region", "care-contact-municipality", "coordinator"),
            person=_one(PHYSICIAN.person, DISTRICT_NURSE.person, NURSE_A.person),
        ),
    ),
    (
        care_plan.plan_intervention,
        _in_plan(
            intervention=lambda variant: planned(
                _one(WOUND, DRIP, VISIT)(variant),
                _one(*Party)(variant // 2),
                _one(Scope.SINGLE, Scope.SEVERAL_WITH_COORDINATION)(variant),
                shared=False,
            )
        ),
    ),
    (care_plan.agree, _in_plan()),
    (care_plan.agree, _in_plan()),
    (care_plan.agree, _in_plan()),
    (care_plan.revise, _in_plan(reason=SECRET)),
    (care_plan.follow_up, _in_plan(finding=SECRET, participation=TOLD, next_on=date(2025, 9, 1))),
    (enrolment.commit, _texts()),
    (enrolment.refuse, _vary(criterion=_one("safe-at-home", "age"), reason=_one(SECRET))),
    (enrolment.assess_risks, _vary(risks=_one((Risk(key="fall", text=SECRET, measure=SECRET),)))),
    (enrolment.confirm_readiness, _vary(aspect=_one(*Aspect))),
    (enrolment.open_readiness_action, _vary(aspect=_one(*Aspect), gap=_one(SECRET))),
    (enrolment.start, _texts()),
    (handover.hand_over, _vary(intervention=_one(WOUND.key, DRIP.key, VISIT.key))),
    (handover.accept_handover, _vary(intervention=_one(WOUND.key, DRIP.key, VISIT.key))),
    (
        tasks.delegate,
        _vary(
            intervention=_one(WOUND.key),
            performer=_one(CARE_STAFF_A.person),
            last_day=_one(date(2025, 4, 3), date(2026, 4, 1)),
        ),
    ),
    (tasks.withdraw_delegation, _texts(intervention=WOUND.key, performer=CARE_STAFF_A.person, reason=SECRET)),
    (
        tasks.perform,
        _vary(
            intervention=_one(WOUND.key, VISIT.key),
            performer=_one(NURSE_A.person, CARE_STAFF_A.person),
            note=_one(SECRET),
        ),
    ),
    (discharge.inform_individual, _texts(where_to_turn=SECRET)),
    (discharge.declare_discharge, _texts(reason=SECRET, participation=TOLD)),
    (discharge.contest_discharge, _texts(reason=SECRET)),
    (discharge.complete_discharge, _texts(where_to_turn=SECRET)),
    (discharge.transfer_information, _texts(means=SECRET)),
    (hospital_stay.record_admission, _vary(ward=_one(None, WARD_NURSE.unit))),
    (hospital_stay.record_homecoming, _texts()),
    (hospital_stay.acknowledge_stay, _vary(news=_one(*StayNews))),
    (death_and_move.record_death, lambda story, _: {"deceased_on": legal_day(story.clock)}),
    (
        death_and_move.record_move,
        lambda story, variant: {
            "moved_on": legal_day(story.clock),
            "to": _one("kumla", "special", "ordinary")(variant),
        },
    ),
)
ACTORS = (DISTRICT_NURSE, NURSE_A, PHYSICIAN, NURSE_A, CARE_STAFF_A, REGION_COORDINATOR, NURSE_B, REGION_AUDITOR)


@cache
def _beginnings() -> tuple[Story, ...]:
    return (
        Story().need_raised(),
        Story().need_raised(by=NURSE_A).sent(),
        weighed(),
        level_established(),
        drafted(),
        committed(),
        enrolled(),
        enrolled().discharge_declared(),
        enrolled().plan_reopened().plan_changed(planned(DRIP)),
        enrolled().plan_reopened().plan_changed(planned(DRIP)).plan_agreed(),
        drafted().plan_agreed(PHYSICIAN).disputed(),
        enrolled().disputed(),
        at_odds(),
        at_odds().resolved().accepted(),
        committed().disputed().resolved(performer=Party.REGION),
        _without_the_visit().disputed().resolved(),
    )


def _without_the_visit() -> Story:
    """Assessed with a physician's visit that the same party's next assessment leaves out."""
    both = [given_to(WOUND, Party.MUNICIPALITY), given_to(VISIT, Party.REGION)]
    return investigated().assessed(DISTRICT_NURSE, interventions=both).assessed(DISTRICT_NURSE)


def _played(story: Story, seeds: Iterable[int]) -> Story:
    """The story after some acts. For each, a few are tried until one is accepted."""
    for seed in seeds:
        chance, before = Random(seed), story.state
        said = before.model_dump_json()
        for _ in range(TRIES):
            going_on = _try_acts(story, chance)
            if going_on is not None:
                story = going_on
                break
        assert before.model_dump_json() == said, "an act changed the case that it was decided on"
    return story


def _try_acts(story: Story, chance: Random) -> Story | None:
    """The story with one act more. One that is refused changes nothing, and repeats nothing of what it was told."""
    decide, content = chance.choice(MOVES)
    now = story.clock + timedelta(hours=chance.choice((1, 1, 30)))
    at = now - timedelta(hours=chance.choice(BACKDATED))
    before = story.state
    try:
        return story.after(decide, chance.choice(ACTORS), at=at, now=now, **content(story, chance.randrange(12)))
    except Refusal as refusal:
        refused = refusal
    assert SECRET not in f"{refused} {refused.message} {refused.remedy} {refused.where} {refused.rule}"
    assert story.state is before
    return None


TRIES = 12
BACKDATED = (0, 0, 0, 0, 2, 20, 40, 24 * 20)
"""By how many hours an act is recorded after it happened."""
HISTORIES = st.builds(
    _played, st.sampled_from(_beginnings()), st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=14)
)
enough = settings(
    max_examples=70,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _known_now(story: Story, moment: datetime) -> Case | None:
    return fold(event for event in story.events if event.occurred_at <= moment)


def _moments(story: Story) -> list[datetime]:
    """Every moment at which an answer can change."""
    effective = {one.effective_from for event in story.events for one in event.allocations}
    return sorted({event.occurred_at for event in story.events} | effective)


@given(HISTORIES)
@enough
def test_every_history_folds_as_it_was_recorded_and_as_it_happened(story: Story) -> None:
    for moment in _moments(story):
        assert _known_now(story, moment) is not None
    assert fold(story.events) == story.case


@given(HISTORIES)
@enough
def test_every_event_is_the_same_when_it_is_read_again(story: Story) -> None:
    for event in story.events:
        assert type(event).model_validate_json(event.model_dump_json(exclude={"recorded_at"})) == event


@given(HISTORIES)
@enough
def test_a_physicians_care_is_never_the_municipalitys(story: Story) -> None:
    for event in story.events:
        for held in event.allocations:
            assert held.intervention != VISIT.key or A not in (held.performer, held.treatment)


@given(HISTORIES)
@enough
def test_at_every_moment_an_intervention_has_one_answer_and_both_ways_of_asking_give_it(story: Story) -> None:
    intervals: responsibility.Intervals = ()
    for event in story.events:
        intervals = responsibility.project(intervals, event)
    for moment in _moments(story):
        known = _known_now(story, moment)
        assert known is not None
        listed = responsibility.find_at(intervals, moment)
        answers = {one.intervention: (one.treatment, one.performer) for one in listed}
        assert len(answers) == len(listed)
        assert {performer for _, performer in answers.values()} <= {REGION, A, None}
        folded = known.responsibility_at(moment)
        assert {key: (folded[key].treatment, folded[key].performer) for key in answers} == answers


@given(HISTORIES)
@enough
def test_nobody_takes_over_while_a_disagreement_is_open(story: Story) -> None:
    after: Case | None = None
    for event in story.events:
        before, after = after, evolve(after, event)
        if before is None or before.open_dispute is None or _ends_it(event):
            continue
        for moment in (event.occurred_at, story.clock, story.clock + timedelta(days=400)):
            held = before.responsibility_at(moment)
            assert {key: after.responsibility_at(moment)[key].performer for key in held} == {
                key: one.performer for key, one in held.items()
            }


def _ends_it(event: Event) -> bool:
    """A resolution lets performance pass, and a death ends it."""
    return isinstance(event, DisagreementResolved | DeathRecorded | ReferralWithdrawn)


@given(HISTORIES)
@enough
def test_an_auditor_never_acts(story: Story) -> None:
    assert Role.AUDITOR not in {event.actor.role for event in story.events}


@given(HISTORIES)
@enough
def test_whatever_somebody_answers_for_is_known_to_the_case(story: Story) -> None:
    case = None
    for event in story.events:
        case = evolve(case, event)
        assert case.allocations.keys() <= case.named.keys()


@given(HISTORIES)
@enough
def test_what_a_resolution_leaves_with_the_region_passes_only_by_what_both_agree_to_after_it(story: Story) -> None:
    case, left = None, set[Slug]()
    for event in story.events:
        case = evolve(case, event)
        if isinstance(event, DisagreementResolved):
            left = {one.intervention for one in event.allocations if one.performer == REGION} | (
                left - {one.intervention for one in event.allocations}
            )
        elif isinstance(event, PlanEstablished | PlanRevised):
            left -= {one.key for one in case.plans[event.originator_id].agreed_interventions}
        assert not left & {one.intervention for one in event.allocations if one.performer == A}
