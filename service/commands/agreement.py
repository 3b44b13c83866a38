"""`kvittens agreement`: a text's faults, its answers, two versions' differences, and an agreement's own document."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from domain.act import Command
from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import ActName, Agreement
from domain.agreements.open_facts import OLDEST, Inquiry, SituationFact
from domain.agreements.subordinate import Subordinate, compose
from domain.authoring.background import list_additions
from domain.authoring.directory_check import find_parties_unknown_to, read_directory
from domain.authoring.entry_comparison import compare_entries as differences_of
from domain.authoring.faults import Language, Message
from domain.authoring.matrix_comparison import compare_matrices
from domain.authoring.publication import FaultyText, digest, load, load_published, read_published_text
from domain.authoring.validation import check as faults_of
from domain.authoring.validation import read_as_written, warn
from domain.directory import Directory
from domain.kernel import SWEDEN, Actor, Refusal, legal_day
from domain.versions.document import LARGEST_DOCUMENT, MediaType
from service.acts.attempts import ActRequest
from service.agreements.responsible import WordsUnknown
from service.agreements.responsible import ask as answer
from service.agreements.responsible import describe_reply as describe_as_json
from service.agreements.versions import find_version, perform, prepare_change
from service.bootstrap import Services, claim_purpose, open_services
from service.commands.messages import LanguageOption, tell
from service.directory import find_actor
from service.reads.absence import CaseUnknown
from service.settings import read_settings
from service.web.responsibility_answers import FACTS, list_lines
from service.web.responsibility_answers import describe_reply as describe_in_swedish
from service.web.swedish import format_day, format_moment

app = typer.Typer(help="Work with the texts of agreements.", no_args_is_help=True)

Beside = Annotated[
    list[str] | None,
    typer.Option(
        help="A text that stands beside it: the main agreement of a subordinate one, or a subordinate one. A TOML file "
        "or '1085641 R1'; can be repeated. Published versions need not be named."
    ),
]


@app.callback()
def agreement() -> None:
    """Work with the texts of agreements."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The agreement's TOML text.", exists=True, dir_okay=False)],
    directory: Annotated[
        Path | None,
        typer.Option(help="The county's directory, which must have the text's parties.", exists=True, dir_okay=False),
    ] = None,
    beside: Beside = None,
    language: LanguageOption = Language.SWEDISH,
) -> None:
    """Print every fault of a text with its line. If there is none, print what is added to it, and how to publish it.

    What is added are the national rules of every county. Exit status 1 means that the text has faults. A warning is no
    fault: the text may mean what it says. A subordinate agreement is checked with the texts beside it as the whole that
    they are together, and so are those beside a main agreement.
    """
    text, others = file.read_bytes(), [_read_bytes(name, language) for name in beside or ()]
    faults = faults_of(text, beside=chain(others, _list_published()))
    found = [fault.locate(file) for fault in faults]
    for name, other in zip(beside or (), others, strict=True):
        around = chain([text], (each for each in others if each is not other), _list_published())
        found += [fault.locate(Path(name)) for fault in faults_of(other, beside=around)]
    if directory is not None and not found:
        county = read_directory(directory.read_bytes())
        if isinstance(county, Directory):
            found = [fault.locate(file) for fault in find_parties_unknown_to(text, county)]
        else:
            found = [fault.locate(directory) for fault in county]
    for message in found:
        tell(message, language)
    if found:
        raise typer.Exit(1)
    whole = load(text, beside=chain(others, _list_published()))
    doubts = warn(text, beside=chain(others, _list_published()))
    for message in (
        *(Message("warning: ", "varning: ").followed_by(doubt.locate(file)) for doubt in doubts),
        *_describe_additions(read_as_written(text), whole),
        *_describe_limits(whole, datetime.now(UTC)),
        Message(
            f"The text has no faults. To publish it, put it in domain/agreements/texts/{whole.county}/ "
            "and add to the LOCK.toml:",
            f"Texten har inga fel. För att ge ut den: lägg den i domain/agreements/texts/{whole.county}/ "
            "och lägg till i LOCK.toml:",
        ),
    ):
        tell(message, language)
    typer.echo(f'"{whole.county}/{file.name}" = "{digest(text)}"')


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A TOML file, or a published version: '1085641 R1'.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another TOML file or published version.")],
    beside: Beside = None,
    language: LanguageOption = Language.SWEDISH,
) -> None:
    """Print the differences between two versions, of one county or of two.

    A subordinate agreement is compared as the whole that it is with the texts beside it: with its main agreement, to
    see what it changes, or with another version of its own.
    """
    versions = read_whole(first, language, beside or ()), read_whole(second, language, beside or ())
    comparison = compare_matrices(*versions, language=language)
    differences = differences_of(*versions, language=language)
    console, names = Console(), [f"{' + '.join(map(str, version.refs))} ({version.county})" for version in versions]
    if differences:
        headings = (Message("Topic", "Ämne"), Message("Entry", "Post"))
        title = Message("Differences in the texts", "Skillnader i texterna")
        table = _table(*(each.say(language) for each in headings), *names, title=title.say(language))
        for topic, entries in groupby(differences, key=lambda entry: entry.topic):
            for index, entry in enumerate(entries):
                table.add_row("" if index else topic, *map(escape, (entry.what, entry.first, entry.second)))
            table.add_section()
        console.print(table)
    if comparison.differences:
        title = Message("Differences in responsibility", "Skillnader i ansvar")
        table = _table(Message("Question", "Fråga").say(language), *names, title=title.say(language))
        table.show_lines = True
        for difference in comparison.differences:
            table.add_row(*map(escape, ("\n".join(difference.about), difference.first, difference.second)))
        console.print(table)
    count = Message(
        f"{len(differences)} entries differ. Of {comparison.questions} questions about responsibility, "
        f"{comparison.differing_questions} get different answers, in {len(comparison.differences)} ways.",
        f"{len(differences)} poster skiljer sig åt. Av {comparison.questions} frågor om ansvar får "
        f"{comparison.differing_questions} olika svar, på {len(comparison.differences)} sätt.",
    )
    tell(count, language)


@app.command()
def ask(
    name: Annotated[str, typer.Argument(metavar="TEXT", help="A TOML file, or a published version: '1085641 R1'.")],
    intervention: Annotated[str | None, typer.Option(help="A category of intervention.")] = None,
    profession: Annotated[str | None, typer.Option(help="A profession.")] = None,
    level: Annotated[str | None, typer.Option(help="A care level.")] = None,
    setting: Annotated[str | None, typer.Option(help="A form of housing.")] = None,
    age: Annotated[int | None, typer.Option(min=0, max=OLDEST, help="The age in whole years.")] = None,
    enrolled: Annotated[bool | None, typer.Option(help="The person is enrolled in municipal home care.")] = None,
    single_intervention: Annotated[bool | None, typer.Option(help="It is a single intervention.")] = None,
    circumstance: Annotated[list[str] | None, typer.Option(help="A circumstance that holds; can be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer of the API instead.")] = False,
    beside: Beside = None,
) -> None:
    """Print who would be responsible in a situation, by which clauses, in Swedish.

    The words are the text's own. The answer names the facts that were left open and can change it.
    """
    text = read_whole(name, Language.SWEDISH, beside or ())
    inquiry = Inquiry(
        intervention=intervention,
        profession=profession,
        level=level,
        setting=setting,
        age=age,
        enrolled=enrolled,
        single_intervention=single_intervention,
        circumstances=frozenset(circumstance or ()),
    )
    try:
        reply = answer(text, inquiry)
    except WordsUnknown as error:
        for word, known in error.known.items():
            typer.echo(
                f"Texten har inget sådant ord: {FACTS[SituationFact(word)]}. Den har: {', '.join(known)}", err=True
            )
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(describe_as_json(text, reply), ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo("\n".join(list_lines(describe_in_swedish(text, reply))))


@app.command()
def attach(
    id: Annotated[str, typer.Argument(help="The id of the agreement, such as 1085641.")],
    version: Annotated[str, typer.Argument(help="The version, such as R1.")],
    file: Annotated[Path, typer.Argument(help="The document: text in UTF-8, or PDF.", exists=True, dir_okay=False)],
    person: Annotated[str, typer.Option(help="The HSA-id of the person in the directory who attaches it.")],
    unit: Annotated[str | None, typer.Option(help="The HSA-id of the unit, for a person with several units.")] = None,
    media_type: Annotated[
        MediaType | None, typer.Option(help="The form of the document. Without it: by the file's ending, .txt or .pdf.")
    ] = None,
) -> None:
    """Attach the agreement's own document to a version, as a person of either party who may act on the version.

    Exit status 1 means that it was not attached.
    """
    form = media_type or _FORMS.get(file.suffix.lower())
    if form is None:
        raise typer.BadParameter("give the form of the document, or a file that ends with .txt or .pdf")
    with file.open("rb") as document:
        content = document.read(LARGEST_DOCUMENT + 1)
    with open_services(read_settings()) as services:
        claim_purpose(services)
        actor = find_actor(services.directories, person, unit)
        if actor is None:
            _fail(f"The directory has no assignment of {person}. See the list: kvittens token")
        try:
            answer = _attach(services, actor, (id, version), form, content)
        except CaseUnknown:
            _fail(f"The county of {person} has no version {id} {version}.")
        except Refusal as refusal:
            _fail(f"{refusal.code}: {refusal.message} ({refusal.rule}). Remedy: {refusal.remedy}.")
    newest = answer["state"]["documents"][-1]
    typer.echo(
        f"{'Attached' if answer['events'] else 'On record already'}: {digest(content)}. "
        f"The newest document is {newest['digest']}."
    )


def _attach(
    services: Services, actor: Actor, name: tuple[str, str], media_type: MediaType, content: bytes
) -> dict[str, Any]:
    """Attach a document to a version, and return the answer to the act. Raises CaseUnknown, Refusal."""
    version = find_version(services.versions, actor, *name)
    command = Command(ActName.ATTACH_DOCUMENT, {"media_type": media_type, "content": content})
    change = prepare_change(version, command, None, if_version=None)
    answered: dict[str, Any] = orjson.loads(
        perform(services.ledger_acts, version, ActRequest(actor=actor, content=content), change)
    )
    return answered


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


_FORMS = {".txt": MediaType.TEXT, ".pdf": MediaType.PDF}


_TOPICS = {
    "content": Message("This must also be stated", "Det här ska också framgå"),
    "statements": Message("This can also be recorded", "Det här kan också dokumenteras"),
    "duties": Message("This also waits for the parties", "Det här väntar också på parterna"),
    "preconditions": Message("This must also exist first", "Det här ska också finnas först"),
    "guards": Message("This is also checked", "Det här kontrolleras också"),
    "acts": Message("Only some may do this", "Det här får också bara vissa göra"),
    "responsibility": Message("This also holds about responsibility", "Det här gäller också om ansvar"),
    "payment_liability": Message(
        "This also holds about paying for those ready for discharge",
        "Det här gäller också om betalningsansvar för utskrivningsklara",
    ),
}
"""The headings of what the national background adds to a text, by the part of the text."""


def _describe_additions(own: Agreement, whole: Agreement) -> Iterator[Message]:
    """Yield the lines about what the national background adds to a text. Names of entries are in Swedish only."""
    if isinstance(own, Subordinate):
        versions = f" (version {', '.join(own.under.versions)})" if own.under.versions else ""
        yield Message(
            f"The subordinate agreement holds with the main agreement {own.under.agreement}{versions}, and only then.",
            f"Underavtalet gäller tillsammans med huvudavtalet {own.under.agreement}{versions}, och bara då.",
        )
        yield Message("", "")
        return
    yield Message(
        "This holds besides what the text itself says. These are the rules of every county:",
        "Så kommer det att fungera, utöver det som texten själv säger. De här reglerna gäller i alla län:",
    )
    for topic, additions in groupby(list_additions(own, whole), key=lambda each: each.topic):
        yield Message(*(f"  {heading}:" for heading in _TOPICS[topic]))
        for each in additions:
            rule = whole.clauses[each.clauses[0]]
            english, swedish = each.title or rule.english or rule.statement, each.title or rule.statement
            rest = f"{': ' if each.parts else ''}{'; '.join(each.parts)} ({', '.join(each.clauses)})"
            yield Message(f"    {english}{rest}", f"    {swedish}{rest}")
    yield Message("", "")


def _describe_limits(agreement: Agreement, now: datetime) -> Iterator[Message]:
    """Yield the lines about when the time limits of a text end for what occurs now. Words alone set no limit."""
    today = legal_day(now)
    heading = Message(
        f"The time limits for what occurs today, on {today}:",
        f"Så slutar tiderna för det som händer i dag, den {format_day(today)}:",
    )
    limits = list(_list_ends(agreement, now))
    yield from (heading, *limits, Message("", "")) if limits else ()


def _list_ends(agreement: Agreement, now: datetime) -> Iterator[Message]:
    for deadline in agreement.deadlines:
        due = find_due(agreement, deadline.id, now)
        if isinstance(due, Due) and due.day is not None:
            ends = Message(f"{due.day}", format_day(due.day))
            if due.until is not None:
                ends = Message(due.until.astimezone(SWEDEN).isoformat(" ", "minutes"), format_moment(due.until))
            yield Message(*(f"  {deadline.title} ({due.words}): {end}" for end in ends))


def _table(*headings: str, title: str) -> Table:
    """Return a table that folds long words and never cuts them: a county's words are long, and a pipe is narrow."""
    return Table(*(Column(heading, overflow="fold") for heading in headings), title=title)


def read_whole(name: str, language: Language, beside: Sequence[str] = ()) -> Agreement:
    """Return an agreement with the subordinate ones beside it; of a subordinate one, the whole that it belongs to.

    Print a text's faults and exit.
    """
    found = read_agreement(name, language, beside)
    others = [*load_published().agreements, *(read_agreement(each, language, (name, *beside)) for each in beside)]
    main, parts = found, [each for each in others if isinstance(each, Subordinate) and each.id != found.id]
    if isinstance(found, Subordinate):
        mains = [each for each in others if not isinstance(each, Subordinate) and found.stands_under(each)]
        main = max(mains, key=lambda each: each.valid_from)  # its check has found one
        parts.append(found)
    return compose(main, [part for part in parts if part.stands_under(main)])


def read_agreement(name: str, language: Language, beside: Sequence[str] = ()) -> Agreement:
    """Return the agreement in a TOML file, or the published version with the name. Print a text's faults and exit."""
    path = Path(name)
    if path.is_file():
        try:
            return load(
                path.read_bytes(), beside=chain((_read_bytes(each, language) for each in beside), _list_published())
            )
        except FaultyText as error:
            for fault in error.faults:
                tell(fault.locate(path), language, err=True)
            raise typer.Exit(1) from None
    return _find_published(name, language)


def _read_bytes(name: str, language: Language) -> bytes:
    """Return the text in a file, or that of the published version with the name."""
    path = Path(name)
    return path.read_bytes() if path.is_file() else read_published_text(_find_published(name, language).ref)


def _find_published(name: str, language: Language) -> Agreement:
    versions = {str(agreement.ref): agreement for agreement in load_published().agreements}
    if name not in versions:
        unknown = Message(
            f"{name} is neither a file nor a published version ({', '.join(versions)})",
            f"{name} är varken en fil eller en utgiven version ({', '.join(versions)})",
        )
        raise typer.BadParameter(unknown.say(language))
    return versions[name]


def _list_published() -> Iterator[bytes]:
    """Yield the text of each published version."""
    return map(read_published_text, (agreement.ref for agreement in load_published().agreements))
