"""What a request is held to before it moves: its content, its channel, its receiver and those it names."""

from domain.act import Act
from domain.agreements.content import find_content, find_missing
from domain.case.events.referral import CareRequest
from domain.case.preconditions import About
from domain.case.state.case import Case
from domain.case.state.referral import Referral
from domain.kernel import HsaId, Slug, Staff
from domain.refusals import ActorNotAllowed, NotYourPrincipal, ReferralContentMissing, UnknownReference


def refuse_other_receiver(act: Act, referral: Referral, receiver: HsaId) -> None:
    """Refuse a receiver that is no municipality of the county, or not the one that the need concerns."""
    act.refuse_unknown_municipality(receiver)
    if referral.municipality not in (None, receiver):
        raise NotYourPrincipal(
            "The need concerns another municipality",
            rule="SYS-3",
            remedy=f"give {referral.municipality}, or raise the need anew",
            where=("receiver",),
        )


def refuse_other_channel(act: Act, what: str, request: CareRequest, track: Slug) -> None:
    """Refuse a channel that the agreement does not name for this, where it names any (ORE-3.1.2-2, 3.4-5)."""
    content = find_content(act.in_force, what, track=track)
    field = next((one for one in content.fields if one.id == "channel"), None) if content is not None else None
    if field is not None and request.channel is not None and request.channel not in field.choices:
        raise ActorNotAllowed(
            f"On this track nothing goes by {request.channel}",
            rule=field.clauses[0],
            remedy=f"use {' or '.join(field.choices)}",
            where=("channel",),
        )


def refuse_missing(act: Act, request: CareRequest, track: Slug) -> None:
    """Refuse a request that lacks what the agreement wants in it on the track (F1)."""
    lacking = find_missing(act.in_force, "referral", request.model_dump(), track=track)
    if lacking:
        raise ReferralContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)


def known_staff(act: Act, participants: Staff) -> None:
    """Refuse persons that the directory does not hold."""
    for person in participants:
        act.staff(person)


def known_contacts(act: Act, request: CareRequest) -> None:
    """Refuse contacts that the directory does not hold."""
    for person in (request.physician_contact, request.care_contact):
        if person is not None:
            act.staff(person)


def refuse_unnamed(act: Act, referral: Referral, intervention: Slug) -> None:
    """Refuse an intervention that neither the request nor an assessment names."""
    if intervention not in {one.key for one in referral.interventions}:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule=act.rule,
            remedy="name an intervention of the request or the assessments",
            where=("intervention",),
        )


def about_intervention(case: Case, intervention: Slug) -> About:
    """What an ordering rule may ask of an act on one intervention of the case."""
    return About(intervention=intervention, category=case.named[intervention].category)
