"""The words of a version's page about its duties and time limits, its scope, and who signs it, in Swedish."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from domain.agreements.model import ActName, Agreement, Deadline, Guard, NotRegulated, PlanRule
from domain.kernel import Party
from domain.ledger_permission import list_groups
from service.web import labels, swedish
from service.web.swedish import decapitalise
from service.web.vocabulary import name_word

_OF_TOPICS: Mapping[str, str] = {topic.rpartition(".")[0]: sentence for topic, sentence in swedish.EVENTS.items()}
_NAMED: Mapping[str, str] = {
    "aspect": "kompetens eller utrustning",
    "criterion": "",
    "intervention": "",
    "judged": "är egenvård eller inte",
    "keeps": "den ena parten",
    "party_genitive": "sin",
    "performer": "någon",
    "person": "någon",
    "plan": "plan",
    "receiver": "mottagaren",
    "responsible": "någon",
    "role": "kontakt",
    "unit": "en annan enhet",
}
"""The words for what the sentence of an event names, in a sentence about any such event. Else it has a gap."""
_OF_ANY: Mapping[str, str] = {
    "case.statement-recorded": "dokumenterade en uppgift",
    "case.circumstance-recorded": "dokumenterade en omständighet",
    "case.home-visit-recorded": "dokumenterade ett hembesök",
    "case.fact-corrected": "rättade en uppgift",
    "referral.joint-consideration-recorded": "dokumenterade den gemensamma bedömningen av vårdform för sin del",
}
"""The sentences about any event of a topic whose own sentence says little without what it names."""


class TextDuty(NamedTuple):
    """A duty of a version, as its page shows it."""

    what: str
    who: str
    after: tuple[str, ...]
    """Any of these awakens it."""
    met_by: tuple[str, ...]
    """Any of these meets it. Empty if it is met by what it asks for."""
    limit: Deadline | None
    tracks: tuple[str, ...]
    condition: str | None
    """The circumstance under which it holds. None if it always does."""
    clauses: tuple[str, ...]


class TextPlan(NamedTuple):
    """A kind of plan of a version, as its page shows it."""

    rule: PlanRule
    facts: tuple[tuple[str, str, tuple[str, ...]], ...]
    """The facts that the version states: a heading, the words, and the rules."""


def list_text_plans(text: Agreement, whole: Agreement) -> Iterator[TextPlan]:
    """Yield the kinds of plan of a version: how each is begun, made, followed up and ended, and by when.

    `whole` is the version with the main agreement that it stands under, whose words and tables it uses.
    """
    for rule in text.plans.values():
        yield TextPlan(rule, tuple(_describe_plan(whole, rule)))


def _describe_plan(whole: Agreement, rule: PlanRule) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    titles = {track.id: track.title for track in whole.tracks}
    offices, act = whole.vocabulary.offices, whole.acts.get(ActName.INITIATE_PLAN)
    if rule.tracks:
        yield "På vägarna in", ", ".join(titles.get(track, track) for track in rule.tracks), ()
    if rule.when is not None:
        yield "Finns om", name_word(whole, "conditions", rule.when), ()
    general = labels.describe_groups(act.by if act is not None else (), offices)
    named = labels.describe_groups(rule.initiated_by, offices)
    both = f"{named}, av dem som får påbörja planer: {general}" if named and general else named or general
    yield "Påbörjas av", both or _UNSAID_STAFF, ()
    yield from _describe_planning(whole, rule)
    yield "Godkänns av", _describe_signing(whole, rule), ()
    yield "Följs upp av", _FOLLOWED_UP_BY[rule.followed_up_by], (rule.follow_up,) if rule.follow_up is not None else ()
    every, day = _find_limit(whole, rule.follow_up_every), _describe_place(whole, rule, rule.follow_up_on)
    if every is not None:
        since = "planen upprättades, eller partens senaste uppföljning"
        yield "Följs upp", f"{_quote_limit(every)}, från: {since}", every.clauses
    if day is not None or (every is None and rule.followed_up_by is not None):
        yield "Följs upp", day or "den dag som uppföljningen själv anger", ()
    lapses = _find_limit(whole, rule.lapses)
    if lapses is not None:
        since = _describe_place(whole, rule, rule.lapses_from) or "planen upprättades"
        yield "Upphör", f"{_quote_limit(lapses)}, från: {decapitalise(since)}", lapses.clauses
    replaced = [whole.plans[kind].title for kind in rule.replaces if kind in whole.plans]
    if replaced:
        yield "Ersätter", ", ".join(map(decapitalise, replaced)), ()


def _describe_planning(whole: Agreement, rule: PlanRule) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield who takes part in the planning, and by when it is held."""
    asked = [("med den enskilde först", rule.planning)] if rule.planning is not None else []
    grounds = [(_TAKES_PART[guard], whole.guards[guard].rule) for guard in _TAKES_PART if guard in whole.guards]
    both = grounds if rule.established_by == "both-parties" else []
    if asked or both:
        words = dict.fromkeys(word for word, _ in (*asked, *both))
        yield "Planeras", "; ".join(words), tuple(dict.fromkeys(clause for _, clause in (*asked, *both)))
    limits = [limit for name in (rule.deadline, rule.prompt) if (limit := _find_limit(whole, name)) is not None]
    if limits:
        clauses = dict.fromkeys(clause for limit in limits for clause in limit.clauses)
        since = "vårdnivån fastställdes, eller annars inskrivningen i hemsjukvården föreslogs"
        yield "Senast", f"{'; '.join(map(_quote_limit, limits))}, från: {since}", tuple(clauses)


def _describe_signing(whole: Agreement, rule: PlanRule) -> str:
    """Describe who agrees to a kind of plan: the staff that the version names for it, or else the parties."""
    if rule.established_by == "author":
        return "den part som skriver den, ensam"
    content = whole.content.get(rule.participants or "")
    groups = [field.who for field in content.fields if field.who is not None] if content is not None else []
    act = whole.acts.get(ActName.AGREE_PLAN)
    named = labels.describe_groups(groups or (act.by if act is not None else ()), whole.vocabulary.offices)
    return f"båda parter, var för sig{f': {named}' if named else ', genom legitimerad personal'}"


def _describe_place(whole: Agreement, rule: PlanRule, place: str | None) -> str | None:
    """Describe the field of a plan that a day stands in, by its titles."""
    content = whole.content.get(rule.content or "")
    if place is None or content is None:
        return None
    part_id, _, field_id = place.partition(".")
    part = next((part for part in content.fields if part.id == part_id), None)
    field = next((field for field in (part.fields if part is not None else ()) if field.id == field_id), None)
    return (
        f"dagen i planen: {part.title}, {decapitalise(field.title)}" if part is not None and field is not None else None
    )


def _quote_limit(limit: Deadline) -> str:
    counted = describe_limit(limit)
    return f"”{limit.words}”{f' ({counted})' if counted is not None else ''}"


_UNSAID_STAFF = "sägs inte; legitimerad personal och samordnare får"
_TAKES_PART: Mapping[Guard, str] = {
    Guard.JOINT_PLANNING: "med personal från båda parterna",
    Guard.ATTENDANCE: "med personal från båda parterna, eller med skäl till att någon saknas",
    Guard.WITH_INDIVIDUAL: "med den enskilde först",
}
"""The participants of a planning, by the checks of a version."""
_FOLLOWED_UP_BY: Mapping[str | None, str] = {
    "parties": "båda parter, var för sig",
    "orderer": "den som ordinerade, som också beslutar om ändring och slut",
    None: "sägs inte",
}


def describe_topic(topic: str) -> str:
    """Describe any event of a topic, without its version, as what somebody did: `kvitterade vårdbegäran`."""
    if topic in _OF_ANY:
        return _OF_ANY[topic]
    gap = "\N{HORIZONTAL ELLIPSIS}"
    words = re.sub(r"\{(\w+)\}", lambda found: _NAMED.get(found[1], gap), _OF_TOPICS[topic])
    return re.sub(r"\s+(?=[\s;,])", "", words.partition(f": {gap}")[0]).rstrip(" :")


def list_text_duties(text: Agreement, whole: Agreement) -> Iterator[TextDuty]:
    """Yield the duties of a version, and the statements that it wants after something, in the words of the `whole`."""
    titles = {track.id: track.title for track in whole.tracks}
    for duty in text.duties:
        yield TextDuty(
            what=duty.title,
            who=labels.OWNERS[duty.owner],
            after=tuple(_describe_trigger(whole, each) for each in duty.opened_by),
            met_by=tuple(_describe_trigger(whole, each) for each in duty.met_by),
            limit=_find_limit(whole, duty.deadline),
            tracks=tuple(titles.get(track, track) for track in duty.tracks),
            condition=name_word(whole, "conditions", duty.when) if duty.when else None,
            clauses=duty.clauses,
        )
    for rule in text.statements.values():
        if rule.counts_from is not None:
            yield TextDuty(
                what=f"Dokumentera: {decapitalise(rule.title)}",
                who=labels.describe_groups(rule.by, whole.vocabulary.offices),
                after=(_describe_trigger(whole, rule.counts_from),),
                met_by=(),
                limit=_find_limit(whole, rule.deadline),
                tracks=tuple(titles.get(track, track) for track in rule.tracks),
                condition=name_word(whole, "conditions", rule.when) if rule.when else None,
                clauses=rule.clauses,
            )


def _find_limit(text: Agreement, deadline: str | None) -> Deadline | None:
    found = text.deadline(deadline) if deadline is not None else None
    return None if isinstance(found, NotRegulated) else found


def _describe_trigger(text: Agreement, trigger: str) -> str:
    """Describe what opens or meets a duty, as a clause. A name that nothing has, in an old text, stands as it is."""
    sort, _, name = trigger.partition(":")
    if name in text.statements and sort == "statement":
        return f"någon dokumenterade: {decapitalise(text.statements[name].title)}"
    if name in text.plans and sort == "plan":
        return f"{decapitalise(text.plans[name].title)} upprättades"
    return f"någon {describe_topic(name)}" if name in _OF_TOPICS else trigger


def describe_limit(limit: Deadline) -> str | None:
    """Describe how a time limit is counted, as `3 arbetsdagar`. None if its words set no time."""
    if limit.duration is not None:
        return swedish.format_duration(limit.duration)
    months = " eller ".join(swedish.MONTHS[month - 1] for month in limit.months)
    if limit.day_of_month is not None:
        return f"till och med den {limit.day_of_month} {f'i {months}' if months else 'i månaden'}"
    if months:
        return f"till och med {months}"
    return f"före: {decapitalise(swedish.ACTS[limit.before])}" if limit.before is not None else None


def describe_scope(text: Agreement, municipalities: Iterable[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what a version covers: a heading, the words, and the rules. The municipalities are given by their names."""
    scope = text.scope
    yield "Kommuner", ", ".join(municipalities), ()
    yield "Vårdnivåer", ", ".join(name_word(text, "levels", level) for level in scope.levels), scope.clauses
    yield "Boendeformer", ", ".join(name_word(text, "settings", each) for each in scope.settings), scope.clauses
    ages = labels.describe_ages(scope.min_age, scope.max_age)
    if ages is not None:
        yield "Ålder", ages, (scope.age,) if scope.age is not None else scope.clauses
    if text.defines:
        rules = (text.defines_rule,) if text.defines_rule is not None else ()
        yield "Reglerar", ", ".join(labels.AREAS[area] for area in text.defines), rules


def describe_signers(text: Agreement, whole: Agreement) -> Iterator[tuple[str, str]]:
    """Yield who signs a version for each party, and who ends it, with the names of offices of the `whole`."""
    offices = whole.vocabulary.offices
    for heading, act in (("Undertecknas", ActName.SIGN_VERSION), ("Avslutas", ActName.END_VERSION)):
        groups = list_groups(act, text)
        for party in Party:
            own = [group for group in groups if group.party is party]
            if own:
                yield f"{heading} för {swedish.PARTIES[party]} av", labels.describe_groups(own, offices)
