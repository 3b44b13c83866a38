"""Search parameters by type of resource, and the values that a resource has for them."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from domain.kernel import Value
from fhir_profiles.json import Resource

SearchValue = tuple[str, str | None, str]
"""A parameter, a system if the value has one, and the value.

A reference is written Type/id, a date as in the resource. The ends of a period have the systems `start` and `end`.
"""


class SearchParameter(Value):
    """A search parameter of a type of resource (R4)."""

    name: str
    type: Literal["token", "reference", "date"]
    expression: str
    """The path of its values in the resource; several with a bar between them."""
    targets: tuple[str, ...] = ()
    """The types that a reference may be to. An id without a type in a search is of one of these."""


def _token(name: str, expression: str) -> SearchParameter:
    return SearchParameter(name=name, type="token", expression=expression)


def _date(name: str, expression: str) -> SearchParameter:
    return SearchParameter(name=name, type="date", expression=expression)


def _reference(name: str, expression: str, *targets: str) -> SearchParameter:
    return SearchParameter(name=name, type="reference", expression=expression, targets=targets)


def _person(expression: str) -> tuple[SearchParameter, ...]:
    return (_reference("patient", expression, "Patient"), _reference("subject", expression, "Patient"))


_ID = _token("_id", "id")

SEARCH_PARAMETERS: Mapping[str, tuple[SearchParameter, ...]] = {
    "ServiceRequest": (
        _ID,
        *_person("subject"),
        _token("identifier", "identifier"),
        _token("requisition", "requisition"),
        _token("status", "status"),
        _token("intent", "intent"),
        _token("category", "category"),
        _token("code", "code"),
        _reference("requester", "requester", "PractitionerRole"),
        _reference("performer", "performer", "Organization"),
        _date("authored", "authoredOn"),
    ),
    "Task": (
        _ID,
        *_person("for"),
        _token("identifier", "identifier"),
        _token("group-identifier", "groupIdentifier"),
        _token("status", "status"),
        _token("business-status", "businessStatus"),
        _token("intent", "intent"),
        _token("code", "code"),
        _reference("owner", "owner | owner.extension.valueReference", "Organization"),
        _reference("requester", "requester", "Organization"),
        _reference("focus", "focus", "ServiceRequest", "Task"),
        _reference("based-on", "basedOn", "ServiceRequest"),
        _reference("part-of", "partOf", "Task"),
        _date("authored-on", "authoredOn"),
        _date("modified", "lastModified"),
        _date("period", "executionPeriod"),
    ),
    "Communication": (
        _ID,
        *_person("subject"),
        _token("status", "status"),
        _token("category", "category"),
        _reference("based-on", "basedOn", "ServiceRequest"),
        _reference("about", "about", "Task", "ServiceRequest", "CarePlan"),
        _reference("sender", "sender", "Organization"),
        _reference("recipient", "recipient | recipient.extension.valueReference", "Organization"),
        _date("sent", "sent"),
        _date("received", "received"),
    ),
    "EpisodeOfCare": (
        _ID,
        _reference("patient", "patient", "Patient"),
        _token("status", "status"),
        _token("type", "type"),
        _reference("organization", "managingOrganization", "Organization"),
        _reference("care-manager", "careManager", "Practitioner"),
        _reference("team", "team", "CareTeam"),
        _date("date", "period"),
    ),
    "CarePlan": (
        _ID,
        *_person("subject"),
        _token("status", "status"),
        _token("intent", "intent"),
        _token("category", "category"),
        _token("activity-code", "activity.detail.code"),
        _reference("care-team", "careTeam", "CareTeam"),
        _reference("performer", "activity.detail.performer", "Organization"),
        _date("date", "period"),
    ),
    "CareTeam": (
        _ID,
        *_person("subject"),
        _token("status", "status"),
        _reference("participant", "participant.member", "Practitioner", "Organization"),
        _date("date", "period"),
    ),
    "Provenance": (
        _ID,
        _reference(
            "target", "target", "ServiceRequest", "Task", "CarePlan", "CareTeam", "EpisodeOfCare", "Communication"
        ),
        _reference("agent", "agent.who", "Practitioner"),
        _token("activity", "activity"),
        _date("recorded", "recorded"),
        _date("when", "occurredDateTime"),
    ),
    "Patient": (_ID, _token("identifier", "identifier")),
    "Organization": (
        _ID,
        _token("identifier", "identifier"),
        _token("type", "type"),
        _reference("partof", "partOf", "Organization"),
    ),
    "Practitioner": (_ID, _token("identifier", "identifier")),
    "PractitionerRole": (
        _ID,
        _reference("practitioner", "practitioner", "Practitioner"),
        _reference("organization", "organization", "Organization"),
        _token("role", "code"),
    ),
}
"""The search parameters that the server offers, by type of resource."""


def search_values(resource: Resource) -> tuple[SearchValue, ...]:
    """List the values that a resource is found by, each once."""
    found: dict[SearchValue, None] = {}
    for parameter in SEARCH_PARAMETERS.get(resource["resourceType"], ()):
        for path in parameter.expression.split(" | "):
            for value in _at(resource, path):
                found |= dict.fromkeys((parameter.name, system, text) for system, text in _values(parameter, value))
    return tuple(found)


def _at(value: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path, and the items of a list one by one."""
    name, _, rest = path.partition(".")
    inner = value.get(name)
    for item in inner if isinstance(inner, list) else [inner]:
        if item is None:
            continue
        if rest:
            yield from _at(item, rest)
        else:
            yield item


def _values(parameter: SearchParameter, value: Any) -> Iterator[tuple[str | None, str]]:
    match parameter.type:
        case "token":
            yield from _tokens(value)
        case "reference":
            reference = value.get("reference")
            if reference is not None:
                yield None, reference.split("/_history/")[0]
        case "date":
            if isinstance(value, dict):
                yield from ((bound, value[bound]) for bound in ("start", "end") if bound in value)
            else:
                yield None, value


def _tokens(value: Any) -> Iterator[tuple[str | None, str]]:
    if isinstance(value, str):
        yield None, value
    elif "value" in value:
        yield value.get("system"), value["value"]
    else:
        for coding in value.get("coding", ()):
            yield coding.get("system"), coding["code"]
