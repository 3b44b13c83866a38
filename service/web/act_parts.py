"""The parts of a case that a form can be about, and the fields that the case or its agreement gives a form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from domain.agreements.content import find_content, find_types, list_yes_no_fields
from domain.agreements.criteria import list_criteria
from domain.agreements.expressions import list_facts
from domain.agreements.model import Criterion, Fact, PlanRule, Requirement, StatementRule
from domain.case.events.care_plan import PlannedIntervention
from domain.case.rules.plan_content import find_part_types
from domain.case.state.care_plan import CarePlan
from domain.kernel import legal_day
from service.web import swedish
from service.web.act_choices import list_words, offer_carers, offer_named_interventions, offer_words
from service.web.act_form import About, FieldGroup, FormField, Place, Subject
from service.web.narration import make_narrator
from service.web.page_values import FieldKind, PageDetail
from service.web.questions import name_plans
from service.web.receivers import read_receiver
from service.web.request_form import make_intervention_key

_WORDS_OF_ASSESSMENT = ("direction", "content", "responsibility", "goals", "considerations")
_KINDS = {"bool": FieldKind.YES_NO, "date": FieldKind.DAY, "int": FieldKind.NUMBER, "string": FieldKind.TEXT}
"""The kind of form field for each type of a fact, or of a field of the text's own."""


def _ask(
    path: str,
    label: str,
    words: Mapping[str, str],
    kind: FieldKind = FieldKind.TEXT,
    *,
    optional: bool = False,
    hint: str = "",
    value: str = "",
) -> FormField:
    """Make a field that a text asks for: a choice among the words that it lists, or of a kind if it lists none."""
    if words:
        return FormField(path, label, FieldKind.CHOICE, optional, lambda _: list_words(words), hint, value)
    return FormField(path, label, kind, optional, None, hint, value)


def _list_questions(place: Place) -> Iterator[Subject]:
    for question in place.case.questions:
        yield Subject({"question": question.id})


def _list_disputes(place: Place) -> Iterator[Subject]:
    for dispute in place.case.disputes:
        if dispute.is_open:
            yield Subject({"dispute": dispute.id}, swedish.VALUES["subject"][dispute.subject])


def _list_open_plans(place: Place) -> Iterator[tuple[CarePlan, str]]:
    titles = name_plans(place.agreement, place.case, place.directory)
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


def _list_statements(place: Place) -> Iterator[Subject]:
    """Yield the kinds of statement that the agreement has."""
    for kind, rule in place.agreement.statements.items() if place.agreement is not None else ():
        yield Subject({"kind": kind}, rule.title)


def _list_criteria_to_set_aside(place: Place) -> Iterator[Subject]:
    for each in list_criteria(place.agreement, place.case.referral.track) if place.agreement is not None else ():
        yield Subject({"criterion": each.id}, each.title)


def _list_delegations(place: Place) -> Iterator[Subject]:
    """Yield the delegations of the actor's own principal that hold now."""
    enrolment, names = place.case.enrolment, {key: each.text for key, each in place.case.named.items()}
    for each in enrolment.delegations if enrolment is not None else ():
        if each.principal == place.actor.principal and (each.ends is None or place.attempt.now < each.ends):
            who = place.directory.name_of(each.performer) or each.performer
            given = {"intervention": each.intervention, "performer": each.performer}
            yield Subject(given, f"{names.get(each.intervention, each.intervention)}, {who}")


def _list_facts(place: Place) -> Iterator[Subject]:
    """Yield the facts that can be corrected, each by its day."""
    for event, fact in place.case.correctable.items():
        day = swedish.format_day(legal_day(fact.at))
        yield Subject({"corrects": event}, f"personen {swedish.VALUES['fact'][fact.kind]}, {day}")


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
STATEMENT = About(("kind",), _list_statements)
CRITERION = About(("criterion",), _list_criteria_to_set_aside)
DELEGATION = About(("intervention", "performer"), _list_delegations)
FACT = About(("corrects",), _list_facts)


def name_receiver(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the receiver that the chosen unit belongs to."""
    return said | read_receiver(place.directory, said["unit"]) if "unit" in said else said


def name_place(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """Return the place that the person has moved to; with the municipality, if it is another one of the county."""
    is_municipality = place.directory.municipality(said.get("to", "")) is not None
    return said | ({"to": "elsewhere", "municipality": said["to"]} if is_municipality else {})


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
            yield FormField(path, fact.label, _KINDS[fact.type], optional=True, hint=f"Kriterium: {criterion.title}")
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
            yield FormField("step", "Steg", FieldKind.CHOICE, choices=lambda _: list_words(names))
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
    types = find_part_types(rule, part)
    for field in () if part.each else part.fields:
        value = written.fields.get(field.id, "") if written is not None else ""
        yield _ask(
            f"fields.{field.id}",
            field.title,
            field.choices,
            _KINDS[types.get(field.id, "string")],
            optional=field.optional or part.not_applicable is not None,
            value={True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value),
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
        if name in PlannedIntervention.model_fields:
            yield _ask(
                f"intervention.{name}",
                field.title if field is not None else swedish.FIELDS[name],
                (field.choices if field is not None else None) or swedish.VALUES.get(name, {}),
                FieldKind.YES_NO if name == "shared" else FieldKind.TEXT,
                optional=field is None or field.optional or field.where != {},
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


def _find_statement_rule(place: Place) -> StatementRule | None:
    rule = place.agreement.statement_rule(place.given.get("kind", "")) if place.agreement is not None else None
    return rule if isinstance(rule, StatementRule) else None


def _list_statement_fields(place: Place) -> Iterator[FormField]:
    """Yield what the statement is about, and the fields that the agreement gives it."""
    rule = _find_statement_rule(place)
    if rule is None or place.agreement is None:
        return
    if rule.about == "intervention":
        yield FormField("intervention", "Insats", FieldKind.CHOICE, choices=offer_named_interventions)
    if rule.about == "person":
        yield FormField("person", "Person", FieldKind.CHOICE, choices=offer_carers)
    answers = list_yes_no_fields(place.agreement, place.given["kind"])
    types = find_types(rule.fields, dates=(), answers=answers)
    for field in rule.fields:
        yield _ask(
            f"fields.{field.id}",
            field.title,
            field.choices,
            _KINDS[types.get(field.id, "string")],
            optional=field.optional or field.when is not None or field.where != {} or field.id in rule.as_planned,
            hint="Annars som planen säger" if field.id in rule.as_planned else "",
        )


def _list_decision(place: Place) -> Iterator[FormField]:
    """Yield the decision of a follow-up, if the person who ordered decides on the plan."""
    rule = _find_rule(place, _find_plan(place))
    if rule is not None and rule.followed_up_by == "orderer":
        yield FormField("decision", "Vad händer med planen?", FieldKind.CHOICE, choices=offer_words("decision"))


def _list_own_fields(content: Callable[[Place], str | None], *names: str) -> Callable[[Place], Iterator[FormField]]:
    """Return the source of those of an act's own fields that a content of the agreement lists."""

    def list_fields(place: Place) -> Iterator[FormField]:
        name, track = content(place), place.case.referral.track
        found = find_content(place.agreement, name, track=track) if place.agreement is not None and name else None
        listed = {field.id.replace("-", "_"): field for field in (found.fields if found is not None else ())}
        for own in names:
            if own in listed:
                yield _ask(own, listed[own].title, listed[own].choices, optional=listed[own].optional)

    return list_fields


def _find_self_care_content(place: Place) -> str | None:
    rule = place.agreement.self_care if place.agreement is not None else None
    return rule.assessment if rule is not None else None


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
STATEMENT_FIELDS = FieldGroup(("intervention", "person", "fields"), _list_statement_fields)
DECISION = FieldGroup(("decision",), _list_decision)
ROUTINE = FieldGroup(
    ("routine", "routine_version"), _list_own_fields(_find_self_care_content, "routine", "routine_version")
)
PURPOSE = FieldGroup(("purpose",), _list_own_fields(lambda place: f"home-visit-{place.actor.party}", "purpose"))
COLOUR = FieldGroup(("colour",), _list_own_fields(lambda _: "discharge-planning", "colour"))
