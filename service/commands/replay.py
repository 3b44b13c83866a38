"""`kvittens replay CASE`: a case as it was known at a moment, or as it is known now about that moment."""

from typing import Annotated
from uuid import UUID

import typer

from domain.kernel import read_moment
from service.bootstrap import open_services
from service.reads.queries import MomentInFuture
from service.reads.replay import Mode
from service.settings import read_settings


def replay(
    case: Annotated[UUID, typer.Argument(help="The id of the case.")],
    at: Annotated[
        str | None, typer.Option(help="A time with offset, such as 2025-03-26T12:00:00+01:00. Without it: now.")
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="As known at the time, or as known now about the time.")
    ] = Mode.AS_KNOWN_AT,
) -> None:
    """Print a case's state, its responsibility with grounds, and its FHIR resources, as JSON."""
    try:
        moment = read_moment(at) if at else None
    except ValueError:
        raise typer.BadParameter(
            "give a time with offset, such as 2025-03-26T12:00:00+01:00", param_hint="--at"
        ) from None
    with open_services(read_settings()) as services:
        if not services.store.has_case(case):
            typer.echo(f"There is no case {case}.", err=True)
            raise typer.Exit(1)
        try:
            replay = services.replays.replay_any(case, mode, moment or services.clock.now())
        except MomentInFuture as error:
            raise typer.BadParameter(error.remedy, param_hint="--at") from None
    typer.echo(replay.to_json())
