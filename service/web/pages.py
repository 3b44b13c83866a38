"""The answers of the pages, errors included: rendered with autoescape and sent with the same strict headers."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from service.web import labels, swedish

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_STORE = {"Cache-Control": "no-store"}
REFUSED = "Det gick inte"
"""The title of a page about a refusal."""
_ONE_DAY = {"Cache-Control": "public, max-age=86400"}

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
ASSETS: Mapping[str, bytes] = {
    file.name: file.read_bytes() for file in (files(__package__ or __name__) / "static").iterdir() if file.is_file()
}
_VERSION = sha256(b"".join(ASSETS[name] for name in sorted(ASSETS))).hexdigest()[:12]

_environment = Environment(
    loader=PackageLoader("service.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals |= {"assets": _VERSION, "swedish": swedish, "labels": labels}
_environment.filters |= {
    "moment": swedish.format_moment,
    "day": swedish.format_day,
    "days": swedish.format_days,
    "duration": swedish.format_duration,
    "figure": labels.format_figure,
    "amount": labels.format_amount,
}


def render_page(
    template: str, status: int = 200, /, *, headers: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """Render a page. Nobody may store it, because it may show a person's data."""
    html = _environment.get_template(template).render({"actor": None} | values)
    return Response(html, status, {**HEADERS, **NO_STORE, **(headers or {})}, media_type="text/html")


def render_error(
    status: int, title: str, text: str, *, case_id: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Render a page about an error, without a word about the service's inside. It leads to the case if one is named."""
    return render_page("error.html", status, headers=headers, title=title, text=text, case_id=case_id)


def see_other(path: str) -> Response:
    """Send the browser to another page, which it reads with GET."""
    return RedirectResponse(path, 303, {**HEADERS, **NO_STORE})


def serve_asset(name: str) -> Response | None:
    """Serve a style sheet, script or picture of the pages; None if there is no such file."""
    content = ASSETS.get(name)
    if content is None:
        return None
    return Response(content, 200, {**HEADERS, **_ONE_DAY}, media_type=_TYPES[name.rpartition(".")[2]])
