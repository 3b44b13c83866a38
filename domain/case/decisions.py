"""The one place in which an act on a case is decided: what time has brought, the act itself, and what follows on it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.events.case import FactCorrected, HoursRecorded, ResponsibilityChanged, StatementRecorded
from domain.case.events.disagreement import DisagreementRaised
from domain.case.events.enrolment import InterventionPerformed
from domain.case.events.question import QuestionEvent
from domain.case.events.referral import CriteriaAnswered
from domain.case.rules.calendar import Calendar
from domain.case.rules.current_answers import find_changes, name_keeper
from domain.case.rules.open_matters import refuse_ending_later
from domain.case.rules.record_answers import answer_criteria, find_new_verdicts, list_statement_kinds
from domain.case.rules.restored_answers import restore_answers
from domain.case.state.case import DECIDING_NOTHING, Case, evolve
from domain.case.state.moments import CaseAtMoments
from domain.intervention import Profession, find_interventions
from domain.kernel import Allocation, Event, Events, Instant, Party, Slug, Verdict
from domain.refusals import ContentNotKnown


def decide(case: Case | None, /, *, act: Act, calendar: Calendar, history: Sequence[Event], **content: Any) -> Events:
    """Decide an act on a case, and return its events. `history` are the events of the case. Raises Refusal.

    First come the changes that time alone has brought by the time of the act, then the act's own events, and last the
    changes that follow on them: of the criteria that the record answers, and of responsibility. So no act can forget to
    ask. The act itself is decided by the verdicts of its own moment.
    """
    decision = DECISIONS[act.name]
    if case is None:
        opened = decision(act=act, **content)
        _refuse_unknown_professions(act, opened)
        return _settle(None, opened, act, calendar, ())
    before, turns = case, calendar.list_turns(case.latest_at, act.occurred_at)
    entered = _follow(case, _date_by_record(case, act, calendar, turns))
    case = reduce(evolve, entered, case)
    known = (*history, *entered)
    decided = tuple(
        restore_answers(event, known) if isinstance(event, FactCorrected) else event
        for event in decision(answer_criteria(act, case), act=act, **content)
    )
    _refuse_unknown_professions(act, decided)
    refuse_ending_later(case, decided, act)
    return _cite_past_texts(before, (*entered, *_settle(case, decided, act, calendar, known)))


def _cite_past_texts(case: Case, events: Events) -> Events:
    """Return the events, which also name the subordinate agreements that an answer cites and that are over by then.

    Such an answer goes on because something keeps it.
    """
    if not case.subordinate_grounds:
        return events
    named: list[Event] = []
    for event in events:
        over = {
            letters: ref
            for allocation in event.allocations
            for letters, ref in case.subordinate_grounds.get(allocation.intervention, {}).items()
            if any(clause.startswith(f"{letters}-") for clause in allocation.clauses)
        }
        if over.keys() - event.basis.subordinate.keys():
            basis = event.basis.model_copy(update={"subordinate": over | event.basis.subordinate})
            event = event.model_copy(update={"basis": basis})
        named.append(event)
        case = evolve(case, event)
    return tuple(named)


def _refuse_unknown_professions(act: Act, decided: Events) -> None:
    """Refuse an intervention by a profession that the version does not have, so that no matrix is asked in vain."""
    words = act.agreement.vocabulary.professions if act.agreement is not None else None
    asked = {each.profession for event in decided for each in find_interventions(event)}
    unknown = sorted(asked.difference(words, Profession)) if words is not None else []
    if words is not None and unknown:
        raise ContentNotKnown("profession", unknown, known=sorted({*words, *map(str, Profession)}), rule="SYS-7")


def _settle(before: Case | None, decided: Events, act: Act, calendar: Calendar, history: Sequence[Event]) -> Events:
    """Return the act's events with what keeps their answers, and the changes that follow on them until now.

    A fact that is recorded late, or a version that is known late to have been in force, can change answers at each
    later time at which another fact, a decision or time alone changed what the matrix is asked about.
    """
    after = reduce(evolve, decided, before)
    assert after is not None, "the act that opens a case has an event"
    if after.is_ended:
        return decided
    occurred_at = min((event.occurred_at for event in decided), default=act.occurred_at)
    act = calendar.date_act(act, occurred_at).model_copy(update={"track": after.referral.track})
    if any(event.allocations for event in decided):
        decided = tuple(_name_keepers(act, after, event) for event in decided)
        after = reduce(evolve, decided, before)
        assert after is not None
    turns = calendar.list_turns(act.occurred_at, act.now)
    times = _effective_times(after)
    known: Sequence[Event] = ()
    if before is not None and act.occurred_at < before.latest_at:
        kinds = list_statement_kinds(calendar.agreements)
        looks_back = act.name is ActName.SETTLE_RESPONSIBILITY
        if looks_back or any(_can_change_answers(event, kinds) for event in decided):
            known = (*history, *decided)
            times |= {event.occurred_at for event in history if _can_change_answers(event, kinds)}
    later = {at for at in times if act.occurred_at < at <= act.now}.difference(turns)
    acts = [act, *_date_by_record(after, act, calendar, turns), *(calendar.date_act(act, at) for at in later)]
    return (*decided, *_follow(after, sorted(acts, key=_occurred_at), known))


def _follow(case: Case, acts: Iterable[Act], known: Sequence[Event] = ()) -> Events:
    """Return the events for each of the acts, in order of time, at which a verdict or an answer changes.

    With `known`, the events of the case, each act is judged by the facts that had occurred by its time.
    """
    events: Events = ()
    moments = CaseAtMoments(known) if known else None
    decided_at = _find_decisions(case, known)
    for act in acts:
        facts = moments.at(act.occurred_at) if moments is not None else case
        for party, verdicts in find_new_verdicts(act, facts).items():
            answered = _record_answers(act, case, party, verdicts)
            case, facts, events = evolve(case, answered), evolve(facts, answered), (*events, answered)
            if moments is not None:
                moments.add(answered)
        changes = tuple(_find_undecided(act, facts, case, decided_at))
        if changes:
            event = _record(act, case, changes)
            case, events = evolve(case, event), (*events, event)
            if moments is not None:
                moments.add(event)
    return events


def _find_undecided(act: Act, facts: Case, case: Case, decided_at: Mapping[Slug, Instant]) -> Iterator[Allocation]:
    """Find the answers that change at an act, but for those that somebody has decided later (DECISIONS 36).

    An intervention that is named by then, and has no answer, gets one until the later decision.
    """
    for change in find_changes(act, facts):
        key = change.intervention
        if decided_at.get(key, act.occurred_at) <= act.occurred_at:
            yield change
        elif key not in facts.allocations:
            yield from (change, case.allocations[key])


def _find_decisions(case: Case, events: Iterable[Event]) -> Mapping[Slug, Instant]:
    """Return the latest time at which somebody decided the answer about each intervention.

    An open disagreement keeps the answers that it was raised on, also from a fact of before it (ORE-3.1.3-14).
    """
    decided: dict[Slug, Instant] = {}
    still_open = {dispute.id for dispute in case.disputes if dispute.is_open}
    for event in events:
        allocations = () if isinstance(event, DECIDING_NOTHING) else event.allocations
        if isinstance(event, DisagreementRaised) and event.originator_id in still_open:
            allocations = event.held
        for allocation in allocations:
            at = decided.get(allocation.intervention, event.occurred_at)
            decided[allocation.intervention] = max(at, event.occurred_at)
    return decided


def _can_change_answers(event: Event, kinds: Collection[Slug | None]) -> bool:
    """Return True unless an event tells only of care given and of messages, which no answer depends on.

    `kinds` are the kinds of statement by which the record answers criteria.
    """
    if isinstance(event, StatementRecorded):
        return event.kind in kinds
    return not isinstance(event, InterventionPerformed | HoursRecorded | QuestionEvent)


def _record_answers(act: Act, case: Case, party: Party, verdicts: tuple[Verdict, ...]) -> CriteriaAnswered:
    known = act.in_force.clauses
    cited = dict.fromkeys(verdict.rule for verdict in verdicts if verdict.rule in known)
    return act.record(
        CriteriaAnswered, on=case.referral, case_id=case.id, clauses=tuple(cited), party=party, verdicts=verdicts
    )


def _record(act: Act, case: Case, changes: tuple[Allocation, ...]) -> ResponsibilityChanged:
    known = act.agreement.clauses if act.agreement is not None else ()
    cited = dict.fromkeys(clause for change in changes for clause in change.clauses if clause in known)
    return act.record(ResponsibilityChanged, on=case.stream, case_id=case.id, clauses=tuple(cited), allocations=changes)


def _date_by_record(case: Case, act: Act, calendar: Calendar, turns: Sequence[Instant]) -> list[Act]:
    """Return the acts by which Kvittens itself enters what time alone brings at these moments."""
    if not turns:
        return []
    actor = act.directory.record_actor(case.region) or act.actor
    by_record = {"name": ActName.SETTLE_RESPONSIBILITY, "actor": actor, "track": case.referral.track}
    return [calendar.date_act(act, at).model_copy(update=by_record) for at in turns]


def _name_keepers(act: Act, case: Case, event: Event) -> Event:
    """Return the event, whose answers name what keeps them if the matrix would give others."""
    allocations = tuple(name_keeper(act, case, allocation) for allocation in event.allocations)
    return event if allocations == event.allocations else event.model_copy(update={"allocations": allocations})


def _effective_times(case: Case) -> set[Instant]:
    return {allocation.effective_from for allocation in case.allocations.values()}


def _occurred_at(act: Act) -> Instant:
    return act.occurred_at
