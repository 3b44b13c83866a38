"""The answer of the JSON face."""

import orjson
from starlette.responses import Response


def answer_json(body: object) -> Response:
    """Answer with a body as JSON."""
    return Response(orjson.dumps(body), media_type="application/json")
