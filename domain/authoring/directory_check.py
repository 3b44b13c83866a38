"""The check of a county's directory: TOML, the shape of each entry, the references, and the county's agreements."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from domain.agreements.model import Agreement
from domain.authoring.faults import EntryFault, Message, TextFault, find_near, list_in_swedish
from domain.authoring.offices import find_unheld_offices
from domain.authoring.toml_lines import Path
from domain.authoring.toml_text import MOST_FAULTS, TomlText, describe_shape_fault, parse
from domain.authoring.validation import read_as_written
from domain.directory import Directory
from domain.intervention import InterventionKind, Profession
from domain.kernel import SIGNATORY, Party, Role

Entry = Mapping[str, Any]
"""An entry of a list of the directory, as its author wrote it. Its shape may be wrong."""


def read_directory(text: bytes) -> Directory | tuple[TextFault, ...]:
    """Return the directory of a sound text, or every fault of the text: of the shape of entries and between them."""
    parsed = parse(text)
    return (parsed,) if isinstance(parsed, TextFault) else _read_entries(parsed)


def _read_entries(parsed: TomlText) -> Directory | tuple[TextFault, ...]:
    faults = [*_find_wrong_references(parsed.data), *_find_doubles(parsed.data), *_find_wrong_regions(parsed.data)]
    try:
        directory = Directory.model_validate_json(parsed.as_json, strict=True)
        faults += [*_find_recorders(directory), *_find_offices_of_unit(directory)]
        if not faults:
            return directory
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_context=True)
        faults += [describe_shape_fault(error, Directory) for error in errors]
    return parsed.locate(islice(faults, MOST_FAULTS))


def compare_with_agreements(text: bytes, agreements: Collection[Agreement]) -> tuple[TextFault, ...]:
    """Return what a sound directory and the county's agreements do not have in common, with the directory's lines.

    None of it hinders the service: a municipality may be party of no agreement, and an old version may name one that
    no longer exists.
    """
    parsed = parse(text)
    assert isinstance(parsed, TomlText), "the text is sound"
    directory = _read_entries(parsed)
    assert isinstance(directory, Directory), "the directory is sound"
    own = [agreement for agreement in agreements if agreement.county == directory.county]
    if not own:
        known = sorted({agreement.county for agreement in agreements})
        fault = EntryFault(
            path=("county",),
            what=f"is {directory.county}, and no agreement has that county",
            remedy=f"write the county of its agreement ({', '.join(known)}), or publish one for it",
            swedish=f"Ingen överenskommelse har länet {directory.county}. Skriv länet som dess överenskommelse har "
            f"({', '.join(known)}), eller ge ut en för det.",
        )
        return parsed.locate([fault])
    differences = (
        *_find_municipalities(directory, own),
        *_find_unknown_care(directory, own),
        *_find_unheld_offices(directory, own),
    )
    return parsed.locate(differences)


def find_parties_unknown_to(text: bytes, directory: Directory) -> tuple[TextFault, ...]:
    """Return the county and the parties of a sound agreement's text that the directory lacks, with the text's lines."""
    parsed = parse(text)
    assert isinstance(parsed, TomlText), "the text is sound"
    faults = []
    if parsed.data["county"] != directory.county:
        faults.append(
            EntryFault(
                path=("county",),
                what=f"is {parsed.data['county']}, and the directory's is {directory.county}",
                remedy="write the same county in both",
                swedish=f"Textens län är {parsed.data['county']} och katalogens är {directory.county}. Skriv samma i "
                "båda.",
            )
        )
    own = [name for municipality in directory.municipalities for name in (municipality.name, municipality.id)]
    for index, name in enumerate(parsed.data.get("municipalities", ())):
        if name not in own:
            names = [each.name for each in directory.municipalities]
            otherwise = Message(f"write one of {', '.join(names)}", f"Skriv {list_in_swedish(names)}.")
            remedy = _suggest_near(name, own, otherwise)
            faults.append(
                EntryFault(
                    path=("municipalities", index),
                    what=f"is {name}, a municipality that the directory does not have",
                    remedy=remedy.english,
                    swedish=f"Katalogen har ingen kommun som heter {name}. {remedy.swedish}",
                )
            )
    return parsed.locate([*faults, *_find_offices_of_nobody(read_as_written(text), directory)])


def _find_offices_of_nobody(agreement: Agreement, directory: Directory) -> Iterator[EntryFault]:
    """Yield the entries of a text that ask for an office which nobody of a party has in the directory."""
    for unheld in find_unheld_offices(agreement, directory):
        if unheld.task.path:
            lack = unheld.lack
            remedy = Message(
                f"give {unheld.task.doers.english} there {lack.english} in the directory, or ask for another",
                f"Ge {unheld.task.doers.swedish} det, eller skriv ett annat.",
            )
            what = Message(
                f"asks for {lack.english}, and nobody of {unheld.principal} who can do it has that",
                f"Ingen hos {unheld.principal} har {lack.swedish} i katalogen.",
            )
            if unheld.able:
                what = Message(
                    f"asks for {unheld.least} persons with {lack.english}, and {unheld.able} of {unheld.principal} "
                    "can sign so",
                    f"Det krävs {unheld.least} personer med {lack.swedish}, var och en med sitt, och hos "
                    f"{unheld.principal} kan {unheld.able} underteckna så enligt katalogen.",
                )
                remedy = Message(
                    f"give {lack.english} there to {unheld.least - unheld.able} more, or ask for fewer signatures",
                    f"Ge {unheld.least - unheld.able} till ett av dem, eller kräv färre underskrifter.",
                )
            yield EntryFault(
                path=unheld.task.path,
                what=what.english,
                remedy=remedy.english,
                swedish=f"{what.swedish} {remedy.swedish}",
            )


def _find_unheld_offices(directory: Directory, agreements: Sequence[Agreement]) -> Iterator[EntryFault]:
    """Yield the principals of which nobody can do what an agreement asks for, because an office is held by nobody."""
    places = {principal.name: index for index, principal in enumerate(directory.principals)}
    for agreement in agreements:
        for unheld in find_unheld_offices(agreement, directory):
            yield EntryFault(
                path=("principals", places[unheld.principal]),
                what=f"has too few persons for {unheld.task.name} of {agreement.ref}",
                remedy=f"give {unheld.task.doers.english} of its staff {unheld.lack.english} in [[assignments]]",
                swedish=f"{unheld.principal} har för få personer för {unheld.task.name} av {agreement.ref}. Ge "
                f"{unheld.task.doers.swedish} {unheld.lack.swedish} i [[assignments]].",
            )


def _find_offices_of_unit(directory: Directory) -> Iterator[EntryFault]:
    """Yield the units of which everybody would sign agreements for the principal."""
    for index, unit in enumerate(directory.units):
        if SIGNATORY in unit.offices:
            yield EntryFault(
                path=("units", index, "offices"),
                what=f"has {SIGNATORY}, and so lets everybody at the unit sign agreements",
                remedy="give it to persons, in [[assignments]]",
                swedish=f"Då tecknar alla på enheten avtal. Ge {SIGNATORY} till personer, i [[assignments]].",
            )


# --- The entries alone ------------------------------------------------------------------------------------------------


def _list_entries(data: Entry, table: str) -> Iterator[tuple[Path, Entry]]:
    """Yield the entries of a list that are tables, with their paths."""
    entries = data.get(table)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping):
            yield (table, index), entry


def _find_wrong_references(data: Entry) -> Iterator[EntryFault]:
    """Yield the providers of no principal, the units of no provider, and the staff at no unit."""
    for table, field, named in (
        ("providers", "principal", "principals"),
        ("units", "provider", "providers"),
        ("assignments", "unit", "units"),
    ):
        known = [entry["id"] for _, entry in _list_entries(data, named) if isinstance(entry.get("id"), str)]
        for path, entry in _list_entries(data, table):
            id = entry.get(field)
            if isinstance(id, str) and id not in known:
                otherwise = Message(f"add it to [[{named}]], or correct it", "Lägg till den där, eller rätta den.")
                remedy = _suggest_near(id, known, otherwise)
                yield EntryFault(
                    path=(*path, field),
                    what=f"is {id}, which [[{named}]] does not have",
                    remedy=remedy.english,
                    swedish=f"{id} finns inte i [[{named}]]. {remedy.swedish}",
                )


def _suggest_near(id: str, known: Sequence[str], otherwise: Message) -> Message:
    return find_near(id, known, alike=0.85) or otherwise


def _find_doubles(data: Entry) -> Iterator[EntryFault]:
    """Yield the entries that nobody can tell from an entry above them."""
    for table in ("principals", "providers", "units"):
        remedy = Message("give each entry its own id", "Ge varje post ett eget id.")
        yield from _find_repeated(data, table, ("id",), remedy)
    remedy = Message(
        "give each principal its own name; texts use it", "Ge varje huvudman ett eget namn; texterna använder det."
    )
    yield from _find_repeated(data, "principals", ("name",), remedy)
    remedy = Message(
        "remove one of them: a person has one role at a unit", "Ta bort en av dem: en person har en roll vid en enhet."
    )
    yield from _find_repeated(data, "assignments", ("person", "unit"), remedy)


def _find_repeated(data: Entry, table: str, fields: Sequence[str], remedy: Message) -> Iterator[EntryFault]:
    above: set[tuple[str, ...]] = set()
    for path, entry in _list_entries(data, table):
        values = tuple(str(entry.get(field)) for field in fields)
        if values in above and all(isinstance(entry.get(field), str) for field in fields):
            yield EntryFault(
                path=(*path, fields[0]),
                what=f"is {' at '.join(values)}, as in an entry above",
                remedy=remedy.english,
                swedish=f"En post ovanför har också {list_in_swedish(values, 'och')}. {remedy.swedish}",
            )
        above.add(values)


def _find_wrong_regions(data: Entry) -> Iterator[EntryFault]:
    """Yield a county without a region, and every region after the first."""
    regions = [path for path, entry in _list_entries(data, "principals") if entry.get("party") == Party.REGION]
    if not regions and "principals" in data:
        yield EntryFault(
            path=("principals",),
            what="has no region",
            remedy=f'add the region, with party = "{Party.REGION}"',
            swedish=f'Ingen region finns. Lägg till regionen, med party = "{Party.REGION}".',
        )
    for path in regions[1:]:
        yield EntryFault(
            path=(*path, "party"),
            what="is a second region",
            remedy="give each county a directory of its own",
            swedish="Det här är en andra region. Ge varje län en egen katalog.",
        )


def _find_recorders(directory: Directory) -> Iterator[EntryFault]:
    """Yield the staff that act as Kvittens itself."""
    for index, assignment in enumerate(directory.assignments):
        if assignment.role is Role.SYSTEM:
            yield EntryFault(
                path=("assignments", index, "role"),
                what=f"is {Role.SYSTEM}, the role of Kvittens itself",
                remedy=f"write one of {', '.join(role for role in Role if role is not Role.SYSTEM)}",
                swedish=f"{Role.SYSTEM} är Kvittens eget. Skriv "
                f"{list_in_swedish([role for role in Role if role is not Role.SYSTEM])}.",
            )


# --- The entries and the county's agreements --------------------------------------------------------------------------


def _find_municipalities(directory: Directory, agreements: Sequence[Agreement]) -> Iterator[EntryFault]:
    """Yield the municipalities that only an agreement has, and those that no agreement has."""
    own = {name for municipality in directory.municipalities for name in (municipality.id, municipality.name)}
    for agreement in agreements:
        for name in agreement.municipalities:
            if name not in own:
                otherwise = Message(
                    "add it, or correct `municipalities` of the text",
                    "Lägg till den, eller rätta municipalities i texten.",
                )
                remedy = _suggest_near(name, sorted(own), otherwise)
                yield EntryFault(
                    path=("principals",),
                    what=f"has no municipality {name}, a party of {agreement.ref}",
                    remedy=remedy.english,
                    swedish=f"Kommunen {name}, som är part i {agreement.ref}, finns inte. {remedy.swedish}",
                )
    everybody = any(not agreement.municipalities for agreement in agreements)
    parties = {name for agreement in agreements for name in agreement.municipalities}
    for index, principal in enumerate(directory.principals):
        if principal.party is Party.MUNICIPALITY and not everybody and not parties & {principal.id, principal.name}:
            yield EntryFault(
                path=("principals", index),
                what=f"is {principal.name}, which is party of no agreement",
                remedy="add it to `municipalities` of the text, if it is a party",
                swedish=f"{principal.name} är inte part i någon överenskommelse. Lägg till den i textens "
                "municipalities, om den är part.",
            )


def _find_unknown_care(directory: Directory, agreements: Sequence[Agreement]) -> Iterator[EntryFault]:
    """Yield the words for what a unit receives that no agreement has, so that no request gets there by them."""
    words = {word for agreement in agreements for word in _list_care(agreement)}
    for index, unit in enumerate(directory.units):
        for place, word in enumerate(unit.receives):
            if word not in words:
                otherwise = Message(
                    f"write one of {', '.join(sorted(words))}", f"Skriv {list_in_swedish(sorted(words))}."
                )
                remedy = _suggest_near(word, sorted(words), otherwise)
                yield EntryFault(
                    path=("units", index, "receives", place),
                    what=f"is {word}, a word for care that no agreement has",
                    remedy=remedy.english,
                    swedish=f"Ingen överenskommelse har vård som heter {word}, så ingen begäran når enheten genom det. "
                    f"{remedy.swedish}",
                )


def _list_care(agreement: Agreement) -> Iterator[str]:
    """Yield the words of a version by which a request can go to a unit."""
    yield from (word.value for word in (*InterventionKind, *Profession))
    yield from agreement.vocabulary.interventions
