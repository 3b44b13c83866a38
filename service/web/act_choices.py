"""The things that a form of an act offers to choose among: of the case, of its agreement, and of the directory."""

from collections.abc import Callable, Iterable, Mapping

from domain.agreements.content import find_content
from domain.agreements.criteria import list_criteria
from domain.agreements.model import DisputeSubject, PlanRule
from domain.case.acts.referral_decision import list_withdrawal_reasons
from domain.case.events.care_plan import MEETING_FORMS
from domain.case.events.case import VISIT_KINDS, CorrectionReason
from domain.case.events.enrolment import TaskForm
from domain.case.events.referral import CancellationReason
from domain.case.rules.plan_steps import list_plan_kinds
from domain.case.state.referral import ReferralStatus
from domain.kernel import Actor, HsaId, UnitKind
from service.web import swedish
from service.web.act_form import Choices, Place
from service.web.questions import name_plans
from service.web.receivers import list_receivers

Source = Callable[[Place], Choices]


def list_words(words: Mapping[str, str]) -> Choices:
    """List the words that a text has for the values of a field, each as the beginning of a line."""
    return Choices.of({value: swedish.capitalise(word) for value, word in words.items()})


def offer_words(name: str) -> Source:
    """Return the source of the values that a field has in every case, with the words of the pages."""
    return lambda _: Choices.of(swedish.VALUES[name])


def offer_receivers(place: Place) -> Choices:
    """Offer the units that a request can be sent to: where the person lives first."""
    found = list_receivers(place.services, place.case)
    again = place.case.referral.status is ReferralStatus.RETURNED
    hints = (
        "Skicka vårdbegäran på nytt, till den enhet som är rätt." if again else "",
        f"Enligt registret bor personen i {found.home}." if found.home else "",
        "En enhet som passar tar emot sådana insatser enligt katalogen.",
    )
    groups = {
        municipality: {str(unit["unit"]): f"{unit['name']}{' (passar)' if unit['fits'] else ''}" for unit in units}
        for municipality, units in found.groups
    }
    chosen = (found.proposed,) if found.proposed is not None else ()
    return Choices(groups, chosen, " ".join(filter(None, hints)))


def offer_own_units(place: Place) -> Choices:
    """Offer the units of the actor's own principal to which a request can be passed on."""
    units = place.directory.units_of(place.actor.principal)
    others = [unit for unit in units if unit.id != place.case.referral.unit]
    return Choices({"": {unit.id: unit.name for unit in others}} if others else {}, tuple(u.id for u in others[:1]))


def offer_wards(place: Place) -> Choices:
    """Offer the inpatient units of the county."""
    return Choices.of({unit.id: unit.name for unit in place.directory.units if unit.kind is UnitKind.INPATIENT_CARE})


def offer_staff(place: Place) -> Choices:
    """Offer the staff of the units of the case who can do what the agreement gives to nobody by name."""
    return _offer_staff(place, lambda each: each.role.is_default_staff)


def offer_carers(place: Place) -> Choices:
    """Offer the staff of the units of the case who take part in care."""
    return _offer_staff(place, lambda each: each.role.takes_part)


def offer_own_carers(place: Place) -> Choices:
    """Offer the staff of the actor's own principal at the units of the case who take part in care."""
    return _offer_staff(place, lambda each: each.role.takes_part and each.principal == place.actor.principal)


def _offer_staff(place: Place, fits: Callable[[Actor], bool]) -> Choices:
    """Offer staff of the units that have acted in the case or are named in it, by unit: the actor's own first."""
    case, request = place.case, place.case.referral.request
    acted = [each.actor.unit for acts in case.staff.values() for each in acts]
    contacts = (place.directory.actor(each) for each in (request.physician_contact, request.care_contact) if each)
    named = [each.unit for each in contacts if each is not None]
    units = dict.fromkeys(filter(None, (place.actor.unit, case.referral.unit, *acted, *named)))
    groups: dict[HsaId, dict[str, str]] = {unit: {} for unit in units}
    for each in place.directory.actors:
        if each.unit in groups and fits(each):
            name = place.directory.name_of(each.person) or each.person
            groups[each.unit][each.person] = f"{name}, {swedish.ROLES[each.role]}"
    return Choices({place.directory.name_of(unit) or unit: people for unit, people in groups.items() if people})


def choose_actor(offer: Source) -> Source:
    """Return a source of staff in which the actor is chosen."""
    return lambda place: offer(place)._replace(chosen=(place.actor.person,))


def offer_withdrawal_reasons(place: Place) -> Choices:
    """Offer the reasons for which a request can be withdrawn as it stands."""
    return _name_reasons(list_withdrawal_reasons(place.case))


def offer_cancellation_reasons(_: Place) -> Choices:
    """Offer the reasons for which a receiver can be asked to cancel a request."""
    return _name_reasons(CancellationReason)


def offer_correction_reasons(_: Place) -> Choices:
    """Offer the reasons for which a fact is corrected."""
    return _name_reasons(CorrectionReason)


def _name_reasons(reasons: Iterable[str]) -> Choices:
    return Choices.of({reason: swedish.REASONS[reason] for reason in reasons})


def offer_news(place: Place) -> Choices:
    """Offer the other party's news of stays in hospital that the actor's party has not acknowledged."""
    case = place.case
    unseen = case.enrolment.unseen if case.enrolment is not None else {}
    waits = [news for by, each in unseen.items() if place.actor.principal == case.principal(by.other) for news in each]
    return Choices.of({news: f"Kvittera att {swedish.VALUES['news'][news]}" for news in waits})


def offer_meeting_forms(place: Place) -> Choices:
    """Offer the forms of a planning: those that the agreement lists, or all."""
    return _offer_listed(place, "planning", "form", MEETING_FORMS)


def offer_task_forms(_: Place) -> Choices:
    """Offer the forms in which a task is given to others."""
    return Choices.of({form: swedish.VALUES["form"][form] for form in TaskForm})


def offer_visit_kinds(place: Place) -> Choices:
    """Offer the kinds of a home visit of the actor's party: those that the agreement lists, or all."""
    return _offer_listed(place, f"home-visit-{place.actor.party}", "kind", VISIT_KINDS)


def _offer_listed(place: Place, name: str, field: str, otherwise: Iterable[str]) -> Choices:
    """Offer the words that a content of the agreement lists for a field, or else these."""
    found = (
        find_content(place.agreement, name, track=place.case.referral.track) if place.agreement is not None else None
    )
    listed = [each.choices for each in (found.fields if found is not None else ()) if each.id == field and each.choices]
    words = listed[0] if listed else dict.fromkeys(otherwise, "")
    common = swedish.VALUES[field]
    return list_words({word: own or common.get(word, word) for word, own in words.items()})


def offer_plans(place: Place) -> Choices:
    """Offer the plans of the case that a question can be about, beside the request."""
    return Choices.of(
        {str(id): title for id, title in name_plans(place.agreement, place.case, place.directory).items()}
    )


def offer_plan_kinds(place: Place) -> Choices:
    """Offer the kinds of plan that can be begun."""
    agreement = place.agreement
    if agreement is None:
        return Choices({})
    kinds = list_plan_kinds(agreement, place.case, agreement.plans)
    return Choices.of({kind: agreement.plans[kind].title for kind in kinds})


def offer_interventions(place: Place) -> Choices:
    """Offer the interventions of the case."""
    return Choices.of({each.key: each.text for each in place.case.interventions})


def offer_all_interventions(place: Place) -> Choices:
    """Offer the interventions of the request, of the assessments and of all plans."""
    return Choices.of({each.key: each.text for each in (*place.case.named.values(), *place.case.planned.values())})


def offer_named_interventions(place: Place) -> Choices:
    """Offer the interventions of the request, of the assessments and of the established plans."""
    return Choices.of({each.key: each.text for each in place.case.named.values()})


def offer_handovers(word: str) -> Source:
    """Return the source of the interventions to hand over or to accept, each as a button."""
    return lambda place: Choices.of({each.key: f"{word}: {each.text}" for each in place.case.interventions})


def offer_dispute_subjects(place: Place) -> Choices:
    """Offer what a disagreement can be about as the case stands. The content of a plan is named with the plan."""
    subjects = [each for each in DisputeSubject if each not in (DisputeSubject.PLAN, DisputeSubject.INVOICE)]
    words = {each.value: swedish.VALUES["subject"][each] for each in subjects}
    words |= {
        f"{DisputeSubject.PLAN}:{id}": f"{swedish.VALUES['subject'][DisputeSubject.PLAN]}: {title}"
        for id, title in name_plans(place.agreement, place.case, place.directory).items()
    }
    return Choices.of(words)


def offer_criteria(place: Place) -> Choices:
    """Offer the criteria of the case's track."""
    criteria = list_criteria(place.agreement, place.case.referral.track) if place.agreement is not None else ()
    return Choices.of({each.id: each.title for each in criteria})


def offer_level_grounds(place: Place) -> Choices:
    """Offer the agreement's grounds of specialised care."""
    content = place.agreement.content.get("specialised-level") if place.agreement is not None else None
    return list_words(content.fields[0].choices if content is not None and content.fields else {})


def offer_contact_roles(place: Place) -> Choices:
    """Offer the contact roles of the plan that the form is about."""
    agreement, plan = place.agreement, place.case.plans[place.given["plan"]]
    rule = agreement.plan_rule(plan.kind) if agreement is not None else None
    roles = rule.roles if isinstance(rule, PlanRule) else None
    content = find_content(agreement, roles) if agreement is not None and roles is not None else None
    return list_words(
        {field.id: field.title for field in content.fields} if content is not None else swedish.CONTACT_ROLES
    )


def offer_departure_grounds(place: Place) -> Choices:
    """Offer the agreement's grounds to depart from the criterion that the form is about."""
    criteria = list_criteria(place.agreement, place.case.referral.track) if place.agreement is not None else ()
    waiver = next((each.waiver for each in criteria if each.id == place.given["criterion"]), None)
    return list_words(waiver.grounds if waiver is not None else {})


def offer_circumstances(place: Place) -> Choices:
    """Offer the circumstances that the agreement has words for."""
    return list_words(place.agreement.vocabulary.conditions if place.agreement is not None else {})


def offer_places(place: Place) -> Choices:
    """Offer where a person can have moved: to a setting of the agreement, another municipality, or another county."""
    settings = place.agreement.vocabulary.settings if place.agreement is not None else {}
    others = {each.id: each.name for each in place.directory.municipalities if each.id != place.case.municipality}
    housing = {value: swedish.capitalise(word) for value, word in settings.items()}
    groups = {"Boende i kommunen": housing, "Annan kommun i länet": others, "Annat län": swedish.VALUES["to"]}
    return Choices({name: words for name, words in groups.items() if words})


def offer_work_kinds(place: Place) -> Choices:
    """Offer the kinds of work whose hours the agreement settles."""
    settlement = place.agreement.settlement if place.agreement is not None else None
    share = settlement.monthly.share if settlement is not None and settlement.monthly is not None else None
    return list_words(share.kinds if share is not None else {})
