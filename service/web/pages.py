"""Every answer of the pages is made here: rendered with autoescape, and with the same strict headers, errors too."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from service.web import labels as words
from service.web import swedish

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_STORE = {"Cache-Control": "no-store"}
_KEPT = {"Cache-Control": "public, max-age=86400"}

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
_environment.globals |= {"assets": _VERSION, "sv": swedish, "words": words}
_environment.filters |= {"moment": swedish.moment, "day": swedish.day, "days": swedish.days}
_environment.filters |= {"figure": words.figure, "amount": words.amount}


def page(template: str, status: int = 200, /, *, headers: Mapping[str, str] | None = None, **said: Any) -> Response:
    """A page. It is never stored: it may show a person's data."""
    html = _environment.get_template(template).render({"actor": None} | said)
    return Response(html, status, {**HEADERS, **NO_STORE, **(headers or {})}, media_type="text/html")


def error_page(status: int, title: str, text: str) -> Response:
    """A page that says what went wrong, and nothing about how the service is made."""
    return page("error.html", status, title=title, text=text)


def see_other(path: str) -> Response:
    """Go on to another page with GET."""
    return RedirectResponse(path, 303, {**HEADERS, **NO_STORE})


def asset(name: str) -> Response | None:
    """A style sheet, script or picture of the pages."""
    content = ASSETS.get(name)
    if content is None:
        return None
    return Response(content, 200, {**HEADERS, **_KEPT}, media_type=_TYPES[name.rpartition(".")[2]])
