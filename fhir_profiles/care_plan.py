"""A care plan as a CarePlan: its parts in the words of each party, and an activity for each intervention.

Both parties have agreed to the text of an active CarePlan. While the plan is under revision, the new text is a
contained CarePlan with the status draft, and the extension plan-draft refers to it. Each part, contact and activity
names the party that wrote it. When both parties have agreed to the draft, it replaces the text in force.
"""

from domain.case.events.care_plan import PlannedIntervention
from domain.case.state.care_plan import CarePlan, PlanStatus, PlanText
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.care_team import team_id, team_started
from fhir_profiles.elements import (
    coding,
    episode,
    extension,
    extensions,
    field,
    flag,
    local,
    on_behalf,
    organisation,
    party,
    patient,
    period,
    practitioner,
    practitioner_role,
    present,
)
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import to_detail, to_intervention, to_responsibilities, to_responsibilities_for

DRAFT_ID = "draft"
"""The id of the contained draft of a plan under revision."""
CARE_PLAN_TYPE = "VP"
"""Inera's code of a care plan (vårdplan). Other kinds of plan have none."""


def status(case: Case, plan: CarePlan) -> str:
    """Return the status: draft, active while the plan is in force, then completed, or revoked if it ended early."""
    enrolment = case.enrolment
    ended_early = enrolment is not None and enrolment.status in {
        EnrolmentStatus.REFUSED,
        EnrolmentStatus.WITHDRAWN,
        EnrolmentStatus.ENDED_BY_DEATH,
    }
    if plan.status is PlanStatus.SUPERSEDED or ended_early:
        return "revoked"
    if plan.status is PlanStatus.LAPSED:
        return "completed"
    if plan.status is PlanStatus.CLOSED:
        return "completed" if plan.established_at is not None else "revoked"
    return "active" if plan.is_in_force else "draft"


def to_care_plan(case: Case, plan: CarePlan) -> Resource:
    """Render the plan, with the responsibility for each intervention now."""
    text, revised = plan.text, plan.status is PlanStatus.UNDER_REVISION
    return {
        "resourceType": "CarePlan",
        "id": str(plan.id),
        **present(
            contained=[_draft(case, plan)] if revised else None,
            extension=[
                episode(case.enrolment_id),
                extension(systems.PLAN_STATUS, valueCode=plan.status.value),
                *([extension(systems.PLAN_DRAFT, valueReference={"reference": f"#{DRAFT_ID}"})] if revised else []),
                *_content(text),
                *_follow_ups(plan),
                *_outside_plan(case, plan),
            ],
            status=status(case, plan),
            intent="plan",
            category=[to_category(plan)],
            title=plan.name.title,
            subject=patient(plan.patient_id),
            period=period(plan.established_at, plan.ended_at),
            created=instant(plan.initiated_at),
            author=practitioner_role(plan.author, plan.author_unit),
            contributor=[practitioner(person) for person in _contributors(plan)],
            careTeam=[local("CareTeam", team_id(case))] if team_started(case) else None,
            activity=[_activity(case, plan, planned) for planned in text.interventions],
        ),
    }


def to_category(plan: CarePlan) -> Resource:
    """Render the kind of the plan, with the names that the agreement gives it, if it does."""
    kind = coding(systems.PLAN_KIND, plan.kind)
    named = plan.kind_name
    return present(
        coding=[
            *([coding(systems.PLAN_TYPE, CARE_PLAN_TYPE)] if plan.name.care_plan else []),
            kind | ({"display": named.english} if named is not None else {}),
        ],
        text=named.title if named is not None else None,
    )


def _draft(case: Case, plan: CarePlan) -> Resource:
    """Render the new text of a plan under revision, with the party of each part and the agreements to it."""
    return {
        "resourceType": "CarePlan",
        "id": DRAFT_ID,
        **present(
            extension=_content(plan.draft),
            status="draft",
            intent="plan",
            subject=patient(plan.patient_id),
            activity=[_intervention(case, plan.draft, planned, "not-started") for planned in plan.draft.interventions],
        ),
    }


def _content(text: PlanText) -> list[Resource]:
    digest = extension(systems.PLAN_TEXT, valueString=text.digest)
    return [*_sections(text), *_contacts(text), digest, *_agreements(text)]


def _sections(text: PlanText) -> list[Resource]:
    rendered = []
    for section in text.sections:
        parts = [extension("part", valueCode=section.part), party(section.party)]
        parts += [field(name, value) for name, value in section.fields.items()]
        if section.not_applicable is not None:
            parts.append(extension("not-applicable", valueString=section.not_applicable))
        rendered.append(extensions(systems.PLAN_SECTION, parts))
    return rendered


def _contacts(text: PlanText) -> list[Resource]:
    return [
        extensions(
            systems.PLAN_CONTACT,
            [
                extension("role", valueCode=contact.role),
                extension("person", valueReference=on_behalf(practitioner(contact.person), contact.principal)),
                *([extension("area", valueString=contact.area)] if contact.area is not None else []),
                party(contact.party),
            ],
        )
        for contact in text.contacts
    ]


def _agreements(text: PlanText) -> list[Resource]:
    return [
        extensions(
            systems.PLAN_AGREEMENT,
            [
                party(agreement.party),
                extension("person", valueReference=practitioner(agreement.person)),
                extension("role", valueCode=agreement.role.value),
                extension("at", valueInstant=instant(agreement.at)),
            ],
        )
        for agreement in text.agreements
    ]


def _follow_ups(plan: CarePlan) -> list[Resource]:
    rendered = []
    for owner in Party:
        days = [
            extension(name, valueDate=day.isoformat())
            for name, day in (("done", plan.followed_up_on.get(owner)), ("next", plan.next_follow_up_on.get(owner)))
            if day is not None
        ]
        if days:
            rendered.append(extensions(systems.PLAN_FOLLOW_UP, [party(owner), *days]))
    return rendered


def _outside_plan(case: Case, plan: CarePlan) -> list[Resource]:
    """Render, on the plan in force, the responsibility for the interventions of the case that are in no plan."""
    if case.plan is None or plan.id != case.plan.id:
        return []
    return to_responsibilities(case, elsewhere={planned.key for planned in plan.text.interventions})


def _contributors(plan: CarePlan) -> list[str]:
    """List the persons who took part in planning, have a contact role or agreed to the plan."""
    text = plan.text
    contacts = (contact.person for contact in text.contacts)
    parties = (agreement.person for agreement in text.agreements)
    return list(dict.fromkeys([*plan.participants, *contacts, *parties]))


def _activity(case: Case, plan: CarePlan, planned: PlannedIntervention) -> Resource:
    """Render an intervention of the plan's text, with its progress and the responsibility for it now."""
    activity = _intervention(case, plan.text, planned, _activity_status(case, plan))
    return activity | {"extension": [*activity["extension"], *to_responsibilities_for(case, planned.key)]}


def _intervention(case: Case, text: PlanText, planned: PlannedIntervention, status: str) -> Resource:
    """Render an intervention of a text, with the principal that is to perform it."""
    performer = case.principal(planned.performer) if planned.performer is not None else None
    by = text.intervention_parties.get(planned.key)
    return {
        "id": planned.key,
        "extension": [
            to_intervention(planned),
            *([extension(systems.SCOPE, valueCode=planned.scope.value)] if planned.scope is not None else []),
            *flag(systems.SHARED_RESPONSIBILITY, planned.shared),
            *_line(planned),
            *([extension(systems.PARTY, valueCode=by.value)] if by else []),
        ],
        "detail": present(
            kind="ServiceRequest",
            code=to_detail(planned),
            status=status,
            performer=[on_behalf(organisation(performer), performer)] if performer else None,
        ),
    }


def _line(planned: PlannedIntervention) -> list[Resource]:
    """Render the plan's further statements about the intervention, if there are any."""
    codes = {"line": planned.line, "task": planned.task, "performer-kind": planned.performer_kind}
    parts = [extension(name, valueCode=code) for name, code in codes.items() if code is not None]
    if planned.competence is not None:
        parts.append(extension("competence", valueString=planned.competence))
    return [extensions(systems.PLAN_LINE, parts)] if parts else []


def _activity_status(case: Case, plan: CarePlan) -> str:
    """Return the status of the plan's interventions: in progress while it is in force and the person is enrolled."""
    enrolment = case.enrolment
    if plan.ended_at is not None or (enrolment is not None and enrolment.status.is_ended):
        return "completed" if status(case, plan) == "completed" else "stopped"
    started = enrolment is not None and enrolment.started_at is not None
    return "in-progress" if started and plan.is_in_force else "not-started"
