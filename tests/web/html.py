"""A page for the tests: its text, its ids and its tags, which must balance, and what a reader sees of it."""

import re
from html import unescape
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Page(HTMLParser):
    """A parsed page. Raises AssertionError for tags that do not balance and for an id used twice."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._languages: list[str | None] = []
        self._words: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open
        assert len(self.ids) == len(set(self.ids)), sorted(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))
        if tag not in VOID:
            self._open.append(tag)
            self._languages.append(attributes.get("lang") or self._language)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that a tag that closes is the last one that opened."""
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> does not close the last open tag"
        self._languages.pop()

    def handle_data(self, data: str) -> None:
        """Note words."""
        self._words.append((data, self._language))

    @property
    def _language(self) -> str | None:
        return self._languages[-1] if self._languages else None

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return self.text_in(*{language for _, language in self._words})

    def text_in(self, *languages: str | None) -> str:
        """Return the words that are marked as one of the languages, with single spaces."""
        return " ".join("".join(words for words, language in self._words if language in languages).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag with a name and attributes."""
        return [own for name, own in self.tags if name == tag and attributes.items() <= own.items()]


_FOLDED = re.compile(r'<details class="technical[^>]*>.*?</details>|<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', re.DOTALL)
_QUOTED = re.compile(r'<q[ >].*?</q>|<(\w+) class="(?:heading|statement|text)">.*?</\1>', re.DOTALL)
_LABEL = re.compile(r'<[^>]*aria-label="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
CODE = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+|\bSE\d{10}-\w+|\b[a-z0-9]+(?:_[a-z0-9]+)+\b|\b[A-Z]+(?:_[A-Z]+)+\b"
)
"""An id, an HSA-id, or a name that only code uses."""
_ENROLMENT = re.compile(
    r"\b(?:in|ut)skriv(?:en|na|ning|ningen)\b|\bskriv(?:a|as|er|s) (?:in|ut)\b|\bskrev (?:in|ut)\b", re.IGNORECASE
)
_WHOSE = re.compile(r"hemsjukvård|sluten|sjukhus|psykiatri", re.IGNORECASE)
NEAR = 60
"""The number of characters around a word of enrolment within which the page says whose it is."""


def read_visible(html: str) -> str:
    """Return the words of a page that a reader sees without unfolding the technical parts, labels included."""
    return " ".join(unescape(_TAG.sub(" ", _LABEL.sub(r" \1 ", _FOLDED.sub(" ", html)))).split())


def find_bare_enrolments(html: str) -> list[str]:
    """Return the places in which the page's own words say that somebody is enrolled or discharged, and not where."""
    words = read_visible(_QUOTED.sub(" ", html))
    places = (words[max(0, found.start() - NEAR) : found.end() + NEAR] for found in _ENROLMENT.finditer(words))
    return [place for place in places if not _WHOSE.search(place)]
