"""The parts of a case that a form can be about, and the fields that the case or its agreement gives a form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domain.agreements.content import find_content
from domain.agreements.criteria import list_criteria
from domain.agreements.expressions import list_facts
from domain.agreements.model import Criterion, Fact, PlanRule, Requirement
from domain.case.events.care_plan import PlannedIntervention
from domain.case.state.care_plan import CarePlan
from service.web import swedish
from service.web.act_choices import offer_words
from service.web.act_form import About, Choices, FieldGroup, FormField, Place, Subject
from service.web.narration import make_narrator
from service.web.page_values import FieldKind, PageDetail
from service.web.questions import name_plans
from service.web.receivers import read_receiver
from service.web.request_form import make_intervention_key

_WORDS_OF_ASSESSMENT = ("direction", "content", "responsibility", "goals", "considerations")
_FACTS = {"bool": FieldKind.YES_NO, "int": FieldKind.NUMBER, "string": FieldKind.TEXT}


def _only(words: Mapping[str, str]) -> Callable[[Place], Choices]:
    """Return the source of these words alone."""
    return lambda _: Choices.of(words)


def _list_questions(place: Place) -> Iterator[Subject]:
    for question in place.case.questions:
        yield Subject({"question": question.id})


def _list_disputes(place: Place) -> Iterator[Subject]:
    for dispute in place.case.disputes:
        if dispute.is_open:
            yield Subject({"dispute": dispute.id}, swedish.VALUES["subject"][dispute.subject])


def _list_open_plans(place: Place) -> Iterator[tuple[CarePlan, str]]:
    titles = name_plans(place.agreement, place.case)
    for plan in place.case.plans.values():
        if plan.ended_at is None:
            yield plan, titles[plan.id]


def _list_plans(place: Place) -> Iterator[Subject]:
    for plan, title in _list_open_plans(place):
        yield Subject({"plan": plan.id}, title)


def _list_drafts(place: Place) -> Iterator[Subject]:
    """Yield the plans, each with the digest of the text that the page shows."""
    for plan, title in _list_open_plans(place):
        yield Subject({"plan": plan.id}, title, {"text": plan.draft.digest})


def _list_parts(place: Place) -> Iterator[Subject]:
    """Yield the parts that the agreement has of each plan. Those after the first that nobody has written are folded."""
    for plan, title in _list_open_plans(place):
        parts = [part for part in _find_parts(place, plan) if part.when is None or place.case.meets(part.when)]
        written = {section.part for section in plan.draft.sections}
        following = next((part.id for part in parts if part.id not in written), None)
        for part in parts:
            more, waits = {"part": part.id}, part.id == following
            yield Subject({"plan": plan.id}, f"{title}, {part.title}", more, waits)


def _find_parts(place: Place, plan: CarePlan) -> Sequence[Requirement]:
    rule = _find_rule(place, plan)
    if place.agreement is None or rule is None or rule.content is None:
        return ()
    content = find_content(place.agreement, rule.content, track=place.case.referral.track)
    return content.fields if content is not None else ()


def _find_plan(place: Place) -> CarePlan | None:
    """Return the plan that the form is about. None if the case has it open no more."""
    return place.case.plans[place.given["plan"]] if "plan" in place.given else None


def _find_rule(place: Place, plan: CarePlan | None) -> PlanRule | None:
    rule = place.agreement.plan_rule(plan.kind) if place.agreement is not None and plan is not None else None
    return rule if isinstance(rule, PlanRule) else None


QUESTION = About(("question",), _list_questions)
DISPUTE = About(("dispute",), _list_disputes)
PLAN = About(("plan",), _list_plans)
DRAFT = About(("plan", "text"), _list_drafts)
PART = About(("plan", "part"), _list_parts)


def name_receiver(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the receiver that the chosen unit belongs to."""
    return read_receiver(place.directory, said["unit"]) if "unit" in said else said


def _find_assessment_fields(place: Place) -> Mapping[str, Requirement]:
    """Find the fields that the agreement wants in an assessment."""
    agreement, track = place.agreement, place.case.referral.track
    found = find_content(agreement, "assessment", track=track) if agreement is not None else None
    return {field.id: field for field in found.fields} if found is not None else {}


def _list_assessment(place: Place) -> Iterator[FormField]:
    """Yield what the agreement wants in an assessment, and a reason for a new one."""
    wanted = _find_assessment_fields(place)
    for name in _WORDS_OF_ASSESSMENT:
        if name in wanted:
            yield FormField(name, wanted[name].title, optional=wanted[name].optional)
        elif not wanted and name == "considerations":
            yield FormField(name, swedish.FIELDS[name], optional=True)
    if place.case.referral.judged:
        yield FormField("reason", "Varför vårdnivån bedöms på nytt")


def _list_allocations(place: Place) -> Iterator[FormField]:
    """Yield the party that is to give each intervention of the request."""
    wanted = _find_assessment_fields(place).get("interventions")
    for each in place.case.interventions:
        yield FormField(
            f"interventions.{each.key}",
            f"Vem som bör ge insatsen: {each.text}",
            FieldKind.CHOICE,
            optional=wanted is None or not any(field.id == "party" for field in wanted.fields),
            choices=offer_words("party"),
        )


def allocate(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the interventions of the request, each with the party that was chosen for it."""
    parties: Mapping[str, str] = said.get("interventions", {})
    named = (each.plain.model_dump(mode="json") | {"party": parties.get(each.key)} for each in place.case.interventions)
    return said | {"interventions": list(named)}


def _list_facts_to_state(place: Place) -> Iterator[tuple[Criterion, Mapping[str, Fact]]]:
    """Yield each criterion with the facts that somebody has to state."""
    agreement = place.agreement
    if agreement is None:
        return
    for criterion in list_criteria(agreement, place.case.referral.track):
        facts = {name: agreement.facts[name] for name in list_facts(criterion.expression)}
        yield criterion, {name: fact for name, fact in facts.items() if fact.source is None}


def _list_criteria(place: Place) -> Iterator[FormField]:
    """Yield the facts to state of each criterion, and a note on it. A criterion can be left for later."""
    for criterion, facts in _list_facts_to_state(place):
        for name, fact in facts.items():
            path = f"facts.{criterion.id}.{name}"
            yield FormField(path, fact.label, _FACTS[fact.type], optional=True, hint=f"Kriterium: {criterion.title}")
        if facts:
            yield FormField(f"notes.{criterion.id}", "Anteckning om det", optional=True)


def state_facts(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the facts, also of the criteria that the record alone answers."""
    answered: dict[str, dict[str, Any]] = {each.id: {} for each, facts in _list_facts_to_state(place) if not facts}
    return said | {"facts": answered | said.get("facts", {})}


def name_subject(_: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the subject of a disagreement; with the plan, if it is about the content of one."""
    subject, _, plan = said.get("subject", "").partition(":")
    return said | ({"subject": subject} if subject else {}) | ({"plan": plan} if plan else {})


def group_step(*, escalates: bool) -> FieldGroup:
    """Return the field of a step: one that the agreement lists, or words of one's own if it lists none."""

    def list_fields(place: Place) -> Iterator[FormField]:
        rule = place.agreement.dispute if place.agreement is not None else None
        listed = rule.steps if rule is not None else ()
        names = {step.id: step.title for step in listed if step.escalates is escalates}
        if listed:
            yield FormField("step", "Steg", FieldKind.CHOICE, choices=_only(names))
        else:
            yield FormField("step", "Vart oenigheten lyfts" if escalates else "Vad som har gjorts")

    return FieldGroup(("step",), list_fields)


def _list_part_fields(place: Place) -> Iterator[FormField]:
    """Yield the fields of a part of a plan, with the words that the party has written there."""
    plan = _find_plan(place)
    rule = _find_rule(place, plan)
    if plan is None or rule is None:
        return
    part = next(part for part in _find_parts(place, plan) if part.id == place.given["part"])
    sections = [each for each in plan.draft.sections if each.part == part.id and each.party is place.actor.party]
    written = sections[-1] if sections else None
    days = (rule.lapses_from, rule.follow_up_on)
    for field in () if part.each else part.fields:
        yield FormField(
            f"fields.{field.id}",
            field.title,
            FieldKind.CHOICE if field.choices else FieldKind.DAY if f"{part.id}.{field.id}" in days else FieldKind.TEXT,
            optional=field.optional or part.not_applicable is not None,
            choices=_only(field.choices) if field.choices else None,
            value=str(written.fields.get(field.id, "")) if written is not None else "",
        )
    if part.not_applicable is not None:
        value = (written.not_applicable if written is not None else None) or ""
        yield FormField("not_applicable", "Eller: inte tillämpligt, eftersom", optional=True, value=value)


def _list_planned(place: Place) -> Iterator[FormField]:
    """Yield the fields that the agreement has of an intervention in a plan, and those that they depend on."""
    rule = _find_rule(place, _find_plan(place))
    name, track = rule.interventions if rule is not None else None, place.case.referral.track
    content = find_content(place.agreement, name, track=track) if place.agreement is not None and name else None
    listed = {field.id: field for group in (content.fields if content is not None else ()) for field in group.fields}
    also = (id for field in listed.values() for id in field.where)
    for id in dict.fromkeys(("scope", *also, *listed)):
        name, field = id.replace("-", "_"), listed.get(id)
        words = (field.choices if field is not None else None) or swedish.VALUES.get(name, {})
        if name in PlannedIntervention.model_fields:
            yield FormField(
                f"intervention.{name}",
                field.title if field is not None else swedish.FIELDS[name],
                FieldKind.CHOICE if words else FieldKind.YES_NO if name == "shared" else FieldKind.TEXT,
                optional=field is None or field.optional or field.where != {},
                choices=_only(words) if words else None,
            )


def plan_intervention(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the chosen intervention of the case, as it is to stand in the plan."""
    chosen: dict[str, Any] = said.get("intervention", {})
    named = {each.key: each.plain.model_dump(mode="json") for each in place.case.interventions}
    return said | {"intervention": named.get(chosen.get("key", ""), {}) | chosen}


def assess_risk(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the risk, with a key made of its words. The same words replace it."""
    risk: Mapping[str, str] = said.get("risks", {})
    known = place.case.enrolment.risks if place.case.enrolment is not None else ()
    others = {each.key for each in known if each.text != risk.get("text")}
    return said | {"risks": [{"key": make_intervention_key(risk.get("text", ""), others), **risk}]}


def show_text(place: Place) -> Sequence[PageDetail]:
    """Show the text of the plan that is agreed to."""
    case = place.case
    names = {each.key: each.text for each in case.interventions}
    narrator = make_narrator(place.services, place.actor, names)
    return narrator.describe_plan_text(case.plans[place.given["plan"]].draft, place.agreement)


ALLOCATIONS = FieldGroup(("interventions",), _list_allocations)
ASSESSMENT = FieldGroup((*_WORDS_OF_ASSESSMENT, "reason"), _list_assessment)
CRITERIA = FieldGroup(("facts", "notes"), _list_criteria)
PLANNED = FieldGroup(("intervention",), _list_planned)
PLAN_PART = FieldGroup(("fields", "not_applicable"), _list_part_fields)
