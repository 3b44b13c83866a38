"""A county's own text in a demonstration: its parties bring it into force by their own acts, on its first day."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import typer

from domain.act import Command
from domain.agreements.model import ActName, Agreement
from domain.authoring.publication import load
from domain.directory import Directory
from domain.kernel import Actor, HsaId, Refusal, legal_midnight
from domain.ledger_permission import list_groups
from domain.refusals import WrongState
from domain.versions.validity import list_municipalities
from service.acts.attempts import ActRequest
from service.agreements.versions import find_version, perform, prepare_change, prepare_submission, read_text
from service.bootstrap import Services


def bring_into_force(services: Services, text: bytes) -> str:
    """Let the region and every municipality with staff sign and publish a sound text; say with whom it is in force.

    A text that is on record already is left as it is. Raises BadParameter.
    """
    agreement = load(text, accepted=True)  # the command has checked it, and the parties' own act does
    directory = services.directories.get(agreement.county)
    if directory is None:
        raise typer.BadParameter(
            f"no directory has the county {agreement.county} of the text; set KVITTENS_DIRECTORY to a file that has it"
        )
    found = services.versions.find_version(agreement.county, agreement.ref)
    if found is None:
        try:
            _publish(services, agreement, directory, text)
        except Refusal as refusal:
            raise typer.BadParameter(f"{refusal.message} ({refusal.rule}); {refusal.remedy}") from None
    elif read_text(found) != text:
        raise typer.BadParameter(
            f"{agreement.ref} is on record with other words; give the text another version, or begin anew with "
            "KVITTENS_DATA in an empty folder"
        )
    bound = services.catalogue.validity_of(agreement.ref)
    names = [str(directory.name_of(municipality)) for municipality in (bound.periods if bound else ())]
    return f"{agreement.ref} is in force from {agreement.valid_from} with {', '.join(names)}."


def _publish(services: Services, agreement: Agreement, directory: Directory, text: bytes) -> None:
    """Submit the text, sign it for each principal, and publish it, all in a minute of its first day."""
    region, earlier = directory.region.id, services.versions.read_versions().catalogue.agreements
    clock = legal_midnight(agreement.valid_from) + timedelta(minutes=len(earlier))  # after those that it corrects
    submitter, publisher = (
        next(_find_staff(agreement, act, directory, region), None)
        for act in (ActName.SUBMIT_VERSION, ActName.PUBLISH_VERSION)
    )
    if submitter is None or publisher is None:
        raise typer.BadParameter(
            f"the directory of {directory.name} has nobody of the region who may submit and publish the text: a "
            "coordinator, or somebody with the office signatory"
        )
    submission = Command(ActName.SUBMIT_VERSION, {"text": text.decode()})
    services.ledger_acts.perform(
        _request(submitter, clock), lambda: prepare_submission(services.versions, agreement.county, submission, None)
    )
    for principal in (region, *list_municipalities(agreement, directory)):
        for actor in _find_staff(agreement, ActName.SIGN_VERSION, directory, principal):
            version = find_version(services.versions, actor, agreement.id, agreement.version)
            if principal not in version.record.signatures:
                with suppress(WrongState):  # the office or the person has signed already
                    _act(services, agreement, actor, ActName.SIGN_VERSION, clock)
    _act(services, agreement, publisher, ActName.PUBLISH_VERSION, clock)


def _find_staff(agreement: Agreement, act: ActName, directory: Directory, principal: HsaId) -> Iterator[Actor]:
    """Yield those of the principal's staff who may do an act."""
    groups = list_groups(act, agreement)
    return (
        actor
        for actor in directory.actors
        if actor.principal == principal
        and actor.role.acts_on_ledgers
        and any(group.is_met_by(actor) for group in groups)
    )


def _act(services: Services, agreement: Agreement, actor: Actor, act: ActName, clock: datetime) -> None:
    version = find_version(services.versions, actor, agreement.id, agreement.version)
    change = prepare_change(version, Command(act, {}), None, if_version=None)
    perform(services.ledger_acts, version, _request(actor, clock), change)


def _request(actor: Actor, clock: datetime) -> ActRequest:
    return ActRequest(actor=actor, content=uuid4().bytes, clock=clock)
