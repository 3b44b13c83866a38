"""Events, grounds, refusals and what waits, told in Swedish with names in place of ids."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Any

from domain.agreements.model import Agreement, Requirement, Track
from domain.case.events.referral import CriteriaExceptionAgreed, DepartureGranted
from domain.directory import Directory
from domain.kernel import Actor, legal_day
from projections.responsibility import Interval, Intervals
from projections.timeline import TimelineEntry
from projections.worklist.items import WorklistItem
from service.agreements.rules import words_of
from service.web import labels as words
from service.web import swedish
from service.web.page_values import Detail, Ground, ToldEvent, ToldInterval, ToldItem, ToldRefusal, ToldVerdict, Who

_HSA = re.compile(r"SE\d{10}-[A-Z0-9]{1,20}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HIDDEN = {"patient_id", "county", "dispute_id", "position_id", "party", "verdicts", "held", "step_id"}
"""What an event says that its sentence, or the page around it, already shows."""


class Teller:
    """Tells what a county's cases hold, with the names of its directory and the clauses of its agreements."""

    def __init__(
        self, directory: Directory, agreements: Sequence[Agreement], interventions: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        self._agreements = {str(agreement.ref): agreement for agreement in agreements}
        self._interventions = interventions or {}

    def name(self, id: str) -> str:
        """What a person, unit or organisation is called; its id where the directory no longer says."""
        return self._directory.name_of(id) or id

    def who(self, actor: Actor) -> Who:
        """Somebody who acted."""
        return Who(
            name=self.name(actor.person),
            role=swedish.ROLES[actor.role],
            unit=self.name(actor.unit),
            principal=self.name(actor.principal),
            party=actor.party,
        )

    def intervention(self, key: str) -> str:
        """What an intervention is called in its case."""
        return self._interventions.get(key, key)

    def ground(self, rule: str, agreement: str | None = None) -> Ground:
        """Return a rule with its words: those of the named agreement, or of any."""
        named = [self._agreements[agreement]] if agreement in self._agreements else self._agreements.values()
        found = words_of(rule, named)
        return Ground(rule, found.section, found.heading, found.statement) if found is not None else Ground(rule)

    def event(self, entry: TimelineEntry, intervals: Intervals) -> ToldEvent:
        """An event of the timeline, with what it moved."""
        used = {name for _, name, _, _ in Formatter().parse(swedish.EVENTS[entry.topic]) if name}
        content = {
            name: value
            for name, value in entry.content.items()
            if name not in _HIDDEN and not (name in used and isinstance(value, str))
        }
        return ToldEvent(
            ordinal=entry.ordinal,
            topic=entry.topic,
            sentence=self._sentence(entry),
            who=self.who(entry.actor),
            occurred_at=entry.occurred_at,
            recorded_at=entry.recorded_at,
            days_late=(legal_day(entry.recorded_at) - legal_day(entry.occurred_at)).days,
            agreement=entry.agreement,
            grounds=tuple(self.ground(rule, entry.agreement) for rule in entry.clauses),
            not_regulated=tuple(
                swedish.ACTS.get(what, swedish.SILENCES.get(what, what)) for what in entry.not_regulated
            ),
            by_analogy=entry.by_analogy,
            breaches=tuple(self.ground(rule, entry.agreement) for rule in entry.breaches),
            set_aside=self._set_aside(entry),
            details=tuple(self._details(content, entry.agreement)),
            verdicts=tuple(self._verdict(one, entry.agreement) for one in entry.content.get("verdicts", ())),
            moved=tuple(self.interval(one) for one in intervals if one.event_id == entry.event_id),
        )

    def _set_aside(self, entry: TimelineEntry) -> str | None:
        """The criterion of a departure, or of an exception that the agreement allows by its letter only (S19)."""
        found = self._agreements.get(entry.agreement or "")
        criterion = str(entry.content.get("criterion", ""))
        waivers = [
            one.waiver for track in (found.tracks if found else ()) for one in track.criteria if one.id == criterion
        ]
        attention = any(waiver is not None and waiver.high_attention for waiver in waivers)
        excepted = entry.topic == CriteriaExceptionAgreed.TOPIC and attention
        return _criterion(found, criterion) if excepted or entry.topic == DepartureGranted.TOPIC else None

    def _sentence(self, entry: TimelineEntry) -> str:
        """What the actor did. A word that is not a plain text in the event comes from inside it."""
        said = entry.content
        party = said.get("party")
        section = said.get("section") or {}
        planned = said.get("intervention")
        words = {
            "party_genitive": swedish.GENITIVES.get(str(party), ""),
            "plan": self._plan(str(said.get("kind")), entry.agreement),
            "part": f"”{self._part(section.get('part', ''), entry.agreement).title}”" if section else "",
        }
        for name in _IN_SENTENCES:
            value = said.get(name, planned.get(name) if isinstance(planned, dict) else None)
            if isinstance(value, str):
                words[name] = self._word(name, value, entry.agreement)
        if "aspect" in words:
            words["aspect"] = swedish.ASPECTS[str(said["aspect"])]
        for name in ("keeps", "performer"):
            if words.get(name) in swedish.VALUES["party"].values():
                words[name] = words[name].lower()
        if "intervention" in words:
            words["intervention"] = f"”{words['intervention']}”"
        return swedish.EVENTS[entry.topic].format(**words)

    def _details(self, content: Mapping[str, Any], agreement: str | None) -> Iterator[Detail]:
        for name, value in content.items():
            if value is None or value == [] or value == {} or name == "key":
                continue
            if name == "section":
                yield from self._section(value, agreement)
            elif isinstance(value, dict):
                yield Detail(_label(name), parts=tuple(self._details(value, agreement)))
            elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
                yield Detail(_label(name), each=tuple(tuple(self._details(each, agreement)) for each in value))
            elif isinstance(value, list):
                yield Detail(_label(name), text=", ".join(self._word(name, each, agreement) for each in value))
            elif value is not False or name in {"took_part", "shared"}:
                yield Detail(_label(name), text=self._word(name, value, agreement))

    def _section(self, section: Mapping[str, Any], agreement: str | None) -> Iterator[Detail]:
        part = self._part(section["part"], agreement)
        titles = {field.id: field.title for field in part.fields}
        for name, value in section["fields"].items():
            yield Detail(titles.get(name, _label(name)), text=self._word(name, value, agreement))
        if section["not_applicable"] is not None:
            yield Detail(_label("not_applicable"), text=section["not_applicable"])

    def _plan(self, kind: str, agreement: str | None) -> str:
        """A kind of plan as the agreement calls it, within a sentence."""
        found = self._agreements.get(agreement or "")
        title = found.plans[kind].title if found is not None and kind in found.plans else kind
        return title[:1].lower() + title[1:]

    def _part(self, part: str, agreement: str | None) -> Requirement:
        """A part of the plan as the agreement has it, or else only by its own key."""
        found = self._agreements.get(agreement or "")
        plans = [content for what, content in found.content.items() if what.endswith("-plan")] if found else []
        known = [field for content in plans for field in content.fields if field.id == part]
        return known[0] if known else Requirement.model_construct(id=part, title=part, clauses=(), fields=())

    def _word(self, name: str, value: object, agreement: str | None) -> str:
        """One value in Swedish."""
        if isinstance(value, bool):
            return "Ja" if value else "Nej"
        text = str(value)
        if text in swedish.VALUES.get(name, {}):
            return swedish.VALUES[name][text]
        if _HSA.fullmatch(text):
            return self.name(text)
        if _DAY.fullmatch(text):
            return swedish.day(date.fromisoformat(text))
        found = self._agreements.get(agreement or "")
        match name:
            case "reason":
                return swedish.REASONS.get(text, text)
            case "intervention":
                return self.intervention(text)
            case "criterion":
                return _criterion(found, text)
            case "previous":
                return swedish.VALUES["level"].get(text, text)
            case "ground" if found is not None:
                return _ground(found, text)
            case "setting" if found is not None:
                return found.vocabulary.settings.get(text, text)
            case "track" if found is not None and isinstance(track := found.track(text), Track):
                return track.title
            case "category" if found is not None:
                return found.vocabulary.interventions.get(text, text)
            case "circumstance" if found is not None:
                return found.vocabulary.conditions.get(text, text)
            case "kind" if found is not None and text in found.statements:
                return found.statements[text].title
            case "kind" if found is not None and text in found.plans:
                return found.plans[text].title
            case "to" if found is not None:
                return found.vocabulary.settings.get(text, text)
            case _:
                return text

    def _verdict(self, said: Mapping[str, Any], agreement: str | None) -> ToldVerdict:
        found = self._agreements.get(agreement or "")
        labels = {name: fact.label for name, fact in found.facts.items()} if found else {}
        outcome = "Uppfyllt" if said["met"] else "Inte uppfyllt"
        return ToldVerdict(
            title=_criterion(found, said["criterion"]),
            outcome=outcome,
            met=said["met"],
            facts=tuple(
                (labels.get(name, name), self._word(name, value, agreement)) for name, value in said["facts"].items()
            ),
            note=said["note"],
            ground=self.ground(said["rule"], agreement),
        )

    def interval(self, one: Interval, at: datetime | None = None) -> ToldInterval:
        """Who answers in a period, and whether it holds at a moment."""
        return ToldInterval(
            intervention=self.intervention(one.intervention),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            performer=self.name(one.performer) if one.performer else "Ingen huvudman" if one.guardian else None,
            treatment=self.name(one.treatment) if one.treatment else "Vårdnadshavaren" if one.guardian else None,
            shared=one.shared,
            derived=one.derived,
            grounds=tuple(self.ground(rule, one.agreement) for rule in one.clauses),
            agreement=one.agreement,
            holds=at is not None and one.covers(at),
        )

    def item(self, item: WorklistItem, today: date) -> ToldItem:
        """Something that waits, as of a Swedish legal day."""
        item = item.as_of(today)
        what, concerns = swedish.waiting(item.key)
        return ToldItem(
            what=what,
            concerns=self._concern(item.key, concerns) if concerns else None,
            principal=self.name(item.principal),
            since=item.since,
            elapsed=item.elapsed_days(today),
            due=item.due,
            overdue=item.is_overdue(today),
            words=item.words,
            ground=self.ground(item.rule) if item.rule else None,
            blocked=item.blocked_by is not None,
            lacks=tuple(self._ordering_rule(one) for one in item.lacks),
            priority=item.priority,
        )

    def _concern(self, key: str, concerns: str) -> str:
        if key.startswith("agree-exception:"):
            titles = (_criterion(agreement, concerns) for agreement in self._agreements.values())
            return next((title for title in titles if title != concerns), concerns)
        if key.startswith("statement:"):
            kinds = (agreement.statements.get(concerns) for agreement in self._agreements.values())
            return next((kind.title for kind in kinds if kind is not None), concerns)
        if key.startswith("duty:"):
            duties = (duty for agreement in self._agreements.values() for duty in agreement.duties)
            return next((duty.title for duty in duties if duty.id == concerns), concerns)
        return swedish.VALUES["aspect"].get(concerns) or self.intervention(concerns)

    def _ordering_rule(self, id: str) -> str:
        """What must be there first, in the text's own words."""
        rules = (rule for agreement in self._agreements.values() for rule in agreement.preconditions)
        return next((rule.title for rule in rules if rule.id == id), id)

    def unmet(self, reason: str) -> str:
        """Why hours are not paid for: in words, or the criterion that is not met."""
        titles = (_criterion(agreement, reason) for agreement in self._agreements.values())
        criterion = next((title for title in titles if title != reason), reason)
        return words.UNMET.get(reason) or f"inte uppfyllt: {criterion}"

    def refusal(self, row: tuple[datetime, str, str, str, str, str, str]) -> ToldRefusal:
        """A refused act, as it was noted."""
        recorded_at, acts, code, rule, person, unit, role = row
        return ToldRefusal(
            recorded_at=recorded_at,
            acts=tuple(swedish.ACTS.get(act, act) for act in acts.split(", ")),
            who=self.name(person),
            role=swedish.ROLES.get(role, role),
            unit=self.name(unit),
            reason=swedish.REFUSALS.get(code, code),
            code=code,
            ground=self.ground(rule),
        )


_IN_SENTENCES = (
    "receiver",
    "level",
    "previous",
    "person",
    "role",
    "aspect",
    "keeps",
    "performer",
    "intervention",
    "kind",
    "circumstance",
    "municipality",
)
"""What a sentence may name of an event's content."""


def _label(name: str) -> str:
    return swedish.FIELDS.get(name, name)


def _ground(agreement: Agreement, id: str) -> str:
    waivers = (one.waiver for track in agreement.tracks for one in track.criteria)
    return next((waiver.grounds[id] for waiver in waivers if waiver is not None and id in waiver.grounds), id)


def _criterion(agreement: Agreement | None, id: str) -> str:
    tracks = agreement.tracks if agreement else ()
    return next((one.title for track in tracks for one in track.criteria if one.id == id), id)
