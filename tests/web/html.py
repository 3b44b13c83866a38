"""A page for the tests: its text, its ids and its tags, which must balance."""

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
        self._words: list[str] = []
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

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that a tag that closes is the last one that opened."""
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> does not close the last open tag"

    def handle_data(self, data: str) -> None:
        """Note words."""
        self._words.append(data)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join("".join(self._words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag with a name and attributes."""
        return [own for name, own in self.tags if name == tag and attributes.items() <= own.items()]
