"""capabilities (R4 http.html#capabilities), made of the routes themselves."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from starlette.responses import Response

from fhir_profiles.capability import render_capability
from fhir_profiles.json import to_json
from service.fhir.answers import json_response
from service.fhir.call import Call, Handler


def metadata_of(interactions: Mapping[str, Collection[str]], system: Collection[str]) -> Handler:
    """Return the handler of GET [base]/metadata for a server with these interactions, by type and of the whole."""
    since = datetime.now(UTC)

    def metadata(call: Call) -> Response:
        said = render_capability(interactions, date=since, base=call.base, version=version("kvittens"), system=system)
        return json_response(call, to_json(said))

    return metadata
