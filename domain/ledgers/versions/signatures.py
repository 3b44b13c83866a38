"""The signatures of persons by which a principal signs, ends or declares a version, as the text demands them."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.act import Act
from domain.kernel import Slug
from domain.ledger_permission import list_groups, match_offices, require_group
from domain.ledgers.versions.rules import cite_rule
from domain.refusals import WrongState
from domain.versions.events import MovedSignature
from domain.versions.state import OfficeSignature


class Hand(NamedTuple):
    """The signature that an actor gives, as the fields of an OfficeEvent."""

    office: Slug | None = None
    complete: bool = True
    moved: tuple[MovedSignature, ...] = ()


def sign_in_office(act: Act, given: Sequence[OfficeSignature]) -> Hand:
    """Return the signature that the actor gives beside those that are given for the same principal.

    Each person signs once, and each office once. The text says how many offices of a group must sign. The persons are
    matched with the offices as a whole: somebody who holds several may make room, so that no order of signing matters.
    """
    for signature in given:
        act.not_before(signature.signed_at, "another office did the same")
    if any(signature.actor.person == act.actor.person for signature in given):
        raise _make_refusal(act, "done by you")
    own = require_group(act)
    if any(not group.offices for group in own):
        return Hand()
    groups = [group for group in list_groups(act.name, act.in_force) if group.party is act.actor.party]
    signing = (*(signature.actor for signature in given), act.actor)
    matched = match_offices(signing, groups)
    if len(matched) < len(signing):
        raise _make_refusal(act, f"done by {', '.join(sorted(each.office for each in given if each.office))}")
    moved = tuple(
        MovedSignature(person=each.actor.person, office=matched[each.actor.person])
        for each in given
        if matched[each.actor.person] != each.office
    )
    complete = any(len(match_offices(signing, [group])) >= group.signatures for group in groups)
    return Hand(matched[act.actor.person], complete, moved)


def _make_refusal(act: Act, state: str) -> WrongState:
    return WrongState(
        subject="The act", state=state, needed=("done by a person in another office",), rule=cite_rule(act)
    )
