"""The JSON body of a request, read so that nothing in it is dropped or made up.

It is read by the handler, in the handler's own thread, after the question who may ask: reading costs more than sending.
"""

import json
from collections.abc import Callable
from typing import Any, Generic, NoReturn, TypeVar

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.http.body_limit import refuse_many_entries

_REF = "#/components/schemas/{model}"

M = TypeVar("M", bound=BaseModel)


class JsonBody(Generic[M]):
    """A body that has arrived, and is not read yet."""

    def __init__(self, model: type[M], content: bytes, content_type: str) -> None:
        self._model = model
        self._content = content
        self._is_json = content_type.partition(";")[0].strip().lower().endswith(("application/json", "+json"))

    def read(self) -> M:
        """Read the body: JSON as RFC 8259 has it, with each member once, that the model can be made of.

        Raises RequestRefused (413), RequestValidationError, HTTPException (400).
        """
        refuse_many_entries(self._content)
        if not self._content:
            raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
        try:
            return self._model.model_validate(self._parse() if self._is_json else self._content)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False, include_context=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None

    def _parse(self) -> Any:
        try:
            return json.loads(self._content.decode(), object_pairs_hook=_read_object, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            told = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "", "ctx": {"error": error.msg}}
            raise RequestValidationError([told]) from None
        except (ValueError, RecursionError):
            raise HTTPException(400) from None


class JsonBodyOf(Generic[M]):
    """The dependency that takes a body of a model."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> JsonBody[M]:
        """Return the body, which is read later."""
        return JsonBody(self.model, await request.body(), request.headers.get("content-type", ""))


class JsonRoute(APIRoute):
    """A route whose description has the body that its handler reads."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        taken = [each.call for each in self.dependant.dependencies if isinstance(each.call, JsonBodyOf)]
        self.body_model: type[BaseModel] | None = taken[0].model if taken else None
        if self.body_model is not None:
            schema = {"$ref": _REF.format(model=self.body_model.__name__)}
            body = {"required": True, "content": {"application/json": {"schema": schema}}}
            self.openapi_extra = {**(self.openapi_extra or {}), "requestBody": body}


def describe_bodies(app: FastAPI) -> dict[str, Any]:
    """Describe the models of all bodies that an application takes, as the schemas of OpenAPI have them."""
    routes = (context.original_route for context in iter_route_contexts(app.routes))
    models = dict.fromkeys(route.body_model for route in routes if isinstance(route, JsonRoute))
    _, described = models_json_schema([(model, "validation") for model in models if model], ref_template=_REF)
    found: dict[str, Any] = jsonable_encoder(described["$defs"], exclude_none=True)  # as FastAPI does with its own
    return found


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError("An object has a member twice; give it once", "", 0)
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise json.JSONDecodeError("NaN and Infinity are not JSON", "", 0)
