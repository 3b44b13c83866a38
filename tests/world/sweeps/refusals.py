"""The sweep of refusals: the acts that they recommend are accepted from somebody, and HTTP answers as the domain."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from random import Random
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.agreements.model import ActName, Agreement
from domain.case.acts import DECISIONS
from domain.case.events.disagreement import DisagreementRaised
from domain.case.guidance import guide
from domain.case.permission import BY_RECORD
from domain.case.rules.calendar import Calendar
from domain.case.state.case import evolve
from domain.directory import Directory
from domain.kernel import Actor, Event, Refusal, RefusalKind, Role, UnitKind
from domain.refusals import ActorNotAllowed
from service.acts.bodies import ON_CASES
from tests.domain.random_acts import MOVES, Maker, actors, read_as_sent
from tests.scenario import NAMES, Decision, People, Story
from tests.world.sweeps.oracle import may_do
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally, open_calendar, recorded_at

TRIES, ASKED, DOUBTS = 200, 2, 30
"""The number of times that a recommended act is tried, of refusals of a case that are asked about over HTTP, and of
tries of an act that cannot be done by what is said."""
ACTS = 30
"""The number of acts that are tried at a moment of a case, unless all are asked for."""
LATER = timedelta(hours=1)
"""The time from a moment to the acts that are tried on it."""
BODIES = {act.name: act for act in ON_CASES}


@dataclass(frozen=True)
class RecordedStory(Story):
    """The story of a recorded case, which goes on with the county's own staff under the versions that hold there."""

    cast: People | None = None
    days: Calendar | None = None

    @property
    def people(self) -> People:
        """The staff around the person."""
        assert self.cast is not None
        return self.cast

    def directory(self, county: str) -> Directory:
        """Return the directory of the case's county."""
        return self.people.directory

    def calendar(self, county: str | None = None) -> Calendar:
        """Return the calendar of the recorded case."""
        assert self.days is not None
        return self.days.model_copy(update={"municipality": self.state.municipality})


def sweep_refusals(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Try acts at some moments of a case. Follow what their refusals recommend, and ask for those of now over HTTP."""
    events = scene.services.store.load_case(case.case_id)
    last = max(map(recorded_at, events))
    for trial in _open_trials(scene, case, events, {*scene.moments(case, tally), last}):
        refused = list(trial.collect_refusals(scene.some(MOVES[1:], ACTS), tally))
        described = scene.described_codes(case)
        for attempt in refused:
            claim = "the description of an act names the codes by which it is refused"
            tally.check(
                case, claim, attempt.refusal.code in described[attempt.name], attempt.name, attempt.refusal.code
            )
            trial.follow(attempt, tally)
            if not attempt.refusal.acts and scene.is_new("dead end", attempt.refusal.code, attempt.recommended):
                trial.doubt(attempt, tally)
        if trial.story.clock == last:
            _ask_over_http(scene, tally, trial, scene.some(refused, ASKED))


def sweep_items(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Try what waits in a case: now, after each disagreement was raised, and after events that no case before had."""
    caller = next(scene.party_callers(case))
    events = scene.services.store.load_case(case.case_id)
    last = max(map(recorded_at, events))
    raised = {recorded_at(event) for event in events if isinstance(event, DisagreementRaised)}
    for trial in _open_trials(scene, case, events, {*scene.moments_of_new_kinds("items", events), *raised, last}):
        asked = {"at": trial.story.clock.isoformat()}
        for item in caller.get(f"/api/cases/{case.case_id}/replay", params=asked).json()["items"]:
            trial.check_item(item, tally)


@dataclass(frozen=True)
class Attempt:
    """An act that was refused."""

    name: ActName
    actor: Actor
    content: Mapping[str, Any]
    refusal: Refusal
    recommended: Sequence[str] = ()
    """The acts that the decision recommends, before it is known who can do them."""


@dataclass(frozen=True)
class Trial:
    """A case at a moment, on which acts with made-up content are tried."""

    case: SweptCase
    story: RecordedStory
    agreement: Agreement
    chance: Random
    followed: dict[tuple[str, str | None], str] = field(default_factory=dict)
    """The outcome of each recommended act: empty if it was accepted, or else what it met."""

    def collect_refusals(self, decisions: Sequence[Decision], tally: Tally) -> Iterator[Attempt]:
        """Try each act once, check that who may not do it is refused, and yield those that are refused."""
        for decide in decisions:
            if NAMES[decide] in BY_RECORD:
                continue
            actor = self.chance.choice(actors(self.story.people))
            attempt = self._try(NAMES[decide], actor)
            entitled = may_do(self.agreement, NAMES[decide], self.story.state.referral.track, actor)
            claim = "an act is done by those alone to whom the text gives it"
            tally.check(self.case, claim, attempt is not None or entitled, NAMES[decide], actor.role, self.story.clock)
            if isinstance(attempt, Attempt):
                act = self.story.act(decide, attempt.actor, at=self.story.clock + LATER, content=attempt.content)
                guide(attempt.refusal, self.story.state, act, self.story.calendar())
                yield attempt

    def follow(self, attempt: Attempt, tally: Tally) -> None:
        """Check that each act that a refusal recommends is accepted from somebody, and that somebody else may act."""
        refusal = attempt.refusal
        told = (attempt.name, attempt.actor.role, refusal.code, refusal.message, refusal.remedy, refusal.acts)
        for name in refusal.acts:
            keys = [(name, kind) for kind in refusal.kinds_needed or (None,)]
            for key in keys:
                if key not in self.followed:
                    self.followed[key] = self._find_hindrance(*key)
            hindrances = [self.followed[key] for key in keys]
            claim = "a recommended act is accepted"
            tally.check(self.case, claim, not all(hindrances), name, *told, hindrances, self.story.clock)
        both_known = self.story.state.municipality is not None
        if both_known and isinstance(refusal, ActorNotAllowed) and attempt.actor.role in refusal.where:
            claim = "an act that one person may not do is open to another"
            tally.check(self.case, claim, self._is_open(attempt.name), *told, self.story.clock)

    def doubt(self, attempt: Attempt, tally: Tally) -> None:
        """Check that nobody can do what a refusal might have recommended, if it says that nothing leads on."""
        refusal, people = attempt.refusal, actors(self.story.people)
        for name in attempt.recommended:
            kinds = refusal.kinds_needed or (None,)
            tries = (
                self._try(ActName(name), self.chance.choice(people), self.chance.choice(kinds)) for _ in range(DOUBTS)
            )
            claim, told = (
                "nobody can do what a refusal does not recommend",
                (attempt.name, refusal.code, refusal.remedy),
            )
            tally.check(self.case, claim, all(each is not None for each in tries), name, *told, self.story.clock)

    def check_item(self, item: Json, tally: Tally) -> None:
        """Check that the case hinders no act that an item names, unless it is said to, and then every one."""
        staff = [actor for actor in actors(self.story.people) if actor.principal == item["principal"]]
        for name in map(ActName, item["acts"]):
            if item["blocked_by"]:
                tries = (self._try_item(item, name, self.chance.choice(staff)) for _ in range(DOUBTS))
                done = any(each is None for each in tries)
                claim = "what a disagreement stops cannot be done"
                tally.check(self.case, claim, not done, item["party"], item["key"], name, self.story.clock)
            elif not item["lacks"]:
                met = self._find_obstacles(item, name, staff)
                claim = "what waits for a party can be done"
                tally.check(self.case, claim, not met, item["party"], item["key"], name, met)

    def _find_obstacles(self, item: Json, name: ActName, staff: Sequence[Actor]) -> Counter[str]:
        """Return what an item's party meets in the case when it tries an act of the item. Empty if it can be done."""
        met: Counter[str] = Counter()
        for _ in range(TRIES):
            attempt = self._try_item(item, name, self.chance.choice(staff))
            kind = attempt.refusal.kind if isinstance(attempt, Attempt) else None
            if kind not in (RefusalKind.CONFLICT, RefusalKind.FORBIDDEN, RefusalKind.RULE):
                return Counter()
            if isinstance(attempt, Attempt) and kind is not RefusalKind.FORBIDDEN:
                met[str(attempt.refusal)] += 1
        return met

    def _try_item(self, item: Json, name: ActName, actor: Actor) -> Attempt | ValidationError | None:
        """Try an act of an item, on its plan and with one of its kinds of statement."""
        plan, kinds = item["plan"], item["statements"] or [None]
        return self._try(name, actor, self.chance.choice(kinds), plan and UUID(plan))

    def _find_hindrance(self, name: str, kind: str | None) -> str:
        """Return an empty text if somebody can do an act, and else what it was refused for.

        Those who were not allowed to do it are asked less often.
        """
        met: Counter[str] = Counter()
        people = actors(self.story.people)
        able = people
        for place in range(TRIES):
            actor = self.chance.choice(able if place % 4 else people)
            attempt = self._try(ActName(name), actor, kind)
            if attempt is None:
                return ""
            if isinstance(attempt, Attempt) and attempt.refusal.kind is RefusalKind.FORBIDDEN:
                able = tuple(each for each in able if each != actor) or people
            met[str(attempt.refusal if isinstance(attempt, Attempt) else attempt)] += 1
        return str(met.most_common(4))

    def _is_open(self, name: ActName) -> bool:
        """Return True if the act is not refused to everybody for who they are, or if the text gives it to nobody."""
        attempts = (self._try(name, self.chance.choice(actors(self.story.people))) for _ in range(TRIES))
        return any(
            attempt is None
            or (isinstance(attempt, Attempt) and attempt.refusal.kind is not RefusalKind.FORBIDDEN)
            or (isinstance(attempt, Attempt) and attempt.actor.role not in attempt.refusal.where)
            for attempt in attempts
        )

    def _try(
        self, name: ActName, actor: Actor, kind: str | None = None, plan: UUID | None = None
    ) -> Attempt | ValidationError | None:
        """Return the attempt of an act with made-up content if it is refused. None if it is accepted."""
        made = Maker(self.story, self.agreement, self.chance, kind, self.chance.choice((0.1, 0.4)))
        try:
            content = read_as_sent(DECISIONS[name], made.content(DECISIONS[name]))
            content |= {"plan": plan} if plan is not None and "plan" in content else {}
        except ValidationError as error:
            return error
        return self._decide(name, actor, content)

    def _decide(self, name: ActName, actor: Actor, content: Mapping[str, Any]) -> Attempt | ValidationError | None:
        try:
            self.story.after(DECISIONS[name], actor, at=self.story.clock + LATER, **content)
        except ValidationError as error:
            return error
        except Refusal as refusal:
            return Attempt(name, actor, content, refusal, refusal.acts)
        return None


def _open_trials(
    scene: Scene, case: SweptCase, events: Sequence[Event], moments: Collection[datetime]
) -> Iterator[Trial]:
    """Yield a trial of the case as it was known at each moment at which an agreement version was in force."""
    for moment in sorted(moments):
        told = tuple(event for event in events if recorded_at(event) <= moment)
        known = reduce(evolve, told, None)
        assert known is not None
        calendar = open_calendar(scene, case, known)
        agreement = calendar.catalogue.in_force(case.county, moment, known.municipality)
        if agreement is not None:
            cast = _cast(scene.services.directories[case.county], known.municipality)
            story = RecordedStory(case=known, events=told, clock=moment, county=case.county, cast=cast, days=calendar)
            yield Trial(case, story, agreement, Random(f"{case.case_id} {moment}"))


def _cast(directory: Directory, municipality: str | None) -> People:
    """Cast the county's own staff for what people do in stories."""
    others = [each.id for each in directory.municipalities]
    a = municipality or others[0]
    b = next((other for other in others if other != a), a)

    def one(principal: str, role: Role, kind: UnitKind = UnitKind.MUNICIPAL_CARE) -> Actor:
        staff = directory.staff_by_kind[principal]
        return max(staff, key=lambda actor: (actor.role is role, actor.unit_kind is kind))

    region = directory.region.id
    clinic, ward, centre = UnitKind.SPECIALISED_CARE, UnitKind.INPATIENT_CARE, UnitKind.PRIMARY_CARE
    return People(
        directory=directory,
        region=region,
        a=a,
        b=b,
        district_nurse=one(region, Role.NURSE, centre),
        physician=one(region, Role.PHYSICIAN, centre),
        region_coordinator=one(region, Role.COORDINATOR, centre),
        physiotherapist=one(region, Role.PHYSIOTHERAPIST, centre),
        specialist=one(region, Role.PHYSICIAN, clinic),
        auditor=one(region, Role.AUDITOR, centre),
        specialist_nurse=one(region, Role.NURSE, clinic),
        psychiatrist=one(region, Role.PHYSICIAN, clinic),
        psychiatric_nurse=one(region, Role.NURSE, clinic),
        ward_physician=one(region, Role.PHYSICIAN, ward),
        ward_nurse=one(region, Role.NURSE, ward),
        health_centre_therapist=one(region, Role.OCCUPATIONAL_THERAPIST, centre),
        nurse_a=one(a, Role.NURSE),
        therapist_a=one(a, Role.OCCUPATIONAL_THERAPIST),
        care_staff_a=one(a, Role.CARE_STAFF),
        physiotherapist_a=one(a, Role.PHYSIOTHERAPIST),
        coordinator_a=one(a, Role.COORDINATOR),
        nurse_b=one(b, Role.NURSE),
        care_staff_b=one(b, Role.CARE_STAFF),
        private_nurse=one(a, Role.NURSE),
        private_therapist=one(a, Role.OCCUPATIONAL_THERAPIST),
        private_care_staff=one(a, Role.CARE_STAFF),
    )


def _ask_over_http(scene: Scene, tally: Tally, trial: Trial, refused: Sequence[Attempt]) -> None:
    """Send acts that the domain refuses: the answers name the same acts, and tell what is wrong and what to do."""
    at = (trial.story.clock + LATER).isoformat()
    readers = scene.readers(trial.case)
    for attempt in refused:
        refusal, offered = attempt.refusal, BODIES[attempt.name]
        if attempt.actor.principal not in readers:
            continue  # To others the case does not exist.
        body = offered.body.model_validate(attempt.content).model_dump(mode="json", exclude_unset=True)
        caller = scene.caller_for(attempt.actor)
        answer = caller.act(str(trial.case.case_id), attempt.name, at=at, **body)
        told = answer.json()
        claim = "HTTP refuses as the domain, with the same acts"
        by_domain = [refusal.code, list(refusal.acts), refusal.remedy, list(refusal.where)]
        over_http = [told.get(part) for part in ("code", "acts", "remedy", "where")]
        tally.equal(trial.case, claim, over_http, by_domain, attempt.name, at)
        whole = all((told.get("title"), told.get("remedy"), told.get("where") or refusal.acts or told.get("rule")))
        tally.check(trial.case, "a refusal tells what, where and how", whole, attempt.name, answer.text)
