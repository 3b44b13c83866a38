"""The elements that a refusal of acts is about: from the names of the acts' fields to what the client sent.

The tables of names stand beside the readers that make acts of the resources.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from domain.kernel import Refusal
from domain.refusals import ContentNotKnown, ContentOfOtherType, PlanContentMissing
from fhir_profiles import cancellation, care_plan_change, communication, service_request, task_acts
from fhir_profiles.json import Resource

_OF_A_URL = re.compile(r"extension\('.*/([a-z-]+)'\)$")


class Sent(NamedTuple):
    """A resource that a client sent, and its path: its type, or its place in a Bundle."""

    resource: Resource
    path: str
    is_new: bool

    @property
    def elements(self) -> Mapping[str, str]:
        """The path in the resource of each field of the acts that the resource stands for."""
        match self.resource["resourceType"]:
            case "ServiceRequest":
                return service_request.ELEMENTS
            case "Task" if cancellation.is_abort(self.resource):
                return cancellation.NEW_ELEMENTS if self.is_new else cancellation.CHANGED_ELEMENTS
            case "Task":
                return task_acts.NEW_ELEMENTS if self.is_new else task_acts.CHANGED_ELEMENTS
            case "CarePlan":
                return care_plan_change.ELEMENTS
            case "Communication":
                return communication.ELEMENTS
            case _:
                return {}

    def find_field(self, name: str) -> str | None:
        """Return the path in the resource of a field such as `goal` or `interventions.0.text`; None if it has none."""
        parts = name.split(".")
        for number, part in enumerate(parts):
            if part in self.elements:
                index = [f"[{place}]" for place in parts[number + 1 : number + 2] if place.isdigit()]
                return "".join((self.elements[part], *index))
        return None

    def says(self, element: str) -> bool:
        """Return True if the client sent the element. The focus of a Task only leads to the request that has it."""
        if element.startswith("extension("):
            return any(element == f"extension('{each['url']}')" for each in self.resource.get("extension", ()))
        return element != "focus" and re.split(r"[.[]", element)[0] in self.resource


def find_elements(refusal: Refusal, sent: Sequence[Sent]) -> dict[str, str]:
    """Find the element for each place that a refusal names, as a FHIRPath. A role or a party is no element."""
    names = [name for name in refusal.where if not isinstance(name, Enum)]
    of_the_text = isinstance(refusal, ContentNotKnown | ContentOfOtherType | PlanContentMissing)
    ways = (_find_code, _find_field) if of_the_text else (_find_field, _find_code)
    places = {name: next(filter(None, (find(name, sent) for find in ways)), None) for name in names}
    found = {name: place for name, place in places.items() if place is not None}
    plans = [each.path for each in sent if each.resource["resourceType"] == "CarePlan"]
    if isinstance(refusal, PlanContentMissing) and plans:  # the parts and contacts of a plan are extensions
        found = dict.fromkeys(names, f"{plans[0]}.extension") | found
    return found


def name_elements(text: str, sent: Sequence[Sent]) -> str:
    """Return a text with the elements in the place of the names that only the act's own body has."""
    fields = {name for each in sent for name in each.elements if "_" in name}
    dotted = re.findall(r"\b[a-z_]+(?:\.[a-z_0-9]+)+\b", text)
    for name in sorted({*fields, *dotted}, key=len, reverse=True):
        place = _find_field(name, sent)
        if place is not None:
            text = re.sub(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", label(place), text)
    return text


def label(place: str) -> str:
    """Return an element as words name it: an extension by the end of its url."""
    return _OF_A_URL.sub(r"extension \1", place)


def _find_field(name: str, sent: Sequence[Sent]) -> str | None:
    """Find the element that a name is, or the one of the field that it names.

    Of several resources with the field it is the one that says it; if none does, the first.
    """
    for each in sent:
        type = each.resource["resourceType"]
        if name == type or name.startswith(f"{type}."):
            return each.path + name.removeprefix(type)
    fields = [(each, field) for each in sent if (field := each.find_field(name)) is not None]
    said = [(each, field) for each, field in fields if each.says(field)]
    return next((f"{each.path}.{field}" for each, field in [*said, *fields]), None)


def _find_code(name: str, sent: Sequence[Sent]) -> str | None:
    """Find where a client wrote a word of its own or the text's, such as `prognosis` of `prognosis.text`, as a code."""
    word = name.partition(".")[0]
    return next((place for each in sent for code, place in _codes(each.resource, each.path) if code == word), None)


def _codes(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each code in a value, and its path. That of an extension is the extension's."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _codes(item, f"{path}[{place}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in {"code", "valueCode"} and isinstance(inner, str):
                yield inner, f"{path}.code" if name == "code" else path
            else:
                yield from _codes(inner, f"{path}.{name}")
