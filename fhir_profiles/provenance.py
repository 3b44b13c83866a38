"""An event as a Provenance: the actor, the act, the times, the principal and the ground."""

from collections.abc import Sequence

from domain.kernel import Actor, Event, Role
from fhir_profiles import systems
from fhir_profiles.elements import concept, extension, organisation, practitioner, present, principal
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import to_responsibility

Target = tuple[str, str, int]
"""The type, id and version of a resource that the event created or changed."""


def render(event: Event, targets: Sequence[Target]) -> Resource:
    """Render the event's Provenance. Raises ValueError for an event that is not recorded, or without a target."""
    if event.recorded_at is None or not targets:
        raise ValueError(f"{event.TOPIC} is not recorded, or has no target")
    agreement = event.basis.agreement
    reason = getattr(event, "reason", None)
    return {
        "resourceType": "Provenance",
        "id": str(event.id),
        **present(
            extension=[
                extension(systems.ACT, valueUri=f"urn:uuid:{event.causation_id}"),
                *(extension(systems.NOT_REGULATED, valueCode=question) for question in event.basis.not_regulated),
                *_derived_grounds(event),
                *(to_responsibility(allocation, event.basis) for allocation in event.allocations),
            ],
            target=[{"reference": f"{type}/{id}/_history/{version}"} for type, id, version in targets],
            occurredDateTime=instant(event.occurred_at),
            recorded=instant(event.recorded_at),
            policy=[
                *([systems.agreement_uri(agreement)] if agreement else []),
                *map(systems.agreement_uri, dict.fromkeys(event.basis.subordinate.values())),
                *(systems.clause_uri(event.basis, clause) for clause in event.basis.clauses),
            ],
            reason=[{"text": str(reason)}] if reason else None,
            activity=concept(systems.ACT_TOPIC, event.TOPIC),
            agent=[_agent(event.actor)],
        ),
    }


def _agent(actor: Actor) -> Resource:
    return {
        "extension": [
            principal(actor.principal),
            extension(systems.CARE_PROVIDER, valueReference=organisation(actor.provider)),
        ],
        "type": concept(systems.PROVENANCE_AGENT, "author"),
        "role": [concept(systems.CARE_ROLE, actor.role.value)],
        "who": _who(actor),
        "onBehalfOf": organisation(actor.unit),
    }


def _who(actor: Actor) -> Resource:
    """Refer to the person, or to the record itself if time alone led to the event."""
    if actor.role is Role.SYSTEM:
        return {"type": "Device", "identifier": {"system": systems.HSA, "value": actor.person}}
    return practitioner(actor.person)


def _derived_grounds(event: Event) -> list[Resource]:
    """Render the clauses from which an allocation follows, though the text does not state it (catalogue S5)."""
    derived = [allocation for allocation in event.allocations if allocation.derived]
    clauses = dict.fromkeys(clause for allocation in derived for clause in allocation.clauses)
    uris = (systems.clause_uri(event.basis, clause) for clause in clauses)
    return [extension(systems.DERIVED_GROUND, valueUri=uri) for uri in uris]
