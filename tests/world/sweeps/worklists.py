"""The sweep of worklists: what waits is on the worklist of those it waits for, and names acts that they may do."""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from domain.agreements.model import ActName, ActorGroup, Agreement, DisputeSubject, Duty, Guard, Holder, PlanRule, Track
from domain.case.events.care_plan import (
    OrdererTransferred,
    PlanClosingDeclared,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanMeetingHeld,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
)
from domain.case.events.case import StatementRecorded
from domain.case.events.disagreement import DisagreementRaised, Resolution
from domain.case.events.enrolment import (
    DischargeContested,
    DischargeDeclared,
    EnrolmentStarted,
    ReadinessActionOpened,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
)
from domain.case.events.question import AnswerOpened, QuestionAnswered, QuestionSent, QuestionWithdrawn
from domain.case.events.referral import (
    CancellationAccepted,
    CancellationRefused,
    CancellationRequested,
    DischargePlanningOpened,
    ReferralRedirected,
    ReferralReturned,
    ReferralSent,
    RehabAssessmentStarted,
    SpecialisedHandoverProposed,
)
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.kernel import Actor, Event, Party, Role, UnitKind
from projections.case import fold_case
from service.reads.replay import Mode, select_events
from tests.almanac import find_working_day
from tests.world.sweeps.oracle import find_day, find_day_after, find_first_day, may_do, swedish_day
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally, recorded_at

Wait = tuple[Party, str]
"""A party, and the key of what waits for it."""
EXACT = (
    "duty:",
    "plan-without-individual:",
    "close-plan:",
    "agree-exception:",
    "accept-handover:",
    "complete-discharge",
    "discharge-contested",
    "resolve-disagreement",
    "answer-cancellation",
    "answer-question:",
    "open-answer:",
    "statement:",
    "follow-up:",
)
"""The beginnings of the keys of which a case has exactly those that follow from its facts."""
_OTHER_DAYS = ("lapse:", "gap:", "statement:", "follow-up:")
"""The beginnings of the keys of items whose clock does not start when they begin."""
_GOING_ON = (
    OrdererTransferred,
    PlanFollowUpRecorded,
    PlanMeetingHeld,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
)
"""The events of a plan that leave a declared closing as it is."""
_UNDECIDED = ("sent", "acknowledged", "in-contact", "assessing", "level-established", "disputed")
"""The statuses of a request that a municipality has and that is not decided yet."""
_ENDING_CANCELLATION = CancellationAccepted | CancellationRefused | ReferralReturned
"""The events that end a request for cancellation."""
_RECEIVING = (
    ReferralSent,
    SpecialisedHandoverProposed,
    DischargePlanningOpened,
    RehabAssessmentStarted,
    ReferralRedirected,
)
"""The events by which a unit gets a request."""
_AFTER_END = "event:enrolment.discharge-information-transferred"
"""The only event that can meet a duty in a case that has ended."""


def sweep_worklists(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Compare what waits in a case with its facts, on every worklist of the county now, and in replay earlier."""
    events = scene.services.store.load_case(case.case_id)
    caller = next(scene.party_callers(case))
    path = f"/api/cases/{case.case_id}/replay"
    listed = list(_read_worklists(scene, case, tally))
    moments = {*scene.moments(case, tally), *scene.moments_of_new_kinds("worklists", events), *_find_nights(events)}
    for moment in sorted(moments):
        items = caller.get(path, params={"at": moment.isoformat()}).json()["items"]
        _check_items(scene, case, tally, select_events(events, Mode.AS_KNOWN_AT, moment), items, moment)
    items = scene.read_present(case, caller)["items"]
    _check_items(scene, case, tally, events, items, datetime.now(UTC))
    tally.equal(case, "worklists and replay have the same items", _identify(listed), _identify(items))


def _find_nights(events: Sequence[Event]) -> Iterator[datetime]:
    """Yield the moments of what people did after midnight, when it still is another day in UTC."""
    done = (event for event in events if event.actor.role is not Role.SYSTEM)
    yield from (recorded_at(event) for event in done if event.occurred_at.date() != swedish_day(event.occurred_at))


def _read_worklists(scene: Scene, case: SweptCase, tally: Tally) -> Iterator[Json]:
    """Yield the items of the case on the worklists of the county, after a check that each is its principal's."""
    directory = scene.services.directories[case.county]
    for principal in directory.principals:
        items = scene.worklist(case, principal.id)
        others = [item["key"] for item in items if item["principal"] != principal.id]
        tally.check(case, "a worklist has only what waits for its principal", not others, principal.id, others)
        known = principal.id in scene.readers(case) or not items
        tally.check(case, "nothing of a case waits for a stranger", known, principal.id, len(items))
        yield from items


def _identify(items: Sequence[Json]) -> list[tuple[object, ...]]:
    """Return what identifies the items. A lapse that has become a gap is the same item."""
    return sorted(
        (item["principal"], item["key"].replace("gap:", "lapse:"), *item["acts"], item["since"]) for item in items
    )


def _check_items(
    scene: Scene, case: SweptCase, tally: Tally, events: Sequence[Event], items: Sequence[Json], at: datetime
) -> None:
    """Check the items of a case after these events, under the version in force at a moment."""
    folded = fold_case(None, events)
    if folded is None:
        return
    state = folded.case
    agreement = scene.services.catalogue.in_force(case.county, at, state.municipality)
    if agreement is None:
        tally.equal(case, "nothing waits without a version in force", list(items), [])
        return
    found = {(Party(item["party"]), item["key"]) for item in items if item["key"].startswith(EXACT)}
    expected = set(_find_answers_owed(state, events, agreement))
    expected |= {*_find_duties(state, events, agreement), *_find_statements(state, events, agreement)}
    days = {(party, f"follow-up:{kind}"): day for party, kind, day in _find_follow_ups(state, events, agreement)}
    expected |= days.keys()
    tally.equal(case, "exactly what the facts say waits for each party", found, expected, len(events))
    told = {(Party(one["party"]), one["key"]): one["due"] for one in items if one["key"].startswith("follow-up:")}
    tally.equal(case, "a plan is followed up on the day last set, or the plan's own", told, days, len(events))
    waits = {(Party(item["party"]), item["key"]) for item in items}
    done = waits.intersection(_find_deeds(state))
    tally.check(case, "nothing waits for a party that has done it", not done, done, len(events))
    risks = set(_find_risks(state, events, agreement))
    tally.check(case, "a risk in the home waits for a measure of both parties", risks <= waits, len(events))
    gaps = set(_find_gaps(state, events))
    tally.check(case, "a gap in the home waits for who is to perform", gaps <= waits, gaps - waits, len(events))
    runs = state.enrolment is not None and state.enrolment.status is EnrolmentStatus.ACTIVE
    tally.check(case, "a case that is under way waits for somebody", state.is_ended or runs or bool(items), len(events))
    for item in items:
        owner = state.principal(Party(item["party"]))
        tally.equal(case, "an item is its party's", item["principal"], owner, item["key"])
        check_limit(case, tally, item, agreement)
        _check_day(case, tally, item, state, events, agreement)
        if item["key"] == "joint-planning":
            proposed_at = state.enrolment.proposed_at if state.enrolment is not None else None
            begun = datetime.fromisoformat(item["since"])
            wanted = state.referral.level_established_at or proposed_at
            tally.equal(case, "planning begins as the level is established", begun, wanted, len(events))
        _check_acts(scene, case, tally, item, state, agreement)
        unit = _find_unit(item, state, events, agreement)
        claim = "an item is for the unit that has the request, or acted last"
        tally.equal(case, claim, item["unit"], unit, item["key"], item["acts"], at)


def check_limit(case: SweptCase | None, tally: Tally, item: Json, agreement: Agreement) -> None:
    """Check that an item ends as long after the day on which it began as its words say in the text."""
    if item["key"].startswith(_OTHER_DAYS):
        return
    began = find_day(item["since"])
    limits = [each for each in agreement.deadlines if each.clauses[0] == item["rule"] and not each.day_of_month]
    days = [_add(began, each.duration) for each in limits if each.words in (item["words"] or "") and not each.months]
    tally.check(case, "an item ends on the text's day", not days or item["due"] in days, item["key"], days, item)


def _check_day(
    case: SweptCase, tally: Tally, item: Json, state: Case, events: Sequence[Event], agreement: Agreement
) -> None:
    """Check the day of a statement, which counts from a plan's own first day or from a fact, and that of a lapse."""
    kind, _, name = item["key"].partition(":")
    if kind not in ("lapse", "statement"):
        return
    plans = [plan.model_dump(mode="json") for plan in state.plans.values() if plan.established_at is not None]
    if kind == "lapse":
        (after,) = (find_day_after(agreement, plan) for plan in plans if plan["id"] == name)
        last = (after - timedelta(days=1)).isoformat() if after is not None else None
        tally.equal(case, "a plan covers the text's days", item["due"], last, item)
        return
    rule = agreement.statements[name]
    sort, _, started = (rule.counts_from or "").partition(":")
    days = [find_first_day(agreement, plan) for plan in plans if sort == "plan" and plan["kind"] == started]
    if sort != "plan":
        facts = [event for event in events if rule.counts_from in set(_list_triggers(event, events))]
        days = [swedish_day(max(event.occurred_at for event in facts))]
    durations = [each.duration for each in agreement.deadlines if each.id == rule.deadline]
    wanted = [_add(days[-1], duration) for duration in durations]
    tally.equal(case, "a statement is due on the text's day", [item["due"]], wanted, item)


def _add(day: date, duration: str | None) -> str | None:
    """Add a duration to a day: none has no end, and a month that is too short ends on its last day."""
    if duration is None:
        return None
    if duration.endswith("BD"):
        return find_working_day(day, int(duration.strip("PBD"))).isoformat()
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([YMWD])", duration)}
    months = 12 * day.year + day.month - 1 + 12 * parts.get("Y", 0) + parts.get("M", 0)
    year, month = months // 12, months % 12 + 1
    start = date(year, month, min(day.day, monthrange(year, month)[1]))
    return (start + timedelta(days=7 * parts.get("W", 0) + parts.get("D", 0))).isoformat()


def _check_acts(scene: Scene, case: SweptCase, tally: Tally, item: Json, state: Case, agreement: Agreement) -> None:
    """Check that an item names acts, that its principal has staff who may do each, and that it reaches their units."""
    staff = scene.staff(case.county, item["principal"])
    track = state.referral.track
    able = {act: [actor for actor in staff if may_meet(agreement, act, item, actor, track)] for act in item["acts"]}
    unable = [act for act, actors in able.items() if not actors]
    tally.check(case, "an item names acts", bool(able), item["key"])
    tally.check(case, "somebody whom an item waits for may do the acts", not unable, item["key"], unable)
    units = {actor.unit for actors in able.values() for actor in actors}
    if item["unit"] is not None:
        tally.check(case, "the unit that an item is for may do it", item["unit"] in units, item["key"], item["unit"])
    same = ("key", "acts", "statements", "unit")
    listed = scene.worklist(case, item["principal"])
    if not any(all(each[part] == item[part] for part in same) for each in listed):
        return  # it waits no longer, or for others
    for unit in scene.some(sorted(units)):
        shown = item["key"] in {each["key"] for each in scene.worklist(case, item["principal"], unit=unit)}
        wanted = item["unit"] in (None, unit)
        tally.check(case, "an item reaches the units that may do it", shown or not wanted, item["key"], unit)


def _find_unit(item: Json, state: Case, events: Sequence[Event], agreement: Agreement) -> str | None:
    """Find the municipality's unit that has the request, until it is decided; then the unit that acted last."""
    receiving = None
    for event in events if item["party"] == Party.MUNICIPALITY else ():
        match event:
            case ReferralReturned():
                receiving = None
            case _ if isinstance(event, _RECEIVING):
                receiving = event.unit
            case _:
                pass
    if receiving is not None and state.referral.status in _UNDECIDED:
        return receiving
    for event in events:
        if isinstance(event, QuestionSent) and item["key"] == f"open-answer:{event.question_id}":
            return event.actor.unit
    stay = state.enrolment.stay if state.enrolment is not None else None
    if item["key"] == "homecoming" and stay is not None and stay.ward is not None:
        return stay.ward
    if item["key"] == "homecoming" and stay is None and state.open_notice is not None:
        return state.open_notice.unit
    own = [event for event in events if event.actor.principal == item["principal"]]
    return (
        _find_contact_unit(item, state, own, agreement)
        or _find_last_unit(item, events, agreement, state.referral.track)
        or receiving
    )


def _find_contact_unit(item: Json, state: Case, own: Sequence[Event], agreement: Agreement) -> str | None:
    """Find the unit from which a contact of an open plan, who may do the item, acted last."""
    plans = [plan for plan in state.plans.values() if plan.ended_at is None]
    contacts = {contact.person for plan in plans for contact in plan.draft.contacts}
    latest = {event.actor.person: event for event in sorted(own, key=_occurred_at) if event.actor.person in contacts}
    for event in sorted(latest.values(), key=_occurred_at, reverse=True):
        if any(may_meet(agreement, act, item, event.actor, state.referral.track) for act in item["acts"]):
            return event.actor.unit
    return None


def _find_last_unit(item: Json, events: Sequence[Event], agreement: Agreement, track: str) -> str | None:
    """Find the unit of those who may do the item and acted last, unless another of its kind has taken over."""
    newest: dict[UnitKind, str] = {}
    for event in reversed(events):
        actor = event.actor
        if actor.principal != item["principal"] or actor.role is Role.SYSTEM:
            continue
        if newest.setdefault(actor.unit_kind, actor.unit) != actor.unit:
            continue
        if any(may_meet(agreement, act, item, actor, track) for act in item["acts"]):
            return actor.unit
    return None


def may_meet(agreement: Agreement, name: str, item: Json, actor: Actor, track: str) -> bool:
    """Return True if the text lets the actor do an act that an item names, with one of its statements or its plan."""
    sort, _, subject = item["key"].partition(":")
    groups: Sequence[ActorGroup] = ()
    if name == ActName.RECORD_STATEMENT:
        groups = [group for kind in item["statements"] for group in agreement.statements[kind].by]
    elif name == ActName.INITIATE_PLAN and sort == "duty":
        (met_by,) = (duty.met_by for duty in agreement.duties if duty.id == subject)
        kinds = [agreement.plans[each.removeprefix("plan:")] for each in met_by if each.startswith("plan:")]
        groups = [group for kind in kinds for group in kind.initiated_by] if all(k.initiated_by for k in kinds) else ()
    named = not groups or any(group.is_on(track) and group.is_met_by(actor) for group in groups)
    return named and may_do(agreement, name, track, actor)


# --- What waits, by the facts -----------------------------------------------------------------------------------------


def _find_answers_owed(case: Case, events: Sequence[Event], agreement: Agreement) -> Iterator[Wait]:
    """Yield what one party has done, and now waits for the other."""
    for plan in case.plans.values():
        if plan.ended_at is None and plan.without_individual_proposed_by is not None:
            yield plan.without_individual_proposed_by.other, f"plan-without-individual:{plan.kind}"
        deeds = [event for event in events if event.originator_id == plan.id and not isinstance(event, _GOING_ON)]
        if plan.ended_at is None and isinstance(deeds[-1], PlanClosingDeclared):
            yield deeds[-1].party.other, f"close-plan:{plan.kind}"
    enrolment = case.enrolment
    if enrolment is not None and enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        assert enrolment.discharge_declared_by is not None
        yield enrolment.discharge_declared_by.other, "complete-discharge"
    yield from _find_contested(case, events)
    if enrolment is not None and enrolment.status is EnrolmentStatus.ACTIVE:
        for intervention, giver in enrolment.handed_over.items():
            yield giver.other, f"accept-handover:{intervention}"
    track = agreement.track(case.referral.track)
    steps = track.steps if isinstance(track, Track) else ()
    before = [step for step in ("sent", "acknowledged", "in-contact", "assessing") if step in steps]
    reached = ("need-raised", "sent", "acknowledged", "in-contact", "assessing", "level-established", "accepted")
    undecided = case.referral.status in reached[reached.index(before[-1]) if before else 0 :]
    if undecided and (enrolment is None or not enrolment.status.is_ended):
        unmet = {verdict.criterion for verdict in unmet_verdicts(case.referral)}
        for criterion in unmet & case.referral.exceptions_proposed.keys():
            yield case.referral.exceptions_proposed[criterion].other, f"agree-exception:{criterion}"
    asked = [event for event in events if isinstance(event, CancellationRequested | _ENDING_CANCELLATION)]
    started = any(isinstance(event, EnrolmentStarted) for event in events)
    if asked and isinstance(asked[-1], CancellationRequested) and not case.is_ended and not started:
        yield asked[-1].party.other, "answer-cancellation"
    yield from _find_questions(case, events)
    if case.open_dispute is not None:
        proposals = case.open_dispute.proposals
        void = [party for party, proposal in proposals.items() if _is_void(case, proposal, agreement)]
        waiting = void or [party for party in Party if party not in proposals]
        yield from ((party, "resolve-disagreement") for party in waiting)


def _find_contested(case: Case, events: Sequence[Event]) -> Iterator[Wait]:
    """Yield a contested discharge that the party that declared it has not answered, while the enrolment runs."""
    declarer: Party | None = None
    for event in events:
        match event:
            case DischargeContested():
                declarer = event.party.other
            case DischargeDeclared():
                declarer = None
            case QuestionSent() | DisagreementRaised() if event.party is declarer:
                declarer = None
            case DisagreementRaised() if event.subject is DisputeSubject.DISCHARGE:
                declarer = None
            case _:
                pass
    if declarer is not None and case.is_enrolled:
        yield declarer, "discharge-contested"


def _find_questions(case: Case, events: Sequence[Event]) -> Iterator[Wait]:
    """Yield the questions without an answer, and the answers that nobody of the principal that asked has opened.

    A return of the request ends what waits for an answer then.
    """
    unanswered: dict[object, QuestionSent] = {}
    unopened: dict[object, QuestionSent] = {}
    for event in events:
        match event:
            case QuestionSent():
                unanswered[event.question_id] = event
            case QuestionAnswered():
                unopened[event.question_id] = unanswered.pop(event.question_id)
            case AnswerOpened():
                del unopened[event.question_id]
            case QuestionWithdrawn():
                del unanswered[event.question_id]
            case ReferralReturned():
                unanswered = {}
            case _:
                pass
    yield from ((asked.party.other, f"answer-question:{id}") for id, asked in unanswered.items())
    readers = case.readers
    mine = ((id, asked) for id, asked in unopened.items() if asked.actor.principal in readers)
    yield from ((asked.party, f"open-answer:{id}") for id, asked in mine)


def _is_void(case: Case, proposal: Resolution, agreement: Agreement) -> bool:
    """Return True if a proposal gives the municipality care in a setting, or at a level, that the text leaves out."""
    scope, settings = agreement.scope, agreement.vocabulary.settings
    home = case.moved_to if case.moved_to in settings else case.referral.setting
    given = {level for row in agreement.matrix if row.performer is Holder.MUNICIPALITY for level in row.levels}
    covered = home in (None, *scope.settings) and proposal.level in (None, *scope.levels, *given)
    return proposal.performer is Party.MUNICIPALITY and not covered


def _find_risks(case: Case, events: Sequence[Event], agreement: Agreement) -> Iterator[Wait]:
    """Yield the measure that each party can take, if care is in the home and the latest word of a risk has none."""
    status = case.enrolment.status if case.enrolment is not None else None
    in_the_home = status in (EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING)
    if not in_the_home or agreement.ground(Guard.RISKS_ADDRESSED, case.referral.track) is None:
        return
    told = sorted((event for event in events if isinstance(event, RiskAssessmentRecorded)), key=_occurred_at)
    latest = {risk.key: risk for event in told for risk in event.risks}
    if any(risk.measure is None for risk in latest.values()):
        yield from ((party, "assess-risks") for party in Party)


def _find_gaps(case: Case, events: Sequence[Event]) -> Iterator[Wait]:
    """Yield each need that was found lacking and that the party which is to perform has not confirmed since."""
    if case.enrolment is None or case.enrolment.status.is_ended:
        return
    planned = {each.performer for plan in case.plans.values() if plan.is_in_force for each in plan.agreed_interventions}
    performer = Party.REGION if planned == {Party.REGION} else Party.MUNICIPALITY
    gaps: set[str] = set()
    for event in sorted(events, key=_occurred_at):
        if isinstance(event, ReadinessActionOpened):
            gaps.add(event.aspect)
        if isinstance(event, ReadinessConfirmed) and event.actor.party is performer:
            gaps.discard(event.aspect)
    yield from ((performer, f"readiness:{aspect}") for aspect in gaps)


def _occurred_at(event: Event) -> datetime:
    return event.occurred_at


def _find_deeds(case: Case) -> Iterator[Wait]:
    """Yield what a party has done for itself, and so does not wait for it."""
    yield from ((party, "accept") for party in case.referral.accepted_by)
    yield from ((party, "assess") for party in case.referral.assessments)
    if case.enrolment is not None:
        yield from ((party, "commit") for party in case.enrolment.committed_by)
    begun = {plan.kind: plan for plan in case.plans.values() if plan.ended_at is None}
    for plan in begun.values():
        yield from ((party, f"agree-plan:{plan.kind}") for party in Party if plan.draft.agreed_by(party))
    followed = {plan.kind: plan for plan in case.plans.values() if plan.is_in_force}
    for plan in followed.values():
        over = [party for party in plan.followed_up_on if plan.next_follow_up_on.get(party) is None]
        yield from ((party, f"follow-up:{plan.kind}") for party in over)


def _find_duties(case: Case, events: Sequence[Event], agreement: Agreement) -> Iterator[Wait]:
    """Yield the duties of the text that the events have opened and not met."""
    triggers = [(event, set(_list_triggers(event, events))) for event in events]
    for duty in agreement.duties:
        if duty.tracks and case.referral.track not in duty.tracks:
            continue
        if duty.when is not None and duty.when not in case.conditions:
            continue
        if case.is_ended and not any(_is_possible_after_end(agreement, trigger) for trigger in duty.met_by):
            continue
        opening = [event for event, names in triggers if names & set(duty.opened_by)]
        opened_at = max((event.occurred_at for event in opening if _confirms(event, duty)), default=None)
        if opened_at is None:
            continue
        for party in (duty.owner,) if isinstance(duty.owner, Party) else Party:
            own = None if duty.owner is not None else party
            meeting = [event for event, names in triggers if names & _list_meeting(agreement, duty)]
            met = [event for event in meeting if own is None or own in _list_parties(event)]
            held = [event for event in met if duty.earlier and not _is_of_ended_plan(case, event)]
            if not held and not any(event.occurred_at >= opened_at for event in met):
                yield party, f"duty:{duty.id}"


def _is_of_ended_plan(case: Case, event: Event) -> bool:
    return isinstance(event, PlanEstablished) and case.plans[event.originator_id].ended_at is not None


def _find_statements(case: Case, events: Sequence[Event], agreement: Agreement) -> Iterator[Wait]:
    """Yield the statements with a last day that nobody has made since the latest event that starts their clock."""
    triggers = [(event.occurred_at, set(_list_triggers(event, events))) for event in events]
    for kind, rule in agreement.statements.items():
        if case.is_ended or rule.deadline is None or (rule.when is not None and rule.when not in case.conditions):
            continue
        starts = [at for at, names in triggers if rule.counts_from in names]
        made = [at for at, names in triggers if f"statement:{kind}" in names]
        if starts and not any(at >= max(starts) for at in made):
            yield from ((group.party, f"statement:{kind}") for group in rule.by if group.is_on(case.referral.track))


def _find_follow_ups(
    case: Case, events: Sequence[Event], agreement: Agreement
) -> Iterator[tuple[Party, str, str | None]]:
    """Yield who is to follow up each kind of plan, and on which day: the party's own last word, or else the plan's."""
    followed = sorted((event for event in events if isinstance(event, PlanFollowUpRecorded)), key=_occurred_at)
    for kind, plan in {plan.kind: plan for plan in case.plans.values() if plan.is_in_force}.items():
        rule = agreement.plan_rule(kind)
        if not isinstance(rule, PlanRule):
            continue
        for party in Party:
            own = [event.next_on for event in followed if (event.originator_id, event.party) == (plan.id, party)]
            of_text = [plan.value(rule.follow_up_on)] if rule.follow_up_on is not None else []
            day = (own or of_text or [None])[-1]
            ordered = rule.followed_up_by != "orderer" or case.principal(party) == plan.orderer_principal
            if type(day) is date and ordered:
                yield party, kind, day.isoformat()


def _list_meeting(agreement: Agreement, duty: Duty) -> set[str]:
    """Return the triggers that meet a duty: its own, and the plans that replace a plan among them."""
    replacing = {f"plan:{kind}": {f"plan:{old}" for old in rule.replaces} for kind, rule in agreement.plans.items()}
    return {*duty.met_by, *(trigger for trigger, old in replacing.items() if old & set(duty.met_by))}


def _list_triggers(event: Event, events: Sequence[Event]) -> Iterator[str]:
    yield f"event:{event.TOPIC.rpartition('.')[0]}"
    if isinstance(event, StatementRecorded):
        yield f"statement:{event.kind}"
    if isinstance(event, PlanEstablished):
        begun = (each for each in events if isinstance(each, PlanInitiated))
        yield from (f"plan:{each.kind}" for each in begun if each.originator_id == event.originator_id)


def _list_parties(event: Event) -> Collection[Party]:
    """Return the parties for whom an event meets a duty: both for a plan, else that of its actor."""
    return tuple(Party) if isinstance(event, PlanEstablished) else (event.actor.party,)


def _confirms(event: Event, duty: Duty) -> bool:
    """Return True if an event says yes in the duty's field, or if the duty has none."""
    if duty.field is None:
        return True
    if isinstance(event, StatementRecorded):
        return event.fields.get(duty.field) is True
    return getattr(event, duty.field, None) is True


def _is_possible_after_end(agreement: Agreement, trigger: str) -> bool:
    sort, _, name = trigger.partition(":")
    return trigger == _AFTER_END or (sort == "statement" and agreement.statements[name].closed)
