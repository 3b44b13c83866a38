"""The media types of answers and bodies: JSON, under either of its names (R4 http.html#mime-type)."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from service.http.errors import FaultKind, RequestRefused, bad_header

FHIR_JSON = "application/fhir+json"
PLAIN_JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
VERSIONS = ("4.0", "4.0.1")
"""The names of the one FHIR version that is spoken here."""
MOST_FIELDS = 500
"""The fields of a form."""
_OFFERED = (FHIR_JSON, PLAIN_JSON)
_FORMATS = {"json": FHIR_JSON, FHIR_JSON: FHIR_JSON, "application/fhir json": FHIR_JSON, PLAIN_JSON: PLAIN_JSON}
"""The values of `_format`; an unescaped plus sign arrives as a space."""


def answer_type(request: Request, form: Mapping[str, str]) -> str:
    """Return the content type of the answer, from `_format`, in the address or in a form, or else from Accept.

    Raises RequestRefused (406).
    """
    asked = request.query_params.get("_format", form.get("_format"))
    if asked is not None:
        found = _FORMATS.get(asked.partition(";")[0].strip().lower())
    else:
        accept = ", ".join(filter(None, request.headers.getlist("accept"))) or "*/*"  # its lines are one list
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


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Read the parameters of a form. Raises ValueError."""
    text = "&".join(filter(None, body.decode().split("&")))  # an & at the end, or two together, say nothing
    if not text:
        return []
    return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS)


def _best(accept: str) -> str | None:
    """Return the offered type with the highest quality; of equals the first that is named."""
    best: tuple[float, str] | None = None
    ranges = [_read_range(named) for named in accept.split(",")]
    refused = {media for media, quality, _ in ranges if quality == 0}
    for media, quality, version in ranges:
        if version not in VERSIONS:
            continue
        found = next((offer for offer in _OFFERED if offer not in refused and _covers(media, offer)), None)
        if found is not None and quality > 0 and (best is None or quality > best[0]):
            best = quality, found
    return best[1] if best is not None else None


def _read_range(named: str) -> tuple[str, float, str]:
    """Read one form that is accepted: its media type, its quality and the FHIR version that it names, or 4.0."""
    media, *parameters = (part.strip().lower() for part in named.split(";"))
    given = dict(part.partition("=")[::2] for part in parameters)
    return media, _quality(given.get("q", "1")), given.get("fhirversion", VERSIONS[0]).strip('"')


def _covers(media: str, offered: str) -> bool:
    return media in {offered, "*/*", "application/*"}


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        raise bad_header("Accept", "has a quality that is not a number", "give q as 0 to 1, such as q=0.9") from None
