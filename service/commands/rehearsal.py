"""A county's own text in a demonstration: its parties bring it into force by their own acts, on its first day."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import typer

from domain.act import Command
from domain.agreements.model import ActName, Agreement, Denial
from domain.authoring.publication import load
from domain.directory import Directory
from domain.kernel import Actor, HsaId, Refusal, Role, legal_midnight
from domain.versions.validity import list_municipalities
from service.acts.attempts import ActRequest
from service.agreements.versions import find_version, perform, prepare_change, prepare_submission, read_text
from service.bootstrap import Services


def bring_into_force(services: Services, text: bytes) -> str:
    """Let the region and every municipality with staff sign and publish a sound text; say with whom it is in force.

    A text that is on record already is left as it is. Raises BadParameter.
    """
    agreement = load(text)
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
    """Submit the text, sign it for each principal, and publish it, all in the first minute of its first day."""
    clock = legal_midnight(agreement.valid_from)
    signers = list(_find_signers(agreement, directory))
    if len(signers) < 2 or signers[0].principal != directory.region.id:
        raise typer.BadParameter(
            f"the directory of {directory.name} has nobody of the region, or of any municipality that is a party, who "
            "may sign the text: licensed staff or a coordinator"
        )
    submission = Command(ActName.SUBMIT_VERSION, {"text": text.decode()})
    services.ledger_acts.perform(
        _request(signers[0], clock), lambda: prepare_submission(services.versions, agreement.county, submission, None)
    )
    for actor, act in (*((signer, ActName.SIGN_VERSION) for signer in signers), (signers[0], ActName.PUBLISH_VERSION)):
        version = find_version(services.versions, actor, agreement.id, agreement.version)
        change = prepare_change(version, Command(act, {}), None, if_version=None)
        perform(services.ledger_acts, version, _request(actor, clock), change)


def _find_signers(agreement: Agreement, directory: Directory) -> Iterator[Actor]:
    """Yield somebody who may sign for the region, and then for each municipality that has such staff."""
    for principal in (directory.region.id, *list_municipalities(agreement, directory)):
        yield from _find_staff(agreement, directory, principal)[:1]


def _find_staff(agreement: Agreement, directory: Directory, principal: HsaId) -> list[Actor]:
    """Find those of the principal's staff who may do every act that brings the text into force."""
    acts = (ActName.SUBMIT_VERSION, ActName.SIGN_VERSION, ActName.PUBLISH_VERSION)
    return [
        actor
        for actor in directory.actors
        if actor.principal == principal
        and (actor.role.is_licensed or actor.role is Role.COORDINATOR)
        and not any(isinstance(agreement.allows(act, actor), Denial) for act in acts)
    ]


def _request(actor: Actor, clock: datetime) -> ActRequest:
    return ActRequest(actor=actor, content=uuid4().bytes, clock=clock)
