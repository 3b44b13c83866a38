"""The counties of the world: the demonstration's, and two more that its parties bring into force by their own acts."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

from domain.authoring.publication import load_published, read_published_text

DIRECTORIES = Path(str(files(__name__) / "directories"))
"""The folder with the directories of the counties that the demonstration lacks."""
MARK = "world"
"""The file in the data folder that holds the name of the world in its database, and which program grew it whole."""
OREBRO, VASTMANLAND, GAVLEBORG = "orebro", "vastmanland", "gavleborg"
SKARGARDEN, STORSKOG = "skargarden", "storskog"
_IDS = {STORSKOG: "storskog-hemsjukvard"}
"""The id of the agreement in a county that has taken over the text of another."""


def read_text(county: str) -> str:
    """Read the text of a county's agreement. The large county has taken over the text of another."""
    if county == SKARGARDEN:
        return (files(__name__) / f"{county}.toml").read_text(encoding="utf-8")
    source = OREBRO if county == STORSKOG else county
    (agreement,) = [agreement for agreement in load_published().agreements if agreement.county == source]
    text = read_published_text(agreement.ref).decode()
    return _set(text, county=county) if county != source else text


def adapt_text(county: str, version: str, first: date, last: date | None) -> str:
    """Return a county's text as another version, valid from a day and until a day."""
    text = _set(read_text(county), version=version, id=_IDS.get(county))
    text = re.sub(r"(?m)^valid_from = [0-9-]+", f"valid_from = {first}", text)
    ending = f"valid_to = {last}" if last is not None else ""
    return re.sub(r"(?m)^valid_to = [0-9-]+.*$", ending, text)


def _set(text: str, **values: str | None) -> str:
    """Return the text with other values of fields at its head."""
    head, table, rest = text.partition("\n[")
    for name, value in values.items():
        if value is not None:
            head = re.sub(rf'(?m)^{name} = ".*"', f'{name} = "{value}"', head, count=1)
    return head + table + rest


def read_id(county: str) -> str:
    """Return the id of a county's agreement."""
    (found,) = re.findall(r'(?m)^id = "(.*)"', adapt_text(county, "1", date.min, None).partition("\n[")[0])
    return str(found)
