"""The tables of Swedish words that the pages have, and every text in them."""

from collections.abc import Iterator, Mapping

from service.web import labels, swedish


def list_tables() -> list[Mapping[str, object]]:
    """List the tables of words."""
    return [value for module in (swedish, labels) for name, value in vars(module).items() if name.isupper() and value]


def list_texts(value: object) -> Iterator[str]:
    """Yield every text in the values of a table, and of the tables within it."""
    match value:
        case str():
            yield value
        case Mapping():
            for inner in value.values():
                yield from list_texts(inner)
        case tuple() | list():
            for inner in value:
                yield from list_texts(inner)
