"""Answers: stored bytes as they are, with the headers that say which version they are (R4 http.html#versioning)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

import orjson
from starlette.responses import Response

from fhir_profiles.json import Resource, instant, to_json
from service.fhir.call import Call
from service.http.etags import etag
from service.reads.queries import Stored


def version_headers(version: int, recorded_at: datetime) -> dict[str, str]:
    """Which version it is, and since when it stands."""
    return {"ETag": etag(version), "Last-Modified": format_datetime(recorded_at.astimezone(UTC), usegmt=True)}


def told(call: Call, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as bytes, in the form that was asked for."""
    return Response(body, status, headers, media_type=f"{call.media_type}; charset=utf-8")


def stored(call: Call, found: Stored) -> Response:
    """One version of a resource."""
    return told(call, found.body, headers=version_headers(found.version, found.recorded_at))


@dataclass(frozen=True)
class BundleItem:
    """One entry of a Bundle: the resource as bytes, and what the Bundle says of it."""

    full_url: str
    body: bytes | None
    about: Resource

    def to_json(self) -> bytes:
        """The entry, with the resource's bytes as they are."""
        said = {"fullUrl": self.full_url}
        resource = {"resource": orjson.Fragment(self.body)} if self.body is not None else {}
        return orjson.dumps(said | resource | self.about)


def bundle(
    type: str, entries: Iterable[BundleItem], *, links: Sequence[tuple[str, str]] = (), total: int | None = None
) -> bytes:
    """A Bundle made by joining bytes; no resource is read again."""
    said: Resource = {"type": type, "timestamp": instant(datetime.now(UTC))}
    if total is not None:
        said["total"] = total
    if links:
        said["link"] = [{"relation": relation, "url": url} for relation, url in links]
    listed = [orjson.Fragment(entry.to_json()) for entry in entries]
    return to_json({"resourceType": "Bundle"} | said | ({"entry": listed} if listed else {}))


def status_line(status: int) -> str:
    """A status as a Bundle's entry says it."""
    return f"{status} {HTTPStatus(status).phrase}"
