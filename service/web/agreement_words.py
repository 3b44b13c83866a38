"""The words of a version's page about its duties and time limits, its scope, and who signs it, in Swedish."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from domain.agreements.model import ActName, Agreement, Deadline, NotRegulated
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


def describe_topic(topic: str) -> str:
    """Describe any event of a topic, without its version, as what somebody did: `kvitterade vårdbegäran`."""
    if topic in _OF_ANY:
        return _OF_ANY[topic]
    gap = "\N{HORIZONTAL ELLIPSIS}"
    words = re.sub(r"\{(\w+)\}", lambda found: _NAMED.get(found[1], gap), _OF_TOPICS[topic])
    return re.sub(r"\s+(?=[\s;,])", "", words.partition(f": {gap}")[0]).rstrip(" :")


def list_text_duties(text: Agreement) -> Iterator[TextDuty]:
    """Yield the duties of a version, and the statements that it wants after something."""
    titles = {track.id: track.title for track in text.tracks}
    for duty in text.duties:
        yield TextDuty(
            what=duty.title,
            who=labels.OWNERS[duty.owner],
            after=tuple(_describe_trigger(text, each) for each in duty.opened_by),
            met_by=tuple(_describe_trigger(text, each) for each in duty.met_by),
            limit=_find_limit(text, duty.deadline),
            tracks=tuple(titles.get(track, track) for track in duty.tracks),
            condition=name_word(text, "conditions", duty.when) if duty.when else None,
            clauses=duty.clauses,
        )
    for rule in text.statements.values():
        if rule.counts_from is not None:
            yield TextDuty(
                what=f"Dokumentera: {decapitalise(rule.title)}",
                who=labels.describe_groups(rule.by, text.vocabulary.offices),
                after=(_describe_trigger(text, rule.counts_from),),
                met_by=(),
                limit=_find_limit(text, rule.deadline),
                tracks=tuple(titles.get(track, track) for track in rule.tracks),
                condition=name_word(text, "conditions", rule.when) if rule.when else None,
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


def describe_signers(text: Agreement) -> Iterator[tuple[str, str]]:
    """Yield who signs a version for each party, and who ends it."""
    offices = text.vocabulary.offices
    for heading, act in (("Undertecknas", ActName.SIGN_VERSION), ("Avslutas", ActName.END_VERSION)):
        groups = list_groups(act, text)
        for party in Party:
            own = [group for group in groups if group.party is party]
            if own:
                yield f"{heading} för {swedish.PARTIES[party]} av", labels.describe_groups(own, offices)
