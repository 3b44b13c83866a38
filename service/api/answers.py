"""The answer of the JSON face."""

import orjson
from starlette.responses import Response


def answer_json(body: object, status: int = 200) -> Response:
    """Answer with a body as JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")
