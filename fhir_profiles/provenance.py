"""Each event as a Provenance: who decided what, when, for whom, and on what ground."""

from collections.abc import Sequence

from domain.kernel import Actor, Event, Role
from fhir_profiles import systems
from fhir_profiles.elements import by_hsa_id, concept, extension, organisation, practitioner, present, principal
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import clause, to_responsibility

Target = tuple[str, str, int]
"""The type, id and version of a resource that the event made or changed."""


def render(event: Event, targets: Sequence[Target]) -> Resource:
    """Render the event's Provenance. Raises ValueError for an event that is not recorded, or that changed nothing."""
    if event.recorded_at is None or not targets:
        raise ValueError(f"{event.TOPIC} is not recorded, or has no target")
    actor, agreement = event.actor, event.basis.agreement
    reason = getattr(event, "reason", None)
    return {
        "resourceType": "Provenance",
        "id": str(event.id),
        **present(
            extension=[
                extension(systems.ACT, valueUri=f"urn:uuid:{event.causation_id}"),
                *(extension(systems.NOT_REGULATED, valueCode=what) for what in event.basis.not_regulated),
                *_derivation(event),
                *(to_responsibility(one, agreement) for one in event.allocations),
            ],
            target=[{"reference": f"{type}/{id}/_history/{version}"} for type, id, version in targets],
            occurredDateTime=instant(event.occurred_at),
            recorded=instant(event.recorded_at),
            policy=[
                *([systems.agreement_uri(agreement.id, agreement.version)] if agreement else []),
                *(clause(agreement, one) for one in event.basis.clauses),
            ],
            reason=[{"text": str(reason)}] if reason else None,
            activity=concept(systems.ACT_TOPIC, event.TOPIC),
            agent=[
                {
                    "extension": [
                        principal(actor.principal),
                        extension(systems.CARE_PROVIDER, valueReference=by_hsa_id("Organization", actor.provider)),
                    ],
                    "type": concept(systems.PROVENANCE_AGENT, "author"),
                    "role": [concept(systems.CARE_ROLE, actor.role.value)],
                    "who": _who(actor),
                    "onBehalfOf": organisation(actor.unit),
                }
            ],
        ),
    }


def _who(actor: Actor) -> Resource:
    """Return the person; or for what time alone has brought, the record itself, by its identifier only."""
    if actor.role is Role.SYSTEM:
        return {"type": "Device", "identifier": {"system": systems.HSA, "value": actor.person}}
    return practitioner(actor.person)


def _derivation(event: Event) -> list[Resource]:
    """Return the clauses that an allocation rests on without the text saying so in plain words (catalogue S5)."""
    clauses = dict.fromkeys(one for held in event.allocations if held.derived for one in held.clauses)
    return [extension(systems.DERIVED_GROUND, valueUri=clause(event.basis.agreement, one)) for one in clauses]
