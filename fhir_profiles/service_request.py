"""The referral (vårdbegäran) as a ServiceRequest, and the acts that a client asks for by one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import CareRequest, Identifier, NeedSource, WithdrawalReason
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.directory import Directory
from domain.intervention import Intervention, Interventions
from domain.kernel import MOST, CaseIds, HsaId, Instant, Party, Slug, Value
from fhir_profiles import systems
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    LABEL,
    SLUG,
    NamedActor,
    expect,
    expect_code,
    find_principal,
    get_code,
    get_extension,
    get_extensions,
    get_only,
    is_unchanged,
    read_actor,
    read_changed_moment,
    read_code,
    read_id,
    read_moment,
    read_organisation,
    read_person,
    read_text,
    read_value,
    require,
)
from fhir_profiles.elements import (
    case_identifier,
    concept,
    episode,
    extension,
    flag,
    on_behalf,
    organisation,
    patient,
    practitioner,
    practitioner_role,
    present,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import read_intervention, to_detail, to_intervention, to_responsibilities

SERVICE = "municipal-home-care"
"""The code of the request: care at home by the municipality (kommunal hemsjukvård)."""
ELEMENTS = {
    "patient_id": "subject",
    "need": "reasonCode",
    "goal": f"extension('{systems.GOAL}')",
    "physician_contact": f"extension('{systems.PHYSICIAN_CONTACT}')",
    "care_contact": f"extension('{systems.CARE_CONTACT}')",
    "interventions": "orderDetail",
    "intervention": "orderDetail",
    "channel": f"extension('{systems.CHANNEL}')",
    "otherwise": f"extension('{systems.OTHERWISE}')",
    "identifiers": "identifier",
    "composite_needs": f"extension('{systems.COMPOSITE_NEEDS}')",
    "source": f"extension('{systems.NEED_SOURCE}')",
    "track": "category",
    "municipality": "performer",
    "despite": f"extension('{systems.DESPITE}')",
    "occurred_at": "authoredOn",
}
"""The path in the resource of each field of the acts that a ServiceRequest stands for."""


def status(case: Case) -> str:
    """Return the status. A request in disagreement stays active, so that care does not stop."""
    referral, enrolment = case.referral, case.enrolment
    if enrolment is not None and enrolment.status.is_ended:
        carried_through = enrolment.started_at is not None
        return "completed" if carried_through else "revoked"
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            return "draft"
        case ReferralStatus.WITHDRAWN:
            return "revoked"
        case ReferralStatus.CLOSED if enrolment is None:
            return "revoked"
        case _:
            return "active"


def to_service_request(case: Case) -> Resource:
    """Render the request, with the responsibility for its interventions until there is a plan."""
    referral, request = case.referral, case.referral.request
    sent_by = referral.sender, referral.sender_unit
    author, unit = (referral.author, referral.author_unit) if None in sent_by else sent_by
    municipality = case.municipality if referral.status is not ReferralStatus.RETURNED else None
    return {
        "resourceType": "ServiceRequest",
        "id": str(referral.id),
        **present(
            extension=_parts(case),
            identifier=[identifier.model_dump() for identifier in request.identifiers],
            requisition=case_identifier(case.id),
            status=status(case),
            intent="order",
            category=[concept(systems.TRACK, referral.track)],
            code=concept(systems.SERVICE, SERVICE),
            orderDetail=[
                {"extension": [to_intervention(intervention)], **to_detail(intervention)}
                for intervention in request.interventions
            ],
            subject=patient(referral.patient_id),
            authoredOn=instant(referral.first_sent_at or referral.raised_at),
            requester=on_behalf(practitioner_role(str(author), str(unit)), referral.owner),
            performer=[on_behalf(organisation(municipality), municipality)] if municipality else None,
            reasonCode=[{"text": request.need}] if request.need else None,
        ),
    }


def _parts(case: Case) -> list[Resource]:
    """Render the extensions of the request."""
    referral, request = case.referral, case.referral.request
    parts = [extension(systems.GOAL, valueString=request.goal)] if request.goal else []
    for url, contact in (
        (systems.PHYSICIAN_CONTACT, request.physician_contact),
        (systems.CARE_CONTACT, request.care_contact),
    ):
        if contact is not None:
            parts.append(extension(url, valueReference=practitioner(contact)))
    if request.channel is not None:
        parts.append(extension(systems.CHANNEL, valueCode=request.channel))
    if request.otherwise is not None:
        parts.append(extension(systems.OTHERWISE, valueString=request.otherwise))
    parts += [extension(systems.DESPITE, valueIdentifier=case_identifier(id)) for id in referral.despite]
    parts += [
        extension(systems.COMPOSITE_NEEDS, valueBoolean=request.composite_needs),
        extension(systems.NEED_SOURCE, valueCode=referral.source.value),
        extension(systems.REFERRAL_STATUS, valueCode=referral.status.value),
    ]
    if referral.first_sent_at is not None:
        parts += [*flag(systems.RESPONSIBILITY_REMAINS, _remains(case)), episode(case.enrolment_id)]
    if case.plan is None:
        parts += to_responsibilities(case)
    return parts


def _remains(case: Case) -> bool | None:
    """Return True if the region performs every intervention (ORE-3-1), and False if it does not.

    Return None if there is no intervention, if the agreement version does not regulate one (SYS-7), or if the
    responsibility changes on a later day.
    """
    performers = {allocation.performer for allocation in case.allocations.values()}
    if not performers or None in performers or case.meanwhile:
        return None
    return performers == {case.region}


class NeedDraft(Value):
    """The need that a client's ServiceRequest describes."""

    patient_id: UUID
    request: CareRequest
    track: Slug
    source: NeedSource
    municipality: HsaId | None
    despite: CaseIds
    active: bool
    """True if the ServiceRequest is to be sent at once, False if it is a draft."""
    requester: NamedActor
    occurred_at: Instant | None


def from_service_request(resource: Resource, directory: Directory, current: Resource | None = None) -> NeedDraft:
    """Read the need that a ServiceRequest describes. Its performer is a municipality, or a provider or unit of one."""
    path = "ServiceRequest"
    refuse_changed(resource, current, path)
    status = require(resource, "status", path)
    if current is None and status not in {"draft", "active"}:
        raise unreadable(
            "business-rule", f"{path}.status", "a new request cannot have this status; give draft or active"
        )
    expect(resource, "intent", "order", path)
    expect_code(resource, "code", systems.SERVICE, SERVICE, path)
    category = get_only(require(resource, "category", path), f"{path}.category", needed=True)
    track = get_code(category or {}, systems.TRACK, f"{path}.category")
    source = get_extension(resource, systems.NEED_SOURCE, "valueCode", path)
    return NeedDraft(
        patient_id=read_id(require(resource, "subject", path), "Patient", f"{path}.subject"),
        request=_read_request(resource, path),
        track=read_value(SLUG, track, f"{path}.category"),
        source=read_code(NeedSource, source, f"{path}.{ELEMENTS['source']}") if source else NeedSource.PROFESSIONAL,
        municipality=_municipality(resource, directory, path),
        despite=read_value(CASE_IDS, _read_despite(resource, path), f"{path}.{ELEMENTS['despite']}"),
        active=status == "active",
        requester=read_actor(resource["requester"], f"{path}.requester") if "requester" in resource else NamedActor(),
        occurred_at=read_moment(resource, "authoredOn", path),
    )


def from_service_request_update(resource: Resource, current: Resource) -> tuple[Command, datetime | None]:
    """Read the act that a changed ServiceRequest asks for, a supplement or a withdrawal, and the time stated for it."""
    path = "ServiceRequest"
    refuse_changed(resource, current, path)
    for name in ("intent", "category", "code", "subject", "requester", "performer"):
        if not is_unchanged(resource.get(name), current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this element never changes; send it as you read it")
    for url, value in ((systems.NEED_SOURCE, "valueCode"), (systems.DESPITE, "valueIdentifier")):
        sent = get_extensions(resource, url, value)
        if sent and not is_unchanged(sent, get_extensions(current, url, value)):
            raise unreadable(
                "business-rule", f"{path}.extension('{url}')", "this extension never changes; send it as you read it"
            )
    occurred_at = read_changed_moment(resource, current, "authoredOn", path)
    request, before = _read_request(resource, path), _read_request(current, path)
    if resource["status"] == "revoked" and current["status"] != "revoked":
        if request != before:
            raise unreadable(
                "business-rule",
                f"{path}.status",
                "a withdrawal cannot change the request; send the rest as you read it",
            )
        return Command(ActName.WITHDRAW_REFERRAL, {"reason": WithdrawalReason.BY_SENDER}), occurred_at
    if resource["status"] != current["status"]:
        raise unreadable(
            "business-rule",
            f"{path}.status",
            "the status follows from acts; change the Task that focuses on the request",
        )
    if request == before:
        raise unreadable("business-rule", path, "nothing is changed; change the content of the request")
    return Command(ActName.SUPPLEMENT_REFERRAL, {"request": request}), occurred_at


def _label(holder: Resource, name: str, path: str) -> str:
    return read_value(LABEL, require(holder, name, path), f"{path}.{name}")


def _with_paths(items: Sequence[Resource], path: str) -> Iterator[tuple[Resource, str]]:
    return ((item, f"{path}[{place}]") for place, item in enumerate(items))


CASE_IDS: TypeAdapter[tuple[UUID, ...]] = TypeAdapter(CaseIds)
INTERVENTIONS: TypeAdapter[tuple[Intervention, ...]] = TypeAdapter(Interventions)


def _read_request(resource: Resource, path: str) -> CareRequest:
    """Read the content of a ServiceRequest."""
    reason = get_only(resource.get("reasonCode"), f"{path}.reasonCode")
    goal = get_extension(resource, systems.GOAL, "valueString", path)
    channel = get_extension(resource, systems.CHANNEL, "valueCode", path)
    otherwise = get_extension(resource, systems.OTHERWISE, "valueString", path)
    if len(resource.get("identifier", ())) > MOST:
        text = f"the request has too many identifiers to be kept; give at most {MOST}"
        raise unreadable("too-long", f"{path}.identifier", text)
    identifiers = [
        Identifier(system=_label(identifier, "system", place), value=_label(identifier, "value", place))
        for identifier, place in _with_paths(resource.get("identifier", ()), f"{path}.identifier")
    ]
    details = resource.get("orderDetail", ())
    interventions = read_value(
        INTERVENTIONS,
        tuple(read_intervention(detail, place) for detail, place in _with_paths(details, f"{path}.orderDetail")),
        f"{path}.orderDetail",
    )
    return CareRequest(
        need=read_text(require(reason, "text", f"{path}.reasonCode"), f"{path}.reasonCode.text") if reason else None,
        goal=read_text(goal, f"{path}.{ELEMENTS['goal']}") if goal is not None else None,
        physician_contact=_contact(resource, systems.PHYSICIAN_CONTACT, path),
        care_contact=_contact(resource, systems.CARE_CONTACT, path),
        interventions=interventions,
        channel=read_value(SLUG, channel, f"{path}.{ELEMENTS['channel']}") if channel is not None else None,
        otherwise=read_text(otherwise, f"{path}.{ELEMENTS['otherwise']}") if otherwise is not None else None,
        identifiers=tuple(identifiers),
        composite_needs=bool(get_extension(resource, systems.COMPOSITE_NEEDS, "valueBoolean", path)),
    )


def _read_despite(resource: Resource, path: str) -> tuple[str, ...]:
    """Read the ids of the cases that the request is made despite. Their identifiers are those of `requisition`."""
    place = f"{path}.{ELEMENTS['despite']}"
    found = get_extensions(resource, systems.DESPITE, "valueIdentifier")
    if any(identifier.get("system") != systems.CASE for identifier in found):
        raise unreadable("code-invalid", place, f"a case is named by an identifier with the system {systems.CASE}")
    return tuple(require(identifier, "value", place) for identifier in found)


def _contact(resource: Resource, url: str, path: str) -> str | None:
    reference = get_extension(resource, url, "valueReference", path)
    return read_person(reference, f"{path}.extension('{url}')") if reference is not None else None


def _municipality(resource: Resource, directory: Directory, path: str) -> str | None:
    performer = get_only(resource.get("performer"), f"{path}.performer")
    if performer is None:
        return None
    place = f"{path}.performer[0]"
    found = find_principal(directory, read_organisation(performer, place))
    if found is None or found.party is not Party.MUNICIPALITY:
        raise unreadable("not-found", place, "the county's directory has no such municipality; give one that it has")
    if read_actor(performer, place).principal not in (None, found.id):
        raise unreadable(
            "business-rule", place, "the performer belongs to another principal than the one named; correct one of them"
        )
    return found.id
