"""The media types of answers and bodies: JSON, under either of its names (R4 http.html#mime-type)."""

from starlette.requests import Request

from service.http.errors import FaultKind, RequestRefused, bad_header

FHIR_JSON = "application/fhir+json"
PLAIN_JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_OFFERED = (FHIR_JSON, PLAIN_JSON)
_FORMATS = {"json": FHIR_JSON, FHIR_JSON: FHIR_JSON, "application/fhir json": FHIR_JSON, PLAIN_JSON: PLAIN_JSON}
"""The values of `_format`; an unescaped plus sign arrives as a space."""


def answer_type(request: Request) -> str:
    """Return the content type of the answer, from `_format` or else Accept. Raises RequestRefused (406)."""
    asked = request.query_params.get("_format")
    if asked is not None:
        found = _FORMATS.get(asked.partition(";")[0].strip().lower())
    else:
        accept = request.headers.get("accept", "*/*")
        found = FHIR_JSON if accept in {"*/*", FHIR_JSON} else _best(accept)
    if found is None:
        raise RequestRefused(
            FaultKind.NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "None of the forms that are asked for is offered",
            f"accept {FHIR_JSON} or {PLAIN_JSON}, in FHIR version 4.0",
            where=("_format" if asked is not None else "Accept",),
        )
    return found


def _best(accept: str) -> str | None:
    """Return the offered type with the highest quality; of equals the first that is named."""
    best: tuple[float, str] | None = None
    refused = set()
    for named in accept.split(","):
        media, *parameters = (part.strip().lower() for part in named.split(";"))
        given = dict(part.partition("=")[::2] for part in parameters)
        quality = _quality(given.get("q", "1"))
        if given.get("fhirversion", "4.0").strip('"') not in {"4.0", "4.0.1"}:
            continue
        if media in _OFFERED and quality == 0:
            refused.add(media)
        found = next((offer for offer in _OFFERED if offer not in refused and _covers(media, offer)), None)
        if found is not None and quality > 0 and (best is None or quality > best[0]):
            best = quality, found
    return best[1] if best is not None else None


def _covers(media: str, offered: str) -> bool:
    return media in {offered, "*/*", "application/*"}


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        raise bad_header("Accept", "has a quality that is not a number", "give q as 0 to 1, such as q=0.9") from None
