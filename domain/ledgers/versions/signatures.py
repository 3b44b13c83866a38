"""The signatures of persons by which a principal signs or ends a version, as the text demands them."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.act import Act
from domain.agreements.model import ActorGroup
from domain.kernel import Slug
from domain.ledger_permission import require_group
from domain.ledgers.versions.rules import cite_rule
from domain.refusals import WrongState
from domain.versions.state import OfficeSignature


class Hand(NamedTuple):
    """The signature that an actor gives: the office, and if the principal has hereby given all that are demanded."""

    office: Slug | None
    complete: bool


def sign_in_office(act: Act, given: Sequence[OfficeSignature]) -> Hand:
    """Return the signature that the actor gives beside those that are given for the same principal.

    Each person signs once, and each office once. The text says how many offices of a group must sign.
    """
    if any(signature.person == act.actor.person for signature in given):
        raise WrongState(
            subject="The act", state="done by you", needed=("done by a person in another office",), rule=cite_rule(act)
        )
    groups = require_group(act)
    taken = {signature.office for signature in given}
    for group in groups:
        free = (office for office in group.offices if office in act.actor.offices and office not in taken)
        office = next(free, None)
        if office is not None or not group.offices:
            return Hand(office, complete=any(_is_enough(each, {*taken, office}) for each in groups))
    raise WrongState(
        subject="The act",
        state=f"done by {', '.join(sorted(office for office in taken if office))}",
        needed=("done by a person in another office",),
        rule=cite_rule(act),
    )


def _is_enough(group: ActorGroup, offices: set[Slug | None]) -> bool:
    """Return True if as many offices of the group have signed as it demands."""
    return not group.offices or len(offices.intersection(group.offices)) >= group.signatures
