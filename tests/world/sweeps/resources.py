"""The sweep of resources: valid R4 by two libraries, nothing empty, and sent back as they were read."""

from collections.abc import Iterator
from typing import Any

import fhirkit
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from service.fhir.update import UPDATES
from tests.world.sweeps.scene import Json, Scene, SweptCase, Tally


def sweep_resources(scene: Scene, case: SweptCase, tally: Tally) -> None:
    """Check the present resources of a case as each party reads them, and send back those that can be changed."""
    checked: list[Json] = []
    for caller in scene.party_callers(case):
        resources = scene.read_present(case, caller)["resources"]
        for resource in resources:
            if resource not in checked:  # the parties mostly read the same
                _check(resource, case, tally)
                checked.append(resource)
        for resource in resources:
            if resource["resourceType"] in UPDATES:
                path = f"/fhir/{resource['resourceType']}/{resource['id']}"
                read = caller.get(path)
                answer = caller.put(path, json=read.json())
                tally.check(case, "what is read can be sent back", answer.status_code == 200, path, answer.text)
                tally.equal(case, "what is sent back changes nothing", answer.content, read.content, path)


def _check(resource: Json, case: SweptCase, tally: Tally) -> None:
    name = f"{resource['resourceType']}/{resource['id']}"
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        faults: object = ""
    except ValidationError as error:
        faults = error.errors(include_input=False)
    tally.check(case, "a resource is valid R4B", not faults, name, faults)
    issues = [str(issue) for issue in fhirkit.validate(resource)]
    tally.check(case, "a resource is valid R4", not issues, name, issues[:3])
    empty = list(_find_empty(resource, resource["resourceType"]))
    tally.check(case, "a resource holds nothing empty", not empty, name, empty)
    hollow = list(_find_hollow(resource))
    tally.check(case, "an extension has either a value or parts", not hollow, name, hollow)
    reversed_periods = [each for each in _find_periods(resource) if each["start"] > each["end"]]
    tally.check(case, "a period begins before it ends", not reversed_periods, name, reversed_periods)


def _find_empty(element: Any, path: str) -> Iterator[str]:
    if element in (None, [], {}) or (isinstance(element, str) and not element.strip()):
        yield path
    items = element.items() if isinstance(element, dict) else enumerate(element) if isinstance(element, list) else ()
    for name, value in items:
        yield from _find_empty(value, f"{path}.{name}")


def _find_hollow(element: Any) -> Iterator[Json]:
    """Yield the extensions that have neither a value nor parts, or both (R4 ext-1)."""
    if isinstance(element, dict):
        for each in element.get("extension", ()):
            if ("extension" in each) == any(name.startswith("value") for name in each):
                yield each
    for inner in element.values() if isinstance(element, dict) else element if isinstance(element, list) else ():
        yield from _find_hollow(inner)


def _find_periods(element: Any) -> Iterator[Json]:
    """Yield the periods that have both ends. Moments of equal length have the order of their texts."""
    if isinstance(element, dict) and element.keys() >= {"start", "end"}:
        yield element
    for value in element.values() if isinstance(element, dict) else element if isinstance(element, list) else ():
        yield from _find_periods(value)
