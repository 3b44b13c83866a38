"""Responsibility is never stale: after any act, each answer is the matrix's own today, or it names what keeps it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.agreements.model import Agreement, Track
from domain.case.acts import criteria, death_and_move, referral, statements
from domain.case.rules.record_answers import find_new_verdicts
from domain.case.state.case import Case, evolve
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import Refusal, legal_day, legal_midnight
from domain.person import birthday
from tests.domain.matrix_oracle import ask_for_person, has_keeper
from tests.domain.random_acts import Maker, actors
from tests.domain.test_properties_everywhere import VERSIONS, histories, played
from tests.scenario import COUNTIES, PATIENT, Decision, Story, request_in

PLANNER = Intervention(
    key="planner",
    text="A planning aid",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
    category="cognitive-aid",
)
TRAINING = Intervention(
    key="training",
    text="Train walking at home",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)


# --- Any history ------------------------------------------------------------------------------------------------------


def acts(story: Story) -> Iterator[Case]:
    """Yield the case after each act."""
    case: Case | None = None
    for _, events in groupby(story.events, attrgetter("causation_id")):
        for event in events:
            case = evolve(case, event)
        assert case is not None
        yield case


def begun(agreement: Agreement, track: Track, chance: Random) -> Story | None:
    """Tell of a need on the track, of some interventions of the version's own words. None if nobody here may raise it.

    The version ends after a while, and perhaps another begins. The person is grown up, or will be within half a year.
    """
    county = agreement.county if agreement.county in COUNTIES else "orebro"
    ends_on = agreement.valid_from + timedelta(days=chance.randrange(20, 200))
    first = agreement.model_copy(update={"county": county, "valid_to": ends_on})
    second = first.model_copy(
        update={"version": "next", "valid_from": ends_on + timedelta(days=chance.choice((1, 1, 30))), "valid_to": None}
    )
    nearly_18 = birthday(agreement.valid_from + timedelta(days=chance.randrange(3, 180)), -18)
    story = Story(
        county=county,
        born=chance.choice((nearly_18, date(agreement.valid_from.year - 80, 6, 6))),
        versions=(first, second),
        clock=legal_midnight(agreement.valid_from) + timedelta(hours=9),
    )
    kinds = [kind for kind in InterventionKind if not track.kinds or kind.value in track.kinds]
    known = list(agreement.vocabulary.interventions)
    words = [*chance.sample(known, k=min(4, len(known))), None, None]
    needs = [
        Intervention(
            key=f"need-{place}",
            text="A need",
            profession=chance.choice(list(Profession)),
            kind=chance.choice(kinds),
            category=word,
        )
        for place, word in enumerate(words)
    ]
    for actor in actors(story.people):
        try:
            return story.after(
                referral.raise_need,
                actor,
                patient_id=PATIENT,
                request=request_in(story.people, *needs),
                track=track.id,
                municipality=story.people.a,
            )
        except Refusal:
            continue
    return None


def lived(place: int, seeds: Sequence[int]) -> Story:
    """Return a life in which facts change between the acts, and days pass: facts of every sort that a row uses."""
    chance = Random(place)
    versions = [(agreement, track) for agreement in VERSIONS for track in agreement.tracks]
    agreement, track = versions[place % len(versions)]
    story = begun(agreement, track, chance)
    assert story is not None
    for seed in seeds:
        chance = Random(seed)
        if chance.random() < 0.2:
            story = replace(story, clock=story.clock + timedelta(days=chance.randrange(1, 60)))
        story = changed(story, agreement, chance) if chance.random() < 0.5 else played((agreement, story), [seed])
    return story


def changed(story: Story, agreement: Agreement, chance: Random) -> Story:
    """Return the story after a fact has changed, if somebody may record it: perhaps some days late."""
    made = Maker(story, agreement, chance)
    now = story.clock + timedelta(hours=1)
    at = now - timedelta(days=chance.choice((0, 0, 0, 1, 10)))
    facts: Sequence[tuple[Decision, dict[str, Any]]] = (
        (
            statements.record_circumstance,
            {"circumstance": made._circumstance(), "holds": chance.random() < 0.7},
        ),
        (death_and_move.record_move, {"moved_on": legal_day(at), "to": made._to(), "municipality": None}),
        (criteria.evaluate_criteria, {"facts": made._facts()}),
    )
    decide, content = chance.choice((facts[0], facts[0], facts[1], facts[2]))
    for actor in chance.sample(actors(story.people), k=6):
        try:
            return story.after(decide, actor, at=at, now=now, **content)
        except (Refusal, ValidationError):
            continue
    return story


LIVES = st.builds(lived, st.integers(0, 10_000), st.lists(st.integers(0, 2**32 - 1), min_size=8, max_size=20))


@pytest.mark.rule("ORE-1.2-2")
@pytest.mark.rule("SYS-7")
@given(st.one_of(LIVES, LIVES, histories()))
@settings(
    max_examples=60,
    phases=(Phase.generate,),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_after_any_act_each_answer_is_the_matrixs_today_or_names_what_keeps_it(story: Story) -> None:
    for case in acts(story):
        if case.is_ended:
            break
        now = story.calendar().date_act(story.act(statements.record_statement, story.people.nurse_a), case.latest_at)
        assert not find_new_verdicts(now, case), "the record has answered what its facts changed"
        for key, held in case.responsibility_at(case.latest_at).items():
            by_matrix = ask_for_person(case, story.calendar(), key, case.latest_at)
            named = (held.treatment, held.performer, held.guardian)
            assert named == by_matrix or held.kept_by is not None, (key, held, by_matrix)
            assert held.kept_by is None or has_keeper(held.kept_by, case, key, by_matrix, held.performer), (
                key,
                held,
                by_matrix,
            )
