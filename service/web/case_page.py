"""What a case's page shows at T: everything replayed at that moment, told in Swedish."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from domain.agreements.model import Agreement, PlanRule, Track
from domain.case.rules.plan_lapse import has_lapsed, last_covered_day
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute, DisputePosition
from domain.directory import Directory
from domain.kernel import SWEDEN, Actor, Party, legal_day
from domain.person import Person
from service.bootstrap import Services
from service.reads.absence import CaseUnknown
from service.reads.replay import Mode, Replay
from service.web import swedish
from service.web.band import Kinds, draw
from service.web.case_moment import Opened
from service.web.narration import Teller


@dataclass(frozen=True)
class ToldPosition:
    """What a party holds, and who said so when."""

    text: str
    name: str
    unit: str
    occurred_at: datetime
    recorded_at: datetime | None
    days_late: int


@dataclass(frozen=True)
class ToldPlan:
    """A plan as it stood: what it is called, how far it has come, and who holds which role."""

    title: str
    status: str
    since: datetime
    planned_at: datetime | None
    planned_late: bool
    lasts_to: date | None
    """The last day that it covers, where it lapses by itself."""
    contacts: tuple[tuple[str, str], ...]
    agreed: tuple[tuple[str, str, datetime], ...]
    """Who has agreed to what it says, or to its change, and when."""


@dataclass(frozen=True)
class Listed:
    """A FHIR resource as it stood."""

    type: str
    id: str
    version: str
    status: str | None


def case_page(services: Services, actor: Actor, one: Opened) -> dict[str, Any]:
    """All that the page says."""
    directory = services.directories[actor.county]
    then = one.mode is Mode.AS_KNOWN_AT
    case = one.told.case if then else one.case
    intervals = one.told.intervals if then else one.whole.intervals
    texts = {each.key: each.text for each in (case.interventions if case else ())}
    teller = Teller(directory, services.catalogue.agreements, texts)
    return {
        "case_id": one.case.id,
        "mode": one.mode,
        "at": one.moment,
        "at_local": one.moment.astimezone(SWEDEN).replace(tzinfo=None).isoformat(timespec="seconds"),
        "period": one.period,
        "steps": one.steps,
        "person_line": person_line(services.persons.get(actor.county, one.case.patient_id)),
        "principals": {party: _principal(teller, one, party) for party in Party},
        "agreement": _agreement(services, one.told.case),
        "track": _track(services, one.told.case),
        "case": one.told.case,
        "plans": _plans(services, teller, one.told.case, legal_day(one.moment)),
        "teller": teller,
        "band": draw(
            intervals,
            case.disputes if case else (),
            over=one.period,
            at=one.moment,
            kinds=Kinds(one.case.region, _names(directory)),
            interventions=texts,
        ),
        "intervals": [teller.interval(each, one.moment) for each in sorted(intervals, key=_by_intervention)],
        "events": [teller.event(entry, one.told.intervals) for entry in reversed(one.told.entries)],
        "items": [teller.item(item, legal_day(one.moment)) for item in one.told.items],
        "disputes": [_dispute(teller, each) for each in one.told.case.disputes] if one.told.case else [],
        "refusals": [
            teller.refusal(row) for row in services.queries.refusals(actor, one.case.id) if row[0] <= one.moment
        ],
        "resources": _listed(one.told),
    }


def resource(one: Opened, resource_type: str, resource_id: str) -> dict[str, Any]:
    """A FHIR resource as it stood at T. Raises CaseUnknown where there was none."""
    for body in one.told.resources:
        found = orjson.loads(body)
        if (found["resourceType"], found["id"]) == (resource_type, resource_id):
            return {
                "case_id": one.case.id,
                "mode": one.mode,
                "at": one.moment,
                "resource": _summary(found),
                "json": orjson.dumps(found, option=orjson.OPT_INDENT_2).decode(),
            }
    raise CaseUnknown


def person_line(person: Person | None) -> str:
    """A person's name and number; of one with protected identity only that it is protected."""
    if person is None:
        return "Okänd person"
    if person.protected:
        return "Person med skyddade personuppgifter"
    number = f"{person.value[:8]}-{person.value[8:]}" if person.value.isdigit() else person.value
    return f"{person.given} {person.family}, {number}"


def _principal(teller: Teller, one: Opened, party: Party) -> str | None:
    known = one.told.case.principal(party) if one.told.case else None
    return teller.name(known) if known else None


def _agreement(services: Services, case: Case | None) -> Agreement | None:
    return services.catalogue.version(case.agreement) if case is not None and case.agreement else None


def _track(services: Services, case: Case | None) -> str | None:
    agreement = _agreement(services, case)
    if case is None or agreement is None:
        return None
    track = agreement.track(case.referral.track)
    if not isinstance(track, Track):
        return case.referral.track
    return f"Spår {track.number}: {track.title}" if track.number else track.title


def _plans(services: Services, teller: Teller, case: Case | None, today: date) -> list[ToldPlan]:
    """The plans that hold or are being written, the newest first; the latest one where all have ended."""
    agreement = _agreement(services, case)
    if case is None or agreement is None or not case.plans:
        return []
    plans = list(reversed(case.plans.values()))
    return [_plan(teller, agreement, plan, today) for plan in plans if plan.ended_at is None] or [
        _plan(teller, agreement, plans[0], today)
    ]


def _plan(teller: Teller, agreement: Agreement, plan: CarePlan, today: date) -> ToldPlan:
    rule = agreement.plan_rule(plan.kind)
    roles = agreement.content.get(rule.roles) if isinstance(rule, PlanRule) and rule.roles else None
    titles = {field.id: field.title for field in roles.fields} if roles else {}
    lapsed = has_lapsed(plan, agreement, today)
    agreed = [("Godkänd av", one) for one in plan.text.agreements]
    if plan.status is PlanStatus.UNDER_REVISION:
        agreed += [("Ändringen godkänd av", one) for one in plan.draft.agreements]
    return ToldPlan(
        title=rule.title if isinstance(rule, PlanRule) else "Plan",
        status=swedish.STATUSES["care-plan"][PlanStatus.LAPSED if lapsed else plan.status],
        since=plan.since,
        planned_at=plan.planned_at,
        planned_late=plan.planned_late,
        lasts_to=last_covered_day(plan, agreement),
        contacts=tuple(
            (
                swedish.CONTACT_ROLES.get(one.role, titles.get(one.role, one.role)),
                teller.name(one.person) + (f" ({one.area})" if one.area else ""),
            )
            for one in plan.text.contacts
        ),
        agreed=tuple((f"{how} {swedish.PARTIES[one.party]}", teller.name(one.person), one.at) for how, one in agreed),
    )


def _names(directory: Directory) -> dict[str, str]:
    return {principal.id: principal.name for principal in directory.principals}


def _by_intervention(interval: Any) -> tuple[str, datetime]:
    return interval.intervention, interval.valid_from


def _dispute(teller: Teller, dispute: Dispute) -> dict[str, Any]:
    return {
        "raised_by": swedish.PARTIES[dispute.raised_by],
        "raised_at": dispute.raised_at,
        "reason": dispute.reason,
        "steps": dispute.steps,
        "resolved_at": dispute.resolved_at,
        "resolution": dispute.resolution,
        "sides": {
            party: {
                "positions": [_position(teller, each) for each in dispute.positions if each.party is party],
                "proposal": dispute.proposals.get(party),
            }
            for party in Party
        },
    }


def _position(teller: Teller, position: DisputePosition) -> ToldPosition:
    recorded = position.recorded_at or position.occurred_at
    return ToldPosition(
        text=position.text,
        name=teller.name(position.author),
        unit=teller.name(position.unit),
        occurred_at=position.occurred_at,
        recorded_at=position.recorded_at,
        days_late=(legal_day(recorded) - legal_day(position.occurred_at)).days,
    )


def _listed(told: Replay) -> dict[str, list[Listed]]:
    """The resources as they stood, by type; each event's Provenance last."""
    found: dict[str, list[Listed]] = {}
    for body in told.resources:
        one = _summary(orjson.loads(body))
        found.setdefault(one.type, []).append(one)
    return dict(sorted(found.items(), key=lambda each: (each[0] == "Provenance", each[0])))


def _summary(body: dict[str, Any]) -> Listed:
    status = body.get("status")
    return Listed(
        type=body["resourceType"],
        id=body["id"],
        version=body["meta"]["versionId"],
        status=status if isinstance(status, str) else None,
    )
