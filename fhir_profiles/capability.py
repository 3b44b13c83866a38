"""The CapabilityStatement, made from the interactions that the server's routes offer."""

from collections.abc import Collection, Mapping
from datetime import datetime

from fhir_profiles import systems
from fhir_profiles.elements import concept, present
from fhir_profiles.json import Resource, instant
from fhir_profiles.resource_shapes import SUPPORTED, describe
from fhir_profiles.search_values import SEARCH_PARAMETERS

CONDITIONAL_CREATE = "conditional-create"
"""The support of If-None-Exist, given among a type's interactions. FHIR states it apart from them."""
ORDER = ("read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type")
LAST_UPDATED = "The time at which a version was recorded; a search of any type takes it"
SECURITY = (
    "Every request carries a bearer token that names a person, a unit, its care provider, the principal and a role. "
    "Without a token there is no answer. A principal sees only cases that it is a party of, and acts only for itself."
)


def render_capability(
    interactions: Mapping[str, Collection[str]],
    *,
    date: datetime,
    base: str,
    version: str,
    system: Collection[str] = (),
    formats: Collection[str] = ("application/fhir+json", "json"),
) -> Resource:
    """Render the statement of a server at `base`, from the codes of its interactions by type and for the system."""
    return {
        "resourceType": "CapabilityStatement",
        **present(
            url=f"{base}/metadata",
            version=version,
            name="Kvittens",
            title="Kvittens",
            status="active",
            date=instant(date),
            kind="instance",
            software={"name": "Kvittens", "version": version},
            implementation={"description": "What passes between a region and its municipalities", "url": base},
            fhirVersion=systems.FHIR_VERSION,
            format=list(formats),
            rest=[
                present(
                    mode="server",
                    security={
                        "cors": False,
                        "service": [concept(systems.RESTFUL_SECURITY, "OAuth")],
                        "description": SECURITY,
                    },
                    resource=[_resource(type, codes) for type, codes in sorted(interactions.items())],
                    interaction=[{"code": code} for code in sorted(system)],
                    searchParam=[{"name": "_lastUpdated", "type": "date", "documentation": LAST_UPDATED}],
                )
            ],
        ),
    }


def _resource(type: str, interactions: Collection[str]) -> Resource:
    written = {"create", "update"} & set(interactions)
    return present(
        type=type,
        profile=PROFILES.get(type),
        documentation=describe(type) if written and type in SUPPORTED else None,
        interaction=[{"code": code} for code in ORDER if code in interactions],
        versioning="versioned" if "vread" in interactions else "no-version",
        readHistory="vread" in interactions,
        updateCreate=False,
        conditionalCreate=CONDITIONAL_CREATE in interactions,
        referencePolicy=["literal"],
        searchParam=[
            {"name": parameter.name, "type": parameter.type, "documentation": f"{type}.{parameter.expression}"}
            for parameter in SEARCH_PARAMETERS.get(type, ())
        ]
        if "search-type" in interactions
        else None,
    )


PROFILES: Mapping[str, str] = {
    "Patient": systems.SE_PATIENT,
    "Organization": systems.SE_ORGANIZATION,
    "Practitioner": systems.SE_PRACTITIONER,
    "PractitionerRole": systems.SE_PRACTITIONER_ROLE,
}
"""The base profile of HL7 Sweden by type."""
