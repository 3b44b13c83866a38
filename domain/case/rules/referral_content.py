"""Checks of a request's content: its fields, its channel, its receiver, and the staff that it names."""

from collections.abc import Sequence

from domain.act import Act
from domain.agreements.content import find_content, find_missing, refuse_gaps
from domain.agreements.model import ActName
from domain.case.events.referral import CareRequest
from domain.case.preconditions import ActSubject
from domain.case.state.case import Case
from domain.case.state.referral import Referral, ReferralStatus
from domain.kernel import HsaId, Slug, Staff
from domain.refusals import ActorNotAllowed, NotYourPrincipal, ReferralContentMissing, UnknownReference


def refuse_other_receiver(act: Act, referral: Referral, receiver: HsaId) -> None:
    """Refuse a receiver that is not a municipality of the county, or not the one that the need names.

    A request that a wrong receiver has returned can go to any.
    """
    act.refuse_unknown_municipality(receiver, where="receiver")
    if referral.municipality not in (None, receiver) and referral.status is not ReferralStatus.RETURNED:
        raise NotYourPrincipal(
            "The need names another municipality",
            rule="SYS-3",
            remedy=f"give {referral.municipality}, or raise a new need",
            where=("receiver",),
        )


def refuse_other_channel(act: Act, name: str, request: CareRequest, track: Slug) -> None:
    """Refuse a channel that the agreement does not list, if it lists any (ORE-3.1.2-2, 3.4-5)."""
    content = find_content(act.in_force, name, track=track)
    field = next((field for field in content.fields if field.id == "channel"), None) if content is not None else None
    if field is not None and request.channel is not None and request.channel not in field.choices:
        raise ActorNotAllowed(
            f"The channel {request.channel} is not used on this track",
            rule=field.clauses[0],
            remedy=f"use {' or '.join(field.choices)}",
            where=("channel",),
        )


def refuse_missing_content(act: Act, request: CareRequest, track: Slug, *, acts: Sequence[ActName] = ()) -> None:
    """Refuse a request without the content that the agreement requires on the track (F1).

    `acts` give the content if the present act cannot.
    """
    gaps = find_missing(act.in_force, "referral", request.model_dump(), track=track)
    refuse_gaps(gaps, ReferralContentMissing, acts=acts)


def refuse_unknown_staff(act: Act, participants: Staff) -> None:
    """Refuse participants who are not in the directory."""
    for person in participants:
        act.staff(person)


def refuse_unfit_contacts(act: Act, request: CareRequest, track: Slug) -> None:
    """Refuse contacts who are not in the directory, and those whom the agreement's words do not fit (ORE-3.1.2-4)."""
    content = find_content(act.in_force, "referral", track=track)
    required = {field.id: field for field in content.fields} if content is not None else {}
    for name in ("physician_contact", "care_contact"):
        person, field = getattr(request, name), required.get(name)
        contact = act.staff(person) if person is not None else None
        if contact is not None and field is not None and field.who is not None and not field.who.is_met_by(contact):
            raise ActorNotAllowed(
                f"A {contact.role} of {contact.unit_kind} cannot be the {name}",
                rule=field.clauses[0],
                remedy=f"name a person of the {field.who}",
                where=(name,),
            )


def refuse_unnamed_intervention(act: Act, referral: Referral, intervention: Slug) -> None:
    """Refuse an intervention that is in neither the request nor an assessment."""
    if intervention not in {named.key for named in referral.interventions}:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule=act.rule,
            remedy="name an intervention of the request or the assessments",
            where=("intervention",),
        )


def subject_of(case: Case, intervention: Slug) -> ActSubject:
    """Return the subject of an act on one intervention of the case, for the ordering rules."""
    return ActSubject(intervention=intervention, category=case.named[intervention].category)
