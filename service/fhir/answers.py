"""Answers: stored bytes as they are, with the headers that say which version they are (R4 http.html#versioning)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

import orjson
from starlette.responses import Response

from fhir_profiles.json import Resource, instant, to_json
from projections.resources import ResourceVersion
from service.fhir.call import Call
from service.http.etags import etag


def version_headers(version: int, recorded_at: datetime) -> dict[str, str]:
    """Return the headers that name the version and the time since which it stands."""
    return {"ETag": etag(version), "Last-Modified": format_datetime(recorded_at.astimezone(UTC), usegmt=True)}


def json_response(call: Call, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer JSON bytes, in the media type that the client asked for."""
    return Response(body, status, headers, media_type=f"{call.media_type}; charset=utf-8")


def version_response(call: Call, found: ResourceVersion) -> Response:
    """Answer one version of a resource."""
    return json_response(call, found.body, headers=version_headers(found.version, found.recorded_at))


@dataclass(frozen=True)
class BundleItem:
    """One entry of a Bundle: the resource as bytes, and what the Bundle says of it."""

    full_url: str
    body: bytes | None
    about: Resource

    def to_json(self) -> bytes:
        """Render the entry, with the resource's bytes as they are."""
        said = {"fullUrl": self.full_url}
        resource = {"resource": orjson.Fragment(self.body)} if self.body is not None else {}
        return orjson.dumps(said | resource | self.about)


def bundle(
    type: str, entries: Iterable[BundleItem], *, links: Sequence[tuple[str, str]] = (), total: int | None = None
) -> bytes:
    """Render a Bundle by joining bytes; no resource is parsed again."""
    said: Resource = {"type": type, "timestamp": instant(datetime.now(UTC))}
    if total is not None:
        said["total"] = total
    if links:
        said["link"] = [{"relation": relation, "url": url} for relation, url in links]
    listed = [orjson.Fragment(entry.to_json()) for entry in entries]
    return to_json({"resourceType": "Bundle"} | said | ({"entry": listed} if listed else {}))


def status_line(status: int) -> str:
    """Return a status as a Bundle's entry writes it."""
    return f"{status} {HTTPStatus(status).phrase}"
