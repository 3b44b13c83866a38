"""The fold that answers: what are the FHIR resources of a case, version by version?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from domain.case.state.case import Case
from domain.kernel import Event
from fhir_profiles import provenance, resources
from fhir_profiles.json import instant, to_json
from fhir_profiles.search_values import SearchValue, search_values

ResourceKey = tuple[str, str]
"""The type and id of a resource."""


@dataclass(frozen=True)
class ResourceVersion:
    """A version of a resource, as the bytes that the server answers."""

    resource_type: str
    resource_id: str
    version: int
    recorded_at: datetime
    body: bytes

    @cached_property
    def search_values(self) -> tuple[SearchValue, ...]:
        """The values that the resource is found by."""
        return search_values(orjson.loads(self.body))

    @property
    def key(self) -> ResourceKey:
        """The type and id of the resource."""
        return self.resource_type, self.resource_id


def project(
    current: Mapping[ResourceKey, ResourceVersion], case: Case, events: Sequence[Event]
) -> tuple[ResourceVersion, ...]:
    """Return the new versions that an act leads to, from the current ones and the case after the act's events.

    A resource without changes gets no new version. Each event gets a Provenance, whose targets are the new versions. If
    there are none, the target is the request.
    """
    recorded_at = events[-1].recorded_at
    if recorded_at is None:
        raise ValueError("only recorded events lead to resources")
    changed = [
        version
        for resource in resources.render(case)
        if (version := _next_version(current.get(_key(resource)), resource, recorded_at)) is not None
    ]
    request = current.get(("ServiceRequest", str(case.referral.id)))
    shown = changed or [request] if request is not None else changed
    targets = [(version.resource_type, version.resource_id, version.version) for version in shown]
    provenances = [_version(provenance.render(event, targets), 1, recorded_at) for event in events]
    return (*changed, *provenances)


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
    )


def _bytes(resource: dict[str, Any], version: int, recorded_at: datetime) -> bytes:
    meta = dict(resource.get("meta", {})) | {"versionId": str(version), "lastUpdated": instant(recorded_at)}
    return to_json(resource | {"meta": meta})
