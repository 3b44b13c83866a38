"""The narration of events, rules, refusals and worklists: in Swedish, with names in place of ids."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Annotated, Any, TypeVar, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from domain.agreements.model import ActName, Agreement, Requirement, Track
from domain.agreements.subordinate import Subordinate, compose
from domain.case.events.case import CorrectionReason
from domain.case.events.referral import CriteriaExceptionAgreed, DepartureGranted
from domain.case.rules.register_differences import RegisterDifference
from domain.case.state.care_plan import PlanText
from domain.case.state.case import EVENT_CLASSES
from domain.directory import Directory
from domain.kernel import Actor, HsaId, Keeper, Party, UnitKind, legal_day
from projections.responsibility import Interval, Intervals
from projections.timeline import TimelineEntry
from projections.worklist.items import WorklistItem
from service.bootstrap import Services
from service.reads.queries import RefusedActs
from service.web import labels, swedish
from service.web.page_values import (
    PageActor,
    PageDetail,
    PageEvent,
    PageInterval,
    PageItem,
    PageRefusal,
    PageRule,
    PageVerdict,
)
from service.web.vocabulary import name_rule, name_version, name_word

_HSA = re.compile(r"SE\d{10}-[A-Z0-9]{1,20}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
T = TypeVar("T", TimelineEntry, Interval)
HIDDEN = {
    "patient_id",
    "county",
    "dispute_id",
    "question_id",
    "answer_id",
    "cancellation_id",
    "position_id",
    "notice_id",
    "statement_id",
    "plan",
    "kind_name",
    "by",
    "corrects",
    "digest",
    "party",
    "verdicts",
    "held",
    "holds",
    "is_self_care",
    "step_id",
    "day_given",
    "body",
    "without_answer",
}
"""The fields of an event that its sentence, or the page around it, already shows, and ids, which tell a reader nothing.
"""
TITLED = {"section", "fields"}
"""The fields of an event whose own fields have their titles from the agreement."""


def _list_declared(kind: Any) -> frozenset[str]:
    """List the names of the fields, in events and in the values that they hold, that are declared as of a type."""
    waiting: list[type[BaseModel]] = list(EVENT_CLASSES)
    seen: set[type[BaseModel]] = set()
    found: set[str] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            types = tuple(_list_types(field.rebuild_annotation()))
            found |= {name} if kind in types else set()
            waiting += [each for each in types if isinstance(each, type) and issubclass(each, BaseModel)]
    return frozenset(found)


def _list_types(declared: Any) -> Iterator[Any]:
    """Yield the types of which a declared type is made, without their limits."""
    yield declared
    for part in get_args(declared)[:1] if get_origin(declared) is Annotated else get_args(declared):
        yield from _list_types(part)


_DECLARED = {kind: _list_declared(kind) for kind in (HsaId, date)}
"""The names of the fields of events that hold an HSA-id, and of those that hold a day."""


def _read_day(text: str) -> date | None:
    """Read a day as the record writes it. None for anything else, such as a text that only looks like one."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


Deed = tuple[str, Party]
"""The topic of an event, and the party whose event it was."""


class Narrator:
    """The narrator of a county's cases, with the names of its directory and the clauses of its agreements."""

    def __init__(
        self, directory: Directory, agreements: Sequence[Agreement], interventions: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        self._agreements = {str(agreement.ref): agreement for agreement in agreements}
        self._interventions = interventions or {}

    def name_of(self, id: str) -> str:
        """Return the name of a person, unit or organisation; its id if the directory no longer has it."""
        return self._directory.name_of(id) or id

    def name_side(self, principal: HsaId, unit_kinds: Collection[UnitKind] = ()) -> str:
        """Return the name of those who act for a principal: the kinds of unit first, as users say it.

        Without kinds, a municipality acts by its home care, and a region has no more to say than its name.
        """
        kinds = unit_kinds or ((UnitKind.MUNICIPAL_CARE,) if self._directory.municipality(principal) else ())
        units = " eller ".join(labels.UNIT_KINDS[kind] for kind in kinds)
        return ", ".join(filter(None, (units, self.name_of(principal))))

    def describe_actor(self, actor: Actor) -> PageActor:
        """Describe the author of an event."""
        return PageActor(
            name=self.name_of(actor.person),
            role=swedish.ROLES[actor.role],
            place=self._name_place(actor.unit, actor.principal),
            principal=self.name_of(actor.principal),
            party=actor.party,
        )

    def _name_place(self, unit: HsaId, principal: HsaId) -> str:
        """Return the names of a unit and of its principal; the unit's alone if it has the principal's in it."""
        names = self.name_of(unit), self.name_of(principal)
        return names[0] if names[1] in names[0] else ", ".join(names)

    def _name_ref(self, ref: str | None) -> str | None:
        """Return the name of the version that an event stands on; None if it stands on none."""
        agreement = self._agreements.get(ref or "")
        return name_version(agreement) if agreement is not None else ref

    def _name_whole(self, told: T) -> T:
        """Return an entry or interval that names, as its agreement, the whole of the texts that it stands on."""
        main = self._agreements.get(told.agreement or "")
        if main is None or not told.subordinate:
            return told
        names: list[str] = list(dict.fromkeys(told.subordinate.values()))
        whole = " ".join((str(told.agreement), *names))
        if whole not in self._agreements:
            parts = (self._agreements.get(name) for name in names)
            self._agreements[whole] = compose(main, [part for part in parts if isinstance(part, Subordinate)])
        return told.model_copy(update={"agreement": whole})

    def name_intervention(self, key: str) -> str:
        """Return the name of an intervention in its case."""
        return self._interventions.get(key, key)

    def describe_rule(self, rule: str, agreement: str | None = None) -> PageRule:
        """Describe a rule with the words of the named agreement, or of any."""
        sources = [self._agreements[agreement]] if agreement in self._agreements else self._agreements.values()
        return name_rule(rule, sources)

    def describe_events(self, entries: Sequence[TimelineEntry], intervals: Intervals) -> list[PageEvent]:
        """Describe the events of a timeline, the latest first."""
        deeds = list_deeds(entries)
        return [self.describe_event(entry, intervals, deeds) for entry in reversed(entries)]

    def tell_entries(self, entries: Sequence[TimelineEntry]) -> list[str]:
        """Tell who did what, in one sentence for each entry of a timeline, in their order."""
        deeds = list_deeds(entries)
        return [
            f"{self.name_of(entry.actor.person)} {self._sentence(self._name_whole(entry), deeds)}" for entry in entries
        ]

    def describe_event(self, entry: TimelineEntry, intervals: Intervals, deeds: Collection[Deed] = ()) -> PageEvent:
        """Describe an event of the timeline, with the responsibility that it moved.

        `deeds` are those of the whole timeline, by which an event is known as the second of both parties.
        """
        entry = self._name_whole(entry)
        in_sentence = {name for _, name, _, _ in Formatter().parse(swedish.EVENTS[entry.topic]) if name}
        in_sentence |= {"kind"} if "plan" in in_sentence else set()
        content = {
            name: value
            for name, value in entry.content.items()
            if name not in HIDDEN and not (name in in_sentence and isinstance(value, str))
        }
        return PageEvent(
            ordinal=entry.ordinal,
            topic=entry.topic,
            sentence=self._sentence(entry, deeds),
            who=self.describe_actor(entry.actor),
            occurred_at=entry.occurred_at,
            recorded_at=entry.recorded_at,
            days_late=(legal_day(entry.recorded_at) - legal_day(entry.occurred_at)).days,
            agreement=self._name_ref(entry.agreement),
            grounds=tuple(self.describe_rule(rule, entry.agreement) for rule in entry.clauses),
            not_regulated=tuple(self._silence(id, entry.agreement) for id in entry.not_regulated),
            by_analogy=entry.by_analogy,
            breaches=tuple(self.describe_rule(rule, entry.agreement) for rule in entry.breaches),
            set_aside=self._set_aside(entry),
            details=(*self._statement(entry), *self._details(content, entry.agreement)),
            verdicts=tuple(self._verdict(verdict, entry.agreement) for verdict in entry.content.get("verdicts", ())),
            moved=tuple(
                self.describe_interval(interval) for interval in intervals if interval.event_id == entry.event_id
            ),
            corrected=swedish.REASONS[entry.corrected] if entry.corrected is not None else None,
        )

    def _set_aside(self, entry: TimelineEntry) -> str | None:
        """Return the criterion of a departure, or of an exception that only the agreement's letter allows (S19)."""
        agreement = self._agreements.get(entry.agreement or "")
        id = str(entry.content.get("criterion", ""))
        tracks = agreement.tracks if agreement else ()
        waivers = [criterion.waiver for track in tracks for criterion in track.criteria if criterion.id == id]
        by_letter = any(waiver is not None and waiver.high_attention for waiver in waivers)
        is_exception = entry.topic == CriteriaExceptionAgreed.TOPIC and by_letter
        return _criterion(agreement, id) if is_exception or entry.topic == DepartureGranted.TOPIC else None

    def _silence(self, id: str, agreement: str | None) -> str:
        """Return the name of a question that the version does not answer: an act, a subject, or another document."""
        text = self._agreements.get(agreement or "")
        subject, _, value = id.partition(":")
        titles = {
            **({document.id: document.title for document in text.external_references} if text else {}),
            **({name: content.title for name, content in text.content.items()} if text else {}),
            **swedish.SILENCES,
            **swedish.ACTS,
        }
        name = titles.get(subject, subject)
        return f"{name}, {swedish.VALUES['colour'].get(value, value).lower()}" if value else name

    def _sentence(self, entry: TimelineEntry, deeds: Collection[Deed]) -> str:
        """Return the sentence of an event, filled from its fields or from the fields of its intervention."""
        if entry.corrected is CorrectionReason.WRONG_PERSON:
            return swedish.ABOUT_OTHER
        content = entry.content
        party = content.get("party")
        section = content.get("section") or {}
        intervention = content.get("intervention")
        words = {
            "party_genitive": swedish.GENITIVES.get(str(party), ""),
            "plan": self._plan(str(content.get("kind")), entry.agreement),
            "part": f"”{self._part(section.get('part', ''), entry.agreement).title}”" if section else "",
            "applies": "gäller" if content.get("holds") else "inte längre gäller",
            "judged": "är egenvård" if content.get("is_self_care") else "inte är egenvård",
        }
        for name in _IN_SENTENCES:
            value = content.get(name, intervention.get(name) if isinstance(intervention, dict) else None)
            if isinstance(value, str):
                words[name] = self._word(name, value, entry.agreement)
        if "aspect" in words:
            words["aspect"] = swedish.ASPECTS[str(content["aspect"])]
        if isinstance(intervention, dict):
            words["intervention"] = str(intervention["text"])
        for name in ("keeps", "performer", "responsible"):
            if content.get(name) in swedish.VALUES["performer"]:
                words[name] = words[name].lower()
        for name in ("intervention", "criterion"):
            words[name] = f"”{words.get(name, '')}”"
        return _choose_sentence(entry, deeds).format(**words)

    def _details(self, content: Mapping[str, Any], agreement: str | None) -> Iterator[PageDetail]:
        for name, value in content.items():
            if value is None or value == [] or value == {} or name in {"key", "fields"}:
                continue
            if name == "section":
                yield from self._section(value, agreement)

            elif isinstance(value, dict):
                yield PageDetail(_label(name), parts=tuple(self._details(value, agreement)))
            elif isinstance(value, list) and all(isinstance(element, dict) for element in value):
                lists = (tuple(self._details(element, agreement)) for element in value)
                yield PageDetail(_label(name), each=tuple(lists))
            elif isinstance(value, list):
                words = ", ".join(self._word(name, element, agreement) for element in value)
                yield PageDetail(_label(name), text=words)
            elif value is not False or name in {"took_part", "shared"}:
                yield PageDetail(_label(name), text=self._word(name, value, agreement))

    def _section(self, section: Mapping[str, Any], agreement: str | None) -> Iterator[PageDetail]:
        part = self._part(section["part"], agreement)
        titles = {field.id: field.title for field in part.fields}
        for name, value in section["fields"].items():
            yield PageDetail(titles.get(name, _label(name)), text=self._answer(name, value, agreement, part.fields))
        if section["not_applicable"] is not None:
            yield PageDetail(_label("not_applicable"), text=section["not_applicable"])

    def describe_plan_text(self, text: PlanText, agreement: Agreement | None) -> tuple[PageDetail, ...]:
        """Describe the text of a plan: its parts with whose words they are, its interventions and its contacts."""
        ref = str(agreement.ref) if agreement is not None else None
        parts = [
            PageDetail(
                f"{self._part(section.part, ref).title} ({swedish.PARTIES[section.party]})",
                parts=tuple(self._section(section.model_dump(mode="json"), ref)),
            )
            for section in text.sections
        ]
        parts += [
            PageDetail(
                _label("intervention"), parts=tuple(self._details(each.model_dump(mode="json", exclude={"key"}), ref))
            )
            for each in text.interventions
        ]
        parts += [
            PageDetail(
                swedish.capitalise(self._word("role", contact.role, ref)),
                text=", ".join(filter(None, (self.name_of(contact.person), contact.area))),
            )
            for contact in text.contacts
        ]
        return tuple(parts)

    def _statement(self, entry: TimelineEntry) -> Iterator[PageDetail]:
        """Describe the fields of a statement, with the titles that the agreement gives them."""
        text, kind = self._agreements.get(entry.agreement or ""), str(entry.content.get("kind"))
        known = text.statements[kind].fields if text is not None and kind in text.statements else ()
        titles = {field.id: field.title for field in known}
        for name, value in entry.content.get("fields", {}).items():
            yield PageDetail(titles.get(name, _label(name)), text=self._answer(name, value, entry.agreement, known))

    def _plan(self, kind: str, agreement: str | None) -> str:
        """Return the agreement's name of a kind of plan, for the middle of a sentence."""
        text = self._agreements.get(agreement or "")
        return swedish.decapitalise(text.plans[kind].title if text is not None and kind in text.plans else kind)

    def _part(self, part: str, agreement: str | None) -> Requirement:
        """Return the agreement's requirement of a part of the plan; if it has none, one with only the part's id."""
        text = self._agreements.get(agreement or "")
        contents = (text.content.get(rule.content or "") for rule in text.plans.values()) if text else ()
        parts = [field for content in contents if content for field in content.fields if field.id == part]
        return parts[0] if parts else Requirement.model_construct(id=part, title=part, clauses=(), fields=())

    def _answer(self, name: str, value: object, agreement: str | None, fields: Iterable[Requirement] = ()) -> str:
        """Return in Swedish the value of a field that the agreement has, or of a fact."""
        text = str(value)
        if any(field.id == name and field.who is not None for field in fields) and _HSA.fullmatch(text):
            return self.name_of(text)
        day = _read_day(text)
        return swedish.format_day(day) if day is not None else self._word(name, value, agreement)

    def _word(self, name: str, value: object, agreement: str | None) -> str:
        """Return in Swedish one value of a field of an event, in the agreement's words, or else in those of the pages.

        Its declared type decides how it is shown, never what it looks like.
        """
        if isinstance(value, bool):
            return "Ja" if value else "Nej"
        text = str(value)
        source = self._agreements.get(agreement or "")
        common = swedish.VALUES.get(name, {}).get(text)
        if common is not None:
            own = _choice(source, name, text) if source is not None else text
            return common if own == text else _write_as(own, common)
        if name in _DECLARED[HsaId] and _HSA.fullmatch(text):
            return self.name_side(text) if name == "receiver" else self.name_of(text)
        if name in _DECLARED[date] and _DAY.fullmatch(text):
            return swedish.format_day(date.fromisoformat(text))
        match name:
            case "reason":
                return swedish.REASONS.get(text, text)
            case "intervention" | "interventions":
                return self.name_intervention(text)
            case "criterion":
                return _criterion(source, text)
            case "office":
                return labels.name_office(text, source.vocabulary.offices if source is not None else {})
            case "corrects":
                return "en tidigare händelse"
            case "despite":
                return "ett annat ärende"
            case _:
                return text if source is None else _agreement_word(source, name, text)

    def _verdict(self, verdict: Mapping[str, Any], agreement: str | None) -> PageVerdict:
        text = self._agreements.get(agreement or "")
        facts = {name: fact.label for name, fact in text.facts.items()} if text else {}
        return PageVerdict(
            title=_criterion(text, verdict["criterion"]),
            outcome=_outcome(verdict),
            met=verdict["met"],
            facts=tuple(
                (facts.get(name, name), self._answer(name, value, agreement))
                for name, value in verdict["facts"].items()
            ),
            note=verdict["note"],
            ground=self.describe_rule(verdict["rule"], agreement),
        )

    def describe_interval(self, interval: Interval, at: datetime | None = None) -> PageInterval:
        """Describe the responsibility in a period, and mark it if the period contains a moment."""
        interval = self._name_whole(interval)
        performer = "Ingen huvudman" if interval.guardian else None
        own_rules = [rule for rule in interval.employer_clauses if rule not in interval.clauses]
        treatment = "Vårdnadshavaren" if interval.guardian else None
        return PageInterval(
            key=interval.intervention,
            intervention=self.name_intervention(interval.intervention),
            valid_from=interval.valid_from,
            valid_to=interval.valid_to,
            performer=self.name_of(interval.performer) if interval.performer else performer,
            employer=self.name_of(interval.employer) if interval.employer else performer,
            employer_rule=self.describe_rule(own_rules[0], interval.agreement) if own_rules else None,
            treatment=self.name_of(interval.treatment) if interval.treatment else treatment,
            medical=self.name_of(interval.medical) if interval.medical else None,
            shared=interval.shared,
            derived=interval.derived,
            grounds=tuple(self.describe_rule(rule, interval.agreement) for rule in interval.clauses),
            agreement=self._name_ref(interval.agreement),
            holds=at is not None and interval.covers(at),
            kept_by=swedish.KEEPERS[interval.kept_by] if interval.kept_by is not None else None,
            nobody=swedish.name_nobody(interval.kept_by),
            not_sent=interval.kept_by is Keeper.NOT_SENT,
        )

    def describe_item(self, item: WorklistItem, at: datetime, plans: Mapping[UUID, str] | None = None) -> PageItem:
        """Describe a worklist item as it is at a moment. `plans` has the names of the case's plans, if known."""
        item = item.as_of(at)
        what, subject = swedish.describe_item(item.key)
        named = plans.get(item.plan) if plans is not None and item.plan is not None else None
        concerns = item.intervention or (named or self._concern(item.key, subject) if subject else None)
        is_duty = item.key.startswith("duty:")
        return PageItem(
            what=concerns if is_duty and concerns else what,
            concerns=None if is_duty else concerns,
            side=self._side_of(item),
            since=item.since,
            elapsed=item.elapsed_days(at),
            due=item.due,
            due_at=item.due_at,
            overdue=item.is_overdue(at),
            words=item.words,
            note=item.note,
            ground=self.describe_rule(item.rule) if item.rule else None,
            blocked=item.blocked_by is not None,
            lacks=tuple(self._ordering_rule(id) for id in item.lacks),
            acts=self._acts(item, what),
            in_hospital_since=item.in_hospital_since,
            priority=item.priority,
        )

    def _side_of(self, item: WorklistItem) -> str:
        place = self.name_side(item.principal, item.unit_kinds)
        if item.unit is not None:
            place = self._name_place(item.unit, item.principal)
        names = {office: name for text in self._agreements.values() for office, name in text.vocabulary.offices.items()}
        offices = " eller ".join(labels.name_office(office, names) for office in item.offices)
        return swedish.capitalise(", ".join(filter(None, (offices, place))))

    def _acts(self, item: WorklistItem, what: str) -> tuple[str, ...]:
        """Return the names of the acts that meet an item; none if its own name says the same."""
        names = tuple(self._act(act, item) for act in item.acts)
        return () if names == (swedish.decapitalise(what),) else names

    def _act(self, act: ActName, item: WorklistItem) -> str:
        """Return the name of an act that meets an item, within a sentence; for a statement, the kinds that do."""
        if act is not ActName.RECORD_STATEMENT:
            return swedish.decapitalise(swedish.ACTS[act])
        titles = (f"”{self._statement_title(kind)}”" for kind in item.statements)
        return f"dokumentera {' eller '.join(titles)}"

    def _statement_title(self, kind: str) -> str:
        kinds = (agreement.statements.get(kind) for agreement in self._agreements.values())
        return next((found.title for found in kinds if found is not None), kind)

    def _concern(self, key: str, concerns: str) -> str:
        if key.startswith("agree-exception:"):
            titles = (_criterion(agreement, concerns) for agreement in self._agreements.values())
            return next((title for title in titles if title != concerns), concerns)
        if key.startswith("statement:"):
            return self._statement_title(concerns)
        if key.startswith(("agree-plan:", "close-plan:", "follow-up:", "plan-without-individual:", "planning:")):
            plans = (agreement.plans.get(concerns) for agreement in self._agreements.values())
            return next((plan.title for plan in plans if plan is not None), concerns)
        if key.startswith("duty:"):
            duties = (duty for agreement in self._agreements.values() for duty in agreement.duties)
            return next((duty.title for duty in duties if duty.id == concerns), concerns)
        return swedish.VALUES["aspect"].get(concerns) or self.name_intervention(concerns)

    def _ordering_rule(self, id: str) -> str:
        """Return the title of an ordering rule, in the text's own words."""
        rules = (rule for agreement in self._agreements.values() for rule in agreement.preconditions)
        return next((rule.title for rule in rules if rule.id == id), id)

    def describe_difference(self, difference: RegisterDifference) -> tuple[str, PageRule | None]:
        """Describe a difference between the case and the person register, and the clause that makes it matter."""
        said, found = self.name_of(difference.said), difference.register_has
        has = self.name_of(found) if found is not None else f"ett annat län ({difference.county})"
        sentence = swedish.DIFFERENCES[difference.field].format(said=said, has=has)
        rule = self.describe_rule(difference.rule) if difference.rule is not None else None
        return sentence, rule

    def describe_shortfall(self, reason: str) -> str:
        """Describe the reason why hours are not paid for: a condition, or a criterion that is not met."""
        titles = (_criterion(agreement, reason) for agreement in self._agreements.values())
        criterion = next((title for title in titles if title != reason), reason)
        return labels.UNMET.get(reason) or f"inte uppfyllt: {criterion}"

    def describe_refusal(self, refused: RefusedActs) -> PageRefusal:
        """Describe refused acts."""
        return PageRefusal(
            recorded_at=refused.recorded_at,
            acts=tuple(swedish.decapitalise(swedish.ACTS.get(act, act)) for act in refused.acts),
            who=self.name_of(refused.person),
            role=swedish.ROLES.get(refused.role, refused.role),
            unit=self.name_of(refused.unit),
            reason=swedish.REFUSALS.get(refused.code, "Det gick inte."),
            code=refused.code,
            ground=self.describe_rule(refused.rule),
        )


_IN_SENTENCES = (
    "receiver",
    "unit",
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
    "criterion",
    "municipality",
    "responsible",
    "fact",
    "news",
)
"""The fields of an event that its sentence may name."""


def list_deeds(entries: Iterable[TimelineEntry]) -> set[Deed]:
    """List the topics of a timeline, each with the party whose event it was."""
    return {(entry.topic, entry.actor.party) for entry in entries}


def _choose_sentence(entry: TimelineEntry, deeds: Collection[Deed]) -> str:
    """Choose the sentence of an event: of the second of both parties, about the author's own doing, or the usual."""
    first, second = swedish.SECOND.get(entry.topic, ("", ""))
    if (first, entry.actor.party.other) in deeds:
        return second
    is_own = entry.content.get("performer") == entry.actor.person
    return swedish.OWN.get(entry.topic, swedish.EVENTS[entry.topic]) if is_own else swedish.EVENTS[entry.topic]


def make_narrator(services: Services, actor: Actor, interventions: Mapping[str, str] | None = None) -> Narrator:
    """Make the narrator of the actor's county."""
    return Narrator(services.directories[actor.county], services.catalogue.agreements, interventions)


def _label(name: str) -> str:
    return swedish.FIELDS.get(name, name)


def _agreement_word(agreement: Agreement, name: str, value: str) -> str:
    """Return the agreement's own word for the value of a field, or the value."""
    match name:
        case "role":
            return _contact_role(agreement, value)
        case "ground":
            return _ground(agreement, value)
        case "setting" | "to":
            return name_word(agreement, "settings", value)
        case "track" if isinstance(track := agreement.track(value), Track):
            return track.title
        case "category":
            return name_word(agreement, "interventions", value)
        case "profession":
            return name_word(agreement, "professions", value)
        case "circumstance":
            return name_word(agreement, "conditions", value)
        case "kind" if value in agreement.statements:
            return agreement.statements[value].title
        case "kind" if value in agreement.plans:
            return agreement.plans[value].title
        case "kind" if value in (kinds := _work_kinds(agreement)):
            return kinds[value]
        case _:
            return _choice(agreement, name, value)


def _choice(agreement: Agreement, name: str, value: str) -> str:
    """Return the name that the text gives to a value of a field that lets one choose, or the value."""
    fields = [field for content in agreement.content.values() for field in content.fields]
    fields += [field for statement in agreement.statements.values() for field in statement.fields]
    for field in fields:
        fields.extend(field.fields)
    names = (name, name.replace("_", "-"))  # an event writes its fields otherwise than some texts do
    return next((field.choices[value] for field in fields if field.id in names and value in field.choices), value)


def _write_as(own: str, common: str) -> str:
    """Return the text's own word, with a capital letter if the pages write theirs with one."""
    return swedish.capitalise(own) if common[:1].isupper() else own


def _work_kinds(agreement: Agreement) -> Mapping[str, str]:
    """Return the kinds of work that the settlement of months counts, with their names."""
    monthly = agreement.settlement.monthly if agreement.settlement is not None else None
    return monthly.share.kinds if monthly is not None and monthly.share is not None else {}


def _contact_role(agreement: Agreement, id: str) -> str:
    """Return the text's own name of a contact role of a plan."""
    contents = (agreement.content.get(plan.roles or "") for plan in agreement.plans.values())
    roles = (field for content in contents if content is not None for field in content.fields)
    return next((swedish.decapitalise(role.title) for role in roles if role.id == id), id)


def _ground(agreement: Agreement, id: str) -> str:
    waivers = (criterion.waiver for track in agreement.tracks for criterion in track.criteria)
    return next((waiver.grounds[id] for waiver in waivers if waiver is not None and id in waiver.grounds), id)


def _outcome(verdict: Mapping[str, Any]) -> str:
    """Describe the outcome of a criterion. One that is only weighed stops nothing alone."""
    if verdict["met"]:
        return "Uppfyllt"
    return "Inte uppfyllt; vägs in" if verdict.get("weighed") else "Inte uppfyllt"


def _criterion(agreement: Agreement | None, id: str) -> str:
    tracks = agreement.tracks if agreement else ()
    return next((criterion.title for track in tracks for criterion in track.criteria if criterion.id == id), id)
