"""The body of a request that sends a resource."""

from fhir_profiles.json import Resource
from fhir_profiles.references import change_references
from fhir_profiles.resource_reader import read_resource
from service.fhir.call import Call
from service.fhir.negotiation import FHIR_JSON, PLAIN_JSON, VERSIONS
from service.http.body_limit import refuse_many_entries
from service.http.errors import FaultKind, RequestRefused
from service.http.requests import refuse_other_content


def read_body(call: Call, type: str) -> Resource:
    """Read the resource in the body, with references as they are sent. Raises RequestRefused, Unreadable."""
    refuse_other_content(call.http, FHIR_JSON, PLAIN_JSON)
    refuse_many_entries(call.body)
    _refuse_other_version(call)
    return read_resource(call.body, type)


def make_relative(call: Call, resource: Resource) -> Resource:
    """Make each reference by this server's own address the relative one (R4 references.html#literal)."""
    own = f"{call.base}/"
    found: Resource = change_references(resource, lambda address: address.removeprefix(own))
    return found


def _refuse_other_version(call: Call) -> None:
    """Refuse a body that is said to be of another FHIR version than R4 (R4 http.html#version-parameter)."""
    parameters = call.http.headers.get("content-type", "").lower().split(";")[1:]
    named = (parameter.partition("=") for parameter in parameters)
    versions = {value.strip().strip('"') for name, _, value in named if name.strip() == "fhirversion"}
    if not versions <= {*VERSIONS}:
        raise RequestRefused(
            FaultKind.MEDIA_TYPE,
            "FHIR_VERSION_NOT_SUPPORTED",
            "The body is said to be of a FHIR version that is not taken here",
            f"send it in FHIR version {VERSIONS[0]}",
            where=("Content-Type",),
        )
