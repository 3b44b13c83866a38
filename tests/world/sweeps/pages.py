"""The sweep of pages: a list in pages holds each resource that its reader may read, once."""

from collections import Counter
from collections.abc import Iterator

from tests.live import Caller
from tests.world.sweeps.scene import Scene, Tally

PAGES = 12
"""The number of pages of a list, so that many of them end within what one act recorded."""


def sweep_pages(scene: Scene, tally: Tally) -> None:
    """Leaf through each type of resource as each region, in both orders, and through the versions of its Tasks."""
    for county, directory in scene.services.directories.items():
        caller = scene.caller(directory.region.id, county)
        for type, versions in _read_versions(scene, directory.region.id).items():
            for order in scene.some(("-_lastUpdated", "_lastUpdated")):
                found = Counter(_leaf(caller, f"/fhir/{type}", len(versions), _sort=order))
                wanted = Counter(versions.keys())
                tally.equal(None, "the pages of a search hold each resource once", found - wanted, wanted - found, type)
            if type == "Task":
                told = Counter(_leaf(caller, f"/fhir/{type}/_history", versions.total()))
                tally.equal(None, "the pages of a history hold each version", told, versions, type)


def _read_versions(scene: Scene, reader: str) -> dict[str, Counter[str]]:
    """Read from the record the number of versions of each resource that a principal may read, by type and id."""
    counts: dict[str, Counter[str]] = {}
    with scene.services.pool.connection() as connection:
        rows = connection.execute(
            "SELECT resource_type, resource_id, version FROM resource WHERE %s = ANY(readers)", (reader,)
        ).fetchall()
    for type, id, version in rows:
        counts.setdefault(type, Counter())[id] = version
    return counts


def _leaf(caller: Caller, path: str, entries: int, **asked: str) -> Iterator[str]:
    """Yield the id of each entry of a list, page by page."""
    answer = caller.get(path, params={"_count": str(1 + entries // PAGES), **asked}).json()
    while True:
        yield from (entry["resource"]["id"] for entry in answer.get("entry", ()))
        following = next((link["url"] for link in answer["link"] if link["relation"] == "next"), None)
        if following is None:
            return
        answer = caller.get(following).json()
