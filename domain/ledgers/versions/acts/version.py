"""Acts on an agreement version. Both parties must sign it, and both must declare its end."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.act import Act
from domain.agreements.model import ActName, Agreement
from domain.authoring.consistency import find_reserved_id
from domain.authoring.publication import digest, read_texts
from domain.authoring.validation import read
from domain.kernel import MOST, Day, Event, Party, Text, legal_day
from domain.ledger_permission import admit
from domain.ledgers.versions.refusals import EndConditionMissing, TextFaulty, VersionExists
from domain.ledgers.versions.rules import (
    cite_clauses,
    cite_rule,
    refuse_withdrawn,
    require_published,
    require_version_permission,
)
from domain.ledgers.versions.signatures import sign_in_office
from domain.refusals import (
    NotRetroactive,
    NotYourPrincipal,
    OtherPartyMissing,
    UnknownReference,
    WrongState,
)
from domain.versions.events import (
    EndingDeclared,
    FollowUpHeld,
    VersionPublished,
    VersionSigned,
    VersionSubmitted,
    VersionWithdrawn,
)
from domain.versions.prolongation import find_next_end
from domain.versions.state import VersionRecord, version_record_id

MOST_FAULTS = 20
"""The number of faults in a text that a refusal names at most."""

AgreementText = Annotated[str, StringConstraints(min_length=1, max_length=900_000)]
"""The text of an agreement, in TOML."""


def submit_version(withdrawn: VersionRecord | None = None, *, act: Act, text: AgreementText) -> tuple[Event, ...]:
    """Submit a text as a version of the county's agreement.

    It is a draft until both parties have signed it and it has been published. A version that was withdrawn can be
    submitted anew, with the same text or another.
    """
    admit(act)
    toml = text.encode()
    agreement = read(toml, beside=read_texts(act.known_versions))
    if not isinstance(agreement, Agreement):
        raise TextFaulty(agreement[:MOST_FAULTS])
    if agreement.county != act.actor.county:
        raise UnknownReference(
            f"The text is an agreement of {agreement.county}, not of your county",
            rule="SYS-3",
            remedy="submit it in its own county, or correct `county` in the text",
            where=("county",),
        )
    if agreement.ref in act.known_versions:
        raise VersionExists(agreement.ref)
    act = act.model_copy(update={"agreement": agreement})
    require_version_permission(act)
    on = withdrawn or version_record_id(agreement.county, agreement.ref)
    if withdrawn is not None and withdrawn.withdrawn_at is not None:
        act.not_before(withdrawn.withdrawn_at, "the version was withdrawn")
    return (act.record(VersionSubmitted, on=on, clauses=cite_clauses(act), digest=digest(toml)),)


def sign_version(record: VersionRecord, *, act: Act) -> tuple[Event, ...]:
    """Sign the version for your principal (ORE-1.1-1, GAV-8-2).

    If the text names offices, your principal has signed when as many of them have as it demands. A municipality can
    also sign a published version, and is then bound from the day of the act. That day cannot have passed; for an
    agreement that holds already, see declare-conclusion.
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    given = record.given.get(act.actor.principal, ())
    if act.actor.principal in record.signatures:
        raise WrongState(
            subject="The version",
            state="signed by your principal",
            needed=("unsigned by your principal",),
            rule=cite_rule(act),
        )
    if record.published_at is not None:
        _refuse_past(act)
    hand = sign_in_office(act, given)
    return (act.record(VersionSigned, on=record, clauses=cite_clauses(act), **hand._asdict()),)


def publish_version(record: VersionRecord, *, act: Act) -> tuple[Event, ...]:
    """Publish the version when the region and at least one municipality have signed it (ORE-1.1-1).

    It is in force between the region and each municipality from the day on which both have signed. The day of the act
    cannot have passed; for an agreement that holds already, see declare-conclusion.
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    if record.is_shipped or record.published_at is not None:
        raise WrongState(subject="The version", state="published", needed=("a draft",), rule=cite_rule(act))
    _refuse_reserved_id(act)
    unsigned = [party for party in Party if record.signed_at(party) is None]
    if unsigned:
        raise OtherPartyMissing(
            f"The {' and the '.join(unsigned)} {'has' if len(unsigned) == 1 else 'have'} not signed the version",
            rule=cite_rule(act),
            remedy="let each missing party sign for itself, by sign-version",
            where=unsigned,
            acts=(ActName.SIGN_VERSION,),
        )
    for party in Party:
        signed_at = record.signed_at(party)
        if signed_at is not None:
            act.not_before(signed_at, f"the {party} signed the version")
    _refuse_past(act)
    return (act.record(VersionPublished, on=record, clauses=cite_clauses(act)),)


def _refuse_reserved_id(act: Act) -> None:
    """Refuse a draft that was submitted under an id which the check of texts has refused since."""
    if any(find_reserved_id(act.in_force)):
        raise WrongState(
            subject="The id of the version",
            state=act.in_force.id,
            needed=("no word of the service's own",),
            rule=cite_rule(act),
            acts=(ActName.WITHDRAW_VERSION,),
            instead="withdraw the version, and submit its text anew under another id",
        )


def withdraw_version(record: VersionRecord, *, act: Act, reason: Text | None = None) -> tuple[Event, ...]:
    """Withdraw a version that your principal has submitted, before it is published.

    It can then be neither signed nor published. The same version can be submitted anew.
    """
    require_version_permission(act)
    refuse_withdrawn(record, act)
    if record.can_be_in_force:
        raise WrongState(subject="The version", state="published", needed=("a draft",), rule=cite_rule(act))
    if act.actor.principal != record.submitted_by:
        raise NotYourPrincipal(
            "Another principal has submitted the version",
            rule=cite_rule(act),
            remedy="ask the principal that submitted it to withdraw it, or leave it unsigned",
            where=("submitted_by",),
        )
    for signature in (signature for given in record.given.values() for signature in given):
        act.not_before(signature.signed_at, "somebody signed the version")
    return (act.record(VersionWithdrawn, on=record, clauses=cite_clauses(act), reason=reason),)


def end_version(
    record: VersionRecord,
    *,
    act: Act,
    last_day: Day,
    condition: Text,
    clauses: Annotated[tuple[str, ...], Field(max_length=MOST)] = (),
) -> tuple[Event, ...]:
    """Declare for your principal that the version ends early, and the condition that allows it (GAV-3-1).

    If the text has an end condition, cite its clause. If it names offices, as many of them as it demands must declare
    the same last day. The version ends for a municipality when both it and the region have declared an end. Of a
    version that is prolonged unless a party ends it, one declaration in time is enough: it ends with the first period
    that ends on the last day or later. The last day cannot have passed.
    """
    require_version_permission(act)
    require_published(record, act)
    if act.actor.principal in record.ended:
        raise WrongState(
            subject="The version",
            state=f"agreed to end on {record.ended[act.actor.principal]}",
            needed=("without an agreed end",),
            rule=cite_rule(act),
        )
    _refuse_past_end(act, last_day)
    agreement = act.in_force
    unknown = [clause for clause in clauses if clause not in agreement.clauses]
    if unknown or (agreement.end_condition is not None and not clauses):
        raise EndConditionMissing(agreement.end_condition, unknown=unknown)
    hand = sign_in_office(act, record.list_ending(act.actor.principal, last_day))
    is_regulated = agreement.end_condition is not None or agreement.prolongation is not None
    silent = () if is_regulated else ("end-condition",)
    cited = (*cite_clauses(act), *clauses)
    return (
        act.record(
            EndingDeclared,
            on=record,
            clauses=cited,
            not_regulated=silent,
            last_day=last_day,
            condition=condition,
            not_prolonged_after=_find_stop(act, last_day) if hand.complete else None,
            **hand._asdict(),
        ),
    )


def _refuse_past_end(act: Act, last_day: date) -> None:
    """Refuse a last day that has passed."""
    if last_day < legal_day(act.now):
        raise NotRetroactive(
            f"The last day {last_day} has passed",
            rule=cite_rule(act),
            remedy="give today or a later day, because acts until today stand on the version",
            where=("last_day",),
        )


def _find_stop(act: Act, last_day: date) -> date | None:
    """Find the last day that one party chooses by this act alone. None if the version is not prolonged.

    The notice is counted from the day on which the act is recorded: the word of one party alone makes it no earlier.
    """
    agreement = act.in_force
    if agreement.prolongation is None:
        return None
    return find_next_end(agreement, legal_day(act.now), from_day=last_day)


def _refuse_past(act: Act) -> None:
    """Refuse to put a version in force on a day that has passed, because that day's acts stand on another version."""
    if legal_day(act.occurred_at) < legal_day(act.now):
        raise NotRetroactive(
            f"The version would be in force from {legal_day(act.occurred_at)}, which has passed",
            rule="SYS-9",
            remedy="give a time of today, or leave occurred_at out; if it was concluded elsewhere on that day, let "
            f"both parties say so by {ActName.DECLARE_CONCLUSION}",
            where=("occurred_at",),
            acts=(ActName.DECLARE_CONCLUSION,),
        )


def hold_follow_up(
    record: VersionRecord, *, act: Act, revision_needed: bool, summary: Text | None = None
) -> tuple[Event, ...]:
    """Record a follow-up of the version, with its conclusion: revise the version or not (GAV-11-1)."""
    require_version_permission(act)
    require_published(record, act)
    clauses = cite_clauses(act)
    return (act.record(FollowUpHeld, on=record, clauses=clauses, revision_needed=revision_needed, summary=summary),)
