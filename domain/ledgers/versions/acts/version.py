"""What may be decided about an agreement version: it is published, added to and ended by both parties, never by one."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.act import Act
from domain.agreements.model import ActName, Agreement
from domain.authoring.publication import digest
from domain.authoring.validation import read
from domain.kernel import MOST, Day, Event, Party, Text, legal_day
from domain.ledgers.permission import admit
from domain.ledgers.versions.refusals import EndConditionMissing, TextFaulty, VersionExists
from domain.ledgers.versions.rules import clauses_of, permit, require_published, rule_of
from domain.refusals import (
    NotRetroactive,
    OtherPartyMissing,
    UnknownReference,
    WrongState,
)
from domain.versions.events import EndingDeclared, FollowUpHeld, VersionPublished, VersionSigned, VersionSubmitted
from domain.versions.state import VersionRecord, version_record_id

SHOWN = 20
"""Of a text's faults, how many a refusal names."""

AgreementText = Annotated[str, StringConstraints(min_length=1, max_length=900_000)]
"""The TOML of an agreement."""


def submit_version(*, act: Act, text: AgreementText) -> tuple[Event, ...]:
    """Put a text forward as a version of the county's agreement. It is a draft until both parties have signed it."""
    admit(act)
    written = text.encode()
    agreement = read(written)
    if not isinstance(agreement, Agreement):
        raise TextFaulty(agreement[:SHOWN])
    if agreement.county != act.actor.county:
        raise UnknownReference(
            "The text is another county's",
            rule="SYS-3",
            remedy="submit it in its own county",
            where=("county",),
        )
    if agreement.ref in act.known_versions:
        raise VersionExists(agreement.ref)
    stands = act.model_copy(update={"agreement": agreement})
    permit(stands)
    on = version_record_id(agreement.county, agreement.ref)
    clauses = clauses_of(stands, ActName.SUBMIT_VERSION)
    return (stands.record(VersionSubmitted, on=on, clauses=clauses, digest=digest(written)),)


def sign_version(record: VersionRecord, *, act: Act) -> tuple[Event, ...]:
    """Sign the version for one's own principal, and for no other (ORE-1.1-1, GAV-8-2).

    Once it is published, the signature puts it in force for a municipality: never backwards.
    """
    permit(act)
    if act.actor.principal in record.signatures:
        raise WrongState(
            subject="The version",
            state="signed by your principal",
            needed=("unsigned by your principal",),
            rule=rule_of(act, ActName.SIGN_VERSION),
        )
    if record.published_at is not None:
        _refuse_backwards(act, ActName.SIGN_VERSION)
    return (act.record(VersionSigned, on=record, clauses=clauses_of(act, ActName.SIGN_VERSION)),)


def publish_version(record: VersionRecord, *, act: Act) -> tuple[Event, ...]:
    """Publish the version, once the region and at least one municipality have signed it (ORE-1.1-1).

    It is then in force between the region and each municipality from the day on which both have signed; never
    backwards.
    """
    permit(act)
    if record.is_published:
        raise WrongState(
            subject="The version", state="published", needed=("a draft",), rule=rule_of(act, ActName.PUBLISH_VERSION)
        )
    unsigned = [party for party in Party if record.signed_at(party) is None]
    if unsigned:
        raise OtherPartyMissing(
            f"The {' and the '.join(unsigned)} {'has' if len(unsigned) == 1 else 'have'} not signed the version",
            rule=rule_of(act, ActName.PUBLISH_VERSION),
            remedy="let the missing party sign for itself: sign-version",
            where=unsigned,
        )
    for party in Party:
        signed_at = record.signed_at(party)
        if signed_at is not None:
            act.not_before(signed_at, f"the {party} signed the version")
    _refuse_backwards(act, ActName.PUBLISH_VERSION)
    return (act.record(VersionPublished, on=record, clauses=clauses_of(act, ActName.PUBLISH_VERSION)),)


def end_version(
    record: VersionRecord,
    *,
    act: Act,
    last_day: Day,
    condition: Text,
    clauses: Annotated[tuple[str, ...], Field(max_length=MOST)] = (),
) -> tuple[Event, ...]:
    """Declare for one's own principal that the version ends early, on which condition of its text (GAV-3-1).

    It has effect for a municipality when it and the region have both declared so; never backwards.
    """
    permit(act)
    require_published(record, act, ActName.END_VERSION)
    if act.actor.principal in record.ended:
        raise WrongState(
            subject="The version",
            state=f"agreed to end on {record.ended[act.actor.principal]}",
            needed=("without an agreed end",),
            rule=rule_of(act, ActName.END_VERSION),
        )
    if last_day < legal_day(act.now):
        raise NotRetroactive(
            f"The last day {last_day} has passed",
            rule=rule_of(act, ActName.END_VERSION),
            remedy="give today or a later day; acts until then have stood on the version",
            where=("last_day",),
        )
    agreement = act.in_force
    unknown = [clause for clause in clauses if clause not in agreement.clauses]
    if unknown or (agreement.end_condition is not None and not clauses):
        raise EndConditionMissing(agreement.end_condition, unknown=unknown)
    silent = () if agreement.end_condition is not None else ("end-condition",)
    cited = (*clauses_of(act, ActName.END_VERSION), *clauses)
    return (
        act.record(
            EndingDeclared, on=record, clauses=cited, not_regulated=silent, last_day=last_day, condition=condition
        ),
    )


def _refuse_backwards(act: Act, name: ActName) -> None:
    """Refuse to put a version in force on a day that has passed: acts of it have stood on what was in force then."""
    if legal_day(act.occurred_at) < legal_day(act.now):
        raise NotRetroactive(
            f"The version would be in force from {legal_day(act.occurred_at)}, which has passed",
            rule=rule_of(act, name),
            remedy="date the act today",
            where=("occurred_at",),
        )


def hold_follow_up(
    record: VersionRecord, *, act: Act, revision_needed: bool, summary: Text | None = None
) -> tuple[Event, ...]:
    """Tell that the version was followed up, and whether it needs to be revised (GAV-11-1)."""
    permit(act)
    require_published(record, act, ActName.HOLD_FOLLOW_UP)
    clauses = clauses_of(act, ActName.HOLD_FOLLOW_UP)
    return (act.record(FollowUpHeld, on=record, clauses=clauses, revision_needed=revision_needed, summary=summary),)
