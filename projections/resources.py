"""The FHIR resources of a case, every version as the bytes that are answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case.state.case import Case
from domain.kernel import Event, HsaId
from fhir_profiles import provenance, resources
from fhir_profiles.json import instant, to_json
from fhir_profiles.search_values import SearchValue, search_values

ResourceKey = tuple[str, str]
"""Resource type and id."""


@dataclass(frozen=True)
class ResourceVersion:
    """One version of one resource, as the bytes that are answered."""

    resource_type: str
    resource_id: str
    version: int
    recorded_at: datetime
    body: bytes
    search_values: tuple[SearchValue, ...] = ()
    """The values that it is found by. Empty for a version that was read back from the record."""

    @property
    def key(self) -> ResourceKey:
        """The resource's type and id."""
        return self.resource_type, self.resource_id


def project(
    current: Mapping[ResourceKey, ResourceVersion], case: Case, events: Sequence[Event]
) -> tuple[ResourceVersion, ...]:
    """Render the new versions that an act's events lead to, from the current ones and the case after the events.

    A resource that says the same as before gets no new version. Every event has its Provenance, which names them; one
    that no resource shows is on the request.
    """
    recorded_at = events[-1].recorded_at
    if recorded_at is None:
        raise ValueError("only recorded events have resources")
    changed = [
        version
        for resource in resources.render(case)
        if (version := _next_version(current.get(_key(resource)), resource, recorded_at)) is not None
    ]
    request = current.get(("ServiceRequest", str(case.referral.id)))
    shown = changed or [request] if request is not None else changed
    targets = [(one.resource_type, one.resource_id, one.version) for one in shown]
    grounds = [_version(provenance.render(event, targets), 1, recorded_at) for event in events]
    return (*changed, *grounds)


def readers(case: Case) -> tuple[HsaId, ...]:
    """Return the principals whose staff may read the case: the region, and the municipality once it knows of it."""
    referral = case.referral
    knows = referral.sent_at is not None or referral.author_principal == referral.municipality
    if referral.municipality is None or not knows:
        return (case.region,)
    return (case.region, referral.municipality)


def _key(resource: Mapping[str, Any]) -> ResourceKey:
    return resource["resourceType"], resource["id"]


def _next_version(
    before: ResourceVersion | None, resource: dict[str, Any], recorded_at: datetime
) -> ResourceVersion | None:
    if before is None:
        return _version(resource, 1, recorded_at)
    if _bytes(resource, before.version, before.recorded_at) == before.body:
        return None
    return _version(resource, before.version + 1, recorded_at)


def _version(resource: dict[str, Any], version: int, recorded_at: datetime) -> ResourceVersion:
    resource_type, resource_id = _key(resource)
    return ResourceVersion(
        resource_type=resource_type,
        resource_id=resource_id,
        version=version,
        recorded_at=recorded_at,
        body=_bytes(resource, version, recorded_at),
        search_values=search_values(resource),
    )


def _bytes(resource: dict[str, Any], version: int, recorded_at: datetime) -> bytes:
    meta = dict(resource.get("meta", {})) | {"versionId": str(version), "lastUpdated": instant(recorded_at)}
    return to_json(resource | {"meta": meta})
