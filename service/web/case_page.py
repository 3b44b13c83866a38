"""The page of a case at T: everything as replayed at that moment, in Swedish."""

from bisect import bisect_right
from datetime import date, datetime
from typing import Any

import orjson

from domain.agreements.model import Agreement, PlanRule, Track
from domain.case.events.enrolment import Aspect
from domain.case.events.self_care import Carer
from domain.case.rules.enrolment_readiness import find_open_gaps, find_performer, find_secured
from domain.case.rules.plan_lapse import has_lapsed, last_covered_day
from domain.case.rules.register_differences import find_differences
from domain.case.state.care_plan import CarePlan, PlanStatus, PlanText
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute, DisputePosition
from domain.case.state.self_care import SelfCare
from domain.kernel import Actor, HsaId, Party, Slug, legal_day
from domain.person import Person, RegisterKind, find_fact
from projections.responsibility import Interval
from projections.timeline import list_entries, mark_corrected
from service.bootstrap import Services
from service.reads.absence import CaseUnknown
from service.reads.replay import Mode, Replay
from service.web import swedish
from service.web.band import Band, PrincipalKinds, draw
from service.web.case_moment import CaseMoment
from service.web.history import HistoryFilter, group_by_day
from service.web.liability import describe_liabilities
from service.web.local_moment import write_local
from service.web.narration import Narrator, make_narrator
from service.web.page_acts import OpenActs, list_open_acts
from service.web.page_values import PageDetail, PageMoment, PagePlan, PagePosition, PageRegister, PageResource
from service.web.questions import describe_questions, name_plans
from service.web.vocabulary import name_version


def _find_agreement(services: Services, case: Case | None) -> Agreement | None:
    """Return the version that the latest act stood on, with the subordinate agreements beside it."""
    if case is None or case.agreement is None:
        return None
    return services.catalogue.whole(case.agreement, case.subordinate.values())


def build_case_page(services: Services, actor: Actor, case_moment: CaseMoment, chosen: HistoryFilter) -> dict[str, Any]:
    """Build the values of a case's page, with the events that are chosen."""
    replay, at = case_moment.replay, case_moment.moment
    case, today = replay.case, legal_day(at)
    texts = _texts(_band_case(case_moment))
    narrator = make_narrator(services, actor, texts)
    agreement = _find_agreement(services, case)
    refusals = services.queries.refusals(actor, on=case_moment.case.id)
    is_latest = case_moment.steps["next"] is None
    latest = case_moment.latest if is_latest else None
    waiting = [item for item in replay.items if item.party is actor.party]
    acts = list_open_acts(services, actor, latest, waiting) if latest is not None else OpenActs()
    plans = name_plans(agreement, case, services.directories[actor.county]) if case is not None else {}
    return {
        "case_id": case_moment.case.id,
        "mode": case_moment.mode,
        "at": at,
        "at_local": write_local(at),
        "period": case_moment.period,
        "steps": case_moment.steps,
        **_describe_steps(services, actor, case_moment),
        "is_latest": is_latest,
        "asked_about_time": case_moment.is_asked_about,
        "person_line": person_line(services.persons.get(actor.county, case_moment.case.patient_id)),
        "principals": {party: _principal(narrator, case, party) for party in Party},
        "agreement": agreement,
        "version_name": name_version(agreement) if agreement else None,
        "track": _track(agreement, case),
        "case": case,
        "self_care": _describe_self_care(narrator, case),
        "plans": _plans(narrator, agreement, case, today),
        "readiness": _readiness(case),
        "narrator": narrator,
        "band": _band(case_moment, {unit.id: unit.name for unit in services.directories[actor.county].principals}),
        "register": _register(services, actor, case_moment, narrator, agreement),
        "acts": acts,
        "items": [narrator.describe_item(item, at, plans) for item in replay.items],
        "liabilities": describe_liabilities(services, narrator, case, case_moment.mode, at),
        "questions": describe_questions(narrator, case, acts.of_questions, plans),
        "other_side": swedish.ASKED[actor.party.other],
        "disputes": [_dispute(narrator, dispute) for dispute in (case.disputes if case else ())],
        "refusals": [narrator.describe_refusal(each) for each in refusals.rows if each.recorded_at <= at],
        "resources": _resources(replay),
        **_describe_course(narrator, actor, replay, chosen),
    }


def _describe_steps(services: Services, actor: Actor, case_moment: CaseMoment) -> dict[str, Any]:
    """Describe the steps of the control of T, by everything that is known now, and the one that T stands on."""
    narrator = make_narrator(services, actor, _texts(case_moment.case))
    entries, times = mark_corrected(list_entries(0, case_moment.events)), case_moment.times
    told: dict[datetime, list[str]] = {time: [] for time in times}
    for entry, sentence in zip(entries, narrator.tell_entries(entries), strict=True):
        told[entry.recorded_at if case_moment.mode is Mode.AS_KNOWN_AT else entry.occurred_at].append(sentence)
    moments = [
        PageMoment(case_moment.period.share(time), f"{swedish.format_moment(time)}: {'; '.join(sentences)}")
        for time, sentences in told.items()
    ]
    step = bisect_right(times, case_moment.moment) - 1
    if step < 0:
        return {"moments": moments, "step": 0, "step_text": "Före den första händelsen"}
    before = "" if times[step] == case_moment.moment else "Senast "
    return {"moments": moments, "step": step, "step_text": before + moments[step].text}


def _describe_course(narrator: Narrator, actor: Actor, replay: Replay, chosen: HistoryFilter) -> dict[str, Any]:
    """Describe what happened and who is responsible: over time, at T, and by the other party's last word."""
    told = narrator.describe_events(replay.entries, replay.intervals)
    intervals = sorted(replay.intervals, key=_by_intervention)
    periods = [narrator.describe_interval(interval, replay.moment) for interval in intervals]
    return {
        "intervals": periods,
        "holding": [period for period in periods if period.holds],
        "event_count": len(told),
        "chosen": chosen,
        "chosen_count": sum(map(chosen.keeps, told)),
        "days": list(group_by_day([event for event in told if chosen.keeps(event)])),
        "actor_party": actor.party,
        "last_word": next((event for event in told if event.who.party == actor.party.other), None),
    }


def build_resource_page(case_moment: CaseMoment, resource_type: str, resource_id: str) -> dict[str, Any]:
    """Build the values of the page of a FHIR resource at T. Raises CaseUnknown if there was no such resource."""
    for body in case_moment.replay.resources:
        resource = orjson.loads(body)
        if (resource["resourceType"], resource["id"]) == (resource_type, resource_id):
            return {
                "case_id": case_moment.case.id,
                "mode": case_moment.mode,
                "at": case_moment.moment,
                "resource": _summary(resource),
                "json": orjson.dumps(resource, option=orjson.OPT_INDENT_2).decode(),
            }
    raise CaseUnknown


def person_line(person: Person | None) -> str:
    """Return a person's name and number; for a protected identity, only the words that it is protected."""
    if person is None:
        return "Okänd person"
    if person.protected:
        return "Person med skyddade personuppgifter"
    number = f"{person.value[:8]}-{person.value[8:]}" if person.value.isdigit() else person.value
    return f"{person.given} {person.family}, {number}"


def _register(
    services: Services, actor: Actor, case_moment: CaseMoment, narrator: Narrator, agreement: Agreement | None
) -> PageRegister | None:
    """Return what the register says at T, and where the case says something else. None if it says nothing.

    Nothing of it is shown of a person with a protected identity.
    """
    case, at = case_moment.replay.case, case_moment.moment
    facts = services.persons.list_facts_to_tell(actor.county, case_moment.case.patient_id)
    if case_moment.mode is Mode.AS_KNOWN_AT:
        facts = [fact for fact in facts if fact.recorded_at is not None and fact.recorded_at <= at]
    if not facts or case is None:
        return None
    today, directory = legal_day(at), services.directories[actor.county]
    lives, listed = (find_fact(facts, kind, today) for kind in (RegisterKind.RESIDENCE, RegisterKind.LISTING))
    found = find_differences(case, facts, today, directory=directory, agreement=agreement)
    return PageRegister(
        residence=narrator.name_of(lives.municipality or str(lives.county)) if lives else None,
        residence_since=lives.valid_from if lives else None,
        listing=narrator.name_of(str(listed.unit)) if listed else None,
        listing_since=listed.valid_from if listed else None,
        notes=tuple(map(narrator.describe_difference, found)),
    )


def _band_case(case_moment: CaseMoment) -> Case | None:
    """Return the case that the band shows: as known at T, or by everything that is known now."""
    return case_moment.replay.case if case_moment.mode is Mode.AS_KNOWN_AT else case_moment.case


def _band(case_moment: CaseMoment, names: dict[HsaId, str]) -> Band:
    case = _band_case(case_moment)
    return draw(
        case_moment.replay.intervals,
        case.disputes if case else (),
        case.enrolment.stays if case and case.enrolment else (),
        period=case_moment.period,
        at=case_moment.moment,
        kinds=PrincipalKinds(case_moment.case.region, names),
        interventions=_texts(case),
    )


def _texts(case: Case | None) -> dict[str, str]:
    """Return the names of the case's interventions, and of the care that remains after a death."""
    return dict(swedish.SILENCES) | {each.key: each.text for each in (case.interventions if case else ())}


def _principal(narrator: Narrator, case: Case | None, party: Party) -> str | None:
    principal = case.principal(party) if case else None
    return narrator.name_of(principal) if principal else None


def _track(agreement: Agreement | None, case: Case | None) -> str | None:
    if case is None or agreement is None:
        return None
    track = agreement.track(case.referral.track)
    if not isinstance(track, Track):
        return case.referral.track
    return f"{track.number}. {track.title}" if track.number else track.title


def _readiness(case: Case | None) -> dict[Aspect, datetime | None]:
    """Return the needs in the home that are secured, and the gaps that are open with the time of each."""
    if case is None or case.enrolment is None:
        return {}
    performer = find_performer(case.planned.values())
    secured = dict.fromkeys(find_secured(case.enrolment, performer))
    return {**secured, **find_open_gaps(case.enrolment, performer)}


def _describe_self_care(narrator: Narrator, case: Case | None) -> dict[Slug, tuple[str, str]]:
    """Return the name of each intervention that is self-care, and who answers for it, by the intervention's key."""
    if case is None:
        return {}
    found = (each for each in case.self_care.values() if each.is_self_care)
    return {
        each.intervention: (narrator.name_intervention(each.intervention), _tell_carers(narrator, case, each))
        for each in found
    }


def _tell_carers(narrator: Narrator, case: Case, care: SelfCare) -> str:
    if care.responsible is None:
        return "Ingen ansvarar förrän egenvården har bedömts på nytt."
    told = f"{_name_carer(narrator, case, care.responsible)} ansvarar."
    if care.performer in (None, care.responsible):
        return told
    return f"{told} {_name_carer(narrator, case, care.performer)} utför."


def _name_carer(narrator: Narrator, case: Case, carer: Carer) -> str:
    """Return the name of the principal that a carer is, or the word for anybody else."""
    party = next((each for each in Party if each.value == carer.value), None)
    return (_principal(narrator, case, party) if party else None) or swedish.VALUES["responsible"][carer]


def _plans(narrator: Narrator, agreement: Agreement | None, case: Case | None, today: date) -> list[PagePlan]:
    """Return the plans that have not ended, the newest first; the latest one if all have ended."""
    if case is None or agreement is None or not case.plans:
        return []
    plans = list(reversed(case.plans.values()))
    return [_plan(narrator, agreement, plan, today) for plan in plans if plan.ended_at is None] or [
        _plan(narrator, agreement, plans[0], today)
    ]


def _plan(narrator: Narrator, agreement: Agreement, plan: CarePlan, today: date) -> PagePlan:
    rule = agreement.plan_rule(plan.kind)
    roles = agreement.content.get(rule.roles) if isinstance(rule, PlanRule) and rule.roles else None
    titles = {field.id: field.title for field in roles.fields} if roles else {}
    is_lapsed = has_lapsed(plan, agreement, today)
    agreements = [("Godkänd av", consent) for consent in plan.text.agreements]
    if plan.status is PlanStatus.UNDER_REVISION:
        agreements += [("Ändringen godkänd av", consent) for consent in plan.draft.agreements]
    return PagePlan(
        title=rule.title if isinstance(rule, PlanRule) else "Plan",
        begun=(plan.initiated_at, narrator.name_of(plan.author)),
        status=swedish.STATUSES["care-plan"][PlanStatus.LAPSED if is_lapsed else plan.status],
        since=plan.since,
        planned_at=plan.planned_at,
        planned_late=plan.planned_late,
        lasts_to=last_covered_day(plan, agreement),
        contacts=tuple(
            (
                swedish.CONTACT_ROLES.get(contact.role, titles.get(contact.role, contact.role)),
                narrator.name_of(contact.person) + (f" ({contact.area})" if contact.area else ""),
            )
            for contact in plan.text.contacts
        ),
        agreed=tuple(
            (f"{how} {swedish.PARTIES[consent.party]}", narrator.name_of(consent.person), consent.at)
            for how, consent in agreements
        ),
        text=_describe_text(narrator, plan.text, agreement),
        change=_describe_text(narrator, plan.draft, agreement) if plan.draft.digest != plan.text.digest else (),
        version=plan.draft.version,
    )


def _describe_text(narrator: Narrator, text: PlanText, agreement: Agreement) -> tuple[PageDetail, ...]:
    """Describe the text of a plan, without its contacts, which stand beside it."""
    return narrator.describe_plan_text(text.model_copy(update={"contacts": ()}), agreement)


def _by_intervention(interval: Interval) -> tuple[str, datetime]:
    return interval.intervention, interval.valid_from


def _dispute(narrator: Narrator, dispute: Dispute) -> dict[str, Any]:
    return {
        "raised_by": swedish.PARTIES[dispute.raised_by],
        "raised_at": dispute.raised_at,
        "reason": dispute.reason,
        "steps": dispute.steps,
        "resolved_at": dispute.resolved_at,
        "withdrawn_at": dispute.withdrawn_at,
        "is_about_request": dispute.stops_request,
        "resolution": dispute.resolution,
        "decided_by": dispute.decided_by,
        "declared": [
            (narrator.name_of(each.person), narrator.name_of(each.unit), each.at)
            for each in dispute.declarations.values()
        ],
        "sides": {
            party: {
                "positions": [
                    _position(narrator, position) for position in dispute.positions if position.party is party
                ],
                "proposal": dispute.proposals.get(party),
                "decided_by": dispute.declarations[party].decided_by if party in dispute.declarations else None,
            }
            for party in Party
        },
    }


def _position(narrator: Narrator, position: DisputePosition) -> PagePosition:
    recorded = position.recorded_at or position.occurred_at
    return PagePosition(
        text=position.text,
        name=narrator.name_of(position.author),
        unit=narrator.name_of(position.unit),
        occurred_at=position.occurred_at,
        recorded_at=position.recorded_at,
        days_late=(legal_day(recorded) - legal_day(position.occurred_at)).days,
    )


def _resources(replay: Replay) -> dict[str, list[PageResource]]:
    """Return the resources at T by type, the Provenance of the events last."""
    by_type: dict[str, list[PageResource]] = {}
    for body in replay.resources:
        resource = _summary(orjson.loads(body))
        by_type.setdefault(resource.type, []).append(resource)
    return dict(sorted(by_type.items(), key=lambda item: (item[0] == "Provenance", item[0])))


def _summary(body: dict[str, Any]) -> PageResource:
    status = body.get("status")
    return PageResource(
        type=body["resourceType"],
        id=body["id"],
        version=body["meta"]["versionId"],
        status=status if isinstance(status, str) else None,
    )
