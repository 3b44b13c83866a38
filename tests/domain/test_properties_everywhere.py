"""Properties under every agreement, and under one that nobody has thought of: random acts by random actors."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.agreements.matrix import Answer, Conflict, Question, find_never_municipal, resolve
from domain.agreements.model import ActName, Agreement, Holder, NotRegulated, Track
from domain.authoring.publication import load, load_published
from domain.case.acts import referral
from domain.case.events.enrolment import EnrolmentStarted
from domain.case.events.referral import ReferralAccepted, ReferralDeclined
from domain.case.state.case import Case, evolve, fold
from domain.kernel import Event, Party, Refusal, Role, legal_midnight
from projections import responsibility
from projections.worklist import items as worklist
from tests import scenario as orebro
from tests.domain import test_enrolment_by_track as by_track
from tests.domain import test_enrolment_gavleborg as gavleborg
from tests.domain import test_enrolment_vastmanland as vastmanland
from tests.domain.random_acts import NAMED, VISIT, actors, try_act
from tests.scenario import PATIENT, Story, request_in
from world.counties import SKARGARDEN, read_text

SIXTH = load(read_text(SKARGARDEN).encode())
VERSIONS = (*load_published().agreements, SIXTH)
TRIES = 150


def begun(agreement: Agreement, track: Track, age: int) -> Story | None:
    """Tell of a need raised on the track by the first who may; None if nobody of those here may."""
    county = agreement.county if agreement is not SIXTH else "orebro"
    version = agreement.model_copy(update={"county": county})
    story = Story(
        county=county, age=age, versions=(version,), clock=legal_midnight(agreement.valid_from) + timedelta(hours=9)
    )
    needs = [one for one in NAMED if not track.kinds or one.kind.value in track.kinds]
    request = request_in(story.people, *needs)
    for actor in actors(story.people):
        try:
            return story.after(referral.raise_need, actor, patient_id=PATIENT, request=request, track=track.id)
        except Refusal:
            continue
    return None


@cache
def beginnings() -> tuple[tuple[Agreement, Story], ...]:
    """List a case on every track of every version, of a child and of two adults, and cases that have come far."""
    opened = tuple(
        story
        for agreement in VERSIONS
        for track in agreement.tracks
        for age in (9, 18, 82)
        if (story := begun(agreement, track, age)) is not None
    )
    far = (
        orebro.enrolled(),
        orebro.drafted().plan_agreed(orebro.PHYSICIAN).disputed(),
        by_track.psychiatric(),
        by_track.sip_established(),
        by_track.rehabilitated(),
        by_track.discharged_home(),
        vastmanland.enrolled(),
        gavleborg.proposed(),
        gavleborg.enrolled(),
    )
    return tuple((_version(story), story) for story in (*opened, *far, *far))


def _version(story: Story) -> Agreement:
    """The version that the story's acts stand on."""
    found = story.versions or load_published().agreements
    return next(one for one in found if one.county == story.county)


def played(beginning: tuple[Agreement, Story], seeds: Iterable[int]) -> Story:
    """Return the story after some acts. For each, many are try_act until one is accepted."""
    agreement, story = beginning
    for seed in seeds:
        chance = Random(seed)
        for _ in range(TRIES):
            going_on = try_act(story, agreement, chance)
            if going_on is not None:
                story = going_on
                break
    return story


def histories() -> st.SearchStrategy[Story]:
    """Draw histories of legal acts, of ten to twenty-five acts."""
    return st.builds(
        played, st.sampled_from(beginnings()), st.lists(st.integers(0, 2**32 - 1), min_size=10, max_size=25)
    )


enough = settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def moments(story: Story) -> list[datetime]:
    """List every moment at which an answer can change."""
    effective = {one.effective_from for event in story.events for one in event.allocations}
    return sorted({event.occurred_at for event in story.events} | effective)


def steps(story: Story) -> Iterator[tuple[Case | None, Event, Case]]:
    """Return each event with the case before and after it."""
    before: Case | None = None
    for event in story.events:
        after = evolve(before, event)
        yield before, event, after
        before = after


def test_a_case_can_be_opened_on_every_track_of_every_version() -> None:
    opened = {(agreement.id, story.state.referral.track) for agreement, story in beginnings()}
    assert opened == {(agreement.id, track.id) for agreement in VERSIONS for track in agreement.tracks}


@given(st.data())
@enough
def test_every_history_folds_reads_back_and_answers_alike_whichever_way_it_is_asked(data: st.DataObject) -> None:
    story = data.draw(histories())
    assert fold(story.events) == story.case
    for event in story.events:
        assert type(event).model_validate_json(event.model_dump_json(exclude={"recorded_at"})) == event
    intervals: responsibility.Intervals = ()
    for event in story.events:
        intervals = responsibility.project(intervals, event)
    for moment in moments(story):
        known = fold(event for event in story.events if event.occurred_at <= moment)
        assert known is not None
        listed = responsibility.find_at(intervals, moment)
        answers = {one.intervention: (one.treatment, one.performer) for one in listed}
        assert len(answers) == len(listed)
        folded = known.responsibility_at(moment)
        assert {key: (folded[key].treatment, folded[key].performer) for key in answers} == answers
    worklist.list_items(story.state, _version(story))


@given(st.data())
@enough
def test_no_history_reaches_a_forbidden_state(data: st.DataObject) -> None:
    story = data.draw(histories())
    agreement, people = _version(story), story.people
    for before, event, after in steps(story):
        assert event.actor.role not in {Role.AUDITOR, Role.SYSTEM}
        assert event.actor.principal in {people.region, people.a} | (
            {people.b} if after.municipality == people.b else set()
        )
        for held in event.allocations:
            municipal = after.municipality is not None and after.municipality in (held.performer, held.treatment)
            assert held.intervention != VISIT.key or not municipal
        if before is not None:
            assert_allowed(agreement, before, event, after)
    assert_in_order(story.state)


def assert_in_order(case: Case) -> None:
    """Check that nothing that has ended did so before it began."""
    spans = [(question.since, question.ended_at) for question in case.questions]
    spans += [(asked.asked_at, asked.ended_at) for asked in case.referral.cancellations]
    spans += [(receipt.received_at, receipt.ended_at) for receipt in case.referral.past]
    spans += [(plan.initiated_at, plan.ended_at) for plan in case.plans.values()]
    spans += [(dispute.raised_at, dispute.ended_at) for dispute in case.disputes]
    stays = case.enrolment.stays if case.enrolment is not None else ()
    spans += [(stay.started_at, stay.ended_at) for stay in stays]
    assert all(ended is None or began <= ended for began, ended in spans)
    assert all(one.ended_at is not None and one.ended_at <= next.started_at for one, next in pairwise(stays))


def assert_allowed(agreement: Agreement, before: Case, event: Event, after: Case) -> None:
    """Check the version's own guards from outside."""
    track = agreement.track(before.referral.track)
    assert not isinstance(track, NotRegulated)
    match event:
        case EnrolmentStarted():
            assert not before.open_dispute
            in_force = {plan.kind for plan in before.plans.values() if plan.is_in_force}
            assert not track.plans or in_force & set(track.plans)
            if is_joint(agreement, ActName.COMMIT_TO_ENROLMENT):
                assert before.enrolment is not None
                assert set(before.enrolment.committed_by) == set(Party)
        case ReferralAccepted():
            settled = {one.criterion for one in before.referral.verdicts if one.met}
            settled |= set(before.referral.exceptions_agreed)
            settled |= {departure.criterion for departure in before.referral.departures}
            assert {one.id for one in track.criteria} <= settled
            if is_joint(agreement, ActName.ACCEPT_REFERRAL):
                assert event.actor.party.other in before.referral.accepted_by
        case ReferralDeclined() if is_joint(agreement, ActName.DECLINE_REFERRAL):
            alone = agreement.acts[ActName.DECLINE_REFERRAL].alone
            assert event.actor.party.other in before.referral.declined_by or (
                alone is not None
                and alone.party is event.actor.party
                and alone.when in before.conditions
                and event.basis.clauses == alone.clauses
            )
        case _:
            pass
    if before.enrolment is not None and before.enrolment.status.is_ended:
        assert after.enrolment is not None
        assert after.enrolment.status is before.enrolment.status


def is_joint(agreement: Agreement, act: ActName) -> bool:
    """Return True if the version gives the act to both parties together."""
    rule = agreement.acts.get(act)
    return rule is not None and rule.joint


@pytest.mark.parametrize("agreement", VERSIONS, ids=lambda one: str(one.id))
@given(data=st.data())
@settings(max_examples=200, derandomize=True)
def test_any_question_gets_one_answer_a_named_conflict_or_that_it_is_not_regulated(
    agreement: Agreement, data: st.DataObject
) -> None:
    words = agreement.vocabulary
    question = Question(
        level=data.draw(st.sampled_from([*words.levels, "unheard-of"])),
        setting=data.draw(st.sampled_from([*words.settings, "unheard-of"])),
        age=data.draw(st.none() | st.integers(0, 110)),
        profession=data.draw(st.none() | st.sampled_from([*words.professions, "unheard-of"])),
        intervention=data.draw(st.none() | st.sampled_from([*words.interventions, "unheard-of"])),
        enrolled=data.draw(st.booleans()),
        single_intervention=data.draw(st.booleans()),
        conditions=frozenset(data.draw(st.sets(st.sampled_from([*words.conditions, "unheard-of"])))),
    )

    answer = resolve(agreement, question)

    if isinstance(answer, NotRegulated):
        assert answer.what
    else:
        covered = question.age is None or agreement.scope.covers_age(question.age)
        assert answer.rows or not covered
        assert answer.clauses
        assert set(answer.clauses) <= set(agreement.clauses)
    if isinstance(answer, Conflict):
        assert len(answer.rows) > 1
    if isinstance(answer, Answer) and find_never_municipal(agreement, question):
        assert Holder.MUNICIPALITY not in (answer.treatment, answer.performer)
    assert resolve(agreement, question) == answer
