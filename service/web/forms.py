"""The forms of pages: sent from these pages, as text in UTF-8, with the fields of their page and no others."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Annotated, Any, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.http.errors import RequestRefused
from service.http.requests import refuse_other_content
from service.web.session import refuse_foreign_post, require_actor

FORM = "application/x-www-form-urlencoded"
"""The media type in which a page sends a form."""
ActKey = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
"""The key of a form's act, which makes a form that is sent twice harmless."""


class FormUnreadable(Exception):
    """A form whose bytes are not text in UTF-8, or that is sent in another way than a page does."""


class FormUnknown(Exception):
    """A form with a field that its page does not have, or with several of a field that its page has once."""


TEXT_UNFIT = "Texten är tom, för lång eller har ett personnummer. Skriv om den utan personnummer."
FIELD_UNFIT = "Något är inte ifyllt, eller valdes bland det som inte finns. Fyll i det på nytt."
NO_SUCH_TIME = "Klockan ställdes fram den natten, och visade aldrig den tiden. Ange en annan tid."
TWO_TIMES = "Klockan ställdes tillbaka den natten, och visade den tiden två gånger. Välj vilken av dem det var."
"""The faults that the fields of a form can have, each with what puts it right."""


class FormUnfit(Exception):
    """A form whose fields the act cannot take as they are. `labels` are those of the fields."""

    def __init__(self, labels: Sequence[str], wrong: str) -> None:
        super().__init__("the act cannot take the form")
        self._labels = labels
        self._wrong = wrong

    @property
    def explanation(self) -> str:
        """The Swedish words on what is wrong, and what puts it right."""
        return f"{self._wrong} Det gäller: {', '.join(self._labels)}." if self._labels else self._wrong


class FormRoute(APIRoute):
    """A route that asks where a form comes from before it reads it.

    It keeps the bytes, so that they can be read as well as the fields.
    """

    asked: Sequence[Callable[[Request], object]] = (refuse_foreign_post,)
    """The questions that a form is asked before it is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handle = super().get_route_handler()

        async def ask_first(request: Request) -> Response:
            if request.method == "POST":
                for ask in self.asked:
                    ask(request)
                await request.body()
            return await handle(request)

        return ask_first


class OwnFormRoute(FormRoute):
    """A route that asks also who is signed in."""

    asked = (refuse_foreign_post, require_actor)


async def _refuse_unreadable_form(request: Request) -> None:
    """Refuse a form whose fields could be kept only with other characters in the place of what was sent."""
    content = await request.body()
    try:
        if content:
            refuse_other_content(request, FORM)
        unquote_to_bytes(content.decode("ascii")).decode()
    except (UnicodeDecodeError, RequestRefused) as error:
        raise FormUnreadable from error


async def _refuse_unknown_fields(request: Request) -> None:
    """Refuse a form with a field that the route does not take, and that would be lost."""
    form = await request.form()
    _refuse_unknown(form.multi_items(), _list_parameters(request, "body_params"))


def refuse_unknown_query(request: Request) -> None:
    """Refuse a field of an address that the route does not take: a misspelt time must not answer for now."""
    _refuse_unknown(request.query_params.multi_items(), _list_parameters(request, "query_params"))


def _refuse_unknown(sent: Iterable[tuple[str, object]], parameters: Iterable[tuple[str, Any]]) -> None:
    are_lists = {name: get_origin(annotation) in (list, tuple) for name, annotation in parameters}
    for name, times in Counter(name for name, _ in sent).items():
        if name not in are_lists or (times > 1 and not are_lists[name]):
            raise FormUnknown


def _list_parameters(request: Request, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the type of each field that the route of a request takes, also in its dependencies."""
    waiting = [request.scope["route"].dependant]
    for dependant in waiting:
        waiting += dependant.dependencies
        for parameter in getattr(dependant, kind):
            annotation = parameter.field_info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                yield from ((name, field.annotation) for name, field in annotation.model_fields.items())
            else:
                yield parameter.alias, annotation


FORM_OF_ITS_ROUTE = [Depends(_refuse_unreadable_form)]
"""The question to a form that has been read, in a FormRoute that knows by itself which fields its forms have."""
READ_FORM = [*FORM_OF_ITS_ROUTE, Depends(_refuse_unknown_fields)]
"""The questions to a form that has been read, in a FormRoute that takes each field as a parameter."""
