"""Messages of a command to its reader, in the language that was asked for."""

from typing import Annotated

import typer

from domain.authoring.faults import Language, Message

LanguageOption = Annotated[Language, typer.Option(help="The language of the messages: Swedish or English.")]
"""The option of a command whose messages are in both languages."""


def tell(message: Message, language: Language, *, err: bool = False) -> None:
    """Print a message in a language, or as an error."""
    typer.echo(message.say(language), err=err)
