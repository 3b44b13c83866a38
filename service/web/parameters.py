"""The parameters of the pages' routes, and the rendering of a page for a person who is signed in."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Depends, Form
from starlette.responses import Response

from domain.kernel import Actor, Text
from service.bootstrap import Services
from service.http.requests import services_of
from service.web.forms import ActKey
from service.web.narration import Narrator
from service.web.pages import render_page
from service.web.session import require_actor

CurrentActor = Annotated[Actor, Depends(require_actor)]
CurrentServices = Annotated[Services, Depends(services_of)]
FormField = Annotated[str, Form()]
FormKey = Annotated[ActKey, Form()]
"""The key of the form's act."""
OptionalText = Annotated[Text | Literal[""], Form()]
"""Free text that becomes part of an event, so that it holds no personal identity number. It may be left out."""

TEXTS = frozenset({"reason"})
"""The fields of forms that take free text, in routes that read each field for itself."""


def render_for(
    services: Services, actor: Actor, template: str, values: Mapping[str, Any], *, status: int = 200
) -> Response:
    """Render a page for a person who is signed in."""
    narrator = Narrator(services.directories[actor.county], ())
    return render_page(template, status, actor=narrator.describe_actor(actor), **values)
