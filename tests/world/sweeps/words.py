"""The sweep of words: pages speak Swedish, with the keys, codes and ids of the code folded away."""

import re
from collections.abc import Iterator
from enum import StrEnum

from tests.web.html import CODE, find_bare_enrolments, read_visible
from tests.web.tables import list_tables, list_texts
from tests.world.sweeps.scene import Scene, SweptCase, Tally

_WORD = re.compile(r"[\w-]+")
_KEY = re.compile(r'"([a-z][a-z0-9_-]*)":|"(?:id|key)":"([a-z][a-z0-9_-]*)"')
_IN_BOTH = {"index", "revision"}
"""Keys that are Swedish words too."""
_SWEDISH = re.compile(r'"(?:title|label|term|heading|meaning|statement|handling)":"((?:[^"\\]|\\.)*)"')
"""A text of an agreement that is in Swedish."""
_LINK = re.compile(r'href="(/(?:agreements|settlement)/[^"#]+)"')


def sweep_words(scene: Scene, tally: Tally) -> None:
    """Read the pages that are about no case, as a nurse of each region and of one of its municipalities."""
    for county, directory in scene.services.directories.items():
        for principal in (directory.region, *scene.some(directory.municipalities)):
            caller = scene.caller(principal.id, county)
            for path in ("/", "/delegations", "/agreements", "/settlement"):
                page = caller.get(path).text
                check_words(scene, tally, page, county, path)
                for link in scene.some(sorted(set(_LINK.findall(page))), 2):
                    check_words(scene, tally, caller.get(link).text, county, link)


def check_words(scene: Scene, tally: Tally, page: str, *place: object, case: SweptCase | None = None) -> None:
    """Check that a page shows no word of the code, and says where somebody is enrolled."""
    words = read_visible(page)
    shown = [*CODE.findall(words), *(set(_WORD.findall(words)) & _find_keys(scene))]
    tally.equal(case, "a page shows no word of the code", sorted(shown), [], *place)
    tally.equal(case, "a page says where somebody is enrolled", find_bare_enrolments(page), [], *place)


def _find_keys(scene: Scene) -> frozenset[str]:
    """Return the keys of the code and of the agreements that are no Swedish words on the pages."""
    if scene.keys is None:
        texts = [agreement.model_dump_json() for agreement in scene.services.catalogue.agreements]
        keys = {key for text in texts for pair in _KEY.findall(text) for key in pair if key}
        own = {word for text in texts for sentence in _SWEDISH.findall(text) for word in _WORD.findall(sentence)}
        scene.keys = frozenset(keys | set(_enumerated(StrEnum))) - own - _swedish_words() - _IN_BOTH
    return scene.keys


def _enumerated(enum: type[StrEnum]) -> Iterator[str]:
    for kind in enum.__subclasses__():
        if kind.__module__.startswith("domain."):
            yield from map(str, kind)
        yield from _enumerated(kind)


def _swedish_words() -> frozenset[str]:
    return frozenset(word for table in list_tables() for text in list_texts(table) for word in _WORD.findall(text))
